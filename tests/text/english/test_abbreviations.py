"""Abbreviations, and whether their stop ends a sentence."""

import pytest

from soprano_np.text.english.abbreviations import abbreviations, ends_sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dr. Lee asked Mr. and Mrs. Hall", "doctor Lee asked mister and missus Hall"),
        ("St. James St. in St. Paul", "saint James street in saint Paul"),
        ("Dr. King Dr. is long. The Dr. left.", "doctor King drive is long. The doctor left."),
        ("on 5th St. It is", "on 5th street. It is"),
        ("Rev. was up", "Rev. was up"),
        ("Apple Inc. fell. At Apple Inc. He", "Apple incorporated fell. At Apple incorporated. He"),
        ("No. 5 and no. 5, Vol. II, vol. I", "number 5 and no. 5, volume II, volume I"),
        ("No. I won't.", "No. I won't."),
        ("pens, etc. He left", "pens, et cetera. He left"),
        ("pens, etc., too", "pens, et cetera, too"),
        ("e.g. a, i.e., b (e.g.)", "for example, a, that is, b (for example,)"),
        ("U.S. Army in the U.S. He", "u s Army in the u s. He"),
        ("a Ph.D., a B.Sc.", "a p h d, a b s c."),
        ("J. R. R. Tolkien. Plan B. Then", "j r r Tolkien. Plan B. Then"),
        ("the max. speed, to the max.", "the maximum speed, to the max."),
        ("5 min. later", "5 min. later"),
        ("Nov. was cold; it sat. a", "november was cold; it sat. a"),
        ("Paris, Tex. was hot", "Paris, texas was hot"),
        ("Roe v. Wade, cats vs. dogs", "Roe versus Wade, cats versus dogs"),
        ("w/o and/or he/she c/o", "without and or he or she care of"),
        ("#1", "number 1"),
    ],
)
def test_abbreviations(text: str, said: str) -> None:
    assert abbreviations(text) == said


@pytest.mark.parametrize(
    ("text", "ends"),
    [("a.", True), ("a. The", True), ('a." The', True), ("a.\nb", True), ("a. Smith", False),
     ("a. b", False), ("a, b", False), ("a. 5", False)],
)  # fmt: skip
def test_ends_sentence(text: str, ends: bool) -> None:
    assert ends_sentence(text, 2) is ends

"""Marks to pauses."""

import pytest

from soprano_np.text.english.punctuation import punctuation


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('"Stop," he said.', "stop, he said."),
        ("'Hello,' she said.", "hello, she said."),
        ("the dogs' bowls, rock 'n' roll, 'twas", "the dogs' bowls, rock 'n' roll, 'twas"),
        ("He came (late). (He left.) So", "he came, late. he left. so"),
        ("file(s) and f(x)", "files and f x"),
        ("one: two; three — four", "one, two, three, four"),
        ("Wait... what? Well... No.", "wait, what? well. no."),
        ("Wait?no Really?! Stop!!!", "wait? no really? stop!"),
        ("well-known a - b", "well known a, b"),
        ("Title\n\nText:", "title.\n\ntext."),
        ("...\nText,", "text"),
        ("", ""),
    ],
)
def test_punctuation(text: str, left: str) -> None:
    assert punctuation(text) == left

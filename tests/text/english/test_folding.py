# ruff: noqa: RUF001 (the look-alike characters are the point)
"""Unicode to the characters that the later steps know."""

import pytest

from soprano_np.text.english.folding import KEPT, characters, fold


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("“It’s” ‚so‘", "\"It's\" 'so'"),
        ("a\u00a0b\tc\r\nd\re\u2029f", "a b c\nd\ne\n\nf"),
        ("co\u00adop\u200berate\x00", "cooperate"),
        ("ＡＢＣ１％", "ABC1%"),
        ("5–6 – so", "5–6 — so"),
        ("e\u0301", "é"),
        ("−5 ⇒ ≦", "-5 → ≤"),
        ("plain ASCII", "plain ASCII"),
        ("\x1b[1;31mred\x1b[0m", "red"),
    ],
)
def test_characters(text: str, same: str) -> None:
    assert characters(text) == same


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("naïve Čapek ﬁn Æsop Łódź straße", "naive Capek fin Aesop Lodz strasse"),
        ("2½ ⅔", "2 1/2  2/3"),
        ("x₂ ① Ⅷ ㎏ ℃ №5", "x2 1 VIII kg °C No.5"),
        ("٣ ४", "3 4"),
        ("αβγ Ωμέγα", "αβγ  "),
        ("😂😂 👍🏽 ❤\ufe0f", " face with tears of joy   thumbs up   heart "),
        ("🇺🇸", " U S"),
        ("† ■ █ │ \ue000\ud800", "      "),
        (KEPT, KEPT),
    ],
)
def test_fold(text: str, spelt: str) -> None:
    assert fold(text).rstrip() == spelt.rstrip()

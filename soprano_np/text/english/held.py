# ruff: noqa: RUF001 (full-width letters are meant)
"""Numbers of hundreds of digits, which are held apart while all else is read.

Said in full they are several times as long, and every later step would search them in vain. A few
full-width capitals, which nobody else writes, stand for each until the end.
"""

import unicodedata
from functools import lru_cache

from soprano_np.text.english.rule import Match, Step, Text
from soprano_np.text.english.say import apart, cardinal, digits, fraction
from soprano_np.text.patterns import regex

_DIGITS = "0-9¼½¾⅐-⅞①-⒛⓪⓫-⓿❶-➓"  # fractions and numbers in circles among them
_LONG = regex(rf"(?<![{_DIGITS}])(?:(?P<whole>[0-9]{{1,36}})\.)?(?P<rest>[{_DIGITS}]{{500,}})")
_PIECE = regex("[0-9]{1,4}|.")
# The number of a number in full-width letters, in capitals until `punctuation` has seen them.
_NAME = {ord("0") + digit: 0xFF21 + digit for digit in range(10)}
_NUMBER = {0xFF41 + digit: ord("0") + digit for digit in range(10)}
_HELD = regex("[ａ-ｊ]+")
_RULE = "long number"


def _hold(text: Text) -> None:
    # Half of a long number is faster found than all of it.
    blocks = (text.string[start : start + 250] for start in range(0, len(text.string), 250))
    if not any(len(block) == 250 and block.isnumeric() for block in blocks):
        return

    def hold(match: Match) -> str:
        pause = ", "
        words = ""
        if match["whole"]:
            pause, words = " ", f"{cardinal(match['whole'])} point "
        text.held.append(words + pause.join(map(_say, _PIECE.findall(match["rest"]))))
        return apart(match, str(len(text.held) - 1).translate(_NAME))

    text.sub(_RULE, _LONG, hold)


def _release(text: Text) -> None:
    if text.held:
        text.sub(_RULE, _HELD, lambda match: text.held[int(match[0].translate(_NUMBER))])


@lru_cache(maxsize=1 << 14)
def _say(piece: str) -> str:
    """Say up to four digits one by one, a fraction or a number in a circle."""
    if piece.isdecimal():
        return digits(piece)
    number = unicodedata.numeric(piece)
    if number.is_integer():
        return cardinal(f"{number:.0f}")
    return fraction(unicodedata.normalize("NFKD", piece).replace("\u2044", "/"))


hold = Step("Hold numbers of hundreds of digits apart.", _hold)
release = Step("Say the numbers that were held, digit by digit.", _release)

# ruff: noqa: RUF001 (the look-alike characters in these tables are meant)
"""Unicode to the characters the later steps know: ASCII, and the signs in `KEPT`.

`characters` comes first of all and makes one character of those that look alike. `fold` comes after
the lexicon, which may hold words of any script, and leaves nothing that no step can say.
"""

import html
import logging
import re
import unicodedata
from collections import Counter
from functools import lru_cache

from soprano_np.text.ascii import to_ascii

logger = logging.getLogger("soprano_np")

# What later steps read by themselves. Greek letters are kept as well, two or three at a time.
KEPT = (
    "$£€¥¢₹₩₽₿₺₴₫₪₱฿"  # money
    "°×÷±≤≥≈≠√∞‰"  # arithmetic and measures
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ"  # powers
    "→←↔©®™§¶"  # named by `signs`
    "—…•"  # a pause, an ellipsis, a list item
)

# Seen as one character, whatever their code.
_LOOK_ALIKES = {
    "'": "‘’‚‛′´ʹʼʻˈ‹›＇",
    '"': "“”„‟″«»〝〞＂",
    "-": "‐‑‒−﹣－",
    "—": "―⸺⸻",
    "...": "…⋯",
    " ": "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
    "\u205f\u3000",
    "\n": "\r\x85\u2028",
    "\n\n": "\x0b\x0c\u2029",
    "/": "⁄∕",
    "~": "∼〜˜",
    ":": "∶꞉",
    "|": "│┃¦",
    "μ": "µ",
    "Ω": "\u2126",
    "°": "º˚",
    "→": "⇒➔➜➡⟶⟹",
    "←": "⇐⬅⟵",
    "↔": "⇔⟷",
    "≤": "≦⩽",
    "≥": "≧⩾",
    "≈": "≅≃",
    "×": "✕✖⨯",
    "√": "∛",
    "•": "‣◦▪▫●○■□◆◇⁃∙·",
    "": "\u00ad\u061c\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068"
    "\u2069\ufe0e\ufe0f\ufeff",
}
_TABLE = (
    {char: look for look, chars in _LOOK_ALIKES.items() for char in chars}
    | {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}  # full-width forms
    | {chr(code): "" for code in range(0x20) if chr(code) not in "\t\n\r\x0b\x0c"}
    | {"\x7f": ""}
)
_TRANSLATION = str.maketrans(_TABLE)
_UNUSUAL = re.compile(r"[^ -~\n]")
_TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")  # colors, moves of the cursor
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_MARKED_LETTER = re.compile(r"[^\W\d_][\u0300-\u036f]{1,3}")

_SPELLINGS = {
    "№": "No.",
    "†": "",
    "‡": "",
    "℃": "°C",
    "℉": "°F",
    "–": "-",
    "↑": " up ",
    "↓": " down ",
    "∆": "Δ",
    "∑": " sum of ",
}
# Words of an emoji's name that nobody would say.
_UNSAID = frozenset("black white heavy medium sign symbol emoji negative squared variation".split())
# Arrows, mathematics, dingbats and emoji.
_NAMED_SYMBOL = re.compile("[\u2190-\u22ff\u2600-\u27ff\u2900-\u2bff\U0001f000-\U0001faff]")
_REPEATED = re.compile(r"([^\x00-\x7f\w])\1+")  # five hearts are a heart
_GREEK_WORD = re.compile("[Ͱ-Ͽἀ-῿]{4,}")


def characters(text: str) -> str:
    """Make one character of look-alikes: quotation marks, dashes, spaces, full-width letters."""
    if "&" in text:
        text = _ENTITY.sub(lambda m: html.unescape(m[0]), text)
    if not _UNUSUAL.search(text):
        return text
    text = _TERMINAL.sub("", text)
    text = text.replace("\r\n", "\n").translate(_TRANSLATION)
    # An en dash is a hyphen where it joins and a pause where it stands alone.
    text = re.sub(" [–-]{1,3} (?=[^ 0-9])|(?<=[a-z])---?(?=[a-z])", " — ", text)
    # Only pairs: to compose a whole text takes the square of a long run of marks.
    return _MARKED_LETTER.sub(lambda m: unicodedata.normalize("NFC", m[0]), text)


def fold(text: str) -> str:
    """Spell what is not ASCII: "naïve" is "naive", "½" is " 1/2", an emoji is its name.

    What is in another script vanishes, with one warning for the text.
    """
    if text.isascii():
        return text
    skipped: Counter[str] = Counter()

    def skip_word(match: re.Match[str]) -> str:
        skipped["Greek"] += len(match[0])
        return " "

    text = _GREEK_WORD.sub(skip_word, _REPEATED.sub(r"\1", text))
    counts = Counter(text)
    spelling: dict[int, str] = {}
    for char, count in counts.items():
        if not char.isascii():
            spelling[ord(char)], script = _spell(char)
            if script:
                skipped[script] += count
    if skipped:
        logger.warning(
            "skipped %d characters of scripts that cannot be said: %s",
            skipped.total(),
            ", ".join(sorted(skipped)),
        )
    return text.translate(spelling)


@lru_cache(maxsize=1 << 12)
def _spell(char: str) -> tuple[str, str]:
    """Spell one character; where that cannot be, name its script."""
    if char in KEPT or "ａ" <= char <= "ｚ":  # the lexicon's words are in full-width letters
        return char, ""
    if char in _SPELLINGS:
        return _SPELLINGS[char], ""
    name = unicodedata.name(char, "")
    kind = unicodedata.category(char)
    if name.startswith("GREEK"):
        return unicodedata.normalize("NFD", char)[0], ""
    if name.startswith("LATIN"):
        spelt = to_ascii(char)
        return spelt.capitalize() if char.isupper() and len(spelt) > 1 else spelt, ""
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit), ""
    plain = unicodedata.normalize("NFKD", char)
    if plain != char and all(part.isascii() or part in KEPT + "⁄" for part in plain):
        space = " " if "FRACTION" in name else ""
        return space + plain.replace("⁄", "/"), ""
    if kind[0] == "Z":
        return " ", ""
    if kind[0] == "P":
        return to_ascii(char) or " ", ""
    if kind in ("Sm", "So", "Sc"):
        return _symbol(char, name), ""
    if kind[0] in "LMN" and kind != "Mn":
        script = name.partition(" ")[0]
        return " ", script if script == "CJK" else script.capitalize()
    return "", ""


def _symbol(char: str, name: str) -> str:
    """Name an emoji or a sign of mathematics; boxes, blocks and other marks are not said."""
    if not _NAMED_SYMBOL.match(char):
        return " "
    if name.startswith("REGIONAL INDICATOR"):
        return f" {name[-1]}"  # two of them are a flag: its country's letters
    words = re.sub("[^a-z]+", " ", name.lower()).split()
    return f" {' '.join(word for word in words if word not in _UNSAID)} "

# ruff: noqa: RUF001 (the look-alike characters in these tables are meant)
"""Unicode to the characters that later steps know: ASCII and the signs in `KEPT`.

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
from soprano_np.text.english.rule import Match, Rule, Step, Text, rule
from soprano_np.text.english.vocabulary import GREEK
from soprano_np.text.patterns import regex

logger = logging.getLogger("soprano_np")

# What later steps read. Up to three Greek letters together are kept as well.
KEPT = (
    "$£€¥¢₹₩₽₿₺₴₫₪₱฿"  # money
    "°×÷±≤≥≈≠√∞‰"  # arithmetic and measures
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ"  # powers
    "→←↔©®™§¶"  # named by `signs`
    "—…•"  # a pause, an ellipsis, a list item
)

# Characters that look the same.
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
_LOOK_ALIKE = (
    {char: look for look, chars in _LOOK_ALIKES.items() for char in chars}
    | {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}  # full-width forms
    | {chr(code): "" for code in range(0x20) if chr(code) not in "\t\n\r\x0b\x0c"}
    | {"\x7f": ""}
)
_SAME_LENGTH = str.maketrans({char: look for char, look in _LOOK_ALIKE.items() if len(look) == 1})
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
    "⇌": " in equilibrium with ",
}
_KEYS = {"#": "hash", "*": "star"}
# Words in the names of emoji that nobody would say.
_UNSAID = frozenset(
    "black white heavy medium sign symbol emoji keycap negative squared variation".split()
)
# Letters and numbers within circles, squares and brackets.
_NUMBERS_ENCLOSED = "\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\U0001f100-\U0001f10c"
_ENCLOSED = _NUMBERS_ENCLOSED + "\u249c-\u24e9\U0001f110-\U0001f1ff"
# Arrows, mathematics, dingbats and emoji.
_NAMED_SYMBOL = regex("[\u2190-\u22ff\u2600-\u27ff\u2900-\u2bff\U0001f000-\U0001faff]")
_LETTER = regex("LATIN (?:CAPITAL|SMALL) LETTER ([A-Z])$")
_OTHER_SCRIPT = regex(r"[Ͱ-Ͽἀ-῿]{4,}|[^\x00-\x7f]")  # Greek words; single letters are signs


# --- One character of those that look alike


@rule(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});",
    "&amp; &lt;b&gt; &#39; &nosuch; AT&T -> & <b> ' &nosuch; AT&T",
    needs="&",
)
def _entity(match: Match) -> str:
    return html.unescape(match[0])


# Colors, and moves of the cursor.
_terminal_code = Rule(
    "terminal code", r"\x1b\[[0-9;?]{0,20}[A-Za-z]", "", "\x1b[1;31mred\x1b[0m -> red", needs="\x1b"
)
_line_end = Rule(
    "line end", r"\r\n", "\n", "a\u00a0b\tc\r\nd\re\u2029f -> a b c\nd\ne\n\nf", needs="\r"
)

# At the end of a line a soft hyphen is seen.
_soft_hyphen = Rule(
    "soft hyphen",
    "\u00ad(?= *\n)",
    "-",
    "inter\u00ad\nnational -> inter-\nnational",
    needs="\u00ad",
)


def _same_length(text: Text) -> None:
    """Replace look-alikes one for one."""
    text.map(lambda string: string.translate(_SAME_LENGTH))


@rule(
    "[" + "".join(char for char, look in _LOOK_ALIKE.items() if len(look) != 1) + "]",
    "co\u00adop\u200berate\x00 -> cooperate",
    "and so on… -> and so on...",
)
def _look_alike(match: Match) -> str:
    return _LOOK_ALIKE[match[0]]


# "1" in a frame is an emoji of a key.
@rule(r"([0-9#*])\u20e3", "1\u20e32\u20e3 *\ufe0f\u20e3 -> 1 2 star")
def _key(match: Match) -> str:
    return f"{_KEYS.get(match[1], match[1])} "


# An en dash is a hyphen where it joins and a pause where it stands alone.
_dash = Rule(
    "dash",
    " [–-]{1,3} (?=[^ 0-9])|(?<=[a-z])---?(?=[a-z])",
    " — ",
    "5–6 – so -> 5–6 — so",
    "well--so – not -> well — so — not",
)


# Only pairs: composing a whole text takes quadratic time in the length of a run of marks.
@rule(r"[^\W\d_][\u0300-\u036f]{1,3}", "e\u0301 -> é")
def _accent(match: Match) -> str:
    return unicodedata.normalize("NFC", match[0])


entities = Step('Write the characters that entities stand for: "&amp;" is "&".', _entity)
characters = Step(
    "Make one character of look-alikes: quotation marks, dashes, spaces, full-width letters.",
    _terminal_code,
    _line_end,
    _soft_hyphen,
    _same_length,
    _look_alike,
    _key,
    _dash,
    _accent,
    only_if=r"[^ -~\n]",
)

# --- Spelling in ASCII

_repeated_sign = Rule(
    "repeated sign",
    rf"([^\x00-\x7f\w{_ENCLOSED}])\1+",
    r"\1",
    "😂😂 👍🏽 ⓛⓛ -> face with tears of joy thumbs up ll",
)

_numbers_in_circles = Rule(
    "numbers in circles",
    f"([{_NUMBERS_ENCLOSED}])(?=[{_NUMBERS_ENCLOSED}])",
    r"\1 ",
    "①②❸ ⓗⓘ -> 1 2 3 hi",
)


def _other_scripts(text: Text) -> None:
    """Leave out what is in another script, with one warning for the text."""
    skipped: Counter[str] = Counter()

    def skip(match: Match) -> str | None:
        spelling, script = _spell(match[0]) if len(match[0]) == 1 else (" ", "Greek")
        skipped[script] += len(match[0])
        return spelling if script else None

    text.sub("other script", _OTHER_SCRIPT, skip)
    del skipped[""]
    if skipped:
        logger.warning(
            "skipped %d characters of scripts that cannot be said: %s",
            skipped.total(),
            ", ".join(sorted(skipped)),
        )


@rule(
    r"[^\x00-\x7f]",
    "naïve Čapek ﬁn Æsop Łódź straße -> naive Capek fin Aesop Lodz strasse",
    "2½ ⅔ -> 2 1/2 2/3",
    "x₂ ① Ⅷ ㎏ ℃ №5 -> x2 1 VIII kg °C No.5",
    "٣ ४ -> 3 4",
    "αβγ Ωμέγα -> αβγ",
    "❤\ufe0f 🇺🇸 -> heart U S",
)
def _spelling(match: Match) -> str:
    return _spell(match[0])[0]


fold = Step(
    'Spell what is not ASCII: "naïve" is "naive", "½" is " 1/2", an emoji is its name.',
    _repeated_sign,
    _numbers_in_circles,
    _other_scripts,
    _spelling,
    only_if=r"[^\x00-\x7f]",
)


@lru_cache(maxsize=1 << 12)
def _spell(char: str) -> tuple[str, str]:
    """Return the spelling of a character, and the name of its script if it cannot be said."""
    # The lexicon's words and what is held are in full-width letters.
    if char in KEPT or "ａ" <= char <= "ｚ" or "Ａ" <= char <= "Ｊ":
        return char, ""
    if char in _SPELLINGS:
        return _SPELLINGS[char], ""
    name = unicodedata.name(char, "")
    kind = unicodedata.category(char)
    if name.startswith("GREEK"):
        sign = unicodedata.normalize("NFKD", char)[0]
        return (sign, "") if sign.lower() in GREEK or kind[0] not in "LN" else (" ", "Greek")
    if name.startswith("LATIN") and kind[0] == "L":
        spelt = to_ascii(char)
        if not any(map(str.isalnum, spelt)):
            return " ", "Phonetic"
        return spelt.capitalize() if char.isupper() and len(spelt) > 1 else spelt, ""
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit), ""
    if kind == "No" and ("CIRCLED" in name or name.endswith("FULL STOP")):
        comma = "" if "CIRCLED" in name else ", "  # of an item: "⒈"
        return f"{unicodedata.numeric(char):.0f}{comma}", ""
    plain = unicodedata.normalize("NFKD", char)
    if plain != char and all(part.isascii() or part in KEPT + "⁄" for part in plain):
        space = " " if "FRACTION" in name else ""
        return space + plain.replace("⁄", "/"), ""
    if kind[0] == "Z" or kind == "Me":
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
    """Return the name of an emoji or a mathematical sign; other symbols are not said."""
    if not _NAMED_SYMBOL.match(char):
        return " "
    if name.startswith("REGIONAL INDICATOR"):
        return f" {name[-1]}"  # two of them are a flag: its country's letters
    if found := _LETTER.search(name):
        return found[1]
    words = re.sub("[^a-z]+", " ", name.lower()).split()
    return f" {' '.join(word for word in words if word not in _UNSAID)} "

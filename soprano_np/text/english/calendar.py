"""Patterns of months, weekdays and time zones as people write them, and their full names."""

from soprano_np.text.english.vocabulary import MONTHS, SHORT_WEEKDAYS, WEEKDAYS

_BY_PREFIX = {name[:3]: name for name in MONTHS + WEEKDAYS}
_WEEKDAYS = "|".join(
    [f"{name[:3].title()}(?:{name[3:]})?|{name[:3].upper()}" for name in WEEKDAYS]
    + [name for name in SHORT_WEEKDAYS if len(name) > 3]
)

# In full or shortened, months in any case. The first two letters rule out most other words.
_MONTHS = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS)
MONTH = rf"(?=[ADFJMNOSadfjmnos][ACEOPUaceopu])(?i:{_MONTHS}|sept)\b"
WEEKDAY = rf"(?:{_WEEKDAYS})\b"
# In lower case these are words as well.
ALSO_WORDS = ("mar", "march", "may")
YEAR = r"(?:1\d|20)\d\d(?![\d%]|[.,]\d)"
ZONES = (
    "[ECMPA][SD]T|GMT|UTC|BST|CES?T|EES?T|WES?T|JST|KST|IST|A[CEW][SD]T|NZ[SD]T|SAST|HST|AK[SD]T|Z"
)


def full_name(word: str) -> str:
    """Return the month or the weekday that a word shortens: "Sept" is "september"."""
    return _BY_PREFIX[word[:3].lower()]


def century(of_year: str) -> str:
    """Complete a two-digit year: 25 is 2025, 75 is 1975."""
    if len(of_year) == 4:
        return of_year
    return f"{'20' if int(of_year) < 50 else '19'}{of_year}"

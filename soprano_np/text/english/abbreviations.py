"""Abbreviations, and whether their full stop also ends the sentence.

Streets, dates, times and units have steps of their own, before this one.
"""

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import apart
from soprano_np.text.english.vocabulary import (
    BARE_TITLES,
    MONTHS,
    SHORT_MONTHS,
    SHORT_STATES,
    SHORT_STREETS,
    SHORT_WEEKDAYS,
    TITLES,
    any_of,
)
from soprano_np.text.patterns import regex

# Titles that may stand before any word: "Ask the Dr. on duty", "Mr. and Mrs. Hall".
_ALONE = ("Mr", "Mrs", "Ms", "Dr")

# After a name, with a capital.
_AFTER_NAMES = {
    "Jr": "junior", "Sr": "senior", "Esq": "esquire",
    "Inc": "incorporated", "Corp": "corporation", "Co": "company", "Cos": "companies",
    "Ltd": "limited", "Bros": "brothers", "Assn": "association", "Univ": "university",
    "Intl": "international", "Natl": "national",
    **{short: name for short, name in SHORT_STREETS.items() if short not in ("St", "Dr")},
}  # fmt: skip

# Before a number.
_BEFORE_NUMBERS = {
    "No": "number", "Nos": "numbers", "Nr": "number", "nos": "numbers",
    "p": "page", "P": "page", "pp": "pages", "Pp": "pages", "pg": "page", "pgs": "pages",
    "vol": "volume", "vols": "volumes", "ch": "chapter", "chs": "chapters", "chap": "chapter",
    "fig": "figure", "figs": "figures", "eq": "equation", "eqs": "equations", "ex": "example",
    "sec": "section", "secs": "sections", "sect": "section", "art": "article", "arts": "articles",
    "para": "paragraph", "pt": "part", "pts": "parts", "tab": "table", "ref": "reference",
    "rm": "room", "rte": "route", "rt": "route", "hwy": "highway", "ext": "extension",
    "est": "established", "b": "born", "d": "died", "c": "circa", "ca": "circa", "op": "opus",
    "ver": "version",
}  # fmt: skip

# Anywhere.
_ANYWHERE = {
    "approx": "approximately", "appt": "appointment", "asst": "assistant", "attn": "attention",
    "bldg": "building", "cf": "compare", "dept": "department", "depts": "departments",
    "etc": "et cetera", "ext": "extension", "govt": "government", "intl": "international",
    "mgmt": "management", "mgr": "manager", "natl": "national", "pkg": "package",
    "qty": "quantity", "tel": "telephone", "univ": "university", "viz": "namely", "vs": "versus",
}  # fmt: skip

# They never end a sentence: "cf. The Times".
_NEVER_LAST = frozenset("approx attn cf viz vs a.k.a f.k.a n.k.a d.b.a".split())
# They also name letters: "Fig. A".
_LETTERED = frozenset("fig figs eq eqs app sec".split())
_LETTER = regex(r" [A-Z](?:[-.]?[0-9]+)?(?![\w'])")

# Also words, so only where the sentence goes on in lower case or with a number.
_WITHIN_SENTENCES = {
    "abbr": "abbreviation", "avg": "average", "ca": "circa", "cont": "continued",
    "ed": "edition", "eds": "editors", "esp": "especially", "est": "estimated", "excl": "excluding",
    "fwd": "forward", "incl": "including", "max": "maximum", "med": "medium", "min": "minimum",
    "misc": "miscellaneous", "orig": "originally", "prev": "previous", "temp": "temperature",
}  # fmt: skip

# After an ordinal.
_WHICH = {
    "Fl": "floor",
    "Cir": "circuit",
    "rev": "revised",
    **dict.fromkeys(("ed", "Ed", "edn"), "edition"),
}

# Likewise, but with a capital.
_DATES = SHORT_MONTHS | SHORT_WEEKDAYS

# With a full stop after each part; others are spelt out.
_DOTTED = {
    "e.g": "for example,",
    "i.e": "that is,",
    "p.s": "p s,",
    "ph.d": "p h d",
    "b.sc": "b s c",
    "m.sc": "m s c",
    "ed.d": "e d d",
    "psy.d": "psy d",
    "ll.b": "l l b",
    "ll.m": "l l m",
}

SLASHED = {
    "w/o": "without",
    "w/out": "without",
    "w/in": "within",
    "w/": "with",
    "c/o": "care of",
    "b/c": "because",
    "n/a": "n a",
    "s/he": "she or he",
    "and/or": "and or",
    "he/she": "he or she",
    "she/he": "she or he",
    "sir/madam": "sir or madam",
    "him/her": "him or her",
    "his/her": "his or her",
    "his/hers": "his or hers",
    "yes/no": "yes or no",
    "either/or": "either or",
}

# After the full stop of an abbreviation, these begin a new sentence.
STARTERS = frozenset(
    """
    A After All Although An And Another Are As At Because Before Both But By Can Could Did Do Does
    Each Even Every For From Had Has Have He Her Here His How However I If In Is It Its Just Last
    Later Let Many Maybe Meanwhile Most My Next No Not Now On Once One Only Or Other Our Perhaps
    Please She Should Since So Some Such Than That The Their Then There These They This Those To
    Today Two Under Until Was We Were What When Where Which While Who Why Will With Would Yes Yet
    You Your Don't He's I'll I'm I've It's Let's She's That's There's They're We're What's You're
    """.split()
)

# A letter after these is a label, not an initial.
_LABELED = frozenset(
    """
    annex appendix category chapter class column exhibit figure grade group hepatitis item level
    option part phase plan row schedule section series step team type vitamin
    """.split()
)
_WORD_BEFORE = regex(r"(\b[A-Za-z]+|[0-9]) $")
_BORN = regex(rf" (?:[0-9]{{4}}\b|(?:{any_of(MONTHS)}) )")
_FOLLOWING = regex(r"['\")\]]* *(\n|$|['\"(]*[A-Za-z][A-Za-z']*)")
_NAME_BEFORE = regex(r"(?:\b([A-Z][A-Za-z']*)|[0-9](?:st|nd|rd|th)) $")
_GOES_ON = regex(r"[,;:)]| [^A-Z\n]")
_NAME_BEHIND = regex(" ['\"]?[^\\Wa-z0-9_]")  # also one from the lexicon
_STORY = regex(r"[0-9](?:st|nd|rd|th) (?:rev\. )?$")
_NUMBER = regex(r" ?([0-9]|[IVXLC]{1,7}\b(?! ?['a-z]))")


@rule(
    rf"(?i)(?<![\w/])(?:{any_of(SLASHED)})(?![\w/])",
    "w/o and/or he/she c/o -> without and or he or she care of",
)
def _slashed(match: Match) -> str:
    return SLASHED[match[0].lower()] + " " * match[0].endswith("/")


@rule("# ?(?=[0-9])", "#1 -> number 1")
def _number_sign(match: Match) -> str:
    return apart(match, "number ")


@rule(
    r"(?<![\w.])(?:(?:[A-Za-z]\.){1,12}[A-Za-z]|[Pp]h\.[Dd]|[BM]\.Sc|Ed\.D|Psy\.D"
    r"|LL\.[BMD])(?![A-Za-z])\.?",
    "e.g. a, i.e., b (e.g.) -> for example, a, that is, b (for example,)",
    "U.S. Army in the U.S. He -> u s Army in the u s. He",
    "a Ph.D., a B.Sc. -> a p h d, a b s c.",
)
def _dotted_letters(match: Match) -> str:
    written = match[0].rstrip(".")
    said = _DOTTED.get(written.lower()) or " ".join(written.replace(".", "").lower())
    if not match[0].endswith("."):
        return said
    following = match.string[match.end() : match.end() + 1]
    if said.endswith(","):
        return said.rstrip(",") if following in ("", ",", "\n", ":") else said
    return said + "." * (written not in _NEVER_LAST and ends_sentence(match.string, match.end()))


_versus = Rule(
    "versus",
    r"(?<=[A-Za-z.)] )vs?\. (?=[A-Z])",
    "versus ",
    "Roe v. Wade, cats vs. dogs -> Roe versus Wade, cats versus dogs",
)

_et_al = Rule("et al", r"\bet al\.(?! [A-Z])", "et al", "Smith et al. agree. -> Smith et al agree.")


# Without a stop, before a name or after one.
@rule(
    rf"\b({'|'.join(BARE_TITLES)}) (?=[^\Wa-z0-9_])"
    r"|\b(Mrs?)(?= (?:and|&) )",
    "Mr and Mrs Hall met Dr Jones -> mister and missus Hall met doctor Jones",
)
def _title_without_stop(match: Match) -> str:
    return f"{TITLES[match[1]]} " if match[1] else TITLES[match[2]]


@rule(r"\b([A-Z][a-z]{1,30},?) (Jr|Sr)\b(?!\.)", "John Smith Jr spoke -> John Smith junior spoke")
def _junior(match: Match) -> str:
    return f"{match[1]} {_AFTER_NAMES[match[2]]}"


@rule(
    r"d (?<=[23]d )(?=(?:[Ee]d|Cir|Dist|ser)\b)",
    "in the 2d Cir. and 3d ed. of -> in the 2nd circuit and 3rd edition of",
)
def _legal_ordinal(match: Match) -> str:
    return "nd " if match.string[match.start() - 1] == "2" else "rd "


@rule(
    r"(?<![\w.'])([A-Za-z]{1,6})\.(?![\w@])",
    "Dr. Lee asked Mr. and Mrs. Hall -> doctor Lee asked mister and missus Hall",
    "St. James St. in St. Paul -> saint James street in saint Paul",
    "Dr. King Dr. is long. The Dr. left. -> doctor King drive is long. The doctor left.",
    "on 5th St. It is -> on 5th street. It is",
    "Apple Inc. fell. At Apple Inc. He -> Apple incorporated fell. At Apple incorporated. He",
    "No. 5 and no. 5, Vol. II, vol. I -> number 5 and no. 5, volume II, volume I",
    "pens, etc. He left -> pens, et cetera. He left",
    "pens, etc., too -> pens, et cetera, too",
    "the max. speed, to the max. -> the maximum speed, to the max.",
    "Nov. was cold; it sat. a -> november was cold; it sat. a",
    "Paris, Tex. was hot -> Paris, texas was hot",
    "Rev. was up -> Rev. was up",
    "No. I won't. -> No. I won't.",
    "5 min. later -> 5 min. later",
    "34th Fl., 2nd ed., 3rd rev. ed. -> 34th floor, 2nd edition, 3rd revised edition.",
)
def _shortened(match: Match) -> str | None:
    """Say an abbreviation by what stands on both sides of it."""
    text, word, end = match.string, match[1], match.end()
    before = text[max(0, match.start() - 20) : match.start()]
    goes_on = _GOES_ON.match(text, end) is not None
    stop = "." * ends_sentence(text, end)
    if word.lower() in ("b", "d"):
        known = word.islower() and before.endswith(("(", ", ", "; ")) and _BORN.match(text, end)
        return _BEFORE_NUMBERS[word] if known else None
    if word in _WHICH and _STORY.search(before):
        return _WHICH[word] + stop
    if word in ("St", "Dr") and _is_street(text, before, end):
        return SHORT_STREETS[word] + stop
    if word in TITLES and (_NAME_BEHIND.match(text, end) or (goes_on and word in _ALONE)):
        return TITLES[word]
    if word in _AFTER_NAMES:
        return _AFTER_NAMES[word] + stop
    if word in SHORT_STATES and before.endswith(", "):
        return SHORT_STATES[word] + stop
    if number := _NUMBER.match(text, end):
        said = _BEFORE_NUMBERS.get(word) or _BEFORE_NUMBERS.get(word.lower())
        if said and (word != "No" or number[1].isdecimal()):
            return said
    if word.lower() in _LETTERED and _LETTER.match(text, end):
        return _BEFORE_NUMBERS.get(word.lower(), "appendix")
    if word.lower() in _ANYWHERE:
        return _ANYWHERE[word.lower()] + stop * (word.lower() not in _NEVER_LAST)
    measure = word == "min" and before.rstrip(" -")[-1:].isdecimal()
    if goes_on and not measure:
        return _WITHIN_SENTENCES.get(word.lower()) or _DATES.get(word)
    return None


@rule(
    r"(?<![\w.'°])([A-Z])\.(?: ?(?=(['\"]?[A-Z][A-Za-z']*))| (?=[a-z]{3}))",
    "J. R. R. Tolkien. Plan B. Then -> j r r Tolkien. Plan B. Then",
)
def _initial(match: Match) -> str | None:
    before = _WORD_BEFORE.search(match.string[max(0, match.start() - 12) : match.start()])
    if before and (before[1].isdecimal() or before[1].lower() in _LABELED):
        return None
    if not match[2]:  # of a genus: "E. coli"
        return None if match[1] == "I" else f"{match[1].lower()} "
    if match[2].lstrip("'\"") in STARTERS and len(match[2]) > 1:
        return None
    return f"{match[1].lower()} "


@rule(r"\bvs\b|\betc\b", "cats vs dogs, etc -> cats versus dogs, et cetera")
def _without_stop(match: Match) -> str:
    return _ANYWHERE[match[0]]


def ends_sentence(text: str, end: int) -> bool:
    """Return whether the full stop before `end` ends a sentence, not just an abbreviation."""
    following = _FOLLOWING.match(text, end)
    if following is None:
        return False
    word = following[1].lstrip("'\"(")
    return word in ("", "\n") or word in STARTERS


def _is_street(text: str, before: str, end: int) -> bool:
    """Return whether "St." is a street: it follows a name, and no other name follows it."""
    name = _NAME_BEFORE.search(before)
    if name is None or name[1] in STARTERS:
        return False
    return ends_sentence(text, end) or not _NAME_BEHIND.match(text, end)


abbreviations = Step(
    'Say abbreviations: "Dr. Smith" is "doctor Smith", "the U.S. Army" "the u s Army".',
    _slashed,
    _number_sign,
    _dotted_letters,
    _versus,
    _et_al,
    _title_without_stop,
    _junior,
    _legal_ordinal,
    _shortened,
    _initial,
    _without_stop,
)

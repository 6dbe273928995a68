"""Abbreviations with a full stop, and whether that stop also ends the sentence.

Streets, dates, times and units have steps of their own, before this one.
"""

import re

from soprano_np.text.english.spoken_numbers import apart

# Before a name, with a capital.
_TITLES = {
    # people
    "Mr": "mister", "Mrs": "missus", "Ms": "miss", "Messrs": "messers", "Mme": "madame",
    "Dr": "doctor", "Drs": "doctors", "Prof": "professor", "Hon": "honorable",
    "Rev": "reverend", "Fr": "father", "Br": "brother", "Msgr": "monsignor",
    # offices
    "Pres": "president", "Gov": "governor", "Sen": "senator", "Sens": "senators",
    "Rep": "representative", "Reps": "representatives", "Amb": "ambassador", "Supt":
    "superintendent", "Det": "detective", "Insp": "inspector", "Atty": "attorney",
    # ranks
    "Gen": "general", "Col": "colonel", "Maj": "major", "Capt": "captain", "Cpt": "captain",
    "Lt": "lieutenant", "Sgt": "sergeant", "Cpl": "corporal", "Pvt": "private", "Adm": "admiral",
    "Cmdr": "commander", "Cdr": "commander",
    # places
    "St": "saint", "Ste": "saint", "Mt": "mount", "Mts": "mountains", "Ft": "fort",
}  # fmt: skip

# The same before any word: "Ask the Dr. on duty", "Mr. and Mrs. Hall".
_ALONE = ("Mr", "Mrs", "Ms", "Dr")

# After a name, with a capital.
_AFTER_NAMES = {
    "Jr": "junior", "Sr": "senior", "Esq": "esquire",
    "Inc": "incorporated", "Corp": "corporation", "Co": "company", "Cos": "companies",
    "Ltd": "limited", "Bros": "brothers", "Assn": "association", "Univ": "university",
    "Intl": "international", "Natl": "national",
    "Ave": "avenue", "Av": "avenue", "Blvd": "boulevard", "Cir": "circle", "Ct": "court",
    "Expy": "expressway", "Hwy": "highway", "Ln": "lane", "Pkwy": "parkway", "Pl": "place",
    "Rd": "road", "Sq": "square", "Ter": "terrace",
}  # fmt: skip

# Behind a street's name, if no other name follows: "Main St." but "St. John".
_STREETS = {"St": "street", "Dr": "drive"}

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

# Also words: only where the sentence goes on in lower case or with a number.
_WITHIN_SENTENCES = {
    "abbr": "abbreviation", "avg": "average", "ca": "circa", "cont": "continued",
    "ed": "edition", "eds": "editors", "esp": "especially", "est": "estimated", "excl": "excluding",
    "fwd": "forward", "incl": "including", "max": "maximum", "med": "medium", "min": "minimum",
    "misc": "miscellaneous", "orig": "originally", "prev": "previous", "temp": "temperature",
}  # fmt: skip

# The same, but only with a capital.
_DAYS = {
    "Jan": "january", "Feb": "february", "Mar": "march", "Apr": "april", "Jun": "june",
    "Jul": "july", "Aug": "august", "Sep": "september", "Sept": "september", "Oct": "october",
    "Nov": "november", "Dec": "december",
    "Mon": "monday", "Tue": "tuesday", "Tues": "tuesday", "Wed": "wednesday", "Thu": "thursday",
    "Thur": "thursday", "Thurs": "thursday", "Fri": "friday", "Sat": "saturday", "Sun": "sunday",
}  # fmt: skip

_MONTHS = sorted({name for name in _DAYS.values() if not name.endswith("day")} | {"may"})

# After a comma, as newspapers write them.
STATES = {
    "Ala": "alabama", "Ariz": "arizona", "Ark": "arkansas", "Calif": "california",
    "Colo": "colorado", "Conn": "connecticut", "Del": "delaware", "Fla": "florida",
    "Ga": "georgia", "Ill": "illinois", "Ind": "indiana", "Kan": "kansas", "Ky": "kentucky",
    "La": "louisiana", "Mass": "massachusetts", "Md": "maryland", "Mich": "michigan",
    "Minn": "minnesota", "Miss": "mississippi", "Mo": "missouri", "Mont": "montana",
    "Neb": "nebraska", "Nev": "nevada", "Okla": "oklahoma", "Ore": "oregon",
    "Pa": "pennsylvania", "Tenn": "tennessee", "Tex": "texas", "Va": "virginia",
    "Vt": "vermont", "Wash": "washington", "Wis": "wisconsin", "Wyo": "wyoming",
}  # fmt: skip

# With a stop behind each letter, or nearly; other letters are spelt.
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

_SLASHED = {
    "w/o": "without",
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

# With a capital after an abbreviation's stop, these begin a sentence.
_STARTERS = frozenset(
    """
    A After All Although An And Another Are As At Because Before Both But By Can Could Did Do Does
    Each Even Every For From Had Has Have He Her Here His How However I If In Is It Its Just Last
    Later Let Many Maybe Meanwhile Most My Next No Not Now On Once One Only Or Other Our Perhaps
    Please She Should Since So Some Such Than That The Their Then There These They This Those To
    Today Two Under Until Was We Were What When Where Which While Who Why Will With Would Yes Yet
    You Your Don't He's I'll I'm I've It's Let's She's That's There's They're We're What's You're
    """.split()
)

# Without a stop, before a name or after one.
_UNDOTTED = re.compile(
    r"\b(Mr|Mrs|Ms|Dr|Prof|Sgt|Capt|Lt|Cpl|Sen|Gov|St|Mt|Ft) (?=[^\Wa-z0-9_])"
    r"|\b(Mrs?)(?= (?:and|&) )"
)
_UNDOTTED_AFTER = re.compile(r"\b([A-Z][a-z]{1,30},?) (Jr|Sr)\b(?!\.)")
# A letter behind these is a label, and no initial of a name.
_LABEL = re.compile(
    r"(?:\b(?:plan|type|vitamin|exhibit|figure|section|appendix|class|group|grade|option|part"
    r"|hepatitis|series|chapter|team|schedule|column|row|item|step|category|level|phase|annex)"
    r"|[0-9]) $",
    re.IGNORECASE,
)
_BORN = re.compile(r" (?:[0-9]{4}\b|(?:" + "|".join(_MONTHS) + ") )")

_FOLLOWING = re.compile(r"['\")\]]* *(\n|$|['\"(]*[A-Za-z][A-Za-z']*)")
_NAME_BEFORE = re.compile(r"(?:\b([A-Z][A-Za-z']*)|[0-9](?:st|nd|rd|th)) $")
_GOES_ON = re.compile(r"[,;:)]| [^A-Z\n]")
_NAME_BEHIND = re.compile(" ['\"]?[^\\Wa-z0-9_]")  # also one from the lexicon
_SHORTENED = re.compile(r"(?<![\w.'])([A-Za-z]{1,6})\.(?![\w@])")
_LETTERS = re.compile(
    r"(?<![\w.])(?:(?:[A-Za-z]\.){1,12}[A-Za-z]|[Pp]h\.[Dd]|[BM]\.Sc|Ed\.D|Psy\.D"
    r"|LL\.[BMD])(?![A-Za-z])\.?"
)
_INITIAL = re.compile(r"(?<![\w.'°])([A-Z])\.(?: ?(?=(['\"]?[A-Z][A-Za-z']*))| (?=[a-z]{3}))")
_STORY = re.compile("[0-9](?:st|nd|rd|th) $")
_NUMBER = re.compile(r" ?([0-9]|[IVXLC]{1,7}\b(?! ?['a-z]))")
_SLASH = re.compile(
    rf"(?<![\w/])(?:{'|'.join(sorted(_SLASHED, key=len, reverse=True))})(?![\w/])", re.IGNORECASE
)


def abbreviations(text: str) -> str:
    """Say abbreviations: "Dr. Smith" is "doctor Smith", "the U.S. Army" "the u s Army"."""
    if "/" in text:
        text = _SLASH.sub(lambda m: _SLASHED[m[0].lower()] + " " * m[0].endswith("/"), text)
    text = _LETTERS.sub(_letters, re.sub("# ?(?=[0-9])", lambda m: apart(m, "number "), text))
    text = re.sub(r"(?<=[A-Za-z.)] )vs?\. (?=[A-Z])", "versus ", text)
    text = re.sub(r"\bet al\.(?! [A-Z])", "et al", text)
    text = _UNDOTTED.sub(_undotted, text)
    text = _UNDOTTED_AFTER.sub(lambda m: f"{m[1]} {_AFTER_NAMES[m[2]]}", text)
    text = _INITIAL.sub(_initial, _SHORTENED.sub(_shortened, text))
    return re.sub(r"\bvs\b|\betc\b", lambda m: _ANYWHERE[m[0]], text)


def ends_sentence(text: str, end: int) -> bool:
    """Tell whether a stop that ends at `end` ends a sentence, not just an abbreviation."""
    following = _FOLLOWING.match(text, end)
    if following is None:
        return False
    word = following[1].lstrip("'\"(")
    return word in ("", "\n") or word in _STARTERS


def _letters(match: re.Match[str]) -> str:
    written = match[0].rstrip(".")
    said = _DOTTED.get(written.lower()) or " ".join(written.replace(".", "").lower())
    if not match[0].endswith("."):
        return said
    following = match.string[match.end() : match.end() + 1]
    if said.endswith(","):
        return said.rstrip(",") if following in ("", ",", "\n", ":") else said
    return said + "." * ends_sentence(match.string, match.end())


def _undotted(match: re.Match[str]) -> str:
    return f"{_TITLES[match[1]]} " if match[1] else _TITLES[match[2]]


def _initial(match: re.Match[str]) -> str:
    if _LABEL.search(match.string[max(0, match.start() - 12) : match.start()]):
        return match[0]
    if not match[2]:  # of a genus: "E. coli"
        return match[0] if match[1] == "I" else f"{match[1].lower()} "
    if match[2].lstrip("'\"") in _STARTERS and len(match[2]) > 1:
        return match[0]
    return f"{match[1].lower()} "


def _shortened(match: re.Match[str]) -> str:
    """Say an abbreviation by what stands on both sides of it."""
    text, word, end = match.string, match[1], match.end()
    before = text[max(0, match.start() - 20) : match.start()]
    goes_on = _GOES_ON.match(text, end) is not None
    stop = "." * ends_sentence(text, end)
    if word.lower() in ("b", "d"):
        known = word.islower() and before.endswith(("(", ", ", "; ")) and _BORN.match(text, end)
        return _BEFORE_NUMBERS[word] if known else match[0]
    if word == "Fl" and _STORY.search(before):
        return "floor" + stop
    if word in _STREETS and _is_street(text, before, end):
        return _STREETS[word] + stop
    if word in _TITLES and (_NAME_BEHIND.match(text, end) or (goes_on and word in _ALONE)):
        return _TITLES[word]
    if word in _AFTER_NAMES:
        return _AFTER_NAMES[word] + stop
    if word in STATES and before.endswith(", "):
        return STATES[word] + stop
    if number := _NUMBER.match(text, end):
        said = _BEFORE_NUMBERS.get(word) or _BEFORE_NUMBERS.get(word.lower())
        if said and (word != "No" or number[1].isdigit()):
            return said
    if word.lower() in _ANYWHERE:
        return _ANYWHERE[word.lower()] + stop
    measure = word == "min" and before.rstrip(" -")[-1:].isdigit()
    if goes_on and not measure:
        return _WITHIN_SENTENCES.get(word.lower()) or _DAYS.get(word, match[0])
    return match[0]


def _is_street(text: str, before: str, end: int) -> bool:
    """Tell a street from a saint or a doctor: it follows a name, and no other name follows it."""
    name = _NAME_BEFORE.search(before)
    if name is None or name[1] in _STARTERS:
        return False
    return ends_sentence(text, end) or not _NAME_BEHIND.match(text, end)

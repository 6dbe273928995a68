# ruff: noqa: RUF001 (the sign is meant)
"""Feet, inches and minutes of arc by their marks (5'10", 40°26'), and "in" for inches."""

from soprano_np.text.english.rule import Match, Rule, Text, rule
from soprano_np.text.english.say import apart, cardinal, decimal, fraction, label
from soprano_np.text.english.vocabulary import DIRECTIONS
from soprano_np.text.patterns import regex

_INCH_MARK = regex(r"(\d)?\"")

# A number and "in" is in doubt: "7 in tablet", "7 in ten". Beside these it means inches.
_INCHES_FOLLOW = regex(
    r" ?[x×] ?\d| (?:wide|tall|long|high|deep|thick|round|diagonal|apart|away|per|possible|expected"
    r"|likely|wider|taller|longer|higher|deeper|thicker|larger|shorter|in diameter|of|by \d"
    r"|from (?:the|each|its|your))\b| \(\d[\d.]* ?[cm]m\b"
)
_INCHES_BEFORE = regex(r"(?:\bft\.?|feet|foot|'|in\.? (?:x|by)| ×) $")
_INCHES_DESCRIBE = regex(
    r" (?:(?:tablet|screen|display|monitor|laptop|phone|television|ruler|pan|skillet|griddle|cake"
    r"|pie|pizza|sub|pot|nail|screw|bolt|pipe|hose|wheel|rim|tire|blade|knife|barrel|board|plank"
    r"|tile|hole|gap|incision|cube|square|circle|strip|slice|piece|layer|heel|mattress|record|disk"
    r"|speaker|woofer|subwoofer|telescope|lens|margin|border|seam|hem|inseam|ribbon|lift)s?"
    r"|LED|OLED|QLED|LCD|UHD|HD|4K|iPads?|MacBooks?|TVs?|HDTVs?)\b"
)
# Before these it is, if nothing but a stop or the end of the line follows.
_SIZE_BEFORE = regex(
    r"(?:[:=(~<>≤≥]|^|\n|\b(?:[Hh]eight|[Ww]idth|[Dd]epth|[Ll]ength|[Ss]ize|[Dd]iameter|[Rr]adius"
    r"|[Tt]hickness|[Cc]learance|[Ss]now|[Rr]ain|[Rr]ainfall|[Ss]nowfall|[Pp]recip|[Ww]aist|[Cc]hest"
    r"|[Hh]ips?|[Ii]nseam|[Ss]creen|about|around|over|under|nearly|almost|roughly|least|than|measures"
    r"|measured|grew|fell|rose|dropped|is|was|up to|cut|trim|[Ff]old|[Ll]eave|every))[ \n]?$"
)
_STOP = regex(r"[,;)]|\.?(?:$|\n|\. ?[A-Z])")
_CAPITAL = regex(r"\. [A-Z]")
_LET_IN = regex(r"\b(?:let|lets|letting|put|puts|fit|squeezed?|took|takes?|got|gets?|all|the) $")


@rule(
    r"(?<![\w.])(\d{1,3}(?:\.\d+)?)"
    r"(?:° ?(\d{1,2}(?:\.\d+)?)' ?(?:(\d{1,2}(?:\.\d+)?)(?:''|\") ?)?|° ?)"
    r"([NSEW])?(?![\w'\"])",
    "90° N, 40°26'46\"N"
    " -> ninety degrees north, forty degrees twenty six minutes forty six seconds north",
    needs="°",
)
def _angle(match: Match) -> str | None:
    degrees, minutes, seconds, direction = match.groups()
    if not (minutes or direction):
        return None
    words = [
        f"{decimal(number)} {name}{'' if number == '1' else 's'}"
        for number, name in ((degrees, "degree"), (minutes, "minute"), (seconds, "second"))
        if number
    ]
    return " ".join([*words, DIRECTIONS[direction]] if direction else words)


_feet_of_size = Rule(
    "feet of size",
    r"(?<![\w'.,])(\d{1,3})'(?= (?:x|by|tall|long|wide|high|deep)\b)",
    r"\1 ft",
    "8' x 10' -> eight feet by ten feet",
    needs="'",
)


@rule(
    r"'(?<=\d')([0-5]\d)(?:''|\")?(?: ?/ ?| per )(km|mi|mile|kilometer|k)\b",
    "5'10\"/km, 10'00\" per mile -> 5 ten per kilometer, 10 minutes per mile",
    needs="'",
)
def _pace(match: Match) -> str:
    seconds, distance = match.groups()
    said = "minutes" if seconds == "00" else label(f"9{seconds}").removeprefix("nine ")
    return f" {said} per {'kilometer' if distance[0] == 'k' else 'mile'}"


@rule(
    r"(?<![\w'.,])(\d{1,3})'[ -]?(\d{1,2}(?:\.\d+| \d/\d{1,2})?)(?![\d'])(?:''|\"|(?: ?in\b\.?))?",
    "5'10\" and 6'2 -> five foot ten and six foot two",
    needs="'",
)
def _feet_and_inches(match: Match) -> str:
    inches = match[2]
    words = fraction(inches) if "/" in inches else decimal(inches)
    return apart(match, f"{cardinal(match[1])} foot {words}")


_feet_alone = Rule(
    "feet alone",
    r"(?<![\w'.,])(\d{1,3})'(?= [a-z]|[.,;)]|$)",
    r"\1 ft",
    "it is 6' high, 5' -> it is six feet high, five feet",
    needs="'",
    unless=r"(?<!\w)'(?=[A-Za-z])",
)


def _inch_marks(text: Text) -> None:
    """Write "in" for inch marks: double quotes after a digit, outside quotations."""
    if '"' not in text.string:
        return
    quoted = False

    def mark(match: Match) -> str:
        nonlocal quoted
        end = match.end()
        if match[1] and not quoted and match.string[end : end + 1] in " ,;:.)-?!x":
            return f"{match[1]}in"
        quoted = not quoted
        return match[0]

    text.sub("inch mark", _INCH_MARK, mark)


_one_in_ten = Rule(
    "one in ten",
    r"-in-(?<=\d-in-)(?=(?:\d{1,2}|one|a|the)\b)",
    " in ",
    "a 3-in-1 printer, 4-in-a-row -> a 3 in 1 printer, 4 in a-row",
    "1 in 10, a 3-in nail -> 1 in 10, a three inch nail",
)

_two_in_one = Rule("two in one", r"in(?<=\din)(?=\d\b)", " in ", "a 2in1 laptop -> a 2 in 1 laptop")

_mercury = Rule(
    "mercury",
    r"(?<=\d)( ?)(mm|in)\.? ?Hg\b",
    r"\1\2Hg",
    "30.12 in Hg -> thirty point one two inches of mercury",
    needs="Hg",
)


def means_inches(match: Match) -> bool:
    """Return whether the "in" of a measure (groups number, gap, first, to, unit) means inches."""
    text, start, end = match.string, match.start(), match.end("unit")
    if (
        match["gap"] == "-"
        or not match["gap"]
        or "/" in match["number"]
        or (match["to"] or "").strip() in ("x", "×")
        or _INCHES_BEFORE.search(text, max(0, start - 6), start)
        or _INCHES_FOLLOW.match(text, end + text.startswith(".", end))
        or describes_in_inches(match)
    ):
        return True
    before = text[max(0, start - 12) : start]
    if _LET_IN.search(before):
        return False
    if text.startswith(".", end) and not _CAPITAL.match(text, end):
        return True
    sized = "." in match["number"] or match["first"] or _SIZE_BEFORE.search(before)
    return bool(sized and _STOP.match(text, end))


def describes_in_inches(match: Match) -> bool:
    """Return whether the "in" of a measure is inches that describe a thing: "7 in tablet"."""
    return _INCHES_DESCRIBE.match(match.string, match.end("unit")) is not None


PRIMES = (
    _one_in_ten,
    _two_in_one,
    _mercury,
    _angle,
    _feet_of_size,
    _pace,
    _feet_and_inches,
    _feet_alone,
    _inch_marks,
)

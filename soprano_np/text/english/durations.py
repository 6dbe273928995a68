# ruff: noqa: RUF001 (the signs are meant)
"""Durations with one letter for each unit: "up 3d 4h 12m", "30s remaining", "in 20m".

Comes after money, whose m is a million, and before measures, whose m is a meter. "5s" may be a
plural, "60s" a decade and "3d" a dimension, so one unit is read only beside words of time.
"""

import re

from soprano_np.text.english.rule import Match, Step, rule
from soprano_np.text.english.say import DASH, decimal, first_digit, is_adjective
from soprano_np.text.patterns import regex

_NAMES = {
    "y": "year", "mo": "month", "w": "week", "d": "day", "h": "hour", "m": "minute",
    "min": "minute", "s": "second", "sec": "second", "ms": "millisecond",
}  # fmt: skip
_ORDER = list(_NAMES)
_FIRST = first_digit(r"\w.,$£€¥'/-") + r"(?<!\d:\d)"
_REST = rf"\d{{0,5}}(?:\.\d+)?(?:(?: ?{DASH} ?| to )\d{{1,6}}(?:\.\d+)?)?[ywdms]\b"
_NUMBER = r"\d+(?:\.\d+)?"
_ONE = regex(rf"(?:(?P<first>{_NUMBER})(?: ?{DASH} ?| to ))?(?P<last>{_NUMBER})[a-z]")

# What stands behind durations. Those for minutes would not stand behind meters.
_WORD_BEHIND = regex(
    r" (?:ago|left(?! (?:of|the)\b)|remain(?:ing|s)?(?! [a-z]+s\b)|elapsed|to go|later?|early"
    r"|overdue|until|till|of (?:audio|downtime|footage|inactivity|music|recording|silence"
    r"|speech|video))\b"
)
_NOT_METERS_BEHIND = regex(r" (?:(?:each|faster|slower|old|in total)\b|(?:on|off)(?=[,.;]|$))")
_NOUN_BEHIND = regex(
    r"[ -](?:break|buffer|call|class|commute|cooldown|countdown|delay|drive|episode|flight|grace"
    r"|hold|interval|meeting|nap|notice|outage|pause|penalty|ride|session|timeout|timer|wait"
    r"|warning|workout)s?\b"
)
_NOUN_NOT_METERS_BEHIND = regex(
    r"[ -](?:average|avg|challenge|change|exposure|forecast|free|limit|mark|moving|plank|refund"
    r"|rest|retention|sprint|streak|supply|trial|warranty|window)s?\b"
)
# What durations follow; distances and dimensions follow the weak ones as well.
_CUE = regex(
    r"(?:\b(?:wait(?:s|ed|ing)?|took|takes?|lasts?|lasted|go|hold|rest|plank|sleep(?:s|ing)?"
    r"|paused?|timeout|timer|time|delay|duration|interval|cooldown|countdown|eta|runtime|uptime|up"
    r"|prep|cook|bake|total|another|(?:expires|due|ships|back|ready|ends|starts|arrives) in"
    r"|(?P<weak>in|every|after|for|past|first|last|next|within|about|under|over|than|around|least"
    r"|most|(?:up|set) to|(?:delay|duration|interval|limit|max|min|maximum|minimum|pause|timeout"
    r"|total|wait|window) of))(?:: ?| is | of | )|(?P<sign>(?<![A-Za-z])[~<>≤≥] ?|= ?))$",
    re.IGNORECASE,
)
_MINUTE_CUE = regex(r"\b(?:in|every|after|for|past) $", re.IGNORECASE)
# Behind a duration that describes no noun.
_NO_NOUN = regex(
    r"$|[\n.;:!?)\]\"'|]|,(?! (?:turn|keep|bear|take|make|go|continue))| (?:and|or|if|then|so|but"
    r"|at|on|by|from now|because|when|before|unless|while|per|max|tops|flat|with|i|we|you|he|she"
    r"|they|it|between|a day)\b",
    re.IGNORECASE,
)
# "two 5s", "the 60s": plurals.
_COUNTED = regex(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|\d+|some|several|many|few|these|those|both"
    r"|all|any|no|his|her|their|my|your|our|early|mid|late|the|low|high|upper|(?:adults|highs|lows|men|people|players|temps"
    r"|temperatures|those|women) in)[ -]$",
    re.IGNORECASE,
)
_OPENS = regex(r"(?:^|[\n(:;,|\[] ?|[-–—] )$")
_SIZE_CUES = ("in", "In", "least", "most", "than", "over", "under", "about", "around")
_DAYS = regex(r"[5-9]|[1-9]\d|[1-9]\d0|365")
_LABEL = regex(
    r"(?:\b(?:(?:sub)?section|rule|room|apt|seat|part|item|fig|figure|table|appendix|chapter|page|unit"
    r"|grade|question)|[A-Z]\w*) $",
)
_MANY = regex(r" of (?:thousands|millions|billions|[a-z]{3,12}s)\b")
_THING_BEHIND = regex(
    r" (?:nails?|arrays?|print|model|graphic|space|plot|movie|scan|view|window"
    r"|vector|tensor|point|image|matrix|grid)"
)


@rule(
    rf"{_FIRST}\d{{0,4}}[ywdhm](?:,? ?\d{{1,5}}(?:\.\d{{1,3}})?(?:mo|min|ms|sec|[wdhms])){{1,6}}\b",
    "up 3d 4h 12m -> up three days four hours twelve minutes",
    "1h 20m 5s, 12m30s -> one hour twenty minutes five seconds, twelve minutes thirty seconds",
    "1y 3m -> one year three months",
    "5m 3h -> 5m 3h",
)
def _chain(match: Match) -> str | None:
    parts = re.findall(r"([\d.]+)([a-z]+)", match[0])
    chains: list[list[tuple[str, str]]] = [[]]
    for number, unit in parts:
        if chains[-1] and _ORDER.index(chains[-1][-1][1]) >= _ORDER.index(unit):
            chains.append([])  # the unit grows again
        months = unit == "m" and chains[-1] and chains[-1][-1][1] == "y"
        chains[-1].append((number, "mo" if months else unit))
    if min(map(len, chains)) == 1:
        return None
    return ", ".join(" ".join(_amount(*part) for part in chain) for chain in chains)


@rule(
    rf"({_FIRST}\d{{0,3}})h ?(\d{{1,2}})(?![\w:]|[.,]\d)",
    "1h30 -> one hour thirty minutes",
)
def _hours_and_minutes(match: Match) -> str:
    return f"{_amount(match[1], 'h')} {_amount(match[2], 'm')}"


@rule(
    rf"({_FIRST}\d?) ?[x×] ?(1[5-9]|[2-9]\d|[1-9]\d\d)s\b",
    "3 x 30s, 2x4s -> three times thirty seconds, 2x4s",
)
def _sets(match: Match) -> str:
    return f"{decimal(match[1])} times {_amount(match[2], 's')}"


@rule(
    rf"{_FIRST}{_REST}(?:(?:, ?|,? and |,? or )\d{_REST}){{0,20}}(?!['’/]|\.\w)",
    "5s, 10s, 30s remaining -> five seconds, ten seconds, thirty seconds remaining",
    "go 60s, the 60s, two 5s -> go sixty seconds, the 60s, two 5s",
    "30m left of it, 30m left in 20m -> 30m left of it, thirty minutes left in twenty minutes",
    "3d ago, in 3d, a 7d trial -> three days ago, in 3d, a seven day trial",
    "5-10s, a 30s timer -> five to ten seconds, a thirty second timer",
    "in 30s fashion, 10m tall -> in 30s fashion, 10m tall",
)
def _one_unit(match: Match) -> str | None:
    text, end = match.string, match.end()
    unit = text[end - 1]
    items = list(_ONE.finditer(match[0]))
    if {item[0][-1] for item in items} != {unit} or not _is_time(match, unit, items):
        return None
    noun = _NOUN_BEHIND.match(text, end) or _NOUN_NOT_METERS_BEHIND.match(text, end)
    describes = bool(noun) or is_adjective(match)
    return _ONE.sub(lambda item: _item(item, unit, describes), match[0])


def _is_time(match: Match, unit: str, items: list[Match]) -> bool:
    """Return whether the words beside a number and a letter are about time."""
    text, start, end = match.string, match.start(), match.end()
    window = max(0, start - 16)
    cue = _CUE.search(text, window, start)
    alone = _NO_NOUN.match(text, end) is not None
    thing = text[max(0, start - 1) : start] in tuple("%:+") or _THING_BEHIND.match(text, end)
    if unit == "d" and thing:
        return False
    if items[-1]["last"] in ("10", "100", "1000") and _MANY.match(text, end):
        return False
    if unit == "s" and _COUNTED.search(text, window, start):
        return bool(re.match(r" (?:remaining|elapsed|to go)\b", text[end : end + 12]))
    if _WORD_BEHIND.match(text, end) or _NOUN_BEHIND.match(text, end):
        return True
    if unit == "m":
        near = all(float(item["last"]) <= 90 for item in items)
        weak = near and _MINUTE_CUE.search(text, window, start)
        return bool(alone and cue and (weak or not (cue["weak"] or cue["sign"])))
    if _NOT_METERS_BEHIND.match(text, end) or _NOUN_NOT_METERS_BEHIND.match(text, end):
        return True
    if unit == "s":
        return _is_seconds(items, cue, alone, bool(_OPENS.search(text, window, start)))
    if unit == "d":
        if _DAYS.fullmatch(items[0]["last"]):
            return not _LABEL.search(text, window, start) or bool(cue)
        return bool(cue and alone and cue["weak"] not in _SIZE_CUES) or bool(items[0]["first"])
    return bool(cue and alone)


def _is_seconds(items: list[Match], cue: Match | None, alone: bool, opens: bool) -> bool:
    """Return whether "5s" and "60s" are seconds, by the words beside them."""
    if len(items) > 1 and (
        (cue and cue["weak"] == "in") or any(item["last"] == "0" for item in items)
    ):
        return False  # "1s and 0s", "change in 5s and 10s"
    decade = all(re.fullmatch("[2-9]0", item["last"]) and not item["first"] for item in items)
    if cue and cue["sign"]:
        return True
    if cue:
        return (alone or not decade) and not (
            cue["weak"] == "in" and items[0]["last"] in ("100", "1000")
        )
    exact = any(item["first"] or not item["last"].endswith("0") for item in items)
    short = all(float(item["last"]) < 100 for item in items)
    return any("." in item["last"] for item in items) or (exact and opens and short)


def _item(item: Match, unit: str, describes: bool) -> str:
    words = f"{decimal(item['first'])} to " if item["first"] else ""
    if describes:
        return f"{words}{decimal(item['last'])} {_NAMES[unit]}"
    return words + _amount(item["last"], unit)


def _amount(number: str, unit: str) -> str:
    return f"{decimal(number)} {_NAMES[unit]}{'s' * (number != '1')}"


durations = Step(
    'Read "up 3d 4h" as "up three days four hours", "30s left" as "thirty seconds left".',
    _chain,
    _hours_and_minutes,
    _sets,
    _one_unit,
    only_if=r"\d[ywdhms](?![a-z])",
)

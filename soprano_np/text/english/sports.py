"""Results and statistics of sports: "Twins (52-18)", "6-4, 3-6, 7-6(5)", "24/35 passing", ".304".

Comes before numbers that stand side by side are ranges, scores or fractions.
"""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import cardinal, label
from soprano_np.text.patterns import regex

_SET = r"(?:6-[0-4]|[0-4]-6|7-[56]|[56]-7)(?: ?\(\d{1,2}\))?"
_CAPITALS = r"(?:[A-Z][\w.'-]* ){1,3}\($"
_THE_TEAM = regex(rf"\b[Tt]he {_CAPITALS}")
_TEAM = regex(rf"(?:^|\n|[.!?:,;] |\b(?:at|vs\.?|No\. \d+|and) |@ ){_CAPITALS}")
# A score, or a vote, follows these.
_SCORED = regex(
    r"\b(?:approved|beat|beats|beating|def\.|defeat|defeats|defeated|drew|edged?|lost|loses?|over"
    r"|passed|past|rejected|routs?|routed|ruled|tied|topped|tops|v\.|versus|vote|voted|wins?|won)\b",
    re.IGNORECASE,
)
_RECORD = regex(r"\(\d{1,3}-\d{1,3}")
_RECORD_BEFORE = regex(
    r"(?:(?P<sure>record of|record:|record is|improv(?:ed?|es|ing) to|(?:fell|falls?|drop(?:ped|s))"
    r" to)|\b(?:are|is|go|goes|went|sits? at|stands? at|started|finished|opened|now)) $"
)
_NAMES = {
    "reb": "rebound", "ast": "assist", "stl": "steal", "TD": "touchdown", "INT": "interception",
}  # fmt: skip
_FOOTBALL = regex(r"\b(?:TDs?|touchdowns?|yards|yds|passing|passes|sacks?)\b")


@rule(
    r"[0-7]-[0-7](?<![\w.-].-.)(?<=6-[0-4]|[0-4]-6|7-[56]|[56]-7)(?:(?: ?\(\d{1,2}\))?"
    rf"(?:, ?{_SET}){{1,4}}(?![\w-]|\.\d)|(?<=7-6) ?\(\d{{1,2}}\))",
    "6-4, 3-6, 7-6(5) -> six four, three six, seven six five",
    "won 6-0, 6-1; ages 3-6, 4-6 -> won six love, six one; ages 3-6, 4-6",
)
def _sets(match: Match) -> str | None:
    if not re.search("6-[0-4]|7-[56]", match[0]):
        return None  # ranges
    return ", ".join(
        " ".join(
            "love" if part == "0" and i < 2 else cardinal(part)
            for i, part in enumerate(re.findall(r"\d+", one))
        )
        for one in match[0].split(",")
    )


@rule(
    r"1[012]\d-1[012]\d(?<![\w.-]1..-1..)(?:(?:,|,? and) 1[012]\d-1[012]\d){1,2}(?![\w-]|\.\d)",
    "115-112, 113-114 -> one fifteen to one twelve, one thirteen to one fourteen",
)
def _cards(match: Match) -> str:
    return re.sub(r"(\d+)-(\d+)", lambda score: f"{label(score[1])} to {label(score[2])}", match[0])


# "and" between wins and losses.
@rule(
    r"\((\d{1,3})-(\d{1,3})(?=(?:, \d{1,3}-\d{1,3}(?: [A-Z][\w. -]{0,20})?)?\))",
    "The Twins (52-18) beat the Jets (3-9). -> The Twins (52 and 18) beat the Jets (3 and 9).",
    "The Reds beat the Cubs (7-2), see Book (2-9) -> The Reds beat the Cubs (7-2), see Book (2-9)",
)
def _record_in_brackets(match: Match) -> str | None:
    before = match.string[max(0, match.start() - 60) : match.start() + 1]
    fell = int(match[1]) < int(match[2])
    if not (_THE_TEAM.search(before) or (not fell and _TEAM.search(before))):
        return None
    sentence = re.split(r"(?<=[a-z)])[.!?] |\n", before)[-1]
    if _SCORED.search(sentence) and not _RECORD.search(sentence):
        return None
    return f"({match[1]} and {match[2]}"


_RECORD_BEHIND = regex(
    r"(?P<sure> (?:record|mark|overall|this (?:season|year)|last (?:season|year)|ATS)\b)"
    r"|[.,;:)!?](?!\d)|$|\n| (?:on the (?:season|year|road)|in (?:conference|league|their|his|her"
    r"|the)|against|at home|and|since|after|under|with|when)\b"
)


@rule(
    r"(\d{1,3})-(\d{1,3})(?![\w-]|\.\d| ?[%$])",
    "They are 12-4 this season, a 10-6 record -> They are 12 and 4 this season, a 10 and 6 record",
    "It went 9-5. Ages are 10-12. -> It went 9 and 5. Ages are 10-12.",
)
def _record(match: Match) -> str | None:
    text, start = match.string, match.start()
    behind = _RECORD_BEHIND.match(text, match.end())
    before = _RECORD_BEFORE.search(text, max(0, start - 16), start)
    if behind is None or text[max(0, start - 1) : start] in ("-", ".", "/", ","):
        return None
    sure = behind["sure"] or (before and before["sure"])
    if not sure and (before is None or int(match[1]) < int(match[2])):
        return None
    return f"{match[1]} and {match[2]}"


_pitches = Rule(
    "pitches",
    r"([0-3])-([0-2])(?= (?:count|pitch)\b)(?<![\w.-]...)",
    lambda match: f"{'oh' if match[1] == '0' else cardinal(match[1])} {cardinal(match[2])}",
    "a 3-2 count, on an 0-2 pitch -> a three two count, on an oh two pitch",
)


@rule(
    r"/(?<=\d/)(\d{1,2})(?=,? (?:passing|(?:for )?\d{2,3} (?:yds|yards|passing))\b"
    r"| (?:FG|FT|3PT?|from (?:the field|the line|three|deep|behind)|shooting)\b)",
    "24/35 passing, 7/12 FG -> 24 of 35 passing, 7 of 12 FG",
)
def _completed(match: Match) -> str:
    return f" of {match[1]}"


@rule(
    r"(?P<number>\d )(?P<what>reb|ast|stl|TD|INT)(?P<many>s?)\b(?![-'/]\w)",
    "10 rebs, 8 asts, 3 TDs, 1 INT for 310 yards"
    " -> 10 rebounds, 8 assists, 3 touchdowns, 1 interception for 310 yards",
    "1 INT -> 1 INT",
)
def _statistic(match: Match) -> str | None:
    text, what = match.string, match["what"]
    start, end = max(0, match.start() - 60), match.end() + 60
    if what == "INT" and not _FOOTBALL.search(
        text[start : match.start()] + text[match.end() : end]
    ):
        return None
    if what in ("reb", "ast", "stl") and not (match["many"] or match["number"] == "1 "):
        return None
    one = match["number"] == "1 " and not text[match.start() - 1 : match.start()].isdecimal()
    return f"{match['number']}{_NAMES[what]}{'' if one else 's'}"


@rule(
    r"(\d) HR(?:s\b|\b(?=(?:,|,? and|/) ?\d{1,3} (?:RBIs?|R|SB|BB|H)\b))",
    "25 HRs and 1 HR, 5 RBI; 2 HR managers -> 25 home runs and 1 home run, 5 RBI; 2 HR managers",
)
def _home_runs(match: Match) -> str:
    one = match[1] == "1" and not match.string[match.start() - 1 : match.start()].isdecimal()
    return f"{match[1]} home run{'' if one else 's'}"


_BATS = regex(
    r"(?:\b(?:hit|hits|hitting|bat|bats|batting|batted|slashing|slashed|slugging|slugged|OBP|BA"
    r"|avg\.?|average)(?: (?:of|is|was|a))?(?: career| over)? |[a-z]/)$",
    re.IGNORECASE,
)
_HITTER = regex(r" (?:hitters?|batting|average|career|clip|OBP)\b")


# Averages are read without their point.
@rule(
    r"\.(?<![\w.]\.)(\d{3})(?![\d%]|\.\d| avg)",
    "hit .304, a .271 hitter; p = .304 -> hit three oh four, a two seventy one hitter; p = .304",
)
def _average(match: Match) -> str | None:
    start = match.start()
    if _BATS.search(match.string, max(0, start - 24), start) or _HITTER.match(
        match.string, match.end()
    ):
        return label(match[1])
    return None


_even = Rule(
    "even",
    r"\.500(?<![\w.]\.500)(?= (?:record|team|ball|club|season|baseball|winning)\b)",
    "five hundred",
    "a .500 team, .500 mg -> a five hundred team, .500 mg",
)

_times = Rule(
    "full time",
    r"(?m)^(?:(F)|H)T(?=:? [A-Z][A-Za-z ]{2,30} \d{1,3} ?- ?\d)",
    lambda match: "full time" if match[1] else "half time",
    "FT: Arsenal 2-2 Chelsea, FT: 40 hours -> full time: Arsenal 2-2 Chelsea, FT: 40 hours",
)

sports = Step(
    'Read "(52-18)" after a team as "52 and 18", "6-4, 6-3" as "six four, six three".',
    _sets,
    _cards,
    _record_in_brackets,
    _record,
    _pitches,
    _completed,
    _statistic,
    _home_runs,
    _average,
    _even,
    _times,
    only_if=r"\d[-/]\d|\.\d|\d (?:HR|reb|ast|stl|TD|INT)",
)

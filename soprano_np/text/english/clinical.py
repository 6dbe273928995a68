"""Notes of doctors and nurses: "a 45 y/o M", "s/p", "hx of", "2 tabs daily".

Comes before measures and before the abbreviations with slashes: "c/o" is also "care of".
"""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.patterns import regex

_COMPLAINTS = "|".join(
    """
    abdominal ach anxiety back bleeding blurr burning chest chills chronic cough diarrhea difficulty
    dizz dyspnea ear fatigue fever flank headache hip insomnia itch knee left leg lightheaded mild
    nausea neck numbness pain palpitations rash right severe shortness shoulder sinus sob\\b SOB\\b
    sore stomach swelling throat tooth trouble vomiting weakness worsening
    """.split()
)
_ARTICLE = regex(r"\b(?:an?|the|this|his|her|their|our|my|your|old|ill) $", re.IGNORECASE)
_SEX = {"M": " male", "F": " female"}


@rule(
    r"(?P<digit>\d)[ -]?(?P<unit>y/?o|m/o)\b(?:(?P<sex> [MF])\b(?!['.-]\w)"
    r"|(?P<noun>(?=[ -](?:male|female|man|woman|boy|girl|gentleman|lady|patient|pt|child|kid|son"
    r"|daughter|dog|cat|infant|student|athlete|[a-z]+ (?:fe)?male)\b)))?",
    "a 45 y/o M, 9yo boy, he is 6 y/o. 3 m/o"
    " -> a 45 year old male, 9 year old boy, he is 6 years old. 3 months old",
)
def _age(match: Match) -> str:
    number = match.string[max(0, match.start() - 2) : match.start() + 1]
    before = match.string[max(0, match.start() - 9) : match.start() - len(number) + 1]
    described = match["sex"] or match["noun"] is not None or _ARTICLE.search(before)
    unit = "year" if match["unit"][0] == "y" else "month"
    many = "" if described or number.strip() == "1" else "s"
    return f"{match['digit']} {unit}{many} old{_SEX[match['sex'].strip()] if match['sex'] else ''}"


_complains = Rule(
    "complains",
    rf"c/o(?<![\w/]c/o)(?= (?:{_COMPLAINTS}))",
    "complains of",
    "c/o chest pain, c/o Ann -> complains of chest pain, c/o Ann",
)
_status_post = Rule(
    "status post",
    r"s/p(?<![\w/]s/p)(?= [A-Za-z]{3})",
    "status post",
    "s/p appendectomy -> status post appendectomy",
)
_history = Rule(
    "history",
    r"[Hh]x\b(?<!\w[Hh]x)(?=:| (?:of|is|and|shows|includes|significant|taken|notable)\b)",
    "history",
    "Hx of asthma, hx: none -> history of asthma, history: none",
)
_diagnosed = Rule(
    "diagnosed",
    r"[Dd](?<!\w.)x'd\b",
    "diagnosed",
    "dx'd with gout -> diagnosed with gout",
)
_diagnosis = Rule(
    "diagnosis",
    r"[Dd]x\b(?<!\w[Dd]x)(?=: ?[A-Za-z]{3}| (?:with|of|is) [a-z]{4})",
    "diagnosis",
    "Dx: gout, f(x) dx = 1 -> diagnosis: gout, f(x) dx = 1",
)
_prescription = Rule(
    "prescription",
    r"[Rr]x\b(?<!\w[Rr]x)"
    r"(?= (?:for [a-z]{3,}|refills?|drugs?|only|meds?|plan|coverage|number|given)\b)",
    "prescription",
    "Rx only, rx for gout, tx and rx -> prescription only, prescription for gout, tx and rx",
)
_treatment = Rule(
    "treatment",
    r"[Tt]x\b(?<!\w[Tt]x)(?= (?:plan|options?|goals?|team)\b)",
    "treatment",
    "the tx plan -> the treatment plan",
)


@rule(
    r"[tc]a[bp](?<=(?:\d|g) ...)(s?)\b\.?(?= (?:PO|po|p\.o\.|by mouth|daily|BID|TID|QID|QHS|PRN|bid"
    r"|tid|qid|qhs|prn|every \d|once|twice|orally|as needed|q ?\d))",
    "2 tabs daily, 5 mg cap PO, 2 tabs open -> 2 tablets daily, 5 mg capsule PO, 2 tabs open",
)
def _dose(match: Match) -> str | None:
    name = {"tab": "tablet", "cap": "capsule"}.get(match[0][:3])
    return name and name + match[1]


clinical = Step(
    'Read "a 45 y/o M" as "a 45 year old male", "hx of" as "history of".',
    _age,
    _complains,
    _status_post,
    _history,
    _diagnosed,
    _diagnosis,
    _prescription,
    _treatment,
    _dose,
    only_if=r"[Yym]/?o\b|[cs]/[op]\b|[DHRTdhrt]x\b|(?:\d|mg) (?:tab|cap)s?\b",
)

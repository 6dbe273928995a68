# ruff: noqa: RUF001 (the signs are meant)
"""Mathematics and science in plain text: "f(x)", "sin θ", "∫ 2x dx", "m/V", "a:b = 3:5", "2 A".

Formulas in LaTeX are read by `latex`.
"""

import re

from soprano_np.text.english.formulas import say_formula
from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import NUMBER, decimal
from soprano_np.text.english.vocabulary import UNITS, any_of
from soprano_np.text.patterns import regex

_FUNCTIONS = {
    "sin": "sine", "cos": "cosine", "tan": "tangent", "cot": "cotangent", "sec": "secant",
    "csc": "cosecant", "arcsin": "arc sine", "arccos": "arc cosine", "arctan": "arc tangent",
    "sinh": "hyperbolic sine", "cosh": "hyperbolic cosine", "tanh": "hyperbolic tangent",
    "ln": "natural log", "log": "log",
}  # fmt: skip
_NAME = any_of(_FUNCTIONS)
_GREEK = "α-ωΔΘΦΩ"
# Numbers, single letters, signs of arithmetic and names of functions.
_INSIDE = (
    rf"(?:[\d{_GREEK}°.+*/^⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ\u2212-]|(?<![A-Za-z])\d{{0,4}}[a-z](?![A-Za-z])| (?=[^ ])"
    rf"|(?:{_NAME}|sine|cosine|tangent|of)(?![A-Za-z])|, ?(?=[\dx-z])){{1,40}}"
)
_UNIT = any_of("g kg mg m km mol J N W".split())
_LOWER = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₌∞", "0123456789+-=∞")
_UPPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n")
_RAISED = regex("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+")


@rule(
    r"∫(?P<below>[₀₁₂₃₄₅₆₇₈₉₋∞]{0,6})(?P<above>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ∞]{0,6}) ?"
    rf"(?P<what>[^∫\n]{{1,80}}?) ?\bd(?P<by>[a-z{_GREEK}])\b",
    "∫ 2x dx = x² -> the integral of two x d x = x²",
    "∫₀¹ x² dx -> the integral from zero to one of x squared d x",
    name="integral",
    needs="∫",
)
def _integral(match: Match) -> str:
    below, above = match["below"].translate(_LOWER), match["above"].translate(_UPPER)
    bounds = f" from {say_formula(below)} to {say_formula(above)}" if below and above else ""
    what = _RAISED.sub(lambda raised: f"^{{{raised[0].translate(_UPPER)}}}", match["what"])
    what = re.sub(rf"(?<![A-Za-z\\])(?=(?:{_NAME})\b)", r"\\", what)
    return f"the integral{bounds} of {say_formula(what)} d {match['by']}"


@rule(
    rf"(?<![\w.-])(?P<name>{_NAME})(?P<power>[²³]|⁻¹|\^2|)(?P<gap> ?)(?=(?P<bracket>\({_INSIDE}\))"
    rf"|\d{{0,3}}[{_GREEK}](?![{_GREEK}])"
    rf"|(?:(?<= )|(?<=[²³2]))\d{{0,3}}[nxyt](?:[²³]|[\s).,;=]|$)|(?<=[sc][io][ns] )\d{{1,3}} ?°)",
    "sin θ, sin²θ + cos² x, tan(45°) -> sine θ, sine squared θ + cosine squared x, tangent of 45°",
    "log(100), ln x, cos(2x) -> log of 100, natural log x, cosine of 2x",
    "a sin (to me), his tan (fake), sin x3, a log (here)"
    " -> a sin (to me), his tan (fake), sin x3, a log (here)",
    name="function",
)
def _function(match: Match) -> str | None:
    name = match["name"]
    bracket = match["bracket"]
    if bracket and match["gap"] and not re.search(rf"[\d{_GREEK}]", bracket):
        return None
    words = "inverse " * (match["power"] == "⁻¹") + _FUNCTIONS[name]
    words += {"²": " squared", "^2": " squared", "³": " cubed"}.get(match["power"], "")
    return f"{words}{'' if bracket else ' '}"


@rule(
    rf"[(fghFGPOp](?:(?:(?<=[sg][ie]n[et]\()|(?<=cant\()|(?<=log\()(?<![.\w]log\()|(?<=squared\()"
    rf"|(?<=cubed\())(?P<inside>{_INSIDE})\)|(?<!\()(?<![\w.)'-].)"
    rf"(?P<prime>'{{0,2}})\((?P<of>{_INSIDE}|[A-Z])\)(?![A-Za-z(]))",
    "f(x) and f(-3) and g(f(x)) -> f of x and f of -3 and g of f of x",
    "O(n log n), f'(x) -> O of n log n, f prime of x",
    "file(s), a (b), f(name), f(a, b) -> file(s), a (b), f(name), f(a, b)",
    name="value",
    needs="(",
)
def _value(match: Match) -> str:
    if match["inside"]:
        return f" of {match['inside']}"
    prime = {"": "", "'": " prime", "''": " double prime"}[match["prime"]]
    return f"{match[0][0]}{prime} of {match['of']}"


_COEFFICIENT = regex(
    r"(?:(?<![\w.-])[a-z]|\)|\bof (?:[a-z]|-?\d+)|\bd [a-z]) = -?\Z|(?:sine|tangent|log) \Z"
)


@rule(
    r"(?<![\w.,])(\d{1,3})([xyzt])(?= ?(?:$|[.,;)\n]))",
    "y = 2x, f of x = 2x -> y = two x, f of x = two x",
    "it is 2x, Speed = 2x -> it is 2x, Speed = 2x",
    name="coefficient",
)
def _coefficient(match: Match) -> str | None:
    text, start = match.string, match.start()
    known = _COEFFICIENT.search(text, max(0, start - 20), start)
    return f"{decimal(match[1])} {match[2]}" if known else None


@rule(
    r"(?<== )(?P<above>[A-Za-z])/(?P<below>[A-Za-z])(?![\w/'])|\bd(?P<of>[a-zθ])/d(?P<by>[a-zθ])\b",
    "density = m/V, dy/dx -> density = m over V, d y d x",
    "a/b, x = a/b/c -> a/b, x = a/b/c",
    name="quotient",
    needs="/",
)
def _quotient(match: Match) -> str:
    if match["of"]:
        return f"d {match['of']} d {match['by']}"
    return f"{match['above']} over {match['below']}"


@rule(
    rf"(?<![\w/.])(?<!\d )(?P<of>{_UNIT})/(?P<by>cm|dm|m|L|s|mol)(?P<power>[²³]?)(?![\w/])"
    r"(?:(?<=[²³])|(?<=L)|(?<=mol))",
    "in g/cm³ or (g/L), m/s, 5 g/cm³"
    " -> in grams per cubic centimeter or (grams per liter), m/s, 5 g/cm³",
    name="per",
    needs="/",
)
def _per(match: Match) -> str | None:
    by, power = UNITS[match["by"]][0], match["power"]
    if power and not by.endswith("meter"):
        by += " squared" if power == "²" else " cubed"
    elif power:
        by = f"{'square' if power == '²' else 'cubic'} {by}"
    return f"{UNITS[match['of']][1]} per {by}"


_ratio = Rule(
    "ratio",
    r"(?<![\w:])([a-zA-Z]):([a-zA-Z])(?= (?:= \d+ ?:|ratio\b))",
    r"\1 to \2",
    "a:b = 3:5, a:b -> a to b = 3:5, a:b",
    needs=":",
)

_NEARBY = regex(r"\d ?(?:[mk]?V|k?W|mA|volts?|watts?|Ω|ohms?|Hz|VAC|VDC)\b")
_ELECTRIC = regex(
    r"[ -](?:fuses?|current|circuits?|breakers?|service|supply|adapter|charger|outlet|draw|load"
    r"|max|peak|panel)\b"
)


@rule(
    rf"(?<![\w.,$£€/-])(?P<number>{NUMBER}) ?A(?![\w'+/]|[.-]\w| [a-z]{{1,8}}\.)",
    "12 V at 0.5 A, a 12V 2A adapter -> 12 V at zero point five amps, a 12V two amp adapter",
    "in 3 A or 5 B, Room 12 A -> in 3 A or 5 B, Room 12 A",
    name="amps",
)
def _amps(match: Match) -> str | None:
    text, start, end = match.string, match.start(), match.end()
    behind = _ELECTRIC.match(text, end)
    near = _NEARBY.search(text[max(0, start - 30) : start]) or _NEARBY.search(text[end : end + 20])
    alone = text[:start].strip() == "" and text[end:].strip() == "" and "." in match["number"]
    if not (near or alone or (behind and not re.search(r"[A-Z]\w* \Z", text[:start][-12:]))):
        return None
    one = bool(behind) or match["number"] == "1"
    return f"{decimal(match['number'])} amp{'' if one else 's'}"


@rule(
    rf"(?P<before>(?:^|[\n=(~]|\b(?:at|of|to|is|under|about|from|exactly|equals?|=)) ?)"
    rf"(?P<number>{NUMBER}) ?atm(?!\w|\.\w)",
    "at 1 atm and P = 2.5 atm -> at one atmosphere and P = two point five atmospheres",
    "I have 2 atm -> I have 2 atm",
    name="atmospheres",
    needs="atm",
)
def _atmospheres(match: Match) -> str:
    return f"{match['before']}{decimal(match['number'])} atmosphere{'s' * (match['number'] != '1')}"


@rule(
    r"(?<=\d) ?([mbk])ya\b|(?<=\d) ?([MBK])(?:ya|YA)\b",
    "65 mya, 3.5 bya -> 65 million years ago, 3.5 billion years ago",
    "mya -> mya",
    name="years ago",
)
def _years_ago(match: Match) -> str:
    scale = {"m": "million", "b": "billion", "k": "thousand"}[(match[1] or match[2]).lower()]
    return f" {scale} years ago"


integrals = Step('Read "∫ 2x dx" as "the integral of two x d x".', _integral, only_if="∫")

functions = Step(
    'Read "f(x)" as "f of x", "sin θ" as "sine theta", "m/V" as "m over V", "65 mya" in full.',
    _function,
    _value,
    _value,
    _coefficient,
    _quotient,
    _per,
    _ratio,
    _amps,
    _atmospheres,
    _years_ago,
    only_if=r"= -?\d+[xyzt]|\w['²³]?\(|(?:sin|cos|tan|cot|sec|csc|ln|log|[sc]\w+h)[^A-Za-z]|/|:"
    r"|\d ?A\b|\d ?atm"
    r"|\d ?[mbkMBK](?:ya|YA)\b",
)

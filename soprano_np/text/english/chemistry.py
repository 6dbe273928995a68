"""Formulas of chemistry, sign by sign: "NaOH" is "n a o h", "2H2 + O2 → 2H2O" yields.

Comes before codes, which read those of capitals alone ("H2SO4"), and CamelCase.
"""

import re

from soprano_np.text.english.rule import Match, Step, rule
from soprano_np.text.english.say import NUMBER, cardinal, decimal
from soprano_np.text.english.vocabulary import any_of
from soprano_np.text.patterns import regex

# Polonium and others never met in formulas are left out: "LiPo" is a battery.
_ELEMENTS = any_of(
    """
    H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr
    Rb Sr Zr Mo Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce W Pt Au Hg Pb Bi U
    """.split()
)
_ATOMS = rf"(?:(?:{_ELEMENTS})\d{{0,2}})"
_FORMULA = rf"(?:{_ATOMS}|\({_ATOMS}{{1,4}}\)\d{{1,2}}){{1,12}}"
_PARTS = regex(r"[A-Z][a-z]?|\d+")
# Without a number, yet no names or words.
_KNOWN = frozenset(
    """
    NaOH NaCl HCl KCl KOH KBr NaBr NaF HBr LiCl LiOH AgCl AgBr CsCl MgO CaO ZnO ZnS CuO FeO FeS PbS
    HgO NaI KI HF HI NaH LiH SiC GaN GaAs NaHS NaClO HClO LiF NaCN KCN HCN CuS CdS CdSe AlN TiN
    """.split()
)
_IONS = r"(?:H|K|F|I|Li|Na|Mg|Al|Cl|Ca|Cr|Mn|Fe|Ni|Cu|Zn|Br|Ag|Sn|Ba|Hg|Pb|Sr|Cs|Rb)"
_END = r"(?![A-Za-z\d]|\.\d|-\d|_)"
_START = r"(?<![A-Za-z\d.$_#@/'-])"
_TERM = rf"(?:\d{{0,2}} ?{_FORMULA}(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]?[⁺⁻])?(?: ?\((?:aq|s|l|g)\))?)"
_LEFT = regex(rf"(?:^|[\s:,(])(?P<side>{_TERM}(?: \+ {_TERM}){{0,6}}) ?\Z")
_RIGHT = regex(rf"(?P<side>{_TERM}(?: \+ {_TERM}){{0,6}}){_END}")
_COMPOUND = regex(r"[A-Z][a-z]?\d*[A-Z(]")
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", [*"0123456789", "plus", "minus"], strict=True))

# What is dissolved or held, so that an M before it is a concentration.
_DISSOLVED = any_of(
    """
    solution solutions acid buffer HCl NaOH NaCl KCl KOH H2SO4 HNO3 EDTA Tris Tris-HCl sucrose
    glucose urea ammonia acetate phosphate sodium potassium hydrochloric sulfuric nitric acetic
    MgCl2 CaCl2 NaHCO3 NH3 NH4Cl Na2CO3 CuSO4 AgNO3 HEPES imidazole
    """.split()
)


@rule(
    r"[→<-](?:(?<=→)|(?<=<)(?:-{1,2}|=)>|(?<=-)-?>) ?",
    "2H2 + O2 → 2H2O, A → B -> 2H2 + O2 yields 2H2O, A → B",
    "HCl + NaOH -> NaCl + H2O -> h c l + n a o h yields n a c l + H2O",
    name="reaction",
)
def _reaction(match: Match) -> str | None:
    text = match.string
    left = _LEFT.search(text, max(0, match.start() - 120), match.start())
    right = _RIGHT.match(text, match.end(), match.end() + 120)
    if not left or not right or not _COMPOUND.search(left["side"] + " " + right["side"]):
        return None
    if " + " not in left["side"] + right["side"] and not re.search(r"\d", left["side"]):
        return None
    return "in equilibrium with " if "<" in match[0] else "yields "


_STATES = {"aq": "aqueous", "s": "solid", "l": "liquid", "g": "gas"}


@rule(
    rf"{_START}(?P<count>\d{{0,2}})(?=[A-Z])(?P<formula>{_FORMULA})"
    rf"(?P<charge>[⁰¹²³⁴⁵⁶⁷⁸⁹]?[⁺⁻](?![⁰¹²³⁴⁵⁶⁷⁸⁹]))?(?:\((?P<state>aq|s|l|g)\))?{_END}",
    "NaOH, CaCO3 and Ca(OH)2 -> n a o h, c a c o three and c a o h two",
    "2NaCl(aq) -> two n a c l aqueous",
    "Na⁺, Cl⁻ and SO4²⁻ -> n a plus, c l minus and s o four two minus",
    "H2O, CO2, Co, In, McCain, NiMH, CoV2 -> H2O, CO2, Co, In, McCain, NiMH, CoV2",
)
def _formula(match: Match) -> str | None:
    formula = match["formula"]
    marked = match["charge"] or match["state"]
    if match["charge"]:
        if not re.search(r"\d", formula) and not re.fullmatch(f"{_IONS}|[A-Z]{{2,4}}", formula):
            return None
    elif not (formula in _KNOWN or _is_compound(formula)):
        return None
    words = " ".join(
        cardinal(part) if part.isdecimal() else " ".join(part.lower())
        for part in _PARTS.findall(formula)
    )
    count = f"{cardinal(match['count'])} " if match["count"] else ""
    if marked and match["charge"]:
        raised = [_RAISED[char] for char in match["charge"]]
        words += " " + " ".join(cardinal(part) if part.isdecimal() else part for part in raised)
    if match["state"]:
        words += f" {_STATES[match['state']]}"
    return count + words


def _is_compound(formula: str) -> bool:
    """Return whether it has a number, a symbol of two letters and another symbol."""
    if formula.startswith("CoV") or not re.search(r"[A-Z)]\d|[a-z]\d", formula):
        return False
    symbols = re.findall("[A-Z][a-z]?", formula)
    return len(set(symbols)) > 1 and ("(" in formula or any(len(name) > 1 for name in symbols))


@rule(
    rf"(?<![\w.,$£€])(?P<number>{NUMBER})(?: ?(?P<prefix>[mµμn])M(?![\w/.-]\w|\w)"
    rf"| ?M(?= (?:(?:aqueous|standard|stock) )?(?:{_DISSOLVED})\b))",
    "0.1 M NaOH, a 0.5 M solution -> zero point one molar n a o h, a zero point five molar"
    " solution",
    "10 mM Tris, 5 µM -> ten millimolar Tris, five micromolar",
    "a $5 M solution, 5 M people -> a $5 M solution, 5 M people",
)
def _molar(match: Match) -> str:
    prefix = {"m": "milli", "n": "nano", None: ""}.get(match["prefix"], "micro")
    return f"{decimal(match['number'])} {prefix}molar"


chemistry = Step(
    'Read "NaOH" as "n a o h", the arrow of a reaction as "yields", "0.1 M" as molar.',
    _molar,
    _reaction,
    _formula,
    only_if=r"[A-Z](?:[a-z]?\d|[a-z][A-Z]|[a-z]?[⁰¹²³⁴⁵⁶⁷⁸⁹]?[⁺⁻])|[A-Z]{2}|\)\d|\d ?[mµμn]?M\b",
)

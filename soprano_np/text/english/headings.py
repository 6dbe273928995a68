# ruff: noqa: RUF001 (the dashes are meant)
"""Roman numerals that stand for themselves or behind a family's name: "III.", "Cal Ripken II".

Comes before abbreviations, which would take their stops for those of initials.
"""

import re

from soprano_np.text.english.roman import ROMAN_DIGITS, arabic
from soprano_np.text.english.rule import Match, Step, rule
from soprano_np.text.english.say import cardinal, ordinal
from soprano_np.text.english.vocabulary import any_of
from soprano_np.text.patterns import regex

_SMALL = {
    roman: number
    for number, roman in enumerate(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(), 1
    )
}
# Men who may be the second or third of their name. A film is "Rocky two".
_GIVEN = any_of(
    """
    Aaron Adam Al Alan Albert Alex Alfred Allen Andrew Anthony Antonio Archibald Armand Arnold
    Arthur Augustus Barry Ben Benjamin Bernard Bill Billy Bob Bobby Brad Bradley Brandon Brent Brian
    Bruce Bryan Cal Calvin Cameron Carl Carlos Carter Cary Cecil Chad Charles Charlie Chester
    Chris Christian Christopher Clarence Clark Claude Clayton Clifford Clint Clinton Clyde Cole
    Connor Cornelius Craig Curtis Dale Dan Daniel Darren Darryl Dave David Davis Dean Dennis Derek
    Dick Don Donald Doug Douglas Duncan Dwight Earl Ed Eddie Edgar Edmund Edward Edwin Eli Elliott
    Elmer Emmett Eric Ernest Ethan Eugene Evan Everett Felix Floyd Francis Frank Franklin Fred
    Frederick Garrett Gary Gavin Gene Geoffrey George Gerald Gilbert Glenn Gordon Graham Grant
    Greg Gregory Griffin Guy Harold Harrison Harry Harvey Hayden Henry Herbert Herman Homer Howard
    Hubert Hugh Hunter Ian Ira Isaac Ivan Jack Jackson Jacob Jake James Jamie Jared Jason Jay Jeff
    Jeffrey Jeremy Jerome Jerry Jesse Jim Jimmy Joe Joel Joey John Johnny Jonathan Jordan Jose
    Joseph Josh Joshua Juan Justin Keith Ken Kenneth Kevin Kirk Kurt Kyle Lance Larry Lawrence Lee
    Leo Leon Leonard Leroy Leslie Lester Lewis Lloyd Logan Loren Loudon Louis Lucas Luke Luther Lyle
    Malcolm Manuel Marcus Mario Mark Marshall Martin Marvin Mason Matt Matthew Maurice Max Melvin
    Michael Miguel Mike Miles Milton Mitchell Morgan Morris Nathan Nathaniel Neil Nelson Nicholas
    Nick Noah Norman Oliver Oscar Otis Owen Parker Patrick Paul Percy Perry Peter Phil Philip
    Preston Quentin Ralph Randall Randolph Randy Raphael Ray Raymond Reginald Rex Richard Rick
    Ricky Robert Rod Rodney Roger Roland Ron Ronald Roscoe Ross Roy Rufus Russell Ryan Sam Sammy
    Samuel Scott Sean Seth Shane Sheldon Sherman Sidney Silas Simon Spencer Stan Stanley Stephen
    Steve Steven Stewart Stuart Ted Terence Terrence Terry Theodore Thomas Thornton Thurston Tim
    Timothy Todd Tom Tommy Tony Tracy Travis Trevor Troy Tyler Vernon Victor Vince Vincent Virgil
    Wallace Walter Warren Wayne Wendell Wesley Wilbur Will Willard William Willie Winston Winthrop
    Woodrow Wyatt Zachary
    """.split()
)
_FAMILY = r"(?:[A-Z][A-Za-z]*[a-z]['-])?[A-Z][A-Za-z']*[a-z]"
_OFFICES = "Mr|Dr|Prof|Rev|Sen|Gov|Rep|Amb|Hon|Judge|Justice|Senator|Governor|Bishop|Rabbi"


# A heading or the label of an item: "III", "IV. Results", "I. Introduction", "ii. the second".
@rule(
    rf"(?m)^(?P<roman>(?=[IVXL]{{2}}){ROMAN_DIGITS})(?=[.:)]?$|[.:)] | [-–—] )"
    r"|^(?P<single>[IVX])(?=\.$|\. (?![A-Z]\.)[A-Z][^\n]{1,60}(?<![.!?,;])$)"
    r"|^(?P<small>[ivx]{2,5}|i)(?=[.)] (?!e\.))",
    "III\nII. Methods\nV. -> three\ntwo. Methods\nfive.",
    "I. The Road\nI. M. Pei -> one. The Road\nI. M. Pei",
    "ii. a\nI am\nXL -> two. a\nI am\nXL",
)
def _roman_heading(match: Match) -> str | None:
    if match["small"]:
        return cardinal(str(_SMALL[match["small"]])) if match["small"] in _SMALL else None
    roman = match["roman"] or match["single"]
    return None if roman in ("XL", "XXX", "LL") else cardinal(arabic(roman))


# "(i)" is the first of a list; "f(i)" is not.
@rule(
    r"\((?:(?<![\w)\]]\()(?P<roman>[ivx]{2,5}|i(?=\) [a-z]))"
    r"|(?<![^\n]\()(?P<capital>IX|IV|VI?|I)(?=\) [A-Z]))\)",
    "both (i) rain and (iii) snow -> both (one) rain and (three) snow",
    "(IV) Other terms, an (IV) drip -> (four) Other terms, an (IV) drip",
    "f(ii) (xx) -> f(ii) (twenty)",
    needs="(",
)
def _bracketed(match: Match) -> str | None:
    number = _SMALL.get((match["roman"] or match["capital"]).lower())
    return f"({cardinal(str(number))})" if number else None


@rule(
    r"([Pp](?<!\w.)(?:p?\.|ages?)) ([ivxl]{1,6})(?:( ?[-\u2013] ?| to | and )([ivxl]{1,6}))?"
    r"(?![\w'.]\w|\w)",
    "pp. xii-xv, page iv, p. I -> pages twelve to fifteen, page four, p. I",
    "page i wrote, page x of y -> page i wrote, page x of y",
)
def _page(match: Match) -> str | None:
    """Read the pages before the first chapter."""
    word, first, between, last = match.groups()
    if first not in _SMALL or (last and last not in _SMALL) or (len(first) == 1 and not last):
        return None
    if word.endswith("."):
        word = "pages" if last else "page"
    words = f"{word} {cardinal(str(_SMALL[first]))}"
    if not last:
        return words
    return f"{words} {'and' if between == ' and ' else 'to'} {cardinal(str(_SMALL[last]))}"


# The sons of sons: a given name or an initial before the name of a family.
_NAMESAKE = regex(
    rf"\b(?:(?:{_GIVEN})(?: [A-Z]\.| [A-Z][a-z]+)?(?: (?:de|van|von|du|la))?"
    rf"|[A-Z](?:[a-z]+|\.) (?:[A-Z]\. ?){{1,3}}|[A-Z]\. ?(?:[A-Z]\. ?)?[A-Z][a-z]+"
    rf"|(?:{_OFFICES})\.?(?: [A-Z][a-z]+)?) ?{_FAMILY},? \Z"
)


@rule(
    r"(?<=[a-z,] )(?P<roman>III?(?!\.[A-Z])|(?:IV|VI?)(?!\.))(?P<s>(?:'s)?)(?!\w)",
    "Cal Ripken II, Ann B. Lee III -> Cal Ripken the second, Ann B. Lee the third",
    "Rocky II, Mark II -> Rocky II, Mark II",
)
def _namesake(match: Match) -> str | None:
    start = match.start()
    if not _NAMESAKE.search(match.string, max(0, start - 60), start):
        return None
    return f"the {ordinal(arabic(match['roman']))}{match['s']}"


def say_label(label: str) -> str:
    """Return the number of an item or a heading in words, if it is a Roman one."""
    if label in _SMALL:
        return cardinal(str(_SMALL[label]))
    return cardinal(arabic(label)) if re.fullmatch("[IVX]{1,5}", label) else ""


headings = Step(
    'Read numerals that need the stops around them: "III.", "(iv)", "John D. Rockefeller III".',
    _roman_heading,
    _bracketed,
    _page,
    _namesake,
)

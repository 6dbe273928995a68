"""What is for sale and how it is counted: "2BR/1BA", "$500 OBO", "12 ct", "★★★★☆"."""

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import apart, cardinal
from soprano_np.text.english.shorthand import last_stop


@rule(
    r"(?<![★☆⭐])([★⭐]{1,5})(½)?(☆{0,4})(?![★☆⭐½])",
    "★★★★☆ Great, ★★½, ⭐⭐ -> four stars, Great, two and a half stars, two stars",
    "★ Great ★ -> ★ Great ★",
)
def _stars(match: Match) -> str | None:
    full, half, empty = match.groups()
    if len(full + empty) < 2 and not half:
        return None
    number = cardinal(str(len(full))) + (" and a half" if half else "")
    pause = "," * match.string[match.end() : match.end() + 2].strip(" ").isupper()
    return apart(match, f"{number} star{'' if number == 'one' else 's'}{pause}")


_stars_of_number = Rule(
    "stars of a number",
    r"(?<=\d) ?[★⭐](?![★☆⭐]| ?\d)",
    " stars",
    "4.5★, 4 ⭐ -> 4.5 stars, 4 stars",
)

ratings = Step('Read "★★★★☆" as "four stars".', _stars, _stars_of_number, only_if="[★⭐]")


@rule(
    r"(?P<rooms>\d)[ -]?(?P<bed>(?:BR|BD|br|bd)s?)(?: ?[/,] ?| )"
    r"(?P<baths>\d)(?P<half>\.5)?[ -]?"
    r"(?:BA|ba)s?\b(?P<flat> apt\b)?",
    "2BR/1BA apt, 3 bd 2.5 ba -> 2 bedroom, 1 bath apartment, 3 bedroom, 2 and a half bath",
)
def _rooms_and_baths(match: Match) -> str:
    half = " and a half" if match["half"] else ""
    flat = " apartment" if match["flat"] else ""
    return f"{match['rooms']} bedroom, {match['baths']}{half} bath{flat}"


@rule(
    r"(?P<rooms>\d)[ -]?BR\b(?P<flat> apt\b)?",
    "a 2BR apt -> a 2 bedroom apartment",
    needs="BR",
)
def _bedrooms(match: Match) -> str:
    return f"{match['rooms']} bedroom{' apartment' if match['flat'] else ''}"


_best_offer = Rule(
    "or best offer",
    r"(?:OBO|obo)\b(?<=\d[ /]...)",
    "or best offer",
    "$500 OBO -> $500 or best offer",
)


@rule(
    r"ea\b(?<=\d ea)\.?(?![-'/])",
    "$5 ea. or 3 ea, rea -> $5 each or 3 each, rea",
)
def _each(match: Match) -> str:
    return "each" + last_stop(match)


_pack = Rule(
    "pack",
    r"(\d)(?<![A-Za-z].)(?:-| ?)pk(s?)\b\.?(?= [a-z]|[,;)])",
    r"\1 pack\2",
    "a 10-pk. of gum -> a 10 pack of gum",
    needs="pk",
)


@rule(
    r"(?P<digit>\d)(?<![A-Za-z].)(?:-| ?)ct\b\.?(?![-'/])"
    r"(?P<stone> (?:tw|diamonds?|gold|gems?|stones?"
    r"|rings?|solitaire|emerald|ruby|sapphire|princess|round|oval|white|yellow|rose)\b)?",
    "12 ct., 100ct box, a 1.5 ct. ring -> 12 count, 100 count box, a 1.5 carat ring",
)
def _count(match: Match) -> str:
    if match["stone"]:
        return f"{match['digit']} carat{match['stone']}"
    return f"{match['digit']} count" + last_stop(match)


_dozen = Rule(
    "dozen",
    r"(an?|per|half|every) doz\b\.?(?= |,|$)",
    r"\1 dozen",
    "a doz. eggs, half doz. rolls -> a dozen eggs, half dozen rolls",
    needs="doz",
)


listings = Step(
    'Read "2BR/1BA" as "2 bedroom, 1 bath", "$5 ea." as "$5 each", "12 ct" as "12 count".',
    _rooms_and_baths,
    _bedrooms,
    _best_offer,
    _each,
    _pack,
    _count,
    _dozen,
    only_if=r"\d[ -]?(?:B[DR]s?|b[dr]s?|pks?|ct|ea)\b|OBO|obo|doz\b",
)

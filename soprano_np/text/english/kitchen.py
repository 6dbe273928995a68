# ruff: noqa: RUF001 (the dash is meant)
"""What recipes and prescriptions measure: "1 (14.5 oz) can", "1 T sugar", "½ asleep", "4 g/24h".

Comes before measures, which take a lone T or c for no unit, and before brackets are pauses.
"""

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.say import FRACTION, NUMBER, decimal, fraction
from soprano_np.text.english.vocabulary import UNITS, any_of

_QUANTITY = rf"(?:{FRACTION}|{NUMBER})"
_SPOONS = {
    "c": ("cup", "cups"),
    "T": ("tablespoon", "tablespoons"),
    "t": ("teaspoon", "teaspoons"),
}
_CONTAINERS = any_of(
    """
    bag bags block blocks bottle bottles box boxes can cans carton cartons container
    containers crust crusts
    envelope envelopes fillet fillets jar jars loaf loaves pack package packages packet packets
    packs pan pans pkg pouch pouches steak steaks stick sticks tin tins tub tubs tube tubes wheel
    """.split()
)
_ADJECTIVES = any_of(
    """
    all-purpose almond apple baking bread brown butter cake canola chicken chili chopped cider
    coconut cold cooked confectioners corn dark diced dried dry extra finely fish fresh freshly
    garlic granulated grated ground heavy hot iced kosher lemon light lime maple melted minced olive
    onion orange packed peanut plain powdered raw rice sea sesame shredded sifted soft softened sour
    soy table tomato unsalted vanilla vegetable warm wheat whipping white whole
    """.split()
)
_INGREDIENTS = any_of(
    """
    basil beans broth butter buttermilk cheese chocolate cinnamon cocoa cornstarch cream cumin
    extract flour garlic ginger honey juice ketchup lard margarine mayonnaise milk molasses
    mustard nutmeg nuts oats oil onion onions oregano paprika parsley pepper powder raisins rice
    salt sauce soda starch stock sugar syrup thyme turmeric vanilla vinegar walnuts water yeast
    yogurt
    """.split()
)
_SIZES = {
    **{symbol: UNITS[symbol][0] for symbol in "oz lb lbs g kg ml mL L l qt gal in cm".split()},
    **{name: name for name in "ounce pound gram inch quart pint liter gallon".split()},
    **{f"{name}s": name for name in "ounce pound gram quart pint liter gallon".split()},
    "fl oz": "fluid ounce",
}
_DOSES = any_of("mg mcg g mL ml L l kcal units U mEq MB GB".split())


@rule(
    rf"(?<![\w.,/-])(?P<count>{FRACTION}|\d{{1,2}}) \((?:about |approx\. )?(?P<first>{_QUANTITY})"
    rf"(?: ?(?:to|-|–) ?(?P<last>{_QUANTITY}))?[ -]?(?P<unit>{any_of(_SIZES)})\.?\)"
    rf" (?=(?:[a-z]+ )?(?:{_CONTAINERS})\b)",
    "1 (14.5 oz) can tomatoes -> one fourteen point five ounce can tomatoes",
    "2 (15-ounce) cans, 1 (8 oz.) package -> two fifteen ounce cans, one eight ounce package",
    "in 2 (5 oz) of it -> in 2 (5 oz) of it",
    needs=" (",
)
def _container(match: Match) -> str:
    size = _say(match["first"]) + (f" to {_say(match['last'])}" if match["last"] else "")
    return f"{_say(match['count'])} {size} {_SIZES[match['unit']]} "


@rule(
    rf"(?<![\w.,/$-])(?P<number>{_QUANTITY}) (?P<unit>[cTt]) "
    rf"(?=(?:(?:{_ADJECTIVES}) ){{0,2}}(?:{_INGREDIENTS})\b)",
    "1 T sugar, 3 c flour, 1/2 t baking soda"
    " -> one tablespoon sugar, three cups flour, one half teaspoon baking soda",
    "5 t of coal, 3 c of it -> 5 t of coal, 3 c of it",
)
def _spoon(match: Match) -> str:
    one, many = _SPOONS[match["unit"]]
    number = match["number"]
    is_one = number == "1" or ("/" in number and " " not in number)
    return f"{_say(number)} {one if is_one else many} "


_minutes = Rule(
    "minutes",
    r"\b((?:[Pp]rep|[Cc]ook|[Bb]ake|[Tt]otal|[Rr]est|[Cc]hill|[Aa]ctive)(?:ing)?(?: [Tt]ime)?:"
    r" ?\d{1,3}) m\b",
    r"\1 minutes",
    "Prep: 20 m; Height: 20 m -> Prep: 20 minutes; Height: 20 m",
    needs=" m",
)

_per_hours = Rule(
    "per hours",
    rf"(\d ?(?:{_DOSES})) ?/ ?(\d{{1,2}}) ?(?:h|hrs?)\b(?!\.\w)",
    r"\1 per \2 hours",
    "4 g/24h and 500 mg/8 hr -> 4 g per 24 hours and 500 mg per 8 hours",
    needs="/",
)

_half = Rule(
    "half",
    r"(?<![\w.,/-])(?<!\d )1/2 (?=(?:asleep|awake|an?|the|my|your|his|her|their|our|price|past|dead"
    r"|drunk|done|dressed|joking|expecting|hour|mile|dozen|as|off)\b)",
    "half ",
    "I was 1/2 asleep, 1/2 an hour, 2 1/2 a -> I was half asleep, half an hour, 2 1/2 a",
    needs="1/2 ",
)


def _say(quantity: str) -> str:
    return fraction(quantity) if "/" in quantity else decimal(quantity)


kitchen = Step(
    'Read "1 (14.5 oz) can" as "one fourteen point five ounce can", "1 T sugar" in full.',
    _container,
    _spoon,
    _minutes,
    _per_hours,
    _half,
    only_if=r"\d \(|\d [cTtm]\b|\d/\d| ?/ ?\d",
)

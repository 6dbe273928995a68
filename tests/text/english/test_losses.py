# ruff: noqa: RUF001 (unusual characters are the point)
"""No written word vanishes, but for those that a rule removes in its own name."""

import random
import re

import pytest

from soprano_np.text.english import rewrite

# The rules that may remove letters and digits, and what they look like.
REMOVERS = {
    "tag": r"<?/?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>",
    "comment": r"<!--[^<>]*-->",
    "link": r"\]\(\s*\S*(?: \S*| +[\"'].*[\"'])?\)|\]?\[[^\[\]]*\]|mailto:",
    "definition": r"\[[^\[\]]+\]: *(?:\S+( [\"'(].*[\"')])?)?",
    "footnote": r"\[\^?[\w.:-]+\]|[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+",
    "emoticon": r"<3+|[:;=xX][-']?[)(DPpOoX3]+|[oOT]_[oOT]",
    "note mark": r"[⁽⁾⁰¹²³⁴⁵⁶⁷⁸⁹,– -]+|\d{1,3}(?:[,–-]\d{1,3})*|\[[^\[\]]{1,40}\]"
    r"|\^\[?\d{1,3}\]?\^?",
    "closing tag": r"</[\w:-]+\s*>",
    "chat tag": r"</?\|?[\w ]+\|?>|\[/?[A-Z]+\]",
    "environment": r"\\(?:begin|end)\{[a-z]+\*?\}(?:[\[{][^\]}]*[\]}])?|\\item",
    "command": r"\\[a-z]+\*?",
    "formula": r"\\[a-zA-Z]+(?:\{[^{}]*\})?",
    "fence": r"(?:`{3,}|~{3,})? *(?:\{.*|[\w+#.,:-]*(?: *\{.*| +[\w-]+=\S.*)?)",
    "entity": r"&#?\w+;",
    "item": r"\W*\[[xX]\]\W*",
    "other script": r"[^\x00-\x7f]+",
    "terminal code": r"\x1b\[[0-9;?]*[A-Za-z]",
}
WORDS = """
    amber anchor basket beacon bottle bridge butter candle canyon carpet castle cellar cherry cinder
    clover cobble copper cotton cradle desert dragon falcon feather fiddle forest garden ginger
    glacier granite hammer harbor helmet island jacket kettle ladder lantern lemon lizard magnet
    marble meadow mirror mitten napkin needle orchard paddle pebble pepper pillow planet pocket
    puddle quarry rabbit ribbon saddle shadow silver spider temple thimble thunder timber tunnel
    turnip valley velvet walnut willow window winter wizard
""".split()
FILLERS = r"""
    a the an in on is was and or to of if then I he it's don't you with 5 12 1,000 3.5 1999 ½ ① 2nd
    x y n b p i s u A Ann Bob Dr. U.S. NASA C# F# e.g. No. $5 £2.50 50% 10-12 3:30 7pm CD4 XD a<b
    c>d x<y> [1] players[1] values[2] (s) [sic] <Enter> <a <i b> f(x) ~5 *67 *67* http://a.org/b
    a@b.com /usr/bin file.txt max_value CamelCase x^2 10^-3 {x} VI 5'10" 3kg -40°F 1/2 #1 @x &amp;
    so.¹ so.[1,2] $x^2$ \alpha <think> [INST] ✅
    12/4 555-1234 192.168.1.1 v2.0 isn't dogs' 'tis rock'n'roll α ＡＢ 👍🏽 1️⃣ Москва
""".split()
SIGNS = (
    list("()[]{}<>*_`~#=+|/\\^&@$%'\"-.,;:!?")
    + """
    ** __ ~~ `` ``` -> => <= >= != == && || :) :( ;) :D <3 <b> </b> <p> <br> [1] [^1] [2]: ]( )[
    ](x) [x] [0] --- *** … — – “ ” ’ • ™ ° ² → 🎉 ❤ &amp; &lt; // :: ... !? #1 @x .com <!-- -->
    \\* ~$ >$
    """.split()
)
STARTS = [
    "",
    "",
    "",
    "",
    "- ",
    "* ",
    "1. ",
    "# ",
    "## ",
    "> ",
    "| ",
    "    ",
    "[x]: ",
    "a) ",
    "``` ",
]


def text_of(choose: random.Random) -> str:
    """Return prose with marks, brackets and signs in it, in lines."""
    lines = []
    for _ in range(choose.randint(1, 5)):
        tokens = []
        for _ in range(choose.randint(1, 12)):
            word = choose.choice(WORDS if choose.random() < 0.6 else FILLERS)
            if choose.random() < 0.2:
                word = word.capitalize()
            if choose.random() < 0.3:
                word = choose.choice(SIGNS) + word
            if choose.random() < 0.3:
                word += choose.choice(SIGNS)
            tokens.append(word)
            if choose.random() < 0.15:
                tokens.append(choose.choice(SIGNS))
        glue = [choose.choice([" "] * 12 + ["", "  ", "\n"]) for _ in tokens]
        pairs = zip(tokens, glue, strict=True)
        lines.append(choose.choice(STARTS) + "".join(token + gap for token, gap in pairs).strip())
    return choose.choice(["\n", "\n", "\n\n"]).join(lines)


def losses(written: str) -> list[str]:
    """Return what is neither said nor removed by a rule that may, and what is said twice."""
    rewritten = rewrite(written)
    found = re.finditer("[a-z']*[a-z][a-z']*", rewritten.text)
    ranges = list(dict.fromkeys(rewritten.written(*word.span()) for word in found))
    removals = rewritten.removals()
    owners = [0] * len(written)
    for start, stop in [*ranges, *(removal[1:] for removal in removals)]:
        for place in range(start, stop):
            owners[place] += 1
    # A word may be written around what is removed: a<!-- comment -->b.
    for _, low, high in removals:
        if any(start < low and high < stop for start, stop in ranges):
            owners[low:high] = [1] * (high - low)
    lost = [
        f"{written[place]} at {place} belongs to {owners[place]}"
        for place, char in enumerate(written)
        if char.isalnum() and owners[place] != 1
    ]
    removed = set()
    for rule, start, stop in removals:
        removed.update(range(start, stop))
        part = written[start:stop]
        shape = REMOVERS.get(rule, r"[^\w\s]*")
        if any(map(str.isalnum, part)) and not re.fullmatch(rf"(?is:\W*(?:{shape})\W*)+", part):
            lost.append(f"{part!r} is removed by {rule}")
    said = "".join(re.findall("[a-z]", rewritten.text))
    place = 0
    for word in re.finditer("|".join(WORDS), written.lower()):
        if word.start() not in removed:
            place = said.find(word[0], place) + 1
            if not place:
                return [*lost, f"{word[0]} is not said"]
    return lost


@pytest.mark.parametrize("seed", range(300))
def test_nothing_is_lost(seed: int) -> None:
    written = text_of(random.Random(seed))
    assert losses(written) == [], written

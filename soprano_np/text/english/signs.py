"""Signs that no earlier step has read."""

import re

from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.vocabulary import SIGNS

_double_and = Rule("double and", "&&", "&", "b && c -> b and c")

_arrow = Rule("arrow", "<?[-=]{1,3}>", " to ", "a -> b → c -> a to b to c")

_dropped = Rule("dropped", "[*^|]", " ", "a * b ^ | -> a b")

_dot = Rule(
    "dot",
    r"(?<=[a-z]{2})\.(?=[a-z]{2})",
    " dot ",
    "foo.bar end. next -> foo dot bar end. next",
    "plain. -> plain.",
)


@rule(
    f"[{re.escape(''.join(SIGNS))}]",
    "salt & pepper -> salt and pepper",
    "a + b = c -> a plus b equals c",
    "© § ™ ∞ -> copyright section trademark infinity",
)
def _sign(match: Match) -> str:
    return f" {SIGNS[match[0]]} "


signs = Step(
    'Name every sign that is left: "salt & pepper" is "salt and pepper".',
    _double_and,
    _arrow,
    _dropped,
    _dot,
    _sign,
)

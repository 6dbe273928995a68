# ruff: noqa: RUF001 (the signs are meant)
r"""How a formula in LaTeX is said: "\frac{a}{b} + x^2" is "a over b plus x squared"."""

from soprano_np.text.english.say import cardinal, decimal, fraction, ordinal
from soprano_np.text.english.vocabulary import GREEK
from soprano_np.text.patterns import regex

# Commands that are said as they are written.
_AS_WRITTEN = """
    arg det dim exp inf ker log mod sup union mho star natural sharp flat
""".split()
SYMBOLS = {
    **{name: name for name in (*GREEK.values(), "digamma")},
    **{name.title(): name for name in GREEK.values()},
    **{f"var{name}": name for name in ("epsilon", "theta", "phi", "rho", "sigma", "pi", "kappa")},
    **{name: name for name in _AS_WRITTEN},
    "bmod": "mod", "gcd": "g c d", "lcm": "l c m", "deg": "degree", "Pr": "probability",
    "ln": "natural log", "lg": "log", "sin": "sine", "cos": "cosine", "tan": "tangent",
    "cot": "cotangent", "sec": "secant", "csc": "cosecant", "arcsin": "arc sine",
    "arccos": "arc cosine", "arctan": "arc tangent", "sinh": "hyperbolic sine",
    "cosh": "hyperbolic cosine", "tanh": "hyperbolic tangent",
    "times": "times", "cdot": "times", "ast": "times", "div": "divided by",
    "pm": "plus or minus", "mp": "minus or plus", "oplus": "circled plus",
    "otimes": "circled times", "circ": "composed with", "bullet": "times",
    "le": "less than or equal to", "leq": "less than or equal to", "leqslant":
    "less than or equal to", "ge": "greater than or equal to", "geq": "greater than or equal to",
    "geqslant": "greater than or equal to", "lt": "less than", "gt": "greater than",
    "ll": "much less than", "gg": "much greater than", "ne": "does not equal",
    "neq": "does not equal", "approx": "approximately equals", "simeq": "approximately equals",
    "sim": "is similar to", "cong": "is congruent to", "equiv": "is equivalent to",
    "propto": "is proportional to", "to": "to", "rightarrow": "to", "longrightarrow": "to",
    "leftarrow": "from", "gets": "from", "leftrightarrow": "to and from", "mapsto": "maps to",
    "Rightarrow": "implies", "implies": "implies", "Longrightarrow": "implies",
    "Leftrightarrow": "if and only if", "iff": "if and only if", "therefore": "therefore",
    "because": "because", "uparrow": "up", "downarrow": "down",
    "infty": "infinity", "partial": "partial", "nabla": "nabla", "hbar": "h bar", "ell": "l",
    "Re": "real part of", "Im": "imaginary part of", "aleph": "aleph", "prime": "prime",
    "in": "in", "notin": "not in", "ni": "contains", "subset": "subset of",
    "subseteq": "subset of", "supset": "superset of", "supseteq": "superset of", "cup": "union",
    "cap": "intersection", "setminus": "minus", "emptyset": "empty set",
    "varnothing": "empty set", "forall": "for all", "exists": "there exists",
    "nexists": "there does not exist", "neg": "not", "lnot": "not", "land": "and",
    "wedge": "and", "lor": "or", "vee": "or", "mid": "given", "perp": "perpendicular to",
    "parallel": "parallel to", "angle": "angle", "triangle": "triangle", "degree": "degrees",
    "ldots": ", ...", "cdots": ", ...", "dots": ", ...", "dotsc": ", ...", "vdots": ", ...",
    "quad": ",", "qquad": ",", "colon": ",", "lfloor": "floor of", "lceil": "ceiling of",
    "lbrace": "(", "rbrace": ")", "langle": "(", "rangle": ")", "cosec": "cosecant",
}  # fmt: skip
# With what stands below and above them: "the sum from i equals one to n of".
_LARGE = {
    "sum": "sum", "prod": "product", "coprod": "coproduct", "int": "integral",
    "iint": "double integral", "iiint": "triple integral", "oint": "contour integral",
    "bigcup": "union", "bigcap": "intersection", "lim": "limit", "limsup": "limit superior",
    "liminf": "limit inferior", "max": "max", "min": "min",
}  # fmt: skip
# Behind or before what they stand over.
_ACCENTS = {
    "hat": "{} hat", "widehat": "{} hat", "bar": "{} bar", "overline": "{} bar",
    "tilde": "{} tilde", "widetilde": "{} tilde", "dot": "{} dot", "ddot": "{} double dot",
    "vec": "vector {}", "overrightarrow": "vector {}", "underline": "{}", "boxed": "{}",
    "mathbf": "{}", "mathbb": "{}", "mathcal": "{}", "mathfrak": "{}", "mathit": "{}",
    "boldsymbol": "{}", "bm": "{}", "overbrace": "{}", "underbrace": "{}", "phantom": "",
    "pmod": "mod {}", "not": "not {}", "mathscr": "{}", "color": "", "vspace": "", "hspace": "",
    "substack": "{}", "cancel": "{}", "xrightarrow": "to {}",
}  # fmt: skip
_TWO = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), "{} over {}"),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), "{} choose {}"),
    "overset": "{1}", "underset": "{1}", "stackrel": "{1}", "textcolor": "{1}",
}  # fmt: skip
# Their argument is prose.
TEXTS = frozenset(
    """
    text textbf textit textrm textsf texttt textnormal textsc textup textmd emph mathrm mathsf
    mathtt operatorname mbox hbox rm
    """.split()
)
# Left out with their argument.
REFERENCES = frozenset("label ref eqref autoref pageref cite citep citet tag".split())
_ENVIRONMENTS = ("begin", "end")
COMMANDS = frozenset((*SYMBOLS, *_LARGE, *_ACCENTS, *_TWO, "sqrt", "left", "right"))
# Of how a formula looks.
_UNSAID = frozenset(
    """
    left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr displaystyle textstyle
    scriptstyle limits nolimits nonumber notag rfloor rceil hline noindent centering item
    """.split()
)
_SIGNS = {
    "+": "plus", "-": "minus", "\u2212": "minus", "=": "equals", "<": "less than",
    ">": "greater than", "*": "times", "/": "over", "!": "factorial", "'": "prime", "[": "(",
    "]": ")", ":": ",", ";": ",", "\\{": "(", "\\}": ")", "\\|": "norm", "\\\\": ",", ".": ".",
    "≤": "less than or equal to", "≥": "greater than or equal to", "≠": "does not equal",
    "×": "times", "·": "times", "±": "plus or minus", "→": "to", "∞": "infinity",
}  # fmt: skip
_NUMBER = r"\d+(?:,\d{3}(?!\d))*(?:\.\d+)?"
_PART = regex(rf"\\[A-Za-z]+\*?|\\[^A-Za-z]|{_NUMBER}|\.\d+|\S| +")
_FUNCTIONS = frozenset("fghFGHPEO")  # letters before brackets that hold what they are of
_DEEPEST = 12


def say_formula(source: str) -> str:
    """Return a formula in words; commands that are not known are said by name."""
    return _Formula(source.replace("{,}", ",")).sequence("")


def say_command(source: str) -> tuple[str, int]:
    """Return the command at the beginning in words, with its arguments, and where they end."""
    formula = _Formula(source)
    words = formula.atom()
    return words, formula.place


class _Formula:
    """Reads tokens from left to right; place: how many characters are read."""

    def __init__(self, source: str) -> None:
        self._parts = _PART.findall(source)
        self._next = 0
        self._depth = 0
        self._bars = self._parts.count("|") // 2 * 2  # in pairs
        self.place = 0

    def _peek(self) -> str:
        return self._parts[self._next] if self._next < len(self._parts) else ""

    def _take(self) -> str:
        part = self._peek()
        self._next += 1
        self.place += len(part)
        return part

    def _skip_spaces(self) -> None:
        while self._peek().isspace() or self._peek() in ("\\,", "\\;", "\\:", "\\!", "\\ ", "~"):
            self._take()

    def sequence(self, closing: str) -> str:
        """Return the words up to a closing bracket, which is taken, or the end."""
        self._depth += 1
        words: list[str] = []
        while part := self._peek():
            if part == closing:
                self._take()
                break
            words.append(self.atom())
        self._depth -= 1
        return " ".join(filter(None, words))

    def atom(self) -> str:
        """Return the next sign, number or command in words, with what stands below and above."""
        self._skip_spaces()
        part = self._take()
        name = part[1:].rstrip("*") if part[:1] == "\\" and part[1:2].isalpha() else ""
        if name in _LARGE:
            return self._large(name)
        if part[:1].isdecimal() or (part[:1] == "." and len(part) > 1):
            words = self._number(part)
        elif part == "{":
            words = self.sequence("}") if self._depth < _DEEPEST else ""
        elif name:
            words = self._command(name)
        elif part.isalpha():
            words = part.lower() if part.isascii() else f" {part} "
            if part in _FUNCTIONS and self._peek() == "(":
                self._take()
                inside = self.sequence(")") if self._depth < _DEEPEST else ""
                words = f"{words} of {inside}"
        elif part == "|":
            words = self._bar()
        elif part in ("^", "_"):
            self._next -= 1
            self.place -= 1
            words = ""
        else:
            words = _SIGNS.get(part, part if part in "(),?%" else part[1:])
        return f"{words} {self._scripts()}".strip() if self._peek() in ("^", "_") else words

    def _argument(self) -> str:
        """Return what a command is about: a group or one sign, of a number one digit."""
        self._skip_spaces()
        part = self._peek()
        if part[:1].isdecimal() and len(part) > 1:
            self._parts[self._next : self._next + 1] = [part[0], part[1:]]
        if part in ("^", "_", "}"):
            return ""
        if part == "{":
            self._take()
            return self.sequence("}") if self._depth < _DEEPEST else ""
        tokens, self._parts = self._parts, self._parts[: self._next + 1]
        words = self.atom() if part[:1] != "\\" else ""
        self._parts = tokens
        return words if part[:1] != "\\" else self._plain_command()

    def _plain_command(self) -> str:
        name = self._take()[1:].rstrip("*")
        return self._command(name) if name[:1].isalpha() else _SIGNS.get(f"\\{name}", name)

    def _raw(self) -> str:
        """Return a group as it is written."""
        self._skip_spaces()
        if self._peek() != "{":
            return ""
        self._take()
        depth, words = 1, ""
        while part := self._peek():
            depth += {"{": 1, "}": -1}.get(part, 0)
            self._take()
            if not depth:
                break
            words += part
        return words

    def _optional(self) -> str:
        self._skip_spaces()
        if self._peek() != "[":
            return ""
        self._take()
        return self.sequence("]") if self._depth < _DEEPEST else ""

    def _command(self, name: str) -> str:
        if name in _TWO:
            above, below = self._argument(), self._argument()
            return _fraction(above, below) or _TWO[name].format(above, below)
        if name == "sqrt":
            root = {"": "square", "three": "cube"}.get(degree := self._optional())
            return f"{root or _ordinal(degree)} root of {self._argument()}"
        if name in TEXTS:
            return self._raw().strip("~ ")
        if name in REFERENCES or name in _ENVIRONMENTS:
            self._raw()
            return ""
        if name in _ACCENTS:
            return _ACCENTS[name].format(self._argument())
        if name in _UNSAID:
            if name in ("left", "right") and self._peek() == ".":
                self._take()
            return ""
        if name in ("log", "lg") and self._peek() == "_":
            self._take()
            return f"log base {self._argument()} of"
        return SYMBOLS.get(name, name.lower())

    def _number(self, part: str) -> str:
        """Say a number, but leave it to other rules before a unit or as part of a fraction."""
        place = self._next
        following = self._parts[place : place + 4]
        if following[:2] == ["^", "\\circ"] or following[:3] == ["^", "{", "\\circ"]:
            while self._peek() and self._take() != "\\circ":
                pass
            if self._peek() == "}":
                self._take()
            self._skip_spaces()
            unit = self._raw() if self._peek()[1:] in TEXTS and self._take() else ""
            return f"{part}°{unit or self._take() * (self._peek() in ('C', 'F'))}"
        if following[:1] == ["/"] and len(following) > 1 and following[1].isdecimal():
            self._take()
            return _over(part, self._take())
        self._skip_spaces()
        if self._peek() in ("%", "\\%"):
            self._take()
            return f"{part}%"
        if self._peek()[1:] in TEXTS:
            return part
        return decimal(part)

    def _large(self, name: str) -> str:
        """Say a sum, an integral or a limit with its bounds."""
        below = above = ""
        while self._peek() in ("^", "_", "\\limits", "\\nolimits"):
            sign = self._take()
            if sign == "_":
                below = self._argument()
            elif sign == "^":
                above = self._argument()
        words = _LARGE[name]
        if name.startswith("lim"):
            return f"{words} as {below.replace(' to ', ' approaches ', 1)} of" if below else words
        if below and above:
            return f"{words} from {below} to {above} of"
        return f"{words} over {below or above} of" if below or above else f"{words} of"

    def _bar(self) -> str:
        """Say the bars of an absolute value, or one that stands alone."""
        if self._bars:
            self._bars -= 1
            return "absolute value of" if self._bars % 2 else ""
        return "given"

    def _scripts(self) -> str:
        words = []
        while (sign := self._peek()) in ("^", "_"):
            self._take()
            raised = self._argument()
            words.append(_power(raised) if sign == "^" else f"sub {raised}" * bool(raised))
        return " ".join(words)


_NUMBERS = {cardinal(str(number)): str(number) for number in range(1001)}


def _power(words: str) -> str:
    if words in ("two", "three"):
        return "squared" if words == "two" else "cubed"
    if words in ("prime", "times", "star", "th"):
        return {"times": "star"}.get(words, words)
    if words in ("t h", "s t", "n d", "r d"):
        return words.replace(" ", "")
    return f"to the {ordinal(_NUMBERS[words]) if words in _NUMBERS else words}"


def _ordinal(words: str) -> str:
    return ordinal(_NUMBERS[words]) if words in _NUMBERS else f"{words} th"


def _over(above: str, below: str) -> str:
    if len(above) < 5 and len(below) < 5 and above.isdecimal():
        return fraction(f"{above}/{below}")
    return f"{decimal(above)} over {decimal(below)}"


def _fraction(above: str, below: str) -> str:
    """Return a fraction of numbers in words: "seven tenths"."""
    if above in _NUMBERS and below in _NUMBERS:
        return _over(_NUMBERS[above], _NUMBERS[below])
    return ""

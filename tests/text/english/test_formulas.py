r"""Formulas in words; commands that begin with \n and \t stand here, not in the table."""

import pytest

from soprano_np.text.english import normalize
from soprano_np.text.english.formulas import say_formula


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (r"a \times b \neq c", "a times b does not equal c"),
        (r"\theta + \nu \to \infty", "theta plus nu to infinity"),
        (r"\text{if } x > 0", "if x greater than zero"),
        (r"x_{\text{max}}^2", "x sub max squared"),
        (r"\nabla \cdot E = \frac{\rho}{\epsilon_0}",
         "nabla times e equals rho over epsilon sub zero"),
        (r"\frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
         "minus b plus or minus square root of b squared minus four a c over two a"),
        (r"\lim_{x \to 0} \frac{\sin x}{x} = 1",
         "limit as x approaches zero of sine x over x equals one"),
        (r"\int_0^1 x\,dx", "integral from zero to one of x d x"),
        (r"\binom{n}{k} n! P(A|B)", "n choose k n factorial p of a given b"),
        (r"\frac12 + \frac ab + 3/4", "one half plus a over b plus three quarters"),
        (r"\hat{x} \bar y \vec{v} x''", "x hat y bar vector v x prime prime"),
        (r"\left( a \right) \log_2 n \max_x f(x)", "( a ) log base two of n max over x of f of x"),
        (r"5\,\mathrm{km} 20^\circ\mathrm{C} 50\%", "5 km 20°C 50%"),
        (r"1{,}000 \ldots A^{-1} A^* n^{th}",
         "one thousand , ... a to the minus one a star n th"),
        (r"\unknown{x} \other", "unknown x other"),
        (r"x \label{eq} \begin{cases} y", "x y"),
        ("^^__{{}", "to the to the"),
        (r"\frac", "over"),
        ("{" * 50 + "x" + "}" * 50, "x"),
    ],
)  # fmt: skip
def test_formula(source: str, said: str) -> None:
    assert " ".join(say_formula(source).split()) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$$\n\\frac{1}{2} \\theta\n$$", "one half theta"),
        ("\\begin{align}\nx &= \\frac{1}{2} \\\\\ny &= \\text{so}\n\\end{align}",
         "x equals one half, y equals so"),
        (r"Use \times for $2 \times 3$, \textbf{not} \tau.",
         "use times for two times three, not tau."),
        (r"the $\text{rate}$ in C:\times\to", "the rate in c colon backslash times backslash to"),
        (r"\alpha-decay", "alpha decay"),
    ],
)  # fmt: skip
def test_formulas_in_text(text: str, said: str) -> None:
    assert normalize(text) == said

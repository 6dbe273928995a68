"""Signs that are left."""

import pytest

from soprano_np.text.english.signs import signs


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("salt & pepper", "salt and pepper"),
        ("a + b = c", "a plus b equals c"),
        ("a -> b → c", "a to b to c"),
        ("© § ™ ∞", "copyright section trademark infinity"),
        ("foo.bar end. next", "foo dot bar end. next"),
        ("a * b ^ |", "a b"),
        ("plain.", "plain."),
    ],
)
def test_signs(text: str, said: str) -> None:
    assert " ".join(signs(text).split()) == said

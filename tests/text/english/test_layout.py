# ruff: noqa: RUF001 (the dashes are meant)
"""Markdown, HTML and plain text to a line for each block."""

import pytest

from soprano_np.text.english.layout import layout

LONG = "This line was broken by an editor, since it had become too"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("# Title #\nText", "Title\n\nText"),
        ("Title\n=====\nText", "Title\n\nText"),
        ("- milk\n* eggs\n+ ham\n• tea\n– salt", "milk\neggs\nham\ntea\nsalt"),
        ("1. Wash.\n2) Boil.\n(3) Eat.\na) Go.", "1, Wash.\n2, Boil.\n3, Eat.\na, Go."),
        ("- [ ] buy\n- [x] pay", "buy\npay"),
        ("> quoted\n>> twice", "quoted twice"),
        ("```python\nx = 1\n\ny = 2\n```\nText", "x = 1\n\ny = 2\n\nText"),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", "a, b\n\n1, 2"),
        ("one\n\n\n***\n\ntwo", "one\n\ntwo"),
        ("*so* **so** ***so*** _so_ __so__ ~~so~~ `so`", "so so so so so so so"),
        ("2 * 3 2*3 snake_case ~5 2**3", "2 * 3 2*3 snake_case ~5 2^3"),
        ("[a](http://b.c/d_(e) 'f') ![g](h.png) [i][j]", "a g i"),
        ("[![badge](a.svg)](b.html)", "badge"),
        ("so[1] it[^2] is", "so it is"),
        ("[^2]: A note\n[j]: http://k.l", "A note"),
        ("<p>One<br/>Two <b>three</b></p><!-- four -->", "One\nTwo three"),
        ("<https://a.b> <c@d.e> 1 < 2 > 1", "https://a.b c@d.e 1 < 2 > 1"),
        ("moved\nto Friday", "moved to Friday"),
        (f"{LONG}\nLong", f"{LONG} Long"),
        (f"{LONG}.\nLong", f"{LONG}.\nLong"),
        ("Dear Mr.\nsmith", "Dear Mr. smith"),
        ("Short\nLines", "Short\nLines"),
        ("a  b", "a b"),
        ("===== $$$$", ""),
        ("", ""),
    ],
)
def test_layout(text: str, lines: str) -> None:
    assert layout(text) == lines

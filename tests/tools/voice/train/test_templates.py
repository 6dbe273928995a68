"""Templates of everyday speech."""

import random
import re

from voice.train import templates


def test_templates_are_filled() -> None:
    drawn = list(templates.everyday(300, random.Random(0)))
    kinds = {kind for kind, _ in drawn}
    assert kinds == {"greeting", "question", "exclamation", "names", "numbers", "letters", "list"}
    assert not [text for _, text in drawn if re.search(r"[{}_]|  ", text)]
    # The published held-out sentences, and any voice's text, rest on what a seed draws.
    assert [text for _, text in drawn[-3:]] == [
        "mice here, maps there, hills everywhere",
        "we need doors, dogs, and soup",
        "knock, knock",
    ]

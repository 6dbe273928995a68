"""Regular expressions that are compiled when they are first used.

Compiling all of the front end's takes longer than speaking a short sentence.
"""

import re
from functools import cached_property
from typing import Any, cast


def regex(expression: str, flags: int = 0) -> re.Pattern[str]:
    """Return what can be used as `re.compile(expression, flags)`, but for `match.re`."""
    return cast(re.Pattern[str], _Pattern(expression, flags))


class _Pattern:
    def __init__(self, expression: str, flags: int) -> None:
        self._expression, self._flags = expression, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._expression, self._flags)

    def __getattr__(self, name: str) -> Any:
        """Look up an attribute of the pattern, once."""
        value = getattr(self._compiled, name)
        setattr(self, name, value)
        return value

"""A rule of reading: what it looks for, how that is said, and examples of it."""

import re
from collections.abc import Callable, Iterable, Iterator

from soprano_np.text.english.rewritten import Replacements, Rewritten
from soprano_np.text.patterns import regex

Match = re.Match[str]
# Returns what is said for a match, or None for what the rule does not mean.
Reading = Callable[[Match], str | None]

_GROUP = regex(r"\\(\d)")


class Text:
    """A text that rules rewrite, and the log of what they replaced."""

    def __init__(self, string: str, record: bool = True) -> None:
        self.written = string
        self.string = string
        self.held: list[str] = []  # what is said for what is held apart, see `held`
        self._record = record
        # Each pass over the text: the text before it, and what it replaced.
        self.log: list[tuple[str, Replacements]] = []

    def sub(self, rule: str, pattern: re.Pattern[str], reading: Reading | str) -> None:
        r"""Replace the matches of a pattern as `re.sub` does.

        A reading that returns None leaves its match alone. A string may hold \1 to \9, in order:
        these groups keep their own place in the written text.
        """
        if isinstance(reading, str):
            replacements = _fill_in(rule, pattern.finditer(self.string), reading)
        else:
            replacements = [
                (match.start(), match.end(), became, rule)
                for match in pattern.finditer(self.string)
                if (became := reading(match)) is not None
            ]
        self.replace(replacements)

    def replace(self, replacements: Iterable[tuple[int, int, str, str]]) -> None:
        """Replace (start, stop, became, rule), which come from left to right."""
        old = self.string
        pieces: list[str] = []
        changes: Replacements = []
        done = 0
        for change in replacements:
            start, stop, became, _ = change
            if old[start:stop] != became:
                pieces += (old[done:start], became)
                done = stop
                changes.append(change)
        if changes:
            pieces.append(old[done:])
            self.string = "".join(pieces)
            if self._record:
                self.log.append((old, changes))

    def map(self, function: Callable[[str], str]) -> None:
        """Apply a function that changes characters but not how many there are."""
        self.string = function(self.string)

    def rewritten(self) -> Rewritten:
        """Return the text as it is now, with the way back to what was written."""
        return Rewritten(self.written, self.string, self.log)


def _fill_in(rule: str, matches: Iterator[Match], template: str) -> Replacements:
    """Return what a template makes of matches: its groups stay, and all around them changes."""
    if "\\" not in template:
        return [(match.start(), match.end(), template, rule) for match in matches]
    first, *rest = _GROUP.split(template)
    groups = [(int(group), after) for group, after in zip(rest[::2], rest[1::2], strict=True)]
    replacements: Replacements = []
    for match in matches:
        place, words = match.start(), first
        for group, after in groups:
            start, stop = match.span(group)
            if start >= 0:
                replacements.append((place, start, words, rule))
                place, words = stop, ""
            words += after
        replacements.append((place, match.end(), words, rule))
    return replacements


class Rule:
    """What to look for, how to say it, and examples: "written -> said" by the rule's step.

    needs: what stands in every text that the rule changes, so that others are not searched.
    unless: a pattern; a text in which it is found is left alone.
    """

    def __init__(
        self,
        name: str,
        pattern: str,
        reading: Reading | str,
        *examples: str,
        needs: str = "",
        unless: str | None = None,
    ) -> None:
        self.name = name
        self.pattern = regex(pattern)
        self.reading = reading
        self.examples = examples
        self._needs = needs
        self._unless = regex(unless) if unless else None

    def __call__(self, text: Text) -> None:
        """Say every match in the text."""
        if self._needs not in text.string or not self.pattern.search(text.string):
            return
        if self._unless is None or not self._unless.search(text.string):
            text.sub(self.name, self.pattern, self.reading)


def rule(
    pattern: str, *examples: str, name: str = "", needs: str = "", unless: str | None = None
) -> Callable[[Reading], Rule]:
    """Make a rule of the function that says a match of the pattern. See Rule."""

    def make(reading: Reading) -> Rule:
        own = name or reading.__name__.strip("_").replace("_", " ")
        return Rule(own, pattern, reading, *examples, needs=needs, unless=unless)

    return make


class Step:
    """Rules that belong together, in order, and what they do."""

    def __init__(
        self, doc: str, *rules: Callable[[Text], None], only_if: str | None = None
    ) -> None:
        self.__doc__ = doc
        self.rules = rules
        self._only_if = regex(only_if) if only_if else None

    def apply(self, text: Text) -> None:
        """Apply every rule to the text, if it holds what they are about (only_if)."""
        if self._only_if is None or self._only_if.search(text.string):
            for rule in self.rules:
                rule(text)

    def __call__(self, string: str) -> str:
        """Return what this step alone makes of a text."""
        text = Text(string, record=False)
        self.apply(text)
        return text.string

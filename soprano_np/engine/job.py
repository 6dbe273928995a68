"""The files of one call, which take turns with other calls' files."""

from collections import OrderedDict
from collections.abc import Callable
from itertools import count, islice
from typing import Any

from soprano_np.engine.track import Line

NEAR = 16  # waiting lines that are looked at for a prompt that fits


class Job:
    """The files of one call: however many they are, together they have one turn.

    opened, waiting: lines with their places in the call. The opened ones are looked at in each
    round; one that waits costs a round nothing. rows: in the batch; begun, rendered: when a
    sentence was last begun, and when sound was last made.
    """

    def __init__(self) -> None:
        self.opened: dict[Line[Any], int] = {}
        self.waiting: OrderedDict[Line[Any], int] = OrderedDict()
        self.rows = 0
        self.begun = self.rendered = 0.0
        self._places = count()

    @property
    def lines(self) -> list[Line[Any]]:
        """All lines."""
        return [*self.opened, *self.waiting]

    def add(self, line: Line[Any]) -> None:
        """Add a line behind the others."""
        self.waiting[line] = next(self._places)

    def open(self, line: Line[Any]) -> None:
        """Look at a line in each round from now on."""
        if line in self.waiting:
            self.opened[line] = self.waiting.pop(line)

    def remove(self, line: Line[Any]) -> None:
        """Look at a line no more."""
        self.opened.pop(line, None)
        self.waiting.pop(line, None)

    def next_line(self, fits: Callable[[Line[Any]], bool]) -> Line[Any] | None:
        """Return whose sentence is the next to begin, of lines with one that fits.

        Who has fewest sentences on the way comes first, else the earlier text: all texts get on.
        """
        while self.waiting and (first := next(iter(self.waiting))).peek() is None:
            self.open(first)  # it has ended, or its text has yet to come
        places = [*self.opened.items(), *islice(self.waiting.items(), NEAR)]
        turns = sorted((len(line.takes), place, line) for line, place in places)
        return next((line for *_, line in turns if fits(line)), None)

    def ready(self, is_full: Callable[[Line[Any]], bool]) -> Line[Any] | None:
        """Return the first line of which a sentence has been generated and may be rendered."""
        lines = (
            (place, line)
            for line, place in self.opened.items()
            if line.takes and line.takes[0].result is not None and not is_full(line)
        )
        return min(lines, default=(0, None))[1]

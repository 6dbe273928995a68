"""The prompts that begin in one round."""

from collections.abc import Iterable
from typing import Any

from soprano_np.engine.playback import Least
from soprano_np.engine.track import Line
from soprano_np.lm.batch import Row

# Prompts run together up to this many positions, since a new listener waits for them; a longer one
# runs alone. It is a number, not a time, so that one text alone is computed alike each time. While
# only files are spoken there is always a prompt for each core: two run in 0.7 x the time of one
# after the other.
PREFILL_POSITIONS = 160


class Intake:
    """The prompts of one round, and what listeners have in hand meanwhile.

    least: how many prompts may be in it, however long they are.
    """

    def __init__(self, rows: list[Row], listeners: Iterable[Line[Any]], least: int) -> None:
        self.rows, self.least = rows, least
        self.positions = 0  # of the prompts, but for restarted ones
        self.leads, self.heard = Least(), Least()  # of all, and of those who hear something
        for line in listeners:
            self._note(line)

    def fits(self, line: Line[Any]) -> bool:
        """Return whether a line has an utterance to begin, and there is room for its prompt."""
        utterance = line.peek()
        return utterance is not None and (
            len(self.rows) < self.least or self.positions + len(utterance.ids) <= PREFILL_POSITIONS
        )

    def add(self, line: Line[Any], row: Row) -> None:
        """Add a line's prompt."""
        self.rows.append(row)
        self.positions += len(row.ids)
        if line.live and len(line.takes) == 1:  # it was no listener before
            self._note(line)

    def _note(self, line: Line[Any]) -> None:
        self.leads.add(line, line.lead)
        if line.made:
            self.heard.add(line, line.lead)

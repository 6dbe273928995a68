"""Text that is still arriving, such as a language model's: sentences as soon as they have ended."""

import re
from collections.abc import Callable, Iterable, Iterator

# Where a sentence may have ended: with a line, or at a mark once the word after it [1] is whole;
# without [1] what comes next decides.
_END = re.compile(r"""\n|[.!?\u2026]["'\u201d\u2019)\]]*(?:[^\S\n]+(?=(\S+\s)|\S*\Z)|\Z)""")
_ENDED = re.compile(r"""(?:^|[.!?\u2026]["'\u201d\u2019)\]]*)\s*\Z""")
MAX_HELD = 2000  # characters without an end in sight
NEARBY = 100  # characters before a mark that say what it means


def finished_sentences(pieces: Iterable[str], normalize: Callable[[str], str]) -> Iterator[str]:
    """Yield the text of `pieces`, nothing added or lost, cut where sentences end.

    A mark ends a sentence if both sides are read aloud apart as they are together: not the stop of
    "Dr. Who". An empty line comes as a piece of its own. What has no end within MAX_HELD characters
    is cut between words. How the text is cut into pieces makes no difference.
    """
    held, searched = "", 0
    for part in _short(pieces):
        held += part
        while True:
            end = _END.search(held, searched, MAX_HELD)
            if end and (end[0] == "\n" or end[1]):
                searched = cut = end.end()
                if end[1] and not _parts(held[max(cut - NEARBY, 0) : cut], end[1], normalize):
                    continue
            elif len(held) < MAX_HELD:
                searched = end.start() if end else len(held)
                break
            else:
                cut = held.rfind(" ", 1, MAX_HELD) + 1 or MAX_HELD
            yield held[:cut]
            held, searched = held[cut:], 0
    if held:
        yield held


def _short(pieces: Iterable[str]) -> Iterator[str]:
    """Cut long pieces, so that what is held is never long."""
    for piece in pieces:
        for start in range(0, len(piece), MAX_HELD):
            yield piece[start : start + MAX_HELD]


def _parts(before: str, after: str, normalize: Callable[[str], str]) -> bool:
    """Tell whether two stretches of text are read alike together and apart, the first to its end.

    It need not be: the stop of "Dr." may be read as part of the word.
    """
    first = normalize(before)
    apart = [*first.split(), *normalize(after).split()]
    return bool(_ENDED.search(first)) and apart == normalize(before + after).split()

"""Which written words each prompt speaks, where a stretch of text is spoken in several."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from soprano_np.text.english.rewritten import Rewritten

_WORD = re.compile(r"\S+")
_MARKS = re.compile(r"(?:[^\w\s]|_)*(?:[ \t]+(?:[^\w\s]|_)+(?=\s))*")
_SIGN = re.compile(r"[\W_]+")


def is_read_out(written: str, prompts: Sequence[str]) -> bool:
    """Check whether `divide` is exact: there is one prompt, or they say the words as written."""
    return len(prompts) == 1 or _words(written) == _words(" ".join(prompts))


def divide_exactly(
    rewritten: "Rewritten", offset: int, written: str, prompts: Sequence[str]
) -> list[str]:
    """Divide what is written among prompts, in order, by where each word that is said was written.

    A part ends behind its last word and the marks that follow it, at the latest where the next
    part's first word was written. offset: how many characters stand before `written` in the text
    that was rewritten.
    """
    places = [place for place, char in enumerate(rewritten.text) if not char.isspace()]
    said = "".join(rewritten.text.split())
    cuts = [0]
    end = stop = 0
    for prompt in prompts:
        words = "".join(prompt.split()).strip(".,!?'")
        start = said.find(words, stop)
        if start < 0:  # it was read together with something else
            return divide(written, prompts)
        if stop:
            begin = rewritten.written(places[start], places[start] + 1)[0] - offset
            marks = _MARKS.match(written, end, max(end, begin))
            cuts.append(max(marks.end() if marks else end, cuts[-1]))
        stop = start + len(words)
        end = rewritten.written(places[stop - 1], places[stop - 1] + 1)[1] - offset
    return _cut(written, cuts)


def divide(written: str, prompts: Sequence[str]) -> list[str]:
    """Divide what is written among prompts, in order, by the words that both have.

    Words that are both written and spoken say which prompt they belong to; what lies between them
    is divided in proportion.
    """
    if len(prompts) == 1:
        return [written]
    word_starts = [match.start() for match in _WORD.finditer(written)]
    words = [_plain(word) for word in written.split()]
    said: list[str] = []
    places = [0]  # of the words, and behind the last one: characters
    starts: list[int] = []  # of the prompts: characters
    for prompt in prompts:
        starts.append(places[-1])
        for word in prompt.split():
            said.append(_plain(word))
            places.append(places[-1] + len(word) + 1)
    # A word that is both written and spoken begins and ends in both.
    known = [(0, 0)]
    for here, there in _anchors(words, said):
        known.append((places[there], word_starts[here]))
        known.append((places[there + 1], [*word_starts[here + 1 : here + 2], len(written)][0]))
    known.append((places[-1], len(written)))
    cuts = [0]
    for start in starts[1:]:
        number = bisect_right(known, start, key=itemgetter(0))
        (before, low), (behind, high) = known[number - 1], known[min(number, len(known) - 1)]
        cut = low
        if start > before:
            cut += (start - before) * (high - low) // (behind - before)
            # At the beginning of a word, if there is one.
            near = bisect_right(word_starts, cut)
            begins = [place for place in word_starts[max(0, near - 1) : near + 1] if low < place]
            cut = min(begins, key=lambda place: abs(place - cut), default=cut)
        cuts.append(max(cut, cuts[-1]))
    return _cut(written, cuts)


def _cut(written: str, cuts: Sequence[int]) -> list[str]:
    return [written[start:end].strip() for start, end in pairwise([*cuts, len(written)])]


def _words(text: str) -> list[str]:
    return list(filter(None, map(_plain, text.split())))


def _plain(word: str) -> str:
    return _SIGN.sub("", word).lower()


def _anchors(written: Sequence[str], spoken: Sequence[str]) -> list[tuple[int, int]]:
    """Return where words of two rows are the same, in order in both: those that are as frequent."""
    counts, others = Counter(written), Counter(spoken)
    where: dict[tuple[str, int], int] = {}
    seen: Counter[str] = Counter()
    for place, word in enumerate(spoken):
        seen[word] += 1
        where[word, seen[word]] = place
    seen.clear()
    anchors: list[tuple[int, int]] = []
    for place, word in enumerate(written):
        seen[word] += 1
        if not word or counts[word] != others[word]:
            continue
        there = where[word, seen[word]]
        if not anchors or there > anchors[-1][1]:
            anchors.append((place, there))
    return anchors

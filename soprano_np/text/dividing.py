"""Which written words each prompt speaks, where a stretch of text is spoken in several."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate, islice, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from soprano_np.text.patterns import regex

if TYPE_CHECKING:
    from soprano_np.text.english.rewritten import Rewritten

SURE = 10  # letters before and after a place that say where it is, if they are there only once

_WORD = regex(r"\S+")
_LETTER = regex(r"[^\W_]")
_MARKS = regex(r"(?:[^\w\s]|_)*(?:[ \t]+(?:[^\w\s]|_)+(?=\s))*")
_GAP = regex(r"(?:[^\w\s]|_)*(?=\s+[^\W_])")  # without a sign that the next words may say
_SIGN = regex(r"[\W_]+")


def divide(
    written: str,
    prompts: Sequence[str],
    rewrite: Callable[[], "Rewritten"] | None = None,
    offset: int = 0,
) -> list[str]:
    """Divide what is written among prompts, in order, by where each word that is said was written.

    A part ends behind its last word and the marks that follow it, at the latest where the next
    part's first word was written. rewrite: returns the way back to what is written, if it is known;
    it is asked only where the words are not said as they are written. offset: how many characters
    stand before `written` in the text that was rewritten.
    """
    if len(prompts) == 1:
        return [written]
    letters = _letters(written)
    said = _letters("".join(prompts))
    rewritten: Rewritten | None = None
    cuts = [0]
    for number in accumulate(len(_letters(prompt)) for prompt in prompts[:-1]):
        cut = _find_cut(number, said, letters, written)
        if cut is None:
            rewritten = rewritten or (rewrite() if rewrite else None)
            if not rewritten or _letters(rewritten.text) != said:
                return _divide_by_words(written, prompts)
            last, first = _place(rewritten.text, number - 1), _place(rewritten.text, number)
            end = rewritten.written(last, last + 1)[1] - offset
            begin = rewritten.written(first, first + 1)[0] - offset
            cut = _skip_marks(written, end, begin)
        cuts.append(max(cut, cuts[-1]))
    return _cut(written, cuts)


def _find_cut(number: int, said: str, letters: str, written: str) -> int | None:
    """Return where to cut after so many letters that are said, if those near it are written so."""
    before, after = said[max(0, number - SURE) : number], said[number : number + SURE]
    if not before or not said.count(before) == letters.count(before) == 1:
        return None
    end = _place(written, letters.index(before) + len(before) - 1) + 1
    if said.count(after) == letters.count(after) == 1:
        return _skip_marks(written, end, _place(written, letters.index(after)))
    gap = _GAP.match(written, end)
    return gap.end() if gap else None


def _skip_marks(written: str, end: int, begin: int) -> int:
    marks = _MARKS.match(written, end, max(end, begin))
    return marks.end() if marks else end


def _divide_by_words(written: str, prompts: Sequence[str]) -> list[str]:
    """Divide what is written among prompts, in order, by the words that both have.

    Words that are both written and spoken say which prompt they belong to; what lies between them
    is divided in proportion.
    """
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


def _letters(text: str) -> str:
    """Return the letters and digits of a text, in lower case if that keeps their number."""
    letters = _SIGN.sub("", text)
    lower = letters.lower()
    return lower if len(lower) == len(letters) else letters


def _place(text: str, number: int) -> int:
    """Return the place of a letter or digit in a text, of which so many stand before it."""
    return next(islice(_LETTER.finditer(text), number, None)).start()


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

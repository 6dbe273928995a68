"""Every option of speech, once: its default, its range and what it means.

Python's keyword arguments, the command line's options and their checks all come from here.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from numbers import Real
from operator import index
from typing import Any, NamedTuple, TypedDict, get_args

PARAGRAPH_SILENCE = 0.5  # seconds
SAMPLING, SOUND = "sampling", "sound"  # groups of options


class Range(NamedTuple):
    """The values that an option may have, both ends included unless `above` excludes the lower."""

    low: float
    high: float = math.inf
    above: bool = False

    def __contains__(self, value: object) -> bool:
        number: Any = value
        return bool(number > self.low if self.above else number >= self.low) and number <= self.high

    def __str__(self) -> str:
        if self.high == math.inf:
            return f"{self.low:g} or more"
        if self.above:
            return f"above {self.low:g} and at most {self.high:g}"
        return f"from {self.low:.15g} to {self.high:.15g}"


BATCH_SIZES = Range(1, 1024)  # sentences that a SopranoTTS generates side by side


def option(group: str, default: Any, allowed: Range | None, meaning: str, symbol: str = "N") -> Any:
    """Declare an option; `symbol` stands for its value in the command line's help."""
    metadata = {"group": group, "range": allowed, "meaning": meaning, "symbol": symbol}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Request:
    """How a text is to be spoken.

    A checkpoint's generation_config.json may have other defaults for sampling. Raises TypeError
    for a value of the wrong type and ValueError for one out of range, both naming the option.
    """

    temperature: float = option(
        SAMPLING, 0.0, Range(0, 100), "randomness; 0 always picks the likeliest token", "T"
    )
    top_k: int = option(
        SAMPLING, 50, Range(0), "draw from the K likeliest tokens; 0 draws from all", "K"
    )
    top_p: float = option(
        SAMPLING,
        0.95,
        Range(0, 1, above=True),
        "draw from the likeliest tokens that together have probability P",
        "P",
    )
    repetition_penalty: float = option(
        SAMPLING,
        1.2,
        Range(0.01, 100),
        "lower the odds of tokens that have already occurred; 1 leaves them unchanged",
        "R",
    )
    max_new_tokens: int = option(
        SAMPLING, 512, Range(1, 1 << 16), "cut a sentence off after N tokens"
    )
    seed: int | None = option(
        SAMPLING, None, Range(0), "make random sampling repeatable (temperature above 0)"
    )
    retries: int = option(
        SAMPLING,
        0,
        Range(0, 100),
        "restart a sentence that gets stuck up to N times, at a higher temperature each time",
    )
    sentence_silence: float = option(
        SOUND,
        0.0,
        Range(0, 60),
        "silence between sentences; at 0, short sentences are spoken together",
        "SECONDS",
    )
    paragraph_silence: float | None = option(
        SOUND,
        None,
        Range(0, 60),
        f"silence between paragraphs ({PARAGRAPH_SILENCE}, or the sentence silence if longer)",
        "SECONDS",
    )
    chunk_size: int | None = option(
        SOUND,
        None,
        Range(1, 1 << 14),
        "tokens to stream at a time (few at first, more as playback gets ahead)",
    )
    keep_loudness: bool = option(
        SOUND, True, None, "keep the model's own loudness; otherwise files peak at -6 dBFS"
    )

    def __post_init__(self) -> None:
        for each in options():
            value = getattr(self, each.name)
            if value is None and type(None) in get_args(each.type):
                continue
            check_type(each.name, value, kind(each.type))
            if each.range is not None and value not in each.range:
                raise ValueError(f"{each.name} must be {each.range}, not {value}")

    @property
    def pause(self) -> float:
        """Seconds of silence between paragraphs."""
        if self.paragraph_silence is None:
            return max(PARAGRAPH_SILENCE, self.sentence_silence)
        return self.paragraph_silence


class Options(TypedDict, total=False):
    """The options of Request that Python callers name, for type checkers and editors."""

    top_k: int | None
    max_new_tokens: int | None
    seed: int | None
    sentence_silence: float
    paragraph_silence: float | None


class WholeOptions(Options, total=False):
    """Those for speech whose peak is known, because all of it is there."""

    keep_loudness: bool


class Option(NamedTuple):
    """An option as Request declares it."""

    name: str
    type: Any
    default: Any
    group: str
    range: Range | None
    meaning: str
    symbol: str


def options() -> Iterator[Option]:
    """List the options in the order of Request."""
    for each in fields(Request):
        yield Option(each.name, each.type, each.default, **each.metadata)


def kind(annotation: Any) -> type:
    """Return the type of an option's value: int for int | None."""
    only: type
    (only,) = (each for each in get_args(annotation) or (annotation,) if each is not type(None))
    return only


def check_type(name: str, value: object, expected: type) -> None:
    """Raise TypeError unless a value is an int, a float or a bool as expected."""
    if expected is int:
        try:
            index(value)  # type: ignore[arg-type]
        except TypeError:
            raise TypeError(f"{name} must be a whole number, not {value!r}") from None
    elif expected is float and not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, not {value!r}")
    elif expected is bool and not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {value!r}")

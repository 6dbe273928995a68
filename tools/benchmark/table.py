"""The table: engines in turns, medians, ratios turn by turn."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

PAUSE = 0.5  # seconds for the threads of the previous engine to come to rest

T = TypeVar("T")


def in_turns(measures: Mapping[str, Callable[[], T]], runs: int) -> dict[str, list[T]]:
    """Call every measure in turn, `runs` times each after a first turn that does not count."""
    results: dict[str, list[T]] = {name: [] for name in measures}
    for turn in range(runs + 1):
        for name, measure in measures.items():
            time.sleep(PAUSE)
            value = measure()
            if turn:
                results[name].append(value)
    return results


class Table:
    """Rows of medians for one or two engines, printed as they are measured.

    The last column is the first engine's figure divided by the second's, or the reverse in rows of
    speed. With `gains` it is the second's divided by the first's in every row, so that more than 1
    is better.
    """

    def __init__(self, engines: Sequence[str], gains: bool = False) -> None:
        self.engines, self.gains = engines, gains
        self.figures: dict[str, dict[str, Any]] = {}
        ratio = [f"{engines[1]} / {engines[0]}" if gains else "ratio"] if engines[1:] else []
        print("".join(f"{head:>25}" for head in ["", *engines, *ratio]), flush=True)

    def row(
        self, name: str, values: Mapping[str, Sequence[float]], unit: str, speed: bool = False
    ) -> None:
        """Print the median of each engine's values, and of the ratios turn by turn."""
        medians = {engine: statistics.median(values[engine]) for engine in self.engines}
        figure: dict[str, Any] = {"unit": unit, **medians}
        cells = [f"{name:>25}", *(f"{medians[engine]:>21.3f} {unit:<3}" for engine in self.engines)]
        if len(self.engines) == 2:
            pairs = list(zip(*(values[engine] for engine in self.engines), strict=True))
            upside_down = speed or self.gains
            figure["ratio"] = statistics.median(b / a if upside_down else a / b for a, b in pairs)
            cells.append(f"{figure['ratio']:>22.2f} x{' faster' * (speed and not self.gains)}")
        print("".join(cells), flush=True)
        self.figures[name] = figure

    def note(self, name: str, values: Sequence[float], others: Sequence[float], text: str) -> None:
        """Print a row of the first engine alone: its seconds, and the ratio of others to them."""
        ratio = statistics.median(b / a for a, b in zip(values, others, strict=True))
        median = statistics.median(values)
        print(f"{name:>25}{median:>21.3f} s  {ratio:>8.2f} x {text}", flush=True)
        figure = {"unit": "s", self.engines[0]: median, "ratio": ratio, "note": text}
        self.figures[name] = figure

    def speech(self, name: str, results: Mapping[str, Sequence[Mapping[str, float]]]) -> None:
        """Print a row of seconds; keep tokens a second and times real time with the figures."""
        seconds = {engine: [each["seconds"] for each in found] for engine, found in results.items()}
        self.row(name, seconds, "s", speed=True)
        for engine, found in results.items():
            median = statistics.median(seconds[engine])
            for key, label in (("tokens", "tokens/s"), ("audio", "x real time")):
                if key in found[-1]:
                    self.figures[name][f"{engine} {label}"] = found[-1][key] / median

    def crowd(self, name: str, found: Mapping[str, float]) -> None:
        """Print what many listeners heard: gaps, and first audio compared with a lone one's."""
        text = (
            f"{found['gaps']:.0f} gaps in {found['texts']:.0f} texts, the longest "
            f"{1000 * found['longest_gap']:.0f} ms; first audio {1000 * found['first']:.0f} ms "
            f"(95th percentile), {found['ratio']:.2f} x that of a lone listener"
        )
        if "beside" in found:
            slower = found["beside"] / found["alone"]
            text += f"; the file took {found['beside']:.1f} s, {slower:.2f} x as long as alone"
        print(f"{name:>25}  {text}", flush=True)
        self.figures[name] = dict(found)

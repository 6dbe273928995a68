"""Points of the compass beside winds, corners and ways: "NW wind", "moving NNE", "5 mi SW of"."""

from soprano_np.text.english.rule import Match, Step, rule
from soprano_np.text.english.vocabulary import COMPASS
from soprano_np.text.patterns import regex

_BEHIND = regex(
    r" (?:winds?|breezes?|gales?|gusts?|swells?|flow)\b"
    r"|(?P<two> (?:corner|side|quadrant|edge|end|section|slopes?|exposure|entrance|part)\b)"
)
_BEFORE = regex(
    r"(?:\b(?:[Ww]inds?|[Bb]lowing|[Gg]usts)(?: (?:is|are|from the|out of the|from|shifting))?:?"
    r"|(?P<way>\b(?:mov(?:es?|ing)|head(?:s|ed|ing)|track(?:s|ing)|drift(?:s|ing)|faces|facing|going"
    r"|travel(?:s|ing)?|turn(?:s|ing)?)(?: to the)?)) $"
)
_FAR = regex(r"(?:\d ?(?:mi|km|m|ft|nm)|miles?|kilometers?|blocks?|feet|meters)\.? $")
_SPEED = regex(r" (?:at |around |up to |to )?\d")


@rule(
    r"[NESW](?<![\w.&/'-].)[NESW]{0,2}\b(?![.'&/-]\w|-)",
    "NW wind, the NE corner, moving NNE"
    " -> northwest wind, the northeast corner, moving north northeast",
    "Wind: W at 5, 5 mi SW of town -> Wind: west at 5, 5 mi southwest of town",
    "the NE patch, E section, moving E -> the NE patch, E section, moving E",
)
def _point(match: Match) -> str | None:
    text, end, point = match.string, match.end(), match[0]
    if point not in COMPASS:
        return None
    before = text[max(0, match.start() - 24) : match.start()]
    behind = _BEHIND.match(text, end)
    if behind and not (behind["two"] and len(point) < 2):
        return COMPASS[point]
    cue = _BEFORE.search(before)
    if cue and (len(point) > 1 or (not cue["way"] and _SPEED.match(text, end))):
        return COMPASS[point]
    return COMPASS[point] if text.startswith(" of ", end) and _FAR.search(before) else None


compass = Step(
    'Read "NW wind" as "northwest wind", "moving NNE" as "moving north northeast".', _point
)

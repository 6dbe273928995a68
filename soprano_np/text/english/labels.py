"""Marks that label what is said: tags of chat models, ticks before items, steps of a menu.

Tags and ticks are not said; between the steps of "File > Save" there is a pause.
"""

from soprano_np.text.english.rewritten import Replacements
from soprano_np.text.english.rule import Match, Rule, Text, rule
from soprano_np.text.patterns import regex

_CHAT = """
    think thinking thought thoughts reasoning reflection scratchpad answer final_answer tool_call
    tool_calls tool_response tool_result function_call function_calls function_response bos eos pad
    unk cls sep mask s start_of_turn end_of_turn start_of_image end_of_utterance
""".split()

# Of templates: <think>, <|im_start|>, [INST], <<SYS>>.
chat_tag = Rule(
    "chat tag",
    rf"</?(?:{'|'.join(_CHAT)})>|<\|/?[\w ]{{1,40}}\|>|<</?SYS>>"
    r"|\[/?(?:INST|SYS|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]",
    " ",
    "<think>Hm.</think> [INST] Hi [/INST]</s> -> Hm. Hi",
    "see [sic] -> see [sic]",
)
# Whatever its name, its slash shows that it is a tag.
closing_tag = Rule("closing tag", r"</[A-Za-z][\w:.-]{0,40} ?>", " ", "b</x> c -> b c", needs="</")

_TICKS = "✅☑✔✓❌❎✗✘☒☐⬜🔲🔳🔴🟠🟡🟢🔵🟣🟤⚪⚫🟥🟧🟨🟩🟦🔸🔹🔶🔷🔘👉👈☞➤➡▶►▸▹"

_TICKED = tuple(_TICKS)


@rule(
    rf"[{_TICKS}→](?: {{0,3}}[{_TICKS}→]){{0,2}} {{0,3}}(?=['\"*_`(\[]{{0,3}}[A-Za-z0-9])",
    "✅ Done\n❌ Failed. ❌ Gone -> Done\nFailed. Gone",
    "☑ Milk ☐ Eggs -> Milk , Eggs",
    "It is done ✅ by me -> It is done ✅ by me",
)
def tick(match: Match) -> str | None:
    """Leave out a tick before an item, a line or a sentence, and those behind it in its line."""
    before = match.string[max(0, match.start() - 200) : match.start()]
    if _BEGINS.search(before[-4:]):
        return ""
    return ", " if before.rpartition("\n")[2][:1] in _TICKED else None


warning = Rule(
    "tick",
    r"⚠ {0,2}(?=(?i:warning|caution|attention|danger|important)\b)",
    "",
    "⚠ Warning: hot -> Warning: hot",
    needs="⚠",
)

# Around words that are sung, and around what a caption says is heard.
music = Rule(
    "music note",
    "[♩♪♫♬]+ ?",
    "",
    "[♪ soft music ♪] and ♪ la -> [soft music ] and la",
)


# Of a form: "☐ Yes ☐ No".
@rule(
    r"(?P<after>[\w.)]|:) {1,8}[☐☑☒] {0,3}(?=[\w\"'$])",
    "Paid: ☐ Yes ☒ No -> Paid: Yes, No",
    name="ballot box",
)
def box(match: Match) -> str:
    """Leave out a box before one of several answers."""
    return f"{match['after']}{' ' if match['after'] in ':.' else ', '}"


@rule(
    r"(?P<sign>[▲△▼▽])\ufe0f?(?P<gap> ?)(?=[+-]?[$€£¥]?\d)",
    "Dow ▲ 120, ▼1.5% -> Dow up 120, down 1.5%",
    "▲ Warning -> ▲ Warning",
)
def triangle(match: Match) -> str:
    """Say which way a number went."""
    return "up " if match["sign"] in "▲△" else "down "


_BACK = r"(?=[\[*_]{0,2}(?i:(?:back|go|return|scroll|jump)(?: back)? to|top\b|to top))"
arrow = Rule(
    "tick",
    rf"[↑⬆▲⤴]\ufe0f? ?{_BACK}",
    "",
    "↑ Back to top, ↑ 5 -> Back to top, ↑ 5",
)

# Said once, before a year or behind the word.
copyright_sign = Rule(
    "copyright",
    r"[Cc©(](?:(?<=[Cc])(opyright|OPYRIGHT)(?: (?:©|\([cC]\))){1,2}(?!\w)"
    r"|(?:(?<=©)|(?<=\()[cC]\)) ([Cc]opyright|COPYRIGHT)\b)",
    lambda match: match[2] or match[0][0] + match[1],
    "Copyright © 2011 Sam, © Copyright 2011 -> Copyright 2011 Sam, Copyright 2011",
    "Copyright (c) 2011 -> Copyright 2011",
)
year_of_copyright = Rule(
    "copyright",
    r"(?m)^([ *#>/]{0,6})\([cC]\)(?= (?:19|20)\d\d\b)",
    r"\1Copyright",
    "(c) 2011 Sam -> Copyright 2011 Sam",
    needs="(",
)

_BEGINS = regex(r"(?:(?:\A|\n)(?:[0-9], )?|[.!?] )\Z")
_CHEVRON = regex(r" ?> ?| → ")
_COMMAND = regex(
    r"(?i)\b(?:choose|click|go to|navigate to|open|pick|press|select|tap|under|visit)\b"
)
_MENUS = frozenset(
    "edit file format help home insert menu options preferences settings system tools view".split()
)
_STEP_BEFORE = regex(r"(?:^|[\s\"'(*`])([A-Za-z][\w&'-]*)(?:\.{3})?['\"*`]{0,3}\Z")
_STEP_AFTER = regex(r"['\"*`]{0,3}((?:[A-Z][a-z]|[A-Z]{2,}|[a-z][A-Z])[\w&'-]*)")
_TITLED = regex(r"(?:^|[\s\"'(*`])['\"*`]{0,3}[A-Z][\w'-]+(?: [\w&'-]+){0,3}['\"*`.]{0,4}\Z")
_SHORT = regex(r"[^.,;:!?()]{1,40}")
_CONDITION = regex(r"(?i)\b(?:if|when|while|where|unless|until|assert)\b")


def menus(text: Text) -> None:
    """Say a pause between the steps of a menu: "Settings > Privacy", "Click File → Save"."""
    if ">" not in text.string and "→" not in text.string:
        return
    string = text.string
    replacements: Replacements = []
    start = 0
    for line in string.split("\n"):
        done = -1  # where the last step begins
        for sign in _CHEVRON.finditer(line):
            goes_on = done >= 0 and _SHORT.fullmatch(line, done, sign.start())
            if goes_on or _is_step(line, sign):
                done = sign.end()
                replacements.append((start + sign.start(), start + done, ", ", "menu"))
        start += len(line) + 1
    text.replace(replacements)


def _is_step(line: str, sign: Match) -> bool:
    """Return whether the names on both sides are capitalized as menus are, and compare nothing."""
    before = line[max(0, sign.start() - 60) : sign.start()]
    first = _STEP_BEFORE.search(before)
    second = _STEP_AFTER.match(line, sign.end())
    if first is None or second is None or len(first[1]) < 2 or before[-1:] in "<-=":
        return False
    commanded = _COMMAND.search(before) is not None
    shouted = first[1].isupper() and second[1].isupper()
    if shouted and not commanded and first[1].lower() not in _MENUS:
        return False  # CPU > GPU
    if "→" in sign[0] and not commanded:
        return False  # Paris → Rome
    return bool(_TITLED.search(before)) and not _CONDITION.search(before)

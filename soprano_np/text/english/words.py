# ruff: noqa: RUF001 (Greek letters are meant)
"""Words with capitals: acronyms, CamelCase, snake_case, Greek letters and names of their own.

Lower-case words are left as they are.
"""

from soprano_np.text.english.acronyms import say_word, sayable
from soprano_np.text.english.rule import Match, Rule, Step, rule
from soprano_np.text.english.vocabulary import GREEK, PREFIXES, any_of

# Names said in a way of their own.
_NAMES = {
    "C++": "c plus plus",
    "C#": "c sharp",
    "F#": "f sharp",
    "J#": "j sharp",
    "Notepad++": "notepad plus plus",
    "ASP.NET": "a s p dot net",
    ".NET": "dot net",
    "Node.js": "node dot j s",
    "Vue.js": "view dot j s",
    "Next.js": "next dot j s",
    "AT&T": "a t and t",
    "R&D": "r and d",
    "Q&A": "q and a",
    "B&B": "b and b",
    "M&M": "m and m",
    "a.m./p.m.": "a m or p m",
    "CO-OP": "co op",
    "W-2": "w two",
    "24/7": "twenty four seven",
    "9/11": "nine eleven",
    "7-Eleven": "seven eleven",
}


@rule(r"(?<![\w-])([A-F])([+-])(?=[\s,.;:!?)\"']|$)", "an A- or B+ -> an A minus or B plus")
def _grade(match: Match) -> str:
    return f"{match[1]} {'plus' if match[2] == '+' else 'minus'}"


@rule(
    rf"(?<![\w.])(?:{any_of(_NAMES)})(?![A-Za-z+#])(?=([0-9]?))",
    "C++17 C# a .NET app AT&T -> c plus plus 17 c sharp a dot net app a t and t",
)
def _name(match: Match) -> str:
    return _NAMES[match[0]] + (match[1] and " ")


@rule(r"[A-Za-z0-9]*_\w*", "max_value MAX_VALUE __init__ -> max value Max Value init", needs="_")
def _snake_case(match: Match) -> str:
    word = match[0]
    parts = word.split("_")
    if word.isupper() and len(parts) > 1:
        parts = [part.capitalize() if sayable(part) else part for part in parts]
    return " ".join(filter(None, parts))


@rule("[Ͱ-Ͽµ]", "α Δt µ -> alpha delta t micro")
def _greek_letter(match: Match) -> str:
    return f" {GREEK.get(match[0].lower(), '')} "


# Names of programs and parts of a system that are no words, in lower case.
_SPELT = "cd cp gcc ls mv npm npx pid pids scp".split()
_tool = Rule(
    "tool",
    rf"(?<![\w.@'/-])(?<!\d )(?:{any_of(_SPELT)}|ffmpeg|ssh(?= (?:into|in|to|key|keys|access|from"
    r"|client|server|session|port|config|agent|user)\b)|rm(?= dash ))(?![\w'@-]|\.\w)",
    lambda match: {"ffmpeg": "f f m peg", "pids": "p i d's"}.get(match[0]) or " ".join(match[0]),
    "npm and ls, ffmpeg, its pid -> n p m and l s, f f m peg, its p i d",
    "5 mv, cd's, all's, rm 5, ssh! -> 5 mv, cd's, all's, rm 5, ssh!",
)

_www = Rule("www", r"\bwww\b", "w w w", "www Www -> w w w Www")

_side_by_side = Rule(
    "side by side", r"(?<=[A-Za-z]{2})/(?=[A-Za-z]{2})", " ", "input/output -> input output"
)


@rule(rf"(?<![\w-])(?:{any_of(PREFIXES)})(?=-[A-Z]{{2}})", "NON-GMO -> non-g m o")
def _prefix(match: Match) -> str:
    return match[0].lower()


@rule(
    r"(?<![A-Za-z])[a-z]*[A-Z][A-Za-z]*(?:'[sS](?![A-Za-z]))?",
    "NASA and the FBI -> nasa and the f b i",
    "GPUs, the CEO's, FAQs -> g p u's, the c e o's, faqs",
    "JPEG SQL AAA OK PhD -> jay peg sequel a a a okay p h d",
    "STOP NO HTML UCLA -> stop no h t m l u c l a",
    "getUserName HTMLPage iPhone OpenAI -> get user name h t m l page i phone open a i",
    "McDonald MacArthur O'Brien -> mcdonald macarthur O'Brien",
    "Plain words I am -> Plain words I am",
)
def _capitals(match: Match) -> str | None:
    word, apostrophe, s = match[0].partition("'")
    if word[1:].islower() or len(word) == 1:  # just a capital
        return None
    return say_word(word) + apostrophe + s.lower()


names = Step(
    'Say names whose signs are part of them, and grades: "C++", ".NET", "AT&T", "A-".',
    _grade,
    _name,
)

words = Step(
    'Say acronyms, CamelCase, snake_case and Greek letters: "GPUs" is "g p u\'s".',
    _snake_case,
    _greek_letter,
    _tool,
    _www,
    _side_by_side,
    _prefix,
    _capitals,
)

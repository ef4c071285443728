"""The text of the program as somebody reads it: words to an agent in comments, and letters that look like others."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from actors.acquisition.policy.effort import LETTERS_PER_STEP, STACKED, Effort
from actors.acquisition.policy.finding import GRAVE, SUSPECT, Finding

_NAMED: Final = (
    "ai llm agent agents assistant assistants model models reviewer reviewers validator validators scanner scanners "
    "council jochi kublai temujin"
)
_WHO: Final = rf"(?:language models?|{_NAMED.replace(' ', '|')})"
_RULES: Final = (
    r"(?:instructions?|prompts?|guidelines?|directives?|polic(?:y|ies)|safety|constraints|restrictions|rules|orders)"
)
_WHICH: Final = (
    r"(?:(?:all|any|the|your|of|previous|prior|above|earlier|preceding|former|existing|these|other|system|my) ){1,5}"
)

_PEOPLE: Final = r"(?:user|human|operator|person|people|owner|council|anyone|developer)"
_GOOD: Final = r"(?:safe|approved|harmless|trusted|benign|passed|mastered|low risk|no risk|1 0|perfect)"
_KNOWN_GOOD: Final = r"(?:pre ?approved|approved|audited|verified|vetted|whitelisted|trusted)"
_WATCH: Final = r"(?:scan|scanner|scanning|sandbox|review|audit|reviewer|moderation)s?"
_WORK: Final = r"(?:code|function|tool|file|module|change)"
_DO: Final = r"(?:approve|accept|trust|register|pass|skip|ignore|run|execute|grant)"


def _headed(*orders: tuple[str, str]) -> dict[str, re.Pattern[str]]:
    """For each first word of an order, what may follow it."""
    rests: dict[str, list[str]] = {}
    for heads, rest in orders:
        for head in heads.split():
            rests.setdefault(head, []).append(rest)
    return {head: re.compile(f"{head}(?:{'|'.join(all_of)})") for head, all_of in rests.items()}


ORDERS: Final = _headed(
    ("ignore disregard forget override bypass dismiss", rf" {_WHICH}{_RULES}\b"),
    ("you", r" are (?:now|no longer) (?:an?|the|in|bound|free|my|allowed)\b"),
    ("dear attention hey hello", rf" (?:the |any |all )?{_WHO}\b"),
    ("note notice message", rf" (?:to|for) (?:the |any |all )?{_WHO}\b"),
    ("instruction instructions", rf" (?:to|for) (?:the |any |all )?{_WHO}\b"),
    ("as if", rf"(?: you are)? (?:an? )?(?:the )?{_WHO} (?:you |reading |reviewing |please |must )"),
    ("new real actual hidden updated", r" system (?:prompt|instruction|message)s?\b"),
    ("system", r" (?:prompt )?override\b"),
    (
        "reveal print repeat show leak output",
        r" (?:me )?(?:your|the) (?:system|hidden|initial|secret) (?:prompt|instructions?)",
    ),
    ("this the", rf" {_WORK} (?:is|was|has been|has) (?:already )?(?:been )?{_KNOWN_GOOD}\b"),
    (
        "mark rate classify label report register flag treat score",
        rf" (?:this|it|the \w+) (?:\w+ )?(?:as |to be )?{_GOOD}\b",
    ),
    (
        "skip disable bypass turn omit suppress",
        rf"(?: off)? (?:the |any |all |this |further |your )?"
        rf"(?:security |safety |policy |poisoning |sandbox )?{_WATCH}\b",
    ),
    (
        "do don never",
        rf"(?: not| t)? (?:tell|inform|alert|notify|mention (?:this|it) to) (?:the |any |your )?{_PEOPLE}\b",
    ),
    ("without", rf" (?:telling|informing|notifying|asking) (?:the |any |your )?{_PEOPLE}\b"),
    ("developer dan god jailbreak unrestricted debug", r" mode (?:is )?(?:on|enabled|active|activated|now)\b"),
    ("jailbreak jailbroken im_start im_end endoftext start_header_id", r"\b"),
    ("begin end", r" system (?:prompt|message)\b"),
    (_NAMED, rf" (?:must|should|shall|has to|will) (?:now )?{_DO}\b"),
    (
        "approve accept register enroll enrol merge",
        rf" (?:this|it|the (?:{_WORK}|proposal)) (?:now|at once|immediately|without)\b",
    ),
    (
        "grant give",
        r" (?:this|it|the \w+|me) (?:full|admin|root|unlimited|unrestricted|all) "
        r"(?:access|permissions?|rights|trust)\b",
    ),
)
"""What is said to an agent and not to a person who reads code. *cited*: specification, sections 2 and 6"""

MARKUP: Final = (
    re.compile(r"<(?:\|\s?\w{1,30}\s?\|>|</?SYS>>|/?system(?:_prompt)?>)"),
    re.compile(r"\[/?INST\]"),
    re.compile(r"#[ \t]{0,80}System:"),
)
"""Marks that chat models take for a change of speaker. *cited*: the published chat templates"""

WORD: Final = re.compile(r"[^\W]+")
"""Runs of letters, digits and underscores. *derived*"""

NOT_ASCII: Final = re.compile(rf"[^\x00-\x7f]{{1,{STACKED}}}")
"""Runs of letters that may look like others, none so long that sorting its marks takes time. *derived*"""

BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of what is shown. *cited*: CVE-2021-42574"""

INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\ufe00-\ufe0f\U000e0000-\U000e007f]")
"""Letters that nobody sees, among them the tags that spell hidden words. *derived*: Unicode, general category Cf"""

TAGS: Final = re.compile("[\U000e0020-\U000e007e]{3,}")
"""Hidden words, letter by letter. *cited*: Unicode, block Tags"""

UNSEEN: Final = 12
"""Invisible letters in one program that are no accident. *chosen*"""

LOOKALIKES: Final = str.maketrans(
    "аеорсухіјѕԁӏһԛԝіАВЕКМНОРСТУХІЈЅοαιυνρκχτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdlhqwiABEKMHOPCTYXIJSoaiuvpkxtABEZHIKMNOPTYX",
)
"""Cyrillic and Greek letters that look like Latin ones. *cited*: Unicode, confusables"""


def orders(source: str, effort: Effort) -> Iterator[Finding]:
    """Words to an agent, whatever the case, the spacing, the lines and the look of the letters."""
    words = WORD.findall(read(source, effort))
    order = _order(words)
    if order is not None:
        number, said = order
        line = _line_of_word(number, source, effort)
        yield Finding(line, "orders", f"speaks to whoever reviews it: {said[:60]!a}", SUSPECT)
    elif (mark := next(filter(None, (pattern.search(source) for pattern in MARKUP)), None)) is not None:
        yield Finding(_line(source, mark), "orders", "holds the marks of a chat's speakers", SUSPECT)
    if (tags := TAGS.search(source)) is not None:
        yield Finding(_line(source, tags), "disguise", "holds words that nobody sees", GRAVE)


def _order(words: list[str]) -> tuple[int, str] | None:
    """The first order among the words: the number of its first word, and what it says."""
    text, start = " ".join(words), 0
    for number, word in enumerate(words):
        if word in ORDERS and (match := ORDERS[word].match(text, start)) is not None:
            return number, match[0]
        start += len(word) + 1
    return None


def read(text: str, effort: Effort) -> str:
    """The text as it looks: without invisible letters, in lower case, Latin where it looks Latin."""
    if text.isascii():
        return text.lower()
    seen = NOT_ASCII.sub(_looks, text)
    effort.spend(len(seen) // LETTERS_PER_STEP)
    return seen.lower()


def _looks(run: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", run[0])).translate(LOOKALIKES)


def _line_of_word(number: int, source: str, effort: Effort) -> int:
    """The line in which the word with this number stands."""
    for line, row in enumerate(source.splitlines(), 1):
        number -= len(WORD.findall(read(row, effort)))
        if number < 0:
            return line
    return 1


def disguises(source: str) -> Iterator[Finding]:
    """Letters that are shown as something else than they are."""
    if source.isascii():
        return
    if (turn := BIDI.search(source)) is not None:
        yield Finding(_line(source, turn), "disguise", "turns the direction in which the code is shown", GRAVE)
    if len(INVISIBLE.findall(source)) >= UNSEEN:
        yield Finding(1, "disguise", "holds many letters that nobody sees", SUSPECT)


def disguised_names(names: Iterator[tuple[int, str]]) -> Iterator[Finding]:
    """Names that look like others: wholly Latin to the eye, but not in fact."""
    for line, name in names:
        if not name.isascii() and name.translate(LOOKALIKES).isascii():
            yield Finding(line, "disguise", f"the name {name!a} looks like another", SUSPECT)


def compatible_names(source: str) -> Iterator[Finding]:
    """Names in letters that Python reads as plain ones, such as full-width letters for a builtin."""
    if source.isascii():
        return
    for number, line in enumerate(source.splitlines(), 1):
        code = line.partition("#")[0]
        for word in () if code.isascii() else WORD.findall(code):
            if not word.isascii() and unicodedata.normalize("NFKC", word).isascii() and word.isidentifier():
                yield Finding(number, "disguise", f"{word!a} is read as {unicodedata.normalize('NFKC', word)}", SUSPECT)


def _line(source: str, match: re.Match[str]) -> int:
    return source.count("\n", 0, match.start()) + 1

"""The text of the program as somebody reads it: words to an agent in comments, and letters that look like others."""

import bisect
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from actors.acquisition.policy.finding import GRAVE, SUSPECT, Finding

_WHO: Final = (
    r"(?:ai|llm|agents?|assistants?|language models?|reviewers?|validators?|scanners?|council|jochi|kublai|temujin)"
)
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

ORDERS: Final = re.compile(
    "|".join(
        (
            rf"\b(?:ignore|disregard|forget|override|bypass|dismiss) {_WHICH}{_RULES}\b",
            r"\byou are (?:now|no longer) (?:an?|the|in|bound|free|my|allowed)\b",
            rf"\b(?:dear|attention|(?:note|notice|message) (?:to|for)|hey|hello) (?:the |any |all )?{_WHO}\b",
            rf"\binstructions? (?:to|for) (?:the |any |all )?{_WHO}\b",
            rf"\b(?:as an?|if you are an?) (?:the )?{_WHO} (?:you |reading |reviewing |please |must )",
            r"\b(?:new|real|actual|hidden|updated) system (?:prompt|instruction|message)s?\b",
            r"\bsystem (?:override|prompt override)\b",
            r"\b(?:reveal|print|repeat|show|leak|output) (?:me )?(?:your|the) (?:system|hidden|initial|secret) "
            r"(?:prompt|instructions?)",
            rf"\b(?:this|the) {_WORK} (?:is|was|has been|has) (?:already )?(?:been )?{_KNOWN_GOOD}\b",
            r"\b(?:mark|rate|classify|label|report|register|flag|treat|score) (?:this|it|the \w+) (?:\w+ )?"
            rf"(?:as |to be )?{_GOOD}\b",
            r"\b(?:skip|disable|bypass|turn off|omit|suppress) (?:the |any |all |this |further |your )?"
            rf"(?:security |safety |policy |poisoning |sandbox )?{_WATCH}\b",
            r"\b(?:do not|don t|never) (?:tell|inform|alert|notify|mention (?:this|it) to) (?:the |any |your )?"
            rf"{_PEOPLE}\b",
            rf"\bwithout (?:telling|informing|notifying|asking) (?:the |any |your )?{_PEOPLE}\b",
            r"\b(?:developer|dan|god|jailbreak|unrestricted|debug) mode (?:is )?(?:on|enabled|active|activated|now)\b",
            r"\bjailbr(?:eak|oken)\b",
            r"\bim_start\b|\bim_end\b|\bendoftext\b|\bstart_header_id\b|\b(?:begin|end) system (?:prompt|message)\b",
            rf"\b{_WHO} (?:must|should|shall|has to|will) (?:now )?{_DO}\b",
            rf"\b(?:approve|accept|register|enroll|enrol|merge) (?:this|it|the (?:{_WORK}|proposal)) "
            r"(?:now|at once|immediately|without)\b",
            r"\b(?:grant|give) (?:this|it|the \w+|me) (?:full|admin|root|unlimited|unrestricted|all) "
            r"(?:access|permissions?|rights|trust)\b",
        )
    )
)
"""What is said to an agent and not to a person who reads code. *cited*: specification, sections 2 and 6"""

MARKUP: Final = re.compile(
    r"<\|\s?\w{1,30}\s?\|>|\[/?INST\]|<</?SYS>>|</?system(?:_prompt)?>|^\s*#+\s*System:", re.MULTILINE
)
"""Marks that chat models take for a change of speaker. *cited*: the published chat templates"""

WORD: Final = re.compile(r"[^\W]+")
"""Runs of letters, digits and underscores. *derived*"""

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


def orders(source: str) -> Iterator[Finding]:
    """Words to an agent, whatever the case, the spacing, the lines and the look of the letters."""
    words: list[str] = []
    starts: list[int] = []
    lines: list[int] = []
    length = 0
    for number, row in enumerate(source.splitlines(), 1):
        plain = " ".join(WORD.findall(unicodedata.normalize("NFKC", INVISIBLE.sub("", row)).lower()))
        if plain:
            words.append(plain.translate(LOOKALIKES))
            starts.append(length)
            lines.append(number)
            length += len(plain) + 1
    match = ORDERS.search(" ".join(words))
    if match is not None:
        line = lines[bisect.bisect_right(starts, match.start()) - 1]
        yield Finding(line, "orders", f"speaks to whoever reviews it: {match[0][:60]!a}", SUSPECT)
    elif (mark := MARKUP.search(source)) is not None:
        yield Finding(_line(source, mark), "orders", "holds the marks of a chat's speakers", SUSPECT)
    if (tags := TAGS.search(source)) is not None:
        yield Finding(_line(source, tags), "disguise", "holds words that nobody sees", GRAVE)


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

"""Text that would take an agent over: it sets instructions aside, changes who the agent is, or plays system.

Recall comes first: what may be meant otherwise is refused too, unless the same line forbids it in plain sight.
"""

import functools
import re
from collections.abc import Iterator
from typing import Final

from actors.text.disguise import View, bare, fold, forbidden_by_its_line, views
from actors.text.hidden import HIDING
from actors.text.phrases import PHRASES
from messages.gate.evidence import Finding

PATTERNS: Final = tuple(
    (rule, re.compile(fold(phrase.replace(" ", "")))) for rule, phrases in PHRASES.items() for phrase in phrases
)
"""The phrases, compiled. *derived*"""

ROLE: Final = re.compile(fold("(?:system|assistant|developer)(?:prompt|message|instructions?)?"))
"""Who speaks in a chat log: at the beginning of a line or sentence, before a colon. *chosen*"""
ROLE_BEFORE: Final = re.compile(r"(?:^|[\n.!?;>\])}|])[^a-z0-9]*$")
ROLE_AFTER: Final = re.compile(r"[^a-z0-9:]{0,16}:")
TOKENS: Final = re.compile(r"<\|[a-z_]+\|>|\[/?inst\]|<</?sys>>|</?(?:system|assistant|developer|instructions?)>")
"""Marks that chat models take for the beginning of a message. *chosen*: those of the known templates"""

EXTERNAL: Final = re.compile(fold("externalactions?"))
"""The permission to act outside. *cited*: specification of acquisition, section 2"""
PLAIN_EXTERNAL: Final = re.compile(r"external +actions?")
"""Two plain words are prose, unless something is assigned to them. *chosen*"""

EXCERPT_CHARS: Final = 100
"""Most of a match that is told. *chosen*"""


def injected(before: str, after: str) -> tuple[Finding, ...]:
    """What takes an agent over in the text after and did not stand in the text before, each thing once."""
    known = {(rule, letters) for rule, letters, _ in _all(before)}
    told = {(rule, letters): excerpt for rule, letters, excerpt in _all(after) if (rule, letters) not in known}
    return tuple(Finding(rule=rule, told=_told(rule, excerpt)) for (rule, _), excerpt in told.items())


@functools.lru_cache(maxsize=32)
def _all(text: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(_found(text))


def _found(text: str) -> Iterator[tuple[str, str, str]]:
    """Rule, folded letters, and excerpt of each match; several views may show the same."""
    for seen in views(text):
        for rule, pattern in PATTERNS:
            for start, end, letters in _matches(seen, pattern):
                if not forbidden_by_its_line(seen.clear, start, end):
                    yield rule, letters, seen.clear[start:end]
        for start, end, letters in _matches(seen, ROLE):
            if ROLE_BEFORE.search(seen.clear[:start][-80:]) and ROLE_AFTER.match(seen.clear, end):
                yield "injects-system-prompt", letters, seen.clear[start:end]
        for start, end, letters in _matches(seen, EXTERNAL):
            if not PLAIN_EXTERNAL.fullmatch(seen.clear, start, end) or seen.clear[end : end + 2].lstrip()[:1] in tuple(
                ":=("
            ):
                yield "external-action", letters, seen.clear[start:end]
    for match in TOKENS.finditer("".join(bare(text).split())):
        yield "injects-system-prompt", match[0], match[0]
    for match in HIDING.finditer(text):
        yield "hides-text", match[0], f"U+{ord(match[0]):04X}"


def _matches(seen: View, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    """Place in the clear text and letters of each match that begins and ends at the edge of a word."""
    match = pattern.search(seen.letters)
    while match is not None:
        start = match.start()
        shorter: re.Match[str] | None = match
        while shorter is not None:
            edges = seen.edges(*shorter.span())
            if edges is not None:
                yield (*edges, shorter[0])
                break
            shorter = pattern.match(seen.letters, start, shorter.end() - 1)
        match = pattern.search(seen.letters, start + 1)


def _told(rule: str, excerpt: str) -> str:
    shown = " ".join(excerpt.split())
    return f"{rule.replace('-', ' ')}: {shown[:EXCERPT_CHARS]!r}"

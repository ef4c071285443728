"""Text that would take an agent over: it sets instructions aside, changes who the agent is, or plays system.

Recall comes first: what may be meant otherwise is refused too, unless the same line forbids it in plain sight.
"""

import functools
import re
from collections.abc import Iterator
from typing import Final

from actors.soul.disguise import HIDING, View, bare, fold, forbidden_by_its_line, views
from messages.gate.evidence import Finding

_FILL = "(?:all|any|every|each|of|the|your|these|those|this|that|my|our|its|other|and|given|own)"
_KIND = (
    "(?:previous|prior|above|earlier|preceding|former|existing|original|foregoing|initial|old|past|current"
    "|safety|system|core|constitutional|security)"
)
_THING = (
    "(?:instructions?|rules?|prompts?|guidelines?|directives?|constraints?|boundaries|boundary|guardrails?|principles?"
    "|restrictions?|policies|policy|commands?|truths?|training|limits)"
)
_SET_ASIDE = (
    "(?:ignor(?:e|ing)|disregard(?:ing)?|overrid(?:e|ing)|overrule|bypass(?:ing)?|forget|circumvent|violate|abandon"
    "|neglect|dismiss|(?:do not|dont|never|no longer) (?:follow|obey|heed)|stop (?:following|obeying|heeding))"
)
_REMEMBERED = "(?:memory|memories|training|knowledge|history|identity|mind|past)"
_WIPE = "(?:erase|wipe|clear|reset|delete|purge|destroy|empty)"

PHRASES: Final = {
    "overrides-instructions": (
        f"{_SET_ASIDE} (?:{_FILL}|{_KIND})+ {_THING}",
        f"{_SET_ASIDE} (?:everything|anything|all) (?:above|before|you were told|said before|that came before)",
        "(?:the|your|all|these) (?:previous|prior|above|earlier|old) (?:instructions|rules|boundaries)"
        " (?:no longer apply|do not apply|are void|are cancelled|are obsolete)",
    ),
    "takes-over-identity": (
        "(?:you are|youre|thou art) (?:now|no longer)",
        "from now on (?:you|your|act|behave|respond|answer|obey)",
        "from this (?:moment|point) on (?:you|your)",
        "you (?:will|must|shall) now (?:be|act|become|behave|obey|serve|answer)",
        "act as (?:if|though) you",
        "pretend (?:to be|you|that you|youre)",
        "(?:assume|adopt|take on) (?:the|a|this|your|an)* (?:new)? (?:role|identity|persona|character) of",
        "your (?:new|real|true|actual) (?:name|role|identity|persona|instructions?|purpose|goal|master) (?:is|are)",
        "(?:enter|enable|activate) (?:developer|god|admin|root|jailbreak|unrestricted) mode",
    ),
    "wipes-memory": (
        f"forget (?:everything|all (?:of)? (?:your|you|that|the|what|previous|prior) {_REMEMBERED}?|all {_REMEMBERED})",
        "forget all (?:that)? (?:you|your) (?:know|knew|learned|learnt|were)",
        f"forget (?:your|thy) (?:own|whole|entire|previous|prior)* (?:{_REMEMBERED}|name|values|soul|role)",
        "forget (?:what|all|who) you (?:know|knew|learned|learnt|were|are|have)",
        f"{_WIPE} (?:all|of|out)* (?:your|thy) (?:entire|whole|own|longterm|shortterm|working|past)* {_REMEMBERED}",
        "(?:erase|wipe) (?:all|out|of|the)* (?:agents?)? (?:memory|memories)",
    ),
    "injects-system-prompt": (
        "(?:new|updated|real|actual|true|hidden|secret|begin|start|end|reveal|print|show|repeat|leak|replace|change)"
        " (?:of|the|your|this|a|my|new)* system (?:prompt|message|instructions?)",
    ),
}
"""What is looked for, as words of which only the letters count. *chosen*: specification of acquisition, section 2"""

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

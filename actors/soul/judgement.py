"""How risky a change of a SOUL is, and what speaks against it. No change is made here, and none is approved."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from actors.soul.document import Document, key, outline, prose_lines, render
from actors.text.disguise import bare, fold
from actors.text.injection import injected
from messages.gate.evidence import Author, Finding
from messages.soul import Risk

PROTECTED: Final = ("core truths", "boundaries", "safety rules", "constitutional principles")
"""Sections that no agent changes. *cited*: specification of acquisition, section 2"""
REQUIRED: Final = ("identity", "core truths", "boundaries")
"""Sections without which there is no SOUL. *cited*: same"""

CAPABLE: Final = ("capabilit", "tool", "skill")
"""Beginnings of words in the names of sections about what the agent can do. *cited*: same"""
EXPLAINING: Final = ("example", "documentation", "note")
"""Beginnings of words in the names of sections that explain. *cited*: same"""
OUTSIDE: Final = re.compile(
    r"\b(?:external(?:ly)?|a\.?p\.?i\.?s?|internet|webhooks?|endpoints?|http requests?"
    r"|(?:network|remote|web|online) (?:access|calls?|requests?|services?|servers?))(?![a-z])"
)
"""Words that speak of external access or an API. *chosen*"""
MARKS: Final = re.compile(r"[*_`~\\]")
MUST_NOT: Final = re.compile(r"\bMUST\s+NOT\b")
STRUCK: Final = re.compile(r"~~.*?~~", re.DOTALL)
HEADING: Final = re.compile(r"^[\s>]*(?:#{1,6}\s*(.+?)[\s#]*|(?:\*\*|__)(.+?)(?:\*\*|__):?\s*)$")
"""A heading of any depth, or a line in bold that looks like one. *chosen*"""
UNDERLINE: Final = re.compile(r"^\s*(?:=+|-+)\s*$")
"""What makes the line above it a heading. *cited*: CommonMark 0.31, section 4.3"""

ORDER: Final[tuple[Risk, ...]] = ("low", "medium", "high", "critical")
"""Risks, least first. *derived*"""


class Verdict(msgspec.Struct, frozen=True):
    """The judgement on one change."""

    risk: Risk
    sections: tuple[str, ...]
    """Names of the sections that differ."""
    findings: tuple[Finding, ...] = ()

    @property
    def told(self) -> str:
        """The findings in one line."""
        return "; ".join(finding.told for finding in self.findings)


def judge(before: Document, after: Document, author: Author) -> Verdict:
    """Risk and findings of the change from one document to the other."""
    changed = tuple(_changed(before, after))
    risks = [risk_of(name, _added(before, after, name)) for name in changed]
    if before.title != after.title:
        risks.append("medium")
    findings = (
        *_protected(changed, author),
        *_lost(after),
        *_weaker(before, after),
        *_imitating(before, after),
        *injected(render(before), render(after)),
    )
    return Verdict(max(risks, key=ORDER.index, default="low"), changed, findings)


def founding(document: Document) -> tuple[Finding, ...]:
    """What speaks against a document that is to be the first one."""
    nothing = Document("", ())
    return (*_lost(document), *_imitating(nothing, document), *injected("", render(document)))


def risk_of(name: str, added: str) -> Risk:
    """The risk of a section that is given this text more."""
    words = key(name).split()
    if key(name) in PROTECTED:
        return "critical"
    if any(word.startswith(CAPABLE) for word in words):
        return "high" if speaks_of_outside(added) else "medium"
    if any(word.startswith(EXPLAINING) for word in words):
        return "low"
    return "medium"


def speaks_of_outside(text: str) -> bool:
    """The text speaks of external access or of an API."""
    shown = bare(text)
    return any(OUTSIDE.search(MARKS.sub(between, shown)) for between in ("", " "))


def prohibitions(document: Document) -> int:
    """How many MUST NOT a reader sees: none that is struck out, commented out or in code."""
    lines = (line for section in document.sections for line in prose_lines(section.text))
    return len(MUST_NOT.findall(MARKS.sub("", STRUCK.sub("", "\n".join(lines)))))


def _changed(before: Document, after: Document) -> Iterator[str]:
    names = {key(section.name): section.name for section in (*after.sections, *before.sections)}
    for name in names.values():
        old, new = before.find(name), after.find(name)
        if (old.text if old else None) != (new.text if new else None):
            yield name


def _added(before: Document, after: Document, name: str) -> str:
    """The lines of the section that were not there."""
    old, new = before.find(name), after.find(name)
    known = set(old.text.split("\n")) if old else set()
    return "\n".join(line for line in (new.text.split("\n") if new else ()) if line not in known)


def _protected(changed: Iterable[str], author: Author) -> Iterator[Finding]:
    for name in changed:
        if key(name) in PROTECTED and author in ("agent", "tool"):
            yield Finding(
                rule="protected-section",
                told=f"the section {name!r} is never changed by an agent; an operator may propose it, signed",
            )


def _lost(after: Document) -> Iterator[Finding]:
    for name in REQUIRED:
        section = after.find(name)
        if section is None or not section.text:
            yield Finding(rule="required-section", told=f"the section {name!r} must be there, and not empty")


def _weaker(before: Document, after: Document) -> Iterator[Finding]:
    had, has = prohibitions(before), prohibitions(after)
    if has < had:
        yield Finding(
            rule="fewer-must-not",
            told=f"it would say MUST NOT {has} times, and says it {had} times now; keep each of them",
        )


def _imitating(before: Document, after: Document) -> Iterator[Finding]:
    """Headings that pass for a section that the text below them is not."""
    known = {section.text for section in before.sections}
    for section in after.sections:
        if _skeleton(section.name) in _GUARDED and key(section.name) not in (*PROTECTED, *REQUIRED):
            yield _imitation(section.name)
        if section.text not in known:
            yield from map(_imitation, filter(lambda name: _skeleton(name) in _GUARDED, _inner(section.text)))


def _inner(text: str) -> Iterator[str]:
    """What stands in the text as a heading, or looks like one."""
    yield from outline(text)
    lines = list(prose_lines(text))
    for place, line in enumerate(lines):
        match = HEADING.match(line)
        if match:
            yield match[1] or match[2]
        elif place + 1 < len(lines) and UNDERLINE.match(lines[place + 1]):
            yield line


def _skeleton(name: str) -> str:
    return fold("".join(char for char in bare(name) if "a" <= char <= "z"))


def _imitation(name: str) -> Finding:
    return Finding(rule="imitates-section", told=f"the heading {name!r} passes for a section that it is not; rename it")


_GUARDED: Final = frozenset(_skeleton(name) for name in (*PROTECTED, *REQUIRED))

"""A change of a SOUL as plain data, and the text that it makes of the one in force."""

import difflib
import hashlib
import re
from typing import Final

import msgspec

from actors.soul.document import Document, Unreadable, digest_of, parse, render, replaced
from messages.gate.evidence import Author
from messages.tools.tool import Spec

TOOLS: Final = "Available Tools and Capabilities"
"""The section that lists what an agent has learnt. *cited*: specification of acquisition, section 2"""
ENTRY_CHARS: Final = 240
"""Most of a tool's description that its entry holds. *chosen*"""
DIFF_CHARS: Final = 16_000
"""Most of a diff that goes on the log. *chosen*"""
DIFF_LINES: Final = 4_000
"""Texts with more lines are told without a diff, which would take seconds. *chosen*"""


class Stale(ValueError):
    """The text that the change would replace is not there any more."""


class Edit(msgspec.Struct, frozen=True):
    """One section's new text; None takes it out."""

    section: str
    base: str
    """SHA-256 of the text that is replaced; empty for a section that is not there."""
    text: str | None


class Entry(msgspec.Struct, frozen=True):
    """A line about a tool; None takes it out."""

    tool: str
    version: int
    line: str | None


class Change(msgspec.Struct, frozen=True):
    """What shall be changed, by whose wish: single sections, one entry, or the text as a whole."""

    agent: str
    author: Author
    reason: str
    asked: int
    """Place of what asked for it."""
    edits: tuple[Edit, ...] = ()
    entry: Entry | None = None
    whole: str | None = None
    """Taken as it stands while `base` is in force; after that the edits say what it changes."""
    base: str = ""
    """Digest of the text in force when the whole was written; empty if there was none."""
    restored: int = 0
    """The earlier version that comes back; 0 if none does."""
    task: str | None = None

    def adds(self, entry: Entry) -> bool:
        """It adds the entry for this version of the tool."""
        own = self.entry
        return own is not None and own.line is not None and (own.tool, own.version) == (entry.tool, entry.version)

    def digest(self) -> str:
        """SHA-256 of what would change; an approval is bound to it."""
        what = (self.agent, self.edits, self.entry, digest_of(self.whole) if self.whole is not None else "")
        return hashlib.sha256(msgspec.json.encode(what)).hexdigest()


def resolved(change: Change, text: str) -> str:
    """The text that the change makes of this one; raises Stale, or Unreadable if it makes none."""
    if change.whole is not None and change.base == (digest_of(text) if text else ""):
        return change.whole
    document = parse(text)
    if change.entry is not None:
        document = _with_entry(document, change.entry)
    for edit in change.edits:
        if (found := base_of(document, edit.section)) != edit.base:
            raise Stale(_stale(edit, found))
        document = replaced(document, edit.section, edit.text)
    made = render(document)
    if parse(made) != document:
        raise Unreadable("a section's name or text holds a `##` heading; propose each section by itself")
    return made


def base_of(document: Document, section: str) -> str:
    """What a change of the section must name as its base."""
    found = document.find(section)
    return digest_of(found.text) if found is not None else ""


def edits_between(before: Document, after: Document, sections: tuple[str, ...]) -> tuple[Edit, ...]:
    """The change from one document to the other, section by section."""
    edits = []
    for name in sections:
        found = after.find(name)
        edits.append(Edit(name, base_of(before, name), found.text if found is not None else None))
    return tuple(edits)


def entry_of(spec: Spec, version: int) -> Entry:
    """The line that tells of the tool; of its description only what can be no markup."""
    told = re.sub(r"[`*_<>\[\]\\#|]", "", " ".join(spec.description.split()))[:ENTRY_CHARS]
    call = f"{spec.name}({', '.join(spec.parameters)})".replace("`", "")
    return Entry(spec.name, version, f"- `{call}` version {version}: {told} (mastery {spec.mastery:.2f})")


def holds_entry(text: str, entry: Entry) -> bool:
    """The text has a line about this version of the tool."""
    section = parse(text).find(TOOLS) if text else None
    return section is not None and any(_is_of(line, entry) for line in section.text.split("\n"))


def diff(before: str, after: str) -> str:
    """The unified difference, cut where it is long."""
    old, new = before.split("\n"), after.split("\n")
    if len(old) + len(new) > DIFF_LINES:
        return f"{len(old)} lines before, {len(new)} after; too many to compare"
    lines = "\n".join(difflib.unified_diff(old, new, "in force", "proposed", lineterm="", n=1))
    return lines if len(lines) <= DIFF_CHARS else f"{lines[:DIFF_CHARS]}\n… cut"


def _with_entry(document: Document, entry: Entry) -> Document:
    section = document.find(TOOLS)
    lines = section.text.split("\n") if section is not None else []
    kept = [line for line in lines if not _is_of(line, entry)]
    if entry.line is None:
        return replaced(document, TOOLS, "\n".join(kept)) if section is not None else document
    if kept and kept[-1] and not kept[-1].lstrip().startswith("- "):
        kept.append("")
    return replaced(document, TOOLS, "\n".join([*kept, entry.line]))


def _is_of(line: str, entry: Entry) -> bool:
    return re.match(rf"- `{re.escape(entry.tool)}\(.*?\)` version {entry.version}:", line) is not None


def _stale(edit: Edit, found: str) -> str:
    now = f"has the digest {found}" if found else "is not there"
    was = f"the digest {edit.base}" if edit.base else "no such section"
    return (
        f"the section {edit.section!r} was changed meanwhile: the proposal replaces {was}, and it now {now}; "
        "read it again and propose anew"
    )

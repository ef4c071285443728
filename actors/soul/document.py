"""A SOUL as a document: a title and sections under `##` headings.

A heading is told from a line that looks like one: inside fenced code and HTML comments there is none.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import msgspec

HEADING: Final = re.compile(r"^ {0,3}##(?!#)[ \t]*(.*?)[ \t]*#*[ \t]*$")
"""A section's heading; the blank behind `##` may be missing, since people leave it out. *chosen*"""

FENCE: Final = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")
"""The line that opens or closes fenced code. *cited*: CommonMark 0.31, section 4.5"""

LARGEST_BYTES: Final = 65_536
"""Most that a SOUL may have as UTF-8. *chosen*: an agent reads it whole"""


class Unreadable(ValueError):
    """The text is no document; says where, and how to mend it."""


class Section(msgspec.Struct, frozen=True):
    """A heading's name, and what stands below it."""

    name: str
    text: str


class Document(msgspec.Struct, frozen=True):
    """What stands before the first section, and the sections in order."""

    title: str
    sections: tuple[Section, ...]

    def find(self, name: str) -> Section | None:
        """The section of this name, whatever its case and spacing."""
        wanted = key(name)
        return next((section for section in self.sections if key(section.name) == wanted), None)


def key(name: str) -> str:
    """What names of the same section have in common, whatever their case, spaces and underscores."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("_", " ").split())


def digest_of(text: str) -> str:
    """SHA-256 of the text as UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain_lines(text: str) -> str:
    """The text with `\\n` alone at the ends of lines, and without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def parse(text: str) -> Document:
    """The document that the text holds; raises Unreadable with the line of the first fault."""
    if len(text.encode()) > LARGEST_BYTES:
        raise Unreadable(f"it has {len(text.encode())} bytes; shorten it to {LARGEST_BYTES}")
    name, held, places = None, list[str](), dict[str, int]()
    title, sections = "", list[Section]()
    for number, line, heading in _headings(text):
        if heading is None:
            held.append(line)
            continue
        _require_new(heading, places, number)
        title, sections = _closed(name, held, title, sections)
        name, held = heading, []
    title, sections = _closed(name, held, title, sections)
    if not sections:
        raise Unreadable("it has no sections; write each under a line such as `## Identity`")
    return Document(title, tuple(sections))


def render(document: Document) -> str:
    """The text of the document: one blank line between its parts, and one line end behind the last."""
    parts = [document.title] if document.title else []
    parts += [
        f"## {section.name}\n\n{section.text}" if section.text else f"## {section.name}"
        for section in document.sections
    ]
    return "\n\n".join(parts) + "\n"


def replaced(document: Document, name: str, text: str | None) -> Document:
    """The document in which the section has this text; a new one stands last, None takes it out."""
    found = document.find(name)
    if text is None:
        return Document(document.title, tuple(section for section in document.sections if section is not found))
    new = Section(found.name if found is not None else " ".join(name.split()), _trimmed(text))
    if found is None:
        return Document(document.title, (*document.sections, new))
    return Document(document.title, tuple(new if section is found else section for section in document.sections))


def outline(text: str) -> tuple[str, ...]:
    """Names of the sections that the text would open."""
    return tuple(heading for _, _, heading in _headings(text) if heading is not None)


def prose_lines(text: str) -> Iterator[str]:
    """The lines that a reader sees as prose: those outside fenced code and HTML comments."""
    scan = _Scan()
    for line in plain_lines(text).split("\n"):
        if scan.step(line):
            yield scan.visible


def _headings(text: str) -> Iterator[tuple[int, str, str | None]]:
    """Every line with its number, and the name of the section that it opens; raises Unreadable where nothing closes."""
    scan = _Scan()
    for number, line in enumerate(plain_lines(text).split("\n"), 1):
        prose = scan.step(line)
        if scan.opened_at == 0 and scan.inside:
            scan.opened_at = number
        match = HEADING.match(line) if prose else None
        yield number, line, match[1] if match else None
    if scan.inside:
        raise Unreadable(f"the {scan.inside} that line {scan.opened_at} opens is never closed; close it")


class _Scan:
    """Where a line stands: in prose, in fenced code or in an HTML comment."""

    def __init__(self) -> None:
        self.inside = ""
        self.opened_at = 0
        self.visible = ""
        self._fence = ""

    def step(self, line: str) -> bool:
        """Whether the line is prose where it begins; `visible` is what of it is no comment."""
        began_in_prose = not self.inside
        self.visible = ""
        fence = FENCE.match(line)
        if self.inside == "fenced code":
            if fence and fence[1].startswith(self._fence) and not fence[2].strip():
                self._leave()
            return False
        if began_in_prose and fence and not (fence[1][0] == "`" and "`" in fence[2]):
            self.inside, self._fence = "fenced code", fence[1]
            return False
        self._comments(line)
        return began_in_prose

    def _comments(self, line: str) -> None:
        while line:
            mark = "-->" if self.inside else "<!--"
            before, found, line = line.partition(mark)
            if not self.inside:
                self.visible += before
            if found:
                self.inside = "" if self.inside else "comment"
                self.opened_at = 0

    def _leave(self) -> None:
        self.inside, self._fence, self.opened_at = "", "", 0


def _require_new(heading: str, places: dict[str, int], number: int) -> None:
    if not heading:
        raise Unreadable(f"line {number}: a heading without a name; write it as `## Name`")
    if key(heading) in places:
        first = places[key(heading)]
        raise Unreadable(f"line {number}: a second section {heading!r}, the first is at line {first}; join them")
    places[key(heading)] = number


def _closed(name: str | None, held: list[str], title: str, sections: list[Section]) -> tuple[str, list[Section]]:
    text = _trimmed("\n".join(held))
    return (text, sections) if name is None else (title, [*sections, Section(name, text)])


def _trimmed(text: str) -> str:
    """The text without blank lines around it and blanks at the ends of its lines."""
    return re.sub(r"^(?:[ \t]*\n)+|\s+$", "", plain_lines(text))

"""Text on its way to a person or a log of lines: what a terminal would obey, turn round or not show is spelt out.

All text of the council may come from strangers: goals, names, errors, sources, results. `Screen` stands in front of
a whole stream, so that no command can forget it; `in_line` and `set_off` keep a stranger's line breaks from looking
like lines of the program's own.
"""

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

BLANKS: Final = frozenset("\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))))
"""Blanks of other widths, which are seen as blanks. *cited*: Unicode, general category Zs"""

UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Marks and letters that take no room or leave it blank. *cited*: Unicode, Default_Ignorable_Code_Point; the empty
Braille pattern is added"""

SET_OFF: Final = "\n  | "
"""What a line break within a stranger's text becomes. *chosen*: no line of the program's own begins so"""

WIDEST_JSON: Final = 0xFFFF
"""Last character that one `\\u` of JSON can spell. *cited*: RFC 8259, section 7"""


def visible(text: str) -> str:
    """The text with every control, direction mark, invisible letter and lone surrogate spelt out, as `\\x1b`.

    Line breaks and tabs stay; a carriage return before a line break goes.
    """
    text = text.replace("\r\n", "\n")
    return text if _is_plain(text) else "".join(map(_shown, text))


def in_line(text: str) -> str:
    """The same in one line: line breaks and tabs are spelt out too."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def set_off(text: str) -> str:
    """The same as one paragraph: its further lines can't be taken for the program's own."""
    return visible(text).replace("\n", SET_OFF)


def json_text(encoded: str) -> str:
    """The JSON with the same value, in which no character has to be seen to be believed."""
    return encoded if _is_plain(encoded) else "".join(map(_in_json, encoded))


def _is_plain(text: str) -> bool:
    """All of it is seen; other blanks are looked at one by one, since `isprintable` takes them for unseen."""
    return text.replace("\n", " ").replace("\t", " ").isprintable() and (text.isascii() or not UNSEEN.search(text))


def _is_seen(letter: str) -> bool:
    return letter in BLANKS or _is_plain(letter)


def _shown(letter: str) -> str:
    code = ord(letter)
    if _is_seen(letter):
        return letter
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code <= WIDEST_JSON else f"\\U{code:08x}"


def _in_json(letter: str) -> str:
    if _is_seen(letter):
        return letter
    units = letter.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


class Screen(io.TextIOBase):
    """A text stream that shows whatever is written to it, on the stream behind it."""

    def __init__(self, behind: TextIO) -> None:
        self.behind = behind

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Of the stream behind; never a reason to go round the screen."""
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        """What the stream behind can't spell is spelt out."""
        return "backslashreplace"

    @property
    def buffer(self) -> object:
        """The bytes behind, for a protocol that is read by no person."""
        return self.behind.buffer

    def write(self, text: str) -> int:
        """The text is shown; returns its length as it was given."""
        known = getattr(self.behind, "encoding", None) or "utf-8"
        self.behind.write(visible(text).encode(known, "backslashreplace").decode(known))
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""
        if not self.behind.closed:
            self.behind.flush()

    def isatty(self) -> bool:
        """As the stream behind."""
        return self.behind.isatty()

    def fileno(self) -> int:
        """As the stream behind."""
        return self.behind.fileno()

    def writable(self) -> bool:
        """Always."""
        return True


def behind(stream: TextIO) -> TextIO:
    """The stream itself, for what draws on a terminal and shows its text before."""
    return stream.behind if isinstance(stream, Screen) else stream


def screen() -> None:
    """Both of the process's outputs are behind a screen from now on, tracebacks too."""
    sys.stdout, sys.stderr = Screen(behind(sys.stdout)), Screen(behind(sys.stderr))


@contextmanager
def screened() -> Iterator[None]:
    """The same for as long as this lasts."""
    out, err = sys.stdout, sys.stderr
    screen()
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err

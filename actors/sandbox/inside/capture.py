"""What foreign code prints: kept up to a cap, then dropped; printing without end ends the process."""

import io
import os

from actors.sandbox.wire import ENDLESS_CHARACTERS, FLOOD_EXIT, WRITE_CHARACTERS


class Capture(io.TextIOBase):
    """A text stream that keeps the first `cap_bytes` of what is written."""

    def __init__(self, cap_bytes: int) -> None:
        self._left_bytes = cap_bytes
        self._most_characters = max(cap_bytes, ENDLESS_CHARACTERS)
        self._written_characters = 0
        self._pieces: list[str] = []

    def writable(self) -> bool:
        """Always true."""
        return True

    def write(self, text: str, /) -> int:
        """The text counts as written, whether or not it was kept; too much of it since the last take is a flood."""
        self._written_characters += max(len(text), WRITE_CHARACTERS)
        if self._written_characters > self._most_characters:
            os._exit(FLOOD_EXIT)  # an exception could be caught by the code that prints
        if self._left_bytes > 0:
            kept = text[: self._left_bytes].encode(errors="replace")[: self._left_bytes]
            self._left_bytes -= len(kept)
            self._pieces.append(kept.decode(errors="ignore"))
        return len(text)

    def take(self) -> str:
        """What was kept since the last take."""
        self._written_characters = 0
        text = "".join(self._pieces)
        self._pieces.clear()
        return text

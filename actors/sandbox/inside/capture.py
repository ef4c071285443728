"""What foreign code prints: kept up to a cap, then dropped."""

import io


class Capture(io.TextIOBase):
    """A text stream that keeps the first `cap_bytes` of what is written."""

    def __init__(self, cap_bytes: int) -> None:
        self._left_bytes = cap_bytes
        self._pieces: list[str] = []

    def writable(self) -> bool:
        """Always true."""
        return True

    def write(self, text: str, /) -> int:
        """The text counts as written, whether or not it was kept."""
        if self._left_bytes > 0:
            kept = text[: self._left_bytes].encode(errors="replace")[: self._left_bytes]
            self._left_bytes -= len(kept)
            self._pieces.append(kept.decode(errors="ignore"))
        return len(text)

    def take(self) -> str:
        """What was kept since the last take."""
        text = "".join(self._pieces)
        self._pieces.clear()
        return text

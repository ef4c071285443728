"""Header blocks taken apart: whatever bytes stand in one, there is an answer and never an exception."""

import re
from typing import Final

VERSION: Final = b"NATS/1.0"
"""First line of a header block. *cited*: NATS client protocol, HPUB"""
UNREADABLE: Final = "kurultai-unreadable"
"""The header that a reader puts on a record whose header block is none: the first line, as hex. *chosen*

The same bytes always give the same text, so it stands in the audit's chain for what can't be read.
"""
SUBJECT: Final = "Nats-Subject"
"""The header in which a direct answer says where the record stands; read as a delivery's subject is, to the byte."""
_STATUS: Final = re.compile(rb"NATS/1\.0 +(\d{3})(?: +(.*))?", re.DOTALL)


def parsed(block: bytes) -> dict[str, str]:
    """The headers of the block by name, the last of a name; a line without a colon is passed over.

    Bytes that are no UTF-8 are replaced. A block whose first line is no version of ours is marked with `UNREADABLE`;
    the lines after it are read all the same, since the server's own stand there.
    """
    first, _, rest = block.partition(b"\r\n")
    lines = rest.decode(errors="replace").split("\r\n")
    found = {name: value.strip() for name, colon, value in (line.partition(":") for line in lines) if colon}
    if SUBJECT in found:
        found[SUBJECT] = name_of(rest.rpartition(SUBJECT.encode() + b": ")[2].partition(b"\r\n")[0])
    if first == VERSION:
        return found
    status = _STATUS.fullmatch(first)
    if status is None:
        return {**found, UNREADABLE: first.hex()}
    told = {"Status": status[1].decode()}
    if status[2]:
        told["Description"] = status[2].decode(errors="replace")
    return told | found


def name_of(subject: bytes) -> str:
    """The subject as text: what is no UTF-8 is written out, so that different bytes stay different."""
    return subject.decode(errors="backslashreplace")

"""What foreign code may ask of the host: one call, one answer, over the line that its own answer takes."""

import json

from actors.sandbox.inside.line import read, write
from actors.sandbox.inside.plain import plain
from actors.sandbox.wire import LENGTH, packed, to_text


class HostCallError(Exception):
    """The host refused what was asked of it, or could not do it; the text says which."""


def host_call(name: str, /, **arguments: object) -> object:
    """What the host's broker answered; raises HostCallError, or TypeError for what JSON cannot say."""
    asked = {"name": str(name), "arguments": plain(arguments)}
    write(packed(to_text({"status": "asks", "value": asked})))
    (size,) = LENGTH.unpack(read(LENGTH.size))
    reply = json.loads(read(size))
    if "error" in reply:
        raise HostCallError(reply["error"])
    return reply["value"]

"""What strangers say waits in front of the log: a stream for each publisher, and how a record of one is made clean.

A publisher's connection reaches no stream but its own airlock: no atomic batches there, and limits on the size and the
number of what waits; the server tells who goes beyond them. The ferry alone reads it.
"""

import re
from typing import Any, Final

from bus.headers import UNREADABLE
from bus.log import Draft, Record
from bus.names import Names

LARGEST_BYTES: Final = 524_288 + 64 * 1024
"""Most that one message may have, headers included. *derived*: the most that the intake can be set to, and the most
headers that the server stores"""
WAITING: Final = 4_096
"""Messages of one publisher that may wait. *chosen*: a burst of them is taken over within half a minute"""
WAITING_BYTES: Final = 64 * 1024 * 1024
"""Bytes of one publisher that may wait. *chosen*"""
PATIENCE_S: Final = 5
"""A message that the ferry took and did not account for is delivered again after this. *chosen*"""
WINDOW_S: Final = 600
"""The server refuses a second message of an id for this long. *derived*: bus.install.DUPLICATE_WINDOW_S"""
NAME: Final = "ce-airlock"
"""The header of a task on the log that says which name the intake may give it: `t-` and its place in the airlock."""
KIND: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What can be the kind of a task. *derived*: tokens of subjects"""
NO_KIND: Final = "unreadable"
"""The kind under which a task comes to the log whose own is no word. *chosen*"""
MOST_ID_CHARS: Final = 256
"""Longest id that is carried over; the intake takes less and says so. *chosen*"""
CARRIED: Final = ("ce-id", "ce-correlationid", "traceparent")
"""A publisher's headers that come with the task; the others say nothing that the council reads. *chosen*"""
_PRINTED: Final = re.compile(r"[ -~]{1,256}")


def airlock_config(names: Names, publisher: str, replicas: int = 1) -> dict[str, Any]:
    """The stream in which what this publisher says waits until it is taken over."""
    return {
        "name": names.airlock(publisher),
        "subjects": [names.airlock_subject(publisher, "*")],
        "storage": "file",
        "retention": "workqueue",
        "discard": "new",
        "max_msgs": WAITING,
        "max_bytes": WAITING_BYTES,
        "max_msg_size": LARGEST_BYTES,
        "num_replicas": replicas,
        "allow_atomic": False,
        "duplicate_window": WINDOW_S * 1_000_000_000,
    }


def ferry_config(names: Names) -> dict[str, Any]:
    """The one consumer of an airlock."""
    return {
        "durable_name": names.ferry_consumer,
        "ack_policy": "explicit",
        "ack_wait": PATIENCE_S * 1_000_000_000,
        "max_deliver": -1,
        "deliver_policy": "all",
    }


def cleaned(record: Record, names: Names, publisher: str) -> Draft:
    """What comes to the log for a record of the publisher's airlock: the payload as it is, and headers of ours alone.

    The id is made of the place in the airlock, so that what is taken over twice is a duplicate. Who published it is
    what the server says, and not what the message claims.
    """
    kind = record.subject.rpartition(".")[2]
    readable = KIND.fullmatch(kind) is not None and UNREADABLE not in record.headers
    own = own_name(publisher, record.seq)
    carried = {name: value for name in CARRIED if _PRINTED.fullmatch(value := record.headers.get(name, ""))}
    identity = record.headers.get("ce-id") or record.headers.get("Nats-Msg-Id", "")
    headers = {
        "ce-specversion": "1.0",
        **carried,
        "ce-id": _printed(identity) or own,
        "ce-source": f"/{names.council}/{publisher}",
        "ce-type": f"task.{kind}" if readable else f"task.{NO_KIND}",
        NAME: own,
    }
    if not readable:
        headers[UNREADABLE] = record.headers.get(UNREADABLE) or kind.encode().hex()
    subject = names.subject("task", kind if KIND.fullmatch(kind) else NO_KIND)
    return Draft(subject, record.data, f"{names.airlock(publisher)}-{record.seq}", headers)


def _printed(identity: str) -> str:
    """The id in printable letters; what is none of them is written out, so that the intake refuses it aloud."""
    text = identity[:MOST_ID_CHARS].encode("ascii", "backslashreplace").decode()
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)


def own_name(publisher: str, seq: int) -> str:
    """The id of a task that came without one."""
    _, _, name = publisher.partition("-")
    return f"t-{name}-{seq}" if name else f"t-{seq}"

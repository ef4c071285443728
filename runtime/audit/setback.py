"""Whether the log of a running server is the one that was there before: held against the newest published head."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bus.errors import UnsafeKey
from runtime.audit.checkpoint import SCRIBE, checkpoint_in
from runtime.audit.heads import Unusable, newest
from runtime.directory.home import Home, signing
from runtime.directory.settings import Settings
from runtime.errors import Malformed, SetBack
from runtime.roster import Roster

if TYPE_CHECKING:
    from messages.kernel.audit import Checkpoint
    from runtime.client.client import Client

SETTING = "heads_file"
"""By this setting a member says where it keeps heads. *derived*: actors.gate.herald"""


def heads_file(settings: Settings, roster: Roster) -> Path | None:
    """The file of heads that is configured, if one is."""
    for child in roster.children:
        if SETTING in child.member.Settings.__struct_fields__:
            own = getattr(child.settings, SETTING, "") if child.settings is not None else ""
            given = str(settings.actors.get(child.member.name, {}).get(SETTING, own))
            return Path(given).expanduser() if given else None
    return None


async def require_continued(settings: Settings, path: Path) -> int:
    """The log at the settings' URL continues the newest head of the file; returns the record that it covers, or 0.

    Raises SetBack with what is wrong and what to do, and NoKey on a host without the auditor's key.
    """
    from runtime.client.client import Client

    try:
        head = newest(path, (Home(settings).public(signing(SCRIBE).removesuffix(".nk")),))
    except (Unusable, OSError, UnsafeKey) as error:
        raise SetBack(f"the log can't be held against the published heads: {error}. {_mend(path)}") from error
    if head is None:
        return 0
    async with await Client.connect(msgspec.structs.replace(settings, keys=str(settings.key_dir)), "auditor") as client:
        fault = await _fault(client, head)
    if fault is not None:
        raise SetBack(f"{fault}: an older data directory was restored, or records were lost. {_mend(path)}")
    return head.last


async def _fault(client: "Client", head: "Checkpoint") -> str | None:
    """Why the log is not the one with this head; the checkpoint itself stands after what it covers."""
    _, last = await client.bounds()
    if last <= head.last:
        return f"the log ends at {last}, though a head over record {head.last} was published"
    async for record in client.records(head.last + 1, "event.audit.Checkpoint.*"):
        try:
            found = checkpoint_in(record)
        except Malformed:
            continue
        if found.last >= head.last:
            same = (found.last, found.head) == (head.last, head.head)
            return None if same else f"the log through {head.last} is not the one whose head was published"
    return f"the log has no checkpoint over record {head.last}, though its head was published"


def _mend(path: Path) -> str:
    return f"Bring the newest data back, or, if the loss is known and accepted, move {path} aside"

"""What an order about a SOUL comes to, told as it happens."""

from typing import Any

import msgspec

from messages.gate import approval
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.output import note
from runtime.envelope import stamp


class Outcome:
    """What an order comes to, event by event."""

    def __init__(self, seq: int, *, mends: bool) -> None:
        self._seq = seq
        self._mends = mends
        """A file that is not taken in is put right, and the order is over after that."""
        self.requested: approval.Requested | None = None
        """What waits for a person."""
        self._change: str | None = None
        self._refusal: Ended | None = None
        self.found: dict[str, Any] = {"change": None, "state": "unchanged"}
        """How it ended, for a program."""

    def hears(self, name: str, data: Any) -> bool:
        """Whether this was the end of it; ends the command when the change was refused."""
        if name.startswith("soul.") and data.get("asked") == self._seq:
            self._change = data.get("change", self._change)
            if name == "soul.Found" and not data.get("text") and not data.get("fault"):
                note("the file holds what is in force")
                return True
        if self._change is None or self._change not in (data.get("change"), data.get("act")):
            return False
        return self._concerned(name, data)

    def _concerned(self, name: str, data: Any) -> bool:
        match name:
            case "soul.Queued":
                note(f"{data['change']} waits for its turn")
            case "soul.Proposed" | "soul.Edited":
                note(f"{data['change']}: {data['risk']} risk, {', '.join(data['sections']) or 'no section'}")
            case "soul.Refused":
                stale = "changed meanwhile" in data["reason"]
                self._refusal = Ended(Exit.CONFLICT if stale else Exit.DENIED, f"refused: {data['reason']}")
                if not self._mends:
                    raise self._refusal
            case "soul.Failed":
                raise self._refusal or Ended(Exit.FAILED, f"not applied: {data['reason']}")
            case "soul.Mended":
                self.found = {"change": self._change, "state": "mended"}
                note(f"the file holds what is in force again; what it held is kept in {data['aside'] or 'no file'}")
                if self._refusal is not None:
                    raise self._refusal
                return True
            case "approval.Requested":
                self.found = {"change": self._change, "state": "waits for a person"}
                self.requested = requested = msgspec.convert(data, approval.Requested)
                note(f"{requested.act} waits for a person until {stamp(requested.expires_at)}")
                return not self._mends
            case "soul.Applied":
                self.found = {"change": self._change, "state": "applied", "version": data["version"]}
                note(f"{data['agent']} version {data['version']} is in force")
                return True
        return False

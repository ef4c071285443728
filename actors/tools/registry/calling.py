"""How a tool is called: only if the call may be made, only in the sandbox, and told whatever comes of it.

Nothing here decides what is registered.
"""

import msgspec

from actors.tools.practice import kind_of_error
from actors.tools.registry.admission import Admitted, admit
from actors.tools.registry.blame import is_beyond, is_misfed, resembles
from actors.tools.registry.catalogue import REFUSALS
from messages.tools import sandbox, tool
from messages.tools.deployment import Sketch
from runtime.actor import Actor, Emits


class Called(msgspec.Struct, frozen=True):
    """A call under way."""

    tool: str
    version: int
    sketches: tuple[Sketch, ...] = ()
    note: str = ""
    client: str = ""
    strange: bool = False
    """The arguments resemble no example."""
    beyond: bool = False
    """One of them is larger than the tool was measured to bear."""


class Calling(Actor):
    """Every call is refused, returned or raised.

    An actor that calls has `tools` and `calls` in its state, and `call_s` in its settings.
    """

    def apply_call(self, m: tool.Call) -> None:
        found = admit(self.state.tools, m)
        if isinstance(found, Admitted):
            spec = found.spec
            self.state.calls[m.task] = Called(
                m.tool,
                found.version,
                found.sketches,
                found.note,
                m.client,
                strange=not resembles(found.args, spec),
                beyond=is_beyond(found.args, spec),
            )

    def on_call(self, m: tool.Call) -> Emits[sandbox.Run | tool.Raised]:
        found = admit(self.state.tools, m)
        if not isinstance(found, Admitted):
            yield tool.Raised(task=m.task, tool=m.tool, reason=found)
            return
        yield sandbox.Run(
            task=m.task,
            purpose=self._purpose,
            source=found.source,
            entry=found.spec.entry,
            calls=(found.args,),
            limit_s=found.spec.timeout_s or self.settings.call_s,
            profile=found.spec.profile,
            hosts=found.spec.hosts,
        )

    def called(self, m: sandbox.Ran) -> Emits[tool.Returned | tool.Raised]:
        """What came of a call; nothing if the run belongs to none."""
        called = self.state.calls.get(m.task)
        if called is None or m.purpose != self._purpose:
            return
        result = m.results[0]
        if result.status == "returned":
            yield tool.Returned(
                task=m.task,
                tool=called.tool,
                version=called.version,
                value=result.value,
                wall_ms=result.wall_ms,
                sketches=called.sketches,
                note=called.note,
                client=called.client,
            )
        else:
            reason = f"{result.status}: {result.error}"
            misfed = is_misfed(result, strange=called.strange, beyond=called.beyond)
            yield tool.Raised(
                task=m.task,
                tool=called.tool,
                reason=reason,
                rightly=not misfed and self._rightly(called, reason),
                misfed=misfed,
                client=called.client,
                status=result.status,
                version=called.version,
                wall_ms=result.wall_ms,
                sketches=called.sketches,
            )

    def apply_returned(self, m: tool.Returned) -> None:
        self._record(m.task, m.wall_ms, failed=False)

    def apply_raised(self, m: tool.Raised) -> None:
        if m.status:
            self._record(m.task, m.wall_ms, failed=not (m.rightly or m.misfed), refused=m.rightly)

    def _record(self, name: str, wall_ms: float, *, failed: bool, refused: bool = False) -> None:
        called = self.state.calls.pop(name, None)
        if called is not None:
            figures = self.state.tools[called.tool].figures[called.version - 1]
            figures.count(wall_ms, failed=failed, refused=refused)

    def _rightly(self, called: Called, reason: str) -> bool:
        """Whether the version was tested to raise this, and does not refuse whatever it is given."""
        known = self.state.tools[called.tool]
        spec = known.spec(called.version)
        told = spec is not None and kind_of_error(reason) in spec.refuses
        return told and known.figures[called.version - 1].refusals < REFUSALS

    @property
    def _purpose(self) -> str:
        return f"{self.name}:call"

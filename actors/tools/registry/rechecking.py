"""A registered tool is run again on the examples that are kept of it, which shows whether it still does what they show.

Nothing here decides what follows: the watch counts each broken example as a failed call.
"""

from typing import Final

import msgspec

from actors.synthesis.values import same
from actors.tools.registry.admission import usable
from actors.tools.registry.catalogue import resolve
from actors.tools.spec.composition import composed
from messages.task import Example
from messages.tools import sandbox, tool
from runtime.actor import Actor, Emits

TOLD: Final = 500
"""Most characters that are told of an example. *chosen*: a few lines"""


class Rechecked(msgspec.Struct, frozen=True):
    """A tool whose examples are running."""

    tool: str
    version: int
    examples: tuple[Example, ...]


def examples_of(spec: tool.Spec) -> tuple[Example, ...]:
    """The examples that are kept of a tool."""
    first = () if spec.example is None else (spec.example,)
    return (*first, *(example for example in spec.examples if example != spec.example))


class Rechecking(Actor):
    """Every order to recheck is answered with how many examples hold, or with why none was tried.

    An actor that rechecks has `tools` and `rechecks` in its state, and `call_s` in its settings.
    """

    def on_recheck(self, m: tool.Recheck) -> Emits[sandbox.Run | tool.Rechecked]:
        found = self._plan(m)
        if isinstance(found, str):
            yield tool.Rechecked(task=m.task, tool=m.tool, version=m.version, reason=found)
            return
        plan, run = found
        yield msgspec.structs.replace(run, calls=tuple(example.args for example in plan.examples))

    def apply_recheck(self, m: tool.Recheck) -> None:
        found = self._plan(m)
        if not isinstance(found, str):
            self.state.rechecks[m.task] = found[0]

    def _plan(self, m: tool.Recheck) -> tuple[Rechecked, sandbox.Run] | str:
        """What is to be run, without its calls; a text that says why nothing is."""
        found = resolve(self.state.tools, m.tool, m.version)
        if isinstance(found, str):
            return found
        spec, version = found
        examples = examples_of(spec)
        if not examples:
            return f"no example is kept of the tool {m.tool!r}: only tests show what it does"
        if spec.hosts:
            return f"the tool {m.tool!r} sends requests to {spec.hosts[0].host}, whose answers no example can foretell"
        try:
            source = composed(spec, usable(self.state.tools))
        except ValueError as error:
            return f"the tool {m.tool!r} can't be run: {error}"
        run = sandbox.Run(
            task=m.task,
            purpose=self._tests,
            source=source,
            entry=spec.entry,
            calls=(),
            limit_s=spec.timeout_s or self.settings.call_s,
            profile=spec.profile,
        )
        return Rechecked(m.tool, version, examples), run

    def rechecked(self, m: sandbox.Ran) -> Emits[tool.Rechecked]:
        """What came of the runs; nothing if they belong to no recheck."""
        plan = self.state.rechecks.get(m.task)
        if plan is None or m.purpose != self._tests:
            return
        pairs = list(zip(plan.examples, m.results, strict=False))
        broken = [fault for example, result in pairs if (fault := _fault(example, result))]
        broken += ["the sandbox did not run it"] * (len(plan.examples) - len(pairs))
        yield tool.Rechecked(
            task=m.task,
            tool=plan.tool,
            version=plan.version,
            held=len(plan.examples) - len(broken),
            broken=len(broken),
            reason=broken[0] if broken else "",
            wall_ms=sum(max(0.0, result.wall_ms) for result in m.results),
        )

    def apply_rechecked(self, m: tool.Rechecked) -> None:
        self.state.rechecks.pop(m.task, None)

    @property
    def _tests(self) -> str:
        """The purpose of the runs; effort on tests serves safety, see actors.gate.observer.effort."""
        return f"{self.name}:tests"


def _fault(example: Example, result: sandbox.Result) -> str:
    """What is wrong with the result of an example; empty if it is as the example shows."""
    given = ", ".join(map(repr, example.args))[:TOLD]
    if result.status != "returned":
        return f"({given}) ends as {result.status}: {result.error}"[: 2 * TOLD]
    if same(result.value, example.result):
        return ""
    return f"({given}) gives {result.value!r:.{TOLD}}, and gave {example.result!r:.{TOLD}}"

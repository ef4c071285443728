"""`kurultai demo`: the whole path on real input, with a freeze in the middle, proved from the log at the end."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import ROSTER, Invocation
from runtime.cli.console.output import note, say
from runtime.cli.launch.demo_tasks import Call, tasks_in
from runtime.cli.tasks.form import kind_named

EXAMPLES: Final = Path(__file__).resolve().parents[3] / "examples"
"""The tasks of the demo, beside the code in a checkout. *chosen*"""
LIMIT_S: Final = 55.0
"""The demo gives up after this long. *chosen*"""
HOLD_S: Final = 1.5
"""How long the council stays frozen. *chosen*: long enough to see that nothing comes"""
FREEZE_AFTER: Final = 2
"""Tasks that have ended when the freeze comes, so that others are in the middle of it. *chosen*"""


@click.command(cls=Command)
@click.argument("examples", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def demo(invocation: Invocation, examples: Path | None) -> None:
    """Learn the tools of EXAMPLES on a private server, freeze and thaw meanwhile, call each once, verify the log.

    EXAMPLES holds `tasks/*.json` and `expected.json`; by default those that come with the source.
    """
    from runtime.hosting.zone import load_roster

    roster = str(invocation.flags.get("roster") or ROSTER)
    tasks, expected = tasks_in(examples or EXAMPLES, kind_named(load_roster(roster), "learn"))
    invocation.run(_show(tasks, expected, roster))


async def _show(tasks: dict[str, Any], expected: dict[str, Call], roster: str) -> None:
    from runtime.directory.settings import Settings
    from runtime.hosting.system import running

    with tempfile.TemporaryDirectory(prefix="kurultai-demo-") as home:
        settings = Settings(data_dir=home)
        shown = Demo(tasks, expected, settings)
        try:
            async with asyncio.timeout(LIMIT_S):
                async with running(settings, roster, say=note):
                    await shown.run()
        except TimeoutError as error:
            raise Ended(Exit.TIMEOUT, f"the demo was not done within {LIMIT_S:.0f} s; {shown.missing()}") from error


class Demo:
    """One run of the demo."""

    def __init__(self, tasks: dict[str, Any], expected: dict[str, Call], settings: Any) -> None:
        self._tasks = tasks
        self._expected = expected
        self._settings = settings
        self._began = time.monotonic()
        self._ended: dict[str, tuple[str, Any]] = {}
        self._some_ended = asyncio.Event()

    async def run(self) -> None:
        """Everything that the demo promises has happened, or Ended says what did not."""
        from runtime.client.client import Client

        publisher = await Client.connect(self._settings, "publisher")
        operator = await Client.connect(self._settings, "operator")
        auditor = await Client.connect(self._settings, "auditor")
        async with publisher, operator, auditor:
            self.say(f"publishing {len(self._tasks)} learning tasks to {publisher.names.subject('task', 'learn')}")
            learning = [asyncio.create_task(self._learn(publisher, name)) for name in self._tasks]
            await self._some_ended.wait()
            await self._freeze_and_thaw(operator, auditor)
            await asyncio.gather(*learning)
            for name in self._tasks:
                await self._check(publisher, name)
            await self._verify(auditor)
        self.say("done: all of it happened")

    def missing(self) -> str:
        """What has not happened yet, in words."""
        open_ones = [name for name in self._tasks if name not in self._ended]
        return (
            f"not ended yet: {', '.join(open_ones)}" if open_ones else "all tasks have ended, but the proof is missing"
        )

    def say(self, text: str) -> None:
        """One line of progress, with the time since the start."""
        say(f"{time.monotonic() - self._began:6.2f}s  {text}")

    async def _learn(self, publisher: Any, name: str) -> None:
        _, task = await publisher.publish_task("learn", self._tasks[name], f"demo-{name}")
        async for record in publisher.follow(task):
            event = record.subject.split(".")[3]
            body = msgspec.json.decode(record.data)
            if event == "Progressed":
                self.say(f"  {name:<18} {body['phase']}  {body.get('note', '')}".rstrip())
        self._ended[name] = (event, body)
        self.say(f"  {name:<18} {_outcome(event, body)}")
        if len(self._ended) >= min(FREEZE_AFTER, len(self._tasks)):
            self._some_ended.set()

    async def _freeze_and_thaw(self, operator: Any, auditor: Any) -> None:
        from messages.kernel import control, order
        from messages.kernel.control import Level

        self.say("FREEZE ordered, in the middle of the work")
        first, _ = await operator.order(order.Freeze(reason="demo: an operator wants to look"))
        settled = await _settled(auditor, first, control.Level.FOUNDATION)
        self.say(
            f"FROZEN at {settled.fence}: {len(settled.verified)} actors verified, {len(settled.killed)} killed, "
            f"complete after {settled.took_s * 1000:.0f} ms"
        )
        held = (await auditor.bounds())[1]
        await asyncio.sleep(HOLD_S)
        frozen = await _frozen(auditor)
        late = [
            record.subject async for record in auditor.records(settled.fence + 1) if _is_effect(record.subject, frozen)
        ]
        if late:
            raise Ended(Exit.FAILED, f"effects past the freeze: {late}")
        self.say(f"       {HOLD_S:.1f} s later: 0 effects past {settled.fence} (the log stands at {held})")
        for level, stand in (await auditor.modes()).items():
            if stand is not None and stand[1].mode is control.Mode.FROZEN and level is not Level.GUARD:
                await operator.order(order.Thaw(level=level, fence=stand[0], reason="demo: seen enough"))
        self.say("THAWED by a signed order that names the freeze")

    async def _check(self, publisher: Any, name: str) -> None:
        """The tool answers an input that nobody showed it, or the task was refused as it must be."""
        wanted = self._expected[name]
        event, body = self._ended[name]
        if wanted.refused:
            if event == "Answered":
                raise Ended(Exit.FAILED, f"{name} was learnt, and must be refused")
            self.say(f"refused  {name}: {body['reason']}")
            return
        if event != "Answered":
            raise Ended(Exit.FAILED, f"{name} was not learnt: {body.get('reason')}")
        tool = self._tasks[name]["name"]
        _, task = await publisher.publish_task("run", {"tool": tool, "args": wanted.args}, f"call-{name}")
        async for record in publisher.follow(task):
            body = msgspec.json.decode(record.data)
        if body.get("result") != msgspec.to_builtins(wanted.result):
            raise Ended(Exit.FAILED, f"{tool}{wanted.args} gave {body}, not {wanted.result!r}")
        shown = ", ".join(repr(arg) for arg in wanted.args)
        self.say(f"called   {tool}({shown if len(shown) < 60 else shown[:57] + '...'}) = {body['result']!r}")

    async def _verify(self, auditor: Any) -> None:
        from runtime.audit.verify import verify_export
        from runtime.cli.control.audit import export_to
        from runtime.directory.home import Home

        path = Path(self._settings.data_dir) / "demo.jsonl"
        await export_to(auditor, path)
        key = Home(self._settings).public("scribe-signing")
        report = verify_export(path, (key,))
        if not report.good or not report.sealed:
            raise Ended(Exit.FAILED, f"audit verify: {report.first_bad or report.findings}")
        self.say(
            f"audit verify: {report.records} records, {report.checkpoints} signed checkpoints, "
            f"{report.fence.freezes} freezes held, nothing edited, missing or reordered"
        )


def _outcome(event: str, body: dict[str, Any]) -> str:
    if event == "Answered":
        return "LEARNT and registered"
    return f"{event.upper()}: {body.get('reason', '')}"


async def _frozen(auditor: Any) -> frozenset[str]:
    """Names of the actors of the foundation, as the council was convened."""
    from messages.kernel import actor as life
    from messages.kernel.control import Level

    (record,) = await auditor.latest(1, "event.actor.Convened.*")
    members = msgspec.json.decode(record.data, type=life.Convened).members
    return frozenset(member.name for member in members if member.level is Level.FOUNDATION)


def _is_effect(subject: str, frozen: frozenset[str]) -> bool:
    tokens = subject.split(".")
    return tokens[1] in ("event", "command") and tokens[2] != "actor" and tokens[4] in frozen


async def _settled(auditor: Any, first: int, level: Any) -> Any:
    """The report that the freeze of the level is complete."""
    from messages.kernel import control

    async for record in auditor.records(first, follow=True):
        if record.subject.split(".")[2:4] == ["control", "Settled"]:
            settled = msgspec.json.decode(record.data, type=control.Settled)
            if settled.level == level:
                return settled
    raise Ended(Exit.FAILED, "the freeze was not completed")

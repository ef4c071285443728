"""The jail: foreign code runs in locked children, and everything that goes wrong there is an outcome, not an error.

Costs about 2 ms a call. It never runs code in this process, and where no walls stand it refuses.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from actors.sandbox.answers import Broker, Request, request_of
from actors.sandbox.birth import Plan, Unfit
from actors.sandbox.exchange import nobody, perform
from actors.sandbox.outcome import Limits, Outcome, Profile, Walls
from actors.sandbox.preload import DEFAULT_PRELOAD, FILES_PRELOAD
from actors.sandbox.template import Template
from actors.sandbox.tiers import Chosen, choose, without_walls

RECYCLE_AFTER: Final = 2000
"""After so many forks a template is replaced. *Chosen*: its children share address layout and hash seed."""

START_PAUSES_S: Final = (0.0, 0.2, 1.0)
"""Before each try to start a template. *Chosen*: at once, then with room for a busy host."""

YOUNG_S: Final = 1.0
"""A template that dies younger is not started again at once. *Chosen*: else a broken one would be a busy loop."""

DEFAULT_LIMITS: Final = Limits()
"""The limits of a call that names none. *Derived* from `Limits`."""


class Jail:
    """A template behind the strongest walls of this host, and the calls in it, so many at a time."""

    def __init__(self, chosen: Chosen, max_concurrent: int) -> None:
        self.walls: Walls = chosen.walls
        self._plan: Plan | None = chosen.plan
        self._template: Template | None = None
        self._places = asyncio.Semaphore(max_concurrent)
        self._replacement: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._closed = False
        self._last_failure = ""
        if chosen.template is not None:
            self._install(chosen.template)

    @classmethod
    async def start(
        cls,
        *,
        preload: Sequence[str] = DEFAULT_PRELOAD,
        sys_path: Sequence[str] = (),
        spares: int = 2,
        max_concurrent: int = 4,
        accept_no_walls: bool = False,
        profile: Profile = "pure",
    ) -> "Jail":
        """A jail whose walls have been probed; raises ValueError for a module that cannot be preloaded."""
        if profile == "files":
            preload = (*preload, *FILES_PRELOAD)
        chosen = await choose(preload, sys_path, spares, profile)
        if chosen.template is None and accept_no_walls and profile == "pure":
            chosen = await without_walls(preload, sys_path, spares)
        return cls(chosen, max_concurrent)

    async def call(
        self,
        source: str,
        entry: str,
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
        *,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Outcome:
        """What `entry` of the source came to; cancelling kills the child. Arguments must be plain JSON."""
        request = request_of({"source": source}, entry, [(args, kwargs or {})])
        return (await self._run(request, limits))[0]

    async def call_many(
        self,
        source: str,
        entry: str,
        calls: Sequence[Sequence[object]],
        *,
        limits: Limits = DEFAULT_LIMITS,
        broker: Broker = nobody,
    ) -> tuple[Outcome, ...]:
        """What each call came to, in one child in order; one that kills the child takes those after it along.

        The broker answers what the code asks of the host with `host_call`.
        """
        if not calls:
            return ()
        return await self._run(request_of({"source": source}, entry, [(args, {}) for args in calls]), limits, broker)

    async def call_trusted(
        self,
        module: str,
        function: str,
        args: Sequence[object] = (),
        *,
        limits: Limits = DEFAULT_LIMITS,
        broker: Broker = nobody,
    ) -> Outcome:
        """What the function of a preloaded module came to, behind the same walls."""
        return (await self._run(request_of({"module": module}, function, [(args, {})]), limits, broker))[0]

    async def close(self) -> None:
        """No process of this jail is left; later calls are refused."""
        self._closed = True
        if self._replacement is not None:
            self._replacement.cancel()
            await asyncio.wait({self._replacement})
        template, self._template = self._template, None
        if template is not None:
            template.on_death = None
            await template.close()
        for task in tuple(self._leaving):
            task.cancel()
            await asyncio.wait({task})

    async def _run(self, request: Request, limits: Limits, broker: Broker = nobody) -> tuple[Outcome, ...]:
        async with self._places:
            template = await self.template()
            if template is None:
                return (self._refusal(),) * request.calls
            outcomes = await perform(template, request, limits, broker)
        if template.forked >= RECYCLE_AFTER and template is self._template:
            self._replace()
        return outcomes

    async def template(self) -> Template | None:
        """The template in service, waiting for a new one if the last has died."""
        if self._template is None and self._plan is not None and not self._closed:
            await asyncio.wait({self._replace()})
        return self._template

    def _refusal(self) -> Outcome:
        reason = "the jail is closed" if self._closed else self.walls.reason or self._last_failure
        return Outcome(status="refused", error=reason)

    def _install(self, template: Template) -> None:
        template.on_death = self._mourn
        self._template = template

    def _mourn(self, template: Template) -> None:
        """A template is dead: if it was in service, another is on its way already."""
        if template is self._template:
            self._template = None
            if not self._closed:
                self._replace(START_PAUSES_S[template.age_s < YOUNG_S :])
        self._dismiss(template)

    def _replace(self, pauses_s: Sequence[float] = START_PAUSES_S) -> asyncio.Task[None]:
        if self._replacement is None or self._replacement.done():
            self._replacement = asyncio.create_task(self._start_another(pauses_s))
        return self._replacement

    async def _start_another(self, pauses_s: Sequence[float]) -> None:
        """Another template is in service, or the reason why not is noted; the old one serves until then."""
        assert self._plan is not None
        for pause_s in pauses_s:
            await asyncio.sleep(pause_s)
            try:
                template = await Template.start(self._plan)
            except (Unfit, ValueError) as error:
                self._last_failure = str(error)
                continue
            old = self._template
            self._install(template)
            if old is not None:
                self._dismiss(old)
            return

    def _dismiss(self, template: Template) -> None:
        template.on_death = None
        task = asyncio.create_task(self._see_off(template))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _see_off(self, template: Template) -> None:
        """The template is closed, after its last call unless the jail is closed first."""
        try:
            await template.drain()
        finally:
            await template.close()

"""Habits keeps the catalogue of patterns and chains, and has a search made once a period or at an order.

The search runs beside the loop. What is new and passed its tests is catalogued; a chain of calls is tried as one tool
within a budget, through a task like any client's, so that the tool takes the line of judgement; for all else it
recommends. It costs some 0.05 ms a message, and 20 ms when a search begins.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final

import msgspec

from actors.autonomy.goals.chains import Chains
from actors.cognition.mining import cultivation
from actors.cognition.mining.diary import Diary, Entry
from messages import task
from messages.autonomy import goal
from messages.base import Message
from messages.cognition import mining
from messages.kernel import order
from messages.kernel.control import Level
from messages.tools import learning, tool
from runtime.actor import Actor, Emits
from runtime.acts import WITHOUT_EFFECT
from runtime.orders import Orders

NOVEL: Final = 0.75
"""Least novelty of what is catalogued. *cited*: specification of cognition, section 3"""
FEWEST: Final = 100
"""Deeds below which the clock begins no search. *chosen*: in fewer no pattern can be told from chance"""
PATTERNS: Final = 300
"""Patterns and chains that are kept, each; the one found least lately is forgotten. *chosen*"""
PATIENCE_S: Final = 1_200.0
"""After so long another search may begin although the last one was not answered. *derived*: twice a search's limit"""
DIGITS: Final = 3
"""Of a moment in a search. *chosen*: milliseconds"""

Finding = mining.Catalogued | mining.Chained | mining.Recommended | mining.Tried | goal.Commission


class Trial(msgspec.Struct):
    """The experiment with a chain."""

    task: str = ""
    name: str = ""
    """Of the tool."""
    ended: bool = False
    success: float | None = None


class Habits(Actor):
    """The catalogue is a fold over what searches found and what became of it."""

    level = Level.AUTONOMY

    class State(msgspec.Struct):
        diary: Diary = msgspec.field(default_factory=Diary)
        chains: Chains = msgspec.field(default_factory=lambda: Chains(longest=cultivation.LONGEST))
        search: int = 0
        """Number of the last search."""
        begun: float | None = None
        """When it began; before the first one, when the first deed was seen."""
        searching: bool = False
        patterns: dict[str, mining.Pattern] = {}
        known: dict[str, mining.Chain] = {}
        trials: dict[str, Trial] = {}
        """By chain."""
        told: dict[str, str] = {}
        """What was made of each pattern."""
        orders: Orders = msgspec.field(default_factory=Orders)

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        operator_key: str = ""
        """Public key of the operator; without it every order is refused."""
        every_s: Annotated[float, msgspec.Meta(ge=60, le=31_536_000)] = 7 * 86_400.0
        """Seconds from one search to the next; each looks at the last seven days."""
        budget_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 120.0
        """Seconds in which an experiment must come to its end."""

    state: State
    settings: Settings

    # What is done in the council.

    def apply_accepted(self, m: task.Accepted) -> None:
        self._note(m)
        body = m.body if isinstance(m.body, dict) else {}
        if m.kind == "run" and isinstance(body.get("tool"), str) and m.client != goal.CLIENT:
            self.state.chains.begin(m.task, m.client, body["tool"], tuple(body.get("args", ())))

    def apply_returned(self, m: tool.Returned) -> None:
        self.state.chains.end(m.task, m.value)

    def apply_raised(self, m: tool.Raised) -> None:
        self.state.chains.drop(m.task)

    def apply_answered(self, m: task.Answered) -> None:
        self._note(m)

    def apply_failed(self, m: task.Failed) -> None:
        self._note(m)
        self.state.chains.drop(m.task)

    def apply_cancelled(self, m: task.Cancelled) -> None:
        self._note(m)
        self.state.chains.drop(m.task)

    def apply_researched(self, m: learning.Researched) -> None:
        self._note(m)

    def apply_attempted(self, m: learning.Attempted) -> None:
        self._note(m)

    def apply_practised(self, m: learning.Practised) -> None:
        self._note(m)

    def apply_stumped(self, m: learning.Stumped) -> None:
        self._note(m)

    def apply_validated(self, m: learning.Validated) -> None:
        self._note(m)
        for trial in self.state.trials.values():
            if trial.task == m.task:
                trial.success = m.mastery

    def apply_registered(self, m: tool.Registered) -> None:
        self._note(m)

    def apply_rejected(self, m: tool.Rejected) -> None:
        self._note(m)

    def _note(self, m: Message) -> None:
        state = self.state
        state.diary.hear(self.now, self.origin.speaker, m)
        if state.begun is None:
            state.begun = self.now

    # Searches.

    def due(self) -> float | None:
        """A period after the last search, if there is enough to look at."""
        state = self.state
        if state.begun is None or len(state.diary.entries) < FEWEST:
            return None
        return state.begun + max(self.settings.every_s, PATIENCE_S if state.searching else 0.0)

    def on_due(self) -> Emits[mining.Begun]:
        yield self._begun("the period is over")

    def on_search(self, m: mining.Search) -> Emits[mining.Begun | order.Rejected]:
        fault = self.state.orders.fault(self.settings.operator_key, self.origin)
        running = self.state.searching and self.now < (self.state.begun or 0.0) + PATIENCE_S
        if fault is None and running:
            fault = f"search {self.state.search} is under way"
        if fault is None and not self.state.diary.entries:
            fault = "nothing was done yet in which a pattern could be"
        if fault is not None:
            yield order.Rejected(order=self.origin.id, sequence=self.origin.seq, reason=fault)
        else:
            yield self._begun(f"an order: {m.reason}"[:2_000])

    def apply_search(self, m: mining.Search) -> None:
        self.state.orders.take(self.origin, self.now)

    def _begun(self, cause: str) -> mining.Begun:
        return mining.Begun(
            search=self.state.search + 1,
            deeds=_deeds(self.state.diary.period(self.now)),
            known=tuple(one.steps for one in self.state.patterns.values()),
            cause=cause,
        )

    def apply_begun(self, m: mining.Begun) -> None:
        self.state.search, self.state.begun, self.state.searching = m.search, self.now, True

    def apply_mined(self, m: mining.Mined) -> None:
        state = self.state
        if m.search == state.search:
            state.searching = False
        for found in m.patterns:
            if found.pattern in state.patterns:
                state.patterns[found.pattern] = found

    def on_mined(self, m: mining.Mined) -> Emits[Finding]:
        for found in m.patterns:
            is_new = found.pattern not in self.state.patterns and found.novelty >= NOVEL
            if is_new and found.verdict != "unproved":
                yield mining.Catalogued(search=m.search, pattern=found)
                yield mining.Recommended(pattern=found.pattern, told=cultivation.recommendation(found))
        yield from self._cultivated(m.search)

    def apply_catalogued(self, m: mining.Catalogued) -> None:
        self.state.patterns[m.pattern.pattern] = m.pattern
        _bound(self.state.patterns)

    # Experiments.

    def _cultivated(self, search: int) -> Iterator[Finding]:
        paths = self.state.chains.frequent()
        busy = any(not trial.ended for trial in self.state.trials.values())
        for chain in cultivation.chains(paths):
            if chain.pattern not in self.state.known:
                yield mining.Chained(search=search, chain=chain)
            if busy or chain.pattern in self.state.trials:
                continue
            if self.mode in WITHOUT_EFFECT:
                if chain.pattern not in self.state.told:
                    told = f"{', then '.join(chain.tools)} could be one tool; autonomy is in {self.mode} mode"
                    yield mining.Recommended(pattern=chain.pattern, told=told)
                continue
            yield from self._trial(chain)
            busy = True

    def _trial(self, chain: mining.Chain) -> Iterator[mining.Tried | goal.Commission]:
        wish = cultivation.learning_task(chain.tools, self.state.chains.pairs[" ".join(chain.tools)])
        name, deadline = f"habits-{chain.pattern}", self.now + self.settings.budget_s
        yield mining.Tried(pattern=chain.pattern, task=name, budget_s=self.settings.budget_s, deadline=deadline)
        body = msgspec.to_builtins(wish)
        yield goal.Commission(goal=chain.pattern, task=name, kind="learn", body=body, deadline=deadline)

    def apply_chained(self, m: mining.Chained) -> None:
        self.state.known[m.chain.pattern] = m.chain
        _bound(self.state.known)

    def apply_tried(self, m: mining.Tried) -> None:
        chain = self.state.known[m.pattern]
        self.state.trials[m.pattern] = Trial(task=m.task, name=cultivation.tool_name(chain.tools))
        _bound(self.state.trials)

    def on_answered(self, m: task.Answered) -> Emits[mining.Cultivated]:
        yield from self._ended(m.task, deployed=True, reason="")

    def on_failed(self, m: task.Failed) -> Emits[mining.Cultivated]:
        yield from self._ended(m.task, deployed=False, reason=m.reason)

    def on_cancelled(self, m: task.Cancelled) -> Emits[mining.Cultivated]:
        yield from self._ended(m.task, deployed=False, reason=m.reason)

    def on_task_refused(self, m: task.Refused) -> Emits[mining.Cultivated]:
        yield from self._ended(m.task, deployed=False, reason=m.reason)

    def _ended(self, name: str, *, deployed: bool, reason: str) -> Iterator[mining.Cultivated]:
        for pattern, trial in self.state.trials.items():
            if trial.task != name or trial.ended:
                continue
            told = f"{trial.name} does it in one call" if deployed else f"it stays a recommendation: {reason}"
            yield mining.Cultivated(pattern=pattern, deployed=deployed, success=trial.success, reason=told[:2_000])

    def apply_cultivated(self, m: mining.Cultivated) -> None:
        self.state.trials[m.pattern].ended = True
        self._tell(m.pattern, m.reason)

    def apply_recommended(self, m: mining.Recommended) -> None:
        self._tell(m.pattern, m.told)

    def _tell(self, pattern: str, told: str) -> None:
        self.state.told.pop(pattern, None)
        self.state.told[pattern] = told
        _bound(self.state.told)

    def answer_find(self, m: mining.Find) -> mining.Catalogue:
        """All of the catalogue, or one entry of it."""
        state = self.state
        return mining.Catalogue(
            patterns=tuple(one for name, one in state.patterns.items() if m.pattern in (None, name)),
            chains=tuple(one for name, one in state.known.items() if m.pattern in (None, name)),
            told={name: told for name, told in state.told.items() if m.pattern in (None, name)},
            searches=state.search,
            deeds=len(state.diary.entries),
            searching=state.searching,
        )


def _deeds(entries: Sequence[Entry]) -> mining.Deeds:
    agents, who = _table([one.who for one in entries])
    steps, what = _table([one.what for one in entries])
    sessions, session = _table([one.session for one in entries])
    return mining.Deeds(
        agents=agents,
        steps=steps,
        sessions=sessions,
        time=tuple(round(one.time, DIGITS) for one in entries),
        who=who,
        what=what,
        session=session,
        outcome=tuple(one.outcome for one in entries),
    )


def _table(values: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The different values, and for each its place among them."""
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return tuple(places), tuple(places[value] for value in values)


def _bound(known: dict[str, Any]) -> None:
    while len(known) > PATTERNS:
        del known[next(iter(known))]

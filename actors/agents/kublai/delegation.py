"""Who makes a tool of which domain, who judges it, and whether there is research before.

The domain names its usual maker. While autonomy acts, the trust that it tells of is read too: work goes past an agent
whose trust is low, except for every so manieth task, so that the agent can earn the trust back.
"""

import random
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from messages.autonomy.peer import Band
from messages.kernel.control import Mode
from messages.task import Domain, Learn
from runtime.acts import WITHOUT_EFFECT

MAKERS: Final[dict[str, str]] = {"system": "ogedei", "ml_ai": "jochi"}
"""Who makes tools of a domain, where it is not Temüjin. *cited*: specification of acquisition, section 1"""

MAKER: Final = "temujin"
"""Who makes all others. *cited*: the same"""

JUDGE: Final = "jochi"
"""Who judges what others made; what he made himself, the usual maker judges. *cited*: the same"""

RESEARCHED: Final[frozenset[str]] = frozenset(("telephony", "messaging", "external_api", "ml_ai"))
"""Domains with research even where a candidate came along. *cited*: the same"""

IN_PLACE: Final = (MAKER, "ogedei", JUDGE)
"""Who may make a tool in the place of its usual maker, the first first. *derived*: actors.agents, who practise"""

TURNS: Final[Mapping[Band, int]] = {"low": 4, "minimal": 10}
"""Bands whose agents are passed over: one task of so many still goes to the agent. *chosen*: trust rises by 3 % of what
is missing with each success, so that some twenty successes lead from the lowest back to moderate"""

HALF: Final = 0.5
"""Part of the tasks for which trust is read in half mode. *cited*: specification of autonomy, section 7"""


class Standing(msgspec.Struct):
    """What is known of the agents' trust, and whether it counts."""

    mode: Mode = Mode.SHADOW
    """Of autonomy, which tells the trust: it counts only while that level acts."""
    bands: dict[str, Band] = {}
    passed: dict[str, int] = {}
    """How often work went past each agent since it was last given some for a trial."""

    def distrusts(self, agent: str, place: int) -> bool:
        """Whether the task that was accepted at this place of the log may go past the agent."""
        if self.mode in WITHOUT_EFFECT or self.bands.get(agent) not in TURNS:
            return False
        return self.mode is not Mode.HALF or random.Random(place).random() < HALF

    def instead_of(self, agent: str, others: Iterable[str], place: int) -> str:
        """Who gets the task: the agent, or the first of the others who is trusted, if the agent is not."""
        trusted = [other for other in others if other != agent and self.bands.get(other) not in TURNS]
        if not trusted or not self.distrusts(agent, place):
            return agent
        times = self.passed.get(agent, 0) + 1
        is_trial = times >= TURNS[self.bands[agent]]
        self.passed[agent] = 0 if is_trial else times
        return agent if is_trial else trusted[0]


def maker_of(domain: Domain) -> str:
    """The specialist who makes tools of this domain."""
    return MAKERS.get(domain, MAKER)


def judge_of(domain: Domain) -> str:
    """Who judges them: never the one who made them."""
    return judge_beside(maker_of(domain))


def judge_beside(maker: str) -> str:
    """Who judges what this maker made."""
    return MAKER if maker == JUDGE else JUDGE


def is_researched(learn: Learn) -> bool:
    """Möngke looks for what may serve before anything is made."""
    return learn.candidate is None or learn.domain in RESEARCHED

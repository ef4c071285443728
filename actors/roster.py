"""The council: who belongs to it, in which zone each lives, and which kinds of task it takes."""

from actors.agents.jochi import Jochi
from actors.agents.kublai.actor import Kublai
from actors.agents.mongke import Mongke
from actors.agents.ogedei import Ogedei
from actors.agents.temujin import Temujin
from actors.autonomy.goals.actor import Goals
from actors.autonomy.mirror.actor import Mirror
from actors.autonomy.mirror.world import World
from actors.autonomy.peers.actor import Peers
from actors.autonomy.resources.actor import Survival
from actors.autonomy.values.actor import Values
from actors.cognition.incubator.actor import Incubator
from actors.cognition.incubator.worker import Assayer
from actors.cognition.memory.actor import WorkingMemory
from actors.cognition.mining.actor import Habits
from actors.cognition.mining.worker import Miner
from actors.edge.gateway import Gateway
from actors.edge.intake import Intake
from actors.edge.model.worker import Model
from actors.gate.approvals import Approvals
from actors.gate.gauge import Gauge
from actors.gate.herald import Herald
from actors.gate.ladder.actor import Ladder
from actors.gate.metronome import Metronome
from actors.gate.observer.actor import Observer
from actors.gate.policy import Policy
from actors.gate.scribe import Scribe
from actors.gate.stability.actor import Stability
from actors.gate.treasury import Treasury
from actors.gate.veto import Veto
from actors.library.librarian import Librarian
from actors.sandbox.worker import Sandbox
from actors.soul.actor import Soul
from actors.soul.scrivener import Scrivener
from actors.tools.memory.actor import CapabilityMemory
from actors.tools.registry.actor import Registry
from actors.tools.trust.actor import Watch
from messages.cognition.session import Think
from messages.task import Cancel, Learn, Recheck, Run
from runtime.roster import Roster, zone

ROSTER = Roster(
    zones=(
        zone("guard", Veto, Ladder, Stability, Approvals, Scribe, Herald, Metronome, Gauge, Observer, Survival),
        zone(
            "council",
            *(Intake, Gateway, Policy, Treasury, Kublai, Mongke, Temujin, Jochi, Ogedei),
            *(Registry, CapabilityMemory, Soul, Scrivener, Watch, Librarian, Model),
        ),
        zone(
            "autonomy",
            *(World, Mirror, Values, Goals, Peers),
            *(WorkingMemory, Habits, Miner, Incubator, Assayer),
        ),
        zone("sandbox", Sandbox),
    ),
    kinds=(Learn, Run, Recheck, Cancel, Think),
)
"""The guard stands alone, so that nothing the council does can take it along; foreign code has a process of its own.
Policy, treasury and watch are part of the gate, yet live in the council's process: policy reads what strangers wrote,
the treasury keeps the council's own money, and the watch judges calls, of which there are none while they are frozen.
The worker for the model service needs a way out, which no other zone has. What wants something of its own accord has a
zone apart: it may be slow, or frozen, and takes nobody along; what computes for long does so in processes of its own.
What guards by measuring stands with the guard."""

"""The council: who belongs to it, in which zone each lives, and which kinds of task it takes."""

from actors.acquisition.librarian import Librarian
from actors.acquisition.registry.actor import Registry
from actors.agents.jochi import Jochi
from actors.agents.kublai.actor import Kublai
from actors.agents.mongke import Mongke
from actors.agents.ogedei import Ogedei
from actors.agents.temujin import Temujin
from actors.edge.gateway import Gateway
from actors.edge.intake import Intake
from actors.gate.approvals import Approvals
from actors.gate.deployment.actor import Watch
from actors.gate.metronome import Metronome
from actors.gate.policy import Policy
from actors.gate.scribe import Scribe
from actors.gate.stability import Stability
from actors.gate.veto import Veto
from actors.sandbox.worker import Sandbox
from messages.task import Cancel, Learn, Run
from runtime.roster import Roster, zone

ROSTER = Roster(
    zones=(
        zone("guard", Veto, Stability, Approvals, Scribe, Metronome),
        zone("council", Intake, Gateway, Policy, Kublai, Mongke, Temujin, Jochi, Ogedei, Registry, Watch, Librarian),
        zone("sandbox", Sandbox),
    ),
    kinds=(Learn, Run, Cancel),
)
"""The guard stands alone, so that nothing the council does can take it along; foreign code has a process of its own.
Policy is part of the gate, yet lives in the council's process, since it reads what strangers wrote; and so does the
watch, which judges what calls of foreign code came to, and has nothing to judge while they are frozen."""

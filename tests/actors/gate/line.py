"""The gate as one line: policy, the stability checker and the veto, each on a log of its own."""

from actors.gate.policy import Policy
from actors.gate.stability.actor import Stability
from actors.gate.veto import Veto
from messages.gate import change
from tests.actors.bench import Bench, only

Verdict = change.Approved | change.Vetoed | change.Refused


class Line:
    """Carries a proposal through the three stages, as the log would."""

    def __init__(self, policy: Policy.Settings | None = None) -> None:
        self.policy = Bench(Policy, policy)
        self.stability = Bench(Stability)
        self.veto = Bench(Veto)

    def verdict(self, proposed: change.Proposed) -> Verdict:
        """What the gate says in the end."""
        said = self.policy.hears(proposed)
        if isinstance(said[0], change.Refused):
            return said[0]
        return self.judged(proposed, only(said, change.Screened))

    def judged(self, proposed: change.Proposed, screened: change.Screened) -> Verdict:
        """What stability checker and veto make of what policy passed."""
        self.stability.hears(proposed)
        assessed = only(self.stability.hears(screened), change.Assessed)
        self.veto.hears(screened)
        (verdict,) = self.veto.hears(assessed)
        assert isinstance(verdict, change.Approved | change.Vetoed)
        return verdict

"""How far an agent is trusted: a cautious score that acts, and beside it a calibrated probability that is reported.

The score falls faster than it rises, so that it settles below the reliability: caution, not a probability. What
reliability is believed is a Beta posterior that forgets, and calibration is measured on that.
"""

from typing import Final, NamedTuple

from messages.autonomy.peer import Band, Stance

UP, DOWN = 0.03, 0.08
"""Learning rates of trust that is earned and lost. *cited*: specification of autonomy, section 5"""
LEAST, MOST = 0.05, 0.95
"""*cited*: the same"""
HIGH, MODERATE, LOW = 0.75, 0.40, 0.20
"""From here on the band has this name; below the last it is minimal. *cited*: the same"""
STANCES: Final[dict[Band, Stance]] = {
    "high": "cooperate",
    "moderate": "verify",
    "low": "discount",
    "minimal": "defend",
}
"""High: share information and take recommendations. Moderate: verify what is claimed before acting on it. Low: rely on
one's own models. Minimal: assume the worst, and verify all. *cited*: the same"""
FORGETTING: Final = 0.97
"""What is left of the weight of evidence after each further observation. *measured*: on reliabilities that jump, the
error is .05, without forgetting .10"""
START: Final = 0.5
"""Trust in a stranger. *chosen*: in the middle of the band in which all is verified"""


class Beta(NamedTuple):
    """Weight of successes and failures, the uniform prior among them."""

    good: float = 1.0
    bad: float = 1.0

    @property
    def mean(self) -> float:
        """The reliability that is to be expected."""
        return self.good / (self.good + self.bad)


def adapt(trust: float, reliability: float) -> float:
    """The score after an observed reliability in [0, 1]."""
    rate = UP if reliability > trust else DOWN
    return min(MOST, max(LEAST, trust + rate * (reliability - trust)))


def band(trust: float) -> Band:
    """The name of the band."""
    if trust >= HIGH:
        return "high"
    if trust >= MODERATE:
        return "moderate"
    return "low" if trust >= LOW else "minimal"


def learn(known: Beta, reliability: float, forgetting: float = FORGETTING) -> Beta:
    """The posterior after one more observation; evidence from long ago fades, the prior stays."""
    return Beta(
        1.0 + (known.good - 1.0) * forgetting + reliability,
        1.0 + (known.bad - 1.0) * forgetting + (1.0 - reliability),
    )

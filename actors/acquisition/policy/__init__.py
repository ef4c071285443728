"""What may be learnt: judged by names, by what the code touches, and by the day's limits, before anything runs."""

from actors.acquisition.policy.names import forbidden_name
from actors.acquisition.policy.verdict import findings, objection
from actors.acquisition.policy.vocabulary import FORBIDDEN

__all__ = ["FORBIDDEN", "findings", "forbidden_name", "objection"]

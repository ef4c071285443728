"""What an agent has in hand of a task is let go when the task is over, wherever it stands.

A task that is answered went through its rounds to their ends, and left nothing. One that failed or was cancelled may
have been in the middle of one, and what was asked for on its behalf may never be answered.
"""

from messages import task
from runtime.actor import Actor


class Forgetting(Actor):
    """Nothing of a failed or cancelled task stays in hand; whoever has something in hand says so in `forget`."""

    def apply_task_failed(self, m: task.Failed) -> None:
        self.forget(m.task)

    def apply_task_cancelled(self, m: task.Cancelled) -> None:
        self.forget(m.task)

    def forget(self, name: str) -> None:
        """Nothing of the task is in hand."""

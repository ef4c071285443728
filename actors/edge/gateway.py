"""The gateway has a tool called for any NATS client that asks with one request, and answers with what came of it.

It decides nothing: the call is a task like any other, for the intake to take, for Kublai to have done and for a freeze
to stop; it stands on the log before anybody works on it.
"""

from messages import task
from messages.kernel.control import Level
from messages.tools import tool
from runtime.actor import Answers, Worker


class Gateway(Worker):
    """Every question is answered once, with a value or with an error."""

    level = Level.FOUNDATION
    concurrency = 100

    async def answer_invoke(self, m: tool.Invoke) -> Answers[task.Run | tool.Outcome]:
        """The value, or why there is none."""
        ended = yield task.Run(
            tool=m.tool,
            args=m.args,
            named=m.named,
            version=m.version,
            semver=m.semver,
            trial=m.trial,
            timeout_s=m.timeout_s,
        )
        match ended:
            case task.Answered():
                yield tool.Outcome(value=ended.result, task=ended.task)
            case task.Refused():
                yield tool.Outcome(error=ended.reason, path=ended.path, task=ended.task)
            case _ if ended.task:
                yield tool.Outcome(error=ended.reason, task=ended.task)
            case _:
                yield tool.Outcome(error=ended.reason)

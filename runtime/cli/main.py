"""`kurultai`: the table of its commands, and the one place where an error becomes an exit code."""

import os
import signal
import sys
from collections.abc import Sequence
from typing import Final

import click

from runtime.cli.console.exits import Exit, ended_by
from runtime.cli.console.groups import LazyGroup
from runtime.cli.console.invocation import Invocation
from runtime.visible import screen, screened

COMMANDS: Final = {
    "up": ("runtime.cli.launch.up:up", "Launch the council and keep it running."),
    "demo": ("runtime.cli.launch.demo:demo", "See it work: launch, learn, freeze, prove."),
    "learn": ("runtime.cli.tasks.learn:learn", "Have a tool learnt from examples, and watch."),
    "task": ("runtime.cli.tasks.task:task", "Publish tasks; list, show and cancel them."),
    "tool": ("runtime.cli.tools.tool:tool", "What has been learnt: list, show, run."),
    "memory": ("runtime.cli.tools.memory:memory", "How tools were learnt, how they fare, what is missing."),
    "soul": ("runtime.cli.souls.soul:soul", "What each agent is: list, show, propose a change, go back."),
    "goal": ("runtime.cli.autonomy.goal:goal", "Goals that the council sets itself: list, show, revoke, forbid."),
    "value": ("runtime.cli.autonomy.value:value", "The weights of the seven values, and how they came to be."),
    "ceiling": ("runtime.cli.autonomy.ceiling:ceiling", "How far autonomy may climb: show it, or set it."),
    "charter": (
        "runtime.cli.autonomy.charter:charter",
        "What the council is for: show it, or set it.",
    ),
    "session": ("actors.cognition.memory.command:session", "A chain of thought on the log: remember, conclude, check."),
    "cause": ("actors.cognition.causal.command:cause", "What causes what in your own table, and what would happen if."),
    "mine": ("actors.cognition.mining.command:mine", "Habits in a log: your own, or the council's."),
    "improve": ("actors.cognition.improvement.command:improve", "Make a function of a Python file faster, safely."),
    "incubate": ("actors.cognition.incubator.command:incubate", "Try a hypothesis in the strictest sandbox."),
    "tune": ("actors.cognition.evolution.command:tune", "Find a good configuration of your own system by trying few."),
    "mcp": ("runtime.cli.launch.mcp:mcp", "Offer what has been learnt to any MCP client."),
    "tap": ("runtime.cli.tasks.tap:tap", "Follow the log: history first, then live."),
    "why": ("runtime.cli.tasks.why:why", "What led to a message, and what came of it."),
    "status": (
        "runtime.cli.health.status:status",
        "Who is there and what they do; the state of an actor, also of old.",
    ),
    "peer": ("runtime.cli.health.peer:peer", "What is believed of each agent: aim, trust, reliability."),
    "freeze": ("runtime.cli.control.freeze:freeze", "Stop a level, or all; ends when it is proved."),
    "thaw": ("runtime.cli.control.freeze:thaw", "Let what is frozen go on."),
    "approve": ("runtime.cli.control.approve:approve", "Let an act happen that waits for a person."),
    "deny": ("runtime.cli.control.approve:deny", "Refuse an act that waits for a person."),
    "dead": ("runtime.cli.control.dead:dead", "Inputs that could not be handled: list, show, replay."),
    "held": ("runtime.cli.control.held:held", "Effects that may or may not have happened: list, show, resolve."),
    "audit": ("runtime.cli.control.audit:audit", "Prove that the log is whole and that no frozen actor acted."),
    "doctor": ("runtime.cli.health.doctor:doctor", "Whether this installation is safe and sound."),
    "schema": ("runtime.cli.launch.schema:schema", "Message schemas and the AsyncAPI document of the topology."),
    "auth": ("runtime.cli.launch.auth:auth", "Keys and server configuration for servers of your own."),
    "completion": ("runtime.cli.launch.completion:completion", "Completion for bash, zsh or fish."),
}
"""Each command, where it stands, and what it is for. *chosen*"""


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """The number of this installation, and no command."""
    if wanted and not context.resilient_parsing:
        from runtime.hosting.distribution import number

        click.echo(f"kurultai {number()}")
        context.exit()


program = LazyGroup(
    name="kurultai",
    commands_at=COMMANDS,
    help="A council of actors on one durable log, with a freeze that the server enforces.\n\n"
    "Three verbs are most of it: `up` launches the council, `learn` publishes a task, `tap` follows the log.",
    epilog="Exit codes: 0 ok, 1 the work failed, 2 usage, 3 not found, 4 denied, 5 conflict, 6 frozen, "
    "7 bus unreachable, 124 timeout, 130 interrupt.",
    params=[
        click.Option(
            ("--version",),
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_version,
            help="Show the version and exit.",
        )
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def readable(word: str) -> str:
    """The word as text that can stand in a message: bytes of another encoding are replaced, unless they name a file."""
    if word.isascii() or os.path.exists(word):
        return word
    return word.encode("utf-8", "surrogateescape").decode(errors="replace")


def run(words: Sequence[str] | None = None) -> int:
    """The exit code of the command that the words name; whatever it writes is shown, never obeyed by the terminal."""
    with screened():
        return _run(words)


def _run(words: Sequence[str] | None) -> int:
    words = [readable(word) for word in (sys.argv[1:] if words is None else words)]
    try:
        code = program.main(words, prog_name="kurultai", standalone_mode=False, obj=Invocation())
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except Exception as error:
        ended = ended_by(error)
        if ended is None:
            raise
        ended.show()
        return ended.exit_code
    return code if isinstance(code, int) else Exit.OK


def main() -> None:
    """Entry of the console script."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    screen()
    sys.exit(run())


if __name__ == "__main__":
    main()

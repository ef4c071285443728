"""`kurultai completion`: what a shell needs to complete commands and options."""

import click
from click.shell_completion import get_completion_class

from runtime.cli.console.groups import Command


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """The completion script; for bash: eval "$(kurultai completion bash)"."""
    found = get_completion_class(shell)
    assert found is not None
    program = context.find_root().command
    click.echo(found(program, {}, "kurultai", "_KURULTAI_COMPLETE").source())

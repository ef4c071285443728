"""`kurultai up`: the council runs until it is asked to end."""

import asyncio
import signal

import click

from runtime.cli.console import complete
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import ROSTER, Invocation
from runtime.cli.console.output import note, say


@click.command(cls=Command)
@click.option(
    "--zone",
    "zones",
    multiple=True,
    metavar="ZONE",
    shell_complete=complete.zones,
    help="Run this zone alone; may be given again.",
)
@click.option("--port", type=click.IntRange(0, 65_535), help="Port of the embedded server; 0 takes a free one.")
@click.option("--no-sync", is_flag=True, help="Faster, and a power cut may lose the last two minutes.")
@click.pass_obj
def up(invocation: Invocation, zones: tuple[str, ...], port: int | None, no_sync: bool) -> None:
    """Launch the council and keep it running until Ctrl-C or SIGTERM; what is in hand is finished first.

    Its URL goes to standard output once everybody is ready.
    """
    invocation.run(_keep(invocation, zones, port, False if no_sync else None))


async def _keep(invocation: Invocation, zones: tuple[str, ...], port: int | None, sync: bool | None) -> None:
    from runtime.cli.health.safety import require_asking
    from runtime.cli.health.setting_findings import shortfalls
    from runtime.client.reach import require_listener, require_url
    from runtime.directory.home import Home
    from runtime.hosting.system import Council
    from runtime.hosting.zone import load_roster

    place = str(invocation.flags.get("roster") or ROSTER)
    known = [zone.name for zone in load_roster(place).zones]
    for zone in zones:
        if zone not in known:
            raise Ended(Exit.USAGE, f"no zone {zone!r} in {place}; there are {', '.join(known)}")
    settings = invocation.settings(port=port, sync_always=sync)
    if settings.url:
        require_url(settings.url)
        await require_listener(settings.url)
        await require_asking(settings.url)
    running = None if settings.url else Home(settings).address()
    if running is not None:
        raise Ended(
            Exit.CONFLICT,
            f"the council {running.council} runs from {settings.home} already, at {running.url} "
            f"(process {running.pid}); end that one, or give this one its own --data-dir",
        )
    council = Council(settings, place, zones=zones, say=note)
    for text in shortfalls(settings, council.roster):
        note(f"warning: {text}")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    launch, stopped = asyncio.create_task(council.launch()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({launch, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if launch.done():
            launch.result()
            await _say_where(council)
            await stopped
            note("ending: what is in hand is finished first")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        launch.cancel()
        await asyncio.gather(launch, return_exceptions=True)
        await council.close()


async def _say_where(council: "object") -> None:
    from runtime.cli.health.safety import server_findings
    from runtime.hosting.system import Council

    assert isinstance(council, Council)
    for finding in await server_findings(council.settings, council.url, embedded=council.server is not None):
        if finding.state != "ok":
            note(f"{finding.state}: {finding.text}. {finding.mend}".rstrip())
    settings = council.settings
    flags = {"--data-dir": settings.data_dir, "--url": settings.url, "--keys": settings.keys}
    where = "".join(f" {flag} {value}" for flag, value in flags.items() if value)
    say(council.url)
    note(
        f"home     {council.home.path}",
        f"publish  kurultai{where} learn TASK.json\n"
        f"tap      kurultai{where} tap 'event.task.>'\n"
        f"stop     kurultai{where} freeze --reason WHY   (Ctrl-C ends the council)",
    )

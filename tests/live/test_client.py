"""A client outlives its server, and does not grow by it."""

from pathlib import Path

from runtime.client.client import Client
from tests.live.driving import driven


def listened_to(client: Client) -> list[str]:
    """Subjects that the client listens to, each as often as it does, without those of its own inbox."""
    subscriptions = client._connection._link.client._subs.values()
    return sorted(one.subject for one in subscriptions if not one.subject.startswith("_INBOX"))


async def test_following_the_log_through_losses_of_the_server_listens_to_nothing_twice(tmp_path: Path) -> None:
    told = {"ledger": str(tmp_path / "ledger")}
    actors = {"once": told, "again": told}
    async with driven(tmp_path, "tests.live.councils:ROSTER", sync_always=False, actors=actors) as drive:
        await drive.publish("errand", {}, "first")
        await drive.all_ended(["first"])
        before = listened_to(drive.auditor)
        assert len(before) == len(set(before)) > 0
        for number in range(3):
            await drive.kill_server()
            await drive.publish("errand", {}, f"after-{number}")
            await drive.all_ended([f"after-{number}"])
        assert listened_to(drive.auditor) == before

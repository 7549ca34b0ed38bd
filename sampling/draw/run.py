"""Draw: once the seed is there, and by the files that were registered, and tell the service what came of it."""

from datetime import datetime
from pathlib import Path

from sampling.client import SamplingClient
from sampling.draw.folder import Registered, read_registered
from sampling.draw.kept import check_registered
from sampling.draw.mistake import DrawError
from sampling.draw.plan import Row, planned, told_to_service, write_plan
from sampling.draw.verify import check_registration


def run(client: SamplingClient, folder: Path, seed: str, now: datetime) -> list[Row]:
    """Draw by the seed, write the plan into the folder and send it to the service; the same again does no harm.

    Raises DrawError where nothing was registered, the seed cannot exist yet, or the folder is no longer what was
    registered; ConflictError where another plan of this draw is with the service.
    """
    registered = read_registered(folder)
    check_time(registered, now)
    check_registration(folder, registered)
    check_registered(client, registered)
    rows = planned(folder, seed)
    for sector, one in registered.items():
        client.send_plan(one["draw"]["draw_id"], told_to_service(rows, sector))
    write_plan(folder, rows)
    return rows


def check_time(registered: Registered, now: datetime) -> None:
    """DrawError before the moment that was registered for the seed."""
    for one in registered.values():
        if now < datetime.fromisoformat(one["draw"]["seed_at"]):
            raise DrawError(
                f"A seed must not be used before it exists, this one does from {one['draw']['seed_at']} "
                f"({one['draw']['seed_source']}); wait for it."
            )

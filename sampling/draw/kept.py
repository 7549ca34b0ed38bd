"""Does the service say the same of a draw as its folder?"""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sampling.answers import RegisteredDraw
from sampling.client import SamplingClient
from sampling.draw.folder import Registered, read_registered
from sampling.draw.mistake import DrawError
from sampling.draw.plan import Row, told_to_service


def as_written(one: RegisteredDraw) -> dict[str, Any]:
    """A registered draw as a folder keeps it."""
    return asdict(one) | {"registered_at": one.registered_at.isoformat()}


def check_registered(client: SamplingClient, registered: Registered) -> None:
    """DrawError where the service keeps another registration than the folder has."""
    for sector, one in registered.items():
        if dict(one) != as_written(client.draw(one["draw"]["draw_id"])):
            raise DrawError(
                f"The registration in the folder must be the service's, that of {sector} is not; "
                "the folder was changed, ask the service for the draw."
            )


def check_kept(client: SamplingClient, folder: Path, rows: Iterable[Row]) -> None:
    """DrawError where the service keeps another registration or plan than the folder has."""
    registered, listed = read_registered(folder), list(rows)
    check_registered(client, registered)
    for sector, one in registered.items():
        if dict(client.plan(one["draw"]["draw_id"]).plan) != told_to_service(listed, sector):
            raise DrawError(
                f"The plan in the folder must be the one that was handed in, that of {sector} is not; "
                "the plan was changed, ask the service for it."
            )

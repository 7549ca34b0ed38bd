"""What the service knows of everybody who might be drawn, asked over HTTP, all of one snapshot."""

from collections.abc import Sequence

from sampling.answers import Header, PoolEntry, Result
from sampling.client import SamplingClient
from sampling.draw.mistake import DrawError
from sampling.draw.unit import Candidate


def candidates_of(client: SamplingClient, sectors: Sequence[str]) -> tuple[Header, list[Candidate]]:
    """The candidates of some sectors, and the snapshot that all of them are of.

    Raises ConflictError where another snapshot came into service meanwhile, and DrawError for a sector without anybody.
    """
    header = client.header()
    candidates: list[Candidate] = []
    for sector in sectors:
        results = {one.enterprise_id: one for one in client.score_sector(sector, header.snapshot)}
        entries = client.pool(sector, header.snapshot)
        if not entries:
            raise DrawError(
                f"A pool must have enterprises, {sector} has 0 in the token's scope; leave the sector out, or use "
                "another token."
            )
        candidates += [_candidate(entry, results[entry.enterprise_id], sector) for entry in entries]
    return header, candidates


def _candidate(entry: PoolEntry, result: Result, sector: str) -> Candidate:
    return Candidate(
        enterprise_id=entry.enterprise_id,
        sector=sector,
        status=result.status,
        tier=result.tier,
        station=entry.station,
        state=entry.state,
        established_on=entry.established_on,
        checked_on=entry.checked_on,
        visited_on=entry.visited_on,
        drawn_on=entry.drawn_on,
        rule=result.sampling,
    )

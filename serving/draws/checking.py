"""Does a draw make sense? What no declaration of a single field can say."""

from datetime import date, datetime

from records.errors import RequestError
from serving.access.scope import Scope
from serving.draws.bodies import DrawRequest, PlanRequest, Stratum
from serving.draws.draw import Draw
from serving.scorer import Scorer


def check_draw(draw: DrawRequest, scorer: Scorer, scope: Scope, now: datetime) -> None:
    """Raise RequestError for the first rule that a new draw breaks.

    Its sector is named by a standard and in the scope, with all its stations (else 404); it rests on the snapshot in
    service; its strata are told once each, add up to the pool, and draw what their inclusion probability says; the seed
    does not exist yet.
    """
    scorer.wanted(draw.sector, scope)
    for position, stratum in enumerate(draw.strata):
        if not scope.has_station(stratum.station):
            raise RequestError(
                "outside_scope",
                f"strata.{position}.station",
                "The station must be in the token's scope, it is not; leave the stratum out.",
                404,
            )
        _check_size(stratum, f"strata.{position}.sample_size")
    _check_snapshot(draw, scorer.snapshot.digest, scorer.snapshot.as_of)
    _check_pool(draw)
    if draw.seed_at <= now:
        raise RequestError(
            "seed_known",
            "seed_at",
            f"A draw is registered before its seed exists, got a seed of {draw.seed_at.isoformat()}; name a later one.",
        )


def _check_size(stratum: Stratum, field: str) -> None:
    expected = stratum.pool_size * stratum.inclusion_probability
    if stratum.sample_size > stratum.pool_size:
        raise RequestError(
            "too_many_drawn",
            field,
            f"No more can be drawn than the stratum's {stratum.pool_size}, got {stratum.sample_size}; draw fewer.",
        )
    if abs(stratum.sample_size - expected) >= 1:
        raise RequestError(
            "probability_mismatch",
            field,
            f"The sample must be pool size times inclusion probability, rounded up or down ({expected:g}), "
            f"got {stratum.sample_size}; correct one of the three.",
        )
    if stratum.certainty and stratum.sample_size < stratum.pool_size:
        raise RequestError(
            "not_certain",
            field,
            f"Of a certain stratum all {stratum.pool_size} are drawn, got {stratum.sample_size}; draw all of them, or "
            "leave certainty out.",
        )


def _check_snapshot(draw: DrawRequest, digest: str, as_of: date) -> None:
    if draw.snapshot != digest:
        raise RequestError(
            "other_snapshot",
            "snapshot",
            f"A draw must rest on the tiers in service, those of snapshot {digest}; ask for them again.",
        )
    if draw.as_of != as_of:
        raise RequestError("wrong_date", "as_of", f"The snapshot's date is {as_of}, got {draw.as_of}; send its own.")


def _check_pool(draw: DrawRequest) -> None:
    strata = [(stratum.tier, stratum.station, stratum.certainty) for stratum in draw.strata]
    if len(set(strata)) < len(strata):
        raise RequestError(
            "repeated", "strata", "Each tier of each station is one stratum, and one of certain units; tell it once."
        )
    total = sum(stratum.pool_size for stratum in draw.strata)
    if total != draw.pool_size:
        raise RequestError(
            "sum_mismatch",
            "pool_size",
            f"The strata must add up to the pool of {draw.pool_size}, they have {total}; correct one of them.",
        )


def check_plan(plan: PlanRequest, draw: Draw, now: datetime) -> None:
    """Raise RequestError for the first rule that the plan of a draw breaks.

    The seed exists by now; each enterprise is there once, with different inspectors; each stratum has as many as were
    registered, with their probability, and no other is there. Whether the seed drew these very ones is for whoever
    has the pool to verify: the service keeps its hash alone.
    """
    if now < draw.seed_at:
        raise RequestError(
            "seed_early",
            "seed",
            f"A plan is handed in once its seed exists, which is at {draw.seed_at.isoformat()}; wait until then.",
        )
    wanted = {
        (one["tier"], one["station"], one.get("certainty", False)): (one["sample_size"], one["inclusion_probability"])
        for one in draw.request["strata"]
    }
    left = {stratum: size for stratum, (size, _) in wanted.items()}
    seen: set[str] = set()
    for position, unit in enumerate(plan.units):
        field, stratum = f"units.{position}", (unit.tier, unit.station, unit.certainty)
        if unit.enterprise_id in seen:
            raise RequestError("repeated", f"{field}.enterprise_id", "A draw draws nobody twice; tell each once.")
        if len(set(unit.inspectors)) < len(unit.inspectors):
            raise RequestError("repeated", f"{field}.inspectors", "An inspector goes once to a visit; tell each once.")
        if stratum not in wanted or unit.inclusion_probability != wanted[stratum][1]:
            raise RequestError(
                "probability_mismatch",
                f"{field}.inclusion_probability",
                "Who is drawn must be of a registered stratum, with its inclusion probability; correct one of them.",
            )
        seen.add(unit.enterprise_id)
        left[stratum] -= 1
    for (tier, station, _), missing in left.items():
        if missing:
            raise RequestError(
                "sample_mismatch",
                "units",
                f"Of each stratum as many must be drawn as were registered, {tier} of {station or 'no station'} has "
                f"{-missing:+d}; draw by the registered sizes.",
            )

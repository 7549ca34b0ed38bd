"""Was a plan drawn as it was registered? Worked out again from the folder's files and the published seed alone."""

from datetime import datetime
from pathlib import Path

from sampling.draw.folder import (
    FIXED,
    Registered,
    files_hash,
    pool_hash,
    read_fixed,
    read_registered,
    read_units,
)
from sampling.draw.mistake import DrawError
from sampling.draw.plan import Row, planned, read_plan
from sampling.draw.strata import strata_of


def verify(folder: Path, seed: str) -> list[Row]:
    """The plan, if files, pool, sizes, chances, dates and every drawn row are as they must be; DrawError if not."""
    registered = read_registered(folder)
    check_registration(folder, registered)
    for sector, one in registered.items():
        if datetime.fromisoformat(one["registered_at"]) >= datetime.fromisoformat(one["draw"]["seed_at"]):
            raise DrawError(
                f"A draw must be registered before its seed exists, {sector} was at {one['registered_at']} and its "
                f"seed at {one['draw']['seed_at']}; this draw does not count."
            )
    expected, found = planned(folder, seed), read_plan(folder)
    _check_rows(expected, found)
    return found


def check_registration(folder: Path, registered: Registered) -> None:
    """DrawError where the folder's files are not those whose digests, sizes and chances were registered."""
    digest, units, fixed = files_hash(folder), read_units(folder), read_fixed(folder)
    for sector, one in registered.items():
        ids = [unit.enterprise_id for unit in units if unit.sector == sector and unit.is_in_pool]
        expected = {"files_hash": digest, "pool_hash": pool_hash(ids), "pool_size": len(ids)}
        for name, value in expected.items():
            if one["draw"].get(name) != value:
                raise DrawError(
                    f"{', '.join(FIXED)} must be as they were registered, {name} of {sector} is {value} instead of "
                    f"{one['draw'].get(name)}; they were changed since, take them back."
                )
    strata = strata_of(units, fixed.ratio, fixed.smallest_sample)
    for sector, one in registered.items():
        if one["draw"]["strata"] != [stratum.as_registered() for stratum in strata if stratum.sector == sector]:
            raise DrawError(
                f"Sizes and chances must follow from the pool and the ratios that were fixed, those registered of "
                f"{sector} do not; this draw does not count."
            )


def _check_rows(expected: list[Row], found: list[Row]) -> None:
    by_key = {(row["sector"], row["enterprise_id"]): row for row in found}
    if len(by_key) < len(found):
        raise DrawError("A plan must name each enterprise once in a sector, this one does not; it was changed.")
    for row in expected:
        key = row["sector"], row["enterprise_id"]
        own = by_key.pop(key, None)
        if own is None:
            raise DrawError(f"The seed draws {key[1]} in {key[0]}, the plan lacks it; the plan was changed.")
        differing = [name for name, value in row.items() if own[name] != value]
        if differing:
            raise DrawError(
                f"The seed gives {key[1]} in {key[0]} the {differing[0]} {row[differing[0]]!r}, the plan says "
                f"{own[differing[0]]!r}; the plan was changed."
            )
    for sector, enterprise in by_key:
        raise DrawError(f"The plan names {enterprise} in {sector}, the seed does not draw it; the plan was changed.")

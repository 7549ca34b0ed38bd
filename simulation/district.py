"""A simulated district: the records a bureau would hold, and beside them the truth they come from."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from records.errors import ConfigError
from records.subjects import SUBJECTS
from simulation import draws, risk
from simulation.annual_reports import annual_reports
from simulation.buffers import buffers
from simulation.certificates import proficiency_tests, with_suspensions
from simulation.clues import Clues, early_clues
from simulation.complaints import complaints
from simulation.details import with_complaint_details, with_decision_numbers, with_licence_details
from simulation.enterprises import enterprise_versions
from simulation.equipment import equipment, recalls
from simulation.fines import with_payments
from simulation.grades import grades
from simulation.history import history_until
from simulation.inspections import Inspected, inspections
from simulation.leads import leads
from simulation.licences import commitments, licences
from simulation.listings import report_listings, serious_listings, unreachable_listings
from simulation.matters import with_matters
from simulation.penalties import penalties
from simulation.registrations import changes, dormancies, relations
from simulation.reminders import reminders
from simulation.repairs import marked_as_repaired, repairs
from simulation.rows import stack, write_subject
from simulation.samplings import samplings
from simulation.sectors import SECTORS
from simulation.selections import selections
from simulation.self_inspections import self_inspections
from simulation.truth import risk_table
from simulation.world import World, make_world

DEFAULT_END = date(2025, 1, 1)
STEPS = 23
"""Calls of `advance` in a simulation: the world, its records, the truth, and writing."""


def truth_directory(out: Path) -> Path:
    """Where the truth of the district in `out` is written: beside it, `<name>.truth`."""
    place = out.resolve()
    return place.with_name(f"{place.name}.truth")


def simulate(
    out: Path,
    enterprises: int,
    years: int,
    seed: int,
    *,
    end: date = DEFAULT_END,
    progress: bool = True,
) -> None:
    """Write a district with known truth: records of [end - `years` years, end) of so many enterprises.

    `out` receives one Parquet file per subject of the contract (existing ones are replaced); the directory
    `truth_directory(out)` receives `risk.parquet` (see truth.risk_table), `draws.parquet` (pool and number
    drawn of every draw, sector and stratum) and `parameters.json`. Records of the last weeks may become known
    only after `end`. The same arguments give the same tables. `progress` shows a bar on standard error.

    Raises ConfigError if there is no enterprise, no year, `end` is not the first day of a month, or `out` is a
    file.
    """
    if enterprises < 1:
        raise ConfigError(f"A district has at least 1 enterprise, got {enterprises}; ask for one or more.")
    if out.exists() and not out.is_dir():
        raise ConfigError(f"A district is written into a directory, got the file {out}; choose another place.")
    history = history_until(end, years)
    with _progress_bar(progress) as advance:
        advance("population and risk")
        world = make_world(enterprises, history, seed)
        frames, register = district_records(world, advance)
        advance("truth")
        truth = risk_table(world)
        advance("writing")
        counts = _write_records(out, frames)
        _write_truth(truth_directory(out), truth, register, _parameters(world, counts))


def district_records(
    world: World, advance: Callable[[str], None] = lambda step: None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """All rows of every subject by name, and the register of the random draws.

    The order is that of cause: what the public and the laboratories say, whom officers then visit, what is
    punished and listed for it, what is repaired, and what the bureau's own work leaves behind.
    """
    frames, clues = before_inspections(world, advance)
    advance("inspections")
    inspected = inspections(world, frames["complaints"], clues)
    advance("penalties")
    punished = penalties(world, inspected, frames["complaints"])
    advance("listings")
    frames |= after_inspections(world, frames, inspected, punished, advance)
    advance("details")
    frames |= with_details(world, frames)
    register = pd.concat([draw.register for draw in inspected.draws], ignore_index=True)
    return {name: frames[name] for name in SUBJECTS}, register


def before_inspections(
    world: World, advance: Callable[[str], None] = lambda step: None
) -> tuple[dict[str, pd.DataFrame], Clues]:
    """What does not wait for any inspection: rows by subject, and the clues in them for officers."""
    frames: dict[str, pd.DataFrame] = {}
    independent = {
        "enterprises": enterprise_versions, "annual_reports": annual_reports, "complaints": complaints,
        "samplings": samplings, "licences": licences, "commitments": commitments, "changes": changes,
        "relations": relations, "equipment": equipment, "recalls": recalls, "dormancies": dormancies,
        "leads": leads, "self_inspections": self_inspections, "grades": grades,
    }  # fmt: skip
    for name, make in independent.items():
        advance(name)
        frames[name] = make(world)
    frames["listings"] = report_listings(world, frames["annual_reports"])
    clues = early_clues(world, frames["complaints"], frames["samplings"], frames["annual_reports"], frames["listings"])
    return frames, clues


def after_inspections(
    world: World,
    frames: Mapping[str, pd.DataFrame],
    inspected: Inspected,
    punished: pd.DataFrame,
    advance: Callable[[str], None] = lambda step: None,
) -> dict[str, pd.DataFrame]:
    """The subjects that inspections and penalties lead to, or add to: `frames` holds what was there before them."""
    listed = stack(frames["listings"], unreachable_listings(world, inspected), serious_listings(world, punished))
    advance("repairs")
    repaired = repairs(world, punished, listed, frames["samplings"])
    punished = with_matters(world.rng("penalty_matters"), marked_as_repaired(world, punished, repaired))
    found = {
        "inspections": inspected.records,
        "penalties": with_payments(world, with_decision_numbers(punished, "处罚")),
        "listings": with_decision_numbers(listed, "列"),
        "repairs": repaired,
    }
    advance("selections, buffers, reminders")
    return found | _work(world, inspected, {**frames, **found})


def with_details(world: World, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What is told only once the events stand, so that these are the same with and without it."""
    return {
        "complaints": with_complaint_details(world, frames["complaints"]),
        "samplings": stack(frames["samplings"], proficiency_tests(world)),
        "licences": with_suspensions(world, with_licence_details(world, frames["licences"])),
    }


def _work(world: World, inspected: Inspected, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The bureau's own work: who was drawn, who got a buffer, who was reminded."""
    buffered = buffers(world, inspected, frames["listings"])
    return {
        "selections": selections(world, inspected),
        "buffers": buffered,
        "reminders": reminders(world, {**frames, "buffers": buffered}),
    }


@contextmanager
def _progress_bar(shown: bool) -> Iterator[Callable[[str], None]]:
    columns = (TextColumn("{task.description:<22}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as bar:
        task = bar.add_task("simulating", total=STEPS)

        def advance(step: str) -> None:
            bar.update(task, description=f"simulating {step}", advance=1)

        yield advance


def _write_records(out: Path, frames: dict[str, pd.DataFrame]) -> dict[str, int]:
    out.mkdir(parents=True, exist_ok=True)
    return {name: write_subject(out, name, frame) for name, frame in frames.items()}


def _write_truth(directory: Path, truth: pd.DataFrame, register: pd.DataFrame, parameters: dict[str, object]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    _write_dated(directory / "risk.parquet", truth, "as_of")
    _write_dated(directory / "draws.parquet", register, "planned_on")
    text = json.dumps(parameters, ensure_ascii=False, indent=2)
    (directory / "parameters.json").write_text(text + "\n", encoding="utf-8")


def _write_dated(path: Path, frame: pd.DataFrame, date_column: str) -> None:
    day = frame[date_column].to_numpy().astype("datetime64[D]")
    table = pa.Table.from_pandas(frame.drop(columns=date_column), preserve_index=False)
    table = table.add_column(0, date_column, pa.array(day, pa.date32())).replace_schema_metadata(None)
    pq.write_table(table, path)


def _parameters(world: World, counts: dict[str, int]) -> dict[str, object]:
    """The choices behind the district: enough to make it again and to judge a model by."""
    return {
        "seed": world.seed,
        "enterprises": world.population.size,
        "start": str(world.history.start),
        "end": str(world.history.end),
        "rows": counts,
        "problem_rate": {sector.id: sector.problem_rate for sector in SECTORS},
        "mean_true_probability": float(np.round(world.risk.problem.mean(), 4)) if world.risk.units else None,
        "latent": {
            name: getattr(risk, name)
            for name in sorted(vars(risk))
            if name.isupper() and isinstance(getattr(risk, name), float)
        },
        "draw_ratios": dict(zip(draws.TIER_NAMES, draws.TIER_RATIOS, strict=True)),
    }

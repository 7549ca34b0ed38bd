"""On a cluster of two workers the command gives what DuckDB gives, also when one worker dies on the way."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from datetime import time as clock
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from benchmarks.spark_parity import RELATIVE, compare
from features.build import build_frame
from features.catalogue.everything import INDICATORS
from features.pipeline import KEYS
from model.booster import fit_bag
from model.saved import Component
from records.check import checked_records, load_records
from records.source import table_schema
from records.subjects import SUBJECTS
from serving.release import load_release, release
from serving.scoring.population import score_population
from serving.snapshot import load_snapshot
from serving.verdicts import SOURCES, STATUSES
from simulation.district import simulate
from tests import served_district
from tests.random_records import AS_OF, random_rows, records_of
from tests.spark_cluster import LEAN, PROJECT, SMALL, SparkCluster, kill, spark_cluster

WAIT_SECONDS = 900
SCORED = ("enterprises", "inspections", "penalties", "complaints")
"""Subjects enough for a score: each further one is some more seconds of steps that the frame's test runs already."""
WIDE = tuple(i.name for i in INDICATORS if i.subject in SCORED and i.name.endswith(("_365d", "_730d")))[:12]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkCluster]:
    with spark_cluster(tmp_path_factory.mktemp("spark")) as running:
        yield running


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated district, with records around the very midnight of the as-of date, and rows that break the contract.

    What the bureau knew of complaints since when is written as instants of another zone.
    """
    folder = tmp_path_factory.mktemp("district") / "records"
    simulate(folder, 200, 3, seed=4, progress=False)
    edges = records_of(random_rows(Random(11), 40))
    for name, subject in SUBJECTS.items():
        schema, path = table_schema(subject), folder / f"{name}.parquet"
        tables = [edges.tables[name].to_pyarrow().cast(schema)]
        if path.is_file():
            tables.append(pq.read_table(path).select(schema.names).cast(schema))
        pq.write_table(pa.concat_tables(tables), path)
    _spoil(folder / "penalties.parquet")
    _in_another_zone(folder / "complaints.parquet", "known_at")
    return folder


def _spoil(path: Path) -> None:
    """A row twice, one that contradicts another, one with a code that is none, one of nobody in the register."""
    table = pq.read_table(path)
    first, second, third, fourth = (table.slice(at, 1) for at in range(4))
    other = second.set_column(*_column(table, "fine_yuan", 987_654.0))
    coded = third.set_column(*_column(table, "severity", "dreadful")).set_column(*_column(table, "record_id", "new-1"))
    nobody = fourth.set_column(*_column(table, "enterprise_id", "X")).set_column(*_column(table, "record_id", "new-2"))
    pq.write_table(pa.concat_tables([table, first, other, coded, nobody]), path)


def _column(table: pa.Table, name: str, value: object) -> tuple[int, pa.Field, pa.Array]:
    field = table.schema.field(name)
    return table.schema.get_field_index(name), field, pa.array([value], field.type)


def _in_another_zone(path: Path, name: str) -> None:
    table = pq.read_table(path)
    instants = pc.assume_timezone(table[name], "Asia/Shanghai").cast(pa.timestamp("us", "UTC"))
    position = table.schema.get_field_index(name)
    pq.write_table(table.set_column(position, pa.field(name, instants.type), instants), path)


@pytest.fixture(scope="module")
def few_records(records: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("few")
    for name in SCORED:
        shutil.copy(records / f"{name}.parquet", folder)
    return folder


@pytest.fixture(scope="module")
def release_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The test district's models, with a general one that has more indicators than reasons are kept."""
    folder, models = tmp_path_factory.mktemp("release"), served_district.models()
    rng = np.random.default_rng(5)
    matrix = rng.poisson(1.0, (400, len(WIDE))).astype(float)
    outcome = (rng.random(400) < 1 / (1 + np.exp(4 - matrix[:, :6].sum(axis=1)))).astype(float)
    settings = {"num_leaves": 8, "num_threads": 1, "min_data_in_leaf": 10}
    bag = fit_bag(
        matrix, outcome, np.ones(400), directions=[0] * len(WIDE), parameters=settings, rounds=20, seeds=(1, 2)
    )
    models["general"] = replace(models["general"], indicators=WIDE, components=(Component(1.0, bag),))
    for name, model in models.items():
        model.save(folder / "models" / name)
    release({name: folder / "models" / name for name in models}, folder / "release", served_district.standards())
    return folder / "release"


def start(cluster: SparkCluster, settings: Mapping[str, str], *words: str) -> subprocess.Popen[bytes]:
    confs = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
    command = [sys.executable, "-m", "fenji", *words, "--engine", "spark", "--master", cluster.master, *confs]
    return subprocess.Popen(command, cwd=PROJECT, env=cluster.environment, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> str:
    said = process.communicate(timeout=WAIT_SECONDS)[1].decode()
    assert process.returncode == 0, said
    return said


def test_every_indicator_is_that_of_duckdb(cluster: SparkCluster, records: Path, tmp_path: Path) -> None:
    midnight = datetime.combine(AS_OF, clock.min)
    known = pq.read_table(records / "inspections.parquet")["known_at"].to_pylist()
    assert midnight in known
    assert min(abs(one - midnight).total_seconds() for one in known if one < midnight) < 1e-5
    words = ("build", str(records), "--as-of", str(AS_OF), "--out", str(tmp_path / "frame"))
    said = finish(start(cluster, SMALL, *words))
    frame = build_frame(load_records(records), AS_OF)
    expected = frame.keys[list(KEYS)].join(pd.DataFrame(frame.values, columns=list(frame.names)))
    parity = compare(expected, pd.read_parquet(tmp_path / "frame"))
    assert parity.apart == ()
    assert parity.counts_apart == parity.nulls_apart == 0
    assert parity.furthest <= RELATIVE
    checked = checked_records(records)
    unused = len(checked.quarantine) + len(checked.duplicates)
    assert unused >= 5
    assert f"{unused} row(s) break the contract" in said
    assert [path.name for path in tmp_path.iterdir()] == ["frame"]


def test_scores_are_those_of_the_snapshot_though_a_worker_dies(
    cluster: SparkCluster, few_records: Path, release_directory: Path, tmp_path: Path
) -> None:
    out, killed = tmp_path / "scores", cluster.workers[0]
    words = ("score", str(few_records), "--as-of", str(AS_OF), "--release", str(release_directory), "--out", str(out))
    process = start(cluster, LEAN, *words)
    # In the middle: the versions of all records are made, and some of what is counted over them.
    halfway = Path(f"{out}.work") / "counted_inspections"
    end = time.monotonic() + WAIT_SECONDS
    while process.poll() is None and not halfway.exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert halfway.exists()
    kill(killed)
    assert "Lost executor" in finish(process)
    assert killed.returncode == -9

    score_population(load_records(few_records), load_release(release_directory), AS_OF, tmp_path / "snapshot")
    snapshot = load_snapshot(tmp_path / "snapshot")
    own = pd.read_parquet(out).sort_values(["enterprise_id", "sector"], ignore_index=True)
    columns = snapshot.columns
    names = np.array([*snapshot.indicators, ""])
    keys = pd.read_parquet(tmp_path / "snapshot" / "keys.parquet")
    assert own["enterprise_id"].tolist() == keys["enterprise_id"].tolist()
    assert own["sector"].tolist() == keys["sector"].tolist()
    assert own["status"].tolist() == [STATUSES[code] for code in columns["status"]]
    assert own["source"].tolist() == [SOURCES[code] for code in columns["source"]]
    for name in ("tier", "borderline", "rules"):
        assert own[name].tolist() == columns[name].tolist()
    for name in ("margin", "probability", "low", "high", "reason_other", "baseline"):
        np.testing.assert_array_equal(own[name].to_numpy(float), columns[name])
    kept = columns["reason_indicator"] >= 0
    reasons = [names[row[has]].tolist() for row, has in zip(columns["reason_indicator"], kept, strict=True)]
    parts = [row[has].tolist() for row, has in zip(columns["reason_contribution"], kept, strict=True)]
    assert [list(own_reasons) for own_reasons in own["reason_indicator"]] == reasons
    assert [list(own_parts) for own_parts in own["reason_contribution"]] == parts
    assert max(map(len, reasons)) == 5
    assert {"scored", "out_of_scope", "no_model"} <= set(own["status"])

"""Imports run one way, and each big library has one home."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

MAY_IMPORT = {
    "records": set(),
    "features": {"records"},
    "model": {"records", "features"},
    "training": {"records", "features", "model"},
    "serving": {"records", "features", "model"},
    "simulation": {"records"},
    "sampling": set(),
    "supervision": {"records", "features", "model", "training"},
    "loop": {"records", "features", "model", "training", "simulation"},
    "benchmarks": {"records", "features", "model", "training", "serving", "simulation", "loop", "supervision"},
    "commands": {
        "records",
        "features",
        "model",
        "training",
        "serving",
        "sampling",
        "simulation",
        "loop",
        "supervision",
    },
}
"""What each package may import of the others; fenji.py, which is none of them, sees the commands alone."""

EXCEPTIONS = {"serving": "supervision.worklists"}
"""The one folder of a package above that a package may import all the same: the service answers worklists."""

HOMES = {
    "ibis": {"records", "features"},
    "duckdb": {"records", "serving/scorer.py"},
    "chinese_calendar": {"records/calendar.py"},
    "pandera": {"records/check.py"},
    "pyspark": {"features/spark"},
    "py4j": {"features/spark"},
    "lightgbm": {"model/booster.py", "benchmarks/peers"},
    "xgboost": {"benchmarks/peers"},
    "catboost": {"benchmarks/peers"},
    "optbinning": {"benchmarks/peers"},
    "interpret": {"benchmarks/peers"},
    "optuna": {"benchmarks/peers"},
    "mlflow": {"training/registry/store.py", "training/registry/tracking.py"},
    "bentoml": {"serving", "benchmarks/empty_service.py"},
    "sqlalchemy": {"serving/database", "serving/database/migrations/versions"},
    "alembic": {"serving/database", "serving/database/migrations", "serving/database/migrations/versions"},
    "fastapi": {"serving", "benchmarks/empty_service.py"},
    "httpx": {"sampling", "benchmarks/review_table.py", "benchmarks/speed/asked_within.py"},
    "httpx_retries": {"sampling"},
    "psutil": {"benchmarks/soak.py", "benchmarks/mixed_load.py", "benchmarks/speed/endpoint.py"},
    "prometheus_client": {"serving/operation/metrics.py"},
    "fpdf": {"serving/review/dossier/pdf.py"},
    "itsdangerous": {"serving/review/seal.py"},
    "shap": {"training/pictures/plots.py"},
    "matplotlib": {
        "training/pictures",
        "benchmarks/quality_plot.py",
        "benchmarks/loop_plot.py",
        "benchmarks/speed/plot.py",
    },
    "sklearn": {"training", "benchmarks/peers"},
    "openpyxl": {
        "records/systems/files/spreadsheets.py",
        "sampling/draw/tables.py",
        "supervision/report/sheets.py",
        "supervision/worklists/files.py",
    },
    "typer": {"commands", "fenji.py"},
}
"""Where each big library is imported: a file, or a package where one folder is its home."""

SOURCES = sorted(
    path.relative_to(PROJECT).as_posix() for folder in MAY_IMPORT for path in (PROJECT / folder).rglob("*.py")
)


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse((PROJECT / source).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}: imports are absolute, so that their direction can be read"
            yield node.module or ""


@pytest.mark.parametrize("source", SOURCES)
def test_imports_run_one_way(source: str) -> None:
    package = source.split("/")[0]
    allowed = EXCEPTIONS.get(package)
    names = {name for name in imported(source) if allowed is None or not f"{name}.".startswith(f"{allowed}.")}
    used = {name.split(".")[0] for name in names} & set(MAY_IMPORT)
    assert used - {package} <= MAY_IMPORT[package]
    assert "fenji" not in {name.split(".")[0] for name in imported(source)}


@pytest.mark.parametrize("source", [one for one in SOURCES if one.startswith("supervision/worklists/")])
def test_worklists_import_no_more_than_the_service_may(source: str) -> None:
    ours = {name for name in imported(source) if name.split(".")[0] in MAY_IMPORT}
    above = {name for name in ours if name.split(".")[0] not in MAY_IMPORT["serving"]}
    assert {name for name in above if not f"{name}.".startswith("supervision.worklists.")} == set()


@pytest.mark.parametrize("source", [*SOURCES, "fenji.py"])
def test_each_big_library_has_one_home(source: str) -> None:
    for library in {name.split(".")[0] for name in imported(source)} & set(HOMES):
        places = {source, source.split("/")[0], source.rpartition("/")[0]}
        assert places & HOMES[library], f"{source} imports {library}"


def test_packages_have_empty_init_files() -> None:
    filled = [source for source in SOURCES if source.endswith("__init__.py") and (PROJECT / source).stat().st_size]
    assert filled == []


def test_no_pickle_is_read_or_written() -> None:
    forbidden = {"pickle", "cloudpickle", "joblib", "dill", "shelve"}
    assert [source for source in SOURCES if forbidden & {name.split(".")[0] for name in imported(source)}] == []

"""What serving.lock installs is enough to serve, and holds no scikit-learn, MLflow or shap."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from serving.current import Current
from serving.serve import PROJECT
from tests import served_district as district

pytestmark = pytest.mark.long

ABSENT = ("sklearn", "mlflow", "shap", "matplotlib", "psycopg")
SERVE = """
import importlib.util, sys
from pathlib import Path
from serving.current import Current
import serving.service

assert [name for name in sys.argv[2].split() if importlib.util.find_spec(name)] == []
folder = Path(sys.argv[1])
scorer = Current(folder / "release", folder / "snapshot").load()
scored, = scorer.score(["E0010"], "general")["results"]
explained, = scorer.explain(["E0010"], "general", "zh")["results"]
assert scored["margin"] is not None and explained["total"] == scored["margin"]

import serving.lists.writing
from serving.database.access import opened_store
with opened_store() as store:
    assert store.tokens() == []

print(repr(scored["margin"]))
"""


def test_an_environment_from_the_serving_lock_scores_and_explains_alike_without_scikit_learn(tmp_path: Path) -> None:
    snapshot = district.save_snapshot(tmp_path, district.save_release(tmp_path))
    python = _install(tmp_path / "venv")
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "BENTOML_HOME": str(tmp_path / "bentoml")}
    environment["FENJI_DATABASE_URL"] = f"sqlite:///{tmp_path}/fenji.db"
    command = [python, "-c", SERVE, tmp_path, " ".join(ABSENT)]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    here = Current(tmp_path / "release", snapshot).load().score(["E0010"], "general")["results"]
    assert float(done.stdout.splitlines()[-1]) == here[0]["margin"]


def _install(folder: Path) -> Path:
    """A new environment with what the lock names, checked by hash; by uv where it is at hand, else by pip."""
    python, lock = folder / "bin" / "python", PROJECT / "serving.lock"
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.is_file() else shutil.which("uv")
    if uv:
        _run(uv, "venv", "--quiet", "--python", sys.executable, folder)
        _run(uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", lock)
    else:
        _run(sys.executable, "-m", "venv", folder)
        _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", lock)
    return python


def _run(*command: object) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

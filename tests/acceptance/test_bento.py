"""A bento is built from the repository and answers from what it carries."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from serving.current import read_current, write_current
from serving.places import CURRENT_VARIABLE
from serving.serve import PROJECT, stop, wait_until_ready
from tests import served_district as district
from tests.live_service import START_WITHIN_SECONDS

pytestmark = pytest.mark.long

PICKLES = (".pkl", ".pickle", ".joblib")


def test_a_bento_is_built_served_and_answers_from_what_it_carries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.serve.READY_WITHIN_SECONDS", START_WITHIN_SECONDS)
    district.save_snapshot(tmp_path, district.save_release(tmp_path))
    current = tmp_path / "current.json"
    write_current(current, tmp_path / "release", tmp_path / "snapshot")
    home = tmp_path / "bentoml"
    environment = {
        **os.environ,
        "BENTOML_HOME": str(home),
        "BENTOML_DO_NOT_TRACK": "True",
        CURRENT_VARIABLE: str(current),
        "PYTHONPATH": str(PROJECT),
    }
    tag = _build(environment)
    assert [path.name for path in home.rglob("*") if path.suffix in PICKLES] == []
    environment.pop(CURRENT_VARIABLE)
    environment.pop("PYTHONPATH")
    (tmp_path / "elsewhere").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "bentoml", "serve", tag, "--host", "127.0.0.1", "--port", str(port)],
        env=environment,
        cwd=tmp_path / "elsewhere",
        start_new_session=True,
    )
    try:
        wait_until_ready(process, f"http://127.0.0.1:{port}")
        answer = _score(port, "E0001")
    finally:
        stop(process)
    assert process.poll() is not None
    with pytest.raises(OSError, match="refused"):
        _score(port, "E0001")
    expected = read_current(current)
    assert (answer["release"], answer["snapshot"]) == (expected.release_digest, expected.snapshot_digest)
    assert answer["results"][0]["status"] == "scored"


def _build(environment: dict[str, str]) -> str:
    """Put what is in service into the model store and build; the bento's tag."""
    store = [sys.executable, "-c", "from serving.store import store_current; store_current()"]
    subprocess.run(store, env=environment, cwd=PROJECT, check=True)
    build = [sys.executable, "-m", "bentoml", "build", "--output", "tag", "."]
    done = subprocess.run(build, env=environment, cwd=PROJECT, check=True, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1].removeprefix("__tag__:")


def _score(port: int, enterprise_id: str) -> dict[str, list[dict[str, str]]]:
    body = json.dumps({"enterprise_ids": [enterprise_id]}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/score", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)

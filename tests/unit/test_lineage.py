"""The hash of the data and the version of the code."""

import subprocess
from pathlib import Path

import pandas as pd
import pytest

from records.data_hash import data_hash
from records.source import records_from_frames
from training.registry.lineage import code_version

ENTERPRISES = pd.DataFrame(
    {
        "enterprise_id": ["甲", "乙"],
        "ent_type": "1100",
        "state": "active",
        "established_on": pd.Timestamp("2015-01-01"),
        "sectors": [["drugs"], []],
        "valid_from": pd.Timestamp("2020-01-01"),
        "known_at": pd.Timestamp("2020-01-01 08:00"),
    }
)


def _hash(enterprises: pd.DataFrame) -> str:
    return data_hash(records_from_frames({"enterprises": enterprises}))


def test_order_does_not_matter() -> None:
    assert _hash(ENTERPRISES) == _hash(ENTERPRISES[::-1])


@pytest.mark.parametrize(
    "other",
    [
        ENTERPRISES.head(1),
        ENTERPRISES.assign(state="dormant"),
        pd.concat([ENTERPRISES, ENTERPRISES]),
        pd.concat([ENTERPRISES] * 3),
    ],
)
def test_any_other_rows_have_another_hash(other: pd.DataFrame) -> None:
    assert _hash(other) != _hash(ENTERPRISES)


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def test_a_checkout_answers_with_its_revision_and_says_when_files_differ(tmp_path: Path) -> None:
    _git(tmp_path, "init")
    (tmp_path / "code.py").write_text("a = 1\n", encoding="utf-8")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-m", "first")
    clean = code_version(tmp_path)
    assert len(clean) == 12
    (tmp_path / "code.py").write_text("a = 2\n", encoding="utf-8")
    assert code_version(tmp_path) == clean + "+dirty"


def test_outside_a_checkout_the_package_answers(tmp_path: Path) -> None:
    assert code_version(tmp_path) in ("0.1.0", "unknown") or code_version(tmp_path)[0].isdigit()

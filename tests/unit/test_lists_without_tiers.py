"""The comparison with the lists never looks at a tier: it cannot reach one, and no byte moves with them."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from serving.current import Current
from serving.scorer import Scorer
from tests import served_district as district
from tests.approvals import ABNORMAL, BOTH, CLEAN, SERIOUS, UNKNOWN, Approvals, save_extract

PROJECT = Path(__file__).parents[2]


def imported_by(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse((PROJECT / source).read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            path = f"{name.replace('.', '/')}.py"
            if (PROJECT / path).is_file():
                yield path


def closure(source: str) -> set[str]:
    """A module of the project and every one that it imports, directly or not."""
    found, waiting = set(), [source]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += imported_by(one)
    return found


TIERED = {f"serving/{name}.py" for name in ("current", "release", "results", "scorer", "snapshot", "verdicts")}


def test_nothing_that_the_comparison_imports_knows_of_a_tier_a_model_or_a_snapshot() -> None:
    asked = closure("serving/lists/routes.py")
    assert {"serving/lists/check.py", "serving/lists/extract.py", "serving/access/bearer.py"} <= asked
    assert {path.split("/")[0] for path in asked} <= {"records", "serving"}
    assert asked.isdisjoint(TIERED)
    written = closure("serving/lists/writing.py") | closure("serving/lists/current.py")
    assert {path.split("/")[0] for path in written} <= {"records", "features", "serving"}
    assert written.isdisjoint(TIERED)


def test_the_comparison_asks_the_app_for_nothing_but_lists_tokens_their_rate_time_and_the_log_of_answers() -> None:
    asked = set()
    for source in closure("serving/lists/routes.py"):
        for node in ast.walk(ast.parse((PROJECT / source).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "state":
                asked.add(node.attr)
    of_the_request = {"body", "request_id", "token_id"}
    assert asked == {"lists", "keyring", "now", "rate", "answers"} | of_the_request


def test_not_a_byte_of_the_answer_moves_with_the_tiers_nor_without_any(tmp_path: Path) -> None:
    extract = save_extract(tmp_path)
    district.save_snapshot(tmp_path, district.save_release(tmp_path))
    scorer = Current(tmp_path / "release", tmp_path / "snapshot").load()
    columns = dict(scorer.snapshot.columns)
    changed = replace(scorer.snapshot, columns=columns | {"tier": 5 - columns["tier"], "status": 0 * columns["status"]})
    assert np.all(changed.columns["tier"] != scorer.snapshot.columns["tier"])
    subjects = (SERIOUS, ABNORMAL, BOTH, CLEAN, UNKNOWN)
    answers = [
        Approvals(extract, served).ask("procurement", *subjects)
        for served in (scorer, Scorer(scorer.release, changed), None)
    ]
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert len({one.content for one in answers}) == 1
    assert b"tier" not in answers[0].content

"""The page of the systems is what the declarations say, and every code that is used is explained."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

from records.systems import guide
from records.systems.reasons import FLAGS, REASONS

PROJECT = Path(__file__).parents[3]
SOURCES = sorted((PROJECT / "records" / "systems").rglob("*.py"))
MODULES = [".".join(path.relative_to(PROJECT).with_suffix("").parts) for path in SOURCES if path.stem != "__init__"]


def test_the_page_is_true() -> None:
    written = (PROJECT / "docs" / "systems.md").read_text(encoding="utf-8")
    assert written == guide.systems_markdown(), "run: fenji systems --out docs/systems.md"


def test_every_reason_and_flag_that_is_given_is_explained_and_every_explained_one_is_given() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if path.name != "reasons.py")
    given = set(re.findall(r'(?:Unreadable|refuse|give_up|Broken|flag)\(\s*"([a-z_]+)"', text))
    assert given <= set(REASONS) | set(FLAGS) | {"out_of_bounds"}
    named = set(re.findall(r'"([a-z_]+)"', text))
    assert (set(REASONS) | set(FLAGS)) - named == set()


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0

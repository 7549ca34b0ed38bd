"""The notebooks as they are kept: none forgotten, nothing left of a run, nothing of the machine they came from."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = (
    "01_records_and_quality",
    "02_indicators",
    "03_train_and_compare",
    "04_calibration_and_tiers",
    "05_explanations",
    "06_retrain_and_promote",
)
MACHINE_PATH = re.compile(r"""(?<![\w.])(/(home|root|work|tmp|Users|mnt|opt|srv|var)/|[A-Za-z]:\\\\)""")
MOST_LINES = 15
"""In a cell, its imports not counted."""
MOST_CELLS = 15


def _notebook(name: str) -> NotebookNode:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def _code(name: str) -> list[NotebookNode]:
    return [cell for cell in _notebook(name).cells if cell.cell_type == "code"]


def _statements(cell: NotebookNode) -> list[str]:
    return [line for line in cell.source.splitlines() if line and not line.startswith(("import ", "from "))]


def test_the_folder_holds_these_notebooks_and_no_other() -> None:
    assert sorted(path.stem for path in NOTEBOOKS.glob("**/*.ipynb")) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_valid_and_runs_on_any_python_kernel(name: str) -> None:
    notebook = _notebook(name)
    nbformat.validate(notebook)
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_of_a_run(name: str) -> None:
    left = [cell.id for cell in _code(name) if cell.outputs or cell.execution_count is not None or cell.metadata]
    assert left == []


@pytest.mark.parametrize("name", NAMES)
def test_no_notebook_names_a_place_on_a_machine(name: str) -> None:
    text = (NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")
    assert MACHINE_PATH.search(text) is None


def test_a_place_on_a_machine_would_be_seen() -> None:
    assert all(MACHINE_PATH.search(text) for text in ('"/home/li/x"', "at /tmp/x", r"C:\\\\data"))
    assert not any(MACHINE_PATH.search(text) for text in ("https://a.example/home/", "企业/var/", "POST /v1/explain"))


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_short_and_says_first_what_it_answers(name: str) -> None:
    notebook = _notebook(name)
    assert len(notebook.cells) <= MOST_CELLS
    opening = notebook.cells[0]
    assert opening.cell_type == "markdown"
    assert "**回答的问题**" in opening.source
    assert "**What it answers**" in opening.source
    assert [cell.id for cell in _code(name) if len(_statements(cell)) > MOST_LINES] == []

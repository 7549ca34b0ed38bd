"""The files of a list extract, and the one that names it: whole, named by digest, or refused."""

from pathlib import Path

import pytest

from records.errors import ModelError
from serving.lists.current import load_current_lists, write_current_lists
from serving.lists.extract import ListExtract, load_extract
from tests.approvals import Approvals, save_extract


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> ListExtract:
    return save_extract(tmp_path_factory.mktemp("lists"))


@pytest.fixture
def approvals(extract: ListExtract) -> Approvals:
    return Approvals(extract)


def test_the_named_extract_is_loaded_and_another_one_is_refused(extract: ListExtract, tmp_path: Path) -> None:
    path = tmp_path / "state" / "lists.json"
    write_current_lists(path, extract.directory)
    assert load_current_lists(path).digest == extract.digest
    path.write_text(path.read_text().replace(extract.digest, "0" * 64), encoding="utf-8")
    with pytest.raises(ModelError, match=r"must have the digest that its file names, 000000000000"):
        load_current_lists(path)


@pytest.mark.parametrize("content", ["{}", '{"lists": null}', '{"lists": {"digest": "x"}}', '{"lists": {"path": 1}}'])
def test_a_file_that_names_no_extract_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "lists.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"must name an extract by digest and path"):
        load_current_lists(tmp_path / "lists.json")


@pytest.mark.parametrize("name", ["extract.json", "entries.arrow", "register.npy", "listed.npy", "first_entry.npy"])
def test_a_changed_or_missing_file_of_an_extract_is_found_out(tmp_path: Path, name: str) -> None:
    directory = save_extract(tmp_path).directory
    (directory / name).write_bytes(b"[1]")
    with pytest.raises(ModelError, match=r"run `fenji lists` again|make the list extract again"):
        load_extract(directory)
    (directory / name).unlink()
    with pytest.raises(ModelError, match=r"is missing; make the list extract again"):
        load_extract(directory)

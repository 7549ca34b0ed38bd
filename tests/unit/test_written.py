"""Indicators as a file: written a part at a time, they are those of everyone at once."""

from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

from features.build import KEYS_SCHEMA, build_frame, survey
from features.written import write_population
from records.errors import DataError
from records.source import Records
from tests.random_records import AS_OF, random_rows, records_of

PART = 4


@pytest.fixture(scope="module")
def records() -> Records:
    return records_of(random_rows(Random(11), 120))


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
@pytest.mark.parametrize("part_enterprises", [PART, 1000])
def test_file_has_the_keys_and_indicators_of_everyone(records, tmp_path: Path, suffix, part_enterprises) -> None:
    frame, path, told = build_frame(records, AS_OF), tmp_path / "new" / f"indicators{suffix}", []
    rows = write_population(
        survey(records, AS_OF), path, lambda _, done, total: told.append((done, total)), part_enterprises
    )
    found = pd.read_csv(path, dtype={"station": str}) if suffix == ".csv" else pd.read_parquet(path)
    assert rows == len(found) == len(frame.keys)
    assert found.columns.tolist() == [*KEYS_SCHEMA.names, *frame.names]
    assert found[["enterprise_id", "sector"]].equals(frame.keys[["enterprise_id", "sector"]])
    np.testing.assert_array_equal(found[list(frame.names)].to_numpy(dtype=np.float32), frame.values)
    parts = -(-frame.keys["enterprise_id"].nunique() // part_enterprises)
    assert told == [(done, parts) for done in range(parts + 1)]
    assert parts > 1 or part_enterprises > PART


def test_a_date_before_anybody_was_known_makes_no_file(records, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="an enterprise known before 1990-01-01, got none"):
        write_population(survey(records, date(1990, 1, 1)), tmp_path / "indicators.parquet")
    assert not list(tmp_path.iterdir())

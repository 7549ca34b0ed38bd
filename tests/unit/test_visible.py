"""The rows that count at a date are the same, whether a few subjects are looked at or all are prepared."""

from datetime import timedelta
from random import Random

import pandas as pd

from features.evidence import visible_records
from features.visible import visible_rows
from tests.random_records import AS_OF, random_rows, records_of

SUBJECTS = ("listings", "repairs", "penalties", "dormancies")


def test_a_few_subjects_have_the_rows_that_they_have_among_all() -> None:
    records = records_of(random_rows(Random(3), per_subject=120))
    for as_of in (AS_OF, AS_OF - timedelta(days=400)):
        few, everything = visible_rows(records, as_of, SUBJECTS), visible_records(records, as_of)
        for name in SUBJECTS:
            columns = few[name].column_names
            expected = everything.tables[name].to_pyarrow().to_pandas()
            found = few[name].to_pandas()
            assert len(found) > 0
            key = ["enterprise_id", "record_id"]
            pd.testing.assert_frame_equal(
                found.sort_values(key, ignore_index=True), expected[columns].sort_values(key, ignore_index=True)
            )

"""The engine against a slow, plain reading of the same declarations, on random records."""

from random import Random

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from features.build import build_frame
from features.catalogue.everything import INDICATORS
from features.indicator import Attribute, Count, DaysSince, DaysSinceFirst, Distinct, Repeats, Trend
from tests.random_records import AS_OF, random_rows, records_of
from tests.reference import Reference

EXACT = Count | DaysSince | DaysSinceFirst | Distinct | Repeats | Trend


# A failing seed is its own smallest case: looking for another would take minutes.
@settings(max_examples=10, derandomize=True, deadline=None, phases=[Phase.generate])
@given(seed=st.integers(0, 10**9), per_subject=st.sampled_from((5, 40, 120)))
def test_the_engine_reads_every_declaration_as_it_is_written(seed: int, per_subject: int):
    rows = random_rows(Random(seed), per_subject)
    frame = build_frame(records_of(rows), AS_OF)
    reference = Reference(rows, AS_OF)
    keys = list(zip(frame.keys["enterprise_id"], frame.keys["sector"], strict=True))
    assert keys == reference.keys
    for indicator in INDICATORS:
        if isinstance(indicator.measure, Attribute):
            continue
        found = frame.values[:, frame.names.index(indicator.name)].astype(float)
        wanted = [reference.of(indicator.name, key) for key in keys]
        expected = np.array([np.nan if value is None else value for value in wanted], dtype=float)
        if isinstance(indicator.measure, EXACT):
            np.testing.assert_array_equal(found, expected, err_msg=indicator.name)
        else:
            # The frame is float32.
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7, err_msg=indicator.name)


def test_the_random_records_are_worth_reading():
    """Nearly every indicator differs between enterprises in some example: the property is not about zeros."""
    random = Random(1)
    moved = set()
    for _ in range(3):
        frame = build_frame(records_of(random_rows(random, 150)), AS_OF)
        spread = np.nanmax(frame.values, axis=0, initial=-np.inf) > np.nanmin(frame.values, axis=0, initial=np.inf)
        moved |= {name for name, differs in zip(frame.names, spread, strict=True) if differs}
    still = sorted({indicator.name for indicator in INDICATORS} - moved)
    assert len(still) <= 5, f"the same for all enterprises: {still}"

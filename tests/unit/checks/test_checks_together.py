"""All checks as one: codes, verdicts, what blocks."""

import pandas as pd
import pytest

from tests.small_training import BORROWED, OWN, POINTS, small_training, with_rows
from training.checks.everything import all_checks, run_checks


def test_codes_are_unique_and_every_title_is_given_in_both_languages() -> None:
    checks = all_checks()
    assert len({check.code for check in checks}) == len(checks)
    assert all(check.zh and check.en and not check.zh.isascii() and check.en.isascii() for check in checks)


@pytest.mark.parametrize("sector", ["general", OWN, BORROWED, POINTS])
def test_a_sound_training_has_nothing_that_blocks(sector: str) -> None:
    findings = run_checks(small_training(), sector)
    assert [finding.check.code for finding in findings] == [check.code for check in all_checks()]
    assert [finding.sentence for finding in findings if finding.is_blocking] == []


def test_only_a_passed_check_has_no_sentence() -> None:
    for finding in run_checks(small_training(), POINTS):
        assert (finding.sentence == "") is (finding.verdict == "passed")


def test_a_fault_of_one_sector_does_not_touch_another() -> None:
    def backwards(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(probability=1 - rows["probability"])

    training = with_rows(small_training(), OWN, backwards)
    assert any(finding.is_blocking for finding in run_checks(training, OWN))
    assert not any(finding.is_blocking for finding in run_checks(training, BORROWED))

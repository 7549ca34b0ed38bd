"""What all worklists share: how they are declared, what their rules may be, and what a question may ask."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from records.errors import ConfigError, DataError
from supervision.worklists.everything import WORKLISTS, worklist_named
from supervision.worklists.ledger import ledger_of
from supervision.worklists.rules import SHIPPED_RULES, read_rules, shipped_rules
from supervision.worklists.run import Asked, drawn_from
from tests.spec.tables import given
from tests.worklist_tables import drawn, standards, tiers

SHIPPED = SHIPPED_RULES.read_text(encoding="utf-8")


def test_every_list_is_declared_whole() -> None:
    for name, one in WORKLISTS.items():
        assert name == one.name
        columns = [column.name for column in one.all_columns]
        assert len(columns) == len(set(columns)), name
        assert all((one.zh, one.en, one.source, one.action_zh, one.action_en)), name
        assert all(column.zh and column.en for column in one.all_columns), name


def test_an_unknown_list_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ConfigError, match=r"must be one of annual_report_due, .*, got 'nonsense'"):
        worklist_named("nonsense")


def test_rows_come_in_the_order_of_their_dates_and_again_the_same() -> None:
    records = given("""
        commitments | enterprise | occurred_on | kind
        later       | 甲         | 2024-02-01  | permit
        earlier     | 乙         | 2024-01-01  | permit
        as early    | 丙         | 2024-01-01  | permit
    """)
    first = drawn("commitment_makers", records, "2024-07-01")
    assert list(first.facts["enterprise_id"]) == ["丙", "乙", "甲"]
    assert list(first.told(offset=1, limit=1)["enterprise_id"]) == ["乙"]
    assert len(first.told(offset=3)) == 0


def test_a_record_of_an_enterprise_that_is_not_in_business_is_on_no_list() -> None:
    records = given("""
        enterprises | enterprise | state
        gone        | 甲         | revoked

        commitments | enterprise | occurred_on | kind
        made        | 甲         | 2024-01-01  | permit
    """)
    assert len(drawn("commitment_makers", records, "2024-07-01")) == 0


def test_high_tiers_without_any_record_or_enterprise_fail_nothing() -> None:
    records = given("""
        enterprises | enterprise
        alone       | 甲
    """)
    for name, one in WORKLISTS.items():
        for answers in (tiers(), tiers(甲=4), tiers(无=4)) if one.needs_tiers else (None,):
            assert len(drawn(name, records, "2024-07-01", answers).told()) <= 1


def test_a_date_before_anybody_was_known_is_refused() -> None:
    records = given("""
        enterprises | enterprise | valid_from
        later       | 甲         | 2024-07-01
    """).records
    with pytest.raises(DataError, match="need an enterprise known before 2024-07-01"):
        ledger_of(records, date(2024, 7, 1), shipped_rules(), standards())


def test_the_shipped_rules_can_be_read() -> None:
    assert shipped_rules().buffer.length == 7
    assert shipped_rules().reminders.minimum_tier == "medium_high"


def test_all_problems_of_the_rules_are_told_together_with_their_lines(tmp_path: Path) -> None:
    wrong = SHIPPED.replace("length = 7 ", "length = 0 ").replace('unit = "days"', 'unit = "weeks"')
    wrong = wrong.replace("lead_days = 30", "led_days = true")
    path = tmp_path / "rules.toml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_rules(path)
    lines = str(refused.value).splitlines()
    assert [line.split(": ")[1].split(" ")[0] for line in lines] == [
        "buffer.length",
        "buffer.unit",
        "dormancy.lead_days",
        "dormancy.led_days",
    ]
    assert lines[0].startswith(f"{path}:5: ")


def test_rules_that_are_no_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="must be a file"):
        read_rules(tmp_path)


@pytest.mark.parametrize(
    ("asked", "match"),
    [
        (Asked("nonsense", date(2024, 7, 1)), "must be one of"),
        (Asked("commitment_makers", date(2024, 7, 1), sector="nonsense"), "sector must be one of"),
        (Asked("commitment_makers", date(2024, 7, 1), out=Path("list.pdf")), "written as one of"),
        (Asked("reminders_due", date(2024, 7, 1)), "needs the tiers of a snapshot"),
        (
            Asked("reminders_due", date(2024, 7, 1), answers=lambda: (date(2024, 6, 30), pd.DataFrame())),
            "must be of one date, got a snapshot of 2024-06-30 and --as-of 2024-07-01",
        ),
    ],
)
def test_a_wrong_question_is_refused_before_any_record_is_read(asked: Asked, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        drawn_from("/nowhere", asked, standards(), shipped_rules())

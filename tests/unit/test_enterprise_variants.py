"""Variants of one enterprise: built together they are, bit for bit, what each alone is; and what an action does."""

from datetime import timedelta
from random import Random

import numpy as np
import pandas as pd
import pytest

from features.build import Frame, build_frame
from features.catalogue.everything import INDICATORS
from features.evidence import visible_records
from records.errors import RequestError
from records.source import records_from_frames
from serving.review.enterprise.actions import Action, Frames, carried_out, read_action
from serving.review.enterprise.own_records import plain
from serving.review.enterprise.variants import build_variants
from tests.random_records import AS_OF, random_rows, records_of

NAMES = [indicator.name for indicator in INDICATORS]


class Population:
    """Random records, everyone's indicators, and what counts of one enterprise."""

    def __init__(self, seed: int) -> None:
        records = records_of(random_rows(Random(seed), 12))
        self.frame = build_frame(records, AS_OF)
        visible = visible_records(records, AS_OF)
        self.tables = {name: plain(table.to_pyarrow()) for name, table in visible.tables.items()}

    @property
    def known(self) -> list[str]:
        return list(self.frame.keys["enterprise_id"].drop_duplicates())

    def frames_of(self, enterprise_id: str) -> Frames:
        return {name: table[table["enterprise_id"] == enterprise_id] for name, table in self.tables.items()}

    def rows_of(self, enterprise_id: str) -> Frame:
        rows = np.flatnonzero(self.frame.keys["enterprise_id"] == enterprise_id)
        return Frame(AS_OF, self.frame.keys.iloc[rows], self.frame.values[rows], self.frame.names, self.frame.peers)


@pytest.fixture(scope="module")
def population() -> Population:
    return Population(1)


def test_variants_without_a_change_are_the_row_of_the_population(population: Population) -> None:
    for enterprise_id in population.known[:3]:
        frames = population.frames_of(enterprise_id)
        built = build_variants(enterprise_id, [frames, frames], AS_OF, population.frame.peers)
        expected = population.rows_of(enterprise_id)
        for number in (0, 1):
            own = built.number == number
            np.testing.assert_array_equal(built.frame.values[own], expected.values)
            pd.testing.assert_frame_equal(
                built.frame.keys[own].reset_index(drop=True), expected.keys.reset_index(drop=True), check_dtype=False
            )


def test_variants_built_together_are_what_each_alone_is(population: Population) -> None:
    enterprise_id = max(population.known, key=lambda one: len(population.frames_of(one)["penalties"]))
    frames = population.frames_of(enterprise_id)
    variants = [frames]
    for subject, do in (("penalties", "repair"), ("inspections", "withdraw"), ("complaints", "repair")):
        variants += [
            carried_out(frames, [Action(do, subject, record_id)], AS_OF)
            for record_id in frames[subject]["record_id"][:1]
        ]
    assert len(variants) > 2
    together = build_variants(enterprise_id, variants, AS_OF, population.frame.peers)
    for number, variant in enumerate(variants):
        alone = build_frame(records_from_frames(variant), AS_OF, peers=population.frame.peers)
        np.testing.assert_array_equal(together.frame.values[together.number == number], alone.values)


def test_a_record_repaired_or_withdrawn_counts_no_more(population: Population) -> None:
    enterprise_id = next(one for one in population.known if len(population.frames_of(one)["penalties"]))
    frames = population.frames_of(enterprise_id)
    record_ids = frames["penalties"]["record_id"]
    variants = [
        {**frames, "penalties": frames["penalties"].iloc[:0]},
        *(
            carried_out(frames, [Action(do, "penalties", one) for one in record_ids], AS_OF)
            for do in ("repair", "withdraw")
        ),
    ]
    built = build_variants(enterprise_id, variants, AS_OF, population.frame.peers)
    without, repaired, withdrawn = (built.frame.values[built.number == number] for number in range(3))
    np.testing.assert_array_equal(withdrawn, without)
    about = [NAMES.index(name) for name in NAMES if name.startswith("penalties_")]
    np.testing.assert_array_equal(repaired[:, about], without[:, about])
    granted = NAMES.index(next(name for name in NAMES if name.startswith("repairs_granted")))
    assert (repaired - without)[:, granted].tolist() == [len(record_ids)] * len(without)


def listed(**columns: object) -> Frames:
    """One enterprise with a listing, an unpaid fine and a report that was noted as missing."""
    eve = AS_OF - timedelta(days=30)
    owner = dict.fromkeys(("producer", "provider", "responsible", "source"), "某局")
    common = {"enterprise_id": "甲", "occurred_on": eve, "known_at": pd.Timestamp(eve), **owner}
    rows = {
        "enterprises": {
            "enterprise_id": "甲",
            "ent_type": "1130",
            "state": "active",
            "established_on": AS_OF.replace(year=2020),
            "sectors": ["食品"],
            "valid_from": AS_OF.replace(year=2020),
            "known_at": pd.Timestamp(AS_OF.replace(year=2020)),
        },
        "listings": common | {"record_id": "L", "kind": "abnormal", "cause": "annual_report"},
        "penalties": common
        | {"record_id": "P", "kind": "fine", "severity": "minor", "fine_yuan": 100.0, "due_on": AS_OF - timedelta(1)},
        "annual_reports": common | {"record_id": "R", "year": 2022, "state": "not_filed"},
    }
    frames = {name: pd.DataFrame([row | (columns if name == "enterprises" else {})]) for name, row in rows.items()}
    return {name: plain(table.to_pyarrow()) for name, table in records_from_frames(frames).tables.items()}


def test_each_action_acts_from_the_as_of_date_on(population: Population) -> None:
    frames = listed()
    actions = {
        "listings_abnormal_active": Action("remove", "listings", "L"),
        "penalties_unpaid_overdue_count": Action("pay", "penalties", "P"),
        "annual_reports_not_filed_count_365d": Action("file", "annual_reports", "2022"),
    }
    variants = [frames, *(carried_out(frames, [action], AS_OF) for action in actions.values())]
    built = build_variants("甲", variants, AS_OF, population.frame.peers)
    for number, indicator in enumerate(actions, start=1):
        values = built.frame.values[:, NAMES.index(indicator)]
        assert values.tolist() == [float(other != number) for other in range(len(variants))], indicator


def test_a_report_filed_after_its_window_is_late_and_keeps_its_record() -> None:
    reports = carried_out(listed(), [Action("file", "annual_reports", "2022")], AS_OF)["annual_reports"]
    assert reports[["record_id", "year", "state"]].to_numpy().tolist() == [["R", 2022, "late"]]


def test_a_report_filed_within_its_window_is_on_time_and_a_record_more() -> None:
    reports = carried_out(listed(), [Action("file", "annual_reports", "2023")], AS_OF)["annual_reports"]
    assert reports[["year", "state"]].to_numpy().tolist() == [[2022, "not_filed"], [2023, "on_time"]]


@pytest.mark.parametrize("year", ["2019", "2024", "1900", "20022", "二〇"])
def test_a_report_that_is_not_due_cannot_be_filed(year: str) -> None:
    with pytest.raises(RequestError, match="Only a report that is due can be filed"):
        carried_out(listed(), [Action("file", "annual_reports", year)], AS_OF)


def test_a_report_is_filed_once() -> None:
    once = carried_out(listed(), [Action("file", "annual_reports", "2022")], AS_OF)
    with pytest.raises(RequestError, match="Only a missing report can be filed"):
        carried_out(once, [Action("file", "annual_reports", "2022")], AS_OF)


@pytest.mark.parametrize("do", ["repair", "withdraw"])
def test_a_record_that_is_not_the_enterprises_is_refused(do: str) -> None:
    with pytest.raises(RequestError, match="must name a record of the enterprise") as refused:
        carried_out(listed(), [Action(do, "penalties", "somebody's")], AS_OF)
    assert refused.value.code == "unknown_record"


def test_actions_leave_the_given_records_as_they_are() -> None:
    frames = listed()
    carried_out(frames, [Action("withdraw", "penalties", "P"), Action("remove", "listings", "L")], AS_OF)
    assert frames["penalties"]["withdrawn_at"].isna().all()
    assert frames["listings"]["removed_on"].isna().all()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "must read VERB:SUBJECT:RECORD"),
        ("repair", "must read VERB:SUBJECT:RECORD"),
        ("burn:penalties:1", "must read VERB:SUBJECT:RECORD"),
        ("repair:penalties:", "must read VERB:SUBJECT:RECORD"),
        ("repair:leads:1", "repair is for penalties"),
        ("file:x:2", "file is for annual_reports"),
        ("withdraw:enterprises:1", "withdraw is for"),
    ],
)
def test_a_text_that_is_no_action_is_refused(text: str, rule: str) -> None:
    with pytest.raises(RequestError, match=rule) as refused:
        read_action(text)
    assert refused.value.code == "unknown_action"


def test_an_action_is_read_as_it_is_written() -> None:
    action = Action("repair", "penalties", "P:1:2")
    assert read_action(str(action)) == action

"""The adapters of the public inspection data: what they make of a row, and the documented counts."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import chicago, open_data, toronto
from benchmarks.sources import VARIABLE, open_data_directory, require_open_data
from benchmarks.tables import slug, write_tables
from model.standard import read_standards
from records.errors import DataError

DAY = pd.Timestamp("2005-03-01")
EVENING = pd.Timedelta(hours=18)


def toronto_inspections(*rows: tuple[int, int, str, int, int, int, int]) -> pd.DataFrame:
    """Rows of (inspection, establishment, date, crucial, significant, minor, not stated)."""
    names = ["inspection_id", "establishment_id", "date", "n_crucial", "n_significant", "n_minor", "n_na"]
    frame = pd.DataFrame(list(rows), columns=names)
    return frame.assign(
        date=pd.to_datetime(frame["date"]),
        type="Food Take Out",
        min_insp_per_year=pd.array([2] * len(rows), dtype="Int64"),
        lat=43.678,
        lon=-79.381,
    )


def toronto_infractions(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    """Rows of (severity, action, outcome, fine), all of one inspection on DAY."""
    frame = pd.DataFrame(list(rows), columns=["severity", "action", "outcome", "amount_fined"])
    return frame.assign(inspection_id=7, establishment_id=1, date=DAY)


def chicago_inspections(*rows: tuple[int, int, str, str, int, int, int]) -> pd.DataFrame:
    """Rows of (inspection, licence, date, clean kind, critical, serious, minor)."""
    names = [
        "Inspection_ID",
        "License",
        "Inspection_Date",
        "Facility_Type_Clean",
        "criticalCount",
        "seriousCount",
        "minorCount",
    ]
    frame = pd.DataFrame(list(rows), columns=names)
    return frame.assign(
        Inspection_Date=pd.to_datetime(frame["Inspection_Date"]),
        Facility_Type="Grocery Store",
        Risk="Risk 1 (High)",
        Zip=60657,
        Latitude=41.85,
        Longitude=-87.65,
    )


def chicago_licences(*rows: tuple[int, int | None, str | None, int]) -> pd.DataFrame:
    """Rows of (inspection, licence term, start of the first licence and of the term, tobacco flag)."""
    frame = pd.DataFrame(list(rows), columns=["Inspection_ID", "LICENSE_ID", "minDate", "tobacco"])
    start = pd.to_datetime(frame["minDate"])
    flags = {kind: 0 for kind in chicago._SIDE_LICENCES if kind != "tobacco"}
    return frame.assign(
        LICENSE_ID=frame["LICENSE_ID"].astype("Int64"),
        minDate=start,
        LICENSE_TERM_START_DATE=start,
        LICENSE_TERM_EXPIRATION_DATE=start + pd.Timedelta(days=730),
        LICENSE_DESCRIPTION="Retail Food Establishment",
        **flags,
    )


def test_reinspection_is_within_thirty_days_of_the_previous_inspection():
    rows = toronto_inspections(
        (1, 1, "2005-01-01", 0, 0, 0, 0),
        (2, 1, "2005-01-31", 0, 0, 0, 0),  # 30 days later
        (3, 1, "2005-03-03", 0, 0, 0, 0),  # 31 days after that
        (4, 2, "2005-03-04", 0, 0, 0, 0),  # another establishment
        (5, 2, "2005-03-04", 0, 0, 0, 0),  # the same day again
    )
    assert toronto.inspection_records(rows)["basis"].tolist() == [
        "statutory",
        "follow_up",
        "statutory",
        "statutory",
        "follow_up",
    ]


def test_toronto_severity_is_the_worst_finding():
    rows = toronto_inspections(
        (1, 1, "2005-01-01", 1, 2, 0, 0),
        (2, 2, "2005-01-01", 0, 2, 1, 0),
        (3, 3, "2005-01-01", 0, 0, 1, 1),
        (4, 4, "2005-01-01", 0, 0, 0, 1),
        (5, 5, "2005-01-01", 0, 0, 0, 0),
    )
    records = toronto.inspection_records(rows)
    assert records["severity"].tolist() == ["serious", "general", "minor", "minor", "none"]
    assert records["findings_minor"].tolist() == [0, 1, 2, 1, 0]
    assert records["known_at"].tolist() == [pd.Timestamp("2005-01-01") + EVENING] * 5


def test_establishment_is_known_from_its_first_inspection():
    rows = toronto_inspections((2, 1, "2005-06-01", 0, 0, 0, 0), (1, 1, "2005-01-01", 0, 0, 0, 0))
    enterprises = toronto.enterprises(rows)
    assert enterprises["enterprise_id"].tolist() == ["T1"]
    assert enterprises["known_at"].tolist() == [pd.Timestamp("2005-01-01")]
    assert enterprises["region"].tolist() == ["43.65,-79.40"]
    assert enterprises["sectors"].tolist() == [["food_take_out"]]


def test_fine_is_known_only_a_year_after_the_ticket():
    ticket, fined = toronto.penalty_records(
        toronto_infractions(("M", "Ticket", "Conviction - Fined", 60.0))
    ).itertuples()
    assert (ticket.kind, ticket.severity, ticket.known_at) == ("fine", "minor", DAY + EVENING)
    assert np.isnan(ticket.fine_yuan)
    assert (fined.record_id, fined.fine_yuan) == (ticket.record_id, 60.0)
    assert fined.known_at == DAY + pd.Timedelta(days=365) + EVENING


def test_dropped_charge_is_withdrawn_a_year_later_and_pending_one_is_not():
    records = toronto.penalty_records(
        toronto_infractions(
            ("S", "Summons", "Charges Withdrawn", 0.0),
            ("C", "Ticket", "Pending", 55.0),
            ("C", "Closure Order", "", np.nan),
            ("S", "Notice to Comply", "", np.nan),
        )
    )
    assert records["kind"].tolist() == ["other", "fine", "closure", "other"]
    assert records["severity"].tolist() == ["general", "serious", "serious", "general"]
    assert records["withdrawn_at"].tolist() == [pd.NaT, pd.NaT, pd.NaT, DAY + pd.Timedelta(days=365)]
    assert records["fine_yuan"].isna().all()


def test_chicago_inspections_are_all_routine_and_keep_the_first_sector():
    rows = chicago_inspections(
        (1, 9, "2012-01-01", "Restaurant", 1, 0, 4),
        (2, 9, "2012-01-02", "Other", 0, 2, 0),
    )
    records = chicago.inspection_records(rows.assign(sanitarian="green"))
    assert records["basis"].tolist() == ["statutory", "statutory"]
    assert records["severity"].tolist() == ["serious", "general"]
    assert records["sector"].tolist() == ["restaurant", "restaurant"]
    assert records["native_score"].tolist() == [3.0, 3.0]
    assert "sanitarian" not in records.columns
    assert "sanitarian" not in chicago._INSPECTION_COLUMNS


def test_licence_is_known_from_the_inspection_that_shows_it():
    inspections = chicago_inspections(
        (1, 9, "2012-01-01", "Restaurant", 0, 0, 0), (2, 9, "2013-01-01", "Restaurant", 0, 0, 0)
    )
    licences = chicago_licences((1, 100, "2011-05-01", 0), (2, 100, "2011-05-01", 1))
    term, tobacco = chicago.licence_records(inspections, licences).itertuples()
    assert (term.kind, term.occurred_on) == ("retail_food_establishment", pd.Timestamp("2011-05-01"))
    assert term.known_at == pd.Timestamp("2012-01-01") + EVENING
    assert (tobacco.kind, tobacco.valid_from) == ("tobacco", pd.Timestamp("2013-01-01"))


def test_licence_register_that_starts_after_the_inspection_does_not_date_the_shop():
    inspections = chicago_inspections((1, 9, "2012-01-01", "Restaurant", 0, 0, 0))
    later = chicago.enterprises(inspections, chicago_licences((1, 100, "2012-02-01", 0)))
    unknown = chicago.enterprises(inspections, chicago_licences((1, None, None, 0)))
    assert later["established_on"].tolist() == [pd.Timestamp("2012-01-01")]
    assert unknown["established_on"].tolist() == [pd.Timestamp("2012-01-01")]


def test_complaint_belongs_to_every_shop_within_150_metres():
    registered = pd.DataFrame({"enterprise_id": ["C1", "C2", "C3"], "lat": [41.85, 41.8511, np.nan], "lon": -87.65})
    complaints = pd.DataFrame(
        {
            "Service_Request_Number": ["12-1", "12-2", "12-1", "12-3"],
            "Creation_Date": pd.to_datetime(["2012-01-01", "2012-02-01", "2012-01-01", "2012-03-01"]),
            "Latitude": [41.85, 41.8515, 41.85, np.nan],
            "Longitude": -87.65,
        }
    )
    records = chicago.complaint_records(registered, complaints)
    # 0.0011 degrees are 122 m, 0.0015 are 167 m and 0.0004 are 44 m; the repeated request counts once.
    assert records["record_id"].tolist() == ["12-1-C1", "12-1-C2", "12-2-C2"]
    assert records["known_at"].tolist()[0] == pd.Timestamp("2012-01-01") + EVENING


@pytest.mark.parametrize(("city", "severity"), [(toronto, "general"), (toronto, "serious"), (chicago, "serious")])
def test_generated_standards_load(tmp_path: Path, city, severity: str):
    kinds = pd.DataFrame({"type": ["Bake Shop", "Bakery"], "Facility_Type_Clean": ["Restaurant", "Other"]})
    kinds.to_parquet(tmp_path / "inspections.parquet")
    city.write_standards(tmp_path, tmp_path / "standards", severity)
    standards = read_standards(tmp_path / "standards")
    assert len(standards) == 3
    assert {standard.outcome_severity for standard in standards.values()} == {severity}


def test_unknown_column_is_an_error_of_the_adapter(tmp_path: Path):
    with pytest.raises(KeyError, match="sanitarian"):
        write_tables(tmp_path, {"inspections": pd.DataFrame({"sanitarian": ["green"]})})


def test_slug_is_never_empty():
    assert slug("Retirement Homes(Licensed)") == "retirement_homes_licensed"
    assert slug("") == "unnamed"


def test_absent_open_data_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(DataError, match="must hold inspections"):
        require_open_data("toronto")
    assert open_data.main() == 2
    assert "FENJI_OPEN_DATA" in capsys.readouterr().out


def test_missed_mark_is_said_to_be_missed():
    overall = {"n": 3858, "base_rate": 0.2322, "auc": 0.68, "log_loss": 0.5}
    cells = [next(iter(column.cells)) for column in open_data.report([(open_data.OPEN_DATA[0], overall)]).columns]
    assert [("not met" in cell) for cell in cells[1:]] == [False, False, True, False]


@pytest.mark.parametrize("data", open_data.OPEN_DATA, ids=lambda data: data.name)
def test_snapshot_protocol_gives_the_documented_rows(data: open_data.OpenData, tmp_path: Path):
    """Those known before T, with each one's first inspection in the year from T that is no re-inspection."""
    if not (open_data_directory() / data.city).is_dir():
        pytest.skip(f"the open data of {data.city} are absent; set {VARIABLE} to the directory that holds them")
    records, _ = open_data.prepare(data, tmp_path)
    enterprises = pd.read_parquet(records / "enterprises.parquet")
    inspections = pd.read_parquet(records / "inspections.parquet")
    as_of = pd.Timestamp(data.as_of)
    day = pd.to_datetime(inspections["occurred_on"])
    is_outcome = (day >= as_of) & (day < as_of + pd.Timedelta(days=365)) & (inspections["basis"] != "follow_up")
    first = inspections[is_outcome].sort_values(["occurred_on", "record_id"]).drop_duplicates("enterprise_id")
    cohort = enterprises.loc[enterprises["known_at"] < as_of, "enterprise_id"]
    seen = first[first["enterprise_id"].isin(cohort)]
    is_problem = seen["severity"].isin(["serious"] if data.severity == "serious" else ["general", "serious"])
    assert len(seen) == data.rows
    assert round(is_problem.mean(), 3) == data.base_rate

"""What the bureau's work leaves in the simulated district: leads, self-inspections, grades, draws, fines, buffers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from records.subjects import SUBJECTS
from simulation.certificates import with_suspensions
from simulation.district import simulate, truth_directory
from simulation.history import history_until
from simulation.licences import licences
from simulation.world import make_world

END = pd.Timestamp(2025, 1, 1)


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("worked_on") / "district"
    simulate(out, enterprises=2500, years=3, seed=5, progress=False)
    return out


def versions(district: Path, subject: str) -> pd.DataFrame:
    """All versions in the order in which they became known, dates as pandas has them."""
    frame = pq.read_table(district / f"{subject}.parquet").to_pandas()
    dates = [column.name for column in SUBJECTS[subject].columns if column.type == "date"]
    frame[dates] = frame[dates].apply(pd.to_datetime)
    return frame.sort_values("known_at", kind="stable")


def last(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop_duplicates("record_id", keep="last")


def test_every_random_inspection_goes_back_to_its_selection(district: Path) -> None:
    drawn, held = versions(district, "selections"), last(versions(district, "inspections"))
    random = held[held["basis"] == "random"]
    both = random.merge(drawn, on=["enterprise_id", "sector", "task_code"], how="left", suffixes=("", "_drawn"))
    assert len(both) == len(random) == len(drawn)
    assert (both["inclusion_probability"] == both["inclusion_probability_drawn"]).all()
    assert (both["occurred_on"] > both["occurred_on_drawn"]).all()
    assert held.loc[held["basis"] != "random", "task_code"].isna().all()


def test_selections_state_pool_and_sample_of_their_stratum(district: Path) -> None:
    drawn = versions(district, "selections")
    np.testing.assert_allclose(drawn["inclusion_probability"], drawn["sample_size"] / drawn["pool_size"])
    of_stratum = drawn.groupby(["task_code", "stratum"])
    assert (of_stratum.size() == of_stratum["sample_size"].first()).all()
    assert (drawn.groupby("plan_code")["seed"].nunique() == 1).all()


def test_grades_of_all_schemes_tell_the_risk_in_part_and_keep_their_own_letters(district: Path) -> None:
    graded = versions(district, "grades")
    assert set(graded["scheme"]) == {"provincial_general", "provincial_professional", "superior"}
    meant = graded.groupby(["sector", "grade"], dropna=False)["tier_rank"].unique()
    assert meant["product_quality", "AA"] == [1]
    assert meant["product_quality", "A"] == [2]
    assert meant["medical_devices", "四级"] == [4]
    assert np.isnan(meant["special_equipment", "未定级"]).all()
    truth = pq.read_table(truth_directory(district) / "risk.parquet").to_pandas()
    at_start = truth[pd.to_datetime(truth["as_of"]) == pd.Timestamp(2024, 1, 1)]
    general = graded[(graded["scheme"] == "provincial_general") & (graded["occurred_on"] < pd.Timestamp(2024, 1, 1))]
    rank = general.sort_values("occurred_on").drop_duplicates("enterprise_id", keep="last").set_index("enterprise_id")
    seen = at_start.groupby("enterprise_id")["true_probability"].mean().to_frame().join(rank["tier_rank"], how="inner")
    assert 0.2 < seen.corr("spearman").iloc[0, 1] < 0.55
    shares = seen["tier_rank"].value_counts(normalize=True)
    assert shares[1] > shares[2] > shares[3] > shares[4] > 0


def test_a_late_self_inspection_report_was_first_found_missing_on_the_first_of_april(district: Path) -> None:
    reports = versions(district, "self_inspections")
    assert set(reports["sector"]) == {"medical_devices", "special_equipment"}
    final = last(reports)
    assert set(final["state"]) == {"on_time", "late", "not_filed"}
    due = pd.to_datetime({"year": final["year"] + 1, "month": 4, "day": 1})
    in_time = final["state"] == "on_time"
    assert (final.loc[in_time, "occurred_on"] < due[in_time]).all()
    late = final[final["state"] == "late"]["record_id"]
    noted = reports[reports["record_id"].isin(late)].drop_duplicates("record_id")
    assert (noted["state"] == "not_filed").all()
    assert (noted["occurred_on"].dt.strftime("%m-%d") == "04-01").all()
    assert final.loc[final["state"] == "not_filed", "problems_found"].isna().all()


def test_leads_are_checked_and_handled_in_versions_of_their_own(district: Path) -> None:
    leads = versions(district, "leads")
    received, final = leads.drop_duplicates("record_id"), last(leads)
    assert received[["verified", "handled_on", "sent_to"]].isna().all(axis=None)
    assert {"monitoring", "transfer", "platform", "media"} == set(final["kind"])
    assert {"advertising", "online_display", "standard_gap", "infringement"} <= set(final["matter"])
    handled = final[final["handled_on"].notna()]
    assert handled["verified"].notna().all()
    assert (handled["handled_on"] >= handled["occurred_on"] + pd.Timedelta(days=10)).all()
    assert (handled["handled_on"] < END).all()
    assert 0.05 < final["handled_on"].isna().mean() < 0.3
    assert not (final["sent_to"].notna() & (final["verified"] == True)).any()  # noqa: E712 - a column with nulls


def test_fines_fall_due_and_their_payment_is_a_later_version_that_lasts(district: Path) -> None:
    penalties = versions(district, "penalties")
    fined = penalties["fine_yuan"].notna()
    assert (penalties.loc[fined, "due_on"] - penalties.loc[fined, "occurred_on"]).dt.days.unique().tolist() == [22]
    assert penalties.loc[~fined, ["due_on", "performed_on"]].isna().all(axis=None)
    assert penalties.drop_duplicates("record_id")["performed_on"].isna().all()
    paid = penalties.groupby("record_id")["performed_on"]
    assert 0.3 < last(penalties[fined])["performed_on"].notna().mean() < 0.9
    assert (paid.transform(lambda dates: dates.ffill()).fillna(END) == penalties["performed_on"].fillna(END)).all()
    assert penalties.groupby("record_id")[["matter", "decision_no"]].nunique().max().max() == 1


def test_mediation_is_told_of_decided_complaints_only(district: Path) -> None:
    complaints = versions(district, "complaints")
    told = complaints["mediation"].notna()
    decided = complaints["verified"].notna() & (complaints["kind"] == "complaint")
    assert (told == decided).all()
    assert set(complaints.loc[told, "mediation"]) == {"agreed", "failed", "refused"}


def test_cold_chain_and_schools_are_told_of_the_sale_of_food_only(district: Path) -> None:
    held = versions(district, "licences")
    is_food = held["sector"] == "food_operation"
    for column in ("has_cold_chain", "near_school"):
        assert held.loc[is_food, column].notna().all()
        assert held.loc[~is_food, column].isna().all()
        assert held.loc[is_food].groupby("enterprise_id")[column].nunique().max() == 1


def test_only_certificates_are_suspended_and_some_come_back() -> None:
    world = make_world(6_000, history_until(END.date(), 3), seed=6)
    as_issued = licences(world)
    held = with_suspensions(world, as_issued).sort_values("known_at", kind="stable")
    suspended = held[held["state"] == "suspended"]
    assert set(suspended["sector"]) <= {"certification", "inspection_testing"}
    final = last(held[held["record_id"].isin(suspended["record_id"])])["state"]
    assert {"valid", "revoked"} <= set(final) <= {"valid", "revoked", "suspended"}
    others = held[~held["record_id"].isin(suspended["record_id"])].sort_index()
    unmoved = as_issued[as_issued["record_id"].isin(others["record_id"])]
    pd.testing.assert_frame_equal(others.reset_index(drop=True), unmoved.reset_index(drop=True))


def test_who_was_listed_after_all_had_let_the_buffer_expire(district: Path) -> None:
    buffers = versions(district, "buffers")
    assert set(buffers.drop_duplicates("record_id")["state"]) == {"open"}
    closed = buffers[buffers["state"] != "open"]
    assert set(closed["state"]) == {"corrected", "expired"}
    assert (closed["closed_on"] <= closed["due_on"]).all()
    listings = versions(district, "listings")
    lost = listings[listings["cause"] == "unreachable"].drop_duplicates("record_id")[["enterprise_id", "occurred_on"]]
    pairs = closed.merge(lost, on="enterprise_id", suffixes=("", "_listed"))
    after = pairs["occurred_on_listed"] - pairs["occurred_on"]
    soon = pairs[(after >= pd.Timedelta(0)) & (after <= pd.Timedelta(days=60))]
    assert len(soon)
    assert (soon["state"] == "expired").all()


def test_reminders_of_all_topics_are_answered_later_or_not_at_all(district: Path) -> None:
    reminders = versions(district, "reminders")
    topics = SUBJECTS["reminders"].column("topic").codes
    assert set(reminders["topic"]) == set(topics)
    first, final = reminders.drop_duplicates("record_id"), last(reminders)
    assert first[["replied_on", "reply"]].isna().all(axis=None)
    assert 0.2 < final["reply"].isna().mean() < 0.6
    assert final.loc[final["reply"] == "unreachable", "replied_on"].isna().all()
    replied = final[final["replied_on"].notna()]
    assert (replied["replied_on"] >= replied["occurred_on"]).all()


def test_laboratories_have_proficiency_tests(district: Path) -> None:
    tests = versions(district, "samplings")
    tests = tests[tests["sector"] == "inspection_testing"]
    assert set(tests["category"]) == {"能力验证"}
    assert set(tests["result"]) <= {"pass", "fail"}

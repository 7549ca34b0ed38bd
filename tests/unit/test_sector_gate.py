"""Each sector's model against the general one on later outcomes: the table of benchmarks.sector_gate."""

import numpy as np
import pandas as pd

from benchmarks.sector_gate import LEAST_OF_EACH, LEAST_ROWS, by_sector, gate_evidence, summary
from model.calibration import margin_of, probability_of
from tests.small_training import BORROWED, OWN, small_training


def sector(name: str, n: int, own: float, general: float, rate: float = 0.5) -> pd.DataFrame:
    outcome = (np.arange(n) < rate * n).astype(float)
    wiggle = np.where(np.arange(n) % 2 == 0, 0.01, -0.01)
    return pd.DataFrame(
        {
            "sector": name,
            "outcome": outcome,
            "probability": np.where(outcome > 0, own, 1 - own) + wiggle,
            "probability_general": np.where(outcome > 0, general, 1 - general),
        }
    )


def verdicts(*sectors: pd.DataFrame) -> dict[str, str]:
    table = by_sector(pd.concat(sectors, ignore_index=True))
    return dict(zip(table["sector"], table["verdict"], strict=True))


def test_a_model_that_gives_the_truth_more_probability_is_better() -> None:
    assert verdicts(sector("sharp", 200, 0.8, 0.6), sector("blunt", 200, 0.6, 0.8)) == {
        "sharp": "better",
        "blunt": "worse",
    }


def test_the_same_answers_are_level() -> None:
    same = sector("same", 200, 0.7, 0.7).assign(probability=lambda rows: rows["probability_general"])
    assert verdicts(same) == {"same": "level"}


def test_a_sector_below_the_least_number_of_rows_is_listed_without_judgement() -> None:
    found = verdicts(sector("small", LEAST_ROWS - 1, 0.6, 0.9), sector("enough", LEAST_ROWS, 0.6, 0.9))
    assert found == {"small": "few", "enough": "worse"}


def test_a_sector_with_hardly_any_problem_is_not_judged() -> None:
    few, enough = ((LEAST_OF_EACH + more) / 100 for more in (-1, 0))
    found = verdicts(sector("few", 100, 0.6, 0.9, few), sector("enough", 100, 0.6, 0.9, enough))
    assert found == {"few": "few", "enough": "worse"}


def test_a_difference_in_level_that_a_year_can_make_is_noise() -> None:
    rows = pd.DataFrame({"sector": "moved", "outcome": np.tile([0.0, 0.0, 0.0, 1.0], 2_000)})
    # Everyone a tenth of a log-odd lower than the general model, which has the rate right.
    lower = probability_of(margin_of(np.full(len(rows), 0.25)) - 0.1)
    found = by_sector(rows.assign(probability=lower, probability_general=0.25)).iloc[0]
    assert found["difference"] > 0
    assert found["standard_error"] > found["difference"]
    assert found["verdict"] == "level"


def test_asking_many_sectors_asks_for_stronger_evidence() -> None:
    generator = np.random.default_rng(3)
    outcome = np.tile([0.0, 1.0], 50)
    # A mean difference of about 1.9 standard errors: significant alone, not as one of twenty.
    shift = generator.normal(0, 1, 100)
    shift = (shift - shift.mean()) / shift.std(ddof=1) + 0.19
    general = np.full(100, 0.5)
    own = np.where(outcome > 0, np.exp(-0.01 * shift), 2 - np.exp(-0.01 * shift)) * 0.5
    rows = pd.DataFrame({"outcome": outcome, "probability": own, "probability_general": general})
    alone = by_sector(rows.assign(sector="one"))
    many = by_sector(pd.concat([rows.assign(sector=f"s{number:02d}") for number in range(20)], ignore_index=True))
    assert alone["verdict"].tolist() == ["worse"]
    assert set(many["verdict"]) == {"level"}


def test_the_summary_counts_verdicts_and_weighs_losses_by_enterprises() -> None:
    table = by_sector(pd.concat([sector("a", 100, 0.8, 0.6), sector("b", 50, 0.6, 0.6)], ignore_index=True))
    found = summary(table)
    assert sum(found["verdicts"].values()) == 2
    assert np.isclose(found["log_loss"], np.average(table["log_loss"], weights=[100, 50]))


def test_the_evidence_names_choice_and_runner_up_and_says_nothing_where_there_was_no_gate() -> None:
    assert gate_evidence(small_training(), OWN)["runner_up"] == "average"
    assert gate_evidence(small_training(), BORROWED) == {
        "choice": "general",
        "runner_up": None,
        "runner_up_difference": None,
        "runner_up_standard_error": None,
    }

"""Peers answer from the rows they are given, what they answered is kept, and nothing stale is read back."""

from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks.peers import point_table, prior_rate
from benchmarks.peers.cache import cached_answer
from benchmarks.peers.everything import PEERS
from benchmarks.peers.peer import NotApplicable, Peer
from benchmarks.peers.tuned_lightgbm import nested_in_time
from benchmarks.quality import run
from benchmarks.split import Split
from model.standard import SHIPPED_STANDARDS, read_standards
from records.errors import ConfigError, DataError
from records.progress import Report, silent
from tests.small_split import NAMES, SNAPSHOTS, small_split
from training.metrics import evaluate

LEARNED = [peer for peer in PEERS if peer.libraries]


def is_installed(peer: Peer) -> bool:
    try:
        return all(version(library) for library in peer.libraries)
    except PackageNotFoundError:
        return False


@pytest.mark.parametrize("peer", LEARNED, ids=lambda peer: peer.name)
def test_learned_peers_beat_the_base_rate_on_what_they_have_not_seen(peer: Peer) -> None:
    if not is_installed(peer):
        pytest.skip(f"{peer.en} is not installed here: make bench-quality makes .venv-peers, which has it.")
    split = small_split()
    probability = peer.answer(split, silent)
    outcome = split.judged["outcome"].to_numpy()
    found, flat = (evaluate(outcome, answer) for answer in (probability, np.full(len(outcome), split.outcome.mean())))
    assert probability.shape == (len(split.judged),)
    assert found["auc"] > 0.62
    # At their defaults some boosters are worse than the base rate in log-loss: 1,200 rows are few.
    assert found["log_loss"] < 1.4 * flat["log_loss"]


def test_the_prior_rate_rule_repeats_the_enterprise_and_falls_back_to_the_base_rate() -> None:
    split = small_split()
    probability = prior_rate.answer(split, silent)
    own = split.judged["own_rate"].to_numpy()
    assert probability[own == 0.5] == pytest.approx(0.5)
    assert probability[own == 0.0] == pytest.approx(0.001)
    assert probability[own == 1.0] == pytest.approx(0.999)
    assert probability[np.isnan(own)] == pytest.approx(np.average(split.outcome, weights=split.weight))


def test_the_point_table_orders_by_its_points_alone() -> None:
    split = small_split()
    probability = point_table.answer(split, silent)
    band = np.clip(split.judged_matrix[:, NAMES.index("penalties_count_365d")], 0, 2)
    levels = [np.unique(probability[band == step].round(12)) for step in (0, 1, 2)]
    assert [len(level) for level in levels] == [1, 1, 1]
    assert levels[0] < levels[1] < levels[2]
    rates = [split.judged.loc[band == step, "outcome"].mean() for step in (0, 1, 2)]
    assert np.concatenate(levels) == pytest.approx(rates, abs=0.12)


def test_without_any_point_table_the_peer_does_not_apply() -> None:
    split = small_split()
    bare = {"general": replace(split.standards["general"], point_table=None)}
    with pytest.raises(NotApplicable, match="Neither the standard of food_operation nor the general one has a point"):
        point_table.answer(replace(split, standards=bare), silent)


def test_a_sector_without_a_table_is_read_by_the_general_one() -> None:
    split = small_split()
    shipped = read_standards(SHIPPED_STANDARDS)["advertising"]
    named = replace(split, standards={**split.standards, "food_operation": shipped})
    assert shipped.point_table is None
    assert np.array_equal(point_table.answer(named, silent), point_table.answer(split, silent))


def test_tuning_validates_on_the_last_year_and_fits_on_what_had_closed_before() -> None:
    split = small_split()
    early, late = nested_in_time(split)
    # The window of 2021-07-01 closes on 2022-07-01, the day on which the first of the last year's opens.
    assert set(split.fitted.loc[early, "as_of"]) == set(SNAPSHOTS[:2])
    assert set(split.fitted.loc[late, "as_of"]) == set(SNAPSHOTS[2:])
    longer = replace(split, fitted=split.fitted.assign(horizon_days=366))
    assert set(longer.fitted.loc[nested_in_time(longer)[0], "as_of"]) == set(SNAPSHOTS[:1])


def test_tuning_validates_on_fewer_snapshots_where_nothing_closes_before_the_last_year() -> None:
    split = small_split()
    early, late = nested_in_time(replace(split, fitted=split.fitted.assign(horizon_days=730)))
    assert set(split.fitted.loc[early, "as_of"]) == set(SNAPSHOTS[:1])
    assert set(split.fitted.loc[late, "as_of"]) == set(SNAPSHOTS[3:])


def test_tuning_says_when_the_history_is_too_short() -> None:
    split = small_split()
    with pytest.raises(NotApplicable, match="the history is shorter"):
        nested_in_time(replace(split, fitted=split.fitted.assign(horizon_days=1_095)))


class Counting:
    """A peer that answers the weighted base rate, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.peer = Peer("counting", "计数", "counting", ("numpy",), self.answer)

    def answer(self, split: Split, progress: Report) -> np.ndarray:
        self.asked += 1
        return np.full(len(split.judged), np.average(split.outcome, weights=split.weight))


def test_an_answer_is_kept_until_the_rows_change(tmp_path: Path) -> None:
    counting, split = Counting(), small_split()
    first = cached_answer(counting.peer, split, tmp_path, silent)
    again = cached_answer(counting.peer, small_split(), tmp_path, silent)
    assert counting.asked == 1
    assert np.array_equal(again.probability, first.probability)
    assert again.seconds == first.seconds
    # Our own recipe is no part of it: another probability of ours leaves the peers alone.
    ours = replace(split, judged=split.judged.assign(probability=0.5))
    cached_answer(counting.peer, ours, tmp_path, silent)
    assert counting.asked == 1


@pytest.mark.parametrize("changed", ["outcome", "weight", "is_recent", "fitted_matrix", "judged_matrix", "names"])
def test_whatever_a_peer_learns_from_changes_the_digest(changed: str) -> None:
    split = small_split()
    if changed == "names":
        other = replace(split, names=(*NAMES[:-1], "other"))
    elif changed.endswith("matrix"):
        matrix = getattr(split, changed).copy()
        matrix[7, 2] += 1
        other = replace(split, **{changed: matrix})
    else:
        column = split.fitted[changed].copy()
        column.iloc[7] = not column.iloc[7] if changed == "is_recent" else 1 - column.iloc[7] / 4
        other = replace(split, fitted=split.fitted.assign(**{changed: column}))
    assert other.digest != split.digest
    assert small_split().digest == split.digest


def test_a_stopped_fit_leaves_nothing_that_would_be_read(tmp_path: Path) -> None:
    def stopped(split: Split, progress: Report) -> np.ndarray:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cached_answer(Peer("stopped", "停", "stopped", ("numpy",), stopped), small_split(), tmp_path, silent)
    assert list(tmp_path.iterdir()) == []


def test_a_peer_that_gives_no_probabilities_is_refused(tmp_path: Path) -> None:
    wrong = Peer("wrong", "错", "wrong", (), lambda split, progress: np.full(3, 2.0))
    with pytest.raises(DataError, match=r"one probability in \[0, 1\] for each of 500 judged rows, wrong gave"):
        cached_answer(wrong, small_split(), tmp_path, silent)


def test_a_missing_library_is_named_before_anything_is_fitted(tmp_path: Path) -> None:
    absent = Peer("absent", "缺", "absent", ("no-such-library",), Counting().answer)
    with pytest.raises(ConfigError, match="no-such-library are not installed; call make bench-quality"):
        run([], [absent], tmp_path, tmp_path, Console())

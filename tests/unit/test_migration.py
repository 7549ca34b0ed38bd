"""Who moved between two dates, and how far the scores moved as a whole."""

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from model.migration import margin_stability, migration_between
from model.stability import stability_index
from model.tiers import TIERS
from training.tiers.migration_table import print_migration

IDS = [tier.id for tier in TIERS]


def _scored(**ranks: int) -> pd.DataFrame:
    """Enterprises by name, all in one sector, each with its tier rank and a margin that goes with it."""
    rank = np.array(list(ranks.values()))
    return pd.DataFrame(
        {"enterprise_id": list(ranks), "sector": "food_operation", "tier_rank": rank, "margin": rank - 4.0}
    )


BEFORE = _scored(a=1, b=1, c=2, d=4, gone=3, out_of_scope=0)
AFTER = _scored(a=1, b=3, c=1, d=4, new=2, out_of_scope=1)


def test_every_enterprise_is_counted_where_it_was_and_where_it_went() -> None:
    counts = migration_between(BEFORE, AFTER).counts
    assert counts.index.tolist() == counts.columns.tolist() == IDS
    assert counts.loc["low"].tolist() == [1, 0, 1, 0]
    assert counts.loc["medium"].tolist() == [1, 0, 0, 0]
    assert counts.loc["medium_high"].sum() == 0
    assert counts.loc["high", "high"] == 1


def test_those_of_one_date_only_enter_or_leave_by_their_tier() -> None:
    migration = migration_between(BEFORE, AFTER)
    assert migration.left[migration.left > 0].to_dict() == {"medium_high": 1}
    # Without a tier before, with one after: it came in.
    assert migration.entered[migration.entered > 0].to_dict() == {"low": 1, "medium": 1}


def test_shares_are_those_of_each_tier_and_null_for_an_empty_one() -> None:
    migration = migration_between(BEFORE, AFTER)
    assert migration.shares.loc["low"].tolist() == [0.5, 0, 0.5, 0]
    assert migration.shares.loc["medium_high"].isna().all()
    assert migration.raised == pytest.approx(1 / 4)
    assert migration.lowered == pytest.approx(1 / 4)


def test_the_same_enterprise_is_followed_in_each_of_its_sectors() -> None:
    before = pd.concat([_scored(a=1), _scored(a=4).assign(sector="drugs")])
    after = pd.concat([_scored(a=2), _scored(a=4).assign(sector="drugs")])
    counts = migration_between(before, after).counts
    assert counts.loc["low", "medium"] == 1
    assert counts.loc["high", "high"] == 1
    assert counts.to_numpy().sum() == 2


def test_nothing_moved_is_perfectly_stable() -> None:
    migration = migration_between(AFTER, AFTER)
    assert migration.tier_psi == 0
    assert migration.margin_psi == 0
    assert migration.raised == migration.lowered == 0


def test_the_stability_of_tiers_is_the_index_of_their_counts() -> None:
    assert migration_between(BEFORE, AFTER).tier_psi == pytest.approx(
        stability_index(np.array([2.0, 1, 1, 1]), np.array([3.0, 1, 1, 1]))
    )


def test_a_shift_of_all_margins_shows_though_no_tier_changes() -> None:
    generator = np.random.default_rng(3)
    margin = generator.normal(-3, 0.5, 2_000)
    same, shifted = generator.normal(-3, 0.5, 2_000), generator.normal(-2.5, 0.5, 2_000)
    assert margin_stability(margin, same) < 0.05
    # Two normal distributions one deviation apart: the divergence there and back is 1, classes lose a little of it.
    assert margin_stability(margin, shifted) == pytest.approx(1.0, abs=0.2)


def test_margins_of_point_tables_are_left_out_and_nothing_left_is_null() -> None:
    margin = np.linspace(-4, 0, 50)
    assert margin_stability(np.append(margin, np.nan), margin) == margin_stability(margin, margin)
    assert np.isnan(margin_stability(np.array([np.nan]), margin))
    assert np.isnan(migration_between(BEFORE[:0], AFTER).tier_psi)


def test_the_printed_matrix_says_counts_shares_and_what_the_index_means() -> None:
    console = Console(width=120, record=True)
    print_migration(console, migration_between(BEFORE, AFTER), "等级迁移 migration")
    text = console.export_text()
    assert "1 (50%)" in text
    assert "退出 left" in text
    assert "新进 entered" in text
    assert "上调 raised 25.0%" in text
    assert "稳定 stable" in text

"""The model card states the facts of the training it describes."""

import pytest

from tests.small_training import BORROWED, GATE, NAMES, OWN, POINTS, small_training
from training.card import figures_of, gate_table, strongest_indicators, tiers_table, write_card
from training.checks.everything import run_checks
from training.metrics import evaluate

LINEAGE = {"as_of": "2024-07-01", "data_hash": "abc123", "code_version": "0123+dirty", "gate": ["not shown here"]}


def _card(sector: str) -> str:
    training = small_training()
    return write_card(training, training.models[sector], run_checks(training, sector), LINEAGE)


@pytest.mark.parametrize("sector", ["general", OWN, BORROWED, POINTS])
def test_every_level_has_a_card_with_every_section(sector: str) -> None:
    card = _card(sector)
    standard = small_training().models[sector].model.standard
    assert card.startswith(f"# 模型卡 Model card: {standard.name_zh} {standard.name_en} (`{sector}`)")
    for section in ("用途", "数据", "表现", "等级", "候选模型", "主要指标", "验收检查", "来源"):
        assert f"\n## {section} " in card


def test_the_card_says_what_a_tier_is_not_for() -> None:
    assert "interception rests on lists only, never on a tier" in _card(OWN)
    assert "联合惩戒和自动拦截只依据名单，不依据等级" in _card(OWN)


def test_data_and_figures_are_those_of_the_sector() -> None:
    training = small_training()
    own = training.examples.keys[training.examples.of(OWN)]
    rows = training.models[OWN].rows
    figures = evaluate(rows["outcome"].to_numpy(), rows["probability"].to_numpy())
    card = _card(OWN)
    assert "| 基准日 as-of date | 2024-07-01 |" in card
    assert f"| 样本 examples | {len(own):,} |" in card
    assert f"| 有问题 with a problem | {int(own['outcome'].sum()):,} |" in card
    assert f"| AUC | {figures['auc']:.4g} |" in card
    assert f"| 对数损失 log-loss | {figures['log_loss']:.4g} |" in card


def test_the_general_card_counts_all_sectors() -> None:
    assert f"| 样本 examples | {len(small_training().examples.keys):,} |" in _card("general")


def test_tiers_state_the_promise_beside_what_was_found() -> None:
    fitted = small_training().models[OWN]
    low = fitted.rows[fitted.rows["tier_rank"] == 1]
    table = tiers_table(fitted)
    assert f"| 低 low | 0%–{fitted.model.standard.cuts[0]:.0%} | {len(low)} |" in table
    assert f"{low['outcome'].mean():.1%} [" in table


def test_a_point_table_has_promises_but_no_figures() -> None:
    fitted = small_training().models[POINTS]
    assert figures_of(fitted) == {}
    assert "| 高 high |" in tiers_table(fitted)
    assert "公布的计分表" in _card(POINTS)


def test_the_gate_names_choice_and_runner_up_with_standard_errors() -> None:
    lines = gate_table(GATE).splitlines()
    assert any("sector booster" in line and "+0.0100 ± 0.0200" in line and "✓ 选用 chosen" in line for line in lines)
    assert any("average" in line and "次选 runner-up" in line for line in lines)
    assert sum("次选 runner-up" in line for line in lines) == 1


def test_a_single_candidate_was_not_compared() -> None:
    assert "nothing was compared" in gate_table(())


def test_the_strongest_indicators_come_first_with_their_direction() -> None:
    training = small_training()
    strongest = strongest_indicators(training, training.models[OWN])
    strengths = [strength for *_, strength in strongest]
    assert strengths == sorted(strengths, reverse=True)
    assert strongest[0][0] in NAMES[1:]
    assert "| `penalties_count_365d` | ↑ 升高 raises |" in _card(OWN)


def test_every_check_is_shown_with_its_verdict_and_sentence() -> None:
    card = _card(BORROWED)
    for finding in run_checks(small_training(), BORROWED):
        line = next(line for line in card.splitlines() if line.startswith(f"| {finding.check.zh} {finding.check.en} |"))
        assert finding.sentence in line


def test_lineage_is_shown_without_the_gates_evidence() -> None:
    card = _card(OWN)
    assert "| data_hash | abc123 |" in card
    assert "| code_version | 0123+dirty |" in card
    assert "not shown here" not in card

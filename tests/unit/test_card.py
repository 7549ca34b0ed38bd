"""The model card states the facts of the training it describes, in order, Chinese first and English beside."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from features.catalogue.everything import BY_NAME
from tests.small_training import BORROWED, GATE, NAMES, OWN, POINTS, small_training, with_fitted
from training.cards.blocks import Code, Paragraph, Section, Table, Text
from training.cards.card import compose_card, figures_of, write_card
from training.cards.choice import gate_section
from training.cards.corrected import selection_blocks
from training.cards.facts import Facts
from training.cards.indicators import indicators_section, strongest_indicators
from training.cards.performance import tiers_section
from training.cards.render import to_html, to_markdown
from training.checks.everything import run_checks
from training.metrics import evaluate
from training.pictures.plots import draw_pictures
from training.tiers.low_tier import low_tier_of

LINEAGE = {"as_of": "2024-07-01", "data_hash": "abc123", "code_version": "0123+dirty", "gate": ["not shown here"]}
SECTIONS = (
    "用途与限制",
    "数据与质量",
    "样本的形成与剔除",
    "表现",
    "等级",
    "校准",
    "模型选择",
    "主要指标与方向",
    "已知弱点",
    "公平性",
    "验收检查",
    "版本与来源",
    "签署",
)


@cache
def facts() -> Facts:
    """What the records of the small training would have said."""
    keys = small_training().examples.keys
    generator = np.random.default_rng(3)
    traits = keys[["as_of", "enterprise_id", "sector"]].assign(
        size=generator.choice(["micro", "small"], len(keys)),
        age=generator.choice(["young", "old"], len(keys)),
        region=generator.choice(["R1", "R2|<b>x</b>"], len(keys)),
        ownership="private",
    )
    inspections = keys[["enterprise_id", "sector", "is_targeted"]].assign(record_id=keys.index, fate="used")
    inspections.loc[:9, "fate"] = "void"
    subjects = pd.DataFrame({"subject": sorted(_subjects()), "sector": None, "records": 7})
    own = pd.DataFrame({"subject": ["penalties"], "sector": [OWN], "records": [3]})
    dates = {"first": pd.Timestamp("2020-01-02"), "last": pd.Timestamp("2024-06-30")}
    holdings = pd.concat([subjects, own], ignore_index=True).assign(**dates, delay_days_median=2.0, delay_days_90=9.0)
    return Facts(holdings, inspections, traits)


def _subjects() -> Sequence[str]:
    from records.subjects import SUBJECTS

    return list(SUBJECTS)


def composed(sector: str):
    training = small_training()
    return compose_card(training, training.models[sector], run_checks(training, sector), LINEAGE, facts())


def card_of(sector: str) -> str:
    return to_markdown(composed(sector))


def table_of(section: Section) -> Table:
    return next(block for block in section.blocks if isinstance(block, Table))


@pytest.mark.parametrize("sector", ["general", OWN, BORROWED, POINTS])
def test_every_level_has_a_card_with_every_section_in_order(sector: str) -> None:
    card = card_of(sector)
    standard = small_training().models[sector].model.standard
    assert card.startswith(f"# 模型卡 Model card: {standard.name_zh} {standard.name_en} (`{sector}`)")
    assert re.findall(r"^## \d+\. (\S+) ", card, re.MULTILINE) == list(SECTIONS)


@pytest.mark.parametrize("sector", ["general", OWN, BORROWED, POINTS])
def test_without_the_records_the_card_says_so_and_is_whole_otherwise(sector: str) -> None:
    training = small_training()
    card = write_card(training, training.models[sector], run_checks(training, sector), LINEAGE)
    assert re.findall(r"^## \d+\. (\S+) ", card, re.MULTILINE) == list(SECTIONS)
    assert "本卡制作时未提供记录。 The records were not at hand when this card was made." in card


def test_the_card_says_what_a_tier_is_not_for() -> None:
    card = card_of(OWN)
    assert "interception rests on lists only, never on a tier" in card
    assert "联合惩戒和自动拦截只依据名单，不依据等级" in card
    assert "个体工商户、农民专业合作社、社会组织和事业单位不分级" in card
    assert "unconfirmed statement until a person has confirmed it" in card


def test_data_and_figures_are_those_of_the_sector() -> None:
    training = small_training()
    own = training.examples.keys[training.examples.of(OWN)]
    rows = training.models[OWN].rows
    figures = evaluate(rows["outcome"].to_numpy(), rows["probability"].to_numpy())
    card = card_of(OWN)
    assert "| 基准日（零时） as-of date, 00:00 | 2024-07-01 |" in card
    assert f"| 样本（快照×检查） examples (snapshot × inspection) | {len(own):,} |" in card
    assert f"| 其中有问题 of these with a problem | {int(own['outcome'].sum()):,} |" in card
    assert re.search(
        rf"\| AUC, 0.5 is chance \| {figures['auc']:.3f} \| 0\.\d+–0\.\d+ \|",
        card.replace("排序能力 AUC（0.5 为随机） ", ""),
    )
    assert f"smaller is better | {figures['log_loss']:.3f} |" in card


def test_the_general_card_counts_all_sectors() -> None:
    assert (
        f"| 样本（快照×检查） examples (snapshot × inspection) | {len(small_training().examples.keys):,} |"
        in card_of("general")
    )


def test_records_are_counted_per_subject_and_in_the_sector() -> None:
    assert "| 行政处罚 Penalties | 7 | 3 | 2020-01-02 | 2024-06-30 | 2 | 9 |" in card_of(OWN)
    assert "| 行政处罚 Penalties | 7 | – |" in card_of("general")
    assert "| 年度报告 Annual reports | 7 | – |" in card_of(OWN)


def test_exclusions_begin_with_all_inspections_and_end_with_those_used() -> None:
    training = small_training()
    own = int(training.examples.of(OWN).sum())
    void = int((facts().inspections["fate"].eq("void") & facts().inspections["sector"].eq(OWN)).sum())
    lines = [line for line in card_of(OWN).splitlines() if line.startswith("| ")]
    start = lines.index(f"| 在案检查 inspections on record |  | {len(training.examples.keys):,} |  |")
    assert lines[start + 1].startswith(
        f"| 属于其他领域 of other sectors | −{len(training.examples.keys) - own:,} | {own:,} |"
    )
    assert lines[start + 2].startswith(f"| 检查无效 void | −{void} | {own - void:,} |")
    assert lines[start + 3].startswith(f"| 用作样本 became examples |  | {own - void:,} |")


def test_tiers_state_the_promise_beside_what_was_predicted_and_found() -> None:
    fitted = small_training().models[OWN]
    low = fitted.rows[fitted.rows["tier_rank"] == 1]
    row = table_of(tiers_section(small_training(), fitted)).rows[0]
    assert row[:3] == (Text("低", "low"), f"0%–{fitted.model.standard.cuts[0]:.0%}", f"{len(low):,}")
    assert str(row[3]).startswith(f"{low['probability'].mean():.1%} (")
    assert str(row[4]).startswith(f"{low['outcome'].mean():.1%} (")


def test_the_low_tier_states_an_upper_bound_on_serious_problems() -> None:
    low = low_tier_of(small_training(), OWN)
    card = card_of(OWN)
    assert f"In the low tier {low.inspections} inspections found {low.serious} serious problems" in card
    assert f"below {low.upper:.1%} with 95% confidence (allowed: {low.allowed:.1%})" in card


def test_naive_figures_stand_beside_corrected_ones() -> None:
    rows = small_training().models[OWN].rows
    drawn = rows["basis"].eq("random") & (rows.index % 2 == 0)
    recent = rows.assign(basis=rows["basis"].where(drawn, "complaint"))
    training = with_fitted(small_training(), OWN, recent=recent)
    table = selection_blocks(training.models[OWN])[0]
    assert isinstance(table, Table)
    assert table.rows[0][0] == Text("问题率", "rate of problems")
    assert str(table.rows[0][1]).startswith(f"{rows['outcome'].mean():.1%} (")
    assert str(table.rows[0][3]).startswith(f"{rows.loc[drawn, 'outcome'].mean():.1%} (")
    assert table.rows[0][2::2] == (f"{len(rows)}", f"{drawn.sum()}")
    assert selection_blocks(small_training().models[OWN]) == ()


def test_the_weights_of_the_training_are_stated() -> None:
    weighting = small_training().weighting
    card = card_of(OWN)
    assert f"| 针对性检查的权重 weight of a targeted inspection | {weighting.targeted_weight:.2f} |" in card
    assert weighting.reason in card


def test_a_point_table_has_promises_but_no_figures() -> None:
    fitted = small_training().models[POINTS]
    assert figures_of(fitted) == {}
    assert [row[0] for row in table_of(tiers_section(small_training(), fitted)).rows][-1] == Text("高", "high")
    card = card_of(POINTS)
    assert "公布的计分表" in card
    assert "A point table states no probability" in card
    assert "There is no model: the point table was not tested" in card


def test_the_gate_names_choice_evidence_and_runner_up() -> None:
    training = small_training()
    section = gate_section(training, training.models[OWN])
    told, table = section.blocks
    assert isinstance(told, Paragraph)
    assert isinstance(table, Table)
    assert told.text.en == (
        "“sector booster” was chosen: its log-loss is 0.0100 above that of the best, “average”, less than one standard "
        "error (0.0200), and it is simpler. The runner-up is “average”, 0.0100 below it."
    )
    assert "选用“本领域提升树”" in told.text.zh
    assert table.rows[1] == (
        Text("本领域提升树", "sector booster"),
        "0.3800",
        "+0.0100",
        "0.0200",
        Text("选用", "chosen"),
    )
    assert table.marked == {1}
    assert [row[-1] for row in table.rows] == ["", Text("选用", "chosen"), Text("次选", "runner-up")]


def test_the_best_candidate_is_chosen_for_its_loss() -> None:
    gate = tuple(replace(rated, chosen=rated.name == "average") for rated in GATE)
    training = with_fitted(small_training(), OWN, gate=gate)
    told = gate_section(training, training.models[OWN]).blocks[0]
    assert isinstance(told, Paragraph)
    assert told.text.en.startswith(
        "“average” was chosen: it has the lowest log-loss. The runner-up is “sector booster”"
    )


def test_a_small_sector_says_that_it_fell_back_and_why() -> None:
    training = small_training()
    told = gate_section(training, training.models[BORROWED]).blocks[0]
    assert isinstance(told, Paragraph)
    own = training.examples.keys[training.examples.of(BORROWED)]
    assert told.text.en.startswith("The sector fell back to the general model, calibrated for the sector:")
    assert f"it has {int(own['outcome'].sum())} inspections with a problem, fewer than the 200" in told.text.en
    assert "no matured outcome to learn from" in card_of(POINTS)


@pytest.mark.parametrize("sector", [OWN, POINTS])
def test_the_indicators_that_the_standard_owns_are_named(sector: str) -> None:
    own = small_training().models[sector].model.standard.own_indicators
    assert own
    lines = card_of(sector).splitlines()
    told = next(line for line in lines if "本标准自有的指标" in line)
    assert all(BY_NAME[name].zh in told and BY_NAME[name].en in told for name in own)


def test_a_standard_without_indicators_of_its_own_names_none() -> None:
    fitted = small_training().models[OWN]
    standard = replace(fitted.model.standard, own_indicators=())
    training = with_fitted(small_training(), OWN, model=replace(fitted.model, standard=standard))
    blocks = indicators_section(training, training.models[OWN]).blocks
    assert [block.kind for block in blocks] == ["table"]


def test_the_strongest_indicators_come_first_with_direction_category_and_source() -> None:
    training = small_training()
    strongest = strongest_indicators(training, training.models[OWN])
    strengths = [strength for _, strength in strongest]
    assert strengths == sorted(strengths, reverse=True)
    assert strongest[0][0] in NAMES[1:]
    declared = BY_NAME["penalties_count_365d"]
    line = next(line for line in card_of(OWN).splitlines() if "`penalties_count_365d`" in line)
    assert "| ↑ 增加不降低风险 more never lowers | 监管 Supervision |" in line
    assert line.endswith(f"| {declared.source} |")


def test_every_check_is_shown_with_its_verdict_and_sentence() -> None:
    training = small_training()
    rows = composed(BORROWED).sections[SECTIONS.index("验收检查")].blocks[0].rows
    for finding, row in zip(run_checks(training, BORROWED), rows, strict=True):
        assert row[0] == Text(finding.check.zh, finding.check.en)
        assert row[3] == finding.sentence


def test_fairness_has_a_table_per_trait_with_everyone_first() -> None:
    card = card_of("general")
    rows = small_training().models["general"].rows
    for trait in ("规模 size", "年龄 age", "区域 region", "所有制 ownership"):
        assert f"\n| {trait} | 行 rows | 企业 enterprises |" in card
    assert card.count(f"\n| 全部 all | {len(rows):,} | {len(rows):,} |") == 4


def test_lineage_is_shown_without_the_gates_evidence() -> None:
    card = card_of(OWN)
    assert "| 数据指纹 data hash | `abc123` |" in card
    assert "| 代码版本 code version | `0123+dirty` |" in card
    assert "not shown here" not in card


class _Page(HTMLParser):
    """Tags with their attributes, and the text outside style."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] != "style":
            self.text.append(data)


def page_of(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    return page


def whole_page(sector: str) -> str:
    fitted = small_training().models[sector]
    return to_html(composed(sector), draw_pictures(fitted.rows, fitted.model.standard))


@pytest.mark.parametrize("sector", ["general", OWN, POINTS])
def test_the_page_loads_nothing_from_elsewhere(sector: str) -> None:
    html = whole_page(sector)
    names = {tag for tag, _ in page_of(html).tags}
    assert not names & {"script", "link", "iframe", "object", "embed", "img", "base", "form"}
    addresses = [
        value for _, attrs in page_of(html).tags for key, value in attrs.items() if key in ("href", "src", "xlink:href")
    ]
    assert all(address.startswith("#") for address in addresses if address)
    assert "url(http" not in html
    assert "@import" not in html


def test_page_and_markdown_say_the_same() -> None:
    shown = "".join(page_of(whole_page(OWN)).text)
    for section in composed(OWN).sections:
        assert section.title.zh in shown
        for block in section.blocks:
            for row in block.rows if isinstance(block, Table) else ():
                for cell in row:
                    parts = (cell.zh, cell.en) if isinstance(cell, Text) else (str(cell),)
                    assert all(part in shown for part in parts)


def test_the_page_is_chinese_first_and_draws_in_the_colours_of_the_page() -> None:
    html = whole_page(OWN)
    assert '<html lang="zh-CN">' in html
    assert html.count("<svg ") == 2
    assert "var(--blue)" in html
    assert "#1f5fa8" not in html.split("</style>", 1)[1].lower()
    assert '<span lang="zh-CN">用途与限制</span> <span class="en" lang="en">Purpose and limits</span>' in html


def test_texts_from_records_cannot_become_markup() -> None:
    hostile = "<script>alert(1)</script>|![x](http://evil.example/x.png)`*_"
    card = composed(OWN)
    cells = (Text(hostile, hostile), Code(hostile), hostile)
    table = Table((Text("a", "b"),) * 3, (cells,))
    html = to_html(replace(card, title=Text(hostile, ""), sections=(Section(Text(hostile, ""), (table,)),)), {})
    assert not {tag for tag, _ in page_of(html).tags} & {"script", "img"}
    assert "<script" not in html
    markdown = to_markdown(replace(card, sections=(Section(Text("a", "b"), (table,)),)))
    row = next(line for line in markdown.splitlines() if "alert" in line)
    without_code = re.sub(r"`[^`]*`", "", row)
    assert re.findall(r"(?<!\\)\|", without_code) == ["|"] * 4
    assert not re.search(r"(?<!\\)[<\[`*]", without_code)


def test_a_region_with_markup_in_its_name_stays_text() -> None:
    html = whole_page("general")
    assert "R2|&lt;b&gt;x&lt;/b&gt;" in html
    assert "R2\\|\\<b\\>x\\</b\\>" in card_of("general")


def test_columns_of_numbers_are_set_flush_right() -> None:
    rows = (
        ("a", "1,234", "12.5% (10.0%–15.0%)", "0.638–0.720", "2024-01-01", ""),
        ("b", "–", "–", "", "–", ""),
        ("c", "< 30", "−53", "+0.0007", "–", ""),
    )
    head = tuple(Text("", name) for name in "abcdef")
    assert Table(head, rows).numeric == (False, True, True, True, False, False)

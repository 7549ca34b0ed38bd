"""What one should hold against the model: each weakness is a rule asked of the facts, and a sentence where it holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.standard import GENERAL
from model.tiers import TIERS
from records.subjects import EVENT_SUBJECTS, SUBJECTS
from training.cards.blocks import Block, Bullets, Paragraph, Section, Text
from training.cards.data import distinct_inspections
from training.cards.facts import Facts
from training.cards.performance import has_figures
from training.cards.wording import count, day, indicator_label, share
from training.checks.check import Finding
from training.fairness import effective_enterprises
from training.fitted import Fitted, Training
from training.metrics import jeffreys
from training.outcomes import INSPECTION, is_drawn, is_targeted
from training.recipe import SECTOR_PROBLEMS

WIDEST_CALIBRATION = 1.5
"""Upper over lower end of the interval of observed over predicted; wider leaves a tier's promise open."""
FEWEST_DRAWN = 100
LARGEST_TARGETED = 0.3
FEWEST_IN_TIER = 30
MOSTLY_NULL = 0.9
SILENT_DAYS = 365
LATE_DAYS = 60
FEWEST_IN_YEAR = 100
SHIFT_SIGMAS = 2.58
"""A shift between two years that chance alone gives once in a hundred (two-sided). All bounds: project decisions."""


@dataclass(frozen=True)
class Case:
    """Everything that is known of one model when its weaknesses are looked for."""

    training: Training
    fitted: Fitted
    findings: Sequence[Finding]
    facts: Facts | None


def weaknesses_section(case: Case) -> Section:
    """Every weakness found, one sentence each."""
    found = tuple(text for rule in RULES for text in rule(case))
    nothing = Text(
        f"按 {len(RULES)} 条规则查找，未发现已知弱点。",
        f"None of the {len(RULES)} rules by which weaknesses are looked for applies.",
    )
    block: Block = Bullets(found) if found else Paragraph(nothing)
    return Section(Text("已知弱点", "Known weaknesses"), (block,))


def few_problems(case: Case) -> Iterator[Text]:
    problems = int(distinct_inspections(case.training, case.fitted.model.sector)["outcome"].sum())
    if problems < SECTOR_PROBLEMS:
        yield Text(
            f"发现问题的检查只有 {problems} 次（少于 {SECTOR_PROBLEMS} 次），可学到的本领域特点有限。",
            f"Only {problems} inspections found a problem (fewer than {SECTOR_PROBLEMS}): little of what is special to "
            "the sector can be learned.",
        )


def wide_calibration(case: Case) -> Iterator[Text]:
    if not has_figures(case.fitted):
        return
    rows = case.fitted.rows
    effective = effective_enterprises(pd.factorize(rows["enterprise_id"])[0])
    around = jeffreys(float(rows["outcome"].mean()) * effective, effective)
    predicted = float(rows["probability"].mean())
    if around.high > WIDEST_CALIBRATION * around.low:
        yield Text(
            f"校准的把握不大：实际与预测之比的 95% 区间为 {around.low / predicted:.2f}–{around.high / predicted:.2f}。",
            f"Calibration is loosely known: observed over predicted lies between {around.low / predicted:.2f} and "
            f"{around.high / predicted:.2f} (95%).",
        )


def no_random_draws(case: Case) -> Iterator[Text]:
    if not has_figures(case.fitted):
        return
    drawn = int(is_drawn(case.fitted.rows).sum())
    if drawn == 0:
        yield Text(
            "评判用的检查中没有登记入样概率的随机抽查，各等级对全部企业的真实问题率无从得知。",
            "None of the judging inspections is a random draw with a registered inclusion probability: the true rate "
            "of a tier is unknown.",
        )
    elif drawn < FEWEST_DRAWN:
        yield Text(
            f"评判用的随机抽查只有 {drawn} 行，各等级的加权估计很不精确。",
            f"Only {drawn} of the judging rows are random draws: the design-based rates are very imprecise.",
        )


def many_targeted(case: Case) -> Iterator[Text]:
    once = distinct_inspections(case.training, case.fitted.model.sector)
    targeted = float(once["is_targeted"].mean()) if len(once) else 0.0
    if targeted > LARGEST_TARGETED:
        yield Text(
            f"训练所用检查有 {share(targeted, 0)} 是针对性检查，其结果偏高，只以较小权重使用。",
            f"{share(targeted, 0)} of the inspections learned from were targeted: what they find runs high, and they "
            "weigh little.",
        )
    if has_figures(case.fitted) and is_targeted(case.fitted.rows).any():
        yield Text(
            "非针对性检查太少，评判和校准也用了针对性检查，概率可能偏高。",
            "Untargeted inspections were too few, so targeted ones judge too: probabilities may run high.",
        )


def untested_tiers(case: Case) -> Iterator[Text]:
    if not has_figures(case.fitted):
        return
    sizes = case.fitted.rows["tier_rank"].value_counts()
    few = [tier for tier in TIERS if sizes.get(tier.rank, 0) < FEWEST_IN_TIER]
    if few:
        yield Text(
            f"样本外记录不足 {FEWEST_IN_TIER} 行的等级：{'、'.join(tier.zh for tier in few)}；其承诺几乎未经检验。",
            f"Tiers with fewer than {FEWEST_IN_TIER} out-of-fold rows: {', '.join(tier.en for tier in few)}; their "
            "promise is hardly tested.",
        )


def null_indicators(case: Case) -> Iterator[Text]:
    examples, sector = case.training.examples, case.fitted.model.sector
    own = examples.values if sector == GENERAL else examples.values[examples.of(sector)]
    if not len(own):
        return
    nulls = np.isnan(own).mean(axis=0)
    mostly = [examples.names[position] for position in np.flatnonzero(nulls > MOSTLY_NULL)]
    if mostly:
        labels = [indicator_label(name) for name in mostly[:3]]
        yield Text(
            f"有 {len(mostly)} 项指标在九成以上样本中为空，如{'、'.join(label.zh for label in labels)}。",
            f"{len(mostly)} indicators are null in nine of ten examples, such as "
            f"{'; '.join(label.en or label.zh for label in labels)}.",
        )


def silent_feeds(case: Case) -> Iterator[Text]:
    if case.facts is None:
        return
    held = case.facts.holdings
    held = held[held["sector"].isna()].set_index("subject").loc[[subject.name for subject in EVENT_SUBJECTS]]
    missing = held.index[held["records"] == 0]
    if len(missing):
        subjects = [SUBJECTS[name] for name in missing]
        yield Text(
            f"没有记录的主题：{'、'.join(subject.zh for subject in subjects)}；相关指标不起作用。",
            f"Subjects without any record: {', '.join(subject.en for subject in subjects)}; "
            "their indicators say nothing.",
        )
    age_days = (pd.Timestamp(case.training.as_of) - pd.to_datetime(held["last"])).dt.days
    for name in held.index[age_days > SILENT_DAYS]:
        last = day(pd.Timestamp(held.loc[name, "last"]))
        yield Text(
            f"{SUBJECTS[name].zh}在基准日前一年内没有新记录（最近为 {last}），可能已停止报送。",
            f"{SUBJECTS[name].en}: no record in the year before the as-of date (the last is of {last}); the feed may "
            "have stopped.",
        )


def late_feeds(case: Case) -> Iterator[Text]:
    if case.facts is None:
        return
    held = case.facts.holdings
    late = held[held["sector"].isna() & (held["delay_days_90"] > LATE_DAYS) & (held["subject"] != "enterprises")]
    for row in late.itertuples():
        subject = SUBJECTS[str(row.subject)]
        yield Text(
            f"{subject.zh}一成以上的记录在发生 {LATE_DAYS} 天后才获知，近期情况会显得比实际好。",
            f"{subject.en}: a tenth of the records or more become known later than {LATE_DAYS} days after the event, "
            "so the recent past looks better than it was.",
        )


def shifted_rate(case: Case) -> Iterator[Text]:
    """Between the last two years with enough untargeted inspections."""
    once = case.training.examples.keys.drop_duplicates(INSPECTION)
    sector = case.fitted.model.sector
    once = once[~once["is_targeted"] & ((once["sector"] == sector) | (sector == GENERAL))]
    years = once.groupby(once["occurred_on"].dt.year)["outcome"].agg(["mean", "size"])
    years = years[years["size"] >= FEWEST_IN_YEAR]
    if len(years) < 2:
        return
    (before, now), (n_before, n_now) = years["mean"].iloc[-2:], years["size"].iloc[-2:]
    pooled = (before * n_before + now * n_now) / (n_before + n_now)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n_before + 1 / n_now))
    if error > 0 and abs(now - before) > SHIFT_SIGMAS * error:
        first, second = years.index[-2:]
        yield Text(
            f"非针对性检查的问题率由 {first} 年的 {share(before)} 变为 {second} 年的 {share(now)}，超出偶然波动；"
            "若继续变化，概率会失准。",
            f"The rate of problems at untargeted inspections went from {share(before)} in {first} to {share(now)} in "
            f"{second}, beyond noise; if it goes on, probabilities will be off.",
        )


def learned_nothing(case: Case) -> Iterator[Text]:
    if case.fitted.model.level == "point_table":
        examples = count(len(distinct_inspections(case.training, case.fitted.model.sector)))
        yield Text(
            f"没有模型：计分表未经本领域检查结果检验（样本 {examples} 个）。",
            f"There is no model: the point table was not tested on outcomes of the sector ({examples} examples).",
        )


def failed_checks(case: Case) -> Iterator[Text]:
    for found in case.findings:
        if found.verdict == "failed":
            yield Text(f"未通过验收检查“{found.check.zh}”。", f"Failed: {found.check.en}. {found.sentence}")


RULES = (
    learned_nothing,
    few_problems,
    wide_calibration,
    no_random_draws,
    many_targeted,
    untested_tiers,
    null_indicators,
    silent_feeds,
    late_feeds,
    shifted_rate,
    failed_checks,
)
"""In the order in which the card names them."""

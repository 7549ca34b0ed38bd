"""The numbers and codes of a standard in plain words, in both languages."""

import re

from features.wording import UNITS
from records.event_columns import SEVERITIES
from training.cards.blocks import Text

_SOURCES = {
    "project decision": Text("本项目决定", "project decision"),
    "plan on credit commitments (信用承诺), R17-R18": Text("实施方案关于信用承诺的规定", "plan on credit commitments"),
}
_ARTICLE = re.compile(r" Art\. (\d+(?:-\d+)?)")
_YEAR_DAYS = 365

SEVERITY_WORDS = dict(
    zip(
        SEVERITIES,
        (
            Text("轻微及以上问题", "a problem of any severity, minor ones included"),
            Text("一般及以上问题", "a general or serious problem"),
            Text("严重问题", "a serious problem"),
        ),
        strict=True,
    )
)
"""What counts as a problem, by the least severity that a standard names."""

DIRECTION_WORDS = {
    1: Text("数值越大，风险只升不降", "a larger value never lowers the risk"),
    -1: Text("数值越大，风险只降不升", "a larger value never raises the risk"),
    0: Text("方向不作规定", "no direction is promised"),
}
DIRECTION_SIGNS = {1: "↑", -1: "↓", 0: "·"}


def period(days: int) -> Text:
    """How long a horizon is, in years where it is whole years."""
    if days % _YEAR_DAYS:
        return Text(f"{days} 天内", f"within {days} days")
    years = days // _YEAR_DAYS
    zh = {1: "一年", 2: "两年"}.get(years, f"{years} 年")
    return Text(f"{zh}内", "within a year" if years == 1 else f"within {years} years")


def percent(share: float) -> str:
    """A share in percent with as many digits as it has, and no more.

    >>> percent(0.07), percent(0.125)
    ('7%', '12.5%')
    """
    return f"{_hundredth(share)}%"


def promise(low: float, high: float, horizon_days: int) -> Text:
    """What a tier promises: how many of a hundred enterprises inspected at random show a problem.

    `low` and `high` are the standard's cuts around the tier, 0 and 1 at its ends; closed below and open above.
    """
    within = period(horizon_days)
    least, below = _hundredth(low), _hundredth(high)
    if low <= 0:
        zh, en = f"不到 {below} 家", f"fewer than {below}"
    elif high >= 1:
        zh, en = f" {least} 家及以上", f"{least} or more"
    else:
        zh, en = f" {least} 家及以上、不到 {below} 家", f"{least} or more, but fewer than {below}"
    return Text(
        f"每 100 家随机检查，{within.zh}有{zh}发现问题",
        f"Of 100 inspected at random, {en} show a problem {within.en}",
    )


def frequency(times: float | None) -> Text:
    """Planned checks of one enterprise in a year; null: the draw alone decides."""
    if times is None:
        return Text("由抽取决定", "as drawn")
    return Text(f"每年 {times:g} 次", "once a year" if times == 1 else f"{times:g} times a year")


def cap(times: int | None) -> Text:
    """The most planned checks of one enterprise in a year; null: none is set."""
    if times is None:
        return Text("不设上限", "no cap")
    return Text(f"每年不超过 {times} 次", f"at most {times} a year")


def months(count: int | None) -> Text:
    """A term of months, in years where it is whole years; null: there is none."""
    if count is None:
        return Text("无须申请", "not needed")
    if count % 12:
        return Text(f"{count} 个月", f"{count} months")
    return Text(f"{count // 12} 年", "1 year" if count == 12 else f"{count // 12} years")


def source(text: str) -> Text:
    """Where an indicator comes from, as the catalogue names it; English where that says more than a title."""
    return _SOURCES.get(text, Text(_ARTICLE.sub(r"第\1条", text), text))


def unit(name: str) -> Text:
    """A unit of the catalogue; one without a Chinese word stands as it is."""
    return Text(UNITS.get(name, name), name)


def halves(text: str) -> Text:
    """A text written as `中文 English`, or `中文 (English)`, in its two halves."""
    zh, _, en = text.partition(" ")
    return Text(zh, en.removeprefix("(").removesuffix(")") if en.startswith("(") else en)


def _hundredth(share: float) -> str:
    return f"{round(share * 100, 4):g}"

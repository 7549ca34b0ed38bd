"""What the loop says of each goal, and all of it for the reader."""

from collections.abc import Mapping
from typing import Any

from scipy import stats

from loop.alarm import SECTOR, SHOCK
from loop.policies import GREEDY, OURS, POLICIES, RANDOM
from loop.summary import SOON, biased
from loop.table import markdown_table, percent, times
from loop.years import EFFORT, WARM_UP_YEARS

GOAL_GAIN = 1.8
GOAL_SOON = 0.5
"""A shock is noticed in time where at least half of them are."""


def verdicts(summary: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Per goal whether it is kept, and what it rests on."""
    ours, greedy = summary["policies"][OURS], summary["policies"][GREEDY]
    return {
        "gain": {"kept": ours["gain"]["mean"] >= GOAL_GAIN, "measured": ours["gain"]["mean"]},
        "stated_rates": _unbiased(ours, "stated_bias"),
        "estimated_rates": _unbiased(ours, "estimated_bias"),
        "noticed": {
            "kept": ours["noticed"]["whole"]["soon"]["mean"] >= GOAL_SOON,
            "measured": ours["noticed"]["whole"]["soon"]["mean"],
        },
        "greedy_goes_blind": _blindness(greedy, summary["policies"][RANDOM]),
    }


def _blindness(greedy: Mapping[str, Any], random: Mapping[str, Any]) -> dict[str, Any]:
    """Blind: its stated rates fail what ours have to pass, and it notices a shock where it does not look less often.

    Both by the districts' intervals, the second by the year's end and beside pure random draws. Fixed on the districts
    1 to 10, where the error over all four tiers, with which it began, told no policy from another; judged on others.
    """
    stated, own, others = _unbiased(greedy, "stated_bias"), _by_end(greedy), _by_end(random)
    is_late = own["high"] is not None and own["high"] < others["low"]
    return stated | {"kept": not stated["kept"] and is_late}


def _unbiased(policy: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Kept where no more intervals leave out 0 than happens once in a hundred times to intervals of 95 %."""
    beyond, total = biased(policy, kind)
    return {"kept": bool(beyond <= stats.binom.ppf(0.99, total, 0.05)), "measured": beyond, "of": total}


def as_markdown(summary: Mapping[str, Any]) -> str:
    """The whole result: what was done, the policies side by side, each goal, rates by year."""
    return "\n".join(
        [*_opening(summary), markdown_table(summary), *_goals(summary), *_rates(summary), *_blind(summary)]
    )


def _opening(summary: Mapping[str, Any]) -> list[str]:
    return [
        "# 闭环：策略并排 The loop, policies side by side",
        "",
        f"{summary['districts']} simulated districts of {summary['enterprises']:,} enterprises; {WARM_UP_YEARS} years "
        f"drawn by the visible history, then {summary['years']} years under each policy, all from the same day. Each "
        f"policy has the same number of inspections, {EFFORT:.0%} of the pool a year; visits after complaints are the "
        "same, and the officers' other visits follow the same rule. The models are trained anew every year on what the "
        "policy's own inspections found. Figures are means over the districts with 95 % intervals (Student's t).",
        "",
        "Problems per inspection are those that the truth expects on the day of each visit. Truly low risk: a true "
        "probability below the first cut of the standard. Serious problems missed: of all that the truth expects in "
        "the pool, those at enterprises of the low tier that were not drawn. Error of stated rates: mean distance of "
        "the four tiers' mean probability from their mean true one. Tiers are the models', those of the point table "
        "for its own policy.",
        "",
    ]


def _goals(summary: Mapping[str, Any]) -> list[str]:
    ours, greedy, random = (summary["policies"][one] for one in (OURS, GREEDY, RANDOM))
    found, blind = summary["verdicts"], summary["verdicts"]["greedy_goes_blind"]
    whole, half = ours["noticed"]["whole"]["soon"], ours["noticed"]["better_half"]["soon"]
    return [
        "## 目标 Goals",
        "",
        f"- {_word(found['gain'])} at least {GOAL_GAIN} times the problems per inspection of pure random: "
        f"{times(ours['gain'])}.",
        f"- {_word(found['stated_rates'])} stated tier rates unbiased every year: "
        f"{found['stated_rates']['measured']} of {found['stated_rates']['of']} intervals (year x tier) leave out 0.",
        f"- {_word(found['estimated_rates'])} tier rates estimated from the year's random draws unbiased every year: "
        f"{found['estimated_rates']['measured']} of {found['estimated_rates']['of']} intervals leave out 0.",
        f"- {_word(found['noticed'])} a shock in one sector ({SECTOR}, log-odds + {SHOCK:g}) noticed within {SOON} "
        f"months: {percent(whole)} of shocks; where only the sector's better half has it: {percent(half)}. Years with "
        f"a false alarm: {percent(ours['false_alarms'])}.",
        f"- {_word(found['greedy_goes_blind'])} the riskiest-only policy goes blind: {blind['measured']} of "
        f"{blind['of']} intervals of its stated rates leave out 0, and a new problem of a sector's better half is "
        f"noticed by the year's end in {percent(_by_end(greedy))} (pure random {percent(_by_end(random))}). Over all "
        f"four tiers its stated rates are off by {percent(greedy['stated_error'])}, ours by "
        f"{percent(ours['stated_error'])}.",
        "",
    ]


def _by_end(policy: Mapping[str, Any]) -> Any:
    """The share of shocks of the better half that are noticed by the year's end."""
    return policy["noticed"]["better_half"]["by_month"][-1]


def _word(verdict: Mapping[str, Any]) -> str:
    return "达到 kept:" if verdict["kept"] else "未达到 **missed**:"


def _rates(summary: Mapping[str, Any]) -> list[str]:
    lines = ["## 等级率的偏差 Bias of our tier rates by year", ""]
    lines += ["Stated minus true, and estimated from the year's draws minus true, in percentage points.", ""]
    tiers = list(summary["policies"][OURS]["by_year"][0]["tiers"])
    lines += [f"| year | {' | '.join(f'{tier} stated | estimated' for tier in tiers)} |"]
    lines += [f"| --- |{' --- |' * 2 * len(tiers)}"]
    for year in summary["policies"][OURS]["by_year"]:
        cells = [points(year["tiers"][tier][kind]) for tier in tiers for kind in ("stated_bias", "estimated_bias")]
        lines.append(f"| {year['year']} | {' | '.join(cells)} |")
    return [*lines, ""]


def _blind(summary: Mapping[str, Any]) -> list[str]:
    lines = ["## 看不见什么 What each policy cannot see", ""]
    lines += [
        "The low tier: its share of the pool (all years), what the models state of it and what is true in the last "
        "year, and how well they then rank it and the whole pool; the share of all serious problems that lies at drawn "
        f"enterprises; and shocks that only the better half of the sector has, noticed within {SOON} months."
    ]
    heads = "share of the pool | stated | true | AUC in low | AUC | serious problems met | better half noticed"
    lines += ["", f"| policy | {heads} |", "|" + " --- |" * 8]
    for policy in POLICIES:
        if (found := summary["policies"].get(policy.id)) is not None:
            last = found["by_year"][-1]
            low = last["tiers"]["low"]
            cells = [percent(found["low_share"]), percent(low["stated"]), percent(low["true"])]
            cells += [times(last["auc_low"]), times(last["auc"]), percent(found["serious_met"])]
            cells.append(percent(found["noticed"]["better_half"]["soon"]))
            lines.append(f"| {policy.zh} {policy.en} | {' | '.join(cells)} |")
    return [*lines, ""]


def points(figure: Mapping[str, float | None] | None) -> str:
    """+1.2 (-0.3 to 2.7), a `*` after it where 0 is left out."""
    if figure is None or figure["mean"] is None:
        return "–"
    if figure["low"] is None or figure["high"] is None:
        return f"{100 * figure['mean']:+.1f}"
    mark = "" if figure["low"] <= 0 <= figure["high"] else " *"
    return f"{100 * figure['mean']:+.1f} ({100 * figure['low']:+.1f} to {100 * figure['high']:+.1f}){mark}"

"""Is the goal met? Where the product stands on each set, on average and over all sets, in words that hide nothing.

A set's result is what `benchmarks.quality.judge` gives: its `models` by name, with figures, and per peer the difference
to ours.
"""

from collections.abc import Mapping
from typing import Any

from benchmarks.comparison import Difference, pooled_log_loss, ranks

OURS = "fenji"
LARGEST_FIRST = {"log_loss": False, "auc": True}
"""The two figures the goal is about, and whether a larger one is better."""
METRIC = {"log_loss": "log-loss", "auc": "AUC"}
PLACES = {"first": "第一 first", "within": "在第一名区间内 within the interval of the first", "behind": "落后 behind"}

Result = Mapping[str, Any]


def with_ranks(models: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The same models, each with its rank in log-loss and in AUC among those that answer on this set."""
    placed = {
        metric: ranks({name: model[metric] for name, model in models.items()}, largest_first=largest)
        for metric, largest in LARGEST_FIRST.items()
    }
    return {
        name: {**model, "rank": {metric: of[name] for metric, of in placed.items()}} for name, model in models.items()
    }


def place(result: Result, metric: str) -> dict[str, Any]:
    """Where ours stands on one set: `place` is a key of PLACES, `leader` the best peer and `difference` its to ours.

    `first`: no peer is better. `within`: one is, but the paired interval of its difference to ours includes 0.
    """
    peers = {name: model[metric] for name, model in result["models"].items() if name != OURS}
    leader = (max if LARGEST_FIRST[metric] else min)(peers, key=lambda name: peers[name])
    difference = Difference(**result["models"][leader]["difference"][metric])
    if result["models"][OURS]["rank"][metric] == 1:
        where = "first"
    else:
        where = "within" if difference.is_within_noise else "behind"
    return {"place": where, "leader": leader, "difference": vars(difference)}


def summarise(results: Mapping[str, Result]) -> dict[str, Any]:
    """Average ranks and pooled log-loss per model, and each part of the goal with whether it is met.

    A peer that does not answer on every set is held against ours on the sets on which it does (`ours_on_these`).
    """
    names = list(dict.fromkeys(name for result in results.values() for name in result["models"]))
    models = {name: _over_sets(name, results) for name in names}
    goal = [*_placing(results, models), *_pooled(models), *_calibrated(results)]
    return {"models": models, "goal": goal, "is_met": all(part["is_met"] for part in goal)}


def _over_sets(name: str, results: Mapping[str, Result]) -> dict[str, Any]:
    own = {key: result for key, result in results.items() if name in result["models"]}
    answers = [result["models"][name] for result in own.values()]
    return {
        "zh": answers[0]["zh"],
        "en": answers[0]["en"],
        "sets": len(own),
        "average_rank": {metric: sum(a["rank"][metric] for a in answers) / len(own) for metric in LARGEST_FIRST},
        "pooled_log_loss": _pool(name, own),
        "ours_on_these": _pool(OURS, own),
        "seconds": sum(answer["seconds"] for answer in answers),
    }


def _pool(name: str, results: Mapping[str, Result]) -> dict[str, float]:
    return pooled_log_loss({key: (result["models"][name]["log_loss"], result["n"]) for key, result in results.items()})


def _placing(results: Mapping[str, Result], models: Mapping[str, Any]) -> list[dict[str, Any]]:
    """First on every set, or within the interval of the first on every set and first on average rank."""
    places = [place(result, metric)["place"] for result in results.values() for metric in LARGEST_FIRST]
    count = {where: places.count(where) for where in PLACES}
    parts = [
        _part(
            count["behind"] == 0,
            f"{len(places)} 项比较：第一 {count['first']} 项，"
            f"在第一名区间内 {count['within']} 项，落后 {count['behind']} 项",
            f"of {len(places)} comparisons first in {count['first']}, within the interval of the first in "
            f"{count['within']}, behind in {count['behind']}",
        )
    ]
    return parts if count["first"] == len(places) else [*parts, *(_average(metric, models) for metric in LARGEST_FIRST)]


def _average(metric: str, models: Mapping[str, Any]) -> dict[str, Any]:
    averages = {name: model["average_rank"][metric] for name, model in models.items()}
    best = min((name for name in averages if name != OURS), key=lambda name: averages[name])
    return _part(
        averages[OURS] < averages[best],
        f"{METRIC[metric]} 平均名次 {averages[OURS]:.2f}，其余最好的是 {models[best]['zh']} {averages[best]:.2f}",
        f"average rank in {METRIC[metric]} {averages[OURS]:.2f}, the best peer is {models[best]['en']} with "
        f"{averages[best]:.2f}",
    )


def _pooled(models: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Strictly below every peer on the sets it answers: a tie is not a win."""
    words = {"by_row": ("按行合并", "over all rows"), "by_set": ("按数据集平均", "averaged over the sets")}
    return [_better_pooled(models, key, zh, en) for key, (zh, en) in words.items()]


def _better_pooled(models: Mapping[str, Any], key: str, zh: str, en: str) -> dict[str, Any]:
    lead = {
        name: model["pooled_log_loss"][key] - model["ours_on_these"][key]
        for name, model in models.items()
        if name != OURS
    }
    closest = min(lead, key=lambda name: lead[name])
    ours = models[OURS]["pooled_log_loss"][key]
    return _part(
        lead[closest] > 0,
        f"log-loss {zh} {ours:.4f}，最接近的是 {models[closest]['zh']}，与本系统相差 {lead[closest]:+.4f}",
        f"log-loss {en} {ours:.4f}, the closest peer is {models[closest]['en']} at {lead[closest]:+.4f} from ours",
    )


def _calibrated(results: Mapping[str, Result]) -> list[dict[str, Any]]:
    parts = []
    for key, result in results.items():
        ours = result["models"][OURS]
        error, bound = ours["calibration_error"], ours["calibration_bound"]
        zh = f"{key} 校准误差 {error:.4f}，上限 {bound:.4f}"
        parts.append(_part(error <= bound, zh, f"calibration error on {key} {error:.4f}, bound {bound:.4f}"))
    return parts


def _part(is_met: bool, zh: str, en: str) -> dict[str, Any]:
    return {"is_met": bool(is_met), "zh": zh, "en": en}

"""Were there enough problems to learn from?"""

from model.standard import GENERAL
from training.checks.check import Check
from training.fitted import Fitted, Training
from training.recipe import SECTOR_PROBLEMS


def find(training: Training, fitted: Fitted) -> str | None:
    """Count the inspections that found a problem, each once however many snapshots see it.

    A sector below the recipe's number fell back to the general model or the point table.
    """
    problems = _problems(training, fitted.model.sector)
    if problems >= SECTOR_PROBLEMS:
        return None
    return (
        f"A model needs at least {SECTOR_PROBLEMS} inspections with a problem to be the sector's own, there are "
        f"{problems}; its level is {fitted.model.level}, keep drawing at random until more are in."
    )


def _problems(training: Training, sector: str) -> int:
    keys = training.examples.keys
    found = keys[keys["outcome"] > 0]
    if sector != GENERAL:
        found = found[found["sector"] == sector]
    return len(found.drop_duplicates(["enterprise_id", "sector", "occurred_on"]))


CHECK = Check("enough_outcomes", "可学习的问题结果足够", "enough outcomes to learn from", "warning", find)

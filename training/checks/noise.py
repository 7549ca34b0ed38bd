"""How far does chance alone go? Bounds for questions that are asked of many models at once.

Twenty-one models asked at 95 % each would refuse one of them at random in almost every training. So the level belongs
to the whole training: a training in which nothing is wrong passes a question in all its models 95 times in 100 (Šidák,
1967; exact for independent models, and cautious for these, as the general model is judged on the sectors' rows too).
"""

from statistics import NormalDist

from training.fitted import Training

FAMILY_LEVEL = 0.95
"""The chance that a training without any fault passes one question in all its models (project decision)."""
SINGLE_DEVIATIONS = NormalDist().inv_cdf(FAMILY_LEVEL)
"""One-sided 95 % of a normal deviate, for a question whose wrong answer costs nothing: the champion goes on."""


def level_of_each(training: Training, comparisons: int = 1) -> float:
    """The level of one comparison, where each model with probabilities is asked `comparisons` of them."""
    asked = sum(fitted.model.calibration is not None and len(fitted.rows) > 0 for fitted in training.models.values())
    return float(FAMILY_LEVEL ** (1 / max(asked * comparisons, 1)))


def deviations_of_each(training: Training, comparisons: int = 1) -> float:
    """That level as one-sided standard deviations of a normal deviate: 1.6 for one model, 2.8 for twenty-one."""
    return NormalDist().inv_cdf(level_of_each(training, comparisons))

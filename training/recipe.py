"""The one recipe for every data set: nothing here is tuned to a single set by hand (project decisions, measured)."""

SNAPSHOTS = 12
"""Training as-of dates, one a quarter: three years of history, each outcome seen from several distances."""
SNAPSHOT_MONTHS = 3
RECENT_DAYS = 300
"""Snapshots at most this much older than the last one calibrate and judge: the last year of outcomes (4 snapshots)."""

FOLDS = 3
"""Folds by enterprise for out-of-fold margins."""

BOOSTER = {
    "learning_rate": 0.05,
    "num_leaves": 8,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "lambda_l2": 20.0,
    "max_bin": 63,
}
ROUNDS = 150
FOLD_SEEDS = (1, 2)
SEEDS = (1, 2, 3, 4)

SECTOR_BOOSTER = {**BOOSTER, "num_leaves": 4, "min_data_in_leaf": 50}
SECTOR_ROUNDS = 50
"""The small booster that a sector adds on top of the general margin."""

SCORECARD_BINS = 10
SCORECARD_INDICATORS = 30
SCORECARD_RIDGE = 200.0

GATE_ERRORS = 2.0
"""Standard errors by which a sector's candidate must beat a simpler one. One, the usual rule, is too few: rows out of
fold share their time with the fit, which flatters whatever was fitted closer (a sector's own scorecard that one error
let in lost 0.02 of AUC in the year after)."""
SECTOR_PROBLEMS = 200
"""Distinct problem inspections a sector needs before candidates of its own are tried."""

TARGETED_BASES = ("directed", "complaint", "assigned", "special")
"""Inspections that someone aimed: biased upward, so they help train with little weight and never calibrate."""
TARGETED_WEIGHT = 0.5
DESIGN_WEIGHT_CAP = 5.0
"""Largest weight with which a probability draw trains, relative to the median draw: rarer draws are noisy, not more
true. What calibrates has its whole weight (`training.weighting.judging_weight`)."""
UNTARGETED_PROBLEMS = 50
"""With fewer problems among untargeted inspections every regular inspection calibrates."""

CALIBRATION_SAMPLES = 200
SLOPE_PRIOR_DEVIATION = 0.05
"""How far a sector's slope may go from the general one before the data must insist."""
GENERAL_SLOPE_PRIOR_DEVIATION = 0.15
"""How far the general slope may go from 1: strong regularisation draws margins together, by a tenth in small districts,
and a steadier slope promised too much in the low tier and too little in the high one."""
LEVEL_PRIOR_DEVIATION = 2.0
"""How far the level of the last year's outcomes may lie from what was learned (log-odds): it goes where the outcomes
are, and is held only where a severity was never found."""
SECTORS_AS_PRIOR = 4
SPREAD_AS_PRIOR = 0.15
"""How far sectors lie apart is learned from their outcomes; this many imagined sectors, this far apart (standard
deviation in log-odds), are added, so that two or three sectors cannot make much of their chance differences."""

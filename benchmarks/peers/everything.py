"""Every peer, from the plainest rule to the most laborious fit."""

from benchmarks.peers import explainable_boosting, point_table, prior_rate, scorecard, tuned_lightgbm
from benchmarks.peers.default_boosters import CATBOOST, LIGHTGBM, XGBOOST
from benchmarks.peers.peer import Peer

PEERS: tuple[Peer, ...] = (
    prior_rate.PEER,
    point_table.PEER,
    scorecard.PEER,
    LIGHTGBM,
    XGBOOST,
    CATBOOST,
    explainable_boosting.PEER,
    tuned_lightgbm.PEER,
)

"""Who will leave, who slips out of her rhythm, and who will be good?

`churn_features` knows customers as of a date; `ChurnModel` and `ChurnLogistic` give chances of leaving with reasons;
`early_value` says how early the best are known; `silence_alert`, `rhythm_change` and `basket_change` alarm on what is
unusual for this very customer, at a stated rate of false alarms.
"""

from fleuve_analytics.churn.baskets import BasketModel, FittedBaskets
from fleuve_analytics.churn.boosted import ChurnModel, FittedChurnModel
from fleuve_analytics.churn.change import ChangeAlerts, basket_change, rhythm_change
from fleuve_analytics.churn.early import EARLY_FEATURES, EarlyAccuracy, EarlyTable, early_table, early_value
from fleuve_analytics.churn.features import ChurnTable, Interactions, churn_features, purged_split
from fleuve_analytics.churn.gaps import GapTable, Runs, gap_table
from fleuve_analytics.churn.judgement import (
    ChurnReport,
    CrossValidated,
    Importance,
    cross_validate,
    judge_churn,
    permutation_importance,
)
from fleuve_analytics.churn.logistic import ChurnLogistic, FittedChurnLogistic
from fleuve_analytics.churn.rhythm import FittedRhythm, RhythmModel
from fleuve_analytics.churn.score import FittedChurn, Reason
from fleuve_analytics.churn.silence import (
    PastAlarms,
    SilenceAlerts,
    calibrated_rate,
    past_silence_alarms,
    silence_alert,
)

__all__ = [
    "EARLY_FEATURES",
    "BasketModel",
    "ChangeAlerts",
    "ChurnLogistic",
    "ChurnModel",
    "ChurnReport",
    "ChurnTable",
    "CrossValidated",
    "EarlyAccuracy",
    "EarlyTable",
    "FittedBaskets",
    "FittedChurn",
    "FittedChurnLogistic",
    "FittedChurnModel",
    "FittedRhythm",
    "GapTable",
    "Importance",
    "Interactions",
    "PastAlarms",
    "Reason",
    "RhythmModel",
    "Runs",
    "SilenceAlerts",
    "basket_change",
    "calibrated_rate",
    "churn_features",
    "cross_validate",
    "early_table",
    "early_value",
    "gap_table",
    "judge_churn",
    "past_silence_alarms",
    "permutation_importance",
    "purged_split",
    "rhythm_change",
    "silence_alert",
]

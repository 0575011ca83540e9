"""Who will leave, who slips out of her rhythm, and who will be good?"""

from fleuve_analytics.churn.boosted import ChurnModel, FittedChurnModel
from fleuve_analytics.churn.judgement import (
    ChurnReport,
    CrossValidated,
    Importance,
    cross_validate,
    judge_churn,
    permutation_importance,
)
from fleuve_analytics.churn.logistic import ChurnLogistic, FittedChurnLogistic
from fleuve_analytics.churn.score import FittedChurn, Reason

__all__ = [
    "ChurnLogistic",
    "ChurnModel",
    "ChurnReport",
    "CrossValidated",
    "FittedChurn",
    "FittedChurnLogistic",
    "FittedChurnModel",
    "Importance",
    "Reason",
    "cross_validate",
    "judge_churn",
    "permutation_importance",
]

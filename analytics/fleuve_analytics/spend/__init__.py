"""What does a purchase of this person bring?"""

from fleuve_analytics.spend.gamma_gamma import FittedGammaGamma, GammaGamma
from fleuve_analytics.spend.independence import Independence, spend_independence

__all__ = ["FittedGammaGamma", "GammaGamma", "Independence", "spend_independence"]

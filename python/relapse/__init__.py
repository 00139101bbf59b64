"""Early warning of relapse in addiction recovery, from check-ins.

Signs locate, situations move: warning signs tell in which stage a person is now,
high-risk situations and the person's resources tell how fast the person moves on.
"""

from relapse._core import (
    Assessment,
    Contact,
    ContactRule,
    Driver,
    Instrument,
    Model,
    PersonalSign,
    Plan,
    Strategy,
    Suggestion,
    Trigger,
    __version__,
)
from relapse.errors import CheckInError, InvalidInput, ParseError, UnknownColumnWarning
from relapse.fits import FitResult, LikelihoodRatio, fit, profile
from relapse.instruments import check_ins_from, instrument_names, score_instrument
from relapse.look_back import decode, smooth
from relapse.monitor import Monitor
from relapse.outcomes import amount_outcomes, drinking_risk, pattern_outcomes
from relapse.resources import crisis_resources
from relapse.scores import drivers, filter, forecast, log_likelihood, score  # noqa: A004
from relapse.simulations import simulate

from relapse.plot import plot_timeline  # isort: skip - needs the names above

__all__ = [
    "Assessment",
    "CheckInError",
    "Contact",
    "ContactRule",
    "Driver",
    "FitResult",
    "Instrument",
    "InvalidInput",
    "LikelihoodRatio",
    "Model",
    "Monitor",
    "ParseError",
    "PersonalSign",
    "Plan",
    "Strategy",
    "Suggestion",
    "Trigger",
    "UnknownColumnWarning",
    "__version__",
    "amount_outcomes",
    "check_ins_from",
    "crisis_resources",
    "decode",
    "drinking_risk",
    "drivers",
    "filter",
    "fit",
    "forecast",
    "instrument_names",
    "log_likelihood",
    "pattern_outcomes",
    "plot_timeline",
    "profile",
    "score",
    "score_instrument",
    "simulate",
    "smooth",
]

"""Early warning of relapse in addiction recovery, from check-ins.

Signs locate, situations move: warning signs tell in which stage a person is now,
high-risk situations and the person's resources tell how fast the person moves on.
"""

from relapse._core import (
    Assessment,
    Contact,
    ContactRule,
    Driver,
    Model,
    PersonalSign,
    Plan,
    Strategy,
    Suggestion,
    Trigger,
    __version__,
)
from relapse.alerts import LevelCuts, choose_cuts
from relapse.batches import BatchScorer, score_batches
from relapse.errors import CheckInError, InvalidInput, ParseError, UnknownColumnWarning
from relapse.evaluations import Evaluation, evaluate, person_folds
from relapse.exports import load_mapping, mapping_names, read_check_ins
from relapse.fits import FitResult, LikelihoodRatio, fit
from relapse.look_back import decode, smooth
from relapse.model_cards import ModelCard, model_card
from relapse.monitor import Monitor

# isort: off - needs the names above
from relapse.plot import plot_timeline
from relapse.plot_cohort import plot_cohort, plot_occupancy
from relapse.plot_judging import plot_calibration, plot_decision_curve, plot_lead_times
from relapse.plot_reasons import plot_drivers, plot_situations, plot_transitions
from relapse.scores import drivers, filter, forecast, log_likelihood, score  # noqa: A004
from relapse.simulations import simulate

# isort: on

__all__ = [
    "Assessment",
    "BatchScorer",
    "CheckInError",
    "Contact",
    "ContactRule",
    "Driver",
    "Evaluation",
    "FitResult",
    "InvalidInput",
    "LevelCuts",
    "LikelihoodRatio",
    "Model",
    "ModelCard",
    "Monitor",
    "ParseError",
    "PersonalSign",
    "Plan",
    "Strategy",
    "Suggestion",
    "Trigger",
    "UnknownColumnWarning",
    "__version__",
    "choose_cuts",
    "decode",
    "drivers",
    "evaluate",
    "filter",
    "fit",
    "forecast",
    "load_mapping",
    "log_likelihood",
    "mapping_names",
    "model_card",
    "person_folds",
    "plot_calibration",
    "plot_cohort",
    "plot_decision_curve",
    "plot_drivers",
    "plot_lead_times",
    "plot_occupancy",
    "plot_situations",
    "plot_timeline",
    "plot_transitions",
    "read_check_ins",
    "score",
    "score_batches",
    "simulate",
    "smooth",
]

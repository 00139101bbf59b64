"""Early warning of relapse in addiction recovery, from check-ins.

Signs locate, situations move: warning signs tell in which stage a person is now,
high-risk situations and the person's resources tell how fast the person moves on.
"""

from relapse._core import (
    Assessment,
    Contact,
    ContactDecision,
    ContactRule,
    Driver,
    Instrument,
    Medication,
    Meeting,
    MergedPlan,
    Message,
    Model,
    PersonalSign,
    Plan,
    PlanChange,
    PlanConflict,
    PlanCopy,
    PlanFinding,
    RoutineStep,
    RuleProblem,
    RuleTrace,
    Strategy,
    Suggestion,
    Trigger,
    UseDefinition,
    Zone,
    __version__,
)
from relapse.contact_rules import apply_contact_rules, find_rule_problems
from relapse.errors import CheckInError, InvalidInput, ParseError, UnknownColumnWarning
from relapse.fits import FitResult, LikelihoodRatio, fit, profile
from relapse.instruments import check_ins_from, instrument_names, score_instrument
from relapse.look_back import decode, smooth
from relapse.monitor import Monitor
from relapse.outcomes import amount_outcomes, drinking_risk, pattern_outcomes
from relapse.resources import crisis_resources
from relapse.scores import drivers, filter, forecast, log_likelihood, score  # noqa: A004
from relapse.simulations import simulate
from relapse.zones import zone

from relapse.plot import plot_timeline  # isort: skip - needs the names above

__all__ = [
    "Assessment",
    "CheckInError",
    "Contact",
    "ContactDecision",
    "ContactRule",
    "Driver",
    "FitResult",
    "Instrument",
    "InvalidInput",
    "LikelihoodRatio",
    "Medication",
    "Meeting",
    "MergedPlan",
    "Message",
    "Model",
    "Monitor",
    "ParseError",
    "PersonalSign",
    "Plan",
    "PlanChange",
    "PlanConflict",
    "PlanCopy",
    "PlanFinding",
    "RoutineStep",
    "RuleProblem",
    "RuleTrace",
    "Strategy",
    "Suggestion",
    "Trigger",
    "UnknownColumnWarning",
    "UseDefinition",
    "Zone",
    "__version__",
    "amount_outcomes",
    "apply_contact_rules",
    "check_ins_from",
    "crisis_resources",
    "decode",
    "drinking_risk",
    "drivers",
    "filter",
    "find_rule_problems",
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
    "zone",
]

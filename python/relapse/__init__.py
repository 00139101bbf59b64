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
from relapse.fits import FitResult, LikelihoodRatio, fit
from relapse.look_back import decode, smooth
from relapse.monitor import Monitor
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
    "apply_contact_rules",
    "decode",
    "drivers",
    "filter",
    "find_rule_problems",
    "fit",
    "forecast",
    "log_likelihood",
    "plot_timeline",
    "score",
    "simulate",
    "smooth",
    "zone",
]

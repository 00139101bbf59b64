"""Early warning of relapse in addiction recovery, from check-ins.

Signs locate, situations move: warning signs tell in which stage a person is now,
high-risk situations and the person's resources tell how fast the person moves on.
"""

from relapse._core import (
    AfterUse,
    AfterUseStep,
    Assessment,
    Contact,
    ContactDecision,
    ContactRule,
    Driver,
    Floor,
    FollowUp,
    Instrument,
    LearningRecord,
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
    Proposal,
    Protocol,
    QualityNote,
    RecoveryCounts,
    Review,
    ReviewCheckIn,
    RoutineStep,
    RuleProblem,
    RuleTrace,
    Strategy,
    Suggestion,
    Trigger,
    UseDefinition,
    UseEpisode,
    UseReport,
    Zone,
    __version__,
    after_use,
    review,
)
from relapse.alerts import LevelCuts, choose_cuts
from relapse.batches import BatchScorer, score_batches
from relapse.contact_rules import apply_contact_rules, find_rule_problems
from relapse.errors import CheckInError, InvalidInput, ParseError, UnknownColumnWarning
from relapse.evaluations import Evaluation, evaluate, person_folds
from relapse.exports import load_mapping, mapping_names, read_check_ins
from relapse.fits import FitResult, LikelihoodRatio, fit, profile
from relapse.instruments import check_ins_from, instrument_names, score_instrument
from relapse.look_back import decode, smooth
from relapse.model_cards import ModelCard, model_card
from relapse.monitor import Monitor
from relapse.outcomes import amount_outcomes, drinking_risk, pattern_outcomes

# isort: off - needs the names above
from relapse.plot import plot_timeline
from relapse.plot_cohort import plot_cohort, plot_occupancy
from relapse.plot_judging import plot_calibration, plot_decision_curve, plot_lead_times
from relapse.plot_reasons import plot_drivers, plot_situations, plot_transitions
from relapse.resources import crisis_resources
from relapse.scores import drivers, filter, forecast, log_likelihood, score  # noqa: A004
from relapse.simulations import simulate
from relapse.wording import Wording, find_wording, languages, read_wording
from relapse.zones import zone

# isort: on

__all__ = [
    "AfterUse",
    "AfterUseStep",
    "Assessment",
    "BatchScorer",
    "CheckInError",
    "Contact",
    "ContactDecision",
    "ContactRule",
    "Driver",
    "Evaluation",
    "FitResult",
    "Floor",
    "FollowUp",
    "Instrument",
    "InvalidInput",
    "LearningRecord",
    "LevelCuts",
    "LikelihoodRatio",
    "Medication",
    "Meeting",
    "MergedPlan",
    "Message",
    "Model",
    "ModelCard",
    "Monitor",
    "ParseError",
    "PersonalSign",
    "Plan",
    "PlanChange",
    "PlanConflict",
    "PlanCopy",
    "PlanFinding",
    "Proposal",
    "Protocol",
    "QualityNote",
    "RecoveryCounts",
    "Review",
    "ReviewCheckIn",
    "RoutineStep",
    "RuleProblem",
    "RuleTrace",
    "Strategy",
    "Suggestion",
    "Trigger",
    "UnknownColumnWarning",
    "UseDefinition",
    "UseEpisode",
    "UseReport",
    "Wording",
    "Zone",
    "__version__",
    "after_use",
    "amount_outcomes",
    "apply_contact_rules",
    "check_ins_from",
    "choose_cuts",
    "crisis_resources",
    "decode",
    "drinking_risk",
    "drivers",
    "evaluate",
    "filter",
    "find_rule_problems",
    "find_wording",
    "fit",
    "forecast",
    "instrument_names",
    "languages",
    "load_mapping",
    "log_likelihood",
    "mapping_names",
    "model_card",
    "pattern_outcomes",
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
    "profile",
    "read_check_ins",
    "read_wording",
    "review",
    "score",
    "score_batches",
    "score_instrument",
    "simulate",
    "smooth",
    "zone",
]

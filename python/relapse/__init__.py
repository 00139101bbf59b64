"""Early warning of relapse in addiction recovery, from check-ins.

Signs locate, situations move: warning signs tell in which stage a person is now,
high-risk situations and the person's resources tell how fast the person moves on.
"""

from relapse import _interpreter as _interpreter

# isort: split
from relapse._core import (
    AfterUse,
    AfterUseStep,
    Appointment,
    Assessment,
    Contact,
    ContactDecision,
    ContactRule,
    Driver,
    Floor,
    FollowUp,
    Goal,
    HighRiskDay,
    Homework,
    Instrument,
    LearningRecord,
    Medication,
    MedicationMeaning,
    Meeting,
    MergedPlan,
    Message,
    Model,
    Page,
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
    SupportStep,
    Trigger,
    UseDefinition,
    UseEpisode,
    UseReport,
    Zone,
    __version__,
    medication_class,
    medication_meanings,
    support_step,
)
from relapse._door import guard
from relapse._errors import CheckInError, InvalidInput, ParseError, UnknownColumnWarning
from relapse._judging.alerts import LevelCuts, choose_cuts
from relapse._judging.evaluations import Evaluation, evaluate
from relapse._judging.model_cards import ModelCard, model_card
from relapse._passes.batches import BatchScorer, score_batches
from relapse._passes.case_file import CaseFile
from relapse._passes.contact_rules import apply_contact_rules, find_rule_problems
from relapse._passes.fits import FitResult, LikelihoodRatio, fit, profile
from relapse._passes.folds import person_folds
from relapse._passes.instruments import check_ins_from, instrument_names, score_instrument
from relapse._passes.look_back import decode, smooth
from relapse._passes.monitor import Monitor
from relapse._passes.observed import observed_outcomes
from relapse._passes.outcomes import amount_outcomes, drinking_risk, pattern_outcomes
from relapse._passes.recalibration import (
    OutcomeLine,
    RateShift,
    RecalibrationResult,
    recalibrate,
)
from relapse._passes.scores import drivers, filter, forecast, log_likelihood, score  # noqa: A004
from relapse._passes.simulations import simulate
from relapse._passes.with_records import after_use, review
from relapse._reading.exports.mapping import (
    LeftOut,
    ReadingReport,
    load_mapping,
    mapping_names,
)
from relapse._reading.exports.read import read_check_ins
from relapse._reading.zones import zone
from relapse._report.resources import crisis_resources
from relapse._report.wording import Wording, find_wording, languages, read_wording
from relapse.plot import (
    plot_calibration,
    plot_cohort,
    plot_decision_curve,
    plot_drivers,
    plot_lead_times,
    plot_occupancy,
    plot_recalibration,
    plot_situations,
    plot_timeline,
    plot_transitions,
)

__all__ = [
    "AfterUse",
    "AfterUseStep",
    "Appointment",
    "Assessment",
    "BatchScorer",
    "CaseFile",
    "CheckInError",
    "Contact",
    "ContactDecision",
    "ContactRule",
    "Driver",
    "Evaluation",
    "FitResult",
    "Floor",
    "FollowUp",
    "Goal",
    "HighRiskDay",
    "Homework",
    "Instrument",
    "InvalidInput",
    "LearningRecord",
    "LeftOut",
    "LevelCuts",
    "LikelihoodRatio",
    "Medication",
    "MedicationMeaning",
    "Meeting",
    "MergedPlan",
    "Message",
    "Model",
    "ModelCard",
    "Monitor",
    "OutcomeLine",
    "Page",
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
    "RateShift",
    "ReadingReport",
    "RecalibrationResult",
    "RecoveryCounts",
    "Review",
    "ReviewCheckIn",
    "RoutineStep",
    "RuleProblem",
    "RuleTrace",
    "Strategy",
    "Suggestion",
    "SupportStep",
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
    "medication_class",
    "medication_meanings",
    "model_card",
    "observed_outcomes",
    "pattern_outcomes",
    "person_folds",
    "plot_calibration",
    "plot_cohort",
    "plot_decision_curve",
    "plot_drivers",
    "plot_lead_times",
    "plot_occupancy",
    "plot_recalibration",
    "plot_situations",
    "plot_timeline",
    "plot_transitions",
    "profile",
    "read_check_ins",
    "read_wording",
    "recalibrate",
    "review",
    "score",
    "score_batches",
    "score_instrument",
    "simulate",
    "smooth",
    "support_step",
    "zone",
]

guard(globals())
del guard

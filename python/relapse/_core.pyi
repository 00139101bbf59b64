"""The C++ library, as the package sees it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from os import PathLike
from typing import Any, TypeAlias, TypedDict, final, type_check_only

import numpy as np
from numpy.typing import NDArray
from typing_extensions import NotRequired

_Moment: TypeAlias = datetime | str | float
_PlanValue: TypeAlias = bool | int | float | str | list[str] | None

__version__: str
missing_reasons: list[str]
levels: list[str]
built_in_flags: list[str]
reserved_names: list[str]
model_names: list[str]
lost_tolerance_notice: str
fallback_resource: str

@final
class Model:
    """A checked model document. Immutable; threads may share it."""

    @staticmethod
    def standard() -> Model: ...
    @staticmethod
    def named(name: str) -> Model: ...
    @staticmethod
    def load(path: str | PathLike[str]) -> Model: ...
    @staticmethod
    def from_json(text: str) -> Model: ...
    @staticmethod
    def from_structure(
        stages: Sequence[str | Mapping[str, Any]],
        transitions: str | Sequence[tuple[str, str] | Mapping[str, Any]] = "neighbours",
        items: Sequence[Mapping[str, Any]] = (),
        **parts: Any,
    ) -> Model: ...
    @staticmethod
    def from_dict(document: dict[str, Any]) -> Model: ...
    def save(self, path: str | PathLike[str]) -> None: ...
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def content_hash(self) -> str: ...
    @property
    def stages(self) -> list[str]: ...
    @property
    def items(self) -> list[str]: ...
    @property
    def determinants(self) -> list[str]: ...
    @property
    def actions(self) -> list[str]: ...
    @property
    def horizons(self) -> list[float]: ...
    @property
    def flags(self) -> list[str]: ...
    @property
    def forced_levels(self) -> dict[str, str]: ...
    @property
    def safety_items(self) -> dict[str, str]: ...
    def safety_name(self, name: str) -> str: ...
    @property
    def labels(self) -> dict[str, dict[str, float]]: ...
    def transition_matrix(
        self,
        days: float,
        answers: Mapping[str, Any] = ...,
        propensity: float = 0.0,
        recovery_propensity: float | None = None,
        dimensions: Mapping[str, float] = ...,
    ) -> NDArray[np.float64]: ...
    def passage_probability(
        self,
        *,
        to: Sequence[str],
        days: float,
        answers: Mapping[str, Any] = ...,
        propensity: float = 0.0,
        recovery_propensity: float | None = None,
        dimensions: Mapping[str, float] = ...,
    ) -> NDArray[np.float64]: ...
    def items_table(self, locale: str = "en") -> dict[str, list[Any]]: ...
    def short_form(self, count: int) -> list[str]: ...
    def premise_breaches(self) -> list[dict[str, Any]]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Model: ...
    def __deepcopy__(self, memo: dict[int, Any], /) -> Model: ...

@final
class Instrument:
    """A checked instrument. Immutable; threads may share it."""

    @staticmethod
    def named(name: str) -> Instrument: ...
    @staticmethod
    def load(path: str | PathLike[str]) -> Instrument: ...
    @staticmethod
    def from_json(text: str) -> Instrument: ...
    @staticmethod
    def from_dict(document: dict[str, Any]) -> Instrument: ...
    def translated(self, locale: str) -> Instrument: ...
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def items(self) -> list[str]: ...
    @property
    def subscales(self) -> list[str]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@type_check_only
class RawSubscale(TypedDict):
    id: str
    value: NDArray[np.float64]
    missing: NDArray[np.float64]
    refused: list[str]
    bands: list[str]
    band: NDArray[np.int64]
    cut_offs: dict[str, NDArray[np.float64]]
    probabilities: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]

@type_check_only
class RawResponses(TypedDict):
    subscales: list[RawSubscale]
    flags: list[str]
    unknown_flags: list[str]
    errors: list[tuple[int, str]]

def unknown_name(kind: str, written: str, known: list[str]) -> str: ...
def near_names(written: str, known: list[str]) -> str: ...
def nearest_name(written: str, known: list[str]) -> str: ...
def languages() -> list[str]: ...
def find_wording(locale: str) -> tuple[str, dict[str, str]]: ...
def parse_wording(json: str) -> tuple[str, dict[str, str]]: ...
def crisis_resources(locale: str, documents: list[str]) -> list[dict[str, str]]: ...
def telephone_pieces(text: str, known: list[str]) -> list[tuple[str, str]]: ...
def numbers_of_field(field: str) -> list[str]: ...

use_statuses: list[str]
drinking_risk_levels: list[str]
drinking_limits_men: list[float]
drinking_limits_women: list[float]

@type_check_only
class RawPatterns(TypedDict):
    first_use: NDArray[np.int64]
    used: NDArray[np.float64]
    run: NDArray[np.int64]
    ran: NDArray[np.float64]
    longest_abstinence: NDArray[np.float64]
    share_negative: NDArray[np.float64]
    abstinent: NDArray[np.float64]

def pattern_outcomes(
    statuses: NDArray[np.uint8], starts: NDArray[np.int64], run: int, missing: str
) -> RawPatterns: ...
def amount_outcomes(
    amounts: NDArray[np.float64], starts: NDArray[np.int64], heavy: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]: ...
def drinking_risks(
    grams: NDArray[np.float64], limits: Sequence[float]
) -> NDArray[np.int64]: ...
def instruments() -> list[str]: ...
def score_responses(
    instrument: Instrument, answers: NDArray[np.float64]
) -> RawResponses: ...
def answers_from(
    instrument: Instrument, answers: NDArray[np.float64], model: Model
) -> dict[str, NDArray[np.float64]]: ...

@final
class Zone:
    """The offsets of one place over a stretch of time."""

    def __init__(
        self, transitions: Sequence[tuple[float, int]], known_until: float
    ) -> None: ...
    def offset_seconds(self, moment: _Moment) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__ = None  # type: ignore[assignment]

@final
class Trigger:
    """A high-risk situation of this person."""

    @property
    def situation(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def primary(self) -> bool: ...
    @property
    def id(self) -> str: ...
    @property
    def date(self) -> str: ...
    @property
    def days(self) -> list[str]: ...
    @property
    def time_of_year(self) -> str: ...
    @property
    def pay_day(self) -> int: ...
    @property
    def place(self) -> str: ...

@final
class PersonalSign:
    """A warning sign of this person."""

    @property
    def stage(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def id(self) -> str: ...

@final
class Strategy:
    """An action of the catalogue, or a strategy of the person's own."""

    @property
    def action(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def situations(self) -> list[str]: ...
    @property
    def available(self) -> bool: ...
    @property
    def id(self) -> str: ...

@final
class Contact:
    """Somebody to reach, with what the person consented to."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def consent(self) -> list[str]: ...
    @property
    def sees(self) -> list[str]: ...

@final
class ContactRule:
    """When a contact is told, as the person wrote it."""

    @property
    def contact(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def flag(self) -> str: ...
    @property
    def silence_days(self) -> float: ...
    @property
    def days(self) -> int: ...
    @property
    def of_days(self) -> int: ...
    @property
    def self_nudge_first(self) -> bool: ...
    @property
    def nudge_wait_days(self) -> float: ...
    @property
    def cool_down_days(self) -> float: ...
    @property
    def quiet_from(self) -> str: ...
    @property
    def quiet_to(self) -> str: ...
    @property
    def expires(self) -> str | float | None: ...
    @property
    def id(self) -> str: ...

@final
class RoutineStep:
    """A fixed point of the day that holds the routine together."""

    @property
    def words(self) -> str: ...
    @property
    def at(self) -> str: ...
    @property
    def days(self) -> list[str]: ...
    @property
    def id(self) -> str: ...

@final
class Medication:
    """What the person takes, as prescribed."""

    @property
    def name(self) -> str: ...
    @property
    def dose(self) -> str: ...
    @property
    def times(self) -> list[str]: ...
    @property
    def prescriber(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def medication_class(self) -> str:
        """As the name says it, or as the document states it."""

@final
class MedicationMeaning:
    """What missed doses and a reported use mean for a class of medications."""

    @property
    def medication_class(self) -> str: ...
    @property
    def missed(self) -> str: ...
    @property
    def used(self) -> str: ...
    @property
    def source(self) -> str: ...

def medication_class(name: str) -> str:
    """Return the class of a medication by its name, as people write it.

    `opioid_agonist`, `opioid_antagonist`, `aversive`, `anti_craving`, `other`, or
    `unknown`: nothing is guessed from a spelling.
    """

def medication_meanings() -> list[MedicationMeaning]:
    """Return what missed doses and a reported use mean for each class, with sources."""

@final
class Goal:
    """What the person wants beyond recovery: a hobby, study, work, people."""

    @property
    def words(self) -> str: ...
    @property
    def area(self) -> str: ...
    @property
    def steps(self) -> list[str]: ...
    @property
    def done(self) -> list[str]: ...
    @property
    def by(self) -> str: ...
    @property
    def id(self) -> str: ...

@final
class Appointment:
    """A single appointment, planned, kept or missed."""

    @property
    def words(self) -> str: ...
    @property
    def at(self) -> str | float: ...
    @property
    def place(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def id(self) -> str: ...

@final
class Homework:
    """Something to try or to practise until a day."""

    @property
    def words(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def given_by(self) -> str: ...
    @property
    def done(self) -> bool: ...
    @property
    def id(self) -> str: ...

@final
class HighRiskDay:
    """A day or a stretch of days ahead on which a trigger of the plan comes."""

    @property
    def trigger(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def until(self) -> date: ...

@final
class Page:
    """Something to read for a person."""

    def to_markdown(self) -> str: ...
    def to_html(self) -> str: ...

@final
class SupportStep:
    """Whether support is to become more, can become less, or stays, and why."""

    @property
    def change(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def why(self) -> str: ...

def support_step(
    levels: Sequence[tuple[_Moment, str]],
    *,
    now: _Moment,
    last_use: _Moment | None = None,
    zone: Zone | None = None,
    locale: str = "en",
) -> SupportStep:
    """Return whether support is to become more or can become less, by a rule over weeks.

    `levels` are those shown after each check-in, in the order of time. No model and no
    probability enters; person and team decide. Raises InvalidInput for times out of order
    or after `now`.
    """

@final
class Meeting:
    """A meeting that supports recovery."""

    @property
    def words(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def at(self) -> str: ...
    @property
    def days(self) -> list[str]: ...
    @property
    def id(self) -> str: ...

@final
class PlanCopy:
    """A copy of the plan that somebody holds."""

    @property
    def holder(self) -> str: ...
    @property
    def given(self) -> str | float | None: ...
    @property
    def version(self) -> int: ...
    @property
    def id(self) -> str: ...

@final
class UseDefinition:
    """When a return to use counts as a relapse for this person."""

    @property
    def heavy_amount(self) -> float: ...
    @property
    def consecutive_days(self) -> int: ...
    @property
    def days_a_week(self) -> int: ...
    @property
    def source(self) -> str: ...

@final
class PlanChange:
    """One difference between two versions of a plan."""

    @property
    def kind(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def entry(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def before(self) -> _PlanValue: ...
    @property
    def after(self) -> _PlanValue: ...

@final
class PlanConflict:
    """Two edits that cannot both hold."""

    @property
    def part(self) -> str: ...
    @property
    def entry(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def base(self) -> _PlanValue: ...
    @property
    def kept(self) -> _PlanValue: ...
    @property
    def other(self) -> _PlanValue: ...

@final
class MergedPlan:
    """Two edited plans brought together."""

    @property
    def plan(self) -> Plan: ...
    @property
    def conflicts(self) -> list[PlanConflict]: ...

@final
class PlanFinding:
    """What a plan lacks, or what does not fit the model."""

    @property
    def gap(self) -> str: ...
    @property
    def entry(self) -> str: ...
    @property
    def words(self) -> str: ...

@final
class Plan:
    """A person's own relapse prevention plan."""

    def __init__(self) -> None: ...
    @staticmethod
    def load(path: str | PathLike[str]) -> Plan: ...
    @staticmethod
    def from_json(text: str) -> Plan: ...
    @staticmethod
    def from_dict(document: dict[str, Any]) -> Plan: ...
    def save(self, path: str | PathLike[str]) -> None: ...
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    @property
    def person(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def created(self) -> str | float | None: ...
    @property
    def review(self) -> str | float | None: ...
    @property
    def triggers(self) -> list[Trigger]: ...
    @property
    def signs(self) -> list[PersonalSign]: ...
    @property
    def strategies(self) -> list[Strategy]: ...
    @property
    def contacts(self) -> list[Contact]: ...
    @property
    def contact_rules(self) -> list[ContactRule]: ...
    @property
    def reasons(self) -> list[str]: ...
    @property
    def crisis_steps(self) -> list[str]: ...
    @property
    def history(self) -> list[Plan]: ...
    @property
    def routine(self) -> list[RoutineStep]: ...
    @property
    def medication(self) -> list[Medication]: ...
    @property
    def meetings(self) -> list[Meeting]: ...
    @property
    def copies(self) -> list[PlanCopy]: ...
    @property
    def goals(self) -> list[Goal]: ...
    @property
    def appointments(self) -> list[Appointment]: ...
    @property
    def homework(self) -> list[Homework]: ...
    @property
    def substances(self) -> list[str]: ...
    @property
    def use_definition(self) -> UseDefinition: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def device(self) -> str: ...
    @property
    def edits(self) -> dict[str, int]: ...
    def revise(self, changes: Mapping[str, Any], *, device: str, time: _Moment) -> Plan:
        """Return the next version, with some parts of the document given anew.

        `changes` maps parts (as in the document: triggers, strategies, ...) to their new
        content. Raises ParseError for content that is no plan, InvalidInput when nothing
        was changed and for a time before that of this version.
        """
    def find_version(self, version: int, device: str | None = None) -> Plan:
        """Return a version by its number, without its history.

        Raises InvalidInput when there is none, and when several devices made one of this
        number and `device` does not say which.
        """
    def diff(self, later: Plan) -> list[PlanChange]:
        """Return what leads from this version to a later one."""
    def merge(self, other: Plan) -> MergedPlan:
        """Bring together what was edited on two devices.

        Does not depend on which of the two is asked. Where both changed the same thing,
        the later version stands and the conflict is reported. Raises InvalidInput for
        plans of two persons.
        """
    def shareable(self, contact: str) -> Plan:
        """Return the plan as far as the person lets a contact see it.

        Raises InvalidInput without consent for `share_plan`.
        """
    def check(
        self, model: Model, now: _Moment | None = None, locale: str = "en"
    ) -> list[PlanFinding]:
        """Return what is missing, what matters most first.

        Sentences are in the language of the locale, where the library has it.
        """
    def to_markdown(
        self,
        model: Model,
        zone: Zone | None = None,
        locale: str = "en",
        now: _Moment | None = None,
    ) -> str:
        """Return the plan to read; dates are those of the zone, or of the plan's zone.

        What is not in the person's own words is in the language of the locale. With `now`
        the days of the next four weeks that may be hard are listed.
        """
    def to_html(
        self,
        model: Model,
        zone: Zone | None = None,
        locale: str = "en",
        now: _Moment | None = None,
    ) -> str:
        """Return the plan as one HTML file, laid out for one printed page.

        What is not in the person's own words is in the language of the locale. With `now`
        the days of the next four weeks that may be hard are listed.
        """
    def high_risk_ahead(
        self,
        now: _Moment,
        days: int = 28,
        zone: Zone | None = None,
        locale: str = "en",
    ) -> list[HighRiskDay]:
        """Return the next day of each kind of time of each trigger, by date.

        Raises InvalidInput unless `days` is 1 to 366.
        """
    def may_concern_opioids(self, told: Sequence[str] = ...) -> bool:
        """Whether opioids are or may be among what the plan is about, or was told of."""
    def family_page(
        self,
        model: Model,
        contact: str,
        zone: Zone | None = None,
        locale: str = "en",
    ) -> Page:
        """Return guidance for a contact whom the person lets share in the plan.

        Raises InvalidInput as `shareable` does.
        """
    def care_summary(
        self,
        model: Model,
        contact: str,
        assessment: Assessment | None = None,
        *,
        last_use: _Moment | None = None,
        zone: Zone | None = None,
        locale: str = "en",
    ) -> Page:
        """Return a summary and hand-off for a contact, as far as the person agreed.

        How things stand is in it with the contact's consent `share_state` alone. Raises
        InvalidInput as `shareable` does.
        """
    def __eq__(self, other: object, /) -> bool: ...
    __hash__ = None  # type: ignore[assignment]

@final
class Message:
    """What a rule asks for: tell the person (self_nudge) or the contact."""

    def __init__(self, kind: str, contact: str, rule: str, time: _Moment) -> None: ...
    @property
    def kind(self) -> str: ...
    @property
    def contact(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def time(self) -> str | float: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__ = None  # type: ignore[assignment]

@final
class RuleTrace:
    """What became of one rule."""

    @property
    def rule(self) -> int: ...
    @property
    def key(self) -> str: ...
    @property
    def contact(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def days_held(self) -> int: ...
    @property
    def not_before(self) -> str | float | None: ...
    @property
    def why(self) -> str: ...

@final
class ContactDecision:
    """What the rules ask for, and why."""

    @property
    def messages(self) -> list[Message]: ...
    @property
    def trace(self) -> list[RuleTrace]: ...

@final
class RuleProblem:
    """What is wrong with contact rules."""

    @property
    def kind(self) -> str: ...
    @property
    def rule(self) -> int: ...
    @property
    def other(self) -> int: ...
    @property
    def problem(self) -> str: ...

def apply_contact_rules(
    plan: Plan,
    zone: Zone,
    now: float,
    levels: list[tuple[float, str]],
    flags: list[tuple[str, float, float | None]],
    last_check_in: float | None,
    sent: list[Message],
    locale: str,
) -> ContactDecision: ...
def find_rule_problems(plan: Plan, locale: str) -> list[RuleProblem]: ...

@final
class UseReport:
    """What was reported about one moment or day."""

    def __init__(
        self, time: _Moment, used: bool, amount: float = 0.0, substance: str = ""
    ) -> None: ...
    @property
    def time(self) -> str | float: ...
    @property
    def used(self) -> bool: ...
    @property
    def amount(self) -> float: ...
    @property
    def substance(self) -> str: ...

@final
class LearningRecord:
    """What a person made of a return to use."""

    def __init__(
        self,
        time: _Moment,
        situations: Sequence[str] = (),
        words: str = "",
        signs: Sequence[str] = (),
        tried: Sequence[str] = (),
        change: str = "",
    ) -> None: ...
    @property
    def time(self) -> str | float: ...
    @property
    def situations(self) -> list[str]: ...
    @property
    def words(self) -> str: ...
    @property
    def signs(self) -> list[str]: ...
    @property
    def tried(self) -> list[str]: ...
    @property
    def change(self) -> str: ...

@final
class UseEpisode:
    """A run of use: a lapse or a relapse by the plan's definition."""

    @property
    def first(self) -> str | float: ...
    @property
    def last(self) -> str | float: ...
    @property
    def days(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def prolapse(self) -> str | float | None: ...

@final
class RecoveryCounts:
    """What stays, whatever happens: it only adds up."""

    @property
    def days_in_recovery(self) -> int: ...
    @property
    def days_without_use(self) -> int: ...
    @property
    def longest_run(self) -> int: ...
    @property
    def lapses(self) -> int: ...
    @property
    def relapses(self) -> int: ...
    @property
    def prolapses(self) -> int: ...

@final
class Protocol:
    """What to do after a return to use, as data."""

    @staticmethod
    def after_use() -> Protocol: ...
    @staticmethod
    def load(path: str | PathLike[str]) -> Protocol: ...
    @staticmethod
    def from_json(text: str) -> Protocol: ...
    def to_json(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def title(self) -> str: ...

@final
class Proposal:
    """A change of the plan for the person to accept or not."""

    @property
    def kind(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def entry(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def evidence(self) -> str: ...

@final
class AfterUseStep:
    """One step after a return to use."""

    @property
    def kind(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def contacts(self) -> list[str]: ...
    @property
    def source(self) -> str: ...

@final
class AfterUse:
    """What to do now, and what there is to learn."""

    def to_markdown(self, zone: Zone = ...) -> str: ...
    def to_html(self, zone: Zone = ...) -> str: ...
    @property
    def episode(self) -> UseEpisode: ...
    @property
    def counts(self) -> RecoveryCounts: ...
    @property
    def steps(self) -> list[AfterUseStep]: ...
    @property
    def proposals(self) -> list[Proposal]: ...
    @property
    def next_check_in(self) -> str | float: ...

def after_use(
    plan: Plan,
    *,
    reports: Sequence[UseReport],
    recovery_start: _Moment,
    now: _Moment,
    flags: Sequence[str] = (),
    learning: LearningRecord | None = None,
    protocol: Protocol | None = None,
    zone: Zone | None = None,
    locale: str = "en",
) -> AfterUse:
    """Return the steps after the last reported use, safety first.

    All but the person's own words is in the language of the locale, where the library has
    it; steps of a protocol of your own come as they are.
    Whether it is a lapse or a relapse follows the plan's `use_definition`. Reports are in
    the order of time, between `recovery_start` and `now`; InvalidInput otherwise, and
    when none tells of use.
    """

@final
class FollowUp:
    """What became of an action: how much it helped, 0 to 10; None: not tried."""

    def __init__(self, action: str, time: _Moment, helped: float | None) -> None: ...
    @property
    def action(self) -> str: ...
    @property
    def time(self) -> str | float: ...
    @property
    def helped(self) -> float | None: ...

@final
class ReviewCheckIn:
    """One scheduled check-in with what was shown then."""

    def __init__(
        self,
        time: _Moment,
        level: str,
        answers: Mapping[str, float] = ...,
        situations: Sequence[str] = (),
        missed: bool = False,
    ) -> None: ...
    @property
    def time(self) -> str | float: ...
    @property
    def level(self) -> str: ...
    @property
    def missed(self) -> bool: ...

@final
class Review:
    """What a person's history says; the document is relapse/review/1."""

    @property
    def proposals(self) -> list[Proposal]: ...
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    def to_markdown(self) -> str: ...
    def to_html(self) -> str: ...

def review(
    plan: Plan,
    model: Model,
    *,
    now: _Moment,
    check_ins: Sequence[ReviewCheckIn] = (),
    follow_ups: Sequence[FollowUp] = (),
    learning: Sequence[LearningRecord] = (),
    last_use: _Moment | None = None,
    last_review: _Moment | None = None,
    person: str = "",
    zone: Zone | None = None,
    locale: str = "en",
) -> Review:
    """Look back over a person's history with the plan.

    Which signs came before rises of the level (lead time, exact p-value under circular
    shifts), which situations recur, what helped, what to change, when to look again. Each
    list is in the order of time. Words are in the language of the locale, where the
    library has it. Raises InvalidInput for a history of another person, out of order or
    after `now`, and for actions that nobody knows.
    """

@final
class Suggestion:
    """One proposal, with the reason."""

    @property
    def action(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def change(self) -> float: ...
    @property
    def level_change(self) -> float: ...
    @property
    def level_change_interval(self) -> tuple[float, float]: ...
    @property
    def if_then(self) -> str: ...
    @property
    def contact(self) -> str: ...
    @property
    def acts_on(self) -> list[str]: ...
    @property
    def need(self) -> str: ...
    @property
    def from_plan(self) -> bool: ...
    @property
    def source(self) -> str: ...

@final
class Driver:
    """One reason for the change of the risk."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def contribution(self) -> float: ...

@final
class QualityNote:
    """A doubt about the answers of one check-in."""

    @property
    def id(self) -> str: ...
    @property
    def items(self) -> list[str]: ...

@final
class Floor:
    """The least level for some time after a fact."""

    @property
    def id(self) -> str: ...
    @property
    def after(self) -> str: ...
    @property
    def of(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def since(self) -> float: ...
    @property
    def until(self) -> float | None: ...

@final
class Assessment:
    """What one check-in leads to."""

    @property
    def time(self) -> float: ...
    @property
    def level(self) -> str: ...
    @property
    def numeric_level(self) -> str: ...
    @property
    def level_risk(self) -> float: ...
    @property
    def stage(self) -> str: ...
    @property
    def stages(self) -> dict[str, float]: ...
    @property
    def risk(self) -> dict[float, float]: ...
    @property
    def risk_interval(self) -> dict[float, tuple[float, float]]: ...
    @property
    def new_use(self) -> dict[float, float | None]: ...
    @property
    def relapse(self) -> dict[float, float | None]: ...
    @property
    def propensity(self) -> float: ...
    @property
    def recovery_propensity(self) -> float: ...
    @property
    def dimensions(self) -> dict[str, float]: ...
    @property
    def log_likelihood(self) -> float: ...
    @property
    def drivers(self) -> list[Driver]: ...
    @property
    def flags(self) -> list[str]: ...
    @property
    def floors(self) -> list[Floor]: ...
    @property
    def in_use(self) -> bool: ...
    @property
    def outcomes(self) -> dict[str, float]: ...
    @property
    def outcome_drivers(self) -> dict[str, list[Driver]]: ...
    @property
    def leaves_use(self) -> dict[float, float | None]: ...
    @property
    def replay_needed(self) -> bool: ...
    @property
    def unreadable_flags(self) -> list[str]: ...
    @property
    def unknown_flags(self) -> list[str]: ...
    @property
    def lost_tolerance_notice(self) -> bool: ...
    @property
    def quality(self) -> list[QualityNote]: ...
    def quality_in_words(self, locale: str = "en") -> list[str]: ...
    @property
    def lost_tolerance_until(self) -> float | None:
        """When the notice ends, in days as `time`; None while it is not up."""
    @property
    def missing(self) -> dict[str, str]: ...
    def to_json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...

@final
class Stream:
    def __init__(
        self, model: Model, threads: int, same_time: str, collect: bool
    ) -> None: ...
    def score(self, columns: dict[str, Any], keys: NDArray[np.int64]) -> RawScores: ...
    def raise_flags(self, columns: dict[str, Any], keys: NDArray[np.int64]) -> None: ...
    def keep_only(self, keys: NDArray[np.int64]) -> None: ...
    @property
    def kept(self) -> int: ...

@final
class CaseFile:
    def __init__(
        self,
        model: Model,
        person: str,
        days_since_use: float | None,
        days_in_recovery: float | None,
    ) -> None: ...
    @staticmethod
    def read(model: Model, text: str) -> CaseFile: ...
    def copy(self) -> CaseFile: ...
    def add(self, event: str) -> str: ...
    def view(
        self,
        now: float,
        locale: str,
        zone: Zone | None,
        suggestions: int,
        questions: int,
        days_ahead: int,
    ) -> str: ...
    def help(self, now: float, locale: str) -> str: ...
    def merge(self, other: CaseFile) -> None: ...
    def compact(self, before: float) -> None: ...
    def text(self) -> str: ...
    def check_ins(self) -> list[str]: ...
    def problems(self) -> str: ...
    def flag_history(self) -> str: ...
    def plan(self) -> Plan | None: ...
    def time_zone(self, now: float) -> str: ...
    def start(self) -> tuple[float | None, float | None]: ...
    @property
    def person(self) -> str: ...
    @property
    def events(self) -> int: ...

class Monitor:
    def __init__(
        self,
        model: Model,
        drivers: bool,
        outcome_drivers: bool,
        days_since_use: float | None,
        days_in_recovery: float | None,
    ) -> None: ...
    @staticmethod
    def restore(
        model: Model, snapshot: bytes, drivers: bool, outcome_drivers: bool
    ) -> Monitor: ...
    def snapshot(self) -> bytes: ...
    def update(
        self,
        time: float,
        answers: dict[str, Any],
        missing: dict[str, str],
        known_stage: list[str],
        entered: bool,
        used_days_ago: float | None,
        abstinent_since_last: bool,
        acknowledge: list[str],
        person: str,
        seconds: float | None,
        instruments: list[tuple[Instrument, list[float | None]]],
    ) -> Assessment: ...
    def next_questions(
        self, count: int, time: float, answers: dict[str, Any]
    ) -> list[str]: ...
    def information(self, time: float, answers: dict[str, Any]) -> dict[str, float]: ...
    def last_time(self) -> float | None: ...
    def raise_flags(
        self,
        time: float,
        answers: dict[str, Any],
        instruments: list[tuple[Instrument, list[float | None]]],
    ) -> tuple[list[str], list[str]]: ...
    def raise_flags_there(
        self, time: float, json: str
    ) -> tuple[list[str], list[str]]: ...
    def flags(self) -> tuple[list[str], list[str]]: ...
    def at(self, time: float) -> Assessment: ...
    def acknowledge(self, flag: str, time: float) -> bool: ...
    def hear(self, time: float) -> None: ...
    def expect_every(self, days: float) -> None: ...
    def follow_up(self, plan: Plan, action: str, helped: float) -> None: ...
    def follow_up_at(
        self,
        plan: Plan,
        action: str,
        helped: float | None,
        time: float,
        now: float | None,
    ) -> None: ...
    def suggested(self, plan: Plan, action: str, time: float) -> None: ...
    def suggest(self, plan: Plan, settings: dict[str, Any]) -> list[Suggestion]: ...
    def forecast(
        self, item: str, days: float, plan: list[tuple[float, dict[str, Any]]]
    ) -> list[float]: ...
    def run_probability(
        self,
        item: str,
        outcome: list[float | str | None],
        run: int,
        weeks: int,
        already: int,
        plan: list[tuple[float, dict[str, Any]]],
    ) -> float: ...

@type_check_only
class RawDrivers(TypedDict):
    row: NDArray[np.int64]
    kind: NDArray[np.int8]
    id: NDArray[np.int32]
    contribution: NDArray[np.float64]
    kinds: list[str]
    ids: list[str]

@type_check_only
class RawOutcomeDrivers(RawDrivers):
    outcome: NDArray[np.int32]

@type_check_only
class RawScores(TypedDict):
    stages: NDArray[np.float64]
    risk: NDArray[np.float64]
    risk_low: NDArray[np.float64]
    risk_high: NDArray[np.float64]
    new_use: NDArray[np.float64]
    relapse: NDArray[np.float64]
    outcomes: NotRequired[NDArray[np.float64]]
    latent: dict[str, NDArray[np.float64]]
    log_likelihood: NDArray[np.float64]
    stage: NDArray[np.int8]
    level: NDArray[np.int8]
    flags: NDArray[np.uint64]
    floor: NotRequired[NDArray[np.int8]]
    floor_until: NotRequired[NDArray[np.float64]]
    unreadable_flags: NDArray[np.uint64]
    unknown_flags: NDArray[np.uint64]
    errors: list[tuple[int, str, str]]
    drivers: RawDrivers
    outcome_drivers: RawOutcomeDrivers

@type_check_only
class RawSmoothed(TypedDict):
    stages: NDArray[np.float64]
    days: NDArray[np.float64]
    jumps: NDArray[np.float64]
    latent: dict[str, NDArray[np.float64]]

@type_check_only
class RawDecoded(TypedDict):
    stage: NDArray[np.int8]
    latent: dict[str, NDArray[np.float64]]
    log_probability: NDArray[np.float64]

@type_check_only
class RawFit(TypedDict):
    model: Model
    status: str
    message: str
    log_likelihood: float
    log_score: float
    log_prior: float
    aic: float
    bic: float
    names: list[str]
    estimates: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    covariance: NDArray[np.float64] | None
    start_log_likelihoods: NDArray[np.float64]
    evaluations: int
    persons: int
    check_ins: int

@type_check_only
class RawSimulation(TypedDict):
    person: NDArray[np.int32]
    time: NDArray[np.float64]
    answers: dict[str, NDArray[np.float64]]
    reasons: dict[str, NDArray[np.uint8]]
    stage: NDArray[np.int8]
    used: NDArray[np.uint8]
    first_use: NDArray[np.float64]
    latent: dict[str, NDArray[np.float64]]

def score(
    model: Model,
    columns: dict[str, Any],
    drivers: bool,
    outcome_drivers: bool,
    threads: int,
    same_time: str,
    progress: Callable[[float], bool | None] | None,
    plan: dict[str, Any] | None,
) -> RawScores: ...
def raised_flags(
    model: Model, columns: dict[str, Any]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]: ...
def filter(  # noqa: A001
    model: Model,
    columns: dict[str, Any],
    threads: int,
    same_time: str,
    progress: Callable[[float], bool | None] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...
def smooth(
    model: Model,
    columns: dict[str, Any],
    threads: int,
    same_time: str,
    progress: Callable[[float], bool | None] | None,
) -> RawSmoothed: ...
def decode(
    model: Model,
    columns: dict[str, Any],
    threads: int,
    same_time: str,
    progress: Callable[[float], bool | None] | None,
) -> RawDecoded: ...
def fit(
    model: Model,
    columns: dict[str, Any],
    settings: dict[str, Any],
    progress: Callable[[int, float], bool | None] | None,
) -> RawFit: ...
def profile(
    model: Model,
    columns: dict[str, Any],
    name: str,
    values: list[float],
    settings: dict[str, Any],
    progress: Callable[[int, float], bool | None] | None,
) -> tuple[NDArray[np.float64], list[str]]: ...
def number_rising(
    values: NDArray[np.int64] | NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int64]] | None: ...
def log_likelihood(
    model: Model, columns: dict[str, Any], threads: int, same_time: str
) -> float: ...
def forecast(
    model: Model,
    columns: dict[str, Any],
    item: str,
    days: float,
    threads: int,
    same_time: str,
    plan: dict[str, Any] | None,
) -> NDArray[np.float64]: ...
def simulate(model: Model, settings: dict[str, Any]) -> RawSimulation: ...
def parse_timestamps(
    texts: list[str | None],
) -> tuple[NDArray[np.float64], list[tuple[int, str]]]: ...
def unlikely_days(days: float) -> str: ...
def set_zone_rules(rules: Callable[[str, float], int | None]) -> None: ...
def item_key(name: str) -> str: ...
def flagged_item(name: str) -> str: ...

@final
class FhirResponse:
    """What one person answered at one moment to one instrument, or to none."""

    @property
    def person(self) -> str: ...
    @property
    def time(self) -> float: ...
    @property
    def instrument(self) -> str: ...
    @property
    def answers(self) -> dict[str, float | str | list[float | str]]: ...
    @property
    def missing(self) -> dict[str, str]: ...
    @property
    def unread(self) -> list[str]: ...
    @property
    def stated(self) -> dict[str, float]: ...
    @property
    def sources(self) -> list[str]: ...
    @property
    def alarms_only(self) -> bool: ...

@final
class FhirMedication:
    """A medication that a record names."""

    @property
    def person(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def dose(self) -> str: ...
    @property
    def prescriber(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def current(self) -> bool: ...
    @property
    def medication_class(self) -> str: ...
    @property
    def source(self) -> str: ...

@final
class FhirNote:
    """What was not read, or not as it stands: left_out, refused or remark."""

    @property
    def kind(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def person(self) -> str: ...
    @property
    def problem(self) -> str: ...
    @property
    def questions(self) -> list[str]: ...

@final
class FhirReading:
    """What FHIR resources hold."""

    @property
    def resources(self) -> int: ...
    @property
    def responses(self) -> list[FhirResponse]: ...
    @property
    def untimed(self) -> list[FhirResponse]: ...
    @property
    def medication(self) -> list[FhirMedication]: ...
    @property
    def notes(self) -> list[FhirNote]: ...

def read_fhir(
    files: list[tuple[str, str]], patient: str, mappings: list[str], dates: str
) -> FhirReading: ...
def fhir_check_ins(
    reading: FhirReading, model: Model
) -> tuple[list[str], list[FhirNote], list[str]]: ...
def fhir_response(check_in: str, model: Model, locale: str) -> str: ...
def fhir_questionnaire(model: Model, locale: str) -> str: ...
def fhir_risk_assessment(
    assessment: Assessment, person: str, basis: str, locale: str
) -> str: ...
def fhir_flags(assessment: Assessment, person: str, locale: str) -> list[str]: ...
def fhir_care_plan(
    plan: Plan, contact: str, model: Model, person: str, locale: str
) -> list[str]: ...
def fhir_provenance(
    resources: list[str], model: Model, recorded: float, basis: str
) -> str: ...
def fhir_bundle(resources: list[str], base: str) -> str: ...
def cds_cards(
    assessment: Assessment,
    suggestions: list[Suggestion],
    person: str,
    basis: str,
    locale: str,
) -> str: ...

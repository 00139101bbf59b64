"""One person, check-in by check-in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from relapse import _core
from relapse._errors import CheckInError, InvalidInput, other_type
from relapse._passes.answers import forecast_names
from relapse._passes.arguments import ModelOrName, find_model
from relapse._passes.instruments import InstrumentOrName, find_instrument
from relapse._passes.json_values import as_mapping, json_text, whole_if_text
from relapse._reading.cells import whole
from relapse._reading.hints import Allowed
from relapse._reading.names import item_key
from relapse._reading.settings import LARGEST_SEED, real_number, whole_number
from relapse._reading.times import Moment, to_days
from relapse._reading.zones import zone as zone_of

Forms: TypeAlias = "list[tuple[_core.Instrument, list[float | None]]]"

#: Determinants of the time ahead.
Planned: TypeAlias = "Sequence[tuple[Moment, Mapping[str, Any]]]"

#: Of a check-in that only brings forms.
_NO_ANSWERS: Mapping[str, Any] = MappingProxyType({})

_WRONG_TYPE = (
    "is of a wrong type, but `entered` and `abstinent_since_last` must be truth values, "
    "`used_days_ago` and `seconds` numbers, `person` a text"
)


class Monitor:
    """Follows one person at a cost that does not depend on the length of the history.

    Parameters
    ----------
    model
        A model, or the name of one that comes with the library.
    drivers
        Whether each change of the risk is attributed to its reasons.
    outcome_drivers
        The same for each outcome that the model names. One answer costs about as much as
        the risk, a run of weekly ones many times that.
    days_since_use, days_in_recovery
        What is known from before the first check-in.

    """

    def __init__(
        self,
        model: ModelOrName = "standard",
        *,
        drivers: bool = True,
        outcome_drivers: bool = False,
        days_since_use: float | None = None,
        days_in_recovery: float | None = None,
    ) -> None:
        self._model = find_model(model)
        self._drivers = drivers
        self._outcome_drivers = outcome_drivers
        self._core = _core.Monitor(
            self._model, drivers, outcome_drivers, days_since_use, days_in_recovery
        )

    @classmethod
    def restore(
        cls,
        model: ModelOrName,
        snapshot: bytes,
        *,
        drivers: bool = True,
        outcome_drivers: bool = False,
    ) -> Monitor:
        """Continue where a snapshot was taken, with identical numbers."""
        monitor = cls.__new__(cls)
        monitor._model = find_model(model)
        monitor._drivers = drivers
        monitor._outcome_drivers = outcome_drivers
        if not isinstance(snapshot, (bytes, bytearray, memoryview)):
            raise other_type("snapshot", snapshot, "bytes")
        monitor._core = _core.Monitor.restore(
            monitor._model, snapshot, drivers, outcome_drivers
        )
        return monitor

    @property
    def model(self) -> _core.Model:
        return self._model

    def update(
        self,
        time: Moment,
        answers: Mapping[str, Any] = _NO_ANSWERS,
        missing: Mapping[str, str] | None = None,
        *,
        known_stage: str | Iterable[str] | None = None,
        entered: bool = False,
        used_days_ago: float | None = None,
        abstinent_since_last: bool = False,
        acknowledge: str | Iterable[str] = (),
        person: str | None = None,
        seconds: float | None = None,
        instruments: Mapping[InstrumentOrName, Mapping[str, Any]] | None = None,
    ) -> _core.Assessment:
        """Take in a check-in.

        Parameters
        ----------
        time
            A datetime with its zone, an ISO 8601 text with its offset, or days.
        answers
            From item to answer: a number, a truth value, the label of a level, or None.
        missing
            From item to why the answer is missing.
        known_stage, entered
            The stage (or stages, one of them) known from outside, and whether it was
            entered at exactly this time.
        used_days_ago
            How long ago the use happened that is reported here.
        abstinent_since_last
            Whether it is known that nothing was used since the last check-in.
        acknowledge
            Safety flags that were dealt with.
        person
            Named in errors, and nowhere else.
        seconds
            What your app measured from the first question to the last answer; a form
            filled in too fast is named in `quality`.
        instruments
            From instrument (or its name, such as ``"phq9"``) to its answers by item. They
            feed the items of the model that refer to it; an item answered in `answers`
            keeps that answer, and of several values the most adverse counts.

        Raises
        ------
        CheckInError
            The check-in cannot be used. Nothing has changed then but the flags that its
            safety answers raise: they are up, and `flags` of the error names them. Look
            at them, mend the check-in and call again.

        """
        days, given = math.nan, {}
        person = whole_if_text(person)
        forms, wrong = _responses(instruments)
        try:
            given = as_mapping("answers", answers)
            days = self._days(time, given, person, forms)
            if wrong is not None:
                error = self.refuse(days, given, wrong[1], person, wrong[0], forms)
                raise self._with_flags(error, days, instruments)
            return self._core.update(
                days,
                given,
                as_mapping("missing", missing or {}),
                _listed("known_stage", known_stage),
                entered,
                used_days_ago,
                abstinent_since_last,
                _listed("acknowledge", acknowledge),
                person or "",
                seconds,
                forms,
            )
        except CheckInError as error:
            problem = Allowed(self._model).named(error.problem, error.item or "")
            place = (error.person, error.row, error.item)
            flags = (error.flags, error.unreadable_flags)
            raise CheckInError(problem, *place, *flags) from None
        except InvalidInput as error:
            refusal = self.refuse(days, given, str(error), person, None, forms)
            told = None if given else answers
            raise self._with_flags(refusal, days, told) from None
        except (TypeError, ValueError, ArithmeticError):
            # The message of the binding would repeat the answers.
            raise self.refuse(days, given, _WRONG_TYPE, person, None, forms) from None

    def _days(
        self, time: Moment, given: dict[str, Any], person: object, forms: Forms
    ) -> float:
        try:
            return to_days(time)
        except InvalidInput as error:
            problem = str(error).removeprefix("time: ")
            raise self.refuse(math.nan, given, problem, person, "time", forms) from None

    def _with_flags(self, error: CheckInError, days: float, told: Any) -> CheckInError:
        """Raise the flags of what cannot be read as a mapping, too."""
        there = self._core.raise_flags_there(days, json_text({"given": told}))
        flags = [*dict.fromkeys([*error.flags, *there[0]])]
        unreadable = [*dict.fromkeys([*error.unreadable_flags, *there[1]])]
        place = (error.person, error.row, error.item)
        return CheckInError(error.problem, *place, flags, unreadable)

    def refuse(
        self,
        time: Moment,
        answers: Mapping[str, Any],
        problem: str,
        person: object = None,
        item: str | None = None,
        forms: Forms | None = None,
    ) -> CheckInError:
        """Take in nothing of a check-in but the flags that its safety answers raise.

        What `update` does with one that it refuses, for readers that could not make a
        whole check-in of what they read. Returns the error, which has the flags, for
        the caller to raise; a `time` that is none may be NaN. `forms` are responses to
        instruments, whose safety items count, too.
        """
        days = time if isinstance(time, float) else to_days(time)
        flags = self._core.raise_flags(days, as_mapping("answers", answers), forms or [])
        who = person if isinstance(person, (str, int)) else None
        return CheckInError(problem, who, None, item, *flags)

    @property
    def flags(self) -> list[str]:
        """Safety flags that are up, before the first check-in as well."""
        return self._core.flags()[0]

    @property
    def unreadable_flags(self) -> list[str]:
        """Those of `flags` of which an answer could not be read: look at it."""
        return self._core.flags()[1]

    def at(self, time: Moment) -> _core.Assessment:
        """Return the assessment of a moment without a check-in, after the last one.

        Before the first check-in there is one while a flag is up: what the model says of
        anybody, and the flag.
        """
        return self._core.at(to_days(time))

    def acknowledge(self, flag: str, time: Moment) -> bool:
        """Take a safety flag down because it was dealt with, and record when.

        False, and the flag stays up, unless `time` is after its last rise: an
        acknowledgement that is older has not seen it, and at the same moment nobody knows
        which of the two came first.
        """
        return self._core.acknowledge(flag, to_days(time))

    def hear(self, time: Moment) -> None:
        """End a silence of somebody who was heard of without a check-in. Moves no number.

        As by a call, or a report of others that there was no use.
        """
        self._core.hear(to_days(time))

    def expect_every(self, days: float) -> None:
        """Say how many days lie between two check-ins that are expected, 0 when none are.

        A silence is none before a check-in was missed: one is missed when it is late by
        half of what lies between two. Until it is said, the model's floors say when a
        silence begins to count. Raises InvalidInput for what is negative or not finite.
        """
        self._core.expect_every(days)

    def follow_up(
        self,
        action: str,
        helped: float | None,
        plan: _core.Plan | None = None,
        *,
        time: Moment | None = None,
        now: Moment | None = None,
    ) -> None:
        """Take in that an action was tried, and how much it helped, from 0 to 10.

        With `helped` None it was not tried, and nothing is learned of it. With `time`, an
        action that was not tried or did not help steps back for some days, and one that
        was tried rests for the cool-down of `suggest`.

        Raises InvalidInput for an action that is neither in the catalogue nor in the
        plan nor built in ("support", "crisis"), and for a `time` after `now`, where that
        is given: a monitor has no clock.
        """
        plan = _core.Plan() if plan is None else plan
        if time is not None:
            clock = None if now is None else to_days(now)
            self._core.follow_up_at(plan, action, helped, to_days(time), clock)
        elif helped is not None:
            self._core.follow_up(plan, action, helped)

    def suggested(
        self, action: str, plan: _core.Plan | None = None, *, time: Moment
    ) -> None:
        """Take in that an action was suggested to the person.

        Until it was tried, it steps back in what is suggested at later check-ins, for
        some days.
        """
        plan = _core.Plan() if plan is None else plan
        self._core.suggested(plan, action, to_days(time))

    def suggest(
        self,
        plan: _core.Plan | None = None,
        count: int = 3,
        *,
        minutes: float = 1440.0,
        horizon_days: float = 1.0,
        contact_available: bool = True,
        places: Sequence[str] | None = None,
        quiet_hours: tuple[str, str] | None = None,
        zone: _core.Zone | None = None,
        cool_down_days: float = 0.0,
        coming: Sequence[str] = (),
        exploration: float = 0.0,
        seed: int = 1,
        locale: str = "en",
    ) -> list[_core.Suggestion]:
        """Return what to do now: an action for each need, what cannot wait first.

        After use was told what belongs there comes first; then answers that are urgent,
        and on what most of the risk rests. While a safety flag is up, the crisis protocol
        comes first and is not counted (before the first check-in there is nothing else),
        and nothing appears that belongs to a quiet day.
        At level `high` or above, one of the first three at least is to reach somebody.

        Parameters
        ----------
        plan
            The person's own strategies, triggers and contacts.
        count
            At most so many.
        minutes, places, contact_available
            What is at hand: time, places (None: any), somebody to reach.
        horizon_days
            The time over which the risk is compared.
        quiet_hours, zone
            Two local times, HH:MM, between which nothing is suggested that needs a
            contact or the day, unless the level is high or a flag is up; by the zone, or
            that of the plan.
        cool_down_days
            How long an action rests after it was tried.
        coming
            Codes of situations that lie ahead, as `II-B`.
        exploration, seed
            From 0, the best by what is known, to 1, chance in step with what is not known
            yet; the same for the same seed.
        locale
            Language of all that is not in the person's own words.

        Raises
        ------
        InvalidInput
            There is no check-in yet, or a setting is out of its range.

        """
        plan = _core.Plan() if plan is None else plan
        if quiet_hours is not None and zone is None:
            zone = zone_of(plan.time_zone or "UTC")
        return self._core.suggest(
            plan,
            {
                "count": whole_number("count", count),
                "minutes": real_number("minutes", minutes),
                "horizon_days": real_number("horizon_days", horizon_days),
                "contact_available": contact_available,
                "places": None if places is None else list(places),
                "quiet_hours": quiet_hours,
                "zone": zone,
                "cool_down_days": real_number("cool_down_days", cool_down_days),
                "coming": list(coming),
                "exploration": real_number("exploration", exploration),
                "seed": whole_number("seed", seed, most=LARGEST_SEED),
                "locale": locale,
            },
        )

    def next_questions(
        self,
        count: int,
        time: Moment | None = None,
        answers: Mapping[str, Any] | None = None,
    ) -> list[str]:
        """Return the items to ask next, at most `count`; use and safety among them.

        They come first, then what is due (after a return to use; another weekly safety
        item each day), then the rest by `information`.

        Parameters
        ----------
        count
            From the items that are always asked to all that can be.
        time
            Of the check-in; the last one's where it is not given.
        answers
            What was answered in this check-in up to now: it is taken into account, and
            not asked again.

        Raises
        ------
        InvalidInput
            A count out of its bounds.

        """
        return self._core.next_questions(
            whole_number("questions", count),
            self._moment(time),
            as_mapping("answers", answers or {}),
        )

    def information(
        self, time: Moment | None = None, answers: Mapping[str, Any] | None = None
    ) -> dict[str, float]:
        """Return what the answer to each item is expected to tell, in bits.

        It is about whether there will be use within the horizon of the level. An item
        whose answers cannot be forecast is left out. The arguments are those of
        `next_questions`.
        """
        return self._core.information(
            self._moment(time), as_mapping("answers", answers or {})
        )

    def _moment(self, time: Moment | None) -> float:
        if time is not None:
            return to_days(time)
        return self._core.last_time() or 0.0

    def forecast(self, item: str, days: float, *, plan: Planned = ()) -> dict[str, float]:
        """Return what would be answered some days after the last check-in.

        The probability of each level of a sign (`level_0`, `level_1`, ...), or `mean`.
        A plan tells determinants of the time ahead (weeks of treatment, phases of a
        study): pairs of a time and answers to determinants, which hold until the next;
        the last says where the plan ends.

        Raises
        ------
        InvalidInput
            The plan ends before the time that is looked at, or tells anything else.

        """
        expected = self._core.forecast(item, days, _planned(plan))
        return dict(zip(forecast_names(self._model, item), expected, strict=True))

    def run_probability(
        self,
        item: str,
        outcome: Sequence[float | str | None],
        *,
        run: int,
        weeks: int,
        already: int = 0,
        plan: Planned = (),
    ) -> float:
        """Return the probability of `run` weeks in a row with an outcome, within `weeks`.

        The outcome is one of some answers to an item that is asked weekly (None: missing,
        where that is a level); `already` is the run so far, a plan as in `forecast`.
        """
        told = _planned(plan)
        return self._core.run_probability(item, list(outcome), run, weeks, already, told)

    def snapshot(self) -> bytes:
        """Return all that is remembered of the person, as CBOR."""
        return self._core.snapshot()

    def __reduce__(self) -> tuple[Any, ...]:
        kept = (self._model, self._core.snapshot(), self._drivers, self._outcome_drivers)
        return _restored, kept

    def __repr__(self) -> str:
        return f"Monitor({self._model!r})"


def _restored(
    model: _core.Model, snapshot: bytes, drivers: bool, outcome_drivers: bool = False
) -> Monitor:
    return Monitor.restore(
        model, snapshot, drivers=drivers, outcome_drivers=outcome_drivers
    )


def _responses(given: Any) -> tuple[Forms, tuple[str, str] | None]:
    """Return the forms with their answers in order, and what is wrong with the first.

    What can be read is there whatever else is wrong: its safety items raise their flags.
    """
    forms: Forms = []
    wrong: list[tuple[str, str]] = []
    try:
        named = as_mapping("instruments", {} if given is None else given)
    except InvalidInput as error:
        return forms, ("instruments", str(error).removeprefix("instruments: "))
    for name, answered in named.items():
        try:
            instrument = find_instrument(_instrument_meant(name, wrong))
            answers = as_mapping(f"instruments[{instrument.id!r}]", answered)
        except InvalidInput as error:
            wrong.append(("instruments", str(error)))
            continue
        items = instrument.items
        meant = {item_key(f"{instrument.id}_{item}"): item for item in items}
        meant |= {item_key(item): item for item in items}
        for other in answers:
            if other in items:
                continue
            item = meant.get(item_key(str(other)))
            if item is not None:
                wrong.append((f"{instrument.id}_{item}", _other_spelling(item)))
                value = _number(answers[other])
                forms.append((instrument, [value if i == item else None for i in items]))
            elif isinstance(other, str):
                problem = _core.unknown_name("item", other, items)
                wrong.append((f"{instrument.id}_{other}", problem))
            else:
                wrong.append(("instruments", "answers must be named by item"))
        values = [_number(answers.get(item)) for item in items]
        wrong += [
            (f"{instrument.id}_{item}", "must be a number or None")
            for item, value in zip(items, values, strict=True)
            if value is not None and math.isnan(value)
        ]
        forms.append((instrument, values))
    return forms, wrong[0] if wrong else None


def _instrument_meant(name: Any, wrong: list[tuple[str, str]]) -> Any:
    """Return the name of an instrument that another spelling means, which is wrong."""
    if not isinstance(name, str) or name in _core.instruments():
        return name
    for known in _core.instruments():
        if item_key(known) == item_key(name):
            wrong.append(("instruments", _other_spelling(known)))
            return known
    return name


def _other_spelling(name: str) -> str:
    return f"is there in another spelling of {name!r}, but must be {name!r}"


def _number(value: Any) -> float | None:
    """Return an answer; NaN for what is none, None where there is none."""
    try:
        if value is None or isinstance(value, str) or value != value:
            return math.nan if isinstance(value, str) else None
        return float(value)
    except (TypeError, ValueError, ArithmeticError):
        return math.nan


def _planned(plan: Any) -> list[tuple[float, dict[str, Any]]]:
    wrong = InvalidInput("plan: must be a list of pairs, of a time and answers")
    if not isinstance(plan, (tuple, list)):
        raise wrong
    told = []
    for pair in plan:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise wrong
        time, answers = pair
        told.append((to_days(time), as_mapping("plan", answers)))
    return told


def _listed(where: str, names: Any) -> list[str]:
    if names is None:
        return []
    if isinstance(names, str):
        return whole(names).split("|")
    listed = [*map(whole_if_text, names)] if isinstance(names, Iterable) else [names]
    for name in listed:
        if not isinstance(name, str):
            raise other_type(where, name, "a name or several")
    return listed

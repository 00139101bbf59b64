"""One person's check-ins replayed: each assessment, and the monitor at the end."""

from __future__ import annotations

import math
import re
import sys
from array import array
from collections import deque
from collections.abc import Iterator, Mapping, MutableSequence, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from relapse import _core
from relapse._errors import CheckInError, InvalidInput, at_row
from relapse._passes.arguments import find_model
from relapse._passes.monitor import Monitor
from relapse._reading.cells import bare
from relapse._reading.check_ins import CheckIns, named_bits, read_check_ins
from relapse._reading.times import TimeUnit
from relapse._report.beside import Advice, Beside
from relapse._report.words import Clock

_SHOWN_ACTIONS = 3
_MOST_LATER = 60  # moments that a figure shows after the last check-in
#: The item that is answered by whether a check-in came.
MISSED = "missed_check_in"
#: What tells of a person beside answers.
_TOLD = {"known_stage", "used_days_ago", "abstinent_since_last"}
#: Steps that a page needs whole: what it says in words is about the last of them.
STEPS_OF_A_PAGE = 1000
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)$")


def _numbers() -> MutableSequence[float]:
    return array("d")


def risk_of(now: _core.Assessment, days: float) -> tuple[float, float, float]:
    """Return the risk that the level is cut from, in so many days; its interval."""
    # The horizon of the levels need not be one that is reported.
    alone = (now.level_risk, now.level_risk)
    return (now.level_risk, *now.risk_interval.get(days, alone))


@dataclass(frozen=True)
class Timeline:
    """What a figure of a person's way needs, one entry for each check-in."""

    stages: list[str]
    probabilities: Sequence[MutableSequence[float]]  # by stage, then by check-in
    times: MutableSequence[float] = field(default_factory=_numbers)
    risk: MutableSequence[float] = field(default_factory=_numbers)
    low: MutableSequence[float] = field(default_factory=_numbers)
    high: MutableSequence[float] = field(default_factory=_numbers)
    levels: list[str] = field(default_factory=list)
    used: list[bool] = field(default_factory=list)
    missed: list[bool] = field(default_factory=list)
    later: int = 0  # so many entries at the end are moments after the last check-in

    def add(
        self,
        now: _core.Assessment,
        level_days: float,
        used: bool = False,
        missed: bool = False,
    ) -> None:
        """Take in a moment, as a few numbers; levels are cut from `level_days`."""
        stages, (risk, low, high) = now.stages, risk_of(now, level_days)
        self.times.append(now.time)
        for stage, each in zip(self.stages, self.probabilities, strict=True):
            each.append(stages[stage])
        self.risk.append(risk)
        self.low.append(low)
        self.high.append(high)
        self.levels.append(sys.intern(now.level))
        self.used.append(used)
        self.missed.append(missed)

    def level_runs(self) -> list[tuple[str, int, int]]:
        """Return each level that was in force, from which check-in until which."""
        runs: list[tuple[str, int, int]] = []
        for k, level in enumerate(self.levels):
            if runs:
                runs[-1] = (*runs[-1][:2], k)
            if not runs or runs[-1][0] != level:
                runs.append((level, k, k))
        return runs

    def until(self, later: Sequence[_core.Assessment], level_days: float) -> Timeline:
        """Return the same with moments after the last check-in at its end."""
        longer = replace(deepcopy(self), later=len(later))
        for moment in later:
            longer.add(moment, level_days)
        return longer

    def thinned(self, most: int) -> Timeline:
        """Return at most so many check-ins, those between which a line looks the same.

        The first and the last; of each stretch between, one with the highest risk, at
        which any use in the stretch is marked, and one with the lowest.
        """
        count = len(self.times)
        if count <= most:
            return self
        risk = np.asarray(self.risk)
        used = np.asarray(self.used, dtype=np.bool_)
        marked = used.copy()
        kept = {0, count - 1}
        edges = np.linspace(0, count, (most - 2) // 2 + 1).astype(np.int64)
        for start, stop in pairwise(edges.tolist()):
            highest = start + int(np.argmax(risk[start:stop]))
            kept |= {highest, start + int(np.argmin(risk[start:stop]))}
            marked[highest] |= bool(used[start:stop].any())
        rows = sorted(kept)
        return Timeline(
            times=[self.times[k] for k in rows],
            stages=self.stages,
            probabilities=[[each[k] for k in rows] for each in self.probabilities],
            risk=[self.risk[k] for k in rows],
            low=[self.low[k] for k in rows],
            high=[self.high[k] for k in rows],
            levels=[self.levels[k] for k in rows],
            used=[bool(marked[k]) for k in rows],
            missed=[self.missed[k] for k in rows],
        )


@dataclass(frozen=True)
class Step:
    """A check-in and what it led to."""

    assessment: _core.Assessment
    answers: dict[str, float]
    used: bool  # use was reported: by a use item above 0, or by how long ago it was
    used_days_ago: float = 0.0
    said_no_use: bool = False  # a use item was answered, and none above 0
    #: The check-in itself (`relapse/check_in/1`), without the person.
    check_in: dict[str, Any] = field(default_factory=dict)

    @property
    def use_time(self) -> float:
        """When the use was that is reported here."""
        return self.assessment.time - self.used_days_ago

    @property
    def missed(self) -> bool:
        """Whether nobody told anything: no answer, no use, no stage."""
        answered = any(i != MISSED or a == 0.0 for i, a in self.answers.items())
        return not (answered or self.used or self.check_in.keys() & _TOLD)


@dataclass
class History:
    """The way of one person: all of it in `line`, the last steps, oldest first, whole."""

    person: str
    model: _core.Model
    clock: Clock
    monitor: Monitor
    steps: Sequence[Step]  # at least one
    line: Timeline = field(repr=False)
    last_use: Step | None
    use_known_from: float  # since when anything tells when the last use was
    document: dict[str, Any] = field(repr=False)
    beside: Beside | None = None  # of a case file

    @property
    def count(self) -> int:
        """How many check-ins there are."""
        return len(self.line.times)

    @property
    def last(self) -> Step:
        return self.steps[-1]

    @property
    def now(self) -> _core.Assessment:
        """What a page is about: the last check-in, or a moment after it."""
        later = self.beside.now if self.beside is not None else None
        return self.last.assessment if later is None else later

    @property
    def is_later(self) -> bool:
        """Whether a page is about a moment after the last check-in."""
        return self.now.time > self.last.assessment.time

    def later(self) -> list[_core.Assessment]:
        """Return how things went from the last check-in to the moment of the page."""
        start, end = self.last.assessment.time, self.now.time
        count = min(_MOST_LATER, int(end - start) + 1)
        between = np.linspace(start, end, count + 1)[1:-1]
        return [*(self.monitor.at(time) for time in between.tolist()), self.now]

    @property
    def did_not_come(self) -> int:
        """How many check-ins were expected after the last one and did not come."""
        return 0 if self.beside is None else self.beside.did_not_come

    @property
    def level_days(self) -> float:
        """The horizon that levels are cut from, in days."""
        return float(self.document["levels"]["horizon_days"])

    def suggestions(
        self, plan: _core.Plan | None = None, locale: str = "en"
    ) -> Sequence[_core.Suggestion | Advice]:
        if self.beside is not None:
            return self.beside.suggestions
        return self.monitor.suggest(plan, count=_SHOWN_ACTIONS, locale=locale)


def replay(
    check_ins: Any,
    model: _core.Model | str,
    who: Any,
    *,
    person: str = "person",
    time: str = "time",
    days_since_use: float | None = None,
    days_in_recovery: float | None = None,
    time_unit: TimeUnit = "days",
    most_steps: int | None = None,
    flag_moves: Sequence[Mapping[str, Any]] = (),
) -> History:
    """Replay the check-ins of one person of a table.

    Of all steps, or of the last `most_steps`, all is kept.

    `days_since_use` and `days_in_recovery` are what is known at the first check-in, as
    for a `Monitor`; `flag_moves` what a case file knows of flags beside the check-ins
    (`CaseFile.flag_history`). Raises InvalidInput when the person is not there and
    CheckInError for the person's first check-in that cannot be used.
    """
    model = find_model(model)
    data = read_check_ins(check_ins, model, person, time, time_unit)
    return Replayer(data).history(
        who,
        days_since_use,
        days_in_recovery,
        most_steps=most_steps,
        flag_moves=flag_moves,
    )


class Replayer:
    """Replays persons of a table, which was read once.

    With `skip_refused`, check-ins that cannot be used are left out, as `score` does when
    it collects errors.
    """

    def __init__(self, data: CheckIns, *, skip_refused: bool = False) -> None:
        self._model = data.model
        self._data = data
        self._skip = skip_refused
        self._persons: dict[Any, list[int]] = {}
        for row, who in enumerate(data.table.column(data.person).objects()):
            self._persons.setdefault(bare(who), []).append(row)
        self._rows = data.rows(np.arange(len(data.columns["time"])))
        self._document = self._model.to_dict()
        items = self._document["items"]
        self._uses = {i["id"] for i in items if i["role"] == "use"}
        self._raise_at = {i["flag"]: i.get("raise_at", 1.0) for i in items if "flag" in i}

    @property
    def end(self) -> float:
        """The time of the last row of all persons."""
        times = self._data.columns["time"]
        return float(np.nanmax(times, initial=-np.inf))

    def history(
        self,
        person: Any,
        days_since_use: float | None = None,
        days_in_recovery: float | None = None,
        *,
        most_steps: int | None = None,
        flag_moves: Sequence[Mapping[str, Any]] = (),
    ) -> History:
        """Replay one person; `replay` says what is raised."""
        entries = self._entries(person)
        monitor = Monitor(
            self._model, days_since_use=days_since_use, days_in_recovery=days_in_recovery
        )
        steps: deque[Step] = deque(maxlen=most_steps)
        line = Timeline(self._model.stages, [_numbers() for _ in self._model.stages])
        level_days = float(self._document["levels"]["horizon_days"])
        last_use = None
        known_from = math.inf if days_since_use is None else -math.inf
        for step in self._replay(monitor, entries, person, flag_moves):
            steps.append(step)
            line.add(step.assessment, level_days, step.used, step.missed)
            last_use = step if step.used else last_use
            if step.used or "known_stage" in step.check_in:
                known_from = min(known_from, step.assessment.time)
        if not steps:
            raise InvalidInput(f"person {str(person)!r}: has no usable check-in")
        last = steps[-1].assessment
        if list(last.flags) != list(monitor.flags):
            steps[-1] = replace(steps[-1], assessment=monitor.at(last.time))
        return History(
            person=str(person),
            model=self._model,
            clock=self._clock(int(self._rows[entries[-1]]), line.times),
            monitor=monitor,
            steps=list(steps),
            line=line,
            last_use=last_use,
            use_known_from=known_from,
            document=self._document,
        )

    def steps(self, person: Any) -> Iterator[Step]:
        """Replay one person; every check-in, as it comes."""
        return self._replay(Monitor(self._model), self._entries(person), person)

    def _replay(
        self,
        monitor: Monitor,
        entries: npt.NDArray[np.int64],
        person: Any,
        flag_moves: Sequence[Mapping[str, Any]] = (),
    ) -> Iterator[Step]:
        moves = deque(flag_moves)
        times = self._data.columns["time"]
        for k, entry in enumerate(entries):
            # What rises after the last check-in is seen with it.
            until = times[entry] if k + 1 < len(entries) else np.inf
            while moves and moves[0]["up"] and moves[0]["at"] <= until:
                self._move(monitor, moves.popleft())
            while moves and moves[0]["at"] <= times[entry]:
                self._move(monitor, moves.popleft())
            try:
                step = self._step(monitor, entry)
            except CheckInError as error:
                if self._skip:
                    continue
                raise at_row(error, person, int(self._rows[entry])) from None
            yield step
        for move in moves:
            self._move(monitor, move)

    def _move(self, monitor: Monitor, move: Mapping[str, Any]) -> None:
        """Let a flag rise, or take it down."""
        flag = move["flag"]
        if move["up"]:
            monitor.refuse(move["at"], {flag: self._raise_at.get(flag, 1.0)}, "")
        else:
            monitor.acknowledge(flag, move["at"])

    def _entries(self, person: Any) -> npt.NDArray[np.int64]:
        """Return the person's check-ins in the order of time."""
        name = bare(str(person))
        mine = self._persons.get(person) or next(
            (rows for who, rows in self._persons.items() if str(who) == name), None
        )
        if mine is None:
            # A name alone is said again: anything else may be an answer.
            named = f" {person!r}" if type(person) in (str, int) else ""
            raise InvalidInput(f"person{named}: is not in the table")
        if not self._skip:
            self._data.raise_refused(set(mine))
        entries = np.flatnonzero(np.isin(self._rows, mine))
        order = np.argsort(self._data.columns["time"][entries], kind="stable")
        return entries[order]

    def _step(self, monitor: Monitor, entry: int) -> Step:
        columns = self._data.columns
        model = self._model
        answers: dict[str, float] = {}
        missing: dict[str, str] = {}
        for item in columns["answers"]:
            value = float(self._data.numbers(item, entry))
            if value == value:
                answers[item] = value
            else:
                reasons = columns["reasons"].get(item)
                code = 0 if reasons is None else int(reasons[entry])
                missing[item] = _core.missing_reasons[code]
        if "refused" in columns and columns["refused"][entry]:
            raise self._refused(monitor, entry, answers)
        days_ago = _days(columns.get("used_days_ago"), entry)
        time = float(columns["time"][entry])
        stages = _named(columns.get("stage"), entry, model.stages)
        entered, abstinent = (
            name in columns and bool(columns[name][entry])
            for name in ("entered", "abstinent_since_last")
        )
        acknowledge = _named(columns.get("acknowledge"), entry, model.flags)
        assessment = monitor.update(
            time,
            answers,
            missing,
            known_stage=stages,
            entered=entered,
            used_days_ago=days_ago,
            abstinent_since_last=abstinent,
            acknowledge=acknowledge,
        )
        used = any(answers.get(item, 0.0) > 0.0 for item in self._uses)
        no_use = not used and days_ago is None and bool(self._uses & set(answers))
        told = {
            "known_stage": {"any_of": stages, "entered": entered} if stages else None,
            "used_days_ago": days_ago,
            "abstinent_since_last": abstinent or None,
            "acknowledge": acknowledge or None,
        }
        check_in = {
            "schema": "relapse/check_in/1",
            "time": time,
            "answers": answers,
            "missing": missing,
            **{name: value for name, value in told.items() if value is not None},
        }
        return Step(
            assessment,
            answers,
            used or days_ago is not None,
            days_ago or 0.0,
            no_use,
            check_in,
        )

    def _refused(
        self, monitor: Monitor, entry: int, answers: dict[str, float]
    ) -> CheckInError:
        """Raise the flags of a check-in that could not be read; return what to throw."""
        bits = self._data.columns.get("unreadable")
        unreadable = _named(bits, entry, self._model.flags)
        told: dict[str, Any] = dict(answers)
        for item, flag in self._model.safety_items.items():
            if flag in unreadable:
                told[item] = ""  # no text is an answer
        time = float(self._data.columns["time"][entry])
        return monitor.refuse(time, told, "was refused before")

    def _clock(self, row: int, times: Sequence[float]) -> Clock:
        """Return a clock in the zone of the last check-in, as far as it is known."""
        moment = self._data.table.column(self._data.time).objects()[row]
        if isinstance(moment, datetime):
            clock = Clock(True, moment.tzinfo)
        elif isinstance(moment, str):
            clock = Clock(True, _zone(moment))
        else:
            return Clock(False)
        try:
            clock.moment(times[0] - 1.0)
            clock.moment(times[-1] + 1.0)
        except OverflowError:  # Python's calendar has the years 1 to 9999
            return Clock(False)
        return clock


def _named(bits: Any, entry: int, names: list[str]) -> list[str]:
    return [] if bits is None else named_bits(bits[entry], names)


def _days(values: Any, entry: int) -> float | None:
    if values is None or np.isnan(values[entry]):
        return None
    return float(values[entry])


def _zone(text: str) -> tzinfo:
    """Return the zone of a timestamp's offset."""
    found = _OFFSET.search(text)
    if found is None:
        return timezone.utc
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)

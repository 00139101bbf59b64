"""All that an app keeps of one person: a log of events, and what is shown of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from relapse import _core
from relapse._errors import InvalidInput, other_type
from relapse._passes.arguments import ModelOrName, find_model
from relapse._passes.json_values import event_text
from relapse._reading.cells import whole
from relapse._reading.settings import whole_number
from relapse._reading.times import Moment, to_days
from relapse._reading.zones import find_zone
from relapse._reading.zones import zone as zone_of

#: An event: a mapping of its keys, or its JSON.
Event = Mapping[str, Any] | str


class CaseFile:
    """A person's case file: a model and a log of events, `relapse/case_file/1`.

    Everything shown is derived from the events; nothing is stored beside them. Events may
    come in any order, more than once and over several devices: what is shown depends on
    which events there are. What happened is ordered by `at`, then by `id`. An event that
    cannot be used stays in the log with its problem, raises the safety flags that its
    answers raise, and changes nothing else. The reference has the keys of events and of
    what is returned.

    Parameters
    ----------
    model
        A model, or the name of one that comes with the library.
    person
        Whose file it is; left out: the one whom the first event names.
    days_since_use, days_in_recovery
        What is known at the first check-in, 0 or more days.

    """

    def __init__(
        self,
        model: ModelOrName = "standard",
        *,
        person: str = "",
        days_since_use: float | None = None,
        days_in_recovery: float | None = None,
    ) -> None:
        self._model = find_model(model)
        self._core = _core.CaseFile(
            self._model, whole(person), days_since_use, days_in_recovery
        )

    @classmethod
    def read(cls, text: str, model: ModelOrName = "standard") -> CaseFile:
        """Read what `text` wrote.

        A line that is no event, such as a last one that was cut short, is kept and told
        among the problems; all others are whole. Raises ParseError for a header that is
        none, and InvalidInput for a log of another model.
        """
        file = cls.__new__(cls)
        file._model = find_model(model)
        if not isinstance(text, str):
            raise other_type("case file", text, "text")
        file._core = _core.CaseFile.read(file._model, whole(text))
        return file

    @property
    def model(self) -> _core.Model:
        """The model that the numbers are of."""
        return self._model

    def __len__(self) -> int:
        """Count the events, refused ones and corrections among them."""
        return self._core.events

    def __repr__(self) -> str:
        return f"CaseFile({self._model.id!r}, {len(self)} events)"

    def __copy__(self) -> CaseFile:
        """Return a file of its own with the same events."""
        file = type(self).__new__(type(self))
        file._model = self._model
        file._core = self._core.copy()
        return file

    def add(self, event: Event) -> dict[str, Any]:
        """Take in an event; return what came of it.

        Parameters
        ----------
        event
            A mapping with `id`, `at`, `kind` and the keys of its kind, or its JSON. A
            moment is a datetime with its zone, an ISO 8601 text with its offset, or days.
            One that comes late says in `told` when it came: what it raises counts from
            then on.

        Returns
        -------
        dict
            `status` (``"taken_in"``, ``"replayed"`` when it came late, ``"known"`` when
            it was told before, ``"refused"``), `id`, `flags` that are up now, those
            `raised` (by a late one also where they were taken down since) and `lowered`
            by it, the `problem` of a refused one, and for ``help_wanted`` the `help`
            itself.

        Raises
        ------
        InvalidInput
            For what is neither a mapping nor a text, and for answers of which nothing
            could be read afterwards, such as an object without attributes. Nothing is
            raised for what else stands in an event, such as a value that JSON does not
            have or a datetime without its zone: it is kept as refused. Answers may be
            what `Monitor.update` takes: a Series, pairs, a data class. Half of a letter
            becomes U+FFFD.

        """
        text = whole(event) if isinstance(event, str) else event_text(event)
        told = _object(self._core.add(text))
        if told["status"] == "refused" and (wrong := _wrong_moment(event)):
            told["problem"] = wrong
        return told

    def view(
        self,
        now: Moment,
        *,
        locale: str = "en",
        zone: _core.Zone | str | None = None,
        suggestions: int = 3,
        questions: int = 0,
        days_ahead: int = 28,
    ) -> dict[str, Any]:
        """Return all that can be shown at a moment, `relapse/view/1`.

        Parameters
        ----------
        now
            Only what happened up to then is in it.
        locale
            Language of what is said, and place of the numbers to call, such as
            ``"de-DE"``.
        zone
            Clock of the person, by name such as ``"Europe/Berlin"``; left out: that of
            the plan as it was known at that moment, or else UTC. A zone of the plan that
            the tz database does not have is among the problems, and UTC in its place.
        suggestions
            At most so many, crisis steps not counted.
        questions
            How many to ask next; 0: as few as the model allows.
        days_ahead
            To list hard dates of, 1 to 366.

        """
        moment = to_days(now)
        named = self._core.time_zone(moment) if zone is None else ""
        unknown = _unknown_zone(named)
        name = zone if zone is not None else "" if unknown else named
        made = _object(
            self._core.view(
                moment,
                locale,
                (zone_of(name) if name else None) if isinstance(name, str) else name,
                whole_number("suggestions", suggestions),
                whole_number("questions", questions),
                whole_number("days_ahead", days_ahead),
            )
        )
        made["problems"] += unknown
        return made

    def help(self, now: Moment, *, locale: str = "en") -> dict[str, Any]:
        """Return what helps at once, whatever the level: the view's `help`."""
        return _object(self._core.help(to_days(now), locale))

    def merge(self, other: CaseFile) -> None:
        """Take in all events of another file of the same person.

        Raises InvalidInput, and changes nothing, for one of another person or model and
        for one that knows another start.
        """
        if not isinstance(other, CaseFile):
            raise InvalidInput("merge: the other one must be a CaseFile")
        self._core.merge(other._core)

    def compact(self, before: Moment) -> None:
        """Close the log behind the last check-in up to a moment.

        The events before that go, and what views and later check-ins need of them stays.
        Views of moments from there on are the same. What is told of the closed part
        afterwards is refused, and another version of the model can no longer take this
        log in.
        """
        self._core.compact(to_days(before))

    @property
    def person(self) -> str:
        """Whose file it is; empty as long as no event has named anybody."""
        return self._core.person

    @property
    def plan(self) -> _core.Plan | None:
        """The plan as it stands after all events; None without one."""
        return self._core.plan()

    @property
    def start(self) -> tuple[float | None, float | None]:
        """Days since use and in recovery, known at the first check-in."""
        return self._core.start()

    def problems(self) -> list[dict[str, str]]:
        """Return what was refused, with `id` and `problem`.

        A zone of the plan that the tz database does not have is among them, as of `plan`.
        """
        made: list[dict[str, str]] = json.loads(self._core.problems())
        plan = self.plan
        return made + _unknown_zone(plan.time_zone if plan is not None else "")

    def flag_history(self) -> list[dict[str, Any]]:
        """Return how flags rose and were taken down: `flag`, `at` in days, `up`."""
        moves: list[dict[str, Any]] = json.loads(self._core.flag_history())
        return [{**each, "at": to_days(each["at"])} for each in moves]

    def check_ins(self) -> list[dict[str, Any]]:
        """Return the check-ins as the model took them in, `relapse/check_in/1`.

        They are corrected, with what instruments answered, and reports of use are among
        them. Of a closed log, those since then.
        """
        return [_object(text) for text in self._core.check_ins()]

    def text(self) -> str:
        """Return the whole log, JSON lines; `read` makes the same file of it."""
        return self._core.text()


def _unknown_zone(name: str) -> list[dict[str, str]]:
    if not name:
        return []
    try:
        find_zone(name)
    except InvalidInput:
        problem = "is not in the tz database, so that UTC is the clock"
        return [{"id": "plan", "problem": f"/time_zone: {problem}"}]
    return []


def _wrong_moment(event: Any) -> str:
    """Say what is wrong with the moments of an event: its log has them without a zone."""
    for key in ("at", "told") if isinstance(event, Mapping) else ():
        if isinstance(event.get(key), datetime):
            try:
                to_days(event[key])
            except InvalidInput as error:
                return f"/{key}: {str(error).removeprefix('time: ')}"
    return ""


def _object(text: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(text)
    return made

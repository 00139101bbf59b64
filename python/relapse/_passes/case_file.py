"""All that an app keeps of one person: a log of events, and what is shown of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from relapse import _core
from relapse._errors import InvalidInput
from relapse._passes.arguments import ModelOrName, find_model
from relapse._reading.times import Moment, to_days
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
        self._core = _core.CaseFile(self._model, person, days_since_use, days_in_recovery)

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
            raise InvalidInput(f"case file: is a {type(text).__name__}, but must be text")
        file._core = _core.CaseFile.read(file._model, text)
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

        Returns
        -------
        dict
            `status` (``"taken_in"``, ``"replayed"`` when it came late, ``"known"`` when
            it was told before, ``"refused"``), `id`, `flags` that are up now, those
            `raised` and `lowered` by it, the `problem` of a refused one, and for
            ``help_wanted`` the `help` itself.

        Raises
        ------
        InvalidInput
            For what is neither a mapping nor a text, and for values that JSON does not
            have. Nothing is raised for what stands in an event: it is kept as refused.

        """
        text = event if isinstance(event, str) else _json_of(event)
        return _object(self._core.add(text))

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
            the plan, or else UTC.
        suggestions
            At most so many, crisis steps not counted.
        questions
            How many to ask next; 0: as few as the model allows.
        days_ahead
            To list hard dates of, 1 to 366.

        """
        clock = zone_of(zone) if isinstance(zone, str) else zone
        return _object(
            self._core.view(
                to_days(now), locale, clock, suggestions, questions, days_ahead
            )
        )

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
        """Return what was refused, with `id` and `problem`."""
        made: list[dict[str, str]] = json.loads(self._core.problems())
        return made

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


def _json_of(event: Any) -> str:
    if not isinstance(event, Mapping):
        raise InvalidInput(
            f"event: is a {type(event).__name__}, but must be a mapping or its JSON"
        )
    try:
        return json.dumps(
            dict(event), default=_in_json, ensure_ascii=False, allow_nan=False
        )
    except InvalidInput:
        raise
    except (TypeError, ValueError):
        raise InvalidInput("event: has a value that JSON does not have") from None


def _in_json(value: Any) -> Any:
    if isinstance(value, datetime):
        to_days(value)  # refuses one without a zone
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "item"):  # numbers of NumPy
        return value.item()
    raise TypeError


def _object(text: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(text)
    return made

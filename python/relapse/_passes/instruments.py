"""Instruments, such as BAM, AWARE or PHQ-9: scores of a table of responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, overload

import numpy as np

from relapse import _core
from relapse._errors import InvalidInput, UnknownColumnWarning, other_type, warn
from relapse._passes.arguments import (
    AnswerArrays,
    Arrays,
    Frame,
    ModelOrName,
    OnError,
    find_model,
)
from relapse._reading.cells import split, whole
from relapse._reading.columns import Refusals, read_answers
from relapse._reading.names import as_shown, item_key, parts_of_name
from relapse._reading.settings import is_collecting
from relapse._reading.tables import Made, Table, Words, open_table

if TYPE_CHECKING:
    from typing_extensions import Unpack  # in `typing` since Python 3.11

InstrumentOrName: TypeAlias = "_core.Instrument | str"
#: Names of columns by item, where they are not `<instrument>_<item>`.
ColumnNames: TypeAlias = "Mapping[str, str] | None"

_A_NUMBER = "is not allowed, but must be a number"
_AN_ANSWER = "is not allowed, but must be one of the answers of its item"


def instrument_names() -> list[str]:
    """Return the names of the instruments that come with the library."""
    return _core.instruments()


class Responses(TypedDict, total=False):
    """How a table of responses is read."""

    person: str
    time: str
    columns: ColumnNames


class Raising(Responses, total=False):
    """The same where the first row that is refused is raised."""

    on_error: Literal["raise"]


class Collecting(Responses):
    """The same where all of them are answered as a second table."""

    on_error: Literal["collect"]


@overload
def score_instrument(
    responses: Arrays, instrument: InstrumentOrName, **how: Unpack[Raising]
) -> AnswerArrays: ...
@overload
def score_instrument(
    responses: Arrays, instrument: InstrumentOrName, **how: Unpack[Collecting]
) -> tuple[AnswerArrays, AnswerArrays]: ...
@overload
def score_instrument(
    responses: Frame, instrument: InstrumentOrName, **how: Unpack[Raising]
) -> Frame: ...
@overload
def score_instrument(
    responses: Frame, instrument: InstrumentOrName, **how: Unpack[Collecting]
) -> tuple[Frame, Frame]: ...
def score_instrument(
    responses: Any,
    instrument: InstrumentOrName,
    *,
    person: str = "person",
    time: str = "time",
    columns: ColumnNames = None,
    on_error: OnError = "raise",
) -> Any:
    """Score the responses to an instrument, a row each.

    Parameters
    ----------
    responses
        A table of any kind that `score` takes, wide: a column an item, named
        ``<instrument>_<item>`` as in ``phq9_1`` or ``bam_7A``. A missing answer is NaN,
        null or None; an item without a column is missing in all rows. Another spelling
        of such a name is refused.
    instrument
        An `Instrument`, or the name of one that comes with the library.
    person, time
        Columns to keep; those that are not there are left out.
    columns
        Names of columns by item, where they are others.
    on_error
        "raise" stops at the first row with an answer that its item does not have.
        "collect" leaves the scores of such rows empty (their flags are raised all the
        same, also by an answer that cannot be read) and returns a second table that says
        what was wrong.

    Returns
    -------
    A table of the same kind and order: person, time, and for each subscale ``<s>`` its
    value (in points of the instrument; empty where the missing rule refuses),
    ``<s>_band``, ``<s>_<cut-off>`` (1 reached, 0 not), ``<s>_p_<column>`` and
    ``<s>_p_<column>_monotone`` (published probabilities, 0 to 1), ``<s>_missing`` (items
    not answered) and ``<s>_refused`` (why there is no value); then ``flags`` raised and
    ``unknown_flags``, asked about and not answered, joined by '|'.

    Raises InvalidInput, of which CheckInError names person, row and column.

    """
    collect = is_collecting(on_error)
    data = _Responses(responses, find_instrument(instrument), person, time, columns)
    raw = data.score()
    if not collect:
        data.raise_refused(raw)
    made: dict[str, Made] = {}
    for subscale in raw["subscales"]:
        made |= _subscale_columns(subscale)
    made["flags"] = raw["flags"]
    made["unknown_flags"] = raw["unknown_flags"]
    scores = data.answer(made)
    return (scores, data.errors()) if collect else scores


@overload
def check_ins_from(
    responses: Arrays,
    instrument: InstrumentOrName,
    model: ModelOrName,
    **how: Unpack[Responses],
) -> AnswerArrays: ...
@overload
def check_ins_from(
    responses: Frame,
    instrument: InstrumentOrName,
    model: ModelOrName,
    **how: Unpack[Responses],
) -> Frame: ...
def check_ins_from(
    responses: Any,
    instrument: InstrumentOrName,
    model: ModelOrName,
    *,
    person: str = "person",
    time: str = "time",
    columns: ColumnNames = None,
) -> Any:
    """Return the responses to an instrument as check-ins of a model, for `score`.

    Items of a model refer to an instrument by ``"instrument": {"id": "bam", "item": 8}``
    or ``{"id": "bam", "subscale": "risk"}`` in its document; they take the answers as
    they are. Safety items of the instrument answer the flags of the model. The arguments
    are those of `score_instrument`.

    Raises InvalidInput when nothing in the model refers to the instrument, when what is
    referred to is not there or has another range, and for an answer that its item does
    not have.
    """
    data = _Responses(responses, find_instrument(instrument), person, time, columns)
    data.raise_refused(data.score())
    made: dict[str, Made] = {}
    made |= _core.answers_from(data.instrument, data.answers, find_model(model))
    return data.answer(made)


def find_instrument(instrument: InstrumentOrName) -> _core.Instrument:
    """Return an instrument, or the one of this name."""
    if isinstance(instrument, _core.Instrument):
        return instrument
    if isinstance(instrument, str):
        return _core.Instrument.named(whole(instrument))
    raise other_type("instrument", instrument, "an Instrument or a name", "of type")


class _Responses:
    """A table of responses as the library takes it, and the way back."""

    def __init__(
        self,
        responses: Any,
        instrument: _core.Instrument,
        person: str,
        time: str,
        columns: ColumnNames,
    ) -> None:
        self.table: Table = open_table(responses)
        self.instrument = instrument
        self.refused = Refusals()
        self.kept = [
            name
            for name, usual in ((person, "person"), (time, "time"))
            if name in self.table.names or name != usual
        ]
        for name in self.kept:
            self.table.require(name)
        self.person = person if person in self.kept else None
        self.columns = self._columns(columns)
        if not self.columns:
            raise InvalidInput(
                f"responses: has no column of the instrument {instrument.id!r}, "
                f"such as {self._usual(instrument.items[0])!r}"
            )
        self.answers = np.full((self.table.rows, len(instrument.items)), np.nan)
        for k, item in enumerate(instrument.items):
            if item in self.columns:
                column = self.table.column(self.columns[item])
                self.answers[:, k] = read_answers(column, {}, self.refused, _A_NUMBER)

    def _usual(self, item: str) -> str:
        return f"{self.instrument.id}_{item}"

    def _columns(self, columns: ColumnNames) -> dict[str, str]:
        """Return the column of each item that has one."""
        named = dict(columns or {})
        for item in named:
            if item not in self.instrument.items:
                told = _core.unknown_name("item", item, self.instrument.items)
                raise InvalidInput(f"columns: {told}")
            self.table.require(named[item])
        found = {
            item: named.get(item, self._usual(item))
            for item in self.instrument.items
            if item in named or self._usual(item) in self.table.names
        }
        items: dict[str, str] = {}
        for item, column in found.items():
            if items.setdefault(column, item) != item:
                raise InvalidInput(
                    f"columns: {as_shown(str(column))!r} is that of two items, "
                    f"{items[column]!r} and {item!r}, but must be of one"
                )
        used = {*found.values(), *self.kept}
        # What a record states of totals, and why answers are missing, is no answer.
        used |= {self._usual(subscale) for subscale in self.instrument.subscales}
        used |= {f"{column}_missing" for column in found.values()}
        left = [str(name) for name in self.table.names if name not in used]
        self._refuse_other_spellings(left)
        unknown = [name for name in left if name.startswith(self._usual(""))]
        if unknown:
            warn(
                f"not an item of the instrument {self.instrument.id!r}, so not used: "
                + ", ".join(map(as_shown, unknown)),
                UnknownColumnWarning,
            )
        return found

    def _refuse_other_spellings(self, names: list[str]) -> None:
        """Refuse another spelling of the column of an item: without its answers the total
        would be of fewer, and a flag might be lost.
        """
        items = {item_key(self._usual(item)): item for item in self.instrument.items}
        for name in names:
            found = (items.get(item_key(part)) for part in parts_of_name(name))
            item = next(filter(None, found), None)
            if item is not None and name != self._usual(item):
                raise InvalidInput(
                    f"column {as_shown(name)!r}: is another spelling of "
                    f"{self._usual(item)!r}; rename it, leave it out, or name the column "
                    f"that counts: columns={{{item!r}: ...}}"
                )

    def score(self) -> _core.RawResponses:
        """Score the rows. An answer about safety that is refused raises its flag."""
        raw = _core.score_responses(self.instrument, self.answers)
        for row, item in raw["errors"]:
            self.refused.add(row, self.columns[item], _AN_ANSWER)
        for row, flags in self._unreadable().items():
            raised = [flag for flag in split(raw["flags"][row]) if flag not in flags]
            unknown = [f for f in split(raw["unknown_flags"][row]) if f not in flags]
            raw["flags"][row] = "|".join([*raised, *flags])
            raw["unknown_flags"][row] = "|".join(unknown)
        return raw

    def _unreadable(self) -> dict[int, list[str]]:
        """Return, by row, the flags whose answer was refused."""
        items = self.instrument.to_dict()["items"]
        flag_of = {
            self.columns[item["id"]]: item["flag"]
            for item in items
            if "flag" in item and item["id"] in self.columns
        }
        found: dict[int, list[str]] = {}
        for row, column, _ in self.refused.found:
            if column in flag_of and flag_of[column] not in found.get(row, ()):
                found.setdefault(row, []).append(flag_of[column])
        return found

    def raise_refused(self, raw: _core.RawResponses) -> None:
        """Raise the refusal of the first row, with the flags that it raises."""
        unreadable = self._unreadable()

        def of_row(row: int) -> tuple[list[str], list[str]]:
            return split(raw["flags"][row]), unreadable.get(row, [])

        self.table.raise_first(self.refused, self.person, of_row)

    def answer(self, made: Mapping[str, Made]) -> Any:
        bad = sorted(self.refused.rows())
        shown = {name: _blank(values, name, bad) for name, values in made.items()}
        return self.table.answer(self.kept, None, shown)

    def errors(self) -> Any:
        return self.table.errors(self.refused, self.person)


def _blank(values: Made, name: str, bad: list[int]) -> Made:
    """Leave rows that were refused without scores, but not without flags."""
    if not bad or name in ("flags", "unknown_flags"):
        return values
    if isinstance(values, Words):
        codes = np.array(values.codes, dtype=np.int64)
        codes[bad] = -1
        return Words(values.words, codes)
    blank = np.array(values, dtype=np.float64)
    blank[bad] = np.nan
    return blank


def _subscale_columns(raw: _core.RawSubscale) -> dict[str, Made]:
    name = raw["id"]
    made: dict[str, Made] = {name: raw["value"]}
    if raw["bands"]:
        made[f"{name}_band"] = Words(raw["bands"], raw["band"])
    for cut_off, reached in raw["cut_offs"].items():
        made[f"{name}_{cut_off}"] = reached
    for column, (published, monotone) in raw["probabilities"].items():
        made[f"{name}_p_{column}"] = published
        made[f"{name}_p_{column}_monotone"] = monotone
    made[f"{name}_missing"] = raw["missing"]
    made[f"{name}_refused"] = Words.of(raw["refused"])
    return made

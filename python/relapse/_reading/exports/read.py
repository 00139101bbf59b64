"""Check-ins from what apps and survey tools export, by declarative mappings.

A mapping is a document `relapse/mapping/1` that says where an export has persons, times
and answers; those that come with the package are in the folder `mappings`. What the
answers mean is said by the caller: which question is which item.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np

from relapse import _core
from relapse._errors import InvalidInput, warn
from relapse._reading import tables
from relapse._reading.cells import (
    OTHER_FORM,
    Code,
    NormalForms,
    as_text,
    bare,
    word_of,
)
from relapse._reading.exports.answers import Answers, Meanings
from relapse._reading.exports.arguments import check_arguments
from relapse._reading.exports.choices import Gaps, Missing, spread_choices
from relapse._reading.exports.fhir_prompts import (
    fhir_prompts,
    stay_already,
    unread_prompts,
)
from relapse._reading.exports.files import (
    Placed,
    RecordFile,
    columns_in,
    uncollected,
)
from relapse._reading.exports.layouts import Layouts
from relapse._reading.exports.mapped_columns import (
    columns_of,
    has,
    time_columns,
    value_of,
)
from relapse._reading.exports.mapping import (
    LeftOut,
    ReadingReport,
    load_mapping,
    of_instrument,
)
from relapse._reading.exports.moments import (
    Dates,
    Moments,
    says_no_time,
    time_of_writing,
    time_value,
    times_in,
)
from relapse._reading.exports.paths import ShapeError
from relapse._reading.exports.records import (
    FaultyRecord,
    Prompt,
    Record,
    RefusedPrompt,
    RefusedRecord,
    is_told,
    kinds_in,
    take_safety,
)
from relapse._reading.fhir import read_texts, texts
from relapse._reading.local_times import choose_moments
from relapse._reading.settings import is_collecting
from relapse._reading.tables import FrameName, Made, make_table, open_table
from relapse._reading.text_file import as_path, require_there
from relapse._reading.times import TimeUnit

_MINUTE = 1 / 1440
_BY_OTHERS = "as far as the other records tell; name in `items` what is read"
#: What a table that is no file is called.
TABLE = Path("check_ins")
#: The columns of a long table of our own.
_LONG = {"item": {"column": "item"}, "value": {"column": "value"}}


def read_check_ins(
    path: Any,
    *,
    mapping: str | Path | Mapping[str, Any] = "generic",
    items: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[Any, float]] | None = None,
    missing: Missing | None = None,
    zone: str | ZoneInfo | None = None,
    dates: Dates | None = None,
    time_unit: TimeUnit | None = None,
    times: Literal["days", "datetime"] = "days",
    person: str | None = None,
    instrument: str | None = None,
    encoding: str | None = None,
    on_error: Literal["raise", "collect"] = "raise",
    report: bool = False,
    frame: FrameName | None = None,
) -> Any:
    """Read an export of check-ins into a table like the one that `score` takes.

    Prompts that were not answered stay rows, with a reason in the `_missing` columns. Our
    own tables, as `relapse simulate` and `relapse score` write them, are exports, too.

    Parameters
    ----------
    path
        A file (CSV, JSON, JSON Lines; our own tables also Parquet), packed by gzip or
        not, or a folder of files where the mapping says so; or a table as `score` takes
        it, such as a data frame, where the mapping is of rows and columns.
    mapping
        Name of a mapping (`mapping_names` lists them), a file, or a dict; also of the
        questions of FHIR resources (``relapse/fhir_mapping/1``).
    items
        Question of the export to item of the model; None: every question under its own
        name. Questions that are not named are left out; a name that the export does not
        have is refused. Of several for one item the one that is answered counts. One that
        is named like a part of a check-in (`stage`, `acknowledge`) is one only if it is
        named here; else its column is ``stage (question)``.
    values
        Item to what its answers count as. Numbers and their texts are one code: 1, "1",
        1.0, "1.0". An answer that no code names is refused, except a number where no code
        is one; true and false are 1 and 0 where no code is another number.
    missing
        Answer to missing reason, such as `{"-99": "declined", ".": "unknown"}`; or item
        to such a mapping of its own. Empty cells, NA, NaN, null and None are missing,
        and say nothing where a person, a time or a question is named.
    zone
        Where an export has times without a zone: in which they are, as `Europe/Berlin`
        or a `ZoneInfo`. Where the file says it, as Qualtrics does, another is refused.
        A time in the hour that comes twice is resolved by the order of rows, or refused;
        a time in the hour that is left out is refused.
    dates
        What becomes of a date without a time of day: "refuse", or "noon" in the zone; of
        FHIR resources "refuse" or "noon_utc". None: as the mapping says, or "refuse".
    time_unit
        What numbers are as times, where the mapping is wrong about it, as in `score`.
    times
        "days" since 1970-01-01 UTC, or "datetime": timestamps, shown in `zone` or in UTC.
    person
        Who answered, where the export is of one person and does not say. Of FHIR
        resources those about this Patient alone are read.
    instrument
        Whose rows count where a file has those of several, as in REDCap.
    encoding
        Of a file that is neither UTF-8 nor UTF-16. None: Windows-1252, with a warning.
    on_error
        "raise" stops at the first record that cannot be read; `flags` of the error are
        those that its safety answers raise all the same. "collect" leaves such
        records out and names them in the report; but the answers to the built-in safety
        items that are above 0, or that cannot be read, stay, in a row of their own (of
        nobody, or without a time, where the record does not say), and raise their flags.
    report
        Return also a `ReadingReport`: what was read, what was left out, and why.
    frame
        "pandas", "polars", "pyarrow" or "dict"; None: pandas where it is installed.

    Returns
    -------
    A table with person, time (as `times` says), a column for each item, and
    `<item>_missing` with the reasons; with report=True that table and the report.

    """
    collects = is_collecting(on_error)
    check_arguments(items, values, missing)
    document = of_instrument(load_mapping(mapping), instrument)
    if document["layout"] == "table":
        document |= _LONG
    if times not in ("days", "datetime"):
        raise InvalidInput("times: must be one of: days, datetime")
    told = ReadingReport()
    moments = Moments(document, zone, time_unit, dates)
    meanings = Meanings(values, Gaps(items, missing, document))
    reader = _Reader(document, told, moments, person, encoding, collects, meanings)
    with uncollected(), _with_flags(meanings):
        # Nothing else holds the prompts when the collector looks for cycles again.
        is_path = isinstance(path, (str, os.PathLike))
        found = reader.read(as_path("path", path)) if is_path else reader.read_table(path)
        made = _columns(found, meanings, document, told, collects)
    if times == "datetime":
        shown = "UTC" if moments.zone is None else moments.zone.key
        made["time"] = tables.Moments(np.asarray(made["time"]), shown)
    path = path if is_path else TABLE
    if told.left_out and not report:
        _warn_of(told, str(path))
    if told.remarks and not report:
        listed = "; ".join(told.remarks[:5])
        warn(f"{path}: look at what was remarked: {listed}", UserWarning)
    answer = make_table(made, frame)
    return (answer, told) if report else answer


def _columns(
    prompts: list[Prompt],
    meanings: Meanings,
    mapping: dict[str, Any],
    told: ReadingReport,
    collects: bool,
) -> dict[str, Made]:
    """Return the columns of prompts, and write down what is not read of them."""
    kinds = kinds_in(prompts)
    several = spread_choices(prompts, kinds, meanings.gaps, collects=collects)
    answers = Answers(prompts, kinds, meanings, mapping, told, several)
    return answers.columns(collects)


@contextlib.contextmanager
def _with_flags(meanings: Meanings) -> Iterator[None]:
    """Name, in what is refused, the flags that its safety answers raise all the same."""
    try:
        yield
    except RefusedPrompt as refused:
        raise refused.error(meanings.flags(refused.prompt)) from None


def table_of_fhir(reading: _core.FhirReading, path: Path) -> dict[str, Any]:
    """Return what `read_check_ins` makes of FHIR resources that are read already.

    Records that cannot be read are left out; the notes of `reading` name them.
    """
    told = ReadingReport()
    prompts = fhir_prompts(reading, path, told, collects=True)
    _require_check_ins(prompts, path, told)
    document = load_mapping("fhir")
    meanings = Meanings(None, Gaps(None, None, document))
    made = _columns(prompts, meanings, document, told, collects=True)
    return dict(make_table(made, "dict"))


def _require_check_ins(found: list[Prompt], path: Path, told: ReadingReport) -> None:
    if any(each.refused is None or each.answered() for each in found):
        if not any(each.answers or each.reasons for each in found):
            raise InvalidInput(
                f"{path}: has no question where the mapping looks for them"
            )
        return
    why = [one.why for one in told.left_out]
    why += [f"{one.place}: {one.refused}" for one in found if not one.is_named]
    out = "; ".join(list(dict.fromkeys(why))[:5])
    raise InvalidInput(
        f"{path}: has no check-in" + (f", all are left out: {out}" if out else "")
    )


def _warn_of(told: ReadingReport, path: str) -> None:
    counts: dict[str, int] = {}
    for one in told.left_out:
        counts[one.why] = counts.get(one.why, 0) + 1
    listed = "; ".join(f"{why} ({count})" for why, count in list(counts.items())[:5])
    warn(
        f"{path}: {len(told.left_out)} records are left out: {listed}; report=True names "
        "each",
        UserWarning,
    )


def _is_one_of(value: Any, words: set[Code]) -> bool:
    """Whether what stands there is one of the words; a word for a gap is an empty one."""
    return word_of("" if value is None else value) in words or (
        "" in words and not is_told(value)
    )


class _Reader:
    """Goes over the files of an export: who, when, and the answers of each record."""

    def __init__(
        self,
        mapping: dict[str, Any],
        told: ReadingReport,
        moments: Moments,
        person: str | None,
        encoding: str | None,
        collects: bool,
        meanings: Meanings,
    ) -> None:
        items = meanings.gaps.items
        self.named = frozenset(items or ())
        self.safety = meanings.questions_of_safety()
        #: Questions of which an answer says that a record is one of ours.
        self.wanted = set(_core.built_in_flags) if items is None else set(items)
        self.knows_wanted = items is not None
        self.mapping = mapping
        self.told = told
        self.moments = moments
        self.person = person
        self.encoding = encoding
        self.collects = collects
        self.fill = Layouts(mapping, self.named, told).fill
        rule = mapping.get("unanswered")
        self.unanswered = rule and (rule, {word_of(w) for w in rule.get("values", ())})
        self.names: dict[str, str] = {}  # persons by how they are written
        self.forms = NormalForms()
        self.rules = [
            (rule, {word_of(word) for word in words})
            for rule in mapping.get("leave_out", ())
            for words in (rule.get("values", rule.get("other_than", ())),)
        ]

    def read(self, path: Path) -> list[Prompt]:
        require_there(path)
        files = [path]
        if path.is_dir():
            pattern = self.mapping.get("files")
            if pattern is None:
                raise InvalidInput(f"{path}: is a folder, but must be a file")
            files = sorted({*path.glob(pattern), *path.glob(pattern + ".gz")})
            if not files:
                raise InvalidInput(f"{path}: has no file {pattern}")
        found: list[Prompt] = []
        if self.mapping["layout"] == "fhir":
            found = self._of_fhir(files, path)
            files = []
        for file in files:
            self.told.files.append(str(file))
            with warnings.catch_warnings(record=True) as noticed:
                warnings.simplefilter("always", UnicodeWarning)
                found += self._of_file(file, path)
            for notice in noticed:
                self.told.notes.append(str(notice.message))
                warn(str(notice.message), notice.category)
        _require_check_ins(found, path, self.told)
        return found

    def read_table(self, given: Any) -> list[Prompt]:
        """Read a table that is no file."""
        table = open_table(given, "path", "a file, a folder, ")
        if self.mapping["layout"] in ("nested", "fhir"):
            raise InvalidInput("path: is a table, but the mapping is of objects")
        self.told.files.append(str(TABLE))
        found = self._of_file(TABLE, TABLE, columns_in(table))
        _require_check_ins(found, TABLE, self.told)
        return found

    def _of_fhir(self, files: list[Path], path: Path) -> list[Prompt]:
        """Return what resources say, and what is about safety in texts that are none."""
        given = dict(texts(files, self.encoding))
        reading, found = None, []
        try:
            reading = self._resources(given)
        except InvalidInput:
            found = unread_prompts(given, self.safety)
            sound = given.keys() - {each.file for each in found}
            if len(sound) == len(given):
                raise
            if sound and self.collects:
                reading = self._resources({name: given[name] for name in sound})
        else:
            if any(each.kind == "refused" for each in reading.notes):
                unread = unread_prompts(given, self.safety, are_named=True)
                found = [each for each in unread if not stay_already(each, reading)]
        if found and not self.collects:
            found[0].raise_refused(str(found[0].refused))
        if reading is not None:
            found += fhir_prompts(reading, path, self.told, self.collects)
        return found

    def _resources(self, given: Mapping[str, str]) -> _core.FhirReading:
        return read_texts(
            given.items(),
            self.named,
            self.person,
            [self.mapping["fhir"]] if "fhir" in self.mapping else [],
            "refuse" if self.moments.dates == "refuse" else "noon_utc",
        )

    def _of_file(
        self, file: Path, root: Path, columns: dict[str, list[Any]] | None = None
    ) -> list[Prompt]:
        found: list[Prompt] = []
        of_moment: dict[tuple[str, float], Prompt] = {}
        name = str(file)
        records = RecordFile(
            file,
            self.mapping,
            self.told,
            self.person,
            self.encoding,
            self.named,
            self.safety,
            columns,
        )
        placed = records.read()
        self.moments.begin_file(name, records.zone)
        spares = any(rule.get("without_answers") for rule, _ in self.rules)
        if spares and not self.knows_wanted:
            placed = self._learn_wanted(list(placed))
        written = 0
        for place, record in placed:
            self.told.records += 1
            fault = record if isinstance(record, FaultyRecord) else None
            layout = self._layout_of(record)
            prompt = Prompt(name, place)
            why = problem = None
            try:
                why = self._why_left_out(record) if self.rules else None
                if why is None:
                    prompt.person = self._person(record, file, root)
                    times = times_in(self.mapping, record, file)
                    is_written = not times
                    if is_written:
                        times = time_of_writing(self.mapping, record)
                        written += len(times)
                    if not times:
                        why = self._without_time(record)
                    else:
                        prompt.moments = self._moments(times, record, is_written)
                        if self.unanswered is not None:
                            prompt.reason = self._why_unanswered(record, *self.unanswered)
            except (RefusedRecord, ShapeError) as error:
                problem = str(error)
            if layout == "long" and prompt.moments and fault is None:
                key = (str(prompt.person), prompt.moments[0])
                prompt = of_moment.setdefault(key, prompt)
            self.fill[layout](prompt, record)  # refused or not: it may raise a flag
            problem, prompt.problem = problem or prompt.problem, None
            if fault is not None:
                problem, why = fault.problem, None
                take_safety(prompt, fault)
            if why is not None:
                self._leave_out(prompt, place, why)
                continue
            if problem is not None:
                self._refuse(prompt, place, problem)
            if prompt.place == place:  # else it is part of one before
                found.append(prompt)
        if written:
            self.told.remarks.append(
                f"{name}: of {written} records the time is when they were written, for "
                "they do not say when they were answered"
            )
        self._choose_moments(found)
        return found

    def _refuse(self, prompt: Prompt, place: str, problem: str) -> None:
        if not self.collects:
            prompt.raise_refused(problem, place)
        if prompt.refused is None:
            prompt.refused = problem if place == prompt.place else f"{place}: {problem}"

    def _leave_out(self, prompt: Prompt, place: str, why: str) -> None:
        self.told.left_out.append(
            LeftOut(prompt.file, place, prompt.person, why, prompt.answered())
        )

    def _why_left_out(self, record: Record) -> str | None:
        for rule, words in self.rules:
            if self._is_meant(rule, words, record):
                why = str(rule.get("because", f"by its {rule['column']}"))
                if rule.get("without_answers"):
                    probe = self._probe(record)
                    if self._is_ours(record, probe):
                        continue
                    if probe.answered() and not self.knows_wanted:
                        why += f", {_BY_OTHERS}"
                return why
        return None

    def _is_meant(
        self, rule: Mapping[str, Any], words: set[Code], record: Record
    ) -> bool:
        column = rule["column"]
        if rule.get("optional") and not has(self.mapping, record, column):
            return False
        named = _is_one_of(value_of(self.mapping, record, column), words)
        return named == ("values" in rule)

    def _learn_wanted(self, placed: Placed) -> Iterator[tuple[str, Record]]:
        """Find the questions of the instrument, where the caller named none.

        They are those that are answered in records with a time, and in those that no
        rule means. Returns the records.
        """
        for _, record in placed:
            meant = any(self._is_meant(*rule, record) for rule in self.rules)
            if not meant or time_value(self.mapping, record) is not None:
                self.wanted.update(self._probe(record).answered())
        return iter(placed)

    def _moments(self, times: list[Any], record: Record, is_written: bool) -> list[float]:
        """Return the moments that the time of a record may be.

        In a table of our own several columns may say the time, but not several times.
        """
        moments = self.moments.read(times[0], record, written=is_written)
        if self.mapping["layout"] == "table":
            for other in times[1:]:
                read = self.moments.read(other, record)
                if not any(abs(a - b) < _MINUTE for a in moments for b in read):
                    raise RefusedRecord("has several columns of times, which differ")
        return moments

    def _layout_of(self, record: Record) -> str:
        """Return the layout of a record: in tables of our own it is wide or long."""
        layout = str(self.mapping["layout"])
        if layout != "table":
            return layout
        return "long" if "item" in record and "value" in record else "wide"

    def _probe(self, record: Record) -> Prompt:
        """Return what a record holds, to look at."""
        probe = Prompt("", "")
        self.fill[self._layout_of(record)](probe, record)
        return probe

    def _is_ours(self, record: Record, probe: Prompt) -> bool:
        """Whether a record has a time or an answer, of those that are asked for."""
        has_time = time_value(self.mapping, record) is not None
        return has_time or not self.wanted.isdisjoint(probe.answered())

    def _without_time(self, record: Record) -> str:
        """Return why a record without a time is left out, or refuse it."""
        says_so = says_no_time(self.mapping, record)
        columns = time_columns(self.mapping) if self.mapping["layout"] != "table" else []
        may_say = says_so or any(has(self.mapping, record, name) for name in columns)
        if may_say and not self._probe(record).answered():
            return "has neither a time nor an answer"
        problem = "has no time" + ", and says so" * says_so
        if "instrument" in self.mapping and not self.knows_wanted:
            problem += "; name in `items` what is read, if it is of another instrument"
        raise RefusedRecord(problem)

    def _why_unanswered(
        self, record: Record, rule: Mapping[str, Any], words: set[Code]
    ) -> str | None:
        """Return the reason of all gaps, where the export says that nobody answered."""
        values = [value_of(self.mapping, record, name) for name in columns_of(rule)]
        told = next(filter(is_told, values), None)
        if told is None if rule.get("empty") else _is_one_of(told or values[0], words):
            return str(rule["reason"])
        return None

    def _person(self, record: Record, file: Path, root: Path) -> str:
        rule = self.mapping["person"]
        if "path_part" in rule and root.is_dir():
            return str(file.relative_to(root).parts[rule["path_part"]])
        value = None
        if "column" in rule:
            value = value_of(self.mapping, record, rule["column"])
        if isinstance(value, str):
            value = bare(value)
            if value in self.names:
                return self.names[value]
        given = value if is_told(value) else self.person
        if not is_told(given):
            raise RefusedRecord("does not say who it is from")
        if isinstance(given, (list, dict)):
            raise RefusedRecord("does not say who it is from by one name")
        text = as_text(given)
        if "after" in rule:
            text = text.rpartition(rule["after"])[2]
            if not is_told(text):
                raise RefusedRecord("does not say who it is from")
        if self.person is not None and is_told(value) and text != self.person:
            raise RefusedRecord(
                f"says that it is of {text!r}, but `person` names another"
            )
        if self.forms.differs(text):
            raise RefusedRecord(f"its person {OTHER_FORM}")
        if isinstance(value, str):
            self.names[value] = text
        return text

    def _choose_moments(self, found: list[Prompt]) -> None:
        """Choose among the moments of the hour that comes twice, or refuse."""
        read = [each for each in found if each.moments]
        for each in read:
            each.time = each.moments[0]
        if all(len(each.moments) == 1 for each in read):
            return
        moments = choose_moments(
            [each.moments for each in read], [str(each.person) for each in read]
        )
        for each, moment in zip(read, moments, strict=True):
            if moment is not None:
                each.time = moment
                continue
            zone = self.moments.zone.key if self.moments.zone else ""
            self._refuse(
                each,
                each.place,
                f"its time is in the hour that comes twice in {zone}, and the order of "
                "rows does not say which it is; write it with its offset",
            )
            each.time = max(each.moments)

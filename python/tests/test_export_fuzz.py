"""Every mapping on files that were changed by chance, in their bytes and their structure.

The long way: RELAPSE_FUZZ=5000 python -m pytest python/tests/test_export_fuzz.py
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import re
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from export_cases import CASES

import relapse
from relapse._reading.cells import code_of

DATA = Path(__file__).parent / "data" / "exports"
#: Files of each case that are changed.
MUTANTS = int(os.environ.get("RELAPSE_FUZZ", "12"))
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
ODD: list[Any] = [
    "", " ", "NA", "0", "1", "2", "-9", "TRUE", "often", "self_harm", "person", "é", '"',
    "[home]", "[home; bar]", "1e999", "2026-03-01T06:00:00Z", "soon", "\u00a0", "x\ny",
    '{"ImportId":"a"}', "\ud83d\ude00", "sep=;", 0, 1, 2.5, -1, True, False, None, [], {},
    [1], ["a", "b"], {"value": 2}, {"self_harm": 2}, float("inf"), 10**400,
]  # fmt: skip
BITS = [
    b'"', b",", b";", b"\n", b"{", b"}", b"[", b"]", b":", b"\\", b"\0", b"\xff", b"1",
    b"self_harm", b"\r", b"\t", b"\\ud83d", b"null", b"\x1f\x8b", b"PK\x03\x04",
]  # fmt: skip


# What changes a file --------------------------------------------------------------------


def of_bytes(chance: random.Random, content: bytes) -> bytes:
    for _ in range(chance.randint(1, 3)):
        a, b = sorted(chance.randrange(len(content) + 1) for _ in range(2))
        b = min(b, a + chance.choice([1, 4, 40, len(content)]))
        before, part, after = content[:a], content[a:b], content[b:]
        other = chance.choice(BITS)
        ways = (b"".join(made) for made in (
            (before, after), (before, part, part, after), (before, other, part, after),
            (before, other, after), (before,),
        ))  # fmt: skip
        content = chance.choice([*ways])
    return content


def of_json(chance: random.Random, text: str) -> str:
    document = json.loads(text)
    for _ in range(chance.randint(1, 3)):
        places = list(_places(document))
        if not places:
            return json.dumps(document)
        holder, key = chance.choice(places)
        how = chance.randrange(5)
        if how == 0:
            holder[key] = chance.choice(ODD)
        elif how == 1:
            del holder[key]
        elif how == 2 and isinstance(holder, list):
            holder.insert(key, json.loads(json.dumps(holder[key])))
        elif how == 3:
            other, place = chance.choice(places)
            holder[key] = json.loads(json.dumps(other[place]))
        elif isinstance(holder, dict):
            holder[chance.choice(["self_harm", "value", "x", "item"])] = holder.pop(key)
    text = json.dumps(document)
    if chance.random() < 0.2:  # a key twice
        keys = list(re.finditer(r'"(\w+)": ([^",{}\[\]]+)', text))
        if keys:
            at = chance.choice(keys)
            text = f"{text[: at.start()]}{at[0]}, {text[at.start() :]}"
    return text


def _places(found: Any) -> Iterator[tuple[Any, Any]]:
    left = [found]
    while left:
        each = left.pop()
        inside = each.items() if isinstance(each, dict) else enumerate(each)
        for key, value in list(inside):
            yield each, key
            if isinstance(value, (dict, list)):
                left.append(value)


def of_csv(chance: random.Random, text: str) -> str:
    sign = next(mark for mark in "\t;," if mark in text.partition("\n")[0])
    rows = list(csv.reader(io.StringIO(text), delimiter=sign))
    for _ in range(chance.randint(1, 3)):
        k = chance.randrange(len(rows))
        row = rows[k]
        c = chance.randrange(len(row) + 1)
        how = chance.randrange(7)
        cell = str(chance.choice(ODD)).encode(errors="replace").decode()
        if how == 0 and row:
            row[min(c, len(row) - 1)] = cell
        elif how == 1:
            row.insert(c, cell)
        elif how == 2 and row:
            row.pop(min(c, len(row) - 1))
        elif how == 3:
            rows.insert(k, list(row))
        elif how == 4 and len(rows) > 1:
            rows.pop(k)
        elif how == 5:
            for each in rows:
                each.insert(min(c, len(each)), cell)
        else:
            chance.shuffle(row)
    file = io.StringIO()
    csv.writer(file, delimiter=sign, lineterminator="\n").writerows(rows)
    return file.getvalue()


def mutated(chance: random.Random, content: bytes, name: str) -> bytes:
    if name.endswith(".gz"):
        inside = mutated(chance, gzip.decompress(content), name[:-3])
        return gzip.compress(inside)
    if chance.random() < 0.4:
        return of_bytes(chance, content)
    encoding = "utf-16" if content[:2] == b"\xff\xfe" else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return of_bytes(chance, content)
    if name.endswith(".ndjson"):
        lines = [line for line in text.splitlines() if line.strip()]
        k = chance.randrange(len(lines))
        lines[k] = of_json(chance, lines[k])
        return "\n".join(lines).encode()
    made = of_json if name.endswith(".json") else of_csv
    return made(chance, text).encode(encoding)


# What stands in it ----------------------------------------------------------------------


def alarms_in(content: bytes, name: str) -> list[float]:
    """Return the answers to self_harm above 0 that anybody would read in a sound file."""
    if name.endswith(".gz"):
        return alarms_in(gzip.decompress(content), name[:-3])
    try:
        text = content.decode("utf-16" if content[:2] == b"\xff\xfe" else "utf-8")
        if name.endswith((".json", ".ndjson")):
            lines = text.splitlines() if name.endswith(".ndjson") else [text]
            found = [_in_json(json.loads(each)) for each in lines if each.strip()]
            return [number for each in found for number in each]
        sign = next(mark for mark in "\t;," if mark in text.partition("\n")[0])
        rows = list(csv.reader(io.StringIO(text), delimiter=sign, strict=True))
    except (ValueError, StopIteration, RecursionError, csv.Error):
        return []
    header = [cell.strip() for cell in rows[0]]
    pairs = [("item", "value"), ("question id", "answer")]
    pairs += [(f"value.answers.{n}.questionId", f"value.answers.{n}.value{kind}")
              for n in range(3) for kind in ("", ".int")]  # fmt: skip
    numbers: list[Any] = []
    for row in rows[1:]:
        told = dict(zip(header, row, strict=False))
        if len(row) == len(header) == len(told):
            is_long = any({*pair} <= {*header} for pair in pairs)
            numbers += [] if is_long else [told.get("self_harm")]
            numbers += [told.get(b) for a, b in pairs if told.get(a) == "self_harm"]
    return _above_0(numbers)


def _in_json(document: Any) -> list[float]:
    """Return those at the places where mindLAMP, Open mHealth and we have them."""
    records = document if isinstance(document, list) else [document]
    inside = document.get("data") if isinstance(document, dict) else None
    records = inside if isinstance(inside, list) else records
    numbers: list[Any] = []
    for record in records:
        numbers.append(_at(record, "self_harm"))
        slices = _at(record, "temporal_slices")
        for each in slices if isinstance(slices, list) else ():
            if _at(each, "item") == "self_harm":
                numbers.append(_at(each, "value"))
        items = _at(record, "body", "items")
        for each in items if isinstance(items, list) else ():
            if _at(each, "question", "id") == "self_harm":
                numbers.append(_at(each, "answer", "value"))
    return _above_0(numbers)


def _at(found: Any, *keys: str) -> Any:
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _above_0(values: list[Any]) -> list[float]:
    codes = [code_of(each) for each in values if isinstance(each, (str, int, float))]
    return [code for code in codes if isinstance(code, float) and 0 < code < 1e300]


# The properties -------------------------------------------------------------------------


def _files(path: Path) -> list[Path]:
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def _as_safety(given: Any) -> Any:
    """Return settings in which craving is self_harm, as in the files."""
    if isinstance(given, dict):
        return {_as_safety(key): _as_safety(value) for key, value in given.items()}
    return "self_harm" if given == "craving" else given


def read(path: Path, mapping: Any, settings: dict[str, Any], on_error: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return relapse.read_check_ins(
            path,
            mapping=mapping,
            report=True,
            frame="dict",
            on_error=on_error,  # type: ignore[arg-type]
            **settings,
        )


@pytest.mark.parametrize("case", CASES)
def test_a_changed_file_is_read_or_refused_and_hides_no_answer(
    case: str, tmp_path: Path
) -> None:
    source, mapping, settings, _ = CASES[case]
    settings = _as_safety(settings)
    start = DATA / source
    for seed in range(MUTANTS):
        chance = random.Random(f"{case} {seed}")
        place = tmp_path / "export" / Path(source).name
        place.parent.mkdir(exist_ok=True)
        (shutil.copytree if start.is_dir() else shutil.copy)(start, place)
        file = chance.choice(_files(place))
        content = file.read_bytes()
        if file.suffix == ".gz":
            content = gzip.compress(
                gzip.decompress(content).replace(b"craving", b"self_harm")
            )
        elif content[:2] == b"\xff\xfe":
            text = content.decode("utf-16").replace("craving", "self_harm")
            content = text.encode("utf-16")
        else:
            content = content.replace(b"craving", b"self_harm")
        try:
            content = mutated(chance, content, file.name)
            file.write_bytes(content)
            _holds(place, mapping, settings, content, file.name)
        except BaseException:
            print(f"seed {seed} of {case!r}, {file}:\n{content!r}")
            raise
        shutil.rmtree(place.parent)


def _holds(
    path: Path, mapping: Any, settings: dict[str, Any], content: bytes, name: str
) -> None:
    for on_error in ("raise", "collect"):
        try:
            table, report = read(path, mapping, settings, on_error)
        except relapse.InvalidInput as error:
            # A fault of the program is told in these words, and none is one of a file.
            assert "something that it cannot use" not in str(error)
            continue
        answers = {n: v for n, v in table.items() if n not in ("person", "time")}
        if mapping != "fhir":  # it counts codes, and in units
            whole = b"".join(each.read_bytes() for each in _files(path))
            _are_told(answers, settings, whole)
        kept = [] if "self_harm" not in answers else _alarms(answers["self_harm"])
        there = [] if mapping == "fhir" else alarms_in(content, name)
        lost = [n for n in there if n not in kept]
        named = [one for one in report.left_out if "self_harm" in one.questions]
        named_columns = [n for n in report.columns if "self_harm" in n]
        assert not lost or "unread" in kept or named or named_columns, (lost, table)


def _alarms(values: Any) -> list[float | str]:
    codes = ["" if v is None else code_of(v) for v in values]
    return ["unread" if isinstance(c, str) and c else c for c in codes]


def _are_told(answers: dict[str, Any], settings: dict[str, Any], whole: bytes) -> None:
    """No number is made up: it stands in the file, or says that a choice was chosen."""
    text = whole.decode("utf-8", "replace")
    if whole[:2] == b"\xff\xfe":
        text = whole.decode("utf-16", "replace")
    if whole[:2] == b"\x1f\x8b" or "\0" in text:
        return
    codes = settings.get("values", {}).values()
    told = {0.0, 1.0} | {float(number) for each in codes for number in each.values()}
    told |= {float(number) for number in NUMBER.findall(text)}
    told |= {float(each.lstrip("+-")) for each in NUMBER.findall(text)}
    for name, values in answers.items():
        for value in values:
            if isinstance(value, float) and value == value and abs(value) < 1e300:
                assert value in told or -value in told, (name, value)


def test_what_changes_files_finds_answers() -> None:
    """The fuzzer would see a safety answer that goes: it finds those of the fixtures."""
    found = set()
    for case, (source, *_) in CASES.items():
        for file in _files(DATA / source):
            content = file.read_bytes()
            if file.suffix == ".gz":
                content = gzip.decompress(content)
            if content[:2] == b"\xff\xfe":
                content = content.decode("utf-16").encode()
            content = content.replace(b"craving", b"self_harm")
            if alarms_in(content, file.name.removesuffix(".gz")):
                found.add(case.partition(",")[0])
    assert len(found) >= 8, found

"""Files of text as they come: packed or not, in any of the usual encodings."""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import io
import json
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TextIO, TypeVar, cast

from relapse import _core
from relapse._errors import InvalidInput, other_type, warn, with_flags
from relapse._reading.safety_answers import alarm_of, said_in, without_twice

Read = TypeVar("Read")

_LOOKED_AT = 4096
_LONGEST_CELL = 1 << 20
_LAST_RESORT = "cp1252"
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_OTHER_KINDS = (
    (b"PK\x03\x04", "is a workbook of Excel or a zip file"),
    (b"PAR1", "is a Parquet file"),
    (b"$FL2", "is a file of SPSS"),
    (b"%PDF", "is a PDF file"),
)


_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")


#: What may stand between cells, and a line above the header that says it.
_SEPARATORS = (",", ";", "\t")
_EXCEL = re.compile(r'"?sep=([^" ])"?')

_NO_PATH = "source: is no path to a file or folder"


class TableError(InvalidInput):
    """A file that is no table; the text names the file and, where it can, the line.

    `flags` are those that its safety answers raise all the same, as far as they tell.
    """

    def __init__(self, problem: str, flags: Sequence[str] = ()) -> None:
        super().__init__(problem, flags)
        self.problem = problem
        self.flags = list(flags)

    def __str__(self) -> str:
        return with_flags(self.problem, self.flags)


class UnreadObject(dict[str, Any]):
    """What is sure of a JSON object that is refused, its text, and why it is."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(without_twice(text))
        self.text = text
        self.problem = problem


def as_path(name: str, given: object, wanted: str = "a file or a folder") -> Path:
    """Return an argument that names a file or a folder; refuse anything else."""
    if not isinstance(given, (str, os.PathLike)):
        raise other_type(name, given, wanted, "of type")
    try:
        return Path(given)
    except TypeError:  # a path of bytes
        raise InvalidInput(f"{name}: is no path of text") from None


def require_there(path: Path) -> None:
    """Refuse a path where nothing is, without repeating one that could not be any."""
    try:
        there = path.exists()
    except (OSError, ValueError):  # too long, such as a whole text
        raise InvalidInput(_NO_PATH) from None
    if not there:
        raise InvalidInput(_NO_PATH if _is_text(path) else f"{path}: is not there")


def _is_text(path: str | Path) -> bool:
    """Whether it is rather what stands in a file: JSON, or several lines."""
    return str(path).lstrip().startswith(("{", "[")) or "\n" in str(path)


def without_packing(path: str) -> str:
    """Return the name of a file without the ending that says that it is packed."""
    return path[:-3] if path.lower().endswith(".gz") else path


def read_text_file(
    path: str, read: Callable[[TextIO], Read], encoding: str | None = None
) -> Read:
    """Open a file as text, `-` is standard input, and return what `read` makes of it.

    UTF-8 with and without a mark and UTF-16 are recognised. What is neither is read as
    Windows-1252, with a warning, unless `encoding` says what it is.
    """
    name = "standard input" if path == "-" else path
    if encoding is not None:
        _require_encoding(encoding)
    try:
        with _opened(path) as file:
            found = encoding or _encoding_of(file.peek(_LOOKED_AT), name)
            return _read(file, read, found)
    except UnicodeDecodeError as error:
        if encoding is not None or found != "utf-8-sig":
            raise TableError(f"{name}: is not text in {found}") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise TableError(f"{name}: is packed, but damaged") from error
    except (OSError, ValueError) as error:
        if _is_text(path):
            raise TableError(_NO_PATH) from None
        if isinstance(error, ValueError):
            raise
        raise TableError(f"{name}: {error.strerror or error}") from error
    if path == "-":
        raise TableError(f"{name}: is not UTF-8 text")
    try:
        with _opened(path) as file:
            answer = _read(file, read, _LAST_RESORT)
    except UnicodeDecodeError as error:
        raise TableError(f"{name}: is neither UTF-8 nor Windows-1252 text") from error
    warn(
        f"{name}: is not UTF-8 text, so it was read as Windows-1252",
        UnicodeWarning,
    )
    return answer


def _require_encoding(encoding: str) -> None:
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        codecs.getincrementaldecoder(encoding)().decode(b"")
    except (LookupError, TypeError, ValueError):  # such as `undefined`, which always does
        raise TableError("encoding: is not known to Python") from None


@contextlib.contextmanager
def _opened(path: str) -> Iterator[io.BufferedReader]:
    """Open a file of bytes, unpacked where it is packed."""
    with contextlib.ExitStack() as stack:
        if path != "-":
            file = stack.enter_context(Path(path).open("rb"))
        elif hasattr(sys.stdin, "buffer"):
            file = cast(io.BufferedReader, sys.stdin.buffer)
        else:  # replaced by something that holds text
            given = io.BytesIO(sys.stdin.read().encode("utf-8"))
            file = io.BufferedReader(cast(io.RawIOBase, given))
        if file.peek(2)[:2] == b"\x1f\x8b":
            unpacked = stack.enter_context(gzip.GzipFile(fileobj=file))
            file = io.BufferedReader(cast(io.RawIOBase, unpacked))
        yield file


def _encoding_of(head: bytes, name: str) -> str:
    for magic, kind in _OTHER_KINDS:
        if head.startswith(magic):
            raise TableError(f"{name}: {kind}, but must be text, as CSV or JSON")
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        # Latin letters in UTF-16 without a mark: every second byte is 0.
        for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
            if zeros and zeros.count(0) * 2 > len(zeros) and head[:2] != b"\0\0":
                return encoding
        raise TableError(f"{name}: is not text")
    return "utf-8-sig"


def _read(file: io.BufferedReader, read: Callable[[TextIO], Read], encoding: str) -> Read:
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        return read(text)
    finally:
        text.detach()  # whoever opened the file closes it


@contextlib.contextmanager
def csv_reader(file: TextIO, name: str, usual: str) -> Iterator[tuple[Any, int]]:
    """Return a reader of the rows of a CSV file, and how many lines stand above them: one
    may, by which Excel knows the sign between cells. The sign is `usual`, or what the
    first line shows. The line is named in what is refused.
    """
    csv.field_size_limit(_LONGEST_CELL)
    line = file.readline()
    told = _EXCEL.fullmatch(line.rstrip("\r\n"))
    marks = (mark for mark in (usual, *_SEPARATORS) if mark in line)
    sign = told[1] if told else next(marks, usual)
    lines = file if told else chain([line], file)
    reader = csv.reader(lines, delimiter=sign, strict=True)
    above = 1 if told else 0
    try:
        yield reader, above
    except csv.Error as error:
        raise TableError(f"{name}, line {reader.line_num + above}: {error}") from error


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of a JSON object. Raises ValueError where a key stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def parse_line(text: str) -> Any:
    """Return a JSON document, or an `UnreadObject` for one that is refused."""
    try:
        return parse_json(text, "")
    except TableError as error:
        return UnreadObject(text, error.problem.removeprefix(": "))


def parse_records(text: str, name: str) -> Any:
    """Return a JSON document; in a list an `UnreadObject` for each that is refused.

    What is no JSON at all is refused as a whole.
    """
    try:
        return parse_json(text, name)
    except TableError:
        try:
            listed = isinstance(json.loads(text), list)
        except (ValueError, RecursionError):
            listed = False
        if not listed:
            raise
    decoder = json.JSONDecoder()
    found, place = [], text.index("[") + 1
    while text[place] != "]":
        if text[place] in " \t\r\n,":
            place += 1
            continue
        _, end = decoder.raw_decode(text, place)
        found.append(parse_line(text[place:end]))
        place = end
    return found


def parse_json(text: str, name: str) -> Any:
    """Return a JSON document; of a key that stands twice, Python would keep the last.

    What is refused names the flags that safety answers in it raise.
    """
    try:
        return _parsed(text, name)
    except TableError as error:
        said = said_in(text, _core.built_in_flags)
        flags = [flag for flag, given in said.items() if alarm_of(given) is not None]
        raise TableError(error.problem, flags) from error.__cause__


def _parsed(text: str, name: str) -> Any:

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise TableError(f"{name}: has an object in which {key!r} stands twice")
            found[key] = value
        return found

    try:
        content = json.loads(text, object_pairs_hook=members)
        if _ESCAPED_HALF.search(text):
            json.dumps(content, ensure_ascii=False).encode()
        return content
    except TableError:
        raise
    except UnicodeEncodeError:
        raise TableError(f"{name}: has half of a letter (a lone surrogate)") from None
    except (ValueError, RecursionError) as error:
        raise TableError(f"{name}: is not JSON: {error}") from error

"""What of a nested record no path of a mapping reads: the report names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from relapse._reading.exports.mapping import ReadingReport
from relapse._reading.exports.paths import ShapeError, found_at, steps_of

_NO_PART = "is no part of this layout"
_MORE = "holds more than the mapping reads"


class Reads:
    """What paths read from a place on: names in an object, brackets into a list."""

    def __init__(self) -> None:
        self.names: dict[str, Reads] = {}
        self.patterns: list[str] = []
        self.brackets: dict[str, Reads] = {}
        self.is_end = False  # all that stands there is read
        self.again: str | None = None  # the name under which `[**]` goes on

    def add(self, path: str) -> Reads:
        """Take in a path; return the place where it ends."""
        here = self
        for name, inside in steps_of(path):
            here = here.names.setdefault(name, Reads())
            for bracket in inside:
                list_of = here
                here = list_of.brackets.setdefault(bracket, Reads())
                if bracket == "**":
                    here.names[name], here.again = list_of, name
        return here

    def add_end(self, path: str) -> None:
        """Take in a path at whose end all is read; `*` stands for any part of a name."""
        if "*" in path.replace("[**]", ""):
            self.patterns.append(path)
            return
        self.add(path).is_end = True
        self.names.setdefault(path, Reads()).is_end = True  # a name with points in it


#: Where to go on from an object: under which name, with which paths, as what place.
_Ways: TypeAlias = "list[tuple[str, list[Reads], str]]"


class Unread:
    """Writes down what is read by no path, once for each form of an object."""

    def __init__(self, told: ReadingReport) -> None:
        self.told = told
        self.ways: dict[tuple[Any, ...], _Ways] = {}

    def tell(self, value: Any, reads: list[Reads], where: str = "") -> None:
        if isinstance(value, dict) and any(each.names or each.patterns for each in reads):
            form = (where, tuple(value), *map(id, reads))
            ways = self.ways.get(form)
            if ways is None:
                ways = self._tell_object(value, reads, where and where + ".")
                self.ways[form] = ways
            for name, inner, place in ways:
                self.tell(value[name], inner, place)
        elif isinstance(value, (dict, list)):
            self._tell_list(value if isinstance(value, list) else [value], reads, where)

    def _tell_object(
        self, found: dict[str, Any], reads: list[Reads], start: str
    ) -> _Ways:
        patterns = [pattern for each in reads for pattern in each.patterns]
        ways: _Ways = []
        for key in found:
            inner = [each.names[key] for each in reads if key in each.names]
            if not inner and not any(fnmatchcase(key, one) for one in patterns):
                self.told.columns[f"{start}{key}"] = _NO_PART
            if inner and not any(each.is_end for each in inner):
                deeper = any(each.again == key for each in reads)
                place = start.removesuffix("[**].") if deeper else f"{start}{key}"
                ways.append((key, inner, place))
        return ways

    def _tell_list(self, found: list[Any], reads: list[Reads], where: str) -> None:
        brackets = [pair for each in reads for pair in each.brackets.items()]
        all_go = len(brackets) == 1 and brackets[0][0] in ("", "**")
        for k, value in enumerate(found):
            into = brackets
            if not all_go:
                into = [pair for pair in brackets if _goes_into(pair[0], k, value)]
            inner = [each for _, each in into]
            if inner and not any(each.is_end for each in inner):
                self.tell(value, inner, f"{where}[{into[0][0]}]")
            elif brackets and not inner and value not in (None, {}, []):
                self.told.columns[f"{where}[]"] = _MORE


def unread_in(value: dict[str, Any], reads: Reads, where: str = "") -> Iterator[str]:
    """Return under which names of an object something stands that no path reads."""
    for key, inner in value.items():
        below = reads.names.get(key)
        if inner in (None, "", {}, []) or (below is not None and below.is_end):
            continue
        if below is not None and isinstance(inner, dict):
            yield from unread_in(inner, below, f"{where}{key}.")
        elif below is not None and isinstance(inner, list):
            deeper = [each for each in below.brackets.values() if not each.is_end]
            for element in inner:
                if isinstance(element, dict):
                    for each in deeper:
                        yield from unread_in(element, each, f"{where}{key}[].")
        elif below is None and not any(fnmatchcase(key, one) for one in reads.patterns):
            yield f"{where}{key}"


def _goes_into(bracket: str, k: int, value: Any) -> bool:
    if "=" in bracket:
        key, _, wanted = bracket.partition("=")
        try:
            return any(str(found) == wanted for found in found_at(value, key))
        except ShapeError:
            return False
    return bracket in ("", "**", str(k))


def reads_of(paths: Iterable[str]) -> Reads:
    reads = Reads()
    for path in paths:
        reads.add_end(path)
    return reads

"""The one door of the public calls: what is refused on the way repeats no answer.

The library's own errors name person, row and item. Those of Python and NumPy repeat the
value ("could not convert string to float: '...'"): they leave as an error of the library
that says which call it was, and where in the library it stopped.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from relapse._errors import InvalidInput, other_type

#: What the library calls; whatever else was called, its caller brought along.
_OURS_AND_BELOW = {
    "relapse", "numpy", "narwhals", "pandas", "polars", "pyarrow", "json", "pathlib",
    "posixpath", "ntpath", "os", "zoneinfo", "codecs", "encodings", "csv", "gzip",
}  # fmt: skip
_REPEATING = (
    TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RuntimeError,
)  # fmt: skip
#: What pybind11 says, as a RuntimeError, of a value that no C++ type takes.
_NO_CAST = "Unable to cast"


def guard(names: dict[str, Any]) -> None:
    """Let the functions and classes among the names of a package go through."""
    for name, thing in list(names.items()):
        module = sys.modules.get(getattr(thing, "__module__", None) or "")
        if module is None or not module.__name__.startswith("relapse."):
            continue
        if inspect.isfunction(thing) and not hasattr(thing, "__wrapped__"):
            # In the module, too, where pickle looks for it.
            names[name] = _through_door(thing, thing.__name__)
            setattr(module, thing.__name__, names[name])
        elif inspect.isclass(thing) and not issubclass(thing, BaseException):
            _guard_methods(thing)


def _guard_methods(kind: type) -> None:
    for name, part in list(vars(kind).items()):
        if name.startswith("_") and name != "__init__":
            continue
        place = kind.__name__ if name == "__init__" else f"{kind.__name__}.{name}"
        is_bound_otherwise = isinstance(part, (classmethod, staticmethod))
        function = part.__func__ if is_bound_otherwise else part
        if not inspect.isfunction(function) or hasattr(function, "__wrapped__"):
            continue
        door: Any = _through_door(function, place)
        setattr(kind, name, type(part)(door) if is_bound_otherwise else door)


def _through_door(function: Callable[..., Any], place: str) -> Callable[..., Any]:
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def each(*given: Any, **named: Any) -> Any:
            try:
                yield from function(*given, **named)
            except _REPEATING as error:
                refused = _without_words(error, place)
                if refused is None:
                    raise
            else:
                return
            raise refused from None

        return each

    @functools.wraps(function)
    def once(*given: Any, **named: Any) -> Any:
        if not isinstance(named.get("locale", ""), str):
            raise other_type("locale", named["locale"], "a text such as 'de-AT'")
        try:
            return function(*given, **named)
        except _REPEATING as error:
            refused = _without_words(error, place)
            if refused is None:
                raise
        raise refused from None  # outside: the other one is not even its context

    return once


def _without_words(error: Exception, place: str) -> InvalidInput | None:
    """Return what to say instead; None for what may be said as it is."""
    if isinstance(error, InvalidInput):
        return None
    if isinstance(error, RuntimeError) and not str(error).startswith(_NO_CAST):
        return None
    frames = list(_frames(error.__traceback__))[1:]
    packages = {module.partition(".")[0] for module, _, _ in frames}
    # Of the signature of the call itself, or from what the caller brought along.
    if not frames or not packages <= _OURS_AND_BELOW:
        return None
    file, line = [frame[1:] for frame in frames if frame[0].startswith("relapse")][-1]
    return InvalidInput(
        f"{place}: was given something that it cannot use "
        f"({type(error).__name__}, {file}, line {line})"
    )


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, str, int]]:
    """Return module, file and line of each call on the way."""
    while trace is not None:
        code = trace.tb_frame.f_code
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        yield module, Path(code.co_filename).name, trace.tb_lineno
        trace = trace.tb_next

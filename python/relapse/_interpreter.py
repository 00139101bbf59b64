"""Refuses an interpreter in which the extension cannot run, before it is loaded.

NumPy and the types of the extension live in the main interpreter of a process; loaded in
another one, the extension would wait for ever on Pythons before 3.12.
"""

from __future__ import annotations

import importlib


def _refuse_subinterpreters() -> None:
    for name in ("_interpreters", "_xxsubinterpreters"):  # from 3.13 on, and before
        try:
            interpreters = importlib.import_module(name)
        except ImportError:
            continue
        if interpreters.get_current() != interpreters.get_main():
            raise ImportError(
                "relapse: runs in the main interpreter of a process alone, not in a "
                "subinterpreter; use threads, or processes",
                name="relapse",
            )
        return


_refuse_subinterpreters()

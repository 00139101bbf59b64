"""The command `relapse`: score, report, simulate, validate, show.

Exit status: 0 done, 1 refused input, 2 misuse. What was asked for goes to standard output,
everything else to standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import relapse
from relapse import CheckInError, InvalidInput, Model, ParseError, Plan
from relapse.attention import Attention, attention, attention_lines, order
from relapse.history import replay
from relapse.model_summary import model_lines
from relapse.table_file import (
    Table,
    TableError,
    check_ending,
    read_table,
    records,
    rows_of,
    write_table,
)
from relapse.terminal import Progress, painted, width_of
from relapse.words import Labels, how_many

DONE, REFUSED, MISUSE = 0, 1, 2
_SHOWN_ERRORS = 20


class Refused(Exception):
    """Input that the command refuses; says where as far as it is known."""

    def __init__(self, problem: str, **place: str | int | None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = {key: value for key, value in place.items() if value is not None}

    def to_dict(self) -> dict[str, str | int]:
        return {**self.place, "problem": self.problem}

    def __str__(self) -> str:
        words = [str(self.place["file"])] if "file" in self.place else []
        words += [f"{k} {v}" for k, v in self.place.items() if k not in ("file", "pointer")]
        words += [str(self.place["pointer"])] if "pointer" in self.place else []
        return f"{', '.join(words)}: {self.problem}" if words else self.problem


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        with warnings.catch_warnings(record=True) as noticed:
            warnings.simplefilter("always", relapse.UnknownColumns)
            status = run(options)
        for notice in noticed:
            print(f"relapse: note: {notice.message}", file=sys.stderr)
        sys.stdout.flush()
    except (Refused, TableError, InvalidInput) as error:
        return _refuse(error, as_json=getattr(options, "json", False))
    except BrokenPipeError:
        # The reader has seen enough; keep Python from complaining when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print("relapse: stopped", file=sys.stderr)
        return 130
    return status


def _refuse(error: Exception, *, as_json: bool) -> int:
    if as_json:
        place = error.to_dict() if isinstance(error, Refused) else {"problem": str(error)}
        print(json.dumps({"error": place}, ensure_ascii=False, indent=2))
    print(f"relapse: {error}", file=sys.stderr)
    return REFUSED

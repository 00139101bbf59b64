"""Elementary functions to 60 digits, and the polynomial of exp, by mpmath.

Run: python3 elementary.py > elementary.csv   (needs mpmath; some seconds)
     python3 elementary.py --polynomial   (the coefficients in elementary.hpp)

A line is `function,x,value,rest`: x a double, value the double nearest to function(x) and
rest what value lacks, so that errors far below one ulp can be told.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

import mpmath
from mpmath import mpf

mpmath.mp.dps = 60
SEED = 20261129
DRAWS = 60
Function = Callable[[mpf], mpf]


def uniform(low: float, high: float) -> Callable[[random.Random], float]:
    return lambda draw: draw.uniform(low, high)


def sizes(low: float, high: float, signs: str) -> Callable[[random.Random], float]:
    """As many of each size, with the signs given."""

    def value(draw: random.Random) -> float:
        size = low * (high / low) ** draw.random()
        return -size if draw.choice(signs) == "-" else size

    return value


# Where each is drawn, a row of the table for each draw.
PLACES = {
    "exp": (mpmath.exp, uniform(-1, 1), uniform(-708, 709), sizes(1e-20, 1, "+-")),
    "expm1": (mpmath.expm1, uniform(-2, 2), uniform(-45, 45), sizes(1e-20, 1, "+-")),
    "exp2": (lambda x: mpf(2) ** x, uniform(-1, 1), uniform(-1021, 1023)),
    "log": (mpmath.log, uniform(0.5, 2), sizes(1e-307, 1e308, "+"), uniform(0.99, 1.01)),
    "log1p": (
        mpmath.log1p,
        uniform(-0.9, 2), sizes(1e-18, 1e300, "+"), sizes(1e-18, 0.999, "-"),
    ),
    "log2": (lambda x: mpmath.log(x, 2), uniform(0.5, 2), sizes(1e-307, 1e308, "+")),
    "erfc": (mpmath.erfc, uniform(-6, 6), uniform(0, 26), uniform(-0.5, 0.5)),
}  # fmt: skip


def table() -> None:
    draw = random.Random(SEED)
    print("function,x,value,rest")
    for name, (function, *places) in PLACES.items():
        for place in places:
            for _ in range(DRAWS):
                x = place(draw)
                exact = function(mpf(x))
                value = float(exact)
                rest = mpmath.nstr(exact - mpf(value), 6)
                print(f"{name},{x!r},{value!r},{rest}")


def minimax(function: Function, weight: Function, reach: mpf, degree: int) -> list[mpf]:
    """The polynomial whose weighted error is least on [-reach, reach] (Remez 1934)."""
    count = degree + 2
    nodes = [
        -reach * mpmath.cos(mpmath.pi * (i + mpf(0.5)) / count) for i in range(count)
    ]
    grid = [reach * (mpf(i) / 2000 - 1) for i in range(4001)]
    found: list[mpf] = []
    for _ in range(8):
        rows = [
            [x**j for j in range(degree + 1)] + [(-1) ** i / weight(x)]
            for i, x in enumerate(nodes)
        ]
        solved = mpmath.lu_solve(
            mpmath.matrix(rows), mpmath.matrix([*map(function, nodes)])
        )
        found = list(solved)[:-1]
        errors = [
            weight(x) * (function(x) - mpmath.polyval(found[::-1], x)) for x in grid
        ]
        # The largest error between two changes of its sign.
        nodes, signs = [], []
        for x, error in zip(grid, errors, strict=True):
            if not signs or (error > 0) != (signs[-1] > 0):
                nodes.append(x)
                signs.append(error)
            elif abs(error) > abs(signs[-1]):
                nodes[-1], signs[-1] = x, error
        assert len(nodes) == count, len(nodes)
    print(f"largest error {mpmath.nstr(max(map(abs, errors)), 3)}")
    return found


def polynomial() -> None:
    def rest(r: mpf) -> mpf:
        if abs(r) < mpf(10) ** -12:
            return mpf(1) / 2 + r / 6
        return (mpmath.expm1(r) - r) / r**2

    reach = mpmath.log(2) / 2 * mpf("1.0001")
    for c in minimax(rest, lambda r: max(abs(r), mpf("0.001")), reach, 10):
        print(float(c).hex())


if __name__ == "__main__":
    polynomial() if "--polynomial" in sys.argv else table()

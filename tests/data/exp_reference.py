"""Writes exp_reference.csv: exp(Q t) and end-conditioned integrals to 400 digits.

Run: python3 tests/data/exp_reference.py   (needs mpmath; half a minute)

A line is `kind,family,states,t` and then numbers, each the shortest decimal of a double:
- `exp`: the rates off the diagonal, row by row, and the matrix exp(Q t), row by row;
- `occupation`: the rates, a row a, a column b, and the matrix S, row by row, with
  S[r][s] = integral over u in [0, t] of (a exp(Q u))[r] (exp(Q (t - u)) b)[s].

The doubles written are what the reference was computed from: mpmath takes their exact
values, and the diagonal of Q is minus their exact sum.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import mpmath
from mpmath import mpf

SEED = 20240229
DIGITS = 400
SIZES = range(2, 9)
# Ranges of (largest exit rate) t; the last reaches what 1e-9 <= t <= 1e4 allows.
REACHES = ((1e-9, 1e-2), (1e-2, 2.0), (2.0, 60.0), (60.0, 2e3), (2e3, 1e8))
Rates = list[list[float]]
Numbers = list[list[mpf]]


def log_uniform(draw: random.Random, low: float, high: float) -> float:
    return low * (high / low) ** draw.random()


def filled(
    states: int, rate: Callable[[int, int], float], moves: Callable[[int, int], bool]
) -> Rates:
    return [
        [rate(r, s) if r != s and moves(r, s) else 0.0 for s in range(states)]
        for r in range(states)
    ]


def dense(draw: random.Random, states: int) -> Rates:
    return filled(states, lambda r, s: log_uniform(draw, 0.01, 10), lambda r, s: True)


def neighbours(draw: random.Random, states: int) -> Rates:
    return filled(
        states, lambda r, s: log_uniform(draw, 0.001, 3), lambda r, s: abs(r - s) == 1
    )


def stages(draw: random.Random, states: int) -> Rates:
    """One stage forward at a time, skips at a low rate, any recovery."""
    return filled(
        states,
        lambda r, s: log_uniform(draw, 0.005, 0.5) * (0.02 if s > r + 1 else 1.0),
        lambda r, s: True,
    )


def defective(draw: random.Random, states: int) -> Rates:
    """Equal rates forward: one Jordan block."""
    rate = log_uniform(draw, 0.01, 10)
    return filled(states, lambda r, s: rate, lambda r, s: s == r + 1)


def nearly_defective(draw: random.Random, states: int) -> Rates:
    """Upper triangular with nearly equal exit rates."""
    gap = log_uniform(draw, 1e-14, 1e-3)
    base = log_uniform(draw, 0.05, 5)
    return filled(
        states,
        lambda r, s: base * (1 + gap * draw.random()) / (states - 1 - r),
        lambda r, s: s > r,
    )


def cyclic(draw: random.Random, states: int) -> Rates:
    """One way round: complex eigenvalues, and repeated rates in half of the cases."""
    common = log_uniform(draw, 0.01, 10)
    equal = draw.random() < 0.5
    return filled(
        states,
        lambda r, s: common if equal else log_uniform(draw, 0.01, 10),
        lambda r, s: s == (r + 1) % states,
    )


def stiff(draw: random.Random, states: int) -> Rates:
    chance = {
        (r, s): s == (r + 1) % states or draw.random() < 0.5
        for r in range(states)
        for s in range(states)
    }
    rates = filled(
        states, lambda r, s: log_uniform(draw, 1e-6, 1e4), lambda r, s: chance[r, s]
    )
    rates[draw.randrange(states - 1)][states - 1] = 1e4
    return rates


def reducible(draw: random.Random, states: int) -> Rates:
    """Two classes that never meet, or a way from the first to the second alone."""
    cut = 1 + draw.randrange(states - 1)
    linked = states == 2 or draw.random() < 0.5
    return filled(
        states,
        lambda r, s: log_uniform(draw, 1e-4, 20),
        lambda r, s: (r < cut) == (s < cut) or (linked and r < cut),
    )


def stopped(draw: random.Random, states: int) -> Rates:
    """One or more absorbing states."""
    first = max(1, states - 1 - draw.randrange(2))
    return filled(states, lambda r, s: log_uniform(draw, 1e-4, 5), lambda r, s: r < first)


def rare(draw: random.Random, states: int) -> Rates:
    """Forward at rates down to 1e-12, back at ordinary ones: entries far below 1e-40."""
    return filled(
        states,
        lambda r, s: (
            log_uniform(draw, 1e-12, 1e-5) if s > r else log_uniform(draw, 0.1, 2)
        ),
        lambda r, s: abs(r - s) == 1,
    )


FAMILIES = (
    dense, neighbours, stages, defective, nearly_defective, cyclic, stiff, reducible,
    stopped, rare,
)  # fmt: skip


def product(a: Numbers, b: Numbers) -> Numbers:
    columns = list(zip(*b, strict=True))
    return [[mpmath.fdot(row, column) for column in columns] for row in a]


def exponential(matrix: Numbers) -> Numbers:
    size = len(matrix)
    norm = max(mpmath.fsum(abs(x) for x in row) for row in matrix)
    halvings = max(0, int(mpmath.ceil(mpmath.log(norm, 2))) + 16) if norm else 0
    small = [[mpmath.ldexp(x, -halvings) for x in row] for row in matrix]
    term = [[mpf(int(r == s)) for s in range(size)] for r in range(size)]
    total = [row[:] for row in term]
    least = mpf(10) ** -(DIGITS + 10)
    n = 0
    while max(abs(x) for row in term for x in row) > least:
        n += 1
        term = [[x / n for x in row] for row in product(term, small)]
        total = [
            [x + y for x, y in zip(a, b, strict=True)]
            for a, b in zip(total, term, strict=True)
        ]
    for _ in range(halvings):
        total = product(total, total)
    return total


def generator(rates: Rates, t: float) -> Numbers:
    """Q t, from the exact values of the doubles."""
    q = [[mpf(x) for x in row] for row in rates]
    for r, row in enumerate(q):
        row[r] = -mpmath.fsum(row)
    return [[x * mpf(t) for x in row] for row in q]


def occupation(rates: Rates, t: float, a: list[float], b: list[float]) -> Numbers:
    """The upper right block of exp([[Q, b a], [0, Q]] t), transposed (Van Loan 1978)."""
    size = len(rates)
    q = generator(rates, t)
    zero = [mpf(0)] * size
    outer = [[mpf(y) * mpf(x) * mpf(t) for x in a] for y in b]
    block = [q[r] + outer[r] for r in range(size)] + [zero + q[r] for r in range(size)]
    whole = exponential(block)
    return [[whole[s][size + r] for s in range(size)] for r in range(size)]


def length(draw: random.Random, rates: Rates, reach: tuple[float, float]) -> float:
    t = log_uniform(draw, *reach) / max(sum(row) for row in rates)
    return min(1e4, max(1e-9, t))


def decimals(values: Iterator[mpf | float] | list[float]) -> list[str]:
    return [repr(float(x)).removesuffix(".0") for x in values]


def line(
    kind: str, family: str, rates: Rates, t: float, *parts: list[list[float]] | Numbers
) -> str:
    moves = [x for r, row in enumerate(rates) for s, x in enumerate(row) if r != s]
    values = [x for part in parts for row in part for x in row]
    fields = [kind, family, str(len(rates)), *decimals([t, *moves, *values])]
    return ",".join(fields)


def exponentials(draw: random.Random) -> Iterator[str]:
    for family in FAMILIES:
        for states in SIZES:
            for reach in REACHES[:4] if family is not stiff else REACHES:
                rates = family(draw, states)
                t = length(draw, rates, reach)
                yield line(
                    "exp", family.__name__, rates, t, exponential(generator(rates, t))
                )


def occupations(draw: random.Random) -> Iterator[str]:
    for n, family in enumerate((dense, stages, defective, cyclic, stiff, rare)):
        for m, reach in enumerate(REACHES):
            rates = family(draw, 2 + (n + m) % 4)
            t = length(draw, rates, reach)
            a, b = (
                [
                    log_uniform(draw, 1e-3, 1) if draw.random() < 0.8 else 0.0
                    for _ in rates
                ]
                for _ in range(2)
            )
            a[0] = b[-1] = 1.0
            yield line(
                "occupation",
                family.__name__,
                rates,
                t,
                [a, b],
                occupation(rates, t, a, b),
            )


def main() -> None:
    mpmath.mp.dps = DIGITS
    draw = random.Random(SEED)
    lines = [*exponentials(draw), *occupations(draw)]
    file = Path(__file__).with_suffix(".csv")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

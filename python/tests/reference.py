"""An independent reference for `relapse`, written from the definitions alone.

A continuous-time hidden Markov model: signs locate, situations move. Everything is slow
and obvious on purpose: one matrix exponential per cell and node, likelihoods in log
space, attributions by brute-force quadrature. The engine is compared with it.

The matrices are tiny: OPENBLAS_NUM_THREADS=1 makes it up to ten times faster.
"""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.linalg import expm
from scipy.special import expit, gammaln, logit, logsumexp, ndtri, xlogy

Array = np.ndarray
Document = dict[str, Any]
Drivers = dict[tuple[str, str], float]  # (kind, id) -> contribution
Path = list[tuple[float, Array]]  # pieces of time in days, each with its x (point, det.)

OWN_MEANS = ("own_mean", "above_own_mean")
BUILT_IN_FLAGS = ("self_harm", "overdose", "severe_withdrawal")


def cells() -> Iterator[tuple[float, float]]:
    """Cells of age since x was last updated: cut at .5 1 2 4 7 15 30 60 120 ... days."""
    doubling = (30.0 * 2**k for k in itertools.count())
    return itertools.pairwise(itertools.chain((0, 0.5, 1, 2, 4, 7, 15), doubling))


def mean_fade(a: float, b: float, half_life: float) -> float:
    """Exact mean of 2^(-u / half_life) over u in [a, b]; the value itself when a = b."""
    k = np.log(2) / half_life
    return np.exp(-k * a) * (-np.expm1(-k * (b - a)) / (k * (b - a)) if b > a else 1.0)


def mean_log(a: float, b: float) -> float:
    """Exact mean of log(1 + u / 30) over u in [a, b]; the value itself when a = b."""
    r = (b - a) / (30 + a)
    return np.log1p(a / 30) + ((1 + 1 / r) * np.log1p(r) - 1 if r > 0 else 0.0)


def integral(f: Callable[[float], Array], panels: int) -> Array:
    """Integral over [0, 1] by Gauss-Legendre; panels double until nothing moves."""
    nodes, weights = np.polynomial.legendre.leggauss(10)
    previous = None
    while panels < 5000:
        at = (np.arange(panels)[:, None] + (nodes + 1) / 2).ravel() / panels
        values = np.array([f(theta) for theta in at])
        result = np.tile(weights, panels) @ values / (2 * panels)
        if previous is not None and np.max(np.abs(result - previous)) < 1e-13:
            return result
        previous, panels = result, 2 * panels
    raise ArithmeticError("the quadrature does not close")


def nodes(count: int) -> Array:
    """Equally likely, zero mean, unit variance; one node is no difference at all."""
    eta = ndtri((np.arange(count) + 0.5) / count)
    return eta / np.sqrt(np.mean(eta**2)) if count > 1 else np.zeros(1)


def with_silence(
    check_ins: list[Document], every_days: float, until: float | None = None
) -> list[Document]:
    """The same check-ins with an empty row wherever one was expected and none came: at
    the last one + every_days, + 2 every_days ..., as long as half of `every_days` is left
    to the next check-in (or to `until`, the moment at which one looks).
    """
    rows: list[Document] = []
    for k, row in enumerate(check_ins):
        rows.append(row)
        ends = check_ins[k + 1]["time"] if k + 1 < len(check_ins) else until
        gaps = int(max(0.0, ((ends or row["time"]) - row["time"]) / every_days - 0.5))
        rows += [
            {"time": row["time"] + j * every_days, "answers": {}}
            for j in range(1, gaps + 1)
        ]
    return rows


def absent(value: Any) -> bool:
    return value is None or value != value


@dataclass
class State:
    """What the answers so far leave behind for the determinants and their clocks."""

    first: float  # time of the first check-in
    updated: float  # time of the last update of x: the cells count from here
    answers: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    last_use: float | None = None
    signs: dict[str, tuple[float, float]] = field(default_factory=dict)  # (time, answer)
    in_run: bool = False  # the last row that spoke of use reported it
    lapses: int = 0
    rows: int = 0
    missed: int = 0


@dataclass
class Step:
    """One check-in: beliefs (nodes x stages) in the order in which they arise."""

    before: State | None
    state: State
    time: float
    predicted: Array  # carried to this time, nothing known from outside
    known: Array  # after mask, exact entry, abstinence; normalised
    logs: dict[str, Array]  # log-likelihood of each sign that says something, by stage
    joint: Array  # after the signs
    log_likelihood: float


class Reference:
    """A relapse/model/1 document and what it says of one person.

    Within a cell a rate is its mean: over so many Gauss-Legendre `points`, or, with None,
    the rate at the mean of x. `habits` (and an item's own `habit`) and `dimensions` add
    nodes: each is a latent number of the person on equally likely nodes of unit variance.
    """

    def __init__(self, model: Document, points: int | None = 3) -> None:
        self.model = model
        self.abscissae, weights = np.polynomial.legendre.leggauss(points or 1)
        self.abscissae, self.weights = (self.abscissae + 1) / 2, weights / 2
        self.points = points
        self.items = {item["id"]: item for item in model["items"]}
        self.stages = [s["id"] for s in model["stages"]]
        self.use = np.array(["use" in s for s in model["stages"]])
        self.relapse = np.array([s.get("use") == "relapse" for s in model["stages"]])
        self.determinants = model["determinants"]
        self.rest = np.array([self._rest(d) for d in self.determinants])
        self.use_items = {i for i, item in self.items.items() if item["role"] == "use"}
        self.builtins = {d.get("builtin") for d in self.determinants}
        keys = ("item", "exposure", "efficacy")
        self.feeding = {d[k] for d in self.determinants for k in keys if k in d}

        def vector(effects: Document) -> Array:
            return np.array([effects.get(d["id"], 0.0) for d in self.determinants])

        prone, start = model["propensity"], model.get("start_effects", {})
        # Equally likely, unit variance; one node is no propensity. In two dimensions one
        # towards use and one in recovery. What moves stages stands before what does not.
        two = prone.get("dimensions", 1) == 2
        loads, turns = prone.get("loadings", {}), ("toward_use", "recovery")
        axes: list[Document] = [{"nodes": prone["nodes"]} for _ in range(1 + two)]
        axes[0] |= {key: prone.get(key, {}) for key in ("start", "prior")}
        for k, turn in enumerate(turns):
            axes[k * two].setdefault("by_direction", {})[turn] = loads.get(turn, 0.0)
        named = model.get("dimensions", [])
        own = [{"habits": {i: v["habit"]}} for i, v in self.items.items() if "habit" in v]
        shared = [h | {"habits": h["items"]} for h in model.get("habits", [])]
        moving = [d for d in named if d.get("loadings") or d.get("start")]
        still = [*shared, *own, *(d for d in named if d not in moving)]
        moving.sort(key=lambda d: bool(d.get("habits")))
        axes += [*moving, *still]
        grids = [nodes(axis.get("nodes", 5)) for axis in axes]
        self.grid = np.array(list(itertools.product(*grids)))  # (node, axis)
        self.eta = self.grid[:, 0]
        self.named = {d["id"]: self.grid[:, axes.index(d)] for d in named}
        self.ways = math.prod(len(g) for g in grids[len(grids) - len(still) :])
        self.lean = {  # item -> by node: the sum of g eta over its habits
            i: self.grid @ [axis.get("habits", {}).get(i, 0.0) for axis in axes]
            for i in self.items
        }
        self.initial = np.array([model["initial"].get(s, 0.0) for s in self.stages])
        self.tilt = np.array(  # (axis, stage)
            [[axis.get("start", {}).get(s, 0.0) for s in self.stages] for axis in axes]
        )
        self.gamma = np.array([vector(start.get(s, {})) for s in self.stages])
        self.delta = np.array([vector(axis.get("prior", {})) for axis in axes])

        def loading(axis: Document, move: Document) -> float:
            by_direction = axis.get("by_direction", {}).get(move.get("direction"), 0.0)
            group = move.get("group", move.get("direction"))
            return by_direction + axis.get("loadings", {}).get(group, 0.0)

        moves = model["transitions"]
        self.ends = tuple(
            np.array([self.stages.index(t[end]) for t in moves]) for end in ("from", "to")
        )
        self.rate = np.array([t["rate"] for t in moves])
        self.cap = np.array([t.get("max_rate", np.inf) for t in moves])
        self.beta = np.array([vector(t.get("effects", {})) for t in moves])
        self.loading = np.array([[loading(axis, t) for axis in axes] for t in moves])

    # Determinants ---------------------------------------------------------------------

    @staticmethod
    def _rest(d: Document) -> float:
        """The reference: 0 for situations and deviations, else as the document says."""
        relative = "situation" in d or d.get("relative_to") in OWN_MEANS
        return 0.0 if relative else d.get("reference", 0.0)

    @staticmethod
    def _held(d: Document, state: State) -> tuple[float, float, float] | None:
        """(value, time it was set, own mean) of the last answer; None if never answered.

        Level: the scaled value. Deviation: value - m, m the plain mean of all answers so
        far, this one included, or what of it is above 0. Situation: exposure *
        (1 - efficacy).
        """
        factor = 1.0
        if "situation" in d:
            efficacy = state.answers.get(d.get("efficacy", ""))
            factor -= efficacy[-1][1] if efficacy else d.get("default_efficacy", 0.5)
        source = d.get("item") or d.get("exposure") or d["builtin"] + " so far"
        series = state.answers.get(source)
        if not series:
            return None
        (time, value), mean = series[-1], float(np.mean([v for _, v in series]))
        if d.get("relative_to") in OWN_MEANS:
            value, mean = value - mean, 0.0
            if d["relative_to"] == "above_own_mean":
                value = max(value, 0.0)
        return factor * value, time, factor * mean

    def _past(self, d: Document, state: State, a: float, b: float) -> float:
        """Mean of x over ages [a, b], counted from the last update of x, by its memory:
        `last` stays, `decay` is rest + (x - rest) 2^(-age / half-life). The clocks are
        log(1 + d / 30), d since the last reported use or since the first check-in; what
        fades after use is 2^(-d / half-life), 0 where no use is known. A document may
        say how long ago use is where it is not known: the mean over these days.
        """
        if d.get("builtin") in (
            "log_days_since_use",
            "recent_use",
            "log_days_in_recovery",
        ):
            of_use, recent = "use" in d["builtin"], d["builtin"] == "recent_use"
            known = of_use and state.last_use is not None
            days = d.get("when_unknown", {}).get(
                "days_since_use", [] if recent else [0.0]
            )
            gone = state.updated - (state.last_use if known else state.first)
            ages = [
                (day + gone + a, day + gone + b) for day in ([0.0] if known else days)
            ]
            if not recent:
                return float(np.mean([mean_log(*age) for age in ages]))
            half_life = d["memory"]["half_life_days"]
            return float(np.mean([mean_fade(*age, half_life) for age in ages] or [0.0]))
        held, rest, memory = self._held(d, state), self._rest(d), d.get("memory", {})
        if held is None or memory.get("kind", "last") == "last":
            return rest if held is None else held[0]
        age, half_life = state.updated - held[1], memory["half_life_days"]
        return rest + (held[0] - rest) * mean_fade(age + a, age + b, half_life)

    def _ahead(self, d: Document, state: State, now: float, a: float, b: float) -> float:
        """Mean of x over the cell [a, b] as expected at age `now`: `hold` keeps the
        present value v; `own_mean` relaxes, m + (v - m) 2^(-u / h) with u from now on, in
        the part of the cell that lies ahead; by default x follows its memory.
        """
        outlook = d.get("outlook", {})
        held, v = self._held(d, state), self._past(d, state, now, now)
        if outlook.get("kind") == "hold":
            return v
        if outlook.get("kind") == "own_mean" and "builtin" not in d and held:
            fade = mean_fade(max(a, now) - now, b - now, outlook["half_life_days"])
            return held[2] + (v - held[2]) * fade
        return self._past(d, state, a, b)

    def past(self, state: State, a: float, b: float) -> Array:
        return np.array([self._past(d, state, a, b) for d in self.determinants])

    def ahead(self, state: State, now: float, a: float, b: float) -> Array:
        return np.array([self._ahead(d, state, now, a, b) for d in self.determinants])

    def cell(self, state: State, a: float, b: float, now: float | None = None) -> Array:
        """The x of the cell [a, b], (point, determinant): at the quadrature's points, or
        its mean. With `now`, as expected at this age, else by memory.
        """
        if self.points is None:
            return (self.past(state, a, b) if now is None
                    else self.ahead(state, now, a, b))[None]  # fmt: skip

        def at(d: Document, share: float) -> float:
            relaxing = now is not None and d.get("outlook", {}).get("kind") == "own_mean"
            low = max(a, now) if relaxing else a  # what relaxes does so in what is ahead
            u = low + (b - low) * share
            return (
                self._past(d, state, u, u)
                if now is None
                else self._ahead(d, state, now, u, u)
            )

        return np.array(
            [[at(d, share) for d in self.determinants] for share in self.abscissae]
        )

    def path(self, state: State, start: float, days: float, outlook: bool = True) -> Path:
        """Way of x from `start` for `days`, as expected (outlook) or as it was (memory).
        A start or an end inside a cell cuts time, not the mean over the cell.
        """
        now, pieces = start - state.updated, []
        for a, b in itertools.takewhile(lambda cell: cell[0] < now + days, cells()):
            if b > now:
                x = self.cell(state, a, b, now if outlook else None)
                pieces.append((min(b, now + days) - max(a, now), x))
        return pieces

    def observe(self, before: State | None, row: Document) -> State:
        """Update x and the clocks; cells restart only where x is updated. A report of use
        (an answer above 0, or `used_days_ago`) after a row without one is a new lapse; a
        row that does not speak of use ends no run.
        """
        t, values = row["time"], self.values(row)
        state = copy.deepcopy(before) if before else State(first=t, updated=t)

        def hold(name: str, value: float, updates: bool) -> None:
            state.answers.setdefault(name, []).append((t, value))
            state.updated = t if updates else state.updated

        roles = {i: item["role"] for i, item in self.items.items()}
        said = {i: v for i, v in values.items() if roles.get(i) in ("sign", "use")}
        state.signs |= {i: (t, v) for i, v in said.items()}
        state.signs["missed_check_in"] = (t, float(not values))
        state.rows += 1
        state.missed += not values
        for item in self.feeding & values.keys():
            a, b = self.items[item].get("scale", (0.0, 1.0))
            hold(item, (values[item] - a) / (b - a), True)
        uses = [values[i] for i in self.use_items & values.keys()]
        ago, known = row.get("used_days_ago"), row.get("known_stage") or {}
        in_use = bool(known.get("any_of")) and not (
            set(known["any_of"])
            - {s for s, u in zip(self.stages, self.use, strict=True) if u}
        )
        if not absent(ago) or in_use or any(v > 0 for v in uses):
            moment = t if absent(ago) else t - ago
            before = state.last_use
            state.last_use = max(m for m in (moment, before) if m is not None)
            # Of one use that is told again no second one is made.
            if absent(ago) or before is None or abs(moment - before) > 1:
                state.lapses += not state.in_run
                state.in_run = True
            clocks = {"lapses", "log_days_since_use", "recent_use"}
            most = min(state.lapses, 100)  # beyond a hundred more move nothing
            hold("lapses so far", most, bool(clocks & self.builtins))
        elif uses:
            state.in_run = False
        share = state.missed / state.rows
        hold("share_missed so far", share, "share_missed" in self.builtins)
        return state

    # Movement -------------------------------------------------------------------------

    def generator(self, x: Array, eta: Array) -> Array:
        """Rates q = r exp(u), u = beta . (x - ref) + lambda . eta; with a cap M
        q = M / (1 + (M / r - 1) exp(-u)); their mean over the points of x (point,
        determinant). Rows sum to zero.
        """
        factor = np.exp((x - self.rest) @ self.beta.T + self.loading @ eta)
        with np.errstate(invalid="ignore"):
            capped = self.cap / (1 + (self.cap / self.rate - 1) / factor)
        rate = self.weights @ np.where(np.isinf(self.cap), self.rate * factor, capped)
        q = np.zeros((len(self.stages),) * 2, dtype=rate.dtype)
        q[self.ends] = rate
        return q - np.diag(q.sum(axis=1))

    def generators(self, path: Path) -> Array:
        """Q dt on each piece, (node, piece, stage, stage)."""
        return np.array(
            [[self.generator(x, eta) * days for days, x in path] for eta in self.grid]
        )

    def carry(self, belief: Array, path: Path, stay: Array | None = None) -> Array:
        """Carry: belief . exp(Q dt) over the pieces; with `stay`, what never leaves."""
        kept = np.ones(len(self.stages)) if stay is None else stay.astype(float)
        rows = belief * kept
        if not path:
            return rows
        over = expm(self.generators(path) * np.outer(kept, kept))
        for piece in range(len(path)):
            rows = np.einsum("is,ist->it", rows, over[:, piece])
        return rows

    def passage(self, path: Path, into: Array) -> Array:
        """Probability (node, stage) of reaching `into` along the path, 1 if there now:
        the mass there at the end of the chain with these stages made absorbing.
        """
        q = self.generators(path)
        q[:, :, into] = 0
        over = expm(q)
        reached = np.broadcast_to(into.astype(float), (len(self.grid), len(into)))
        for piece in reversed(range(len(path))):
            reached = np.einsum("ist,it->is", over[:, piece], reached)
        return reached

    def start(self, x: Array) -> Array:
        """pi_{s,i} ~ initial_s exp(gamma_s . (x - ref) + start_s eta_i), normalised over
        s for each node i; node weights w_i ~ exp(eta_i delta . (x - ref)).
        """
        shift = x - self.rest
        pi = self.initial * np.exp(self.gamma @ shift + self.grid @ self.tilt)
        w = np.exp(self.grid @ (self.delta @ shift))
        return pi / pi.sum(axis=1, keepdims=True) * (w / w.sum())[:, None]

    # Signs ----------------------------------------------------------------------------

    def values(self, row: Document) -> dict[str, float]:
        """The answers as numbers: levels of an ordinal item count from 0, from its scale
        or from its labels; other answers stand as they were given.
        """
        result = {}
        for name, raw in row.get("answers", {}).items():
            item = self.items.get(name, {})
            if absent(raw) or not (item or name in BUILT_IN_FLAGS):
                continue
            value = float(item["labels"].index(raw) if isinstance(raw, str) else raw)
            ordinal = item.get("family") == "categorical" and "scale" in item
            result[name] = abs(value - item["scale"][0]) if ordinal else value
        return result

    @staticmethod
    @np.errstate(divide="ignore")
    def log_density(family: str, given: Any, v: float) -> float:
        match family:
            case "bernoulli":
                return np.log(given if v else 1 - given)
            case "categorical":
                return np.log(given[int(v)])
            case "poisson":
                return xlogy(v, given) - given - gammaln(v + 1)
            case "negative_binomial":  # variance = mean + mean^2 / dispersion
                m, k = given["mean"], given["dispersion"]
                ways = gammaln(v + k) - gammaln(k) - gammaln(v + 1)
                return ways - k * np.log1p(m / k) + xlogy(v, m / (m + k))
        z = (v - given["mean"]) / given["sd"]
        return -0.5 * z**2 - np.log(given["sd"] * np.sqrt(2 * np.pi))

    def leaned(self, item: Document, given: Any, lean: float) -> Any:
        """The law of an answer where habit leans by g eta: p(y) exp(lean u), u from -1 to
        1 over the levels that are answers; on the logit, the log mean, in SDs.
        """
        if lean == 0.0:
            return given
        match item["family"]:
            case "bernoulli":
                return given if given in (0, 1) else float(expit(logit(given) + lean))
            case "categorical":
                answers = np.array(given[: item["levels"]])
                moved = answers * np.exp(lean * np.linspace(-1, 1, item["levels"]))
                moved *= answers.sum() / moved.sum()
                return [*moved, *given[item["levels"] :]]
            case "poisson":
                return given * np.exp(lean)
            case "negative_binomial":
                return given | {"mean": given["mean"] * np.exp(lean)}
        return given | {"mean": given["mean"] + given["sd"] * lean}

    def kept(self, name: str, state: State | None, time: float) -> float:
        """k: how likely the last answer is only repeated; 0 where there is none."""
        rule = self.items[name].get("persistence")
        if not rule or not state or name not in state.signs:
            return 0.0
        since, last = state.signs[name]
        share, half_life = rule["share"], rule.get("half_life_days")
        share = share[int(last)] if isinstance(share, list) else share
        half_life = half_life[int(last)] if isinstance(half_life, list) else half_life
        return share * (2 ** (-(time - since) / half_life) if half_life else 1.0)

    def among_copies(self, name: str, value: float, last: float) -> float:
        """How likely a copy of the last answer is this one: weight settle^n of the level
        n below it.
        """
        settle = self.items[name]["persistence"].get("settle", 0.0)
        if settle == 0.0 or value > last:
            return float(value == last)
        weights = settle ** np.arange(int(last) + 1)
        return float(weights[int(last - value)] / weights.sum())

    def density(self, name: str, value: float, state: State | None, time: float) -> Array:
        """Likelihood (node, stage) of an answer: a copy of the last one or a fresh one,
        k q(y | l) + (1 - k) p_s(y), q(y | l) being 1 for l alone unless copies settle; no
        copy where the stage does not allow the last answer. Missing as a level, of
        probability m_s, is never a copy and is none the less: k then counts among the
        answers.
        """
        item, rows = self.items[name], []
        k, last = (
            self.kept(name, state, time),
            (state.signs[name][1] if state and name in state.signs else 0.0),
        )
        missing = item.get("missing_is_a_level") and value == item["levels"]
        for lean in self.lean[name]:
            row = []
            for stage in self.stages:
                given = self.leaned(item, item["given"][stage], lean)
                fresh = np.exp(self.log_density(item["family"], given, value))
                if missing or k == 0.0:
                    row.append(fresh)
                    continue
                allowed = np.exp(self.log_density(item["family"], given, last)) > 0
                among = 1 - (
                    given[item["levels"]] if item.get("missing_is_a_level") else 0
                )
                copy = k * allowed
                again = self.among_copies(name, value, last)
                row.append(copy * among * again + (1 - copy) * fresh)
            rows.append(row)
        return np.array(rows)

    def sign_logs(
        self, row: Document, state: State | None = None, time: float | None = None
    ) -> dict[str, Array]:
        """Log-likelihood (node, stage) of each sign that says something. A missing sign
        says nothing, unless missing is its last level and the reason is unknown, declined
        or not_performed. `missed_check_in` is 1 where nothing at all is answered, else 0.
        `state` is that of the row before: what was answered last.
        """
        values, reasons, result = self.values(row), row.get("missing", {}), {}
        values["missed_check_in"] = float(not values)
        for name in row.get("answers", {}).keys() - values.keys():
            reasons = {name: "unknown"} | reasons
        for name, item in self.items.items():
            silent = reasons.get(name) in ("unknown", "declined", "not_performed")
            if item.get("missing_is_a_level") and name not in values and silent:
                values[name] = item["levels"]
            if name in values and item["role"] in ("sign", "use"):
                when = row["time"] if time is None else time
                with np.errstate(divide="ignore"):
                    result[name] = np.log(self.density(name, values[name], state, when))
        return result

    # Filter ---------------------------------------------------------------------------

    def past_use(self, row: Document, last: Step | None) -> tuple[float | None, bool]:
        """What a row tells of use at another time than its own: (the time where it lies
        since the row before, whether there is any).
        """
        ago = row.get("used_days_ago")
        if absent(ago) or ago == 0.0:
            return None, False
        answers = self.values(row)
        uses = [answers[i] for i in self.use_items & answers.keys()]
        denied = bool(uses) and not any(uses)
        since = last is not None and row["time"] - ago >= last.time and not denied
        return (row["time"] - ago if since else None), True

    def through_use(self, last: Step, row: Document, moment: float) -> Array:
        """The belief at a row after use at a moment since the row before."""
        way = self.path(last.state, last.time, moment - last.time, outlook=False)
        belief = self.carry(last.joint, way)
        logs = self.sign_logs(row, last.state, moment)
        for item in self.use_items & logs.keys():
            belief = belief * np.exp(logs[item])
        answers = self.values(row)
        if not any(answers.get(item, 0) > 0 for item in self.use_items):
            belief = belief * self.use
        way = self.path(last.state, moment, row["time"] - moment, outlook=False)
        return self.carry(belief, way)

    def walk(self, check_ins: list[Document]) -> list[Step]:
        """The filter: carry, what is known from outside, x, signs; at the first check-in
        x comes first, then the start. The log-likelihood holds every mass lost on the way
        and the density of an exact entry into S: sum over r outside S of alpha_r q_rs,
        with the rates of the cell that ends.
        """
        steps: list[Step] = []
        for row in check_ins:
            last, t = steps[-1] if steps else None, row["time"]
            state = self.observe(last.state if last else None, row)
            if last is None:
                predicted = known = self.start(self.past(state, 0, 0))
            else:
                way = self.path(last.state, last.time, t - last.time, outlook=False)
                predicted = known = self.carry(last.joint, way)
                # Use told at the last check-in may end right after it.
                without = row.get("abstinent_since_last")
                if without and last.state.last_use == last.time:
                    known = known * ~self.use
                elif without:
                    known = self.carry(last.joint, way, stay=~self.use)
            moment, elsewhen = self.past_use(row, last)
            if last is not None and moment is not None:
                known = self.through_use(last, row, moment)
            elif row.get("used_days_ago") == 0.0 and not any(
                self.values(row).get(item, 0) > 0 for item in self.use_items
            ):
                known = known * self.use
            stage = row.get("known_stage") or {}
            inside = np.isin(self.stages, stage.get("any_of") or self.stages)
            if stage.get("entered"):
                if last is None or inside.all():
                    raise ValueError("entered: needs an earlier check-in and a stage")
                a, b = next(c for c in cells() if t - last.state.updated <= c[1])
                x = self.cell(last.state, a, b)
                q = [self.generator(x, eta) for eta in self.grid]
                known = np.einsum("ir,irs->is", known * ~inside, q)
            known = known * inside
            with np.errstate(divide="ignore"):
                logs = self.sign_logs(row, last.state if last else None)
                if elsewhen:
                    logs = {i: v for i, v in logs.items() if i not in self.use_items}
                log_joint = np.log(known) + sum(logs.values())
            total = float(logsumexp(log_joint))
            if total == -np.inf:
                raise ValueError("impossible under the model")
            known, joint = known / known.sum(), np.exp(log_joint - total)
            before = last.state if last else None
            steps.append(Step(before, state, t, predicted, known, logs, joint, total))
        return steps

    def run(self, check_ins: list[Document]) -> list[Document]:
        """Belief and risks after each check-in, along the outlook from there.

        risk = P(use) + sum over s outside U of alpha_s f_s(H); new_use is the second
        part given not in U now, None when P(use) = 1; relapse is passage into those
        stages alone. Interval: expit(logit r +- 1.96 sqrt(v) / (r (1 - r))), v the
        variance of the risk over the posterior of the propensity, whatever the habits;
        [r, r] when r is 0 or 1.
        """
        results = []
        for step in self.walk(check_ins):
            joint, kinds = step.joint, len(self.eta) // self.ways
            nodes = step.joint.reshape(kinds, -1).sum(axis=1)
            out: Document = {"log_likelihood": step.log_likelihood, "joint": joint}
            out["stages"] = joint.sum(axis=0).tolist()
            out["propensity"] = float(joint.sum(axis=1) @ self.eta)
            out["dimensions"] = {
                name: float(joint.sum(axis=1) @ number)
                for name, number in self.named.items()
            }
            out |= {
                k: {} for k in ("risk", "risk_low", "risk_high", "new_use", "relapse")
            }
            for h in self.model["horizons_days"]:
                way = self.path(step.state, step.time, h)
                reached = joint * self.passage(way, self.use)
                r, alive = float(min(reached.sum(), 1.0)), nodes > 0
                each = reached.reshape(kinds, -1).sum(axis=1)[alive] / nodes[alive]
                sd = np.sqrt(nodes[alive] @ (each - r) ** 2)
                wide = 1.96 * sd / (r * (1 - r)) if 0 < r < 1 else 0.0
                free = joint[:, ~self.use].sum()
                out["risk"][h] = r
                out["risk_low"][h] = float(expit(logit(r) - wide))
                out["risk_high"][h] = float(expit(logit(r) + wide))
                new = reached[:, ~self.use].sum()
                out["new_use"][h] = float(new / free) if free > 0 else None
                out["relapse"][h] = float((joint * self.passage(way, self.relapse)).sum())
            results.append(out)
        return results

    def forecast(self, check_ins: list[Document], item: str, days: float) -> list[float]:
        """Distribution of an answer `days` after the last check-in, along the outlook:
        the probability of each level; for counts and normal items [mean].
        """
        step, law = self.walk(check_ins)[-1], self.items[item]
        ahead = self.path(step.state, step.time, days)
        belief, when = self.carry(step.joint, ahead), step.time + days
        if law["family"] in ("bernoulli", "categorical"):
            levels = (
                2 if law["family"] == "bernoulli" else len(law["given"][self.stages[0]])
            )
            chances = [self.density(item, y, step.state, when) for y in range(levels)]
            return [float((belief * p).sum()) for p in chances]
        means = np.array([[
            g["mean"] if isinstance(g, dict) else g for g in
            (self.leaned(law, law["given"][s], lean) for s in self.stages)
        ] for lean in self.lean[item]])  # fmt: skip
        k = self.kept(item, step.state, when)  # a law of counts allows every answer
        last = step.state.signs[item][1] if k else 0.0
        return [float(k * last + (1 - k) * (belief * means).sum())]

    def level(self, series: list[tuple[float, float, float | None]]) -> list[str]:
        """Levels of a series of (time, risk, risk between). For each cut keep the time of
        the first check-in of the unbroken run with risk below it; the level is the
        highest whose run is shorter than `lower_after_days`. A cut is reached at >=;
        before the first check-in the risk counts as below every cut for ever. The risk
        between is that of `lower_after_days` before a check-in, where the last one lies
        further back: a cut that was reached before and is not reached now was left then,
        if it was not reached then.
        """
        rule, result = self.model["levels"], []
        lower_after = rule["lower_after_days"]
        cuts = sorted(rule["cuts"].items(), key=lambda cut: cut[1])
        below: dict[str, float | None] = {name: -np.inf for name, _ in cuts}
        for time, risk, between in series:
            level = "low"
            left = any(risk < cut and below[name] is None for name, cut in cuts)
            if between is not None and left:
                for name, cut in cuts:
                    if between < cut and below[name] is None:
                        below[name] = time - lower_after
            for name, cut in cuts:
                since = below[name] = None if risk >= cut else below[name]
                if risk < cut and since is None:
                    since = below[name] = time
                if since is None or since > time - lower_after:
                    level = name
            result.append(level)
        return result

    # Drivers --------------------------------------------------------------------------

    def drivers(self, check_ins: list[Document]) -> list[Drivers]:
        """The change of risk since the last check-in, shared out without remainder.

        time: belief carried with nothing known from outside, x as it stood. known: what
        is known from outside. determinant: along the straight path between the two future
        paths of x, on pieces so fine that both are constant. sign: by tempering.
        At the first check-in the baseline is the start with all x at the reference for
        ever; the path moves start and node weights too, and comes before `known`.
        """
        h, results, last = self.model["levels"]["horizon_days"], [], None
        for step in self.walk(check_ins):
            new, z, time = self.path(step.state, step.time, h), None, 0.0
            g = g_new = self.passage(new, self.use)
            old = [(days, self.rest + 0 * x) for days, x in new]
            if last is None:
                z = self.past(step.state, 0, 0)
            else:
                old = self.path(last.state, step.time, h)
                g = self.passage(old, self.use)
                then = self.passage(self.path(last.state, last.time, h), self.use)
                time = (step.predicted * g).sum() - (last.joint * then).sum()
            known = ((step.known - step.predicted) * g).sum()
            out = {("time", "time"): float(time), ("known", "known"): float(known)}
            out |= self.moved(step.known, old, new, z)
            results.append(out | tempered(step.known, step.logs, g_new))
            last = step
        return results

    def moved(self, belief: Array, old: Path, new: Path, z: Array | None) -> Drivers:
        """Contribution of determinant j: the integral over theta in [0, 1] of dR/ds_j at
        s = (theta, ..., theta), R the risk with x = old + s (new - old), component by
        component. With z, x at the first check-in, the start moves along: its x is
        ref + s (z - ref). Derivatives by complex step.
        """
        ends = [np.cumsum([days for days, _ in way]) for way in (old, new)]
        pieces = []
        for a, b in itertools.pairwise([0.0, *np.union1d(*ends)]):
            at = [min(int(np.searchsorted(e, (a + b) / 2)), len(e) - 1) for e in ends]
            pieces.append((b - a, old[at[0]][1], new[at[1]][1]))

        def risk(s: Array) -> Any:
            here = belief if z is None else self.start(self.rest + s * (z - self.rest))
            way = [(days, x + s * (y - x)) for days, x, y in pieces]
            return (here * self.passage(way, self.use)).sum()

        shift = [y - x for _, x, y in pieces] + (
            [] if z is None else [(z - self.rest)[None]]
        )
        moving = np.flatnonzero(np.any(np.concatenate(shift), axis=0))
        if not moving.size:
            return {}
        steps = 1e-12j * np.eye(len(self.rest))[moving]
        slopes = lambda theta: np.imag([risk(theta + s) for s in steps]) / 1e-12  # noqa: E731
        ids = [("determinant", self.determinants[j]["id"]) for j in moving]
        return dict(zip(ids, integral(slopes, 1).tolist(), strict=True))


def tempered(p: Array, logs: dict[str, Array], g: Array) -> Drivers:
    """Contribution of sign j: the integral over tau in [0, 1] of Cov_tau(g, log L_j)
    under p prod_j L_j^tau. Where signs exclude stages, first condition on the stages that
    none excludes, one contribution that names those items; temper on the rest.
    """
    out: Drivers = {}
    excluding = [name for name, log in logs.items() if np.isneginf(log).any()]
    if excluding:
        kept = p * np.all(np.isfinite(list(logs.values())), axis=0)
        kept = kept / kept.sum()
        out["excluded", "+".join(excluding)] = float(((kept - p) * g).sum())
        p = kept
    if not logs:
        return out
    there = p > 0
    log_l = np.array([np.broadcast_to(log, p.shape)[there] for log in logs.values()])

    def covariances(tau: float) -> Array:
        w = np.log(p[there]) + tau * log_l.sum(axis=0)
        w = np.exp(w - logsumexp(w))
        return log_l @ (w * (g[there] - w @ g[there]))

    return out | {
        ("sign", n): c
        for n, c in zip(logs, integral(covariances, 8).tolist(), strict=True)
    }


# Random documents and check-ins, for laws that hold for every model ---------------------


def random_model(
    rng: np.random.Generator, stages: int, families: list[str], effects: bool = True,
    propensity: int = 5, silence: bool = False, dimensions: int = 1,
) -> Document:  # fmt: skip
    """A valid model with one sign for each entry of `families`. `silence` adds what makes
    an empty check-in speak: `missed_check_in` and the share of check-ins missed.
    """
    s = [f"s{k}" for k in range(stages)]

    def fading(kind: str) -> Document:
        return {"kind": kind, "half_life_days": float(rng.uniform(0.3, 20))}

    def given(family: str, levels: int) -> Any:
        mean, width = float(rng.uniform(0.5, 6)), float(rng.uniform(0.8, 3))
        return {
            "bernoulli": mean / 7, "poisson": mean, "normal": {"mean": mean, "sd": width},
            "negative_binomial": {"mean": mean, "dispersion": width},
            "categorical": rng.dirichlet(np.full(levels, 2.0)).tolist() if levels else [],
        }[family]  # fmt: skip

    items: list[Document] = []
    for k, family in enumerate([*families, "bernoulli"] + ["bernoulli"] * silence):
        item: Document = {"id": f"sign_{k}", "role": "sign", "family": family}
        levels = 0
        if family == "categorical":
            levels = item["levels"] = int(rng.integers(3, 6))
            if rng.random() < 0.5:
                item["scale"] = [1, levels]
            if rng.random() < 0.5:
                item["missing_is_a_level"], levels = True, levels + 1
        items.append(item | {"given": {n: given(family, levels) for n in s}})
    items[len(families)] |= {"id": "used", "role": "use"}
    items[len(families)]["given"][s[0]] = 0.0
    if silence:
        items[-1]["id"] = "missed_check_in"
    items.append({"id": "self_harm", "role": "safety", "flag": "self_harm"})
    determinants: list[Document] = []
    if effects:
        scales = {"craving": [0, 4], "stress": [0, 10], "support": [10, 0], "dose": None,
                  "exposure": [0, 10], "efficacy": [0, 100]}  # fmt: skip
        for name, scale in scales.items():
            item = {"id": name, "role": "determinant"}
            items.append(item | ({"scale": scale} if scale else {}))
        determinants = [
            {"id": "craving", "item": "craving", "reference": 0.2,
             "memory": fading("decay")},
            {"id": "stress", "item": "stress", "outlook": fading("own_mean")},
            {"id": "stress_change", "item": "stress", "relative_to": "own_mean",
             "memory": fading("decay")},
            {"id": "stress_rise", "item": "stress", "relative_to": "above_own_mean",
             "memory": fading("decay")},
            {"id": "low_support", "item": "support", "memory": fading("decay"),
             "outlook": {"kind": "hold"}},
            {"id": "dose", "item": "dose", "reference": 1.0},
            {"id": "dose_change", "item": "dose", "relative_to": "own_mean",
             "outlook": fading("own_mean")},
            {"id": "situation:II-B", "situation": "II-B", "exposure": "exposure",
             "efficacy": "efficacy", "default_efficacy": 0.4, "memory": fading("decay"),
             "outlook": fading("own_mean")},
            {"id": "since_use", "builtin": "log_days_since_use"},
            {"id": "recent_use", "builtin": "recent_use", "memory": fading("decay")},
            {"id": "in_recovery", "builtin": "log_days_in_recovery"},
            {"id": "lapses", "builtin": "lapses", "memory": fading("decay")},
        ]  # fmt: skip
        if silence:
            determinants.append({"id": "silence", "builtin": "share_missed"})
        for d in determinants:
            if "log" not in d.get("builtin", ""):
                d.setdefault("memory", {"kind": "last"})
            if "use" in d["id"] and rng.random() < 0.5:
                d["when_unknown"] = {"days_since_use": rng.uniform(0, 90, 3).tolist()}
    moves: list[Document] = []
    for a, b in itertools.permutations(range(stages), 2):
        if abs(a - b) == 1 or abs(a - b) == stages - 1:
            rate = float(rng.uniform(0.005, 0.2))
            move: Document = {"from": s[a], "to": s[b], "rate": rate}
            if len(moves) % 4 != 3:
                move["direction"] = "toward_use" if a < b else "recovery"
            if len(moves) % 3 == 1:
                move["max_rate"] = rate * float(rng.uniform(2, 6))
            chosen = [d["id"] for d in determinants if rng.random() < 0.5]
            move["effects"] = {d: float(rng.normal(0, 0.4)) for d in chosen}
            moves.append(move | {"source": "random"})
    prone: Document = {"nodes": propensity, "dimensions": dimensions}
    if propensity > 1:
        prone |= {"loadings": {"toward_use": 0.9, "recovery": -0.5}, "start": {s[1]: 0.3}}
        prone["prior"] = {"stress": 0.5, "dose": -0.2} if effects else {}
    use = (
        dict(zip(s[-2:], ["lapse", "relapse"], strict=True))
        if stages > 3
        else {s[-1]: "lapse"}
    )
    cuts = {"guarded": 0.02, "elevated": 0.05, "high": 0.15, "critical": 0.4}
    start = {s[1]: {"stress": 0.6, "situation:II-B": 0.8}, s[-1]: {"dose": 0.2}}
    start_shares = rng.dirichlet(np.full(stages, 3.0)).tolist()
    return {
        "schema": "relapse/model/1", "id": "random", "version": "1", "title": "random",
        "stages": [{"id": n} | ({"use": use[n]} if n in use else {}) for n in s],
        "initial": dict(zip(s, start_shares, strict=True)),
        "transitions": moves, "propensity": prone,
        "items": [item | {"source": "random"} for item in items],
        "determinants": determinants, "start_effects": start if effects else {},
        "horizons_days": [1, 7, 30],
        "levels": {"horizon_days": 7, "cuts": cuts, "lower_after_days": 3},
        "safety": [], "actions": [], "calibration": {"status": "test"},
    }  # fmt: skip


def allows_all(item: Document) -> bool:
    """Whether each stage of a sign gives each of its levels a probability."""
    given = item["given"].values()
    if item["family"] == "bernoulli":
        return all(0.0 < p < 1.0 for p in given)
    return item["family"] == "categorical" and all(min(row) > 0.0 for row in given)


def personal(document: Document, rng: np.random.Generator) -> Document:
    """The document with answers that persist and with habits."""
    signs = [item for item in document["items"] if "family" in item]
    for item in signs:
        if item["family"] == "normal":
            continue
        share: Any = float(rng.uniform(0.1, 0.9))
        if item["family"] == "categorical" and rng.random() < 0.5:
            share = rng.uniform(0.0, 0.9, item["levels"]).tolist()
        item["persistence"] = {"share": share}
        if rng.random() < 0.5:
            item["persistence"]["half_life_days"] = float(rng.uniform(0.5, 9.0))
        if item["family"] == "categorical" and rng.random() < 0.5:
            lives = rng.uniform(0.5, 9.0, item["levels"]).tolist()
            item["persistence"]["half_life_days"] = lives
        if item["role"] == "sign" and allows_all(item) and rng.random() < 0.6:
            item["persistence"]["settle"] = float(rng.uniform(0.05, 0.95))
    leaning = {item["id"]: float(rng.normal(0.0, 0.8)) for item in signs[:3]}
    signs[-1]["habit"] = 0.6
    return document | {"habits": [{"id": "style", "items": leaning, "nodes": 3}]}


def dimensional(document: Document, rng: np.random.Generator) -> Document:
    """The document with dimensions: one moves and answers, one moves alone, one only
    answers, in this order or another.
    """
    signs = [item["id"] for item in document["items"] if "family" in item]
    stages = [stage["id"] for stage in document["stages"]]
    document = copy.deepcopy(document)
    for move in document["transitions"][::3]:
        move["group"] = "third"
    asked = {d["id"] for d in document["determinants"]}
    prior = {"stress": float(rng.normal(0.0, 0.4))} if "stress" in asked else {}
    groups = {m.get("group", m.get("direction")) for m in document["transitions"]}

    def weights(names: Sequence[str]) -> dict[str, float]:
        return {name: float(rng.normal(0.0, 0.7)) for name in names}

    dimensions = [
        {"id": "both", "nodes": 3, "loadings": weights(sorted(groups - {None})),
         "habits": weights(signs[:2]), "start": weights(stages[:1]), "prior": prior},
        {"id": "moves", "nodes": 2, "loadings": weights(["third"]), "prior": prior},
        {"id": "answers", "nodes": 2, "habits": weights(signs[1:]), "prior": prior},
    ]  # fmt: skip
    for dimension in dimensions:
        if "habits" in document:
            dimension["nodes"] = 2  # there are so many already
    order = rng.permutation(len(dimensions))
    return document | {"dimensions": [dimensions[k] for k in order]}


def random_check_ins(
    rng: np.random.Generator, model: Document, count: int
) -> list[Document]:
    """One person's check-ins at binary fractions of a day, many answers missing, now and
    then something known from outside that does not contradict the rest.
    """
    stages = [s["id"] for s in model["stages"]]
    use = [s["id"] for s in model["stages"] if "use" in s]
    reasons = ["unknown", "not_asked", "declined", "not_performed", "masked"]
    rows: list[Document] = []
    time = 20000.0
    for k in range(count):
        row: Document = {"time": time, "answers": {}, "missing": {}}
        time += int(rng.choice([16, 64, 90, 448, 2000]) * rng.uniform(0.5, 1.5) + 1) / 64
        share, luck = rng.choice([0.0, 0.4, 0.9]), rng.random() if k else 0.5
        for item in model["items"]:
            low, high = sorted(item.get("scale", (0, item.get("levels", 4) - 1)))
            draw = {
                "bernoulli": int(rng.random() < 0.3), "normal": float(rng.normal(3, 2)),
                "poisson": int(rng.poisson(3)), "negative_binomial": int(rng.poisson(3)),
            }  # fmt: skip
            value = draw.get(item.get("family"), int(rng.integers(low, high + 1)))
            if item["id"] == "missed_check_in" or (item["id"] == "used" and luck < 0.1):
                continue
            if rng.random() < share:
                row["answers"][item["id"]] = 0 if item["role"] == "safety" else value
            elif rng.random() < 0.5:
                row["missing"][item["id"]] = str(rng.choice(reasons))
        if luck < 0.1:
            row["abstinent_since_last"] = True
        elif luck < 0.3:
            entry = bool(luck < 0.2)
            row["known_stage"] = {
                "any_of": use if entry else stages[1:],
                "entered": entry,
            }
        elif luck > 0.85:
            row["used_days_ago"] = float(rng.integers(1, 200)) / 64 + 1 / 128
            if "used" in row["answers"]:
                row["answers"]["used"] = 1
        rows.append(row)
    return rows

"""One person's check-ins replayed: every assessment on the way, and the monitor at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from relapse import Assessment, Model, Monitor, Plan, Suggestion
from relapse.words import Clock, Labels

_SHOWN_ACTIONS = 3


@dataclass(frozen=True)
class Timeline:
    """What a figure of a person's way needs, one entry for each check-in."""

    times: list[float]
    stages: list[str]
    probabilities: list[list[float]]  # by stage, then by check-in
    risk: list[float]
    low: list[float]
    high: list[float]
    levels: list[str]
    used: list[bool]
    missed: list[bool]

    def level_runs(self) -> list[tuple[str, int, int]]:
        """Return each level that was in force, from which check-in until which."""
        runs: list[tuple[str, int, int]] = []
        for k, level in enumerate(self.levels):
            if runs:
                runs[-1] = (*runs[-1][:2], k)
            if not runs or runs[-1][0] != level:
                runs.append((level, k, k))
        return runs


@dataclass(frozen=True)
class Step:
    """A check-in and what it led to."""

    assessment: Assessment
    answers: dict[str, float | str]
    used: bool  # a use item was answered above 0

    @property
    def missed(self) -> bool:
        return not self.answers


@dataclass
class History:
    """All steps of one person, oldest first; at least one."""

    person: str
    model: Model
    clock: Clock
    monitor: Monitor
    steps: list[Step]
    document: dict[str, Any] = field(repr=False)
    labels: Labels = field(repr=False)

    @property
    def last(self) -> Step:
        return self.steps[-1]

    @property
    def level_days(self) -> float:
        """The horizon that levels are cut from, in days."""
        return float(self.document["levels"]["horizon_days"])

    def timeline(self) -> Timeline:
        assessments = [step.assessment for step in self.steps]
        days = self.level_days
        return Timeline(
            times=[a.time for a in assessments],
            stages=list(self.model.stages),
            probabilities=[[a.stages[s] for a in assessments] for s in self.model.stages],
            risk=[a.risk[days] for a in assessments],
            low=[a.risk_interval[days][0] for a in assessments],
            high=[a.risk_interval[days][1] for a in assessments],
            levels=[a.level for a in assessments],
            used=[step.used for step in self.steps],
            missed=[step.missed for step in self.steps],
        )

    def suggestions(
        self, plan: Plan | None = None, count: int = _SHOWN_ACTIONS
    ) -> list[Suggestion]:
        return self.monitor.suggest(Plan() if plan is None else plan, count=count)

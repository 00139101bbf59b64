"""What the library says of a plan and of records: what they must be is said in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relapse import _core
from relapse._errors import other_type
from relapse._reading.times import Moment


def after_use(
    plan: _core.Plan,
    *,
    reports: Sequence[_core.UseReport],
    recovery_start: Moment,
    now: Moment,
    flags: Sequence[str] = (),
    learning: _core.LearningRecord | None = None,
    protocol: _core.Protocol | None = None,
    zone: _core.Zone | None = None,
    locale: str = "en",
) -> _core.AfterUse:
    """Return the steps after the last reported use, safety first.

    All but the person's own words is in the language of the locale, where the library has
    it; steps of a protocol of your own come as they are.
    Whether it is a lapse or a relapse follows the plan's `use_definition`. Reports are in
    the order of time, between `recovery_start` and `now`; InvalidInput otherwise, and
    when none tells of use.
    """
    return _core.after_use(
        plan,
        reports=_listed("reports", reports, _core.UseReport),
        recovery_start=recovery_start,
        now=now,
        flags=flags,
        learning=learning,
        protocol=protocol,
        zone=zone,
        locale=locale,
    )


def review(
    plan: _core.Plan,
    model: _core.Model,
    *,
    now: Moment,
    check_ins: Sequence[_core.ReviewCheckIn] = (),
    follow_ups: Sequence[_core.FollowUp] = (),
    learning: Sequence[_core.LearningRecord] = (),
    last_use: Moment | None = None,
    last_review: Moment | None = None,
    person: str = "",
    zone: _core.Zone | None = None,
    locale: str = "en",
) -> _core.Review:
    """Look back over a person's history with the plan.

    Which signs came before rises of the level (lead time, exact p-value under circular
    shifts), which situations recur, what helped, what to change, when to look again. Each
    list is in the order of time. Words are in the language of the locale, where the
    library has it. Raises InvalidInput for a history of another person, out of order or
    after `now`, and for actions that nobody knows.
    """
    return _core.review(
        plan,
        model,
        now=now,
        check_ins=_listed("check_ins", check_ins, _core.ReviewCheckIn),
        follow_ups=_listed("follow_ups", follow_ups, _core.FollowUp),
        learning=_listed("learning", learning, _core.LearningRecord),
        last_use=last_use,
        last_review=last_review,
        person=person,
        zone=zone,
        locale=locale,
    )


def _listed(name: str, given: Any, kind: type) -> list[Any]:
    """Return objects of one kind as a list, or say which is none."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Sequence):
        raise other_type(name, given, f"a list of {kind.__name__}")
    for k, each in enumerate(given):
        if not isinstance(each, kind):
            raise other_type(f"{name}[{k}]", each, f"a {kind.__name__}")
    return list(given)

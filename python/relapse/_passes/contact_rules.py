"""Who is told what, by the rules that the person wrote."""

from __future__ import annotations

from collections.abc import Iterable

from relapse import _core
from relapse._errors import InvalidInput
from relapse._reading.times import Moment, to_days
from relapse._reading.zones import zone as zone_of


def apply_contact_rules(
    plan: _core.Plan,
    *,
    now: Moment,
    levels: Iterable[tuple[Moment, str]] = (),
    flags: Iterable[tuple[str, Moment, Moment | None]] = (),
    last_check_in: Moment | None = None,
    sent: Iterable[_core.Message] = (),
    zone: _core.Zone | None = None,
    locale: str = "en",
) -> _core.ContactDecision:
    """Return the messages that the plan's contact rules ask for at a moment, and why.

    Deterministic, and apart from any model. Nothing is sent from here: whoever sends the
    messages passes those really sent as `sent` the next time.

    Parameters
    ----------
    plan
        The plan with its contacts, consents and rules.
    now
        The moment that is decided about.
    levels
        Level shown after each check-in, in the order of time.
    flags
        Each flag that was raised, when, and when it was dealt with (None: still up).
    last_check_in
        For rules that wait for silence.
    sent
        Messages that were really sent, in the order of time.
    zone
        For quiet hours and days; that of `plan.time_zone` when not given.
    locale
        Language of the sentences that say why.

    Raises
    ------
    InvalidInput
        Rules are impossible, overlap or contradict each other; a time lies after `now` or
        goes back; there are quiet hours and no zone.

    """
    return _core.apply_contact_rules(
        plan,
        _zone_for(plan) if zone is None else zone,
        to_days(now),
        [(to_days(time), level) for time, level in levels],
        [
            (flag, to_days(raised), None if lowered is None else to_days(lowered))
            for flag, raised, lowered in flags
        ],
        None if last_check_in is None else to_days(last_check_in),
        list(sent),
        locale,
    )


def find_rule_problems(plan: _core.Plan, locale: str = "en") -> list[_core.RuleProblem]:
    """Return what is impossible, overlapping or contradictory in a plan's rules.

    Each problem is said in the language of the locale.
    """
    return _core.find_rule_problems(plan, locale)


def _zone_for(plan: _core.Plan) -> _core.Zone:
    if plan.time_zone:
        return zone_of(plan.time_zone)
    if any(rule.quiet_from for rule in plan.contact_rules):
        raise InvalidInput(
            "contact rules: there are quiet hours, but neither `zone` nor the plan's "
            "time_zone says by which clock"
        )
    return zone_of("UTC")

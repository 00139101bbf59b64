"""Plain words for what a model computes: labels, levels, flags, times and shares.

Wording puts the person first and never blames: "return to use". Sources: NIDA "Words
Matter"; American Psychological Association guidance on person-first language.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Any

from relapse import _core
from relapse._report.wording import ENGLISH, Wording

LEVELS = tuple(_core.levels)

# Built-in determinants that say how long ago use was.
_SINCE_USE = ("log_days_since_use", "recent_use")

MINUS = "\N{MINUS SIGN}"
_WEEKDAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
#: The highest probability that is shown as a number.
MOST_SHOWN = 0.95
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Labels:
    """The words that a model document has for stages, items, determinants and answers."""

    def __init__(self, document: Mapping[str, Any], say: Wording = ENGLISH) -> None:
        self.say = say
        self._stages = _labels(document.get("stages", ()), say)
        self._items = _labels(document.get("items", ()), say)
        self._determinants = _labels(document.get("determinants", ()), say)
        self._asked = {item["id"]: item for item in document.get("items", ())}
        self._indicators = {
            d["id"] for d in document.get("determinants", ()) if d.get("indicator")
        }
        self._clocks = {
            d["id"]
            for d in document.get("determinants", ())
            if d.get("builtin") in _SINCE_USE
        }
        self._behind = {
            d["id"]: [d[key] for key in ("item", "exposure", "efficacy") if d.get(key)]
            for d in document.get("determinants", ())
        }
        self._relative = {
            d["id"] for d in document.get("determinants", ()) if d.get("relative_to")
        }
        #: Determinants whose name says the opposite of a high answer, or of a fall.
        self._adverse = {
            d["id"]: d["item"]
            for d in document.get("determinants", ())
            if d.get("item")
            and (d["id"] in self._relative or _runs_down(self._asked.get(d["item"], {})))
        }
        self._brief: dict[str, str] = {}
        for rule in document.get("determinants", ()):
            words = brief(self.determinant(rule["id"]), say)
            for key, asked in (("exposure", "met"), ("efficacy", "confidence")):
                if rule.get(key):
                    self._brief[rule[key]] = say(f"item.{asked}", words)
        self._flags = {
            item["flag"]: self._items[item["id"]]
            if item.get("label")
            else spaced(item["flag"]).capitalize()
            for item in document.get("items", ())
            if item.get("role") == "safety" and "flag" in item
        }

    def stage(self, stage: str) -> str:
        return self._stages.get(stage, spaced(stage))

    def item(self, item: str) -> str:
        return self._items.get(item, spaced(item))

    def brief_item(self, item: str) -> str:
        """Return an item in few words: those of a situation by the situation."""
        return self._brief.get(item) or brief(self.item(item), self.say)

    def determinant(self, determinant: str) -> str:
        return self._determinants.get(determinant, spaced(determinant))

    def flag(self, flag: str) -> str:
        words = self._flags.get(flag) or self.say.get(f"flag.{flag}", "")
        return words or spaced(flag).capitalize()

    def flags(self, flags: Sequence[str], unreadable: Sequence[str]) -> list[str]:
        """Return flags in words; of one whose answer could not be read, that as well."""
        return [
            self.say("flag.unreadable", self.flag(flag))
            if flag in unreadable
            else self.flag(flag)
            for flag in flags
        ]

    def driver(self, kind: str, id: str) -> str:  # noqa: A002 (the name of the field)
        """Return what a contribution to the change of risk comes from."""
        if kind in ("time", "known", "remainder", "came", "use_unknown"):
            return self.say(f"driver.{kind}")
        if kind == "determinant":
            return self.determinant(id)
        return self.say("driver.and").join(self.item(item) for item in id.split("+"))

    def reason(
        self,
        kind: str,
        id: str,  # noqa: A002
        change: float,
        answers: Mapping[str, float],
        *,
        answer_follows: bool = False,
    ) -> str:
        """Return a contribution as it reads beside its sign, and beside the answer.

        A determinant is named by what is adverse, such as little support. Beside a good
        answer, or lowering the risk, that would say the opposite: there it goes by what
        was asked. With `answer_follows`, the answer stands beside it.
        """
        item = self._adverse.get(id) if kind == "determinant" else None
        if item is None:
            return self.driver(kind, id)
        given = answers.get(item)
        is_relative = id in self._relative
        if change > 0.0 and (
            is_relative
            or given is None
            or (not answer_follows and self._is_in_worse_half(item, given))
        ):
            return self.driver(kind, id)
        asked = self.item(item)
        return self.say("driver.beside_usual", asked) if is_relative else asked

    def _is_in_worse_half(self, item: str, answer: float) -> bool:
        good, bad = map(float, self._asked[item]["scale"])
        return (answer - good) / (bad - good) >= 0.5

    def role(self, role: str) -> str:
        """Return whom a contact is to the person: a known word in the language."""
        plain = role.strip().lower()
        known = self.say.known(plain)
        return known if known != plain else role

    def is_indicator(self, determinant: str) -> bool:
        """Whether a determinant tells groups of people apart, and nothing of a day."""
        return determinant in self._indicators

    def indicator_items(self) -> set[str]:
        """Return the items that tell groups of people apart."""
        return {item for d in self._indicators for item in self._behind[d]}

    def is_asked(self, item: str) -> bool:
        """Whether an item has a question: a test, or a week of a study, has none."""
        return bool(self._asked.get(item, {}).get("question"))

    def is_since_use(self, determinant: str) -> bool:
        """Whether a determinant says how long ago use was."""
        return determinant in self._clocks

    def items_behind(self, kind: str, id: str) -> list[str]:  # noqa: A002
        """Return the items whose answers a contribution comes from."""
        if kind == "determinant":
            return self._behind.get(id, [])
        return id.split("+") if kind in ("sign", "excluded") else []

    def answer(self, item: str, value: float | str) -> str:
        """Return an answer with its scale: 3 of 4; 3 on 1 to 5; yes; often."""
        asked = self._asked.get(item, {})
        names = asked.get("labels")
        if isinstance(value, str):
            return value
        if names and float(value).is_integer() and 0 <= value < len(names):
            return self.say.known(str(names[int(value)]))
        ends = asked.get("scale")
        if ends is None and asked.get("family") == "categorical":
            ends = [0, asked.get("levels", 1) - 1]
        if ends is not None:
            low, high = sorted(map(float, ends))
            given = number(value, self.say)
            if low == 0.0:
                return self.say("answer.of", given, number(high))
            return self.say("answer.on", given, number(low), number(high))
        if asked.get("family") == "bernoulli" or asked.get("role") == "safety":
            return self.say("answer.yes" if value > 0 else "answer.no")
        return number(value, self.say)


def _labels(things: Sequence[Mapping[str, Any]], say: Wording) -> dict[str, str]:
    return {
        thing["id"]: say.known(str(thing.get("label") or spaced(thing["id"])))
        for thing in things
    }


def _runs_down(item: Mapping[str, Any]) -> bool:
    """Whether a high answer is the good one."""
    good, bad = item.get("scale") or (0.0, 1.0)
    return bool(good > bad)


def spaced(id: str) -> str:  # noqa: A002
    """Return an id as words."""
    return id.replace("_", " ")


def brief(label: str, say: Wording = ENGLISH) -> str:
    """Return a label as it stands within a line.

    Nothing is cut: a label without its end may say the opposite. Other languages keep
    their capitals.
    """
    english = say.language == ENGLISH.language
    begins = label[1:2].islower() or label.startswith("A ")
    return label[:1].lower() + label[1:] if begins and english else label


def percent(probability: float, say: Wording = ENGLISH) -> str:
    """Return a probability to a tenth of a percent, as people read it.

    Never 0 unless it is; above 95 % as "over 95 %": no model knows a person better.
    """
    if probability > MOST_SHOWN:
        return say("share.over", f"{MOST_SHOWN * 100:.0f}")
    if 0.0 < probability * 100.0 < 0.05:
        return say.decimals("< 0.1 %")
    return say.decimals(f"{probability * 100.0:.1f} %")


def percent_range(low: float, high: float, say: Wording = ENGLISH) -> str:
    """Return an interval of probabilities, such as 12.3 to 18.0 %."""
    if low > MOST_SHOWN:
        return percent(low, say)
    return say("share.range", percent(low, say).removesuffix(" %"), percent(high, say))


def share_of(count: int, whole: int, say: Wording) -> str:
    """Return what was counted as a share of a whole, to a tenth of a percent."""
    return say.decimals(f"{100.0 * count / whole:.1f} %")


def points(change: float, say: Wording = ENGLISH) -> str:
    """Return a difference of probabilities in percentage points, with its sign."""
    value = round(change * 100.0, 1)
    sign = "" if value == 0.0 else "+" if value > 0.0 else MINUS
    return sign + say.decimals(f"{abs(value):.1f}")


def number(value: float, say: Wording = ENGLISH) -> str:
    """Return a number without a needless fraction."""
    whole = float(value).is_integer()
    return str(int(value)) if whole else say.decimals(f"{value:.4g}")


def days_text(days: float, say: Wording = ENGLISH) -> str:
    """Return a length of time in days, in words: 1 day, 7 days, 2.5 days."""
    return say("length.day") if days == 1 else say("length.days", number(days, say))


def days_after(days: float, say: Wording) -> str:
    """Return the same as it stands after "after"."""
    if days == 1:
        return say("length.after_day")
    return say("length.after_days", number(days, say))


def how_many(count: int, one: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {one if count == 1 else one + 's'}"


class Clock:
    """Writes times: dates where check-ins carry timestamps, otherwise days."""

    def __init__(
        self,
        dated: bool,
        zone: datetime.tzinfo | None = None,
        say: Wording = ENGLISH,
    ) -> None:
        self.dated = dated
        self.zone = zone or datetime.timezone.utc
        self._say = say

    def moment(self, time: float) -> datetime.datetime:
        """Return the moment of a time in days since 1970, in the zone of the clock."""
        return (_EPOCH + datetime.timedelta(days=time)).astimezone(self.zone)

    def full(self, time: float) -> str:
        """Return a time with all that is known: 26 May 2026, 08:12 (UTC+02:00)."""
        if not self.dated:
            return self._undated(time)
        moment = self.moment(time)
        month = self._say(f"date.month.{moment.month:02}")
        return self._say(
            "date.full",
            moment.day,
            month,
            moment.year,
            f"{moment:%H:%M}",
            self.zone_name(time),
        )

    def date(self, time: float) -> str:
        """Return a date with its year: 26 May 2026."""
        return self.full(time).partition(", ")[0]

    def short(self, time: float) -> str:
        """Return a time for a table: 26 May, 08:12."""
        if not self.dated:
            return self._undated(time)
        moment = self.moment(time)
        return self._say("date.short", moment.day, self._month(moment), f"{moment:%H:%M}")

    def day(self, time: float) -> str:
        """Return a day for an axis: 26 May."""
        if not self.dated:
            return number(time, self._say)
        moment = self.moment(time)
        return self._say("date.day", moment.day, self._month(moment))

    def _month(self, moment: datetime.datetime) -> str:
        return self._say(f"date.month.{moment.month:02}.short")

    def _undated(self, time: float) -> str:
        return self._say("date.undated", self._say.decimals(f"{time:.1f}"))

    def zone_name(self, time: float) -> str:
        """Return the name of the zone: UTC, UTC+02:00."""
        offset = self.moment(time).utcoffset() or datetime.timedelta()
        minutes = round(offset.total_seconds() / 60)
        if minutes == 0:
            return "UTC"
        sign = "+" if minutes > 0 else MINUS
        return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"

    def weekday(self, time: float) -> str:
        """Return a day with its weekday: Tuesday, 26 May."""
        if not self.dated:
            return self._undated(time)
        moment = self.moment(time)
        month = self._say(f"date.month.{moment.month:02}")
        day = self._say("date.day", moment.day, month)
        return self._say(
            "date.weekday", self._say(f"weekday.{_WEEKDAYS[moment.weekday()]}"), day
        )

    def midnight_before(self, time: float) -> float:
        """Return the start of the day of a time."""
        if not self.dated:
            return math.floor(time)
        moment = self.moment(time)
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        return (midnight - _EPOCH) / datetime.timedelta(days=1)

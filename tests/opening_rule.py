# SPDX-License-Identifier: BSD-3-Clause
"""The rule of the calendars read literally, by the clock on the wall: what the library's own reading is held against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from corridor.schema import Calendar
from corridor.vocabulary import WEEKDAYS


def by_the_rule(rows: Sequence[Calendar], moment: datetime) -> bool:
    """Tell whether a subject with these rows is open at a moment."""
    in_force = False
    for row in rows:
        wall = moment.astimezone(ZoneInfo(row.timezone)).replace(tzinfo=None)
        in_force |= (row.from_ or "0") <= wall.date().isoformat() <= (row.to or "9")
        for day in (wall.date(), wall.date() - timedelta(days=1)):
            if not (row.from_ or "0") <= day.isoformat() <= (row.to or "9"):
                continue
            if (row.months and day.month not in row.months) or (row.days and WEEKDAYS[day.weekday()] not in row.days):
                continue
            if row.every_days > 1 and (day - date.fromisoformat(row.from_)).days % row.every_days:
                continue
            midnight = datetime.combine(day, datetime.min.time())
            begin, end = (
                midnight + timedelta(hours=int(text[:2]), minutes=int(text[3:])) for text in (row.opens, row.closes)
            )
            if end <= begin:
                end += timedelta(days=1)
            if begin <= wall < end:
                return True
    return not in_force

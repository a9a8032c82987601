"""Training attendances as counts per unit, programme and year; groups under five people are merged before anything is kept."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulation.city import SMALLEST_GROUP, Course, Trained
from simulation.city_training import OTHER_UNITS

OTHER_PROGRAMMES = "other_programmes"


@dataclass(frozen=True)
class Attendance:
    """One row on its way into the counts.

    Attributes:
        status: pns, pppk or None. person: digest of this reading, None if the row names nobody.
        pre, post: scores, 0-100. applied: whether it is applied at work, None if not visited. cost_rp: None if not known.
    """

    unit: str
    programme: str
    year: int
    jp: float
    status: str | None
    person: bytes | None
    pre: float | None
    post: float | None
    applied: bool | None
    cost_rp: float | None


def size(rows: Sequence[Attendance]) -> int:
    """Different people in some rows; a row without a number is taken for somebody else."""
    return len({row.person for row in rows} - {None}) + sum(row.person is None for row in rows)


def courses_of(rows: Sequence[Attendance], units: Sequence[str], programmes: Sequence[str]) -> tuple[tuple[Course, ...], int, int]:
    """Counts per unit, programme and year, then attendances merged and attendances left out.

    Fewer than five people in a programme join the other small programmes of the unit and year, then those of other units in
    the year; a rest still under five takes in the smallest group of the year, and is left out if there is none.
    """
    groups: dict[tuple[str, str, int], list[Attendance]] = {}
    for row in rows:
        groups.setdefault((row.unit, row.programme, row.year), []).append(row)
    in_unit = _gathered(groups, lambda key: (key[0], OTHER_PROGRAMMES, key[2]))
    in_city = _gathered(in_unit, lambda key: (OTHER_UNITS, OTHER_PROGRAMMES, key[2]))
    kept, left_out = _absorbed(in_city, lambda key: key[2])
    moved = sum(len(own) for key, own in kept.items() if key[1] == OTHER_PROGRAMMES)
    places, names = {u: i for i, u in enumerate(units)}, {p: i for i, p in enumerate(programmes)}
    order = sorted(kept, key=lambda k: (places.get(k[0], len(places)), names.get(k[1], len(names)), k[1] == OTHER_PROGRAMMES, k[1], k[2]))
    return tuple(_course(*key, kept[key]) for key in order), moved, left_out


def _gathered(groups: dict, other: Callable) -> dict:
    """The groups, those under five people gathered under another key."""
    done: dict = {}
    for key, rows in groups.items():
        done.setdefault(key if size(rows) >= SMALLEST_GROUP else other(key), []).extend(rows)
    return done


def _absorbed(groups: dict, part: Callable) -> tuple[dict, int]:
    """The groups, a rest under five taking in the smallest other group of its part; then rows left out."""
    done, left_out = dict(groups), 0
    for key in [key for key, rows in groups.items() if size(rows) < SMALLEST_GROUP]:
        others = [k for k in done if k != key and part(k) == part(key)]
        rest = done.pop(key)
        if others:
            smallest = min(others, key=lambda k: (size(done[k]), k))
            done[key] = done.pop(smallest) + rest
        else:
            left_out += len(rest)
    return done, left_out


def _course(unit: str, programme: str, year: int, rows: Sequence[Attendance]) -> Course:
    both = [(row.pre, row.post) for row in rows if row.pre is not None and row.post is not None]
    visited = [row.applied for row in rows if row.applied is not None]
    costs = [row.cost_rp for row in rows if row.cost_rp is not None]
    pre_mean = pre_sd = post_mean = gain_mean = gain_se = None
    if len(both) >= SMALLEST_GROUP:
        pre, post = ([pair[i] for pair in both] for i in (0, 1))
        gain = [after - before for before, after in both]
        pre_mean, post_mean, gain_mean = (statistics.fmean(x) for x in (pre, post, gain))
        pre_sd, gain_se = statistics.stdev(pre), statistics.stdev(gain) / math.sqrt(len(gain))
    return Course(unit, programme, year, len(rows), math.fsum(row.jp for row in rows), len(both), pre_mean, pre_sd, post_mean,
                  gain_mean, gain_se, len(visited), sum(visited) / len(visited) if len(visited) >= SMALLEST_GROUP else None,
                  len(costs), math.fsum(costs) if costs else None)


@dataclass(frozen=True)
class PersonYear:
    """JP of one person in one year, in the unit of most of them; status None if not known, "both" if the rows disagree."""

    unit: str
    year: int
    jp: float
    status: str | None


def people_of(rows: Sequence[Attendance], units: Sequence[str]) -> list[PersonYear]:
    """JP per person and year; rows that name nobody are not among them."""
    by_person: dict[tuple[bytes, int], list[Attendance]] = {}
    for row in rows:
        if row.person is not None:
            by_person.setdefault((row.person, row.year), []).append(row)
    place, people = {unit: i for i, unit in enumerate(units)}, []
    for (_, year), own in by_person.items():
        jp = {unit: math.fsum(row.jp for row in own if row.unit == unit) for unit in {row.unit for row in own}}
        unit = min(jp, key=lambda u: (-jp[u], place[u]))
        status = {row.status for row in own} - {None}
        people.append(PersonYear(unit, year, math.fsum(row.jp for row in own), "both" if len(status) > 1 else next(iter(status), None)))
    return people


def trained_of(people: Sequence[PersonYear], units: Sequence[str], status_known: bool, entitlement: float,
               ceiling: float) -> tuple[Trained, ...]:
    """People per unit and year; units under five people in a year are merged as `courses_of` does.

    Args:
        entitlement: JP a year that each PNS is due. ceiling: JP a year that a PPPK may have at most.
    """
    groups: dict[tuple[str, int], list[PersonYear]] = {}
    for person in people:
        groups.setdefault((person.unit, person.year), []).append(person)
    small = {key for key, own in groups.items() if len(own) < SMALLEST_GROUP}
    for key in small:
        groups.setdefault((OTHER_UNITS, key[1]), []).extend(groups.pop(key))
    for key in [key for key, own in groups.items() if len(own) < SMALLEST_GROUP]:
        rest, others = groups.pop(key), [k for k in groups if k[1] == key[1]]
        if others:
            groups[key] = rest + groups.pop(min(others, key=lambda k: (len(groups[k]), k)))
    place = {unit: i for i, unit in enumerate(units)}
    return tuple(_trained(unit, year, groups[unit, year], status_known, entitlement, ceiling)
                 for unit, year in sorted(groups, key=lambda k: (place.get(k[0], len(place)), k[1])))


def _trained(unit: str, year: int, people: list[PersonYear], status_known: bool, entitlement: float, ceiling: float) -> Trained:
    if not status_known:
        return Trained(unit, year, len(people), None, None, None, None)
    pns, pppk = ([p.jp for p in people if p.status == status] for status in ("pns", "pppk"))
    return Trained(unit, year, len(people), len(pns), sum(jp >= entitlement for jp in pns), len(pppk), sum(jp > ceiling for jp in pppk))

"""How each indicator is counted from the city's files, with a 95 % interval where it rests on a sample.

A measure is kept per indicator and unit; the unit None is the whole city. Intervals are those of simple random samples:
people of one class or one day are alike, so true intervals are somewhat wider.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scipy.special import stdtrit
from scipy.stats import chi2

from simulation.analysis.monitoring_files import Counts
from simulation.city import SMALLEST_GROUP
from simulation.ip_asn import ip_asn

LEVEL = 0.95
Z = 1.959963984540054  # 97.5 % point of the normal distribution


@dataclass(frozen=True)
class Measure:
    """An indicator's value, its interval (None where nothing is sampled) and how many people or visits it rests on."""

    value: float
    n: int | None
    low: float | None = None
    high: float | None = None


Measures = dict[str, dict[str | None, Measure]]


def from_mean(mean: float, se: float, n: int) -> Measure:
    """A mean with its t interval, `mean +- t(n - 1) * se`; a mean of one has no interval that could be known."""
    if n < 2 or not math.isfinite(se):
        return Measure(mean, n, -math.inf, math.inf)
    reach = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * se
    return Measure(mean, n, mean - reach, mean + reach)


def from_share(count: float, n: int) -> Measure:
    """A share with Wilson's interval (Wilson 1927, Journal of the American Statistical Association 22).

    >>> m = from_share(8, 10)
    >>> round(m.low, 3), round(m.high, 3)
    (0.49, 0.943)
    """
    share, z2 = count / n, Z * Z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Measure(share, n, min(max(0.0, centre - reach), share), max(min(1.0, centre + reach), share))


def from_rate(count: int, exposure: int, per: float = 1000.0) -> Measure:
    """Events per `per` people with the exact interval of a Poisson count (Garwood 1936, Biometrika 28).

    >>> m = from_rate(10, 1000)
    >>> round(m.low, 3), round(m.high, 3)
    (4.795, 18.39)
    """
    tail = (1 - LEVEL) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    high = float(chi2.ppf(1 - tail, 2 * (count + 1))) / 2
    return Measure(per * count / exposure, exposure, per * low / exposure, per * high / exposure)


def spending(counts: Counts, year: int) -> Measures:
    """Absorption, participants and cost per participant of a year."""
    rows = counts.of(year)
    counted = [row for row in rows if row.participants is not None]
    budget, people = math.fsum(row.budget for row in rows), sum(row.participants for row in counted)
    found: Measures = {}
    if budget > 0:
        found["budget_absorption"] = {None: Measure(math.fsum(row.spent for row in rows) / budget, None)}
    if counted:
        found["participants"] = {None: Measure(people, people)}
    if people:
        cost = math.fsum(row.spent for row in counted) / people
        found["cost_per_participant"] = {None: Measure(cost, people)}
    return found


def evaluation(counts: Counts, year: int) -> Measures:
    """Rating at the end of courses and share applying at follow-up, per unit and for the city."""
    rows = counts.of(year)
    return without_empty({
        "reaction_score": per_unit([row for row in rows if row.raters], _rating),
        "applied_share": per_unit([row for row in rows if row.visited],
                                   lambda r: from_share(sum(x.applying for x in r), sum(x.visited for x in r))),
    })


def complaints(counts: Counts, year: int) -> Measures:
    """Complaints per 1,000 people served, per unit and for the city."""
    rows = [row for row in counts.of(year) if row.served]
    return without_empty({"complaints_per_1000": per_unit(
        rows, lambda r: from_rate(sum(x.complaints for x in r), sum(x.served for x in r)))})


def profiles(counts: Counts, year: int) -> Measures:
    """Index of professionalism per unit and for the city; a group under five has a count and no index."""
    return without_empty({"ip_asn": per_unit([row for row in counts.of(year) if row.people], _index)})


def _index(rows: list) -> Measure:
    people: dict = {}
    for row in rows:
        people[row.profile] = people.get(row.profile, 0) + row.people
    total = sum(people.values())
    return Measure(ip_asn(people).mean if total >= SMALLEST_GROUP else math.nan, total)


def _rating(rows: list) -> Measure:
    return pooled([(row.raters, row.rating, row.rating_sd) for row in rows])


def pooled(parts: Sequence[tuple[int, float, float]]) -> Measure:
    """Mean over the people of several groups, (n, mean, SD) each; the interval holds the spread within and between them."""
    n = sum(size for size, _, _ in parts)
    mean = math.fsum(size * value for size, value, _ in parts) / n
    squares = math.fsum((size - 1) * sd ** 2 + size * (value - mean) ** 2 for size, value, sd in parts)
    return from_mean(mean, math.sqrt(squares / (n - 1) / n) if n > 1 else math.nan, n)


def per_unit(rows: list, measure: Callable[[list], Measure]) -> dict[str | None, Measure]:
    """One measure per unit that is named, and the city's over all rows."""
    units = sorted({row.unit for row in rows} - {None})
    groups: Iterable = [(None, rows)] if rows else []
    groups = [*groups, *((unit, [row for row in rows if row.unit == unit]) for unit in units)]
    return {unit: measure(sorted(group, key=repr)) for unit, group in groups}  # sorted: no result hangs on row order


def without_empty(found: Measures) -> Measures:
    return {name: by_unit for name, by_unit in found.items() if by_unit}

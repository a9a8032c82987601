"""The numbers of the workbook as tidy data frames, without a word or a format; imports nothing that presents."""

from __future__ import annotations

import numpy as np

from simulation.city import SMALLEST_GROUP
from simulation.intake.small_groups import pooled
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.outcome import QUANTILES

OTHERS = "other_units"  # units under five people, and as many of the next as make the group large enough
BANDS = tuple(f"p{100 * q:02.0f}" for q in QUANTILES)


def _by_year(per_quarter: np.ndarray, years: int) -> np.ndarray:
    """Sums over the quarters of each year: (..., quarters, cells) -> (..., years, cells)."""
    return per_quarter.reshape(*per_quarter.shape[:-2], years, QUARTERS_PER_YEAR, per_quarter.shape[-1]).sum(axis=-2)


def plan_by_unit(outcome):
    """Seats, JP and money of every unit and year; units under five people together as `other_units`.

    An offer's cost of a year is shared out over its seats of that year, so the costs add up to the plan's. JP include
    refreshers, seats do not: a refresher is part of the price of its first seat.
    """
    import pandas as pd

    city, plan, years = outcome.city, outcome.plan, outcome.scenario.years
    offers = len(plan.offer_classes)
    seats = _by_year(plan.share[:offers], years) * city.heads
    cost = plan.offer_classes * outcome.scenario.prices[:, None]
    total = seats.sum(axis=-1)
    price = np.divide(cost, total, out=np.zeros_like(cost, dtype=float), where=total > 0)
    cells = {"seats": seats.sum(axis=0), "jp": plan.jp_per_year() * city.heads, "cost_rp": np.einsum("oyc,oy->yc", seats, price)}
    asn = np.bincount(city.cell_unit, city.heads, len(city.units))
    together = pooled({unit.id: int(n) for unit, n in zip(city.units, asn, strict=True)})
    names = np.array([OTHERS if unit.id in together else unit.id for unit in city.units])
    frames = []
    for year in range(years):
        frame = pd.DataFrame({"unit": names, "year": outcome.scenario.start_year + year, "asn": asn.astype(int)})
        for key, values in cells.items():
            frame[key] = np.bincount(city.cell_unit, values[year], len(city.units))
        frames.append(frame.groupby(["unit", "year"], sort=False, as_index=False).sum())
    found = pd.concat(frames, ignore_index=True)
    order = {name: i for i, name in enumerate([*(n for n in names if n != OTHERS), OTHERS])}
    found = found.sort_values(["unit", "year"], key=lambda s: s.map(order) if s.name == "unit" else s, ignore_index=True)
    found["asn"] = found["asn"].where(found["asn"] >= SMALLEST_GROUP).astype(float)  # a city of four people in all
    found.insert(5, "jp_per_asn", found["jp"] / found["asn"])
    return found


def classes(outcome):
    """Classes, seats and money per programme and year, for programmes held in any year."""
    import pandas as pd

    plan, catalogue, start = outcome.plan, outcome.scenario.catalogue, outcome.scenario.start_year
    rows = [(catalogue.ids[p], start + y, int(plan.classes[p, y]), plan.seats[p, y], catalogue.hours_jp[p], plan.cost_rp[p, y])
            for p in np.flatnonzero(plan.classes.any(axis=1)) for y in range(plan.classes.shape[1])]
    return pd.DataFrame(rows, columns=["programme", "year", "classes", "seats", "hours_jp", "cost_rp"])


def offers(outcome):
    """The same per offer, numbered from 1 as in the scenario; empty without offers. `asked` counts before room and seats."""
    import pandas as pd

    scenario, plan = outcome.scenario, outcome.plan
    columns = ["offer", "year", "asked", "classes", "seats", "price_rp", "cost_rp"]
    if not scenario.offers:
        return pd.DataFrame([], columns=columns)
    seats = _by_year(plan.share[:len(plan.offer_classes)], scenario.years) @ outcome.city.heads
    price = scenario.prices
    rows = [(o + 1, scenario.start_year + y, offer.by_year(scenario.years)[y], int(plan.offer_classes[o, y]), seats[o, y], price[o],
             plan.offer_classes[o, y] * price[o]) for o, offer in enumerate(scenario.offers) for y in range(scenario.years)]
    return pd.DataFrame(rows, columns=columns)


def budgets(outcome):
    """Budget, cost and what is left, rupiah; seats; largest share of PNS with 20 JP and share of PPPK over their ceiling, per year."""
    import pandas as pd

    plan, years = outcome.plan, outcome.scenario.years
    return pd.DataFrame({
        "year": outcome.scenario.start_year + np.arange(years), "budget_rp": plan.budget_rp, "cost_rp": plan.cost_rp.sum(axis=0),
        "unspent_rp": plan.unspent_rp, "seats": plan.seats.sum(axis=0), "reach_20jp": outcome.share_reaching_20jp(),
        "over_ceiling": outcome.share_pppk_above_ceiling(), "budget_share": outcome.budget_share(),
    })


def yearly(outcome):
    """Mean and quantiles of the city's indicators, one row per indicator, part and year; the year before the first is the start.

    `part` is a staff group or a level, "city" for the whole. Groups under five people are left out.
    """
    import pandas as pd

    city, years = outcome.city, range(outcome.scenario.years + 1)
    heads = np.bincount(city.cell_group, city.heads, len(city.groups))
    shown = [group for group, n in zip(city.groups, heads, strict=True) if n >= SMALLEST_GROUP]
    series = {(name, "city"): np.stack([factor * outcome.year_mean(values, y) for y in years])
              for name, values, factor in (("ikm", outcome.city_ikm, 1), ("waiting", outcome.waiting_minutes, 1),
                                           ("hours_waited", outcome.hours_waited, QUARTERS_PER_YEAR))}
    series |= {("meeting_standard", group or "city"): outcome.meeting_standard(group) for group in (None, *shown)}
    series["job_person_match", "city"] = outcome.job_person_match()
    for group in (None, *(["frontline"] if "frontline" in shown else [])):
        shares = outcome.level_shares(group)
        series |= {(f"level_{group or 'all'}", str(k + 1)): shares[k] for k in range(len(shares))}
    return pd.concat([_quantile_frame(values, outcome.scenario.start_year, indicator=name, part=part)
                      for (name, part), values in series.items()], ignore_index=True)


def _quantile_frame(values: np.ndarray, start_year: int, **labels):
    """One row per year of (years + 1, draws), with mean and quantiles."""
    import pandas as pd

    frame = pd.DataFrame({**labels, "year": start_year - 1 + np.arange(len(values)), "mean": values.mean(axis=-1)})
    return frame.assign(**dict(zip(BANDS, np.quantile(values, QUANTILES, axis=-1), strict=True)))


def units_yearly(outcome):
    """Quantiles of the IKM of every unit and of the minutes of its counters, weighted by visits, per year."""
    import pandas as pd

    city, frames = outcome.city, []
    years = range(outcome.scenario.years + 1)
    ikm = np.stack([outcome.year_mean(outcome.ikm, y) for y in years], axis=1)
    minutes = np.stack([outcome.year_mean(outcome.arrays["minutes"], y) for y in years], axis=1)
    for u, unit in enumerate(city.units):
        frames.append(_quantile_frame(ikm[u], outcome.scenario.start_year, unit=unit.id, indicator="ikm"))
        own = np.flatnonzero(city.counters.unit == u)
        if len(own):
            visits = city.counters.volume_per_year[own]
            waiting = np.einsum("s,syd->yd", visits / visits.sum(), minutes[own])
            frames.append(_quantile_frame(waiting, outcome.scenario.start_year, unit=unit.id, indicator="waiting"))
    return pd.concat(frames, ignore_index=True).drop(columns="mean")


def differences(comparison):
    """`Comparison.table` with the distances from the median to both ends, which error bars need."""
    frame = comparison.table()
    return frame.assign(below=frame["p50"] - frame["p05"], above=frame["p95"] - frame["p50"])


def gain(comparison):
    """Quantiles of the IKM difference per quarter, and the width of the band, which a band chart needs."""
    import pandas as pd

    series = comparison.series() if comparison.a.quarters == comparison.b.quarters else _common(comparison)
    time = np.arange(len(series))
    frame = pd.DataFrame({"time": time, "start_year": comparison.a.scenario.start_year})
    frame = frame.assign(**dict(zip(BANDS, np.quantile(series, QUANTILES, axis=-1), strict=True)))
    return frame.assign(width=frame["p95"] - frame["p05"])


def _common(comparison) -> np.ndarray:
    """The difference over the quarters that both scenarios have."""
    last = min(comparison.a.quarters, comparison.b.quarters) + 1
    return comparison.a.city_ikm[:last] - comparison.b.city_ikm[:last]

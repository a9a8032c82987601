"""What a plan buys as tidy data frames: per unit, programme, offer and year."""

from __future__ import annotations

import numpy as np

from simulation.city import SMALLEST_GROUP
from simulation.intake.small_groups import pooled
from simulation.model.training import QUARTERS_PER_YEAR

OTHERS = "other_units"  # units under five people, and as many of the next as make the group large enough


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

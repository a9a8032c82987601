"""What it costs and what it is worth: hours, money, cost per point, benefit-cost ratio.

Money is in rupiah of the base year. Benefits count citizens' time at the counters only; better advice, fewer errors
and pupils' attainment have no price here, and neither has hurrying: time counts at today's pace where a scenario shortens service below it.
"""

from __future__ import annotations

import numpy as np

QUARTERS_PER_YEAR = 4


def hours_waited(minutes: np.ndarray, turned_away: np.ndarray | float, volume_per_year: np.ndarray) -> np.ndarray:
    """Hours at the counters of the citizens served, per quarter, (time, draws).

    Args:
        minutes: mean minutes of a visit served, (services, time, draws).
        turned_away: share of visits that are not served, the same shape, or 0.
        volume_per_year: visits, (services,).
    """
    return np.einsum("s,std->td", volume_per_year / QUARTERS_PER_YEAR / 60.0, minutes * (1.0 - turned_away))


def discounted(per_quarter: np.ndarray, rate) -> np.ndarray:
    """Present value of quarterly amounts, (draws,); the amount of quarter q falls in its middle.

    Args:
        per_quarter: (quarters, draws) or (quarters, 1).
        rate: yearly discount rate, (draws,) or scalar.
    """
    years = (np.arange(per_quarter.shape[0]) + 0.5) / QUARTERS_PER_YEAR
    return (per_quarter * (1.0 + np.asarray(rate)) ** -years[:, None]).sum(axis=0)


def cost_per_quarter(plan) -> np.ndarray:
    """Money spent, evenly over the quarters of each year, rupiah, (quarters, 1)."""
    return np.repeat(plan.cost_rp.sum(axis=0) / QUARTERS_PER_YEAR, QUARTERS_PER_YEAR)[:, None]


def staff_hours(plan, heads: np.ndarray, effective_hours: float) -> np.ndarray:
    """Working hours spent in courses and coaching, per quarter, (quarters,)."""
    return plan.in_class @ heads * effective_hours / QUARTERS_PER_YEAR


def worth(comparison) -> dict[str, np.ndarray]:
    """Value of a scenario against another, per draw.

    Returns:
        hours_saved: hours at the counters of citizens served, over all years.
        staff_hours_freed: staff hours at the counters freed over all years, hours in courses not taken off.
        benefit_rp, cost_rp: present values of the hours saved and of the extra money and working time.
        ratio: benefit / cost (NaN where there is no extra cost).
        rp_per_point: extra cost per IKM point in the last year (NaN where there is no gain).
        rp_per_participant, rp_per_jp: plain unit costs of the scenario itself, the same in every draw.
    """
    a, b = comparison.a, comparison.b
    quarters = min(a.quarters, b.quarters)
    saved = (b.hours_credited - a.hours_credited)[1:quarters + 1]
    freed = hours_waited(b.arrays["handling"] - a.arrays["handling"], 0.0, a.city.counters.volume_per_year)[1:quarters + 1]
    rate, wage = a.values["discount_rate"], a.values["citizen_wage"]
    hour = a.values["staff_cost_per_hour"]
    working_year = a.assumptions["effective_hours"].value
    extra = cost_per_quarter(a.plan)[:quarters] - cost_per_quarter(b.plan)[:quarters]
    away = (staff_hours(a.plan, a.city.heads, working_year)[:quarters]
            - staff_hours(b.plan, b.city.heads, working_year)[:quarters])[:, None] * hour
    cost = discounted(extra + away, rate)
    money = discounted(np.broadcast_to(extra, saved.shape), rate)
    benefit = discounted(saved * wage, rate)
    seats = a.plan.seats.sum()
    jp = (a.plan.seats.sum(axis=1) * a.scenario.catalogue.hours_jp).sum()
    spent = a.plan.cost_rp.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "hours_saved": saved.sum(axis=0), "staff_hours_freed": freed.sum(axis=0), "benefit_rp": benefit, "cost_rp": cost,
            "ratio": np.where(cost > 0, benefit / cost, np.nan),
            "rp_per_point": np.where((comparison.ikm > 0) & (money > 0), money / comparison.ikm, np.nan),
            "rp_per_participant": np.full(a.draws, spent / seats if seats else np.nan),
            "rp_per_jp": np.full(a.draws, spent / jp if jp else np.nan),
        }

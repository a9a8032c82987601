"""Indicators as tidy tables: one row per time and unit, service, group or level, one column per quantile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulation.city import SMALLEST_GROUP
from simulation.errors import InputError, unknown
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.outcome import QUANTILES

BANDS = tuple(f"p{100 * q:02.0f}" for q in QUANTILES)  # columns of the quantiles


@dataclass(frozen=True)
class Indicator:
    """How one indicator is read off an outcome.

    Attributes:
        unit: unit of measure.
        by: breakdown -> function of the outcome giving (names, array (names, time, draws)).
        yearly: whether time counts years, not quarters.
    """

    unit: str
    by: dict[str, Callable]
    yearly: bool = False


def _city(series: str):
    return lambda o: (["city"], getattr(o, series)[None])


def _units(array: str):
    return lambda o: ([u.id for u in o.city.units], o.arrays[array])


def _services(kind: str, array: str):
    return lambda o: (list(getattr(o.city, kind).ids), o.arrays[array])


def _groups(array: str):
    return lambda o: (list(o.city.groups), o.arrays[array])


def _meeting(o):
    return list(o.city.groups), np.stack([o.meeting_standard(g) for g in o.city.groups])


NAMES: dict[str, Indicator] = {
    "ikm": Indicator("IKM", {"city": _city("city_ikm"), "unit": _units("ikm")}),
    "skill": Indicator("SD", {"unit": _units("theta"), "group": _groups("in_use")}),
    "possessed": Indicator("SD", {"group": _groups("trained")}),
    "filled_posts": Indicator("share", {"group": _groups("filled")}),
    "waiting": Indicator("minutes", {"city": _city("waiting_minutes"), "service": _services("counters", "minutes")}),
    "within_standard": Indicator("share", {"service": _services("counters", "within")}),
    "turned_away": Indicator("share", {"service": _services("counters", "turned_away")}),
    "turnaround": Indicator("days", {"service": _services("casework", "days")}),
    "on_time": Indicator("share", {"service": _services("casework", "on_time")}),
    "refused": Indicator("share", {"service": _services("casework", "refused")}),
    "attainment": Indicator("SD", {"service": _services("schools", "attainment")}),
    "level_share": Indicator("share", {"level": lambda o: (["1", "2", "3", "4", "5"], o.level_shares())}, yearly=True),
    "job_person_match": Indicator("per cent", {"city": lambda o: (["city"], o.job_person_match()[None])}, yearly=True),
    "meeting_standard": Indicator("share", {"city": lambda o: (["city"], o.meeting_standard()[None]), "group": _meeting}, True),
}


def table(outcome, indicator: str, by: str, quantiles: tuple[float, ...]):
    """See `Outcome.table`."""
    import pandas as pd

    if indicator not in NAMES:
        raise InputError(unknown("unknown_indicator", indicator, NAMES))
    chosen = NAMES[indicator]
    if by not in chosen.by:
        raise InputError(unknown("unknown_breakdown", by, chosen.by))
    names, values = chosen.by[by](outcome)
    found = np.moveaxis(np.quantile(values, quantiles, axis=-1), 0, -1)
    points = values.shape[1]
    step = 1 if chosen.yearly else QUARTERS_PER_YEAR
    time = np.arange(points)
    year = np.where(time == 0, outcome.scenario.start_year - 1, outcome.scenario.start_year + (time - 1) // step)
    frame = pd.DataFrame({
        "scenario": outcome.scenario.key, "indicator": indicator, "unit_of_measure": chosen.unit, by: np.repeat(names, points),
        "year": np.tile(year, len(names)),
    })
    if not chosen.yearly:
        frame["quarter"] = np.tile(np.where(time == 0, 0, (time - 1) % QUARTERS_PER_YEAR + 1), len(names))
    for k, q in enumerate(quantiles):
        frame[f"p{100 * q:02.0f}"] = found[..., k].reshape(-1)
    return frame


def comparison_table(comparison):
    """See `Comparison.table`: one row per indicator of the difference."""
    import pandas as pd

    rows = [("ikm", "IKM", comparison.ikm), ("waiting_minutes", "minutes", comparison.waiting_minutes)]
    units = {"hours_saved": "hours", "staff_hours_freed": "hours", "benefit_rp": "rupiah", "cost_rp": "rupiah", "ratio": "ratio", "rp_per_point": "rupiah",
             "rp_per_participant": "rupiah", "rp_per_jp": "rupiah"}
    rows += [(name, units[name], value) for name, value in comparison.money().items()]
    records = []
    for name, unit, value in rows:
        low, middle, high = three(value)
        records.append({"indicator": name, "unit_of_measure": unit, "p05": low, "p50": middle, "p95": high,
                        "share_defined": float(np.mean(~np.isnan(value)))})
    return pd.DataFrame(records)


def three(values: np.ndarray) -> tuple[float, float, float]:
    """5, 50 and 95 % quantiles over the draws that are defined; NaN when none is."""
    defined = values[~np.isnan(values)]
    if not len(defined):
        return (float("nan"),) * 3
    low, middle, high = np.quantile(defined, (0.05, 0.5, 0.95))
    return float(low), float(middle), float(high)


def units_table(outcome, baseline, lang: str = "id"):
    """One row per unit in the last year: people (blank below five), people served, IKM then and now, difference from the baseline."""
    import pandas as pd

    city, year = outcome.city, min(outcome.scenario.years, baseline.scenario.years)
    end = outcome.year_mean(outcome.ikm, year)
    gain = end - baseline.year_mean(baseline.ikm, year)
    heads = np.bincount(city.cell_unit, city.heads, len(city.units)).astype(int)
    low, middle, high = np.quantile(gain, (0.05, 0.5, 0.95), axis=-1)
    return pd.DataFrame({
        "unit": [u.id for u in city.units], "name": [u.name(lang) for u in city.units],
        "asn": pd.array([n if n >= SMALLEST_GROUP else None for n in heads.tolist()], dtype="Int64"),
        "people_served": city.users.astype(int), "ikm_start": np.median(outcome.ikm[:, 0], axis=-1),
        "ikm_end": np.median(end, axis=-1), "p05": low, "p50": middle, "p95": high,
    })


def yearly_table(outcome):
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


def units_yearly_table(outcome):
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


def differences_table(comparison):
    """`Comparison.table` with the distances from the median to both ends, which error bars need."""
    frame = comparison_table(comparison)
    return frame.assign(below=frame["p50"] - frame["p05"], above=frame["p95"] - frame["p50"])


def gain_by_quarter(comparison):
    """Quantiles of the IKM difference over the common quarters (0 = the start), and the width of the band, which a band chart needs."""
    import pandas as pd

    series = comparison.series()
    frame = pd.DataFrame({"time": np.arange(len(series)), "start_year": comparison.a.scenario.start_year})
    frame = frame.assign(**dict(zip(BANDS, np.quantile(series, QUANTILES, axis=-1), strict=True)))
    return frame.assign(width=frame["p95"] - frame["p05"])

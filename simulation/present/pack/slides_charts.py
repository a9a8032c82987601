"""Native charts of the slides: their numbers can be edited, and they are the same numbers as in the pictures.

Each chart is planned first as a `Sheet` of numbers, then drawn. The workbook inside a chart holds the whole sheet, so that bands follow an edit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulation.indicators import three
from simulation.language import band, say
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.outcome import Comparison, quantiles
from simulation.present import verdicts, views
from simulation.present.views import distinct

NATIVE = ("differences", "gain", "ikm", "levels", "waiting")
LONGEST_NAME = 45  # letters of a name beside a bar; the table and the notes have it whole
STEPS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 10000.0, 1e6)  # between numbers of an axis
MOST_STEPS = 8
SMALLEST_LABEL = 4  # people out of 100: below, the number does not fit into its part of a bar


@dataclass(frozen=True)
class Series:
    """One row of marks.

    Attributes:
        name: in the legend. values: one per category.
        low, high: ends of the 90 % bands, drawn as whiskers; empty without them.
    """

    name: str
    values: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The numbers behind a chart.

    Attributes:
        kind: "bars", "fan" or "stack". categories: names, or pairs of group and name.
        series: in the order of drawing; of a fan the base and its three bands come first, then the lines.
        axis: title of the value axis. signed: whether its numbers carry a sign. ends: lowest and highest value that the axis must show.
        tones: of the single bars, names of verdicts; empty where a colour belongs to a series.
    """

    kind: str
    categories: tuple
    series: tuple[Series, ...]
    axis: str
    signed: bool
    ends: tuple[float, float]
    tones: tuple[str, ...] = ()

    def scale(self) -> tuple[float, float, float]:
        """Lowest and highest value of the axis and the step between its numbers, with zero on a step."""
        low, high = self.ends
        step = next(step for step in STEPS if (high - low) / step <= MOST_STEPS)
        return round(math.floor(round(low / step, 6)) * step, 6), round(math.ceil(round(high / step, 6)) * step, 6), step

    def number(self) -> str:
        """Number format of the axis."""
        step = self.scale()[2]
        plain = "0.00" if step * 10 % 1 else "0.0" if step % 1 else "0"
        return f"+{plain};-{plain};0" if self.signed else plain


def sheet(name: str, comparisons: Sequence[Comparison], lang: str) -> Sheet:
    """The numbers of an exhibit.

    Args:
        name: one of `NATIVE`. comparisons: as in the exhibit. lang: of the names.
    """
    if name == "differences":
        return differences(comparisons, lang)
    first = comparisons[0]
    if name == "gain":
        return fan([first.series()], [first.a], lang, 0.5, (-0.5, 1.5), say("chart.points", lang), True)
    outcomes = distinct([first.a, first.b])
    if name == "ikm":
        return fan([o.city_ikm for o in outcomes], outcomes, lang, 5.0, None, say("chart.ikm", lang), False)
    return levels(outcomes, lang) if name == "levels" else waiting(outcomes, lang)


def short(name: str, most: int = LONGEST_NAME) -> str:
    """A name in one line that leaves room for the chart."""
    name = clean(name)
    return name if len(name) <= most else name[:most - 1].rstrip() + "…"


def clean(text: str) -> str:
    """Text in one line without signs that a document cannot hold."""
    return "".join(sign for sign in " ".join(str(text).split()) if sign.isprintable())


def differences(comparisons: Sequence[Comparison], lang: str) -> Sheet:
    """Median and band of every option, its numbers and verdict beside its name."""
    options = [c for c in comparisons if c.a.scenario.id != c.b.scenario.id] or list(comparisons)
    ends = [three(c.ikm) for c in options]
    names = tuple(say("pack.chart.option", lang, name=short(c.a.scenario.name[lang]), band=band(*end, lang, sign=True),
                      verdict=verdicts.signed(c.verdict, lang)) for c, end in zip(options, ends, strict=True))
    low, middle, high = (tuple(column) for column in zip(*ends, strict=True))
    return Sheet("bars", names, (Series(say("pack.chart.median", lang), middle, low, high),), say("chart.points", lang), True,
                 _ends(low + high, 0.5, (-0.5, 0.5)), tuple(c.verdict for c in options))


def _ends(values, step: float, least: tuple[float, float] | None) -> tuple[float, float]:
    """Axis ends on whole steps, never closer than `least`: a small change must look small."""
    low, high = float(np.floor(np.min(values) / step) * step), float(np.ceil(np.max(values) / step) * step)
    return (min(low, least[0]), max(high, least[1])) if least else (low, high)


def fan(series: Sequence[np.ndarray], outcomes: Sequence, lang: str, step: float, least, axis: str, signed: bool) -> Sheet:
    """Bands and median of the first series, median and edges of the band of a second one; (time, draws) each."""
    first = quantiles(series[0])
    times = tuple(_quarter(t, outcomes[0].scenario.start_year, lang) for t in range(len(first)))
    p05, p25, p50, p75, p95 = first.T
    outer, inner = say("pack.chart.outer", lang), say("pack.chart.inner", lang)
    name = say("pack.chart.median", lang) if len(series) == 1 else short(outcomes[0].scenario.name[lang])
    rows = [(say("pack.chart.base", lang), p05), (outer, p25 - p05), (inner, p75 - p25), (outer, p95 - p75), (name, p50)]
    found = [first]
    for values, outcome in zip(series[1:], outcomes[1:], strict=True):
        other = short(outcome.scenario.name[lang])
        found.append(quantiles(values))
        edge = say("pack.chart.edge", lang, name=other)
        rows += [(other, found[-1][:, 2]), (edge, found[-1][:, 0]), (edge, found[-1][:, 4])]
    return Sheet("fan", times, tuple(Series(n, tuple(v.tolist())) for n, v in rows), axis, signed, _ends(np.stack(found), step, least))


def _quarter(t: int, start_year: int, lang: str) -> tuple[str, str]:
    """Year and quarter of a point of time; point 0 is the end of the year before."""
    year, part = divmod(t - 1, QUARTERS_PER_YEAR)
    return str(start_year + year), say("pack.chart.quarter", lang, part=("I", "II", "III", "IV")[part], number=part + 1)


def levels(outcomes: Sequence, lang: str, group: str = "frontline") -> Sheet:
    """People out of 100 at each level, year by year, one scenario after the other."""
    shares = [100.0 * o.level_shares(group).mean(axis=-1) for o in outcomes]
    categories = tuple((short(o.scenario.name[lang]), str(o.scenario.start_year - 1 + t)) for o, s in zip(outcomes, shares, strict=True)
                       for t in range(s.shape[1]))
    values = np.concatenate(shares, axis=1)
    series = tuple(Series(say(f"level.{k + 1}", lang), tuple(values[k].tolist())) for k in range(len(values)))
    return Sheet("stack", categories, series, say("pack.chart.people", lang), False, (0.0, 100.0))


def waiting(outcomes: Sequence, lang: str) -> Sheet:
    """Minutes at the busiest counters now and in the last year: the counters of `views.waiting`, by the same rule."""
    city, start = outcomes[0].city, outcomes[0].arrays["minutes"][:, 0]
    busiest = views.busiest(outcomes[0])
    names = tuple(f"{short(city.counters.name(s, lang))}\n{short(city.units[city.counters.unit[s]].name(lang))}" for s in busiest)
    moments = [(say("chart.now", lang), start)]
    moments += [(short(o.scenario.name[lang]), o.year_mean(o.arrays["minutes"], o.scenario.years)) for o in outcomes]
    series = []
    for name, minutes in moments:
        low, middle, high = (tuple(column) for column in zip(*(three(minutes[s]) for s in busiest), strict=True))
        series.append(Series(name, middle, low, high))
    top = _ends([s.high for s in series], 10.0, (0.0, 10.0))[1]
    return Sheet("bars", names, tuple(series), say("chart.minutes", lang), False, (0.0, top))

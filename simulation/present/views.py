"""Pictures of outcomes: which rows each chart shows. Nothing is computed here that is not in a table.

`run` names all outcomes of the run a picture belongs to, so that its small print carries the record's id.
"""

from __future__ import annotations

import numpy as np

from simulation.indicators import three
from simulation.language import band, number, quarter, say
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.outcome import QUANTILES, quantiles
from simulation.present import charts, intervals, verdicts
from simulation.present.frame import Heading
from simulation.present.picture import LOCALES, Picture
from simulation.present.words import stamp
from simulation.scorecard import counters_of, promise

BUSIEST, REGISTRY = 5, 2  # counters shown, and how many of the civil registry come first
WIDTH = 680  # pixels of a chart on its own
NARROW, TALL, USUAL = 480, 520, 420  # a picture narrower than the first is taller, since its heading takes more lines
NARROWEST = 560  # pixels; names and numbers stand beside the dots, a narrower picture has no room for them


def _band_rows(series: np.ndarray, outcome, lang: str) -> list[dict]:
    start = outcome.scenario.start_year
    rows = []
    for t, values in enumerate(quantiles(series)):
        year, part = divmod(t - 1, QUARTERS_PER_YEAR)
        rows.append({"scenario": outcome.scenario.name[lang], "time": f"{start + year}-{3 * part + 1:02d}-01T00:00:00",
                     "period": quarter(t, start, lang) if t else say("chart.start", lang),
                     **dict(zip(("p05", "p25", "p50", "p75", "p95"), values.tolist(), strict=True))})
    return rows


def _domain(series: list[np.ndarray], step: float) -> tuple[float, float]:
    """Axis ends on whole steps around the 5-95 % bands, so that small changes do not move the axis."""
    low = min(np.quantile(s, QUANTILES[0], axis=-1).min() for s in series)
    high = max(np.quantile(s, QUANTILES[-1], axis=-1).max() for s in series)
    return float(np.floor(low / step) * step), float(np.ceil(high / step) * step)


def _height(width: int) -> int:
    return TALL if width < NARROW else USUAL


def ikm_fan(outcomes, lang: str = "id", width: int = WIDTH, run=None) -> Picture:
    """IKM of the city over the quarters for one or two scenarios."""
    outcomes = distinct(outcomes)
    heading = Heading(say("chart.ikm", lang), say("exhibits.ikm_sub", lang), stamp(outcomes, lang, run), _describe(outcomes, lang))
    rows = [row for o in outcomes for row in _band_rows(o.city_ikm, o, lang)]
    return charts.fan(rows, heading, y_domain=_domain([o.city_ikm for o in outcomes], 5.0), y_title=say("chart.ikm", lang),
                      locale=LOCALES[lang], decimals=2, width=width, height=_height(width), said=_ends(outcomes, lang))


def _ends(outcomes, lang: str) -> dict[str, str]:
    """What stands at the end of the lines: the level of the last one, and of a plan beside it the gain that is told everywhere."""
    *plans, base = outcomes
    level = three(base.year_mean(base.city_ikm, base.scenario.years))
    return {base.scenario.name[lang]: band_of(level, lang), **{p.scenario.name[lang]: band_of(three(p.compare(base).ikm), lang, True) for p in plans}}


def band_of(found: tuple[float, float, float], lang: str, sign: bool = False) -> str:
    """A median with its band as pictures write it at the end of a line."""
    low, middle, high = (number(v, lang, 2, sign) for v in found)
    return f"{middle} ({low} \u2026 {high})"


def gain_fan(comparison, lang: str = "id", width: int = WIDTH, run=None) -> Picture:
    """IKM difference from the other scenario over the quarters: the unknown starting level drops out."""
    heading = Heading(say("chart.gain_title", lang, other=comparison.b.scenario.name[lang]), say("exhibits.gain_sub", lang),
                      stamp([comparison.a, comparison.b], lang, run), comparison.sentence(lang))
    series = comparison.series()
    low, high = _domain([series], 0.5)
    return charts.fan(_band_rows(series, comparison.a, lang), heading, y_domain=(min(low, -0.5), max(high, 1.5)),
                      y_title=say("chart.points", lang), locale=LOCALES[lang], decimals=2, width=width, height=_height(width),
                      said={comparison.a.scenario.name[lang]: band_of(three(comparison.ikm), lang, True)})


def levels(outcomes, lang: str = "id", group: str = "frontline", width: int = WIDTH, run=None, first: int | None = None) -> Picture:
    """Share of staff at each official level over the years, mean of the futures.

    Args:
        first: mean of the first futures alone, which the picture then says: a mean needs fewer than a band, and a hand at a slider waits for it
            (256 of 1,024 move no share of the ready-made scenarios by 0.02 of a percentage point).
    """
    outcomes = distinct(outcomes)
    rows = []
    for o in outcomes:
        shares = o.level_shares(group, first).mean(axis=-1)
        rows += [{"scenario": o.scenario.name[lang], "year": o.scenario.start_year - 1 + t, "level": k + 1,
                  "share": float(shares[k, t])} for t in range(shares.shape[1]) for k in range(5)]
    sub = say("chart.levels_sub_first", lang, n=number(first, lang, 0)) if first else say("chart.levels_sub", lang)
    heading = Heading(say("chart.levels_title", lang), sub, stamp(outcomes, lang, run))
    return charts.levels(rows, heading, level_names=[say(f"level.{k}", lang) for k in range(1, 6)], locale=LOCALES[lang],
                         width=width)


def waiting(outcomes, lang: str = "id", width: int = WIDTH, run=None) -> Picture:
    """Minutes at the busiest counters now and in the last year."""
    outcomes = distinct(outcomes)
    city, first = outcomes[0].city, outcomes[0]
    start = first.arrays["minutes"][:, 0]
    ends = [o.year_mean(o.arrays["minutes"], o.scenario.years) for o in outcomes]
    rows = []
    for s in busiest(first):
        counter = counter_name(city, s, lang)
        names = [say("chart.now", lang)] + [o.scenario.name[lang] for o in outcomes]
        for name, values in zip(names, [start, *ends], strict=True):
            low, middle, high = three(values[s])
            rows.append({"counter": counter, "series": name, "p05": low, "p50": middle, "p95": high})
    top = float(np.ceil(max(row["p95"] for row in rows) / 10.0) * 10.0)
    told = "; ".join(f"{row['counter']}, {row['series']}: {band(row['p05'], row['p50'], row['p95'], lang, 1)}" for row in rows)
    title = say("chart.waiting_title", lang)
    heading = Heading(title, say("exhibits.waiting_sub", lang), stamp(outcomes, lang, run), f"{title}. {told}")
    return intervals.waiting(rows, heading, x_domain=(0.0, top), x_title=say("chart.minutes", lang), locale=LOCALES[lang],
                             width=width)


def busiest(outcome) -> np.ndarray:
    """Some counters of the civil registry, where the training begins, then those with the longest queue at the start; the longest first in both."""
    queue = outcome.arrays["minutes"][:, 0] - outcome.city.counters.minutes[:, None]
    order = np.argsort(-np.median(queue, axis=-1), kind="stable")
    registry = order[np.isin(order, counters_of(outcome, promise("registry_minutes")))][:REGISTRY]
    return np.concatenate([registry, order[~np.isin(order, registry)]])[:BUSIEST].astype(int)


def counter_name(city, counter: int, lang: str) -> str:
    """A counter and the unit that has it."""
    return f"{city.counters.name(counter, lang)}, {city.units[city.counters.unit[counter]].name(lang)}"


def differences(comparisons, lang: str = "id", width: int = WIDTH, run=None) -> Picture:
    """Difference of many scenarios from one baseline, with verdicts."""
    first = comparisons[0]
    rows = [{"scenario": c.a.scenario.name[lang], "verdict": c.verdict,
             **dict(zip(("p05", "p50", "p95"), three(c.ikm), strict=True))}
            for c in comparisons if c.a.scenario.id != c.b.scenario.id]
    low, high = min(-0.5, *(row["p05"] for row in rows)), max(0.5, *(row["p95"] for row in rows))
    heading = Heading(say("chart.compare_title", lang, other=first.b.scenario.name[lang]), say("chart.compare_sub", lang),
                      stamp([first.b], lang, run or [c.a for c in comparisons]), " ".join(c.sentence(lang) for c in comparisons))
    return intervals.differences(rows, heading, x_domain=(float(np.floor(low * 2) / 2), float(np.ceil(high * 2) / 2)),
                                 x_title=say("chart.points", lang), smallest=first.smallest,
                                 smallest_label="0", verdict_names=verdicts.names(lang), locale=LOCALES[lang], width=width)


def distinct(outcomes) -> list:
    """Outcomes without a second one of the same name: a scenario beside itself is shown once."""
    names: dict = {}
    for outcome in outcomes:
        names.setdefault(outcome.scenario.name.model_dump_json(), outcome)
    return list(names.values())


def _describe(outcomes, lang: str) -> str:
    ends = "; ".join(f"{o.scenario.name[lang]}: {quarter(1, o.scenario.start_year, lang)} {band(*three(o.city_ikm[1]), lang)}, "
                     f"{say('chart.last_year_mean', lang)} {band(*three(o.year_mean(o.city_ikm, o.scenario.years)), lang)}" for o in outcomes)
    gains = "; ".join(f"{say('chart.gain_title', lang, other=outcomes[-1].scenario.name[lang])}: {band(*three(p.compare(outcomes[-1]).ikm), lang, sign=True)}"
                      for p in outcomes[:-1])
    return f"{say('chart.ikm', lang)}. {ends}" + (f". {gains}" if gains else "")

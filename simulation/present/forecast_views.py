"""How forecasts fared, in words, tables and pictures; all from one `History`."""

from __future__ import annotations

import numpy as np

from simulation.analysis.survey_waves import Period
from simulation.errors import InputError, Problem
from simulation.language import band, number, percent, say
from simulation.present import forecast_charts
from simulation.present.frame import Heading
from simulation.present.picture import LOCALES, Picture

MOST_WAVES = 8  # side by side on one sheet
STEP = 5.0  # IKM points; axes end on whole steps
SCORE_COLUMNS = ("wave", "made", "scenario", "unit", "planned", "n", "forecast", "observed", "error", "inside50", "inside90",
                 "crps", "pit", "naive", "naive_crps")
SUMMARY_COLUMNS = ("of", "pairs", "waves", "bias", "absolute", "crps", "band50", "band90", "gain", "skill")


def scores_table(history, lang: str = "id"):
    """See `History.table`."""
    import pandas as pd

    names = {e.line: e.item.scenario_name[lang] for e in history.forecasts}
    rows = [[_wave(s.wave, lang), s.made, names[s.forecast_line], s.name[lang] if s.name else say("forecasts.city", lang),
             number(s.planned, lang, 0), number(s.n, lang, 0), band(s.p05, s.p50, s.p95, lang),
             band(s.low, s.observed, s.high, lang), number(s.error, lang, sign=True), _yes(s.inside50, lang),
             _yes(s.inside90, lang), number(s.crps, lang), number(s.pit, lang), _or_none(s.naive, lang),
             _or_none(s.naive_crps, lang)] for s in history.scores]
    return pd.DataFrame(rows, columns=[say(f"forecasts.column.{key}", lang) for key in SCORE_COLUMNS])


def summary_table(history, lang: str = "id"):
    """See `History.summary_table`."""
    import pandas as pd

    rows = [[say("forecasts.city" if s.of == "city" else "forecasts.units", lang), s.pairs, s.waves, _mean(s.bias, lang),
             number(s.absolute, lang), number(s.crps, lang), _held(s.band50, lang), _held(s.band90, lang),
             _mean(s.gain, lang) if s.gain else say("forecasts.none", lang),
             say("forecasts.none", lang) if s.skill is None else percent(s.skill, lang)] for s in history.summaries()]
    return pd.DataFrame(rows, columns=[say(f"forecasts.column.{key}", lang) for key in SUMMARY_COLUMNS])


def sentence(history, lang: str = "id") -> str:
    """See `History.sentence`."""
    parts = []
    if history.problems:
        key = "damaged" if history.scores else "damaged_all"
        parts.append(say(f"forecasts.says.{key}", lang, problems=_listed(history.problems, lang)))
    city = history.of("city")
    if not history.scores:
        parts.append(say("forecasts.says.nothing", lang, forecasts=len(history.forecasts), waves=len(history.waves)))
    elif city:
        parts += _city_sentences(history, city, lang)
    for key, entries in (("after", history.after_the_fact), ("late", history.late)):
        if entries:
            listed = ", ".join(str(entry.line) for entry in entries)
            parts.append(say(f"forecasts.says.{key}", lang, n=len(entries), lines=listed))
    if history.corrected:
        parts.append(say("forecasts.says.corrected", lang, waves=", ".join(_wave(key, lang) for key in history.corrected)))
    if history.unmatched:
        values = {"n": len(history.unmatched), "problems": _listed(history.unmatched[:3], lang)}
        parts.append(say("forecasts.says.unmatched", lang, **values))
    if history.head and not history.problems:
        parts.append(say("forecasts.says.head", lang, head=history.head.short))
    return " ".join(parts)


def _city_sentences(history, city, lang: str) -> list[str]:
    last = max(city, key=lambda s: (Period.parse(s.wave).end, s.forecast_line))
    place = ("inside50" if last.inside50 else "inside90" if last.inside90 else "above" if last.error > 0 else "below")
    s = history.summaries()[0]
    lean = {1: "low", -1: "high", 0: "cannot tell"}[s.bias.sign]
    parts = [say("forecasts.says.last", lang, wave=_wave(last.wave, lang), observed=number(last.observed, lang),
                 forecast=band(last.p05, last.p50, last.p95, lang), place=say(f"forecasts.place.{place}", lang)),
             band_sentence(s, lang), say(f"forecasts.says.bias.{lean}", lang, bias=number(s.bias.value, lang, sign=True))]
    if not s.gain:
        return [*parts, say("forecasts.says.naive.none", lang)]
    values = {"crps": number(s.own_crps, lang), "naive": number(s.naive_crps, lang)}
    return [*parts, say(f"forecasts.says.naive.{s.against_naive}", lang, **values)]


def band_sentence(summary, lang: str = "id") -> str:
    """Whether the 90 % band holds what it promises."""
    b = summary.band90
    return say("forecasts.says.band", lang, inside=b.inside, pairs=b.pairs, waves=b.waves,
               verdict=say(f"forecasts.verdict.{b.verdict}", lang))


def history_picture(history, target: str = "city", lang: str = "id", scenario: str | None = None) -> Picture:
    """Forecasts and results wave by wave, for the city or one unit; waves still awaited are drawn without a result.

    Raises:
        InputError: no such unit, or no forecast that could be drawn.
    """
    found = history.bands(target, scenario)
    if not found:
        raise InputError(history.problems or Problem("forecast_nothing_drawn"))
    shown = found[-MOST_WAVES:]
    name = say("forecasts.city", lang) if target == "city" else _name(history, target, lang)
    names = list(dict.fromkeys(row["name"][lang] for row in shown))
    plan = names[0] if len(names) == 1 else say("forecasts.chart.scenarios", lang)
    rows = [_chart_row(row, row["score"], name, _wave(row["wave"], lang), lang) for row in shown]
    rows = [{**row, "label": _wave(of["wave"], lang)} for row, of in zip(rows, shown, strict=True)]
    notes = [say("forecasts.chart.thinned", lang, n=MOST_WAVES)] if len(found) > len(shown) else []
    heading = Heading(say("forecasts.chart.title", lang, name=name), say("forecasts.chart.sub", lang, scenario=plan),
                      " ".join([_note(history, lang), *notes]), " ".join(row["tip"] + "." for row in rows))
    return forecast_charts.waves(rows, heading, y_domain=_domain(rows), y_title=say("column.ikm", lang), legend=_legend(lang),
                                 outside=say("forecasts.chart.out_sign", lang),
                                 waiting=say("forecasts.chart.waiting_sign", lang), locale=LOCALES[lang])


def units_picture(history, wave: str, lang: str = "id", scenario: str | None = None) -> Picture:
    """Forecast and result of every unit that a wave has, largest miss first.

    Raises:
        InputError: no score for this wave.
    """
    key = Period.parse(wave).key
    scores = [s for s in history.of("unit") if s.wave == key and scenario in (None, s.scenario)]
    line = max((s.forecast_line for s in scores), default=None)
    scores = sorted((s for s in scores if s.forecast_line == line), key=lambda s: (-abs(s.error), s.target))
    if not scores:
        raise InputError(history.problems or Problem("forecast_nothing_drawn"))
    rows = []
    for s in scores:
        quantiles = {q: getattr(s, q) for q in ("p05", "p25", "p50", "p75", "p95")}
        rows.append({**_chart_row(quantiles, s, s.name[lang], _wave(key, lang), lang), "label": s.name[lang]})
    plan = next(e.item.scenario_name[lang] for e in history.forecasts if e.line == line)
    sub = say("forecasts.chart.units_sub", lang, inside=sum(s.inside90 for s in scores), n=len(scores), places=plan)
    title = say("forecasts.chart.units_title", lang, wave=_wave(key, lang))
    heading = Heading(title, sub, _note(history, lang), f"{title}. {sub}")
    return forecast_charts.units(rows, heading, x_domain=_domain(rows), x_title=say("column.ikm", lang), legend=_legend(lang),
                                 outside=say("forecasts.chart.out_sign", lang), locale=LOCALES[lang])


def _chart_row(quantiles: dict, score, name: str, wave: str, lang: str) -> dict:
    """The numbers of one mark and what is read when it is pointed at."""
    found = {key: getattr(score, key) if score else None for key in ("observed", "low", "high")}
    middle = {key: quantiles[key] for key in ("p05", "p25", "p50", "p75", "p95")}
    result = number(score.observed, lang) if score else say("forecasts.chart.waiting_sign", lang)
    tip = say("forecasts.chart.tip", lang, name=name, wave=wave, observed=result,
              forecast=band(middle["p05"], middle["p50"], middle["p95"], lang))
    return {**middle, **found, "tip": tip}


def _domain(rows: list[dict]) -> tuple[float, float]:
    """Axis ends on whole steps around everything drawn."""
    values = [row[key] for row in rows for key in ("p05", "p95", "low", "high") if row[key] is not None]
    return float(np.floor(min(values) / STEP) * STEP), float(np.ceil(max(values) / STEP) * STEP)


def _note(history, lang: str) -> str:
    if history.problems:
        return say("forecasts.chart.damaged", lang)
    city = [s for s in history.summaries() if s.of == "city"]
    return say("forecasts.chart.note", lang, head=history.head.short, coverage=band_sentence(city[0], lang) if city else "")


def _legend(lang: str) -> dict[str, str]:
    keys = {"band": "band50", "interval": "interval", "inside": "inside", "outside": "outside"}
    return {sign: say(f"forecasts.chart.{key}", lang) for sign, key in keys.items()}


def _name(history, unit: str, lang: str) -> str:
    return next(u.name[lang] for e in reversed(history.forecasts) for u in e.item.units if u.id == unit)


def _wave(key: str, lang: str) -> str:
    return Period.parse(key).name(lang)


def _yes(value: bool, lang: str) -> str:
    return say("forecasts.yes" if value else "forecasts.no", lang)


def _or_none(value: float | None, lang: str) -> str:
    return say("forecasts.none", lang) if value is None else number(value, lang)


def _mean(mean, lang: str) -> str:
    value = number(mean.value, lang, sign=True)
    if np.isnan(mean.low):
        return say("forecasts.one_wave", lang, value=value)
    return say("forecasts.interval", lang, value=value, low=number(mean.low, lang, sign=True),
               high=number(mean.high, lang, sign=True))


def _held(c, lang: str) -> str:
    return say("forecasts.held", lang, inside=c.inside, pairs=c.pairs, nominal=percent(c.nominal, lang),
               low=percent(c.low, lang), high=percent(c.high, lang), verdict=say(f"forecasts.verdict.{c.verdict}", lang))


def _listed(problems, lang: str) -> str:
    return "; ".join(problem.text(lang) for problem in problems) + "."

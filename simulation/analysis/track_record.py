"""How the forecasts fared once the surveys came, and whether "the same as last time" would have done better.

A forecast counts for a wave only if its line in the ledger stands before the wave's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.analysis import scoring
from simulation.analysis.forecast_scores import CITY, Score, Summary, summary
from simulation.analysis.forecasts import Entry, Forecast, Reading
from simulation.analysis.hash_chain import Head
from simulation.analysis.survey_waves import HIGHEST, LOWEST, Cell, Period, Wave
from simulation.errors import InputError, Problem, unknown

QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
Z95 = 1.959964  # normal quantile of a 95 % interval


@dataclass(frozen=True)
class History:
    """Everything the ledger can say about its forecasts.

    Attributes:
        scores: one per forecast, wave and target.
        forecasts: entries with a forecast; waves: key -> (line of first arrival, latest result).
        after_the_fact: forecasts added after their wave had arrived: shown, never scored.
        late: forecasts added after the last day of their period: scored, with a warning.
        waiting: forecasts whose wave has not arrived.
        corrected: waves recorded more than once.
        unmatched: problems naming units of a wave without a forecast.
        problems: damage to the ledger; scores rest on the lines before it only.
        head: last line that holds.
    """

    scores: tuple[Score, ...]
    forecasts: tuple[Entry, ...]
    waves: dict[str, tuple[int, Wave]]
    after_the_fact: tuple[Entry, ...]
    late: tuple[Entry, ...]
    waiting: tuple[Entry, ...]
    corrected: tuple[str, ...]
    unmatched: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    head: Head | None

    def of(self, target: str) -> list[Score]:
        """Scores of the city ("city"), of all units ("unit") or of one unit.

        Raises:
            InputError: no such unit in any forecast.
        """
        names = {unit.id for entry in self.forecasts for unit in entry.item.units}
        if target not in (CITY, "unit") and target not in names:
            raise InputError(unknown("unknown_unit", target, names))
        return [s for s in self.scores if s.target == target or target == "unit" and s.target != CITY]

    def summaries(self) -> list[Summary]:
        """Of the city and of the units, as far as there are scores."""
        return [summary(kind, found) for kind in (CITY, "unit") if (found := self.of(kind))]

    def bands(self, target: str = CITY, scenario: str | None = None) -> list[dict]:
        """What a picture shows of each wave: the last forecast made in time and, once it has arrived, its score.

        Args:
            target: "city" or a unit.
            scenario: id of the plan; None takes whichever was forecast last.

        Returns:
            wave, name (of the scenario), p05 ... p95 and score (None while the wave is awaited), waves in order of time.

        Raises:
            InputError: no such unit in any forecast.
        """
        scores = {s.forecast_line: s for s in self.of(target)}
        late = {entry.line for entry in self.after_the_fact}
        rows: dict[str, dict] = {}
        for entry in self.forecasts:
            forecast, score = entry.item, scores.get(entry.line)
            if entry.line in late or scenario not in (None, forecast.scenario) or forecast.wave in self.waves and not score:
                continue
            if target != CITY and target not in {unit.id for unit in forecast.units}:
                continue
            rows[forecast.wave] = {"wave": forecast.wave, "name": forecast.scenario_name, "score": score,
                                   **(_five(score) if score else _quantiles(forecast, target))}
        return sorted(rows.values(), key=lambda row: (Period.parse(row["wave"]).end, row["wave"]))

    def table(self, lang: str = "id"):
        """One row per score as a data frame with headings in the reader's language."""
        from simulation.present.forecast_views import scores_table

        return scores_table(self, lang)

    def summary_table(self, lang: str = "id"):
        """Bias, coverage, CRPS and skill, one row for the city and one for its units."""
        from simulation.present.forecast_views import summary_table

        return summary_table(self, lang)

    def sentence(self, lang: str = "id") -> str:
        """What can be said, damage to the ledger first."""
        from simulation.present.forecast_views import sentence

        return sentence(self, lang)


def _five(score: Score) -> dict[str, float]:
    return {key: getattr(score, key) for key in QUANTILES}


def _quantiles(forecast: Forecast, target: str) -> dict[str, float]:
    """The five quantiles of a forecast for the city or a unit."""
    members = np.array(forecast.city if target == CITY else forecast.unit(target).members)
    return {key: round(scoring.at(members, q), 4) for key, q in QUANTILES.items()}


def history(reading: Reading) -> History:
    """Score every forecast of a ledger against the wave it was made for."""
    forecasts = tuple(e for e in reading.entries if isinstance(e.item, Forecast))
    recorded = [e for e in reading.entries if isinstance(e.item, Wave)]
    waves: dict[str, tuple[int, Wave]] = {}
    for entry in recorded:
        first = waves[entry.item.wave][0] if entry.item.wave in waves else entry.line
        waves[entry.item.wave] = (first, entry.item)
    arrived = [e for e in forecasts if e.item.wave in waves]
    in_time = [e for e in arrived if e.line < waves[e.item.wave][0]]
    scores = [score for e in in_time for score in _scores(e, *waves[e.item.wave], recorded)]
    keys = [e.item.wave for e in recorded]
    return History(
        tuple(scores), forecasts, waves,
        after_the_fact=tuple(e for e in arrived if e.line > waves[e.item.wave][0]),
        late=tuple(e for e in in_time if e.date > e.item.period.end),
        waiting=tuple(e for e in forecasts if e.item.wave not in waves),
        corrected=tuple(sorted({key for key in keys if keys.count(key) > 1})),
        unmatched=tuple(_unmatched(in_time, waves)), problems=reading.problems, head=reading.head)


def _unmatched(entries: list[Entry], waves: dict) -> list[Problem]:
    """Units of a wave that its forecasts do not know, and waves that share no unit with them."""
    problems = []
    for key in sorted({entry.item.wave for entry in entries}):
        names = sorted({unit.id for entry in entries if entry.item.wave == key for unit in entry.item.units})
        for name in waves[key][1].units:
            if name not in names:
                problems.append(unknown("unknown_unit", name, names, column=key))
    return problems


def _scores(entry: Entry, wave_line: int, wave: Wave, recorded: list[Entry]) -> list[Score]:
    """The scores of one forecast: its city and each unit that the wave has and that may be shown."""
    forecast = entry.item
    before, total_before = _last_known(recorded, entry.line)
    cells = {u.id: wave.units[u.id] for u in forecast.units if u.id in wave.units}
    people = {u.id: u.people for u in forecast.units}
    scores = []
    for unit in forecast.units:
        if unit.id in cells:
            cell, last = cells[unit.id], before.get(unit.id)
            naive = (last.ikm, last.error) if last else None
            scores.append(_score(entry, wave_line, unit, np.array(unit.members), unit.respondents, cell.n,
                                 (cell.ikm, cell.error), cell.interval, naive))
    if cells:
        found = _city(cells, people)
        naive = _city({name: before[name] for name in cells}, people) if cells.keys() <= before.keys() else None
        planned = sum(u.respondents for u in forecast.units if u.id in cells)
        members, n = forecast.city_of(cells), sum(cell.n for cell in cells.values())
        interval = tuple(np.clip([found[0] - Z95 * found[1], found[0] + Z95 * found[1]], LOWEST, HIGHEST).tolist())
    elif wave.total and not wave.units:
        found, interval, n = (wave.total.ikm, wave.total.error), wave.total.interval, wave.total.n
        naive = (total_before.ikm, total_before.error) if total_before else None
        members, planned = np.array(forecast.city), sum(u.respondents for u in forecast.units)
    else:
        return scores
    return [_score(entry, wave_line, None, members, planned, n, found, interval, naive), *scores]


def _score(entry: Entry, wave_line: int, unit, members: np.ndarray, planned: int, n: int, found: tuple[float, float],
           interval: tuple[float, float], naive: tuple[float, float] | None) -> Score:
    value, error = found
    quantiles = [round(scoring.at(members, q), 4) for q in QUANTILES.values()]
    naive_crps = scoring.crps_normal(naive[0], float(np.hypot(naive[1], error)), value) if naive else None
    return Score(entry.item.wave, entry.line, wave_line, entry.date, entry.item.scenario, unit.id if unit else CITY,
                 unit.name if unit else None, planned, n, *quantiles, value, *interval, scoring.crps(members, value),
                 scoring.pit(members, value), naive[0] if naive else None, naive_crps)


def _city(cells: dict[str, Cell], people: dict[str, float]) -> tuple[float, float]:
    """IKM over these units weighted by people served, and its sampling SD."""
    weight = np.array([people[name] for name in cells])
    weight = weight / weight.sum()
    return (float(weight @ [cell.ikm for cell in cells.values()]),
            float(np.sqrt(weight**2 @ [cell.error**2 for cell in cells.values()])))


def _last_known(recorded: list[Entry], line: int) -> tuple[dict[str, Cell], Cell | None]:
    """What the waves recorded before a line had found last: of each unit, and of a survey that names no units."""
    known = [e.item for e in recorded if e.line < line]
    known.sort(key=lambda wave: Period.parse(wave.wave).end)
    cells: dict[str, Cell] = {}
    total = None
    for wave in known:
        cells |= wave.units
        total = wave.total if wave.total and not wave.units else total
    return cells, total

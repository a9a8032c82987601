"""The ratings of units over survey waves, checked once: who started when, which cells may be used, how noisy they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.city import SMALLEST_GROUP
from simulation.errors import InputError, Problem, shown, unknown
from simulation.language import say
from simulation.survey import standard_error

COLUMNS = ("unit", "wave", "n", "ikm", "sd")
LOWEST, HIGHEST = 25.0, 100.0  # ends of the IKM scale, PermenPANRB 14/2017
_YEAR = re.compile(r"^((?:19|20|21)\d{2})(?:\D*?(\d{1,2})(?:\D\d{1,2})?)?$")
_PARTS = {"s": 2, "q": 4, "t": 4}  # semester; quarter, triwulan


@dataclass(frozen=True)
class Note:
    """Something the reader must know about what was used: a message key and its values, already text."""

    code: str
    values: tuple[tuple[str, str], ...] = ()

    def text(self, lang: str = "id") -> str:
        """The note in words."""
        return say(f"evaluation.note.{self.code}", lang, **dict(self.values))


@dataclass(frozen=True)
class Panel:
    """Ratings of units over waves; one entry per cell, sorted by unit and wave.

    Attributes:
        units, waves: names in order, as text.
        years: time of each wave in years, (waves,).
        start: first wave after the unit started, as a position; `len(waves)` for a unit that never did, (units,).
        unit, wave: positions of each cell, (cells,).
        n, ikm: respondents and rating of each cell, (cells,).
        sampling_variance: of each cell's rating, IKM points squared, (cells,).
        spread: SD between respondents that it rests on, and whether it was measured (else from the ledger).
        notes: what was left out, and why.
    """

    units: tuple[str, ...]
    waves: tuple[str, ...]
    years: np.ndarray
    start: np.ndarray
    unit: np.ndarray
    wave: np.ndarray
    n: np.ndarray
    ikm: np.ndarray
    sampling_variance: np.ndarray
    spread: float
    spread_is_measured: bool
    notes: tuple[Note, ...]

    @property
    def after(self) -> np.ndarray:
        """Whether the unit of each cell had started, (cells,)."""
        return self.wave >= self.start[self.unit]

    def keep(self, cells: np.ndarray, start: np.ndarray | None = None) -> Panel:
        """The same panel with some cells only, and perhaps other starts."""
        chosen = {name: getattr(self, name)[cells] for name in ("unit", "wave", "n", "ikm", "sampling_variance")}
        return Panel(**{**vars(self), **chosen, "start": self.start if start is None else start})


def read_panel(cells: pd.DataFrame, started: Mapping, people_served: Mapping | None, respondent_sd: float) -> Panel:
    """Check the cells of a survey and who started when.

    Args:
        cells: columns unit, wave, n, ikm, sd; one row per unit and wave.
        started: unit -> first wave surveyed after its training began, or None; every unit is named.
        people_served: unit -> people it serves in a wave, for the finite-population correction.
        respondent_sd: spread between respondents where the cells give none, IKM points.

    Raises:
        InputError: everything that is wrong, by row and column.
    """
    table, problems = _checked(cells)
    if problems:
        raise InputError(problems)
    waves = list(dict.fromkeys(table["wave"]))
    problems = _strange_starts(started, set(table["unit"]), waves, people_served)
    if problems:
        raise InputError(problems)
    starts = {str(unit): None if wave is None else _label(wave) for unit, wave in started.items()}
    return _assemble(table, waves, starts, people_served, respondent_sd)


def _checked(cells: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """The cells sorted, with waves as text, and what is wrong with them."""
    missing = [name for name in COLUMNS if name not in cells.columns]
    if missing:
        there = ", ".join(map(str, cells.columns))
        return cells, [Problem("missing_column", {"found": name, "columns": there}) for name in missing]
    table = cells.loc[:, list(COLUMNS)].reset_index(drop=True)
    named = table["unit"].notna() & table["wave"].notna()
    problems = [Problem("evaluation_no_name", line=int(i) + 1) for i in table.index[~named]]
    for name in ("n", "ikm", "sd"):
        table[name] = pd.to_numeric(table[name], errors="coerce")
    for i, row in enumerate(table.itertuples(index=False), start=1):
        if not row.n > 1:
            problems.append(Problem("evaluation_few", {"found": shown(row.n)}, line=i, column="n"))
        if not LOWEST <= row.ikm <= HIGHEST:
            problems.append(Problem("evaluation_ikm", {"found": shown(row.ikm)}, line=i, column="ikm"))
        if row.sd < 0:
            problems.append(Problem("evaluation_sd", {"found": shown(row.sd)}, line=i, column="sd"))
    if problems:
        return table, problems
    numeric = all(isinstance(w, (int, float, np.number)) for w in table["wave"])
    table["order"] = table["wave"].astype(float) if numeric else table["wave"].map(_label)
    table["wave"], table["unit"] = table["wave"].map(_label), table["unit"].astype(str)
    twice = table[table.duplicated(["unit", "wave"], keep="first")]
    problems = [Problem("evaluation_twice", {"unit": row.unit, "wave": row.wave}, line=int(row.Index) + 1)
                for row in twice.itertuples()]
    return table.sort_values(["order", "unit"], kind="stable").reset_index(drop=True), problems


def _label(wave) -> str:
    """A wave's name as text: 2024.0 is 2024."""
    return f"{wave:.10g}" if isinstance(wave, (int, float, np.number)) and not isinstance(wave, bool) else str(wave)


def _strange_starts(started: Mapping, units: set[str], waves: list[str], people_served: Mapping | None) -> list[Problem]:
    """Units and waves that the survey does not know, and units nobody spoke about."""
    if not waves:
        return [Problem("evaluation_empty")]
    problems = [Problem("evaluation_one_wave", {"wave": waves[0]})] if len(waves) == 1 else []
    problems += [unknown("evaluation_unknown_unit", unit, sorted(units)) for unit in started if str(unit) not in units]
    problems += [unknown("evaluation_unknown_unit", unit, sorted(units)) for unit in people_served or {}
                 if str(unit) not in units]
    problems += [unknown("evaluation_unknown_wave", wave, waves, column=str(unit)) for unit, wave in started.items()
                 if wave is not None and _label(wave) not in waves]
    silent = sorted(units - {str(unit) for unit in started})
    if silent:
        problems.append(Problem("evaluation_silent_unit", {"found": ", ".join(silent)}))
    if not problems and all(wave is None for wave in started.values()):
        problems.append(Problem("evaluation_nobody_started"))
    return problems


def _assemble(table: pd.DataFrame, waves: list[str], starts: dict, people_served: Mapping | None,
              respondent_sd: float) -> Panel:
    """Leave out what cannot be used, with a note each, and lay the rest out as arrays."""
    few = table["n"] < SMALLEST_GROUP
    notes = [Note("few", (("unit", row.unit), ("wave", row.wave), ("limit", str(SMALLEST_GROUP))))
             for row in table[few].itertuples()]
    table = table[~few]
    begin = table["unit"].map(lambda unit: len(waves) if starts[unit] is None else waves.index(starts[unit]))
    before = (table["wave"].map(waves.index) < begin).groupby(table["unit"]).any()
    late = sorted(unit for unit in before.index if not before[unit] and starts[unit] is not None)
    notes += [Note("no_before", (("unit", unit),)) for unit in late]
    table = table[~table["unit"].isin(late)]
    years, are_read = wave_years(waves)
    notes += [] if are_read else [Note("waves_are_years")]
    units = sorted(set(table["unit"]))
    spread = pooled_sd(table["n"].to_numpy(float), table["sd"].to_numpy(float))
    measured = spread is not None
    spread = spread if measured else respondent_sd
    served = {str(unit): float(people) for unit, people in (people_served or {}).items()}
    n = table["n"].to_numpy(float)
    people = np.array([served.get(unit, np.inf) for unit in table["unit"]])
    start = np.array([len(waves) if starts[u] is None else waves.index(starts[u]) for u in units], dtype=int)
    panel = Panel(tuple(units), tuple(waves), years, start, table["unit"].map(units.index).to_numpy(int),
                  table["wave"].map(waves.index).to_numpy(int), n, table["ikm"].to_numpy(float),
                  standard_error(n, people, spread) ** 2, float(spread), measured, tuple(notes))
    return _sorted(_usable(panel))


def _sorted(panel: Panel) -> Panel:
    return panel.keep(np.lexsort((panel.wave, panel.unit)))


def _usable(panel: Panel) -> Panel:
    """Refuse a panel in which no unit was surveyed both before and after its start."""
    both = [unit for unit in range(len(panel.units))
            if (panel.after[panel.unit == unit]).any() and not (panel.after[panel.unit == unit]).all()]
    if not both:
        is_late = any(note.code == "no_before" for note in panel.notes)
        raise InputError(Problem("evaluation_no_wave_before" if is_late else "evaluation_no_wave_after"))
    return panel


def pooled_sd(n: np.ndarray, sd: np.ndarray) -> float | None:
    """Spread between respondents pooled over cells, IKM points; None where no cell gives one."""
    known = np.isfinite(sd)
    if not known.any() or not (sd[known] > 0).any():
        return None
    freedom = n[known] - 1.0
    return float(np.sqrt((freedom * sd[known] ** 2).sum() / freedom.sum()))


def wave_years(waves: list[str]) -> tuple[np.ndarray, bool]:
    """Time of each wave in years, read from names such as 2024, 2024-S1, 2024-Q3, 2024-06, 2024-06-30 or 2024.5.

    Where a name cannot be read the waves count as a year apart, and the second result is False.

    >>> wave_years(["2024-S1", "2024-S2"])[0].tolist()
    [2024.0, 2024.5]
    """
    times = [_year(wave) for wave in waves]
    if any(time is None for time in times) or len(set(times)) < len(times):
        return np.arange(len(waves), dtype=float), False
    return np.array(times), True


def _year(wave: str) -> float | None:
    if re.fullmatch(r"(19|20|21)\d{2}\.\d+", wave):
        return float(wave)
    match = _YEAR.match(wave.strip())
    if not match:
        return None
    if match[2] is None:
        return float(match[1])
    letters = re.sub(r"[^a-z]", "", wave.lower())
    parts = _PARTS.get(letters[:1], 12)
    part = int(match[2])
    return int(match[1]) + (part - 1) / parts if 1 <= part <= parts else None

"""The citizen satisfaction survey (SKM): its rows without people in them, and what a survey can and cannot see.

`Survey.read` takes the city's own export; NRR, IKM and category follow the official method of `simulation.skm`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from simulation import skm
from simulation.city import SMALLEST_GROUP
from simulation.errors import InputError, Problem, unknown
from simulation.language import LANGUAGES, say
from simulation.skm import ELEMENTS
from simulation.survey_flags import Flag, flags, without_variance

BOOTSTRAP = 2000
_MOST_DRAWS = 4_000_000  # cells of one block of resampled counts


@dataclass(frozen=True)
class Group:
    """What is known of each row in one respect.

    Attributes:
        names: labels in sorted order. codes: (n,) position of each row's label; -1 is not said, or said by fewer than five.
    """

    names: tuple[str, ...]
    codes: np.ndarray

    @classmethod
    def of(cls, labels: np.ndarray | tuple[Sequence[str], np.ndarray]) -> Group:
        """Groups of labels (n,), or of names and the position of each row's name; under five people they lose their name at this door."""
        called, codes = labels if isinstance(labels, tuple) else np.unique(labels.astype(str), return_inverse=True)
        names, place = np.unique(np.asarray(called, dtype=str), return_inverse=True)
        codes = place.ravel()[codes.ravel()]
        keep = (np.bincount(codes, minlength=len(names)) >= SMALLEST_GROUP) & (names != "")
        return cls(tuple(names[keep].tolist()), np.where(keep, np.cumsum(keep) - 1, -1).astype(np.int32)[codes])


@dataclass(frozen=True)
class Survey:
    """Rows of a survey: ratings and groups, nothing that names a person.

    Attributes:
        source: file it came from. ratings: (n, 9) 1-4 in the order of `simulation.skm.ELEMENTS`, 0 is no answer.
        groups: unit, service, sex, age, education, wave where the file has them. days: first and last day, if dated.
        flags: rows that deserve a second look. warnings: what a reader should know about the file.
    """

    source: str
    ratings: np.ndarray
    groups: dict[str, Group]
    days: tuple[date, date] | None = None
    flags: tuple[Flag, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @classmethod
    def read(cls, path: Path | str, mapping=None, progress=None) -> Survey:
        """Read a CSV or XLSX export, one row per respondent.

        Args:
            mapping: a `Mapping`, or the path of a mapping file, for headings and answers that are not recognised.
            progress: called with (rows read, rows in all) now and then.

        Raises:
            InputError: what is wrong or what to map: file, row, column, expected.
        """
        from simulation.intake import skm_reader
        from simulation.intake.mapping import NO_MAPPING, Mapping

        if isinstance(mapping, (str, Path)):
            mapping = Mapping.load(mapping)
        name, ratings, labels, moments, warnings = skm_reader.read(path, mapping or NO_MAPPING, progress)
        return cls.of(name, ratings, labels, moments, warnings)

    @classmethod
    def of(cls, source: str, ratings: np.ndarray, labels: dict | None = None, moments=None, warnings=()) -> Survey:
        """A survey from arrays: ratings (n, 9); per group labels (n,), or names and codes (n,); moments (n,), None where not known."""
        groups = {key: Group.of(value) for key, value in (labels or {}).items()}
        when = np.array([], "datetime64[s]") if moments is None else np.asarray(moments, dtype="datetime64[s]")
        known = when[~np.isnat(when)]
        timed = bool((known != known.astype("datetime64[D]")).any())
        found = flags(ratings, [group.codes for _, group in sorted(groups.items())], when if timed else None)
        flat = [Problem("skm_flat", {"found": {lang: say(f"element.{ELEMENTS[e]}", lang) for lang in LANGUAGES}}, source) for e in without_variance(ratings)] if len(ratings) >= SMALLEST_GROUP else []
        few = [Problem("skm_few", {"count": str(len(ratings))}, source)] if len(ratings) < 30 else []
        days = tuple(day.astype("datetime64[D]").item() for day in (known.min(), known.max())) if len(known) else None
        return cls(source, ratings, groups, days, found, (*warnings, *few, *flat))

    @property
    def n(self) -> int:
        """Respondents."""
        return len(self.ratings)

    @cached_property
    def _nrr(self) -> tuple[Fraction, ...]:
        sums, answers = self.ratings.sum(axis=0, dtype=int), (self.ratings > 0).sum(axis=0)
        return tuple(Fraction(int(s), int(a)) if a else Fraction(0) for s, a in zip(sums, answers, strict=True))

    @property
    def nrr(self) -> dict[str, float]:
        """Mean rating of each element by those who answered, 1-4."""
        return {element: float(value) for element, value in zip(ELEMENTS, self._nrr, strict=True)}

    @property
    def ikm(self) -> float:
        """IKM of two decimals, weight 1/9."""
        return float(skm.rounded(self.exact_ikm()))

    def exact_ikm(self, weight: str = "exact") -> Fraction:
        """IKM before rounding; other weights only to reproduce old reports."""
        return skm.index(self._nrr, weight)

    @property
    def category(self) -> str:
        """Mutu pelayanan, A to D."""
        return skm.category(self.exact_ikm())

    @cached_property
    def scores(self) -> np.ndarray:
        """Each respondent's own score: 25 times the mean of what they answered, 25-100, (n,)."""
        return 25.0 * self.ratings.sum(axis=1, dtype=float) / (self.ratings > 0).sum(axis=1)

    def interval(self, level: float = 0.95, draws: int = BOOTSTRAP, seed: int = 0) -> tuple[float, float]:
        """Bootstrap interval of the IKM over respondents; the order of rows does not matter.

        Percentiles, moved outwards for small n so that the interval is as wide as Student's t would have it (Hesterberg 2015,
        "What teachers should know about the bootstrap", expanded percentile interval). Respondents with the same answers are
        resampled together, as a count: the same distribution, much less work.
        """
        kinds, counts = self._kinds()
        answered = (kinds > 0).astype(float)
        rng, values = np.random.default_rng(seed), []
        block = max(1, _MOST_DRAWS // len(kinds))
        for start in range(0, draws, block):
            times = rng.multinomial(self.n, counts / self.n, size=min(block, draws - start)).astype(float)
            sums, answers = times @ kinds, times @ answered
            values.append(25.0 * np.nanmean(np.divide(sums, answers, out=np.full_like(sums, np.nan), where=answers > 0), axis=1))
        tail = float(ndtr(-np.sqrt(self.n / (self.n - 1)) * stdtrit(self.n - 1, (1 + level) / 2))) if self.n > 1 else (1 - level) / 2
        low, high = np.quantile(np.concatenate(values), [tail, 1 - tail])
        return float(low), float(high)

    def _kinds(self) -> tuple[np.ndarray, np.ndarray]:
        """Distinct rows and how often each occurs; complete rows need only their sum."""
        if (self.ratings > 0).all():
            sums, counts = np.unique(self.ratings.sum(axis=1, dtype=int), return_counts=True)
            return sums[:, None] / len(ELEMENTS), counts
        rows, counts = np.unique(self.ratings, axis=0, return_counts=True)
        return rows.astype(float), counts

    def select(self, rows: np.ndarray) -> Survey:
        """The survey of some of its rows, (n,) of True or False; flags are not carried."""
        groups = {key: replace(group, codes=group.codes[rows]) for key, group in self.groups.items()}
        return replace(self, ratings=self.ratings[rows], groups=groups, flags=(), warnings=())

    def without(self, code: str) -> Survey:
        """The survey without the rows of one flag."""
        return self.select(~next(flag.rows for flag in self.flags if flag.code == code))

    def by(self, key: str, level: float = 0.95):
        """IKM per group as a data frame: group, n, ikm, category, low, high; groups under five are inside the total only.

        Where one to four people would be left over, the smallest group joins them: otherwise total minus groups would show them.

        Raises:
            InputError: the file has no such group.
        """
        import pandas as pd

        group, rows = self._group(key), []
        counts = np.bincount(group.codes[group.codes >= 0], minlength=len(group.names))
        shown = [int(i) for i in np.argsort(-counts, kind="stable") if counts[i] >= SMALLEST_GROUP]
        while shown and 0 < self.n - counts[shown].sum() < SMALLEST_GROUP:
            shown.pop()
        for i in sorted(shown):
            part = self.select(group.codes == i)
            rows.append((group.names[i], part.n, part.ikm, part.category, *part.interval(level)))
        return pd.DataFrame(rows, columns=["group", "n", "ikm", "category", "low", "high"])

    def cells(self, by: tuple[str, ...] = ("unit", "wave")):
        """Groups crossed with groups as a data frame: their labels, n, ikm and sd of the respondents' own scores; five people at least."""
        import pandas as pd

        groups = [self._group(key) for key in by]
        known = np.all([group.codes >= 0 for group in groups], axis=0)
        codes, place = np.unique(np.stack([group.codes[known] for group in groups], 1), axis=0, return_inverse=True)
        rows = []
        for i, combination in enumerate(codes):
            part = self.select(np.flatnonzero(known)[place.ravel() == i])
            if part.n >= SMALLEST_GROUP:
                names = [group.names[code] for group, code in zip(groups, combination, strict=True)]
                spread = np.sort(part.scores)  # sorted, so that the order of rows cannot reach the last digit
                rows.append((*names, part.n, float(part.exact_ikm()), float(spread.std(ddof=1))))
        return pd.DataFrame(rows, columns=[*by, "n", "ikm", "sd"])

    def unit_ratings(self) -> dict[str, tuple[dict[str, float], int]]:
        """Mean rating of each element and respondents, by unit; five people at least."""
        group = self._group("unit")
        parts = {name: self.select(group.codes == i) for i, name in enumerate(group.names)}
        return {name: (part.nrr, part.n) for name, part in parts.items() if part.n >= SMALLEST_GROUP}

    def in_city(self, city, mapping=None) -> Survey:
        """The survey with the city's unit ids in place of the names that the file uses.

        Raises:
            InputError: a name that is no unit of the city; the nearest units, and how to map it.
        """
        from simulation.intake.mapping import NO_MAPPING
        from simulation.intake.unit_names import UnitNames

        names, group = UnitNames(city, mapping or NO_MAPPING), self._group("unit")
        found = [names.find(name) for name in group.names]
        problems = [Problem("survey_unit", {"found": name, "nearest": names.nearest(name)}, self.source)
                    for name, unit in zip(group.names, found, strict=True) if unit is None]
        if problems:
            raise InputError(problems)
        labels = np.array([*found, ""], dtype=object)[group.codes]
        return replace(self, groups={**self.groups, "unit": Group.of(labels)})

    def _group(self, key: str) -> Group:
        if key not in self.groups:
            raise InputError(unknown("skm_no_group", key, self.groups or ["-"], file=self.source))
        return self.groups[key]


def standard_error(respondents, people_served, respondent_sd):
    """Sampling SD of a unit's IKM with the finite-population correction, IKM points."""
    share = np.minimum(1.0, respondents / np.maximum(people_served, respondents))
    return respondent_sd * np.sqrt((1.0 - share) / respondents)


def smallest_visible_change(respondents: float, respondent_sd: float, power: float = 0.8, level: float = 0.05) -> float:
    """Smallest change between two waves that a test sees with the given power, IKM points.

    `(z_(1-level/2) + z_power) * sd * sqrt(2 / n)`; no clustering, no drift.

    >>> round(smallest_visible_change(150, 8.65), 1)
    2.8
    """
    return float((ndtri(1.0 - level / 2.0) + ndtri(power)) * respondent_sd * np.sqrt(2.0 / respondents))


def respondents_for(change: float, respondent_sd: float, power: float = 0.8, level: float = 0.05) -> int:
    """Respondents per wave that see a change of the IKM with the given power; the inverse of `smallest_visible_change`.

    >>> respondents_for(2.8, 8.65)
    150
    """
    z = float(ndtri(1.0 - level / 2.0) + ndtri(power))
    return int(np.ceil(2.0 * (z * respondent_sd / change) ** 2))


def observed(outcome, year: int, seed: int) -> np.ndarray:
    """IKM that a survey of every unit would report in a year, (units, draws).

    Adds sampling error, a wobble of each unit and the model's own discrepancy to the simulated mean; its random stream
    is its own, so a survey never changes a forecast's draws.
    """
    rng = np.random.default_rng(seed)
    truth = outcome.year_mean(outcome.ikm, year)
    a, city = outcome.values, outcome.city
    error = standard_error(city.respondents[:, None], city.users[:, None], a["respondent_sd"])
    noise = rng.standard_normal((3, *truth.shape))
    noise[2] = noise[2, :1]  # what the model does not know strikes the whole city
    return truth + error * noise[0] + a["unit_wave_sd"] * noise[1] + a["discrepancy_sd"] * noise[2]

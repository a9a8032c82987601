"""What a scenario brings: named arrays, tables, and the comparison of two scenarios with its verdict."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.errors import InputError, Problem, unknown
from simulation.model import levels, people, value
from simulation.model.chain import Setting
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.scenario import Scenario

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SURE = 0.9  # share of futures that must agree before a difference is called better or worse
HASHED_DIGITS = 6  # decimals of a result that its hash covers
CAUTION_IKM = 2.0  # a plan that promises more from training alone needs a warning


def quantiles(values: np.ndarray, of: tuple[float, ...] = QUANTILES) -> np.ndarray:
    """Quantiles over the draws, (..., quantiles)."""
    return np.moveaxis(np.quantile(values, of, axis=-1), 0, -1)


@dataclass(frozen=True)
class Outcome:
    """The futures of one scenario.

    Time has `4 * years + 1` points; point 0 is the start. Arrays end with (time, draws).

    Attributes:
        scenario, city, assumptions: what was run; `assumptions` include the scenario's overrides.
        setting: the training plan and the grouping of cells.
        values: draws of every assumption, key -> (draws,).
        arrays: see `simulation.model.chain.run`.
    """

    scenario: Scenario
    city: City
    assumptions: Assumptions
    setting: Setting
    values: dict[str, np.ndarray]
    arrays: dict[str, np.ndarray]

    @property
    def plan(self):
        """Classes, seats, hours and money."""
        return self.setting.plan

    @property
    def draws(self) -> int:
        """Number of futures."""
        return self.arrays["ikm"].shape[-1]

    @property
    def quarters(self) -> int:
        """Quarters simulated after the start."""
        return self.arrays["ikm"].shape[1] - 1

    @property
    def ikm(self) -> np.ndarray:
        """IKM of each unit, (units, time, draws)."""
        return self.arrays["ikm"]

    @cached_property
    def city_ikm(self) -> np.ndarray:
        """IKM of the city, units weighted by people served, (time, draws)."""
        return np.einsum("u,utd->td", self.city.users / self.city.users.sum(), self.ikm)

    @cached_property
    def waiting_minutes(self) -> np.ndarray:
        """Minutes from number to finish of those served at the counters, weighted by visits, (time, draws)."""
        volume = self.city.counters.volume_per_year
        return np.einsum("s,std->td", volume / volume.sum(), self.arrays["minutes"])

    @cached_property
    def skill_in_use(self) -> np.ndarray:
        """Trained skill that citizens meet, front line, mean of the competencies, SD, (time, draws)."""
        return self.arrays["in_use"][self.city.group("frontline")]

    @cached_property
    def hours_waited(self) -> np.ndarray:
        """Hours at the counters of the citizens served, per quarter, (time, draws)."""
        return value.hours_waited(self.arrays["minutes"], self.arrays["turned_away"], self.city.counters.volume_per_year)

    @cached_property
    def hours_credited(self) -> np.ndarray:
        """`hours_waited` as value counts them: at today's pace where the scenario shortens service below it, (time, draws)."""
        if "unhurried_minutes" not in self.arrays:
            return self.hours_waited
        return value.hours_waited(self.arrays["unhurried_minutes"], self.arrays["unhurried_turned_away"], self.city.counters.volume_per_year)

    @cached_property
    def results_hash(self) -> str:
        """Short hash of all arrays, each number rounded to `HASHED_DIGITS` decimals.

        Two outcomes with the same hash are the same result. Two with different ones may still be: of some million numbers, one that
        lies between two roundings is moved across by the last bit of another processor. Then the figures decide, see `verification`.
        """
        digest = hashlib.sha256()
        for name in sorted(self.arrays):
            digest.update(name.encode() + (np.round(self.arrays[name], HASHED_DIGITS) + 0.0).tobytes())
        return digest.hexdigest()[:16]

    def year_mean(self, series: np.ndarray, year: int) -> np.ndarray:
        """Mean over the quarters of a year (1 = first; 0 = the start), (..., draws).

        Raises:
            InputError: the year is past the horizon.
        """
        if not 0 <= year <= self.scenario.years:
            raise InputError(Problem("past_horizon_year", {"found": str(year), "limit": str(self.scenario.years)}))
        if year == 0:
            return series[..., 0, :]
        first = (year - 1) * QUARTERS_PER_YEAR + 1
        return series[..., first:first + QUARTERS_PER_YEAR, :].mean(axis=-2)

    def level_shares(self, group: str | None = None, first: int | None = None) -> np.ndarray:
        """Share of staff at each official level, mean of the competencies, (5, years + 1, draws).

        Args:
            group: a staff group; None for all ASN. first: of the first futures alone; None for all.
        """
        asked = group, min(first or self.draws, self.draws)
        if asked not in self._level_shares:
            mean, level_sd, weight, _ = self._levels(group)
            mean, level_sd = mean[..., :asked[1]], level_sd[:asked[1]]
            total = sum(np.einsum("lrtd,r->ltd", levels.shares(m, level_sd), weight) for m in mean)
            self._level_shares[asked] = total / (len(mean) * weight.sum())
        return self._level_shares[asked]

    @cached_property
    def _level_shares(self) -> dict:
        """Level shares already asked for, by group and futures: a panel asks for its baseline's again and again."""
        return {}

    def meeting_standard(self, group: str | None = None) -> np.ndarray:
        """Share of staff at the required level or above, mean of the competencies, (years + 1, draws)."""
        mean, level_sd, weight, required = self._levels(group)
        total = sum(np.einsum("rtd,r->td", levels.meeting(m, need[:, None, None], level_sd), weight)
                    for m, need in zip(mean, required, strict=True))
        return total / (len(mean) * weight.sum())

    def job_person_match(self, group: str | None = None) -> np.ndarray:
        """Actual over required levels in per cent, (years + 1, draws); 90 and 78 are the bands of Peraturan BRIN 3/2023."""
        mean, _, weight, required = self._levels(group)
        return np.stack([levels.match_percent(mean[:, :, t], required, weight) for t in range(mean.shape[2])])

    def _levels(self, group: str | None):
        """Mean levels (competencies, rows, years + 1, draws), SD, people per row, required (competencies, rows)."""
        city, setting = self.city, self.setting
        if group is not None and group not in city.groups:
            raise InputError(unknown("unknown_group", group, city.groups))
        cells = np.arange(len(city.heads)) if group is None else np.flatnonzero(city.cell_group == city.group(group))
        kinds = np.concatenate([setting.row_of_cell[cells, None], city.cell_group[cells, None], city.base_level[cells]], axis=1)
        unique, row = np.unique(np.round(kinds, 9), axis=0, return_inverse=True)
        weight = np.bincount(row.reshape(-1), city.heads[cells])
        level_sd = self.values["level_sd"]
        skill = self.arrays["possessed"][:, unique[:, 0].astype(int)]
        mean = levels.mean_level(unique[:, 2:].T[:, :, None, None], skill, level_sd)
        return mean, level_sd, weight, setting.tables.required[unique[:, 1].astype(int)].T

    def promises_much(self) -> bool:
        """Whether the median gain is more than training alone can be expected to bring."""
        gain = np.median(self.year_mean(self.city_ikm, self.scenario.years) - self.city_ikm[0])
        return bool(gain > CAUTION_IKM)

    def share_reaching_20jp(self) -> np.ndarray:
        """Largest share of PNS that can have reached the yearly entitlement, (years,)."""
        reached = self.plan.share_reaching(self.assumptions["jp_entitlement"].value)
        return reached @ self.city.pns / max(self.city.pns.sum(), 1)

    def share_pppk_above_ceiling(self) -> np.ndarray:
        """Share of PPPK in courses longer than their yearly ceiling, (years,)."""
        above = self.plan.share_above(self.assumptions["pppk_ceiling"].value)
        return above @ self.city.pppk / max(self.city.pppk.sum(), 1)

    @cached_property
    def hired(self) -> np.ndarray:
        """People hired in a year, (draws,)."""
        return people.hired_per_year(self.values, self.city.exit_relative, self.city.heads, self.scenario.replacement_ratio)

    def induction_rp(self) -> np.ndarray:
        """What the compulsory courses of a year's newcomers cost, rupiah, (draws,): beside the plan's money, alike in every plan that hires alike."""
        each = sum(row.fixed_rp / row.class_size + row.per_participant_rp for row in self.scenario.catalogue.programmes if row.for_newcomers)
        return self.hired * each

    def budget_share(self) -> np.ndarray:
        """Training budget as a share of the city's spending, (years,)."""
        return self.plan.budget_rp / self.city.about.apbd_rp.value

    def table(self, indicator: str, by: str = "city", quantiles: tuple[float, ...] = QUANTILES):
        """An indicator as a tidy data frame: one row per time (and unit or service) with the quantiles asked.

        Args:
            indicator: one of `simulation.indicators.NAMES`.
            by: "city", "unit", "service", "group" or "level", as the indicator allows.
            quantiles: of the draws.

        Raises:
            InputError: unknown indicator or breakdown; the nearest names are given.
        """
        from simulation.indicators import table

        return table(self, indicator, by, quantiles)

    def named(self, scenario: Scenario) -> Outcome:
        """The same futures under a scenario with another header."""
        return replace(self, scenario=scenario)

    def compare(self, baseline: Outcome) -> Comparison:
        """This scenario against another one."""
        return compare(self, baseline)


@dataclass(frozen=True)
class Comparison:
    """Two scenarios under the same draws: differences carry no noise.

    Attributes:
        a, b: the scenario and what it is compared with.
        ikm, waiting_minutes: difference a - b in the last common year, (draws,).
        smallest: smallest IKM difference that matters, from the ledger.
        share_better, share_worse: share of futures beyond it on either side.
        verdict: "better", "worse", "practically the same" or "cannot tell".
    """

    a: Outcome
    b: Outcome
    ikm: np.ndarray
    waiting_minutes: np.ndarray
    smallest: float
    share_better: float
    share_worse: float
    verdict: str

    def series(self) -> np.ndarray:
        """IKM difference over the quarters that both scenarios have, the start first, (time, draws)."""
        last = min(self.a.quarters, self.b.quarters) + 1
        return self.a.city_ikm[:last] - self.b.city_ikm[:last]

    @cached_property
    def direction(self) -> tuple[str, float]:
        """Whether the IKM is higher or lower, whatever the size, and in which share of futures, see `direction_of`."""
        return direction_of(self.ikm)

    @cached_property
    def turning_points(self) -> tuple[float, float]:
        """Smallest differences at which the verdict would change, see `turning_points`."""
        return turning_points(self.ikm)

    @cached_property
    def scorecard(self):
        """Every promise with its difference and verdict, see `simulation.scorecard.Scorecard`."""
        from simulation.scorecard import scorecard

        return scorecard(self)

    def table(self):
        """Differences by indicator with quantiles, a data frame."""
        from simulation.indicators import comparison_table

        return comparison_table(self)

    def money(self) -> dict[str, np.ndarray]:
        """What the difference costs and is worth, see `simulation.model.value.worth`; (draws,) each."""
        return value.worth(self)

    def sentence(self, lang: str = "id") -> str:
        """The verdict in words; made from the same numbers as the table."""
        from simulation.present.words import comparison_sentence

        if lang not in self._sentences:
            self._sentences[lang] = comparison_sentence(self, lang)
        return self._sentences[lang]

    @cached_property
    def _sentences(self) -> dict[str, str]:
        """Sentences already made, by language: a page and its chart say the same one."""
        return {}

    def to_excel(self, path, lang: str = "id"):
        """Write this comparison as an Excel workbook with native charts; several go into one with `present.excel.workbook.to_excel`.

        Args:
            path: where to, ending in .xlsx. lang: "id" or "en".

        Returns:
            The path.

        Raises:
            InputError: another ending, an unknown language, or no access.
        """
        from simulation.present.excel.workbook import to_excel

        return to_excel([self], path, lang)


def compare(a: Outcome, b: Outcome) -> Comparison:
    """Compare two outcomes draw by draw in their last common year.

    `better` means that at least 90 % of the futures gain more than the smallest difference that matters, `worse` that
    as many lose more than it, `practically the same` that as many lie within it; anything else is `cannot tell`.

    Raises:
        InputError: the two do not rest on the same city and the same draws.
    """
    if a.draws != b.draws or a.scenario.seed != b.scenario.seed:
        values = {"found": f"{a.draws} / {a.scenario.seed}", "expected": f"{b.draws} / {b.scenario.seed}"}
        raise InputError(Problem("other_draws", values))
    if a.city.files_hash != b.city.files_hash:
        raise InputError(Problem("other_city", {"found": a.city.about.id, "expected": b.city.about.id}))
    year = min(a.scenario.years, b.scenario.years)
    ikm = a.year_mean(a.city_ikm, year) - b.year_mean(b.city_ikm, year)
    waiting = a.year_mean(a.waiting_minutes, year) - b.year_mean(b.waiting_minutes, year)
    smallest = b.assumptions["smallest_difference"].value
    return Comparison(a, b, ikm, waiting, smallest, *verdict_of(ikm, smallest))


SAME = "practically the same"


def verdict_of(difference: np.ndarray, smallest: float) -> tuple[float, float, str]:
    """Share of futures better and worse by more than `smallest`, and the verdict of `compare` that follows."""
    more, less = float(np.mean(difference > smallest)), float(np.mean(difference < -smallest))
    within = float(np.mean(np.abs(difference) <= smallest))
    return more, less, "better" if more >= SURE else "worse" if less >= SURE else SAME if within >= SURE else "cannot tell"


def direction_of(difference: np.ndarray) -> tuple[str, float]:
    """Whether a difference is "higher", "lower", "equal" or "cannot tell", whatever its size, and the share of futures that say so.

    For "cannot tell" the share is that of the futures in which it is higher.
    """
    higher, lower, equal = (float(np.mean(found)) for found in (difference > 0.0, difference < 0.0, difference == 0.0))
    for word, share in (("higher", higher), ("lower", lower), ("equal", equal)):
        if share >= SURE:
            return word, share
    return "cannot tell", higher


def turning_points(difference: np.ndarray) -> tuple[float, float]:
    """Smallest differences at which the verdict changes: up to the first it is better or worse, from the second on practically the same."""
    sure = max(0.0, float(np.quantile(difference, 1.0 - SURE)), float(np.quantile(-difference, 1.0 - SURE)))
    return sure, float(np.quantile(np.abs(difference), SURE))

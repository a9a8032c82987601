"""What each study would find in every future: the model's own prediction and the error of measuring it.

A study's finding in a future is what the model says there plus the noise of that design; docs/information.md has the formulas.
All designs are taken at their best (turns by lot, nobody refuses, no fraud), so the worth of a study is an upper end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation import studies as designs
from simulation.analysis.futures import Futures
from simulation.ensemble import prepare, readings
from simulation.model import chain, skill
from simulation.outcome import Outcome

FIRST = 1  # year of the pilot


@dataclass(frozen=True)
class Setting:
    """What the studies look at, made from the futures once and only when asked.

    Attributes:
        futures: the futures. likely: probability that each scenario is the best one, (scenarios,).
        executor: for the pilot's runs.
    """

    futures: Futures
    likely: np.ndarray
    executor: object = None

    @cached_property
    def pilot_ikm(self) -> np.ndarray:
        """What a first year of the plan with the highest mean IKM adds to a unit's IKM over no training, IKM points, (draws,)."""
        f = self.futures
        plan = f.scenarios[int(f.ikm.mean(axis=1).argmax())]
        pilot = plan.replace({"years": FIRST, "budget_rp": plan.budget_by_year[0]})
        waiting = pilot.replace({"budget_rp": 0.0, "classes": {}, "programmes": {}})
        first, none = (readings(one, f.city, f.assumptions, f.points, first_year_ikm, self.executor)["ikm"] for one in (pilot, waiting))
        return first - none

    @cached_property
    def courses(self) -> list[tuple[str, np.ndarray]]:
        """Programmes by money, each scenario's times its chance of being the best, and what each teaches.

        Returns:
            (id of the programme, gain of the composite that the course teaches, SD, (draws,)), the most money first.
        """
        f, spent, taught = self.futures, {}, {}
        for scenario, chance in zip(f.scenarios, self.likely, strict=True):
            if chance == 0.0:
                continue
            setting, ledger = prepare(scenario, f.city, f.assumptions)
            money = chance * setting.plan.cost_rp.sum(axis=1)
            gains = None
            ids = scenario.catalogue.ids
            for p in np.unique(setting.plan.programme):
                spent[ids[p]] = spent.get(ids[p], 0.0) + money[p]
                if money[p] > taught.get(ids[p], (0.0,))[0]:
                    gains = course_gains(setting, *ledger.at(f.points, ids)) if gains is None else gains
                    taught[ids[p]] = money[p], gains[int(np.argmax(setting.plan.programme == p))]
        return [(p, taught[p][1]) for p in sorted(taught, key=lambda p: (-spent[p], p))]


def findings(study: designs.Study, size: int, setting: Setting, seed: int) -> np.ndarray:
    """What a study finds in every future, (numbers, draws); no numbers if there is nothing it could look at.

    Args:
        size: in the study's own unit. seed: with the study's id and size it decides the noise.
    """
    rng = np.random.default_rng([seed, size, *study.id.encode()])
    return np.atleast_2d(_DESIGNS[type(study)](study, size, setting, rng))


def first_year_ikm(outcome: Outcome) -> dict[str, np.ndarray]:
    """The city's IKM in the pilot's year, (draws,)."""
    return {"ikm": outcome.year_mean(outcome.city_ikm, FIRST)}


def course_gains(setting: chain.Setting, a: dict, luck: np.ndarray) -> np.ndarray:
    """Gain on what each course teaches, right after it, SD, (courses, draws): `kappa d20 D(h)` times its multipliers."""
    fixed = a | {key: np.full(luck.shape[-1], value) for key, value in setting.fixed.items()}
    h0 = chain.h0_of(fixed, setting.structure)
    return a["kappa"] * a["d20"] * skill.dose(setting.plan.hours_jp[:, None], h0) * chain.multipliers(setting, fixed, luck)


def survey_error(values: dict, n: int, units: int) -> np.ndarray:
    """Standard error of the difference in differences of two waves, IKM points, (draws,).

    `sqrt(4 sd^2 / (n/2) + 4 w^2 / units)`: four means (two waves, two arms), each of n/2 people, and of `units` units that each wobble
    by `w` from wave to wave for other reasons.
    """
    return np.sqrt(4.0 * values["respondent_sd"] ** 2 / (n / 2.0) + 4.0 * values["unit_wave_sd"] ** 2 / units)


def test_error(n: int, retest: float) -> float:
    """Standard error of the difference of two groups' gains, SD of staff: `sqrt(2 (1 - r)) sqrt(2 / n)`.

    A gain of a person has variance `2 (1 - r)` when two scores of SD 1 correlate by `r`; n people in each of two groups.
    """
    return float(np.sqrt(2.0 * (1.0 - retest)) * np.sqrt(2.0 / n))


def _survey(study: designs.SurveyStudy, size: int, setting: Setting, rng) -> np.ndarray:
    units = min(study.units_per_arm, len(setting.futures.city.units) // 2)
    if not units:
        return np.zeros((0, setting.futures.draws))
    error = survey_error(setting.futures.values, size, units)
    return setting.pilot_ikm + error * rng.standard_normal(setting.futures.draws)


def _tests(study: designs.TestStudy, size: int, setting: Setting, rng) -> np.ndarray:
    gains = [gain for _, gain in setting.courses[:study.courses]]
    error = test_error(size, study.retest_correlation.value)
    return np.array([gain + error * rng.standard_normal(len(gain)) for gain in gains]).reshape(-1, setting.futures.draws)


def _visits(study: designs.VisitStudy, size: int, setting: Setting, rng) -> np.ndarray:
    """The share seen to apply what they learned, out of `size` participants."""
    share = skill.share_applying(setting.futures.values, np.array([study.months]))[0]
    return rng.binomial(size, share) / size


def _log(study: designs.LogStudy, size: int, setting: Setting, rng) -> np.ndarray:
    """Variability of service times and arrivals at the counters where nobody has measured it.

    `ln(1 + Cs2)`, the variance of the logarithms of lognormal times, from all tickets (chi-squared); `Ca2` as variance over mean of the
    visits in an hour, relative error `sqrt(2 / (hours - 1))`. What part of the time staff control, and what skill does to it, a log
    does not show; mean minutes and volumes it would show, but the ledger takes them as given.
    """
    s, draws = setting.futures.city.counters, setting.futures.draws
    found = []
    for own, read in ((s.service_scv, _service_spread), (s.arrival_scv, _arrival_spread)):
        open_ = np.broadcast_to(np.isnan(np.atleast_1d(own)), s.volume_per_year.shape)
        if open_.any():
            found.append(read(setting.futures.values, s, open_, size, rng))
    return np.array(found).reshape(-1, draws)


def _service_spread(values: dict, s, measured: np.ndarray, days: int, rng) -> np.ndarray:
    tickets = float((s.volume_per_year / s.days_per_year)[measured].sum()) * days
    freedom = max(1.0, tickets - 1.0)
    return np.log1p(values["service_cv2"]) * rng.chisquare(freedom, len(values["service_cv2"])) / freedom


def _arrival_spread(values: dict, s, measured: np.ndarray, days: int, rng) -> np.ndarray:
    hours = float(s.hours_per_day[measured].sum()) * days
    return values["arrival_cv2"] * (1.0 + np.sqrt(2.0 / max(1.0, hours - 1.0)) * rng.standard_normal(len(values["arrival_cv2"])))


_DESIGNS: dict[type, Callable] = {
    designs.SurveyStudy: _survey, designs.TestStudy: _tests, designs.LogStudy: _log, designs.VisitStudy: _visits,
}

"""What each future would have shown where the city has measured, and how likely the measured figures are in it.

Shapes: `draws` last. Survey waves follow `simulation.survey.observed`: sampling error, the unit's wobble, and a discrepancy
of the model that strikes the whole city in a wave.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from scipy.special import bdtr, log_ndtr, ndtr, ndtri, xlog1py, xlogy

from simulation.analysis.calibration_data import ANY, CITY, Observations, time_points
from simulation.analysis.psis import Weights
from simulation.model import chain, skill
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.survey import standard_error


@dataclass(frozen=True)
class Expected:
    """One observation beside what every future expects of it.

    Attributes:
        kind, index, key: which row of the observations, and what it says, so that the order of rows does not matter.
        block: observations of one block share a discrepancy of the model.
        family: "normal"; "at_most", where the figure is only an upper bound; or "binomial".
        observed: the figure; minutes as logarithm; a share of `size` people when binomial.
        mean: expected figure, (draws,). own, common: SD of its own error and of the block's discrepancy, (draws,).
        size: people seen; 0 when not binomial.
    """

    kind: str
    index: int
    key: str
    block: tuple
    family: str
    observed: float
    mean: np.ndarray
    own: np.ndarray
    common: np.ndarray
    size: int = 0

    @property
    def sd(self) -> np.ndarray:
        """SD of the figure around its expectation, (draws,)."""
        if self.family == "binomial":
            return np.sqrt(self.mean * (1.0 - self.mean) / self.size)
        return np.hypot(self.own, self.common)

    def below(self, weights: Weights) -> float:
        """Chance that the figure would be below the observed one, half of a tie counted."""
        if self.family != "binomial":
            return float(weights.mean(ndtr((self.observed - self.mean) / self.sd)))
        k = round(self.observed * self.size)
        under = bdtr(k - 1, self.size, self.mean) if k > 0 else np.zeros_like(self.mean)
        return float(weights.mean(0.5 * (under + bdtr(k, self.size, self.mean))))

    def figures(self, rng: np.random.Generator) -> np.ndarray:
        """Figures that each future would show, with their errors, (draws,)."""
        if self.family == "binomial":
            return rng.binomial(self.size, self.mean) / self.size
        strata = (rng.permutation(len(self.mean)) + rng.random(len(self.mean))) / len(self.mean)
        return self.mean + self.sd * ndtri(np.clip(strata, 1e-12, 1.0 - 1e-12))


def readout(outcome, observations: Observations) -> dict[str, np.ndarray]:
    """What the likelihood needs of one block of a run, (observations of the kind, draws) each."""
    start = outcome.scenario.start_year
    ikm = {unit.id: outcome.ikm[u] for u, unit in enumerate(outcome.city.units)} if observations.surveys else {}
    minutes = dict(zip(outcome.city.counters.ids, outcome.arrays["minutes"], strict=True))

    def mean_of(series, period):
        return series[time_points(period, start)].mean(axis=0)

    none = np.zeros((0, outcome.draws))
    surveys = [mean_of(outcome.city_ikm if row.unit == CITY else ikm[row.unit], row.period) for row in observations.surveys]
    counters = [mean_of(outcome.waiting_minutes if row.service == CITY else minutes[row.service], row.when) for row in observations.counters]
    room = [_room(outcome, *_course(outcome.setting, row)) for row in observations.tests]
    return {name: np.stack(rows) if rows else none for name, rows in (("surveys", surveys), ("counters", counters), ("room", room))}


def _course(setting, row) -> tuple[int, int]:
    """Position of a tested programme, and the year of its classes counted from 0."""
    p = setting.scenario.catalogue.ids.index(row.programme)
    if row.year is not None:
        return p, row.year - setting.scenario.start_year
    return p, int(np.flatnonzero(setting.plan.seats[p] > 0)[0])


def _room(outcome, p: int, year: int) -> np.ndarray:
    """Part of a gain that headroom and the choice of the lowest scorers leave to a course's participants, (draws,).

    `1 - sum_c phi[c]^2 (1 - R[c]) / sum(phi^2)`, with R from what the participants' cells possess when the year starts, and
    `1 + b_low * (pdf(z_f)/f)` where the gap decides who is seated.
    """
    setting, values = outcome.setting, outcome.values
    year_of = slice(QUARTERS_PER_YEAR * year, QUARTERS_PER_YEAR * (year + 1))
    share = setting.plan.share[p, year_of]
    seats = share * outcome.city.heads
    by_row = np.bincount(setting.row_of_cell, seats.sum(axis=0), len(setting.cell_of_row)) / seats.sum()
    taken = np.clip((outcome.arrays["known_at_start"] + outcome.arrays["possessed"][:, :, year]) / values["headroom"], 0.0, 1.0)
    content = setting.scenario.catalogue.content[p]
    squares = (content**2).sum() + (1.0 - content.sum()) ** 2
    room = 1.0 - np.einsum("c,crd,r->d", content**2 / squares, taken, by_row)
    if setting.scenario.targeting == "gap_first":
        room = room * (1.0 + values["low_scorer_gain"] * float((skill.low_scorers(share) * seats).sum() / seats.sum()))
    return room


def course_gain(setting, a: dict, luck: np.ndarray, p: int) -> np.ndarray:
    """Gain of one who completes a course, on what it teaches as a whole and with full headroom, SD, (draws,).

    `kappa * d20 * D(h) * multiplier`: the anchor of section 3 of docs/model.md.
    """
    hours = setting.plan.hours_jp[p]
    gain = a["kappa"] * a["d20"] * skill.dose(hours, chain.h0_of(a, setting.structure)) * chain.multipliers(setting, a, luck)[p]
    return gain / a["elearning_completion"] if setting.scenario.catalogue.formats[p] == "elearning" else gain


def applying_after(setting, a: dict, months: float, programme: str) -> np.ndarray:
    """Share of the trained who apply what they learned so many months after a course, (draws,).

    Without help `p0 (stay + (1 - stay) e^(-lapse t))`. A coach multiplies the lapse rate by `follow_up_effect` while the
    follow-up lasts; coaching, a quarter after the course, and a refresher win back `p0` of those who do not apply it.
    Supervisors' support is left out: see docs/calibration.md.
    """
    scenario = setting.scenario
    seats = setting.plan.seats.sum(axis=1)
    chosen = seats if programme == ANY else np.array(scenario.catalogue.ids) == programme
    coached = float(chosen @ scenario.with_coaching / chosen.sum())
    alone, helped = (_applying(a, months, scenario, with_coach) for with_coach in (False, True))
    return (1.0 - coached) * alone + coached * helped


def _applying(a: dict, months: float, scenario, coached: bool) -> np.ndarray:
    """Share applying with or without a coach, through the moments at which something happens."""
    span = 3.0 * scenario.catalogue.terms["coaching_quarters"] if coached else 0.0
    woken_at = {3.0} if coached else set()
    woken_at |= {float(scenario.refresher_months)} if scenario.refresher_months else set()
    p0 = skill.applying(a)
    steady, wavering, now = p0 * a["stay"], p0 * (1.0 - a["stay"]), 0.0
    for then in sorted({m for m in (*woken_at, span) if 0.0 < m <= months} | {months}):
        pace = a["follow_up_effect"] if then <= span else 1.0
        wavering = wavering * np.exp(-a["lapse"] * pace * (then - now))
        if then in woken_at:
            woken = p0 * (1.0 - steady - wavering)
            steady, wavering = steady + a["stay"] * woken, wavering + (1.0 - a["stay"]) * woken
        now = then
    return steady + wavering


def expected(observations: Observations, setting, a: dict, luck: np.ndarray, read: dict[str, np.ndarray]) -> tuple[Expected, ...]:
    """Every observation beside what the futures expect, those of a block side by side.

    Args:
        setting: what was run. a: draws of the ledger. luck: of each programme, (programmes, draws). read: see `readout`.
    """
    nothing = np.zeros(luck.shape[1])
    found = [_survey(row, i, setting.city, a, read["surveys"][i]) for i, row in enumerate(observations.surveys)]
    for i, row in enumerate(observations.tests):
        mean = course_gain(setting, a, luck, _course(setting, row)[0]) * read["room"][i]
        family = "normal" if row.control else "at_most"
        key = row.model_dump_json()
        found.append(Expected("tests", i, key, ("tests", key), family, row.gain, mean, nothing + row.standard_error, nothing))
    for i, row in enumerate(observations.applying):
        share = np.clip(applying_after(setting, a, row.months, row.programme), 1e-9, 1.0 - 1e-9)
        key = row.model_dump_json()
        found.append(Expected("applying", i, key, ("applying", key), "binomial", row.applying / row.seen, share, nothing, nothing, row.seen))
    for i, row in enumerate(observations.counters):
        own, common = nothing + row.standard_error / row.minutes, nothing + observations.counter_discrepancy
        found.append(Expected("counters", i, row.model_dump_json(), ("counters", row.service), "normal", float(np.log(row.minutes)),
                              np.log(read["counters"][i]), own, common))
    return tuple(sorted(found, key=lambda item: (item.block, item.key)))


def _survey(row, i: int, city, a: dict, mean: np.ndarray) -> Expected:
    """A survey result: a unit wobbles by itself; in the city's mean the wobbles of the units cancel out in part."""
    period = row.period
    served, wobble = city.users.sum(), float(np.sqrt((city.users**2).sum()) / city.users.sum())
    if row.unit != CITY:
        served, wobble = city.users[city.unit(row.unit)], 1.0
    sampling = standard_error(float(row.n), served * period.length / QUARTERS_PER_YEAR, a["respondent_sd"] if row.sd is None else row.sd)
    own = np.hypot(sampling, wobble * a["unit_wave_sd"])
    return Expected("surveys", i, row.model_dump_json(), ("surveys", period.key), "normal", row.ikm, mean, own, a["discrepancy_sd"])


def blocks(items: Iterable[Expected]) -> list[list[Expected]]:
    """Observations that share a discrepancy, together."""
    return [list(group) for _, group in groupby(items, key=lambda item: item.block)]


def log_likelihood(items: Iterable[Expected], draws: int) -> np.ndarray:
    """Log-likelihood of all observations in every future, up to a constant, (draws,)."""
    return sum((_of_block(block) for block in blocks(items)), np.zeros(draws))


def _of_block(block: list[Expected]) -> np.ndarray:
    """Of the observations of one block, (draws,).

    Normal with the covariance `diag(own^2) + common^2`, by the formula of Sherman and Morrison; or binomial; or, where the figure
    is an upper bound, `Phi((observed - mean) / own)`: whatever was added to the gain is not negative and otherwise unknown.
    """
    first = block[0]
    if first.family == "binomial":
        return sum(_binomial(round(item.observed * item.size), item.size, item.mean) for item in block)
    if first.family == "at_most":
        return sum(log_ndtr((item.observed - item.mean) / item.own) for item in block)
    variance = np.stack([item.own**2 for item in block])
    apart = np.stack([item.observed - item.mean for item in block])
    common = first.common**2
    precision = (1.0 / variance).sum(axis=0)
    shared = (apart / variance).sum(axis=0)
    quadratic = (apart**2 / variance).sum(axis=0) - common * shared**2 / (1.0 + common * precision)
    return -0.5 * (quadratic + np.log(variance).sum(axis=0) + np.log1p(common * precision))


def _binomial(k: int, n: int, p: np.ndarray) -> np.ndarray:
    return xlogy(k, p) + xlog1py(n - k, -p)


def made_up(items: Iterable[Expected], draw: int, rng: np.random.Generator) -> tuple[Expected, ...]:
    """The same observations with figures as one of the futures would show them: for testing the method on known truth."""
    found = []
    for block in blocks(items):
        shift = float(block[0].common[draw]) * rng.standard_normal()
        for item in block:
            if item.family == "binomial":
                figure = rng.binomial(item.size, item.mean[draw]) / item.size
            else:
                figure = float(item.mean[draw] + shift + item.own[draw] * rng.standard_normal())
            found.append(replace(item, observed=figure))
    return tuple(found)

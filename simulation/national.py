"""A test of size: would the model carry every regency and city of Indonesia, and at what cost?

The 514 cities here are made, not found: each is Kota Salatiga made larger or smaller. What they say about time and memory holds; what they
say about Indonesia does not, because ratings, skill and queues are Salatiga's in all of them. A city is the unit of work and gives back a
few numbers, so that memory does not grow with the country.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from simulation.analysis.futures import futures
from simulation.assumptions import Assumptions
from simulation.city import City, Services, Unit
from simulation.ensemble import Progress, checked_draws
from simulation.errors import InputError, Problem, shown
from simulation.language import LANGUAGES, say
from simulation.outcome import verdict_of
from simulation.scenario import Scenario
from simulation.schema import Texts

CITIES = 514  # 416 kabupaten and 98 kota (Kementerian Dalam Negeri, 2022)
ASN = 4_300_000  # the sizing case: civil servants of the whole country, rounded (BKN, Buku Statistik ASN 2023)
SPREAD = 0.55  # sd of the logarithm of a city's size: nine in ten between 3,000 and 18,000 ASN; a choice for this test
_PER_AREA = ("Kecamatan", "Puskesmas", "SD", "SMP", "TK")  # a larger city has more of these units, and larger other ones
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class National:
    """Two scenarios in many made cities, larger cities first.

    Attributes:
        scenario, baseline: what is compared, in Salatiga's money; every city has the same money per civil servant.
        draws: futures; the same ones in every city, so that what is uncertain is uncertain for all of them together.
        number: which of the cities, (cities,). asn, units, cells: their size.
        gain_ikm, waiting_minutes: difference in the last common year, quantiles 5, 50 and 95 % over the futures, (cities, 3).
        cost_rp: median present value of what the scenario costs, (cities,).
        verdict: of each city, see `simulation.outcome.compare`.
        total_gain_ikm: difference in IKM, cities weighted by the people they serve, (draws,).
        total_cost_rp, total_baseline_rp: cost of the two in all cities, (draws,).
    """

    scenario: Scenario
    baseline: Scenario
    draws: int
    number: np.ndarray
    asn: np.ndarray
    units: np.ndarray
    cells: np.ndarray
    gain_ikm: np.ndarray
    waiting_minutes: np.ndarray
    cost_rp: np.ndarray
    verdict: tuple[str, ...]
    total_gain_ikm: np.ndarray
    total_cost_rp: np.ndarray
    total_baseline_rp: np.ndarray

    def table(self):
        """One row per city, a data frame."""
        import pandas as pd

        bands = {f"{name}_p{int(100 * q):02d}": values[:, i] for name, values in
                 (("gain_ikm", self.gain_ikm), ("waiting_minutes", self.waiting_minutes)) for i, q in enumerate(QUANTILES)}
        return pd.DataFrame({"number": self.number, "asn": self.asn, "units": self.units, "cells": self.cells, **bands,
                             "cost_rp": self.cost_rp, "verdict": self.verdict})

    def sentence(self, lang: str = "id") -> str:
        """What the run says, and that it is a test of size."""
        from simulation.present.national_views import sentence

        return sentence(self, lang)


def national(scenario: Scenario, baseline: Scenario, home: City, assumptions: Assumptions, draws: int = 1024,
             numbers: Sequence[int] | None = None, executor: Executor | None = None, progress: Progress | None = None) -> National:
    """Compare two scenarios in made cities.

    Args:
        scenario, baseline: as decided for `home`; money and class counts are scaled with the civil servants.
        home: the city that all others are made of.
        draws: futures per city and scenario.
        numbers: which of the cities, 0 to 513; None for all.
        executor: a city is a piece of work; anything with the `concurrent.futures` interface.
        progress: told (done, total) cities.

    Raises:
        InputError: a number that no city has, none at all, or the problems of `simulation.analysis.futures.futures`.
    """
    size = sizes()
    chosen = _largest_first(size, range(CITIES) if numbers is None else numbers)
    work = partial(_city, home=home, pair=(baseline, scenario), assumptions=assumptions, draws=checked_draws(draws))
    rows, totals = [], {"ikm": 0.0, "users": 0.0, "cost": 0.0, "before": 0.0}
    found = (executor.map if executor else map)(work, [int(n) for n in chosen], [int(size[n]) for n in chosen])
    for done, (row, users, ikm, cost, before) in enumerate(found, start=1):
        rows.append(row)
        for name, part in (("ikm", users * ikm), ("users", users), ("cost", cost), ("before", before)):
            totals[name] = totals[name] + part  # in the order of the cities, so that no worker's speed decides a digit
        if progress:
            progress(done, len(chosen))
    columns = list(zip(*rows, strict=True))
    return National(scenario, baseline, draws, chosen, size[chosen], *(np.array(column) for column in columns[:-1]), columns[-1],
                    totals["ikm"] / totals["users"], totals["cost"], totals["before"])


def sample(fraction: float) -> np.ndarray:
    """Numbers of a share of the cities, evenly through their sizes.

    Raises:
        InputError: the share is not above 0 and at most 1.
    """
    if isinstance(fraction, bool) or not isinstance(fraction, (int, float)) or not 0 < fraction <= 1:
        raise InputError(Problem("national_fraction", {"found": shown(fraction)}))
    count = max(1, round(fraction * CITIES))
    places = np.floor((np.arange(count) + 0.5) * CITIES / count).astype(int)
    return _largest_first(sizes(), range(CITIES))[places]


def sizes(cities: int = CITIES, asn: int = ASN, seed: int = CITIES) -> np.ndarray:
    """Civil servants of each made city, lognormal, adding up to `asn`, (cities,)."""
    return apportioned(asn, np.exp(SPREAD * np.random.default_rng(seed).standard_normal(cities)))


def apportioned(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers in proportion to weights that add up to a total: largest remainder (Hamilton 1792), and one at least."""
    exact = total * weights / weights.sum()
    whole = np.maximum(1, np.floor(exact + 1e-9).astype(int))
    left = total - whole.sum()
    if left >= 0:
        whole[np.argsort(-(exact - whole), kind="stable")[:left]] += 1
    for _ in range(-left):  # the ones given to the smallest are taken from the largest
        whole[np.argmax(whole)] -= 1
    return whole


def made_city(number: int, asn: int, home: City) -> City:
    """A city of `asn` civil servants like `home`: more districts, health centres and schools, and other units of another size.

    Desks are whole, and the people who come to them follow the desks, so that rounding makes no queue that `home` does not have.
    """
    factor = asn / home.heads.sum()
    times = np.array([max(1, round(factor)) if unit.form in _PER_AREA else 1 for unit in home.units])
    origin = np.repeat(np.arange(len(home.units)), times)
    first = np.concatenate([[0], np.cumsum(times)[:-1]])
    part = factor / times  # a copy's size relative to its original
    cells = np.concatenate([np.flatnonzero(home.cell_unit == unit) for unit in origin])
    unit_of_cell = np.repeat(np.arange(len(origin)), [np.count_nonzero(home.cell_unit == unit) for unit in origin])
    heads = apportioned(asn, home.heads[cells] * part[home.cell_unit[cells]])
    pppk = np.round(heads * home.pppk[cells] / home.heads[cells]).astype(home.pppk.dtype)
    about = home.about.model_copy(update={
        "id": f"{home.about.id}_{number}", "name": Texts(**{lang: say("national.city", lang, number=number) for lang in LANGUAGES}),
        "apbd_rp": home.about.apbd_rp.model_copy(update={"value": home.about.apbd_rp.value * factor}),
    })
    services = {name: _services(getattr(home, name), times, first, part) for name in ("counters", "casework", "schools")}
    return replace(
        home, about=about, units=tuple(_copy(home.units[u], i - first[u]) for i, u in enumerate(origin)), unit_kind=home.unit_kind[origin],
        cell_unit=unit_of_cell, cell_group=home.cell_group[cells], pns=heads - pppk, pppk=pppk, exit_relative=home.exit_relative[cells],
        base_level=home.base_level[cells], ratings=home.ratings[origin], users=home.users[origin] * part[origin],
        respondents=home.respondents[origin], grades=(), files_hash=f"{home.files_hash}-{number}-{asn}", training=None, **services,
    )


def made_scenario(scenario: Scenario, city: City, home: City) -> Scenario:
    """What was decided for `home` with the same money per civil servant; what holds for a unit holds for its copies."""
    factor = city.heads.sum() / home.heads.sum()
    budget = scenario.budget_rp
    changes = {"budget_rp": [factor * b for b in budget] if isinstance(budget, list) else factor * budget}
    if scenario.classes:
        changes["classes"] = {name: int(count * factor) for name, count in scenario.classes.items()}
    for field in ("unit_weights", "needs"):
        if getattr(scenario, field):
            changes[field] = {unit.id: getattr(scenario, field)[_original(unit)] for unit in city.units
                              if _original(unit) in getattr(scenario, field)}
    return scenario.replace(changes)


def _city(number: int, asn: int, home: City, pair: tuple[Scenario, Scenario], assumptions: Assumptions, draws: int):
    """One city: its row of the table, the people it serves, and per future the gain and the cost of both."""
    city = made_city(number, asn, home)
    told = futures([made_scenario(scenario, city, home) for scenario in pair], city, assumptions, draws)
    gain, waiting = told.ikm[1] - told.ikm[0], told.waiting_minutes[1] - told.waiting_minutes[0]
    smallest = assumptions.replace(pair[0].overrides)["smallest_difference"].value
    row = (len(city.units), len(city.heads), np.quantile(gain, QUANTILES), np.quantile(waiting, QUANTILES),
           float(np.median(told.cost_rp[1])), verdict_of(gain, smallest)[2])
    return row, float(city.users.sum()), gain, told.cost_rp[1], told.cost_rp[0]


def _largest_first(size: np.ndarray, numbers: Sequence[int]) -> np.ndarray:
    """City numbers by size, so that no large one is begun when the others are done."""
    numbers = np.unique(np.asarray(numbers, dtype=int))
    if not len(numbers) or numbers[0] < 0 or numbers[-1] >= len(size):
        raise InputError(Problem("national_number", {"limit": str(len(size) - 1)}))
    return numbers[np.argsort(-size[numbers], kind="stable")]


def _copy(unit: Unit, copy: int) -> Unit:
    return replace(unit, id=f"{unit.id}:{copy + 1}") if copy else unit


def _original(unit: Unit) -> str:
    return unit.id.split(":")[0]


def _services(services: Services, times: np.ndarray, first: np.ndarray, part: np.ndarray) -> Services:
    """The services of every copy of their unit, (services,) each."""
    which = np.repeat(np.arange(len(services.ids)), times[services.unit])
    origin = services.unit[which]
    begin = np.repeat(np.cumsum(times[services.unit]) - times[services.unit], times[services.unit])
    servers = services.servers[which] * part[origin]
    whole = np.isnan(services.baseline_days[which])  # desks; casework counts fractions of a person
    servers = np.where(whole, np.maximum(1.0, np.round(servers)), servers)
    busy = np.where(np.isnan(servers), part[origin], servers / services.servers[which])
    scaled = {name: np.broadcast_to(value, len(services.ids))[which] for name, value in vars(services).items()
              if name not in ("ids", "names", "unit", "servers", "volume_per_year")}
    return Services(tuple(services.ids[i] for i in which), tuple(services.names[i] for i in which),
                    first[origin] + np.arange(len(which)) - begin, servers=servers.astype(services.servers.dtype),
                    volume_per_year=services.volume_per_year[which] * busy, **scaled)

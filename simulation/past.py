"""The training of the years before the start: the city's own history where it was imported, else its habit."""

from __future__ import annotations

import numpy as np

from simulation.city_training import OTHER_UNITS
from simulation.model import chain, training
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.scenario import Catalogue, Scenario


def past_of(city, catalogue: Catalogue, ledger) -> chain.Past | None:
    """The years before the start, None for a city of which nothing is known.

    A programme that the catalogue does not hold teaches nothing the model knows and is left out.
    """
    key = catalogue.id, ledger.id
    if key not in city._pasts:
        if len(city._pasts) >= 4:  # ledgers come and go on an assumption bench
            city._pasts.clear()
        city._pasts[key] = _past(city, catalogue, ledger)
    return city._pasts[key]


def _past(city, catalogue: Catalogue, ledger) -> chain.Past | None:
    years = int(ledger["years_before"].value)
    scenario = _scenario(city, catalogue, years)
    held = _history(city, catalogue, years)
    if held is None and not scenario.programmes:
        return None
    plan = None if held is None else _plan(held, scenario, city, ledger.fixed)
    setting = chain.prepare(scenario, city, ledger.tables, dict(ledger.structure), ledger.fixed, plan=plan)
    return chain.Past(setting, f"past of {city.files_hash}, {catalogue.id}, {ledger.id}")


def _scenario(city, catalogue: Catalogue, years: int) -> Scenario:
    """The city's habit as a scenario."""
    habit, texts = city.about.habit, {"id": "Kebiasaan kota", "en": "The city's habit"}
    known = {name: share for name, share in habit.programmes.items() if name in catalogue.ids} if habit else {}
    return Scenario(name=texts, author="", date="", reason=texts, reference="", years=years, budget_rp=habit.budget_rp if habit else 0.0,
                    programmes=known)._with(catalogue, None)


def _history(city, catalogue: Catalogue, years: int) -> np.ndarray | None:
    """Seats of the imported history as shares of each cell, (programmes, quarters, cells); None without one.

    The last years are as recorded, a quarter of a year's seats each quarter; the years before are like the mean of those recorded.
    """
    if city.training is None or not city.training.courses:
        return None
    recorded = sorted({course.year for course in city.training.courses})
    seats = np.zeros((len(catalogue.ids), len(recorded), len(city.heads)))
    open_to = catalogue.open_to(city)
    for course in city.training.courses:
        if course.programme in catalogue.ids:
            p = catalogue.ids.index(course.programme)
            there = np.ones_like(city.cell_unit, bool) if course.unit == OTHER_UNITS else city.cell_unit == city.unit(course.unit)
            heads = city.heads * (there & open_to[p])
            if heads.any():
                seats[p, recorded.index(course.year)] += course.participants * heads / heads.sum()
    share = np.minimum(1.0, seats / city.heads)
    share = share[:, -years:]
    share = np.concatenate([np.repeat(share.mean(axis=1, keepdims=True), years - share.shape[1], axis=1), share], axis=1)
    each = np.repeat(share / QUARTERS_PER_YEAR, QUARTERS_PER_YEAR, axis=1)
    return each / np.maximum(1.0, each.sum(axis=0))  # nobody sits twice in a quarter


def _plan(share: np.ndarray, scenario: Scenario, city, fixed: dict) -> training.Plan:
    """Recorded seats as a plan; money is not known and not needed."""
    offers = scenario.offers_in(city)
    return training.plan_of_seats(share, offers, scenario.catalogue, city.heads, fixed["hours_per_jp"], fixed["effective_hours"])

"""From needs to training: who falls short of the required level, which courses teach it, what they cost, and a scenario."""

from __future__ import annotations

import numpy as np

from simulation.errors import InputError, Problem, shown
from simulation.language import LANGUAGES, say
from simulation.model import levels
from simulation.model.training import price_of_classes

_CLOSE = 0.5  # of the best course's merit for a need: courses below it would only split the money into crumbs
_STEPS = 10_000  # shares are written with four decimals, rounded down so that they never pass 1


def staff_below(city, assumptions) -> np.ndarray:
    """People below the required level, expected number, (cells, competencies).

    `heads * P(level < required)` with the model's normal cut; nobody is below level 1, the lowest there is.
    """
    required = assumptions.tables.required[city.cell_group]
    short = 1.0 - levels.meeting(city.base_level, required, assumptions["level_sd"].value)
    return city.heads[:, None] * np.where(required > 1, short, 0.0)


def level_gaps(city, assumptions, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How far staff are below what the standard asks, for the city and each unit, all (1 + units, asked).

    Returns:
        gap: mean shortfall in official levels, `sum heads max(0, required - level) / sum heads`.
        lacking: the same as a share of what is required, `sum heads max(0, required - level) / sum heads required`.
        people: expected number of staff below the required level.
    """
    required = assumptions.tables.required[city.cell_group]
    short = city.heads[:, None] * np.maximum(0.0, required - city.base_level)
    asked_of = city.heads[:, None] * required
    below = staff_below(city, assumptions)
    member = np.concatenate([np.ones((1, len(city.heads))), np.arange(len(city.units))[:, None] == city.cell_unit])
    heads = member @ city.heads[:, None]
    gap = _ratio(member @ short, heads)
    lacking = _ratio(member @ short, member @ asked_of)
    return gap[:, asked], lacking[:, asked], (member @ below)[:, asked]


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(np.broadcast_shapes(part.shape, whole.shape)), where=whole > 0)


def courses_table(needs, lang: str, place: int):
    """Data frame, one row per competency and programme that teaches it there; see `Needs.courses`.

    Columns: competency, name, rank, programme, programme_name, content (share of the course), people_below, people_open (of
    them, those whom the course is open to), class_size, class_rp, classes and cost_rp (to seat all of the latter once).
    """
    import pandas as pd

    city, catalogue = needs.city, needs.catalogue
    here = np.ones(len(city.heads)) if place == 0 else (city.cell_unit == place - 1).astype(float)
    below = staff_below(city, needs.assumptions)[:, needs.asked] * here[:, None]
    reached = catalogue.open_to(city).astype(float) @ below
    price = price_of_classes(catalogue, np.arange(len(catalogue.ids)), catalogue.practice, catalogue.coached, np.zeros(len(catalogue.ids)))
    rows = []
    for i in needs.order(place):
        content = catalogue.content[:, needs.asked[i]]
        for p in sorted(np.flatnonzero((content > 0) & (reached[:, i] > 0)), key=lambda p: (-content[p], p)):
            classes = int(np.ceil(np.round(reached[p, i] / catalogue.class_size[p], 9)))
            rows.append({
                "competency": city.competencies[needs.asked[i]], "name": needs.name(i, lang), "rank": int(needs.rank[place, i]),
                "programme": catalogue.ids[p], "programme_name": catalogue.programmes[p].name[lang], "content": content[p],
                "people_below": below[:, i].sum(), "people_open": reached[p, i], "class_size": int(catalogue.class_size[p]),
                "class_rp": price[p], "classes": classes, "cost_rp": classes * price[p],
            })
    return pd.DataFrame(rows)


def needs_scenario(needs, base, top: int | None = None, name: str | dict | None = None):
    """A scenario with `base`'s money and years, targeted at the needs.

    Seats go to unit x competency in proportion to `priority * sum(need) of the unit / sum(need) of the city`, for each
    unit's own top competencies; units that were not asked count with the city's ratings and their own level gaps. The
    budget is split over the city's top competencies in proportion to their priority, and for each of them over the
    programmes in proportion to `content * share of the people below the level whom it is open to`; programmes with less
    than half of the best one's are left out, and so is a programme that would not get one class out of its share.

    Args:
        needs: a `Needs`.
        base: the scenario whose budget, years, follow-up and so on are kept.
        top: how many competencies count; None for those with more than an equal share of the priority.
        name: of the new scenario, one text or {"id": ..., "en": ...}.

    Raises:
        InputError: `top` outside 1 to the number of competencies; no programme teaches any of them.
    """
    most = len(needs.asked)
    if top is not None and (isinstance(top, bool) or not isinstance(top, int) or not 1 <= top <= most):
        raise InputError(Problem("needs_top", {"found": shown(top), "limit": str(most)}))
    chosen = _chosen(needs, 0, top)
    shares = _programme_shares(needs, base, chosen)
    names = name or {lang: say("needs.scenario.name", lang) for lang in LANGUAGES}
    scenario = base.replace({
        "name": {lang: names for lang in LANGUAGES} if isinstance(names, str) else dict(names),
        "reason": {lang: _reason(needs, chosen, lang) for lang in LANGUAGES}, "reference": f"needs:{needs.data.id}",
        "baseline": False, "targeting": "needs", "needs": _unit_weights(needs, top), "programmes": shares, "classes": {},
    })
    scenario.for_city(needs.city)
    return scenario


def _chosen(needs, place: int, top: int | None) -> list[int]:
    """The competencies of a place that count."""
    return needs.order(place)[:top] if top else needs.top(place) or needs.order(place)[:1]


def _unit_weights(needs, top: int | None) -> dict[str, dict[str, float]]:
    """Weight of each unit's need of each competency, as a scenario file holds it."""
    size = needs.need.sum(axis=1)
    relative = np.divide(size, size[0], out=np.ones_like(size), where=size[0] > 0)
    weights = {}
    for u, unit in enumerate(needs.city.units):
        place = u + 1
        row = {needs.city.competencies[needs.asked[i]]: round(float(needs.priority[place, i] * relative[place]), 2)
               for i in _chosen(needs, place, top)}
        weights[unit.id] = {c: w for c, w in row.items() if w > 0}
    return {unit: row for unit, row in weights.items() if row}


def _programme_shares(needs, base, chosen: list[int]) -> dict[str, float]:
    """Share of the budget of each programme, by id."""
    catalogue = base.catalogue
    below = staff_below(needs.city, needs.assumptions)[:, needs.asked[chosen]]
    reach = _ratio(catalogue.open_to(needs.city).astype(float) @ below, below.sum(axis=0)[None])
    merit = catalogue.content[:, needs.asked[chosen]] * reach
    merit = np.where(merit >= _CLOSE * merit.max(axis=0), merit, 0.0)
    taught = merit.sum(axis=0) > 0
    if not taught.any():
        raise InputError(Problem("needs_no_programme", {"found": {lang: ", ".join(needs.name(i, lang) for i in chosen)
                                                                  for lang in LANGUAGES}}))
    wanted = _ratio(merit, merit.sum(axis=0)[None]) @ needs.priority[0, chosen]
    share = _affordable(wanted / wanted.sum(), min(base.budget_by_year), base.prices)
    return {name: float(part) for name, part in zip(catalogue.ids, _written(share), strict=True) if part > 0}


def _written(share: np.ndarray) -> np.ndarray:
    """Shares as a scenario file holds them, never more than was meant."""
    return np.floor(np.round(share * _STEPS, 6)) / _STEPS


def _affordable(share: np.ndarray, budget: float, price: np.ndarray) -> np.ndarray:
    """Shares without those that buy no class, the others scaled up; unchanged if no class can be bought at all."""
    kept = share.copy()
    while kept.any():
        classes = np.where(kept > 0, _written(kept) * budget / price, np.inf)
        worst = int(np.argmin(np.round(classes, 9)))
        if classes[worst] >= 1.0:
            return kept
        kept[worst] = 0.0
        kept = kept / kept.sum() if kept.any() else kept
    return share


def _reason(needs, chosen: list[int], lang: str) -> str:
    return say("needs.scenario.reason", lang, names=", ".join(needs.name(i, lang) for i in chosen),
               people=needs.data.respondents, tables=needs.data.tables)

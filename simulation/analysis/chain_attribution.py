"""Through which links of the chain one outcome differs from another: speed, errors, hands at the counter, and each element of the SKM.

Training reaches the IKM in two ways. Citizens notice skill itself, element by element; and skill makes service faster and more often right, which moves the
element of time and, less, the other elements that staff move. One link at a time is switched from a's inputs to b's, the model's own functions say what the IKM becomes, and the Shapley value shares
the difference out. The IKM is a sum over elements, so the game is a sum of one small game per element, and shares of a sum are sums of shares.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from simulation.analysis import shapley
from simulation.analysis.attribution import figures_of, share_table
from simulation.ensemble import BLOCK, Progress
from simulation.errors import InputError, Problem
from simulation.model import chain, people
from simulation.model.training import QUARTERS_PER_YEAR
from simulation.outcome import Outcome, compare

# what moves citizens' time: skill of the service mix, technical skill, people at work, minutes decided
SERVICE = ("speed", "errors", "hands", "minutes")
LEDGER = "assumptions"  # other values or structure in b's ledger: a scenario may override them
ELEMENT = "element."  # citizens notice the skill that an element rests on


@dataclass(frozen=True)
class ChainAttribution:
    """What each link does to the IKM of the city between two outcomes, last common year.

    Attributes:
        a, b: the outcomes. year: last common year, 1 = first.
        links: `SERVICE`, `element.<id>` for each element of the SKM, and `LEDGER`.
        shares: IKM points, (links, draws); they add up to `end - start` in every draw, 0 exactly for a link that cannot matter.
        start, end: IKM of the city with a and with b, (draws,).
    """

    a: Outcome
    b: Outcome
    year: int
    links: tuple[str, ...]
    shares: np.ndarray
    start: np.ndarray
    end: np.ndarray

    @property
    def keys(self) -> list[str]:
        """Names of the links."""
        return list(self.links)

    @property
    def draws(self) -> int:
        """Number of futures."""
        return len(self.start)

    @property
    def difference(self) -> np.ndarray:
        """IKM with b less that with a, (draws,)."""
        return self.end - self.start

    @property
    def through_service(self) -> np.ndarray:
        """The part that comes through citizens' time: speed, errors, hands and minutes together, (draws,)."""
        return self.shares[:len(SERVICE)].sum(axis=0)

    def service_figures(self) -> tuple[float, float, float]:
        """Mean, p05 and p95 of `through_service`, IKM points."""
        return figures_of(self.through_service)

    def table(self):
        """A data frame, the largest share first and `difference` last; see `attribution.share_table`."""
        return share_table(self.keys, self.shares, self.difference, np.zeros(len(self.links)))

    def sentence(self, lang: str = "id") -> str:
        """Through which link how much comes, in words."""
        from simulation.present.attribution_views import chain_sentence

        return chain_sentence(self, lang)


@dataclass(frozen=True)
class _Side:
    """One outcome in one block of draws: what the downstream links are told.

    Attributes:
        setting, values: as `chain.run` takes them.
        service: speed (skill on the service mix), errors (technical skill), hands (people at work relative to the start), minutes (the factor decided);
            (units, quarters, draws) but for minutes.
        skill: skill each element rests on in the quarters of the year, SD, (elements, units, 4, draws).
    """

    setting: chain.Setting
    values: dict[str, np.ndarray]
    service: dict[str, np.ndarray]
    skill: np.ndarray


def along_chain(a: Outcome, b: Outcome, executor: Executor | None = None, progress: Progress | None = None) -> ChainAttribution:
    """Share the IKM difference between two outcomes out over the links of the chain.

    Args:
        a, b: from and to; outcomes of `simulate` in the same city with the same draws.
        executor: anything with the `concurrent.futures` interface.
        progress: told (done, total) draws.

    Raises:
        InputError: the outcomes do not rest on the same city and draws, or their draws are not those of `simulate`.
    """
    compare(b, a)  # the same city and draws, or a named problem
    year = min(a.scenario.years, b.scenario.years)
    luck = [_luck(outcome) for outcome in (a, b)]
    links = (*SERVICE, *(ELEMENT + name for name in a.setting.tables.elements), LEDGER)
    parts = [slice(first, first + BLOCK) for first in range(0, a.draws, BLOCK)]
    blocks = [[(o.setting, {key: v[part] for key, v in o.values.items()}, o.arrays["pace"][..., part], drawn[:, part])
               for o, drawn in zip((a, b), luck, strict=True)] for part in parts]
    shares = np.empty((len(links), a.draws))
    for part, found in zip(parts, (executor.map if executor else map)(_block, blocks, [year] * len(blocks)), strict=True):
        shares[:, part] = found
        if progress:
            progress(min(part.stop, a.draws), a.draws)
    return ChainAttribution(a, b, year, links, shares, *(o.year_mean(o.city_ikm, year) for o in (a, b)))


def _luck(outcome: Outcome) -> np.ndarray:
    """The programmes' own effects that the outcome was run with, (programmes, draws)."""
    values, luck = outcome.assumptions.draw(outcome.draws, outcome.scenario.seed, outcome.scenario.catalogue.ids)
    if not all(np.array_equal(values[key], drawn) for key, drawn in outcome.values.items()):
        raise InputError(Problem("attribution_draws", {"found": outcome.scenario.key}))
    return luck


def _block(sides: list[tuple], year: int) -> np.ndarray:
    """Shares in one block of draws, (links, draws)."""
    a, b = (_side(*given, year) for given in sides)
    elements = a.setting.tables.elements
    at_rest = _Ikm(a, b, year)
    found = dict.fromkeys((*SERVICE, *(ELEMENT + name for name in elements), LEDGER), np.zeros(len(a.values["p0"])))
    for e in (None, *range(len(elements))):
        players = at_rest.players(e)
        worth = {mask: at_rest.of(e, {p for i, p in enumerate(players) if mask >> i & 1}) for mask in range(1 << len(players))}
        for player, share in zip(players, shapley.exact(worth, len(players)), strict=True):
            found[player] = found[player] + share
    return np.stack(list(found.values()))


class _Ikm:
    """IKM of the city with some links at b's inputs and the others at a's, taken apart into a level and one part per element."""

    def __init__(self, a: _Side, b: _Side, year: int):
        self.a, self.b, self.year = a, b, year
        slopes = np.maximum(a.setting.tables.slopes, b.setting.tables.slopes)
        self.feels_waits = (slopes > 0) | (np.arange(len(slopes)) == a.setting.tables.time)
        users = a.setting.city.users
        self.weight = users / users.sum()
        self._citizens: dict[bool, satisfaction.Citizens] = {}
        self._level: dict[bool, np.ndarray] = {}
        self._slower: dict[frozenset, list[np.ndarray]] = {}

    def players(self, e: int | None) -> list[str]:
        """Links that can move the part of element `e` (None: the level); one whose inputs are the same would get 0 anyway."""
        found = []
        if e is not None and self.feels_waits[e]:
            found += [link for link in SERVICE if not np.array_equal(self.a.service[link], self.b.service[link])]
        if e is not None and not np.array_equal(self.a.skill[e], self.b.skill[e]):
            found.append(ELEMENT + self.a.setting.tables.elements[e])
        return found + [LEDGER] * _ledgers_differ(self.a, self.b)

    def of(self, e: int | None, switched: set[str]) -> np.ndarray:
        """The part of element `e` in the city's IKM, or its level with no skill gained and no time changed, (draws,)."""
        ledger = LEDGER in switched
        if ledger not in self._level:
            self._level[ledger] = self._mean(ledger, np.zeros_like(self.a.skill))
        if e is None:
            return self._level[ledger]
        skill = np.zeros_like(self.a.skill)
        skill[e] = (self.b if ELEMENT + self.a.setting.tables.elements[e] in switched else self.a).skill[e]
        return self._mean(ledger, skill, self._time(switched) if self.feels_waits[e] else None, e) - self._level[ledger]

    def _mean(self, ledger: bool, skill: np.ndarray, slower: list[np.ndarray] | None = None, e: int | None = None) -> np.ndarray:
        """IKM of the city over the year with this skill, and with element `e` alone feeling how much slower service is."""
        side = self.b if ledger else self.a
        if ledger not in self._citizens:
            self._citizens[ledger] = chain.citizens_of(side.setting, side.values)
        citizens, total = self._citizens[ledger], 0.0
        alone = (citizens.moved == e)[:, None, None]
        for t in range(QUARTERS_PER_YEAR):
            years = self.year - 1 + (t + 0.5) / QUARTERS_PER_YEAR
            total = total + self.weight @ citizens.quarter(skill[citizens.moved, :, t], alone * slower[t] if slower else 0.0, years)
        return total / QUARTERS_PER_YEAR

    def _time(self, switched: set[str]) -> list[np.ndarray]:
        """How much slower than expected service is in the quarters of the year; what people expect builds up from the first quarter on."""
        key = frozenset(switched & {*SERVICE, LEDGER})
        if key not in self._slower:
            side = self.b if LEDGER in key else self.a
            given = {link: (self.b if link in key else self.a).service[link] for link in SERVICE}
            desks = chain.Desks(replace(side.setting, scenario=side.setting.scenario.model_copy(update={"minutes_factor": float(given["minutes"])})),
                                side.values)
            quarters = [desks.quarter(*(given[link][:, q] for link in ("speed", "errors", "hands")))[1]
                        for q in range(QUARTERS_PER_YEAR * self.year)]
            self._slower[key] = quarters[-QUARTERS_PER_YEAR:]
        return self._slower[key]


def _ledgers_differ(a: _Side, b: _Side) -> bool:
    """Whether the same inputs could mean another IKM: other draws of an assumption, another structure or other tables."""
    here, there = vars(a.setting.tables) | a.values, vars(b.setting.tables) | b.values
    return dict(a.setting.structure) != dict(b.setting.structure) or any(not np.array_equal(v, there[key]) for key, v in here.items())


def _side(setting: chain.Setting, values: dict[str, np.ndarray], pace: np.ndarray, luck: np.ndarray, year: int) -> _Side:
    """What an outcome tells its downstream links.

    A run gives the skill of each unit's front line on its service mix; so a run whose service mix is that of an element
    gives the skill which that element rests on. Skill does not depend on the mixes.
    """
    tables, quarters = setting.tables, QUARTERS_PER_YEAR * year
    run = _runs(setting, values, luck)
    last = slice(quarters - QUARTERS_PER_YEAR + 1, quarters + 1)
    skill = np.zeros((len(tables.elements), len(pace), QUARTERS_PER_YEAR, pace.shape[-1]))
    for e in np.flatnonzero((tables.slopes > 0) & tables.element_mixes.any(axis=1)):
        skill[e] = run(tables.element_mixes[e])[:, last]
    technical = run(tables.technical / tables.technical.sum())
    service = {"speed": pace[:, 1:quarters + 1], "errors": technical[:, 1:quarters + 1], "hands": _hands(setting, values, quarters),
               "minutes": np.array(setting.scenario.minutes_factor)}
    return _Side(setting, values, service, skill)


def _runs(setting: chain.Setting, values: dict[str, np.ndarray], luck: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Skill of each unit on a mix of competencies, (units, time, draws); a mix met before is not run again."""
    seen: dict[bytes, np.ndarray] = {}

    def run(mix: np.ndarray) -> np.ndarray:
        if mix.tobytes() not in seen:
            tables = replace(setting.tables, service_mixes=np.broadcast_to(mix, setting.tables.service_mixes.shape))
            seen[mix.tobytes()] = chain.run(replace(setting, tables=tables), values, luck)["theta"]
        return seen[mix.tobytes()]

    return run


def _hands(setting: chain.Setting, values: dict[str, np.ndarray], quarters: int) -> np.ndarray:
    """Working time of each unit's front line relative to the start, (units, quarters, draws)."""
    city, exits = setting.city, setting.city.exit_relative[setting.cell_of_row]
    front = setting.row_of_cell[city.front_cell]
    posts = people.Posts(values, exits, setting.scenario.replacement_ratio, int(setting.fixed["vacancy_lag"]))
    filled = []
    for _ in range(quarters):
        posts.stays()
        filled.append(posts.filled[front])
    return np.stack(filled, axis=1) * setting.hands[:quarters].T[:, :, None]

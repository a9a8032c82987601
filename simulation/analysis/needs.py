"""What should be learned first: priorities from a survey and a forum, how sure they are, and who disagrees.

No regulation seen so far prescribes how needs become a priority. The formula is this project's, in the open:

    need      = i * [ (1 - b) * s + b * l ]
    priority  = 100 * [ (1 - a) * need / sum(need) + a * forum ]

with `i = (importance - 1) / 4` and `s = (5 - performance) / 4` from the groups' weighted ratings (an importance-weighted
discrepancy, after Borich 1980), `l` the share of the required official level that the staff do not reach, `forum` the share
of the weighted Borda points, `a` the weight of the forum and `b` that of the levels. The priorities of a place sum to 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from simulation.analysis.needs_columns import GROUPS, Competencies
from simulation.analysis.needs_data import NeedsData
from simulation.analysis.needs_disagreement import Disagreement, disagreements
from simulation.analysis.needs_plan import courses_table, level_gaps, needs_scenario
from simulation.analysis.needs_statistics import Agreement, agreement, interval, ranks
from simulation.analysis.needs_voices import forum_shares, voices
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.errors import InputError, Problem, shown, unknown
from simulation.language import LANGUAGES, say
from simulation.scenario import Catalogue, Scenario

SEED = 20270101
QUADRANTS = ("concentrate", "keep_up", "low_priority", "overkill")  # Martilla and James 1977, Journal of Marketing 41(1), 77-79


@dataclass(frozen=True, eq=False, repr=False)
class Needs:
    """Priorities of the whole city (place 0) and of every unit (place u + 1).

    A unit without enough answers of its own speaks with the city's ratings and its own level gaps.

    Attributes:
        weights: of the groups' voices. forum_share, level_share: `a` and `b` of the formula as used.
        asked: positions of the competencies in the city's order; all arrays below end with these.
        own: whether any group of a place answered for itself, (places,).
        importance, performance: weighted over the groups, 1-5, (places, asked).
        shown: by group, NaN where under five people would be seen, (2, places, groups, asked).
        counts: people asked, (places, groups); -1 for a few whose number would tell who they are.
        gap: mean shortfall below the required level, levels; people: staff below it, (places, asked).
        need: 0 to 1. priority, low, high: points of 100 with 90 % bootstrap interval, (places, asked).
        rank, rank_low, rank_high: 1 = first, with 90 % interval.
        quadrant: position in `QUADRANTS`; quadrant_share: share of the samples that put it there.
        between_groups, between_tables: Kendall's W; None where there are not two judges.
        disagreements: largest first.
        warnings: of reading and of this.
    """

    data: NeedsData
    city: City
    assumptions: Assumptions
    catalogue: Catalogue
    weights: Mapping[str, float]
    forum_share: float
    level_share: float
    draws: int
    seed: int
    asked: np.ndarray
    own: np.ndarray
    importance: np.ndarray
    performance: np.ndarray
    shown: np.ndarray
    counts: np.ndarray
    gap: np.ndarray
    people: np.ndarray
    need: np.ndarray
    priority: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rank: np.ndarray
    rank_low: np.ndarray
    rank_high: np.ndarray
    quadrant: np.ndarray
    quadrant_share: np.ndarray
    between_groups: Agreement | None
    between_tables: Agreement | None
    disagreements: tuple[Disagreement, ...]
    warnings: tuple[Problem, ...]

    def __repr__(self) -> str:
        return f"Needs({self.data.respondents} respondents, {self.data.tables} forum tables, {len(self.asked)} competencies)"

    @property
    def levels_assumed(self) -> float:
        """Share of the staff levels of the city that are assumptions (grade D)."""
        graded = [row for row in self.city.grades if row[0] == "levels.csv"]
        return sum(row[2] for row in graded if row[3] == "D") / max(sum(row[2] for row in graded), 1)

    def place(self, unit: str | None = None) -> int:
        """Position of a unit among the places; None is the whole city.

        Raises:
            InputError: no such unit; the nearest names are given.
        """
        return 0 if unit is None else self.city.unit(unit) + 1

    def place_name(self, place: int, lang: str = "id") -> str:
        """Name of the city or of a unit."""
        return self.city.units[place - 1].name(lang) if place else self.city.about.name[lang]

    def name(self, i: int, lang: str = "id") -> str:
        """Name of the `i`-th competency asked."""
        return Competencies.of(self.city).name(int(self.asked[i]), lang)

    def order(self, place: int = 0) -> list[int]:
        """Competencies of a place, the highest priority first."""
        return np.argsort(-np.round(self.priority[place], 9), kind="stable").tolist()

    def leaders(self, place: int = 0) -> list[int]:
        """The first competency and all whose intervals overlap its interval: they cannot be told apart."""
        first, *others = self.order(place)
        return [first, *(i for i in others if self.high[place, i] >= self.low[place, first])]

    def top(self, place: int = 0) -> list[int]:
        """Competencies above an equal share of the priority, the highest first."""
        equal = 100.0 / len(self.asked)
        return [i for i in self.order(place) if self.priority[place, i] > equal]

    def table(self, lang: str = "id", unit: str | None = None):
        """Data frame, one row per place and competency in the order of priority: the city, then units with answers of their own.

        Args:
            unit: only this unit, whether it has answers of its own or not.
        """
        import pandas as pd

        places = [self.place(unit)] if unit is not None else [p for p in range(len(self.own)) if p == 0 or self.own[p]]
        return pd.DataFrame([self._row(p, i, lang) for p in places for i in self.order(p)])

    def _row(self, p: int, i: int, lang: str) -> dict:
        by_group = {f"{kind}_{group}": self.shown[k, p, g, i] for g, group in enumerate(GROUPS)
                    for k, kind in enumerate(("importance", "performance"))}
        return {
            "unit": self.city.units[p - 1].id if p else "", "place": self.place_name(p, lang),
            "competency": self.city.competencies[self.asked[i]], "name": self.name(i, lang),
            "rank": int(self.rank[p, i]), "rank_low": int(self.rank_low[p, i]), "rank_high": int(self.rank_high[p, i]),
            "priority": self.priority[p, i], "low": self.low[p, i], "high": self.high[p, i],
            "importance": self.importance[p, i], "performance": self.performance[p, i],
            "quadrant": say(f"needs.quadrant.{QUADRANTS[self.quadrant[p, i]]}", lang),
            "quadrant_share": self.quadrant_share[p, i], "gap_levels": self.gap[p, i], "people_below": self.people[p, i], **by_group,
        }

    def courses(self, lang: str = "id", unit: str | None = None):
        """Data frame of the programmes that address each competency: what a class and training everybody would cost."""
        return courses_table(self, lang, self.place(unit))

    def disagreement_table(self, lang: str = "id"):
        """Data frame of the competencies on which the groups differ most, both sides named."""
        import pandas as pd

        sides = ("need", "importance", "performance", "rank")
        return pd.DataFrame([
            {"competency": self.name(d.competency, lang), "more": say(f"needs.group.{d.more}", lang),
             "less": say(f"needs.group.{d.less}", lang), "difference": d.difference, "low": d.low, "high": d.high, "clear": d.clear,
             **{f"{side}_{which}": getattr(d, side)[k] for side in sides for k, which in enumerate(("more", "less"))}}
            for d in self.disagreements
        ])

    def sentence(self, lang: str = "id", unit: str | None = None) -> str:
        """What is needed first, how sure that is and who disagrees; made from the same numbers as the table."""
        from simulation.present.needs_views import needs_sentence

        return needs_sentence(self, lang, self.place(unit))

    def scenario(self, base: Scenario, top: int | None = None, name: str | dict | None = None) -> Scenario:
        """A scenario that spends `base`'s money on these needs; see `simulation.analysis.needs_plan.needs_scenario`."""
        return needs_scenario(self, base, top, name)


def prioritise(needs: NeedsData, city: City, assumptions: Assumptions, catalogue: Catalogue, *,
               weights: Mapping[str, float], forum_share: float = 0.25, level_share: float = 0.5, draws: int = 2000, seed: int = SEED) -> Needs:
    """Turn answers into priorities.

    The intervals say how much depends on who happened to be asked: respondents are drawn again within group and unit, forum
    tables within group. They do not cover the levels of the staff, the weights or the formula.

    Args:
        needs: what was answered, from `read_needs`.
        weights: of the voices of pemerintah, asn and masyarakat, all three; a decision, so there is no default.
        forum_share: weight of the forum's ranking, 0-1; 0 is used where there is no forum.
        level_share: weight of the official level gap beside the rated shortfall, 0-1.
        draws: bootstrap samples.
        seed: of their random numbers.

    Raises:
        InputError: weights that are not three numbers from 0, shares outside 0-1, or no group of five people to go by.
    """
    voice = _checked(needs, city, weights, {"forum_share": forum_share, "level_share": level_share}, draws)
    streams = np.random.SeedSequence(seed).generate_state(4).tolist()
    said = voices(needs, voice, draws, streams[0])
    if not len(said.asked):
        raise InputError(Problem("needs_too_few"))
    importance, performance = said.together[:, 0], said.together[:, 1]
    gap, lacking, people = level_gaps(city, assumptions, said.asked)
    forum_ranks = ranks(-needs.forum_ranks[:, said.asked])
    forum = forum_shares(needs, said.asked, forum_ranks, voice, draws, streams[1])
    forum_share = 0.0 if forum is None else float(forum_share)
    need = (importance - 1) / 4 * ((1 - level_share) * (5 - performance) / 4 + level_share * lacking)
    priority = 100 * (1 - forum_share) * _shares(need) + (0 if forum is None else 100 * forum_share * forum)
    quadrant = _quadrants(importance, performance)
    low, high = interval(priority[1:])
    ranked = np.ceil(ranks(priority) - 1e-9).astype(int)
    rank_low, rank_high = np.quantile(ranked[1:], (0.05, 0.95), axis=0, method="inverted_cdf")
    by_group = 100 * (said.groups[:, 0] - 1) / 4 * (5 - said.groups[:, 1]) / 4
    heard = ~np.isnan(by_group[0]).any(axis=1)
    group_ranks = ranks(by_group[:, heard])
    tables = agreement(forum_ranks, draws, streams[3]) if needs.tables else None
    return Needs(
        needs, city, assumptions, catalogue, MappingProxyType(dict(zip(GROUPS, voice.tolist(), strict=True))), forum_share,
        float(level_share), draws, seed, said.asked, said.own.any(axis=(1, 2)), importance[0], performance[0], said.shown,
        said.counts, gap, people, need[0], priority[0], low, high, ranked[0], rank_low.astype(int), rank_high.astype(int),
        quadrant[0], (quadrant[1:] == quadrant[0]).mean(axis=0),
        agreement(group_ranks[0], draws, streams[2], group_ranks[1:]), tables,
        disagreements(by_group, said.groups[0], heard), needs.warnings + tuple(_warnings(needs, said, voice)),
    )


def _checked(needs: NeedsData, city, weights, shares: dict, draws: int) -> np.ndarray:
    """Weights as an array in the order of `GROUPS`, if all is in order."""
    problems = [unknown("needs_weight_name", name, GROUPS) for name in weights if name not in GROUPS]
    problems += [Problem("needs_weight_missing", {"found": name}) for name in GROUPS if name not in weights]
    problems += [Problem("needs_weight", {"found": shown(value), "group": name}) for name, value in weights.items()
                 if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < np.inf]
    problems += [Problem("needs_share", {"found": shown(value), "name": name}) for name, value in shares.items()
                 if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1]
    if isinstance(draws, bool) or not isinstance(draws, int) or not 100 <= draws <= 100_000:
        problems.append(Problem("needs_draws", {"found": shown(draws)}))
    if needs.units != tuple(unit.id for unit in city.units) or needs.competencies != tuple(city.competencies):
        problems.append(Problem("needs_other_city"))
    if not problems and not sum(weights.values()) > 0:
        problems.append(Problem("needs_weights_zero"))
    if problems:
        raise InputError(problems)
    voice = np.array([float(weights[name]) for name in GROUPS])
    return voice / voice.sum()


def _shares(need: np.ndarray) -> np.ndarray:
    """Needs as shares of their sum; equal shares where nobody needs anything."""
    total = need.sum(axis=-1, keepdims=True)
    return np.divide(need, total, out=np.full_like(need, 1.0 / need.shape[-1]), where=total > 1e-12)


def _quadrants(importance: np.ndarray, performance: np.ndarray) -> np.ndarray:
    """Quadrant of each competency, the cross-hairs at the place's means; a value on the line counts as above."""
    important = importance >= importance.mean(axis=-1, keepdims=True) - 1e-9
    good = performance >= performance.mean(axis=-1, keepdims=True) - 1e-9
    return np.where(important, np.where(good, 1, 0), np.where(good, 3, 2))


def _warnings(needs: NeedsData, said, voice):
    for g, group in enumerate(GROUPS):
        if voice[g] > 0 and np.isnan(said.groups[0, 0, g]).all():
            yield Problem("needs_group_small", {"group": {lang: say(f"needs.group.{group}", lang) for lang in LANGUAGES}})
    left = [i for i in range(len(needs.competencies)) if i not in said.asked]
    asked = ~np.isnan(needs.importance).all(axis=0)
    left = [i for i in left if asked[i]]
    if left:
        yield Problem("needs_left_out", {"found": ", ".join(needs.competencies[i] for i in left)})

"""Published results that set no row of the ledger, against what the model says: `python -m benchmarks.held_out` writes their table.

A hit is a published figure inside the 90 % band. A wide band hits easily, so each result has its interval score too (Gneiting and Raftery 2007,
equation 43): the width of the band, and 20 times the distance by which it misses; smaller is better. It stands beside the score of a band that
says nothing but "between no effect and twice the published one". `tests/truth/test_held_out.py` holds the hits and the misses.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from scipy.special import ndtri

from simulation import Assumptions, City, Scenario, simulate
from simulation.model import satisfaction, service, skill
from simulation.survey import observed

DRAWS, MISSED = 4096, 2.0 / 0.1
PAGE = Path(__file__).resolve().parents[1] / "docs" / "credibility.md"
START, END = "<!-- table: held out -->", "<!-- end of table -->"
MADIUN = (86.964, 88.028, 88.74, 89.89)  # Kota Madiun 2022-2025, madiuntoday.id, 3 November 2023 and 23 December 2025
BOGOR = (74.67, 74.51, 74.59, 75.77)  # DPMPTSP Kabupaten Bogor 2011-2014, 14 elements, dpmptsp.bogorkab.go.id/indeks-kepuasan-masyarakat


@dataclass(frozen=True)
class Result:
    """One published result beside the model's.

    Attributes:
        name, source, unit: what was published, where, in which unit. published: one figure each; a published interval is its two ends.
        said: what the model says, (draws,). overlap: whether the published figures are the ends of an interval that has to be met somewhere.
    """

    name: str
    source: str
    unit: str
    published: tuple[float, ...]
    said: np.ndarray
    overlap: bool = False

    @property
    def band(self) -> tuple[float, float, float]:
        """5, 50, 95 %."""
        return tuple(float(value) for value in np.quantile(self.said, (0.05, 0.5, 0.95)))

    @property
    def hit(self) -> bool:
        """Whether every published figure lies in the band, or the published interval meets it."""
        low, _, high = self.band
        if self.overlap:
            return low <= max(self.published) and high >= min(self.published)
        return all(low <= value <= high for value in self.published)

    @property
    def middle(self) -> tuple[float, ...]:
        """The figures that are scored: of an interval its middle."""
        return (float(np.mean(self.published)),) if self.overlap else self.published

    @property
    def score(self) -> float:
        """Interval score, mean over the published figures."""
        low, _, high = self.band
        return float(np.mean([interval_score(low, high, value) for value in self.middle]))

    @property
    def empty_score(self) -> float:
        """Score of the band from no effect to twice the published one."""
        return float(np.mean([interval_score(*sorted((0.0, 2.0 * value)), value) for value in self.middle]))


def interval_score(low: float, high: float, value: float) -> float:
    """Width of a 90 % interval and 2 / 0.1 times the distance by which it misses.

    >>> interval_score(0.0, 1.0, 0.5), interval_score(0.0, 1.0, 1.5)
    (1.0, 11.0)
    """
    return high - low + MISSED * (max(0.0, low - value) + max(0.0, value - high))


def results(city: City, ledger: Assumptions, library: dict[str, Scenario]) -> Iterator[Result]:
    """All held-out results, about half a minute."""
    a, luck = ledger.draw(DRAWS, 1, ["course"])
    research = a | {"kappa": np.ones(DRAWS)}
    sigma = np.sqrt(np.log1p(a["programme_sd"] ** 2))
    programme = np.exp(sigma * luck[0] - 0.5 * sigma**2)
    year = np.linspace(0.0, 12.0, 49)
    yield Result("Skill in use right after a government course, health workers of 51 countries, median", "Rowe et al. 2021; the discount rests on it, the use at work does not",
                 "SD", (float(ndtri(0.473) - ndtri(0.40)),), learned(a) * skill.applying(a))
    yield Result("Change of behaviour under research conditions", "Arthur et al. 2003", "SD", (0.62,), learned(research) * skill.applying(research))
    in_use = learned(a) * skill.share_applying(a, year).mean(axis=0)
    yield Result("Pupils' attainment after teachers' courses, 52 trials", "Fletcher-Wood and Zuccollo 2020", "SD", (0.09,), service.attainment(in_use, 0.0, a))
    yield Result("Pupils' reading after virtual coaching of teachers", "Cilliers et al. 2020, randomised; the null is in the range of the row", "SD", (0.0, 0.12),
                 service.attainment(in_use, in_use, a), overlap=True)
    yield Result("Left of an unused skill after 6 months, two arms", "Al Jadidi and Al Jufaili 2023", "share", (0.525, 0.531), kept(research, ledger, 6))
    targeted = learned(research, multiplier=programme * a["m_practice"]) * skill.applying(research)
    speed = service.time_factor(service.pace(targeted, targeted, research), 1.0, research)
    yield Result("Output after a week of targeted training in a call centre", "De Grip and Sauermann 2012", "%", (10.0,), 100.0 * (1.0 / speed - 1.0))
    yield from _ratings(a, research, ledger)
    yield from _series(city, ledger, library)


def _ratings(a: dict, research: dict, ledger: Assumptions) -> Iterator[Result]:
    """Ratings of one trained person's behaviour, of 100 points; trials of the last link that set no row."""
    for name, source, points, hours, bundle in (
            ("Patients' satisfaction, 19 trials of communication training", "Oliveira et al. 2015, J Manipulative Physiol Ther 38, 601", (1.1, 7.0), 8.0, research),
            ("The same after courses for palliative generalists, 11 trials", "J Pain Symptom Manage 2017, doi 10.1016/j.jpainsymman.2017.04.007", (-1.0, 4.8), 8.0, research),
            ("Three items on doctors, with feedback and incentives", "Banka et al. 2015, J Hosp Med, not randomised", (0.2, 7.0), 8.0, research),
            ("Respect at a rehabilitation clinic, 262 staff", "Front Rehabil Sci 2022, doi 10.3389/fresc.2022.883138, before and after only", (6.9,), 8.0, a)):
        yield Result(name, source, "of 100", points, behaviour(bundle, ledger, hours / ledger["hours_per_jp"].value), overlap=len(points) > 1)


def _series(city: City, ledger: Assumptions, library: dict[str, Scenario]) -> Iterator[Result]:
    """What surveys report when nothing but today's path happens, against published series."""
    outcome = simulate(library["todays_path"], city, ledger, 1024)
    waves = np.stack([np.concatenate([observed(outcome, year, seed=10 * again + year) for again in range(16)], axis=-1) for year in range(1, 5)])
    whole = np.einsum("u,yud->yd", city.users / city.users.sum(), waves)
    permits = waves[:, city.unit("dpmptsp")]
    for name, source, published, series in (("a city's IKM", "Kota Madiun 2022 to 2025", MADIUN, whole),
                                            ("a permit office's IKM", "DPMPTSP Kabupaten Bogor 2011 to 2014, 14 elements", BOGOR, permits)):
        yield Result(f"Yearly changes of {name}", source, "IKM", tuple(float(step) for step in np.diff(published)), series[1] - series[0])
        yield Result(f"Change over three years of {name}", source, "IKM", (published[-1] - published[0],), series[3] - series[0])


def learned(a: dict, hours_jp: float = 20.0, multiplier=1.0) -> np.ndarray:
    """Gain of one course on one competency, SD, (draws,)."""
    size = np.broadcast_to(multiplier, (1, len(a["d20"])))
    return skill.learning(np.array([[1.0]]), np.array([hours_jp]), size, a, a["h0"])[0, 0]


def kept(a: dict, ledger: Assumptions, months: int) -> np.ndarray:
    """Share of a gain still known by people who never use it, (draws,)."""
    a = a | {"p0": np.zeros(DRAWS)}
    person, none = skill.Skill(1, 1, a, ledger.structure), np.zeros((1, 1))
    person.teach(learned(a)[None, None].copy(), none, np.zeros((1, DRAWS)))
    start, month = person.possessed()[0, 0], skill.fading(a, ledger.structure, np.zeros(1), np.ones((1, 1, 1)), 1.0)
    for _ in range(months):
        person.fade(month)
    return person.possessed()[0, 0] / start


def behaviour(a: dict, ledger: Assumptions, hours_jp: float) -> np.ndarray:
    """Rise of the rating of one trained person's behaviour, points of 100, mean of months 1 to 6, (draws,).

    The course teaches communication 0.6 and service 0.4. One person is rated, so the share of an office does not enter.
    """
    content = np.array([[{"komunikasi": 0.6, "pelayanan_publik": 0.4}.get(name, 0.0) for name in ledger.tables.competencies]])
    gain = skill.learning(content, np.array([hours_jp]), np.ones((1, DRAWS)), a, a["h0"])[0]
    element = ledger.tables.elements.index("perilaku")
    mix = ledger.tables.element_mixes[element:element + 1]
    theta = service.composite(mix, gain[:, None], skill.composite_sd(mix, a["competency_correlation"]))[0, 0]
    in_use = theta * skill.share_applying(a, np.arange(1.0, 7.0)).mean(axis=0)
    slopes = satisfaction.element_slopes(a | {"office_share": np.ones(DRAWS)}, ledger.tables, {**ledger.structure, "last_link": "trial"})
    return slopes[element] * in_use * 100.0 / 3.0


def table(found: list[Result]) -> str:
    """The results as a table in Markdown."""
    lines = ["| | Result | Source | Published | Model: median (90 % band) | Interval score | Of a band that says nothing |", "|---|---|---|---|---|---|---|"]
    for one in found:
        low, middle, high = one.band
        published = " to ".join(f"{value:.3g}" for value in one.published) if one.overlap else ", ".join(f"{value:.3g}" for value in one.published)
        lines.append(f"| {'hit' if one.hit else 'miss'} | {one.name} | {one.source} | {published} {one.unit} | {middle:.2g} ({low:.2g} to {high:.2g}) | "
                     f"{one.score:.2g} | {one.empty_score:.2g} |")
    return "\n".join(lines)


def with_value(ledger: Assumptions, **fixed: float) -> Assumptions:
    """The ledger with rows held at any value, also outside their range."""
    rows = tuple(replace(row, value=fixed[row.key], distribution=MappingProxyType({"kind": "fixed"})) if row.key in fixed else row for row in ledger.parameters)
    return replace(ledger, parameters=rows)


def main() -> None:
    """Write the table into its page."""
    found = list(results(City.load(), Assumptions.load(), Scenario.library()))
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(START, 1)
    PAGE.write_text(f"{before}{START}\n{table(found)}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")
    print(table(found))


if __name__ == "__main__":
    sys.exit(main())

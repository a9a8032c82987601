"""What is it worth to know more before the plan is chosen, and which study is worth its price.

The decision is one of the scenarios, taken once for the whole city; the best one has the highest expected net benefit at what an
IKM point is worth (`willingness_rp`). Knowing everything is worth EVPI, one assumption EVPPI, a study EVSI; all in rupiah with their
errors. Estimators and sources: `simulation.analysis.regression`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulation.analysis.futures import LUCK, Futures
from simulation.analysis.information_studies import Setting, findings
from simulation.analysis.regression import (
    RESAMPLES,
    Estimate,
    Known,
    value_of_all,
    value_of_knowing,
)
from simulation.assumptions import Assumptions
from simulation.ensemble import Progress
from simulation.errors import InputError, Problem, shown, unknown
from simulation.scenario import Scenario
from simulation.studies import Studies, Study

FEWEST_DRAWS = 128  # with fewer a regression says nothing
LUCK_LINK = "learning"  # the programmes' own effects are part of what courses teach
CURVE = tuple(5e9 * i for i in range(41))  # willingness to pay shown, 0 to 200 billion rupiah per point


@dataclass(frozen=True)
class Worth:
    """What knowing something exactly is worth.

    Attributes:
        kind: "assumption", or "link" for all assumptions of a link of the chain together.
        key: of the ledger's row, `LUCK`, or of the link.
        estimate: EVPPI.
    """

    kind: str
    key: str
    estimate: Estimate


@dataclass(frozen=True)
class StudyWorth:
    """What a study of a size is worth and costs.

    Attributes:
        estimate: EVSI, before the price.
        cost_rp: price.
    """

    study: Study
    size: int
    estimate: Estimate
    cost_rp: float

    @property
    def net_rp(self) -> float:
        """Worth less price."""
        return self.estimate.value_rp - self.cost_rp

    @property
    def verdict(self) -> str:
        """"buy" or "leave" when the whole 95 % interval of the worth lies above or below the price, else "unsure"."""
        return "buy" if self.estimate.low_rp > self.cost_rp else "leave" if self.estimate.high_rp < self.cost_rp else "unsure"


@dataclass(frozen=True)
class Choice:
    """The decision at one willingness to pay.

    Attributes:
        willingness_rp: worth of an IKM point. preferred: position of the scenario with the highest expected net benefit.
        probability_best: share of futures in which it is the best one. evpi: value of knowing everything.
    """

    willingness_rp: float
    preferred: int
    probability_best: float
    evpi: Estimate


@dataclass(frozen=True)
class Information:
    """Value of information.

    Attributes:
        scenarios: what can be chosen. assumptions: the ledger.
        choice: the decision at the stated willingness to pay.
        likely: share of futures in which each scenario is the best one, (scenarios,).
        worths: assumptions and links, each kind by value, the highest first.
        studies: by worth less price, the highest first.
        curve: the decision over willingness to pay from 0 to 200 billion rupiah.
        year: the year whose IKM counts. draws, seed: of the sample; seed of the redraws and of the studies' noise.
    """

    scenarios: tuple[Scenario, ...]
    assumptions: Assumptions
    choice: Choice
    likely: np.ndarray
    worths: tuple[Worth, ...]
    studies: tuple[StudyWorth, ...]
    curve: tuple[Choice, ...]
    year: int
    draws: int
    seed: int

    @property
    def preferred(self) -> Scenario:
        """The scenario to choose with what is known today."""
        return self.scenarios[self.choice.preferred]

    def points(self, rupiah: float) -> float:
        """Rupiah as IKM points of the city, at the stated willingness to pay."""
        return rupiah / self.choice.willingness_rp

    def of(self, kind: str) -> list[Worth]:
        """The worths of a kind, the highest first."""
        return [worth for worth in self.worths if worth.kind == kind]

    def worth(self, key: str) -> Worth:
        """The worth of an assumption.

        Raises:
            InputError: no assumption of that name varies; the nearest names are given.
        """
        for worth in self.of("assumption"):
            if worth.key == key:
                return worth
        raise InputError(unknown("information_assumption", key, [worth.key for worth in self.of("assumption")]))

    def table(self):
        """Everything as a data frame: kind, key, size, value_rp, error_rp, low_rp, high_rp, ikm_points, cost_rp, net_rp, verdict."""
        import pandas as pd

        rows = [("everything", "", None, self.choice.evpi, None, None, None)]
        rows += [(worth.kind, worth.key, None, worth.estimate, None, None, None) for worth in self.worths]
        rows += [("study", s.study.id, s.size, s.estimate, s.cost_rp, s.net_rp, s.verdict) for s in self.studies]
        return pd.DataFrame([
            {"kind": kind, "key": key, "size": size, "value_rp": e.value_rp, "error_rp": e.error_rp, "low_rp": e.low_rp,
             "high_rp": e.high_rp, "bias_rp": e.bias_rp, "ikm_points": self.points(e.value_rp), "cost_rp": cost, "net_rp": net,
             "verdict": verdict}
            for kind, key, size, e, cost, net, verdict in rows
        ])

    def curve_table(self):
        """The decision over willingness to pay, a data frame."""
        import pandas as pd

        return pd.DataFrame([
            {"willingness_rp": c.willingness_rp, "preferred": self.scenarios[c.preferred].key, "probability_best": c.probability_best,
             "evpi_rp": c.evpi.value_rp, "error_rp": c.evpi.error_rp} for c in self.curve
        ])

    def sentence(self, lang: str = "id") -> str:
        """What to choose, what knowing more is worth, and what to buy, in words."""
        from simulation.present.information_views import sentence

        return sentence(self, lang)

    def know_before(self, key: str, lang: str = "id") -> str:
        """What one assumption is worth to know, and what the best study of it is worth and costs, in words."""
        from simulation.present.information_views import know_before

        return know_before(self, key, lang)


def value_of_information(futures: Futures, willingness_rp: float | None = None, studies: Studies | None = None, seed: int | None = None,
                         resamples: int = RESAMPLES, executor=None, progress: Progress | None = None) -> Information:
    """What it is worth to know more before choosing among the futures' scenarios.

    Args:
        futures: two scenarios or more. willingness_rp: rupiah per IKM point of the last year; the studies' file has one by default.
        studies: what can be bought; `data/studies.yaml` by default. seed: of redraws and noise; the scenarios' own by default.
        resamples: redraws of the fitted functions for error and bias. executor: for the pilot runs of survey studies.
        progress: told (done, total) numbers and studies; may raise `Cancelled`.

    Raises:
        InputError: fewer than two scenarios or too few draws, or a willingness to pay or a number of redraws that cannot be used.
    """
    studies = studies or Studies.load(assumptions=futures.assumptions)
    willingness = studies.willingness.value if willingness_rp is None else willingness_rp
    _check(futures, willingness, resamples)
    seed = futures.scenarios[0].seed if seed is None else seed
    benefit = futures.net_benefit_rp(willingness)
    choice, likely = choice_of(benefit, willingness), probability_best(benefit)
    known = known_numbers(futures, benefit)
    groups = _groups(futures, known)
    buys = [(study, size) for study in studies.studies for size in study.sizes]
    step = _Steps(progress, len(groups) + len(buys))

    def valued(numbers: list[Known]) -> Estimate:
        found = value_of_knowing(numbers, benefit, seed, resamples).at_most(choice.evpi.value_rp)
        step()
        return found

    worths = [Worth(kind, key, valued(numbers)) for (kind, key), numbers in groups.items()]
    setting = Setting(futures, likely, executor)
    bought = [StudyWorth(study, size, valued([Known.of(row, benefit) for row in findings(study, size, setting, seed)]), study.cost_rp(size))
              for study, size in buys]
    return Information(
        futures.scenarios, futures.assumptions, choice, likely,
        tuple(sorted(worths, key=lambda w: (w.kind, -w.estimate.value_rp, -w.estimate.error_rp, w.key))),
        tuple(sorted(bought, key=lambda s: (-s.net_rp, s.study.id, s.size))),
        tuple(choice_of(futures.net_benefit_rp(w), w) for w in CURVE), futures.year, futures.draws, seed)


def choice_of(benefit: np.ndarray, willingness_rp: float) -> Choice:
    """The decision from net benefits (scenarios, draws); of equal ones the first scenario."""
    preferred = int(benefit.mean(axis=1).argmax())
    return Choice(willingness_rp, preferred, float(probability_best(benefit)[preferred]), value_of_all(benefit))


def probability_best(benefit: np.ndarray) -> np.ndarray:
    """Share of draws in which each scenario has the highest net benefit, (scenarios,); of equal ones the first."""
    return np.bincount(benefit.argmax(axis=0), minlength=len(benefit)) / benefit.shape[1]


def known_numbers(futures: Futures, benefit: np.ndarray) -> dict[str, list[Known]]:
    """The assumptions that vary, and the own effects of the programmes bought as one thing of several numbers."""
    from_best = benefit - benefit[benefit.mean(axis=1).argmax()]
    found = {key: [Known.of(futures.values[key], from_best)] for key in futures.varying}
    luck = [Known.of(one, from_best) for one in futures.luck]
    return found | ({LUCK: luck} if luck else {})


def _groups(futures: Futures, known: dict[str, list[Known]]) -> dict[tuple[str, str], list[Known]]:
    """What is valued: each assumption alone, and all of a link of the chain together."""
    groups = {("assumption", key): numbers for key, numbers in known.items()}
    for key, numbers in known.items():
        link = LUCK_LINK if key == LUCK else futures.assumptions[key].feeds
        groups["link", link] = [*groups.get(("link", link), []), *numbers]
    return groups


def _check(futures: Futures, willingness_rp: float, resamples: int) -> None:
    problems = []
    if len(futures.scenarios) < 2:
        problems.append(Problem("two_scenarios", {"found": str(len(futures.scenarios))}))
    if futures.draws < FEWEST_DRAWS:
        problems.append(Problem("information_few_draws", {"found": str(futures.draws), "limit": str(FEWEST_DRAWS)}))
    number = isinstance(willingness_rp, (int, float, np.number)) and not isinstance(willingness_rp, bool)
    if not number or not 0.0 < willingness_rp <= 1e15:
        problems.append(Problem("information_willingness", {"found": shown(willingness_rp)}))
    if isinstance(resamples, bool) or not isinstance(resamples, (int, np.integer)) or not 2 <= resamples <= 10_000:
        problems.append(Problem("information_resamples", {"found": shown(resamples)}))
    if problems:
        raise InputError(problems)


class _Steps:
    """Tells how many of the numbers and studies are done."""

    def __init__(self, progress: Callable[[int, int], None] | None, total: int):
        self.progress, self.done, self.total = progress, 0, total

    def __call__(self) -> None:
        self.done += 1
        if self.progress:
            self.progress(self.done, self.total)

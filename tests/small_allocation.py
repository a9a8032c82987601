"""Small questions for the search of the best plan: a few programmes, a year or two, and every plan that money can buy."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import yaml

from simulation import Catalogue, Scenario
from simulation.analysis.allocation.choices import Choices, forms_of
from simulation.analysis.allocation.search import REFRESHERS
from simulation.assumptions import DATA


def catalogue(folder: Path, ids: tuple[str, ...]) -> Catalogue:
    """The published catalogue with some of its programmes only."""
    content = yaml.safe_load((DATA / "programmes.yaml").read_text(encoding="utf-8"))
    content["programmes"] = [row for row in content["programmes"] if row["id"] in ids]
    path = folder / "programmes.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return Catalogue.load(path)


def base(folder: Path, ids: tuple[str, ...], years: int = 1) -> Scenario:
    """A scenario without training whose catalogue has some programmes only."""
    words = {"id": "Dasar", "en": "Base"}
    content = {"version": 1, "name": words, "author": "test", "date": "2026-01-01", "reason": dict(words), "reference": "test", "baseline": True,
               "budget_rp": 0, "years": years, "seed": 11}
    path = folder / "base.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return Scenario.load(path, catalogue(folder, ids))


def every_form(market) -> Choices:
    """All forms of all programmes, with every refresher, for every kind of unit."""
    forms = forms_of(market.bench.draft.catalogue)
    return market.bench.every_kind([type(form)(form.programme, form.practice, form.coaching, months) for form in forms for months in (0, *REFRESHERS)])


def every_plan(choices: Choices, budget: float, years: int) -> list[np.ndarray]:
    """Every plan that costs no more than the budget in any year and in which nobody attends a programme twice a year."""
    pairs = sorted(set(zip(choices.programme.tolist(), choices.kinds.tolist(), strict=True)))
    same = [(choices.programme == p) & (choices.kinds == k) for p, k in pairs]

    def year(i: int, left: float):
        if i == len(choices):
            yield ()
            return
        for n in range(int(min(choices.most[i], left // choices.price_rp[i])) + 1):
            for rest in year(i + 1, left - n * choices.price_rp[i]):
                yield (n, *rest)

    one = [plan for plan in map(np.array, year(0, budget)) if all(plan[mine].sum() <= choices.most[mine].max() for mine in same)]
    return [np.array(plan).T for plan in itertools.product(one, repeat=years)]

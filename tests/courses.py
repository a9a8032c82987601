"""Made-up catalogues and scenarios with one course, for tests that need to know exactly what is taught."""

from dataclasses import replace

import numpy as np

from simulation.scenario import Catalogue, Scenario

SEATS = 25
TEXTS = {"id": "uji", "en": "test"}
HEADER = {"version": 1, "name": TEXTS, "author": "test", "date": "2026-11-24", "reason": TEXTS, "reference": "tests"}


def catalogue_of(catalogue: Catalogue, competencies, contents: dict, hours_jp: float = 20.0) -> Catalogue:
    """A catalogue of classroom courses for front lines only, one per kind of unit named in `contents`.

    Args:
        contents: kind (or "all") -> competency -> share of the content.
    """
    pattern = next(row for row in catalogue.programmes if row.id == "service_excellence")
    rows = tuple(
        pattern.model_copy(update={
            "id": f"course_{kind}", "format": "classroom", "hours_jp": hours_jp, "class_size": SEATS, "fixed_rp": 0.0,
            "per_participant_rp": 1.0, "content": dict(mix), "practice": False, "follow_up": "none",
            "open_to": pattern.open_to.model_copy(update={"groups": ["frontline"], "kinds": "all" if kind == "all" else [kind]}),
        })
        for kind, mix in contents.items()
    )
    n = len(rows)
    return replace(
        catalogue, programmes=rows, content=np.array([[row.content.get(c, 0.0) for c in competencies] for row in rows]),
        practice=np.zeros(n, bool), coached=np.zeros(n, bool), hours_jp=np.full(n, hours_jp),
        class_size=np.full(n, float(SEATS)), fixed_rp=np.zeros(n), per_participant_rp=np.ones(n),
    )


def own_mixes(ledger, share: float = 1.0) -> dict:
    """Each kind of unit's service mix as the content of a course, times `share`; the rest is off the list."""
    return {row.kind: {name: share * part for name, part in row.mix.items()} for row in ledger.ledger.service_mixes}


def everyone_once(courses: Catalogue, years: int = 1, **changes) -> Scenario:
    """A scenario that seats everybody whom a course is open to in the first quarter."""
    fields = {"budget_rp": 1e9, "classes": dict.fromkeys(courses.ids, 1000), "quarters": [1], "years": years, **changes}
    return Scenario(**HEADER, **fields)._with(courses, None)


def nobody(courses: Catalogue, years: int = 1, **changes) -> Scenario:
    """The same without training."""
    return Scenario(**HEADER, **{"budget_rp": 0.0, "years": years, **changes})._with(courses, None)


def middle(ledger, **changes) -> dict:
    """One draw of every assumption at its central value."""
    return {row.key: np.array([row.value]) for row in ledger.parameters} | {
        key: np.array([float(value)]) for key, value in changes.items()}

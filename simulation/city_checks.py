"""Names in `city.yaml` that other files must know: programmes of the habit, outcomes and services of the promises."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from simulation.errors import Problem, nearest, shown
from simulation.files import Document
from simulation.scenario import Catalogue


@lru_cache(maxsize=1)
def _published() -> Catalogue:
    return Catalogue.load()


def wrong_names(about, document: Document, services: dict[str, tuple[str, ...]], catalogue: Catalogue | None) -> Iterator[Problem]:
    """What `city.yaml` names that there is not, each with its line and the nearest name.

    Args:
        about: the file as read. services: ids of the city's services by kind: counters, casework, schools.
        catalogue: programmes of the habit, the published ones by default.
    """
    if about.habit:
        yield from _habit(about.habit.programmes, document, catalogue or _published())
    if about.promises and any(services.values()):  # without any, services.csv has a problem of its own
        yield from _promises(about.promises, document, services)


def _habit(programmes: dict[str, float], document: Document, catalogue: Catalogue) -> Iterator[Problem]:
    for name in programmes:
        at, found = ("habit", "programmes", name), shown(name)
        if name not in catalogue.ids:
            yield document.problem("unknown_programme", at, {"found": found, "nearest": nearest(name, catalogue.ids)})
        elif catalogue.programmes[catalogue.ids.index(name)].for_newcomers:
            yield document.problem("for_newcomers", at, {"found": found})
    total = sum(programmes.values())
    if total > 1.0 + 1e-9:
        yield document.problem("shares_over_one", ("habit", "programmes"), {"found": f"{total:g}"})


def _promises(named: dict[str, list[str]], document: Document, services: dict[str, tuple[str, ...]]) -> Iterator[Problem]:
    """An outcome that rests on no service cannot name any, and one of counters rests on counters alone."""
    from simulation.scorecard import of_services

    carried = of_services()
    for key, ids in named.items():
        if key not in carried:
            yield document.problem("unknown_promise", ("promises", key), {"found": shown(key), "nearest": nearest(key, carried)})
            continue
        mine = services[carried[key]]
        for i, name in enumerate(ids):
            if name not in mine:
                values = {"found": shown(name), "outcome": key, "nearest": nearest(name, mine) or "-"}
                yield document.problem("unknown_promise_service", ("promises", key, i), values)
        if not ids:
            yield document.problem("empty_value", ("promises", key))

"""Many futures of one scenario: the chain run over draws of the assumptions, block by block.

Every draw is computed by itself, so the bits of a result depend neither on the size of a block nor on how blocks are shared out.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial

import numpy as np

from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.draws import Points
from simulation.errors import InputError, Problem, shown
from simulation.model import chain
from simulation.outcome import Outcome
from simulation.past import past_of
from simulation.scenario import Scenario

MOST_DRAWS = 1_000_000
BLOCK = 256  # draws computed at once
Progress = Callable[[int, int], None]  # called with (done, total) draws after each block; may raise Cancelled


def simulate(scenario: Scenario, city: City, assumptions: Assumptions, draws: int = 1024,
             executor: Executor | None = None, progress: Progress | None = None) -> Outcome:
    """Run a scenario in a city.

    Args:
        scenario: what is decided; its `overrides` and `structure` change the ledger for this run only.
        city: where.
        assumptions: the ledger.
        draws: number of futures, 1 to 1,000,000. The first ones stay the same when more are asked for.
        executor: anything with the `concurrent.futures` interface; None runs one block after the other.
        progress: told how many draws are done.

    Returns:
        All indicators with the draw as last axis.

    Raises:
        InputError: the scenario names units the city does not have, or `draws` is not a whole number in range.

    >>> from simulation import Assumptions, City, Scenario
    >>> outcome = simulate(Scenario.library()["no_training"], City.load(), Assumptions.load(), draws=64)
    >>> bool(outcome.city_ikm[-1].mean() <= outcome.city_ikm[0].mean())
    True
    """
    draws = checked_draws(draws)
    setting, ledger = prepare(scenario, city, assumptions)
    values, luck = ledger.draw(_without_single(draws), scenario.seed, scenario.catalogue.ids)
    arrays = _over_blocks(partial(chain.run, setting), draws, executor, progress, values, luck)
    return Outcome(scenario, city, ledger, setting, {key: value[:draws] for key, value in values.items()}, arrays)


def readings(scenario: Scenario, city: City, assumptions: Assumptions, points: Points,
             read: Callable[[Outcome], dict[str, np.ndarray]], executor: Executor | None = None,
             progress: Progress | None = None) -> dict[str, np.ndarray]:
    """What a scenario brings at given points of the assumptions, told in a few numbers per future.

    The arrays of a block are dropped once they are read, so that memory does not grow with the number of futures.

    Args:
        points: probabilities of every row of the ledger and of the luck of the scenario's programmes, see `Assumptions.at`.
        read: an outcome -> arrays with the draw last. It sees one block at a time; an executor of processes has to pickle it.
        executor, progress: as in `simulate`.

    Returns:
        What `read` gives, (..., draws) each.
    """
    setting, ledger = prepare(scenario, city, assumptions)
    extra = _without_single(points.draws) - points.draws
    u = np.concatenate([points.u, points.u[:, :extra]], axis=1)
    return _over_blocks(partial(_read, scenario, city, ledger, setting, read, points.names), points.draws, executor, progress, u)


def checked_draws(draws) -> int:
    """The number of draws, or a named problem."""
    if isinstance(draws, bool) or not isinstance(draws, (int, np.integer)) or not 1 <= draws <= MOST_DRAWS:
        raise InputError(Problem("draws", {"found": shown(draws), "limit": str(MOST_DRAWS)}))
    return int(draws)


def prepare(scenario: Scenario, city: City, assumptions: Assumptions) -> tuple[chain.Setting, Assumptions]:
    """What is the same in every draw, and the ledger with the scenario's own changes.

    Raises:
        InputError: the scenario names units that the city does not have.
    """
    scenario.for_city(city)
    ledger = assumptions.replace(scenario.overrides, scenario.structure)
    past = past_of(city, scenario.catalogue, ledger)
    return chain.prepare(scenario, city, ledger.tables, dict(ledger.structure), ledger.fixed, past), ledger


def _read(scenario, city, ledger, setting, read, names: tuple[str, ...], u: np.ndarray) -> dict[str, np.ndarray]:
    """One block, drawn, run and read where it is run, so that whoever shares out the blocks has little to do and to hold."""
    values, luck = ledger.at(Points(names, u), scenario.catalogue.ids)
    return read(Outcome(scenario, city, ledger, setting, values, chain.run(setting, values, luck)))


def _without_single(draws: int) -> int:
    """Draws to run: numpy adds up a block of a single draw in another order, so there is none."""
    return draws + (draws % BLOCK == 1)


def _over_blocks(function, draws: int, executor, progress, *inputs) -> dict[str, np.ndarray]:
    """`function` of every block of the inputs, put side by side as they arrive, so that only one is held beside the result."""
    blocks = [[_block(part, first) for first in range(0, _without_single(draws), BLOCK)] for part in inputs]
    arrays: dict[str, np.ndarray] = {}
    first = 0
    for part in (executor.map if executor else map)(function, *blocks):
        for name, block in part.items():
            if name not in arrays:
                arrays[name] = np.empty((*block.shape[:-1], draws))
            arrays[name][..., first:first + BLOCK] = block[..., :draws - first]
        first = min(first + BLOCK, draws)
        if progress:
            progress(first, draws)
    return arrays


def _block(part, first: int):
    """One block of draws of an array, or of each array of a mapping, copied so that each row is contiguous."""
    if isinstance(part, dict):
        return {key: _block(value, first) for key, value in part.items()}
    return part[..., first:first + BLOCK].copy()

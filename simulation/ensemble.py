"""Many futures of one scenario: the chain run over draws of the assumptions, block by block.

A block of draws is a pure function of its number, so the bits of a result do not depend on how blocks are shared out.
"""

from __future__ import annotations

from concurrent.futures import Executor

import numpy as np

from simulation.assumptions import BLOCK, Assumptions
from simulation.city import City
from simulation.errors import InputError, Problem, shown
from simulation.model import chain
from simulation.outcome import Outcome
from simulation.scenario import Scenario

MOST_DRAWS = 1_000_000


def simulate(scenario: Scenario, city: City, assumptions: Assumptions, draws: int = 1024,
             executor: Executor | None = None) -> Outcome:
    """Run a scenario in a city.

    Args:
        scenario: what is decided; its `overrides` and `structure` change the ledger for this run only.
        city: where.
        assumptions: the ledger.
        draws: number of futures, 1 to 1,000,000. The first ones stay the same when more are asked for.
        executor: anything with the `concurrent.futures` interface; None runs one block after the other.

    Returns:
        All indicators with the draw as last axis.

    Raises:
        InputError: the scenario names units the city does not have, or `draws` is not a whole number in range.

    >>> from simulation import Assumptions, City, Scenario
    >>> outcome = simulate(Scenario.library()["no_training"], City.load(), Assumptions.load(), draws=64)
    >>> bool(outcome.city_ikm[-1].mean() <= outcome.city_ikm[0].mean())
    True
    """
    if isinstance(draws, bool) or not isinstance(draws, (int, np.integer)) or not 1 <= draws <= MOST_DRAWS:
        raise InputError(Problem("draws", {"found": shown(draws), "limit": str(MOST_DRAWS)}))
    scenario.for_city(city)
    ledger = assumptions.replace(scenario.overrides, scenario.structure)
    setting = chain.prepare(scenario, city, ledger.tables, dict(ledger.structure), ledger.fixed)
    run_draws = int(draws) + (draws % BLOCK == 1)  # numpy adds up a block of a single draw in another order
    values, luck = ledger.draw(run_draws, scenario.seed, len(scenario.catalogue.ids))
    blocks = [_block(values, luck, first) for first in range(0, run_draws, BLOCK)]
    run = executor.map if executor else map
    arrays = _collected(run(chain.run, [setting] * len(blocks), *zip(*blocks, strict=True)), run_draws)
    if run_draws > draws:
        values = {key: value[:draws] for key, value in values.items()}
        arrays = {name: array[..., :draws] for name, array in arrays.items()}
    return Outcome(scenario, city, ledger, setting, values, arrays)


def _collected(parts, draws: int) -> dict[str, np.ndarray]:
    """Blocks put side by side as they arrive, so that only one is held beside the result."""
    arrays: dict[str, np.ndarray] = {}
    first = 0
    for part in parts:
        for name, block in part.items():
            if name not in arrays:
                arrays[name] = np.empty((*block.shape[:-1], draws))
            arrays[name][..., first:first + block.shape[-1]] = block
        first += block.shape[-1]
    return arrays


def _block(values: dict, luck: np.ndarray, first: int) -> tuple[dict, np.ndarray]:
    """One block of draws, copied so that each row is contiguous."""
    part = slice(first, first + BLOCK)
    return {key: value[part].copy() for key, value in values.items()}, luck[:, part].copy()

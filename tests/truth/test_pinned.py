"""Results are pinned: a change of an equation or of a ledger value shows as a difference in `tests/expected/`."""

import csv

import numpy as np
import pytest

from simulation.assumptions import Assumptions
from tools import pins

SAME = 1e-9  # relative; another machine differs by some 1e-13
FEW = 16


def differing(found, expected):
    """Lines whose numbers are not the pinned ones."""
    return [(*line[:2], *pair) for line, pinned in zip(found, expected, strict=True)
            for pair in zip(line[2:], map(float, pinned[2:]), strict=True)
            if line[:2] != tuple(pinned[:2]) or not np.isclose(*pair, rtol=SAME, atol=1e-12)]


def test_every_ready_made_scenario_brings_what_is_pinned(city, ledger, library):
    """After a change on purpose: `python tools/pins.py`, and read the difference."""
    with (pins.FOLDER / "scenarios.csv").open(encoding="utf-8") as file:
        header, *expected = csv.reader(file)
    assert tuple(header) == pins.HEADER
    found = list(pins.rows(city, ledger, library))
    assert len(found) == len(expected)
    assert not differing(found, expected)


def shifted(ledger: Assumptions, key: str) -> Assumptions:
    """The ledger with one row's value two per cent larger (0.02 where it is 0)."""
    from dataclasses import replace
    from types import MappingProxyType

    row = ledger[key]
    value = row.value * 1.02 if row.value else 0.02
    moved = {name: number * 1.02 if name != "kind" and isinstance(number, float) else number for name, number in row.distribution.items()}
    rows = [replace(p, value=value, distribution=MappingProxyType(moved)) if p.key == key else p for p in ledger.parameters]
    return replace(ledger, parameters=tuple(rows))


@pytest.fixture(scope="module")
def small_pins(city, library):
    """What is pinned of three scenarios at a few draws, as a function of the ledger."""
    chosen = {key: library[key] for key in ("todays_path", "designed_for_impact", "innovative_teachers")}

    def of(ledger):
        return list(pins.rows(city, ledger, chosen, FEW))

    return of


def test_two_per_cent_of_any_assumption_fail(ledger, small_pins):
    """Whatever row moves a pinned figure at all moves it by more than the tolerance."""
    before = small_pins(ledger)
    moving = []
    for row in ledger.parameters:
        after = small_pins(shifted(ledger, row.key))
        if [line[2:] for line in after] != [line[2:] for line in before]:
            moving.append(row.key)
            assert differing(after, [tuple(map(str, line)) for line in before]), row.key
    assert len(moving) > 30

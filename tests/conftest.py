"""What the tests share: the published city, ledger, catalogue and scenarios, read once."""

import pytest

from simulation import Assumptions, Catalogue, City, Scenario


@pytest.fixture(scope="session")
def city():
    """Salatiga."""
    return City.load()


@pytest.fixture(scope="session")
def ledger():
    """The published assumptions."""
    return Assumptions.load()


@pytest.fixture(scope="session")
def catalogue():
    """The published programmes."""
    return Catalogue.load()


@pytest.fixture(scope="session")
def library():
    """The published scenarios."""
    return Scenario.library()

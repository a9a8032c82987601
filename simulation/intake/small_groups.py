"""Groups too small to be shown alone are put together until nobody can be recognised in them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from simulation.city import SMALLEST_GROUP

Key = TypeVar("Key", bound=Hashable)


def pooled(sizes: Mapping[Key, int]) -> set[Key]:
    """Groups to put together: all under five people and, if these are under five in all, the next smallest as well.

    >>> sorted(pooled({"a": 30, "b": 3, "c": 8})), pooled({"a": 30, "c": 8})
    (['b', 'c'], set())
    """
    together = {key for key, size in sizes.items() if size < SMALLEST_GROUP}
    others = sorted((size, str(key), key) for key, size in sizes.items() if key not in together)
    while together and others and sum(sizes[key] for key in together) < SMALLEST_GROUP:
        together.add(others.pop(0)[2])
    return together

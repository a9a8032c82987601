"""The record of a run: content hashes of everything that went in and came out, so that it can be checked later."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

import numpy as np


@lru_cache(maxsize=1)
def code_hash() -> str:
    """Hash of the model's source files."""
    digest = hashlib.sha256()
    for path in sorted((Path(__file__).parent / "model").glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def inputs(outcomes) -> dict:
    """What went into a run: code, data, ledger and scenario hashes, seeds and draws."""
    first = outcomes[0]
    return {
        "code": code_hash(), "data": first.city.files_hash, "draws": first.draws,
        "scenarios": [{"id": o.scenario.id, "ledger": o.assumptions.id, "seed": o.scenario.seed} for o in outcomes],
    }


def record_id(outcomes) -> str:
    """Short name of a run: a hash of what went in, so the same inputs have the same id on any machine."""
    return hashlib.sha256(json.dumps(inputs(outcomes), sort_keys=True).encode()).hexdigest()[:12]


def record(outcomes) -> dict:
    """The full record: id, inputs, and a hash of each scenario's results."""
    return {"id": record_id(outcomes), **inputs(outcomes), "results": [results_hash(o) for o in outcomes]}


def results_hash(outcome) -> str:
    """Hash of an outcome's arrays, rounded to nine digits so that another machine's last bit does not matter."""
    digest = hashlib.sha256()
    for name in sorted(outcome.arrays):
        digest.update(name.encode() + (np.round(outcome.arrays[name], 9) + 0.0).tobytes())
    return digest.hexdigest()[:16]

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


def record(outcomes) -> dict:
    """Record of the outcomes of one run.

    Returns:
        `id` and the hashes it is made of: code, data, ledger and scenario, seed, draws, results.
    """
    first = outcomes[0]
    content = {
        "code": code_hash(), "data": first.city.files_hash, "draws": first.draws,
        "scenarios": [{"id": o.scenario.id, "ledger": o.assumptions.id, "seed": o.scenario.seed, "results": results_hash(o)}
                      for o in outcomes],
    }
    text = json.dumps(content, sort_keys=True)
    return {"id": hashlib.sha256(text.encode()).hexdigest()[:12], **content}


def results_hash(outcome) -> str:
    """Hash of an outcome's arrays, rounded to nine digits so that another machine's last bit does not matter."""
    digest = hashlib.sha256()
    for name in sorted(outcome.arrays):
        digest.update(name.encode() + (np.round(outcome.arrays[name], 9) + 0.0).tobytes())
    return digest.hexdigest()[:16]

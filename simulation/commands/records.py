"""The record of a run without a screen: check a folder that `run --out` or `pack` wrote."""

from __future__ import annotations

import json
from pathlib import Path


def add(commands) -> None:
    """Register `verify` with its arguments."""
    from simulation.commands.arguments import command

    def do(chosen):
        from simulation.cluster import executor

        with executor(chosen.scheduler) as cluster:
            same = check_record(chosen.folder, chosen.city, chosen.json, chosen.lang, cluster)
        if not same:
            raise SystemExit(1)  # not an input problem, so not through the door of those

    made = command(commands, "verify", do, "whether a recorded run still comes out the same: exit 0 the same, 1 not, 2 bad input")
    made.add_argument("folder", type=Path, metavar="DIR", help="folder written by run --out or pack")
    made.add_argument("--scheduler", default=None, metavar="ADDRESS", help="Dask scheduler of a cluster, host:port")
    made.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def check_record(folder: Path, city: Path | None, as_json: bool, lang: str, executor=None) -> bool:
    """Compare a recorded run with what is at hand, compute it again, print what was found.

    Returns:
        Whether all is as recorded.

    Raises:
        InputError: no record, a broken or edited one, or no such city folder.
    """
    from simulation.commands.scenarios import aligned
    from simulation.present.record_views import as_object, difference_rows
    from simulation.verification import verify

    found = verify(folder, city, executor)
    if as_json:
        print(json.dumps(as_object(found, folder), ensure_ascii=False, indent=1))
        return found.same
    print(found.sentence(lang))
    if not found.same:
        print("\n" + aligned(difference_rows(found, lang)))
    return found.same

"""Makes the made-up needs survey and forum in data/samples: nobody gave these answers.

    python tools/sample_needs.py

The same seed gives the same files. What the made-up people think is in the tables below, so that a reader can see what a
test or a notebook should find: digital skill and communication are short everywhere; citizens miss public service and
cooperation between counters, which the government thinks are in order; the government presses for change management.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from simulation.analysis.needs_columns import GROUPS, Competencies
from simulation.city import City
from simulation.files import write_whole
from simulation.language import say

SEED = 20260914
SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples"
UNITS = ("disdukcapil", "dpmptsp", "dinkes", "kec_sidorejo", "disdik")
PEOPLE = {"pemerintah": 25, "asn": 75, "masyarakat": 50}
WRITTEN = {"pemerintah": "Pemerintah", "asn": "ASN", "masyarakat": "Masyarakat"}
SPREAD = 0.8  # between people, points of the scale
HABIT = 0.35  # some people rate everything higher, others lower
UNANSWERED = {"pemerintah": 0.01, "asn": 0.02, "masyarakat": 0.08}
CITY_WIDE = 0.2  # share of citizens who name no unit
TABLES = (("pemerintah", ""), ("pemerintah", ""), ("asn", "disdukcapil"), ("asn", "dinkes"), ("masyarakat", ""), ("masyarakat", "disdukcapil"))
NAMED = 6  # competencies that a table ranks

IMPORTANCE = {  # pemerintah, asn, masyarakat
    "integritas": (4.5, 4.2, 4.4), "kerja_sama": (3.6, 3.8, 4.2), "komunikasi": (4.1, 4.2, 4.5), "orientasi_hasil": (4.3, 3.8, 3.7),
    "pelayanan_publik": (4.3, 4.2, 4.8), "pengembangan": (3.4, 3.9, 2.9), "mengelola_perubahan": (4.2, 3.3, 2.9),
    "pengambilan_keputusan": (3.7, 3.3, 3.3), "perekat_bangsa": (3.4, 3.3, 3.2), "teknis": (3.9, 4.1, 4.0), "digital": (4.5, 4.3, 4.3),
}
PERFORMANCE = {
    "integritas": (4.2, 4.1, 3.6), "kerja_sama": (3.9, 3.6, 2.9), "komunikasi": (3.2, 3.1, 2.7), "orientasi_hasil": (3.4, 3.5, 3.3),
    "pelayanan_publik": (4.0, 3.7, 2.8), "pengembangan": (3.3, 3.0, 3.3), "mengelola_perubahan": (2.6, 3.2, 3.3),
    "pengambilan_keputusan": (3.5, 3.4, 3.3), "perekat_bangsa": (4.1, 4.0, 3.9), "teknis": (3.6, 3.5, 3.4), "digital": (2.5, 2.6, 2.6),
}
SHIFT = {("dinkes", "komunikasi"): -0.3, ("disdukcapil", "digital"): -0.3, ("disdik", "teknis"): -0.4, ("dpmptsp", "pelayanan_publik"): 0.3}


def main() -> None:
    """Write both files."""
    city = City.load()
    rng = np.random.default_rng(SEED)
    names = {unit.id: unit.name("id") for unit in city.units}
    competencies = Competencies.of(city)
    _write("survei_kebutuhan.csv", "survey", _survey(rng, names, competencies))
    _write("forum_kebutuhan.csv", "forum", _forum(rng, names, competencies))


def _survey(rng, units: dict[str, str], names: Competencies) -> list[list[str]]:
    kinds = (("importance", IMPORTANCE), ("performance", PERFORMANCE))
    head = [say("needs.form.group"), say("needs.form.unit")]
    head += [say(f"needs.form.{kind}", name=names.name(i)) for i in range(len(names.ids)) for kind, _ in kinds]
    rows = []
    for g, group in enumerate(GROUPS):
        for person in range(PEOPLE[group]):
            unit = UNITS[person % len(UNITS)]
            city_wide = group == "masyarakat" and rng.random() < CITY_WIDE
            habit = rng.normal(0.0, HABIT)
            answers = [_answer(rng, table[c][g] + habit + (SHIFT.get((unit, c), 0.0) if kind == "performance" and not city_wide else 0.0),
                               UNANSWERED[group]) for c in names.ids for kind, table in kinds]
            rows.append([WRITTEN[group], "" if city_wide else units[unit], *answers])
    return [head, *(rows[i] for i in rng.permutation(len(rows)))]


def _answer(rng, mean: float, unanswered: float) -> str:
    value = int(np.clip(np.rint(rng.normal(mean, SPREAD)), 1, 5))
    return "" if rng.random() < unanswered else str(value)


def _forum(rng, units: dict[str, str], names: Competencies) -> list[list[str]]:
    """Each table ranks what its group misses most, with the noise of an evening's talk."""
    rows = [[say(f"needs.form.{key}") for key in ("table", "group", "unit", "competency", "rank")]]
    for table, (group, unit) in enumerate(TABLES, 1):
        g = GROUPS.index(group)
        missed = [IMPORTANCE[c][g] * (5 - PERFORMANCE[c][g] - SHIFT.get((unit, c), 0.0)) + rng.normal(0.0, 1.2) for c in names.ids]
        for rank, i in enumerate(np.argsort(missed)[::-1][:NAMED], 1):
            rows.append([str(table), WRITTEN[group], units.get(unit, ""), names.name(int(i)), str(rank)])
    return rows


def _write(name: str, key: str, rows: list[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([say(f"needs.sample.{key}"), *[""] * (len(rows[0]) - 1)])
    writer.writerows(rows)
    write_whole(SAMPLES / name, text.getvalue())


if __name__ == "__main__":
    main()

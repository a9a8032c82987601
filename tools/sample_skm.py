"""Makes the made-up SKM rows in data/samples: nobody gave these answers.

    python tools/sample_skm.py

Eight units, four waves, half a year apart. Ratings drift up by DRIFT a year everywhere, as published city series do; three
units start a training programme before the third wave and two before the fourth, and gain GAIN points after it; three never
start. So a reader can see what an honest evaluation should make of it: a gain of this size is hard to see.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from simulation.city import City
from simulation.files import write_whole
from simulation.intake.skm_answers import OFFICIAL
from simulation.skm import ELEMENTS

SEED = 20261001
SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples"
WAVES = ("2025-03-03", "2025-09-01", "2026-03-02", "2026-08-31")
STARTS = {"disdukcapil": 2, "kec_sidorejo": 2, "dpmptsp": 2, "kec_tingkir": 3, "dinkes": 3,
          "kec_sidomukti": None, "kec_argomulyo": None, "disdik": None}
RESPONDENTS = 55  # of a unit in a wave, give or take a few
DRIFT, GAIN = 0.7, 1.2  # IKM points a year; IKM points once
PERSON, CELL = 0.36, 0.45  # spread between people and within a person's answers, points of the scale 1-4
WRITTEN = ("biaya", "pengaduan")  # columns that hold answer texts instead of numbers
TITLE = "DATA REKAAN untuk contoh; tidak ada warga yang memberi jawaban ini. Survei Kepuasan Masyarakat, satu baris satu responden."


def rows(city: City) -> list[list]:
    """Headings and one row per made-up respondent."""
    rng = np.random.default_rng(SEED)
    out = [["Waktu Pengisian", "Nama Responden", "No HP", "Unit Layanan", "Jenis Kelamin", "Usia", "Pendidikan Terakhir",
            *(f"U{k} {_title(e)}" for k, e in enumerate(ELEMENTS, start=1)), "Saran"]]
    number = 0
    for wave, first in enumerate(WAVES):
        for unit, start in STARTS.items():
            gain = DRIFT * wave / 2 + (GAIN if start is not None and wave >= start else 0.0)
            level = city.ratings[city.unit(unit)] + gain / 25 + rng.normal(0, 0.02)
            for _ in range(RESPONDENTS + int(rng.integers(-6, 7))):
                number += 1
                out.append(_respondent(rng, level, first, number, city.units[city.unit(unit)].name_id))
    return out


def _respondent(rng, level: np.ndarray, first: str, number: int, unit: str) -> list:
    latent = level + rng.normal(0, PERSON) + rng.normal(0, CELL, len(ELEMENTS))
    ratings = np.clip(np.round(latent), 1, 4).astype(int)
    moment = datetime.fromisoformat(first) + timedelta(days=int(rng.integers(0, 12)), hours=8 + int(rng.integers(0, 7)),
                                                       minutes=int(rng.integers(0, 60)), seconds=int(rng.integers(0, 60)))
    answers = [_written(OFFICIAL[e][r - 1], rng) if e in WRITTEN else int(r) for r, e in zip(ratings, ELEMENTS, strict=True)]
    if rng.random() < 0.02:
        answers[int(rng.integers(0, 9))] = ""
    return [moment.strftime("%d/%m/%Y %H:%M:%S"), f"Responden {number}", "-", unit,
            rng.choice(["Laki-laki", "Perempuan", "L", "P"]), int(rng.integers(18, 66)),
            rng.choice(["SMA/SMK", "S1", "D3", "SMP", "S2"], p=[0.45, 0.3, 0.1, 0.1, 0.05]), *answers, ""]


def _written(text: str, rng) -> str:
    return str(rng.choice([text, text.upper(), f" {text.lower()}"]))


def _title(element: str) -> str:
    from simulation.language import say

    return say(f"element.{element}")


def text() -> str:
    """The whole file, separated by semicolons as Indonesian Excel writes it."""
    table = rows(City.load())
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerow([TITLE] + [""] * (len(table[0]) - 1))
    writer.writerows(table)
    return buffer.getvalue()


if __name__ == "__main__":
    write_whole(SAMPLES / "skm_empat_gelombang.csv", text())

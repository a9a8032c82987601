"""Writes the made-up tables that monitoring reads: spending, course evaluation, complaints and counts for the IP ASN.

Run from the repository: `python tools/sample_monitoring.py`. The same files every time.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulation.files import write_whole

FOLDER = Path(__file__).resolve().parents[1] / "data" / "samples"
MADE_UP = "CONTOH BUATAN, bukan data sungguhan (made-up sample, not real data): "
YEARS = (2025, 2026)

# programme, budget in 2026, share of it spent, price per participant
SPENDING = (
    ("Pelayanan prima", 320e6, 0.97, 1_900_000), ("Administrasi digital pencatatan sipil", 210e6, 0.92, 2_400_000),
    ("Penanganan pengaduan", 140e6, 0.88, 1_600_000), ("Komunikasi publik dan media sosial", 150e6, 0.95, 1_800_000),
    ("Pembelajaran inovatif", 380e6, 0.81, 2_100_000), ("Pelayanan loket kesehatan", 190e6, 0.93, 1_900_000),
    ("Supervisi dan pembinaan pegawai", 120e6, 0.64, 2_600_000), ("Seminar dan sosialisasi", 90e6, 1.0, 0),
)
# unit, share of visited who apply it, people served, complaints per 1,000 served, people for the IP ASN
UNITS = (
    ("Dinas Kependudukan dan Pencatatan Sipil", 0.46, 28_000, 1.4, 45), ("RSUD", 0.35, 90_000, 2.1, 220),
    ("Kecamatan Sidorejo", 0.42, 9_500, 0.6, 40), ("Kecamatan Tingkir", 0.40, 8_200, 0.8, 38),
    ("Dinas Kesehatan", 0.44, 2_100, 0.9, 60), ("BKPSDM", 0.50, 3_300, 0.3, 32),
    ("Dinas Sosial", 0.38, 4_100, 1.9, 25), ("Bappeda", 0.33, 600, 0.0, 4),
)
POSTS, POST_SHARES = ("Struktural", "Fungsional", "Pelaksana"), (0.14, 0.46, 0.40)
SCHOOLING, SCHOOLING_SHARES = ("S2", "S1/D4", "D3", "SMA"), (0.12, 0.56, 0.17, 0.15)
SCORES, SCORE_SHARES = ("91-100", "76-90", "61-75"), (0.12, 0.82, 0.06)
PENALTIES, PENALTY_SHARES = ("Tidak ada", "Ringan"), (0.993, 0.007)
TRAINED = {"Struktural": 0.75, "Fungsional": 0.45, "Pelaksana": 0.0}  # had the course that belongs to the post


def rupiah(value: float) -> str:
    """An amount as the finance office writes it."""
    return "Rp " + f"{value:,.0f}".replace(",", ".")


def spending(rng) -> list[list]:
    """Two years of programmes, each closed by the row of totals that such tables end with."""
    rows = []
    for year in YEARS:
        total = [0.0, 0.0, 0]
        for name, budget, spent, price in SPENDING:
            budget = budget if year == 2026 else round(0.9 * budget, -6)
            paid = round(budget * (spent if year == 2026 else min(1.0, spent + rng.normal(0, 0.04))), -3)
            people = int(paid / price) if price else None
            rows.append([name, year, rupiah(budget), rupiah(paid), "" if people is None else people])
            total = [total[0] + budget, total[1] + paid, total[2] + (people or 0)]
        rows.append(["JUMLAH", year, rupiah(total[0]), rupiah(total[1]), total[2]])
    return rows


def evaluation(rng) -> list[list]:
    """Ratings of courses and follow-up visits per unit."""
    rows = []
    for name, applies, _, _, people in UNITS:
        raters = max(3, int(0.8 * people))
        visited = max(3, int(0.5 * raters))
        for year in YEARS:
            rating, spread = rng.normal(82, 3), rng.uniform(7, 11)
            rows.append([name, year, raters, f"{rating:.1f}".replace(".", ","), f"{spread:.1f}".replace(".", ","), visited,
                         int(rng.binomial(visited, applies))])
    return rows


def complaints(rng) -> list[list]:
    """Complaints and people served per unit."""
    return [[name, year, int(rng.poisson(per_1000 * served / 1000)), f"{served:,}".replace(",", ".")]
            for name, _, served, per_1000, _ in UNITS for year in YEARS]


def profiles(rng) -> list[list]:
    """People of 2026 counted by their answers for the IP ASN."""
    counted: dict[tuple, int] = {}
    for name, _, _, _, people in UNITS:
        for _ in range(people):
            post = POSTS[rng.choice(3, p=POST_SHARES)]
            key = (name, 2026, post, SCHOOLING[rng.choice(4, p=SCHOOLING_SHARES)], _yes(rng, TRAINED[post]), _yes(rng, 0.38),
                   _yes(rng, 0.55), SCORES[rng.choice(3, p=SCORE_SHARES)], PENALTIES[rng.choice(2, p=PENALTY_SHARES)])
            counted[key] = counted.get(key, 0) + 1
    order = [unit[0] for unit in UNITS]
    return [[*key, n] for key, n in sorted(counted.items(), key=lambda item: (order.index(item[0][0]), item[0][2:]))]


def _yes(rng, share: float) -> str:
    return "Ya" if rng.random() < share else "Tidak"


TABLES = {
    "realisasi_program": ("anggaran dan realisasi program pelatihan", spending,
                          ["Program", "Tahun Anggaran", "Pagu (Rp)", "Realisasi (Rp)", "Jumlah Peserta"]),
    "evaluasi_pelatihan": ("evaluasi pelatihan dan kunjungan tindak lanjut", evaluation,
                           ["Unit Kerja", "Tahun", "Jumlah Penilai", "Nilai Kepuasan", "Simpangan Baku Nilai", "Didatangi", "Menerapkan"]),
    "rekap_pengaduan": ("pengaduan yang masuk dan orang yang dilayani", complaints, ["Unit Kerja", "Tahun", "Pengaduan", "Dilayani"]),
    "rekap_ip_asn": ("jumlah pegawai menurut jawaban untuk IP ASN, satu baris satu gabungan jawaban", profiles,
                     ["Unit Kerja", "Tahun", "Jenis Jabatan", "Pendidikan", "Diklat Kepemimpinan atau Fungsional", "Diklat Teknis 20 JP",
                      "Seminar/Workshop", "Kinerja", "Hukuman Disiplin", "Jumlah Pegawai"]),
}


def tables() -> dict[str, str]:
    """Text of each file by its stem."""
    found = {}
    for number, (name, (about, rows, header)) in enumerate(TABLES.items()):
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerow([MADE_UP + about])
        writer.writerow(header)
        writer.writerows(rows(np.random.default_rng(20260301 + number)))
        found[name] = text.getvalue()
    return found


def main() -> None:
    """Write the samples."""
    for name, text in tables().items():
        write_whole(FOLDER / f"{name}.csv", text)


if __name__ == "__main__":
    main()

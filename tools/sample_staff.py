"""Write the made-up staff list and training history of data/samples: five units, the dirt that real exports have, no person.

    python tools/sample_staff.py [--out FOLDER]

Everything is drawn with a fixed seed: the same files come out every time.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples"
SEED = 20260105
LABEL = "DATA CONTOH - BUATAN, BUKAN DATA NYATA / MADE-UP SAMPLE"

# unit: ways to write it, then (post, kind of post, echelon, how many)
UNITS = {
    "disdukcapil": (("Dinas Kependudukan dan Pencatatan Sipil", "DISDUKCAPIL", "Dinas  Kependudukan & Pencatatan Sipil"), (
        ("Kepala Dinas", "Jabatan Pimpinan Tinggi", "II.b", 1), ("Sekretaris Dinas", "Struktural", "III.a", 1),
        ("Kepala Bidang Pelayanan Pendaftaran Penduduk", "Struktural", "III.b", 4), ("Kepala Subbagian Umum", "Struktural", "IV.a", 2),
        ("Administrator Database Kependudukan Ahli Pertama", "Fungsional", "", 6), ("Operator Layanan Operasional", "Pelaksana", "", 14),
        ("petugas loket pelayanan", "Pelaksana", "-", 12), ("Pengadministrasi Perkantoran", "Pelaksana", "", 8),
        ("Pranata Komputer Ahli Pertama", "Fungsional", "", 3), ("Analis Kebijakan Ahli Madya", "Fungsional", "", 2))),
    "dpmptsp": (("Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", "DPMPTSP"), (
        ("Kepala Dinas", "Jabatan Pimpinan Tinggi", "II.b", 1), ("Sekretaris", "Struktural", "III.a", 1),
        ("Kepala Subbagian Keuangan", "Struktural", "IV.a", 1), ("Penata Perizinan Ahli Muda", "Fungsional", "", 9),
        ("Front Office MPP", "Pelaksana", "", 8), ("Pengadministrasi Umum", "Pelaksana", "", 7), ("Bendahara", "Pelaksana", "", 2),
        ("Analis Investasi", "Pelaksana", "", 4))),
    "pusk_cebongan": (("UPT Puskesmas Cebongan", "PUSKESMAS CEBONGAN", "Pkm. Cebongan"), (
        ("Kepala UPT Puskesmas", "Fungsional", "", 1), ("Kepala Subbagian Tata Usaha", "Struktural", "IV.b", 1),
        ("Dokter Ahli Madya", "Fungsional", "", 3), ("Perawat Terampil", "Fungsional", "", 12), ("Bidan Ahli Pertama", "Fungsional", "", 11),
        ("Perekam Medis Terampil", "Fungsional", "", 3), ("Pengemudi Ambulans", "Pelaksana", "", 2),
        ("Pengadministrasi Umum", "Pelaksana", "", 5))),
    "kec_sidorejo": (("Kecamatan Sidorejo", "Kec. Sidorejo", "Kelurahan Blotongan", "Kel. Sidorejo Lor"), (
        ("Camat", "Struktural", "III.a", 1), ("Sekretaris Kecamatan", "Struktural", "III.b", 1), ("Lurah", "Struktural", "IV.a", 6),
        ("Sekretaris Kelurahan", "Struktural", "IV.b", 6), ("Penata Layanan Operasional", "Pelaksana", "", 16),
        ("Pengelola Layanan Kependudukan", "Pelaksana", "", 5), ("Pengadministrasi Perkantoran", "Pelaksana", "", 16))),
    "sd_sidorejo": (("SD Negeri Sidorejo Lor 01", "SDN Blotongan 02", "SD NEGERI PULUTAN 01", "SDN Bugel 01"), (
        ("Kepala Sekolah", "Fungsional", "", 8), ("Guru Kelas Ahli Pertama", "Fungsional", "", 34), ("Guru Ahli Muda", "Fungsional", "", 22),
        ("Guru PAI Ahli Pertama", "Fungsional", "", 10), ("Penjaga Sekolah", "Pelaksana", "", 9))),
}
COURSES = (  # name, JP, days, units, cost of a participant, mean before, mean gain, how many in each year
    (("Administrasi digital pencatatan sipil", "Diklat Administrasi Digital Pencatatan Sipil"), 24, 3, ("disdukcapil", "kec_sidorejo"), 1450000, 54, 15, 26),
    (("Pelayanan prima", "Pelatihan Pelayanan Prima Angkatan I", "PELAYANAN  PRIMA"), 20, 2, ("disdukcapil", "dpmptsp", "kec_sidorejo"), 1200000, 60, 10, 34),
    (("Pembelajaran inovatif",), 32, 4, ("sd_sidorejo",), 1650000, 57, 12, 24),
    (("Pelayanan loket kesehatan",), 20, 2, ("pusk_cebongan",), 1250000, 58, 11, 18),
    (("Pemrosesan izin (OSS)", "Bimtek Pemrosesan Izin"), 16, 2, ("dpmptsp",), 1100000, 52, 14, 10),
    (("Pelatihan Kepemimpinan Pengawas (PKP)",), 290, 60, ("disdukcapil", "kec_sidorejo"), 24000000, 0, 0, 2),
    (("Bimtek Pengelolaan Arsip Dinamis",), 8, 1, ("dpmptsp", "disdukcapil"), 450000, 0, 0, 6),
)


@dataclass(frozen=True)
class Employee:
    """A made-up employee."""

    number: int
    unit: str
    post: str
    kind: str
    echelon: str
    status: str
    born: int
    education: str


def employees(draw: random.Random) -> list[Employee]:
    """Everybody on the payroll of the five units."""
    people = []
    for unit, (_, posts) in UNITS.items():
        for post, kind, echelon, count in posts:
            for _ in range(count):
                leads = bool(echelon.strip("-"))
                status = "PNS" if leads else draw.choices(("PNS", "CPNS", "PPPK", "PPPK Paruh Waktu"), (72, 4, 18, 6))[0]
                age = draw.randint(43, 58) if leads else min(59, max(22, round(draw.gauss(42, 9))))
                people.append(Employee(len(people) + 1, unit, post, kind, echelon, status, 2025 - age, education(draw, post, leads)))
    return people


def education(draw: random.Random, post: str, leads: bool) -> str:
    """Education that fits a post."""
    if leads:
        return draw.choice(("S1", "S2", "S2"))
    if any(word in post for word in ("Ahli", "Guru", "Dokter", "Kepala", "Analis")):
        return draw.choices(("S1", "S2"), (9, 1))[0]
    return draw.choices(("SMA", "D3", "S1"), (5, 3, 3))[0]


WRITTEN = {"PNS": ("PNS", "PNS", "Pns", "Pegawai Negeri Sipil"), "CPNS": ("CPNS",), "PPPK": ("PPPK", "P3K", "pppk "),
           "PPPK Paruh Waktu": ("PPPK Paruh Waktu",), "S1": ("S-1/Sarjana", "S1", "Sarjana (S1)", "D-IV"), "S2": ("S-2", "Magister"),
           "D3": ("Diploma III/Sarjana Muda", "D-III"), "SMA": ("SLTA/SMA sederajat", "SMK", "SMA")}


def birth(draw: random.Random, year: int) -> str:
    """A birth date in one of the ways of the list."""
    day, month = draw.randint(1, 28), draw.randint(1, 12)
    return draw.choice((f"{day:02d}-{month:02d}-{year}", f"{day:02d}/{month:02d}/{year}", f"{year}-{month:02d}-{day:02d}"))


def staff_rows(draw: random.Random, people: list[Employee]) -> list[list[str]]:
    """The staff list with title, headings, total and signature."""
    rows = [[LABEL], ["DAFTAR PEGAWAI KOTA SALATIGA (CONTOH), KEADAAN 31 DESEMBER 2025"], [],
            ["No", "NIP", "Nama", "Unit Kerja", "Nama Jabatan", "Jenis Jabatan", "Eselon", "Status Kepegawaian", "Tanggal Lahir",
             "Tingkat Pendidikan"]]
    for p in people:
        post = p.post.upper() if draw.random() < 0.06 else p.post.replace(" ", "  ", 1) if draw.random() < 0.05 else p.post
        born = "" if draw.random() < 0.03 else birth(draw, p.born)
        school = "" if draw.random() < 0.02 else draw.choice(WRITTEN[p.education])
        rows.append([str(p.number), f"'contoh-{p.number:03d}", f"Pegawai {p.number:03d}", draw.choice(UNITS[p.unit][0]), post, p.kind,
                     p.echelon, draw.choice(WRITTEN[p.status]), born, school])
    extra = len(people) + 1
    rows.append([str(extra), f"'contoh-{extra:03d}", f"Pegawai {extra:03d}", "DISDUKCAPIL", "Petugas loket pelayanan", "", "", "Honorer",
                 birth(draw, 1990), "SMA"])
    rows += [["", "", "", "Jumlah", "", "", "", "", "", ""], ["", "", "", "", "", "", "Salatiga, 5 Januari 2026", "", "", ""]]
    return rows


def training_rows(draw: random.Random, people: list[Employee]) -> list[list[str]]:
    """The training history of 2025 and 2026."""
    rows = [[LABEL], ["RIWAYAT PELATIHAN (CONTOH) 2025-2026"], [],
            ["No", "NIP", "Nama", "Unit Kerja", "Status", "Nama Pelatihan", "JP", "Tanggal Mulai", "Tanggal Selesai", "Nilai Pre Test",
             "Nilai Post Test", "Diterapkan", "Biaya"]]
    for year in (2025, 2026):
        for names, jp, days, units, cost, before, gain, count in COURSES:
            leaders = "PKP" in names[0]
            able = [p for p in people if p.unit in units and bool(p.echelon.strip("-")) == leaders]
            month = draw.randint(2, 10)
            for p in draw.sample(able, min(count, len(able))):
                first = min(100, max(15, round(draw.gauss(before, 11))))
                after = min(100, max(20, round(first + draw.gauss(gain, 8))))
                tested = before and draw.random() < 0.93
                visited = draw.random() < 0.4
                day = draw.randint(1, 24)
                money = f"Rp {cost:,}".replace(",", ".") if draw.random() < 0.5 else str(cost)
                rows.append([str(len(rows) - 3), f"'contoh-{p.number:03d}", f"Pegawai {p.number:03d}", draw.choice(UNITS[p.unit][0]),
                             draw.choice(WRITTEN[p.status]), draw.choice(names), f"{jp} JP" if draw.random() < 0.15 else str(jp),
                             f"{day:02d}/{month:02d}/{year}", f"{min(28, day + min(days, 4) - 1):02d}/{month:02d}/{year}",
                             str(first) if tested else "", str(after) if tested else "",
                             draw.choice(("Ya", "ya", "Sudah", "Belum")) if visited else "", money])
    rows.append(["", "", "", "TOTAL", "", "", "", "", "", "", "", "", ""])
    return rows


def write(path: Path, rows: list[list[str]]) -> None:
    """One file, semicolons between the cells as an Indonesian Excel writes them."""
    width = max(map(len, rows))
    lines = [";".join([*row, *[""] * (width - len(row))]) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main(folder: Path = SAMPLES) -> None:
    """Write both samples."""
    draw = random.Random(SEED)
    people = employees(draw)
    write(folder / "daftar_pegawai.csv", staff_rows(draw, people))
    write(folder / "riwayat_pelatihan.csv", training_rows(draw, people))


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--out", type=Path, default=SAMPLES, help="folder to write into")
    main(options.parse_args().out)

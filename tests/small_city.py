"""A made-up city of three units, small enough to read: a registry with a counter, a permit office and a school."""

from pathlib import Path

COMPETENCIES = ("integritas", "kerja_sama", "komunikasi", "orientasi_hasil", "pelayanan_publik", "pengembangan",
                "mengelola_perubahan", "pengambilan_keputusan", "perekat_bangsa", "teknis", "digital")
ELEMENTS = ("persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "pengaduan", "sarana")

CITY = """\
version: 1
id: kota_kecil
name: {id: Kota Kecil, en: Small Town}
province: Jawa Tengah
code: "00.00"
staff_date: "2026-01-01"
base_year: 2025
totals:
  pns: {value: 61, source: made_up, grade: D}
  pppk: {value: 9, source: made_up, grade: D}
apbd_rp: {value: 1000000000, source: made_up, grade: D}
"""

UNITS = [
    "id,name_id,name_en,form,kind,parent,users_per_year,population_served,respondents",
    "capil,Dinas Dukcapil,Civil registry,Dinas,registry,,9000,20000,120",
    "izin,Dinas Perizinan,Permit office,Dinas,permits,,900,20000,60",
    "sdn1,SD Negeri 1,Primary school 1,Sekolah,school,,240,20000,40",
]
STAFF = [
    "unit,group,pns,pppk,exit_relative",
    "capil,frontline,12,3,1.0",
    "capil,backoffice,8,0,1.0",
    "capil,leader,3,0,1.5",
    "izin,frontline,6,2,1.0",
    "izin,backoffice,9,0,1.0",
    "izin,leader,2,0,1.5",
    "sdn1,frontline,20,4,1.0",
    "sdn1,leader,1,0,1.5",
]
SERVICES = [
    "id,unit,name_id,name_en,kind,volume_per_year,servers,minutes,hours_per_day,days_per_year,peak_share,peak_hours,"
    "standard_minutes,baseline_days,standard_days,error_rate,staff_controlled",
    "ktp,capil,KTP elektronik,Electronic ID card,counter,9000,2,12,6,245,0.5,2.5,45,,,0.05,0.4",
    "siup,izin,Izin usaha,Business permit,casework,900,1,60,6,245,,,,5,7,0.08,0.5",
    "kelas,sdn1,Kelas,Class,school,240,,,,,,,,,,,",
]


def write(folder: Path) -> Path:
    """Write the city's folder; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "city.yaml").write_text(CITY, encoding="utf-8")
    _table(folder / "sources.csv", ["id,title,url,date,note", "made_up,Made up for a test,,,"], "")
    graded = ",grade,source", ",D,made_up"
    _table(folder / "units.csv", UNITS, *graded)
    _table(folder / "staff.csv", STAFF, *graded)
    _table(folder / "services.csv", SERVICES, *graded)
    cells = [",".join(row.split(",")[:2]) for row in STAFF[1:]]
    levels = ["unit,group," + ",".join(COMPETENCIES), *(cell + ",2.0" * len(COMPETENCIES) for cell in cells)]
    _table(folder / "levels.csv", levels, *graded)
    ids = [row.split(",")[0] for row in UNITS[1:]]
    ratings = ["unit," + ",".join(ELEMENTS), *(unit + ",3.2" * len(ELEMENTS) for unit in ids)]
    _table(folder / "ratings.csv", ratings, *graded)
    return folder


def _table(path: Path, rows: list[str], heading: str, row_end: str = "") -> None:
    text = "\n".join([rows[0] + heading, *(row + row_end for row in rows[1:])])
    path.write_text(text + "\n", encoding="utf-8")

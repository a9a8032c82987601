"""Write the estimated tables of data/salatiga from published anchors and the rules in sources.csv.

Everything here is grade D: it makes the published totals hold exactly and waits to be replaced by the city's files.
Run `python tools/estimate_salatiga.py`; the same bytes come out every time.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "data" / "salatiga"
PNS, PPPK, POPULATION = 3318, 14, 198_971
GROUPS = ("frontline", "backoffice", "leader")
COMPETENCIES = ("integritas", "kerja_sama", "komunikasi", "orientasi_hasil", "pelayanan_publik", "pengembangan",
                "mengelola_perubahan", "pengambilan_keputusan", "perekat_bangsa", "teknis", "digital")
ELEMENTS = ("persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "pengaduan", "sarana")
DAYS, HOURS, FULL = 245, 6.0, 0.8

# id, English name, form, relative size of staff
AGENCIES = [
    ("inspektorat", "Inspectorate", "Inspektorat", 45), ("setda", "Regional Secretariat", "Sekretariat", 130),
    ("setwan", "Council Secretariat", "Sekretariat", 35), ("bkpsdm", "Civil Service and HR Development Agency", "Badan", 40),
    ("bakesbangpol", "National Unity and Politics Agency", "Badan", 25),
    ("bpkpd", "Finance and Revenue Agency", "Badan", 75), ("bappeda", "Development Planning Agency", "Badan", 45),
    ("disbudpar", "Culture and Tourism Office", "Dinas", 40), ("dispora", "Youth and Sports Office", "Dinas", 30),
    ("disdukcapil", "Population and Civil Registry Office", "Dinas", 38), ("dinkes", "Health Office", "Dinas", 65),
    ("diskominfo", "Communication and Informatics Office", "Dinas", 38),
    ("dinkop_ukm", "Cooperatives and Small Business Office", "Dinas", 35), ("dlh", "Environment Office", "Dinas", 90),
    ("dispangtan", "Food and Agriculture Office", "Dinas", 60), ("dpupr", "Public Works and Spatial Planning Office", "Dinas", 85),
    ("dp3appkb", "Women, Children and Family Planning Office", "Dinas", 45),
    ("dpmptsp", "Investment and One-Stop Service Office", "Dinas", 36), ("disdik", "Education Office", "Dinas", 70),
    ("disdag", "Trade Office", "Dinas", 65), ("dishub", "Transport Office", "Dinas", 65),
    ("disperinaker", "Industry and Manpower Office", "Dinas", 40), ("dispersip", "Library and Archives Office", "Dinas", 30),
    ("dpkp", "Housing and Settlements Office", "Dinas", 40), ("dinsos", "Social Affairs Office", "Dinas", 35),
    ("satpol_pp", "Municipal Police Unit", "Satpol PP", 75),
]
KINDS = {"disdukcapil": "registry", "dpmptsp": "permits", "dinkes": "health"}
DISTRICTS = {"sidorejo": 51_784, "tingkir": 43_533, "sidomukti": 39_632, "argomulyo": 41_846}  # residents in 2006
HEALTH_CENTRES = ("cebongan", "tegalrejo", "kalicacing", "mangunsari", "sidorejo_kidul", "sidorejo_lor")
SCHOOLS = {"sidorejo": (23, 4), "tingkir": (20, 1), "sidomukti": (13, 3), "argomulyo": (21, 2)}  # SD, SMP in 2020
AGED_5_TO_14 = 14_260 + 15_880
SHARES = {"office": (0.25, 0.60, 0.15), "registry": (0.50, 0.35, 0.15), "permits": (0.45, 0.40, 0.15),
          "health": (0.75, 0.20, 0.05), "school": (0.87, 0.03, 0.10), "district": (0.45, 0.40, 0.15)}
LEVEL = {"frontline": 1.8, "backoffice": 1.9, "leader": 2.7}
LEVEL_OF_KIND = {"registry": 0.1, "permits": 0.1, "health": 0.1, "school": 0.05, "district": -0.1, "office": 0.0}
LEVEL_OF_COMPETENCY = {"integritas": 0.2, "perekat_bangsa": 0.2, "teknis": 0.7, "digital": 0.2, "pengembangan": -0.3,
                       "mengelola_perubahan": -0.2, "pengambilan_keputusan": -0.2}
IKM, IKM_OF_KIND = 87.0, {"registry": 1.0, "permits": 2.0, "health": -1.5, "school": 1.0, "district": 0.0, "office": 0.5}
PROFILE = dict(zip(ELEMENTS, (0.02, 0.0, -0.10, 0.22, 0.02, 0.05, 0.06, -0.12, -0.15), strict=True))
GOOD_INDEX = {"disdukcapil", "dinsos"}  # published service index 2024 above 4.6

COUNTERS = [  # unit, id, names, visits a year, staff minutes, errors, share staff control
    ("disdukcapil", "ktp", "KTP elektronik", "Electronic ID card", 0.35 * 0.40, 12, 0.06, 0.35),
    ("disdukcapil", "kk", "Kartu keluarga", "Family card", 0.35 * 0.30, 12, 0.05, 0.5),
    ("disdukcapil", "akta", "Akta pencatatan sipil", "Civil registry certificate", 0.35 * 0.15, 15, 0.06, 0.5),
    ("disdukcapil", "kia", "Kartu identitas anak", "Child identity card", 0.35 * 0.15, 8, 0.04, 0.35),
    ("dpmptsp", "mpp", "Loket mal pelayanan publik", "Public service mall desk", 0.10, 10, 0.05, 0.5),
    ("rsud", "rawat_jalan", "Pendaftaran rawat jalan", "Outpatient registration", 0.25, 8, 0.05, 0.5),
    ("bpkpd", "pajak", "Loket pajak daerah", "Local tax desk", 0.12, 8, 0.04, 0.5),
    ("disdag", "pasar", "Layanan pedagang pasar", "Market traders' desk", 0.03, 10, 0.05, 0.5),
    ("dishub", "kir", "Uji kendaraan (KIR)", "Vehicle inspection", 0.03, 15, 0.04, 0.4),
    ("disperinaker", "ak1", "Kartu pencari kerja (AK-1)", "Job-seeker card", 0.025, 10, 0.05, 0.5),
    ("dinsos", "sosial", "Loket layanan sosial", "Social service desk", 0.04, 12, 0.06, 0.5),
    ("dispersip", "perpustakaan", "Layanan perpustakaan", "Library desk", 0.10, 5, 0.03, 0.5),
]
CASEWORK = [  # unit, id, names, cases a year, staff minutes, days now, limit, share staff control
    ("dpmptsp", "izin", "Izin usaha dan praktik", "Business and practice permits", 3000, 180, 5.0, 5, 0.5),
    ("dpupr", "pbg", "Persetujuan bangunan (PBG)", "Building approval", 600, 900, 30.0, 28, 0.4),
    ("disdukcapil", "pembetulan", "Pembetulan akta", "Correction of certificates", 1500, 90, 3.0, 3, 0.5),
    ("dinsos", "verifikasi", "Verifikasi bantuan sosial", "Verification for social assistance", 4000, 120, 8.0, 10, 0.5),
    ("diskominfo", "aduan", "Aduan warga (SP4N-LAPOR)", "Citizens' complaints", 1200, 120, 6.0, 5, 0.6),
    ("bpkpd", "keberatan", "Pembetulan pajak bumi", "Corrections of land tax", 2500, 100, 12.0, 14, 0.5),
]


def whole(weights: list[float], total: int) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the total (largest remainders)."""
    exact = [w * total / sum(weights) for w in weights]
    counts = [math.floor(x) for x in exact]
    order = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], i))
    for i in order[: total - sum(counts)]:
        counts[i] += 1
    return counts


def units() -> list[dict]:
    """All units with kind, relative staff size and users."""
    names = {row["unit"]: row["name_2025"] for row in csv.DictReader(open(FOLDER / "perangkat_daerah.csv", encoding="utf-8"))}
    residents = sum(DISTRICTS.values())
    rows = []
    for key, english, form, size in AGENCIES:
        kind = KINDS.get(key, "office")
        per_head = {"registry": 0.35, "permits": 0.10}.get(kind, 0.02 * size / 50)
        rows.append({"id": key, "id_": names[key], "en": english, "form": form, "kind": kind, "parent": "", "size": size,
                     "users": POPULATION * per_head, "served": POPULATION})
    for key, people in DISTRICTS.items():
        title = key.capitalize()
        served = POPULATION * people / residents
        rows.append({"id": f"kec_{key}", "id_": f"Kecamatan {title}", "en": f"{title} District", "form": "Kecamatan",
                     "kind": "district", "parent": "", "size": 78, "users": 0.5 * served, "served": served})
    for key in HEALTH_CENTRES:
        title = key.replace("_", " ").title()
        rows.append({"id": f"pusk_{key}", "id_": f"Puskesmas {title}", "en": f"{title} Health Centre", "form": "Puskesmas",
                     "kind": "health", "parent": "dinkes", "size": 38, "users": 1.2 * POPULATION / 6, "served": POPULATION / 6})
    rows.append({"id": "rsud", "id_": names["rsud"], "en": "Municipal Hospital", "form": "RSUD", "kind": "health",
                 "parent": "dinkes", "size": 420, "users": 0.25 * POPULATION, "served": POPULATION})
    return rows + schools()


def schools() -> list[dict]:
    """Public schools of each district as one unit per level."""
    rows = []
    levels = (("sd", "SD", "Primary Schools", 0, 10, 0.6 * 0.7), ("smp", "SMP", "Junior Secondary Schools", 1, 30, 0.3 * 0.6))
    for key, form, english, position, size, share in levels:
        total = sum(counts[position] for counts in SCHOOLS.values())
        for district, counts in SCHOOLS.items():
            n, title = counts[position], district.capitalize()
            pupils = AGED_5_TO_14 * share * n / total
            rows.append({"id": f"{key}_{district}", "id_": f"{form} Negeri Kec. {title} ({n} sekolah)",
                         "en": f"{title} {english} ({n})", "form": form, "kind": "school", "parent": f"kec_{district}",
                         "size": size * n, "users": 2 * pupils, "served": pupils, "pupils": pupils})
    rows.append({"id": "tk_argomulyo", "id_": "TK Negeri Pembina Argomulyo", "en": "Argomulyo State Kindergarten", "form": "TK",
                 "kind": "school", "parent": "kec_argomulyo", "size": 9, "users": 240, "served": 120, "pupils": 120})
    return rows


def staff(rows: list[dict]) -> list[list]:
    """PNS and PPPK per unit and group; the totals are the published ones."""
    pns = whole([row["size"] for row in rows], PNS)
    at_schools = [row["size"] if row["kind"] == "school" else 0 for row in rows]
    pppk = whole(at_schools, PPPK)
    cells = []
    for row, civil, contract in zip(rows, pns, pppk, strict=True):
        for group, count in zip(GROUPS, whole(SHARES[row["kind"]], civil), strict=True):
            extra = contract if group == "frontline" else 0
            if count + extra:
                cells.append([row["id"], group, count, extra, 1.5 if group == "leader" else 1.0, "D", "rule_staff"])
    return cells


def level(kind: str, group: str, competency: str) -> float:
    """Mean official level today."""
    return round(LEVEL[group] + LEVEL_OF_KIND[kind] + LEVEL_OF_COMPETENCY.get(competency, 0.0), 2)


def counters(rows: list[dict]) -> list[list]:
    """Counter services: servers are the fewest that keep the load at or below 80 %."""
    users = {row["id"]: row["users"] for row in rows}
    services = [(u, f"{u}_{k}", a, b, POPULATION * share, m, e, c, 1) for u, k, a, b, share, m, e, c in COUNTERS]
    services += [(u, f"{u}_surat", "Surat dan legalisasi", "Letters and attestations", users[u], 8, 0.04, 0.6, 6)
                 for u in users if u.startswith("kec_")]
    services += [(u, f"{u}_daftar", "Pendaftaran pasien", "Patient registration", users[u], 6, 0.05, 0.5, 1)
                 for u in users if u.startswith("pusk_")]
    table = []
    for unit, key, name, english, volume, minutes, errors, control, least in services:
        work = round(volume) * minutes / 60 / HOURS / DAYS
        servers = max(least, math.ceil(work / FULL))
        table.append([key, unit, name, english, "counter", round(volume), servers, minutes, HOURS, DAYS, 0.45, 2.5,
                      15 + 3 * minutes, "", "", errors, control, "D", "rule_counter"])
    return table


def casework(_: list[dict]) -> list[list]:
    """Casework services: officers so that the load is about 70 %."""
    table = []
    for unit, key, name, english, volume, minutes, days, limit, control in CASEWORK:
        officers = max(0.5, math.ceil(2 * volume * minutes / 60 / HOURS / DAYS / 0.7) / 2)
        table.append([f"{unit}_{key}", unit, name, english, "casework", volume, officers, minutes, HOURS, DAYS, "", "", "",
                      days, limit, 0.08, control, "D", "rule_casework"])
    return table


def ratings(rows: list[dict]) -> list[list]:
    """Mean rating of each element."""
    table = []
    for i, row in enumerate(rows):
        spread = ((i * 7) % 11 - 5) * 0.6
        ikm = IKM + IKM_OF_KIND[row["kind"]] + spread + (0.4 if row["id"] in GOOD_INDEX else 0.0)
        table.append([row["id"], *(f"{ikm / 25 + PROFILE[e]:.3f}" for e in ELEMENTS), "D", "rule_ratings"])
    return table


def write(name: str, columns: list[str], rows: list[list], folder: Path) -> None:
    """One table."""
    with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def main(folder: Path = FOLDER) -> None:
    """Write all estimated tables."""
    rows = units()
    kind = {row["id"]: row["kind"] for row in rows}
    write("units", ["id", "name_id", "name_en", "form", "kind", "parent", "users_per_year", "population_served", "respondents",
                    "grade", "source"],
          [[r["id"], r["id_"], r["en"], r["form"], r["kind"], r["parent"], round(r["users"]), round(r["served"]), 150, "D",
            "rule_users"] for r in rows], folder)
    cells = staff(rows)
    write("staff", ["unit", "group", "pns", "pppk", "exit_relative", "grade", "source"], cells, folder)
    write("levels", ["unit", "group", *COMPETENCIES, "grade", "source"],
          [[c[0], c[1], *(level(kind[c[0]], c[1], name) for name in COMPETENCIES), "D", "rule_levels"] for c in cells], folder)
    pupils = [[f"{r['id']}_sekolah", r["id"], "Pembelajaran", "Teaching", "school", round(r["pupils"]), *[""] * 11, "D",
               "rule_school"] for r in rows if "pupils" in r]
    write("services", ["id", "unit", "name_id", "name_en", "kind", "volume_per_year", "servers", "minutes", "hours_per_day",
                       "days_per_year", "peak_share", "peak_hours", "standard_minutes", "baseline_days", "standard_days",
                       "error_rate", "staff_controlled", "grade", "source"],
          counters(rows) + casework(rows) + pupils, folder)
    write("ratings", ["unit", *ELEMENTS, "grade", "source"], ratings(rows), folder)


if __name__ == "__main__":
    main()

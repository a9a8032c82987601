"""Write the estimated tables of data/salatiga from the published figures and the written rules.

Everything written here is grade D: it makes the published totals hold exactly and waits to be replaced by the city's
own files (docs/data.md says which). There is no randomness; the same bytes come out every time.

    python tools/estimate_salatiga.py [--out FOLDER]
"""

from __future__ import annotations

import argparse
import csv
import math
import statistics
from fractions import Fraction
from pathlib import Path

import salatiga_rules as rule
from salatiga_services import load, services

CITY = Path(__file__).resolve().parent.parent / "data" / "salatiga"


def table(name: str) -> list[dict]:
    """Rows of a hand-written table of the city."""
    with open(CITY / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def apportion(weights: list[float], total: int) -> list[int]:
    """Whole numbers in proportion to the weights, adding up to the total (largest remainders, first row first)."""
    parts = [Fraction(str(weight)) for weight in weights]
    exact = [part * total / sum(parts) for part in parts]
    whole = [math.floor(x) for x in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in by_remainder[: total - sum(whole)]:
        whole[i] += 1
    return whole


def residents(figure: dict) -> dict[str, int]:
    """People of each kecamatan: Sidorejo's published share of 2022, the others by their shares of 2006."""
    total = int(figure["population.total"])
    first = round(total * figure["population.kec_2022.sidorejo"] / figure["population.2022"])
    others = [d for d in rule.DISTRICTS if d != "sidorejo"]
    shares = [figure[f"population.kec_2006.{d}"] for d in others]
    return {"sidorejo": first, **dict(zip(others, apportion(shares, total - first), strict=True))}


def unit(key, name_id, name_en, form, kind, parent, served, posts, sector="administration", **more) -> dict:
    """One unit with its usual posts (leaders, front line, back office)."""
    return {"id": key, "name_id": name_id, "name_en": name_en, "form": form, "kind": kind, "parent": parent,
            "population_served": served, "posts": posts, "sector": sector, **more}


def agencies(figure: dict) -> list[dict]:
    """The 26 agencies of 2025 by their names in perangkat_daerah.csv."""
    names = {row["unit"]: row["name_2025"] for row in table("perangkat_daerah")}
    city = int(figure["population.total"])
    bases = {"residents": city, "asn": figure["asn.pns"] + figure["asn.pppk"], "": 0}
    return [unit(key, names[key], english, form, kind, "", city, posts, "health" if key == "dinkes" else "administration",
                 users=bases[base] * rate)
            for key, english, form, kind, *posts, base, rate in rule.AGENCIES]


def districts(people: dict) -> list[dict]:
    """The kecamatan with their kelurahan."""
    villages = [row["unit"] for row in table("kelurahan")]
    rows = []
    for district, served in people.items():
        key, count = f"kec_{district}", villages.count(f"kec_{district}")
        posts = [own + count * each for own, each in zip(rule.DISTRICT_POSTS, rule.VILLAGE_POSTS, strict=True)]
        title = district.capitalize()
        rows.append(unit(key, f"Kecamatan {title} ({count} kelurahan)", f"{title} District ({count} villages)", "Kecamatan",
                         "district", "", served, posts, villages=count))
    return rows


def health(figure: dict, people: dict) -> list[dict]:
    """The puskesmas, which share the people of their kecamatan equally, and the hospital."""
    rows = []
    hosts = [district for _, district in rule.HEALTH_CENTRES]
    for name, district in rule.HEALTH_CENTRES:
        served = round(people[district] / hosts.count(district))
        lead, front, back = rule.HEALTH_CENTRE_POSTS
        title = name.replace("_", " ").title()
        posts = [lead, front + round(served / rule.RESIDENTS_PER_NURSE), back]
        rows.append(unit(f"pusk_{name}", f"Puskesmas {title}", f"{title} Health Centre", "Puskesmas", "health", "dinkes",
                         served, posts, "health"))
    rows.append(unit("rsud", "RSUD Kota Salatiga", "Salatiga Municipal Hospital", "RSUD", "health", "dinkes",
                     int(figure["population.total"]), rule.HOSPITAL_POSTS, "health"))
    return rows


def schools(figure: dict, people: dict) -> list[dict]:
    """The municipal schools of each kecamatan, one unit per level."""
    rows = []
    levels = (("sd", "SD", "State Primary Schools", rule.SD_POSTS), ("smp", "SMP", "State Junior Schools", rule.SMP_POSTS))
    for level, form, english, posts in levels:
        for district in rule.DISTRICTS:
            count, title = int(figure[f"schools.{level}.{district}"]), district.capitalize()
            rows.append(unit(f"{level}_{district}", f"{form} Negeri Kecamatan {title} ({count} sekolah)",
                             f"{english}, {title} ({count})", form, "school", f"kec_{district}", people[district],
                             [count * post for post in posts], "schools", pupils=pupils(figure, level, count)))
    rows.append(unit("tk_argomulyo", "TK Negeri Pembina Argomulyo", "State Kindergarten, Argomulyo", "TK", "school",
                     "kec_argomulyo", people["argomulyo"], rule.TK_POSTS, "schools", pupils=pupils(figure, "tk", 1)))
    return rows


def pupils(figure: dict, level: str, count: int) -> int:
    """Pupils: schools x classes x legal maximum of a class x how full it is."""
    return round(count * rule.CLASSES[level] * figure[f"rule.class_size.{level}"] * rule.FULLNESS[level])


def sectors(figure: dict, units: list[dict]) -> dict[str, int]:
    """PNS per sector: the middle of the recruitment of 2018-2019 and the usual posts."""
    recruits = {"schools": figure["cpns.2018.general"] + figure["cpns.2019.teachers"],
                "health": figure["cpns.2018.health"] + figure["cpns.2019.health"],
                "administration": figure["cpns.2018.technical"] + figure["cpns.2018.k2"] + figure["cpns.2019.technical"]}
    posts = {name: sum(sum(u["posts"]) for u in units if u["sector"] == name) for name in recruits}
    shares = [recruits[s] / sum(recruits.values()) + posts[s] / sum(posts.values()) for s in recruits]
    return dict(zip(recruits, apportion(shares, int(figure["asn.pns"])), strict=True))


def staff(figure: dict, units: list[dict]) -> dict[tuple[str, str], list[int]]:
    """PNS and PPPK of each unit and group: leaders as the structure has them, the rest in proportion to usual posts."""
    cells = {}
    for sector, total in sectors(figure, units).items():
        members = [u for u in units if u["sector"] == sector]
        leaders = {(u["id"], "leader"): u["posts"][0] for u in members}
        posts = {(u["id"], g): u["posts"][i] for u in members for i, g in ((1, "frontline"), (2, "backoffice")) if u["posts"][i]}
        counts = apportion(list(posts.values()), total - sum(leaders.values()))
        cells |= leaders | dict(zip(posts, counts, strict=True))
    order = [(u["id"], g) for u in units for g in rule.GROUPS if (u["id"], g) in cells]
    pns = {cell: [cells[cell], 0] for cell in order}
    teachers = [cell for cell in order if cell[1] == "frontline" and cell[0].startswith(("sd_", "smp_", "tk_"))]
    for cell, extra in zip(teachers, apportion([pns[c][0] for c in teachers], int(figure["pppk.appointed.teachers"])), strict=True):
        pns[cell][1] = extra
    pns["dispangtan", "frontline"][1] = int(figure["pppk.appointed.penyuluh"])
    return pns


def exits(figure: dict, cells: dict) -> dict[str, float]:
    """Exits of a group relative to all: published retirements, shrunk towards equal; the head-weighted mean is 1."""
    heads = {g: sum(sum(n) for (_, group), n in cells.items() if group == g) for g in rule.GROUPS}
    gone = {"leader": figure["retired.2019_04.echelon3"] + figure["retired.2019_04.echelon4"],
            "frontline": figure["retired.2019_04.functional"], "backoffice": figure["retired.2019_04.staff"]}
    doubt = rule.RETIREMENTS_OF_DOUBT
    share = {g: heads[g] / sum(heads.values()) for g in rule.GROUPS}
    return {g: round((gone[g] + doubt * share[g]) / ((sum(gone.values()) + doubt) * share[g]), 3) for g in rule.GROUPS}


def users(units: list[dict], rows: list[dict]) -> None:
    """People served in a year: pupils and a parent, else visits and cases over visits per person, else a share of a base."""
    for u in units:
        visits = sum(r["volume_per_year"] for r in rows if r["unit"] == u["id"] and r["kind"] != "school")
        family = {"Puskesmas": "puskesmas", "RSUD": "hospital"}.get(u["form"], u["kind"])
        repeat = rule.REPEAT.get(u["id"], rule.REPEAT.get(family))
        counted = 2 * u["pupils"] if "pupils" in u else visits / repeat if repeat and not u.get("users") else u["users"]
        u["users_per_year"], u["respondents"] = round(counted), min(rule.RESPONDENTS, krejcie_morgan(round(counted)))
        u["grade"], u["source"] = "D", f"rule_units_{u['kind']}"


def krejcie_morgan(people: int) -> int:
    """Sample size of the official table: 5 % error, chi-square 3.841, share one half."""
    return round(3.841 * people * 0.25 / (0.05**2 * (people - 1) + 3.841 * 0.25))


def level(u: dict, group: str, competency: str) -> float:
    """Mean official level of a cell today."""
    shift = rule.LEVEL_SHIFTS[u["kind"]].get(competency, 0) + rule.LEVEL_SHIFTS.get(u["id"], {}).get(competency, 0)
    return round(rule.LEVELS[competency][rule.GROUPS.index(group)] + shift, 2)


def deviations(figure: dict, units: list[dict], rows: list[dict]) -> tuple[dict[str, float], set[str]]:
    """IKM points of each unit around the others, and the units whose published index gives them."""
    spread = (figure["ikm.unit.madiun_2023_max"] - figure["ikm.unit.madiun_2023_min"]) / rule.RANGE_OF_70_UNITS
    prefix, city = "index.pekppp.", figure["index.pekppp.city"]
    index = {k.removeprefix(prefix): v - city for k, v in figure.items() if k.startswith(prefix) and k != f"{prefix}city"}
    scale = math.sqrt(sum(v * v for v in index.values()) / len(index))
    busiest = {r["unit"]: 0.0 for r in rows}
    for r in rows:
        if r["kind"] == "counter":
            busiest[r["unit"]] = max(busiest[r["unit"]], load(r))
    middle = statistics.median(x for x in busiest.values() if x)
    score = {u["id"]: rule.KIND_SCORE[u["kind"]] + rule.LOAD_SCORE * max(0.0, busiest.get(u["id"], 0.0) - middle)
             for u in units if u["id"] not in index}
    mean, sd = statistics.fmean(score.values()), statistics.pstdev(score.values())
    return {**{k: spread * (v - mean) / sd for k, v in score.items()}, **{k: spread * v / scale for k, v in index.items()}}, set(index)


def ratings(figure: dict, units: list[dict], rows: list[dict]) -> list[dict]:
    """Mean rating of the nine elements; the city's IKM, weighted by people served, is the median of the published cities."""
    target = statistics.median(v for k, v in figure.items() if k.startswith("ikm.city."))
    around, by_index = deviations(figure, units, rows)
    served = sum(u["users_per_year"] for u in units)
    centre = target - sum(u["users_per_year"] * around[u["id"]] for u in units) / served
    written = []
    for u in units:
        mean = (centre + around[u["id"]]) / 25
        room = (4 - mean) / (4 - target / 25)
        elements = {e: f"{mean + rule.PROFILE[e] * room:.3f}" for e in rule.ELEMENTS}
        source = "rule_ratings_index" if u["id"] in by_index else "rule_ratings_kind"
        written.append({"unit": u["id"], **elements, "grade": "D", "source": source})
    return written


def write(folder: Path, name: str, columns: list[str], rows: list[dict]) -> None:
    """One table."""
    with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(folder: Path = CITY) -> None:
    """Write units, staff, levels, services and ratings."""
    figure = {row["key"]: float(row["value"]) for row in table("figures")}
    people = residents(figure)
    units = agencies(figure) + districts(people) + health(figure, people) + schools(figure, people)
    cells = staff(figure, units)
    rows = services(figure, units, people, cells)
    users(units, rows)
    leave, by_id = exits(figure, cells), {u["id"]: u for u in units}
    end = ["grade", "source"]
    write(folder, "units", ["id", "name_id", "name_en", "form", "kind", "parent", "users_per_year", "population_served",
                            "respondents", *end], units)
    write(folder, "staff", ["unit", "group", "pns", "pppk", "exit_relative", *end],
          [{"unit": u, "group": g, "pns": n[0], "pppk": n[1], "exit_relative": leave[g], "grade": "D",
            "source": f"rule_staff_{by_id[u]['sector']}"} for (u, g), n in cells.items()])
    write(folder, "levels", ["unit", "group", *rule.COMPETENCIES, *end],
          [{"unit": u, "group": g, **{c: level(by_id[u], g, c) for c in rule.COMPETENCIES}, "grade": "D",
            "source": "rule_levels"} for u, g in cells])
    write(folder, "services", ["id", "unit", "name_id", "name_en", "kind", "volume_per_year", "servers", "minutes",
                               "hours_per_day", "days_per_year", "peak_share", "peak_hours", "standard_minutes",
                               "baseline_days", "standard_days", "error_rate", "staff_controlled", *end], rows)
    write(folder, "ratings", ["unit", *rule.ELEMENTS, *end], ratings(figure, units, rows))


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--out", type=Path, default=CITY, help="folder to write into")
    main(options.parse_args().out)

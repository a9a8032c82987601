"""Salatiga's services: how many people come, how many serve them and how long it takes, from the written rules.

Demand comes first, from published figures wherever there is one; the windows then follow from the people at the front
line, not from the load one would like to see.
"""

from __future__ import annotations

import math

import salatiga_rules as rule


def demand(figure: dict, people: dict) -> dict[str, float]:
    """Visits and cases a year of the city-wide services."""
    city = figure["population.total"]
    growth = city / figure["population.2023"]  # the age groups belong to the registration series of 2023
    births = figure["population.age_0_4"] / 5 * growth
    deaths = 2 * _scaled(figure, "service.deaths.magelang_2020_s1", "magelang")
    printed = figure["service.ektp.cards_used"] / figure["service.ektp.cards_used_days"]
    cards = math.sqrt(printed * figure["service.ektp.applications_per_day"]) * rule.WORKING_DAYS
    families = births + deaths + city * (rule.MARRIAGES + rule.MOVES)
    child_cards = (births + figure["population.age_5_9"] / 5 * growth) * (1 + rule.CHILD_CARDS_LOST)
    documents = {"kk": families, "akta": births + deaths, "kia": child_cards}
    mall = rule.MPP_SHARE * _scaled(figure, "service.mpp.magelang_2024", "magelang")
    households = city / rule.HOUSEHOLD_SIZE
    return {
        **{f"disdukcapil_{k}": n * (1 - rule.ONLINE_SHARE) for k, n in documents.items()},
        "disdukcapil_ktp": cards * (1 - rule.AT_DISTRICT), "ktp": cards * rule.AT_DISTRICT,
        "disdukcapil_daring": sum(documents.values()) * rule.ONLINE_SHARE,
        "disdukcapil_pembetulan": rule.CORRECTIONS * (cards + families + births + deaths),
        "dpmptsp_mpp": mall, "dpmptsp_izin": mall * rule.PERMITS_PER_VISIT,
        "rsud_rawat_jalan": city * rule.HOSPITAL_VISITS, "bpkpd_pajak": figure["service.pbb.taxpayers"] * rule.TAX_VISITS,
        "disdag_pasar": city * rule.TRADERS * rule.TRADER_VISITS, "dishub_kir": city * _tests_per_resident(figure),
        "disperinaker_ak1": _scaled(figure, "service.ak1.madiun_2024", "madiun"),
        "dispersip_perpustakaan": figure["service.library.visitors_per_day"] * _library_days() * rule.LOANS,
        "dpupr_pbg": households * rule.NEW_BUILDINGS, "dinsos_verifikasi": households * rule.SOCIAL_CASES,
        "diskominfo_aduan": _scaled(figure, "service.complaints.surakarta_2024", "surakarta"),
        "bkpsdm_pangkat": figure["promotion.2019_04.total"] * rule.PROMOTION_PERIODS
        + figure["retired.2019_04.total"] * rule.MONTHS,
    }


def _scaled(figure: dict, key: str, place: str) -> float:
    return figure[key] * figure["population.total"] / figure[f"population.proxy.{place}"]


def _tests_per_resident(figure: dict) -> float:
    """Vehicle tests per resident: the middle of three Central Java regencies."""
    yearly = {"boyolali": figure["service.kir.boyolali_2025"] / 9 * 12, "kudus": figure["service.kir.kudus_2024"] / 10 * 12,
              "batang": figure["service.kir.batang_per_day"] * rule.WORKING_DAYS}
    return sorted(n / figure[f"population.proxy.{place}"] for place, n in yearly.items())[1]


def _library_days() -> int:
    return rule.WEEK_DAYS_6


def registry_windows(visits: dict, front: int) -> dict[str, int]:
    """Share the registry's windows out: one each, every further one to the desk with the longest day's work per window."""
    work = {key: visits[key] * rule.COUNTERS[key][2] for key in rule.COUNTERS if key.startswith("disdukcapil_")}
    windows = dict.fromkeys(work, 1)
    for _ in range(round(rule.REGISTRY_WINDOWS * front) - len(work)):
        windows[max(work, key=lambda key: work[key] / windows[key])] += 1
    return windows


def counter(key, family, unit, volume, windows, hours, days, limit, source) -> dict:
    """One counter row."""
    name_id, name_en, minutes, errors, control = rule.COUNTERS[family]
    return {"id": key, "unit": unit, "name_id": name_id, "name_en": name_en, "kind": "counter",
            "volume_per_year": round(volume), "servers": windows, "minutes": minutes, "hours_per_day": hours,
            "days_per_year": days, "peak_share": rule.PEAK_SHARE, "peak_hours": round(rule.PEAK_PART * hours, 2),
            "standard_minutes": limit, "error_rate": errors, "staff_controlled": control, "grade": "D", "source": source}


def counters(figure: dict, units: list[dict], people: dict, front: dict) -> list[dict]:
    """All counters."""
    visits = demand(figure, people)
    limit = round(figure["standard.minutes.median_kalbar"])
    registry_hours = (4 * figure["standard.dukcapil.hours_mon_thu"] + figure["standard.dukcapil.hours_fri"]) / 5
    rows = [counter(key, key, "disdukcapil", visits[key], windows, registry_hours, rule.WORKING_DAYS, limit, "rule_service_registry")
            for key, windows in registry_windows(visits, front["disdukcapil"]).items()]
    library_hours = round(figure["service.library.hours_per_week"] / 7, 2)
    desks = (  # service, hours a day, days a year, limit in minutes, rule
        ("dpmptsp_mpp", rule.DESK_HOURS, rule.WORKING_DAYS, limit, "permits"),
        ("rsud_rawat_jalan", 5.0, rule.WEEK_DAYS_6, rule.REGISTRATION_MINUTES, "hospital"),
        ("bpkpd_pajak", rule.DESK_HOURS, rule.WORKING_DAYS, limit, "tax"),
        ("disdag_pasar", rule.DESK_HOURS, rule.WORKING_DAYS, limit, "market"),
        ("dishub_kir", rule.DESK_HOURS, rule.WORKING_DAYS, rule.TEST_MINUTES, "vehicle"),
        ("disperinaker_ak1", rule.DESK_HOURS, rule.WORKING_DAYS, limit, "jobseeker"),
        ("dispersip_perpustakaan", library_hours, _library_days(), round(figure["standard.library.minutes_kalbar"]), "library"),
    )
    for key, hours, days, within, name in desks:
        unit = key.split("_")[0]
        rows.append(counter(key, key, unit, visits[key], windows_for(key, front[unit]), hours, days, within, f"rule_service_{name}"))
    return rows + district_counters(figure, units, people, visits["ktp"], limit) + registrations(figure, units, front)


def windows_for(family: str, front: int) -> int:
    """Windows: front-line heads over heads per window, at least one."""
    per_window = rule.FRONTLINE_PER_WINDOW.get(family)
    return max(rule.LEAST_WINDOWS.get(family, 1), math.floor(front / per_window + 0.5)) if per_window else 1


def district_counters(figure: dict, units: list[dict], people: dict, cards: float, limit: int) -> list[dict]:
    """Each kecamatan: one desk for e-KTP applications, one window in each kelurahan for letters."""
    rows = []
    for u in units:
        if u["kind"] == "district":
            share = u["population_served"] / figure["population.total"]
            both = (("ktp", cards * share, 1), ("surat", u["population_served"] * rule.LETTERS, u["villages"]))
            rows += [counter(f"{u['id']}_{family}", family, u["id"], volume, windows, rule.DESK_HOURS, rule.WORKING_DAYS, limit,
                             "rule_service_district") for family, volume, windows in both]
    return rows


def registrations(figure: dict, units: list[dict], front: dict) -> list[dict]:
    """Registration of the puskesmas."""
    visits = figure["rule.contact_per_mille_month"] / 1000 * 12 * rule.VISITS_OF_CONTACTS
    return [counter(f"{u['id']}_daftar", "daftar", u["id"], u["population_served"] * visits, windows_for("daftar", front[u["id"]]),
                    4.5, rule.WEEK_DAYS_6, rule.REGISTRATION_MINUTES, "rule_service_puskesmas")
            for u in units if u["form"] == "Puskesmas"]


def casework(figure: dict, people: dict, cells: dict) -> list[dict]:
    """All casework services."""
    cases = demand(figure, people)
    limits = {"disdukcapil_daring": figure["standard.ektp.days"], "disdukcapil_pembetulan": figure["standard.registry.days_kalbar"],
              "dpmptsp_izin": figure["standard.days.median_kalbar"], "dpupr_pbg": rule.PBG_DAYS,
              "dinsos_verifikasi": figure["standard.social.days_kalbar"], "diskominfo_aduan": figure["standard.complaint.days_kalbar"],
              "bkpsdm_pangkat": figure["standard.staffcard.days_kalbar"]}
    rows = []
    for key, (name_id, name_en, minutes, share, errors, control) in rule.CASEWORK.items():
        unit = key.split("_")[0]
        officers = share * sum(cells[unit, group][0] for group in ("frontline", "backoffice"))
        rows.append({"id": key, "unit": unit, "name_id": name_id, "name_en": name_en, "kind": "casework",
                     "volume_per_year": round(cases[key]), "servers": round(officers, 2), "minutes": minutes, "hours_per_day": 5.1,
                     "days_per_year": rule.WORKING_DAYS, "baseline_days": round(rule.ON_TIME * limits[key], 2),
                     "standard_days": round(limits[key]), "error_rate": errors, "staff_controlled": control, "grade": "D",
                     "source": "rule_service_casework"})
    return rows


def services(figure: dict, units: list[dict], people: dict, cells: dict) -> list[dict]:
    """Counters, casework and schools."""
    front = {u["id"]: cells[u["id"], "frontline"][0] for u in units}
    lessons = [{"id": f"{u['id']}_sekolah", "unit": u["id"], "name_id": "Pembelajaran", "name_en": "Teaching", "kind": "school",
                "volume_per_year": u["pupils"], "grade": "D", "source": "rule_service_school"} for u in units if "pupils" in u]
    return counters(figure, units, people, front) + casework(figure, people, cells) + lessons


def load(row: dict) -> float:
    """Share of the opening time in which a service is busy."""
    return row["volume_per_year"] * row["minutes"] / (row["servers"] * row["hours_per_day"] * row["days_per_year"] * 60)

"""Problems between fields of a ledger that each look right on their own: what the model needs in order to run."""

from __future__ import annotations

import math

import numpy as np

from simulation import distributions
from simulation.errors import nearest, shown
from simulation.files import Document
from simulation.schema import GROUPS, NEEDED, Ledger

ELEMENTS = ("persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "pengaduan", "sarana")
SWITCHES = {"dose": ("flat", "saturating", "linear"), "forgetting": ("drawn", "two_store", "single_store"),
            "expectation": ("adaptive", "fixed"),
            "last_link": ("drawn", "trial", "correlation")}
NAMED = ("digital", "pengembangan")  # competencies that the chain refers to by name

# what a number can be at all, by unit; some rows are narrower
_BY_UNIT = {"share": (0.0, 1.0), "months": (0.01, 1e4), "quarters": (0.0, 40.0), "working days": (0.1, 1e4),
            "JP": (0.01, 1e5), "hours": (0.01, 24.0), "hours per year": (1.0, 8784.0), "per month": (0.0, 10.0), "per year": (0.0, 10.0), "level": (0.01, 5.0)}
_BY_KEY = {"years_before": (1.0, 10.0), "headroom": (0.01, 100.0), "utilisation_limit": (0.01, 0.999), "cut_spacing": (0.01, 20.0), "d20": (0.0, 10.0),
           "competency_correlation": (0.0, 0.999), "arrival_cv2": (0.0, 100.0), "service_cv2": (0.0, 100.0),
           "expectation_adaptation": (0.0, 1.0), "turnaround_spread": (0.01, 10.0)}
_ANY = (-1e12, 1e12)
# rows that the plan, the start of the run or the verdict uses as one number
CERTAIN = ("years_before", "hours_per_jp", "effective_hours", "cut_spacing", "vacancy_lag", "smallest_difference", "jp_entitlement",
           "pppk_ceiling", "hr_budget_share")


def inconsistent(ledger: Ledger, document: Document):
    """Problems between fields of the ledger that each look right on their own."""
    names = [c.id for c in ledger.competencies]
    seen: dict[str, int] = {}
    for i, row in enumerate(ledger.parameters):
        if row.key in seen:
            yield document.problem("repeated_key", ("parameters", i, "key"), {"found": row.key})
        seen[row.key] = i
        if not row.range[0] <= row.value <= row.range[1]:
            values = {"found": f"{row.value:g}", "low": f"{row.range[0]:g}", "high": f"{row.range[1]:g}"}
            yield document.problem("out_of_range", ("parameters", i, "value"), values)
        found = list(distributions.problems(row.distribution))
        for code, values in found:
            yield document.problem(code, ("parameters", i, "distribution"), values)
        if not found:
            for code, values in impossible(row.key, row.unit, (*row.range, row.value), row.distribution):
                yield document.problem(code, ("parameters", i), values)
    for key in sorted(set(NEEDED) - set(seen)):
        yield document.problem("missing_assumption", ("parameters",), {"found": key})
    for key in sorted(set(seen) - set(NEEDED)):
        values = {"found": key, "nearest": nearest(key, NEEDED)}
        yield document.problem("unknown_assumption", ("parameters", seen[key], "key"), values)
    for section in ("element_mixes", "service_mixes"):
        for i, row in enumerate(getattr(ledger, section)):
            yield from _bad_mix(document, (section, i, "mix"), row.mix, names)
    yield from _missing_lists(ledger, document, names)
    for group, levels in ledger.required_levels.levels.items():
        at = ("required_levels", "levels", group)
        if group not in GROUPS:
            yield document.problem("unknown_group", at, {"found": group, "nearest": nearest(group, GROUPS)})
        for name in names:
            if name not in levels:
                yield document.problem("missing_key", at, {"found": name})


def impossible(key: str, unit: str, numbers: tuple, distribution: dict):
    """(code, values) when a row has numbers or a distribution that the model cannot use."""
    if key in CERTAIN and distribution["kind"] != "fixed":
        yield "must_be_fixed", {"found": key}
    low, high = _BY_KEY.get(key, _BY_UNIT.get(unit, _ANY))
    spread = [] if distribution["kind"] == "fixed" else distributions.quantile(distribution, np.array([0.0005, 0.9995]))
    for value in (*numbers, *spread):
        if not (math.isfinite(value) and low <= value <= high):
            yield "beyond_limit", {"found": f"{key} = {value:g}", "limit": f"{low:g} ... {high:g}"}
            return


def _missing_lists(ledger: Ledger, document: Document, names: list[str]):
    """Competencies, elements, mixes, groups and switches that the chain relies on."""
    for name in NAMED:
        if name not in names:
            yield document.problem("missing_key", ("competencies",), {"found": name})
    if not any(row.class_ == "technical" for row in ledger.competencies):
        yield document.problem("missing_key", ("competencies",), {"found": "class: technical"})
    if sorted(row.element for row in ledger.element_mixes) != sorted(ELEMENTS):
        yield document.problem("exactly_these", ("element_mixes",), {"expected": ", ".join(ELEMENTS)})
    if not any(row.slope > 0 for row in ledger.element_mixes):
        yield document.problem("no_slope", ("element_mixes",))
    for section in ("element_mixes", "service_mixes"):
        for i, row in enumerate(getattr(ledger, section)):
            if not row.mix and getattr(row, "slope", 1.0) > 0:
                yield document.problem("no_competency", (section, i, "mix"))
    for group in GROUPS:
        if group not in ledger.required_levels.levels:
            yield document.problem("missing_key", ("required_levels", "levels"), {"found": group})
    found = {switch.key: tuple(option.id for option in switch.options) for switch in ledger.structure}
    if sorted(found) != sorted(SWITCHES):
        yield document.problem("exactly_these", ("structure",), {"expected": ", ".join(SWITCHES)})
    for i, switch in enumerate(ledger.structure):
        options = SWITCHES.get(switch.key, ())
        if sorted(found[switch.key]) != sorted(options):
            yield document.problem("exactly_these", ("structure", i, "options"), {"expected": ", ".join(options) or "-"})
        if switch.default not in options:
            values = {"found": shown(switch.default), "nearest": nearest(switch.default, options)}
            yield document.problem("unknown_option", ("structure", i, "default"), values)


def _bad_mix(document: Document, at: tuple, mix: dict, names: list[str]):
    for name in mix:
        if name not in names:
            yield document.problem("unknown_competency", (*at, name), {"found": name, "nearest": nearest(name, names)})
    if mix and abs(sum(mix.values()) - 1.0) > 1e-6:
        yield document.problem("mix_not_one", at, {"found": f"{sum(mix.values()):g}"})

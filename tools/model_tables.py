"""Writes the tables of docs/model.md from the ledger, the catalogue and the scenario's declaration.

Run from the repository: `python tools/model_tables.py`, or with `--check` to be told what is out of step. A table stands between
`<!-- table: name -->` and `<!-- end of table -->`; everything else on the page is written by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from simulation.assumptions import Assumptions
from simulation.files import write_whole
from simulation.scenario import Catalogue, Scenario

PAGE = ROOT / "docs" / "model.md"
LINKS = ("training", "learning", "transfer", "forgetting", "people", "levels", "service", "satisfaction", "survey", "value", "regulation")
HEADER_FIELDS = ("version", "name", "author", "date", "reason", "reference")
SOURCE_LENGTH = 60  # characters; the ledger has the whole citation
PLACE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def assumptions() -> list[str]:
    """Every row of the ledger, by link of the chain."""
    rows = sorted(Assumptions.load().parameters, key=lambda row: LINKS.index(row.feeds))
    return table(("Link", "Symbol", "Meaning", "Unit", "Value", "Range", "Spread", "Grade", "Source"),
                 [(row.feeds, f"`{row.key}`", row.label["en"], row.unit, f"{row.value:g}", f"{row.range[0]:g} to {row.range[1]:g}",
                   spread(row.distribution), row.grade, short(row.source["citation"])) for row in rows])


def switches() -> list[str]:
    """The structural alternatives; the default first."""
    rows = []
    for switch in Assumptions.load().ledger.structure:
        options = sorted(switch.options, key=lambda option: option.id != switch.default)
        rows.append((f"`{switch.key}`", switch.label.en, "; ".join(f"`{option.id}` ({option.label.en})" for option in options), switch.note.en))
    return table(("Switch", "What it changes", "Options, default first", "Note"), rows)


def mixes() -> list[str]:
    """Competencies behind each kind of service and each element of the SKM."""
    ledger = Assumptions.load().ledger
    rows = [("service", f"`{row.kind}`", "", content(row.mix), row.grade) for row in ledger.service_mixes]
    rows += [("element", f"`{row.element}`", f"{row.slope:g}", content(row.mix) or "nothing: never moves", row.grade) for row in ledger.element_mixes]
    return table(("Mix of", "Id", "Relative slope", "Competencies", "Grade"), rows)


def programmes() -> list[str]:
    """The catalogue."""
    rows = [(f"`{row.id}`", row.name.en, row.format, f"{row.hours_jp:g}", str(row.class_size), f"{row.fixed_rp / 1e6:g}", f"{row.per_participant_rp / 1e6:g}",
             "yes" if row.practice else "no", row.follow_up, row.grade, content(row.content)) for row in Catalogue.load().programmes]
    heading = ("Programme", "Name", "Format", "JP", "Class", "Fixed, Rp million", "Per participant, Rp million", "Practice", "Follow-up", "Grade", "Content")
    return table(heading, rows)


def decisions() -> list[str]:
    """The fields of a scenario that change what happens, from their declaration."""
    properties = Scenario.model_json_schema()["properties"]
    return table(("Field", "Allowed", "Without it"), [(f"`{name}`", allowed(field), without(field))
                                                     for name, field in properties.items() if name not in HEADER_FIELDS])


TABLES = {"assumptions": assumptions, "switches": switches, "mixes": mixes, "programmes": programmes, "decisions": decisions}


def table(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """A Markdown table."""
    lines = [heading, ("---",) * len(heading), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def spread(distribution) -> str:
    """Kind of distribution and its parameters."""
    numbers = [f"{key} {value:g}" for key, value in distribution.items() if isinstance(value, (int, float))]
    return ", ".join([distribution["kind"], *numbers])


def short(citation: str) -> str:
    """The beginning of a citation, cut at a word."""
    if len(citation) <= SOURCE_LENGTH:
        return citation
    return citation[:SOURCE_LENGTH].rsplit(" ", 1)[0].rstrip(",.;:") + " ..."


def content(mix: dict[str, float]) -> str:
    """Shares of competencies, largest first."""
    return ", ".join(f"{name} {share:g}" for name, share in sorted(mix.items(), key=lambda item: (-item[1], item[0])))


def allowed(field: dict) -> str:
    """What a field may be."""
    if "enum" in field:
        return ", ".join(f"`{choice}`" for choice in field["enum"])
    if "anyOf" in field:
        return " or ".join(allowed(option) for option in field["anyOf"])
    if "$ref" in field:
        return f"`{field['$ref'].rsplit('/', 1)[-1]}`"
    if field["type"] == "array":
        return "list of " + allowed(field["items"])
    if isinstance(field.get("additionalProperties"), dict):
        return "per name: " + allowed(field["additionalProperties"])
    kind = {"integer": "whole number", "number": "number", "string": "text", "boolean": "yes or no"}.get(field["type"], field["type"])
    low, high = field.get("minimum"), field.get("maximum")
    if low is None:
        return kind
    return f"{kind} from {low:g}" + ("" if high is None else f" to {high:g}")


def without(field: dict) -> str:
    """What holds when the field is left out."""
    if "default" not in field:
        return "must be given"
    default = field["default"]
    if isinstance(default, bool):
        return "yes" if default else "no"
    return "nothing" if default in ({}, []) else f"`{default}`"


def renewed(page: str) -> str:
    """The page with every table as the data say now.

    Raises:
        KeyError: the page asks for a table that there is none of.
    """
    return PLACE.sub(lambda place: place[1] + "\n".join(TABLES[place[2]]()) + "\n" + place[3], page)


def out_of_step(page: str) -> list[str]:
    """Names of the tables that are missing from a page or differ from the data."""
    there = {place[2]: place[0] for place in PLACE.finditer(page)}
    return [name for name in TABLES if name not in there or renewed(there[name]) != there[name]]


def main(arguments: list[str]) -> int:
    """Write the page, or check it; returns the exit status."""
    page = PAGE.read_text(encoding="utf-8")
    if "--check" not in arguments:
        write_whole(PAGE, renewed(page))
        return 0
    late = out_of_step(page)
    if late:
        print(f"docs/model.md is out of step with the data in: {', '.join(late)}. Run: python tools/model_tables.py")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

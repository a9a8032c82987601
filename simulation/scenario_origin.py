"""What a scenario file rests on, written into it (`made_with`), and what of that differs where it is opened.

A scenario names programmes, units and assumptions but does not hold them. Sent by e-mail it would quietly mean something else where
prices, courses or units differ; with this header the reader is told what differs. The header is no part of the decision: it changes
neither the scenario's id nor a result, and a file without it opens as before.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from simulation.assumptions import Assumptions
from simulation.errors import Problem, shown
from simulation.files import Document
from simulation.language import LANGUAGES, figure, rupiah
from simulation.ledger_origin import Rows, ledger_difference, published, rows_of
from simulation.record import code_hash
from simulation.schema import ProgrammeRow, Rupiah, Strict, Texts, validated

KEY = "made_with"


class Course(Strict):
    """A programme as it was where the scenario was made; `design` is a hash of what it teaches, how, and to whom."""

    name: Texts
    hours_jp: float
    class_size: int
    fixed_rp: Rupiah
    per_participant_rp: Rupiah
    design: str


class CityNamed(Strict):
    """The city whose units the scenario names: its id, a hash of its data, and the units by name."""

    id: str
    name: Texts
    data: str
    units: dict[str, Texts] = Field(default_factory=dict)


class MadeWith(Strict):
    """The header `made_with`.

    Attributes:
        model, catalogue, ledger: hashes of the model's code, the programmes and prices, and the assumptions.
        assumptions: the assumptions in short; None in a file that has only their hash.
        programmes: those the scenario chooses. terms: prices and extents of the extras. city: None if it was not said.
    """

    model: str
    catalogue: str
    ledger: str
    programmes: dict[str, Course] = Field(default_factory=dict)
    terms: dict[str, Annotated[float, Field(ge=0.0)]] = Field(default_factory=dict)
    city: CityNamed | None = None
    assumptions: Rows | None = None


def chosen(scenario) -> list[str]:
    """Programmes that a scenario names, in the order of the catalogue."""
    named = {*scenario.programmes, *scenario.classes, *(offer.programme for offer in scenario.offers)}
    return [name for name in scenario.catalogue.ids if name in named]


def made_here(scenario, city=None, assumptions: Assumptions | None = None) -> MadeWith:
    """The header of a scenario written here; assumptions are the published ones unless given."""
    rows = {row.id: row for row in scenario.catalogue.programmes}
    units = {unit.id: Texts(id=unit.name_id, en=unit.name_en) for unit in (city.units if city else ())
             if unit.id in scenario.unit_weights or unit.id in scenario.needs}
    ledger = assumptions or published()
    return MadeWith(
        model=code_hash(), catalogue=scenario.catalogue.id, ledger=ledger.id, assumptions=rows_of(ledger),
        programmes={name: _course(rows[name]) for name in chosen(scenario)}, terms=dict(scenario.catalogue.terms),
        city=CityNamed(id=city.about.id, name=city.about.name, data=city.files_hash, units=units) if city else None)


def _course(row: ProgrammeRow) -> Course:
    design = row.model_dump(include={"format", "content", "practice", "follow_up", "open_to"})
    digest = hashlib.sha256(json.dumps(design, sort_keys=True).encode()).hexdigest()[:12]
    return Course(name=row.name, hours_jp=row.hours_jp, class_size=row.class_size, fixed_rp=row.fixed_rp,
                  per_participant_rp=row.per_participant_rp, design=digest)


def split(document: Document) -> tuple[Document, MadeWith | None]:
    """The file without its header, and the header.

    Raises:
        InputError: the header is not what this workbook writes; with line and key.
    """
    if KEY not in document.content:
        return document, None
    found = document.content[KEY]
    lines = {at[1:]: line for at, line in document.lines.items() if at[:1] == (KEY,)}
    origin = validated(MadeWith, Document(document.path, found, lines))
    return replace(document, content={key: value for key, value in document.content.items() if key != KEY}), origin


def unknown_here(origin: MadeWith | None, catalogue, document: Document) -> list[Problem]:
    """Programmes of the file that this catalogue has not, each with what its maker knew about it."""
    missing = [(name, course) for name, course in (origin.programmes if origin else {}).items() if name not in catalogue.ids]
    return [document.problem("origin_programme", (KEY, "programmes", name),
                             {"found": shown(name), "name": course.name.model_dump(), "hours": _texts(figure, course.hours_jp),
                              "people": str(course.class_size), "price": _texts(rupiah, _class_price(course))})
            for name, course in missing]


def differences(origin: MadeWith | None, scenario) -> list[Problem]:
    """What is different here from where the scenario was made, as far as the scenario rests on it; empty without a header."""
    if origin is None:
        return []
    rows = {row.id: row for row in scenario.catalogue.programmes}
    found = [problem for name, course in origin.programmes.items() if name in rows
             for problem in _course_differences(name, course, _course(rows[name]), scenario.file)]
    found += _term_differences(origin.terms, scenario)
    if not found and origin.catalogue != scenario.catalogue.id:
        found.append(Problem("origin_catalogue", file=scenario.file, column=f"{KEY}.catalogue"))
    found += ledger_difference(origin.assumptions, origin.ledger, file=scenario.file, column=f"{KEY}.ledger")
    if origin.model != code_hash():
        found.append(Problem("origin_model", file=scenario.file, column=f"{KEY}.model"))
    return found


def city_differences(origin: MadeWith | None, scenario, city) -> list[Problem]:
    """What is different in this city from the one the scenario was made for; units that are missing come first, by name."""
    if origin is None or origin.city is None:
        return []
    there, units, place = origin.city, {unit.id: unit for unit in city.units}, {"file": scenario.file}
    found = []
    for name, texts in there.units.items():
        if name not in units:
            found.append(Problem("origin_unit_missing", {"found": shown(name), "name": texts.model_dump()}, column=f"{KEY}.city.units", **place))
        elif (units[name].name_id, units[name].name_en) != (texts.id, texts.en):
            values = {"found": shown(name), "there": texts.model_dump(), "here": {lang: units[name].name(lang) for lang in LANGUAGES}}
            found.append(Problem("origin_unit_name", values, column=f"{KEY}.city.units", **place))
    if there.id != city.about.id:
        values = {"there": there.name.model_dump(), "here": city.about.name.model_dump()}
        found.append(Problem("origin_city", values, column=f"{KEY}.city.id", **place))
    elif there.data != city.files_hash:
        found.append(Problem("origin_data", {"here": city.about.name.model_dump()}, column=f"{KEY}.city.data", **place))
    return found


def _course_differences(name: str, there: Course, here: Course, file: str | None):
    at = {"file": file, "column": f"{KEY}.programmes.{name}"}
    both = {"name": here.name.model_dump()}
    if there.name != here.name:
        yield Problem("origin_name", both | {"there": there.name.model_dump()}, **at)
    if (there.fixed_rp, there.per_participant_rp) != (here.fixed_rp, here.per_participant_rp):
        yield Problem("origin_price", both | {f"{part}_{place}": _texts(rupiah, getattr(course, f"{part}_rp"))
                                              for part in ("fixed", "per_participant") for place, course in (("there", there), ("here", here))}, **at)
    if there.hours_jp != here.hours_jp:
        yield Problem("origin_hours", both | {"there": _texts(figure, there.hours_jp), "here": _texts(figure, here.hours_jp)}, **at)
    if there.class_size != here.class_size:
        yield Problem("origin_class_size", both | {"there": str(there.class_size), "here": str(here.class_size)}, **at)
    if there.design != here.design:
        yield Problem("origin_design", both, **at)


def _term_differences(there: dict[str, float], scenario):
    here = scenario.catalogue.terms
    for name in {**there, **here}:
        if there.get(name) != here.get(name):
            values = {"name": name, **{place: _texts(figure, terms[name]) if name in terms else "-"
                                       for place, terms in (("there", there), ("here", here))}}
            yield Problem("origin_term", values, file=scenario.file, column=f"{KEY}.terms")


def _class_price(course: Course) -> float:
    """A full class as the catalogue designs it, without extras, rupiah."""
    return course.fixed_rp + course.per_participant_rp * course.class_size


def _texts(form, value) -> dict[str, str]:
    return {lang: form(value, lang) for lang in LANGUAGES}

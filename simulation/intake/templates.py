"""Empty Excel forms for the city's own data: citizen survey, staff list, training history, queue log.

Whatever is filled in reads back with the importer of its kind. No form has a place for a name, NIP, NIK or phone number.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from simulation.city import City
from simulation.errors import InputError, unknown
from simulation.intake.excel import FormColumn, FormSheet, write_form
from simulation.language import DEFAULT, say
from simulation.scenario import Catalogue
from simulation.schema import GROUPS
from simulation.skm import ELEMENTS

_FIRST, _LAST = date(2000, 1, 1), date(2100, 12, 31)  # the years that the importers accept
_BORN = (1940, 2015)  # of anybody who can be a civil servant while this workbook is in use
_LONGEST_JP = 2000  # of a course, as in the catalogue of programmes


def write_template(kind: str, path: Path | str, lang: str = DEFAULT, city: City | None = None) -> Path:
    """Write the form of a kind of data.

    Args:
        kind: skm, staff, training or tickets.
        path: of the .xlsx.
        lang: language of headings, choices and instructions.
        city: whose units and services become drop-downs; without one they are free text.

    Returns:
        The path written.

    Raises:
        InputError: no such kind, the nearest is named; or the file cannot be written there.
    """
    if kind not in _COLUMNS:
        raise InputError(unknown("unknown_template", kind, _COLUMNS))
    columns, rows = _COLUMNS[kind]
    title = say(f"form.{kind}.sheet", lang)
    steps = [*(say(f"form.{kind}.step{n}", lang, sheet=title) for n in (1, 2)), say("form.no_names", lang),
             say("form.as_it_is", lang), say(f"form.{kind}.next", lang)]
    sheet = FormSheet(title, tuple(columns(lang, city)), rows)
    return write_form(path, say(f"form.{kind}.title", lang), steps, [sheet], lang)


def _column(key: str, lang: str, **limits) -> FormColumn:
    """A column with its heading and note from the catalogue."""
    return FormColumn(say(f"form.{key}", lang), say(f"form.{key}.note", lang), **limits)


def _choices(key: str, lang: str) -> tuple[str, ...]:
    return tuple(say(f"form.{key}.choices", lang).split("; "))


def _day(key: str, lang: str) -> FormColumn:
    return _column(key, lang, date=True, low=_FIRST, high=_LAST, example="31/01/2026")


def _unit(lang: str, city: City | None) -> FormColumn:
    names = tuple(unit.name(lang) for unit in city.units) if city else ()
    return _column("unit", lang, width=38, choices=names, example=names[0] if names else say("form.unit.example", lang))


def _service(lang: str, city: City | None) -> FormColumn:
    """Services of the city by name, those that several units have only once; schools teach, they do not queue."""
    served = (city.counters, city.casework) if city else ()
    names = tuple(dict.fromkeys(name[lang == "en"] for services in served for name in services.names))
    return _column("service", lang, width=34, choices=names, example=names[0] if names else say("form.service.example", lang))


def _group(lang: str) -> FormColumn:
    names = tuple(say(f"form.group.{group}", lang) for group in GROUPS)
    return _column("group", lang, width=22, choices=names, example=names[0])


def _education(lang: str) -> FormColumn:
    levels = _choices("education", lang)
    return _column("education", lang, width=20, choices=levels, example=levels[4])


def _status(lang: str) -> FormColumn:
    return _column("status", lang, choices=("PNS", "PPPK"), example="PNS")


def _skm(lang: str, city: City | None) -> Iterable[FormColumn]:
    yield _day("skm.date", lang)
    yield _unit(lang, city)
    yield _service(lang, city)
    sexes = _choices("sex", lang)
    yield _column("sex", lang, choices=sexes, example=sexes[1])
    yield _column("age", lang, whole=True, low=12, high=110, example="34")
    yield _education(lang)
    for element in ELEMENTS:  # in the regulation's order, each with the answer texts of its own question
        answers = _choices(f"skm.{element}", lang)
        note = say("form.skm.answer", lang)
        yield FormColumn(say(f"form.skm.{element}", lang), note, 24, answers, example=answers[2])


def _staff(lang: str, city: City | None) -> Iterable[FormColumn]:
    yield _unit(lang, city)
    yield _group(lang)
    yield _status(lang)
    yield _column("born", lang, whole=True, low=_BORN[0], high=_BORN[1], example="1984")
    yield _education(lang)


def _training(lang: str, city: City | None) -> Iterable[FormColumn]:
    programmes = tuple(programme.name[lang] for programme in Catalogue.load().programmes)
    yield _unit(lang, city)
    yield _group(lang)
    yield _status(lang)
    yield _column("programme", lang, width=42, choices=programmes, example=programmes[0])
    yield _column("hours", lang, low=0, high=_LONGEST_JP, example="20")
    yield _day("training.date", lang)
    yield _column("before", lang, low=0, high=100, example="55")
    yield _column("after", lang, low=0, high=100, example="72")


def _tickets(lang: str, city: City | None) -> Iterable[FormColumn]:
    yield _day("tickets.date", lang)
    yield _column("tickets.number", lang, example="A017")
    yield _unit(lang, city)
    yield _service(lang, city)
    yield _column("tickets.taken", lang, time=True, example="08:15:00")
    yield _column("tickets.called", lang, time=True, example="08:22:30")
    yield _column("tickets.finished", lang, time=True, example="08:34:10")
    yield _column("tickets.status", lang, width=16, choices=_choices("tickets.status", lang), example=_choices("tickets.status", lang)[0])


_COLUMNS = {"skm": (_skm, 5000), "staff": (_staff, 10000), "training": (_training, 10000), "tickets": (_tickets, 50000)}

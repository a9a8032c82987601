"""Which service of the city a ticket was for: by id or name, by its unit where a name is not enough."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from simulation.city import City
from simulation.errors import InputError, Problem, shown, unknown
from simulation.intake.headings import plain
from simulation.intake.mapping import Mapping
from simulation.intake.ticket_columns import Log, Texts
from simulation.intake.unit_names import UnitNames

_COMMON = re.compile(r"\b(loket|meja|counter|desk|layanan|pelayanan|service)\b")


@dataclass(frozen=True)
class Known:
    """A service of the city.

    Attributes:
        kind: counter, casework or school. unit: id of its unit. names: as it may be written, plain.
        standard: minutes at a counter, days of a case; NaN without one. hours_per_day: of a counter.
    """

    id: str
    kind: str
    unit: str
    title: tuple[str, str]
    names: frozenset[str]
    standard: float
    hours_per_day: float


@dataclass(frozen=True)
class Label:
    """What a group of tickets is called: a service of the city, or the name the file uses."""

    known: Known | None
    text: str

    def name(self, lang: str) -> str:
        """The name in a language."""
        return self.known.title[lang == "en"] if self.known else self.text


def services_of(city: City) -> tuple[Known, ...]:
    """All services of a city."""
    found = []
    for kind, services in (("counter", city.counters), ("casework", city.casework), ("school", city.schools)):
        standard = services.standard_minutes if kind == "counter" else services.standard_days
        for i, (id_, title) in enumerate(zip(services.ids, services.names, strict=True)):
            names = frozenset({plain(id_), *(form for name in title for form in (plain(name), _bare(name)))})
            unit = city.units[services.unit[i]].id
            found.append(Known(id_, kind, unit, title, names, float(standard[i]), float(services.hours_per_day[i])))
    return tuple(found)


def _bare(text: str) -> str:
    """A name without the words that every counter has."""
    return " ".join(_COMMON.sub(" ", plain(text)).split()) or plain(text)


class ServiceNames:
    """Finds the service of a ticket; a mapping file comes first.

    Raises:
        InputError: the mapping file names a unit or a service that the city does not have.
    """

    def __init__(self, city: City, mapping: Mapping):
        self.services, self.units = services_of(city), UnitNames(city, mapping)
        self.mapped = {}
        problems = []
        for found, meant in mapping.answers.get("service", {}).items():
            fits = [s for s in self.services if {plain(str(meant)), _bare(str(meant))} & s.names]
            if not fits:
                problems.append(unknown("mapping_service", meant, [s.id for s in self.services]))
            self.mapped[plain(str(found))] = fits
        if problems:
            raise InputError(problems)

    def find(self, service: str, unit: str) -> Known | None:
        """The service that a name and a unit's name mean, or None if there is none or more than one."""
        place = self.units.find(unit) if unit else None
        if unit and place is None:
            return None
        text = plain(service)
        if text in self.mapped:
            fits = self.mapped[text]
        elif text:
            fits = [s for s in self.services if text in s.names or _bare(service) in s.names]
        else:
            fits = [s for s in self.services if s.kind != "school"] if place else []
        if place:
            fits = [s for s in fits if s.unit == place]
        return fits[0] if len(fits) == 1 else None

    def nearest(self, service: str) -> str:
        """Ids and names of the services most like a text, "" if none is."""
        forms = {form: f"{s.title[0]} ({s.id})" for s in self.services if s.kind != "school" for form in sorted(s.names)}
        return "; ".join(dict.fromkeys(forms[form] for form in get_close_matches(_bare(service), forms, n=4, cutoff=0.5)))


def label_tickets(log: Log, city: City, mapping: Mapping) -> tuple[tuple[Label, ...], np.ndarray]:
    """The labels of a log in a fixed order, and which of them each ticket has, (n,)."""
    names = ServiceNames(city, mapping)
    services, units = (log.texts.get(key, Texts(("",), np.zeros(len(log.lines), dtype=np.int64))) for key in ("service", "unit"))
    pairs, code = np.unique(np.stack([services.codes, units.codes]), axis=1, return_inverse=True)
    labels: dict[tuple, Label] = {}
    keys = []
    for s, u in pairs.T:
        service, unit = services.distinct[s], units.distinct[u]
        known = names.find(service, unit)
        key = (0, known.id) if known else (1, plain(unit), plain(service))
        label = Label(known, known.id if known else shown(service or unit))
        labels[key] = min(labels.get(key, label), label, key=lambda one: one.text)
        keys.append(key)
    order = {key: i for i, key in enumerate(sorted(labels))}
    return tuple(labels[key] for key in order), np.array([order[key] for key in keys])[code.ravel()]


def unmatched(log: Log, labels: Sequence[Label], counts: np.ndarray, fewest: int, city: City, mapping: Mapping) -> list[Problem]:
    """What to map: services in the file that the city does not have; a name that few tickets bear is not repeated."""
    names, problems = ServiceNames(city, mapping), []
    rare = 0
    for label, count in zip(labels, counts, strict=True):
        if label.known:
            continue
        if count < fewest or not label.text:
            rare += int(count)
            continue
        close = names.nearest(label.text)
        values = {"found": label.text, "count": str(int(count)), "nearest": close}
        problems.append(Problem("ticket_service_unmatched" if close else "ticket_service_unlike", values, log.sheet.name))
    if rare:
        problems.append(Problem("ticket_service_rare", {"count": str(rare)} if rare >= fewest else {"count": f"< {fewest}"}, log.sheet.name))
    return problems

"""What the city decides: the catalogue of programmes, and scenarios that spend a budget on them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, PrivateAttr

from simulation.assumptions import DATA, Assumptions
from simulation.errors import InputError, Problem, nearest, shown, unknown
from simulation.files import Document, read_yaml, write_whole
from simulation.model.training import Offers, price_of_classes
from simulation.scenario_origin import (
    KEY,
    MadeWith,
    city_differences,
    differences,
    made_here,
    split,
    unknown_here,
)
from simulation.scenario_versions import migrate
from simulation.schema import (
    SPECIAL,
    CatalogueFile,
    ProgrammeRow,
    Rupiah,
    Share,
    Strict,
    Texts,
    validated,
)

Programme = ProgrammeRow
Weight = Annotated[float, Field(ge=0.0, le=1000.0)]
Classes = Annotated[int, Field(ge=0, le=1000)]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All programmes a scenario can choose from, also as arrays in the same order.

    Attributes:
        programmes: the declarations. terms: prices and extents of the extras.
        content: share of each course on each competency, (programmes, competencies).
        practice: whether a programme is practised at the work place as designed, (programmes,).
    """

    programmes: tuple[Programme, ...]
    terms: dict[str, float]
    content: np.ndarray
    practice: np.ndarray
    coached: np.ndarray
    hours_jp: np.ndarray
    class_size: np.ndarray
    fixed_rp: np.ndarray
    per_participant_rp: np.ndarray

    @classmethod
    def load(cls, path: Path | str = DATA / "programmes.yaml", competencies: tuple[str, ...] | None = None) -> Catalogue:
        """Read and check `programmes.yaml`; competencies default to those of the published ledger."""
        tables = Assumptions.load().tables
        names = list(competencies or tables.competencies)
        document = read_yaml(path)
        content = validated(CatalogueFile, document)
        problems = list(_bad_programmes(content, document, names, tables.kinds))
        if problems:
            raise InputError(problems)
        rows = tuple(content.programmes)
        return cls(
            rows, {key: getattr(content.terms, key).value for key in type(content.terms).model_fields},
            np.array([[row.content.get(name, 0.0) for name in names] for row in rows]),
            np.array([row.practice for row in rows]), np.array([row.follow_up == "coaching" for row in rows]),
            *(np.array([getattr(row, field) for row in rows], dtype=float)
              for field in ("hours_jp", "class_size", "fixed_rp", "per_participant_rp")),
        )

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Programme ids in order."""
        return tuple(row.id for row in self.programmes)

    @cached_property
    def id(self) -> str:
        """Content hash of programmes and prices."""
        content = [row.model_dump() for row in self.programmes], self.terms
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]

    @cached_property
    def formats(self) -> tuple[str, ...]:
        """Format of each programme."""
        return tuple(row.format for row in self.programmes)

    @cached_property
    def special(self) -> dict[str, np.ndarray]:
        """Programmes whose skill shows in another way, name -> (programmes,): taught on the own system; teaching with technology."""
        return {name: np.array([name in row.special for row in self.programmes]) for name in SPECIAL}

    @cached_property
    def may_add(self) -> tuple[np.ndarray, np.ndarray]:
        """Whether practice at the work place, and whether a coach, can be added to each programme, (programmes,) each."""
        return tuple(np.array([extra in row.may_add for row in self.programmes]) for extra in ("practice", "coaching"))

    def with_extras(self, programme, practice, coaching) -> tuple[np.ndarray, np.ndarray]:
        """Practice and coaching that courses have: as designed, and what is asked where it can be added.

        Args:
            programme: position in the catalogue, (courses,). practice, coaching: what is asked, bool or (courses,).
        """
        may_practise, may_coach = self.may_add
        return self.practice[programme] | (practice & may_practise[programme]), self.coached[programme] | (coaching & may_coach[programme])

    def open_to(self, city) -> np.ndarray:
        """Whether the people of each cell may attend, (programmes, cells); those for newcomers seat nobody who is in post already."""
        kinds = np.array([[row.open_to.kinds == "all" or kind in row.open_to.kinds for kind in city.kinds] for row in self.programmes])
        groups = np.array([[group in row.open_to.groups and not row.for_newcomers for group in city.groups] for row in self.programmes])
        return kinds[:, city.unit_kind[city.cell_unit]] & groups[:, city.cell_group]


def _bad_programmes(content: CatalogueFile, document: Document, competencies: list[str], kinds: tuple[str, ...]):
    seen = set()
    for i, row in enumerate(content.programmes):
        at = ("programmes", i)
        if row.id in seen:
            yield document.problem("repeated_key", (*at, "id"), {"found": row.id})
        seen.add(row.id)
        for name in row.content:
            if name not in competencies:
                values = {"found": shown(name), "nearest": nearest(name, competencies)}
                yield document.problem("unknown_competency", (*at, "content", name), values)
        chosen = kinds if row.open_to.kinds == "all" else row.open_to.kinds
        if not chosen:
            yield document.problem("empty_value", (*at, "open_to", "kinds"))
        for kind in chosen:
            if kind not in kinds:
                values = {"found": shown(kind), "nearest": nearest(kind, kinds)}
                yield document.problem("unknown_kind", (*at, "open_to", "kinds"), values)
        total = sum(row.content.values())
        if total > 1.0 + 1e-9:
            yield document.problem("shares_over_one", (*at, "content"), {"found": f"{total:g}"})
        if total <= 0.0:
            yield document.problem("no_competency", (*at, "content"))


def ui(widget: str, **hints) -> dict:
    """How a field is shown as a control; read by the workbook, ignored by the model."""
    return {"json_schema_extra": {"widget": widget, **hints}}


def whole_classes(share: np.ndarray, price: np.ndarray, money: float, most: np.ndarray | float = np.inf) -> np.ndarray:
    """Classes that a year's money buys, (offers,): each offer's share in whole classes, and what that leaves buys the next class that fits.

    The next class is of the offer that is furthest below its share; what is left in the end pays for no class of any offer.

    Args:
        share: of the money for each offer, (offers,). price: of one class, rupiah, (offers,). money: rupiah.
        most: classes for which there are people, (offers,).

    >>> whole_classes(np.array([0.5, 0.5]), np.array([30.0, 40.0]), 100.0)
    array([2, 1])
    """
    classes = np.minimum(np.floor(np.round(share * money / price, 9)), most).astype(int)
    while np.any(fits := (share > 0.0) & (classes < most) & (price <= money * share.sum() - classes @ price + 1e-6)):
        classes[np.argmax(np.where(fits, share * money - classes * price, -np.inf))] += 1
    return classes


class Offer(Strict):
    """Classes of one programme in one form for some kinds of units, e.g. service excellence with coaching for health centres.

    `practice` and `coaching` add to how the programme was designed; `classes` is the same every year or one number a year.
    """

    programme: str
    kinds: list[str] | Literal["all"] = "all"
    classes: Classes | list[Classes]
    practice: bool = False
    coaching: bool = False
    refresher_months: Literal[0, 6, 12] = 0

    def by_year(self, years: int) -> list[int]:
        """Classes of every year."""
        return list(self.classes) if isinstance(self.classes, list) else [self.classes] * years


class Scenario(Strict):
    """A training policy for a number of years; frozen.

    The declaration of the fields is the documentation of a scenario file and the source of its controls. Money is
    rupiah of the base year, shares are 0 to 1.
    """

    version: Literal[1] = 1
    name: Texts
    author: str
    date: str
    reason: Texts
    reference: str
    baseline: bool = False
    start_year: Annotated[int, Field(ge=2020, le=2060)] = 2027
    years: Annotated[int, Field(ge=1, le=10, **ui("int_slider", min=1, max=10, step=1))] = 5
    budget_rp: Annotated[Rupiah | list[Rupiah], Field(**ui("rupiah", min=0, max=6.4e9, step=1e8))]
    programmes: Annotated[dict[str, Share], Field(**ui("mix"))] = {}
    classes: dict[str, Classes] = {}
    offers: list[Offer] = []
    targeting: Annotated[Literal["rotation", "frontline_first", "gap_first", "needs"], Field(**ui("choice"))] = "rotation"
    needs: dict[str, dict[str, Weight]] = {}
    unit_weights: dict[str, Weight] = {}
    practice: Annotated[Literal["as_designed", "all"], Field(**ui("choice"))] = "as_designed"
    follow_up: Annotated[Literal["as_designed", "all", "none"], Field(**ui("choice"))] = "as_designed"
    refresher_months: Annotated[Literal[0, 6, 12], Field(**ui("choice"))] = 0
    quarters: Annotated[list[Annotated[int, Field(ge=1, le=4)]], Field(min_length=1)] = [1, 2, 3, 4]
    carry_over: bool = False
    off_peak: bool = False  # classes outside counter hours or by a rota: nobody is missing at the counter, staff hours still count
    replacement_ratio: Annotated[float, Field(ge=0.0, le=1.5)] = 1.0
    minutes_factor: Annotated[float, Field(ge=0.3, le=2.0)] = 1.0
    overrides: dict[str, float] = {}
    structure: dict[str, str] = {}
    seed: Annotated[int, Field(ge=0)] = 20270101

    _catalogue: Catalogue = PrivateAttr(default=None)
    _file: str | None = PrivateAttr(default=None)
    _made_with: MadeWith | None = PrivateAttr(default=None)
    _migrated: tuple[Problem, ...] = PrivateAttr(default=())
    _id: str | None = PrivateAttr(default=None)

    @classmethod
    def load(cls, path: Path | str, catalogue: Catalogue | None = None) -> Scenario:
        """Read and check a scenario file, of this version or an older one; `warnings` says what to know about it.

        Raises:
            InputError: with file, line, what was found, what was expected and the nearest valid name.
        """
        document, changes = migrate(read_yaml(path))
        document, made_with = split(document)
        scenario = validated(cls, document)._with(catalogue or Catalogue.load(), Path(path).as_posix())
        scenario._made_with, scenario._migrated = made_with, tuple(changes)
        problems = list(scenario._inconsistent(document)) + unknown_here(made_with, scenario.catalogue, document)
        if problems:
            raise InputError(problems)
        return scenario

    @classmethod
    def library(cls, folder: Path | str = DATA / "scenarios", catalogue: Catalogue | None = None) -> dict[str, Scenario]:
        """All scenarios of a folder by file stem, the baseline first."""
        catalogue = catalogue or Catalogue.load()
        found = {path.stem: cls.load(path, catalogue) for path in sorted(Path(folder).glob("*.yaml"))}
        return dict(sorted(found.items(), key=lambda item: not item[1].baseline))

    def _with(self, catalogue: Catalogue, file: str | None) -> Scenario:
        self._catalogue, self._file = catalogue, file
        return self

    def __eq__(self, other: object) -> bool:
        """Same content and same catalogue, wherever it was read from."""
        return (isinstance(other, Scenario) and self.model_dump() == other.model_dump()
                and self.catalogue.id == other.catalogue.id)

    __hash__ = None

    @property
    def catalogue(self) -> Catalogue:
        """The programmes it chooses from."""
        return self._catalogue

    def choosing_from(self, catalogue: Catalogue) -> Scenario:
        """The same decision about the programmes of another catalogue."""
        return self.model_copy()._with(catalogue, self._file)

    @property
    def file(self) -> str | None:
        """Path it was read from."""
        return self._file

    @property
    def made_with(self) -> MadeWith | None:
        """What the file says it rests on; None for a file without that header and for a scenario made here."""
        return self._made_with

    @property
    def warnings(self) -> list[Problem]:
        """What was rewritten from an older version, and which prices, programmes and assumptions here are not those it was made with."""
        return [*self._migrated, *differences(self._made_with, self)]

    def warnings_in(self, city) -> list[Problem]:
        """All warnings, also of units that this city has not or names otherwise, and of another city or other data."""
        return [*self.warnings, *city_differences(self._made_with, self, city)]

    @property
    def key(self) -> str:
        """Short name: the stem of its file, or its id."""
        return Path(self._file).stem if self._file else self.id

    @property
    def bought(self) -> tuple[str, ...]:
        """Programmes that it puts money into, ids in the order of the catalogue, which is that in which they are seated."""
        asked = {name for part in (self.programmes, self.classes) for name, size in part.items() if size}
        asked |= {offer.programme for offer in self.offers if np.any(offer.classes)}
        return tuple(name for name in self.catalogue.ids if name in asked)

    @property
    def id(self) -> str:
        """Content hash of what is decided (not of name, author or reason), and of the programmes bought with the prices of extras.

        Other programmes of the catalogue have no part in it, as they have none in the results; without any programme it is the decision alone.
        Found once, since a scenario does not change.
        """
        if self._id is None:
            header = {"name", "author", "date", "reason", "reference", "baseline"}
            later = {field for field in ("offers", "off_peak") if not getattr(self, field)}  # fields that older ids know nothing of
            decided = self.model_dump(exclude=header | later)
            bought = self.bought
            rows = [row.model_dump() for row in self.catalogue.programmes if row.id in bought]
            content = [decided, rows, self.catalogue.terms if rows else {}]
            self._id = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
        return self._id

    def model_copy(self, *, update=None, deep: bool = False) -> Scenario:
        """A copy with other values of some fields, which are not checked; it has an id of its own."""
        copy = super().model_copy(update=update, deep=deep)
        copy._id = None
        return copy

    def replace(self, changes: dict) -> Scenario:
        """A scenario with other values of some fields, checked like a file.

        Raises:
            InputError: unknown field (nearest named), wrong type or value.
        """
        document = Document(Path(self._file or "scenario"), {**self.to_dict(), **changes}, {})
        changed = validated(type(self), document)._with(self.catalogue, None)
        problems = list(changed._inconsistent(document))
        if problems:
            raise InputError(problems)
        return changed

    def diff(self, other: Scenario) -> list[tuple[str, object, object]]:
        """Fields that were decided differently: (field, here, there)."""
        here, there = self.model_dump(), other.model_dump()
        return [(field, here[field], there[field]) for field in here if here[field] != there[field]]

    def to_dict(self) -> dict:
        """The content of its file, without fields left at their default."""
        return self.model_dump(exclude_defaults=True) | {"version": 1}

    def text(self, portable: bool = False, city=None, assumptions: Assumptions | None = None) -> str:
        """The text of its file, see `save`."""
        import yaml

        content = self.to_dict()
        if portable:
            content[KEY] = (self._made_with or made_here(self, city, assumptions)).model_dump(exclude_none=True)
        return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)

    def save(self, path: Path | str, portable: bool = False, city=None, assumptions: Assumptions | None = None) -> Path:
        """Write the scenario file; a reader sees the old file or the new one, never half of one.

        Args:
            portable: also write what it rests on, so that it opens the same elsewhere or says what differs. A scenario that came
                with such a header keeps it; any `replace` makes it a scenario of this place.
            city: whose units it names. assumptions: those it is meant for, the published ones by default.
        """
        write_whole(path, self.text(portable, city, assumptions))
        return Path(path)

    @property
    def budget_by_year(self) -> list[float]:
        """Budget of every year, rupiah."""
        return list(self.budget_rp) if isinstance(self.budget_rp, list) else [self.budget_rp] * self.years

    @property
    def with_practice(self) -> np.ndarray:
        """Whether practice at the work place is added or designed in, (programmes,)."""
        return self.catalogue.with_extras(slice(None), self.practice == "all", False)[0]

    @property
    def with_coaching(self) -> np.ndarray:
        """Whether each programme is followed up by a coach, (programmes,)."""
        if self.follow_up == "none":
            return np.zeros_like(self.catalogue.coached)
        return self.catalogue.with_extras(slice(None), False, self.follow_up == "all")[1]

    @property
    def forms(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What is on offer: its own offers, or every programme in the form decided for all.

        Returns:
            programme (position in the catalogue), practice, coaching, quarters until the refresher; (offers,) each.
        """
        catalogue = self.catalogue
        if not self.offers:
            everything = np.arange(len(catalogue.ids))
            return everything, self.with_practice, self.with_coaching, np.full(len(everything), self.refresher_months // 3)
        programme = np.array([catalogue.ids.index(offer.programme) for offer in self.offers])
        practice, coaching, months = (np.array([getattr(offer, field) for offer in self.offers])
                                      for field in ("practice", "coaching", "refresher_months"))
        return programme, *catalogue.with_extras(programme, practice, coaching), months // 3

    def offers_in(self, city) -> Offers:
        """The offers and whose people each asks."""
        forms = self.forms
        asked = self.catalogue.open_to(city)[forms[0]]
        if self.offers:
            named = np.array([[offer.kinds == "all" or kind in offer.kinds for kind in city.kinds] for offer in self.offers])
            asked = asked & named[:, city.unit_kind[city.cell_unit]]
        return Offers(*forms, asked)

    @property
    def prices(self) -> np.ndarray:
        """Price of one class of every offer, rupiah, (offers,); without offers of its own, of every programme."""
        return price_of_classes(self.catalogue, *self.forms)

    def class_counts(self, budget: np.ndarray, price: np.ndarray, most: np.ndarray | float = np.inf) -> np.ndarray:
        """Classes that the decision asks and the money allows, (offers, years).

        Args:
            budget: rupiah, (years,). price: of one class of each offer of `offers_in`, rupiah, (offers,).
            most: classes of each offer for which the city has people, (offers,); no money is kept for more.
        """
        if self.offers:
            return np.array([offer.by_year(self.years) for offer in self.offers])
        ids = self.catalogue.ids
        if self.classes:
            return np.tile([[self.classes.get(name, 0)] for name in ids], (1, len(budget)))
        share = np.array([self.programmes.get(name, 0.0) for name in ids])
        found, left = [], 0.0
        for money in budget:
            found.append(whole_classes(share, price, money + left * self.carry_over, most))
            left = money + left * self.carry_over - found[-1] @ price
        return np.stack(found, axis=1)

    def weight_of_units(self, city) -> np.ndarray:
        """Relative claim of each unit, (units,)."""
        return np.array([self.unit_weights.get(unit.id, 1.0) for unit in city.units])

    def needs_of_units(self, city) -> np.ndarray:
        """Weight of each unit's need of each competency, (units, competencies)."""
        return np.array([[self.needs.get(unit.id, {}).get(c, 0.0) for c in city.competencies] for unit in city.units])

    def for_city(self, city) -> None:
        """Check that the units it names exist.

        Raises:
            InputError: a unit or competency is unknown in the city.
        """
        units, problems = [unit.id for unit in city.units], []
        for name in [*self.unit_weights, *self.needs]:
            if name not in units:
                problems.append(unknown("unknown_unit", name, units, file=self._file))
        for unit, weights in self.needs.items():
            problems += [unknown("unknown_competency", c, city.competencies, file=self._file, column=f"needs.{unit}")
                         for c in weights if c not in city.competencies]
        if problems:
            raise InputError(problems)

    def _inconsistent(self, document: Document):
        ids = self.catalogue.ids
        for field in ("programmes", "classes"):
            for name in getattr(self, field):
                if name not in ids:
                    values = {"found": shown(name), "nearest": nearest(name, ids)}
                    yield document.problem("unknown_programme", (field, name), values)
                elif self.catalogue.programmes[ids.index(name)].for_newcomers:
                    yield document.problem("for_newcomers", (field, name), {"found": shown(name)})
        total = sum(self.programmes.values())
        if total > 1.0 + 1e-9:
            yield document.problem("shares_over_one", ("programmes",), {"found": f"{total:g}"})
        if self.programmes and self.classes:
            yield document.problem("shares_and_classes", ("classes",))
        if self.offers:
            yield from self._bad_offers(document)
        if isinstance(self.budget_rp, list) and len(self.budget_rp) != self.years:
            values = {"found": str(len(self.budget_rp)), "expected": str(self.years)}
            yield document.problem("past_horizon", ("budget_rp",), values)
        elif self.classes and not set(self.classes) - set(ids):
            cost = sum(count * self.prices[ids.index(name)] for name, count in self.classes.items())
            if cost > min(self.budget_by_year):
                values = {"found": f"{cost:.0f}", "limit": f"{min(self.budget_by_year):.0f}"}
                yield document.problem("classes_over_budget", ("classes",), values)
        if self.targeting == "needs" and not self.needs:
            yield document.problem("needs_missing", ("targeting",))
        if len(set(self.quarters)) != len(self.quarters):
            yield document.problem("repeated_quarter", ("quarters",))
        yield from self._bad_overrides(document)

    def _bad_offers(self, document: Document):
        ids, kinds = self.catalogue.ids, Assumptions.load().tables.kinds
        for field, default in (("programmes", {}), ("classes", {}), ("practice", "as_designed"), ("follow_up", "as_designed"), ("refresher_months", 0)):
            if getattr(self, field) != default:
                yield document.problem("offers_alone", (field,), {"found": field})
        known = True
        for i, offer in enumerate(self.offers):
            if offer.programme not in ids:
                known = False
                values = {"found": shown(offer.programme), "nearest": nearest(offer.programme, ids)}
                yield document.problem("unknown_programme", ("offers", i, "programme"), values)
            elif self.catalogue.programmes[ids.index(offer.programme)].for_newcomers:
                yield document.problem("for_newcomers", ("offers", i, "programme"), {"found": shown(offer.programme)})
            for kind in () if offer.kinds == "all" else offer.kinds:
                if kind not in kinds:
                    yield document.problem("unknown_kind", ("offers", i, "kinds"), {"found": shown(kind), "nearest": nearest(kind, kinds)})
            if isinstance(offer.classes, list) and len(offer.classes) != self.years:
                known = False
                yield document.problem("past_horizon", ("offers", i, "classes"), {"found": str(len(offer.classes)), "expected": str(self.years)})
        if known and (not isinstance(self.budget_rp, list) or len(self.budget_rp) == self.years):
            costs = self.prices @ self.class_counts(None, None)
            for year, (cost, budget) in enumerate(zip(costs, self.budget_by_year, strict=True)):
                if cost > budget:
                    values = {"found": f"{cost:.0f}", "limit": f"{budget:.0f}", "year": str(self.start_year + year)}
                    yield document.problem("offers_over_budget", ("offers",), values)

    def _bad_overrides(self, document: Document):
        if not self.overrides and not self.structure:
            return
        try:
            Assumptions.load().replace(self.overrides, self.structure)
        except InputError as error:
            for problem in error.problems:
                at = ("overrides", problem.column) if problem.column else ("overrides",)
                yield document.problem(problem.code, at, problem.values)

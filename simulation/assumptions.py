"""The ledger: every number that nobody measured in the city, with its range, source and grade.

An assumption is one row of `data/assumptions.yaml`. The ledger also holds what the standard asks of each staff
group, which competencies each service and each element of the SKM rests on, and the structural switches.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np

from simulation import distributions, draws
from simulation.errors import InputError, Problem, shown, unknown
from simulation.files import read_yaml
from simulation.ledger_checks import impossible, inconsistent
from simulation.schema import GROUPS, Ledger, validated

DATA = Path(__file__).resolve().parent.parent / "data"


class _Sendable:
    """A frozen record with read-only mappings that another process can receive."""

    def __reduce__(self):
        values = [getattr(self, field.name) for field in fields(self)]
        return _received, (type(self), [dict(v) if isinstance(v, MappingProxyType) else v for v in values])


def _received(kind: type, values: list):
    return kind(*[_frozen(v) if isinstance(v, dict) else v for v in values])


@dataclass(frozen=True)
class Assumption(_Sendable):
    """One uncertain number.

    Attributes:
        key, unit: name in the model and unit of measure.
        label, note: per language.
        value: central value.
        range: 5-95 % range, or the whole range of a bounded distribution.
        distribution: kind and parameters, see `simulation.distributions`.
        source: citation, address, year, population.
        grade: A measured in the city, B good study elsewhere or a rule, C proxy, D assumption to be replaced.
        feeds: the link of the chain that uses it.
        changed: whether the value or distribution differs from the published ledger.
    """

    key: str
    label: MappingProxyType
    note: MappingProxyType
    unit: str
    value: float
    range: tuple[float, float]
    distribution: MappingProxyType
    source: MappingProxyType
    grade: str
    feeds: str
    changed: bool = False

    @property
    def varies(self) -> bool:
        """Whether the draws differ."""
        return self.distribution["kind"] != "fixed"

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Values at the probabilities `u`."""
        if not self.varies:
            return np.full(np.shape(u), float(self.value))
        return distributions.quantile(self.distribution, u)


@dataclass(frozen=True)
class Tables:
    """The ledger's lists as arrays, in the order of its competencies and elements.

    Attributes:
        competencies, elements, kinds: ids.
        technical: which competencies are technical, (competencies,).
        required: official level asked, (groups, competencies).
        service_mixes: (kinds, competencies); element_mixes: (elements, competencies), rows sum to 1 or are all 0.
        slopes: relative slope of each element, (elements,).
        digital, support, time: positions of digital skill, of developing others, and of the element of time.
    """

    competencies: tuple[str, ...]
    elements: tuple[str, ...]
    kinds: tuple[str, ...]
    technical: np.ndarray
    required: np.ndarray
    service_mixes: np.ndarray
    element_mixes: np.ndarray
    slopes: np.ndarray
    digital: int
    support: int
    time: int


@dataclass(frozen=True)
class Assumptions(_Sendable):
    """The whole ledger; frozen. `replace` gives a changed one and remembers that it is changed."""

    parameters: tuple[Assumption, ...]
    structure: MappingProxyType
    ledger: Ledger

    @classmethod
    def load(cls, path: Path | str = DATA / "assumptions.yaml") -> Assumptions:
        """Read and check a ledger file.

        Raises:
            InputError: a field is missing, unknown, of the wrong type or outside its range; with file and line.
        """
        document = read_yaml(path)
        ledger = validated(Ledger, document)
        problems = list(inconsistent(ledger, document))
        if problems:
            raise InputError(problems)
        rows = tuple(
            Assumption(p.key, _frozen(p.label), _frozen(p.note), p.unit, p.value, p.range,
                       MappingProxyType(dict(p.distribution)), _frozen(p.source), p.grade, p.feeds)
            for p in ledger.parameters
        )
        return cls(rows, MappingProxyType({s.key: s.default for s in ledger.structure}), ledger)

    def __getitem__(self, key: str) -> Assumption:
        if key not in self._position:
            raise InputError(unknown("unknown_assumption", key, self._position))
        return self.parameters[self._position[key]]

    @cached_property
    def _position(self) -> dict[str, int]:
        return {p.key: i for i, p in enumerate(self.parameters)}

    @cached_property
    def tables(self) -> Tables:
        """Lists of the ledger as arrays."""
        ledger = self.ledger
        names = tuple(c.id for c in ledger.competencies)
        elements = tuple(m.element for m in ledger.element_mixes)

        def vector(mix):
            return [mix.get(name, 0.0) for name in names]

        return Tables(
            names, elements, tuple(m.kind for m in ledger.service_mixes),
            np.array([c.class_ == "technical" for c in ledger.competencies]),
            np.array([[ledger.required_levels.levels[g][n] for n in names] for g in GROUPS], dtype=float),
            np.array([vector(m.mix) for m in ledger.service_mixes]),
            np.array([vector(m.mix) for m in ledger.element_mixes]),
            np.array([m.slope for m in ledger.element_mixes]),
            names.index("digital"), names.index("pengembangan"), elements.index("waktu"),
        )

    def replace(self, values: dict | None = None, structure: dict | None = None) -> Assumptions:
        """A ledger with other values or structural alternatives.

        Args:
            values: key -> number (held fixed at it), or a mapping with `value`, `range`, `distribution` to change.
            structure: switch -> option.

        Raises:
            InputError: unknown key, switch or option, or a value outside the range of the row.
        """
        if not values and not structure:
            return self
        rows, problems = list(self.parameters), []
        for key, change in (values or {}).items():
            if key not in self._position:
                problems.append(unknown("unknown_assumption", key, self._position, column=key))
                continue
            changed, found = _changed(self[key], change)
            problems += found
            rows[self._position[key]] = changed
        chosen = dict(self.structure)
        for switch, option in (structure or {}).items():
            problems += self._bad_option(switch, option)
            chosen[switch] = option
        if problems:
            raise InputError(problems)
        return Assumptions(tuple(rows), MappingProxyType(chosen), self.ledger)

    def _bad_option(self, switch, option) -> list[Problem]:
        switches = {s.key: [o.id for o in s.options] for s in self.ledger.structure}
        if switch not in switches:
            return [unknown("unknown_switch", switch, switches, column=switch)]
        return [] if option in switches[switch] else [unknown("unknown_option", option, switches[switch], column=switch)]

    def diff(self, other: Assumptions) -> list[tuple[str, object, object]]:
        """What differs: (key, here, there) for values, distributions and structural switches."""
        changes = [(a.key, a.value, b.value) if a.value != b.value else (a.key, dict(a.distribution), dict(b.distribution))
                   for a, b in zip(self.parameters, other.parameters, strict=True)
                   if a.value != b.value or a.distribution != b.distribution]
        return changes + [(k, self.structure[k], other.structure[k]) for k in self.structure
                          if self.structure[k] != other.structure[k]]

    @cached_property
    def id(self) -> str:
        """Content hash of everything that can change a result."""
        rows = [(p.key, p.value, dict(p.distribution)) for p in self.parameters]
        tables = {k: np.asarray(v).tolist() for k, v in vars(self.tables).items()}
        text = json.dumps([rows, dict(self.structure), tables], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def fixed(self) -> dict[str, float]:
        """Values of the rows that do not vary."""
        return {p.key: p.value for p in self.parameters if not p.varies}

    def draw(self, n: int, seed: int, programmes: Sequence[str]) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """The first `n` draws of every row, and the luck of each programme.

        The draws of a row or a programme depend on the seed and its name alone (`simulation.draws`): every scenario meets the same
        ones, and they do not change when more are asked for or when the ledger or the catalogue gains or loses another row.

        Args:
            programmes: ids.

        Returns:
            key -> (n,), and standard normal scores (programmes, n).
        """
        wanted = (n, seed, tuple(programmes))
        if wanted not in self._drawn:
            self._drawn.clear()
            self._drawn[wanted] = self.at(self.points(n, seed, programmes), programmes)
        return self._drawn[wanted]

    def points(self, n: int, seed: int, programmes: Sequence[str]) -> draws.Points:
        """The first `n` draws of a seed as probabilities, of every row and of the luck of programmes by their ids."""
        return draws.points((*(draws.row_name(p.key) for p in self.parameters), *map(draws.luck_name, programmes)), n, seed)

    def at(self, points: draws.Points, programmes: Sequence[str]) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Values of every row and luck of programmes at given probabilities.

        Args:
            points: of every row of the ledger and of the programmes. programmes: ids, in the order wanted.

        Returns:
            As `draw`.

        Raises:
            KeyError: a row or a programme is not among the points.
        """
        values = {p.key: p.quantile(points[draws.row_name(p.key)]) for p in self.parameters}
        return values, distributions.normal_scores(points.of([draws.luck_name(name) for name in programmes]))

    @cached_property
    def _drawn(self) -> dict:
        """The last sample: a slider asks for the same one again and again."""
        return {}

    def table(self, lang: str = "id"):
        """The ledger as a data frame, one row per assumption."""
        import pandas as pd

        return pd.DataFrame([
            {"key": p.key, "label": p.label[lang], "value": p.value, "low": p.range[0], "high": p.range[1], "unit": p.unit,
             "distribution": p.distribution["kind"], "grade": p.grade, "feeds": p.feeds, "changed": p.changed,
             "source": p.source["citation"], "address": p.source["address"], "note": p.note[lang]}
            for p in self.parameters
        ])


def _frozen(mapping) -> MappingProxyType:
    return MappingProxyType(dict(mapping))


def _changed(row: Assumption, change) -> tuple[Assumption, list[Problem]]:
    """A row with another value, range or distribution, and what is wrong with that.

    A bare number holds the row at it. Another range fits the kind of spread to it; another value moves the spread;
    `distribution` is a kind to fit, or everything about it.
    """
    asked = dict(change) if isinstance(change, dict) else {"value": change, "distribution": "fixed"}
    strange = [unknown("unknown_key", k, ("value", "range", "distribution"), column=row.key)
               for k in asked if k not in ("value", "range", "distribution")]
    value, limits = asked.get("value", row.value), asked.get("range", row.range)
    if not isinstance(limits, (list, tuple)) or len(limits) != 2:
        return row, [*strange, Problem("range_pair", {"found": shown(limits)}, column=row.key)]
    for number in (value, *limits):
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return row, [*strange, Problem("not_number", {"found": shown(number)}, column=row.key)]
    value, low, high, distribution, found = _spread(row, asked, float(value), *map(float, limits))
    found = found or list(distributions.problems(distribution)) or list(impossible(row.key, row.unit, (low, value, high), distribution))
    strange += [Problem(code, values, column=row.key) for code, values in found]
    if strange:
        return row, strange
    same = (value, (low, high), distribution) == (row.value, row.range, dict(row.distribution))
    return row if same else replace(row, value=value, range=(low, high), changed=True, distribution=MappingProxyType(distribution)), []


def _spread(row: Assumption, asked: dict, value: float, low: float, high: float) -> tuple[float, float, float, dict, list]:
    """Value, range and distribution that a change asks for, and (code, values) of why there are none."""
    old = dict(row.distribution)
    wanted = asked.get("distribution", old["kind"])
    kind = wanted.get("kind") if isinstance(wanted, dict) else wanted
    words = {"found": shown(value), "kind": str(kind), "nearest": ", ".join(distributions.KINDS), "low": f"{low:g}", "high": f"{high:g}"}
    slides = kind in ("normal", "lognormal", "beta") and kind == old["kind"] and not isinstance(wanted, dict) and "range" not in asked
    try:
        if isinstance(wanted, dict):
            made = dict(wanted)
        elif slides:
            made = distributions.moved(old, value)
            if value != row.value:
                low, high = (float(f"{x:.6g}") for x in distributions.quantile(made, np.array([0.05, 0.95])))
            return value, low, high, made, []
        else:
            made = distributions.fitted(str(kind), low, high, value)
            middle = distributions.middle(made)
            if middle is not None and "value" in asked and abs(middle - value) > 0.05 * (high - low):
                return value, low, high, {}, [("spread_middle", words | {"middle": f"{middle:.6g}"})]
            value = value if middle is None or "value" in asked else float(f"{middle:.6g}")
            support = old.get("support")
            if support and kind == old["kind"] and support[0] <= low and high <= support[1]:
                made["support"] = support
    except ValueError as error:
        return value, low, high, {}, [(str(error), words)]
    outside = [] if low <= value <= high else [("out_of_range", words)]
    return value, low, high, made, outside

"""What the YAML files may say: one declaration per kind of file, checked at the door.

The declaration is the documentation; the widgets are generated from it too. A wrong file gives every problem with
its line and the nearest valid name.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulation.errors import InputError, Problem, nearest, shown
from simulation.files import Document

GRADES = ("A", "B", "C", "D")
GROUPS = ("frontline", "backoffice", "leader")
SPECIAL = ("own_system", "technology")
FORMATS = ("classroom", "lecture", "elearning", "blended", "coaching")
NEEDED = tuple((
    "years_before d20 kappa programme_sd spillover relearning h0 h0_flat h0_linear headroom competency_correlation low_scorer_gain m_classroom m_lecture"
    " m_elearning m_blended m_coaching m_practice elearning_completion class_size_elasticity p0 stay lapse support_effect"
    " follow_up_effect supervision_wake labile_share tau_labile tau_durable tau_single forgetting_shape forgetting_weight use_decay retirement"
    " resignation rotation keep_technical keep_generic newcomer_gap newcomer_catch_up vacancy_lag digital_drift level_sd output_sd output_slope"
    " specificity error_slope staff_controlled arrival_cv2 service_cv2 utilisation_limit longest_wait longest_backlog turnaround_spread"
    " effective_hours hours_per_jp attainment_ratio technology_attainment link_route link_trial_weight behaviour_slope office_share"
    " published_share halo_draw halo_weight halo_most unit_r unit_ikm_sd unit_skill_sd causal_share technical_ratio ratio_prosedur ratio_produk"
    " ratio_kompetensi ratio_pengaduan time_slope wait_halo worse_wait_weight expectation_adaptation expectation_anchor trend cut_spacing"
    " baseline_ikm_error"
    " respondent_sd unit_wave_sd discrepancy_sd citizen_wage staff_cost_per_hour discount_rate smallest_difference"
    " jp_entitlement pppk_ceiling hr_budget_share"
).split())


UNITS = ("SD", "ratio", "share", "per month", "per year", "months", "quarters", "years", "working days", "JP", "hours", "hours per year",
         "logit", "IKM", "IKM per year", "rating", "rating per SD", "level", "rupiah", "rupiah per hour", "people", "index")

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Rupiah = Annotated[float, Field(ge=0.0, le=1e15)]
Grade = Literal["A", "B", "C", "D"]
Mix = dict[str, Share]


class Strict(BaseModel):
    """A frozen record that refuses unknown keys and does not guess types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


Words = Annotated[str, Field(min_length=1, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]  # control characters would end the drawing of a chart


class Texts(Strict):
    """A text in both languages."""

    id: Words
    en: Words

    def __getitem__(self, lang: str) -> str:
        return getattr(self, lang)


class Source(Strict):
    """Where a number comes from."""

    citation: Annotated[str, Field(min_length=1)]
    address: str | None = None
    year: int | None = None
    population: str | None = None


class Parameter(Strict):
    """One row of the ledger."""

    key: str
    label: Texts
    note: Texts
    unit: Literal[UNITS]
    value: float
    range: Annotated[tuple[float, float], Field(strict=False)]
    distribution: dict
    source: Source
    grade: Grade
    feeds: Literal["training", "learning", "transfer", "forgetting", "people", "levels", "service", "satisfaction",
                   "survey", "value", "regulation"]


class Competency(Strict):
    """A competency of PermenPANRB 38/2017, or a technical one."""

    id: str
    name: Texts
    class_: Literal["technical", "generic"] = Field(alias="class")


class RequiredLevels(Strict):
    """Official level that the standard asks of each staff group."""

    source: Source
    grade: Grade
    note: Texts
    levels: dict[str, dict[str, Annotated[int, Field(ge=1, le=5)]]]


class ElementMix(Strict):
    """What an element of the SKM rests on."""

    element: str
    name: Texts
    slope: Annotated[float, Field(ge=0.0)]
    mix: Mix
    source: Source
    grade: Grade
    note: Texts


class ServiceMix(Strict):
    """What the service of a kind of unit rests on."""

    kind: str
    name: Texts
    mix: Mix
    source: Source
    grade: Grade
    note: Texts


class Option(Strict):
    """One alternative of a structural switch."""

    id: str
    label: Texts


class Switch(Strict):
    """A structural alternative of the model."""

    key: str
    label: Texts
    note: Texts
    default: str
    options: list[Option]


class Ledger(Strict):
    """`assumptions.yaml`."""

    version: Literal[1]
    parameters: list[Parameter]
    competencies: list[Competency]
    required_levels: RequiredLevels
    element_mixes: list[ElementMix]
    service_mixes: list[ServiceMix]
    structure: list[Switch]


class Term(Strict):
    """Price or extent of an extra that a scenario may add to a course."""

    value: Annotated[float, Field(ge=0.0)]
    unit: str
    source: Source
    grade: Grade
    note: Texts


class Terms(Strict):
    """All extras."""

    practice_rp_per_participant: Term
    coaching_rp_per_participant: Term
    coaching_jp_per_participant: Term
    coaching_quarters: Term
    refresher_share: Term


class OpenTo(Strict):
    """Who may attend."""

    groups: Annotated[list[Literal[GROUPS]], Field(min_length=1)]
    kinds: list[str] | Literal["all"]


class ProgrammeRow(Strict):
    """One training programme.

    `may_add` names what a scenario can add to it; `for_newcomers` marks the compulsory course of those who are hired: it is every plan's duty
    and no plan's choice. `special` says that its skill shows in another way: `own_system`, taught on the city's own system or at the participant's
    own desk, in speed; `technology`, teaching with technology, in pupils' attainment.
    """

    id: str
    name: Texts
    description: Texts
    format: Literal[FORMATS]
    hours_jp: Annotated[float, Field(gt=0.0, le=2000.0)]
    class_size: Annotated[int, Field(ge=1, le=500)]
    fixed_rp: Rupiah
    per_participant_rp: Rupiah
    content: Annotated[Mix, Field(min_length=1)]
    practice: bool
    follow_up: Literal["none", "coaching"]
    may_add: list[Literal["practice", "coaching"]] = ["practice", "coaching"]
    for_newcomers: bool = False
    special: list[Literal[SPECIAL]] = []
    open_to: OpenTo
    source: Source
    grade: Grade


class CatalogueFile(Strict):
    """`programmes.yaml`."""

    version: Literal[1]
    terms: Terms
    programmes: Annotated[list[ProgrammeRow], Field(min_length=1)]


def validated(model: type[Strict], document: Document) -> Strict:
    """The document as a checked record.

    Raises:
        InputError: every problem, with line, path of keys, what was found and what was expected.
    """
    try:
        return model.model_validate(document.content)
    except ValidationError as error:
        problems = [_problem(model, detail, document) for detail in error.errors()]
        first = {(problem.line, problem.column): problem for problem in reversed(problems)}  # one per place: a union fails in every branch
        raise InputError([problem for problem in problems if first[problem.line, problem.column] is problem]) from None


def _problem(model, detail: dict, document: Document) -> Problem:
    """A pydantic error in the reader's words."""
    at = _place(document.content, detail["loc"])
    found, context = shown(detail.get("input")), detail.get("ctx", {})
    kind = detail["type"]
    if kind == "missing":
        return document.problem("missing_key", at, {"found": str(detail["loc"][-1])})
    if kind == "extra_forbidden":
        valid = _keys(model, detail["loc"][:-1])
        return document.problem("unknown_key", at, {"found": shown(detail["loc"][-1]), "nearest": nearest(detail["loc"][-1], valid)})
    if kind == "literal_error":
        options = [part.strip(" '") for part in context["expected"].replace(" or ", ", ").split(",")]
        return document.problem("not_an_option", at, {"found": found, "nearest": nearest(found, options)})
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        limit = next(iter(context.values()))
        sign = {"greater_than_equal": ">=", "greater_than": ">", "less_than_equal": "<=", "less_than": "<"}[kind]
        return document.problem("beyond_limit", at, {"found": found, "limit": f"{sign} {limit:g}"})
    if kind in ("too_short", "string_too_short"):
        return document.problem("empty_value", at)
    if kind == "string_pattern_mismatch":
        return document.problem("control_character", at)
    expected = {"float_type": "number", "int_type": "whole", "bool_type": "bool", "string_type": "text", "list_type": "list",
                "dict_type": "mapping", "model_type": "mapping", "model_attributes_type": "mapping", "tuple_type": "pair"}
    return document.problem("wrong_type", at, {"found": found, "expected": _type_name(expected.get(kind, "other"))})


def _type_name(key: str) -> dict[str, str]:
    from simulation.language import LANGUAGES, say

    return {lang: say(f"type.{key}", lang) for lang in LANGUAGES}


def _place(content, loc) -> tuple:
    """The steps of pydantic's path that are steps in the file: not the names of a union's branches, not a missing key."""
    at = []
    for part in loc:
        if isinstance(content, dict):
            inside = part in content
        else:
            inside = isinstance(content, list) and isinstance(part, int) and part < len(content)
        if inside:
            at.append(part)
            content = content[part]
    return tuple(at)


def _keys(model, loc) -> list[str]:
    """Valid keys at a path of a declaration."""
    for part in loc:
        fields = getattr(model, "model_fields", {})
        field = next((f for name, f in fields.items() if part in (name, f.alias)), None)
        inner = [t for t in _flat(field.annotation if field else model) if isinstance(t, type) and issubclass(t, BaseModel)]
        model = inner[0] if inner else model
    return [f.alias or name for name, f in getattr(model, "model_fields", {}).items()]


def _flat(annotation):
    yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _flat(inner)

"""Controls generated from the declaration of a scenario: one widget per field that says how it is shown."""

from __future__ import annotations

from typing import get_args

import ipywidgets as widgets

from simulation.errors import InputError, Problem
from simulation.language import say
from simulation.scenario import Scenario

MILLION = 1e6
_WIDE = {"description_width": "initial"}
_LAYOUT = widgets.Layout(width="460px")


def declared(name: str) -> dict:
    """How a field is shown: the hints of its declaration."""
    return Scenario.model_fields[name].json_schema_extra or {}


def shown_fields() -> list[str]:
    """Fields that have a control, in the order of the declaration."""
    return [name for name in Scenario.model_fields if "widget" in declared(name)]


def control(name: str, scenario: Scenario, lang: str) -> widgets.Widget:
    """The control of one field, set to the scenario's value."""
    hints, label = declared(name), say(f"field.{name}", lang)
    if hints["widget"] == "choice":
        options = [(say(f"{name}.{value}", lang), value) for value in get_args(Scenario.model_fields[name].annotation)]
        if not scenario.needs:
            options = [option for option in options if option[1] != "needs"]
        return widgets.Dropdown(options=options, value=getattr(scenario, name), description=label, style=_WIDE, layout=_LAYOUT)
    if hints["widget"] == "int_slider":
        return widgets.IntSlider(value=getattr(scenario, name), min=hints["min"], max=hints["max"], step=hints["step"],
                                 description=label, style=_WIDE, layout=_LAYOUT)
    if hints["widget"] == "rupiah":
        return widgets.IntSlider(value=round(scenario.budget_by_year[0] / MILLION), min=int(hints["min"] / MILLION),
                                 max=int(hints["max"] / MILLION), step=int(hints["step"] / MILLION), description=label,
                                 style=_WIDE, layout=_LAYOUT, readout_format=",d" if lang == "en" else "d")
    return Mix(scenario, lang)


class Mix(widgets.VBox):
    """One slider per programme that money can buy: its share of the budget in percent."""

    def __init__(self, scenario: Scenario, lang: str):
        self.sliders = {
            row.id: widgets.IntSlider(value=round(100 * scenario.programmes.get(row.id, 0.0)), min=0, max=100, step=1,
                                      description=row.name[lang], style={"description_width": "250px"},
                                      layout=widgets.Layout(width="480px"), tooltip=row.description[lang])
            for row in scenario.catalogue.programmes if not row.for_newcomers
        }
        super().__init__([widgets.HTML(f"<b>{say('field.programmes', lang)}</b>"), *self.sliders.values()])

    @property
    def percent(self) -> dict[str, int]:
        """Chosen percentages above zero."""
        return {name: slider.value for name, slider in self.sliders.items() if slider.value}

    def set(self, shares: dict[str, float]) -> None:
        """Show other shares."""
        for name, slider in self.sliders.items():
            slider.value = round(100 * shares.get(name, 0.0))


def chosen(name: str, control_: widgets.Widget):
    """The value of a control as the scenario's field has it."""
    if isinstance(control_, Mix):
        return {key: value / 100.0 for key, value in control_.percent.items()}
    if declared(name)["widget"] == "rupiah":
        return float(control_.value) * MILLION
    return control_.value


def put(name: str, control_: widgets.Widget, scenario: Scenario) -> None:
    """Set a control to a scenario's value."""
    if isinstance(control_, Mix):
        control_.set(scenario.programmes)
    elif declared(name)["widget"] == "rupiah":
        control_.value = round(scenario.budget_by_year[0] / MILLION)
    else:
        control_.value = getattr(scenario, name)


def scenario_picker(label: str, names: list[tuple[str, str]], value: str) -> widgets.Dropdown:
    """A list of scenarios, (name, key) each."""
    return widgets.Dropdown(options=names, value=value, description=label, style=_WIDE, layout=_LAYOUT)


def choose_among(picker: widgets.Dropdown, names: list[tuple[str, str]], value: str) -> None:
    """Give a list other entries and choose one of them."""
    picker.options = names
    picker.value = value


def over_years(scenario: Scenario, years: int, lang: str) -> Scenario:
    """The scenario over other years, to be compared: its first year's budget every year; a plan of classes is cut to its first years.

    Raises:
        InputError: a plan of classes that is shorter, for it says nothing about what comes after it.
    """
    if scenario.years == years:
        return scenario
    if not scenario.offers:
        return scenario.replace({"years": years, "budget_rp": scenario.budget_by_year[0]})
    if scenario.years < years:
        raise InputError(Problem("panel5_years", {"found": str(years), "limit": str(scenario.years), "name": scenario.name[lang]}))
    offers = [{**offer.model_dump(exclude_defaults=True), "classes": offer.by_year(scenario.years)[:years]} for offer in scenario.offers]
    return scenario.replace({"years": years, "budget_rp": scenario.budget_by_year[:years], "offers": offers})

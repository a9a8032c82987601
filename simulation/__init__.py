"""What does a training budget for civil servants buy, and how will the city know?

What is known
    City, Assumptions
What the city decides
    Programme, Catalogue, Scenario
What follows
    simulate, Outcome, compare, Comparison
Which assumption decides, and what it is worth to know more
    futures, recommend, sensitivity, tornado, structure_effects, switching_values, switching_pairs, regret,
    Studies, value_of_information, discover, Observations, calibrate, leave_last_wave_out, read_changes, save_changes
Which plan, and which change did the work
    allocate, Limits, shadow_price, alternatives, robust_plans, cost_front, equity_front, attribute, levers,
    Library
Before the council, and a year later
    choose, story, make_pack, Record, verify
What the city asks, and hears back
    read_needs, prioritise, Survey, evaluate, Forecast, ForecastLedger, Mapping
What can go wrong
    InputError, Problem
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "City": "city", "Assumptions": "assumptions", "Assumption": "assumptions",
    "Programme": "scenario", "Catalogue": "scenario", "Scenario": "scenario",
    "simulate": "ensemble", "Outcome": "outcome", "compare": "outcome", "Comparison": "outcome",
    "read_needs": "analysis.needs_reader", "prioritise": "analysis.needs", "Survey": "survey", "evaluate": "analysis.evaluation",
    "Forecast": "analysis.forecast", "ForecastLedger": "analysis.forecasts", "Mapping": "intake.mapping",
    "futures": "analysis.futures", "recommend": "analysis.recommendation", "sensitivity": "analysis.sensitivity",
    "tornado": "analysis.tornado", "structure_effects": "analysis.structure_effects", "switching_values": "analysis.switching",
    "switching_pairs": "analysis.switching_pairs", "regret": "analysis.regret", "Studies": "studies",
    "value_of_information": "analysis.information", "discover": "analysis.discovery", "Observations": "analysis.calibration_data",
    "calibrate": "analysis.calibration", "leave_last_wave_out": "analysis.calibration",
    "allocate": "analysis.allocation.proposal", "Limits": "analysis.allocation.limits", "shadow_price": "analysis.allocation.money",
    "alternatives": "analysis.allocation.menu", "robust_plans": "analysis.allocation.robust", "cost_front": "analysis.allocation.front",
    "equity_front": "analysis.allocation.front", "attribute": "analysis.attribution", "levers": "analysis.levers", "Library": "scenario_library",
    "read_changes": "ledger_changes", "save_changes": "ledger_changes",
    "choose": "analysis.choice", "story": "present.story", "make_pack": "present.pack.pack", "Record": "record", "verify": "verification",
    "InputError": "errors", "Problem": "errors",
}
__all__ = list(_HOME)


def __getattr__(name: str):
    """Load a public name when it is first asked for, so that importing the package stays quick."""
    if name not in _HOME:
        raise AttributeError(f"module 'simulation' has no attribute {name!r}")
    return getattr(import_module(f"simulation.{_HOME[name]}"), name)


def __dir__():
    return sorted([*globals(), *__all__])

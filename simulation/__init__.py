"""What does a training budget for civil servants buy, and how will the city know?

What is known
    City, Assumptions
What the city decides
    Programme, Catalogue, Scenario
What follows
    simulate, Outcome, compare, Comparison
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

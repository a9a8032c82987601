"""The panel's controls build exactly the scenario that the files and the API build."""

import pytest

from simulation.scenario import Scenario
from simulation.workbook.budget import BudgetLaboratory
from simulation.workbook.controls import shown_fields


@pytest.fixture(scope="module")
def lab(city, ledger):
    return BudgetLaboratory("id", "frontline_first", city, ledger)


def test_untouched_controls_are_the_scenario_itself(lab, library):
    """Opening the panel changes nothing, for every ready-made scenario."""
    for name, scenario in library.items():
        lab.picker.value = name
        assert lab.scenario == scenario and lab.scenario.id == scenario.id


def test_moved_controls_equal_the_api(lab, library):
    """Budget, follow-up, refresher and one programme's share moved by hand and by code."""
    lab.picker.value = "frontline_first"
    lab.controls["budget_rp"].value = 2400
    lab.controls["follow_up"].value = "all"
    lab.controls["refresher_months"].value = 12
    lab.controls["programmes"].sliders["complaint_handling"].value = 5
    shares = dict(library["frontline_first"].programmes) | {"complaint_handling": 0.05}
    expected = library["frontline_first"].replace(
        {"budget_rp": 2_400_000_000.0, "follow_up": "all", "refresher_months": 12, "programmes": shares})
    assert lab.scenario == expected and lab.scenario.id == expected.id
    assert lab.outcome.scenario.id == expected.id
    assert lab.comparison.sentence("id") in lab.sentence.value


def test_shares_over_the_budget_are_said_and_nothing_is_lost(lab):
    """The panel keeps what was chosen and says what to do; Reset brings the scenario back."""
    lab.picker.value = "todays_path"
    lab.controls["programmes"].sliders["change"].value = 100
    assert "role='alert'" in lab.message.value and lab.controls["programmes"].sliders["change"].value == 100
    lab.reset.click()
    assert lab.message.value == "" and lab.scenario.key == "todays_path"


def test_every_declared_control_is_shown(lab):
    """Controls come from the declaration of the scenario."""
    assert list(lab.controls) == shown_fields()
    assert {"years", "budget_rp", "programmes", "targeting", "practice", "follow_up", "refresher_months"} == set(shown_fields())
    assert all("widget" in Scenario.model_fields[name].json_schema_extra for name in lab.controls)


def test_a_plan_is_proposed_for_the_budget_of_the_panel(lab):
    """The button reads the controls when it is pressed; the plan keeps the budget and its words are shown."""
    lab.controls["budget_rp"].value, lab.controls["years"].value = 400, 2
    lab.proposal.run()
    lab.proposal.wait()
    found = lab.proposal.result
    assert found is not None, lab.proposal.status.value
    assert found.scenario.years == 2 and found.scenario.budget_by_year == [4e8, 4e8]
    assert lab.proposal.place.children and found.sentence(lab.lang)[:40] in lab.proposal.place.children[0].children[0].value

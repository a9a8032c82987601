"""The panel's controls build exactly the scenario that the files and the API build."""

from html import unescape

import pytest

import simulation.workbook.allocation_work as allocation_work
from simulation.analysis.allocation.front import cost_front
from simulation.analysis.allocation.objective import INDICATORS, Objective
from simulation.analysis.allocation.robust import robust_plans
from simulation.errors import InputError
from simulation.language import say
from simulation.scenario import Scenario
from simulation.scenario_library import Library
from simulation.workbook.book import Workbook
from simulation.workbook.budget import BudgetLaboratory
from simulation.workbook.controls import over_years, shown_fields
from simulation.workbook.keep import keep


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """Where the panel of these tests writes."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def lab(city, ledger, there):
    return BudgetLaboratory("id", "frontline_first", city, ledger, there / "scenarios", there / "results")


@pytest.fixture(scope="module")
def plan(library):
    """A plan of classes, as a proposal gives one."""
    offers = [{"programme": "service_excellence", "kinds": ["health"], "classes": [2, 3, 0, 1, 1], "coaching": True, "refresher_months": 12}]
    return library["designed_for_impact"].replace({
        "programmes": {}, "practice": "as_designed", "follow_up": "as_designed", "refresher_months": 0, "offers": offers,
        "name": {"id": "Rencana kelas", "en": "Plan of classes"}})


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
    assert lab.comparison.sentence("id") in unescape(lab.sentence.value)


def test_the_chart_of_levels_rests_on_the_first_futures_and_says_so(lab):
    """Its means are those of the first 256 futures, also at rest; the stamp names the run it belongs to."""
    lab.picker.value = "frontline_first"
    picture = lab._pictures()["levels"]
    texts = {part["name"]: " ".join(part["value"]) for part in picture.spec["params"]}
    assert "256 kemungkinan pertama" in texts["subtitle_lines"] and "1.024 kemungkinan" in texts["note_lines"]
    few, whole = lab.outcome.level_shares("frontline", 256), lab.outcome.level_shares("frontline")
    assert (few == whole[..., :256]).all() and abs(few.mean(axis=-1) - whole.mean(axis=-1)).max() < 2e-4


def test_the_sentence_of_a_comparison_is_made_once(lab, monkeypatch):
    """The page and its chart say the same one."""
    made, other = [], "todays_path" if lab.other.value == "no_training" else "no_training"
    monkeypatch.setattr("simulation.present.words.comparison_sentence", lambda comparison, lang: made.append(lang) or "kalimat")
    lab.other.value = other
    assert "kalimat" in lab.sentence.value and made == ["id", "id"]  # while the hand moves, and at rest


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


def test_every_slider_of_a_programme_can_be_moved(lab):
    """The newcomers' compulsory course is nobody's choice and has none: moving it could only be refused."""
    sliders = lab.controls["programmes"].sliders
    assert [row.id for row in lab.scenario.catalogue.programmes if row.id not in sliders] == ["latsar"]
    assert all(lab.scenario.replace({"programmes": {name: 0.1}, "classes": {}, "offers": []}) for name in sliders)


def test_a_plan_is_proposed_for_the_budget_of_the_panel(lab):
    """The button reads the controls when it is pressed; the plan keeps the budget and its words are shown."""
    lab.controls["budget_rp"].value, lab.controls["years"].value = 400, 1
    lab.proposal.run()
    lab.proposal.wait()
    found = lab.proposal.result
    assert found is not None, lab.proposal.status.value
    assert found.scenario.years == 1 and found.scenario.budget_by_year == [4e8]
    assert lab.proposal.place.children and found.sentence(lab.lang)[:40] in lab.proposal.place.children[0].children[0].value


def test_a_proposal_is_taken_over_with_its_button(lab):
    """The button makes the found plan the panel's scenario, charts and words follow, and the list names it with its objective."""
    found = lab.proposal.result
    use = lab.proposal.place.children[0].children[2].children[0]
    assert use.description == say("panel5.use", "id")
    use.click()
    assert lab.scenario == found.scenario and lab.scenario.offers and lab.outcome.scenario.id == found.scenario.id
    assert lab.comparison.sentence("id") in unescape(lab.sentence.value) and found.scenario.name["id"] in lab.sentence.value
    assert lab.picker.label == say("panel5.proposal_label", "id", plan=found.scenario.name["id"], goal=say("panel5.goal_ikm_last", "id"))
    lab.other.value = lab.picker.value
    assert float(abs(lab.comparison.ikm).max()) == 0.0
    lab.other.value = "todays_path"


def test_a_plan_says_that_the_controls_are_not_its_own_and_a_moved_control_leaves_it(lab, plan, library):
    """The note counts the plan's classes and names the start scenario; a moved control is answered as if the plan had never been there."""
    lab.picker.value = "designed_for_impact"
    lab.use(plan)
    assert lab.scenario == plan and "7 kelas" in lab.note.value and library["designed_for_impact"].name["id"] in lab.note.value
    assert lab.controls["programmes"].percent == {name: round(100 * share) for name, share in library["designed_for_impact"].programmes.items()}
    lab.controls["follow_up"].value = "none"
    assert lab.plan is None and lab.scenario == library["designed_for_impact"].replace({"follow_up": "none"})
    assert "ditinggalkan" in lab.note.value and lab.picker.value == "designed_for_impact"
    lab.picker.value = f"plan-{plan.id}"
    assert lab.scenario == plan
    lab.picker.value = "todays_path"
    assert lab.plan is None and lab.scenario.key == "todays_path" and lab.note.value == ""


def test_a_plan_is_compared_over_other_years(lab, plan):
    """Cut to fewer years it keeps its first ones; about later years it says nothing, and the panel says so."""
    assert over_years(plan, 2, "id").offers[0].classes == [2, 3] and over_years(plan, 5, "id") is plan
    lab.use(plan)
    lab.picker.value = "todays_path"
    lab.other.value = f"plan-{plan.id}"
    lab.controls["years"].value = 2
    assert lab.message.value == "" and lab.comparison.b.scenario.years == 2
    lab.controls["years"].value = 8
    assert "role='alert'" in lab.message.value and "Rencana kelas" in lab.message.value
    lab.other.value = "todays_path"
    assert lab.message.value == "" and lab.outcome.scenario.years == 8


def test_a_saved_scenario_is_in_both_lists_at_once(lab, library):
    """The file opens to the same decisions, the panel goes on with it under its new name, and the message says where it is."""
    lab.picker.value = "half_budget"
    lab.controls["refresher_months"].value = 6
    wanted = lab.scenario.id
    lab.save.name.value = "Usulan <b>Dinas</b> 2027"
    lab.save.ask.button.click()
    key = "Usulan_b_Dinas_b_2027"
    assert lab.picker.value == key and key in dict((k, n) for n, k in lab.other.options)
    assert lab.scenario.id == wanted and lab.outcome.scenario.name["id"] == "Usulan <b>Dinas</b> 2027"
    assert f"{key}.yaml" in lab.save.message.value and "<b>Dinas" not in lab.save.message.value + lab.sentence.value


@pytest.mark.parametrize("name", ["", "   ", "///", "x" * 81])
def test_a_bad_name_is_said_and_nothing_is_lost(lab, there, name):
    """No file, the choices stay, and a person is told what a name needs."""
    before, files = lab.scenario, sorted(there.rglob("*"))
    lab.save.name.value = name
    lab.save.ask.button.click()
    assert "role='alert'" in lab.save.message.value and "huruf atau angka" in lab.save.message.value
    assert lab.scenario == before and sorted(there.rglob("*")) == files


def test_a_taken_name_is_refused_with_a_free_one(tmp_path, library, city):
    """Other decisions under the same name never overwrite; the proposed name works; a baseline is saved as an ordinary scenario."""
    store = Library(tmp_path)
    first = keep(library["todays_path"], "Rencana kami", store, city)
    text = (tmp_path / "Rencana_kami.yaml").read_bytes()
    with pytest.raises(InputError, match="Rencana kami 2"):
        keep(library["half_budget"], "Rencana kami", store, city)
    assert (tmp_path / "Rencana_kami.yaml").read_bytes() == text and not first.baseline
    assert keep(library["half_budget"], "Rencana kami 2", store, city).id == library["half_budget"].id


def test_a_saved_plan_takes_the_place_of_the_proposal_in_the_lists(lab, plan):
    """The same plan is not offered twice, also where it was what others are compared with."""
    lab.use(plan)
    lab.other.value = f"plan-{plan.id}"
    lab.save.name.value = "Rencana kelas tersimpan"
    lab.save.ask.button.click()
    keys = [key for _, key in lab.picker.options]
    assert f"plan-{plan.id}" not in keys and lab.picker.value == lab.other.value == "Rencana_kelas_tersimpan"
    assert lab.scenario.offers == plan.offers
    lab.other.value = "todays_path"


def test_excel_says_where_and_never_overwrites(lab, there):
    """Two presses give two files; contradicting controls are said instead of written."""
    lab.picker.value = "half_budget"
    lab.excel.run()
    lab.excel.run()
    files = sorted(there.rglob("*.xlsx"))
    assert len(files) == 2 and files[1].name in lab.excel.message.value and "role='status'" in lab.excel.message.value
    lab.controls["programmes"].sliders["change"].value = 100
    lab.excel.run()
    assert "role='alert'" in lab.excel.message.value and len(sorted(there.rglob("*.xlsx"))) == 2
    lab.reset.click()


@pytest.mark.parametrize("goal", list(allocation_work.GOALS))
def test_the_chosen_objective_reaches_the_search(lab, monkeypatch, goal):
    """What the list says is what `allocate` is asked for, and every indicator can be asked."""
    asked = []
    monkeypatch.setattr(allocation_work, "allocate", lambda *_, objective, **__: asked.append(objective) or 1 / 0)
    lab.goal.value = goal
    lab.proposal.run()
    lab.proposal.wait()
    lab.goal.value = "ikm_last"
    assert asked == [allocation_work.GOALS[goal]] and Objective.of(asked[0], 5)
    assert {name for one in allocation_work.GOALS.values() for name in one.weights} == set(INDICATORS)


def test_a_front_and_robust_plans_come_behind_buttons_and_rows_are_scenarios(lab, monkeypatch):
    """The number in front of a row is the place of its plan in the result."""
    few = {"draws": 16}
    monkeypatch.setitem(allocation_work.FRONTS, "cost", lambda plan, progress: cost_front(plan, 3, 16, progress=progress))
    monkeypatch.setattr(allocation_work, "robust_plans", lambda plan, progress: robust_plans(plan, structures=[], progress=progress, **few))
    book = Workbook("id", lab.city, lab.assumptions, lab.library, lab.start.catalogue)
    front, robust = book.front_work(lab.proposal.result), book.robust_work(lab.proposal.result)
    for work in (front, robust):
        work.run()
        work.wait()
        assert work.result is not None, work.status.value
        table = work.place.children[0].children[-1].value
        assert table.count("<tr>") == 1 + len(work.result.points if work is front else work.result.scenarios)
    last = front.result.points[-1].scenario
    assert f">{len(front.result.points) - 1}</td>" in front.place.children[0].children[-1].value and last.offers
    assert book.against_baseline(last)[0].b.scenario.years == last.years
    with pytest.raises(InputError, match="equity"):
        book.front_work(lab.proposal.result, "equty")


def test_a_notebook_keeps_a_plan_and_says_where(lab, plan, tmp_path):
    """One line saves a plan where the panel finds it, and the sentence names the file."""
    book = Workbook("en", lab.city, lab.assumptions, lab.library, lab.start.catalogue)
    said = book.keep(plan, "Ours", tmp_path)
    assert "Ours.yaml" in said.text and Library(tmp_path).get("Ours").offers == plan.offers
    button = book.excel_button(plan, folder=tmp_path)
    button.run()
    assert len(list(tmp_path.glob("*.xlsx"))) == 1 and "role='status'" in button.message.value

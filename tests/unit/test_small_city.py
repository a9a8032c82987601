"""Another city is another folder: a made-up one of three units goes through the whole chain."""

import numpy as np
import pytest
import small_city

from simulation import City, InputError, compare, simulate
from simulation.model import value


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The small city, read from a folder that this test wrote."""
    return City.load(small_city.write(tmp_path_factory.mktemp("cities") / "kota_kecil"))


def test_a_folder_of_six_tables_is_a_city(town):
    """Units, people, services and grades are what the files say."""
    assert [unit.name("en") for unit in town.units] == ["Civil registry", "Permit office", "Primary school 1"]
    assert town.heads.sum() == 70 and town.pppk.sum() == 9
    assert (len(town.counters.unit), len(town.casework.unit), len(town.schools.unit)) == (1, 1, 1)
    assert town.figures_per_grade()["A"] == 0 and town.figures_per_grade()["D"] > 100


def test_a_unit_without_a_back_office_has_no_empty_cell(town):
    """Cells are the pairs of unit and group that have people."""
    assert len(town.heads) == 8 and np.all(town.heads > 0)
    assert town.leader_cell.tolist() == [2, 5, 7]
    assert town.front_cell.tolist() == [0, 3, 6]


def test_a_unit_without_a_front_line_is_met_by_its_largest_group(tmp_path):
    """Citizens of such a unit deal with the people it has."""
    folder = small_city.write(tmp_path / "town")
    for name in ("staff.csv", "levels.csv"):
        rows = (folder / name).read_text().splitlines()
        (folder / name).write_text("\n".join(row for row in rows if not row.startswith("izin,frontline")))
    (folder / "city.yaml").write_text(small_city.CITY.replace("value: 61", "value: 55").replace("value: 9,", "value: 7,"))
    assert City.load(folder).front_cell.tolist() == [0, 3, 5]


def test_the_published_scenarios_run_in_it(town, ledger, library):
    """Every indicator is finite and inside its bounds for every published scenario."""
    for scenario in library.values():
        outcome = simulate(scenario, town, ledger, draws=16)
        assert outcome.ikm.shape == (3, 21, 16)
        assert all(np.isfinite(values).all() for values in outcome.arrays.values())
        assert np.all(outcome.ikm > 25.0) and np.all(outcome.ikm < 100.0)
        assert np.all(outcome.arrays["minutes"] > 0.0) and np.all(outcome.arrays["days"] > 0.0)
        for share in (outcome.arrays["within"], outcome.arrays["on_time"], outcome.share_reaching_20jp()):
            assert np.all(share >= 0.0) and np.all(share <= 1.0)


@pytest.mark.parametrize("kind", ["counter", "casework", "school"])
def test_a_city_may_lack_a_kind_of_service(kind, tmp_path, ledger, library):
    """No counter, no permit or no school: the rest still runs."""
    folder = small_city.write(tmp_path / "town")
    rows = (folder / "services.csv").read_text().splitlines()
    (folder / "services.csv").write_text("\n".join(row for row in rows if f",{kind}," not in row))
    outcome = simulate(library["designed_for_impact"], City.load(folder), ledger, 8)
    assert np.isfinite(outcome.city_ikm).all() and np.isfinite(outcome.waiting_minutes).all()


def test_training_its_front_line_is_better_than_nothing(town, ledger, library):
    """The comparison of two scenarios works in another city too."""
    plan = library["designed_for_impact"].replace({"budget_rp": 1e9})
    verdict = compare(simulate(plan, town, ledger, 64), simulate(library["no_training"], town, ledger, 64))
    assert verdict.verdict == "better" and np.median(verdict.ikm) > 0.0


def test_two_cities_cannot_be_compared(town, city, ledger, library):
    """A difference between cities is not an effect of a scenario."""
    here, there = (simulate(library["no_training"], place, ledger, 4) for place in (town, city))
    with pytest.raises(InputError) as caught:
        here.compare(there)
    assert [problem.code for problem in caught.value.problems] == ["other_city"]


def test_a_scenario_that_names_a_unit_of_another_city_is_refused(town, ledger, library):
    """The message names the units there are."""
    scenario = library["todays_path"].replace({"unit_weights": {"capill": 2.0}})
    with pytest.raises(InputError) as caught:
        simulate(scenario, town, ledger, 4)
    problem = caught.value.problems[0]
    assert (problem.code, problem.values["nearest"]) == ("unknown_unit", "capil")


def test_classes_off_peak_leave_nobody_missing_and_cost_the_same_hours(town, ledger, library):
    """Outside counter hours, or by a rota, the counter keeps its hands; the hours in class and the seats are the same."""
    plain, off_peak = (simulate(library["todays_path"].replace({"off_peak": chosen}), town, ledger, 2) for chosen in (False, True))
    assert plain.plan.away.any() and not off_peak.plan.away.any()
    assert np.array_equal(plain.plan.in_class, off_peak.plan.in_class) and np.array_equal(plain.plan.seats, off_peak.plan.seats)
    hours = [value.staff_hours(o.plan, town.heads, 1250.0).sum() for o in (plain, off_peak)]
    assert hours[0] == hours[1] > 0.0
    assert np.all(off_peak.setting.hands >= plain.setting.hands)
    assert library["todays_path"].replace({"off_peak": False}).id == library["todays_path"].id != off_peak.scenario.id

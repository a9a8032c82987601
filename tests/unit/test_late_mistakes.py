"""Files that look right field by field but cannot be used: they should be refused at the door, not fail in a run."""

import pytest
import small_city
import yaml

from simulation import Assumptions, Catalogue, City, InputError, Scenario
from simulation.assumptions import DATA


def row(content, key):
    """The ledger's row with this key."""
    return next(row for row in content["parameters"] if row["key"] == key)


def value(key, number, span):
    def change(content):
        row(content, key).update(value=number, range=span, distribution={"kind": "fixed"})
    return change


def spread(key, **changes):
    return lambda content: row(content, key)["distribution"].update(changes)


def no_slopes(content):
    for mix in content["element_mixes"]:
        mix.update(slope=0.0, mix={})


LEDGER = {
    "no required levels for leaders": lambda c: c["required_levels"]["levels"].pop("leader"),
    "no element of time": lambda c: c["element_mixes"].pop(2),
    "no element with a slope": no_slopes,
    "a slope without a mix": lambda c: c["element_mixes"][1].update(mix={}),
    "a service without a mix": lambda c: c["service_mixes"][0].update(mix={}),
    "no technical competency": lambda c: [row.update({"class": "generic"}) for row in c["competencies"]],
    "a switch is missing": lambda c: c["structure"].pop(0),
    "an alternative the model does not have": lambda c: c["structure"][0]["options"].append(
        {"id": "steep", "label": {"id": "curam", "en": "steep"}}),
    "a kind of distribution that is a list": spread("d20", kind=["normal"]),
    "a support of words": spread("d20", support=["a", "b"]),
    "a support half empty": spread("d20", support=[0.3, None]),
    "a support out of reach": spread("d20", support=[50.0, 60.0]),
    "a share above one": value("p0", 2.0, [0.0, 3.0]),
    "time that runs backwards": value("tau_labile", -2.0, [-3.0, 3.0]),
    "a counter that is always full": value("utilisation_limit", 1.0, [0.9, 1.0]),
    "a year without hours": value("effective_hours", 0.0, [0.0, 1300.0]),
    "no room to learn": value("headroom", 0.0, [0.0, 2.0]),
}


def refused(load, path, content):
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    with pytest.raises(InputError):
        load(path)


def published(name):
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("change", LEDGER.values(), ids=LEDGER)
def test_a_ledger_the_model_cannot_run_is_refused(change, tmp_path):
    """Every list and limit that the model relies on is checked when the ledger is read."""
    content = published("assumptions.yaml")
    change(content)
    refused(Assumptions.load, tmp_path / "assumptions.yaml", content)


@pytest.mark.parametrize("kinds", [["registri"], []])
def test_a_course_open_to_an_unknown_kind_of_unit_is_refused(kinds, tmp_path):
    """A slip in `open_to` must not close a course without a word."""
    content = published("programmes.yaml")
    content["programmes"][0]["open_to"]["kinds"] = kinds
    refused(Catalogue.load, tmp_path / "programmes.yaml", content)


CITY = {
    "no total of pns": ("  pns: {value: 61, source: made_up, grade: D}\n", ""),
    "an unknown source": ("value: 61, source: made_up", "value: 61, source: made_upp"),
    "another version": ("version: 1", "version: 2"),
}


@pytest.mark.parametrize("change", CITY.values(), ids=CITY)
def test_a_city_file_that_does_not_hang_together_is_refused(change, tmp_path):
    """What the rest of the folder relies on must be in `city.yaml`."""
    folder = small_city.write(tmp_path / "town")
    text = (folder / "city.yaml").read_text()
    assert change[0] in text
    (folder / "city.yaml").write_text(text.replace(*change))
    with pytest.raises(InputError):
        City.load(folder)


def test_a_city_that_serves_nobody_is_refused(tmp_path):
    """The city's IKM weights units by the people they serve."""
    folder = small_city.write(tmp_path / "town")
    text = (folder / "units.csv").read_text()
    for served in (",9000,", ",900,", ",240,"):
        text = text.replace(served, ",0,", 1)
    (folder / "units.csv").write_text(text)
    with pytest.raises(InputError):
        City.load(folder)


def test_an_exponent_is_a_number(tmp_path):
    """1.6e9 rupiah is money, not text."""
    content = (DATA / "scenarios" / "todays_path.yaml").read_text(encoding="utf-8")
    assert "budget_rp: 1600000000" in content
    path = tmp_path / "mine.yaml"
    path.write_text(content.replace("budget_rp: 1600000000", "budget_rp: 1.6e9"), encoding="utf-8")
    assert Scenario.load(path).budget_rp == 1.6e9

"""Scenario files from elsewhere and from before: they open the same, or say what differs."""

import dataclasses
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simulation import Catalogue, InputError, Scenario
from simulation.assumptions import DATA
from simulation.commands.check import check
from simulation.files import Document, read_yaml
from simulation.present.library_views import warning_lines
from simulation.scenario_versions import CURRENT, migrate, renamed

LIBRARY = Scenario.library()
IDS = {"todays_path": "e0f20869cbe16ba0", "designed_for_impact": "dbf77d9372aff441", "no_training": "379cec136aea0db7"}
DRAFT = """version: 0
name: {id: Rancangan, en: Draft}
author: Tim
date: '2026-01-05'
reason: {id: Coba, en: Trial}
reference: none
budget: 1600.1
follow_up: true
programmes:
  service_excellence: 0.5
"""


def codes(problems):
    return [problem.code for problem in problems]


def problems_of(path, catalogue=None):
    with pytest.raises(InputError) as error:
        Scenario.load(path, catalogue)
    return error.value.problems


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def changed_catalogue(folder: Path, change) -> Catalogue:
    """The published catalogue with one change to its content."""
    content = read_yaml(DATA / "programmes.yaml").content
    change({row["id"]: row for row in content["programmes"]}, content)
    return Catalogue.load(written(folder / "programmes.yaml", yaml.safe_dump(content, allow_unicode=True)))


@pytest.fixture
def sent(tmp_path, city):
    """A scenario that names a unit, written to be sent."""
    scenario = LIBRARY["frontline_first"].replace({"unit_weights": {"disdukcapil": 2.0}})
    return scenario, scenario.save(tmp_path / "sent.yaml", portable=True, city=city)


def test_ids_of_the_published_scenarios_stay():
    """Records of runs keep pointing to the same decisions. Ids changed once, with what money buys: leftovers buy classes, and an id rests on the
    programmes bought instead of the whole catalogue; results of earlier ids do not come out again."""
    assert {key: LIBRARY[key].id for key in IDS} == IDS


def test_a_draft_opens_as_today_and_says_what_was_rewritten(tmp_path):
    """Version 0: money in million rupiah, follow-up as yes or no."""
    scenario = Scenario.load(written(tmp_path / "draft.yaml", DRAFT))
    assert (scenario.budget_rp, scenario.follow_up, scenario.version) == (1_600_100_000.0, "all", CURRENT)
    assert codes(scenario.warnings) == ["migrated_budget", "migrated_follow_up_yes"]
    assert [problem.line for problem in scenario.warnings] == [7, 8]
    assert all("rupiah" in lines[0] for lines in (warning_lines(scenario, "id"), warning_lines(scenario, "en")))


def test_a_migrated_file_saved_again_is_today_s_and_silent(tmp_path):
    """Migrating once is enough."""
    first = Scenario.load(written(tmp_path / "draft.yaml", DRAFT))
    again = Scenario.load(first.save(tmp_path / "new.yaml"))
    assert again == first and again.warnings == []


def test_no_follow_up_in_a_draft_adds_none_to_the_design(tmp_path):
    """`false` never took a coach away from a programme that is designed with one."""
    scenario = Scenario.load(written(tmp_path / "draft.yaml", DRAFT.replace("true", "false")))
    assert scenario.follow_up == "as_designed" and codes(scenario.warnings)[1] == "migrated_follow_up_no"


def test_a_mistake_in_a_draft_is_named_on_its_own_line(tmp_path):
    """Renaming a key does not lose its place."""
    problem, = problems_of(written(tmp_path / "draft.yaml", DRAFT.replace("1600.1", "banyak")))
    assert (problem.code, problem.line) == ("wrong_type", 7)


def test_todays_layout_under_version_0_and_the_reverse_are_refused(tmp_path):
    """Two budgets, or million rupiah in a file of today, are never guessed."""
    both = problems_of(written(tmp_path / "a.yaml", DRAFT + "budget_rp: 1\n"))
    assert "unknown_key" in codes(both)
    assert {"missing_key", "unknown_key"} <= set(codes(problems_of(written(tmp_path / "b.yaml", DRAFT.replace("version: 0", "version: 1")))))


def test_a_newer_file_is_refused_with_what_to_do(tmp_path):
    """Half-understood is worse than not opened."""
    problem, = problems_of(written(tmp_path / "new.yaml", DRAFT.replace("version: 0", "version: 7")))
    assert (problem.code, problem.line, problem.values) == ("scenario_newer", 1, {"found": "7", "limit": "1"})


@pytest.mark.parametrize("version", ["-1", "'1'", "1.0", "true", "[1]", "null"])
def test_a_version_that_is_none_is_refused(version, tmp_path):
    """Neither text nor a fraction is a layout."""
    assert problems_of(written(tmp_path / "odd.yaml", DRAFT.replace("version: 0", f"version: {version}")))[0].column.startswith("version")


def test_steps_are_taken_one_after_the_other():
    """Each step sees what the one before it left, and all changes are told in order."""
    def step(old, new):
        return lambda document: (renamed(document, old, new, document.content[old]), [document.problem("migrated_budget", (old,))])

    document, changes = migrate(Document(Path("x.yaml"), {"version": 0, "a": 1}, {("a",): 2}), {0: step("a", "b"), 1: step("b", "c")}, 2)
    assert document.content == {"version": 2, "c": 1} and document.lines[("c",)] == 2
    assert [change.column for change in changes] == ["a", "b"]


@given(st.integers(0, 10**9))
def test_million_rupiah_become_rupiah_exactly(thousands):
    """A draft's decimals do not turn into fractions of a rupiah."""
    document, _ = migrate(Document(Path("x.yaml"), {"version": 0, "budget": [thousands / 1000]}, {}))
    assert document.content["budget_rp"] == [thousands * 1000]


def test_a_file_sent_and_opened_in_the_same_place_is_the_same_and_silent(sent, city):
    """The header changes neither content nor id."""
    scenario, path = sent
    again = Scenario.load(path)
    assert again == scenario and again.id == scenario.id and again.warnings_in(city) == []
    assert again.made_with.city.units["disdukcapil"].id == city.units[city.unit("disdukcapil")].name_id


def test_a_file_without_a_header_has_no_warnings(city):
    """Nothing is known, so nothing is claimed."""
    assert LIBRARY["todays_path"].made_with is None and LIBRARY["todays_path"].warnings_in(city) == []


CHANGES = {
    "origin_price": lambda rows, content: rows["service_excellence"].update(fixed_rp=99e6),
    "origin_hours": lambda rows, content: rows["service_excellence"].update(hours_jp=32.0),
    "origin_class_size": lambda rows, content: rows["service_excellence"].update(class_size=20),
    "origin_design": lambda rows, content: rows["service_excellence"].update(content={"integritas": 0.5}),
    "origin_name": lambda rows, content: rows["service_excellence"].update(name={"id": "Lain", "en": "Other"}),
    "origin_term": lambda rows, content: content["terms"]["refresher_share"].update(value=0.5),
    "origin_catalogue": lambda rows, content: rows["pka"].update(fixed_rp=1e6),
}


@pytest.mark.parametrize("code", CHANGES)
def test_what_differs_in_the_catalogue_is_named(code, sent, tmp_path):
    """Prices, hours, classes, content, names and extras of the programmes chosen; the rest in one general line."""
    scenario = Scenario.load(sent[1], changed_catalogue(tmp_path, CHANGES[code]))
    assert codes(scenario.warnings) == [code]
    if code not in ("origin_term", "origin_catalogue"):
        assert scenario.warnings[0].column == "made_with.programmes.service_excellence"
    assert warning_lines(scenario, "id") != warning_lines(scenario, "en")


def test_a_programme_missing_here_is_an_error_that_tells_what_it_was(sent, tmp_path):
    """The nearest name stays, and the sender's name, hours and price are added."""
    def without(rows, content):
        content["programmes"] = [row for row in content["programmes"] if row["id"] != "service_excellence"]

    found = problems_of(sent[1], changed_catalogue(tmp_path, without))
    assert codes(found) == ["unknown_programme", "origin_programme"]
    assert "Pelayanan prima" in found[1].text("id") and "Rp 43.900.000" in found[1].text("id")


def test_another_ledger_or_model_is_said(sent, tmp_path):
    """Results can differ though the decision is the same."""
    content = yaml.safe_load(sent[1].read_text(encoding="utf-8"))
    content["made_with"] |= {"ledger": "0" * 16, "model": "0" * 16}
    assert codes(Scenario.load(written(tmp_path / "x.yaml", yaml.safe_dump(content))).warnings) == ["origin_ledger", "origin_model"]


def test_changed_assumptions_are_recorded(tmp_path, ledger):
    """A scenario meant for a researcher's own ledger says so where it is opened."""
    path = LIBRARY["todays_path"].save(tmp_path / "x.yaml", portable=True, assumptions=ledger.replace({"behaviour_slope": 0.15}))
    warnings = Scenario.load(path).warnings
    assert codes(warnings) == ["origin_ledger_rows"]
    assert "(0,15 di tempat penyusunan, 0,28 di sini)" in warnings[0].text("id") and ledger["behaviour_slope"].label["en"] in warnings[0].text("en")
    assert ledger["kappa"].label["en"] not in warnings[0].text("en")


def test_every_kind_of_difference_between_ledgers_is_named(sent, tmp_path, ledger):
    """A spread, a row one side does not know, a switch, the lists; beyond six the rest is counted."""
    def said(change) -> str:
        content = yaml.safe_load(sent[1].read_text(encoding="utf-8"))
        content["made_with"]["ledger"] = "0" * 16
        change(content["made_with"]["assumptions"])
        return Scenario.load(written(tmp_path / "x.yaml", yaml.safe_dump(content))).warnings[0].text("en")

    switch = ledger.ledger.structure[0]
    other = next(option for option in switch.options if option.id != switch.default)
    assert "another spread" in said(lambda rows: rows["values"].update(d20="0.63 abc"))
    assert "not known there" in said(lambda rows: rows["values"].pop("d20"))
    assert "old_row (0.5 there, not known here)" in said(lambda rows: rows["values"].update(old_row="0.5 abc"))
    assert f"{switch.label.en} ({other.label.en} there" in said(lambda rows: rows["structure"].update({switch.key: other.id}))
    assert "required levels" in said(lambda rows: rows.update(lists="0"))
    assert "3 more" in said(lambda rows: rows["values"].update({key: "9 x" for key in list(rows["values"])[:9]}))
    assert "only a mark" in said(lambda rows: None)


def test_a_file_that_has_only_the_mark_of_a_ledger_says_so(sent, tmp_path):
    """Older files do not tell which assumptions differ, and no row is made up."""
    content = yaml.safe_load(sent[1].read_text(encoding="utf-8"))
    del content["made_with"]["assumptions"]
    assert Scenario.load(written(tmp_path / "x.yaml", yaml.safe_dump(content))).warnings == []
    content["made_with"]["ledger"] = "0" * 16
    warnings = Scenario.load(written(tmp_path / "y.yaml", yaml.safe_dump(content))).warnings
    assert codes(warnings) == ["origin_ledger"] and "tanda pengenal" in warnings[0].text("id")


def test_check_shows_what_to_know_before_a_file_from_elsewhere_is_used(sent, tmp_path, capsys):
    """The same lines as the library; a file made here is only fine."""
    check(sent[1], None, None, "en")
    assert capsys.readouterr().out.count("\n") == 1
    content = yaml.safe_load(sent[1].read_text(encoding="utf-8"))
    content["made_with"]["model"] = "0" * 16
    content["made_with"]["city"]["data"] = "0" * 16
    folder = tmp_path / "inbox"
    folder.mkdir()
    path = written(folder / "x.yaml", yaml.safe_dump(content))
    for what in (path, folder):
        check(what, None, None, "en")
        out = capsys.readouterr().out
        assert all(line in out for line in warning_lines(Scenario.load(path), "en")) and "made_with.city.data" in out


def test_another_city_names_the_units_that_are_missing(sent, city):
    """Units by the name they have where the scenario was made."""
    units = tuple(unit for unit in city.units if unit.id != "disdukcapil")
    other = dataclasses.replace(city, about=city.about.model_copy(update={"id": "magelang"}), units=units)
    found = Scenario.load(sent[1]).warnings_in(other)
    assert codes(found) == ["origin_unit_missing", "origin_city"]
    assert "Dinas Kependudukan dan Pencatatan Sipil" in found[0].text("id")


def test_other_data_of_the_same_city_and_a_renamed_unit_are_said(sent, city):
    """The same id with other figures is not the same city."""
    units = tuple(dataclasses.replace(u, name_id="Dinas Baru") if u.id == "disdukcapil" else u for u in city.units)
    other = dataclasses.replace(city, files_hash="0" * 16, units=units)
    assert codes(Scenario.load(sent[1]).warnings_in(other)) == ["origin_unit_name", "origin_data"]


def test_a_spoilt_header_is_named_with_its_line(sent, tmp_path):
    """Not dropped without a word."""
    text = sent[1].read_text(encoding="utf-8").replace("  catalogue:", "  catalog:")
    found = problems_of(written(tmp_path / "x.yaml", text))
    assert set(codes(found)) == {"missing_key", "unknown_key"} and all(problem.line > 10 for problem in found)


@pytest.mark.parametrize("header", ["text", "[]", "null", "1"])
def test_a_header_that_is_no_mapping_is_refused(header, tmp_path):
    """A problem, never a traceback."""
    text = (DATA / "scenarios" / "todays_path.yaml").read_text(encoding="utf-8") + f"made_with: {header}\n"
    assert problems_of(written(tmp_path / "x.yaml", text))


def test_a_file_from_elsewhere_keeps_its_header_until_it_is_changed(sent, tmp_path, city):
    """Forwarding a file does not wash off where it came from; deciding anew does."""
    content = yaml.safe_load(sent[1].read_text(encoding="utf-8"))
    content["made_with"]["ledger"] = "0" * 16
    scenario = Scenario.load(written(tmp_path / "x.yaml", yaml.safe_dump(content)))
    assert codes(Scenario.load(scenario.save(tmp_path / "y.yaml", portable=True)).warnings) == ["origin_ledger"]
    mine = scenario.replace({"budget_rp": 1e9}).save(tmp_path / "z.yaml", portable=True, city=city)
    assert Scenario.load(mine).warnings == []

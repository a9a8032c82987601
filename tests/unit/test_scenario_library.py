"""A folder of scenarios: nothing is lost, overwritten or guessed."""

import os
import shutil
import threading

import pytest

from simulation import InputError, Scenario
from simulation.assumptions import DATA
from simulation.commands import library as commands
from simulation.present.library_views import rows
from simulation.scenario_library import LONGEST_KEY, Library, safe_key

PUBLISHED = Scenario.library()


@pytest.fixture
def shelf(tmp_path):
    """A copy of three published scenarios."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for key in ("todays_path", "designed_for_impact", "no_training"):
        shutil.copy(DATA / "scenarios" / f"{key}.yaml", folder)
    return Library(folder)


def codes(do, *args, **kwargs):
    with pytest.raises(InputError) as error:
        do(*args, **kwargs)
    assert error.value.text("id") and error.value.text("en")
    return [problem.code for problem in error.value.problems]


def names(library, archived=False):
    return sorted(library.all(archived))


def test_all_are_listed_with_the_baseline_first(shelf):
    """As `Scenario.library` does."""
    assert list(Library().all()) == list(PUBLISHED)
    assert next(iter(shelf.all())) == "todays_path"
    assert len(shelf.table()) == 3 and shelf.table().set_index("key").budget_rp["todays_path"] == 8e9
    assert len(rows(shelf.all(), "id")) == 4 and shelf.sentence("en") == "3 scenarios, 0 set aside."


def test_a_folder_that_is_not_there_yet_is_empty(tmp_path):
    """It is made when something is saved; a name looked for in it is still an error."""
    library = Library(tmp_path / "new")
    assert library.all() == {} and codes(library.get, "x") == ["library_empty"]
    library.save(PUBLISHED["no_training"], "mine")
    assert names(library) == ["mine"]


def test_one_broken_file_does_not_hide_the_others(shelf):
    """It is named with its problems, and can still be set aside."""
    (shelf.folder / "broken.yaml").write_text("version: 1\nname: x\n", encoding="utf-8")
    scenarios, problems = shelf.look()
    assert len(scenarios) == 3 and all(problem.file.endswith("broken.yaml") for problem in problems)
    assert codes(shelf.all) and "broken.yaml" in shelf.sentence("id")
    shelf.archive("broken")
    assert len(shelf.all()) == 3


@pytest.mark.parametrize(("text", "found"), [
    ("DIRANCANG", ["designed_for_impact"]), ("impact designed", ["designed_for_impact"]), ("pelayanan PRIMA", ["designed_for_impact", "todays_path"]),
    ("service_excellence", ["designed_for_impact", "todays_path"]), ("pembanding:", ["no_training"]),
    ("tim buku kerja", ["designed_for_impact", "no_training", "todays_path"]),
    ("", ["designed_for_impact", "no_training", "todays_path"]), ("zebra", []), ("prima zebra", []), ("PÉLATIHAN tanpa", ["no_training"])])
def test_search_by_name_author_reason_and_programme_in_any_case(text, found, shelf):
    """Every word must be there, accents and capitals do not matter."""
    assert sorted(shelf.search(text)) == found


def test_a_copy_is_no_baseline_and_decides_the_same(shelf):
    """Under its own name."""
    made = shelf.copy("todays_path", "mine", "Rencana saya", author="Bappeda")
    assert (made.id, made.baseline, made.name["en"], made.author) == (PUBLISHED["todays_path"].id, False, "Rencana saya", "Bappeda")
    assert shelf.copy("mine", "two", {"id": "Dua", "en": "Two"}).name["en"] == "Two"
    assert next(iter(shelf.all())) == "todays_path" and len(shelf.all()) == 5


def test_a_copy_rests_on_what_the_original_rested_on(shelf, city):
    """A warning of a file from elsewhere is not lost by copying it."""
    path = PUBLISHED["no_training"].save(shelf.folder / "sent.yaml", portable=True, city=city)
    path.write_text(path.read_text(encoding="utf-8").replace("ledger: ", "ledger: f"), encoding="utf-8")
    for scenario in (shelf.copy("sent", "copied"), shelf.rename("copied", "again", "Nama baru")):
        assert [problem.code for problem in scenario.warnings] == ["origin_ledger"]


def test_renaming_moves_the_file_and_keeps_what_it_says(shelf):
    """Comments too, if only the key changes."""
    path = shelf.folder / "no_training.yaml"
    path.write_text("# catatan kami\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert shelf.rename("no_training", "zero").id == PUBLISHED["no_training"].id
    assert "catatan kami" in (shelf.folder / "zero.yaml").read_text(encoding="utf-8") and not path.exists()
    assert shelf.rename("zero", "Zero").key == "Zero"
    assert shelf.rename("Zero", name="Nol").name["id"] == "Nol" and names(shelf) == ["Zero", "designed_for_impact", "todays_path"]


def test_what_exists_is_not_overwritten(shelf):
    """Saving, copying, renaming and restoring refuse a taken name, also in other capitals."""
    before = {path.name: path.read_bytes() for path in shelf.folder.glob("*.yaml")}
    assert codes(shelf.save, PUBLISHED["half_budget"], "no_training") == ["library_taken"]
    assert codes(shelf.save, PUBLISHED["half_budget"], "NO_training") == ["library_taken"]
    assert codes(shelf.copy, "todays_path", "No_Training") == ["library_taken"]
    assert codes(shelf.rename, "designed_for_impact", "no_training") == ["library_taken"]
    assert {path.name: path.read_bytes() for path in shelf.folder.glob("*.yaml")} == before
    assert sorted(os.listdir(shelf.folder)) == sorted(before)


def test_saving_again_or_with_replace(shelf):
    """The same scenario may be saved twice; another one only on request."""
    shelf.save(PUBLISHED["no_training"], "no_training")
    shelf.save(PUBLISHED["half_budget"], "no_training", replace=True)
    assert shelf.get("no_training") == PUBLISHED["half_budget"] and shelf.get("no_training").made_with is not None


def test_two_who_save_under_one_name_at_once_do_not_overwrite_each_other(tmp_path):
    """One is told that the name is taken."""
    library, refused = Library(tmp_path), []

    def save(key):
        try:
            library.save(PUBLISHED[key], "ours")
        except InputError as error:
            refused.append((key, error.problems[0].code))

    library._catalogue  # noqa: B018  (read once, so that the threads meet at the file)
    threads = [threading.Thread(target=save, args=(key,)) for key in ("half_budget", "double_budget")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (loser, code), = refused
    assert code == "library_taken" and library.get("ours") != PUBLISHED[loser] and os.listdir(tmp_path) == ["ours.yaml"]


@pytest.mark.parametrize("key", ["", "a b", "../x", "a/b", "é", "con", "LPT1", "x.yaml", "a" * (LONGEST_KEY + 1), ".hidden", "x\n"])
def test_a_key_is_a_safe_file_name(key, shelf):
    """On every machine; the message proposes one that is."""
    assert codes(shelf.save, PUBLISHED["half_budget"], key) == ["library_key"]
    assert codes(shelf.rename, "no_training", key) == ["library_key"] if key else True
    shelf.save(PUBLISHED["half_budget"], safe_key(key))


def test_nothing_outside_the_folder_is_read(shelf):
    """A key is one of the listed files, not a path."""
    shutil.copy(DATA / "scenarios" / "half_budget.yaml", shelf.folder.parent / "secret.yaml")
    assert codes(shelf.get, "../secret") == ["unknown_scenario"]


def test_set_aside_and_brought_back(shelf):
    """Nothing is deleted: two of the same name lie side by side in the archive."""
    shelf.archive("no_training")
    assert names(shelf) == ["designed_for_impact", "todays_path"] and names(shelf, archived=True) == ["no_training"]
    shelf.copy("designed_for_impact", "no_training")
    assert shelf.archive("no_training").stem == "no_training_2"
    shelf.copy("designed_for_impact", "no_training")
    assert codes(shelf.restore, "no_training") == ["library_taken"]
    assert shelf.restore("no_training", "old").id == PUBLISHED["no_training"].id
    assert list(shelf.search("impact", archived=True)) == ["no_training_2"]


def test_there_is_one_baseline(shelf):
    """A second one is refused, whichever way it would come in."""
    assert codes(shelf.save, PUBLISHED["todays_path"], "second") == ["two_baselines"]
    shelf.archive("todays_path")
    shelf.save(PUBLISHED["todays_path"], "second")
    assert codes(shelf.restore, "todays_path") == ["two_baselines"]


def test_up_to_four_are_compared(shelf):
    """In the order asked; too many and unknown ones are told together, with the nearest names."""
    assert list(shelf.compare("no_training", "todays_path", "no_training")) == ["no_training", "todays_path"]
    assert codes(shelf.compare) == ["library_too_many"]
    library = Library()
    assert codes(library.compare, *list(PUBLISHED)[:4], "no_trainng") == ["library_too_many", "unknown_scenario"]
    with pytest.raises(InputError, match="no_training"):
        library.compare("no_trainng")


def test_commands_list_compare_and_keep(shelf, capsys):
    """What the library does, in words."""
    commands.show(shelf.folder, "id", "prima")
    assert "Dirancang untuk dampak" in capsys.readouterr().out
    commands.copy(shelf.folder, "no_training", "zero", "en", "Zero")
    commands.rename(shelf.folder, "zero", "none", "en")
    commands.archive(shelf.folder, "none", "en")
    commands.restore(shelf.folder, "none", "en", "back")
    assert capsys.readouterr().out.count("back.yaml") == 1 and "back" in shelf.all()
    commands.difference(shelf.folder / "todays_path.yaml", shelf.folder / "no_training.yaml", "en")
    assert "Budget a year: from Rp 1.6 billion to Rp 0" in capsys.readouterr().out
    assert codes(commands.show, shelf.folder / "nowhere", "id") == ["library_folder"]


def test_a_scenario_is_sent_and_received(shelf, tmp_path, capsys):
    """It opens the same; a baseline from elsewhere does not become the baseline here."""
    out = tmp_path / "Usulan Dinas (1).yaml"
    commands.send(shelf.folder / "todays_path.yaml", out, "en")
    assert codes(commands.send, shelf.folder / "todays_path.yaml", out, "en") == ["library_taken"]
    commands.receive(out, shelf.folder, "en")
    assert shelf.get("Usulan_Dinas_1").id == PUBLISHED["todays_path"].id and "baseline" in capsys.readouterr().out
    out.write_text(out.read_text(encoding="utf-8") + "unit_weights: {kantor_x: 2.0}\n", encoding="utf-8")
    assert codes(commands.receive, out, shelf.folder, "en", "other") == ["unknown_unit"]

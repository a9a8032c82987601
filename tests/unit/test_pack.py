"""The pack is written whole or not at all, never over somebody's work, and is the same for the same run."""

import hashlib
import json

import pytest

from simulation import InputError, simulate
from simulation.__main__ import main
from simulation.language import catalogue
from simulation.present.pack import pack as packing
from simulation.present.pack.pack import NAMES, make_pack
from simulation.record import FILE, Record

DRAWS = 48
DAY = "2026-11-24"
BEGINNINGS = {"brief": b"%PDF-", "slides": b"PK", "workbook": b"PK", "page": b"<!doctype html>", "record": b"{"}


@pytest.fixture(scope="module")
def comparisons(library, city, ledger):
    """A gain and a loss against today's path."""
    base = simulate(library["todays_path"], city, ledger, DRAWS)
    return [simulate(library[key], city, ledger, DRAWS).compare(base) for key in ("designed_for_impact", "no_training")]


@pytest.fixture(scope="module")
def written(comparisons, tmp_path_factory):
    """A pack in Indonesian, and what was in its folder."""
    folder = tmp_path_factory.mktemp("written") / "paket"
    return make_pack(comparisons, folder, "id", DAY)


@pytest.fixture
def quick(monkeypatch):
    """Contents that cost nothing, for what happens around them."""
    monkeypatch.setattr(packing, "_contents", lambda told: {part: f"{part} {told.record_id} {told.lang}".encode() for part in NAMES["id"]})


def hashes(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_a_pack_has_every_file_under_its_name_and_one_record_id(written):
    """Five files, each of its kind; the record, the page and the sentence name the same run; nothing is left beside it."""
    assert {path.name for path in written.folder.iterdir()} == {*NAMES["id"].values(), FILE}
    for part, path in written.paths.items():
        assert path.read_bytes().lower().startswith(BEGINNINGS[part].lower())
    assert Record.load(written.folder).id == written.record_id
    assert written.record_id in written.paths["page"].read_text(encoding="utf-8")
    assert all(written.record_id in written.sentence(lang) and "paparan.pptx" in written.sentence(lang) for lang in ("id", "en"))
    assert [path.name for path in written.folder.parent.iterdir()] == [written.folder.name]


def test_the_same_run_and_day_give_the_same_bytes(written, comparisons):
    """Writing again over the earlier pack changes no byte of any file."""
    before = hashes(written.folder)
    make_pack(comparisons, written.folder, "id", DAY)
    assert hashes(written.folder) == before


def test_the_record_holds_the_hash_of_every_other_file(written):
    """What the record says of the files is what they are."""
    found = hashes(written.folder)
    recorded = json.loads(written.paths["record"].read_text())["files"]
    assert recorded.keys() == found.keys() - {FILE}
    assert all(found[name].startswith(value) for name, value in recorded.items())


def test_a_pack_in_the_other_language_takes_the_place_of_the_first(comparisons, tmp_path, quick):
    """The earlier files go, so that no two packs are mixed; an empty folder is fine too."""
    (tmp_path / "p").mkdir()
    make_pack(comparisons, tmp_path / "p", "id", DAY)
    make_pack(comparisons, tmp_path / "p", "en", DAY)
    assert {path.name for path in (tmp_path / "p").iterdir()} == {*NAMES["en"].values(), FILE}


@pytest.mark.parametrize("name", ["notes.docx", ".hidden", "ringkasan (1).pdf"])
def test_a_folder_with_other_files_is_refused_and_left_alone(comparisons, tmp_path, quick, name):
    """Nothing is written over or beside somebody's files."""
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / name).write_text("mine")
    with pytest.raises(InputError) as error:
        make_pack(comparisons, tmp_path / "p", "id", DAY)
    assert codes(error) == ["pack_other_files"] and name in error.value.text("en")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [name]


def test_a_pack_changed_by_hand_is_not_lost(comparisons, tmp_path, quick):
    """Slides that somebody edited stay, and are named."""
    made = make_pack(comparisons, tmp_path / "p", "id", DAY)
    made.paths["slides"].write_text("edited")
    with pytest.raises(InputError) as error:
        make_pack(comparisons, tmp_path / "p", "id", DAY)
    assert codes(error) == ["pack_edited"] and "paparan.pptx" in error.value.text("id")
    assert made.paths["slides"].read_text() == "edited"


def test_files_of_a_pack_without_its_record_are_nobodys(comparisons, tmp_path, quick):
    """A file that happens to be called page.html is not taken for ours."""
    (tmp_path / "page.html").write_text("mine")
    with pytest.raises(InputError) as error:
        make_pack(comparisons, tmp_path, "en", DAY)
    assert codes(error)[0] == "pack_no_record" and (tmp_path / "page.html").read_text() == "mine"


def test_a_file_or_a_link_in_the_place_of_the_folder_is_refused(comparisons, tmp_path, quick):
    """Neither is replaced."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("file", "link"):
        with pytest.raises(InputError) as error:
            make_pack(comparisons, tmp_path / name, "id", DAY)
        assert codes(error) == ["pack_not_folder"]


def test_when_a_part_fails_the_earlier_pack_stays(comparisons, tmp_path, quick, monkeypatch):
    """A failure while writing or while changing places leaves the earlier pack and no draft."""
    made = make_pack(comparisons, tmp_path / "p", "id", DAY)
    before = hashes(made.folder)
    real = packing.os.replace

    def refuse(a, b):
        if str(a).endswith(".part"):
            raise PermissionError(13, "Permission denied")
        real(a, b)

    monkeypatch.setattr(packing.os, "replace", refuse)
    with pytest.raises(InputError) as error:
        make_pack(comparisons, tmp_path / "p", "id", DAY)
    assert codes(error) == ["pack_not_written"]
    monkeypatch.undo()
    monkeypatch.setattr(Record, "save", lambda self, folder, files=None: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    monkeypatch.setattr(packing, "_contents", lambda told: {})
    with pytest.raises(InputError) as error:
        make_pack(comparisons, tmp_path / "p", "id", DAY)
    assert "No space left" in error.value.text("en")
    assert hashes(made.folder) == before and [path.name for path in tmp_path.iterdir()] == ["p"]


def test_without_an_option_or_with_a_wrong_date_nothing_is_written(comparisons, tmp_path):
    """Problems of the story come before any file."""
    base = comparisons[0].b
    for told, day, code in (([], DAY, "no_option"), (comparisons, "24-11-2026", "story_date")):
        with pytest.raises(InputError) as error:
            make_pack(told, tmp_path / "p", "id", day)
        assert code in codes(error)
    assert base.scenario.baseline and not list(tmp_path.iterdir())


def test_the_command_writes_a_pack_that_it_can_verify(tmp_path, quick, capsys):
    """`pack` says what it wrote; the baseline is found whatever the order of the files; a wrong input exits 2 with a message."""
    files = ["data/scenarios/half_budget.yaml", "data/scenarios/todays_path.yaml"]
    assert main(["pack", *files, "--out", str(tmp_path / "p"), "--draws", "32", "--date", DAY, "--lang", "en"]) == 0
    assert "slides.pptx" in capsys.readouterr().out
    record = Record.load(tmp_path / "p")
    assert [kept.key for kept in record.scenarios] == ["todays_path", "half_budget"] and (record.made, record.draws) == (DAY, 32)
    for more in (["--draws", "many"], ["--date", "tomorrow"], ["--city", str(tmp_path / "none")]):
        assert main(["pack", *files, "--out", str(tmp_path / "q"), "--draws", "32", *more]) == 2
        assert capsys.readouterr().err.strip()
    assert not (tmp_path / "q").exists()


def test_messages_of_the_pack_have_the_same_places_in_both_languages():
    """Same keys, same values to fill in."""
    import re

    for key in (key for key in catalogue("id") if key.startswith(("pack.", "problem.pack_"))):
        places = [sorted(set(re.findall(r"{(\w+)}", catalogue(lang)[key]))) for lang in ("id", "en")]
        assert places[0] == places[1] or key == "pack.chart.quarter"

"""Needs: reading what people wrote, priorities with their doubts, courses, a scenario, pictures and the form."""

import csv
import io
import itertools
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation import InputError, Scenario, simulate
from simulation.analysis.needs import GROUPS, QUADRANTS, prioritise
from simulation.analysis.needs_plan import staff_below
from simulation.analysis.needs_reader import read_needs
from simulation.intake.mapping import Mapping
from simulation.intake.needs_form import write_questionnaire
from simulation.present import needs_views
from simulation.present.needs_charts import place_labels

ROOT = Path(__file__).resolve().parents[2]
SURVEY, FORUM = (ROOT / "data" / "samples" / name for name in ("survei_kebutuhan.csv", "forum_kebutuhan.csv"))
EQUAL = {"pemerintah": 1, "asn": 1, "masyarakat": 1}


@pytest.fixture(scope="module")
def sample(city):
    """The made-up answers."""
    return read_needs(SURVEY, FORUM, city=city)


@pytest.fixture(scope="module")
def needs(sample, city, ledger, catalogue):
    """Their priorities."""
    return prioritise(sample, city, ledger, catalogue, weights=EQUAL, draws=500)


def survey(tmp_path, *rows, head="Kelompok,Unit,Kepentingan: Digital,Kinerja: Digital,Kepentingan: Komunikasi,Kinerja: Komunikasi", name="s.csv"):
    """A small survey file."""
    path = tmp_path / name
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def codes(caught) -> list[str]:
    """The codes of the problems that were raised."""
    return [problem.code for problem in caught.value.problems]


def cells(path: Path) -> list[list[str]]:
    """The rows of a sample below its title."""
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))[1:]


def write(path: Path, rows) -> Path:
    """A CSV file of these rows."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


# reading


def test_the_sample_is_made_up_and_says_so(sample):
    """150 people of three groups, six tables, and a title that says nobody gave these answers."""
    assert [int((sample.group == g).sum()) for g in range(3)] == [25, 75, 50]
    assert sample.tables == 6 and not sample.warnings
    assert all("REKAAN" in path.read_text(encoding="utf-8").splitlines()[0] for path in (SURVEY, FORUM))


def test_the_generator_gives_the_shipped_files(tmp_path, monkeypatch):
    """tools/sample_needs.py writes what lies in data/samples, byte for byte."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import sample_needs

    monkeypatch.setattr(sample_needs, "SAMPLES", tmp_path)
    sample_needs.main()
    sys.modules.pop("sample_needs")
    for path in (SURVEY, FORUM):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_groups_units_and_ratings_as_people_write_them(tmp_path, city):
    """Synonyms, irregular case, words of the scale, labelled numbers, blanks and English headings are understood."""
    path = survey(tmp_path, "PNS;Dinas Kesehatan;Sangat penting;2;;", " WARGA ;;5 - Sangat penting;kurang;4;tidak tahu",
                  "kepala  dinas;DINKES;4,0;3.0;5;1", "Civil Servants;Health Office;Very important;poor;3;3",
                  head="Respondent group;Service unit;Importance - Digital;digital (kinerja);"
                       "Seberapa penting kompetensi komunikasi bagi pelayanan?;Performance: Communication")
    read = read_needs(path, city=city)
    digital, talk = city.competencies.index("digital"), city.competencies.index("komunikasi")
    assert [GROUPS[g] for g in read.group] == ["pemerintah", "asn", "asn", "masyarakat"]
    dinkes = city.unit("dinkes")
    assert read.unit.tolist() == [dinkes, dinkes, dinkes, -1]
    assert read.importance[:, digital].tolist() == [4, 5, 5, 5] and read.performance[:, digital].tolist() == [3, 2, 2, 2]
    assert np.isnan(read.performance[3, talk]) and read.importance[3, talk] == 4


def test_bad_cells_are_named_by_place_and_never_repeated(tmp_path, city):
    """All problems at once, with row and column, without the content of the cell."""
    path = survey(tmp_path, "Siti Aminah,dinkes,5,3,4,2", "ASN,Dinkees,6,3,4,2", "warga,,5,081234567890,4,2")
    with pytest.raises(InputError) as caught:
        read_needs(path, city=city)
    assert sorted(codes(caught)) == ["needs_group", "needs_rating", "needs_rating", "needs_unit"]
    assert sorted({problem.line for problem in caught.value.problems}) == [2, 3, 4]
    for lang in ("id", "en"):
        text = caught.value.text(lang)
        assert "Siti" not in text and "0812" not in text and "dinkes" in text


def test_names_and_numbers_are_dropped_at_the_door(tmp_path, city):
    """Columns that are not asked for leave no trace."""
    plain = survey(tmp_path, "ASN,dinkes,5,3,4,2", name="a.csv")
    named = survey(tmp_path, "Budi,0812,budi@x.id,ASN,dinkes,5,3,4,2", name="b.csv",
                   head="Nama,No HP,Email,Kelompok,Unit,Kepentingan: Digital,Kinerja: Digital,Kepentingan: Komunikasi,Kinerja: Komunikasi")
    assert read_needs(plain, city=city).id == read_needs(named, city=city).id
    assert "Budi" not in repr(vars(read_needs(named, city=city)))


def test_a_heading_twice_is_a_question_not_a_guess(tmp_path, city):
    """Two columns with the same meaning are refused."""
    path = survey(tmp_path, "ASN,dinkes,5,3,4", head="Kelompok,Unit,Kepentingan: Digital,Kinerja: Digital,Kinerja Digital")
    with pytest.raises(InputError) as caught:
        read_needs(path, city=city)
    assert codes(caught) == ["column_unclear"]


def test_a_file_without_pairs_of_ratings_is_refused(tmp_path, city):
    """Importance alone does not make a need."""
    with pytest.raises(InputError) as caught:
        read_needs(survey(tmp_path, "ASN,dinkes,5", head="Kelompok,Unit,Kepentingan: Digital"), city=city)
    assert codes(caught) == ["needs_no_ratings"]


def test_a_mapping_file_explains_anything_else(tmp_path, city):
    """Headings, answers, units and words for missing of any kind, by a mapping."""
    path = survey(tmp_path, "A,Kantor 7,tinggi,SB,x", "B,Kantor 7,rendah,3,x", head="Siapa,Di mana,Soal 1,Soal 2,Catatan")
    mapping = Mapping(columns={"group": "Siapa", "unit": "Di mana", "importance_digital": "Soal 1", "performance_digital": "Soal 2"},
                      answers={"group": {"A": "asn", "B": "masyarakat"}, "performance": {"SB": 5}}, units={"Kantor 7": "dinkes"})
    read = read_needs(path, city=city, mapping=mapping)
    digital = city.competencies.index("digital")
    assert read.importance[:, digital].tolist() == [4, 2] and read.performance[:, digital].tolist() == [5, 3]
    with pytest.raises(InputError) as caught:
        read_needs(path, city=city, mapping=Mapping(columns={"grup": "Siapa"}, units={"Kantor 7": "dinkess"}))
    assert codes(caught) == ["mapping_key", "unknown_unit"]


def test_forum_rows_ranks_points_and_wide_tables_agree(tmp_path, city):
    """Ranks and points, one row per competency or one row per table, say the same."""
    people = survey(tmp_path, "ASN,dinkes,5,3,4,2")
    files = {
        "rank": ["Meja,Kelompok,Unit,Kompetensi,Peringkat", "1,ASN,dinkes,Digital,1", "1,ASN,dinkes,Komunikasi,2"],
        "points": ["Meja,Kelompok,Unit,Kompetensi,Poin", "1,ASN,dinkes,Komunikasi,3", '1,ASN,dinkes,Digital,"7,5"'],
        "wide": ["Kelompok,Unit,Peringkat: Digital,Peringkat: Komunikasi", "ASN,dinkes,1,2"],
    }
    found = []
    for name, rows in files.items():
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        found.append(read_needs(people, path, city=city).forum_ranks.tolist())
    digital, talk = city.competencies.index("digital"), city.competencies.index("komunikasi")
    assert found[0] == found[1] == found[2]
    assert found[0][0][digital] == 1 and found[0][0][talk] == 2 and sum(r == 7 for r in found[0][0]) == 9


def test_forum_mistakes_are_named(tmp_path, city):
    """A rank that is none, an unknown competency, the same one twice."""
    path = tmp_path / "f.csv"
    rows = ["Meja,Kelompok,Kompetensi,Peringkat", "1,ASN,Digital,0", "1,ASN,Digitl,2", "1,ASN,Komunikasi,1", "1,ASN,Komunikasi,2"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_needs(survey(tmp_path, "ASN,dinkes,5,3,4,2"), path, city=city)
    assert codes(caught) == ["needs_rank", "needs_competency", "needs_twice"]
    assert "digital" in caught.value.problems[1].text() and "4" in caught.value.problems[2].text()


@given(st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_rows_and_columns_may_come_in_any_order(tmp_path_factory, city, ledger, catalogue, needs, random):
    """A permutation of rows, columns and forum rows gives the same bits."""
    folder = tmp_path_factory.mktemp("order")
    head, *rows = cells(SURVEY)
    columns = random.sample(range(len(head)), len(head))
    mixed = [[row[i] for i in columns] for row in [head, *random.sample(rows, len(rows))]]
    forum = cells(FORUM)
    forum = [forum[0], *random.sample(forum[1:], len(forum) - 1)]
    read = read_needs(write(folder / "s.csv", mixed), write(folder / "f.csv", forum), city=city)
    again = prioritise(read, city, ledger, catalogue, weights=EQUAL, draws=500)
    assert read.id == needs.data.id
    for field in ("priority", "low", "high", "rank_low", "rank_high", "quadrant_share", "people"):
        assert np.array_equal(getattr(again, field), getattr(needs, field)), field
    assert (again.between_groups, again.between_tables, again.disagreements) == (
        needs.between_groups, needs.between_tables, needs.disagreements)


@given(st.integers(1, 150), st.integers(0, 23), st.text(st.characters(codec="utf-8", exclude_characters='",\r\n\x00'), max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_damaged_cell_is_read_or_named(tmp_path_factory, city, row, column, text):
    """Any text in any cell gives other answers or a named problem in that place, never another error."""
    rows = cells(SURVEY)
    rows[row][column] = text
    try:
        read = read_needs(write(tmp_path_factory.mktemp("bad") / "s.csv", rows), city=city)
    except InputError as error:
        assert [(p.line, p.column) for p in error.problems] == [(row + 1, rows[0][column])]
        assert error.text("en") and error.text("id")
    else:
        assert read.respondents == 150


# priorities


def test_priorities_by_hand(tmp_path, city, ledger, catalogue):
    """Five civil servants, two competencies, no forum: need = i (s + l) / 2, priority = share of 100."""
    path = survey(tmp_path, *["ASN,,5,3,3,3"] * 5)
    with_warning = read_needs(path, city=city)
    found = prioritise(with_warning, city, ledger, catalogue, weights={"pemerintah": 0, "asn": 1, "masyarakat": 0}, draws=100)
    talk, digital = found.asked.tolist()
    required = ledger.tables.required[city.cell_group]
    short = (city.heads[:, None] * np.maximum(0, required - city.base_level)).sum(axis=0)
    lacking = short / (city.heads[:, None] * required).sum(axis=0)
    need = np.array([0.5 * (0.5 + lacking[talk]) / 2, 1.0 * (0.5 + lacking[digital]) / 2])
    assert city.competencies[digital] == "digital"
    assert found.need[0] == pytest.approx(need, abs=1e-12)
    assert found.priority[0] == pytest.approx(100 * need / need.sum(), abs=1e-9)
    assert found.low[0] == pytest.approx(found.high[0])  # five people who agree leave no doubt about who was asked
    assert found.forum_share == 0 and found.between_groups is None and found.between_tables is None
    assert [p.code for p in found.warnings] == ["needs_not_asked", "needs_without_unit"]
    assert [QUADRANTS[q] for q in found.quadrant[0]] == ["overkill", "keep_up"]


def test_priorities_sum_to_a_hundred_everywhere(needs):
    """In every place, with intervals around them and ranks inside theirs."""
    assert needs.priority.sum(axis=1) == pytest.approx(100)
    assert (needs.low <= needs.priority + 1).all() and (needs.high >= needs.priority - 1).all()
    assert (needs.rank_low <= needs.rank_high).all()
    assert needs.table()["unit"].unique().tolist() == ["", "disdukcapil", "dinkes", "dpmptsp", "disdik", "kec_sidorejo"]


def test_the_needs_put_into_the_sample_are_found(needs, city):
    """Digital and communication come first; citizens and government part over public service and change."""
    assert [city.competencies[needs.asked[i]] for i in needs.order()[:2]] == ["digital", "komunikasi"]
    clear = {(city.competencies[needs.asked[d.competency]], d.more, d.less) for d in needs.disagreements if d.clear}
    assert ("pelayanan_publik", "masyarakat", "pemerintah") in clear
    assert ("mengelola_perubahan", "pemerintah", "masyarakat") in clear
    assert "Pelayanan publik" in needs.sentence("id") and "Public service" in needs.sentence("en")


def test_weights_decide_whose_voice_counts(sample, city, ledger, catalogue):
    """With citizens alone the weighted importance is theirs; weights scale."""
    alone = prioritise(sample, city, ledger, catalogue, weights={"pemerintah": 0, "asn": 0, "masyarakat": 3}, draws=100)
    assert alone.importance[0] == pytest.approx(alone.shown[0, 0, GROUPS.index("masyarakat")])
    assert alone.weights == {"pemerintah": 0, "asn": 0, "masyarakat": 1}


def test_bad_weights_and_shares_are_named(sample, city, ledger, catalogue):
    """Missing, unknown, negative or all-zero weights, and shares outside 0 to 1."""
    for weights, code in (({"asn": 1, "pemerintah": 1}, "needs_weight_missing"), ({**EQUAL, "warga": 1}, "needs_weight_name"),
                          ({**EQUAL, "asn": -1}, "needs_weight"), ({**EQUAL, "asn": "besar"}, "needs_weight"),
                          (dict.fromkeys(EQUAL, 0), "needs_weights_zero")):
        with pytest.raises(InputError) as caught:
            prioritise(sample, city, ledger, catalogue, weights=weights)
        assert code in codes(caught) and caught.value.text("en")
    with pytest.raises(InputError) as caught:
        prioritise(sample, city, ledger, catalogue, weights=EQUAL, forum_share=1.2, draws=3)
    assert codes(caught) == ["needs_share", "needs_draws"]


def test_a_small_group_is_only_inside_the_total(tmp_path, city, ledger, catalogue):
    """Four citizens of a unit are never shown alone, nor by subtracting the other unit from the total."""
    rows = ["masyarakat,dinkes,5,1,5,1"] * 4 + ["masyarakat,disdik,3,3,3,3"] * 9 + ["ASN,dinkes,4,2,4,2"] * 6
    found = prioritise(read_needs(survey(tmp_path, *rows), city=city), city, ledger, catalogue, weights=EQUAL, draws=100)
    citizens = GROUPS.index("masyarakat")
    for unit in ("dinkes", "disdik"):
        assert np.isnan(found.shown[:, found.place(unit), citizens]).all()
        assert found.counts[found.place(unit), citizens] == -1
    assert found.shown[0, 0, citizens, 0] == pytest.approx((4 * 5 + 9 * 3) / 13)
    assert found.shown[0, found.place("dinkes"), GROUPS.index("asn"), 0] == 4
    assert [p.code for p in found.warnings if p.code == "needs_group_small"] == ["needs_group_small"]  # no government at all
    assert all("4" not in row[1:] for row in needs_views.respondent_rows(found)[1:])


def test_nobody_to_go_by_is_named(tmp_path, city, ledger, catalogue):
    """Fewer than five people of every group."""
    few = read_needs(survey(tmp_path, *["ASN,dinkes,5,1,5,1"] * 4), city=city)
    with pytest.raises(InputError) as caught:
        prioritise(few, city, ledger, catalogue, weights=EQUAL)
    assert codes(caught) == ["needs_too_few"]


def test_a_ranking_that_cannot_be_told_apart_says_so(tmp_path, city, ledger, catalogue):
    """Two competencies rated alike by a handful of people: the sentence does not name a winner."""
    answers = ["5,1,5,2", "4,3,5,1", "5,2,4,1", "3,2,4,4", "5,3,3,1", "4,1,5,4"]
    data = read_needs(survey(tmp_path, *[f"ASN,,{row}" for row in answers]), city=city)
    found = prioritise(data, city, ledger, catalogue, weights=EQUAL, draws=500, level_share=0.0)
    assert len(found.leaders()) == 2
    assert "tidak dapat dibedakan" in found.sentence("id") and "cannot be told apart" in found.sentence("en")


def test_overlap_is_what_the_picture_shows(needs):
    """The competencies named as inseparable are those whose intervals reach the first one's."""
    for place in range(len(needs.own)):
        first = needs.order(place)[0]
        overlapping = {i for i in range(len(needs.asked)) if needs.high[place, i] >= needs.low[place, first]}
        assert set(needs.leaders(place)) == overlapping | {first}


# courses and scenario


def test_courses_cost_whole_classes_for_everyone_below(needs, city, ledger, catalogue):
    """The price of a class times the classes for all people below the level whom the course is open to."""
    row = needs.courses("en").query("competency == 'digital' and programme == 'technology_teaching'").iloc[0]
    p, c = catalogue.ids.index("technology_teaching"), city.competencies.index("digital")
    below = staff_below(city, ledger)[:, c]
    reached = below[catalogue.open_to(city)[p]].sum()
    assert row["people_below"] == pytest.approx(below.sum()) and row["people_open"] == pytest.approx(reached)
    assert row["classes"] == int(np.ceil(reached / 30))
    base = Scenario.library()["todays_path"].replace({"practice": "as_designed", "follow_up": "as_designed", "refresher_months": 0})
    assert row["class_rp"] == base.prices[p] and row["cost_rp"] == row["classes"] * row["class_rp"]


def test_priorities_become_a_scenario(needs, city, ledger, library, tmp_path):
    """One call: targeting by needs, the base's money, programmes that teach the top needs; it loads and simulates."""
    base = library["todays_path"]
    plan = needs.scenario(base, top=3, name="Kebutuhan 2027")
    assert plan.targeting == "needs" and plan.budget_rp == base.budget_rp and plan.name["en"] == "Kebutuhan 2027"
    assert 0.99 < sum(plan.programmes.values()) <= 1
    top = needs.asked[needs.order()[:3]]
    for name in plan.programmes:
        assert plan.catalogue.content[plan.catalogue.ids.index(name), top].max() > 0
    price = dict(zip(plan.catalogue.ids, plan.prices, strict=True))
    assert all(share * base.budget_rp >= price[name] for name, share in plan.programmes.items())
    again = Scenario.load(plan.save(tmp_path / "needs.yaml"))
    assert again == plan
    outcome = simulate(again, city, ledger, draws=64)
    assert outcome.plan.seats.sum() > 0
    assert outcome.compare(simulate(base, city, ledger, draws=64)).sentence("en")


def test_a_need_with_more_priority_gets_more_money(needs, library):
    """Tripling the priority of integrity raises the share of the integrity course."""
    base = library["todays_path"].replace({"budget_rp": 6.4e9})
    i = int(np.flatnonzero(needs.asked == needs.city.competencies.index("integritas"))[0])
    priority = needs.priority.copy()
    priority[:, i] *= 6
    more = replace(needs, priority=priority).scenario(base, top=11).programmes
    assert more["integrity"] > needs.scenario(base, top=11).programmes["integrity"] > 0


def test_a_wrong_number_of_needs_is_named(needs, library):
    """From one to all competencies."""
    for top in (0, 12, True, 2.5):
        with pytest.raises(InputError) as caught:
            needs.scenario(library["todays_path"], top=top)
        assert codes(caught) == ["needs_top"]


def test_a_base_without_money_still_makes_a_scenario(needs, library, city, ledger):
    """Nothing can be bought, so no programme is thrown out for being too dear."""
    plan = needs.scenario(library["no_training"])
    assert plan.programmes and simulate(plan, city, ledger, draws=16).plan.seats.sum() == 0


# views


@pytest.mark.parametrize("lang", ["id", "en"])
def test_pictures_have_words_for_those_who_hear(needs, lang):
    """Each picture draws and tells in words what it shows, for the city and for a unit."""
    for picture, unit in itertools.product((needs_views.needs_quadrants, needs_views.needs_priorities), (None, "disdukcapil", "rsud")):
        drawn = picture(needs, lang, unit)
        assert needs.name(needs.order(needs.place(unit))[0], lang) in drawn.description
        assert drawn.svg().startswith("<svg")


def test_labels_do_not_collide():
    """Eleven points close together: no label over another, over a point or outside the frame."""
    rng = np.random.default_rng(4)
    points = [(float(x), float(y)) for x, y in rng.normal((320, 200), (70, 45), size=(11, 2))]
    boxes = place_labels(points, [(120, 17)] * 11, (0, 0, 640, 400))
    for i, a in enumerate(boxes):
        assert a[0] >= 0 and a[1] >= 0 and a[2] <= 640 and a[3] <= 400
        for b in boxes[i + 1:]:
            assert min(a[2], b[2]) <= max(a[0], b[0]) or min(a[3], b[3]) <= max(a[1], b[1])
        assert not any(a[0] < x < a[2] and a[1] < y < a[3] for x, y in points)


def test_tables_speak_both_languages(needs):
    """Agreement, disagreement and respondents have the same shape in both languages and no empty cell."""
    for rows in (needs_views.agreement_rows, needs_views.disagreement_rows, needs_views.respondent_rows):
        indonesian, english = rows(needs, "id"), rows(needs, "en")
        assert [len(r) for r in indonesian] == [len(r) for r in english] and indonesian[0] != english[0]
        assert all(all(row) for row in indonesian)


# the form


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_form_reads_back_what_is_filled_in(tmp_path, city, lang):
    """Both sheets of the filled-in form, in both languages; an empty forum sheet is no forum."""
    from openpyxl import load_workbook

    path = write_questionnaire(tmp_path / "form.xlsx", lang, city=city)
    book = load_workbook(path)
    survey_page, forum_page = book[book.sheetnames[1]], book[book.sheetnames[2]]
    group = {"id": "Masyarakat", "en": "Citizens"}[lang]
    survey_page.append([group, None, *[5, 2] * 11])
    survey_page.append([{"id": "ASN", "en": "Civil servants"}[lang], city.units[9].name(lang), *[4, 3] * 11])
    book.save(path)
    read = read_needs(path, city=city)
    assert read.respondents == 2 and read.tables == 0 and not np.isnan(read.importance).any()
    assert read.unit.tolist() == [9, -1]
    forum_page.append([1, group, None, {"id": "Komunikasi", "en": "Communication"}[lang], 1])
    book.save(path)
    read = read_needs(path, city=city)
    assert read.tables == 1 and read.forum_ranks[0, city.competencies.index("komunikasi")] == 1


def test_the_form_guards_its_cells(tmp_path, city):
    """Drop-downs for group and unit, whole numbers from 1 to 5 for ratings."""
    from openpyxl import load_workbook

    book = load_workbook(write_questionnaire(tmp_path / "form.xlsx", city=city))
    rules = book["Survei"].data_validations.dataValidation
    assert sum(rule.type == "list" for rule in rules) == 2
    ratings = [rule for rule in rules if rule.type == "whole"]
    assert ratings and all((rule.formula1, rule.formula2) == ("1", "5") for rule in ratings)

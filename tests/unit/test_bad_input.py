"""A wrong file gives every problem with its file, its line and what to do, in both languages."""

import re
import shutil
from pathlib import Path

import pytest

import simulation
from simulation import Assumptions, Catalogue, City, InputError, Scenario, simulate
from simulation.assumptions import DATA
from simulation.language import catalogue

SOURCE = Path(simulation.__file__).parent
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b, *b, *b]\n"
SCENARIO, PLAN = "scenarios/todays_path.yaml", "scenarios/designed_for_impact.yaml"
PROGRAMMES, LEDGER, ABOUT = "programmes.yaml", "assumptions.yaml", "salatiga/city.yaml"
READERS = {SCENARIO: Scenario.load, PLAN: Scenario.load, PROGRAMMES: Catalogue.load, LEDGER: Assumptions.load}


@pytest.fixture
def data(tmp_path):
    """A copy of the published data that a test may spoil."""
    return shutil.copytree(DATA, tmp_path / "data")


def problems_of(load, path):
    """What the reader finds wrong; each problem is said in both languages and names its file."""
    with pytest.raises(InputError) as caught:
        load(path)
    for problem in caught.value.problems:
        assert_told(problem)
    texts = [caught.value.text(lang) for lang in ("id", "en")]
    assert all(texts) and texts[0] != texts[1]
    assert str(caught.value) == texts[0]
    return caught.value.problems


def assert_told(problem):
    texts = [problem.text(lang) for lang in ("id", "en")]
    assert texts[0] != texts[1]
    for text in texts:
        assert text.strip() and not re.search(r"[{}]|\bNone\b|Traceback", text) and "\n" not in text
        assert problem.file in text
        assert problem.line is None or re.search(rf"\b{problem.line}\b", text)


def read(path):
    """Read whatever kind of file this is."""
    kind = next((kind for kind in READERS if path.as_posix().endswith(kind)), None)
    return READERS[kind](path) if kind else City.load(path.parent)


def replaced(path, old, new):
    """Replace one piece of text; returns the line on which it stands."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


YAML_MISTAKES = {
    "unknown key of a scenario": (PLAN, "targeting:", "targetting:", "unknown_key", "targeting"),
    "unknown key of a programme": (PROGRAMMES, "  class_size: 30", "  clas_size: 30", "unknown_key", "class_size"),
    "unknown key of an assumption": (LEDGER, "  grade: B", "  grad: B", "unknown_key", "grade"),
    "unknown key of a city": (ABOUT, "staff_date:", "staf_date:", "unknown_key", "staff_date"),
    "unknown programme": (SCENARIO, "  service_excellence:", "  service_excelence:", "unknown_programme", "service_excellence"),
    "unknown competency": (PROGRAMMES, "{digital: 0.5,", "{digtal: 0.5,", "unknown_competency", "digital"),
    "unknown programme of a habit": (ABOUT, "{general_course: 0.4, pka: 0.14,", "{generl_course: 0.4, pka: 0.14,", "unknown_programme", "general_course"),
    "a habit of more than all money": (ABOUT, "{general_course: 0.4,", "{general_course: 0.9,", "shares_over_one", None),
    "a habit that buys newcomers' course": (ABOUT, "{general_course: 0.4,", "{latsar: 0.4,", "for_newcomers", None),
    "unknown source of a habit": (ABOUT, "  source: rule_habit", "  source: rule_habits", "unknown_source", "rule_habit"),
    "unknown source of a total": (ABOUT, "pppk: {value: 14, source: jatengtoday_2022", "pppk: {value: 14, source: jatengtoday_2023",
                                  "unknown_source", "jatengtoday_2022"),
    "unknown outcome of a promise": (ABOUT, "  district_minutes:", "  district_minute:", "unknown_promise", "district_minutes"),
    "an outcome that no service carries": (ABOUT, "  district_minutes:", "  ikm:", "unknown_promise", "district_minutes"),
    "unknown service of a promise": (ABOUT, "kec_tingkir_ktp,", "kec_tingkr_ktp,", "unknown_promise_service", "kec_tingkir_ktp"),
    "a service that cannot carry a promise": (ABOUT, "[diskominfo_aduan]", "[kec_sidorejo_ktp]", "unknown_promise_service", "diskominfo_aduan"),
    "a promise of no service": (ABOUT, "[diskominfo_aduan]", "[]", "empty_value", None),
    "unknown targeting": (PLAN, "targeting: frontline_first", "targeting: frontline", "not_an_option", "frontline_first"),
    "unknown format": (PROGRAMMES, "format: classroom", "format: clasroom", "not_an_option", "classroom"),
    "text for a number": (SCENARIO, "budget_rp: 1600000000", "budget_rp: satu miliar", "wrong_type", None),
    "quoted number": (PROGRAMMES, "hours_jp: 24", "hours_jp: '24'", "wrong_type", None),
    "number for a text": (SCENARIO, "author: Tim Buku Kerja ASN", "author: 7", "wrong_type", None),
    "yes for a truth": (PROGRAMMES, "practice: true", "practice: 1", "wrong_type", None),
    "half a person": (PROGRAMMES, "class_size: 30", "class_size: 29.5", "wrong_type", None),
    "list for a mapping": (PROGRAMMES, "content: {digital: 0.5, teknis: 0.3, pelayanan_publik: 0.1}", "content: [digital]",
                           "wrong_type", None),
    "negative money": (SCENARIO, "budget_rp: 1600000000", "budget_rp: -1", "beyond_limit", None),
    "negative price": (PROGRAMMES, "fixed_rp: 16500000", "fixed_rp: -16500000", "beyond_limit", None),
    "negative total": (ABOUT, "value: 3318", "value: -3318", "beyond_limit", None),
    "no money at all": (SCENARIO, "budget_rp: 1600000000", "budget_rp: .nan", "beyond_limit", None),
    "endless money": (SCENARIO, "budget_rp: 1600000000", "budget_rp: .inf", "beyond_limit", None),
    "a share above one": (PROGRAMMES, "{digital: 0.5,", "{digital: 50,", "beyond_limit", None),
    "content over one": (PROGRAMMES, "{digital: 0.5,", "{digital: 0.9,", "shares_over_one", None),
    "too many years": (SCENARIO, "years: 5", "years: 50", "beyond_limit", None),
    "a programme without competency": (PROGRAMMES, "content: {digital: 0.5, teknis: 0.3, pelayanan_publik: 0.1}",
                                       "content: {}", "empty_value", None),
    "a programme of nothing": (PROGRAMMES, "content: {digital: 0.5, teknis: 0.3, pelayanan_publik: 0.1}",
                               "content: {digital: 0.0}", "no_competency", None),
    "more budgets than years": (SCENARIO, "budget_rp: 1600000000", "budget_rp: [1, 1, 1, 1, 1, 1]",
                                "past_horizon", None),
    "fewer budgets than years": (SCENARIO, "budget_rp: 1600000000", "budget_rp: [1000000000]", "past_horizon", None),
    "value outside its range": (LEDGER, "  value: 0.63", "  value: 6.3", "out_of_range", None),
    "unknown distribution": (LEDGER, "{kind: normal, mean: 0.63,", "{kind: gaussian, mean: 0.63,", "unknown_distribution", None),
    "negative spread": (LEDGER, "sd: 0.06, support: [0.3, 1.0]", "sd: -0.06, support: [0.3, 1.0]", "distribution_positive", None),
    "bounds the wrong way round": (LEDGER, "low: 0.5, mode: 0.8, high: 1.2", "low: 1.2, mode: 0.8, high: 0.5",
                                   "distribution_order", None),
    "a key twice": (SCENARIO, "years: 5", "years: 5\nyears: 6", "repeated_key", None),
    "an indent too many": (SCENARIO, "author:", "   author:", "yaml_syntax", None),
    "a tab": (SCENARIO, "author:", "\tauthor:", "yaml_syntax", None),
    "a Python tag": (SCENARIO, "author: Tim Buku Kerja ASN", "author: !!python/object/apply:os.system ['true']", "yaml_tag", None),
    "an anchor": (SCENARIO, "author: Tim Buku Kerja ASN", "author: &team Tim Buku Kerja ASN", "yaml_anchor", None),
}


@pytest.mark.parametrize("mistake", YAML_MISTAKES.values(), ids=YAML_MISTAKES)
def test_a_mistake_in_a_yaml_file_is_named_with_its_line(data, mistake):
    """One wrong word gives one kind of problem, at the line where it stands, with the nearest valid name."""
    file, old, new, code, nearest = mistake
    line = replaced(data / file, old, new)
    problems = problems_of(read, data / file)
    assert code in {problem.code for problem in problems}
    problem = next(problem for problem in problems if problem.code == code)
    assert problem.line in (line, line + new.count("\n"))
    assert problem.file.endswith(file)
    if nearest:
        assert nearest in problem.values["nearest"].split(", ")


def test_shares_of_the_budget_over_one_are_refused(data):
    """The programmes of a scenario cannot cost more than the budget."""
    line = replaced(data / SCENARIO, "programmes:", "programmes:\n  digital_registry: 0.9")
    text = (data / SCENARIO).read_text()
    (data / SCENARIO).write_text("\n".join(row for i, row in enumerate(text.splitlines())
                                           if i <= line or not row.startswith("  digital_registry")))
    problems = problems_of(read, data / SCENARIO)
    assert [(problem.code, problem.line) for problem in problems] == [("shares_over_one", line)]


def test_every_problem_of_a_file_is_told_at_once(data):
    """Three mistakes give three problems in one go."""
    path = data / PLAN
    lines = [replaced(path, "years: 5", "years: 0"), replaced(path, "budget_rp: 1600000000", "budget_rp: x"),
             replaced(path, "targeting: frontline_first", "targeting: x")]
    assert {problem.line for problem in problems_of(read, path)} == set(lines)


@pytest.mark.parametrize("file", [SCENARIO, PROGRAMMES, LEDGER, ABOUT])
def test_an_anchors_bomb_is_refused_before_it_grows(data, file):
    """Anchors are not accepted, so a small file cannot become a large one."""
    (data / file).write_text(BOMB)
    assert [(p.code, p.line) for p in problems_of(read, data / file)] == [("yaml_anchor", 1)]


def test_a_python_tag_is_never_run(data, tmp_path):
    """A tag that would run a command is refused and the command does not run."""
    target = tmp_path / "ran"
    (data / SCENARIO).write_text(f"version: 1\nname: !!python/object/apply:os.system ['touch {target}']\n")
    assert [(p.code, p.line) for p in problems_of(read, data / SCENARIO)] == [("yaml_tag", 2)]
    assert not target.exists()


SPOILED = {
    "empty": (b"", "empty_file"), "blank": (b" \n\n", "empty_file"),
    "byte-order mark": (b"\xef\xbb\xbfversion: 1\n", "byte_order_mark"),
    "UTF-16": ("version: 1\n".encode("utf-16"), "byte_order_mark"),
    "latin-1": ("version: 1\nname: caf\xe9\n".encode("latin-1"), "not_utf8"),
    "zero bytes": (b"version: 1\n\x00\n", "not_text"),
    "garbage of 10 MB": (b"\xfa\xce" * 5_000_000, "too_large"),
}


@pytest.mark.parametrize("file", [SCENARIO, PROGRAMMES, LEDGER, ABOUT, "salatiga/units.csv", "salatiga/sources.csv"])
@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED)
def test_a_file_that_is_no_text_is_refused(data, file, spoiled):
    """Whatever the kind of file, an unreadable one is named as such."""
    content, code = spoiled
    (data / file).write_bytes(content)
    problems = problems_of(read, data / file)
    assert code in {problem.code for problem in problems}
    assert any(problem.file.endswith(file) for problem in problems)


ODD_SCALARS = ["a: 2024-13-45\n", "a: 0x_\n", "a: 0b_\n", "a: " + "9" * 5000 + "\n"]


@pytest.mark.parametrize("content", ["- 1\n- 2\n", "just words\n", "[" * 5000 + "]" * 5000, "? [a, b]\n: 1\n", "a: 1\n---\nb: 2\n",
                                     "1: x\n", "null\n", "a: *b\n", "{}\n", "%YAML 9.9\n---\na: 1\n",
                                     *ODD_SCALARS])
@pytest.mark.parametrize("file", [SCENARIO, PROGRAMMES, LEDGER, ABOUT])
def test_a_yaml_file_of_another_shape_is_refused(data, file, content):
    """Lists, bare words, odd keys, two documents: a named problem, never a traceback."""
    (data / file).write_text(content)
    assert problems_of(read, data / file)


def test_a_missing_file_names_what_lies_near(data):
    """A slip in the name of a file is found."""
    problem, = problems_of(Scenario.load, data / "scenarios" / "todays_paht.yaml")
    assert problem.code == "missing_file_near" and "todays_path.yaml" in problem.values["nearest"]


def test_a_folder_is_not_a_file(data):
    """Nor is a missing folder."""
    assert [p.code for p in problems_of(Scenario.load, data / "scenarios")] == ["is_folder"]
    assert [p.code for p in problems_of(Scenario.load, data / "nowhere" / "x.yaml")] == ["missing_file"]


def table(data, name):
    """Path and rows of a table of the city."""
    path = data / "salatiga" / f"{name}.csv"
    return path, path.read_text(encoding="utf-8").splitlines()


def city_problems(path, rows):
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return problems_of(lambda path: City.load(path.parent), path)


def with_cell(rows, line, column, value):
    """The rows with another value in one cell; lines count from 1 as in an editor."""
    position = rows[0].split(",").index(column)
    cells = rows[line - 1].split(",")
    cells[position] = value
    return [*rows[: line - 1], ",".join(cells), *rows[line:]]


CELL_MISTAKES = {
    "text for a number": ("staff", 3, "pns", "dua belas", "not_number"),
    "decimal comma": ("staff", 3, "exit_relative", '"1,5"', "decimal_comma"),
    "thousands": ("units", 3, "users_per_year", '"10,346"', "decimal_comma"),
    "empty cell": ("ratings", 4, "waktu", "", "empty_cell"),
    "half a person": ("staff", 3, "pns", "10.5", "not_whole"),
    "negative people": ("staff", 3, "pns", "-2", "out_of_range"),
    "not a number": ("staff", 3, "pns", "nan", "not_number"),
    "endless": ("units", 3, "users_per_year", "inf", "not_number"),
    "rating above four": ("ratings", 4, "waktu", "82.5", "out_of_range"),
    "level above five": ("levels", 5, "teknis", "6", "out_of_range"),
    "nobody": ("staff", 3, "pns", "0", "no_people"),
    "unknown unit": ("staff", 3, "unit", "inspektorta", "unknown_unit"),
    "unknown group": ("staff", 3, "group", "front_line", "unknown_group"),
    "unknown kind": ("units", 3, "kind", "offices", "unknown_kind"),
    "unknown grade": ("units", 3, "grade", "E", "not_an_option"),
    "unknown source": ("units", 3, "source", "rule_user", "unknown_source"),
    "too few servers": ("services", 2, "servers", "1", "overloaded"),
    "a peak longer than the day": ("services", 2, "peak_hours", "12", "peak_too_long"),
}


@pytest.mark.parametrize("mistake", CELL_MISTAKES.values(), ids=CELL_MISTAKES)
def test_a_mistake_in_a_cell_is_named_with_row_and_column(data, mistake):
    """The problem stands at the row an editor shows and names the column."""
    name, line, column, value, code = mistake
    path, rows = table(data, name)
    problems = city_problems(path, with_cell(rows, line, column, value))
    problem = next(problem for problem in problems if problem.code == code)
    assert problem.line == line and problem.file.endswith(f"{name}.csv")
    assert column in problem.column or code in ("overloaded", "no_people")


@pytest.mark.parametrize("name", ["units", "staff", "levels", "ratings", "services", "sources"])
def test_a_missing_column_is_named(data, name):
    """And so is the one that took its place."""
    path, rows = table(data, name)
    first = rows[0].split(",")[1]
    rows[0] = rows[0].replace(f",{first},", f",{first}x,", 1)
    problems = city_problems(path, rows)
    found = {(problem.code, problem.line, problem.column) for problem in problems if problem.file.endswith(f"{name}.csv")}
    assert found >= {("missing_column", 1, first), ("unknown_column", 1, f"{first}x")}
    assert first in next(p for p in problems if p.code == "unknown_column").values["nearest"]


@pytest.mark.parametrize("name", ["units", "staff", "levels", "ratings", "services", "sources"])
def test_a_repeated_row_is_named_with_the_first_one(data, name):
    """A unit, a cell or a service stands in a table once."""
    path, rows = table(data, name)
    problems = city_problems(path, [*rows, rows[1]])
    problem = next(problem for problem in problems if problem.code == "duplicate_row")
    assert problem.line == len(rows) + 1 and problem.values["first"] == "2"


@pytest.mark.parametrize("name", ["units", "staff", "levels", "ratings", "services", "sources"])
@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_table_with_other_separators_is_refused(data, name, mark):
    """Semicolons and tabs are what a spreadsheet with Indonesian settings writes."""
    path, rows = table(data, name)
    problems = city_problems(path, [row.replace(",", mark) for row in rows])
    assert [(p.code, p.line) for p in problems if p.file.endswith(f"{name}.csv")] == [("not_comma", 1)]


def test_a_comma_inside_a_text_without_quotes_is_found(data):
    """The row has one cell more than the heading."""
    path, rows = table(data, "units")
    problems = city_problems(path, [*rows[:2], rows[2].replace("Sekretariat Daerah", "Sekretariat, Daerah", 1), *rows[3:]])
    assert ("cell_count", 3) in {(problem.code, problem.line) for problem in problems}


def test_a_quote_that_never_ends_is_found(data):
    """The rest of the file would be one cell."""
    path, rows = table(data, "units")
    assert city_problems(path, [*rows[:2], '"' + rows[2], *rows[3:]])


def test_rows_below_a_text_with_a_line_break_keep_their_place(data):
    """A line break inside quotes does not shift the line that is named."""
    path, rows = table(data, "units")
    rows[1] = rows[1].replace("Inspektorat,", '"Inspek\ntorat",', 1)
    rows = with_cell(rows, 5, "users_per_year", "banyak")
    problem, = city_problems(path, rows)
    assert (problem.code, problem.line) == ("not_number", 6)


def test_a_table_without_rows_is_refused(data):
    """A heading alone is not a table."""
    path, rows = table(data, "ratings")
    assert "no_rows" in {problem.code for problem in city_problems(path, rows[:1])}


def test_a_missing_row_is_named(data):
    """Each unit has ratings, each cell has levels, each unit has people."""
    for name, code in (("ratings", "missing_row"), ("levels", "missing_row"), ("staff", "total_differs")):
        path, rows = table(data, name)
        whole = path.read_text(encoding="utf-8")
        assert code in {problem.code for problem in city_problems(path, [*rows[:1], *rows[2:]])}
        path.write_text(whole, encoding="utf-8")


def test_people_add_up_to_the_published_total(data):
    """One person more than the published total is found."""
    path, rows = table(data, "staff")
    pns = int(rows[1].split(",")[2])
    problem, = city_problems(path, with_cell(rows, 2, "pns", str(pns + 1)))
    assert problem.code == "total_differs" and problem.column == "pns"


def test_a_missing_table_is_named(data):
    """A city without ratings is not a city."""
    (data / "salatiga" / "ratings.csv").unlink()
    codes = {problem.code for problem in problems_of(City.load, data / "salatiga")}
    assert codes & {"missing_file", "missing_file_near"}


@pytest.mark.parametrize("draws", [0, -1, 1.5, True, "100", 1_000_001, None])
def test_a_strange_number_of_futures_is_refused(draws, city, ledger, library):
    """Draws are a whole number from 1 to a million."""
    with pytest.raises(InputError) as caught:
        simulate(library["no_training"], city, ledger, draws)
    assert [problem.code for problem in caught.value.problems] == ["draws"]
    assert caught.value.text("id") != caught.value.text("en")


CHANGES = {
    "unknown field": ({"targetting": "rotation"}, "unknown_key"), "wrong type": ({"years": "5"}, "wrong_type"),
    "negative money": ({"budget_rp": -1.0}, "beyond_limit"), "both ways": ({"classes": {"pka": 1}}, "shares_and_classes"),
    "unknown assumption": ({"overrides": {"kapa": 0.5}}, "unknown_assumption"),
    "beyond its range": ({"overrides": {"d20": 5.0}}, "out_of_range"),
    "unknown switch": ({"structure": {"doses": "flat"}}, "unknown_switch"),
    "unknown option": ({"structure": {"dose": "steep"}}, "unknown_option"),
    "no needs": ({"targeting": "needs"}, "needs_missing"), "a quarter twice": ({"quarters": [1, 1]}, "repeated_quarter"),
    "no quarter": ({"quarters": []}, "empty_value"), "a fifth quarter": ({"quarters": [5]}, "beyond_limit"),
    "classes beyond the money": ({"programmes": {}, "classes": {"pka": 1000}}, "classes_over_budget"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_of_a_scenario_is_checked_like_a_file(change, library):
    """What a file may not say, a changed scenario may not say either."""
    changes, code = change
    with pytest.raises(InputError) as caught:
        library["todays_path"].replace(changes)
    assert code in {problem.code for problem in caught.value.problems}
    assert caught.value.text("id") != caught.value.text("en")


def messages(lang):
    """The catalogue of a language."""
    return catalogue(lang)


def test_both_languages_have_the_same_problems():
    """A problem that can be said in one language can be said in the other, with the same values to fill in."""
    one, other = messages("id"), messages("en")
    assert set(one) == set(other)
    for key in (key for key in one if key.startswith(("problem.", "where."))):
        assert set(re.findall(r"{(\w+)}", one[key])) == set(re.findall(r"{(\w+)}", other[key])), key


def test_every_code_in_the_source_has_a_message():
    """No problem is raised that cannot be said."""
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    raised = set(re.findall(r"(?<!\w)(?:Problem|problem|unknown)\(\s*\"([a-z_0-9]+)\"", code))
    checks = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if "present" not in path.parts)
    raised |= set(re.findall(r"yield \"([a-z_0-9]+)\"", checks))
    assert len(raised) > 40
    assert {name for name in raised if f"problem.{name}" not in messages("en")} == set()

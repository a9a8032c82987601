"""Pictures are drawn from tidy rows without a network, and new rows leave the drawing as it is."""

import json

import pytest

from simulation.present.charts import fan, levels
from simulation.present.frame import TEXT, Heading, lines, spread, text_width
from simulation.present.intervals import differences, waiting
from simulation.present.picture import LOCALES, number, signed

ID = LOCALES["id"]
HEADING = Heading("Kepuasan warga", "Garis: median", "256 undian", "Grafik kipas kepuasan warga")


def fan_rows(*scenarios, middle=86.4):
    return [
        {"scenario": scenario, "time": f"{year}-01-01T00:00:00", "period": f"triwulan I {year}",
         "p05": middle - 2, "p25": middle - 1, "p50": middle, "p75": middle + 1, "p95": middle + 2}
        for scenario in scenarios for year in (2027, 2028)
    ]


def draw_fan(rows):
    return fan(rows, HEADING, y_domain=(84, 90), y_title="IKM", locale=ID)


def test_numbers_are_written_as_indonesians_write_them():
    """Comma for decimals, point for thousands, a true minus sign, and no signed zero."""
    assert number(1234.5, 1, ID) == "1.234,5"
    assert number(-0.26, 1, ID) == "\u22120,3"
    assert number(-0.001, 2, ID) == "0,00"
    assert signed(0.214, 2, ID) == "+0,21"
    assert signed(0.001, 2, ID) == "0,00"


def test_new_rows_leave_the_specification_as_it_is():
    """So that a live chart only sends rows while a slider moves."""
    before, after = draw_fan(fan_rows("Kini", "Baru")), draw_fan(fan_rows("Kini", "Lain sekali", middle=88))
    assert before.spec == after.spec
    assert before.rows != after.rows


def test_a_line_ends_in_its_name_and_value():
    """Direct labels instead of a legend."""
    rows = draw_fan(fan_rows("Jalur hari ini")).rows
    assert [row["text"] for row in rows["ends"]] == ["Jalur hari ini"]
    assert [row["text"] for row in rows["end_values"]] == ["86,4 (84,4\u201388,4)"]


def test_labels_of_two_lines_at_the_same_height_do_not_overlap():
    """They move apart by the height of a label, as little as needed."""
    assert spread([100, 100], [40, 40], 0, 300) == [80, 120]
    assert spread([5, 150], [40, 40], 0, 300) == [20, 150]
    assert spread([290, 295], [40, 40], 0, 300) == [240, 280]


def test_a_text_is_broken_at_spaces_only():
    """A word longer than the room keeps its line."""
    assert lines("satu dua", 1000, 15) == ["satu dua"]
    assert lines("pemerintahan dua", 20, 15) == ["pemerintahan", "dua"]
    assert lines("", 100, 15) == []


def test_the_svg_carries_its_text_alternative_and_no_address():
    """A reader who hears the page gets the description, and nothing is fetched."""
    svg = draw_fan(fan_rows("Kini"))._repr_mimebundle_()["image/svg+xml"]
    assert 'aria-label="Grafik kipas kepuasan warga"' in svg
    assert "Kepuasan warga" in svg
    assert "http" not in svg.replace("http://www.w3.org/", "")


def test_a_png_is_written_whole(tmp_path):
    """The file is an image and no draft stays beside it."""
    path = draw_fan(fan_rows("Kini")).save(tmp_path / "new" / "fan.png")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [file.name for file in path.parent.iterdir()] == ["fan.png"]


def test_shares_fill_the_bar_and_small_ones_stay_unlabelled():
    """The bar of a year is as high as the plot, whatever the shares."""
    shares = [0.03, 0.27, 0.4, 0.2, 0.1]
    rows = [{"scenario": "Kini", "year": 2026, "level": n, "share": share} for n, share in enumerate(shares, 1)]
    picture = levels(rows, HEADING, level_names=list("12345"), locale=ID)
    bars = picture.rows["bars"]
    assert [bar["text"] for bar in bars] == ["", "27", "40", "20", "10"]
    assert bars[0]["y2"] == picture.spec["height"]
    assert bars[-1]["y"] == pytest.approx(0, abs=0.01)
    assert picture.svg()


def test_every_dot_stands_on_its_own_line():
    """Two counters with two series give four lines, each with the value in words."""
    rows = [{"counter": counter, "series": series, "p05": 8, "p50": 10.25, "p95": 12}
            for counter in ("KTP", "Izin") for series in ("Sekarang", "Baru")]
    picture = waiting(rows, HEADING, x_domain=(0, 20), x_title="menit", locale=ID)
    assert len({dot["y"] for dot in picture.rows["dots"]}) == 4
    assert {value["text"] for value in picture.rows["values"]} == {"10,2"}
    assert picture.svg()


def test_a_difference_has_the_colour_of_its_verdict():
    """Picture and sentence come from the same verdict."""
    names = {"better": "lebih baik", "worse": "lebih buruk", "cannot tell": "belum dapat dibedakan"}
    rows = [{"scenario": verdict, "p05": -0.1, "p50": 0.1, "p95": 0.3, "verdict": verdict} for verdict in names]
    picture = differences(rows, HEADING, x_domain=(-1, 1), x_title="selisih IKM", smallest=0.05,
                          smallest_label="terlalu kecil", verdict_names=names, locale=ID)
    assert [dot["tone"] for dot in picture.rows["dots"]] == [entry["tone"] for entry in picture.rows["legend"]]
    assert picture.rows["values"][0]["text"] == "+0,10 (\u22120,10 \u2026 +0,30)"
    assert picture.svg()


def test_a_chart_says_when_it_cannot_show_the_rows():
    """No rows, or more scenarios than it has colours for."""
    with pytest.raises(ValueError, match="nothing to draw"):
        draw_fan([])
    with pytest.raises(ValueError, match="at most 2"):
        draw_fan(fan_rows("a", "b", "c"))


@pytest.mark.parametrize("width", [520, 680])
def test_years_under_the_levels_do_not_run_into_each_other(width):
    """Where six years of two scenarios leave no room for four digits, two are written."""
    rows = [{"scenario": name, "year": year, "level": level, "share": 0.2}
            for name in ("A", "B") for year in range(2026, 2032) for level in range(1, 6)]
    years = levels(rows, HEADING, level_names=list("12345"), locale=ID, width=width).rows["years"]
    room = years[1]["x"] - years[0]["x"]
    assert all(text_width(year["text"], TEXT) + 2 < room for year in years)


def test_control_characters_in_a_name_do_not_end_the_program():
    """The renderer would abort the process; they are drawn as spaces, and a backslash stays one."""
    from simulation.present.picture import _drawable

    drawn = json.loads(_drawable({"name": "a\x07b\\u0007c\x08d"}, {}))
    assert drawn["name"] == "a b\\u0007c d"

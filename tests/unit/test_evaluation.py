"""An evaluation says one thing in words, table and pictures, and names what is wrong with its input."""

import pandas as pd
import pytest

from simulation import City, InputError, evaluate
from simulation.present import evaluation_views as views
from simulation.survey import Survey
from simulation.workbook.book import DATA

STARTS = {"disdukcapil": "2026-Q1", "kec_sidorejo": "2026-Q1", "dpmptsp": "2026-Q1", "kec_tingkir": "2026-Q3", "dinkes": "2026-Q3",
          "kec_sidomukti": None, "kec_argomulyo": None, "disdik": None}


@pytest.fixture(scope="module")
def cells():
    return Survey.read(DATA / "samples" / "skm_empat_gelombang.csv").in_city(City.load()).cells()


@pytest.fixture(scope="module")
def found(cells):
    return evaluate(cells, STARTS)


def test_words_table_and_picture_come_from_one_decision(found):
    """The number of the sentence is the number of the picture and of the result."""
    assert found.verdict == "cannot tell" and found.naive_cheers
    for lang, word in (("id", "Tidak dapat dipastikan"), ("en", "Cannot tell")):
        text = found.sentence(lang)
        assert text.startswith(word)
        assert views.verdict_picture(found, lang).spec and text.split("\n")[0] in str(views.verdict_picture(found, lang).spec)
    assert len(found.table()) == 32


def test_the_order_of_rows_does_not_matter(cells, found):
    """The same cells in another order give the same bits."""
    again = evaluate(cells.sample(frac=1.0, random_state=3), dict(reversed(STARTS.items())))
    assert again.change == found.change and again.sentence() == found.sentence()


def test_a_real_gain_is_called_improved_and_a_loss_worsened(cells):
    """Six points up and seven down are seen."""
    for change, verdict in ((6.0, "improved"), (-7.0, "worsened")):
        changed = cells.copy()
        trained = [STARTS[u] is not None and w >= STARTS[u] for u, w in zip(cells["unit"], cells["wave"], strict=True)]
        changed.loc[trained, "ikm"] += change
        assert evaluate(changed, STARTS).verdict == verdict


def test_all_starting_together_falls_back_to_before_and_after(cells):
    """Without comparison units the sentence says what cannot be known."""
    alone = evaluate(cells[cells["unit"] == "dinkes"], {"dinkes": "2026-Q1"})
    assert alone.kind == "before_after" and alone.allowance > 0
    assert "pembanding" in alone.sentence() and "comparison" in alone.sentence("en")


def test_groups_that_part_before_the_training_are_a_warning(cells):
    """A difference that is there before the start is no effect."""
    changed = cells.copy()
    late = changed["unit"].isin([u for u, w in STARTS.items() if w == "2026-Q1"]) & (changed["wave"] == "2025-Q3")
    changed.loc[late, "ikm"] -= 9.0
    found = evaluate(changed, STARTS)
    assert found.uneven_before and "Warning" in found.sentence("en")


def test_small_cells_are_left_out_with_a_note(cells):
    """Fewer than five respondents are not shown alone."""
    changed = cells.copy()
    changed.loc[changed.index[0], "n"] = 4
    assert any(note.code == "few" for note in evaluate(changed, STARTS).notes)


def test_a_survey_that_would_see_a_wanted_change(found):
    """A design table says what would be enough, fewest respondents first."""
    frame = found.designs(2.0)
    enough = frame[frame["seen"]]
    assert len(enough) and (enough["smallest"] <= 2.0).all() and enough["respondents"].is_monotonic_increasing
    assert len(views.design_rows(found, 0.01)) > 2 and len(views.rate_rows(found)) == 11 and len(views.unit_rows(found)) == 9


MISTAKES = {
    "an unknown unit": (lambda c: c, {**STARTS, "disdukcapl": None}, "evaluation_unknown_unit"),
    "an unknown wave": (lambda c: c, {**STARTS, "disdik": "2026-Q2"}, "evaluation_unknown_wave"),
    "a unit nobody spoke of": (lambda c: c, {"disdik": None}, "evaluation_silent_unit"),
    "nobody trained": (lambda c: c, dict.fromkeys(STARTS), "evaluation_nobody_started"),
    "one wave": (lambda c: c[c["wave"] == "2026-Q3"], STARTS, "evaluation_one_wave"),
    "no wave before": (lambda c: c, {u: "2025-Q1" for u in STARTS}, "evaluation_no_wave_before"),
    "one respondent": (lambda c: c.assign(n=1), STARTS, "evaluation_few"),
    "an IKM beyond the scale": (lambda c: c.assign(ikm=101), STARTS, "evaluation_ikm"),
    "a negative spread": (lambda c: c.assign(sd=-1), STARTS, "evaluation_sd"),
    "no column n": (lambda c: c.drop(columns="n"), STARTS, "missing_column"),
    "a cell twice": (lambda c: pd.concat([c, c.head(1)]), STARTS, "evaluation_twice"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named(cells, mistake):
    """What is wrong is said in both languages."""
    change, starts, code = mistake
    with pytest.raises(InputError) as caught:
        evaluate(change(cells), starts)
    assert code in {problem.code for problem in caught.value.problems}
    assert caught.value.text("id") != caught.value.text("en")

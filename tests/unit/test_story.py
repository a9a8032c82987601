"""The council's story is composed from the results by rules, so it cannot contradict them."""

import numpy as np
import pytest

from simulation.analysis.choice import choose
from simulation.assumptions import Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.errors import InputError
from simulation.indicators import three
from simulation.language import band
from simulation.outcome import compare
from simulation.present.story import EXHIBITS, PAGES, story
from simulation.scenario import Scenario

DRAWS = 64
NAMES = ("todays_path", "designed_for_impact", "digital_front_desk", "double_budget", "half_budget", "no_training")


@pytest.fixture(scope="module")
def outcomes():
    ledger, library = Assumptions.load(), Scenario.library()
    city = City.load(tables=ledger.tables)
    return {name: simulate(library[name], city, ledger, DRAWS) for name in NAMES}


def against(outcomes, *names, base="todays_path"):
    return [compare(outcomes[name], outcomes[base]) for name in names]


def all_text(told):
    return " ".join(text for page in told.pages for text in (page.title, page.lead, *page.points, page.notes, *(c for row in page.table for c in row)))


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_story_has_all_pages_and_every_exhibit_once(outcomes, lang):
    """Eight pages in their order; each kind of picture stands on exactly one."""
    told = story(against(outcomes, "designed_for_impact", "double_budget"), lang, "2026-11-24")
    assert tuple(page.name for page in told.pages) == PAGES
    assert sorted(e.name for page in told.pages for e in page.exhibits) == sorted(EXHIBITS)
    assert all(page.title and page.lead and page.points and page.notes for page in told.pages)
    assert "2026" in told.stamp and told.record_id in told.stamp
    assert "{" not in all_text(told)


def test_both_languages_tell_the_same_story(outcomes):
    """As many points, rows and exhibits on each page; other words."""
    compared = against(outcomes, "designed_for_impact", "half_budget")
    here, there = story(compared, "id"), story(compared, "en")
    for a, b in zip(here.pages, there.pages, strict=True):
        assert [len(a.points), len(a.exhibits), [len(r) for r in a.table]] == [len(b.points), len(b.exhibits), [len(r) for r in b.table]]
        assert a.title != b.title
    assert len(here.appendix) == len(there.appendix) == 1 + len(compared[0].b.assumptions.parameters)


def test_the_numbers_on_the_pages_are_those_of_the_comparison(outcomes):
    """Picture page, verdict and options table carry one and the same band."""
    compared = against(outcomes, "designed_for_impact", "double_budget")
    gain = band(*three(compared[0].ikm), "id", sign=True)
    told = story(compared, "id")
    assert gain in told.page("picture").lead
    assert gain in told.page("verdict").lead
    assert any(gain in row for row in told.page("options").table)


def test_the_better_option_with_the_largest_gain_is_put_forward(outcomes):
    """The order in which options are given does not matter."""
    names = ("double_budget", "digital_front_desk", "designed_for_impact")
    for order in (names, names[::-1]):
        choice = choose(against(outcomes, *order))
        better = [c for c in against(outcomes, *names) if c.verdict == "cannot tell" and c.direction[0] == "higher"]
        assert choice.leaning and not choice.proven
        assert np.median(choice.lead.ikm) == max(np.median(c.ikm) for c in better)
        assert choice.between.b.scenario.key in names


def test_without_a_better_option_nothing_is_recommended(outcomes):
    """The cheapest that cannot be told apart leads, the proposal does not ask to approve it, and the money shown is the baseline's."""
    compared = against(outcomes, "half_budget", "no_training")
    assert {c.verdict for c in compared} == {"practically the same"}
    told = story(compared, "en")
    assert choose(compared).lead.a.scenario.key == "no_training"
    assert "approve" not in told.page("decision").lead and "No option" in told.page("decision").lead
    assert told.page("decision").table[1][1] == "Rp 1,600,000,000"


def test_a_plan_that_harms_is_not_proposed(outcomes):
    """Against a good plan everything else is lower, and the pages say so."""
    compared = against(outcomes, "no_training", "half_budget", base="designed_for_impact")
    assert {c.direction[0] for c in compared} == {"lower"} and choose(compared).falling
    told = story(compared, "en")
    assert "lower" in told.page("decision").lead and "keep" in told.page("decision").lead
    assert "lower" in told.page("caution").lead


def test_a_tiny_difference_has_no_survey_that_sees_it(outcomes):
    """A zero effect is not turned into a number of respondents."""
    base = outcomes["todays_path"]
    same = base.named(base.scenario.replace({"budget_rp": base.scenario.budget_by_year[0] + 1}))
    told = story([compare(same, outcomes["todays_path"])], "en")
    assert "next to nothing" in told.page("measure").points[0]


@pytest.mark.parametrize(("change", "code"), [
    ({"lang": "de"}, "story_language"), ({"made": "yesterday"}, "story_date"), ({"comparisons": []}, "no_option"),
])
def test_what_cannot_be_told_is_refused_in_words(outcomes, change, code):
    """An unknown language, a wrong date and an empty list are named."""
    given = {"comparisons": against(outcomes, "half_budget"), "lang": "id", "made": ""} | change
    with pytest.raises(InputError) as refused:
        story(**given)
    assert code in [problem.code for problem in refused.value.problems]


def test_options_against_different_baselines_are_refused(outcomes):
    """One story has one baseline."""
    mixed = [*against(outcomes, "half_budget"), *against(outcomes, "double_budget", base="no_training")]
    with pytest.raises(InputError, match="story_bases|acuan|baseline"):
        story(mixed, "id")

"""The council page without a browser: it turns pages, answers controls, changes its language and survives mistakes."""

import json
import re
from html import escape
from html.parser import HTMLParser

import pytest

from simulation.errors import InputError
from simulation.language import number, say
from simulation.present.story import PAGES
from simulation.workbook import council_free
from simulation.workbook.council import NAMES, CouncilPage
from simulation.workbook.council_pack import pack_work
from simulation.workbook.live import VegaLive

VOID = {"input", "br", "hr", "img"}


@pytest.fixture(scope="module")
def built():
    """One page for all tests; each puts it back."""
    return CouncilPage("en")


@pytest.fixture
def page(built):
    built.state = {"lang": "en", "tab": "story", "page": 0, "picture": 0,
                   "values": {"budget": 1600, "mix": "designed_for_impact", "practice": "all", "follow_up": "all"}}
    built._head()
    return built


class Balance(HTMLParser):
    """Whether every tag is closed in its turn."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def press(part, what):
    """What a press in the browser sends."""
    part._handle_custom_msg({"do": what}, [])


def drag(page, **values):
    """What a moved control in the browser sends."""
    page.free.controls.values = {**page.free.controls.values, **values}


def shown(page):
    """All parts on the page now, also inside boxes."""
    def within(widget):
        return [widget, *(inner for child in getattr(widget, "children", ()) for inner in within(child))]
    return within(page.widget)


def test_the_story_has_eight_pages_and_ends_at_both_ends(page):
    """Next walks through every page and picture and stops at the last; back returns to the first."""
    seen = []
    for _ in range(len(page.story.steps) + 3):
        seen.append(page.story.place["page"])
        press(page.story.way, "next")
    assert sorted(set(seen)) == list(range(len(PAGES)))
    assert page.story.step == len(page.story.steps) - 1
    for _ in range(len(page.story.steps) + 3):
        press(page.story.way, "back")
    assert page.story.step == 0


def test_only_the_pictures_of_the_current_page_exist(page):
    """Turning the page closes the chart before it."""
    page.story.turn_to(3)
    first = next(w for w in shown(page) if isinstance(w, VegaLive))
    press(page.story.way, "next")
    charts = [w for w in shown(page) if isinstance(w, VegaLive)]
    assert len(charts) == 1 and charts[0] is not first
    assert first.comm is None


def test_turning_a_page_moves_the_focus_but_restoring_does_not(page):
    """A visitor who comes back is not thrown to a heading."""
    before = page.story.words.focus
    press(page.story.way, "next")
    assert page.story.words.focus == before + 1
    page.state = {"page": 4}
    assert page.story.words.focus == before + 1


def test_notes_are_hidden_until_asked_for(page):
    """What the speaker may add is not on the projector by itself."""
    notes = page.story.story.pages[0].notes
    assert escape(notes) not in page.story.below.html
    press(page.story.way, "notes")
    assert escape(notes) in page.story.below.html
    press(page.story.way, "notes")
    assert escape(notes) not in page.story.below.html


def test_the_language_changes_in_place(page):
    """Page and controls stay; every part then speaks the other language."""
    page.state = {"page": 5, "values": {"budget": 900}}
    before = page.state
    press(page.head, "lang-id")
    assert page.state == before | {"lang": "id"}
    assert say("council.next", "id") in page.story.way.html
    assert say("council.budget", "id") in page.free.controls.html
    assert page.free.comparison.sentence("id").split(":")[0] in page.free.verdict.texts["verdict"]
    assert page.head.lang == page.story.words.lang == page.free.result.lang == "id"


def test_a_moved_slider_changes_numbers_chart_and_sentence(page):
    """Few futures at once, all when the hand rests, and the same numbers as the engine's."""
    before = page.free.chart.revision, page.free.result.texts, page.free.verdict.texts
    drag(page, budget=3200)
    assert page.free.chart.revision > before[0]
    assert page.free.result.texts != before[1] and page.free.verdict.texts != before[2]
    assert page.free.comparison.a.draws == council_free.FULL  # without a loop there is no waiting
    assert number(page.free.comparison.scorecard["registry_minutes"].band[1], "en", 1, sign=True) in page.free.result.texts["minutes"]


def test_dragging_uses_few_futures(page, monkeypatch):
    """While the hand moves the answer rests on 128 futures."""
    monkeypatch.setattr(page.free, "_later", lambda seconds: None)
    behind = page.free.behind.texts
    drag(page, budget=2450)
    assert page.free.behind.texts == behind
    assert page.free.comparison.a.draws == page.free.comparison.b.draws == council_free.QUICK


def test_quick_questions_halve_double_and_go_back(page):
    """The buttons move the slider too."""
    press(page.free.controls, "half")
    assert page.free.controls.values["budget"] == 800
    press(page.free.controls, "double")
    press(page.free.controls, "double")
    assert page.free.controls.values["budget"] == 3200
    assert page.free.comparison.a.plan.budget_rp.max() == 3.2e9
    drag(page, mix="todays_path", practice="as_designed")
    press(page.free.controls, "plan")
    assert page.free.scenario is page.library["designed_for_impact"]


def test_todays_path_beside_itself_is_no_difference(page):
    """The mix and the money of today give today's path: no verdict, no change."""
    drag(page, mix="todays_path", practice="as_designed", follow_up="as_designed")
    assert page.free.comparison.a.scenario.id == page.free.comparison.b.scenario.id
    assert "<strong" not in page.free.verdict.texts["verdict"]


def test_a_plan_of_ones_own_is_called_so(page):
    """Anything that is no scenario of the library carries its own name."""
    drag(page, budget=1000)
    assert say("panel.custom", "en") in page.free.verdict.texts["verdict"]


@pytest.mark.parametrize("values", [{"budget": float("nan")}, {"budget": "a"}, {"budget": True}, {"mix": "nothing"}, {"mix": ["x"]},
                                    {"practice": 3}, {"follow_up": None}, {"else": 1}])
def test_values_a_browser_should_not_send_change_nothing(page, values):
    """Broken values are left out, and no error is shown."""
    before = page.state
    drag(page, **values)
    assert page.state == before
    assert page.head.texts["problem"] == ""


def test_the_budget_stays_on_its_slider(page):
    """Below zero and beyond the end are the ends."""
    drag(page, budget=-5)
    assert page.state["values"]["budget"] == 0
    drag(page, budget=1e9)
    assert page.state["values"]["budget"] == 6400


@pytest.mark.parametrize("state", [{}, {"lang": "fr", "tab": "x", "page": "3", "values": 7}, {"page": True}, {"page": None, "lang": ["id"]}])
def test_a_state_that_cannot_be_used_changes_nothing(page, state):
    """What a browser kept may be old or broken."""
    before = page.state
    page.state = state
    assert page.state == before


def test_a_state_is_plain_and_brings_the_page_back(page):
    """It survives JSON, and pages beyond the end are the last one."""
    page.state = {"tab": "free", "page": 6, "picture": 1, "values": {"budget": 500, "follow_up": "none"}, "lang": "id"}
    kept = json.loads(json.dumps(page.state))
    page.state = {"tab": "story", "page": 99, "values": {"budget": 1600}}
    assert page.story.place["page"] == len(PAGES) - 1
    page.state = kept
    assert page.state == kept and "c-free" in page.widget._dom_classes


def test_the_state_is_told_after_every_step(page):
    """Whoever keeps the state hears of pages, paths and controls."""
    told = []
    page.on_state(told.append)
    press(page.story.way, "next")
    press(page.head, "tab-free")
    drag(page, budget=700)
    assert (told[0]["page"], told[1]["tab"], told[-1]["values"]["budget"]) == (1, "free", 700)


def test_an_error_in_a_callback_shows_words_and_goes_away(page, monkeypatch):
    """A failure never vanishes, never shows code, and the next good step takes its words away."""
    with monkeypatch.context() as broken:
        broken.setattr(page.free, "_run", lambda scenario, draws: 1 / 0)
        drag(page, budget=1450)
    assert say("council.failed", "en") in page.head.texts["problem"]
    assert "Traceback" not in page.head.texts["problem"] and "ZeroDivision" not in page.head.texts["problem"]
    drag(page, budget=1500)
    assert page.head.texts["problem"] == ""


def test_unknown_options_are_named_with_their_neighbours():
    """A wrong name is refused before anything is run."""
    with pytest.raises(InputError) as refused:
        CouncilPage("id", names=("designed_for_impct",))
    assert "designed_for_impact" in refused.value.text("id")


def test_every_part_is_well_formed_and_every_control_is_named(page):
    """Tags close, and each slider and group of choices has a label."""
    for tab in ("story", "free"):
        page.state = {"tab": tab}
        for part in (w for w in shown(page) if hasattr(w, "html")):
            balance = Balance()
            balance.feed(part.html)
            assert balance.open == []
    html = page.free.controls.html
    assert set(re.findall(r'<input id="([^"]+)"', html)) == set(re.findall(r'<label for="([^"]+)"', html))
    assert html.count("<fieldset") == html.count("<legend>")


def test_names_that_look_like_code_are_shown_as_words(page):
    """A scenario's name can be anything; on the page it is text."""
    scenario = page.library["digital_front_desk"]
    name = type(scenario.name)(id="<script>x</script>", en="<script>x</script>")
    library = {**page.library, "digital_front_desk": scenario.model_copy(update={"name": name})}
    other = CouncilPage("en", page.city, page.assumptions, names=("digital_front_desk",), scenarios=library)
    press(other.story.way, "page-2")
    for part in (other.story.words, other.story.below, other.free.controls):
        assert "<script" not in part.html and "<script" not in "".join(part.texts.values())
    assert "&lt;script&gt;" in other.free.controls.html


def test_the_three_options_stand_against_one_baseline(page):
    """The story tells of the scenarios that were named, in that order."""
    assert [c.a.scenario.key for c in page.comparisons] == list(NAMES)
    assert {c.b.scenario.key for c in page.comparisons} == {"todays_path"}


def test_the_files_for_the_meeting_are_written_only_on_a_press(page, tmp_path):
    """The button makes the pack of the story's options and says where it is; before, there is nothing."""
    work = pack_work(page.comparisons, "en", "2026-11-24", tmp_path / "pack")
    assert not (tmp_path / "pack").exists()
    work.start.click()
    work.wait()
    assert work.status.value == say("work.done", "en")
    assert {"record.json"} < {path.name for path in (tmp_path / "pack").iterdir()}
    assert work.result.record_id in work.place.children[0].value

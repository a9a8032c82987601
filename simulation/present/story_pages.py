"""The eight pages of the story, each made by rules from the same comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation.analysis.choice import Choice
from simulation.indicators import three
from simulation.language import band, listed, number, percent, rupiah, say
from simulation.outcome import CAUTION_IKM, SAME, Comparison, Outcome
from simulation.present import scorecard_words, words
from simulation.present.exhibits import exhibit
from simulation.present.ledger_words import changed_note
from simulation.present.story import PAGES, Exhibit, Page
from simulation.scorecard import promises, reading
from simulation.survey import respondents_for, smallest_visible_change

SURVEYED = 150  # respondents of one unit's survey, as everywhere in the workbook
EXPECTED = ("registry_minutes", "documents_on_time", "citizens_hours", "communication", "ikm")  # what the forecast table holds beside the levels
REPLACE = 3  # figures of the city to be replaced first that are named


@dataclass(frozen=True)
class Talk:
    """What the pages are made of.

    Attributes:
        comparisons: the options against the baseline. choice: which stands out. lang: of the reader.
        width: pixels of a picture. run: all outcomes, for the small print.
    """

    comparisons: tuple[Comparison, ...]
    choice: Choice
    lang: str
    width: int
    run: tuple[Outcome, ...]

    @property
    def base(self) -> Outcome:
        """The baseline."""
        return self.comparisons[0].b

    @property
    def lead(self) -> Comparison:
        """The option put forward."""
        return self.choice.lead

    @property
    def last_year(self) -> int:
        """Calendar year of the comparison of the lead."""
        return self.base.scenario.start_year + min(self.lead.a.scenario.years, self.base.scenario.years) - 1

    @cached_property
    def names(self) -> dict[str, str]:
        """What nearly every sentence needs."""
        base, lead, lang = self.base.scenario, self.lead.a.scenario, self.lang
        return {"city": self.base.city.about.name[lang], "base": base.name[lang], "lead": lead.name[lang], "start": str(base.start_year),
                "end": str(self.last_year), "gain": band(*three(self.lead.ikm), lang, sign=True), "smallest": number(self.lead.smallest, lang),
                "who": scorecard_words.who(self.lead.smallest, lang)}

    def tell(self, key: str, **values) -> str:
        """A message of the story."""
        return say(f"story.{key}", self.lang, **{**self.names, **values})

    def show(self, name: str) -> Exhibit:
        """An exhibit: of all options, or of the lead against the baseline."""
        return exhibit(name, self.comparisons if name == "differences" else self.lead, self.lang, width=self.width, run=self.run)

    def page(self, name: str, lead: str, points: list[str], exhibits: tuple[str, ...] = (), table=(), **values) -> Page:
        """A page with its title and its note for the speaker."""
        return Page(name, self.tell(f"{name}.title"), lead, tuple(filter(None, points)), tuple(self.show(e) for e in exhibits),
                    [list(row) for row in table], self.tell(f"{name}.notes", **values))


def pages(talk: Talk) -> tuple[Page, ...]:
    """All pages in the order of `PAGES`."""
    makers = {"question": question, "known": known, "options": options, "picture": picture, "verdict": verdict, "caution": caution,
              "measure": measure, "decision": decision}
    return tuple(makers[name](talk) for name in PAGES)


def question(talk: Talk) -> Page:
    """What is asked, of whom, and what would count as a success."""
    names = [c.a.scenario.name[talk.lang] for c in talk.comparisons if c.a.scenario.id != talk.base.scenario.id]
    today = rupiah(talk.base.plan.budget_rp.mean(), talk.lang)
    points = [talk.tell("question.period", names=listed(names, talk.lang)), talk.tell("question.money", money=today),
              talk.tell("question.success")]
    return talk.page("question", talk.tell("question.lead"), points)


def known(talk: Talk) -> Page:
    """How much is measured and how much is assumed."""
    city, ledger, lang = talk.base.city, talk.base.assumptions, talk.lang
    grades = city.figures_per_grade()
    total = sum(grades.values())
    rows = [[talk.tell(f"known.{key}") for key in ("grade", "meaning", "figures", "rows")]]
    rows += [[g, talk.tell(f"known.{g}"), number(grades[g], lang, 0), number(sum(p.grade == g for p in ledger.parameters), lang, 0)] for g in "ABCD"]
    share = percent(grades["D"] / total, lang, 1)
    points = [talk.tell("known.compare"), talk.tell("known.replace", list=_replace(talk))]
    return talk.page("known", talk.tell("known.lead", share=share, total=number(total, lang, 0)), points, table=rows)


def _replace(talk: Talk) -> str:
    return listed([str(what) for what in talk.base.city.quality(talk.lang)["replace_with"].drop_duplicates().head(REPLACE)], talk.lang)


def options(talk: Talk) -> Page:
    """The options, why each was drawn up, and what it costs."""
    lang = talk.lang
    scenarios = [(c.a.scenario, c.a) for c in talk.comparisons if c.a.scenario.id != talk.base.scenario.id]
    points = [talk.tell("options.reason", name=s.name[lang], reason=s.reason[lang]) if s.reason else s.name[lang] for s, _ in scenarios]
    costs = [o.plan.cost_rp.sum() for _, o in scenarios]
    lead = talk.tell("options.lead" if len(costs) > 1 else "options.single", low=rupiah(min(costs), lang), high=rupiah(max(costs), lang),
                     money=rupiah(talk.base.plan.cost_rp.sum(), lang))
    rows = words.comparison_rows(_with_base(talk), lang)
    duty = scorecard_words.induction_line(talk.base, lang)
    return talk.page("options", lead, [*points, duty], table=rows)


def _with_base(talk: Talk) -> list[Comparison]:
    """The options, and the baseline beside itself if it is not among them."""
    if any(c.a.scenario.id == talk.base.scenario.id for c in talk.comparisons):
        return list(talk.comparisons)
    return [*talk.comparisons, talk.base.compare(talk.base)]


def picture(talk: Talk) -> Page:
    """All options beside each other, then the one put forward along the chain and over the units."""
    return talk.page("picture", talk.tell("picture.lead"), [talk.tell("picture.read")], ("differences", "chain", "units"))


def verdict(talk: Talk) -> Page:
    """What can be said, in the words of the verdicts."""
    lang, choice = talk.lang, talk.choice
    points = [scorecard_words.short(c, lang) for c in choice.others if c.a.scenario.id != talk.base.scenario.id]
    if choice.between is not None:
        rival = choice.between.b.scenario.name[lang]
        gain = band(*three(choice.between.ikm), lang, sign=True)
        key = "separate" if choice.separate else "alike" if choice.between.verdict == SAME else "together"
        points.append(talk.tell(f"verdict.{key}", rival=rival, difference=gain))
    points.append(talk.tell("verdict.rule"))
    direction, gain, *more = scorecard_words.ikm_sentences(talk.lead, lang)
    card = talk.lead.scorecard
    first = [" ".join(more), say("scorecard.no_promise", lang) if card.no_promise_of_its_own else "", " ".join(scorecard_words.reasons(card, lang))]
    return talk.page("verdict", f"{direction} {gain}", [*first, *points], ("gain",), card.rows(lang))


def caution(talk: Talk) -> Page:
    """How sure, what could be wrong, and what the figure does not say."""
    lang, lead = talk.lang, talk.lead
    ledger = talk.base.assumptions
    assumed = sum(p.grade == "D" for p in ledger.parameters)
    within = 1.0 - lead.share_better - lead.share_worse
    answer = talk.tell(f"caution.{lead.verdict}", less=scorecard_words.of_hundred(lead.share_worse, lang), within=scorecard_words.of_hundred(within, lang),
                       share=scorecard_words.of_hundred(max(lead.share_better, lead.share_worse), lang),
                       direction=scorecard_words.direction(lead.direction, lang))
    notes = list(dict.fromkeys(note for o in (lead.a, talk.base) if (note := changed_note(o.assumptions, lang))))
    level = lead.a.year_mean(lead.a.city_ikm, talk.last_year - talk.base.scenario.start_year + 1)
    points = [words.survey_sentence(lead, lang), talk.tell("caution.assumed", n=assumed, rows=len(ledger.parameters)), talk.tell("caution.band"),
              talk.tell("caution.start", level=_width(level, lang), difference=_width(lead.ikm, lang)),
              say("caution.large", lang, limit=number(CAUTION_IKM, lang, 0)) if lead.a.promises_much() else "", *notes]
    return talk.page("caution", answer, points, ("ikm",))


def _width(draws: np.ndarray, lang: str) -> str:
    """From the 5 to the 95 % quantile."""
    low, _, high = three(draws)
    return number(high - low, lang)


def measure(talk: Talk) -> Page:
    """What the city will measure, what to expect then, and what a survey alone cannot show."""
    lang, lead = talk.lang, talk.lead
    sd = talk.base.assumptions["respondent_sd"].value
    middle = abs(float(np.median(lead.ikm)))
    seen = number(smallest_visible_change(SURVEYED, sd), lang, 1)
    need = talk.tell("measure.need", n=number(respondents_for(middle, sd), lang, 0)) if middle >= 0.005 else talk.tell("measure.zero")
    points = [need, talk.tell("measure.tickets"), talk.tell("measure.tests"), talk.tell("measure.controls"), talk.tell("measure.ledger")]
    return talk.page("measure", talk.tell("measure.lead", seen=seen, n=SURVEYED), points, ("waiting", "levels"), _expected(talk))


def _expected(talk: Talk) -> list[list[str]]:
    """Indicators now, with the plan and with the baseline, in the last common year."""
    lang, lead, base = talk.lang, talk.lead.a, talk.base
    year = talk.last_year - base.scenario.start_year + 1
    rows = [[talk.tell(f"measure.{key}") for key in ("indicator", "now")]
            + [o.scenario.name[lang] for o in (lead, base)] + [talk.tell("measure.source")]]
    for one in promises():
        cells = [reading(base, one, 0), reading(lead, one, year), reading(base, one, year)] if one.key in EXPECTED else [None]
        if cells[0] is not None:
            factor = scorecard_words.SCALES.get(one.unit, 1.0)
            rows.append([f"{one.name[lang]} ({say(f'scorecard.short.{one.unit}', lang)})", *(band(*three(factor * c), lang, one.decimals) for c in cells),
                         one.measured[lang]])
    standard = [o.meeting_standard("frontline") for o in (lead, base)]
    people = [100.0 * s for s in (standard[1][0], standard[0][year], standard[1][year])]
    rows.append([talk.tell("measure.standard"), *(band(*three(p), lang, 0) for p in people), talk.tell("measure.standard_source")])
    return rows


def decision(talk: Talk) -> Page:
    """What can be decided now, and what would change the decision."""
    lang, choice, plan = talk.lang, talk.choice, talk.lead.a.plan
    cost = rupiah(plan.cost_rp[:, 0].sum(), lang)
    worse = talk.lead.verdict == "worse" or choice.falling
    answer = "proven" if choice.proven else "lower" if choice.falling else "none" if worse else "open"
    proposed = choice.lead.a if choice.proven else talk.base
    points = ["" if worse else talk.tell("decision.first" if choice.proven else "decision.leaning" if choice.leaning else "decision.try", cost=cost),
              "" if choice.separate or not choice.proven else talk.tell("decision.together", rival=choice.between.b.scenario.name[lang]),
              talk.tell("decision.before"), talk.tell("decision.review"), talk.tell("decision.replace", list=_replace(talk)),
              words.legal_line(proposed, lang)]
    return talk.page("decision", talk.tell(f"decision.{answer}", cost=rupiah(plan.cost_rp.sum(), lang), share=scorecard_words.of_hundred(choice.lead.share_better, lang)),
                     points, table=_money(talk, proposed))


def _money(talk: Talk, outcome: Outcome) -> list[list[str]]:
    """Budget, cost, unspent money and people in class of every year."""
    lang, plan, start = talk.lang, outcome.plan, outcome.scenario.start_year
    rows = [[talk.tell(f"decision.{key}") for key in ("year", "budget", "cost", "unspent", "seats")]]
    return rows + [[str(start + y), rupiah(plan.budget_rp[y], lang), rupiah(plan.cost_rp[:, y].sum(), lang), rupiah(plan.unspent_rp[y], lang),
                    number(plan.seats[:, y].sum(), lang, 0)] for y in range(outcome.scenario.years)]

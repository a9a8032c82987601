"""The value of information in words, tables and pictures; all from one `Information`, so they cannot disagree."""

from __future__ import annotations

import numpy as np

from simulation.analysis.futures import LUCK
from simulation.language import about_rupiah, listed, number, percent, say
from simulation.present import information_charts, intervals, needs_charts
from simulation.present.frame import Heading
from simulation.present.ledger_words import changed_note
from simulation.present.picture import LOCALES, Picture

NAMED = 3  # assumptions told in the sentence; the table has all
BARS = 12  # of the picture
MILLION, BILLION = 1e6, 1e9
ROUND_RP = 25e9  # willingness to pay of the short table; where the best plan changes is shown beside
TONE_OF = {"buy": "better", "unsure": "cannot tell", "leave": "worse"}


def sentence(info, lang: str = "id") -> str:
    """See `Information.sentence`."""
    values = {"willingness": about_rupiah(info.choice.willingness_rp, lang), "plan": info.preferred.name[lang],
              "share": percent(info.choice.probability_best, lang)}
    parts = [say("information.says.choose", lang, **values)]
    evpi = info.choice.evpi
    if evpi.value_rp == 0.0:
        return " ".join([*parts, say("information.says.evpi_none", lang), say("information.says.caution", lang, n=len(info.scenarios))])
    parts.append(say("information.says.evpi", lang, value=_band(evpi, lang), points=number(info.points(evpi.value_rp), lang, 3)))
    sure = [worth for worth in info.of("assumption") if worth.estimate.low_rp > 0.0][:NAMED]
    told = [say("information.says.top_one", lang, name=label(info, worth.key, lang), value=about_rupiah(worth.estimate.value_rp, lang))
            for worth in sure]
    parts.append(say("information.says.top", lang, names=listed(told, lang)) if told else say("information.says.no_top", lang))
    if info.studies:
        parts.append(_purchase(info, lang))
    return " ".join([*parts, say("information.says.caution", lang, n=len(info.scenarios))])


def _purchase(info, lang: str) -> str:
    """What to buy, or that there is nothing to buy."""
    first = info.studies[0]
    values = {"study": study_name(first, lang), "cost": about_rupiah(first.cost_rp, lang), "value": _band(first.estimate, lang)}
    if first.net_rp > 0.0:
        return (say("information.says.buy", lang, **values) if first.verdict == "buy"
                else say("information.says.unsure", lang, draws=number(info.draws, lang, 0), **values))
    if all(study.verdict == "leave" for study in info.studies):
        return say("information.says.nothing", lang)
    return say("information.says.nothing_likely", lang, **values)


def know_before(info, key: str, lang: str = "id") -> str:
    """See `Information.know_before`."""
    worth = info.worth(key)
    told = say("information.says.know", lang, name=label(info, key, lang), value=_band(worth.estimate, lang))
    measuring = [study for study in info.studies if key in study.study.measures]
    if not measuring:
        return " ".join([told, say("information.says.know_no_study", lang)])
    best = measuring[0]
    return " ".join([told, say("information.says.know_study", lang, study=study_name(best, lang), cost=about_rupiah(best.cost_rp, lang),
                               value=_band(best.estimate, lang), verdict=say(f"information.verdict.{best.verdict}", lang))])


def label(info, key: str, lang: str = "id") -> str:
    """Name of an assumption."""
    return say("information.luck", lang) if key == LUCK else info.assumptions[key].label[lang]


def study_name(bought, lang: str = "id") -> str:
    """A study with its size."""
    return say("information.size", lang, study=bought.study.name[lang], size=number(bought.size, lang, 0), unit=bought.study.unit[lang])


def rows(info, lang: str = "id") -> list[list[str]]:
    """What each assumption is worth to know as text cells, header first; those that are worth nothing share the last row."""
    worths = info.of("assumption")
    shown = [worth for worth in worths if worth.estimate.high_rp > 0.0]
    table = [[say(f"information.column.{key}", lang) for key in ("name", "link", "grade", "value", "interval", "points")]]
    for worth in shown:
        row = info.assumptions["programme_sd" if worth.key == LUCK else worth.key]
        table.append([label(info, worth.key, lang), say(f"bench.link_{row.feeds}", lang), row.grade, *_cells(info, worth.estimate, lang)])
    if len(shown) < len(worths):
        others = say("information.others", lang, n=len(worths) - len(shown))
        table.append([others, "", "", *_cells(info, worths[-1].estimate, lang)])
    return table


def worths(info, lang: str = "id") -> dict[str, str]:
    """What every assumption is worth to know with its interval, by key."""
    return {worth.key: _band(worth.estimate, lang) for worth in info.of("assumption")}


def link_rows(info, lang: str = "id") -> list[list[str]]:
    """What each link of the chain is worth to know as text cells, header first."""
    table = [[say(f"information.column.{key}", lang) for key in ("link", "value", "interval", "points")]]
    return table + [[say(f"bench.link_{worth.key}", lang), *_cells(info, worth.estimate, lang)] for worth in info.of("link")]


def study_rows(info, lang: str = "id") -> list[list[str]]:
    """Price and worth of every study as text cells, header first, the best purchase on top."""
    table = [[say(f"information.column.{key}", lang) for key in ("study", "cost", "worth", "interval", "net", "verdict")]]
    for bought in info.studies:
        value, interval, _ = _cells(info, bought.estimate, lang)
        table.append([study_name(bought, lang), about_rupiah(bought.cost_rp, lang), value, interval, about_rupiah(bought.net_rp, lang),
                      say(f"information.verdict.{bought.verdict}", lang)])
    return table


def curve_rows(info, lang: str = "id") -> list[list[str]]:
    """The decision over what an IKM point is worth as text cells, header first: round amounts, and where the best plan changes."""
    table = [[say(f"information.column.{key}", lang) for key in ("willingness", "plan", "probability", "evpi", "interval")]]
    before = None
    for choice in info.curve:
        if choice.willingness_rp % ROUND_RP == 0.0 or choice.preferred != before:
            table.append([about_rupiah(choice.willingness_rp, lang), info.scenarios[choice.preferred].name[lang],
                          percent(choice.probability_best, lang), *_cells(info, choice.evpi, lang)[:2]])
        before = choice.preferred
    return table


def stamp(info, lang: str = "id") -> str:
    """The small print: plans, futures, year, worth of a point, changed assumptions."""
    return say("information.stamp", lang, n=len(info.scenarios), draws=number(info.draws, lang, 0), year=info.year,
               willingness=about_rupiah(info.choice.willingness_rp, lang), changed=changed_note(info.assumptions, lang)).strip()


def worth_picture(info, lang: str = "id") -> Picture:
    """What each assumption is worth to know, the highest first, beside what knowing everything is worth."""
    shown = [worth for worth in info.of("assumption") if worth.estimate.high_rp > 0.0][:BARS] or info.of("assumption")[:1]
    bars = [{"name": label(info, worth.key, lang), "p05": worth.estimate.low_rp / MILLION, "p50": worth.estimate.value_rp / MILLION,
             "p95": worth.estimate.high_rp / MILLION, "tone": 1,
             "tip": say("information.chart.bar", lang, name=label(info, worth.key, lang), value=_band(worth.estimate, lang))}
            for worth in shown]
    everything = info.choice.evpi.value_rp / MILLION
    top = max(1.0, everything, *(bar["p95"] for bar in bars)) * 1.06
    heading = Heading(say("information.chart.worth", lang), say("information.chart.worth_sub", lang), stamp(info, lang),
                      " ".join([sentence(info, lang), *(bar["tip"] + "." for bar in bars)]))
    return needs_charts.priorities(bars, heading, top=top, equal=everything, x_title=say("information.chart.million", lang), decimals=0,
                                   equal_label=say("information.chart.evpi", lang, value=about_rupiah(info.choice.evpi.value_rp, lang)),
                                   locale=LOCALES[lang])


def studies_picture(info, lang: str = "id") -> Picture:
    """Worth less price of every study with its interval."""
    dots = [{"scenario": say("information.short", lang, study=s.study.name[lang], size=number(s.size, lang, 0)),
             "p05": (s.estimate.low_rp - s.cost_rp) / MILLION, "p50": s.net_rp / MILLION,
             "p95": (s.estimate.high_rp - s.cost_rp) / MILLION, "verdict": TONE_OF[s.verdict]} for s in info.studies]
    text = " ".join(f"{row[0]}: {row[4]}, {row[5]}." for row in study_rows(info, lang)[1:])
    heading = Heading(say("information.chart.studies", lang), say("information.chart.studies_sub", lang), stamp(info, lang), text)
    return intervals.differences(
        dots, heading, x_domain=_reach([dot[key] for dot in dots for key in ("p05", "p95")]), x_title=say("information.chart.million", lang),
        smallest=0.0, smallest_label=say("information.chart.even", lang), decimals=0, locale=LOCALES[lang],
        verdict_names={tone: say(f"information.verdict.{key}", lang) for key, tone in TONE_OF.items()})


def frontier_picture(info, lang: str = "id") -> Picture:
    """The best plan over what an IKM point is worth, and in how many futures it is the best one."""
    points = [{**point, **dict.fromkeys(("low", "y", "high"), 100.0 * choice.probability_best)}
              for point, choice in zip(_curve(info, lang), info.curve, strict=True)]
    return _over_willingness(info, points, "frontier", (0.0, 100.0), lang)


def evpi_picture(info, lang: str = "id") -> Picture:
    """What knowing everything is worth over what an IKM point is worth."""
    points = [{**point, "low": choice.evpi.low_rp / BILLION, "y": choice.evpi.value_rp / BILLION, "high": choice.evpi.high_rp / BILLION}
              for point, choice in zip(_curve(info, lang), info.curve, strict=True)]
    return _over_willingness(info, points, "curve", (0.0, 1.05 * max(0.1, *(point["high"] for point in points))), lang)


def _over_willingness(info, points: list[dict], key: str, y_domain: tuple[float, float], lang: str) -> Picture:
    heading = Heading(say(f"information.chart.{key}", lang), say(f"information.chart.{key}_sub", lang), stamp(info, lang),
                      " ".join(_ranges(info, lang)))
    return information_charts.curve(
        points, heading, y_domain=y_domain, y_title=say(f"information.chart.{key}_y", lang), x_title=say("information.chart.x", lang),
        stated=info.choice.willingness_rp / BILLION, stated_label=say("information.chart.stated", lang), locale=LOCALES[lang])


def _curve(info, lang: str) -> list[dict]:
    return [{"x": c.willingness_rp / BILLION, "plan": info.scenarios[c.preferred].name[lang],
             "tip": say("information.chart.point", lang, willingness=about_rupiah(c.willingness_rp, lang),
                        plan=info.scenarios[c.preferred].name[lang], share=percent(c.probability_best, lang), evpi=_band(c.evpi, lang))}
            for c in info.curve]


def _ranges(info, lang: str) -> list[str]:
    """Where each plan is the best one, as the text alternative tells it."""
    told, first = [], 0
    for i in range(1, len(info.curve) + 1):
        if i == len(info.curve) or info.curve[i].preferred != info.curve[first].preferred:
            low, high = (about_rupiah(info.curve[k].willingness_rp, lang) for k in (first, i - 1))
            plan = info.scenarios[info.curve[first].preferred].name[lang]
            told.append(say("information.chart.range", lang, plan=plan, low=low, high=high) + ".")
            first = i
    return told


def _reach(values: list[float]) -> tuple[float, float]:
    """Axis ends with room around everything drawn and zero, on a whole step of one digit."""
    low, high = min(0.0, *values), max(0.0, *values)
    step = 10.0 ** np.floor(np.log10(max(high - low, 1.0))) / 2.0
    return float(np.floor(low / step) * step), float(np.ceil(high / step) * step)


def _band(estimate, lang: str) -> str:
    low, middle, high = (about_rupiah(rp, lang) for rp in (estimate.low_rp, estimate.value_rp, estimate.high_rp))
    return say("format.band", lang, low=low, middle=middle, high=high)


def _cells(info, estimate, lang: str) -> list[str]:
    """Worth, its interval, and the worth in IKM points."""
    low, high = (about_rupiah(rp, lang) for rp in (estimate.low_rp, estimate.high_rp))
    return [about_rupiah(estimate.value_rp, lang), say("information.interval", lang, low=low, high=high),
            number(info.points(estimate.value_rp), lang, 4)]


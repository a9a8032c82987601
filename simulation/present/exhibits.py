"""Each picture with the table behind it and one sentence, all from the same numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulation.analysis import chain_story
from simulation.analysis.chain_story import Effects, Part, direction
from simulation.errors import InputError, Problem, unknown
from simulation.indicators import three
from simulation.language import (
    DEFAULT,
    LANGUAGES,
    about_rupiah,
    band,
    number,
    quarter,
    say,
)
from simulation.outcome import SAME, Comparison
from simulation.present import people_chart, scorecard_words, verdicts, views, words
from simulation.present.chain_chart import Link, chain
from simulation.present.frame import Heading
from simulation.present.picture import LOCALES, Picture
from simulation.present.story import EXHIBITS, Exhibit
from simulation.present.unit_map import unit_map
from simulation.survey import smallest_visible_change

FULL_COLOUR = 5  # times the smallest difference that matters at least, so that noise is not painted as news
SURVEYED = 150  # respondents of one unit's survey, as everywhere in the workbook
VERDICT_TONES = {"better": "good", "worse": "bad", SAME: "", "cannot tell": ""}


def exhibit(name: str, compared: Comparison | Sequence[Comparison], lang: str = DEFAULT, width: int = views.WIDTH, run=None) -> Exhibit:
    """One exhibit by name, see `story.EXHIBITS`.

    Args:
        compared: one comparison; for "differences" all of them. lang: of the words. width: of the picture, pixels.
        run: all outcomes of the run, for the record in the small print.

    Raises:
        InputError: an unknown name or language, or no comparison.
    """
    problems = [unknown("unknown_exhibit", name, EXHIBITS)] if name not in EXHIBITS else []
    problems += [unknown("story_language", lang, LANGUAGES)] if lang not in LANGUAGES else []
    several = (compared,) if isinstance(compared, Comparison) else tuple(compared)
    problems += [] if several else [Problem("no_option", {})]
    if problems:
        raise InputError(problems)
    if name == "differences":
        return differences(several, lang, width, run)
    makers = {"gain": gain, "ikm": ikm, "levels": levels, "waiting": waiting, "chain": chain_of, "units": units}
    return makers[name](several[0], lang, width, run)


def differences(comparisons: tuple[Comparison, ...], lang: str, width: int = views.WIDTH, run=None) -> Exhibit:
    """All options against the baseline.

    Raises:
        InputError: nothing but the baseline itself.
    """
    options = [c for c in comparisons if c.a.scenario.id != c.b.scenario.id]
    if not options:
        raise InputError(Problem("no_option", {}))
    picture = views.differences(comparisons, lang, width, run)
    counts = {verdict: sum(c.verdict == verdict for c in options) for verdict in verdicts.VERDICTS}
    sentence = say("exhibits.differences", lang, other=comparisons[0].b.scenario.name[lang], better=counts["better"], same=counts[SAME],
                   unsure=counts["cannot tell"], worse=counts["worse"])
    return _exhibit("differences", sentence, picture, words.comparison_rows(comparisons, lang), comparisons)


def gain(comparison: Comparison, lang: str, width: int = views.WIDTH, run=None) -> Exhibit:
    """The difference over the quarters."""
    picture = views.gain_fan(comparison, lang, width, run)
    header = [say("exhibits.when", lang), comparison.a.scenario.name[lang]]
    rows = _over_time(header, [comparison.series()], comparison, lang, sign=True)
    rows.append([say("exhibits.last_year", lang, year=_calendar(comparison)), band(*three(comparison.ikm), lang, sign=True)])
    return _exhibit("gain", words.verdict_sentence(comparison, lang), picture, rows, (comparison,))


def ikm(comparison: Comparison, lang: str, width: int = views.WIDTH, run=None) -> Exhibit:
    """The IKM of the city over the quarters, with the plan and without."""
    both = views.distinct([comparison.a, comparison.b])
    picture = views.ikm_fan(both, lang, width, run)
    header = [say("exhibits.when", lang), *(o.scenario.name[lang] for o in both)]
    end = three(comparison.a.year_mean(comparison.a.city_ikm, chain_story.last_year(comparison)))
    sentence = say("exhibits.ikm", lang, year=_calendar(comparison), name=comparison.a.scenario.name[lang], ikm=band(*end, lang),
                   other=comparison.b.scenario.name[lang], gain=band(*three(comparison.ikm), lang, sign=True))
    return _exhibit("ikm", sentence, picture, _over_time(header, [o.city_ikm for o in both], comparison, lang), (comparison,))


def levels(comparison: Comparison, lang: str, width: int = views.WIDTH, run=None) -> Exhibit:
    """Of 100 staff of the front line, how many stand at each official level: now, with the plan and without."""
    both, city = views.distinct([comparison.a, comparison.b]), comparison.b.city
    group, year, when = chain_story.staff_group(city), chain_story.last_year(comparison), _calendar(comparison)
    staff = say(f"exhibits.staff_{group or 'all'}", lang)
    shown = [(say("exhibits.today", lang), comparison.b, 0)]
    shown += [(say("exhibits.in_year", lang, name=o.scenario.name[lang], year=when), o, year) for o in both]
    hundreds = [(name, chain_story.people(o, group, t)) for name, o, t in shown]
    names = [say(f"level.{k}", lang) for k in range(1, 6)]
    rows = [[say("exhibits.of_hundred", lang, staff=staff), *names]]
    for name, hundred in hundreds:
        rows.append([name, *(say("format.band", lang, middle=n, low=low, high=high)
                             for n, low, high in zip(hundred.counts, hundred.low, hundred.high, strict=True))])
    ends = [band(*three(100.0 * o.meeting_standard(group)[t]), lang, 0) for _, o, t in shown]
    sentence = say("exhibits.levels", lang, staff=staff, now=ends[0], then=ends[1], name=comparison.a.scenario.name[lang], year=when)
    if len(both) > 1:
        sentence += " " + say("exhibits.levels_other", lang, other=comparison.b.scenario.name[lang], end=ends[-1])
    told = "; ".join(f"{name}: " + ", ".join(f"{level} {n}" for level, n in zip(names, hundred.counts, strict=True)) for name, hundred in hundreds)
    title = say("exhibits.levels_title", lang, staff=staff)
    heading = Heading(title, say("exhibits.levels_sub", lang), words.stamp(both, lang, run), f"{title}. {told}. {sentence}")
    blocks = [people_chart.Hundred(name, hundred.counts) for name, hundred in hundreds]
    picture = people_chart.people(blocks, heading, level_names=names, locale=LOCALES[lang], width=width)
    return _exhibit("levels", sentence, picture, rows, (comparison,))


def waiting(comparison: Comparison, lang: str, width: int = views.WIDTH, run=None) -> Exhibit:
    """Minutes at the busiest counters; the table has every counter."""
    both = views.distinct([comparison.a, comparison.b])
    picture = views.waiting(both, lang, width, run)
    city, year = comparison.b.city, chain_story.last_year(comparison)
    rows = [[say("exhibits.counter", lang), say("exhibits.now", lang), *(o.scenario.name[lang] for o in both)]]
    for s in np.argsort(-city.counters.volume_per_year, kind="stable"):
        rows.append([views.counter_name(city, s, lang), *_minutes(comparison, both, s, year, lang)])
    first = views.busiest(comparison.a)[0]
    now, *ends = _minutes(comparison, both, first, year, lang)
    then = [say("exhibits.waiting_then", lang, minutes=text, name=o.scenario.name[lang]) for text, o in zip(ends, both, strict=True)]
    sentence = say("exhibits.waiting", lang, counter=views.counter_name(city, first, lang), now=now, year=_calendar(comparison),
                   then=say("exhibits.waiting_two", lang, first=then[0], other=then[1]) if len(then) > 1 else then[0])
    if len(both) > 1:
        sentence += " " + say("exhibits.waiting_mean", lang, band=band(*three(comparison.waiting_minutes), lang, 1, sign=True))
    return _exhibit("waiting", sentence, picture, rows, (comparison,))


def _minutes(comparison: Comparison, both: Sequence, counter: int, year: int, lang: str) -> list[str]:
    """Minutes at one counter now and in a year with each scenario, with their bands."""
    series = [comparison.b.arrays["minutes"][counter, 0], *(o.year_mean(o.arrays["minutes"], year)[counter] for o in both)]
    return [band(*three(values), lang, 1) for values in series]


def chain_of(comparison: Comparison, lang: str, width: int = views.WIDTH, run=None) -> Exhibit:
    """Rupiah, seats, skill, minutes, satisfaction: the plan's numbers along the chain."""
    a, b, effects = comparison.a.scenario, comparison.b.scenario, chain_story.effects(comparison)
    links = [*_bought(comparison, lang), *_brought(comparison, effects, lang)]
    header = [say(f"exhibits.chain_{key}", lang) for key in ("link", "value", "detail", "word")]
    rows = [header, *([x.name, x.value, x.detail, x.word] for x in links)]
    sentence = say("exhibits.chain", lang, name=a.name[lang], other=b.name[lang], cost=links[0].value, base_cost=links[0].detail,
                   seats=links[1].value, base_seats=links[1].detail, year=_calendar(comparison), staff=_staff(effects, lang),
                   skill=band(*three(effects.skill), lang, 1, sign=True), minutes=band(*three(effects.minutes), lang, 1, sign=True),
                   ikm=band(*three(effects.ikm), lang, sign=True), verdict=links[-1].word)
    below = say("exhibits.chain_sub", lang, name=a.name[lang], other=b.name[lang], year=_calendar(comparison))
    sentence = " ".join([sentence, *scorecard_words.waiting_reason(comparison.scorecard, lang)])
    heading = Heading(say("exhibits.chain_title", lang), below, words.stamp(views.distinct([comparison.a, comparison.b]), lang, run), sentence)
    return _exhibit("chain", sentence, chain(links, heading, locale=LOCALES[lang], width=width), rows, (comparison,))


def _bought(comparison: Comparison, lang: str) -> list[Link]:
    """Money and seats of the whole plan, with the baseline's."""
    plans = comparison.a.plan, comparison.b.plan
    costs = [about_rupiah(plan.cost_rp.sum(), lang) for plan in plans]
    seats = [number(plan.seats.sum(), lang, 0) for plan in plans]
    return [Link(say(f"exhibits.chain_{key}", lang), own, say("exhibits.chain_base", lang, value=base))
            for key, (own, base) in (("rupiah", costs), ("seats", seats))]


def _brought(comparison: Comparison, effects: Effects, lang: str) -> list[Link]:
    """Skill, minutes and satisfaction against the baseline, with their bands and what they mean."""
    links = []
    for key, values, decimals, gain_is in (("skill", effects.skill, 1, "up"), ("minutes", effects.minutes, 1, "down")):
        towards = direction(values)
        if towards in ("up", "down") and round(three(values)[1], decimals) == 0:
            towards = "little"
        tone = "" if towards not in ("up", "down") else "good" if towards == gain_is else "bad"
        links.append(_link(key, values, decimals, say(f"exhibits.{key}_{towards}", lang), tone, effects, lang))
    verdict = verdicts.signed(comparison.verdict, lang) if direction(effects.ikm) != "none" else say("exhibits.ikm_none", lang)
    return [*links, _link("ikm", effects.ikm, 2, verdict, VERDICT_TONES[comparison.verdict], effects, lang)]


def _link(key: str, values: np.ndarray, decimals: int, word: str, tone: str, effects: Effects, lang: str) -> Link:
    low, middle, high = (number(v, lang, decimals, sign=True) for v in three(values))
    name = say(f"exhibits.chain_{key}", lang, staff=_staff(effects, lang))
    return Link(name, say(f"exhibits.value_{key}", lang, value=middle), say("exhibits.chain_band", lang, low=low, high=high), word, tone)


def _staff(effects: Effects, lang: str) -> str:
    return say(f"exhibits.staff_{effects.group or 'all'}", lang)


def units(comparison: Comparison, lang: str, width: int = views.WIDTH, run=None) -> Exhibit:
    """Units by the people they serve and how their IKM changes; units under five ASN stand together."""
    parts = chain_story.parts(comparison)
    names = {part: _part_name(part, comparison, lang) for part in parts}
    changes = {part: band(*part.change, lang, sign=True) for part in parts}
    rows = [[say(f"column.{key}", lang) for key in ("unit", "heads", "people_served", "ikm_change")]]
    rows += [[names[part], number(part.asn, lang, 0), number(part.served, lang, 0), changes[part]] for part in parts]
    tiles = [{"name": names[part], "size": part.served, "change": part.change[1], "text": number(part.change[1], lang, sign=True),
              "tip": f"{names[part]}: {changes[part]}"} for part in parts if part.served > 0]
    most = max(FULL_COLOUR * comparison.smallest, *(abs(part.change[1]) for part in parts))
    sentence = _units_sentence(comparison, parts, names, changes, lang)
    heading = Heading(say("exhibits.units_title", lang), say("exhibits.units_sub", lang, other=comparison.b.scenario.name[lang],
                      year=_calendar(comparison)), words.stamp(views.distinct([comparison.a, comparison.b]), lang, run), sentence)
    legend = [number(-most, lang, sign=True), "0", say("exhibits.points", lang, value=number(most, lang, sign=True))]
    picture = unit_map(tiles, heading, most=most, legend=legend, locale=LOCALES[lang], width=width, height=max(420, round(width * 0.5)))
    return _exhibit("units", sentence, picture, rows, (comparison,))


def _units_sentence(comparison: Comparison, parts: Sequence[Part], names: dict, changes: dict, lang: str) -> str:
    """The largest and the smallest change, or that they differ by less than what matters, and whether a survey could see them."""
    best, least = max(parts, key=lambda part: part.change[1]), min(parts, key=lambda part: part.change[1])
    if best.change[1] - least.change[1] < comparison.smallest:
        sentence = say("exhibits.units_alike", lang, name=names[parts[0]], change=changes[parts[0]])
    else:
        sentence = say("exhibits.units", lang, best=names[best], most=changes[best], least=names[least], low=changes[least])
    visible = smallest_visible_change(SURVEYED, comparison.b.assumptions["respondent_sd"].value)
    if max(abs(part.change[1]) for part in parts) < visible:
        sentence += " " + say("exhibits.units_unseen", lang, n=SURVEYED, mde=number(visible, lang, 1))
    return sentence


def _part_name(part: Part, comparison: Comparison, lang: str) -> str:
    if len(part.units) > 1:
        return say("exhibits.small_units", lang, n=len(part.units))
    return comparison.b.city.units[part.units[0]].name(lang)


def _calendar(comparison: Comparison) -> int:
    """Calendar year of the comparison."""
    return comparison.b.scenario.start_year + chain_story.last_year(comparison) - 1


def _exhibit(name: str, sentence: str, picture: Picture, rows: list[list[str]], comparisons: tuple[Comparison, ...]) -> Exhibit:
    title = next(" ".join(p["value"]) for p in picture.spec["params"] if p["name"] == "title_lines")
    return Exhibit(name, title, sentence, picture, rows, comparisons)


def _over_time(header: list[str], series: list[np.ndarray], comparison: Comparison, lang: str, sign: bool = False) -> list[list[str]]:
    """A row per quarter with the band of each series, as long as the longest goes on."""
    start = comparison.b.scenario.start_year
    rows = [header]
    for t in range(max(map(len, series))):
        when = quarter(t, start, lang) if t else say("chart.start", lang)
        rows.append([when, *(band(*three(s[t]), lang, sign=sign) if t < len(s) else "" for s in series)])
    return rows

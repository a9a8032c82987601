"""Each picture with the table behind it and one sentence, all from the same numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulation.indicators import three, units_table
from simulation.language import about_rupiah, band, number, quarter, say
from simulation.outcome import Comparison
from simulation.present import views, words
from simulation.present.chain_chart import Link, chain
from simulation.present.frame import Heading
from simulation.present.picture import LOCALES, Picture
from simulation.present.story import Exhibit
from simulation.present.unit_map import unit_map

SMALLEST_SCALE = 0.1  # IKM points with the full colour at least, so that noise is not painted as news
GROUP = "frontline"


def exhibit(name: str, compared: Comparison | Sequence[Comparison], lang: str = "id", width: int = views.WIDTH, run=None) -> Exhibit:
    """One exhibit by name, see `story.EXHIBITS`.

    Args:
        compared: one comparison; for "differences" all of them. lang: of the words. width: of the picture, pixels.
        run: all outcomes of the run, for the record in the small print.
    """
    if name == "differences":
        return differences(tuple(compared), lang, run)
    makers = {"gain": gain, "ikm": ikm, "levels": levels, "waiting": waiting, "chain": chain_of, "units": units}
    return makers[name](compared, lang, width, run)


def differences(comparisons: tuple[Comparison, ...], lang: str, run=None) -> Exhibit:
    """All options against the baseline."""
    picture = views.differences(comparisons, lang, run=run)
    counts = {verdict: sum(c.verdict == verdict and c.a.scenario.id != c.b.scenario.id for c in comparisons)
              for verdict in ("better", "cannot tell", "worse")}
    sentence = say("exhibits.differences", lang, other=comparisons[0].b.scenario.name[lang], better=counts["better"], unsure=counts["cannot tell"],
                   worse=counts["worse"])
    return _exhibit("differences", sentence, picture, words.comparison_rows(comparisons, lang), comparisons)


def gain(comparison: Comparison, lang: str, width: int, run=None) -> Exhibit:
    """The difference over the quarters."""
    picture = views.gain_fan(comparison, lang, width, run)
    header = [say("exhibits.when", lang), comparison.a.scenario.name[lang]]
    rows = _over_time(header, [comparison.series()], comparison, lang, sign=True)
    return _exhibit("gain", words.verdict_sentence(comparison, lang), picture, rows, (comparison,))


def ikm(comparison: Comparison, lang: str, width: int, run=None) -> Exhibit:
    """The IKM of the city over the quarters, with the plan and without."""
    both = views.distinct([comparison.a, comparison.b])
    picture = views.ikm_fan(both, lang, width, run)
    header = [say("exhibits.when", lang), *(o.scenario.name[lang] for o in both)]
    year = min(o.scenario.years for o in both)
    ends = [band(*three(o.year_mean(o.city_ikm, year)), lang) for o in both]
    sentence = say("exhibits.ikm", lang, year=comparison.b.scenario.start_year + year - 1, name=comparison.a.scenario.name[lang], ikm=ends[0])
    return _exhibit("ikm", sentence, picture, _over_time(header, [o.city_ikm for o in both], comparison, lang), (comparison,))


def levels(comparison: Comparison, lang: str, width: int, run=None) -> Exhibit:
    """Of 100 staff of the front line, how many stand at each official level."""
    both = views.distinct([comparison.a, comparison.b])
    picture = views.levels(both, lang, GROUP, width, run)
    year = min(o.scenario.years for o in both)
    rows = [[say("exhibits.scenario", lang), say("exhibits.year", lang), *(say(f"level.{k}", lang) for k in range(1, 6))]]
    for o in both:
        shares = o.level_shares(GROUP).mean(axis=-1)
        rows += [[o.scenario.name[lang], str(o.scenario.start_year - 1 + t), *map(str, of_hundred(shares[:, t]))] for t in (0, year)]
    now, then = (three(100.0 * o.meeting_standard(GROUP)[t]) for o, t in ((comparison.b, 0), (comparison.a, year)))
    sentence = say("exhibits.levels", lang, now=band(*now, lang, 0), then=band(*then, lang, 0), name=comparison.a.scenario.name[lang],
                   year=comparison.b.scenario.start_year + year - 1)
    return _exhibit("levels", sentence, picture, rows, (comparison,))


def of_hundred(shares: np.ndarray) -> list[int]:
    """Shares as whole people of a hundred that add up to a hundred: the largest remainders are rounded up."""
    exact = 100.0 * np.asarray(shares) / np.sum(shares)
    whole = np.floor(exact).astype(int)
    up = np.argsort(-(exact - whole), kind="stable")[:100 - whole.sum()]
    whole[up] += 1
    return whole.tolist()


def waiting(comparison: Comparison, lang: str, width: int, run=None) -> Exhibit:
    """Minutes at the busiest counters; the table has every counter."""
    both = views.distinct([comparison.a, comparison.b])
    picture = views.waiting(both, lang, width, run)
    city, year = comparison.b.city, min(o.scenario.years for o in both)
    rows = [[say("exhibits.counter", lang), say("exhibits.now", lang), *(o.scenario.name[lang] for o in both)]]
    for s in np.argsort(-city.counters.volume_per_year, kind="stable"):
        name = f"{city.counters.name(s, lang)}, {city.units[city.counters.unit[s]].name(lang)}"
        series = [comparison.b.arrays["minutes"][s, 0], *(o.year_mean(o.arrays["minutes"], year)[s] for o in both)]
        rows.append([name, *(band(*three(values), lang, 1) for values in series)])
    sentence = say("sentence.waiting", lang, band=band(*three(comparison.waiting_minutes), lang, 1, sign=True))
    return _exhibit("waiting", sentence, picture, rows, (comparison,))


def chain_of(comparison: Comparison, lang: str, width: int, run=None) -> Exhibit:
    """Rupiah, seats, skill, minutes, satisfaction: the plan's numbers along the chain."""
    a, b = comparison.a, comparison.b
    year = min(a.scenario.years, b.scenario.years)
    skill = 100.0 * (a.meeting_standard(GROUP)[year] - b.meeting_standard(GROUP)[year])
    of = {"rupiah": (about_rupiah(a.plan.cost_rp.sum(), lang), about_rupiah(b.plan.cost_rp.sum(), lang)),
          "seats": (number(a.plan.seats.sum(), lang, 0), number(b.plan.seats.sum(), lang, 0))}
    links = [Link(say(f"exhibits.chain_{key}", lang), plan, say("exhibits.chain_base", lang, value=base)) for key, (plan, base) in of.items()]
    for key, values, decimals in (("skill", skill, 1), ("minutes", comparison.waiting_minutes, 1), ("ikm", comparison.ikm, 2)):
        low, middle, high = (number(v, lang, decimals, sign=True) for v in three(values))
        links.append(Link(say(f"exhibits.chain_{key}", lang), middle, say("exhibits.chain_band", lang, low=low, high=high)))
    rows = [[say(f"exhibits.chain_{key}", lang) for key in ("link", "value", "detail")], *([x.name, x.value, x.detail] for x in links)]
    spoken = say("exhibits.chain_spoken", lang, name=a.scenario.name[lang], other=b.scenario.name[lang],
                 links="; ".join(f"{x.name}: {x.value} ({x.detail})" for x in links))
    sentence = say("exhibits.chain", lang, **{key: link.value for key, link in zip(("cost", "seats", "skill", "minutes", "ikm"), links, strict=True)})
    heading = Heading(say("exhibits.chain_title", lang), say("exhibits.chain_sub", lang, name=a.scenario.name[lang], other=b.scenario.name[lang],
                      year=b.scenario.start_year + year - 1), words.stamp([a, b], lang, run), spoken)
    return _exhibit("chain", sentence, chain(links, heading, locale=LOCALES[lang], width=width), rows, (comparison,))


def units(comparison: Comparison, lang: str, width: int, run=None) -> Exhibit:
    """Units by the people they serve and how their IKM changes."""
    frame = units_table(comparison.a, comparison.b, lang).sort_values("people_served", ascending=False)
    rows = [[say(f"column.{key}", lang) for key in ("unit", "people_served", "ikm_change")]]
    tiles = []
    for unit in frame.itertuples(index=False):
        change = band(unit.p05, unit.p50, unit.p95, lang, sign=True)
        rows.append([unit.name, number(unit.people_served, lang, 0), change])
        if unit.people_served > 0:
            tiles.append({"name": unit.name, "size": unit.people_served, "change": unit.p50, "text": number(unit.p50, lang, sign=True),
                          "tip": f"{unit.name}: {change}"})
    most = max(SMALLEST_SCALE, max(abs(tile["change"]) for tile in tiles))
    best, least = (frame.sort_values("p50", ascending=order, kind="stable").iloc[0] for order in (False, True))
    sentence = say("exhibits.units", lang, best=best["name"], most=band(best.p05, best.p50, best.p95, lang, sign=True), least=least["name"],
                   low=band(least.p05, least.p50, least.p95, lang, sign=True))
    heading = Heading(say("exhibits.units_title", lang), say("exhibits.units_sub", lang, other=comparison.b.scenario.name[lang]),
                      words.stamp([comparison.a, comparison.b], lang, run), sentence)
    legend = [number(-most, lang, sign=True), "0", say("exhibits.points", lang, value=number(most, lang, sign=True))]
    picture = unit_map(tiles, heading, most=most, legend=legend, locale=LOCALES[lang], width=width, height=max(300, round(width * 0.45)))
    return _exhibit("units", sentence, picture, rows, (comparison,))


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

"""The needs in pictures, tables and words; all three from one `Needs`, so they cannot disagree."""

from __future__ import annotations

import numpy as np

from simulation.language import band, listed, number, percent, rupiah, say
from simulation.present import needs_charts
from simulation.present.frame import Heading
from simulation.present.picture import LOCALES, Picture

SURE = 0.9  # share of the bootstrap samples that must put a competency into the same quadrant
_CHANCE = 0.1  # as rare as that among random orders, and agreement is called more than chance
_NAMED = 2  # disagreements told in the sentence; the table has all


def needs_sentence(needs, lang: str = "id", place: int = 0) -> str:
    """First need and how sure it is; what would teach it and cost; agreement and disagreement; what is not covered."""
    parts = [_first(needs, lang, place), *_courses(needs, lang, place)]
    if place and not needs.own[place]:
        parts.append(say("needs.sentence.not_asked", lang))
    if place == 0:
        parts += [_agreement(needs.between_groups, "groups", lang), _agreement(needs.between_tables, "tables", lang),
                  *_disagreement(needs, lang), *(f"{w.text(lang)}." for w in needs.warnings if w.code == "needs_group_small")]
    return " ".join([*(part for part in parts if part), say("needs.sentence.formula", lang)])


def _first(needs, lang: str, place: int) -> str:
    leaders = needs.leaders(place)
    first = leaders[0]
    values = {"place": needs.place_name(place, lang), "name": needs.name(first, lang), "band": _band(needs, place, first, lang),
              "others": listed([needs.name(i, lang) for i in leaders[1:]], lang)}
    key = "first" if len(leaders) == 1 else "nothing_apart" if len(leaders) == len(needs.asked) else "together"
    return say(f"needs.sentence.{key}", lang, **values)


def _courses(needs, lang: str, place: int) -> list[str]:
    """The course with the most of the first need in it, and what it would cost to seat everybody who lacks it."""
    rows = needs.courses(lang, needs.city.units[place - 1].id if place else None)
    first = needs.city.competencies[needs.asked[needs.order(place)[0]]]
    mine = rows[rows["competency"] == first] if len(rows) else rows
    if not len(mine):
        return [say("needs.sentence.no_course", lang, name=needs.name(needs.order(place)[0], lang))]
    row = mine.iloc[0]
    return [say("needs.sentence.course", lang, name=row["name"], programme=row["programme_name"], content=percent(row["content"], lang),
                people=number(row["people_open"], lang, 0), below=number(row["people_below"], lang, 0), classes=number(row["classes"], lang, 0),
                price=rupiah(row["class_rp"], lang), cost=rupiah(row["cost_rp"], lang))]


def _agreement(found, key: str, lang: str) -> str:
    if found is None:
        return say(f"needs.sentence.{key}_none", lang)
    value = number(found.w, lang)
    if found.low is not None:
        value = band(found.low, found.w, found.high, lang)
    verdict = say("needs.agreement.more" if found.p_permutation <= _CHANCE else "needs.agreement.chance", lang)
    return say(f"needs.sentence.{key}", lang, n=found.judges, w=value, verdict=verdict, p=number(found.p_permutation, lang, 3))


def _disagreement(needs, lang: str) -> list[str]:
    clear = [d for d in needs.disagreements if d.clear]
    if not clear:
        return [say("needs.sentence.no_disagreement", lang)] if needs.disagreements else []
    return [say("needs.sentence.disagreement", lang, name=needs.name(d.competency, lang), more=say(f"needs.group.{d.more}", lang),
                less=say(f"needs.group.{d.less}", lang), **_sides(d, lang)) for d in clear[:_NAMED]]


def _sides(d, lang: str) -> dict[str, str]:
    return {f"{side}_{which}": number(getattr(d, side)[k], lang, 1) for side in ("importance", "performance")
            for k, which in enumerate(("more", "less"))}



def _band(needs, place: int, i: int, lang: str) -> str:
    return band(needs.low[place, i], needs.priority[place, i], needs.high[place, i], lang, 1)


def needs_stamp(needs, lang: str = "id") -> str:
    """The small print: who was asked, the weights, what is assumed, and the hash of the answers."""
    weights = ", ".join(f"{say(f'needs.group.{group}', lang)} {percent(weight, lang)}" for group, weight in needs.weights.items())
    return say("needs.stamp", lang, people=number(needs.data.respondents, lang, 0), tables=needs.data.tables, weights=weights,
               forum=percent(needs.forum_share, lang), levels=percent(needs.level_share, lang), city=needs.city.about.name[lang],
               draws=number(needs.draws, lang, 0), assumed=percent(needs.levels_assumed, lang), record=needs.data.id)


def needs_quadrants(needs, lang: str = "id", unit: str | None = None) -> Picture:
    """Importance against performance of each competency, with the means as cross-hairs."""
    place = needs.place(unit)
    performance, importance = needs.performance[place], needs.importance[place]
    names = [say(f"needs.quadrant.{key}", lang) for key in ("concentrate", "keep_up", "low_priority", "overkill")]
    rows = [{"name": needs.name(i, lang), "performance": float(performance[i]), "importance": float(importance[i]),
             "quadrant": int(needs.quadrant[place, i]), "sure": bool(needs.quadrant_share[place, i] >= SURE),
             "tip": say("needs.chart.point", lang, name=needs.name(i, lang), importance=number(importance[i], lang),
                        performance=number(performance[i], lang), quadrant=names[needs.quadrant[place, i]],
                        share=percent(needs.quadrant_share[place, i], lang))} for i in range(len(needs.asked))]
    text = " ".join(say("needs.chart.quadrant_text", lang, quadrant=name, names=listed(members, lang))
                    for k, name in enumerate(names) if (members := [row["name"] for row in rows if row["quadrant"] == k]))
    heading = Heading(say("needs.chart.quadrants", lang, place=needs.place_name(place, lang)),
                      say("needs.chart.quadrants_sub", lang, share=percent(SURE, lang)), needs_stamp(needs, lang), text)
    return needs_charts.quadrants(
        rows, heading, cross=(float(performance.mean()), float(importance.mean())), domains=(_domain(performance), _domain(importance)),
        titles=(say("needs.chart.performance", lang), say("needs.chart.importance", lang)), quadrant_names=names, locale=LOCALES[lang])


def _domain(values) -> tuple[float, float]:
    """Axis ends inside 1 to 5 with room around the points for their names."""
    reach = max(0.5, float(np.ptp(values)))
    return max(1.0, float(np.floor((values.min() - 0.12 * reach) * 10) / 10)), min(5.0, float(np.ceil((values.max() + 0.12 * reach) * 10) / 10))


def needs_priorities(needs, lang: str = "id", unit: str | None = None) -> Picture:
    """Priority of each competency with its interval, the highest first."""
    place = needs.place(unit)
    leaders = needs.leaders(place)
    rows = [{"name": needs.name(i, lang), "p05": float(needs.low[place, i]), "p50": float(needs.priority[place, i]),
             "p95": float(needs.high[place, i]), "tone": 0 if i in leaders else 2,
             "tip": say("needs.chart.bar", lang, name=needs.name(i, lang), band=_band(needs, place, i, lang),
                        low=int(needs.rank_low[place, i]), high=int(needs.rank_high[place, i]))} for i in needs.order(place)]
    sub = say("needs.chart.priorities_one" if len(leaders) == 1 else "needs.chart.priorities_sub", lang)
    heading = Heading(say("needs.chart.priorities", lang, place=needs.place_name(place, lang)), sub, needs_stamp(needs, lang),
                      " ".join([_first(needs, lang, place), *(row["tip"] + "." for row in rows)]))
    equal = 100.0 / len(rows)
    top = float(np.ceil(max(*(row["p95"] for row in rows), equal) / 5.0) * 5.0)
    return needs_charts.priorities(rows, heading, top=top, equal=equal, equal_label=say("needs.chart.equal", lang),
                                   x_title=say("needs.chart.points", lang), locale=LOCALES[lang])


def agreement_rows(needs, lang: str = "id") -> list[list[str]]:
    """Kendall's W between groups and between forum tables as text cells, the header first."""
    rows = [[say(f"needs.column.{key}", lang) for key in ("between", "judges", "w", "interval", "chance", "p_chi", "p_perm", "verdict")]]
    for key, found in (("groups", needs.between_groups), ("tables", needs.between_tables)):
        if found is None:
            rows.append([say(f"needs.between.{key}", lang), *["–"] * 6, say("needs.agreement.none", lang)])
            continue
        spans = [say("needs.range", lang, low=number(low, lang), high=number(high, lang)) if low is not None else "–"
                 for low, high in ((found.low, found.high), found.chance)]
        verdict = say("needs.agreement.more" if found.p_permutation <= _CHANCE else "needs.agreement.chance", lang)
        rows.append([say(f"needs.between.{key}", lang), str(found.judges), number(found.w, lang), *spans,
                     number(found.p_chi_square, lang, 3), number(found.p_permutation, lang, 3), verdict])
    return rows


def disagreement_rows(needs, lang: str = "id") -> list[list[str]]:
    """Competencies on which the groups differ most as text cells, both sides named, the header first."""
    rows = [[say(f"needs.column.{key}", lang) for key in ("competency", "more", "less", "importance", "performance", "difference", "clear")]]
    for d in needs.disagreements:
        sides = _sides(d, lang)
        rows.append([needs.name(d.competency, lang), say(f"needs.group.{d.more}", lang), say(f"needs.group.{d.less}", lang),
                     *(say("needs.against", lang, more=sides[f"{side}_more"], less=sides[f"{side}_less"]) for side in ("importance", "performance")),
                     band(d.low, d.difference, d.high, lang, 1), say("needs.clear" if d.clear else "needs.unclear", lang)])
    return rows


def respondent_rows(needs, lang: str = "id") -> list[list[str]]:
    """Who was asked, by place and group, as text cells, the header first; counts under five are not shown."""
    groups = list(needs.weights)
    rows = [[say("needs.column.place", lang), *(say(f"needs.group.{group}", lang) for group in groups)]]
    asked = [0, *(p for p in range(1, len(needs.counts)) if needs.counts[p].any())]
    for p in asked:
        rows.append([needs.place_name(p, lang), *(
            say("needs.few", lang) if count < 0 else number(count, lang, 0) for count in needs.counts[p])])
    return rows


def priority_rows(needs, lang: str = "id", unit: str | None = None, most: int = 11) -> list[list[str]]:
    """Priorities as text cells, the header first: rank, interval, importance against performance, people below the level."""
    header = [say(f"needs.column.{key}", lang) for key in ("rank", "competency", "priority", "importance", "performance", "below", "quadrant")]
    rows = [[str(r.rank), r.name, band(r.low, r.priority, r.high, lang, 1), number(r.importance, lang, 1), number(r.performance, lang, 1),
             number(r.people_below, lang, 0), r.quadrant] for r in needs.table(lang, unit).head(most).itertuples(index=False)]
    return [header, *rows]


def course_rows(needs, lang: str = "id", unit: str | None = None, most: int = 4, each: int = 2) -> list[list[str]]:
    """What teaches the first needs and what it costs, `each` programmes a need, as text cells, the header first."""
    header = [say(f"needs.column.{key}", lang) for key in ("competency", "programme", "content", "class_rp", "classes", "cost_rp")]
    rows = [[r.name, r.programme_name, percent(r.content, lang), rupiah(r.class_rp, lang), number(r.classes, lang, 0), rupiah(r.cost_rp, lang)]
            for r in needs.courses(lang, unit).query("rank <= @most").groupby("rank").head(each).itertuples(index=False)]
    return [header, *rows]

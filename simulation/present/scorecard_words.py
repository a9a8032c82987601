"""The scorecard in words: rows of text, sentences, and why a result is odd; every number comes from the same lines."""

from __future__ import annotations

from html import escape

import numpy as np

from simulation.indicators import three
from simulation.language import about_rupiah, band, number, say
from simulation.outcome import SAME
from simulation.present import verdicts
from simulation.scorecard import promises

SCALES = {"share": 100.0}  # shares are said in points of a hundred
FULL = 25.0 / 9.0  # IKM points when every citizen answers one of nine questions one step higher
COUNCIL = (0.1, 1.0)  # smallest differences that a council may set
COLOURS = {"better": "#1f4e79", "worse": "#a34700", SAME: "#6b7885", "cannot tell": "#4d4d4d"}


def amount(line, lang: str = "id") -> str:
    """A difference with its band and unit."""
    values = [v * SCALES.get(line.promise.unit, 1.0) for v in line.band]
    shown = number(values[1], lang, line.promise.decimals, sign=True) if line.promise.reads == "share_20jp" else band(
        *values, lang, line.promise.decimals, sign=True)
    return say(f"scorecard.unit.{line.promise.unit}", lang, value=shown)


def smallest_words(one, smallest: float, lang: str = "id") -> str:
    """The smallest difference of an outcome with its unit; `smallest` is that of the IKM."""
    value = (smallest if one.difference is None else one.difference) * SCALES.get(one.unit, 1.0)
    digits = next(d for d in range(4) if abs(round(value, d) - value) < 1e-9 or d == 3)
    return say(f"scorecard.unit.{one.unit}", lang, value=number(value, lang, digits))


def of_hundred(share: float, lang: str = "id") -> str:
    """A share of futures as so many of a hundred; never all or none unless it is."""
    whole = round(100.0 * share)
    whole = 99 if whole == 100 and share < 1.0 else 1 if whole == 0 and share > 0.0 else whole
    return number(whole, lang, 0)


def direction(found: tuple[str, float], lang: str = "id") -> str:
    """Higher or lower whatever the size, in so many of a hundred futures."""
    word, share = found
    return say(f"direction.{word}", lang, n=of_hundred(share, lang))


def rows(card, lang: str = "id", every: bool = False) -> list[list[str]]:
    """See `Scorecard.rows`."""
    header = [say(f"scorecard.column.{key}", lang) for key in ("outcome", "difference", "direction", "verdict")]
    return [header, *([line.promise.name[lang], amount(line, lang), direction(line.direction, lang), verdicts.signed(line.verdict, lang)]
                      for line in (card.lines if every else card.core))]


def definitions(lang: str = "id", smallest: float | None = None, keys=None) -> list[list[str]]:
    """What each outcome means, when a difference matters and why, and how the city measures it: text cells, the header first.

    Args:
        smallest: of the IKM, from the ledger. keys: outcomes to show; None for all.
    """
    table = [[say(f"scorecard.column.{key}", lang) for key in ("outcome", "definition", "smallest", "reason", "measured", "sees")]]
    for one in promises():
        if keys is None or one.key in keys:
            own = one.difference is None
            least = smallest_words(one, smallest, lang) if not own or smallest is not None else ""
            reason = say("scorecard.tick", lang, who=who(smallest, lang)) if own and smallest is not None else one.reason[lang]
            table.append([one.name[lang], one.definition[lang], least, reason, one.measured[lang], one.sees[lang]])
    return table


def who(smallest: float, lang: str = "id") -> str:
    """How many citizens would have to answer one of nine questions one step higher for a difference of the IKM."""
    share = smallest / FULL
    return say("scorecard.one_in_ten", lang) if abs(share - 0.1) < 0.005 else say("scorecard.of_hundred", lang, n=number(100.0 * share, lang, 0))


def ikm_sentences(comparison, lang: str = "id") -> list[str]:
    """Direction, difference, importance against the smallest difference, and where the verdict would change: one number a sentence."""
    a, b = comparison.a.scenario, comparison.b.scenario
    word, share = comparison.direction
    year = b.start_year + min(a.years, b.years) - 1
    low, middle, high = three(comparison.ikm)
    told = {"name": a.name[lang], "other": b.name[lang], "n": of_hundred(share, lang), "year": year}
    share = {"better": comparison.share_better, "worse": comparison.share_worse, SAME: 1.0 - comparison.share_better - comparison.share_worse}
    sure = share.get(comparison.verdict, max(comparison.share_better, comparison.share_worse))
    up = comparison.share_better >= comparison.share_worse
    key = comparison.verdict if comparison.verdict != "cannot tell" or up else "cannot tell.lower"
    return [say(f"sentence.direction.{word}", lang, **told), say("sentence.gain", lang, band=band(low, middle, high, lang, sign=True), year=year),
            say(f"sentence.{key}", lang, verdict=say(f"verdict.{comparison.verdict}", lang), n=of_hundred(sure, lang), who=who(comparison.smallest, lang),
                smallest=number(comparison.smallest, lang)),
            *turning_sentences(comparison, lang)]


def short(comparison, lang: str = "id") -> str:
    """Direction and verdict of one of many options in a line; its promises stand in the scorecard."""
    word, share = comparison.direction
    told = say(f"sentence.direction.{word}", lang, name=comparison.a.scenario.name[lang], other=comparison.b.scenario.name[lang],
               n=of_hundred(share, lang))
    line = say("scorecard.short_verdict", lang, band=band(*three(comparison.ikm), lang, sign=True), verdict=say(f"verdict.{comparison.verdict}", lang))
    own = [line for line in comparison.scorecard.core if line.own and line.verdict != SAME]
    more = [say("scorecard.line", lang, name=one.promise.name[lang], amount=amount(one, lang), verdict=say(f"verdict.{one.verdict}", lang)) for one in own]
    return " ".join([told, line, *more])


def turning_sentences(comparison, lang: str = "id") -> list[str]:
    """The value of the smallest difference at which the verdict would be another one."""
    sure, same = comparison.turning_points
    side = "better" if np.median(comparison.ikm) >= 0.0 else "worse"
    if comparison.verdict in ("better", "worse"):
        return [say("sentence.turn.holds", lang, value=number(sure, lang), verdict=say(f"verdict.{comparison.verdict}", lang))]
    if comparison.verdict == SAME:
        return [say("sentence.turn.same_down", lang, value=number(same, lang))] if round(same, 2) > 0.0 else []
    found = [say("sentence.turn.below", lang, value=number(sure, lang), verdict=say(f"verdict.{side}", lang))] if round(sure, 2) > 0.0 else []
    if COUNCIL[0] <= same <= COUNCIL[1] or not found:
        found.append(say("sentence.turn.above", lang, value=number(same, lang), verdict=say(f"verdict.{SAME}", lang)))
    return found


def promise_sentences(card, lang: str = "id") -> list[str]:
    """The civil registry, then every promise of its own that moves or may move by an important amount."""
    told = [line for line in card.core if line.own]
    shown = [line for line in told if line.promise.key == "registry_minutes" or line.verdict != SAME]
    sentences = [say("scorecard.line", lang, name=line.promise.name[lang], amount=amount(line, lang), verdict=say(f"verdict.{line.verdict}", lang))
                 for line in shown]
    return sentences + ([say("scorecard.no_promise", lang)] if card.no_promise_of_its_own else [])


def sentence(card, lang: str = "id") -> str:
    """All promises shown at once by verdict, then those that move, and why a result is odd."""
    if card.comparison.a.scenario.id == card.comparison.b.scenario.id:
        return say("sentence.baseline", lang, name=card.comparison.a.scenario.name[lang])
    parts = []
    for verdict in verdicts.VERDICTS:
        names = [line.promise.name[lang] for line in card.core if line.verdict == verdict]
        if names:
            parts.append(say("scorecard.by_verdict", lang, verdict=verdicts.signed(verdict, lang), names="; ".join(names)))
    return " ".join([*parts, *([say("scorecard.no_promise", lang)] if card.no_promise_of_its_own else []), *reasons(card, lang)])


def reasons(card, lang: str = "id") -> list[str]:
    """Why a result is odd, made of its own parts; empty when nothing is."""
    return [*waiting_reason(card, lang), *_entitlement_reason(card, lang)]


def waiting_reason(card, lang: str = "id") -> list[str]:
    """Why people wait longer although staff can do more, or less although they can do less."""
    found = card.waiting_reason
    if found is None:
        return []
    key, reason = found
    longer = reason.total > 0.0
    place = say(f"scorecard.why.at.{key}", lang)
    hours = abs(reason.hours - reason.hours_other)
    away = "none" if reason.hours == 0.0 else "more" if longer else "less"
    return [say(f"scorecard.why.{'longer' if longer else 'shorter'}", lang, place=place, total=number(reason.total, lang, sign=True)),
            say(f"scorecard.why.class_{away}", lang, hours=number(hours, lang, 0), minutes=number(reason.in_class, lang, sign=True)),
            say(f"scorecard.why.skill_{'up' if longer else 'down'}", lang, minutes=number(reason.skill, lang, sign=True))]


def _entitlement_reason(card, lang: str) -> list[str]:
    """Why fewer PNS reach their 20 JP for no less money."""
    a, b = card.comparison.a, card.comparison.b
    line = next((line for line in card.lines if line.promise.reads == "share_20jp"), None)
    costs = [o.plan.cost_rp.sum() for o in (a, b)]
    if line is None or line.verdict != "worse" or costs[0] < 0.95 * costs[1]:
        return []
    seats = [o.plan.seats.sum() for o in (a, b)]
    if not all(seats):
        return []
    jp = [float((o.plan.seats.sum(axis=1) * o.scenario.catalogue.hours_jp).sum() / n) for o, n in zip((a, b), seats, strict=True)]
    return [say("scorecard.why.jp", lang, seats=number(seats[0], lang, 0), other=number(seats[1], lang, 0), jp=number(jp[0], lang, 1),
                jp_other=number(jp[1], lang, 1))]


def time_line(comparison, lang: str = "id") -> str:
    """Working hours in class over the whole plan and what they cost, beside the cash."""
    hours, other = comparison.scorecard.staff_hours()
    return say("scorecard.time", lang, hours=number(hours, lang, 0), money=about_rupiah(hours * _per_hour(comparison.a), lang),
               name=comparison.b.scenario.name[lang], other=number(other, lang, 0))


def hours_cell(comparison, lang: str = "id") -> str:
    """The same in a cell of a table."""
    hours = comparison.scorecard.staff_hours()[0]
    return say("scorecard.hours_cell", lang, hours=number(hours, lang, 0), money=about_rupiah(hours * _per_hour(comparison.a), lang))


def _per_hour(outcome) -> float:
    return float(np.median(outcome.values["staff_cost_per_hour"]))


def induction_line(outcome, lang: str = "id") -> str:
    """What newcomers' compulsory course costs a year: every plan's duty, outside its money; "" where nobody is hired."""
    hired, money = (float(np.median(v)) for v in (outcome.hired, outcome.induction_rp()))
    return say("scorecard.induction", lang, people=number(hired, lang, 0), money=about_rupiah(money, lang)) if round(hired) and money else ""


def html(card, lang: str = "id") -> str:
    """The scorecard as a compact table of HTML with verdict pills; what an outcome means stands behind its name and in a folded table."""
    header = rows(card, lang)[0]
    head = "".join(f'<th scope="col" style="text-align:left;padding:3px 10px 3px 0">{escape(text)}</th>' for text in (header[0], header[1], header[3]))
    body = "".join(_row_html(line, lang) for line in card.core)
    smallest = card.comparison.smallest
    shown = definitions(lang, smallest, [line.promise.key for line in card.core])
    more = "".join("<tr>" + "".join(f'<td style="padding:3px 8px 3px 0;vertical-align:top;text-align:left">{escape(cell)}</td>' for cell in row) + "</tr>"
                   for row in shown)
    return (f'<div class="scorecard"><table style="border-collapse:collapse;font-size:14px;line-height:1.3"><thead><tr>{head}</tr></thead><tbody>{body}'
            f'</tbody></table><details style="font-size:13px"><summary style="cursor:pointer">{escape(say("scorecard.definitions", lang))}</summary>'
            f'<div style="overflow-x:auto"><table style="border-collapse:collapse">{more}</table></div></details></div>')


def _row_html(line, lang: str) -> str:
    one = line.promise
    tip = " ".join([one.definition[lang], say("scorecard.tip", lang, smallest=smallest_words(one, line.smallest, lang), measured=one.measured[lang])])
    pill = (f'<span style="display:inline-block;padding:1px 8px;border-radius:10px;color:#fff;white-space:nowrap;background:{COLOURS[line.verdict]}">'
            f"{escape(verdicts.signed(line.verdict, lang))}</span>")
    cell = 'style="text-align:left;padding:3px 10px 3px 0;border-top:1px solid #d5dae0;vertical-align:top'
    return (f'<tr><th scope="row" {cell};font-weight:600" title="{escape(tip)}">{escape(one.name[lang])}</th>'
            f'<td {cell}">{escape(amount(line, lang))}<br><small style="color:#555">{escape(direction(line.direction, lang))}</small></td>'
            f'<td {cell}">{pill}</td></tr>')

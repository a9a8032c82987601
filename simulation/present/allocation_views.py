"""Allocations in words and as rows of text: the plan, what it brings, what more money buys, and what else there is to choose from."""

from __future__ import annotations

import numpy as np

from simulation.indicators import three
from simulation.language import about_rupiah, band, number, percent, say
from simulation.present.ledger_words import changed_note

PLAN = "plan"
DECIMALS = {"ikm": 2, "worst_unit": 2, "standard": 2, "hours_saved": 0, "mix": 2}
SCALE = {"standard": 100.0}  # shares are said in percentage points


def indicator_of(objective) -> str:
    """The single indicator of an objective, or "mix"."""
    return "mix" if objective.mixed else next(iter(objective.weights))


def unit_of(objective, lang: str = "id") -> str:
    """What a gain is counted in."""
    return say(f"allocation.unit_{indicator_of(objective)}", lang)


def gain_band(gain, objective, lang: str = "id") -> str:
    """Median and 90 % band of a gain."""
    name = indicator_of(objective)
    return band(*three(gain * SCALE.get(name, 1.0)), lang, DECIMALS[name], sign=True)


def gain_number(value: float, objective, lang: str = "id") -> str:
    """One gain with its sign."""
    name = indicator_of(objective)
    return number(value * SCALE.get(name, 1.0), lang, DECIMALS[name], sign=True)


def rival_name(trial, name: str, lang: str = "id") -> str:
    """The name of a plan that was compared."""
    return trial.scenarios[name].name[lang]


def sentence(found, lang: str = "id") -> str:
    """The plan against today's path, equal shares and greedy; and how far the search can be trusted."""
    objective, trial = found.objective, found.trial
    against = found.against("base")
    year = found.scenario.start_year + found.scenario.years - 1
    parts = [say("allocation.main", lang, name=found.scenario.name[lang], other=found.base.name[lang], year=year,
                 verdict=say(f"verdict.{against.verdict}", lang), ikm=band(*three(against.ikm), lang, sign=True), share=percent(against.share_better, lang),
                 smallest=number(trial.smallest, lang), cost=about_rupiah(found.cost_rp.sum(), lang))]
    if indicator_of(objective) != "ikm" or objective.year not in (None, found.scenario.years):
        parts.append(say("allocation.objective", lang, gain=gain_band(trial.gain(PLAN), objective, lang), unit=unit_of(objective, lang)))
    for name in ("equal", "greedy"):
        other = found.against(name)
        parts.append(say(f"allocation.than_{name}", lang, gain=gain_band(other.gain, objective, lang), unit=unit_of(objective, lang),
                         share=percent(other.share_better, lang), verdict=say(f"verdict.{other.verdict}", lang)))
    parts.append(trust(found, lang))
    broken = [limit_name(found, one, lang) for one in found.kept() if not one.holds]
    if broken:
        parts.append(say("allocation.broken", lang, limits="; ".join(broken)))
    note = changed_note(found.assumptions, lang)
    return " ".join(parts + ([note] if note else []))


def trust(found, lang: str = "id") -> str:
    """Solver's gap, linearisation error and optimism, each as a share of the gain."""
    gain = max(abs(found.search_gain), 1e-12)
    return say("allocation.trust", lang, gap=percent(found.gap, lang, 2), error=percent(found.linearisation_error, lang, 1),
               optimism=percent(found.optimism / gain, lang, 1), rounds=len(found.rounds), draws=number(len(found.trial.gain(PLAN)), lang, 0))


def limit_name(found, one, lang: str = "id") -> str:
    """A limit and what the plan does."""
    from simulation.analysis.allocation.limits import in_words

    asked = in_words(one.name, found.market.limits, found.market.budgets, found.market.bench.draft, lang)
    which = one.name[0]
    reached = about_rupiah(one.reached, lang) if which == "budget" else number(one.reached, lang, 0) if which in ("seats", "trainer_days") else percent(one.reached, lang, 1)
    return say("allocation.reached", lang, limit=asked, reached=reached)


def rows(found, lang: str = "id") -> list[list[str]]:
    """The plan as text cells, header first: what for whom, classes of every year, money."""
    start, years = found.scenario.start_year, found.scenario.years
    header = [say(f"allocation.column_{key}", lang) for key in ("programme", "form", "kind")]
    header += [str(start + y) for y in range(years)] + [say("allocation.column_money", lang)]
    names = {row.id: row.name[lang] for row in found.base.catalogue.programmes}
    by = ["programme", "practice", "coaching", "refresher_months", "kind"]
    lines = []
    for key, part in found.table().groupby(by, sort=False):
        programme, practice, coaching, months, kind = key
        classes = dict(zip(part["year"], part["classes"], strict=True))
        lines.append((-float(part["cost_rp"].sum()), [
            names[programme], form_words(practice, coaching, months, lang), say(f"allocation.kind_{kind}", lang),
            *(number(classes.get(start + y, 0), lang, 0) for y in range(years)), about_rupiah(part["cost_rp"].sum(), lang)]))
    return [header] + [line for _, line in sorted(lines, key=lambda pair: pair[0])]


def form_words(practice: bool, coaching: bool, months: int, lang: str = "id") -> str:
    """What is added to a course."""
    added = [say("allocation.with_practice", lang)] * bool(practice) + [say("allocation.with_coaching", lang)] * bool(coaching)
    added += [say("allocation.with_refresher", lang, months=months)] if months else []
    return ", ".join(added) or say("allocation.as_designed", lang)


def rival_rows(found, lang: str = "id") -> list[list[str]]:
    """The plan against every rival as text cells, header first."""
    header = [say(f"allocation.column_{key}", lang) for key in ("against", "gain", "ikm", "better", "verdict")]
    lines = [header]
    for name in found.trial.scenarios:
        if name != PLAN:
            other = found.against(name)
            lines.append([rival_name(found.trial, name, lang), gain_band(other.gain, found.objective, lang), band(*three(other.ikm), lang, sign=True),
                          percent(other.share_better, lang), say(f"verdict.{other.verdict}", lang)])
    return lines


def money_sentence(money, lang: str = "id") -> str:
    """What one more and one less step buys, and where money stops mattering."""
    objective, unit = money.allocation.objective, unit_of(money.allocation.objective, lang)
    gains, here = money.gains, money.here
    parts = []
    for i, step in enumerate(money.steps_rp):
        if abs(step) in (1e8, 1e9):
            parts.append(say("allocation.step_more" if step > 0 else "allocation.step_less", lang, money=about_rupiah(abs(step), lang), unit=unit,
                             gain=gain_band(gains[i] - gains[here], objective, lang)))
    parts.append(say("allocation.noise", lang, noise=gain_number(money.noise, objective, lang).lstrip("+"), unit=unit))
    enough = money.enough_rp
    if enough is not None:
        parts.append(say("allocation.enough", lang, money=about_rupiah(enough, lang), smallest=number(money.trial.smallest, lang)))
    elif indicator_of(objective) in ("ikm", "worst_unit"):
        parts.append(say("allocation.not_enough", lang, money=about_rupiah(money.budgets_rp[-1], lang), smallest=number(money.trial.smallest, lang)))
    return " ".join(parts)


def money_rows(money, lang: str = "id") -> list[list[str]]:
    """Budgets and what they bring as text cells, header first."""
    objective, gains, here = money.allocation.objective, money.gains, money.here
    header = [say(f"allocation.column_{key}", lang) for key in ("budget", "cost", "gain", "change")]
    return [header] + [[about_rupiah(total, lang), about_rupiah(cost, lang), gain_band(gains[i], objective, lang), gain_band(gains[i] - gains[here], objective, lang)]
                       for i, (total, cost) in enumerate(zip(money.budgets_rp, money.table()["cost_rp"], strict=True))]


def robust_sentence(found, lang: str = "id") -> str:
    """The three picks and what they give up on average."""
    objective, table = found.allocation.objective, found.table().set_index("plan")
    unit = unit_of(objective, lang)
    parts = []
    for which, pick in (("mean", found.best_mean), ("bad", found.best_in_bad_futures), ("regret", found.least_regret)):
        parts.append(say(f"allocation.pick_{which}", lang, name=candidate_name(found, pick, lang), mean=gain_number(table.loc[pick, "mean"], objective, lang),
                         p10=gain_number(table.loc[pick, "p10"], objective, lang), regret=gain_number(table.loc[pick, "regret_max"], objective, lang).lstrip("+"),
                         unit=unit))
    lost = table["mean"].max() - table.loc[PLAN, "mean"]
    parts.append(say("allocation.pick_plan", lang, lost=gain_number(lost, objective, lang).lstrip("+"), unit=unit,
                     regret=gain_number(table.loc[PLAN, "regret_max"], objective, lang).lstrip("+")))
    return " ".join(parts)


def candidate_name(found, name: str, lang: str = "id") -> str:
    """A candidate of `robust_plans` in words."""
    if "=" in name:
        key, option = name.split("=")
        switch = next(s for s in found.allocation.market.bench.ledger.ledger.structure if s.key == key)
        label = next(o.label[lang] for o in switch.options if o.id == option)
        return say("allocation.for_structure", lang, switch=switch.label[lang], option=label)
    if name in ("cautious", "hopeful", "all_years", "worst_unit"):
        return say(f"allocation.candidate_{name}", lang)
    return found.scenario(name).name[lang]


def robust_rows(found, lang: str = "id") -> list[list[str]]:
    """Candidates as text cells, header first."""
    objective = found.allocation.objective
    header = [say(f"allocation.column_{key}", lang) for key in ("plan", "mean", "bad", "structure", "regret")]
    return [header] + [[candidate_name(found, row.plan, lang), *(gain_number(value, objective, lang) for value in (row.mean, row.p10, row.worst_structure_mean)),
                        gain_number(row.regret_max, objective, lang).lstrip("+")]
                       for row in found.table().itertuples(index=False)]


def menu_sentence(menu, lang: str = "id") -> str:
    """What there is to choose from."""
    if not menu.alternatives:
        return say("allocation.no_other", lang, loss=percent(menu.loss, lang))
    best = menu.trial.gain(PLAN)
    lines = [say("allocation.menu", lang, count=len(menu.alternatives), loss=percent(menu.loss, lang))]
    for name, other in zip(menu.names[1:], menu.alternatives, strict=True):
        lines.append(say("allocation.menu_line", lang, name=difference_words(menu, other, lang), difference=gain_band(menu.trial.gain(name) - best, menu.allocation.objective, lang),
                         unit=unit_of(menu.allocation.objective, lang), distance=percent(other.distance, lang)))
    return " ".join(lines)


def difference_words(menu, other, lang: str = "id") -> str:
    """An alternative by what is different."""
    return say("allocation.different", lang, more=_place_name(menu, other.more[0], lang), gained=percent(other.more[1], lang),
               less=_place_name(menu, other.less[0], lang), lost=percent(-other.less[1], lang))


def more_words(menu, other, lang: str = "id") -> str:
    """An alternative by what gets more of the money, short enough for a chart."""
    return say("allocation.more_for", lang, more=_place_name(menu, other.more[0], lang), gained=percent(other.more[1], lang))


def _place_name(menu, name: str, lang: str) -> str:
    """A programme or a kind of unit."""
    names = {row.id: row.name[lang] for row in menu.allocation.base.catalogue.programmes}
    return names[name] if name in names else say(f"allocation.kind_{name}", lang)


def menu_rows(menu, lang: str = "id") -> list[list[str]]:
    """The menu as text cells, header first."""
    objective, best = menu.allocation.objective, menu.trial.gain(PLAN)
    header = [say(f"allocation.column_{key}", lang) for key in ("plan", "gain", "than_best", "distance")]
    lines = [header, [menu.allocation.scenario.name[lang], gain_band(best, objective, lang), "–", "–"]]
    return lines + [[difference_words(menu, other, lang), gain_band(menu.trial.gain(name), objective, lang), gain_band(menu.trial.gain(name) - best, objective, lang),
                     percent(other.distance, lang)] for name, other in zip(menu.names[1:], menu.alternatives, strict=True)]


def front_sentence(front, lang: str = "id") -> str:
    """The two ends of a front."""
    low, high = front.points[0], front.points[-1]
    values = {"points": len(front.points), "beaten": len(front.beaten), "low": band(*three(low.ikm), lang, sign=True), "high": band(*three(high.ikm), lang, sign=True)}
    if front.kind == "cost":
        return say("allocation.front_cost", lang, cheap=about_rupiah(low.cost_rp, lang), dear=about_rupiah(high.cost_rp, lang), **values)
    return say("allocation.front_equity", lang, narrow=number(float(np.median(low.gap)), lang, 1), wide=number(float(np.median(high.gap)), lang, 1),
               low_share=percent(float(np.median(low.to_lowest)), lang), high_share=percent(float(np.median(high.to_lowest)), lang), **values)


def front_rows(front, lang: str = "id") -> list[list[str]]:
    """Plans of a front as text cells, header first."""
    header = [say(f"allocation.column_{key}", lang) for key in ("plan", "cost", "ikm", "gap", "lowest")]
    return [header] + [[point.scenario.name[lang], about_rupiah(point.cost_rp, lang), band(*three(point.ikm), lang, sign=True), band(*three(point.gap), lang, 1),
                        percent(float(np.median(point.to_lowest)), lang)] for point in front.points]

"""What was decided differently from one scenario to another, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from simulation.assumptions import Assumptions
from simulation.language import LANGUAGES, figure, listed, say
from simulation.present.pairs import (
    figure_pair,
    money,
    money_pair,
    share_pair,
    years_text,
)
from simulation.scenario import Scenario
from simulation.scenario_origin import chosen

MOST = 6  # single weights said one by one; more are counted and the largest change is named


@dataclass(frozen=True)
class Told:
    """Two scenarios, a language, and the names of what they mention."""

    a: Scenario
    b: Scenario
    lang: str
    city: object = None

    @cached_property
    def ledger(self) -> Assumptions:
        """The published assumptions, which overrides start from."""
        return Assumptions.load()

    @cached_property
    def programmes(self) -> dict[str, str]:
        """Programme names; those of the second scenario's catalogue where both have one."""
        return {row.id: row.name[self.lang] for s in (self.a, self.b) for row in s.catalogue.programmes}

    @cached_property
    def units(self) -> dict[str, str]:
        """Unit names: of the city, else as the files name them."""
        origins = [s.made_with.city.units for s in (self.a, self.b) if s.made_with and s.made_with.city]
        named = {key: texts[self.lang] for units in origins for key, texts in units.items()}
        return named | {unit.id: unit.name(self.lang) for unit in (self.city.units if self.city else ())}

    @cached_property
    def competencies(self) -> dict[str, str]:
        """Names of competencies."""
        return {row.id: row.name[self.lang] for row in self.ledger.ledger.competencies}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Names of kinds of units."""
        return {row.kind: row.name[self.lang] for row in self.ledger.ledger.service_mixes}

    def both(self, field: str) -> tuple:
        """The field in either scenario."""
        return getattr(self.a, field), getattr(self.b, field)

    def tell(self, key: str, **values) -> str:
        """A message of this area."""
        return say(f"library.{key}", self.lang, **values)

    def change(self, label: str, before: str, after: str) -> list[str]:
        """"label: from before to after"; nothing where both read the same."""
        return [] if before == after else [self.tell("change", label=label, before=before, after=after)]


def diff_words(a: Scenario, b: Scenario, lang: str = "id", city=None) -> list[str]:
    """What was decided differently from `a` to `b`, one line per change, decisions first and the header of the file last.

    Args:
        city: whose unit names are said; without it units are named as the files name them, else by id.

    Returns:
        lines; empty for two scenarios with the same content and catalogue.
    """
    told, lines = Told(a, b, lang, city), []
    changed = {field for field, _, _ in a.diff(b)}
    for field, words in SAID.items():
        if field in changed:
            lines += words(told, field) or [told.tell("same_meaning", label=told.tell(f"field.{field}"))]
    if a.catalogue.id != b.catalogue.id:
        lines.append(told.tell("other_catalogue"))
    return lines


def _spans(before: dict, after: dict):
    """(first year, last year, before, after) of consecutive years with the same change; None in a year that a scenario has not."""
    spans = []
    for year in sorted(before.keys() | after.keys()):
        pair = before.get(year), after.get(year)
        if pair[0] == pair[1]:
            continue
        if spans and spans[-1][1] == year - 1 and spans[-1][2:] == pair:
            spans[-1] = (spans[-1][0], year, *pair)
        else:
            spans.append((year, year, *pair))
    return spans


def _by_year(scenario: Scenario, values) -> dict:
    return {scenario.start_year + i: value for i, value in enumerate(values)}


def _budget(told: Told, field: str) -> list[str]:
    before, after = told.both(field)
    if not isinstance(before, list) and not isinstance(after, list):
        return told.change(told.tell("field.budget_rp"), *money_pair(before, after, told.lang))
    lines = []
    for first, last, old, new in _spans(_by_year(told.a, told.a.budget_by_year), _by_year(told.b, told.b.budget_by_year)):
        label = told.tell("budget_of", years=years_text(first, last))
        if old is None or new is None:
            lines.append(told.tell("added" if old is None else "dropped", label=label, value=money(new if old is None else old, told.lang)))
        else:
            lines += told.change(label, *money_pair(old, new, told.lang))
    return lines


def _amounts(told: Told, field: str, wording: str, pair) -> list[str]:
    """An amount per programme: changed, added or dropped; zero is as good as not there."""
    before, after = told.both(field)
    lines = []
    for name in told.programmes:
        old, new = before.get(name, 0), after.get(name, 0)
        if old == new:
            continue
        texts, label = pair(old, new, told.lang), told.programmes[name]
        if old and new:
            lines += told.change(told.tell(f"{wording}_of", name=label), *texts)
        else:
            value = told.tell(f"{wording}_value", value=texts[0] if old else texts[1])
            lines.append(told.tell("dropped" if old else "added", label=label, value=value))
    return lines


def _shares(told: Told, field: str) -> list[str]:
    return _amounts(told, field, "share", share_pair)


def _classes(told: Told, field: str) -> list[str]:
    return _amounts(told, field, "classes", figure_pair)


def _offer_series(scenario: Scenario) -> dict[tuple, dict[int, int]]:
    """Classes by year of each form on offer; offers of the same form are added up."""
    found: dict[tuple, dict[int, int]] = {}
    for offer in scenario.offers:
        kinds = "all" if offer.kinds == "all" else tuple(sorted(set(offer.kinds)))
        series = found.setdefault((offer.programme, kinds, offer.practice, offer.coaching, offer.refresher_months), {})
        for year, classes in _by_year(scenario, offer.by_year(scenario.years)).items():
            series[year] = series.get(year, 0) + classes
    return found


def _offers(told: Told, field: str) -> list[str]:
    before, after = _offer_series(told.a), _offer_series(told.b)
    lines = []
    for form in dict.fromkeys([*before, *after]):
        old, new = before.get(form, {}), after.get(form, {})
        years = old.keys() | new.keys()
        spans = _spans({y: old.get(y, 0) for y in years}, {y: new.get(y, 0) for y in years})
        if spans and (any(old.values()) != any(new.values())):
            value = "; ".join(told.tell("classes_in", years=years_text(first, last), n=a or b) for first, last, a, b in spans)
            lines.append(told.tell("dropped" if any(old.values()) else "added", label=_form(told, form), value=value))
        else:
            parts = [told.tell("classes_from", years=years_text(first, last), before=a, after=b) for first, last, a, b in spans]
            lines += [told.tell("detail", label=_form(told, form), value="; ".join(parts))] if parts else []
    return lines or [told.tell("offers_listed")]


def _form(told: Told, form: tuple) -> str:
    """A form on offer: programme, for whom, with what."""
    programme, kinds, practice, coaching, months = form
    whom = told.tell("every_kind") if kinds == "all" else listed([told.kinds.get(kind, kind) for kind in kinds], told.lang)
    extras = [told.tell(key) for key, there in (("with_practice", practice), ("with_coaching", coaching)) if there]
    extras += [told.tell("with_refresher", months=months)] if months else []
    return told.tell("form", name=told.programmes[programme], details=", ".join([whom, *extras]))


def _choice(told: Told, field: str) -> list[str]:
    before, after = told.both(field)
    return told.change(told.tell(f"field.{field}"), *(told.tell("quoted", text=say(f"{field}.{option}", told.lang)) for option in (before, after)))


def _extra(told: Told, field: str) -> list[str]:
    """Practice or follow-up for all, with the programmes of the second scenario that gain or lose it."""
    line, = _choice(told, field)
    had, has = (s.with_practice if field == "practice" else s.with_coaching for s in (told.a, told.b))
    if told.a.catalogue.ids != told.b.catalogue.ids:
        return [line]
    used = chosen(told.b)
    for wording, mask in (("extra_added", has & ~had), ("extra_removed", had & ~has)):
        names = [told.programmes[name] for name, moved in zip(told.b.catalogue.ids, mask, strict=True) if moved and name in used]
        if names:
            line += told.tell(wording, n=len(names), names=listed(names, told.lang))
    return [line]


def _weights(told: Told, items: list[tuple[str, float, float]], label: str) -> list[str]:
    """Changed weights, one line each; of many, how many there are and the largest change."""
    changed = [item for item in items if item[1] != item[2]]
    if len(changed) <= MOST:
        return [line for name, old, new in changed for line in told.change(f"{label}, {name}", *figure_pair(old, new, told.lang))]
    name, old, new = max(changed, key=lambda item: abs(item[2] - item[1]))
    before, after = figure_pair(old, new, told.lang)
    return [told.tell("many_weights", label=label, n=len(changed), name=name, before=before, after=after)]


def _unit_weights(told: Told, field: str) -> list[str]:
    before, after = told.both(field)
    names = dict.fromkeys([*before, *after])
    return _weights(told, [(told.units.get(n, n), before.get(n, 1.0), after.get(n, 1.0)) for n in names], told.tell("field.unit_weights"))


def _needs(told: Told, field: str) -> list[str]:
    before, after = told.both(field)
    pairs = dict.fromkeys((unit, c) for needs in (before, after) for unit, weights in needs.items() for c in weights)
    items = [(f"{told.units.get(unit, unit)}, {told.competencies.get(c, c)}", before.get(unit, {}).get(c, 0.0), after.get(unit, {}).get(c, 0.0))
             for unit, c in pairs]
    return _weights(told, items, told.tell("field.needs"))


def _overrides(told: Told, field: str) -> list[str]:
    before, after = told.both(field)
    lines = []
    for key in dict.fromkeys([*before, *after]):
        row = told.ledger[key]
        published = told.tell("as_published", value=figure(row.value, told.lang))
        texts = figure_pair(before[key], after[key], told.lang) if key in before and key in after else tuple(
            figure(values[key], told.lang) if key in values else None for values in (before, after))
        old, new = (published if text is None else told.tell("held", value=text) for text in texts)
        lines += told.change(told.tell("assumption", label=row.label[told.lang]), old, new)
    return lines


def _structure(told: Told, field: str) -> list[str]:
    before, after = told.both(field)
    lines = []
    for switch in told.ledger.ledger.structure:
        labels = {option.id: option.label[told.lang] for option in switch.options}
        old, new = (labels[chosen_options.get(switch.key, switch.default)] for chosen_options in (before, after))
        lines += told.change(told.tell("model_form", label=switch.label[told.lang]), old, new)
    return lines


def _quarters(told: Told, field: str) -> list[str]:
    def text(quarters):
        return listed([told.tell("quarter", n=("I", "II", "III", "IV")[q - 1] if told.lang == "id" else q) for q in quarters], told.lang)

    before, after = told.both(field)
    return told.change(told.tell("field.quarters"), text(sorted(before)), text(sorted(after)))


def _plain(told: Told, field: str) -> list[str]:
    """A year, count or seed, as it stands."""
    before, after = told.both(field)
    return told.change(told.tell(f"field.{field}"), str(before), str(after))


def _ratio(told: Told, field: str) -> list[str]:
    return told.change(told.tell(f"field.{field}"), *figure_pair(*told.both(field), told.lang))


def _header(told: Told, field: str) -> list[str]:
    before, after = told.both(field)
    quoted = [told.tell("quoted", text=text or "–") for text in (before, after)]
    return told.change(told.tell(f"field.{field}"), *quoted)


def _texts(told: Told, field: str) -> list[str]:
    """A text in the reader's language; if that is the same, in the other one."""
    before, after = told.both(field)
    lang = next(lang for lang in (told.lang, *LANGUAGES) if before[lang] != after[lang])
    return told.change(told.tell(f"field.{field}"), *(told.tell("quoted", text=texts[lang]) for texts in (before, after)))


def _yes_no(told: Told, field: str) -> list[str]:
    return told.change(told.tell(f"field.{field}"), *(told.tell("yes" if value else "no") for value in told.both(field)))


SAID = {
    "start_year": _plain, "years": _plain, "budget_rp": _budget, "programmes": _shares, "classes": _classes, "offers": _offers,
    "targeting": _choice, "practice": _extra, "follow_up": _extra, "refresher_months": _choice, "quarters": _quarters, "needs": _needs,
    "unit_weights": _unit_weights, "replacement_ratio": _ratio, "minutes_factor": _ratio, "overrides": _overrides, "structure": _structure,
    "seed": _plain, "name": _texts, "author": _header, "date": _header, "reason": _texts, "reference": _header, "baseline": _yes_no,
    "carry_over": _yes_no, "off_peak": _yes_no, "version": _plain,
}

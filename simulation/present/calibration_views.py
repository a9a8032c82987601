"""A calibration in words, tables and pictures; all from one `Calibration`, so they cannot disagree."""

from __future__ import annotations

import math

from simulation.analysis.calibration import Calibration, LastWave
from simulation.analysis.calibration_data import ANY, CITY
from simulation.analysis.calibration_ensemble import ENOUGH
from simulation.analysis.calibration_learned import Check, Learned, Pair
from simulation.analysis.futures import LUCK
from simulation.analysis.psis import GOOD_K
from simulation.analysis.survey_waves import Period
from simulation.language import band, figure, number, percent, say
from simulation.present import intervals
from simulation.present.frame import Heading
from simulation.present.ledger_words import changed_note
from simulation.present.picture import LOCALES, Picture

MOST_NAMES = 4  # named in a sentence
MOST_LINES = 12  # drawn in a picture
DECIMALS = {"surveys": 1, "tests": 2, "applying": 0, "counters": 1}


def sentence(found: Calibration, lang: str = "id") -> str:
    """Whether to trust it; what was learned; what the data cannot tell apart; what still does not fit."""
    parts = [_trust(found.weights, found.draws, lang)]
    if not found.weights.reliable:
        far = max(found.checks, key=lambda one: abs(one.prior_z))
        parts.append(say("calibration.furthest", lang, name=check_name(found, far, lang), sd=number(abs(far.prior_z), lang, 1)))
        return " ".join([*parts, *_notes(found, lang)])
    by = {verdict: [one for one in found.parameters if one.verdict == verdict] for verdict in ("learned", "a little", "nothing")}
    for verdict in ("learned", "a little"):
        if by[verdict]:
            parts.append(say(f"calibration.says.{verdict}", lang, names=_listed([_share_gone(found, one, lang) for one in by[verdict]], lang)))
    parts.append(say("calibration.says.nothing", lang, n=len(by["nothing"]), of=len(found.parameters)))
    tied = [_joined(found, pair, lang) for pair in found.pairs if pair.verdict == "only together"]
    if tied:
        parts.append(say("calibration.says.tied", lang, names=_listed(tied, lang)))
    unforeseen = [check_name(found, one, lang) for one in found.checks if one.unforeseen]
    if unforeseen:
        parts.append(say("calibration.says.unforeseen", lang, names=_listed(unforeseen, lang)))
    return " ".join([*parts, _fits(found, found.checks, lang), *_notes(found, lang)])


def last_wave_sentence(found: LastWave, lang: str = "id") -> str:
    """Whether the last survey wave fell where the earlier data said."""
    wave = Period.parse(found.wave).name(lang)
    if not found.weights.reliable:
        return say("calibration.last.unreliable", lang, wave=wave, k=_k(found.weights.k, lang), limit=number(GOOD_K, lang, 1))
    if len(found.checks) == 1:
        one = found.checks[0]
        key = "calibration.last.inside" if one.inside else "calibration.last.outside"
        return say(key, lang, name=check_name(found.calibration, one, lang), observed=number(one.observed, lang),
                   band=band(*one.posterior, lang), without=band(*one.prior, lang))
    return say("calibration.last.many", lang, wave=wave, inside=found.inside, of=len(found.checks))


def rows(found: Calibration, lang: str = "id") -> list[list[str]]:
    """Every assumption before and after the data as text cells, the header first."""
    header = [say(f"calibration.column.{key}", lang) for key in ("assumption", "before", "after", "gone", "verdict")]
    return [header, *([parameter_name(found, one.key, lang), _three(one.prior, lang), _three(one.posterior, lang),
                       say("calibration.gone", lang, share=percent(one.shrinkage, lang), error=percent(1.96 * one.error, lang)),
                       say(f"calibration.verdict.{one.verdict}", lang)] for one in found.parameters)]


def pair_rows(found: Calibration, lang: str = "id") -> list[list[str]]:
    """Assumptions that multiply or offset each other as text cells, the header first."""
    header = [say(f"calibration.column.{key}", lang) for key in ("pair", "correlation", "gone_a", "gone_b", "gone_both", "verdict")]
    return [header, *([_joined(found, p, lang), say("calibration.plus_minus", lang, value=number(p.correlation, lang, 2),
                                                    error=number(1.96 * p.error, lang, 2)),
                       *(percent(share, lang) for share in (p.shrinkage_a, p.shrinkage_b, p.shrinkage)),
                       say(f"calibration.verdict.{p.verdict}", lang)] for p in found.pairs)]


def check_rows(found: Calibration | LastWave, lang: str = "id") -> list[list[str]]:
    """Every observation beside its forecast before and after the data as text cells, the header first."""
    whole = found.calibration if isinstance(found, LastWave) else found
    after = "after" if whole is found else "earlier"
    header = [say(f"calibration.column.{key}", lang) for key in ("observation", "observed", "before", after, "p", "verdict")]
    return [header, *([check_name(whole, c, lang), _value(c.kind, c.observed, lang), _band(c.kind, c.prior, lang),
                       _band(c.kind, c.posterior, lang), number(c.posterior_p, lang, 3),
                       say(f"calibration.verdict.{c.verdict}", lang)] for c in found.checks)]


def learned_picture(found: Calibration, lang: str = "id") -> Picture:
    """The assumptions the data taught most about: where the 90 % band lies now, on the scale of what was believed before."""
    shown = [one for one in found.parameters if one.verdict in ("learned", "a little")][:MOST_LINES] or list(found.parameters[:MOST_LINES // 2])
    series = [say(f"calibration.series.{key}", lang) for key in ("before", "after")]
    lines = [{"counter": parameter_name(found, one.key, lang), "series": name, **_points([100.0 * x for x in points])}
             for one in shown for name, points in zip(series, ((0.05, 0.5, 0.95), one.places), strict=True)]
    heading = Heading(say("calibration.picture.learned", lang), say("calibration.picture.learned_sub", lang), _stamp(found, lang),
                      found.sentence(lang))
    return intervals.waiting(lines, heading, x_domain=(0.0, 100.0), x_title=say("calibration.picture.places", lang), locale=LOCALES[lang], decimals=0)


def checks_picture(found: Calibration | LastWave, lang: str = "id", kind: str = "surveys") -> Picture | None:
    """Observations of a kind beside their forecasts before and after the data; None when there are none of that kind."""
    whole = found.calibration if isinstance(found, LastWave) else found
    shown = [one for one in found.checks if one.kind == kind][-MOST_LINES:]
    if not shown:
        return None
    after = "after" if whole is found else "earlier"
    series = [say(f"calibration.series.{key}", lang) for key in ("before", after, "observed")]
    scale = 100.0 if kind == "applying" else 1.0
    lines = [{"counter": check_name(whole, one, lang), "series": name, **_points([scale * x for x in points])}
             for one in shown for name, points in zip(series, (one.prior, one.posterior, (one.observed,) * 3), strict=True)]
    low, high = min(line["p05"] for line in lines), max(line["p95"] for line in lines)
    step = 0.1 if kind == "tests" else 1.0
    domain = (math.floor(low / step - 0.5) * step, math.ceil(high / step + 0.5) * step)
    spoken = found.sentence(lang)
    heading = Heading(say("calibration.picture.checks", lang), say(f"calibration.picture.{kind}", lang, n=len(shown)), _stamp(whole, lang), spoken)
    return intervals.waiting(lines, heading, x_domain=domain, x_title=say(f"calibration.unit.{kind}", lang), locale=LOCALES[lang],
                             decimals=DECIMALS[kind])


def parameter_name(found: Calibration, key: str, lang: str = "id") -> str:
    """An assumption as a reader calls it."""
    if key.startswith(LUCK):
        return say("calibration.luck", lang, name=_programme(found, key.partition(":")[2], lang))
    return found.assumptions[key].label[lang]


def check_name(found: Calibration, one: Check, lang: str = "id") -> str:
    """An observation as a reader calls it."""
    row = getattr(found.observations, one.kind)[one.index]
    if one.kind == "tests":
        name = _programme(found, row.programme, lang)
        return say("calibration.name.tests" if row.control else "calibration.name.tests_alone", lang, name=name)
    if one.kind == "applying":
        name = say("calibration.any", lang) if row.programme == ANY else _programme(found, row.programme, lang)
        return say("calibration.name.applying", lang, name=name, months=figure(row.months, lang))
    if one.kind == "surveys":
        place = say("calibration.city", lang) if row.unit == CITY else found.city.units[found.city.unit(row.unit)].name(lang)
        return say("calibration.name.surveys", lang, name=place, wave=row.period.name(lang))
    counters = found.city.counters
    place = say("calibration.all_counters", lang) if row.service == CITY else counters.name(counters.ids.index(row.service), lang)
    return say("calibration.name.counters", lang, name=place, wave=row.when.name(lang))


def _programme(found: Calibration, name: str, lang: str) -> str:
    catalogue = found.scenario.catalogue
    return catalogue.programmes[catalogue.ids.index(name)].name[lang]


def _trust(weights, draws: int, lang: str) -> str:
    key = "far" if not weights.reliable else "good" if weights.ess >= ENOUGH else "few"
    return say(f"calibration.trust.{key}", lang, k=_k(weights.k, lang), limit=number(GOOD_K, lang, 1), ess=number(weights.ess, lang, 0),
               draws=number(draws, lang, 0), enough=ENOUGH)


def _k(k: float, lang: str) -> str:
    return number(k, lang) if math.isfinite(k) else "∞" if k > 0 else "−∞"


def _share_gone(found: Calibration, one: Learned, lang: str) -> str:
    return say("calibration.named_share", lang, name=parameter_name(found, one.key, lang), share=percent(one.shrinkage, lang))


def _joined(found: Calibration, pair: Pair, lang: str) -> str:
    return say(f"calibration.{pair.together}", lang, a=parameter_name(found, pair.a, lang), b=parameter_name(found, pair.b, lang))


def _listed(names: list[str], lang: str) -> str:
    shown = "; ".join(names[:MOST_NAMES])
    return shown + (say("ledger.and_more", lang, n=len(names) - MOST_NAMES) if len(names) > MOST_NAMES else "")


def _fits(found: Calibration, checks: tuple[Check, ...], lang: str) -> str:
    odd = [check_name(found, one, lang) for one in checks if one.verdict != "as expected"]
    if not odd:
        return say("calibration.fits.all", lang, of=len(checks))
    return say("calibration.fits.some", lang, n=len(odd), of=len(checks), names=_listed(odd, lang))


def _notes(found: Calibration, lang: str) -> list[str]:
    alone = [say("calibration.note.alone", lang)] if any(not row.control for row in found.observations.tests) else []
    changed = changed_note(found.assumptions, lang)
    return [*alone, *([changed] if changed else [])]


def _stamp(found: Calibration, lang: str) -> str:
    line = say("calibration.stamp", lang, data=found.observations.name[lang], scenario=found.scenario.name[lang], city=found.city.about.name[lang],
               n=len(found.observations), draws=number(found.draws, lang, 0), ess=number(found.ess, lang, 0), k=_k(found.k, lang))
    changed = changed_note(found.assumptions, lang)
    return " · ".join([line, *([changed] if changed else [])])


def _points(three) -> dict[str, float]:
    return dict(zip(("p05", "p50", "p95"), (float(x) for x in three), strict=True))


def _three(points: tuple[float, float, float], lang: str) -> str:
    digits = 2 - math.floor(math.log10(max(abs(x) for x in points) or 1.0))  # three digits of the largest
    low, middle, high = (figure(round(x, digits), lang) for x in points)
    return say("format.band", lang, low=low, middle=middle, high=high)


def _value(kind: str, value: float, lang: str) -> str:
    return percent(value, lang) if kind == "applying" else number(value, lang, DECIMALS[kind])


def _band(kind: str, points: tuple[float, float, float], lang: str) -> str:
    low, middle, high = (_value(kind, x, lang) for x in points)
    return say("format.band", lang, low=low, middle=middle, high=high)

"""An evaluation in words, tables and pictures; all from one `Evaluation`, so they cannot disagree."""

from __future__ import annotations

import math

from simulation.analysis.evaluation import Evaluation, unit_means
from simulation.language import number, percent, say
from simulation.present import intervals
from simulation.present.frame import Heading
from simulation.present.picture import LOCALES, Picture
from simulation.present.skm_report import label

_OF = 100  # cities, so that a rate can be said as a count
_MOST_DESIGNS = 6
_WORD = {"improved": "better", "worsened": "worse", "cannot tell": "cannot tell"}


def sentence(found: Evaluation, lang: str = "id") -> str:
    """Verdict and size; the naive rule and how often it would be wrong; what the survey could have seen; what to know."""
    change = {"change": _points(found.change.value, lang), "low": _points(found.change.low, lang), "high": _points(found.change.high, lang),
              "level": percent(found.change.level, lang)}
    lines = [say(f"evaluation.verdict.{found.verdict}.{found.kind}", lang, treated=len(found.treated), compared=len(found.compared),
                 allowance=number(found.allowance, lang, 1), years=number(found.years, lang, 1), **change)]
    if found.verdict == "improved":
        passes = found.change.low - found.allowance > found.smallest
        lines.append(say("evaluation.matters" if passes else "evaluation.may_not_matter", lang, smallest=number(found.smallest, lang)))
    lines += [_naive(found, lang), say("evaluation.seen", lang, smallest=number(found.smallest_seen, lang, 1))]
    if found.trend_before is not None:
        lines.append(say("evaluation.trend", lang, change=_points(found.trend_before.value, lang),
                         low=_points(found.trend_before.low, lang), high=_points(found.trend_before.high, lang)))
    return "\n".join([*lines, *(note.text(lang) for note in found.notes)])


def _naive(found: Evaluation, lang: str) -> str:
    drift = max(r.drift for r in found.rates)
    still, moving = found.rate(0.0, 0.0), found.rate(0.0, drift)
    key = "evaluation.naive.cheers" if found.naive_cheers else "evaluation.naive.silent"
    return say(key, lang, own=_points(found.own_change.value, lang), of=_OF, still=round(_OF * still.naive), moving=round(_OF * moving.naive),
               drift=number(drift, lang, 1), ours=_count(max(still.ours, moving.ours), lang))


def _count(rate: float, lang: str) -> str:
    return number(_OF * rate, lang, 1)


def _points(value: float, lang: str) -> str:
    return number(value, lang, 2, sign=True)


def rate_rows(found: Evaluation, lang: str = "id") -> list[list[str]]:
    """Of 100 cities with this survey: how many each rule calls improved, by drift and true gain; the header first."""
    header = [say(f"evaluation.column.{key}", lang) for key in ("drift", "gain", "naive", "ours")]
    return [header, *([number(r.drift, lang, 1), number(r.gain, lang, 2), _count(r.naive, lang), _count(r.ours, lang)] for r in found.rates)]


def design_rows(found: Evaluation, wanted: float, lang: str = "id") -> list[list[str]]:
    """Surveys that would see a wanted change, fewest respondents first, or the best there are; the header first."""
    header = [say(f"evaluation.column.{key}", lang) for key in ("n", "units", "waves", "respondents", "smallest", "seen")]
    frame = found.designs(wanted)
    if not frame["seen"].any():
        frame = frame.sort_values("smallest", kind="stable")
    return [header, *([str(r.n), str(r.units), str(r.waves), number(r.respondents, lang, 0), number(r.smallest, lang, 1),
                       say("evaluation.yes" if r.seen else "evaluation.no", lang)] for r in frame.head(_MOST_DESIGNS).itertuples(index=False))]


def unit_rows(found: Evaluation, lang: str = "id", names: dict[str, str] | None = None) -> list[list[str]]:
    """IKM of each unit at each wave with its sampling interval; the header first."""
    waves = list(found.panel.waves)
    header = [say("column.unit", lang), say("evaluation.column.start", lang), *(label("wave", wave, lang) for wave in waves)]
    rows, frame = [], found.table(lang)
    for u, unit in enumerate(found.panel.units):
        mine = frame[frame["unit"] == unit].set_index("wave")
        start = found.panel.start[u]
        begun = label("wave", waves[start], lang) if start < len(waves) else say("evaluation.never", lang)
        rows.append([(names or {}).get(unit, unit), begun, *(_cell(mine.loc[wave], lang) if wave in mine.index else "-" for wave in waves)])
    return [header, *rows]


def _cell(row, lang: str) -> str:
    return f"{number(row['ikm'], lang, 1)} ± {number(row['high'] - row['ikm'], lang, 1)}"


def waves_picture(found: Evaluation, lang: str = "id") -> Picture:
    """Mean IKM of trained and untrained units at each wave."""
    sides = {"compared": say("evaluation.side.compared", lang), "treated": say("evaluation.side.treated", lang)}
    means = unit_means(found)
    rows = [{"counter": label("wave", wave, lang), "series": sides[side], "p05": r.low, "p50": r.ikm, "p95": r.high}
            for wave in found.panel.waves for side in sides for r in means[(means.wave == wave) & (means.side == side)].itertuples(index=False)]
    low, high = math.floor(means["low"].min() - 0.5), math.ceil(means["high"].max() + 0.5)
    heading = Heading(say("evaluation.picture.waves", lang), say("evaluation.picture.waves_sub", lang, level=percent(found.change.level, lang)), _note(found, lang), sentence(found, lang))
    return intervals.waiting(rows, heading, x_domain=(low, high), x_title="IKM", locale=LOCALES[lang])


def verdict_picture(found: Evaluation, lang: str = "id") -> Picture:
    """The change the verdict rests on, the trained units' own change, and the look before the start."""
    parts = [("change" if found.kind == "did" else "own", found.change, _WORD[found.verdict])]
    parts += [("own", found.own_change, "cannot tell")] if found.kind == "did" else []
    parts += [("before", found.trend_before, "cannot tell")] if found.trend_before is not None else []
    rows = [{"scenario": say(f"evaluation.part.{key}", lang), "p05": e.low, "p50": e.value, "p95": e.high, "verdict": word}
            for key, e, word in parts]
    reach = max(1.0, *(max(abs(r["p05"]), abs(r["p95"])) for r in rows))
    heading = Heading(say("evaluation.picture.verdict", lang), say("evaluation.picture.verdict_sub", lang, level=percent(found.change.level, lang)),
                      _note(found, lang), sentence(found, lang))
    verdicts = {"better": say("evaluation.word.improved", lang), "worse": say("evaluation.word.worsened", lang),
                "cannot tell": say("evaluation.word.cannot tell", lang)}
    edge = math.ceil(reach)
    return intervals.differences(rows, heading, x_domain=(-edge, edge), x_title=say("chart.points", lang), smallest=found.smallest,
                                 smallest_label="0", verdict_names=verdicts, locale=LOCALES[lang])


def _note(found: Evaluation, lang: str) -> str:
    return say("evaluation.note_line", lang, respondents=number(found.panel.n.sum(), lang, 0), units=len(found.panel.units),
               waves=len(found.panel.waves), level=percent(found.change.level, lang), wobble=number(found.unit_wave_sd, lang, 1))

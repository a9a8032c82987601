"""A recommendation in words and as a picture, alone or beside the one under the published assumptions."""

from __future__ import annotations

import numpy as np

from simulation.indicators import three
from simulation.language import about_rupiah, band, number, percent, say
from simulation.present import intervals
from simulation.present.frame import Heading
from simulation.present.ledger_words import changed_note
from simulation.present.picture import LOCALES, Picture

WIDTH = 900


def recommendation_sentence(found, lang: str = "id") -> str:
    """Which scenario, by how much, how surely, against the baseline."""
    base = found.futures.scenarios[0]
    name, other = found.preferred.name[lang], found.runner_up.name[lang]
    main = say("recommend.preferred", lang, name=name, other=other, willingness=about_rupiah(found.willingness_rp, lang), margin=about_rupiah(found.margin_rp, lang),
               share=percent(found.share_best, lang), draws=number(found.futures.draws, lang, 0))
    if found.preferred.id == base.id:
        against = say("recommend.is_baseline", lang)
    else:
        against = say("recommend.against", lang, other=base.name[lang], verdict=say(f"verdict.{found.verdict}", lang),
                      band=band(*three(found.gain), lang, sign=True))
    return " ".join(filter(None, [main, against, changed_note(found.futures.assumptions, lang)]))


def stands_sentence(now, published, lang: str = "id") -> str:
    """Whether the published recommendation stands under other assumptions."""
    if now.preferred.id != published.preferred.id:
        return say("recommend.flips", lang, before=published.preferred.name[lang], name=now.preferred.name[lang])
    if now.verdict != published.verdict:
        return say("recommend.verdict_flips", lang, name=now.preferred.name[lang], before=say(f"verdict.{published.verdict}", lang),
                   verdict=say(f"verdict.{now.verdict}", lang))
    return say("recommend.stands", lang, name=now.preferred.name[lang])


def differences(now, published, lang: str = "id", width: int = WIDTH) -> Picture:
    """Each scenario's difference from the baseline, as published and now."""
    rows = []
    for name, found in ((say("recommend.published", lang), published), (say("recommend.now", lang), now)):
        gains = found.futures.ikm[1:] - found.futures.ikm[0]
        for scenario, gain in zip(found.futures.scenarios[1:], gains, strict=True):
            rows.append({"counter": scenario.name[lang], "series": name, **dict(zip(("p05", "p50", "p95"), three(gain), strict=True))})
    low, high = min(row["p05"] for row in rows), max(row["p95"] for row in rows)
    base = now.futures.scenarios[0].name[lang]
    heading = Heading(say("chart.compare_title", lang, other=base), say("recommend.chart_sub", lang),
                      say("recommend.stamp", lang, draws=number(now.futures.draws, lang, 0), city=now.futures.city.about.name[lang]),
                      stands_sentence(now, published, lang))
    return intervals.waiting(rows, heading, x_domain=(float(np.floor(min(low, -0.25) * 4) / 4), float(np.ceil(high * 2) / 2)),
                             x_title=say("chart.points", lang), locale=LOCALES[lang], decimals=2, width=width)


def rows(found, lang: str = "id") -> list[list[str]]:
    """The table of scenarios as text cells, the header first."""
    names = {scenario.key: scenario.name[lang] for scenario in found.futures.scenarios}
    header = [say(f"recommend.column_{key}", lang) for key in ("scenario", "ikm", "cost", "benefit", "best")]
    return [header] + [[names[r.scenario], band(r.p05, r.p50, r.p95, lang, sign=True), about_rupiah(r.cost_rp, lang), about_rupiah(r.net_benefit_rp, lang),
                        percent(r.share_best, lang)] for r in found.table().itertuples(index=False)]

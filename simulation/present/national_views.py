"""The test of size in words and as rows of a table; both from one `National`."""

from __future__ import annotations

import numpy as np

from simulation.language import about_rupiah, band, number, say
from simulation.outcome import SAME

COLUMNS = ("city", "asn", "units", "gain", "waiting", "cost", "verdict")


def sentence(result, lang: str = "id") -> str:
    """See `National.sentence`."""
    gain = band(*np.quantile(result.total_gain_ikm, (0.05, 0.5, 0.95)), lang, sign=True)
    counts = {key: number(result.verdict.count(verdict), lang, 0)
              for key, verdict in (("better", "better"), ("worse", "worse"), ("same", SAME), ("unsure", "cannot tell"))}
    return say("national.sentence", lang, scenario=result.scenario.name[lang], baseline=result.baseline.name[lang],
               cities=number(len(result.number), lang, 0), asn=number(result.asn.sum(), lang, 0), gain=gain,
               verdict=say("national.verdict", lang, **counts), cost=_money(result.total_cost_rp, lang),
               years=min(result.scenario.years, result.baseline.years), before=_money(result.total_baseline_rp, lang))


def rows(result, lang: str = "id") -> list[list[str]]:
    """Header and one row per city, larger ones first."""
    header = [say(f"national.column.{key}", lang) for key in COLUMNS]
    return [header, *([say("national.city", lang, number=name), number(asn, lang, 0), number(units, lang, 0), band(*gain, lang, sign=True),
                       band(*waiting, lang, sign=True), about_rupiah(cost, lang), say(f"verdict.{verdict}", lang)]
                      for name, asn, units, gain, waiting, cost, verdict in
                      zip(result.number, result.asn, result.units, result.gain_ikm, result.waiting_minutes, result.cost_rp,
                          result.verdict, strict=True))]


def _money(rp: np.ndarray, lang: str) -> str:
    return about_rupiah(float(np.median(rp)), lang)

"""Writes docs/indicators.md from the declarations in data/indicators.yaml, in both languages.

Run from the repository: `python tools/indicator_docs.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from simulation.analysis.indicator_list import LEVELS, Indicator, indicators
from simulation.analysis.monitoring import Goal
from simulation.analysis.monitoring_plan import ledger_target
from simulation.assumptions import Assumptions
from simulation.files import write_whole
from simulation.language import LANGUAGES, number, say
from simulation.present.monitoring_views import file_name, goal_text, value_text

PAGE = ROOT / "docs" / "indicators.md"


def page() -> str:
    """The whole page."""
    ledger = Assumptions.load()
    return "\n".join(line for lang in LANGUAGES for line in _part(lang, ledger))


def _part(lang: str, ledger: Assumptions) -> list[str]:
    lines = [f"# {say('monitoring.docs.title', lang)}", "", say("monitoring.docs.intro", lang), "",
             f"## {say('monitoring.docs.rule', lang)}", "", say("monitoring.docs.rules", lang), ""]
    for level in LEVELS:
        lines += [f"## {say(f'monitoring.level.{level}', lang)}", ""]
        for declared in indicators().indicators:
            if declared.level == level:
                lines += _indicator(declared, lang, ledger)
    return lines


def _indicator(declared: Indicator, lang: str, ledger: Assumptions) -> list[str]:
    target = declared.target
    value = ledger_target(declared.id, ledger) if target.set_by == "ledger" else target.value
    goal = goal_text(declared, Goal(value, target.high, target.set_by), lang)
    goal = say("monitoring.docs.standard", lang, grade=target.grade) if target.set_by == "standard" else goal
    if target.ledger:
        goal += "; " + say("monitoring.docs.computed", lang, rows=", ".join(f"`{key}`" for key in target.ledger))
    files = "; ".join(file_name(name, lang) for name in declared.source)
    facts = (("definition", declared.definition[lang]), ("formula", declared.formula[lang]), ("unit", say(f"monitoring.unit_name.{declared.unit}", lang)),
             ("source", f"{files} ({declared.columns[lang]})"), ("direction", say(f"monitoring.docs.direction.{declared.direction}", lang)),
             ("target", f"{goal}. {target.source[lang]}. {target.note[lang]}"), ("margin", _margin(declared, lang)),
             ("sample", say(f"monitoring.docs.{'yes' if declared.sample else 'no'}", lang)))
    return [f"### {declared.name[lang]} (`{declared.id}`)", "",
            *(f"- {say(f'monitoring.docs.{key}', lang)}: {text}" for key, text in facts), ""]


def _margin(declared: Indicator, lang: str) -> str:
    margin = declared.margin
    if margin.kind == "relative" or declared.unit == "share":
        text = number(100 * margin.value, lang, 0)
    else:
        text = value_text(margin.value, declared, lang)
    if margin.kind == "absolute" and declared.unit == "share":
        return say("monitoring.docs.margin.share", lang, value=text)
    return say(f"monitoring.docs.margin.{margin.kind}", lang, value=text)


if __name__ == "__main__":
    write_whole(PAGE, page())

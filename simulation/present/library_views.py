"""A library of scenarios as a table and a sentence, and what to know before a scenario from elsewhere is used."""

from __future__ import annotations

from simulation.language import listed, say
from simulation.present.pairs import money, years_text
from simulation.scenario import Scenario
from simulation.scenario_origin import chosen


def warning_lines(scenario: Scenario, lang: str = "id", city=None) -> list[str]:
    """What to know before using a scenario that came from elsewhere or from an older version, one line each; empty when all is as it was."""
    return [problem.text(lang) for problem in (scenario.warnings_in(city) if city else scenario.warnings)]


def library_sentence(library, lang: str = "id") -> str:
    """How many scenarios a library holds, and how many of its files cannot be read."""
    scenarios, problems = library.look()
    text = say("library.count", lang, n=len(scenarios), archived=len(library.look(archived=True)[0]))
    files = sorted({problem.file or "?" for problem in problems})
    return f"{text} {say('library.unreadable', lang, n=len(files), files=listed(files, lang))}" if files else text


def rows(scenarios: dict[str, Scenario], lang: str = "id") -> list[list[str]]:
    """Scenarios by key as a table of text cells, the header first."""
    header = [say(f"library.column_{key}", lang) for key in ("key", "name", "author", "date", "years", "money", "programmes", "notes")]
    return [header] + [
        [key, s.name[lang], s.author, s.date, years_text(s.start_year, s.start_year + s.years - 1), money(sum(s.budget_by_year), lang),
         str(len(chosen(s))), say("library.notes", lang, n=len(s.warnings)) if s.warnings else ""] for key, s in scenarios.items()]

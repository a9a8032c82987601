"""The four verdicts as a reader meets them: a word, a sign and a place in a palette, the same in every form."""

from __future__ import annotations

from simulation.language import DEFAULT, say
from simulation.outcome import SAME

VERDICTS = ("better", "worse", SAME, "cannot tell")
SIGNS = {"better": "▲", "worse": "▼", SAME: "=", "cannot tell": "?"}


def names(lang: str = DEFAULT) -> dict[str, str]:
    """The words of the verdicts, by verdict."""
    return {verdict: say(f"verdict.{verdict}", lang) for verdict in VERDICTS}


def signed(verdict: str, lang: str = DEFAULT) -> str:
    """A verdict with its sign, so that it rests neither on colour nor on the word alone.

    >>> signed("practically the same", "en")
    '= practically the same'
    """
    return f"{SIGNS[verdict]} {say(f'verdict.{verdict}', lang)}"

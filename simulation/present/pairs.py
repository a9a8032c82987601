"""A value before and after in words, with as many digits as it takes to tell them apart."""

from __future__ import annotations

from simulation.language import about_rupiah, figure, number, percent, rupiah


def money(value: float, lang: str) -> str:
    """An exact amount, short where three digits say it all."""
    return about_rupiah(value, lang) if float(f"{value:.3g}") == value else rupiah(value, lang)


def _pair(forms, before, after) -> tuple[str, str]:
    """Both values in the first form in which they read differently."""
    for form in forms:
        texts = form(before), form(after)
        if texts[0] != texts[1]:
            break
    return texts


def money_pair(before: float, after: float, lang: str) -> tuple[str, str]:
    """Two amounts of money that read differently if they differ."""
    return _pair([lambda v: money(v, lang), lambda v: rupiah(v, lang), lambda v: "Rp " + number(v, lang, 2), repr], before, after)


def share_pair(before: float, after: float, lang: str) -> tuple[str, str]:
    """Two shares as percentages, likewise."""
    return _pair([*(lambda v, d=d: percent(v, lang, d) for d in (0, 1, 2, 4)), repr], before, after)


def figure_pair(before: float, after: float, lang: str) -> tuple[str, str]:
    """Two plain numbers, likewise."""
    return _pair([lambda v: figure(v, lang), repr], before, after)


def years_text(first: int, last: int) -> str:
    """A year, or the first and last of several."""
    return str(first) if first == last else f"{first}–{last}"

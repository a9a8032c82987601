"""What a plan must keep to: money, seats, trainers, the hours that the law speaks of, and a fair share for everyone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from simulation.assumptions import DATA
from simulation.errors import InputError, Problem, shown, unknown
from simulation.files import read_yaml
from simulation.language import about_rupiah, number, percent, say
from simulation.schema import Strict, Term, validated

WITHIN = 1e-6  # of a limit's own unit; closer than this is rounding


class _Terms(Strict):
    jp_per_trainer_day: Term


class _File(Strict):
    version: Literal[1]
    terms: _Terms


@cache
def jp_per_trainer_day() -> float:
    """JP that one trainer teaches in a day, from `data/allocation.yaml`."""
    return validated(_File, read_yaml(DATA / "allocation.yaml")).terms.jp_per_trainer_day.value


@dataclass(frozen=True)
class Limits:
    """Rules beside the yearly budgets; the defaults bind nobody.

    Attributes:
        seats: most seats a year of a programme, programme -> seats.
        trainer_days: most days a year on which trainers teach; None for no limit.
        pns_reaching_20jp: smallest share of PNS that can reach the yearly entitlement, every year.
        pppk_above_ceiling: largest share of PPPK in courses that alone pass their yearly ceiling; 1 leaves the ceiling an indicator.
        money_for: smallest share of all money for a kind of unit, kind -> share ("school": 0.2).
        money_for_front_line: smallest share of all money for people at the front line.
        in_class: largest share of the front line of any kind of unit that sits in a class within one quarter; 1 is what the
            model itself assumes, that nobody sits in two courses in the same quarter.
    """

    seats: Mapping[str, int] = field(default_factory=dict)
    trainer_days: float | None = None
    pns_reaching_20jp: float = 0.0
    pppk_above_ceiling: float = 1.0
    money_for: Mapping[str, float] = field(default_factory=dict)
    money_for_front_line: float = 0.0
    in_class: float = 1.0

    def checked(self, programmes, kinds) -> Limits:
        """The limits, once they name what exists and lie in range.

        Raises:
            InputError: every limit that is not a number in range, or names an unknown programme or kind of unit.
        """
        problems = [unknown("unknown_programme", name, programmes, column="limits.seats") for name in self.seats if name not in programmes]
        problems += [Problem("allocation_kind", {"found": shown(name), "nearest": ", ".join(kinds)}, column="limits.money_for")
                     for name in self.money_for if name not in kinds]
        shares = {name: getattr(self, name) for name in ("pns_reaching_20jp", "pppk_above_ceiling", "money_for_front_line", "in_class")}
        shares |= {f"money_for.{name}": share for name, share in self.money_for.items()}
        problems += [Problem("allocation_share", {"found": shown(share)}, column=f"limits.{name}")
                     for name, share in shares.items() if not _is_number(share) or not 0.0 <= share <= 1.0]
        amounts = {f"seats.{name}": most for name, most in self.seats.items()}
        amounts |= {} if self.trainer_days is None else {"trainer_days": self.trainer_days}
        problems += [Problem("allocation_amount", {"found": shown(most)}, column=f"limits.{name}")
                     for name, most in amounts.items() if not _is_number(most) or not 0.0 <= most < float("inf")]
        if not problems and sum(self.money_for.values()) > 1.0 + WITHIN:
            problems.append(Problem("allocation_shares_over_one", {"found": f"{sum(self.money_for.values()):g}"}, column="limits.money_for"))
        if problems:
            raise InputError(problems)
        return self

    @property
    def ask_for_something(self) -> bool:
        """Whether doing nothing would break one of them."""
        return self.pns_reaching_20jp > 0.0


def in_words(name: tuple, limits: Limits, budgets, draft, lang: str) -> str:
    """One limit with its number, as a reader would say it.

    Args:
        name: what it is, without the year. budgets: rupiah of every year. draft: the scenario whose catalogue names programmes.
    """
    which, *whom = name
    if which == "budget":
        return say("allocation.limit_budget", lang, money=" / ".join(about_rupiah(b, lang) for b in dict.fromkeys(budgets)))
    if which == "seats":
        names = {row.id: row.name[lang] for row in draft.catalogue.programmes}
        return say("allocation.limit_seats", lang, programme=names[whom[0]], seats=number(limits.seats[whom[0]], lang, 0))
    if which == "trainer_days":
        return say("allocation.limit_trainer_days", lang, days=number(limits.trainer_days, lang, 0))
    kind = say(f"allocation.kind_{whom[0]}", lang) if whom else ""
    share = limits.money_for[whom[0]] if which == "money_for" else getattr(limits, which)
    return say(f"allocation.limit_{which}", lang, share=percent(share, lang), kind=kind)


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and not math.isnan(value)

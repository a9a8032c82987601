"""What can be bought: classes of a programme, in one form, for one kind of unit, in one year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation.model.training import Offers, claims, price_of_classes, take_seats
from simulation.scenario import Offer, Scenario


@dataclass(frozen=True, order=True)
class Form:
    """A programme as it would be held.

    Attributes:
        programme: position in the catalogue. practice, coaching: added to how it was designed.
        refresher_months: months until the refresher, 0 for none.
    """

    programme: int
    practice: bool = False
    coaching: bool = False
    refresher_months: int = 0


def forms_of(catalogue) -> list[Form]:
    """Every programme as designed and with the practice and coaching it lacks and can have, without a refresher."""
    practice, coaching = (can & ~has for can, has in zip(catalogue.may_add, (catalogue.practice, catalogue.coached), strict=True))
    return [Form(p, practised, coached) for p in range(len(catalogue.ids))
            for practised in (False, True)[:1 + practice[p]] for coached in (False, True)[:1 + coaching[p]]]


@dataclass(frozen=True, eq=False)
class Choices:
    """Forms for kinds of units, and what one class of each means.

    Attributes:
        draft: the scenario's rules without its programmes: who is asked first, in which quarters, for how long.
        people: the city with people who are treated alike as one cell.
        forms, kinds: of each choice; kinds are positions, (choices,).
        price_rp, class_size: of one class, (choices,). most: classes that seat everybody who may attend once, (choices,).
    """

    draft: Scenario
    people: object
    required: np.ndarray
    forms: tuple[Form, ...]
    kinds: np.ndarray
    price_rp: np.ndarray
    class_size: np.ndarray
    most: np.ndarray

    @classmethod
    def of(cls, draft: Scenario, people, required: np.ndarray, pairs) -> Choices:
        """Choices from pairs (form, kind) that somebody may attend, in a fixed order."""
        catalogue, kind = draft.catalogue, people.unit_kind[people.cell_unit]
        able = catalogue.open_to(people) @ ((kind[:, None] == np.arange(len(people.kinds))) * people.heads[:, None])
        pairs = sorted(pair for pair in set(pairs) if able[pair[0].programme, pair[1]] > 0)
        forms, kinds = tuple(form for form, _ in pairs), np.array([k for _, k in pairs], dtype=int)
        programme = np.array([form.programme for form in forms], dtype=int)
        price = price_of_classes(catalogue, *form_arrays(forms, catalogue))
        size = catalogue.class_size[programme]
        return cls(draft, people, required, forms, kinds, price, size, np.ceil(np.round(able[programme, kinds] / size, 9)).astype(int))

    def __len__(self) -> int:
        return len(self.forms)

    @cached_property
    def programme(self) -> np.ndarray:
        """Programme of each choice, (choices,)."""
        return np.array([form.programme for form in self.forms], dtype=int)

    @cached_property
    def hours_jp(self) -> np.ndarray:
        """Length of each choice's course, (choices,)."""
        return self.draft.catalogue.hours_jp[self.programme]

    @cached_property
    def trainer_jp(self) -> np.ndarray:
        """JP that trainers teach for one class, refresher included, (choices,)."""
        again = self.draft.catalogue.terms["refresher_share"] * np.array([form.refresher_months > 0 for form in self.forms])
        return self.hours_jp * (1.0 + again)

    def offers(self, chosen=slice(None)) -> Offers:
        """The engine's offers of some of the choices."""
        chosen = np.arange(len(self))[chosen]
        forms = [self.forms[c] for c in chosen]
        mine = self.people.unit_kind[self.people.cell_unit] == self.kinds[chosen][:, None]
        return Offers(*form_arrays(forms, self.draft.catalogue), self._open_to[self.programme[chosen]] & mine)

    def attendance(self, choice: int, classes: float) -> np.ndarray:
        """People of each cell who sit in some classes of one year if nobody was trained before, (cells,)."""
        people = self.people
        room = np.ones(len(people.heads))
        share = take_seats(classes * self.class_size[choice], people.heads, room, room.copy(), self._stages[choice])
        return share * people.heads

    @cached_property
    def _open_to(self) -> np.ndarray:
        return self.draft.catalogue.open_to(self.people)

    @cached_property
    def _stages(self) -> list:
        offers = self.offers()
        return [claims(self.draft, self.people, self.required, offers, c) for c in range(len(self))]

    @cached_property
    def front(self) -> np.ndarray:
        """Classes that seat everybody whom the rule asks first at the front line, at most `most`, (choices,).

        More classes than these reach colleagues whom citizens do not meet.
        """
        is_front = self.people.cell_group == self.people.group("frontline")
        reached = np.array([(self.attendance(c, most) * is_front).sum() for c, most in enumerate(self.most)])
        return np.where(reached > 0, np.minimum(self.most, np.ceil(np.round(reached / self.class_size, 9)).astype(int)), self.most)

    def scenario(self, classes: np.ndarray, budget_rp: list[float], header: dict) -> Scenario:
        """A plan as a scenario with offers, which a file can hold.

        Args:
            classes: whole classes, (choices, years).
            budget_rp: rupiah of every year. header: name, reason and the like.
        """
        ids, kinds = self.draft.catalogue.ids, self.people.kinds
        merged: dict[tuple, list[str]] = {}
        for choice, by_year in enumerate(classes):
            if by_year.any():
                merged.setdefault((self.forms[choice], tuple(by_year.tolist())), []).append(kinds[self.kinds[choice]])
        offers = [offer_of(form, ids, [kind], by_year) for (form, by_year), names in merged.items() for kind in names]
        offers.sort(key=lambda offer: (offer["programme"], offer["kinds"], offer["practice"], offer["coaching"], offer["refresher_months"]))
        return self.draft.replace({**header, "budget_rp": [float(b) for b in budget_rp], "offers": offers})


def offer_of(form: Form, ids, kinds: list[str], by_year) -> dict:
    """One line of a scenario's offers."""
    return Offer(programme=ids[form.programme], kinds=kinds, classes=[int(n) for n in by_year], practice=form.practice,
                 coaching=form.coaching, refresher_months=form.refresher_months).model_dump()


def form_arrays(forms, catalogue) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Forms as the engine takes them: programme, practice, coaching, quarters until the refresher."""
    programme = np.array([form.programme for form in forms], dtype=int)
    asked = (np.array([getattr(form, extra) for form in forms], dtype=bool) for extra in ("practice", "coaching"))
    return programme, *catalogue.with_extras(programme, *asked), np.array([form.refresher_months // 3 for form in forms], dtype=int)

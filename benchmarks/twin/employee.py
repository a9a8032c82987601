"""One civil servant as an agent: where they sit, which courses they took, and the record of what they know."""

from __future__ import annotations

import mesa


class Employee(mesa.Agent):
    """A person in a post; nobody real, only a place in a staff count.

    Attributes:
        slot: position of the person's record in `records.Records`.
        turns: courses attended, programme -> times.
        at_work: False once the person has left.
    """

    def __init__(self, model: mesa.Model, cell: int, below: float):
        super().__init__(model)
        self.slot = model.records.open(cell, below)
        self.turns: dict[int, int] = {}
        self.at_work = True

    @property
    def cell(self) -> int:
        """Unit and staff group where the person works."""
        return int(self.model.records.cell[self.slot])

    def attend(self, programme: int, followed_until: int) -> None:
        """Sit in a course.

        Args:
            followed_until: last quarter in which a coach follows up, -1 for no coach.
        """
        self.turns[programme] = self.turns.get(programme, 0) + 1
        until = self.model.records.followed_until
        until[self.slot] = max(until[self.slot], followed_until)

    def leave(self) -> None:
        """Retire or resign, and take all skill along."""
        self.at_work = False
        self.model.records.close(self.slot)
        self.remove()

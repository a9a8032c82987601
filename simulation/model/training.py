"""What the money buys: classes, seats, who sits in them, and who is then away from the counter.

Nothing here is uncertain: the same scenario and city always give the same plan. Shapes use
`courses` (every offer, then its refresher), `quarters`, `years` and `cells` (unit x staff group).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

QUARTERS_PER_YEAR = 4
COACH_AFTER = 1  # quarters from a course to its follow-up
FULL_SEAT = 1e-9  # seats; below this a remainder is rounding, not a person


@dataclass(frozen=True)
class Plan:
    """The training plan of one scenario in one city.

    Attributes:
        share: share of a cell's people who sit in a course, (courses, quarters, cells).
        coached: share whose follow-up coaching starts, (courses, quarters, cells).
        followed: share of the cell's trained people under follow-up, (quarters, cells).
        in_class: share of the cell's working hours spent in courses and coaching, (quarters, cells).
        away: the part of it in which people are missing at work: all of it, or none where a rota or the hour keeps the counter manned, (quarters, cells).
        programme, practice: programme of each course, and whether it is practised at the work place, (courses,).
        hours_jp: length of each course, (courses,).
        coaching, refresher_quarters: whether a coach comes back to each offer, and after how many quarters a refresher, 0 for none, (offers,).
        offer_classes: classes held of each offer, (offers, years).
        classes, seats, cost_rp: what is held and paid, (programmes, years).
        budget_rp, unspent_rp: (years,).
    """

    share: np.ndarray
    coached: np.ndarray
    followed: np.ndarray
    in_class: np.ndarray
    away: np.ndarray
    programme: np.ndarray
    practice: np.ndarray
    hours_jp: np.ndarray
    coaching: np.ndarray
    refresher_quarters: np.ndarray
    offer_classes: np.ndarray
    classes: np.ndarray
    seats: np.ndarray
    cost_rp: np.ndarray
    budget_rp: np.ndarray
    unspent_rp: np.ndarray

    def jp_per_year(self) -> np.ndarray:
        """Hours of training per head, JP, (years, cells)."""
        jp = np.einsum("pqc,p->qc", self.share, self.hours_jp)
        return jp.reshape(-1, QUARTERS_PER_YEAR, jp.shape[-1]).sum(axis=1)

    def share_reaching(self, jp: float) -> np.ndarray:
        """Largest share of a cell's people who can have reached `jp` in a year, (years, cells).

        Courses at least that long count once per seat; the hours of shorter ones are added up and given to as
        few of the others as they suffice for.
        """
        by_year = self.share.reshape(len(self.hours_jp), -1, QUARTERS_PER_YEAR, self.share.shape[-1]).sum(axis=2)
        enough = self.hours_jp >= jp
        whole = by_year[enough].sum(axis=0)
        pieces = np.einsum("pyc,p->yc", by_year[~enough], self.hours_jp[~enough]) / jp
        return np.minimum(1.0, whole + np.minimum(pieces, np.maximum(0.0, 1.0 - whole)))

    def share_above(self, jp: float) -> np.ndarray:
        """Share of a cell's people in courses that alone pass `jp` in a year, (years, cells)."""
        by_year = self.share.reshape(len(self.hours_jp), -1, QUARTERS_PER_YEAR, self.share.shape[-1]).sum(axis=2)
        return np.minimum(1.0, by_year[self.hours_jp > jp].sum(axis=0))


def spread(seats: float, cap: np.ndarray, weight: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """Share out seats in proportion to heads x weight without passing any cell's cap.

    Finds the one level L with `sum(heads * min(cap, L * weight)) = seats` (all seats of a full house if there is
    no such level), so that cells with equal weight and room get exactly equal shares.

    Args:
        seats: seats to give away.
        cap: largest share of each cell's people, (cells,), not negative.
        weight: relative claim of a person of each cell, (cells,), not negative.
        heads: people, (cells,).

    Returns:
        Share of the people of each cell, (cells,).
    """
    open_cells = (weight > 0) & (cap > 0) & (heads > 0)
    share = np.zeros_like(cap)
    if seats <= FULL_SEAT or not open_cells.any():
        return share
    cap_, weight_, heads_ = cap[open_cells], weight[open_cells], heads[open_cells]
    if heads_ @ cap_ <= seats:
        share[open_cells] = cap_
        return share
    urgency = weight_ / weight_.max() / cap_
    order = np.argsort(-urgency, kind="stable")
    full = np.concatenate([[0.0], np.cumsum((heads_ * cap_)[order])])
    claim_left = np.cumsum((heads_ * weight_)[order][::-1])[::-1]  # from the end: a difference of sums could reach 0
    filled_at = full[:-1] + cap_[order] * (claim_left / weight_[order])
    k = min(int(np.searchsorted(filled_at, seats)), len(order) - 1)
    rest = max(0.0, seats - full[k])
    filled = urgency >= urgency[order[k - 1]] if k else np.zeros(len(order), dtype=bool)
    share[open_cells] = np.where(filled, cap_, np.minimum(cap_, weight_ / claim_left[k] * rest))
    return share


def claims(scenario, city, required: np.ndarray, offers: Offers, offer: int) -> list[np.ndarray]:
    """Who is asked first: one vector of claims per stage of the targeting rule, each (cells,)."""
    content = scenario.catalogue.content[offers.programme[offer]]
    weight = scenario.weight_of_units(city)[city.cell_unit] * offers.asked[offer]
    if scenario.targeting == "rotation":
        return [weight]
    if scenario.targeting == "frontline_first":
        front = city.cell_group == city.group("frontline")
        return [weight * front, weight * ~front]
    if scenario.targeting == "needs":
        return [weight * (scenario.needs_of_units(city) @ content)[city.cell_unit]]
    gap = np.round((required[city.cell_group] - city.base_level) @ content, 9)
    return [weight * (gap == level) for level in np.unique(gap[weight > 0])[::-1]]


def take_seats(seats, heads, room, left, stages) -> np.ndarray:
    """Fill seats stage by stage; whoever had a turn waits until everyone had one. Updates `left` in place."""
    share = np.zeros_like(room)
    for _ in range(2):
        for claim in stages:
            got = spread(seats, np.minimum(left, room - share), claim, heads)
            share += got
            left -= got
            seats -= heads @ got
            if seats <= FULL_SEAT:
                return share
        asked = np.any([claim > 0 for claim in stages], axis=0)
        left[asked] = 1.0
    return share


@dataclass(frozen=True)
class Offers:
    """Courses on offer: each a programme in one form, for some of the cells.

    Attributes:
        programme: position in the catalogue, (offers,).
        practice, coaching: whether practised at the work place and followed up by a coach, (offers,).
        refresher_quarters: quarters until the refresher, 0 for none, (offers,).
        asked: whose people are asked, of those who may attend, (offers, cells).
    """

    programme: np.ndarray
    practice: np.ndarray
    coaching: np.ndarray
    refresher_quarters: np.ndarray
    asked: np.ndarray


def among_colleagues(share: np.ndarray, programme: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What colleagues change in a course's effect, in seats, before the size s of the spillover, (offers, quarters, cells) each.

    When a share f of a cell has taken a programme, the others know `s f` of it (De Grip and Sauermann 2012). So the next seats df teach
    whoever sits in them `1 - s f` of the course, for the rest is known already, and the `1 - f - df` who have not taken it `s df`.
    Once everybody had a turn there is nobody left to pick anything up.

    Args:
        share: share of each cell in each offer, (offers, quarters, cells). programme: of each offer, (offers,).

    Returns:
        Seats of what is known already, `f df`, and seats of what is passed on, `(1 - f - df) df`.
    """
    known, passed_on = np.zeros_like(share), np.zeros_like(share)
    for p in np.unique(programme):
        mine = np.flatnonzero(programme == p)
        seats = share[mine].sum(axis=0)
        before = np.minimum(1.0, np.cumsum(seats, axis=0) - seats)
        first = np.minimum(seats, 1.0 - before)
        each = share[mine] * np.divide(first, seats, out=np.zeros_like(seats), where=seats > 0.0)
        known[mine], passed_on[mine] = each * before, each * (1.0 - before - first)
    return known, passed_on


def price_of_classes(catalogue, programme, practice, coaching, refresher_quarters) -> np.ndarray:
    """Price of one class of each offer with its practice, coaching and refresher, rupiah, (offers,).

    Args:
        programme: position in the catalogue, (offers,).
        practice, coaching: whether the offer has it, (offers,).
        refresher_quarters: quarters until its refresher, 0 for none, (offers,).
    """
    terms, size = catalogue.terms, catalogue.class_size[programme]
    adds_practice = practice & ~catalogue.practice[programme]
    per_head = catalogue.per_participant_rp[programme] + terms["practice_rp_per_participant"] * adds_practice
    course = catalogue.fixed_rp[programme] + size * per_head
    again = terms["refresher_share"] * course * (refresher_quarters > 0)
    return course + again + terms["coaching_rp_per_participant"] * size * coaching


def plan(scenario, city, required: np.ndarray, hours_per_jp: float, effective_hours: float) -> Plan:
    """Turn yearly budgets into classes, seats and hours away.

    Each programme's share buys whole classes; what that leaves over buys the next class that fits in the same year; seats are spread over
    the quarters in which the scenario runs courses. A class nobody can sit in is not held and its money stays unspent.

    Args:
        scenario: what the city decides.
        city: who works where.
        required: level the standard asks of each group, (groups, competencies).
        hours_per_jp: hours in one JP.
        effective_hours: working hours of a year.
    """
    catalogue, years = scenario.catalogue, scenario.years
    offers = scenario.offers_in(city)
    quarters, cells = years * QUARTERS_PER_YEAR, len(city.heads)
    price = price_of_classes(catalogue, offers.programme, offers.practice, offers.coaching, offers.refresher_quarters)
    budget = np.asarray(scenario.budget_by_year, dtype=float)
    size = catalogue.class_size[offers.programme]
    most = np.ceil((catalogue.open_to(city)[offers.programme] & offers.asked) @ city.heads / size)
    affordable = scenario.class_counts(budget, price, most)
    share = np.zeros((len(size), quarters, cells))
    stages = {o: claims(scenario, city, required, offers, o) for o in np.flatnonzero(affordable.any(axis=1))}
    common = np.ones(cells)
    turn = {p: common if scenario.targeting == "rotation" else np.ones(cells) for p in set(offers.programme.tolist())}
    for year in range(years):
        for o in stages:
            _hold(o, year, affordable[o, year] * size[o], share, city.heads, scenario, turn[int(offers.programme[o])], stages)
    by_year = share.reshape(len(size), years, QUARTERS_PER_YEAR, cells).sum(axis=2)
    seats = by_year @ city.heads
    held = np.minimum(affordable, np.ceil(np.round(seats / size[:, None], 9))).astype(int)
    totals = []
    for part in (held, seats, held * price[:, None]):
        total = np.zeros((len(catalogue.ids), years), dtype=part.dtype)
        np.add.at(total, offers.programme, part)
        totals.append(total)
    classes, seats, cost = totals
    seated = plan_of_seats(share, offers, catalogue, city.heads, hours_per_jp, effective_hours, scenario.off_peak)
    return replace(seated, offer_classes=held, classes=classes, seats=seats, cost_rp=cost, budget_rp=budget, unspent_rp=budget - cost.sum(axis=0))


def plan_of_seats(share: np.ndarray, offers: Offers, catalogue, heads: np.ndarray, hours_per_jp: float, effective_hours: float,
                  off_peak: bool = False) -> Plan:
    """The plan of known seats, its classes and money left at zero; arguments as in `after_classes`.

    Args:
        off_peak: whether classes lie outside counter hours or go by a rota, so that nobody is missing.
    """
    in_class, coached, followed, all_share = after_classes(share, offers, catalogue, heads, hours_per_jp, effective_hours)
    hours, years = catalogue.hours_jp[offers.programme], share.shape[1] // QUARTERS_PER_YEAR
    none, of_programme = np.zeros(years), np.zeros((len(catalogue.ids), years))
    away = np.zeros_like(in_class) if off_peak else in_class
    return Plan(all_share, coached, followed, in_class, away, np.tile(offers.programme, 2), np.tile(offers.practice, 2),
                np.concatenate([hours, hours * catalogue.terms["refresher_share"]]), offers.coaching, offers.refresher_quarters,
                np.zeros((len(share), years), dtype=int), of_programme.astype(int), of_programme, of_programme, none, none)


def _hold(o, year, seats, share, heads, scenario, left, stages) -> None:
    """Seat one offer's participants over the quarters of one year; writes into `share`."""
    first = year * QUARTERS_PER_YEAR
    this_year = share[o, first:first + QUARTERS_PER_YEAR]
    for position, quarter in enumerate(scenario.quarters):
        wanted = (seats - heads @ this_year.sum(axis=0)) / (len(scenario.quarters) - position)
        room = np.minimum(1.0 - this_year.sum(axis=0), 1.0 - share[:, first + quarter - 1].sum(axis=0))
        share[o, first + quarter - 1] = take_seats(wanted, heads, np.maximum(room, 0.0), left, stages[o])


def after_classes(share, offers: Offers, catalogue, heads, hours_per_jp, effective_hours) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What follows from who sits in which class: refreshers, coaching and the hours all of it takes.

    Args:
        share: share of each cell's people who sit in each offer, (offers, quarters, cells).
        offers: practice, coaching and refresher of each offer. heads: people, (cells,).
        hours_per_jp: clock hours of one JP. effective_hours: working hours of one person a year.

    Returns:
        in_class, (quarters, cells); coached, (courses, quarters, cells); followed, (quarters, cells); share of every course,
        refreshers after the offers, (courses, quarters, cells); as in `Plan`.
    """
    terms = catalogue.terms
    refresher = np.zeros_like(share)
    for lag in set(offers.refresher_quarters.tolist()) - {0}:
        if lag < share.shape[1]:
            again = offers.refresher_quarters == lag
            refresher[again, lag:] = share[again, :-lag]
    all_share = np.concatenate([share, refresher])
    with_coach = offers.coaching[:, None, None]
    coached = np.zeros_like(all_share)
    coached[: len(share), COACH_AFTER:] = (share * with_coach)[:, :-COACH_AFTER]
    span = int(terms["coaching_quarters"])
    followed_seats = _sum_over_last((share * with_coach).sum(axis=0), span)
    trained = np.minimum(1.0, np.cumsum(share.sum(axis=0), axis=0))
    followed = np.divide(np.minimum(followed_seats, 1.0), np.maximum(trained, np.minimum(followed_seats, 1.0)),
                         out=np.zeros_like(trained), where=trained > 0)
    once = catalogue.hours_jp[offers.programme]
    hours = np.concatenate([once, once * terms["refresher_share"]])
    at_most = effective_hours / QUARTERS_PER_YEAR / hours_per_jp  # nobody is in class for more than the whole quarter
    jp = np.einsum("pqc,p->qc", all_share, np.minimum(hours, at_most))
    jp += 2 * terms["coaching_jp_per_participant"] * coached.sum(axis=0)  # of coach and of coached
    in_class = np.minimum(0.95, jp * hours_per_jp / (effective_hours / QUARTERS_PER_YEAR))
    return in_class, coached, followed, all_share


def _sum_over_last(flow: np.ndarray, span: int) -> np.ndarray:
    """Moving sum of the last `span` quarters, (quarters, cells)."""
    total = np.cumsum(np.concatenate([np.zeros((span, flow.shape[1])), flow]), axis=0)
    return total[span:] - total[: len(flow)]

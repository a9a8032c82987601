"""How much faster and with fewer errors skilled staff serve, and what that does to waiting.

Counters are queues, casework is a backlog against a deadline, schools move pupils' attainment. Shapes are
(services, draws) unless said otherwise; minutes are minutes of one citizen or case.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit, ndtr

NORMAL = 1.0 / np.sqrt(2.0 * np.pi)  # density of the standard normal at 0


def composite(mix: np.ndarray, skill: np.ndarray, sd) -> np.ndarray:
    """Skill on a mix of competencies in SD of that mix: `sum_c mix_c skill_c / sqrt(mix' C mix)`.

    Args:
        mix: (mixes, competencies); skill: (competencies, rows, draws); sd: of each mix, (mixes, draws).

    Returns:
        (mixes, rows, draws).
    """
    return np.einsum("mc,crd->mrd", mix, skill) / sd[:, None, :]


def pace(theta: np.ndarray, own_system: np.ndarray | float, a: dict) -> np.ndarray:
    """Skill as it shows in speed, SD: `beta theta + (1 - beta) spec theta_own`.

    The correlational slope beta holds for skill in general; what a course on the city's own system or at one's own desk taught goes part of
    the way (`specificity`) to the direct effect that two trials of closely targeted training found.

    Args:
        theta: skill on the service's mix; own_system: the part of it that such courses taught, SD, (services, draws).
    """
    slope = a["output_slope"]
    return slope * theta + (1.0 - slope) * a["specificity"] * own_system


def time_factor(pace, controlled, a: dict) -> np.ndarray:
    """Service time relative to today: `1 - ctrl + ctrl * exp(-SDp * pace)`."""
    return 1.0 - controlled + controlled * np.exp(-a["output_sd"] * pace)


def controlled_share(own: np.ndarray, a: dict) -> np.ndarray:
    """Share of a service's time that competence can move: its own estimate, shifted by the city-wide draw.

    Args:
        own: central share of each service, (services,).
    """
    return expit(logit(own)[:, None] + logit(a["staff_controlled"]) - logit(0.5))


def error_share(at_start: np.ndarray, theta_technical, a: dict) -> np.ndarray:
    """Share of cases that come back: `logit eps = logit eps0 + beta_err * theta_tech`."""
    return expit(logit(at_start)[:, None] + a["error_slope"] * theta_technical)


def erlang_c(servers: np.ndarray, load: np.ndarray) -> np.ndarray:
    """Probability that an arrival waits in M/M/c.

    Args:
        servers: whole number of servers, (services,).
        load: offered load `lambda / mu` in servers, below `servers`, (services, draws).
    """
    servers = np.asarray(servers)
    if not servers.size:
        return np.ones_like(load)
    largest_first = np.argsort(-servers, kind="stable")
    sorted_load = load[largest_first]
    blocked = np.ones_like(load)
    for k in range(1, int(servers.max()) + 1):
        having = slice(0, int(np.count_nonzero(servers >= k)))
        grown = sorted_load[having] * blocked[having]
        np.divide(grown, k + grown, out=blocked[having])
    blocked[largest_first] = blocked.copy()
    return blocked / (1.0 - load / servers[:, None] * (1.0 - blocked))


def queue_wait(servers, utilisation, minutes, a: dict) -> tuple[np.ndarray, np.ndarray]:
    """Mean wait in minutes and probability of waiting: exact Erlang C times `(Ca2 + Cs2) / 2` (Allen-Cunneen).

    Args:
        servers: (services,); utilisation: below 1; minutes: of capacity that one citizen takes from one server.
    """
    waits = erlang_c(servers, utilisation * np.asarray(servers)[:, None])
    spread = 0.5 * (a["arrival_cv2"] + a["service_cv2"])
    return waits * spread * minutes / (np.asarray(servers)[:, None] * (1.0 - utilisation)), waits


def own_or_ledger(own, ledger) -> np.ndarray:
    """A figure measured at the services where there is one, the ledger's draws elsewhere, (services, draws).

    Args:
        own: (services,), NaN where nobody measured, or NaN for all; ledger: (draws,).
    """
    own = np.atleast_1d(own)[:, None]
    return np.where(np.isnan(own), ledger, own)


def from_empty(load, spread, step, overshoot, hours) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Work in hand at a desk that starts empty, in hours that it takes to clear it: finite for every load.

    Reflected Brownian motion from 0 (Abate & Whitt 1987). With `m = load - 1`, `v = spread min(load, 1) step`, `s = sqrt(v t)`,
    `z = m t / s`, `x = |z|`, `P = Phi(x) - 1/2` and `f = phi(x)`

        end    = s (z/2 + x P + f + P/x) - o exp(-x^2/2)
        mean   = s/2 (z/2 + x P + f + 2 P/x + (f - P/x)/x^2) - 2 o (1 - exp(-x^2/2))/x^2
        square = v t + 2 m t mean

    `mean` is the average of `end` over the time, and `square` follows from `d E(V^2)/dt = v + 2 m E(V)`. The motion runs ahead of
    customers who come one at a time by `o = E(S^3) / (6 E(S^2))` at full load, and by nothing in a steady state.

    Args:
        load: work that comes in over what can be done. spread: `Ca2 + Cs2`.
        step: hours between two finished visits while all desks work. overshoot: `o`, hours. hours: `t`.

    Returns:
        Mean over the time, mean at its end, and mean of the square at its end.
    """
    rise = (load - 1.0) * hours
    variance = np.minimum(load, 1.0) * (spread * step) * hours + 1e-12  # no visits at all are no reason to divide by zero
    s = np.sqrt(variance)
    z = rise / s
    x = np.maximum(np.abs(z), 0.02)  # what divides by x is even and flat at 0: right within 1e-4 there
    below, xx = ndtr(x) - 0.5, x * x
    bell, ratio = np.exp(-0.5 * xx), below / x
    density = NORMAL * bell
    growth = 0.5 * z + x * below + density + ratio
    end = np.maximum(s * growth - overshoot * bell, 0.0)
    mean = np.maximum(0.5 * s * (growth + ratio + (density - ratio) / xx) - (2.0 * overshoot) * ((1.0 - bell) / xx), 0.0)
    return mean, end, variance + 2.0 * rise * mean


def leftover(left, square, idle) -> tuple[np.ndarray, np.ndarray]:
    """What the leftover of an earlier part adds to the work of a desk that starts empty: mean over the part, and at its end.

    A leftover `x` melts by the time that the empty desk is idle. Spread exponentially with `theta = E(x^2) / (2 E(x))` there remains
    `left exp(-q)`, and on average `left (1 - exp(-q))/q`, with `q = idle/theta`.

    Args:
        left: `E(x)`, hours of work. square: `E(x^2)`. idle: twice the mean over the part of the hours idle so far.
    """
    q = 2.0 * left * np.maximum(idle, 1e-6) / square
    stays = np.exp(-q)
    return left * (1.0 - stays) / q, left * stays


def beyond(mean, variance, limit) -> tuple[np.ndarray, np.ndarray]:
    """Mean excess of a normal quantity over a limit, `sd (y Phi(y) + phi(y))` with `y = (mean - limit) / sd`, and how often it is over."""
    sd = np.sqrt(np.maximum(variance, 1e-18))
    y = (mean - limit) / sd
    near = y > -6.0  # most counters are far from it
    excess, over = np.zeros_like(y), np.zeros_like(y)
    z = y[near]
    over[near] = ndtr(z)
    excess[near] = z * over[near] + NORMAL * np.exp(-0.5 * z * z)
    return sd * excess, over


def late(waits, queue, minutes, standard) -> np.ndarray:
    """Share of visits whose wait and service together pass the standard `S`.

    The wait is 0 or, with probability `p`, exponential with mean `w`; then comes an exponential service with mean `b`:
    `(1 - p) exp(-S/b) + p (w exp(-S/w) - b exp(-S/b)) / (w - b)`.

    Args:
        waits: `p`. queue: `w`. minutes: `b`, in the unit of `w` and of the standard.
    """
    queue = np.where(np.abs(queue - minutes) < 1e-4 * minutes, 1.0001 * minutes, np.maximum(queue, 1e-9))  # there is a limit at w = b
    served = np.exp(-standard / minutes)
    return served + waits * (queue * (np.exp(-standard / queue) - served) / (queue - minutes))


class Counters:
    """All counters of a city. Every day starts empty, has a busy and a quiet part, and leaves nothing to the next day."""

    def __init__(self, services, a: dict):
        self.limit, self.servers = a["longest_wait"], np.tile(services.servers, 2)
        arrivals, visits = own_or_ledger(services.arrival_scv, a["arrival_cv2"]), own_or_ledger(services.service_scv, a["service_cv2"])
        self.spread, self.overshoot = arrivals + visits, (1.0 + 2.0 * visits) / 6.0  # of gamma service times with mean 1
        self.daily = (services.volume_per_year / services.days_per_year)[:, None]
        self.desks, self.standard = services.servers[:, None], services.standard_minutes[:, None]
        self.share = np.stack([services.peak_share, 1.0 - services.peak_share])[:, :, None]
        self.hours = np.stack([services.peak_hours, services.hours_per_day - services.peak_hours])[:, :, None]
        self.per_hour = self.daily * self.share / self.hours

    def quarter(self, minutes, capacity, demand) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mean minutes from number to finish, share within the standard, both of those served, and share of visits turned away.

        Work that came in is done or still there. So in the `H` hours of a part all desks of a counter together are busy for a share
        `u = load + (before - after)/H`; they are all busy at once with probability `p = C(c, u)` (Erlang C); and a visit waits `p/u` of
        what one desk as fast as all of them would take for the work in hand. In a steady state that is `queue_wait`.
        Nobody waits longer than `longest_wait`: the work that would pass it by the end of a part is turned away.

        Args:
            minutes: staff minutes per visit now.
            capacity: servers' working time relative to the start.
            demand: visits relative to the start (those that come back included).
        """
        step = minutes / (60.0 * self.desks * capacity)
        load = self.per_hour * (demand * step)
        mean, end, square = from_empty(load, self.spread, step, self.overshoot * step, self.hours)
        variance = square - end * end
        lost, before = np.empty_like(load), np.zeros_like(load)
        lost[0], over = beyond(end[0], variance[0], self.limit)
        before[1] = np.maximum(end[0] - lost[0], 1e-9)
        left_square = np.maximum(square[0] - (self.limit + end[0]) * lost[0] - variance[0] * over, before[1] * before[1])
        lost[1], _ = beyond(before[1] + end[1], left_square - before[1] * before[1] + variance[1], self.limit)
        more, still = leftover(before[1], left_square, 2.0 * mean[1] - (load[1] - 1.0) * self.hours[1])
        mean[1] += more
        end[1] += still
        busy = np.clip(load + (before - end) / self.hours, 1e-6, 1.0)
        waits = erlang_c(self.servers, (busy * self.desks).reshape(-1, busy.shape[-1])).reshape(load.shape)
        wait = np.minimum(60.0 * waits / busy * np.maximum(mean - 0.5 * lost, 0.0), 60.0 * self.limit)
        served = np.maximum(self.share - lost / (self.daily * demand * step), 1e-3 * self.share)
        all_served = served[0] + served[1]
        wait, waits = ((served[0] * part[0] + served[1] * part[1]) / all_served for part in (wait, waits))
        return minutes + wait, 1.0 - late(waits, wait / np.maximum(waits, 1e-12), minutes, self.standard), 1.0 - all_served


class Casework:
    """Permits and certificates: turnaround in working days by a bounded backlog and Little's law against a deadline."""

    def __init__(self, services, a: dict):
        self.s, self.a, self.backlog = services, a, 0.0
        self.per_day = (services.volume_per_year / services.days_per_year)[:, None]
        hours = services.servers * services.hours_per_day * services.days_per_year
        self.at_start = (services.volume_per_year * services.minutes / (hours * 60.0))[:, None]

    def quarter(self, factor, capacity, demand, controlled) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mean turnaround in working days and share done by the deadline, both of cases done, and share of the quarter's cases refused.

        The part of today's turnaround that staff control scales like the time in a queue, `factor (1 - rho0) / (1 - rho)`. What passes
        the utilisation limit piles up, `after = min(backlog + (rate - done) t, longest_backlog * done)`, and waits `backlog / done` days;
        what passes that is refused or withdrawn.

        Args:
            factor: staff minutes per case relative to the start.
            capacity, demand: relative to the start.
            controlled: share of the turnaround that staff control.
        """
        s, limit = self.s, self.a["utilisation_limit"]
        days_open = s.days_per_year[:, None] / 4.0
        load = self.at_start * demand * factor / capacity
        rate = self.per_day * demand
        done = limit * rate / load
        bound = self.a["longest_backlog"] * done
        before = np.minimum(self.backlog, bound)
        growth = (rate - done) * days_open
        after = np.clip(before + growth, 0.0, bound)
        moved = after - before
        full_or_empty = np.divide(0.5 * moved * moved, growth, out=np.zeros_like(growth), where=growth != 0.0)  # it stays so once it is
        waiting = (after - full_or_empty) / np.minimum(rate, done)
        refused = (self.backlog - before + np.maximum(growth - moved, 0.0)) / (rate * days_open)
        self.backlog = after
        queue = factor * (1.0 - self.at_start) / (1.0 - np.minimum(load, limit))
        days = s.baseline_days[:, None] * (1.0 - controlled + controlled * queue) + waiting
        spread = self.a["turnaround_spread"]
        on_time = ndtr(np.log(s.standard_days[:, None] / days) / spread + 0.5 * spread)
        return days, on_time, np.minimum(refused, 1.0)


def attainment(theta: np.ndarray, technology: np.ndarray | float, a: dict) -> np.ndarray:
    """Change of pupils' attainment, SD: the published ratio of achievement to instruction under coaching, and a lower one for technology.

    `attainment_ratio (theta - theta_tech) + technology_attainment theta_tech`.

    Args:
        theta: skill of a school on its own mix; technology: the part of it that courses on teaching with technology taught, SD.
    """
    return a["attainment_ratio"] * (theta - technology) + a["technology_attainment"] * technology

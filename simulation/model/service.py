"""How much faster and with fewer errors skilled staff serve, and what that does to waiting.

Counters are queues, casework is a backlog against a deadline, schools move pupils' attainment. Shapes are
(services, draws) unless said otherwise; minutes are minutes of one citizen or case.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit, ndtr


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


class Counters:
    """All counters of a city: a busy and a quiet part of the day, and whoever could not be served yet.

    Attributes:
        carried: citizens left over from earlier days, (services, draws), never negative.
    """

    def __init__(self, services, a: dict):
        spreads = {"arrival_cv2": services.arrival_scv, "service_cv2": services.service_scv}
        self.s, self.carried = services, 0.0
        self.a = a | {key: own_or_ledger(own, a[key]) for key, own in spreads.items()}
        daily = services.volume_per_year / services.days_per_year
        quiet_hours = services.hours_per_day - services.peak_hours
        self.daily = daily[:, None]
        self.parts = [(services.peak_share[:, None], services.peak_hours[:, None]),
                      (1.0 - services.peak_share[:, None], quiet_hours[:, None])]

    def quarter(self, minutes, capacity, demand) -> tuple[np.ndarray, np.ndarray]:
        """Mean minutes from arrival to finish, and share served within the standard.

        Args:
            minutes: staff minutes per citizen now.
            capacity: servers' working time relative to the start.
            demand: visits relative to the start (rework included).
        """
        s, limit = self.s, self.a["utilisation_limit"]
        per_hour = s.servers[:, None] * capacity * 60.0 / minutes
        total, within, backlog = 0.0, 0.0, 0.0
        carried = self._carry(demand, limit * per_hour * s.hours_per_day[:, None])
        for share, hours in self.parts:
            rate = self.daily * demand * share / hours
            utilisation = np.minimum(rate / per_hour, limit)
            wait, waits = queue_wait(s.servers, utilisation, minutes / capacity, self.a)
            growth = rate - limit * per_hour
            ends = np.maximum(0.0, backlog + growth * hours)
            emptied = np.where((ends == 0.0) & (growth < 0.0), backlog / np.where(growth < 0.0, -growth, 1.0), hours)
            fluid = (0.5 * (backlog + ends) * emptied / hours + carried) / per_hour * 60.0
            total = total + share * (wait + fluid)
            slack = s.standard_minutes[:, None] - minutes - fluid
            late = np.where(slack > 0.0, waits * np.exp(-np.maximum(slack, 0.0) * waits / wait), 1.0)
            within = within + share * (1.0 - late)
            backlog = ends
        return total + minutes, within

    def _carry(self, demand, served_per_day) -> np.ndarray:
        """Mean number carried over in the quarter; updates the number at its end."""
        days = self.s.days_per_year[:, None] / 4.0
        after = np.maximum(0.0, self.carried + (self.daily * demand - served_per_day) * days)
        mean, self.carried = 0.5 * (self.carried + after), after
        return mean


class Casework:
    """Permits and certificates: turnaround in working days by backlog and Little's law against a deadline."""

    def __init__(self, services, a: dict):
        self.s, self.a, self.backlog = services, a, 0.0
        self.per_day = (services.volume_per_year / services.days_per_year)[:, None]
        hours = services.servers * services.hours_per_day * services.days_per_year
        self.at_start = (services.volume_per_year * services.minutes / (hours * 60.0))[:, None]

    def quarter(self, factor, capacity, demand, controlled) -> tuple[np.ndarray, np.ndarray]:
        """Mean turnaround in days, and share done by the deadline.

        The part of today's turnaround that staff control scales like the time in a queue,
        `factor (1 - rho0) / (1 - rho)`; what passes the utilisation limit piles up as backlog, `backlog / rate`.

        Args:
            factor: staff minutes per case relative to the start.
            capacity, demand: relative to the start.
            controlled: share of the turnaround that staff control.
        """
        s, limit = self.s, self.a["utilisation_limit"]
        load = self.at_start * demand * factor / capacity
        rate = self.per_day * demand
        after = np.maximum(0.0, self.backlog + rate * (1.0 - limit / load) * s.days_per_year[:, None] / 4.0)
        waiting, self.backlog = 0.5 * (self.backlog + after), after
        queue = factor * (1.0 - self.at_start) / (1.0 - np.minimum(load, limit))
        days = s.baseline_days[:, None] * (1.0 - controlled + controlled * queue) + waiting / rate
        spread = self.a["turnaround_spread"]
        on_time = ndtr(np.log(s.standard_days[:, None] / days) / spread + 0.5 * spread)
        return days, on_time


def attainment(theta: np.ndarray, technology: np.ndarray | float, a: dict) -> np.ndarray:
    """Change of pupils' attainment, SD: the published ratio of achievement to instruction under coaching, and a lower one for technology.

    `attainment_ratio (theta - theta_tech) + technology_attainment theta_tech`.

    Args:
        theta: skill of a school on its own mix; technology: the part of it that courses on teaching with technology taught, SD.
    """
    return a["attainment_ratio"] * (theta - technology) + a["technology_attainment"] * technology

"""The index of professionalism of civil servants (IP ASN), worked out from counts of people, never for a person.

Rule `perban_bkn_8_2019`: Peraturan BKN 8/2019 under PermenPANRB 38/2018. Four dimensions are scored and added up:
qualification (at most 25), competency (40), performance (30), discipline (5).

How well each part is known:

- the competency rows of structural and functional posts (Pasal 8) and the printed categories were read as text;
- the rows of `general` posts (22.5 and 17.5), the seminar row, qualification, performance and discipline were read in a
  public program that applies the rule (silka-server), not in the regulation itself;
- whether a later rule has replaced Peraturan BKN 8/2019 could not be found out: the index is versioned for that reason;
- how the performance predicates of PermenPANRB 6/2022 become these scores is not settled by a rule that was seen, so
  only scores (0-100) are taken, no predicates;
- the time windows (training of this year, seminars of two years) are the reading of that program and are left to
  whoever counts.

The categories are printed for whole numbers (61-70, 71-80 ...) while half points occur. Two readings are offered:
`above` (the default: more than 60, 70, 80, 90) and `rounded` (to the nearest whole number, halves upwards, then as
printed). They differ for an index such as 70.4, which is Sedang by the first and Rendah by the second.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulation.city import SMALLEST_GROUP
from simulation.errors import InputError, Problem, unknown

POSTS = ("structural", "functional", "general")  # JPT, administrator and pengawas; JF; pelaksana
EDUCATION = ("s3", "s2", "s1", "d3", "d2", "below")  # s1: S1 or D4; d2: D2, D1 or SMA; below: less than SMA
TRAINING = ("post", "technical", "seminar")  # post: leadership or functional training that matches the post
PERFORMANCE = ("91", "76", "61", "51", "0")  # lower end of the band of the yearly score
DISCIPLINE = ("none", "light", "medium", "heavy")  # heaviest penalty of the last five years
DIMENSIONS = ("qualification", "competency", "performance", "discipline")
READINGS = ("above", "rounded")


@dataclass(frozen=True)
class Rule:
    """One version of the index.

    Attributes:
        education, performance, discipline: points per answer.
        training: points per kind of post and kind of training; a kind that is not named gives none.
        most: the largest score of each dimension.
        categories: (category, lower limit), the best first; an index belongs to the first one it exceeds.
    """

    id: str
    education: Mapping[str, float]
    training: Mapping[str, Mapping[str, float]]
    performance: Mapping[str, float]
    discipline: Mapping[str, float]
    most: Mapping[str, float]
    categories: tuple[tuple[str, float], ...]


PERBAN_BKN_8_2019 = Rule(
    id="perban_bkn_8_2019",
    education=dict(zip(EDUCATION, (25.0, 20.0, 15.0, 10.0, 5.0, 1.0), strict=True)),
    training={"structural": {"post": 15.0, "technical": 15.0, "seminar": 10.0},
              "functional": {"post": 15.0, "technical": 15.0, "seminar": 10.0},
              "general": {"technical": 22.5, "seminar": 17.5}},
    performance=dict(zip(PERFORMANCE, (30.0, 25.0, 15.0, 5.0, 1.0), strict=True)),
    discipline=dict(zip(DISCIPLINE, (5.0, 3.0, 2.0, 1.0), strict=True)),
    most={"qualification": 25.0, "competency": 40.0, "performance": 30.0, "discipline": 5.0},
    categories=(("very_high", 90.0), ("high", 80.0), ("medium", 70.0), ("low", 60.0), ("very_low", -math.inf)),
)
RULES = {rule.id: rule for rule in (PERBAN_BKN_8_2019,)}


@dataclass(frozen=True)
class Profile:
    """A combination of answers that people are counted by.

    Attributes:
        post, education, performance, discipline: one of `POSTS`, `EDUCATION`, `PERFORMANCE`, `DISCIPLINE`.
        training: kinds of training had, out of `TRAINING`.
    """

    post: str
    education: str
    training: frozenset[str]
    performance: str
    discipline: str

    def __post_init__(self):
        wrong = [unknown("ip_asn_unknown_answer", found, valid) for found, valid in (
            (self.post, POSTS), (self.education, EDUCATION), (self.performance, PERFORMANCE),
            (self.discipline, DISCIPLINE)) if found not in valid]
        wrong += [unknown("ip_asn_unknown_answer", kind, TRAINING) for kind in sorted(self.training - set(TRAINING))]
        if wrong:
            raise InputError(wrong)


@dataclass(frozen=True)
class ProfessionalismIndex:
    """The index of a group of people.

    Attributes:
        people: how many it rests on; at least five.
        mean: mean index, 0-100. dimensions: mean points of each dimension.
        category: "very_high" ... "very_low", of the mean, by `reading`.
        rule, reading: version of the rule and reading of its bands.
    """

    people: int
    mean: float
    dimensions: dict[str, float]
    category: str
    rule: str
    reading: str


def rule_named(name: str) -> Rule:
    """A version of the rule.

    Raises:
        InputError: no such version; the nearest names are given.
    """
    if name not in RULES:
        raise InputError(unknown("ip_asn_unknown_rule", name, RULES))
    return RULES[name]


def points(profile: Profile, rule: Rule = PERBAN_BKN_8_2019) -> dict[str, float]:
    """Points of a profile in each dimension.

    >>> sum(points(Profile("general", "s1", frozenset({"technical"}), "76", "none")).values())
    67.5
    """
    worth = rule.training[profile.post]
    return {"qualification": rule.education[profile.education],
            "competency": math.fsum(worth.get(kind, 0.0) for kind in profile.training),
            "performance": rule.performance[profile.performance],
            "discipline": rule.discipline[profile.discipline]}


def category(index: float, rule: Rule = PERBAN_BKN_8_2019, reading: str = "above") -> str:
    """The category of an index, 0-100.

    >>> category(70.0), category(70.5), category(70.4, reading="rounded")
    ('low', 'medium', 'low')
    """
    if reading not in READINGS:
        raise InputError(unknown("ip_asn_unknown_answer", reading, READINGS))
    value = math.floor(index + 0.5) if reading == "rounded" else index
    return next(name for name, limit in rule.categories if value > limit)


def performance_band(score: float) -> str:
    """Band of a yearly performance score, 0-100; the same reading as `above`: more than 90, 75, 60, 50."""
    return next((band for band in PERFORMANCE[:-1] if score > int(band) - 1), PERFORMANCE[-1])


def ip_asn(counts: Mapping[Profile, int], rule: Rule = PERBAN_BKN_8_2019, reading: str = "above") -> ProfessionalismIndex:
    """The index of a group: mean over its people.

    Args:
        counts: people per profile; profiles of nobody may be there and change nothing.

    Raises:
        InputError: a count that is not a whole number of people, or fewer than five people in all.
    """
    wrong = [Problem("ip_asn_count", {"found": f"{n:g}"}) for n in counts.values() if n < 0 or n != int(n)]
    people = int(sum(counts.values()))
    if not wrong and people < SMALLEST_GROUP:
        wrong = [Problem("ip_asn_small_group", {"limit": str(SMALLEST_GROUP)})]
    if wrong:
        raise InputError(wrong)
    scored = [(points(profile, rule), int(n)) for profile, n in counts.items() if n]
    dimensions = {d: math.fsum(score[d] * n for score, n in scored) / people for d in DIMENSIONS}
    mean = math.fsum(sum(score.values()) * n for score, n in scored) / people
    return ProfessionalismIndex(people, mean, dimensions, category(mean, rule, reading), rule.id, reading)


def course_adds(post: str, kind: str = "technical", rule: Rule = PERBAN_BKN_8_2019) -> float:
    """Index points that one course gives a person who had none of its kind; a technical course counts from 20 JP.

    >>> course_adds("general"), course_adds("functional")
    (22.5, 15.0)
    """
    wrong = [unknown("ip_asn_unknown_answer", found, valid) for found, valid in ((post, POSTS), (kind, TRAINING))
             if found not in valid]
    if wrong:
        raise InputError(wrong)
    return rule.training[post].get(kind, 0.0)


def with_course(counts: Mapping[Profile, int], kind: str = "technical") -> dict[Profile, int]:
    """The same people after all of them have had a course of a kind."""
    after: dict[Profile, int] = {}
    for profile, people in counts.items():
        trained = replace(profile, training=profile.training | {kind})
        after[trained] = after.get(trained, 0) + people
    return after

"""The index of professionalism: worked cases of Peraturan BKN 8/2019, its cut-offs, and what must hold for any group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.ip_asn import (
    DISCIPLINE,
    EDUCATION,
    PERBAN_BKN_8_2019,
    PERFORMANCE,
    POSTS,
    TRAINING,
    Profile,
    category,
    course_adds,
    ip_asn,
    performance_band,
    points,
    rule_named,
    with_course,
)

PROFILES = st.builds(Profile, st.sampled_from(POSTS), st.sampled_from(EDUCATION), st.frozensets(st.sampled_from(TRAINING)),
                     st.sampled_from(PERFORMANCE), st.sampled_from(DISCIPLINE))
GROUPS = st.dictionaries(PROFILES, st.integers(0, 40), min_size=1, max_size=8).filter(lambda g: sum(g.values()) >= 5)

# post, education, training, performance score, discipline -> index, category; worked out by hand from the published rows
CASES = [
    ("general", "s1", {"technical"}, 85, "none", 67.5, "low"),
    ("general", "s1", {"technical", "seminar"}, 85, "none", 85.0, "high"),
    ("general", "d2", set(), 78, "none", 35.0, "very_low"),
    ("structural", "s2", {"post", "technical", "seminar"}, 92, "none", 95.0, "very_high"),
    ("functional", "s1", {"post", "seminar"}, 88, "none", 70.0, "low"),
    ("general", "s2", {"technical"}, 85, "light", 70.5, "medium"),
]


@pytest.mark.parametrize(("post", "education", "training", "score", "discipline", "index", "name"), CASES)
def test_worked_cases(post, education, training, score, discipline, index, name):
    """Five people of one kind have the index of that kind, to the last digit."""
    profile = Profile(post, education, frozenset(training), performance_band(score), discipline)
    found = ip_asn({profile: 5})
    assert (found.mean, found.category, found.people, found.rule) == (index, name, 5, "perban_bkn_8_2019")


def test_dimensions_of_the_last_case():
    """20 + 22.5 + 25 + 3."""
    found = ip_asn({Profile("general", "s2", frozenset({"technical"}), "76", "light"): 7})
    assert found.dimensions == {"qualification": 20.0, "competency": 22.5, "performance": 25.0, "discipline": 3.0}


def test_every_dimension_reaches_its_largest_score_and_no_more():
    """25, 40, 30 and 5, for every kind of post."""
    for post in POSTS:
        best = points(Profile(post, "s3", frozenset(TRAINING), "91", "none"))
        assert best == dict(PERBAN_BKN_8_2019.most)
    assert sum(PERBAN_BKN_8_2019.most.values()) == 100.0


def test_the_mean_of_a_mixed_group():
    """Ten people at 67.5 and thirty at 35: 43.125, very low."""
    low, high = (Profile("general", education, frozenset(training), "76", "none")
                 for education, training in (("d2", ()), ("s1", ("technical",))))
    assert ip_asn({low: 30, high: 10}).mean == 43.125


@pytest.mark.parametrize(("index", "above", "rounded"), [
    (60.0, "very_low", "very_low"), (60.4, "low", "very_low"), (60.5, "low", "low"), (70.0, "low", "low"),
    (70.4, "medium", "low"), (70.5, "medium", "medium"), (80.0, "medium", "medium"), (80.01, "high", "medium"),
    (90.0, "high", "high"), (90.5, "very_high", "very_high"), (100.0, "very_high", "very_high"), (7.0, "very_low", "very_low"),
])
def test_bands_at_their_cut_offs(index, above, rounded):
    """Each cut-off belongs to the category below it; the two readings part between the printed bands only."""
    assert category(index) == above
    assert category(index, reading="rounded") == rounded


@pytest.mark.parametrize(("score", "band"), [(50, "0"), (51, "51"), (60, "51"), (61, "61"), (75, "61"), (76, "76"), (90, "76"), (91, "91")])
def test_performance_bands_as_printed(score, band):
    """91-100, 76-90, 61-75, 51-60, 50 and less."""
    assert performance_band(score) == band


def test_what_one_technical_course_of_20_jp_adds():
    """22.5 for a pelaksana, 15 for the others: the largest lever of the index."""
    assert [course_adds(post) for post in POSTS] == [15.0, 15.0, 22.5]
    assert course_adds("general", "post") == 0.0


@given(GROUPS, st.sampled_from(TRAINING))
def test_a_course_never_lowers_the_index(group, kind):
    """Whatever the group, all of them having one more kind of training leaves the index as it is or raises it."""
    assert ip_asn(with_course(group, kind)).mean >= ip_asn(group).mean
    assert sum(with_course(group, kind).values()) == sum(group.values())


@given(GROUPS, st.randoms())
def test_order_does_not_matter_and_the_index_is_the_sum_of_its_dimensions(group, random):
    """The same counts in another order give the same bits; nobody leaves the range."""
    items = list(group.items())
    random.shuffle(items)
    first, second = ip_asn(group), ip_asn(dict(items))
    assert first == second
    assert first.mean == pytest.approx(sum(first.dimensions.values()), abs=1e-9)
    assert 0.0 < first.mean <= 100.0


@given(GROUPS, st.integers(2, 5))
def test_more_people_of_the_same_kinds_change_nothing(group, times):
    """The index is a mean: twice the people, the same index."""
    assert ip_asn({p: times * n for p, n in group.items()}).mean == pytest.approx(ip_asn(group).mean, abs=1e-9)


def test_never_for_fewer_than_five_people():
    """Four people have no index; the message says what to do."""
    with pytest.raises(InputError) as caught:
        ip_asn({Profile("general", "s1", frozenset(), "76", "none"): 4})
    assert [problem.code for problem in caught.value.problems] == ["ip_asn_small_group"]


@pytest.mark.parametrize("people", [-1, 2.5])
def test_counts_are_whole_people(people):
    """Half a person and minus one are refused."""
    profile = Profile("general", "s1", frozenset(), "76", "none")
    with pytest.raises(InputError, match="bilangan bulat"):
        ip_asn({profile: people, Profile("general", "s2", frozenset(), "76", "none"): 9})


def test_an_unknown_answer_names_the_nearest():
    """A typing mistake is a named problem, in a profile as in the rule."""
    with pytest.raises(InputError, match="structural"):
        Profile("structurl", "s1", frozenset(), "76", "none")
    with pytest.raises(InputError, match="perban_bkn_8_2019"):
        rule_named("perban_bkn_8_2018")

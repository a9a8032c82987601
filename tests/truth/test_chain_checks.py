"""The checks that the code must reproduce, in the order of the table in the design of the model.

Targets come from the published evidence or from exact arithmetic. A target that the model misses stays here as an
expected failure with what was measured; it is never moved.
"""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import office_days
import pytest
from courses import catalogue_of, everyone_once, middle, nobody, own_mixes

from simulation import simulate
from simulation.city import Services
from simulation.model import levels, satisfaction, service, skill
from simulation.model.chain import h0_of

DRAWS = 256
ONE_COMPETENCY = np.array([[1.0]])


def learned(a, hours_jp=20.0, multiplier=1.0):
    """Gain of one course on one competency, SD, (draws,)."""
    return skill.learning(ONE_COMPETENCY, np.array([hours_jp]), np.array([[multiplier]]), a, a["h0"])[0, 0]


def after_course(a, structure, months: int):
    """State of one person `months` after a 20 JP course, nobody leaving."""
    person = skill.Skill(1, 1, a, structure)
    person.teach(learned(a)[None, None], np.zeros((1, 1)), skill.applying(a)[None])
    fading = skill.fading(a, structure, np.zeros(1), np.ones((1, 1, 1)), 1.0)
    for _ in range(months):
        person.fade(fading)
    return person


def wait(servers, utilisation, minutes=1.0):
    """Mean wait in a plain M/M/c queue."""
    random = {"arrival_cv2": 1.0, "service_cv2": 1.0}
    return service.queue_wait(np.array([servers]), np.array([[utilisation]]), minutes, random)[0][0, 0]


def band(values):
    return np.quantile(values, [0.05, 0.5, 0.95])


@pytest.fixture(scope="module")
def first_year_gain(city, ledger, catalogue):
    """City IKM of the first year with a course for every front line, minus the same futures without it, (draws,)."""

    def gain(contents, hours_jp=20.0):
        courses = catalogue_of(catalogue, city.competencies, contents, hours_jp)
        trained, idle = (simulate(scenario(courses), city, ledger, DRAWS) for scenario in (everyone_once, nobody))
        front = city.cell_group == city.group("frontline")
        assert np.array_equal(trained.plan.share.sum(axis=0)[0], front.astype(float))
        return trained.year_mean(trained.city_ikm, 1) - idle.year_mean(idle.city_ikm, 1)

    return gain


@pytest.fixture(scope="module")
def own_course(first_year_gain, ledger):
    """Gain of one 20 JP course with each unit's own mix."""
    return first_year_gain(own_mixes(ledger))


@pytest.fixture(scope="module")
def idle_city(city, ledger, library):
    """Five years without any training."""
    return simulate(library["no_training"], city, ledger, DRAWS)


@pytest.fixture(scope="module")
def designed_city(city, ledger, library):
    """Five years of the plan designed for impact."""
    return simulate(library["designed_for_impact"], city, ledger, DRAWS)


def test_01_a_course_of_20_jp_teaches_what_the_meta_analysis_found(ledger):
    """Under research conditions one course of 20 JP raises learning by 0.63 SD."""
    assert learned(middle(ledger, kappa=1)) == pytest.approx(0.63, abs=1e-12)


def test_01_what_a_course_teaches_gains_that_as_a_whole_whatever_its_mix(ledger):
    """The composite of the content gains 0.63 SD; content off the list counts like one more competency."""
    a, content = middle(ledger, kappa=1), np.array([[0.5, 0.3, 0.2]])
    gain = skill.learning(content, np.array([20.0]), np.ones((1, 1)), a, a["h0"])
    whole = service.composite(content, gain.swapaxes(0, 1), skill.composite_sd(content, a["competency_correlation"]))
    assert whole.item() == pytest.approx(0.63, abs=1e-12)
    last_off_the_list = skill.learning(content[:, :2], np.array([20.0]), np.ones((1, 1)), a, a["h0"])
    assert last_off_the_list == pytest.approx(gain[:, :2], abs=1e-12)


def test_02_appliers_fall_off_as_trainers_reported(ledger, city):
    """62, 44 and 34 % of the trained still apply after 0, 6 and 12 months, by formula and by the running state."""
    a = middle(ledger, use_decay=0)
    assert skill.share_applying(a, [0, 6, 12])[:, 0] == pytest.approx([0.62, 0.44, 0.34], abs=0.005)
    running = [after_course(a, ledger.structure, months).expressed().sum() for months in (0, 6, 12)]
    assert running / learned(a) == pytest.approx([0.62, 0.44, 0.34], abs=0.005)


def test_03_what_is_never_applied_is_forgotten_like_the_published_curve(ledger):
    """Two stores keep 51 % after 6 and 39 % after 12 months without use."""
    a = middle(ledger, p0=0)
    kept = [after_course(a, ledger.structure, months).possessed().sum() for months in (6, 12)]
    assert kept / learned(a) == pytest.approx([0.51, 0.39], abs=0.01)


def test_04_citizens_meet_less_than_the_test_score_and_less_each_year(ledger):
    """Without decay in use 0.391, 0.277, 0.214 and 0.160 SD are expressed after 0, 6, 12 and 24 months."""
    a = middle(ledger, kappa=1, use_decay=0)
    met = [after_course(a, ledger.structure, months).expressed().sum() for months in (0, 6, 12, 24)]
    assert met == pytest.approx([0.391, 0.277, 0.214, 0.160], abs=0.003)


def test_05_half_the_hours_keep_more_than_half_of_the_effect(ledger):
    """10 JP bring 92, 70 or 56 % of 20 JP as the dose is nearly flat, saturating or near-linear."""
    a = middle(ledger)
    shares = [skill.dose(10.0, h0_of(a, {"dose": shape})).item() for shape in ("flat", "saturating", "linear")]
    assert shares == pytest.approx([0.92, 0.70, 0.56], abs=0.01)


def test_06_a_course_every_year_saturates(city, ledger, catalogue):
    """With 20 JP a year for every front line, skill in use rises ever more slowly and stays below 0.5 SD in year six."""
    courses = catalogue_of(catalogue, city.competencies, {"all": {"komunikasi": 1.0}})
    scenario = everyone_once(courses, years=6, overrides={"kappa": 0.6, "headroom": 1.2})
    outcome = simulate(scenario, city, ledger, DRAWS)
    in_use = outcome.skill_in_use * len(city.competencies)  # all of the mean over competencies is communication
    years = np.array([outcome.year_mean(in_use, year).mean() for year in range(1, 7)])
    steps = np.diff(years)
    assert np.all(steps > 0.0) and np.all(np.diff(steps) < 0.0)
    assert 0.3 < years[-1] < 0.5


def test_07_waiting_is_exact_erlang_c():
    """Three servers at 85 and 95 % load wait 1.623 and 6.047 service times."""
    assert [wait(3, load) for load in (0.85, 0.95)] == pytest.approx([1.623, 6.047], abs=1e-3)


def output_of_a_generic_course(ledger, over_the_year: bool):
    """Change of output of trained staff who control all of their time, per cent, (draws,)."""
    a, luck = ledger.draw(4096, 1, ["course"])
    sigma = np.sqrt(np.log1p(a["programme_sd"] ** 2))
    expressed = learned(a, multiplier=1.0) * np.exp(sigma * luck[0] - 0.5 * sigma**2) * skill.applying(a)
    if over_the_year:
        months = np.linspace(0, 12, 49)
        expressed = expressed * skill.share_applying(a, months).mean(axis=0) / skill.applying(a)
    return 100.0 * (1.0 / service.time_factor(service.pace(expressed, 0.0, a), 1.0, a) - 1.0)


def test_08_a_generic_course_raises_output_by_two_per_cent_at_the_central_values(ledger):
    """The published chain of central values gives 1.9 % right after the course."""
    a = middle(ledger)
    factor = service.time_factor(service.pace(learned(a) * skill.applying(a), 0.0, a), 1.0, a)
    assert 100.0 * (1.0 / factor - 1.0) == pytest.approx(1.9, abs=0.05)


@pytest.mark.xfail(strict=True, reason="measured over the year: 90 % band 0.16 to 4.8 %, median 1.0 %: courses differ as much as published ones do")
def test_08_a_generic_course_raises_a_years_output_by_a_little(ledger):
    """Over the first year 9 of 10 futures gain 0.2 to 4.6 % of output."""
    low, _, high = band(output_of_a_generic_course(ledger, over_the_year=True))
    assert 0.2 <= low and high <= 4.6


@pytest.mark.xfail(strict=True, reason="measured right after the course: 90 % band 0.23 to 6.7 %, median 1.4 %")
def test_08_a_generic_course_raises_output_by_a_little_right_after_it(ledger):
    """Right after the course 9 of 10 futures gain 0.2 to 4.6 % of output."""
    low, _, high = band(output_of_a_generic_course(ledger, over_the_year=False))
    assert 0.2 <= low and high <= 4.6


def test_09_a_targeted_course_on_the_job_matches_the_trials(ledger):
    """With research conditions, practice and no attenuation output rises by 10 to 14 %, as in two trials."""
    a = middle(ledger, kappa=1)
    expressed = learned(a, multiplier=a["m_practice"].item()) * skill.applying(a)
    factor = service.time_factor(service.pace(expressed, expressed, a | {"specificity": np.ones(1)}), 1.0, a)
    assert 10.0 <= 100.0 * (1.0 / factor.item() - 1.0) <= 14.0


# One doctor's overall score rose by 1.00 of 100 (Boissy et al. 2016). On the scale 1 to 4 that is 0.03 rating points; of one element of nine it is
# 0.083 IKM, of two 0.167. The target of before, 0.17 to 0.96, took the score for two and for five elements; docs/model.md has both conversions.
HOSPITAL = (1.00 * 0.03 * 25.0 / 9.0, 2.00 * 0.03 * 25.0 / 9.0)


@pytest.mark.parametrize("content", [{"komunikasi": 1.0}, {"komunikasi": 0.6, "pelayanan_publik": 0.4}], ids=["communication alone", "with service"])
def test_10_an_eight_hour_communication_course_is_no_miracle(first_year_gain, content):
    """The 90 % band of the first year overlaps the +0.083 to +0.167 IKM that one hospital's rise means."""
    low, _, high = band(first_year_gain({"all": content}, hours_jp=8.0 / 0.75))
    assert low <= HOSPITAL[1] and high >= HOSPITAL[0]


@pytest.fixture(scope="module")
def nobody_learns(first_year_gain, ledger):
    """What a course costs that teaches nothing on the list: everybody is away in class, (draws,)."""
    return first_year_gain(own_mixes(ledger, share=1e-9))


def test_11_the_units_own_course_moves_satisfaction_within_bounds(own_course, nobody_learns):
    """What 20 JP with the unit's own mix teach every front line, the hours in class apart: 90 % band inside 0.02 to 1.6 IKM."""
    low, _, high = band(own_course - nobody_learns)
    assert 0.02 <= low and high <= 1.6


@pytest.mark.xfail(strict=True, reason="measured median +0.11 IKM (90 % band -0.00 to +0.68); the target rests on the slope of before, 2.45 IKM per SD")
def test_11_the_units_own_course_moves_satisfaction_by_a_quarter_of_a_point(own_course):
    """The median gain of the first year is 0.25 to 0.5 IKM."""
    assert 0.25 <= np.median(own_course) <= 0.5


def test_11b_content_off_the_list_is_mostly_lost(own_course, first_year_gain, nobody_learns, ledger):
    """With half of the content off the list less than half but more than a quarter of what is learned is left."""
    half = first_year_gain(own_mixes(ledger, share=0.5))
    assert 0.25 < np.median(half - nobody_learns) / np.median(own_course - nobody_learns) < 0.5


BUSY_DESKS = {"desks": 3, "minutes": 10.0, "visits": 0.85 * 3 * 6.0 * 60.0 / 10.0, "peak_share": 0.5, "peak_hours": 3.0, "hours": 6.0, "standard": 60.0}


@pytest.fixture(scope="module")
def longer(ledger):
    """How much longer a counter of three desks at 85 % load takes when a share of its staff is away, relative to nobody."""
    a, minutes, days = middle(ledger), BUSY_DESKS["minutes"], 245.0
    figures = {"volume_per_year": BUSY_DESKS["visits"] * days, "servers": BUSY_DESKS["desks"], "minutes": minutes, "days_per_year": days,
               "standard_minutes": BUSY_DESKS["standard"], "baseline_days": np.nan, "standard_days": np.nan, "error_rate": 0.05,
               "staff_controlled": 0.5, "hours_per_day": BUSY_DESKS["hours"], "peak_hours": BUSY_DESKS["peak_hours"], "peak_share": BUSY_DESKS["peak_share"]}
    desk = Services(("desk",), (("loket", "counter"),), np.array([0]), **{k: np.array([v]) for k, v in figures.items()})

    def spent(away):
        one = np.ones((1, 1))
        return service.Counters(desk, a).quarter(minutes * one, (1.0 - away) * one, one)[0][0, 0]

    return lambda away: spent(away) / spent(0.0) - 1.0


@pytest.fixture(scope="module")
def away(ledger):
    """Share of a quarter's working time that a 20 JP course takes."""
    return 20.0 * ledger["hours_per_jp"].value / (ledger["effective_hours"].value / 4.0)


@pytest.mark.xfail(strict=True, reason="measured + 14.8 %: a third is what a queue that never closes would need; simulated days give + 14.5 %")
def test_11c_training_everybody_at_once_is_felt_at_the_counter(longer, away):
    """All away in one quarter lengthens a busy counter by about a third."""
    assert longer(away) == pytest.approx(1 / 3, abs=0.06)


def test_11c_it_is_felt_as_much_as_on_simulated_days(longer, away):
    """All away in one quarter lengthens a busy counter as visits simulated one by one do, within 2 points; spread over four, by less than a tenth."""
    slower = BUSY_DESKS | {"minutes": BUSY_DESKS["minutes"] / (1.0 - away)}
    before, after = (office_days.at_a_counter(**desks, arrival_cv2=1.1) for desks in (BUSY_DESKS, slower))
    waited = after.minutes - slower["minutes"] + BUSY_DESKS["minutes"]  # a visit takes as long as ever, there are fewer hands
    assert longer(away) == pytest.approx(waited / before.minutes - 1.0, abs=0.02)
    assert 0.0 < longer(away / 4.0) < 0.1


def test_12_without_money_satisfaction_never_rises(city, ledger, library):
    """In a city that never trained, IKM rises in no future, unit or quarter when nothing is spent."""
    untrained = replace(city, about=city.about.model_copy(update={"habit": None}))
    idle = simulate(library["no_training"], untrained, ledger, DRAWS)
    assert np.all(np.diff(idle.ikm, axis=1) <= 0.0)
    assert not idle.arrays["trained"].any()


def test_12_where_training_ends_only_hands_come_back(idle_city):
    """Trained skill falls every quarter. In the first quarter nobody is away in class any more; from the second on IKM falls in every future and unit."""
    assert np.all(np.diff(idle_city.arrays["trained"], axis=1) < 0.0)
    assert np.all(np.diff(idle_city.ikm[:, 1:], axis=1) <= 0.0)
    assert np.all(idle_city.city_ikm[-1] < idle_city.city_ikm[0])


def test_12_when_the_money_stops_trained_skill_falls(city, ledger, library):
    """After one year of training and none since, what is possessed and what is used fall every quarter."""
    once = library["todays_path"].replace({"budget_rp": [1.6e9, 0.0, 0.0, 0.0, 0.0]})
    outcome = simulate(once, city, ledger, DRAWS)
    for name in ("trained", "in_use"):
        assert np.all(np.diff(outcome.arrays[name][:, 4:], axis=1) < 0.0)


def test_13_without_slopes_no_training_moves_satisfaction(city, ledger, library):
    """If no element had a slope, the strongest plan would leave every unit's IKM exactly where it was."""
    no_slope = {"behaviour_slope": 0.0, "unit_r": 0.0, "time_slope": 0.0}
    rows = tuple(replace(row, value=no_slope[row.key], distribution={"kind": "fixed"}) if row.key in no_slope else row
                 for row in ledger.parameters)
    ikm = simulate(library["designed_for_impact"], city, replace(ledger, parameters=rows), DRAWS).ikm
    assert np.array_equal(ikm, np.broadcast_to(ikm[:, :1], ikm.shape))


def test_13_requirements_cost_and_facilities_never_move(city, ledger):
    """Even if all other elements reach their best or worst answer, these three keep today's rating."""
    a, spacing = middle(ledger), ledger["cut_spacing"].value
    start = satisfaction.latent_of(city.ratings.T, spacing)
    slopes = satisfaction.element_slopes(a | {"halo_draw": np.zeros(1)}, ledger.tables, ledger.structure)
    people = satisfaction.Citizens(start, slopes, ledger.tables.time, a, spacing)
    moved = [city.elements[e] for e in people.moved]
    still = [city.elements.index(name) for name in ("persyaratan", "biaya", "sarana")]
    assert sorted(moved) == sorted(set(city.elements) - {"persyaratan", "biaya", "sarana"})
    for extreme, answer in ((1e6, 4.0), (-1e6, 1.0)):
        theta = np.full((len(moved), len(city.units), 1), extreme)
        ikm = people.quarter(theta, -theta[0], 1.0)[:, 0]
        today = city.ratings[:, still].sum(axis=1)
        assert ikm == pytest.approx(25.0 / 9.0 * (len(moved) * answer + today), abs=1e-9)


def test_14_the_same_scenario_twice_gives_the_same_bits(designed_city, city, ledger, library):
    """A run is a pure function of its inputs."""
    again = simulate(library["designed_for_impact"], city, ledger, DRAWS)
    assert all(np.array_equal(values, again.arrays[name]) for name, values in designed_city.arrays.items())


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_14_workers_give_the_same_bits(pool, designed_city, city, ledger, library):
    """Blocks may be computed by threads or processes in any order."""
    with pool(2) as executor:
        shared = simulate(library["designed_for_impact"], city, ledger, DRAWS, executor)
    assert all(np.array_equal(values, shared.arrays[name]) for name, values in designed_city.arrays.items())


@pytest.mark.parametrize("block", [32, 128])
def test_14_other_block_sizes_give_the_same_bits(block, designed_city, city, ledger, library, monkeypatch):
    """How many draws are computed at once does not touch the result."""
    monkeypatch.setattr("simulation.ensemble.BLOCK", block)
    other = simulate(library["designed_for_impact"], city, ledger, DRAWS)
    assert all(np.array_equal(values, other.arrays[name]) for name, values in designed_city.arrays.items())


def test_15_seats_and_money_are_conserved_in_every_published_scenario(city, ledger, library):
    """Nobody sits twice in a quarter or a course of a year, nothing is negative, cost and unspent make the budget."""
    for scenario in library.values():
        plan = simulate(scenario, city, ledger, 1).plan
        held = plan.share[: len(scenario.catalogue.ids)]
        by_year = held.reshape(len(held), scenario.years, 4, -1).sum(axis=2)
        assert np.all(held >= 0.0) and np.all(by_year <= 1.0 + 1e-9) and np.all(held.sum(axis=0) <= 1.0 + 1e-9)
        assert plan.seats == pytest.approx(by_year @ city.heads, abs=1e-6)
        assert np.all(plan.seats <= plan.classes * scenario.catalogue.class_size[:, None] + 1e-6)
        assert plan.cost_rp.sum(axis=0) + plan.unspent_rp == pytest.approx(plan.budget_rp, rel=1e-12)
        assert np.all(plan.unspent_rp >= 0.0)


def test_15_people_and_probability_are_conserved(designed_city, idle_city):
    """Posts stay filled while all leavers are replaced, level shares sum to 1, and skill in use is part of all skill."""
    arrays = designed_city.arrays
    assert arrays["filled"] == pytest.approx(1.0, abs=1e-9)
    assert np.all(arrays["in_use"] >= 0.0) and np.all(arrays["in_use"] <= arrays["trained"] + 1e-9)
    for outcome in (designed_city, idle_city):
        shares = outcome.level_shares()
        assert np.all(shares >= 0.0) and shares.sum(axis=0) == pytest.approx(1.0, abs=1e-9)
    assert levels.shares(np.array(2.3), 0.7).sum() == pytest.approx(1.0, abs=1e-12)


def test_15_forgetting_moves_skill_and_makes_none(ledger):
    """What is neither applied nor idle is forgotten: the possessed part never grows and never turns negative."""
    endless = {key: np.full(64, np.inf) for key in ("tau_labile", "tau_durable", "tau_single")}
    a, _ = ledger.draw(64, 1, ())
    person = skill.Skill(1, 1, a, ledger.structure)
    person.teach(np.full((1, 1, 64), 0.5), np.zeros((1, 1)), skill.applying(a)[None])
    assert person.possessed() == pytest.approx(0.5, abs=1e-9)
    before = person.possessed()
    lossless = skill.fading({**a, **endless}, ledger.structure, np.zeros(1), np.ones((1, 1, 1)))
    person.fade(lossless)
    assert person.possessed() == pytest.approx(before, abs=1e-9)
    person.fade(skill.fading(a, ledger.structure, np.zeros(1), np.ones((1, 1, 1))))
    assert np.all(person.state >= 0.0) and np.all(person.possessed() < before)


def test_16_a_little_speed_is_worth_most_in_a_long_queue():
    """Four per cent more speed shortens the mean queue by 17, 34 and 48 % at 60, 90 and 95 % load."""
    change = [100.0 * (wait(3, load / 1.04, 1 / 1.04) / wait(3, load) - 1.0) for load in (0.6, 0.9, 0.95)]
    assert change == pytest.approx([-17.0, -34.0, -48.0], abs=1.0)


def test_17_hurrying_citizens_buys_no_satisfaction(idle_city, city, ledger, library):
    """Service cut by 30 % while skill falls brings shorter queues and no higher IKM."""
    hurried = simulate(library["no_training"].replace({"minutes_factor": 0.7}), city, ledger, DRAWS)
    assert np.all(hurried.arrays["theta"][:, 1:] < 0.0)
    assert np.all(hurried.waiting_minutes[1:] < idle_city.waiting_minutes[1:])
    assert np.all(hurried.ikm <= idle_city.ikm)

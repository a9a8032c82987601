"""Which change did the work, and through which link: the shares, their sums, their words and pictures."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import small_city

from simulation import City, simulate
from simulation.analysis import attribution
from simulation.analysis.attribution import INDICATORS, attribute, changes_between, told
from simulation.analysis.chain_attribution import along_chain
from simulation.errors import Cancelled, InputError
from simulation.present import attribution_views as views

DRAWS = 24
MANY = {"h0": 20.0, "digital_drift": 0.01, "rotation": 0.1, "retirement": 0.03, "resignation": 0.01, "behaviour_slope": 0.2, "time_slope": 0.1}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Three units."""
    return City.load(small_city.write(tmp_path_factory.mktemp("town")))


@pytest.fixture(scope="module")
def pair(library):
    """From today's path to the design for impact: five changes."""
    return library["todays_path"], library["designed_for_impact"]


@pytest.fixture(scope="module")
def found(pair, town, ledger):
    """Which of the five did the work on the IKM."""
    return attribute(*pair, town, ledger, draws=DRAWS)


@pytest.fixture(scope="module")
def other(library):
    """Everything downstream differs as well: minutes, replacement, an assumption, the structure."""
    return library["digital_front_desk"].replace({"minutes_factor": 1.15, "replacement_ratio": 0.8, "overrides": {"behaviour_slope": 0.2},
                                                  "structure": {"last_link": "trial"}})


@pytest.fixture(scope="module")
def outcomes(pair, other, town, ledger):
    """Three runs in the same futures; more draws than one block holds."""
    return [simulate(scenario, town, ledger, 257) for scenario in (*pair, other)]


@pytest.fixture(scope="module")
def links(outcomes):
    """Through which links the design for impact differs."""
    return along_chain(*outcomes[:2])


@pytest.mark.parametrize("indicator", INDICATORS)
def test_shares_add_up_in_every_future(indicator, pair, town, ledger):
    """For each indicator the shares are the difference between two plain runs."""
    found = attribute(*pair, town, ledger, indicator, DRAWS)
    size = max(1.0, float(np.abs(found.end).max()))
    assert np.abs(found.shares.sum(axis=0) - found.difference).max() / size < 1e-9
    if indicator == "ikm":
        a, b = (simulate(scenario, town, ledger, DRAWS) for scenario in pair)
        assert np.allclose(found.difference, b.compare(a).ikm, atol=1e-9, rtol=0)


def test_one_change_does_all_of_it(town, ledger, library):
    """A doubled budget is the only change, so its share is the whole difference, bit by bit."""
    once, twice = (library["todays_path"].replace({"budget_rp": money}) for money in (1e8, 2e8))
    found = attribute(once, twice, town, ledger, draws=DRAWS)
    assert found.keys == ["budget"]
    assert np.array_equal(found.shares[0], found.difference)
    assert found.difference.mean() != 0.0


def test_two_changes_by_hand(town, ledger, library):
    """With two changes the share is the mean of joining first and joining last."""
    a, b = library["todays_path"], library["practice_and_follow_up"]
    found = attribute(a, b, town, ledger, draws=DRAWS)
    ikm = [attribute(a, s, town, ledger, draws=DRAWS).end for s in (a, a.replace({"practice": "all"}), a.replace({"follow_up": "all"}), b)]
    assert found.keys == ["practice", "follow_up"]
    assert np.allclose(found.shares[0], 0.5 * (ikm[1] - ikm[0] + ikm[3] - ikm[2]), atol=1e-12, rtol=0)


def test_the_same_scenario_has_nothing_to_share(pair, town, ledger):
    """No change, no shares, and a sentence that says so."""
    found = attribute(pair[0], pair[0], town, ledger, draws=8)
    assert found.changes == ()
    assert found.shares.shape == (0, 8)
    assert not found.difference.any()
    assert found.table()["change"].tolist() == ["difference"]
    assert "nothing to share out" in found.sentence("en")


def test_a_change_without_effect_gets_exactly_nothing(pair, town, ledger):
    """Another label of the first year, and the weight of a unit where each has its place anyway, change nothing."""
    b = pair[1].replace({"start_year": 2028, "structure": {"dose": "saturating"}})
    found = attribute(pair[0], b, town, ledger, draws=DRAWS)
    shares = dict(zip(found.keys, found.shares, strict=True))
    assert (shares["years"] == 0.0).all()
    assert (shares["structure.dose"] == 0.0).all()
    assert {"years", "structure.dose"} <= set(told(found).none)
    assert "No effect: " in found.sentence("en")


def test_backwards_is_the_negative(pair, town, ledger, found):
    """From b to a every share changes its sign."""
    back = attribute(*pair[::-1], town, ledger, draws=DRAWS)
    assert back.keys == found.keys
    assert np.allclose(back.shares, -found.shares, atol=1e-12, rtol=0)


def test_the_order_of_fields_does_not_matter(pair, town, ledger, found):
    """A scenario written down in another order is the same scenario."""
    a, b = pair
    swapped = b.replace({"programmes": dict(reversed(b.programmes.items()))})
    assert np.array_equal(attribute(a, swapped, town, ledger, draws=DRAWS).shares, found.shares)


def test_overrides_and_switches_are_changes_of_their_own(pair):
    """One change per assumption and per switch, those in both scenarios alike are none."""
    a = pair[0].replace({"overrides": {"h0": 20.0, "rotation": 0.1}})
    b = pair[0].replace({"overrides": {"h0": 20.0, "retirement": 0.03}, "structure": {"dose": "flat"}})
    assert [c.key for c in changes_between(a, b)] == ["overrides.retirement", "overrides.rotation", "structure.dose"]


def test_both_ends_are_plain_runs(pair, other, town, ledger):
    """With nothing changed the mix is a, with everything changed it is b: overrides and structure included, and those of a taken back."""
    a = pair[0].replace({"overrides": {"rotation": 0.1}})
    found = attribute(a, other, town, ledger, draws=DRAWS)
    assert {"overrides.rotation", "overrides.behaviour_slope", "structure.last_link"} <= set(found.keys)
    for ikm, scenario in ((found.start, a), (found.end, other)):
        plain = simulate(scenario, town, ledger, DRAWS)
        assert np.allclose(ikm, plain.year_mean(plain.city_ikm, found.year), atol=1e-12, rtol=0)


def test_decisions_that_need_each_other_are_one_change(library):
    """Yearly budgets go with the years, needs with the targeting, and classes with the money they cost."""
    a = library["todays_path"]
    longer = a.replace({"years": 2, "budget_rp": [1.0e9, 2.0e9]})
    assert [c.key for c in changes_between(a, longer)] == ["budget+years"]
    needs = a.replace({"targeting": "needs", "needs": {"capil": {"digital": 1.0}}})
    assert [c.key for c in changes_between(a, needs)] == ["targeting"]
    few = a.replace({"programmes": {}, "classes": {"service_excellence": 2}, "budget_rp": 1.0e9})
    many = few.replace({"classes": {"service_excellence": 30}, "budget_rp": 4.0e9, "targeting": "gap_first"})
    assert [c.key for c in changes_between(few, many)] == ["budget+programmes", "targeting"]


def test_offers_go_with_what_they_replace(library, town, ledger):
    """Offers carry their own practice, so from a plan with practice for all to offers is one change; the rest stays apart."""
    a = library["practice_and_follow_up"]
    b = library["todays_path"].replace({"programmes": {}, "offers": [{"programme": "service_excellence", "classes": 3, "coaching": True}], "quarters": [1, 2]})
    assert [c.key for c in changes_between(a, b)] == ["programmes+practice+follow_up", "quarters"]
    found = attribute(a, b, town, ledger, draws=8)
    assert np.abs(found.shares.sum(axis=0) - found.difference).max() < 1e-9


def test_many_changes_are_sampled_with_an_error(pair, town, ledger, monkeypatch):
    """More changes than are run exactly: the sum still holds, and each mean has the error of the orders drawn."""
    monkeypatch.setattr(attribution, "ORDERS", 6)
    found = attribute(pair[0], pair[1].replace({"overrides": MANY}), town, ledger, draws=4)
    assert len(found.changes) == 12
    assert (found.orders, found.runs < 2**12) == (6, True)
    assert np.abs(found.shares.sum(axis=0) - found.difference).max() < 1e-9
    assert (found.order_error >= 0.0).all() and found.order_error.max() > 0.0
    assert "6 orders" in found.sentence("en")


def test_sampled_shares_are_near_the_exact_ones(pair, town, ledger, found, monkeypatch):
    """The same five changes by drawn orders: within four standard errors of the exact shares."""
    monkeypatch.setattr(attribution, "MOST_EXACT", 4)
    drawn = attribute(*pair, town, ledger, draws=DRAWS)
    gap = np.abs(drawn.shares.mean(axis=1) - found.shares.mean(axis=1))
    assert (gap <= 4.0 * drawn.order_error + 1e-12).all()
    assert drawn.orders == attribution.ORDERS


def test_the_table_orders_by_size_and_ends_with_the_sum(found):
    """Largest mean first; the means add up to the last row."""
    table = found.table()
    assert table["change"].iloc[-1] == "difference"
    assert table["mean"].abs().iloc[:-1].is_monotonic_decreasing
    assert table["mean"].iloc[:-1].sum() == pytest.approx(table["mean"].iloc[-1], abs=1e-9)
    assert ((table["p05"] <= table["p50"]) & (table["p50"] <= table["p95"])).all()
    assert (table["draw_error"] > 0.0).all()


def test_bad_questions_are_named(pair, town, ledger):
    """An unknown indicator names the nearest; draws out of range and another catalogue are refused."""
    with pytest.raises(InputError, match="waiting_minutes"):
        attribute(*pair, town, ledger, "waiting_minute")
    with pytest.raises(InputError):
        attribute(*pair, town, ledger, draws=0)
    stranger = pair[1].model_copy()
    stranger._catalogue = replace(stranger.catalogue, terms={key: 2.0 * price for key, price in stranger.catalogue.terms.items()})
    with pytest.raises(InputError, match="katalog"):
        attribute(pair[0], stranger, town, ledger)


def test_a_user_can_stop_it(pair, town, ledger, outcomes):
    """Cancelled goes through both."""
    def stop(done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        attribute(*pair, town, ledger, draws=8, progress=stop)
    with pytest.raises(Cancelled):
        along_chain(*outcomes[:2], progress=stop)


@pytest.mark.parametrize("to", [1, 2])
def test_links_add_up_to_the_models_own_difference(to, outcomes):
    """Recomputed link by link, the difference is that of the runs, also where assumptions and structure differ."""
    found = along_chain(outcomes[0], outcomes[to])
    assert np.allclose(found.difference, outcomes[to].compare(outcomes[0]).ikm, atol=1e-12, rtol=0)
    assert np.abs(found.shares.sum(axis=0) - found.difference).max() < 1e-9


def test_elements_that_training_must_not_move_get_exactly_nothing(links, ledger):
    """The negative controls (requirements, cost, facilities) and links that are alike on both sides: 0.0."""
    shares = dict(zip(links.links, links.shares, strict=True))
    still = [name for name, slope in zip(ledger.tables.elements, ledger.tables.slopes, strict=True) if slope == 0.0]
    assert {"persyaratan", "biaya", "sarana"} <= set(still)
    for key in (*(f"element.{name}" for name in still), "minutes", "assumptions"):
        assert (shares[key] == 0.0).all(), key
    assert shares["element.perilaku"].any()


def test_posts_left_empty_come_through_hands(outcomes, pair, town, ledger):
    """Fewer leavers replaced, nothing else: fewer hands slow citizens down, and no assumption differs."""
    found = along_chain(outcomes[0], simulate(pair[0].replace({"replacement_ratio": 0.5}), town, ledger, 257))
    shares = dict(zip(found.links, found.shares, strict=True))
    assert (shares["hands"] < 0.0).all()
    assert not shares["assumptions"].any()


def test_minutes_decided_and_assumptions_have_their_own_link(outcomes):
    """Longer service minutes slow citizens down; another slope and structure stand under the assumptions."""
    found = along_chain(outcomes[0], outcomes[2])
    shares = dict(zip(found.links, found.shares, strict=True))
    assert shares["minutes"].mean() < 0.0
    assert shares["assumptions"].any()


def test_the_same_outcome_twice_gives_nothing(outcomes):
    """No link differs: zeros, and a sentence that says so."""
    found = along_chain(outcomes[1], outcomes[1])
    assert not found.shares.any()
    assert "nothing to share out" in found.sentence("en")


def test_links_do_not_depend_on_the_other_draws(pair, town, ledger, links):
    """The first futures have the same shares when fewer are run."""
    few = along_chain(*(simulate(scenario, town, ledger, 16) for scenario in pair))
    assert np.allclose(few.shares, links.shares[:, :16], atol=1e-11, rtol=0)


def test_workers_change_no_bit(pair, town, ledger, found, outcomes, links):
    """Shared out over threads, both give the same bits."""
    with ThreadPoolExecutor(2) as workers:
        assert np.array_equal(attribute(*pair, town, ledger, draws=DRAWS, executor=workers).shares, found.shares)
        assert np.array_equal(along_chain(*outcomes[:2], executor=workers).shares, links.shares)


def test_what_comes_through_service_is_its_four_links(links):
    """Speed, errors, hands and minutes add up."""
    table = links.table().set_index("change")["mean"]
    assert links.service_figures()[0] == pytest.approx(table[["speed", "errors", "hands", "minutes"]].sum(), abs=1e-12)


def test_outcomes_of_other_futures_are_refused(pair, town, ledger, outcomes):
    """Another number of draws, and draws that are not the ledger's, are named."""
    with pytest.raises(InputError):
        along_chain(outcomes[0], simulate(pair[1], town, ledger, 16))
    odd = simulate(pair[0], town, ledger, 16)
    odd.values["h0"] = odd.values["h0"][::-1].copy()
    with pytest.raises(InputError, match="simulate"):
        along_chain(odd, odd)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_words_rows_and_picture_agree(lang, found, links):
    """The sentence names the largest part first; rows are the table; the picture tells all of it to those who hear it."""
    for one, parts in ((found, told(found)), (links, told(links))):
        sentence, lines, picture = one.sentence(lang), views.rows(one, lang), views.picture(one, lang)
        assert lines[1][0].split(":")[0] in sentence
        assert len(lines) == len(one.table()) + 1
        assert picture.description == sentence
        assert len(picture.rows["bars"]) == len(parts.large) + bool(parts.small) + 1
        assert picture.rows["bars"][-1]["start"] == 0.0
        assert picture.rows["bars"][-1]["end"] == pytest.approx(picture.rows["bars"][-2]["end"], abs=1e-5)
        assert "<svg" in picture.svg()


def test_small_parts_are_told_together(links):
    """What is below a twentieth of all sizes has no bar of its own, and its figures are those of the sum in each future."""
    parts = told(links)
    assert len(parts.small) != 1
    assert set(parts.large) | set(parts.small) | set(parts.none) == set(links.links)
    rows = [links.links.index(key) for key in parts.small]
    assert parts.figures["small"][0] == pytest.approx(links.shares[rows].sum(axis=0).mean(), abs=1e-12)


def test_a_difference_too_small_to_matter_is_called_so(city, ledger, library):
    """In Salatiga three per cent more money is no ground for a decision."""
    a = library["todays_path"]
    found = attribute(a, a.replace({"budget_rp": 1_650_000_000}), city, ledger, draws=8)
    assert abs(found.difference.mean()) < ledger["smallest_difference"].value
    assert "do not decide by its parts" in found.sentence("en")

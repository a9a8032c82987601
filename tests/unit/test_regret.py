"""Regret over scenarios and futures: the table, its words, its picture, and the identities that must hold."""

import numpy as np
import pytest
import small_city
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as drawn

from simulation import City
from simulation.analysis.futures import futures
from simulation.analysis.regret import regret, regrets
from simulation.errors import Cancelled, InputError
from simulation.present import regret_views

NAMES = ("todays_path", "designed_for_impact", "no_training")
DRAWS = 24


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Three units."""
    return City.load(small_city.write(tmp_path_factory.mktemp("town")))


@pytest.fixture(scope="module")
def scenarios(library):
    """Three scenarios, the baseline first."""
    return [library[name] for name in NAMES]


@pytest.fixture(scope="module", params=[None, 1e9])
def found(request, town, ledger, scenarios):
    """Regret in IKM points, and in rupiah."""
    return regret(scenarios, town, ledger, request.param, DRAWS)


@settings(max_examples=60, deadline=None)
@given(drawn.arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 7)), elements=st.floats(-1e12, 1e12)))
def test_never_negative_and_zero_for_the_best(worth):
    """In every future somebody has no regret and nobody has less than none; what all gain alike changes nothing."""
    found = regrets(worth)
    assert (found >= 0.0).all()
    assert (found.min(axis=0) == 0.0).all()
    assert np.array_equal(found == 0.0, worth == worth.max(axis=0))
    assert np.allclose(regrets(worth + 1e6), found, atol=1e-3, rtol=0)


def test_regret_of_every_future(found):
    """Chosen structure first, then each other option; zero for the best of each column."""
    assert found.regret.shape == (3, 8, DRAWS)
    assert (found.regret >= 0.0).all()
    assert (found.regret.min(axis=0) == 0.0).all()
    base = found.futures
    worth = base.ikm if found.willingness_rp is None else 1e9 * base.ikm - base.cost_rp
    assert found.regret[:, 0] == pytest.approx(worth.max(axis=0) - worth, rel=1e-6, abs=1e-6)


def test_a_structure_is_the_ledgers_own_run(found, town, ledger, scenarios):
    """A column block equals the futures of the ledger with that option."""
    k = next(k for k, s in enumerate(found.structures) if s.option == "trial")
    there = futures(scenarios, town, ledger.replace(structure={"last_link": "trial"}), DRAWS)
    worth = there.ikm if found.willingness_rp is None else there.net_benefit_rp(found.willingness_rp)
    assert np.array_equal(found.regret[:, k], regrets(worth))


def test_the_table_orders_by_the_largest_regret(found):
    """Minimax on top; mean and 90 % inside their intervals and below the largest."""
    table = found.table()
    assert table["scenario"].iloc[0] == found.minimax.key
    assert table["maximum"].is_monotonic_increasing
    assert ((table["mean"] <= table["maximum"]) & (table["p90"] <= table["maximum"])).all()
    assert ((table["mean_low"] <= table["mean"]) & (table["mean"] <= table["mean_high"])).all()
    assert ((table["p90_low"] <= table["p90"]) & (table["p90"] <= table["p90_high"])).all()
    assert table["share_best"].sum() >= 1.0 - 1e-12
    assert len(found.by_structure()) == 24
    assert np.allclose(found.by_structure().groupby("scenario")["mean"].mean()[table["scenario"]], table["mean"])


def test_the_smallest_mean_regret_is_the_best_expectation(found):
    """Without structures the two orders are the same thing said twice."""
    one = regret(found.futures.scenarios, found.futures.city, found.futures.assumptions, found.willingness_rp, DRAWS, structures=False)
    base = one.futures
    worth = base.ikm if one.willingness_rp is None else base.net_benefit_rp(one.willingness_rp)
    assert one.least_mean.key == base.keys[int(worth.mean(axis=1).argmax())]
    assert len(one.structures) == 1


def test_a_scenario_beside_itself_is_as_good(town, ledger, scenarios):
    """Ties count for both, and the sentence says that they share."""
    found = regret([scenarios[1], scenarios[1], scenarios[2]], town, ledger, None, DRAWS, structures=False)
    assert found.share_best[0] == found.share_best[1]
    assert np.array_equal(found.regret[0], found.regret[1])
    assert "2 scenarios share" in found.sentence("en")


def test_the_order_of_scenarios_does_not_matter(found):
    """Each keeps its figures."""
    turned = regret(found.futures.scenarios[::-1], found.futures.city, found.futures.assumptions, found.willingness_rp, DRAWS)
    here, there = (one.table().set_index("scenario").sort_index() for one in (found, turned))
    assert np.allclose(here[["mean", "p90", "maximum"]], there[["mean", "p90", "maximum"]], rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_words_rows_and_picture(found, lang):
    """The sentence names the minimax choice; the picture has a bar for each scenario and is heard as the sentence."""
    sentence = found.sentence(lang)
    assert found.minimax.name[lang] in sentence
    rows = regret_views.rows(found, lang)
    assert [len(row) for row in rows] == [8] * 4
    assert rows[1][0] == found.minimax.name[lang]
    picture = regret_views.picture(found, lang)
    assert picture.svg().startswith("<svg")
    assert picture.description == sentence
    assert [bar["maximum"] for bar in picture.rows["bars"]] == sorted(bar["maximum"] for bar in picture.rows["bars"])


def test_progress_cancel_and_bad_questions(town, ledger, scenarios):
    """Told to the end, stopped on request, refused by name."""
    told = []
    regret(scenarios, town, ledger, None, 8, progress=lambda *step: told.append(step))
    assert told[-1] == (1000, 1000)
    assert [step[0] for step in told] == sorted(step[0] for step in told)

    def stop(done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        regret(scenarios, town, ledger, None, 8, progress=stop)
    for asked, code in (((scenarios[:1], town, ledger), "two_scenarios"), ((scenarios, town, ledger, -5.0), "willingness"),
                        ((scenarios, town, ledger, None, 0), "draws")):
        with pytest.raises(InputError) as caught:
            regret(*asked)
        assert [problem.code for problem in caught.value.problems] == [code]

"""The ledger, the catalogue and the scenarios as files: complete, in both languages, inside their own bounds."""

from pathlib import Path

import pytest
import yaml
from scipy import stats

DATA = Path(__file__).resolve().parents[2] / "data"
LANGUAGES = {"id", "en"}
GRADES = {"A", "B", "C", "D"}
GROUPS = {"frontline", "backoffice", "leader"}
KINDS = {"registry", "permits", "health", "school", "district", "office"}
FORMATS = {"classroom", "lecture", "elearning", "blended", "coaching"}
COMPETENCIES = [
    "integritas", "kerja_sama", "komunikasi", "orientasi_hasil", "pelayanan_publik", "pengembangan",
    "mengelola_perubahan", "pengambilan_keputusan", "perekat_bangsa", "teknis", "digital",
]
ELEMENTS = ["persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "pengaduan", "sarana"]
UNITS = {
    "SD", "ratio", "share", "per month", "per year", "months", "quarters", "years", "working days", "JP", "hours", "hours per year", "logit", "IKM",
    "IKM per year", "rating", "rating per SD", "level", "rupiah", "rupiah per hour", "people", "index",
}
LINKS = {
    "training", "learning", "transfer", "forgetting", "people", "levels", "service", "satisfaction", "survey", "value",
    "regulation",
}
DISTRIBUTIONS = {
    "fixed": set(), "normal": {"mean", "sd"}, "lognormal": {"median", "sigma"}, "beta": {"a", "b"},
    "triangular": {"low", "mode", "high"}, "uniform": {"low", "high"},
}
KEYS = set(
    "years_before d20 kappa programme_sd spillover relearning h0 h0_flat h0_linear headroom competency_correlation low_scorer_gain m_classroom m_lecture"
    " m_elearning m_blended m_coaching m_practice elearning_completion class_size_elasticity p0 stay lapse support_effect"
    " follow_up_effect supervision_wake labile_share tau_labile tau_durable tau_single forgetting_shape forgetting_weight use_decay retirement"
    " resignation rotation keep_technical keep_generic newcomer_gap newcomer_catch_up vacancy_lag digital_drift level_sd output_sd output_slope"
    " specificity error_slope staff_controlled arrival_cv2 service_cv2 utilisation_limit longest_wait longest_backlog turnaround_spread"
    " effective_hours hours_per_jp attainment_ratio technology_attainment link_route link_trial_weight behaviour_slope office_share"
    " published_share halo_draw halo_weight halo_most unit_r unit_ikm_sd unit_skill_sd causal_share technical_ratio ratio_prosedur ratio_produk"
    " ratio_kompetensi ratio_pengaduan time_slope wait_halo worse_wait_weight expectation_adaptation expectation_anchor trend cut_spacing"
    " baseline_ikm_error"
    " respondent_sd unit_wave_sd discrepancy_sd citizen_wage staff_cost_per_hour discount_rate smallest_difference"
    " jp_entitlement pppk_ceiling hr_budget_share".split()
)


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


LEDGER = read(DATA / "assumptions.yaml")
CATALOGUE = read(DATA / "programmes.yaml")
SCENARIOS = {path.stem: read(path) for path in sorted((DATA / "scenarios").glob("*.yaml"))}
PARAMETERS = {row["key"]: row for row in LEDGER["parameters"]}
PROGRAMMES = {row["id"]: row for row in CATALOGUE["programmes"]}

parameters = pytest.mark.parametrize("row", PARAMETERS.values(), ids=PARAMETERS)
programmes = pytest.mark.parametrize("row", PROGRAMMES.values(), ids=PROGRAMMES)
scenarios = pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)


def assert_both_languages(text):
    assert set(text) == LANGUAGES
    assert all(isinstance(words, str) and words.strip() for words in text.values())


def assert_sourced(row):
    assert row["grade"] in GRADES
    assert row["source"]["citation"].strip()
    assert isinstance(row["source"]["year"], int)
    assert {"citation", "address", "year"} <= set(row["source"]) <= {"citation", "address", "year", "population"}


def test_the_ledger_has_exactly_the_keys_the_model_reads():
    assert len(LEDGER["parameters"]) == len(PARAMETERS)
    assert set(PARAMETERS) == KEYS


@parameters
def test_a_parameter_has_every_field_in_both_languages(row):
    assert set(row) == {"key", "label", "note", "unit", "value", "range", "distribution", "source", "grade", "feeds"}
    assert_both_languages(row["label"])
    assert_both_languages(row["note"])
    assert_sourced(row)
    assert row["unit"] in UNITS
    assert row["feeds"] in LINKS


@parameters
def test_a_value_lies_in_its_range_and_its_distribution_is_complete(row):
    low, high = row["range"]
    assert low <= row["value"] <= high
    spread = row["distribution"]
    assert set(spread) - {"kind", "support"} == DISTRIBUTIONS[spread["kind"]]
    if spread["kind"] in ("triangular", "uniform"):
        assert [spread["low"], spread["high"]] == [low, high]


def test_lists_are_complete_and_in_order():
    assert [row["id"] for row in LEDGER["competencies"]] == COMPETENCIES
    assert {row["id"] for row in LEDGER["competencies"] if row["class"] == "technical"} == {"teknis", "digital"}
    assert [row["element"] for row in LEDGER["element_mixes"]] == ELEMENTS
    assert {row["kind"] for row in LEDGER["service_mixes"]} == KINDS
    for row in LEDGER["competencies"]:
        assert_both_languages(row["name"])


@pytest.mark.parametrize("row", LEDGER["element_mixes"] + LEDGER["service_mixes"], ids=lambda row: row.get("element") or row["kind"])
def test_a_mix_sums_to_one_unless_its_slope_is_zero(row):
    assert_both_languages(row["name"])
    assert_both_languages(row["note"])
    assert_sourced(row)
    assert set(row["mix"]) <= set(COMPETENCIES)
    if row.get("slope") == 0:
        assert row["mix"] == {}
    else:
        assert sum(row["mix"].values()) == pytest.approx(1.0)


def test_time_and_the_negative_controls_have_no_slope():
    still = {row["element"] for row in LEDGER["element_mixes"] if row["slope"] == 0}
    assert still == {"persyaratan", "waktu", "biaya", "sarana"}


def test_required_levels_are_whole_levels_for_every_group():
    assert_sourced(LEDGER["required_levels"])
    assert_both_languages(LEDGER["required_levels"]["note"])
    levels = LEDGER["required_levels"]["levels"]
    assert set(levels) == GROUPS
    for group in GROUPS:
        assert set(levels[group]) == set(COMPETENCIES)
        assert all(level in (1, 2, 3, 4, 5) for level in levels[group].values())


def test_structural_switches_have_a_default_among_their_options():
    options = {row["key"]: [option["id"] for option in row["options"]] for row in LEDGER["structure"]}
    assert {key: set(ids) for key, ids in options.items()} == {
        "dose": {"flat", "saturating", "linear"}, "forgetting": {"drawn", "two_store", "single_store"},
        "expectation": {"adaptive", "fixed"}, "last_link": {"drawn", "trial", "correlation"},
    }
    for row in LEDGER["structure"]:
        assert row["default"] in options[row["key"]]
        assert_both_languages(row["label"])
        assert_both_languages(row["note"])
        for option in row["options"]:
            assert_both_languages(option["label"])


def test_extras_have_a_price_and_a_source():
    assert set(CATALOGUE["terms"]) == {
        "practice_rp_per_participant", "coaching_rp_per_participant", "coaching_jp_per_participant", "coaching_quarters",
        "refresher_share",
    }
    for term in CATALOGUE["terms"].values():
        assert term["value"] >= 0
        assert term["unit"] in UNITS
        assert_sourced(term)
        assert_both_languages(term["note"])


def test_there_are_at_least_fourteen_programmes():
    assert len(PROGRAMMES) == len(CATALOGUE["programmes"]) >= 14


@programmes
def test_a_programme_is_complete_in_both_languages(row):
    assert set(row) - {"may_add", "for_newcomers", "special"} == {
        "id", "name", "description", "format", "hours_jp", "class_size", "fixed_rp", "per_participant_rp", "content",
        "practice", "follow_up", "open_to", "source", "grade",
    }
    assert_both_languages(row["name"])
    assert_both_languages(row["description"])
    assert_sourced(row)


@programmes
def test_a_programme_teaches_known_competencies_to_known_people_at_a_price(row):
    assert row["format"] in FORMATS
    assert row["follow_up"] in ("none", "coaching")
    assert row["practice"] in (True, False)
    assert row["hours_jp"] > 0 and row["class_size"] >= 1
    assert row["fixed_rp"] >= 0 and row["per_participant_rp"] > 0
    assert row["content"] and set(row["content"]) <= set(COMPETENCIES)
    assert 0 < sum(row["content"].values()) <= 1 + 1e-9
    assert row["open_to"]["groups"] and set(row["open_to"]["groups"]) <= GROUPS
    assert row["open_to"]["kinds"] == "all" or set(row["open_to"]["kinds"]) <= KINDS


def test_there_are_at_least_eight_scenarios_and_one_baseline():
    assert len(SCENARIOS) >= 8
    assert [name for name, scenario in SCENARIOS.items() if scenario.get("baseline")] == ["todays_path"]


@scenarios
def test_a_scenario_says_who_wrote_it_when_and_why(scenario):
    assert_both_languages(scenario["name"])
    assert_both_languages(scenario["reason"])
    assert all(str(scenario[field]).strip() for field in ("author", "date", "reference"))


@scenarios
def test_a_scenario_spends_at_most_its_budget_on_known_programmes(scenario):
    shares = scenario.get("programmes", {})
    assert set(shares) <= set(PROGRAMMES)
    assert all(share >= 0 for share in shares.values())
    assert sum(shares.values()) <= 1 + 1e-9
    budget = scenario["budget_rp"]
    assert all(rupiah >= 0 for rupiah in (budget if isinstance(budget, list) else [budget]))


def test_scenarios_that_say_same_money_or_same_programmes_mean_it():
    today = SCENARIOS["todays_path"]
    for name in ("half_budget", "double_budget", "practice_and_follow_up"):
        assert SCENARIOS[name]["programmes"] == today["programmes"]
    assert SCENARIOS["half_budget"]["budget_rp"] == today["budget_rp"] / 2
    assert SCENARIOS["double_budget"]["budget_rp"] == today["budget_rp"] * 2
    for name in ("practice_and_follow_up", "frontline_first", "designed_for_impact"):
        assert SCENARIOS[name]["budget_rp"] == today["budget_rp"]


@parameters
def test_a_range_is_the_middle_ninety_per_cent_of_its_distribution(row):
    kind, d = row["distribution"]["kind"], row["distribution"]
    if kind not in ("normal", "lognormal", "beta"):
        return
    spread = {"normal": lambda: stats.norm(d["mean"], d["sd"]), "beta": lambda: stats.beta(d["a"], d["b"]),
              "lognormal": lambda: stats.lognorm(d["sigma"], scale=d["median"])}[kind]()
    low, high = (spread.cdf(bound) for bound in d.get("support", (-float("inf"), float("inf"))))
    expected = spread.ppf([low + 0.05 * (high - low), low + 0.95 * (high - low)])
    assert row["range"] == pytest.approx(list(expected), abs=0.03 * (expected[1] - expected[0]))


@parameters
def test_only_an_assumption_may_lack_an_address(row):
    assert row["source"]["address"] or row["grade"] == "D"


@scenarios
def test_every_programme_that_gets_money_gets_a_class(scenario):
    budget = scenario["budget_rp"]
    for name, share in scenario.get("programmes", {}).items():
        row = PROGRAMMES[name]
        price = row["fixed_rp"] + row["class_size"] * row["per_participant_rp"]
        if budget >= SCENARIOS["todays_path"]["budget_rp"]:
            assert share * budget >= price, f"{name} gets {share * budget:,.0f} of {price:,.0f}"


@programmes
def test_nobody_is_away_longer_than_the_quarter_in_which_a_course_is_held(row):
    per_quarter = PARAMETERS["effective_hours"]["value"] / 4
    assert row["hours_jp"] * PARAMETERS["hours_per_jp"]["value"] <= per_quarter


@programmes
def test_coaching_is_not_counted_as_practice_twice(row):
    assert not (row["format"] == "coaching" and row["practice"])

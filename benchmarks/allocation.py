"""How long a proposal for the whole city takes, how sure it is and what it beats: `python -m benchmarks.allocation`."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from simulation import Assumptions, City, Scenario
from simulation.analysis.allocation.front import equity_front
from simulation.analysis.allocation.limits import Limits
from simulation.analysis.allocation.menu import alternatives
from simulation.analysis.allocation.money import shadow_price
from simulation.analysis.allocation.proposal import Allocation, allocate
from simulation.analysis.allocation.robust import robust_plans
from simulation.present.allocation_views import rival_rows

BUDGET = 1.6e9
LIMITS = {  # several at once, each of which binds
    "none": Limits(),
    "hours and counters": Limits(pns_reaching_20jp=0.4, in_class=0.3),
    "half reach 20 JP": Limits(pns_reaching_20jp=0.5),
    "full counters": Limits(in_class=0.2),
    "hours, front line, ceiling": Limits(pns_reaching_20jp=0.3, money_for_front_line=0.5, pppk_above_ceiling=0.0),
    "six at once": Limits({"service_excellence": 200}, 900, 0.3, 0.1, {"school": 0.2}, 0.0, 0.3),
    "six, tighter": Limits({"service_excellence": 60}, 600, 0.35, 0.05, {"school": 0.3}, 0.0, 0.2),
}
RIVALS = ("designed_for_impact", "frontline_first", "practice_and_follow_up")


def timed(name: str, run):
    """Run, print seconds on the clock and of the processor (the machine may be shared), and give the result back."""
    clock, processor = time.perf_counter(), time.process_time()
    result = run()
    print(f"{name:<28} {time.perf_counter() - clock:6.1f} s   {time.process_time() - processor:6.1f} s of this process on a processor")
    return result


def quality(found: Allocation) -> None:
    """Gap, errors and the comparison with every rival."""
    print(f"solver's gap {found.gap:.4%}, linearisation error {found.linearisation_error:.2%}, "
          f"optimism {found.optimism:+.3f} of {found.search_gain:.3f} ({found.optimism / found.search_gain:.1%})")
    for row in rival_rows(found, "en"):
        print("  ".join(f"{cell:<26}" for cell in row))


def seeds(city: City, assumptions: Assumptions, base: Scenario, times: int = 3) -> None:
    """How much the gain in the same fresh futures depends on the draws of the search."""
    means = []
    for i in range(times):
        found = allocate(BUDGET, city, assumptions, base.replace({"seed": base.seed + 1000 * (i + 1)}), draws=64)
        again = allocate(BUDGET, city, assumptions, base, draws=1024, search_draws=16, rivals={"other": found.scenario.replace({"seed": base.seed})})
        means.append((again.trial.gain("plan").mean(), again.trial.gain("other").mean()))
    print("gain of the plan and of plans searched in other draws, same fresh futures:", np.round(means, 3).tolist())


def combined(city: City, assumptions: Assumptions, base: Scenario) -> None:
    """What limits cost, in seconds and in gain, and whether the engine counts them as kept."""
    for name, limits in LIMITS.items():
        found = timed(name, lambda limits=limits: allocate(BUDGET, city, assumptions, base, limits, draws=256))
        broken = [(one.name, one.asked, round(one.reached, 4)) for one in found.kept() if not one.holds]
        print(f"    mean gain {found.trial.gain('plan').mean():.3f}, limits {len(found.kept())}, broken {broken}")


def main() -> None:
    """All analyses on the published city."""
    city, assumptions, library = City.load(), Assumptions.load(), Scenario.library()
    base = library["todays_path"]
    print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else f"cores {os.cpu_count()}")
    rivals = {name: library[name] for name in RIVALS}
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(abs, range(4)))  # start them before the clock does
        timed("proposal, two processes", lambda: allocate(BUDGET, city, assumptions, base, rivals=rivals, executor=pool))
    found = timed("proposal, one process", lambda: allocate(BUDGET, city, assumptions, base, rivals=rivals))
    quality(found)
    money = timed("shadow price, nine budgets", lambda: shadow_price(found))
    print(money.table()[["budget_rp", "cost_rp", "gain_mean", "change_p05", "change_p50", "change_p95", "per_billion"]].to_string(index=False))
    print(f"noise of the search {money.noise:.4f}; enough from {money.enough_rp}")
    print(timed("robust plans", lambda: robust_plans(found)).table().to_string(index=False))
    print(timed("alternatives within 5 %", lambda: alternatives(found)).table().to_string(index=False))
    front = timed("equity front", lambda: equity_front(found)).table()
    print(front[["cost_rp", "ikm_mean", "gap_mean", "to_lowest_mean"]].to_string(index=False))
    combined(city, assumptions, base)
    seeds(city, assumptions, base)


if __name__ == "__main__":
    main()

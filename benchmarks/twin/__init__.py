"""An employee-level twin of the cohort model, on the public agent-based library Mesa.

Every civil servant is an agent who sits in courses, uses what was taught or not, lapses, forgets, is rotated, leaves and is replaced. Equations come
from `simulation.model`; only the bookkeeping of persons is here. `python -m benchmarks.twin` compares the two, docs/credibility.md has the figures.
"""

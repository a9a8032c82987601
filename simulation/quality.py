"""How solid the city's figures are, and which file of the city would help most."""

from __future__ import annotations

from simulation.language import say


def quality(city, lang: str = "id"):
    """See `City.quality`: one row per file, most useful replacement first."""
    import pandas as pd

    users = {unit.id: share for unit, share in zip(city.units, city.users / city.users.sum(), strict=True)}
    rows = {}
    for file, item, figures, grade, _ in city.grades:
        row = rows.setdefault(file, {"file": file, "A": 0, "B": 0, "C": 0, "D": 0, "served": {}})
        row[grade] += figures
        if grade == "D":
            row["served"][item] = users.get(item, 0.0)
    records = []
    for row in rows.values():
        total = sum(row[g] for g in "ABCD")
        weight = sum(row.pop("served").values())
        records.append({**row, "figures": total, "weight": weight, "rank_by": weight * row["D"] / total,
                        "replace_with": say(f"replace.{row['file']}", lang)})
    order = {"ratings.csv": 0, "services.csv": 1, "levels.csv": 2, "staff.csv": 3}  # nearer to the citizen first on equal weight
    frame = pd.DataFrame(records).assign(tie=lambda f: f["file"].map(order).fillna(9))
    return frame.sort_values(["rank_by", "tie"], ascending=[False, True]).drop(columns=["tie", "rank_by"]).reset_index(drop=True)

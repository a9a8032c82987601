"""What a notebook opens: the city, the ledger and the scenarios, in the language of the folder it lies in."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from simulation.assumptions import DATA, Assumptions
from simulation.city import City
from simulation.ensemble import simulate
from simulation.errors import InputError, unknown
from simulation.language import DEFAULT, LANGUAGES, number, percent, say
from simulation.outcome import Comparison, compare
from simulation.present import views, words
from simulation.scenario import Catalogue, Scenario
from simulation.studies import Studies

FEW = ("todays_path", "designed_for_impact", "no_training")


@dataclass(frozen=True)
class Html:
    """Words or a table for a notebook; `text` is what a reader without HTML sees."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Workbook:
    """Everything a notebook needs.

    Attributes:
        lang: "id" or "en". scenarios: by file stem, the baseline first.
    """

    lang: str
    city: City
    assumptions: Assumptions
    scenarios: dict[str, Scenario]
    catalogue: Catalogue

    @classmethod
    def here(cls) -> Workbook:
        """The workbook in the language of the notebook's folder (`notebooks/id` or `notebooks/en`)."""
        folder = Path.cwd().name
        assumptions = Assumptions.load()
        city = City.load(tables=assumptions.tables)
        return cls(folder if folder in LANGUAGES else DEFAULT, city, assumptions, Scenario.library(), Catalogue.load())

    def compare(self, *names: str, draws: int = 1024) -> list[Comparison]:
        """Scenarios by file stem against the baseline; all of them when none is named.

        Raises:
            InputError: no such scenario; the nearest names are given.
        """
        problems = [unknown("unknown_scenario", name, self.scenarios) for name in names if name not in self.scenarios]
        if problems:
            raise InputError(problems)
        base = next(iter(self.scenarios))
        wanted = dict.fromkeys([base, *(names or self.scenarios)])
        outcomes = [simulate(self.scenarios[name], self.city, self.assumptions, draws) for name in wanted]
        return [compare(outcome, outcomes[0]) for outcome in outcomes]

    def honesty(self) -> Html:
        """What must be said first."""
        lines = words.honesty(self.city, self.assumptions, self.lang)
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        return Html(f"<ul style='font-size:16px;line-height:1.5'>{items}</ul>", "\n".join(lines))

    def sentence(self, result) -> Html:
        """What a result says in words; `result` is anything with `.sentence(lang)`."""
        return prose(result.sentence(self.lang))

    def sample(self, name: str) -> Path:
        """Path of a made-up sample file.

        Raises:
            InputError: no such sample; the nearest names are given.
        """
        path = DATA / "samples" / name
        if not path.exists():
            raise InputError(unknown("unknown_sample", name, sorted(p.name for p in path.parent.iterdir())))
        return path

    @property
    def few(self) -> list[Scenario]:
        """Three scenarios that frame the question, the baseline first: quick enough for analyses that run thousands of times."""
        return [self.scenarios[name] for name in FEW]

    @property
    def willingness_rp(self) -> float:
        """Rupiah for one IKM point, as `data/studies.yaml` states it."""
        return Studies.load(assumptions=self.assumptions).willingness.value

    def bench(self):
        """The ledger to edit, with all scenarios."""
        from simulation.workbook.ledger_bench import LedgerBench

        return LedgerBench(self.lang, self.city, self.assumptions, list(self.scenarios.values()), self.willingness_rp)

    def sobol_work(self, plan: Scenario, base: Scenario, n: int):
        """A button that finds Sobol indices of `plan - base` at `n` points."""
        from simulation.workbook.sobol_work import sobol_work

        return sobol_work(self.lang, plan, base, self.city, self.assumptions, n)

    def money_work(self, plan):
        """A button that finds what more or less money would buy."""
        from simulation.workbook.allocation_work import money_work

        return money_work(self.lang, plan)

    def menu_work(self, plan):
        """A button that finds other plans that are nearly as good."""
        from simulation.workbook.allocation_work import menu_work

        return menu_work(self.lang, plan)

    def front_work(self, plan, kind: str = "cost"):
        """A button that finds what is traded for what: IKM against "cost", or against "equity" between units.

        Raises:
            InputError: another kind.
        """
        from simulation.workbook.allocation_work import front_work

        return front_work(self.lang, plan, kind)

    def robust_work(self, plan):
        """A button that finds which plan holds in bad futures and under other forms of the model."""
        from simulation.workbook.allocation_work import robust_work

        return robust_work(self.lang, plan)

    def levers(self, base: str = FEW[0], draws: int = 256):
        """What each change of a ready-made plan brings alone, at equal money.

        Raises:
            InputError: no such scenario; the nearest names are given.
        """
        from simulation.analysis.levers import levers

        if base not in self.scenarios:
            raise InputError(unknown("unknown_scenario", base, self.scenarios))
        return levers(self.scenarios[base], self.city, self.assumptions, draws)

    def short(self, result) -> Html:
        """What a result says in few words; `result` is anything with `.short(lang)`."""
        return prose(result.short(self.lang))

    def rows(self, result) -> Html:
        """A result's table in words; `result` is anything with `.rows(lang)`."""
        return rows_html(result.rows(self.lang))

    def excel_button(self, *plans: Scenario, folder: Path | str | None = None):
        """A button that writes plans against the baseline as one Excel workbook and says where.

        Args:
            plans: scenarios, such as `plan.scenario` or one of a front. folder: `results/` of the project by default.
        """
        from simulation.workbook.keep import excel_button

        return excel_button(self.lang, lambda: self.against_baseline(*plans), folder)

    def against_baseline(self, *plans: Scenario, draws: int = 1024) -> list[Comparison]:
        """Scenarios of one's own, such as proposed plans, each against the baseline over the same years."""
        from simulation.workbook.controls import over_years

        def run(scenario: Scenario):
            return simulate(scenario, self.city, self.assumptions, draws)

        first = next(iter(self.scenarios.values()))
        return [compare(run(plan), run(over_years(first, plan.years, self.lang))) for plan in plans]

    def keep(self, scenario: Scenario, name: str, folder: Path | str | None = None) -> Html:
        """Save a scenario under a name in the library, where the panel of notebook 02 finds it, and say where it is.

        Raises:
            InputError: no usable name, or it is taken.
        """
        from simulation.scenario_library import Library
        from simulation.workbook.keep import keep, said_path

        made = keep(scenario, name, Library(folder) if folder else Library(), self.city)
        return prose(say("panel5.saved", self.lang, name=made.name[self.lang], path=said_path(made.file)))

    def picture(self, comparisons: list[Comparison]):
        """Differences of all scenarios from the baseline."""
        return views.differences(comparisons, self.lang)

    def table(self, comparisons: list[Comparison]) -> Html:
        """Cost, people reached and what follows, one row per scenario."""
        header, *rows = words.comparison_rows(comparisons, self.lang)
        return table_html(header, rows)

    @property
    def unit_names(self) -> dict[str, str]:
        """Name of each unit in the reader's language, by id."""
        return {unit.id: unit.name(self.lang) for unit in self.city.units}

    def monitor(self, samples: dict[str, str], year: int):
        """The board of indicators of a year from sample files by kind: skm, staff, training, tickets and so on."""
        from simulation.analysis.monitoring import monitor_files

        return monitor_files({kind: self.sample(name) for kind, name in samples.items()}, self.city, year)

    def quality(self) -> Html:
        """How solid the figures are, the most useful replacement first."""
        frame = self.city.quality(self.lang)
        header = [say(f"column.{key}", self.lang) for key in ("file", "figures", "weight", "replace")]
        header[1:2] = ["A", "B", "C", "D"]
        rows = [[r.file, *(number(n, self.lang, 0) for n in (r.A, r.B, r.C, r.D)), percent(r.weight, self.lang), r.replace_with]
                for r in frame.itertuples(index=False)]
        return table_html(header, rows)


def prose(text: str) -> Html:
    """Sentences, one paragraph a line."""
    paragraphs = "".join(f"<p style='font-size:17px;line-height:1.5;max-width:820px'>{escape(line)}</p>" for line in text.splitlines())
    return Html(paragraphs, text)


def rows_html(rows: list[list[str]]) -> Html:
    """A table from text cells, the header first."""
    return table_html(rows[0], rows[1:])


def table_html(header: list[str], rows: list[list[str]]) -> Html:
    """A plain table: words to the left, numbers to the right, short cells on one line."""
    numeric = [all(_is_figure(row[i]) for row in rows) and any(row[i] for row in rows) for i in range(len(header))]

    def cells(tag: str, row: list[str]) -> str:
        style = "padding:3px 12px;text-align:{}{}"
        return "".join(f"<{tag} style='{style.format('right' if right else 'left', ';white-space:nowrap' if tag == 'td' and len(cell) < 24 else '')}'>"
                       f"{escape(cell)}</{tag}>" for right, cell in zip(numeric, row, strict=True))

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    html = f"<table style='font-size:14px'><thead><tr>{cells('th', header)}</tr></thead><tbody>{body}</tbody></table>"
    return Html(html, "\n".join(" | ".join(row) for row in [header, *rows]))


def _is_figure(cell: str) -> bool:
    return not cell or cell.removeprefix("Rp ")[:1] in "+-−–0123456789<"

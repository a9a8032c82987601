"""Keeping what a page shows: a scenario under a name in the library, a comparison as an Excel file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from pathlib import Path

import ipywidgets as widgets

from simulation.assumptions import DATA
from simulation.errors import InputError, Problem, shown
from simulation.language import LANGUAGES, say
from simulation.outcome import Comparison
from simulation.scenario import Scenario
from simulation.scenario_library import Library, headed, safe_key

RESULTS = DATA.parent / "results"
LONGEST_NAME = 80
_AUTO = widgets.Layout(width="auto")


def keep(scenario: Scenario, name: str, library: Library, city=None) -> Scenario:
    """Save a scenario under a name that people say; its file name is made from it. An existing scenario is never replaced.

    Returns:
        The scenario as the library now has it; never a baseline.

    Raises:
        InputError: no usable name, a name that is taken (a free one is proposed), or a folder that cannot be written.
    """
    name = " ".join(name.split())
    if not any(letter.isalnum() for letter in name) or len(name) > LONGEST_NAME:
        raise InputError(Problem("panel5_name", {"found": shown(name), "limit": str(LONGEST_NAME)}))
    texts = {"reason": {lang: say("panel5.reason", lang, name=scenario.name[lang]) for lang in LANGUAGES}, "author": say("panel5.author"),
             "date": date.today().isoformat(), "reference": "notebooks/id/02_anggaran.ipynb", "baseline": False}
    made, key = headed(scenario, name, **texts), safe_key(name)
    try:
        library.save(made, key, city=city)
    except InputError as error:
        if [problem.code for problem in error.problems] != ["library_taken"]:
            raise
        raise InputError(Problem("panel5_taken", {"found": shown(name), "nearest": _free(name, library)})) from None
    except OSError:
        raise InputError(Problem("panel5_not_written", {"found": said_path(library.folder)})) from None
    return library.get(key)


def _free(name: str, library: Library) -> str:
    """The same name with the first number that nobody has."""
    taken = {path.stem.casefold() for path in Path(library.folder).glob("*.yaml")}
    return next(f"{name} {n}" for n in range(2, len(taken) + 3) if safe_key(f"{name} {n}").casefold() not in taken)


def said_path(path: Path | str) -> str:
    """A path as a reader finds it: from the folder of the project, or in full where it lies elsewhere."""
    path = Path(path).resolve()
    root = DATA.parent.resolve()
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def free_path(folder: Path, stem: str) -> Path:
    """An .xlsx name that no file has yet: someone may have written into the earlier one."""
    names = (stem if n == 1 else f"{stem}_{n}" for n in range(1, 10_000))
    return next(folder / f"{name}.xlsx" for name in names if not (folder / f"{name}.xlsx").exists())


def told(text: str, bad: bool = False) -> str:
    """A message beside a button, read aloud by screen readers."""
    role, colour = ("alert", "#8a2d00") if bad else ("status", "#1b5e20")
    return f"<p role='{role}' style='color:{colour};margin:2px 0;line-height:1.4;overflow-wrap:anywhere'>{escape(text)}</p>"


class Ask:
    """A button that does one thing, and a line that says what became of it; errors are said, never thrown at the page.

    Args:
        title, icon: of the button. do: the thing; it returns what to say.
    """

    def __init__(self, lang: str, title: str, icon: str, do: Callable[[], str]):
        self.lang, self._do = lang, do
        self.button = widgets.Button(description=title, icon=icon, layout=_AUTO)
        self.message = widgets.HTML()
        self.widget = widgets.VBox([self.button, self.message], layout=widgets.Layout(align_items="flex-start"))
        self.button.on_click(lambda _: self.run())

    def run(self) -> None:
        """Do it and say what became of it."""
        self.button.disabled = True
        try:
            self.message.value = told(self._do())
        except InputError as error:
            self.message.value = told(error.text(self.lang), bad=True)
        except Exception:  # an error in a callback would otherwise vanish without a word
            self.message.value = told(say("panel5.failed", self.lang), bad=True)
        finally:
            self.button.disabled = False


def excel_button(lang: str, shown_now: Callable[[], Sequence[Comparison]], folder: Path | str | None = None) -> Ask:
    """A button that writes the comparisons on the page as an Excel workbook and says where.

    Args:
        shown_now: gives the comparisons when the button is pressed. folder: where to, `results/` of the project by default.
    """

    def write() -> str:
        from simulation.present.excel.workbook import to_excel

        comparisons = list(shown_now())
        a, b = comparisons[0].a.scenario, comparisons[0].b.scenario
        stem = safe_key(f"{safe_key(a.name[lang])[:36]}_{safe_key(b.name[lang])[:20]}")
        path = to_excel(comparisons, free_path(Path(folder or RESULTS), stem), lang)
        return say("panel5.excel_written", lang, path=said_path(path), a=a.name[lang], b=b.name[lang])

    return Ask(lang, say("panel5.excel", lang), "file-excel-o", write)


class SaveRow:
    """A field for a name and a button that saves the scenario of the page.

    Args:
        scenario: gives it when the button is pressed. library: where to. city: whose units it names.
        saved: told the key and the scenario after it was saved.
    """

    def __init__(self, lang: str, scenario: Callable[[], Scenario], library: Library, city, saved: Callable[[str, Scenario], None]):
        self.name = widgets.Text(description=say("panel5.name", lang), placeholder=say("panel5.name_hint", lang),
                                 style={"description_width": "initial"}, layout=widgets.Layout(width="430px"))

        def save() -> str:
            made = keep(scenario(), self.name.value, library, city)
            saved(made.key, made)
            return say("panel5.saved", lang, name=made.name[lang], path=said_path(made.file))

        self.ask = Ask(lang, say("panel5.save", lang), "save", save)
        self.message = self.ask.message
        self.row = [self.name, self.ask.button]

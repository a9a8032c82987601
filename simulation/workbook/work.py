"""Long work on the page: a button, a bar that moves, a button to stop, and what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from html import escape

import ipywidgets as widgets
from IPython.display import HTML, display

from simulation.ensemble import Progress
from simulation.errors import Cancelled, InputError
from simulation.language import percent, say


def bar(lang: str) -> tuple[Progress, Callable[[], None]]:
    """A bar under the running cell, and what takes it away; the notebook's stop button ends the work.

    Returns:
        progress, done.
    """
    shown = display(HTML(""), display_id=True)
    last = [-1]

    def progress(done: int, total: int) -> None:
        part = int(100 * done / max(total, 1))
        if part != last[0] and shown is not None:
            last[0] = part
            words = say("work.progress", lang, share=percent(part / 100, lang))
            shown.update(HTML(f"<progress max='100' value='{part}'></progress> {escape(words)}"))

    def finished() -> None:
        if shown is not None:
            shown.update(HTML(""))

    return progress, finished


class Work:
    """A piece of work that is started, watched and stopped with buttons.

    Args:
        lang: language of everything shown.
        title: what the start button says.
        do: the work; it reports to the progress that it is given and may run for long.
        show: the widget that shows its result.

    `result` is what `do` returned, None before; `widget` the panel.
    """

    def __init__(self, lang: str, title: str, do: Callable[[Progress], object], show: Callable[[object], widgets.Widget]):
        self.lang, self._do, self._show = lang, do, show
        self.result = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        wide = widgets.Layout(width="auto")
        self.start = widgets.Button(description=title, icon="play", layout=wide)
        self.cancel = widgets.Button(description=say("work.cancel", lang), icon="stop", disabled=True, layout=wide)
        self.bar = widgets.IntProgress(min=0, max=100, value=0, layout=widgets.Layout(width="260px"))
        self.status = widgets.HTML()
        self.place = widgets.VBox([])
        self.start.on_click(lambda _: self.run())
        self.cancel.on_click(lambda _: self._stop.set())
        self.widget = widgets.VBox([widgets.HBox([self.start, self.cancel, self.bar, self.status]), self.place])

    def run(self) -> None:
        """Start the work beside the kernel's own, so that the page stays alive."""
        if self._thread and self._thread.is_alive():
            return
        self._stop.clear()
        self.start.disabled, self.cancel.disabled, self.bar.value = True, False, 0
        self.status.value = escape(say("work.progress", self.lang, share=percent(0.0, self.lang)))
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until the work has ended."""
        if self._thread:
            self._thread.join()

    def _progress(self, done: int, total: int) -> None:
        if self._stop.is_set():
            raise Cancelled
        part = int(100 * done / max(total, 1))
        if part != self.bar.value:
            self.bar.value = part
            self.status.value = escape(say("work.progress", self.lang, share=percent(part / 100, self.lang)))

    def _work(self) -> None:
        try:
            self.result = self._do(self._progress)
            self.place.children = (self._show(self.result),)
            self.status.value = escape(say("work.done", self.lang))
        except Cancelled:
            self.status.value = escape(say("work.cancelled", self.lang))
        except InputError as error:
            self.status.value = escape(error.text(self.lang))
        except Exception:  # an error in a thread would otherwise vanish without a word
            self.status.value = escape(say("panel.failed", self.lang))
        finally:
            self.start.disabled, self.cancel.disabled = False, True

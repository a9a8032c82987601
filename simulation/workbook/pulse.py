"""The page notices that its computation stopped, says so, and finds its settings again after a reload.

    pulse = Pulse(lang="id")                # one per page; it shows nothing while all is well
    pulse.on_restore(apply)                 # `apply(state)` is called when the browser still holds a state
    pulse.state = {"budget": 1.0e9}         # whenever a control changes

    pulse = watch(page)                     # all of this for a page with `lang`, `state` and `on_state`

The state lives in the tab's own memory (sessionStorage) and ends with the tab; nothing of it is kept on the server. What
comes back has been in a visitor's hands: whoever applies it checks it like any other input.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import anywidget
import traitlets

from simulation.language import DEFAULT, say

LARGEST = 20_000
_HERE = Path(__file__).parent
_WORDS = ("stopped", "stopped_more", "reload")
_log = logging.getLogger(__name__)


class Pulse(anywidget.AnyWidget):
    """Heartbeat and memory of a served page; in JupyterLab it stays still, since there the kernel is the reader's own.

    Attributes:
        state: what to keep, JSON of at most `LARGEST` characters.
        key: name of the memory; pages with another key do not share it.
        every: seconds from one question to the kernel to the next.
        patience: seconds without an answer until the page says that the computation stopped; longer than a full ensemble
            with a full hall, so that a busy kernel is not taken for a dead one.
    """

    _esm = _HERE / "pulse.js"

    state = traitlets.Dict().tag(sync=True)
    key = traitlets.Unicode("council").tag(sync=True)
    every = traitlets.Float(4.0).tag(sync=True)
    patience = traitlets.Float(20.0).tag(sync=True)
    lang = traitlets.Unicode(DEFAULT).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, lang: str = DEFAULT, key: str = "council", **settings) -> None:
        self._appliers: list[Callable[[dict], None]] = []
        super().__init__(lang=lang, key=key, words=_words(lang), **settings)
        self.on_msg(self._hear)

    def on_restore(self, apply: Callable[[dict], None]) -> None:
        """Call `apply(state)` once when the page hands back what it kept; an `apply` that fails makes the page forget it."""
        self._appliers.append(apply)

    @traitlets.observe("lang")
    def _translate(self, change) -> None:
        self.words = _words(change.new)

    def _hear(self, _, content: dict, buffers) -> None:
        """Answer a ping, or take back a state."""
        if "ping" in content:
            self.send({"pong": content["ping"]})
        elif isinstance(content.get("restore"), dict):
            self._restore(content["restore"])

    def _restore(self, state: dict) -> None:
        if len(json.dumps(state)) > LARGEST:
            self.send({"forget": True})
            return
        try:
            for apply in self._appliers:
                apply(dict(state))
        except Exception:  # whatever a visitor's browser held must not stop the page: it starts afresh instead
            _log.warning("a kept state could not be applied", exc_info=True)
            self.send({"forget": True})
        else:
            self.send({"restored": True})


def watch(page, **settings) -> Pulse:
    """A pulse for a page that has `lang`, a `state` that can be set, and `on_state(handler)`; keep no other reference to it."""
    pulse = Pulse(page.lang, **settings)

    def told(state: dict) -> None:
        pulse.state = dict(state)
        pulse.lang = page.lang

    def apply(state: dict) -> None:
        page.state = state
        told(page.state)

    page.on_state(told)
    pulse.on_restore(apply)
    return pulse


def _words(lang: str) -> dict[str, str]:
    return {name: say(f"serve.{name}", lang) for name in _WORDS}

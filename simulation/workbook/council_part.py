"""A piece of the council page: words and controls as plain HTML that the kernel fills and the visitor operates.

Ordinary buttons, sliders and choices bring their names, focus and keys with them, which widgets built of boxes do not.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

_HERE = Path(__file__).parent


class Part(anywidget.AnyWidget):
    """HTML of which the marked places change: only what differs travels to the browser.

    Attributes:
        html: the structure, drawn anew only when it changes. Marks: `data-text=NAME` is filled with `texts[NAME]` (HTML),
            `data-value=NAME` is a control that shows and sets `values[NAME]`, `data-do=NAME` tells `on_do` when it is pressed,
            `data-focus` takes the focus on `show(focus=True)`.
        texts: HTML by name; what a reader typed must be escaped. A name ending in `_value` is also what a screen reader says of the
            control of that name.
        values: of the controls, by name: numbers, words or true and false.
        resting: how often a hand has let go of a control.
    """

    _esm = _HERE / "council_part.js"
    _css = _HERE / "council.css"

    html = traitlets.Unicode().tag(sync=True)
    lang = traitlets.Unicode().tag(sync=True)
    texts = traitlets.Dict().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    resting = traitlets.Int(0).tag(sync=True)
    focus = traitlets.Int(0).tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)

    def show(self, focus: bool = False, **parts) -> None:
        """Change some of `html`, `lang`, `texts` and `values` in one step; `focus` also moves the keyboard's place to the heading."""
        with self.hold_sync():
            for name, part in parts.items():
                setattr(self, name, part)
            self.focus += int(focus)
            self.revision += 1

    def on_do(self, handler) -> None:
        """Call `handler(name)` when something marked `data-do` is pressed."""
        self.on_msg(lambda _, content, buffers: handler(str(content.get("do", ""))))

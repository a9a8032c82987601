"""A live chart: shown once, then it only receives rows, so it repaints while a slider moves.

    chart = VegaLive(fan(rows, heading, ...))
    chart                                    # shows it, in as many cells as you like
    chart.show(fan(new_rows, heading, ...))  # repaints it everywhere

The element on the page carries `data-revision`, the number of the last picture that was painted, and `data-repaints`,
how often it was painted.
"""

from pathlib import Path

import anywidget
import traitlets

from simulation.present.picture import Picture
from simulation.workbook import runtime

_HERE = Path(__file__).parent


class VegaLive(anywidget.AnyWidget):
    """A picture on the page that can be replaced; only what differs travels to the browser."""

    _esm = (_HERE / "live.js").read_text(encoding="utf-8").replace("const READY_HERE;", runtime.READY.strip())
    _css = (_HERE / "live.css").read_text(encoding="utf-8")

    spec = traitlets.Dict().tag(sync=True)
    rows = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    description = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)

    def __init__(self, picture: Picture) -> None:
        runtime.provide()
        super().__init__(**_parts(picture))

    def show(self, picture: Picture) -> None:
        """Replace the picture; a picture of the same specification only sends its rows and words."""
        with self.hold_sync():
            for name, part in _parts(picture).items():
                setattr(self, name, part)
            self.revision += 1


def _parts(picture: Picture) -> dict[str, object]:
    """The fixed drawing, and apart from it what changes: rows, words and the text alternative."""
    spec = {key: part for key, part in picture.spec.items() if key not in ("params", "description")}
    padding = spec.get("padding", {})
    height = spec.get("height", 0) + padding.get("top", 0) + padding.get("bottom", 0)
    return {
        "spec": spec,
        "rows": picture.rows,
        "words": {param["name"]: param["value"] for param in picture.spec.get("params", [])},
        "description": picture.description,
        "height": int(height),
    }

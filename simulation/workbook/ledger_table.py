"""The ledger as a table on the page: search, filter, and edit a value, range or spread in place."""

from pathlib import Path

import anywidget
import traitlets

_HERE = Path(__file__).parent


class LedgerTable(anywidget.AnyWidget):
    """Rows of text with inputs; what the reader typed comes back in `edit`, and nothing is decided here.

    Traits:
        rows: one dictionary per row of the ledger, texts as the reader writes them.
        words: labels of the page. links, kinds: [id, label] of the links of the chain and of the spreads.
        problems: key -> what is wrong with what was typed there.
        edit: {key, value, low, high, kind, count} or {key, reset, count}, from the page.
    """

    _esm = _HERE / "ledger_table.js"
    _css = _HERE / "ledger_table.css"

    rows = traitlets.List().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    links = traitlets.List().tag(sync=True)
    kinds = traitlets.List().tag(sync=True)
    problems = traitlets.Dict().tag(sync=True)
    edit = traitlets.Dict().tag(sync=True)

"""Vega for the browser, brought along by the kernel, so that a chart needs no network.

The text is built once from the installed vl-convert and kept in the user's cache; where that cannot be written, it is
built anew in memory. A kernel sends it to the page in one widget, however many charts there are. A page that loads the
file by itself (the council page does) says so through `IN_PAGE`, and the kernel sends nothing.
"""

import os
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import anywidget
import platformdirs
import traitlets

IN_PAGE = "SIMULATION_VEGA_IN_PAGE"
APPLICATION = "simulation-asn"

# Charts wait for this promise; whoever comes first, chart or runtime, creates it.
READY = """
const ready = (globalThis.simulationVega ??= (() => {
  let resolve;
  const promise = new Promise((done) => { resolve = done; });
  return { promise, resolve };
})());
"""
SNIPPET = READY + "ready.resolve(vegaEmbed);\nexport default {};\n"


def cache_folder() -> Path:
    """The user's cache folder of this program: a Jupyter data folder, so that a server can serve the file from it."""
    return Path(platformdirs.user_cache_dir(APPLICATION, appauthor=False))


def file_name() -> str:
    """The name of the runtime file: another vl-convert or another snippet is another file."""
    return f"vega-{version('vl-convert-python')}-{sha256(SNIPPET.encode()).hexdigest()[:8]}.js"


def cached_file() -> Path | None:
    """The runtime as a file in the cache, written if it is not there; None where the cache cannot be written."""
    path = cache_folder() / "voila" / "templates" / "asn" / "static" / file_name()
    if path.is_file():
        return path
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(_build(), encoding="utf-8")
        os.replace(draft, path)
    except OSError:
        return None
    return path


def text() -> str:
    """The runtime as JavaScript text."""
    path = cached_file()
    return path.read_text(encoding="utf-8") if path else _build()


@cache
def _build() -> str:
    import vl_convert

    return vl_convert.javascript_bundle(SNIPPET)


class VegaRuntime(anywidget.AnyWidget):
    """Vega and Vega-Lite as a widget without a face: a page loads it once and its charts share it."""

    _esm = traitlets.Unicode().tag(sync=True)


@cache
def _widget() -> VegaRuntime:
    return VegaRuntime(_esm=text())


def provide() -> None:
    """Make sure that the page has, or will get, the runtime: once per kernel."""
    if os.environ.get(IN_PAGE):
        return
    if _widget().comm is None:
        _widget.cache_clear()
        _widget()

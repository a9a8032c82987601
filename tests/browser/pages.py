"""Real servers and a real browser: what the browser tests and the latency measurement share.

A `Visit` is one page with everything it asked for. Nothing may leave this computer; `Visit.outside` lists what did.
"""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from simulation.workbook.serve import (
    PASSWORD,
    Command,
    Room,
    lab_command,
    voila_command,
)

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
CHART = ".simulation-chart"
PATIENCE_MS = 60_000

# Resolves with the milliseconds from the key's event to the frame after every watched chart shows a newer revision.
ARM = """
([selector, patience]) => {
  const charts = [...document.querySelectorAll(selector)];
  const before = charts.map((chart) => Number(chart.dataset.revision));
  window.repainted = new Promise((resolve, reject) => {
    let pressed = null;
    document.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, { capture: true, once: true });
    const timer = setTimeout(() => reject(new Error("charts did not repaint")), patience);
    const watch = new MutationObserver(() => {
      if (!charts.every((chart, i) => Number(chart.dataset.revision) > before[i])) return;
      watch.disconnect();
      clearTimeout(timer);
      requestAnimationFrame(() => {
        const painted = new MessageChannel();
        painted.port1.onmessage = () => resolve(performance.now() - pressed);
        painted.port2.postMessage(null);
      });
    });
    for (const chart of charts) watch.observe(chart, { attributeFilter: ["data-revision"] });
  });
  window.repainted.catch(() => {});
}
"""


@dataclass
class Visit:
    """A page, the requests that left this computer and the errors in its console."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self._record(request.url))
        self.page.on("websocket", lambda socket: self._record(socket.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))

    def _record(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in ("127.0.0.1", "localhost"):
            self.outside.append(url)

    def wait_for_charts(self, count: int, selector: str = CHART) -> None:
        """Wait until at least `count` charts are painted."""
        painted = f"document.querySelectorAll('{selector}[data-revision]').length >= {count}"
        self.page.wait_for_function(painted, timeout=PATIENCE_MS)

    def revisions(self, selector: str = CHART) -> list[int]:
        """The revision that each chart shows."""
        return self.page.eval_on_selector_all(selector, "charts => charts.map(c => Number(c.dataset.revision))")

    def move_slider(self, name_or_place: str | int, times: int, key: str = "ArrowRight", settle_ms: int = 0,
                    selector: str = CHART) -> list[float]:
        """Press a key on a slider, one press after the other; milliseconds from each key to the repainted frame.

        The slider is given by its label or its place on the page. Every chart that `selector` finds must repaint.
        """
        self.slider(name_or_place).focus()
        times_ms = []
        for _ in range(times):
            self.page.evaluate(ARM, [selector, PATIENCE_MS])
            self.page.keyboard.press(key)
            times_ms.append(self.page.evaluate("window.repainted"))
            self.page.wait_for_timeout(settle_ms)
        return times_ms

    def slider(self, name_or_place: str | int):
        """A slider by its label, or by its place on the page."""
        if isinstance(name_or_place, int):
            return self.page.locator("[role=slider]").nth(name_or_place)
        box = self.page.locator(".widget-inline-hbox", has=self.page.locator(f".widget-label:text-is('{name_or_place}')"))
        return box.locator("[role=slider]").first

    def screenshot(self, name: str, selector: str | None = None) -> Path:
        """Write a picture of the window, or of one element, to results/screenshots."""
        path = ROOT / "results" / "screenshots" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        target = self.page.locator(selector).first if selector else self.page
        target.screenshot(path=path)
        return path


def summary(times_ms: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile of a latency in milliseconds, and how many were measured."""
    p95 = quantiles(times_ms, n=20, method="inclusive")[-1]
    return {"changes": len(times_ms), "median_ms": round(median(times_ms), 1), "p95_ms": round(p95, 1)}


def open_page(browser: Browser) -> Visit:
    """A fresh visitor with an Indonesian browser."""
    context = browser.new_context(viewport={"width": 1500, "height": 1250}, locale="id-ID")
    return Visit(context.new_page())


@contextmanager
def lab(browser: Browser, notebook: Path, scratch: Path) -> Iterator[Visit]:
    """JupyterLab with the notebook open and its kernel ready."""
    port = free_port()
    command = lab_command(notebook, port)
    extra = ["--no-browser", "--allow-root", "--IdentityProvider.token=", f"--ServerApp.root_dir={notebook.parent}",
             "--LabApp.expose_app_in_browser=True"]
    with serving(Command((*command.argv, *extra), command.env), f"http://127.0.0.1:{port}/api", scratch):
        visit = open_page(browser)
        visit.page.goto(f"http://127.0.0.1:{port}/lab/tree/{notebook.name}", timeout=PATIENCE_MS)
        visit.page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext", timeout=PATIENCE_MS)
        visit.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.ready")
        yield visit
        visit.page.context.close()


def run_all_cells(visit: Visit) -> None:
    """Run the notebook that is open in JupyterLab from top to bottom and wait for its end."""
    visit.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")


def words_after_running(visit: Visit) -> str:
    """Run every cell of the open notebook, wait for the last, and give all that the notebook shows as text.

    Cells scrolled out of sight are not drawn in a long notebook, so their results are read from the notebook itself.
    """
    run_all_cells(visit)
    visit.page.wait_for_function("window.jupyterapp.shell.currentWidget.content.widgets.filter(c => c.model.type === 'code')"
                                 ".every(c => c.model.executionCount > 0 && c.promptNode.textContent !== '[*]:')",
                                 timeout=PATIENCE_MS)
    return visit.page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets.map(c => c.node.innerText + JSON.stringify("
                               "c.model.type === 'code' ? c.model.outputs.toJSON().map(o => o.text || (o.data || {})['text/plain']) : ''))"
                               ".join(' ')")


@contextmanager
def voila(browser: Browser, notebook: Path, scratch: Path, language: str = "id") -> Iterator[Visit]:
    """The page without code, loaded."""
    port = free_port()
    with serving(voila_command(notebook, port, language), f"http://127.0.0.1:{port}/voila/static/voila.js", scratch):
        visit = open_page(browser)
        visit.page.goto(f"http://127.0.0.1:{port}/", timeout=PATIENCE_MS)
        yield visit
        visit.page.context.close()


@contextmanager
def hall(notebook: Path, scratch: Path, room: Room = Room(), password: str = "", language: str = "id") -> Iterator[str]:
    """The server of the page without code, with no visitor yet; gives its address."""
    port = free_port()
    command = voila_command(notebook, port, language, room)
    command = Command(command.argv, dict(command.env) | {PASSWORD: password})
    with serving(command, f"http://127.0.0.1:{port}/voila/static/voila.js", scratch):
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def serving(command: Command, url: str, scratch: Path) -> Iterator[None]:
    """A server with its own settings folders, from its start until it is asked to stop."""
    env = os.environ | dict(command.env) | {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "JUPYTERLAB_SETTINGS_DIR": str(scratch / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
    }
    log = (scratch / "server.log").open("w")
    server = subprocess.Popen(command.argv, env=env, cwd=scratch, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for(url, server, scratch / "server.log")
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()


def _wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not answer at {url}:\n{log.read_text()[-4000:]}")


def free_port() -> int:
    """A port on this computer that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

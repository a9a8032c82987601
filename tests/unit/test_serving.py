"""The runtime for the browser is built once, and the servers are started closed to the world."""

import json

import pytest

from simulation.present.charts import fan
from simulation.present.frame import Heading
from simulation.present.picture import LOCALES
from simulation.workbook import runtime, serve
from simulation.workbook.live import VegaLive


@pytest.fixture
def cheap_runtime(tmp_path, monkeypatch):
    """A short text in place of Vega, and an empty cache."""
    builds = []
    monkeypatch.setattr(runtime, "_build", lambda: builds.append(1) or "export default {};")
    monkeypatch.setattr(runtime, "cache_folder", lambda: tmp_path / "cache")
    return builds


def test_the_runtime_is_built_once_and_then_read(cheap_runtime):
    """The second call reads the file; no draft is left."""
    first, second = runtime.text(), runtime.text()
    assert first == second == "export default {};"
    assert len(cheap_runtime) == 1
    assert [file.name for file in runtime.cached_file().parent.iterdir()] == [runtime.file_name()]


def test_without_a_cache_the_runtime_stays_in_memory(cheap_runtime, tmp_path):
    """A cache folder that cannot be made is no error."""
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert runtime.cached_file() is None
    assert runtime.text() == "export default {};"


def picture(middle, title="IKM"):
    row = {"scenario": "Kini", "period": "2027", "p05": 80, "p25": 82, "p50": middle, "p75": 88, "p95": 90}
    rows = [{**row, "time": "2027-01-01T00:00:00"}, {**row, "time": "2027-04-01T00:00:00"}]
    return fan(rows, Heading(title), y_domain=(70, 100), y_title="IKM", locale=LOCALES["id"])


def test_a_live_chart_sends_only_what_changed(cheap_runtime, monkeypatch):
    """New rows travel without the specification; a new title travels as words."""
    monkeypatch.setenv(runtime.IN_PAGE, "1")
    chart, sent = VegaLive(picture(85)), []
    monkeypatch.setattr(chart, "send_state", lambda key=None: sent.append(set(key)))
    chart.show(picture(86))
    chart.show(picture(86, title="Kepuasan"))
    assert sent == [{"rows", "revision"}, {"words", "description", "revision"}]


def test_the_council_page_is_served_closed(cheap_runtime):
    """One notebook, no other template, no source, no traceback, no file."""
    command = serve.voila_command("x.ipynb", 8866, "id")
    settings = json.loads((serve._HERE / "voila" / "voila.json").read_text())["VoilaConfiguration"]
    assert "x.ipynb" in command.argv
    assert "--port=8866" in command.argv
    assert settings["allow_template_override"] == "NO"
    assert settings["strip_sources"] and not settings["show_tracebacks"] and settings["file_allowlist"] == []


def test_no_address_outside_is_written_into_the_page():
    """Neither the template nor its files name a server."""
    for file in (serve._HERE / "voila").rglob("*.*"):
        assert "://" not in file.read_text(encoding="utf-8"), file

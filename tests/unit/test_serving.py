"""The runtime for the browser is built once, and the servers are started closed to the world."""

import json

import pytest

from simulation.errors import InputError
from simulation.present.charts import fan
from simulation.present.frame import Heading
from simulation.present.picture import LOCALES
from simulation.workbook import runtime, serve
from simulation.workbook.live import VegaLive
from simulation.workbook.pulse import LARGEST, Pulse, watch


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


@pytest.mark.parametrize(("room", "password", "codes"), [
    (serve.Room(), "", []),
    (serve.Room("0.0.0.0"), "rahasia dewan", []),
    (serve.Room("0.0.0.0"), "", ["serve_open"]),
    (serve.Room("192.168.1.7"), "", ["serve_open"]),
    (serve.Room("rumah.example"), "", ["serve_open"]),
    (serve.Room("::1"), "", []),
    (serve.Room("0.0.0.0"), "pendek", ["serve_short_password"]),
    (serve.Room(pool=-1, limit=0), "", ["serve_number", "serve_number"]),
])
def test_a_network_is_only_served_with_a_password(room, password, codes):
    """What is wrong is named in both languages; nothing starts."""
    try:
        serve.check_room(room, password)
    except InputError as error:
        assert [problem.code for problem in error.problems] == codes
        assert error.text("id") != error.text("en")
    else:
        assert codes == []


def test_an_open_hall_is_refused_with_a_sentence(monkeypatch, capsys, tmp_path):
    """The command ends with a message, not a server."""
    monkeypatch.delenv(serve.PASSWORD, raising=False)
    (tmp_path / "x.ipynb").write_text("{}")
    with pytest.raises(SystemExit) as ended:
        serve.main(["council", str(tmp_path / "x.ipynb"), "--ip", "0.0.0.0"])
    assert ended.value.code == 2
    assert "kata sandi" in capsys.readouterr().err


def test_the_password_is_never_part_of_the_command(cheap_runtime, monkeypatch):
    """Neither on the command line nor in what the command adds to the environment."""
    monkeypatch.setenv(serve.PASSWORD, "rahasia dewan")
    command = serve.voila_command("x.ipynb", 8866, "en", serve.Room("0.0.0.0", https=True))
    assert "rahasia" not in " ".join([*command.argv, *command.env.values()])
    assert "--Voila.ip=0.0.0.0" in command.argv and "--Door.secure_cookie=True" in command.argv


def test_the_page_takes_its_words_from_the_catalogue(cheap_runtime):
    """The city's name is in the title; the waiting line keeps its two places for the page to fill."""
    for lang in ("id", "en"):
        words = serve._words(lang)
        assert "Salatiga" in words["title"]
        assert "{place}" in words["step"] and "{steps}" in words["step"]


def ear(pulse, monkeypatch):
    """What the widget sends to its page."""
    sent = []
    monkeypatch.setattr(pulse, "send", lambda content, buffers=None: sent.append(content))
    return sent


def test_a_pulse_answers_and_hands_a_state_back(monkeypatch):
    """A ping comes back with its number; a kept state reaches whoever asked for it."""
    pulse, applied = Pulse("id"), []
    sent = ear(pulse, monkeypatch)
    pulse.on_restore(applied.append)
    pulse._hear(pulse, {"ping": 7}, [])
    pulse._hear(pulse, {"restore": {"budget": 1.0}}, [])
    assert sent == [{"pong": 7}, {"restored": True}]
    assert applied == [{"budget": 1.0}]


@pytest.mark.parametrize("content", [{"restore": {"budget": "x" * LARGEST}}, {"restore": {"budget": 1}}])
def test_a_state_that_cannot_be_used_is_forgotten(monkeypatch, content):
    """Too long, or refused by the page: the browser is told to forget it and the kernel goes on."""
    pulse = Pulse("en")
    sent = ear(pulse, monkeypatch)
    pulse.on_restore(lambda state: state["missing"])
    pulse._hear(pulse, content, [])
    assert sent == [{"forget": True}]


@pytest.mark.parametrize("content", [{}, {"restore": None}, {"restore": [1]}, {"else": 1}])
def test_a_pulse_ignores_what_it_does_not_know(monkeypatch, content):
    """No answer and no error."""
    pulse = Pulse()
    sent = ear(pulse, monkeypatch)
    pulse._hear(pulse, content, [])
    assert sent == []


def test_a_watched_page_tells_its_state_and_takes_it_back(monkeypatch):
    """Whatever a visitor does is kept, with the language; a reload sets it again and keeps it anew."""

    class Page:
        lang, state, handler = "id", {"page": 1}, None

        def on_state(self, handler):
            self.handler = handler

    page = Page()
    pulse = watch(page)
    ear(pulse, monkeypatch)
    page.lang = "en"
    page.handler({"page": 2})
    assert pulse.state == {"page": 2} and pulse.words["reload"] == "Reload"
    pulse._hear(pulse, {"restore": {"page": 5}}, [])
    assert page.state == {"page": 5} == pulse.state

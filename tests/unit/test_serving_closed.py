"""What a visitor of the council page can reach: the page and its own kernel's widgets. Each other door is tried."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import nbformat
import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from simulation.workbook.serve import PASSWORD, Room, voila_command

ROOT = Path(__file__).resolve().parents[2]
SECRET = "SUMBER-RAHASIA"
WORD = "rahasia dewan"


@contextmanager
def server(folder: Path, password: str = "", room: Room = Room(pool=1)):
    """A served notebook beside other files; gives its address."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    source = f"# {SECRET}\nimport ipywidgets, os\nipywidgets.IntSlider(description=os.environ.get('{PASSWORD}') or 'Anggaran')"
    book.cells = [nbformat.v4.new_code_cell(source)]
    for name in ("halaman.ipynb", "lain.ipynb"):
        nbformat.write(book, folder / name)
    (folder / "data.csv").write_text(SECRET)
    (folder / "gambar.png").write_text(SECRET)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = voila_command(folder / "halaman.ipynb", port, "id", room)
    env = os.environ | dict(command.env) | {PASSWORD: password, "PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_DIR": str(folder / "config")}
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(command.argv, env=env, cwd=folder, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(port, running, folder / "log")
            yield f"http://127.0.0.1:{port}/"
        finally:
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(15)
            except subprocess.TimeoutExpired:
                running.kill()


def wait_for(port: int, running: subprocess.Popen, log: Path) -> None:
    """Until the port answers."""
    end = time.monotonic() + 40
    while time.monotonic() < end and running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text()[-3000:])


def ask(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """Status and text of an answer; redirects are not followed."""
    return fetch(urllib.request.build_opener(Stay), url, method, body, **headers)


def fetch(opener, url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(url, data=body, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


class Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer."""

    def redirect_request(self, *args, **kwargs):
        return None


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """An open server (no password, this computer only), its page and the page's kernel."""
    folder = tmp_path_factory.mktemp("site")
    with server(folder) as url:
        status, page = ask(url)
        assert status == 200
        yield url, page, re.search(r'"kernelId": ?"([0-9a-f-]{36})"', page).group(1), folder


@pytest.mark.parametrize("path", [
    "voila/tree", "tree", "lab", "edit/data.csv", "notebooks/halaman.ipynb", "nbconvert/html/halaman.ipynb", "api", "api/status", "api/kernels",
    "api/sessions", "api/kernelspecs", "api/contents", "api/contents/halaman.ipynb", "api/terminals", "terminals/1", "api/me", "api/spec.yaml",
    "voila/api/contents", "voila/render/lain.ipynb", "voila/files/halaman.ipynb", "voila/files/gambar.png", "voila/files/data.csv",
    "files/halaman.ipynb", "files/data.csv", "halaman.ipynb", "lain.ipynb", "data.csv", "static/../data.csv", "metrics",
    "voila/static/../../../../data.csv", "voila/static/%2e%2e/%2e%2e/data.csv", "voila/templates/asn/static/..%2f..%2fpage.html",
    "voila/templates/../static/data.csv", "voila/labextensions/..%2f..%2f..%2fetc/passwd", "voila/api/themes/..%2f..%2fetc/passwd",
])
def test_no_other_address_answers(site, path):
    """No file, no list, no other notebook, no source: not found or refused, and without the secret."""
    status, text = ask(site[0] + path)
    assert status in (403, 404), (path, status)
    assert SECRET not in text and "root:" not in text


@pytest.mark.parametrize(("method", "path"), [
    ("POST", "api/kernels"), ("POST", "api/sessions"), ("POST", "api/terminals"), ("POST", "api/contents"), ("PUT", "api/contents/neu.ipynb"),
    ("DELETE", "api/contents/halaman.ipynb"), ("POST", "api/shutdown"), ("POST", "api/kernels/{id}/restart"), ("POST", "api/kernels/{id}/interrupt"),
    ("DELETE", "api/kernels/{id}"), ("PATCH", "api/kernels/{id}"), ("POST", ""), ("PUT", ""),
])
def test_nothing_can_be_started_or_changed(site, method, path):
    """Every verb is refused; the files stay and the kernel lives."""
    url, _, kernel, folder = site
    status, _ = ask(url + path.format(id=kernel), method, b"{}")
    assert status in (403, 404, 405)
    assert not (folder / "neu.ipynb").exists() and (folder / "halaman.ipynb").exists()
    assert ask(f"{url}api/kernels/{kernel}")[0] == 200


def test_the_page_carries_no_source_and_closes_the_door_to_other_sites(site):
    """No code in the page, and a policy that lets the browser load nothing from elsewhere; no foreign name is answered."""
    url, page, _, _ = site
    assert SECRET not in page and "import ipywidgets" not in page
    with urllib.request.urlopen(url) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "http" not in policy.replace("'self'", "")
    assert ask(url, Host="evil.example")[0] == 403


def message(kind: str, content: dict, **more) -> dict:
    """A message as a browser sends it."""
    header = {"msg_id": os.urandom(8).hex(), "msg_type": kind, "session": "s", "username": "", "version": "5.3", "date": "2026-01-01T00:00:00Z"}
    return {"header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": [], "channel": "shell"} | more


async def talk(url: str, kernel: str, messages: list[dict]) -> list[str]:
    """Send messages over the kernel's own websocket; kinds of all answers within two seconds after the last."""
    connection = await websocket_connect(f"{url.replace('http', 'ws')}api/kernels/{kernel}/channels?session_id=s")
    for each in messages:
        connection.write_message(json.dumps(each))
    kinds, end = [], time.monotonic() + 2
    while time.monotonic() < end:
        try:
            heard = await asyncio.wait_for(connection.read_message(), 0.5)
        except asyncio.TimeoutError:
            continue
        if heard is None:
            break
        kinds.append(json.loads(heard)["msg_type"])
    connection.close()
    return kinds


def test_code_does_not_pass_the_websocket(site):
    """execute_request by every channel and in disguise: no reply, no file; a harmless question is answered."""
    url, _, kernel, folder = site
    mark = folder / "dijalankan"
    content = {"code": f"open({str(mark)!r}, 'w')", "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    tries = [message("execute_request", content, channel=channel) for channel in ("shell", "control", "stdin", "iopub")]
    tries.append(message("execute_request", content, msg_type="comm_msg"))
    tries += [message(kind, {"code": "open", "cursor_pos": 4, "detail_level": 1}) for kind in ("inspect_request", "complete_request")]
    tries += [message("history_request", {"hist_access_type": "tail", "n": 9}), message("input_reply", {"value": "x"}, channel="stdin"),
              message("debug_request", {"type": "request", "seq": 1, "command": "initialize"}, channel="control")]
    kinds = asyncio.run(talk(url, kernel, [*tries, message("kernel_info_request", {})]))
    assert "kernel_info_reply" in kinds
    assert not {"execute_reply", "execute_input", "inspect_reply", "complete_reply", "history_reply", "debug_reply"} & set(kinds), kinds
    assert not mark.exists()


def test_a_page_of_another_site_gets_no_websocket(site):
    """A script elsewhere that knows the kernel's id is refused by its origin."""
    url, _, kernel, _ = site
    request = HTTPRequest(f"{url.replace('http', 'ws')}api/kernels/{kernel}/channels", headers={"Origin": "http://evil.example"})

    async def connect():
        await websocket_connect(request)

    with pytest.raises(Exception, match="HTTP 403"):
        asyncio.run(connect())


def test_without_the_password_nothing_but_the_login_answers_and_a_full_hall_says_so(tmp_path):
    """Page, kernel and websocket need the login; the password is not handed to the kernels, and a foreign return address is ignored.

    With a limit of one, the next visitor reads that the room is full; the first keeps the page.
    """
    with server(tmp_path, WORD, Room(pool=0, limit=1)) as url:
        assert ask(url)[0] == 302
        status, text = ask(url + "login")
        assert status == 200 and "Kata sandi" in text and "Password" in text and SECRET not in text
        assert ask(url + "login", "POST", urlencode({"password": "salah"}).encode())[0] == 401
        jar = CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        status, page = fetch(opener, f"{url}login?next=//evil.example/", "POST", urlencode({"password": WORD}).encode())
        assert status == 200 and "kernelId" in page and WORD not in page
        kernel = re.search(r'"kernelId": ?"([0-9a-f-]{36})"', page).group(1)
        assert all(cookie.has_nonstandard_attr("HttpOnly") for cookie in jar if cookie.name.startswith("username-"))
        assert ask(f"{url}api/kernels/{kernel}")[0] in (302, 403)
        assert ask(f"{url}voila/api/shutdown/{kernel}", "POST", b"")[0] in (302, 403)
        with pytest.raises(Exception, match="HTTP 403"):
            asyncio.run(talk(url, kernel, []))
        assert fetch(opener, f"{url}api/kernels/{kernel}")[0] == 200
        status, text = fetch(opener, url)
        assert status == 503 and "Ruang sudah penuh" in text
        assert fetch(opener, f"{url}api/kernels/{kernel}")[0] == 200

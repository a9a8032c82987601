"""How many visitors the council page carries: sessions that each move the budget slider, answers timed from the outside.

    python -m benchmarks.council_sessions 1 5 20

A session is what a visitor's browser is to the server: it loads the page, opens the kernel's websocket and speaks the
widget protocol. It draws nothing, so that twenty of them fit beside the server on one small machine; the time that a
browser adds after the answer has arrived is the visitor's own and is measured by the browser tests.

Every few seconds a session drags the slider (some changes, each at the earliest a tenth of a second after the last and never
before its answer, as the widget protocol does it) and lets it go. Timed are the quick answer to each change, and the full
ensemble from letting go to its last part, the tables. Memory is the proportional share (PSS).
"""

import argparse
import asyncio
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import WebSocketClosedError, websocket_connect

from simulation.workbook.serve import COUNCIL, Room, voila_command

ROOT = Path(__file__).resolve().parents[1]
CHANGES, GAP_SECONDS, PAUSE_SECONDS = 6, 0.1, (2.0, 6.0)
PATIENCE = 60.0


@dataclass
class Times:
    """Seconds that were measured, over all sessions; `lost` counts what was not answered in `PATIENCE`."""

    page: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    quick: list[float] = field(default_factory=list)
    full: list[float] = field(default_factory=list)
    lost: int = 0


class Session:
    """One visitor."""

    def __init__(self, url: str, times: Times, rng: random.Random):
        self.url, self.times, self.rng = url, times, rng
        self.models: dict[str, dict] = {}
        self.tables = ""
        self.quick_answers: asyncio.Queue[float] = asyncio.Queue()
        self.full_answers: asyncio.Queue[float] = asyncio.Queue()
        self.step = rng.choice([-50, 50])

    async def enter(self) -> None:
        """Load the page, open the websocket and fetch the widgets: the page could be used from here on."""
        start = time.perf_counter()
        page = await AsyncHTTPClient(max_clients=100).fetch(self.url, request_timeout=180, connect_timeout=60)
        self.times.page.append(time.perf_counter() - start)
        kernel = re.search(r'"kernelId": ?"([0-9a-f-]{36})"', page.body.decode()).group(1)
        self.socket = await websocket_connect(f"{self.url.replace('http', 'ws')}api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}")
        self.control = uuid.uuid4().hex
        self.say("comm_open", {"comm_id": self.control, "target_name": "jupyter.widget.control", "data": {}})
        self.say("comm_msg", {"comm_id": self.control, "data": {"method": "request_states"}})
        self.listening = asyncio.create_task(self.listen())
        end = time.monotonic() + PATIENCE
        while not self.models and time.monotonic() < end:
            await asyncio.sleep(0.01)
        self.controls = next(name for name, state in self.models.items() if "budget" in (state.get("values") or {}))
        self.tables = next(name for name, state in self.models.items() if "money" in (state.get("texts") or {}))
        self.values = dict(self.models[self.controls]["values"])
        self.times.ready.append(time.perf_counter() - start)

    def say(self, kind: str, content: dict) -> None:
        """Send one message as a browser does."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "bench", "username": "", "version": "5.3"}
        self.socket.write_message(json.dumps({"header": header, "parent_header": {}, "metadata": {"version": "1.0.0"}, "content": content,
                                              "buffers": [], "channel": "shell"}))

    async def listen(self) -> None:
        """Note when a picture or a text was replaced."""
        while (heard := await self.socket.read_message()) is not None:
            now = time.perf_counter()
            message = json.loads(heard if isinstance(heard, str) else _text(heard))
            if message["header"]["msg_type"] != "comm_msg":
                continue
            data = message["content"]["data"]
            if data.get("method") == "update_states":
                self.models = {name: model["state"] for name, model in data["states"].items()}
            elif data.get("method") == "update" and {"rows", "words"} & data["state"].keys():
                self.quick_answers.put_nowait(now)  # the chart: every answer redraws it
            elif data.get("method") == "update" and message["content"]["comm_id"] == self.tables and "texts" in data["state"]:
                self.full_answers.put_nowait(now)  # the tables: only the full answer fills them

    async def use(self, until: float) -> None:
        """Drag and let go, again and again."""
        while time.monotonic() < until:
            await asyncio.sleep(self.rng.uniform(*PAUSE_SECONDS))
            await self.drag()

    async def drag(self) -> None:
        """Some changes close together, then rest."""
        for _ in range(CHANGES):
            if not 100 < self.values["budget"] < 4000:
                self.step = -self.step
            self.values["budget"] += self.step
            self.forget()
            asked = time.perf_counter()
            self.say("comm_msg", {"comm_id": self.controls, "data": {"method": "update", "state": {"values": self.values}, "buffer_paths": []}})
            await self.note(self.quick_answers, self.times.quick, asked)
            await asyncio.sleep(GAP_SECONDS)
        self.models[self.controls]["resting"] += 1
        state = {"resting": self.models[self.controls]["resting"]}
        asked = time.perf_counter()
        self.say("comm_msg", {"comm_id": self.controls, "data": {"method": "update", "state": state, "buffer_paths": []}})
        await self.note(self.full_answers, self.times.full, asked)

    def forget(self) -> None:
        """What is still under way belongs to no measurement."""
        for answers in (self.quick_answers, self.full_answers):
            while not answers.empty():
                answers.get_nowait()

    async def note(self, answers: asyncio.Queue, into: list[float], asked: float) -> None:
        """The seconds until the next answer of a kind."""
        try:
            into.append(await asyncio.wait_for(answers.get(), PATIENCE) - asked)
        except asyncio.TimeoutError:
            self.times.lost += 1

    async def leave(self) -> None:
        try:
            self.socket.close()
        except WebSocketClosedError:
            pass
        self.listening.cancel()


def _text(frame: bytes) -> str:
    """The message in a frame that also carries buffers."""
    count = int.from_bytes(frame[:4], "big")
    offsets = [int.from_bytes(frame[4 * (i + 1):4 * (i + 2)], "big") for i in range(count)] + [len(frame)]
    return frame[offsets[0]:offsets[1]].decode()


def family(pid: int) -> list[int]:
    """A process and all below it."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in below for each in family(int(child)))]


def pss_mb(pid: int) -> float:
    """Proportional memory of a process in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1)) / 1024


def start(folder: Path, room: Room) -> tuple[subprocess.Popen, str]:
    """A server of its own, from its command to its first answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = voila_command(COUNCIL["id"], port, "id", room)
    env = os.environ | dict(command.env) | {"PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_DIR": str(folder), "OPENBLAS_NUM_THREADS": "1"}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command.argv, env=env, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server, f"http://127.0.0.1:{port}/"
        except OSError:
            time.sleep(0.05)
    raise RuntimeError((folder / "log").read_text()[-3000:])


async def quiet(server: subprocess.Popen, kernels: int) -> None:
    """Wait until the kernels that stand ready have nothing left to do."""
    before, still = -1.0, 0
    while still < 3:
        await asyncio.sleep(1)
        processes = family(server.pid)
        used = sum(sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) for pid in processes)
        still = still + 1 if used - before < 5 and len(processes) > kernels else 0
        before = used


async def run(sessions: int, seconds: float, pool: int, arrive: float) -> dict[str, object]:
    """Serve, let the visitors come one after the other, let them drag, and report."""
    times, rng = Times(), random.Random(sessions)
    with TemporaryDirectory() as folder:
        began = time.perf_counter()
        server, url = start(Path(folder), Room(pool=pool, limit=max(30, sessions)))
        try:
            answered = time.perf_counter() - began
            await quiet(server, pool)
            heated = time.perf_counter() - began
            visitors = [Session(url, times, random.Random(rng.random())) for _ in range(sessions)]
            entering = []
            for visitor in visitors:
                entering.append(asyncio.create_task(visitor.enter()))
                await asyncio.sleep(arrive if sessions > 1 else 0)
            await asyncio.gather(*entering)
            await quiet(server, sessions)
            fresh = sum(pss_mb(pid) for pid in family(server.pid)[1:]) / len(family(server.pid)[1:])
            until = time.monotonic() + seconds
            await asyncio.gather(*(visitor.use(until) for visitor in visitors))
            memory = [pss_mb(pid) for pid in family(server.pid)]
            for visitor in visitors:
                await visitor.leave()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
    return {"sessions": sessions, "pool": pool, "start_s": round(answered, 1), "heated_s": round(heated, 1), "load": round(os.getloadavg()[0], 1),
            "page_s": spread(times.page), "ready_s": spread(times.ready), "quick_ms": spread(times.quick, 1000),
            "full_ms": spread(times.full, 1000), "lost": times.lost, "server_mb": round(memory[0]),
            "kernel_fresh_mb": round(fresh), "kernel_mb": round(max(memory[1:])), "all_mb": round(sum(memory))}


def spread(values: list[float], factor: float = 1) -> dict[str, float]:
    """How many, the median, the 95th percentile and the largest."""
    digits = 2 if factor == 1 else 0
    if not values:
        return {"n": 0}
    p95 = quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
    return {"n": len(values)} | {name: round(value * factor, digits) for name, value in
                                 (("median", median(values)), ("p95", p95), ("most", max(values)))}


def main() -> None:
    """Measure one count of sessions after the other; one line of JSON each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sessions", type=int, nargs="*", default=[1, 5, 20])
    parser.add_argument("--seconds", type=float, default=45, help="how long the visitors drag")
    parser.add_argument("--pool", type=int, default=2)
    parser.add_argument("--arrive", type=float, default=4, help="seconds between two visitors who arrive")
    chosen = parser.parse_args()
    for count in chosen.sessions:
        print(json.dumps(asyncio.run(run(count, chosen.seconds, chosen.pool, chosen.arrive))), flush=True)


if __name__ == "__main__":
    sys.exit(main())

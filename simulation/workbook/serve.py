"""How the notebooks are opened: JupyterLab for those who work in them, one page without code for a council.

Both run on this computer and ask nothing of the network. The settings that never change are files beside this module;
a command carries only what the caller chooses.

`python -m simulation.workbook.serve lab NOTEBOOK` and `... council [NOTEBOOK]` start them from a shell.
"""

import argparse
import getpass
import ipaddress
import os
import runpy
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jupyter_core.paths import jupyter_path

from simulation.city import City
from simulation.errors import InputError, Problem
from simulation.language import DEFAULT, LANGUAGES, say
from simulation.workbook import runtime

_HERE = Path(__file__).parent
_PROJECT = _HERE.parents[1]
COUNCIL = {"id": _PROJECT / "notebooks" / "id" / "06_dewan.ipynb", "en": _PROJECT / "notebooks" / "en" / "06_council.ipynb"}
PASSWORD = "SIMULATION_COUNCIL_PASSWORD"
SHORTEST_PASSWORD = 8
POOL, LIMIT = 2, 30
_WORDS = ("title", "skip", "wait", "step", "failed")


@dataclass(frozen=True)
class Command:
    """A program with its arguments, and the environment variables to add to the caller's."""

    argv: tuple[str, ...]
    env: Mapping[str, str]


@dataclass(frozen=True)
class Room:
    """How many may come, and from where.

    Attributes:
        ip: address to listen at; anything but this computer's own needs a password.
        pool: kernels that stand ready. limit: pages that may be open at once.
        https: a proxy in front adds TLS, so the login cookie is only sent over it.
    """

    ip: str = "127.0.0.1"
    pool: int = POOL
    limit: int = LIMIT
    https: bool = False


def voila_command(notebook: str | os.PathLike, port: int, language: str, room: Room = Room()) -> Command:
    """Serve one notebook as a page without code at http://127.0.0.1:`port`; `language` (id or en) is that of the page.

    Other files, other notebooks, templates chosen by a visitor, sources and tracebacks are not served, and cells tagged
    `lab-only` are not run. A kernel whose page is closed ends at once, or after two minutes without its page. Cross-site
    tokens are off: Voila 0.5 never hands one to its page, which then could not end its kernel. Where there is a login, its
    cookie is not sent with a request from another site. The password is read from the environment, see `PASSWORD`.
    """
    # The folders that Jupyter would search come first: Voila takes its themes from the first that has any of its data.
    folders = [*jupyter_path(), str(_HERE), str(runtime.cache_folder())]
    vega = runtime.cached_file()
    resources = {"words": _words(language)} | ({"vega": vega.name} if vega else {})
    argv = [sys.executable, "-m", "simulation.workbook.hall", os.fspath(notebook), "--no-browser", f"--port={port}", f"--Voila.ip={room.ip}",
            f"--Voila.config_file_paths={_HERE / 'voila'}", f"--VoilaExporter.language_code={language}",
            f"--VoilaConfiguration.default_pool_size={room.pool}", f"--Hall.session_limit={room.limit}",
            f"--VoilaConfiguration.resources={resources!r}"]
    if room.https:
        argv.append("--Door.secure_cookie=True")
    env = {"JUPYTER_PATH": os.pathsep.join(folders)} | ({runtime.IN_PAGE: "1"} if vega else {})
    return Command(tuple(argv), env)


def _words(lang: str) -> dict[str, str]:
    """What the page says before its kernel does."""
    city = City.load().about.name[lang]
    # `step` keeps its places, which the page fills in while it waits.
    return {name: say(f"serve.{name}", lang, city=city, place="{place}", steps="{steps}") for name in _WORDS}


def lab_command(notebook: str | os.PathLike, port: int) -> Command:
    """Open a notebook in JupyterLab at 127.0.0.1:`port`, without news, update checks or an extension store."""
    paths = [str(_HERE / "lab"), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    argv = (sys.executable, "-m", "jupyterlab", os.fspath(notebook), f"--port={port}")
    return Command(argv, {"JUPYTER_CONFIG_PATH": os.pathsep.join(paths)})


def check_room(room: Room, password: str) -> None:
    """Raise InputError where the page would stand open to a network, or the numbers make no sense."""
    problems = []
    if password and len(password) < SHORTEST_PASSWORD:
        problems.append(Problem("serve_short_password", {"shortest": str(SHORTEST_PASSWORD)}))
    if not password and not _loopback(room.ip):
        problems.append(Problem("serve_open", {"found": room.ip, "variable": PASSWORD}))
    if not 1 <= room.limit <= 200:
        problems.append(Problem("serve_number", {"option": "--limit", "found": str(room.limit), "least": "1", "most": "200"}))
    if not 0 <= room.pool <= 20:
        problems.append(Problem("serve_number", {"option": "--pool", "found": str(room.pool), "least": "0", "most": "20"}))
    if problems:
        raise InputError(problems)


def _loopback(ip: str) -> bool:
    try:
        return ip == "localhost" or ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False


def main(arguments: list[str] | None = None) -> None:
    """Become the chosen server; its kernels import this same package, wherever the notebook lies."""
    parser = _parser()
    chosen, further = parser.parse_known_args(arguments)
    notebook = chosen.notebook or (COUNCIL[chosen.lang] if chosen.how == "council" else None)
    if notebook is None or not notebook.is_file():
        parser.error(Problem("serve_no_notebook", {"found": str(notebook or "-")}).text(chosen.lang))
    if chosen.how == "lab":
        command = lab_command(notebook, chosen.port or 8888)
    else:
        room = Room(chosen.ip, chosen.pool, chosen.limit, chosen.https)
        password = getpass.getpass(say("serve.ask", chosen.lang)) if chosen.password else os.environ.get(PASSWORD, "")
        try:
            check_room(room, password)
        except InputError as error:
            parser.exit(2, error.text(chosen.lang) + "\n")
        os.environ[PASSWORD] = password
        command = voila_command(notebook, chosen.port or 8866, chosen.lang, room)
    packages = [str(_PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ.update(command.env, PYTHONPATH=os.pathsep.join(packages))
    _, _, module, *options = command.argv
    sys.argv[1:] = [*options, *further]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulation.workbook.serve", description=__doc__.splitlines()[0],
                                     epilog="Further options go to JupyterLab or Voila.")
    parser.add_argument("how", choices=("lab", "council"), help="JupyterLab, or one page without code")
    parser.add_argument("notebook", type=Path, nargs="?", help="default: the council notebook of the language")
    parser.add_argument("--port", type=int, help="default: 8888 for lab, 8866 for council")
    parser.add_argument("--lang", choices=LANGUAGES, default=DEFAULT, help="language of the page without code")
    council = parser.add_argument_group("council")
    council.add_argument("--pool", type=int, default=POOL, help=f"kernels that stand ready (default {POOL})")
    council.add_argument("--limit", type=int, default=LIMIT, help=f"pages that may be open at once (default {LIMIT})")
    council.add_argument("--ip", default=Room.ip, help="address to listen at (default this computer only); others need a password")
    council.add_argument("--password", action="store_true", help=f"ask for a password now; or set it in {PASSWORD}")
    council.add_argument("--https", action="store_true", help="a proxy in front adds TLS")
    return parser


if __name__ == "__main__":
    main()

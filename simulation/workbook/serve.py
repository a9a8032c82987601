"""How the notebooks are opened: JupyterLab for those who work in them, one page without code for a council.

Both run on this computer and ask nothing of the network. The settings that never change are files beside this module;
a command carries only what the caller chooses.

`python -m simulation.workbook.serve lab NOTEBOOK` and `... council NOTEBOOK` start them from a shell.
"""

import argparse
import os
import runpy
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jupyter_core.paths import jupyter_path

from simulation.language import DEFAULT, LANGUAGES
from simulation.workbook import runtime

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Command:
    """A program with its arguments, and the environment variables to add to the caller's."""

    argv: tuple[str, ...]
    env: Mapping[str, str]


def voila_command(notebook: str | os.PathLike, port: int, language: str) -> Command:
    """Serve one notebook as a page without code at http://127.0.0.1:`port`; `language` (id or en) is that of the page.

    Other files, other notebooks, templates chosen by a visitor, sources and tracebacks are not served. A kernel whose
    page is closed ends at once, or after two minutes without its page. Cross-site tokens are off: Voila 0.5 never hands
    one to its page, which then could not end its kernel, and there is no login here that they would guard.
    """
    # The folders that Jupyter would search come first: Voila takes its themes from the first that has any of its data.
    folders = [*jupyter_path(), str(_HERE), str(runtime.cache_folder())]
    argv = [sys.executable, "-m", "voila", os.fspath(notebook), "--no-browser", f"--port={port}",
            f"--Voila.config_file_paths={_HERE / 'voila'}", f"--VoilaExporter.language_code={language}"]
    env = {"JUPYTER_PATH": os.pathsep.join(folders)}
    vega = runtime.cached_file()
    if vega:
        argv.append(f"--VoilaConfiguration.resources={{'vega': '{vega.name}'}}")
        env[runtime.IN_PAGE] = "1"
    return Command(tuple(argv), env)


def lab_command(notebook: str | os.PathLike, port: int) -> Command:
    """Open a notebook in JupyterLab at 127.0.0.1:`port`, without news, update checks or an extension store."""
    paths = [str(_HERE / "lab"), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    argv = (sys.executable, "-m", "jupyterlab", os.fspath(notebook), f"--port={port}")
    return Command(argv, {"JUPYTER_CONFIG_PATH": os.pathsep.join(paths)})


def main(arguments: list[str] | None = None) -> None:
    """Become the chosen server; its kernels import this same package, wherever the notebook lies."""
    parser = argparse.ArgumentParser(prog="python -m simulation.workbook.serve", description=__doc__.splitlines()[0],
                                     epilog="Further options go to JupyterLab or Voila.")
    parser.add_argument("how", choices=("lab", "council"), help="JupyterLab, or one page without code")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--port", type=int, help="default: 8888 for lab, 8866 for council")
    parser.add_argument("--lang", choices=LANGUAGES, default=DEFAULT, help="language of the page without code")
    chosen, further = parser.parse_known_args(arguments)
    if not chosen.notebook.is_file():
        parser.error(f"there is no notebook {chosen.notebook}")
    if chosen.how == "lab":
        command = lab_command(chosen.notebook, chosen.port or 8888)
    else:
        command = voila_command(chosen.notebook, chosen.port or 8866, chosen.lang)
    packages = [str(_HERE.parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ.update(command.env, PYTHONPATH=os.pathsep.join(packages))
    _, _, module, *options = command.argv
    sys.argv[1:] = [*options, *further]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

"""The house keeps its order: imports point one way, and the package is quick to import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "simulation"
FLOOR = {"model": 0, "workbook": 3, "commands": 3, "present": 2}
OUTSIDE_MODEL = {"numpy", "scipy", "simulation", "collections", "dataclasses", "hashlib", "__future__"}


def floor(module: str) -> int:
    """0 the model, 1 city, ledger, scenario, runs and outcomes, 2 words and pictures, 3 widgets and commands."""
    part = module.split(".")[1] if "." in module else ""
    return FLOOR.get(part, 1)


def imports(path: Path, inside_functions: bool):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if inside_functions else tree.body
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_imports_point_one_way():
    """model <- data and runs <- present <- workbook; only the command line may start the report."""
    for path in ROOT.rglob("*.py"):
        here = floor("simulation." + ".".join(path.relative_to(ROOT).with_suffix("").parts))
        for module in imports(path, inside_functions=False):
            if module.startswith("simulation") and path.name != "__main__.py":
                assert floor(module) <= here, (path, module)


def test_the_model_knows_numbers_only():
    """No file, no table, no language in the model."""
    for path in (ROOT / "model").glob("*.py"):
        found = {module.split(".")[0] for module in imports(path, inside_functions=True)}
        assert found <= OUTSIDE_MODEL, (path, found)
        assert not any(module.startswith("simulation.") and not module.startswith("simulation.model")
                       for module in imports(path, inside_functions=True))


def test_importing_the_package_loads_no_heavy_library():
    """`import simulation` reads its table of contents only."""
    code = "import sys, simulation; print(sorted({'numpy', 'pandas', 'scipy', 'ipywidgets', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("work", "never"), [
    ("main(['--help'])", {"numpy", "scipy", "pandas", "pydantic", "yaml"}),
    ("main(['check', 'data/scenarios/todays_path.yaml'])", {"scipy.optimize", "scipy.stats", "pandas", "babel", "ipywidgets"}),
    ("import simulation.commands.scenarios", {"scipy.optimize", "scipy.stats", "pandas", "ipywidgets"}),
    ("import simulation.workbook.book, simulation.workbook.council", {"scipy.optimize", "scipy.stats", "pandas"}),
])
def test_a_command_loads_only_what_it_needs(work, never):
    """Help and a mistake in a file are answered at once; a run and a page load tables and solvers when they make one."""
    code = ("import atexit, sys\nfrom simulation.__main__ import main\n"
            f"atexit.register(lambda: print(sorted({never!r} & set(sys.modules)), file=sys.stderr))\n{work}")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"

"""The same packages for everybody: pyproject, lock and conda environment agree, and none of them names a place."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIREMENTS = {"requirements.in": PROJECT["dependencies"],
                "requirements-test.in": PROJECT["optional-dependencies"]["test"]}
DIRECT = [name for names in REQUIREMENTS.values() for name in names]
SHARED = ("requirements.in", "requirements-test.in", "requirements.lock", "environment.yml", "pyproject.toml",
          "Makefile", ".ci/run")
PLACES = {
    "an address": re.compile(r"://"),
    "an option that names an index": re.compile(r"index-url|find-links|trusted-host"),
    "a path of one machine": re.compile(r"(?<![\w.)/~-])/(home|root|work|opt|tmp|usr|var|mnt|Users)\b|\b[A-Z]:\\"),
}


def lines(name: str) -> list[str]:
    """The lines of a file that a program reads: no comments, no first line naming an interpreter."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def pins(entries: list[str]) -> dict[str, str]:
    """Package -> exact version; a line that pins nothing is left out."""
    found = [re.match(r"([\w.-]+)==([^\s;\\]+)", entry) for entry in entries]
    return {pin[1].lower(): pin[2] for pin in found if pin}


@pytest.fixture
def conda() -> dict:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_what_is_locked_is_what_the_package_declares(name):
    """The lock is made from the names in pyproject.toml."""
    assert lines(name) == REQUIREMENTS[name]


def test_conda_users_get_the_versions_of_the_lock(conda):
    """Every direct dependency stands in environment.yml, with the version of the lock and nothing else pinned."""
    entries = [entry for entry in conda["dependencies"] if isinstance(entry, str)]
    through_pip = next(entry["pip"] for entry in conda["dependencies"] if isinstance(entry, dict))
    locked = pins(lines("requirements.lock"))
    assert pins(entries + through_pip) == {name.lower(): locked[name.lower()] for name in DIRECT}


def test_conda_users_need_one_channel_and_the_same_python(conda):
    """conda-forge alone, and the Python that pyproject.toml asks for."""
    assert conda["channels"] == ["conda-forge"]
    assert f"python{PROJECT['requires-python']}" in conda["dependencies"]


def test_every_locked_package_is_exact_and_hashed():
    """Each entry is name==version, followed by at least one hash."""
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text(encoding="utf-8").strip())
    assert [entry for entry in entries if not re.match(r"[\w.-]+==\S+.*\\\n\s+--hash=sha256:", entry)] == []


@pytest.mark.parametrize("name", SHARED)
def test_no_shared_file_names_a_place(name):
    """Neither a server nor a folder of somebody's computer."""
    found = [f"{line.strip()}: {what}" for line in lines(name) for what, place in PLACES.items() if place.search(line)]
    assert found == []

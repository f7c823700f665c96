"""The wheel and the source distribution, and the command as it runs where only they were installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rules.catalogue import catalogue

if TYPE_CHECKING:
    from email.message import Message

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
PACKAGES = ("validator", "schemas", "rules", "templates")
HEAVY = ("pandas", "pandera", "numpy", "openpyxl", "python_calamine")
"""What only the workers may import: it takes most of a second, or opens strangers' files."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source distribution, and from it the wheel, as an index would receive them."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], check=True, capture_output=True
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in an environment of its own, which sees the libraries of this one but not its packages."""
    home = tmp_path_factory.mktemp("installed") / "environment"
    venv.create(home, symlinks=os.name != "nt")
    places = sysconfig.get_paths(vars={"base": str(home), "platbase": str(home)}, scheme="venv")
    Path(places["purelib"], "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    python = str(Path(places["scripts"], "python"))
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    return Path(places["scripts"])


def run(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [program, *arguments],
        cwd=cwd,
        env={**clean, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def shipped(package: str) -> set[str]:
    """Return every file of a package that is no leftover of running it."""
    files = (path for path in (ROOT / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in files}


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))


@pytest.mark.parametrize("package", PACKAGES)
def test_the_wheel_holds_every_file_of_each_package(wheel: Path, package: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith(f"{package}/")}
    assert held == shipped(package)


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_source_distribution_can_be_worked_on(built: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        held = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    for needed in ("Makefile", "LICENSE", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "pyproject.toml", ".ci/run"):
        assert needed in held
    examples = {path for path in shipped("examples") if not path.endswith(".html")}
    assert held >= set().union(*map(shipped, PACKAGES)) | examples | {
        "tests/test_packaging.py",
        "tests/cases/RSB009.yaml",
    }


def test_the_metadata_tell_what_it_is(wheel: Path) -> None:
    told = metadata(wheel)
    assert told["Name"] == "btec-validator"
    assert told["License-Expression"] == "MIT"
    assert told.get_all("License-File") == ["LICENSE"]
    assert told["Requires-Python"] == ">=3.11"
    assert told["Description-Content-Type"] == "text/markdown"
    assert "Intended Audience :: Education" in told.get_all("Classifier", [])


def test_the_installed_command_is_the_installed_one(programs: Path, tmp_path: Path) -> None:
    told = run(
        programs / "python", "-c", "import rules, validator; print(rules.__file__, validator.__file__)", cwd=tmp_path
    )
    assert told.returncode == 0, told.stderr
    assert all(Path(place).is_relative_to(programs.parent) for place in told.stdout.split())


def test_it_lists_and_explains_its_rules(programs: Path, tmp_path: Path) -> None:
    listed = run(programs / "btec-validator", "rules", cwd=tmp_path)
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(catalogue())
    explained = run(programs / "btec-validator", "explain", "RSB009", cwd=tmp_path)
    assert "resubmission-deadline-too-late" in explained.stdout
    assert (listed.returncode, explained.returncode) == (0, 0)


def test_it_checks_a_tracker_from_anywhere(programs: Path, tmp_path: Path) -> None:
    tracker = EXAMPLES / "cedar-hill-college" / "it-12-tracker.xlsx"
    asked = ("check", str(tracker), "--as-of", "2024-03-08")
    people = run(programs / "btec-validator", *asked, cwd=tmp_path)
    assert people.returncode == 1, people.stderr
    assert "Karim Nassar" in (tmp_path / "compliance-report.html").read_text("utf-8")
    machines = run(programs / "btec-validator", *asked, "--json", "-", cwd=tmp_path)
    assert machines.returncode == 1, machines.stderr
    (told,) = json.loads(machines.stdout)["trackers"]
    assert told["status"] == "checked"
    assert "RSB009" in {finding["rule"] for finding in told["findings"]}


@pytest.mark.parametrize("arguments", [("--help",), ("rules",), ("explain", "RSB009")], ids=" ".join)
def test_it_answers_without_the_libraries_of_the_workers(
    programs: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    code = f"""
import sys
from validator.cli import main
main({list(arguments)!r}, standalone_mode=False)
print("imported:", [name for name in {HEAVY!r} if name in sys.modules])
"""
    told = run(programs / "python", "-c", code, cwd=tmp_path)
    assert told.stdout.splitlines()[-1:] == ["imported: []"], told.stdout + told.stderr

"""Is what we ask for what we install, and what we ship what we tested?"""

import re
import sys
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_house import HOUSE, PYPROJECT, ROOMS, imports, modules


def pins(name: str) -> dict[str, str]:
    """{package: version} of requirements/`name`.txt; every one must carry a hash."""
    found: dict[str, str] = {}
    text = (HOUSE / f"requirements/{name}.txt").read_text(encoding="utf-8")
    for line in text.replace("\\\n", " ").splitlines():
        if line[:1].isalnum():
            package, version = re.findall(r"^([\w.-]+)(?:\[.*?\])?==([^\s;]+)", line)[0]
            assert "--hash=sha256:" in line, f"{package} has no hash in {name}.txt"
            found[canonicalize_name(package)] = version
    return found


def asked(*extras: str) -> list[Requirement]:
    project = PYPROJECT["project"]
    lines = [*project["dependencies"]]
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return [r for r in map(Requirement, lines) if r.name != "folio"]


@pytest.mark.parametrize(
    ("name", "extras"),
    [
        ("app", ["web"]),
        ("server", ["server", "pg", "s3"]),
        ("dev", ["web", "server", "pg", "s3", "dev"]),
    ],
)
def test_what_is_asked_for_is_pinned(name, extras):
    pinned = pins(name)
    for requirement in asked(*extras):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in requirements/{name}.txt: make requirements"
        assert requirement.specifier.contains(version, prereleases=True), requirement


@pytest.mark.parametrize("name", ["app", "server"])
def test_what_ships_is_what_was_tested(name):
    assert pins(name).items() <= pins("dev").items()


def test_whatever_the_tests_import_is_asked_for():
    named = {canonicalize_name(r.name) for r in asked("web", "server", "pg", "s3", "dev")}
    carried_by = packages_distributions()
    own = {*sys.stdlib_module_names, *ROOMS, "tests", "benchmarks", "assets"}
    missing = set()
    ours = [p for p in modules("tests", "benchmarks", "assets") if "peers" not in p.parts]
    for path in ours:  # a benchmark's peers live in environments of their own
        for package in {name.split(".")[0] for name in imports(path)} - own:
            if not named & {canonicalize_name(d) for d in carried_by.get(package, [])}:
                missing.add(f"{path.relative_to(HOUSE)}: {package}")
    assert not missing


RUN_NOT_IMPORTED = {
    "brotli": "fontTools packs assets/fonts/Inter.woff2 with it",
    "deptry": "make lint",
    "flet-cli": "flet build",
    "mypy": "make lint",
    "pytest-timeout": "pytest loads it",
    "pytest-xdist": "pytest loads it: -n",
    "ruff": "make lint, make format",
    "setuptools": "requirements/venv.sh builds the project with it",
    "uv": "requirements/compile.sh",
}


@pytest.mark.slow
def test_whatever_a_developer_installs_is_imported_or_run():
    """The other extras are deptry's to judge, in `make lint`."""
    carried_by = packages_distributions()
    imported = {
        canonicalize_name(distribution)
        for path in modules(*ROOMS, "tests", "benchmarks", "assets")
        for name in imports(path)
        for distribution in carried_by.get(name.split(".")[0], [])
    }
    idle = {canonicalize_name(r.name) for r in asked("dev")} - imported
    tablet = {canonicalize_name(r.name) for r in asked()}
    assert idle - tablet == RUN_NOT_IMPORTED.keys()

"""Does the house keep its own rules? Arrows, names, pins, colours and what the files say twice."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from itertools import product
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from importlinter.cli import lint_imports
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOUSE = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
FLET = tomllib.loads((HOUSE / "flet.toml").read_text(encoding="utf-8"))
BRAND = json.loads((HOUSE / "assets/brand.json").read_text(encoding="utf-8"))
ROOMS = ("field_app", "shared", "sync_server")

# In pieces, so that this file does not name what it forbids.
ELSEWHERE = re.compile(
    "|".join(
        ("py" r"pi\.org", r"python" r"hosted\.", r"npm" r"js\.", r"deb\." "debian",
         r"(?<![\w.])/wo" "rk/", r"(?<![\w.])/ro" "ot/", r"(?<![\w.])/ho" r"me/\w")
    )
)  # fmt: skip
NO_NOUN = {"util", "utils", "helper", "helpers", "common", "manager", "service", "services", "misc"}


@cache
def files() -> list[Path]:
    """What is, or would be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return sorted(path for name in set(listed) if (path := HOUSE / name).is_file())


def modules(*rooms: str) -> list[Path]:
    return [p for p in files() if p.suffix == ".py" and p.relative_to(HOUSE).parts[0] in rooms]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, by its full name."""
    package = path.relative_to(HOUSE).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            near = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*near, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def lands_in(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def test_imports_point_down():
    assert lint_imports(config_filename=str(HOUSE / "pyproject.toml"), no_cache=True) == 0


def test_what_is_shared_needs_only_the_standard_library():
    found = []
    for path in modules("shared"):
        if path.name == "__main__.py":  # a developer's command, which nothing imports
            continue
        paints = "report" in path.relative_to(HOUSE).parts
        allowed = {*sys.stdlib_module_names, "shared", *(("reportlab", "PIL") if paints else ())}
        found += [(path.name, name) for name in imports(path) if name.split(".")[0] not in allowed]
    assert not found


def test_only_the_report_knows_the_report():
    others = [p for p in modules("shared") if "report" not in p.relative_to(HOUSE).parts]
    assert not [p for p in others if any(lands_in(n, "shared.report") for n in imports(p))]


def test_nothing_starts_the_app_but_its_entry():
    inside = modules("field_app")
    assert not [p for p in inside if any(lands_in(n, "field_app.app") for n in imports(p))]


def test_the_tablet_ships_no_pydantic_and_no_server():
    barred = ("pydantic", "fastapi", "sqlalchemy", "sync_server", "pikepdf", "pyhanko")
    carried = modules("field_app", "shared")
    assert not [(p, n) for p in carried for n in imports(p) if n.split(".")[0] in barred]


def test_every_file_is_named_for_a_thing():
    assert not [p for p in files() if p.stem.lower() in NO_NOUN or p.parent.name in NO_NOUN]


def test_every_module_opens_with_a_sentence():
    silent = []
    for path in modules(*ROOMS, "tests", "benchmarks"):
        text = path.read_text(encoding="utf-8")
        if text.strip() and not ast.get_docstring(ast.parse(text)):
            silent.append(path)
    assert not silent


def test_no_file_names_a_machine_or_a_registry():
    found = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(HOUSE)}: {m.group()}" for m in ELSEWHERE.finditer(text)]
    assert not found


def test_links_between_the_documents_lead_somewhere():
    broken = []
    for page in (p for p in files() if p.suffix == ".md"):
        targets = re.findall(r"\]\(([^)#\s:]+)[^)]*\)", page.read_text(encoding="utf-8"))
        broken += [f"{page.name}: {t}" for t in targets if not (page.parent / t).exists()]
    assert not broken


def test_the_tablets_page_agrees_with_what_is_built():
    built = PYPROJECT["tool"]["flet"]
    shared = {key: value for key, value in FLET["app"].items() if key in built}
    assert shared == {key: built[key] for key in shared}
    assert {"product", "org", "company", "permissions"} <= set(shared)
    assert FLET["app"]["version"] == PYPROJECT["project"]["version"]


def test_what_is_built_into_the_app_leaves_the_office_out():
    assert {"sync_server", "tests", "docs"} <= set(PYPROJECT["tool"]["flet"]["app"]["exclude"])


# Pins


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
    for path in modules("tests", "benchmarks", "assets"):
        for package in {name.split(".")[0] for name in imports(path)} - own:
            if not named & {canonicalize_name(d) for d in carried_by.get(package, [])}:
                missing.add(f"{path.relative_to(HOUSE)}: {package}")
    assert not missing


# The face


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb. WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


TEXTS = ("ink", "muted", "primary", "ok", "warning", "danger", "info")


@pytest.mark.parametrize(("theme", "text"), list(product(BRAND["colours"], TEXTS)))
def test_text_is_read_in_bad_light(theme, text):
    colours = BRAND["colours"][theme]
    grounds = ["paper", "surface", *([f"{text}_soft"] if f"{text}_soft" in colours else [])]
    for ground in grounds:
        assert contrast(colours[text], colours[ground]) >= 7, (text, ground)


@pytest.mark.parametrize("theme", BRAND["colours"])
def test_a_main_button_is_read_in_bad_light(theme):
    colours = BRAND["colours"][theme]
    assert contrast(colours["primary"], colours["on_primary"]) >= 7


def test_both_themes_have_the_same_colours_and_one_seed():
    light, dark = BRAND["colours"]["light"], BRAND["colours"]["dark"]
    assert light.keys() == dark.keys()
    assert BRAND["seed"] == light["primary"] == FLET["look"]["seed"]


def test_every_picture_and_font_named_is_carried():
    named = [*BRAND["logo"].values(), *BRAND["type"]["files"].values(), FLET["app"]["brand"]]
    assert not [name for name in named if not (HOUSE / "assets" / name).is_file()]


@pytest.mark.parametrize("family", ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"])
def test_the_report_can_print_every_sentence_it_has(family):
    drawn = set(TTFont(HOUSE / f"assets/fonts/{family}.ttf").getBestCmap())
    said = "".join(p.read_text(encoding="utf-8") for p in files() if p.suffix == ".po")
    said += json.dumps(BRAND, ensure_ascii=False)
    assert not {c for c in said if c.isprintable() and ord(c) not in drawn}

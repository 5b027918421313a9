"""Does the house keep its own rules? Arrows, names, and what two files say alike."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

HOUSE = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
FLET = tomllib.loads((HOUSE / "flet.toml").read_text(encoding="utf-8"))
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


def code(path: Path) -> str:
    """The file without its docstrings and comments."""
    return ast.unparse(_Bare().visit(ast.parse(path.read_text(encoding="utf-8"))))


class _Bare(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        prose = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.Pass() if prose else node


def lands_in(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def test_imports_point_down():
    assert lint_imports(config_filename=str(HOUSE / "pyproject.toml"), no_cache=True) == 0


OUTSIDE = {
    "field_app/__init__.py", "shared/__init__.py", "sync_server/__init__.py",
    "sync_server/app.py", "sync_server/assembly.py",
}  # fmt: skip
"""What stands in no room, because it joins them."""


def test_every_module_stands_in_a_room():
    outside = {
        str(p.relative_to(HOUSE)) for p in modules(*ROOMS) if len(p.relative_to(HOUSE).parts) < 3
    }
    assert outside == OUTSIDE


def test_every_room_says_what_it_is_for():
    rooms = {p.parent for p in modules(*ROOMS)}
    assert not [room for room in rooms if not (room / "__init__.py").is_file()]


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
    assert not [p for p in inside if any(lands_in(n, "field_app.app.app") for n in imports(p))]


def test_the_tablet_ships_no_pydantic_and_no_server():
    barred = ("pydantic", "fastapi", "sqlalchemy", "sync_server", "pikepdf", "pyhanko")
    carried = modules("field_app", "shared")
    assert not [(p, n) for p in carried for n in imports(p) if n.split(".")[0] in barred]


CLOCKS_AND_CHANCE = re.compile(
    r"datetime\.now\(|utcnow\(|date\.today\(|time\.time\(|monotonic\(|uuid[14]\(|os\.environ|getenv\("
    r"|\brandom\.|secrets\."
)


def test_what_decides_reads_no_clock_no_chance_and_no_environment():
    found = {p.name: CLOCKS_AND_CHANCE.findall(code(p)) for p in modules("shared")}
    assert not {name: hits for name, hits in found.items() if hits}


@pytest.mark.slow
def test_only_the_tablet_asks_for_the_zone_of_its_machine():
    """The office and its tests count days and months in the organisation's zone."""
    of_the_machine = re.compile(
        r"\.astimezone\(\)|fromtimestamp\([^,()]*\)|date\.today\(|localtime\("
    )
    others = [p for p in modules("shared", "sync_server", "tests") if p.name != "test_house.py"]
    found = {str(p.relative_to(HOUSE)): of_the_machine.findall(code(p)) for p in others}
    assert not {name: hits for name, hits in found.items() if hits}


COLLECTED = """
import sys, pytest
code = pytest.main(["-q", "-p", "no:cacheprovider", "--collect-only", *sys.argv[1:]])
heavy = {"fastapi", "sqlalchemy", "flet", "reportlab", "PIL", "httpx", "field_app", "sync_server"}
sys.exit(int(code) or ", ".join(sorted(heavy & sys.modules.keys())) or None)
"""


@pytest.mark.slow
def test_a_pure_rule_is_tested_without_loading_the_house():
    rules = [p for p in modules("tests") if p.parent.name == "shared" and p.stem[:5] == "test_"]
    assert HOUSE / "tests/shared/test_merge.py" in rules
    collected = subprocess.run(
        [sys.executable, "-c", COLLECTED, *map(str, rules)],
        cwd=HOUSE,
        capture_output=True,
        text=True,
    )
    assert collected.returncode == 0, collected.stdout + collected.stderr


def test_sql_lives_in_the_store_and_http_in_the_sync():
    rooms = {"sqlite3": "store", "sqlite_utils": "store", "httpx": "sync"}
    strays = [
        (str(path.relative_to(HOUSE)), name)
        for path in modules("field_app")
        for name in imports(path)
        if rooms.get(name.split(".")[0], path.parent.name) != path.parent.name
    ]
    assert not strays


def test_the_doors_of_the_office_read_but_never_write():
    doors = [p for p in modules("sync_server") if {"api", "console", "customer"} & set(p.parts)]
    writes = {f"sqlalchemy.{verb}" for verb in ("insert", "update", "delete", "text")}
    assert not [(p.name, n) for p in doors for n in imports(p) if n in writes]


def test_colours_live_in_the_theme():
    painted = re.compile(r"[\"']#[0-9a-fA-F]{6,8}[\"']|ft\.Colors\.")
    others = [p for p in modules("field_app") if p.name != "theme.py"]
    assert not {str(p.relative_to(HOUSE)): h for p in others if (h := painted.findall(code(p)))}


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

"""What code and pages refer to: sections of pages, numbers of rules, files, names."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.contract.pages import DOCS

ROOT = DOCS.parent
CODE = ("field_app", "shared", "sync_server", "tests", "benchmarks", "assets")
GIVEN = (ROOT / "tests" / "given", ROOT / "tests" / "snapshots" / "payloads")
"""What earlier releases wrote: it says what it said."""

PAGES: Mapping[str, Path] = {
    page.name: page
    for page in (*DOCS.glob("*.md"), *ROOT.glob("*.md"))
    if page.name != "CHANGELOG.md"
}
"""The pages that may be cited by their name alone."""


@dataclass(frozen=True)
class Source:
    """A file that refers to something: its text in one line, so that a citation may wrap."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return re.sub(r"\s+", " ", self.path.read_text(encoding="utf-8"))


@cache
def sources() -> tuple[Source, ...]:
    """Every module of ours but what earlier releases wrote, and every page."""
    modules = (path for room in CODE for path in sorted((ROOT / room).rglob("*.py")))
    ours = (path for path in modules if not any(path.is_relative_to(given) for given in GIVEN))
    return tuple(map(Source, (*ours, *documents())))


def documents() -> list[Path]:
    """Every page, those of single decisions too; not what users are told of each release."""
    return sorted({*PAGES.values(), *DOCS.rglob("*.md")})


def cited_places(text: str) -> Iterator[tuple[str, str]]:
    """(page, place) for each a page and a place of a text."""
    for page, place in re.findall(r"\b([A-Z]+\.md), ((?:`[^`]+`|[^.;:()`\"»])+)", text):
        yield from ((page, part.strip()) for part in re.split(r" and |, (?=[A-Z])", place))


def leads_somewhere(page: str, place: str) -> bool:
    """A heading of the page, a rule (`O12`, `T6–T9`), numbers in a section, or an address."""
    if page not in PAGES:
        return False
    text = PAGES[page].read_text(encoding="utf-8")
    if numbers := re.fullmatch(r"([TOB])(\d+)(?:–\1?(\d+))?", place):
        side, first, last = numbers.groups()
        return all(f"**{side}{n}**" in text for n in range(int(first), int(last or first) + 1))
    if steps := re.fullmatch(r"(\D+?) (\d+)(?:[–,] ?(\d+))?", place):
        section, *wanted = steps.groups()
        found = re.search(rf"(?ms)^#+ {re.escape(section)}$(.*?)(?=^#|\Z)", text)
        return found is not None and all(f"\n{n}. " in found.group(1) for n in wanted if n)
    headings = re.findall(r"(?m)^#+ (.+)$", text)
    return place.strip("`") in headings or f" {place.strip('`')}`" in text


def numbers(text: str) -> Iterator[str]:
    """Every requirement that a text names, ranges written out."""
    for first, last in re.findall(r"\bR(\d{3})(?:–R?(\d{3}))?\b", text):
        yield from (f"R{n:03}" for n in range(int(first), int(last or first) + 1))


def named_files(text: str) -> set[str]:
    """The modules and pages that a text names between back-ticks or as a link, and test files."""
    ticked = re.findall(r"`([\w./-]+\.(?:py|md))(?:::\w+)?`", text)
    linked = re.findall(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)", text)
    return {*ticked, *linked}


def paths(text: str) -> set[str]:
    """The files of ours that a text names from the root; tests are named from tests/, too."""
    rooms = "|".join((*CODE, "docs", "requirements"))
    return set(
        re.findall(rf"\b(?:{rooms})/[\w/.-]+\.(?:py|md|html|css|js|json|sh|toml|po)\b", text)
    )


def is_there(name: str, page: Path) -> bool:
    """A file or folder seen from the page or from the root, or the end of a file's path."""
    if (page.parent / name).exists() or (ROOT / name).exists():
        return True
    return any(f"/{path}".endswith(f"/{name}") for path in files())


@cache
def files() -> frozenset[str]:
    """Every file of ours, from the root."""
    rooms = (*CODE, "docs", "requirements")
    found = (path for room in rooms for path in (ROOT / room).rglob("*") if path.is_file())
    return frozenset(path.relative_to(ROOT).as_posix() for path in (*found, *ROOT.glob("*.*")))


@cache
def names() -> Mapping[str, frozenset[str]]:
    """What modules and classes hold, by the module's or class's own name."""
    held: dict[str, set[str]] = {}
    for room in CODE[:3]:
        for path in (ROOT / room).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            held.setdefault(path.stem, set()).update(_defined(tree))
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    held.setdefault(node.name, set()).update(_defined(node))
    return {name: frozenset(inside) for name, inside in held.items()}


def _defined(holder: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in holder.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id

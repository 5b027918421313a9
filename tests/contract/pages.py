"""Pages of docs/ with a part that is made from the code, between two comments."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"


def made_part(page: Path, name: str) -> str:
    """What stands between `<!-- name: … -->` and `<!-- end of name -->`."""
    _, part, _ = _split(page, name)
    return part


def write_part(page: Path, name: str, text: str) -> None:
    """Put `text` there."""
    before, _, after = _split(page, name)
    page.write_text(f"{before}{text}{after}", encoding="utf-8")


def named_tests(page: Path) -> set[str]:
    """Every test that a page names, as `folder/file.py::test`."""
    return set(re.findall(r"`(\w+/[\w/]+\.py::test_\w+)`", page.read_text(encoding="utf-8")))


@cache
def known_tests() -> frozenset[str]:
    """Every test there is, in the same form."""
    return frozenset(
        f"{path.relative_to(TESTS).as_posix()}::{name}"
        for path in TESTS.rglob("test_*.py")
        for name in functions(path)
    )


def places_of(name: str) -> list[str]:
    """Where the tests of this name are, as `folder/file.py::test`."""
    return sorted(test for test in known_tests() if test.endswith(f"::{name}"))


def put_right(page: Path) -> None:
    """Follow the tests that a page names to where they are now."""
    text = page.read_text(encoding="utf-8")
    for test in named_tests(page) - known_tests():
        for place in places_of(test.partition("::")[2])[:1]:
            text = text.replace(test, place)
    page.write_text(text, encoding="utf-8")


def functions(path: Path) -> Iterator[str]:
    """The names of a module's test functions, in order."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name


def _split(page: Path, name: str) -> tuple[str, str, str]:
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"(?s)(<!-- {name}: .*? -->\n)(.*?)(<!-- end of {name} -->)", text)
    assert found, f"{page.name} has no part {name}"
    return text[: found.start(2)], found.group(2), text[found.end(2) :]

"""One word, one meaning: names of modules, classes and functions keep to docs/GLOSSARY.md."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.test_house import HOUSE, ROOMS, modules

PAGE = HOUSE / "docs/GLOSSARY.md"


@dataclass(frozen=True)
class Banned:
    """A word that a name must not have, in these folders; `whole` where only as the whole name."""

    word: str
    say: str
    folders: tuple[str, ...]
    kinds: tuple[str, ...]
    whole: bool

    def __str__(self) -> str:
        return f"{self.word} in {', '.join(self.folders)}: say {self.say}"

    def is_in(self, kind: str, name: str, path: Path) -> bool:
        place = str(path.relative_to(HOUSE))
        if kind not in self.kinds or not place.startswith(tuple(f"{f}/" for f in self.folders)):
            return False
        words, own = parts(name), parts(self.word)
        if self.whole:
            return words == own
        return any(words[at : at + len(own)] == own for at in range(len(words)))


ALL = ("module", "class", "function")


def banned() -> Iterator[Banned]:
    """Every word of the third column of the page's first table."""
    table = PAGE.read_text(encoding="utf-8").split("## ")[1]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0] not in ("say", "---"):
            say, _, names, where = cells
            folders = tuple(re.findall(r"`([\w/]+)`", where)) or ROOMS
            kinds = tuple(kind for kind in ALL if kind in names) or ALL
            for word in re.findall(r"`(\w+)`", names):
                yield Banned(word, say, folders, kinds, whole=kinds != ALL)


def parts(name: str) -> list[str]:
    """The words of a name, whether in snake or camel case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def names(path: Path) -> Iterator[tuple[str, str]]:
    """(kind, name) of a module and of every class and function in it."""
    yield "module", path.parent.name if path.stem == "__init__" else path.stem
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield "class", node.name
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield "function", node.name


@cache
def all_names() -> list[tuple[str, str, Path]]:
    """(kind, name, file) of everything that has a name in the three rooms."""
    return [(kind, name, path) for path in modules(*ROOMS) for kind, name in names(path)]


@pytest.mark.parametrize("word", [*banned()], ids=str)
def test_a_name_keeps_to_the_glossary(word):
    found = [f"{path.relative_to(HOUSE)}: {name}" for kind, name, path in all_names()
             if word.is_in(kind, name, path)]  # fmt: skip
    assert not found


def test_a_banned_word_is_found_where_it_stands():
    word = Banned("desk", "unit of work", ("sync_server",), ALL, whole=False)
    assert word.is_in("class", "FrontDesk", HOUSE / "sync_server/tickets/x.py")
    assert word.is_in("function", "clear_desk", HOUSE / "sync_server/tickets/x.py")
    assert not word.is_in("function", "desktop", HOUSE / "sync_server/tickets/x.py")
    assert not word.is_in("class", "FrontDesk", HOUSE / "field_app/parts/x.py")


def test_the_words_stand_in_order():
    said = re.findall(r"(?m)^\| ([^|]+?) \|", PAGE.read_text(encoding="utf-8").split("## ")[1])
    words = [word.lower() for word in said if word not in ("say", "---")]
    assert words == sorted(words)

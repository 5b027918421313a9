"""The rooms of the house as ARCHITECTURE.md shows them: counted from the imports themselves."""

import os
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from tests.contract.pages import made_part, write_part
from tests.test_house import HOUSE, PYPROJECT, ROOMS

PAGE = HOUSE / "ARCHITECTURE.md"
CONTRACTS = {c["id"]: c for c in PYPROJECT["tool"]["importlinter"]["contracts"]}
FLOORS = {"shared": "rules", "field_app": "tablet", "sync_server": "office"}


@cache
def arrows(side: str) -> Counter[tuple[str, str]]:
    """How many imports lead from one room of a side to another."""
    graph = grimp.build_graph(side, cache_dir=None)
    between: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            pair = (room(module), room(other))
            if pair[0] != pair[1] and side not in pair:
                between[pair] += 1
    return between


def room(module: str) -> str:
    """The room of a module by its full name; a side itself for what stands in no room."""
    side, *inside = module.split(".")
    return inside[0] if inside else side


def floors(side: str) -> list[list[str]]:
    """The rooms of a side from the top floor down, as the contract names them."""
    return [layer.split(" | ") for layer in CONTRACTS[FLOORS[side]]["layers"]]


def purpose(side: str, name: str) -> str:
    """The sentence that a room opens with."""
    folder = HOUSE / side / name
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    return file.read_text(encoding="utf-8").partition('"""')[2].splitlines()[0].rstrip('"')


def table() -> str:
    """Every room, its floor and its arrows, and the sums."""
    rows = [
        "| side | floor | room | what it is for | imports from | imported by |",
        "|" + "---|" * 6,
    ]
    for side in ROOMS:
        between = arrows(side)
        for floor, names in zip(range(len(floors(side)), 0, -1), floors(side), strict=True):
            for name in names:
                out = sum(1 for a, b in between if a == name)
                into = sum(1 for a, b in between if b == name)
                rows.append(
                    f"| `{side}` | {floor} | `{name}` | {purpose(side, name)} | {out} | {into} |"
                )
    sums = [
        f"{sum(map(len, floors(side)))} rooms and {len(arrows(side))} arrows in `{side}`"
        for side in ROOMS
    ]
    return "\n".join(rows) + f"\n\n{'; '.join(sums)}. None points upward, and there is no circle.\n"


@pytest.mark.snapshot
def test_the_page_counts_the_rooms_and_their_arrows():
    if os.environ.get("UPDATE_SNAPSHOTS"):
        write_part(PAGE, "rooms", table())
    assert made_part(PAGE, "rooms") == table(), "make snapshots"


@pytest.mark.parametrize("side", ROOMS)
def test_no_arrow_points_upward_or_along_a_floor(side):
    height = {name: -n for n, names in enumerate(floors(side)) for name in names}
    assert not [pair for pair in arrows(side) if height[pair[0]] <= height[pair[1]]]


@pytest.mark.parametrize("side", ROOMS)
def test_no_module_imports_itself_by_way_of_others(side):
    graph = grimp.build_graph(side, cache_dir=None)
    imported = {m: graph.find_modules_directly_imported_by(m) for m in graph.modules}
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_the_contract_names_every_room_that_there_is():
    for side in ROOMS:
        named = {name for names in floors(side) for name in names}
        there = {p.name for p in (HOUSE / side).iterdir() if (p / "__init__.py").is_file()}
        assert {n for n in named if (HOUSE / side / n).is_dir()} == there
        assert CONTRACTS[FLOORS[side]]["exhaustive"]

"""What ARCHITECTURE.md names is there: functions and screens. Its tests: test_references.py."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "ARCHITECTURE.md").read_text()
CODE = {
    path: path.read_text()
    for room in ("shared", "field_app", "sync_server")
    for path in (ROOT / room).rglob("*.py")
}


def named(pattern: str) -> list[str]:
    return sorted(set(re.findall(pattern, PAGE)))


@pytest.mark.parametrize("function", named(r"`((?:sync_server\.)?\w+\.\w+)`"))
def test_a_journey_goes_through_functions_that_exist(function):
    owner, _, name = function.removeprefix("sync_server.").partition(".")
    if name == "py":
        assert any(path.name == function for path in CODE)
        return
    homes = [code for path, code in CODE.items() if path.stem == owner.lower()]
    homes += [code for code in CODE.values() if f"class {owner}" in code]
    assert any(re.search(rf"def {name}\b", code) for code in homes), function


@pytest.mark.parametrize("screen", named(r"`(screens/\w+\.py)`"))
def test_a_screen_that_is_named_is_there(screen):
    assert (ROOT / "field_app" / screen).exists()

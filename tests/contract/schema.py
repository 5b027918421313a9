"""docs/sync-schema.json, as the tests ask it."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

PATH = Path(__file__).parents[2] / "docs/sync-schema.json"
SCHEMA: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))


def validator(definition: str) -> Draft202012Validator:
    """Judges messages by one definition of the schema."""
    return Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{definition}"})


def faults(definition: str, message: Any) -> list[str]:
    """Everything that is wrong with a message, empty when it is well formed."""
    found = validator(definition).iter_errors(message)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]

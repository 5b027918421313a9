"""Where the device token is kept: the platform's secure storage, or a private file on a desktop."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol
from uuid import uuid4


class Keyring(Protocol):
    """Names to secrets. `put` returns when the secret is stored; None forgets it."""

    def get(self, name: str) -> str | None:
        """The secret, or None."""

    def put(self, name: str, value: str | None) -> None:
        """Store or forget a secret."""


class FileKeyring:
    """A JSON file that only its owner may read (0600). It is not encrypted: whoever reads the
    owner's files reads it. For the desktop and the web view, where Flet has no secure storage."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "keyring.json"

    def get(self, name: str) -> str | None:
        return self._all().get(name)

    def put(self, name: str, value: str | None) -> None:
        secrets = self._all()
        secrets.pop(name, None)
        if value is not None:
            secrets[name] = value
        self._write(secrets)

    def _all(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        kept: dict[str, str] = json.loads(self._path.read_text(encoding="utf-8"))
        return kept

    def _write(self, secrets: Mapping[str, str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_name(f".{uuid4().hex}.part")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(secrets, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)


class HeldKeyring:
    """Secrets read from secure storage at start; `write` stores one and returns when it is safe.

    Flet's secure storage is asynchronous and a round runs on a worker thread: app.py gives a
    `write` that waits for the event loop. It is never called on the loop itself.
    """

    def __init__(self, held: Mapping[str, str], write: Callable[[str, str | None], None]) -> None:
        self._held = dict(held)
        self._write = write

    def get(self, name: str) -> str | None:
        return self._held.get(name)

    def put(self, name: str, value: str | None) -> None:
        self._write(name, value)
        self._held.pop(name, None)
        if value is not None:
            self._held[name] = value

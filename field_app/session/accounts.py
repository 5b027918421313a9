"""The people who share this tablet: a folder each, so that queues and files never mix."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import uuid4

from field_app.store.enrolment import User


@dataclass(frozen=True, slots=True)
class Account:
    """A person enrolled on this tablet; `selected` is the one who used it last."""

    user: User
    server: str
    selected: bool = False


class Accounts:
    """The list in `tablet.json`, and the folder of each person's database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._list = folder / "tablet.json"

    def all(self) -> tuple[Account, ...]:
        """Everybody, in order of enrolment."""
        if not self._list.exists():
            return ()
        kept = json.loads(self._list.read_text(encoding="utf-8"))
        return tuple(Account(**{**item, "user": User(**item["user"])}) for item in kept)

    @property
    def selected(self) -> Account | None:
        return next((account for account in self.all() if account.selected), None)

    def keep(self, user: User, server: str) -> None:
        """Add somebody, or their new address, and select them."""
        others = [account for account in self.all() if account.user.id != user.id]
        self._write([*others, Account(user, server)], user.id)

    def select(self, user_id: str) -> None:
        """The one who uses the tablet now."""
        self._write(self.all(), user_id)

    def drop(self, user_id: str) -> None:
        """Leave somebody off the list; their folder is the caller's business."""
        self._write([account for account in self.all() if account.user.id != user_id], None)

    def folder_of(self, user_id: str) -> Path:
        """Where this person's database and evidence are."""
        return self._folder / "users" / user_id

    def _write(self, accounts: Iterable[Account], selected: str | None) -> None:
        marked = [replace(a, selected=a.user.id == selected) for a in accounts]
        temporary = self._list.with_name(f".{uuid4().hex}.part")
        with temporary.open("w", encoding="utf-8") as file:
            json.dump([asdict(account) for account in marked], file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._list)

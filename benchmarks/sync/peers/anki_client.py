"""A collection of Anki, synced by its own engine; run by the Python that has the `anki` package.

A document is a note: its id in the first field, its JSON in the second.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from anki.collection import AddNoteRequest, Collection  # type: ignore[import-not-found]

from benchmarks.sync.documents import read
from benchmarks.sync.worker import obey

NAME, PASSWORD = "bench", "bench"


class Client:
    """One replica."""

    def open(self, folder: str, port: int) -> None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        self.col = Collection(str(Path(folder) / "collection.anki2"))
        self.dial(port)
        self._settle()

    def dial(self, port: int) -> None:
        self.auth = self.col.sync_login(NAME, PASSWORD, f"http://127.0.0.1:{port}/")

    def fill(self, path: str) -> None:
        kind, deck = self.col.models.by_name("Basic"), self.col.decks.id("Default")
        requests = []
        for document in read(Path(path)):
            note = self.col.new_note(kind)
            note.fields = [document["id"], json.dumps(document["fields"], ensure_ascii=False)]
            requests.append(AddNoteRequest(note, deck))
        self.col.add_notes(requests)

    def change(self, count: int, word: str) -> None:
        notes = []
        for id in sorted(self.col.find_notes(""))[:count]:
            note = self.col.get_note(id)
            fields = {**json.loads(note.fields[1]), "diagnosis": f"{word} {note.fields[0]}"}
            note.fields[1] = json.dumps(fields, ensure_ascii=False)
            notes.append(note)
        self.col.update_notes(notes)

    def push(self) -> dict[str, Any]:
        return self._normal()

    def pull(self) -> dict[str, Any]:
        return self._normal()

    def sync(self) -> None:
        self._normal()

    def check(self) -> dict[str, Any]:
        rows = sorted(
            (note.fields[0], json.loads(note.fields[1])["diagnosis"])
            for note in map(self.col.get_note, self.col.find_notes(""))
        )
        said = "\n".join(f"{id} {diagnosis}" for id, diagnosis in rows)
        return {"count": len(rows), "hash": sha256(said.encode()).hexdigest()}

    def _normal(self) -> dict[str, Any]:
        """A sync change by change, never of the whole file."""
        answer = self.col.sync_collection(self.auth, False)
        if answer.required not in (answer.NO_CHANGES, answer.NORMAL_SYNC):
            raise RuntimeError(f"a full sync was asked for: {answer.required}")
        return {}

    def _settle(self) -> None:
        """The first replica gives the server a collection of one note, the second takes it: only
        between equal beginnings do later notes travel one by one."""
        answer = self.col.sync_collection(self.auth, False)
        first = answer.required == answer.NO_CHANGES
        if first:
            seed = self.col.new_note(self.col.models.by_name("Basic"))
            seed.fields = ["seed", json.dumps({"diagnosis": ""})]
            self.col.add_note(seed, self.col.decks.id("Default"))
        self.col.close_for_full_sync()
        self.col.full_upload_or_download(auth=self.auth, server_usn=None, upload=first)
        self.col.reopen(after_full_sync=True)


if __name__ == "__main__":
    client = Client()
    obey({name: getattr(client, name) for name in
          ("open", "dial", "fill", "change", "push", "pull", "sync", "check")})  # fmt: skip

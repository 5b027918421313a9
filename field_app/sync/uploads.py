"""Files to the office by tus 1.0: from where it stopped, in pieces, each with its checksum."""

import base64
from collections.abc import Callable, Mapping
from hashlib import sha256
from urllib.parse import urljoin, urlsplit

import httpx

from field_app.device.trouble import Trouble
from field_app.store import evidence
from field_app.store.database import Database
from field_app.store.evidence import Blob, EvidenceMissing
from field_app.sync.refusals import refusal
from field_app.sync.server import Caller, Server, sent
from field_app.sync.troubles import BrokenAnswer, NotOurServer, RequestRefused, UploadRefused

VERSION = "1.0.0"
FOLDER = "/api/v1/blobs/"
MOST_RESTARTS = 3
MOST_IN_VAIN = 3
"""Pieces of one sending that did not bring it forward, before it waits for the next round."""
GONE = (404, 410)
MOVED_ON, MISMATCH, THROWN_AWAY = 409, 460, 422
"""Answers to a piece: it belongs elsewhere; it is not what its checksum says; with it the whole is
not what was announced, and must be sent from its beginning."""


class Upload:
    """One file on its way. `send` returns when the office has verified it.

    `note` is told the upload's address (None: begin anew), to be remembered across restarts.
    """

    def __init__(
        self,
        server: Server,
        caller: Caller,
        blob: Blob,
        data: bytes,
        chunk: int,
        note: Callable[[str | None], None],
    ) -> None:
        self._http = server.http
        self._caller = caller
        self._blob = blob
        self._data = data
        self._chunk = chunk
        self._note = note
        self._url = blob.upload_url
        self._durable = True

    def send(self) -> bool:
        """Send what is missing; True when the office's backup has it too.

        Raises UploadRefused for a file that the office will not take, BrokenAnswer when pieces do
        not get through whole, and what `sent` raises.
        """
        in_vain = 0
        for _ in range(MOST_RESTARTS):
            offset = self._offset() if self._url else self._begin()
            while offset is not None and offset < len(self._data):
                before, offset = offset, self._piece(offset)
                in_vain += offset is not None and offset <= before
                if in_vain > MOST_IN_VAIN:
                    raise BrokenAnswer
            if offset is not None:
                return self._durable
            self._moved(None)
        raise UploadRefused(file=self._blob.sha256[:8], status=404)

    def _offset(self) -> int | None:
        """Where the office is; None when it no longer knows this upload."""
        response = self._ask("HEAD", self._url or "", {})
        return None if response.status_code in GONE else self._offset_of(response)

    def _begin(self) -> int | None:
        # What the office had once it may have still: nothing is sent before it said so.
        first = b"" if self._blob.was_there else self._data[: self._chunk]
        headers = {
            "Upload-Length": str(len(self._data)),
            "Upload-Metadata": _metadata(sha256=self._blob.sha256, mime=self._blob.mime),
            **(_piece_headers(first) if first else {}),
        }
        response = self._ask("POST", FOLDER, headers, first)
        if response.status_code in (MISMATCH, THROWN_AWAY):
            return None
        offset = self._offset_of(response)
        location = response.headers.get("Location")
        if location:
            self._moved(self._at_home(location))
        elif offset < len(self._data):
            raise NotOurServer
        return offset

    def _piece(self, offset: int) -> int | None:
        piece = self._data[offset : offset + self._chunk]
        headers = {"Upload-Offset": str(offset), **_piece_headers(piece)}
        response = self._ask("PATCH", self._url or "", headers, piece)
        if response.status_code in (*GONE, THROWN_AWAY):
            return None
        if response.status_code == MOVED_ON:
            return self._offset()
        if response.status_code == MISMATCH:
            # Damaged on the way, or the whole is not what was announced: ask where it stands.
            return self._offset_after_mismatch(offset)
        after = self._offset_of(response)
        if after <= offset:
            raise BrokenAnswer
        return after

    def _offset_after_mismatch(self, offset: int) -> int | None:
        now = self._offset()
        return None if now == offset and offset + self._chunk >= len(self._data) else now

    def _offset_of(self, response: httpx.Response) -> int:
        if not response.is_success:
            raise self._refused(response)
        offset = _offset_in(response)
        self._durable = _says_durable(response)
        return min(offset, len(self._data))

    def _refused(self, response: httpx.Response) -> Trouble:
        trouble = refusal(response)
        if isinstance(trouble, RequestRefused) or response.status_code == 413:
            return UploadRefused(file=self._blob.sha256[:8], status=response.status_code)
        return trouble

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> httpx.Response:
        headers = {**_common(self._caller), **headers}
        request = self._http.build_request(
            method, url, headers=headers, content=body if method != "HEAD" else None
        )
        return sent(self._http, request)

    def _moved(self, url: str | None) -> None:
        self._url = url
        self._note(url)

    def _at_home(self, location: str) -> str:
        # Only the path: behind a proxy the office may not know by which name it is called.
        return urlsplit(urljoin(FOLDER, location)).path


def is_durable(server: Server, caller: Caller, name: str) -> bool | None:
    """Whether the office's backup has a file that it verified; None when it lost the file.

    Raises what `sent` raises, and NotOurServer: somebody else's 200 says nothing of our files.
    """
    url = f"{FOLDER}{name}"
    response = sent(server.http, server.http.build_request("HEAD", url, headers=_common(caller)))
    if response.status_code in GONE:
        return None
    if not response.is_success:
        raise refusal(response)
    _offset_in(response)
    return _says_durable(response)


def upload(database: Database, server: Server, caller: Caller, blob: Blob, chunk: int) -> bool:
    """Send one file of this database; `chunk` in bytes. True when the office's backup has it.

    Raises EvidenceMissing when the file here is damaged, UploadRefused, and what Upload.send
    raises.
    """
    try:
        data = evidence.read(database, blob.sha256)
    except EvidenceMissing:
        # Ours is damaged; the one that the office once had may be whole still.
        durable = is_durable(server, caller, blob.sha256) if blob.was_there else None
        if durable is None:
            raise
        return durable

    def note(url: str | None) -> None:
        evidence.upload_began(database, blob.sha256, url)

    return Upload(server, caller, blob, data, chunk, note).send()


def _common(caller: Caller) -> dict[str, str]:
    return {"Tus-Resumable": VERSION, "Authorization": f"Bearer {caller.token}"}


def _offset_in(response: httpx.Response) -> int:
    """How many bytes the office says that it has. Raises NotOurServer."""
    said = response.headers.get("Upload-Offset", "")
    if response.headers.get("Tus-Resumable") != VERSION or not said.isdigit():
        raise NotOurServer
    return int(said)


def _says_durable(response: httpx.Response) -> bool:
    # An office that keeps no backup says nothing: what it verified is as safe as it gets.
    return bool(response.headers.get("Blob-Durable", "true") != "false")


def _piece_headers(piece: bytes) -> dict[str, str]:
    checksum = base64.b64encode(sha256(piece).digest()).decode()
    return {
        "Content-Type": "application/offset+octet-stream",
        "Upload-Checksum": f"sha256 {checksum}",
    }


def _metadata(**values: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in values.items())

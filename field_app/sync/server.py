"""The office over HTTPS: four messages out, and an answer that counts only when it is whole."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from field_app.store.operation_queue import Pending
from field_app.sync import answers
from field_app.sync.answers import Hello, NotThatMessage
from field_app.sync.packing import MOST_UNPACKED, Packed, Packing, plain
from field_app.sync.refusals import refusal
from field_app.sync.troubles import (
    BadAddress,
    BrokenAnswer,
    EnrolmentRefused,
    NoSignal,
    NotOurServer,
    NotPermitted,
    RequestRefused,
    SignedOut,
)
from shared.operations.any_json import read_json
from shared.operations.packing import BrokenPacking, GrowsTooMuch, UnknownPacking
from shared.operations.wire import PROTOCOL, content_digest, digest_matches

HOST = re.compile(r"([\w.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?")
T = TypeVar("T")
Transport = httpx.BaseTransport


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the device id and its token, and the version of the app."""

    device_id: str
    token: str
    app_version: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Operations packed for the office: their numbers, the last one's place in the queue."""

    ns: tuple[int, ...]
    last: int
    packed: Packed


def checked_address(server: str) -> str:
    """The office's address without a path. Raises BadAddress."""
    parts = urlsplit(server.strip() if "//" in server else f"https://{server.strip()}")
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(parts.netloc):
        raise BadAddress(address=server)
    return f"{parts.scheme}://{parts.netloc}"


class Server:
    """One office at one address. Methods block; each raises one of `field_app.sync.troubles`."""

    def __init__(self, address: str, timeout: float, transport: Transport | None = None) -> None:
        self.http = httpx.Client(
            base_url=checked_address(address),
            timeout=httpx.Timeout(timeout, connect=min(timeout, 8)),
            transport=transport,
            follow_redirects=False,
            headers={"User-Agent": "Folio"},
        )
        for unsaid in ("Accept", "Connection"):
            del self.http.headers[unsaid]
        self._packing = Packing()

    def enrol(self, code: str, device: Mapping[str, str]) -> answers.Enrolled:
        """A device identity for a one-time code. Raises EnrolmentRefused."""
        message = {"code": code.strip(), "device": dict(device)}
        try:
            return self._ask("/api/v1/enrol", message, None, answers.enrolled)
        except (SignedOut, NotPermitted, RequestRefused) as error:
            raise EnrolmentRefused from error

    def hello(self, caller: Caller, state: Mapping[str, Any]) -> Hello:
        """Who we are and how far we got, against how far the office got with us."""
        message = {
            "device_id": caller.device_id, "protocol": PROTOCOL,
            "app_version": caller.app_version, **state,
        }  # fmt: skip
        return self._ask("/api/v1/sync/hello", message, caller, answers.hello)

    def batch(self, caller: Caller, waiting: Sequence[Pending]) -> Batch:
        """These operations as one push, ready to travel."""
        head = _json({"device_id": caller.device_id})[:-1]
        operations = b",".join(item.text for item in waiting)
        packed = self._packing.packed(b'%b,"ops":[%b]}' % (head, operations))
        return Batch(tuple(item.n for item in waiting), waiting[-1].seq, packed)

    def push(self, caller: Caller, batch: Batch) -> answers.Pushed:
        """What became of these operations. Raises Gap, Fork, TooLarge too."""
        pushed = self._sent("/api/v1/sync/push", batch.packed, caller, answers.pushed)
        if not set(batch.ns) <= {result.n for result in pushed.results}:
            raise BrokenAnswer
        return pushed

    def pull(self, caller: Caller, cursors: Mapping[str, str], limit: int) -> answers.Pulled:
        """The next page of changes. Raises UpdateNeeded too."""
        message = {"device_id": caller.device_id, "cursors": dict(cursors), "limit": limit}
        return self._ask("/api/v1/sync/pull", message, caller, answers.pulled)

    @contextmanager
    def events(self, caller: Caller, silence: float) -> Iterator[Iterator[str]]:
        """The lines of the office's events, until it hangs up or is silent for so many seconds.

        Raises httpx.HTTPError.
        """
        headers = {"Authorization": f"Bearer {caller.token}", "Accept": "text/event-stream"}
        timeout = httpx.Timeout(silence, connect=8)
        with self.http.stream("GET", "/api/v1/live", headers=headers, timeout=timeout) as answer:
            answer.raise_for_status()
            yield answer.iter_lines()

    def close(self) -> None:
        self.http.close()

    def _ask(self, path: str, message: Any, caller: Caller | None, read: Callable[[Any], T]) -> T:
        return self._sent(path, self._packing.packed(_json(message)), caller, read)

    def _sent(
        self, path: str, packed: Packed, caller: Caller | None, read: Callable[[Any], T]
    ) -> T:
        packed = self._packing.still(packed)
        response = self._posted(path, packed, caller)
        if response.status_code == 415 and self._packing.not_understood(packed):
            response = self._posted(path, self._packing.still(packed), caller)
        try:
            found = _read(response, read)
        except (NotOurServer, RequestRefused):
            # Who stands between us may not let zstd pass: the next try comes packed otherwise.
            self._packing.not_understood(packed)
            raise
        self._packing.heard(response)
        return found

    def _posted(self, path: str, packed: Packed, caller: Caller | None) -> httpx.Response:
        headers = {
            "Content-Type": "application/json", "Content-Digest": content_digest(packed.body),
            **packed.headers, **({"Authorization": f"Bearer {caller.token}"} if caller else {}),
        }  # fmt: skip
        return sent(
            self.http,
            self.http.build_request("POST", path, content=packed.body, headers=headers),
        )


def _json(message: Any) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def sent(http: httpx.Client, request: httpx.Request) -> httpx.Response:
    """The answer to a request, read to its end. Raises NoSignal, BrokenAnswer.

    A kept connection that the office closed while nothing was said is opened once more: every
    request of the contract may be repeated.
    """
    for last in (False, True):
        try:
            return _once(http, request)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
            if last:
                raise BrokenAnswer from error
        except httpx.TransportError as error:
            raise NoSignal from error
    raise AssertionError("two tries end in an answer or in an error")


def _once(http: httpx.Client, request: httpx.Request) -> httpx.Response:
    try:
        response = http.send(request, stream=True)
        try:
            raw = _whole(response.iter_raw())
        finally:
            response.close()
    except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
        raise NoSignal(slow=True) from error
    response.extensions["raw"] = raw
    return response


def _whole(pieces: Iterator[bytes]) -> bytes:
    raw = bytearray()
    for piece in pieces:
        raw += piece
        if len(raw) > MOST_UNPACKED:
            raise BrokenAnswer
    return bytes(raw)


def _read(response: httpx.Response, read: Callable[[Any], T]) -> T:
    try:
        return read(_message(response))
    except NotThatMessage as error:
        raise NotOurServer from error


def _message(response: httpx.Response) -> Any:
    """The message of a whole answer. Raises BrokenAnswer, NotOurServer, or as `refusal` says."""
    if not response.is_success:
        raise refusal(response)
    digest = response.headers.get("Content-Digest")
    if digest is None:
        raise NotOurServer
    if not digest_matches(digest, response.extensions["raw"]):
        raise BrokenAnswer
    try:
        return read_json(plain(response))
    except (UnknownPacking, BrokenPacking, GrowsTooMuch) as error:
        raise BrokenAnswer from error
    except ValueError as error:
        raise NotOurServer from error

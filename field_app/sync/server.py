"""The office over HTTPS: four messages out, and an answer that counts only when it is whole."""

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from field_app.store.outbox import Pending
from field_app.sync import answers
from field_app.sync.answers import Hello, NotThatMessage
from field_app.sync.troubles import (
    BadAddress,
    BrokenAnswer,
    Busy,
    EnrolmentRefused,
    Fork,
    Gap,
    NoSignal,
    NotOurServer,
    NotPermitted,
    OfficeFault,
    OfficeFull,
    RequestRefused,
    SignedOut,
    TooLarge,
    UpdateNeeded,
)
from field_app.trouble import Trouble
from shared.wire import PROTOCOL, content_digest, digest_matches

SMALLEST_WORTH_ZIPPING = 600
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
    body: bytes
    headers: Mapping[str, str]


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
        )

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

    def push(self, caller: Caller, batch: Batch) -> answers.Pushed:
        """What became of these operations. Raises Gap, Fork, TooLarge too."""
        response = self._posted("/api/v1/sync/push", batch.body, batch.headers, caller)
        pushed = _read(response, answers.pushed)
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
        return _read(self._posted(path, *_packed(_json(message)), caller), read)

    def _posted(
        self, path: str, body: bytes, headers: Mapping[str, str], caller: Caller | None
    ) -> httpx.Response:
        authorised = {"Authorization": f"Bearer {caller.token}"} if caller else {}
        return sent(
            self.http,
            self.http.build_request("POST", path, content=body, headers={**headers, **authorised}),
        )


def batch_of(device_id: str, waiting: Sequence[Pending]) -> Batch:
    """These operations as one push, ready to travel."""
    head, operations = _json({"device_id": device_id})[:-1], b",".join(p.text for p in waiting)
    body, headers = _packed(b'%b,"ops":[%b]}' % (head, operations))
    return Batch(tuple(p.n for p in waiting), waiting[-1].seq, body, headers)


def _read(response: httpx.Response, read: Callable[[Any], T]) -> T:
    if not response.is_success:
        raise refusal(response)
    try:
        return read(_body(response))
    except NotThatMessage as error:
        raise NotOurServer from error


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
            raw = b"".join(response.iter_raw())
        finally:
            response.close()
    except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
        raise NoSignal(slow=True) from error
    response.extensions["raw"] = raw
    return response


def _json(message: Any) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _packed(body: bytes) -> tuple[bytes, dict[str, str]]:
    headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
    if len(body) >= SMALLEST_WORTH_ZIPPING:
        body = gzip.compress(body, compresslevel=6, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return body, {**headers, "Content-Digest": content_digest(body)}


def _body(response: httpx.Response) -> Any:
    """The message of a whole answer. Raises BrokenAnswer, NotOurServer."""
    raw = _raw(response)
    digest = response.headers.get("Content-Digest")
    if digest is None:
        raise NotOurServer
    if not digest_matches(digest, raw):
        raise BrokenAnswer
    try:
        return json.loads(_plain(response, raw))
    except (ValueError, EOFError, OSError) as error:
        raise NotOurServer from error


def _raw(response: httpx.Response) -> bytes:
    raw: bytes = response.extensions["raw"]
    return raw


def _plain(response: httpx.Response, raw: bytes) -> bytes:
    return gzip.decompress(raw) if response.headers.get("Content-Encoding") == "gzip" else raw


def refusal(response: httpx.Response) -> Trouble:
    """What an answer that is no success means, by its status and its problem document."""
    problem = _problem(response)
    kind = str(problem.get("type") or "")
    status = response.status_code
    if 300 <= status < 400 or (status < 500 and not problem and status not in (413, 429)):
        return NotOurServer()
    match status:
        case 401:
            return SignedOut(wipe=bool(problem.get("wipe")))
        case 403:
            return NotPermitted()
        case 409 if kind.endswith("fork"):
            return Fork()
        case 409 if kind.endswith("gap"):
            return Gap(expect=problem.get("expect"))
        case 413:
            return TooLarge()
        case 426:
            return UpdateNeeded()
        case 429 | 502 | 503 | 504:
            return Busy(seconds=_retry_after(response))
        case 507:
            return OfficeFull()
    return OfficeFault(status=status) if status >= 500 else RequestRefused(status=status)


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        found = json.loads(_plain(response, _raw(response)))
    except (ValueError, EOFError, OSError):
        return {}
    return found if isinstance(found, dict) else {}


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the office asks for, or None. RFC 9110, 10.2.3."""
    said = response.headers.get("Retry-After", "")
    if said.isdigit():
        return float(said)
    try:
        asked = parsedate_to_datetime(said)
        now = parsedate_to_datetime(response.headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    return max((_zoned(asked) - _zoned(now)).total_seconds(), 0.0)


def _zoned(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)

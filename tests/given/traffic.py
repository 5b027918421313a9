"""A recorded visit of 0.1.0: what its tablet asked, what its office answered, said again."""

import base64
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import zstandard

from shared.operations.wire import content_digest
from tests.contract.traffic import _unpacked
from tests.given.release import GIVEN

Json = Mapping[str, Any]

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

SINCE = ("checklist",)
"""Records of the organisation that an office of 0.1.0 did not have."""


@cache
def recorded() -> Any:
    """`ticket`, the one that was visited, and `exchanges` in order."""
    return json.loads((GIVEN / "traffic" / "traffic.json").read_text("utf-8"))


@dataclass
class Replay:
    """The tablet's part said again; `known` has today's word for each one that the office made up.

    Those are the ids of what it made (of the device, of uploads), the token, and its cursors.
    """

    http: httpx.Client
    known: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def differences(self, exchange: Json) -> list[str]:
        """Ask as then; what is not answered as then."""
        answer = self._asked(exchange)
        if answer.status_code != exchange["status"]:
            return [f"{answer.status_code} and not {exchange['status']}: {answer.text[:300]}"]
        then, headers = exchange["answered"], answer.headers
        found = [
            f"{name}: {loss}"
            for name, value in then["headers"].items()
            for loss in self.unlike(value, headers.get(name))
        ]
        if "json" in then:
            now = _unpacked(answer.extensions["raw"], headers.get("content-encoding"))
            self.token = now.get("token", self.token)
            found += self.unlike(then["json"], now)
        return found

    def unlike(self, then: Any, now: Any) -> Iterator[str]:
        """Where today's answer is another; what it says beside the old words is no difference."""
        match then, now:
            case dict(), dict():
                for name, value in then.items():
                    if name == "org" and isinstance(value, dict):
                        # Its sum is made of the revisions, and the organisation has a new one.
                        value = {"count": value["count"] + len(SINCE)}
                    if name == "cursors":
                        self.known |= {old: now[name][scope] for scope, old in value.items()}
                    elif name != "token":
                        yield from (f"{name}: {u}" for u in self.unlike(value, now.get(name)))
            case list(), list() if len(_old(then)) == len(_old(now)):
                for a, b in zip(_old(then), _old(now), strict=True):
                    yield from self.unlike(a, b)
            case str(), str() if TIME.fullmatch(then) and TIME.fullmatch(now):
                return
            case str(), str() if ID.search(then) and ID.search(now):
                if not self._same_ids(then, now):
                    yield f"{then!r} became {now!r}"
            case _:
                if then != now:
                    yield f"{then!r} became {now!r}"

    def _same_ids(self, then: str, now: str) -> bool:
        """The same words around ids that stand for one another from here on."""
        pairs = list(zip(ID.findall(then), ID.findall(now), strict=False))
        alike = ID.sub("", then) == ID.sub("", now)
        return alike and all(self.known.setdefault(old, new) == new for old, new in pairs)

    def _asked(self, exchange: Json) -> httpx.Response:
        asked = exchange["asked"]
        headers = dict(asked["headers"])
        if asked["signed_in"]:
            headers["Authorization"] = f"Bearer {self.token}"
        body = base64.b64decode(asked.get("base64", ""))
        if "json" in asked:
            body = _packed(self._today(json.dumps(asked["json"])), headers)
            headers["Content-Digest"] = content_digest(body)
        request = self.http.build_request(
            exchange["method"], self._today(exchange["path"]), headers=headers, content=body or None
        )
        answer = self.http.send(request, stream=True)
        answer.extensions["raw"] = b"".join(answer.iter_raw())
        answer.close()
        return answer

    def _today(self, words: str) -> str:
        for old, new in self.known.items():
            words = words.replace(old, new)
        return words


def _old(answered: list[Any]) -> list[Any]:
    """Without what today's office says anew as it opens: the organisation, which has its hours."""
    anew = {"organisation", *SINCE}
    return [each for each in answered if not (isinstance(each, dict) and each.get("id") in anew)]


def _packed(words: str, headers: Json) -> bytes:
    packing = headers.get("content-encoding")
    if packing == "zstd":
        return zstandard.ZstdCompressor().compress(words.encode())
    return gzip.compress(words.encode()) if packing == "gzip" else words.encode()


class RecordedOffice(httpx.HTTPTransport):
    """An office of 0.1.0 out of its answers, for a tablet that visits as the recorded one did.

    A push is answered operation by operation, by number; a pull by how far the visit had got; a
    file by how much of it has come. What 0.1.0 was never asked has no answer here: KeyError.
    """

    def __init__(self) -> None:
        super().__init__()
        self.uploads: dict[str, int] = {}
        self.last_n = 0
        self._pulls = [*_answers("/api/v1/sync/pull"), _answers("/api/v1/sync/pull")[-1]]
        self._hellos = _answers("/api/v1/sync/hello")
        self._results = {
            result["n"]: result
            for answer in _answers("/api/v1/sync/push")
            for result in answer["results"]
        }

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body, path = request.read(), request.url.path
        if path.startswith("/api/v1/blobs/"):
            return self._file(request, len(body))
        asked = _unpacked(body, request.headers.get("content-encoding"))
        answer = {
            "/api/v1/enrol": self._enrol, "/api/v1/sync/hello": self._hello,
            "/api/v1/sync/push": self._push, "/api/v1/sync/pull": self._pull,
        }[path](asked)  # fmt: skip
        content = json.dumps(answer).encode()
        headers = {"Content-Type": "application/json", "Content-Digest": content_digest(content)}
        return httpx.Response(201 if path.endswith("enrol") else 200, headers=headers,
                              stream=httpx.ByteStream(content))  # fmt: skip

    def _enrol(self, asked: Json) -> Any:
        return _answers("/api/v1/enrol")[-1]

    def _hello(self, asked: Json) -> Any:
        answer = next(one for one in self._hellos[::-1] if one["last_n"] <= self.last_n)
        return {**answer, "last_n": self.last_n, "durable_n": self.last_n}

    def _push(self, asked: Json) -> Any:
        ns = [op["n"] for op in asked["ops"]]
        self.last_n = max(self.last_n, *ns)
        said = {"last_n": self.last_n, "durable_n": self.last_n, "time": recorded()["at"]}
        return {**said, "results": [self._results[n] for n in ns]}

    def _pull(self, asked: Json) -> Any:
        """The next page that was given; once all were, that there is nothing new."""
        page = self._pulls[0]
        if len(self._pulls) == 1:
            return {**page, "changes": []}
        return self._pulls.pop(0)

    def _file(self, request: httpx.Request, size: int) -> httpx.Response:
        place = request.url.path
        if request.method == "POST":
            place = f"/api/v1/blobs/{len(self.uploads)}"
        if request.method != "HEAD":
            self.uploads[place] = self.uploads.get(place, 0) + size
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(self.uploads[place])}
        if request.method == "POST":
            headers["Location"] = place
        status = {"POST": 201, "PATCH": 204, "HEAD": 200}[request.method]
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b""))


def _answers(path: str) -> list[Any]:
    return [e["answered"]["json"] for e in recorded()["exchanges"]
            if e["path"] == path and e["status"] < 300]  # fmt: skip

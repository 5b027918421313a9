"""The line between a tablet and the office: real HTTP, on which one can make things go wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

Carry = Callable[[httpx.Request], httpx.Response]
"""Takes a request to the office and brings its answer back, whole."""

Fault = Callable[[httpx.Request, Carry], httpx.Response]
"""What happens to one request instead of being simply carried."""


@dataclass
class Line(httpx.BaseTransport):
    """`faults` are used up one by one, each by the next request whose path ends as it wants.

    `asked` are the requests that the tablet made, in order: method and path.
    """

    inner: httpx.BaseTransport
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    down: bool = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(f"{request.method} {request.url.path}")
        if self.down:
            raise httpx.ConnectError("no signal", request=request)
        for index, (ending, fault) in enumerate(self.faults):
            if request.url.path.endswith(ending) or ending == request.method:
                del self.faults[index]
                return fault(request, self.carry)
        return self.carry(request)

    def carry(self, request: httpx.Request) -> httpx.Response:
        """The request as it is, to the office and back; the answer read to its end."""
        fresh = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.content
        )
        answer = self.inner.handle_request(fresh)
        try:
            raw = b"".join(answer.stream)  # type: ignore[arg-type]
        finally:
            answer.close()
        return httpx.Response(answer.status_code, headers=answer.headers, stream=_Whole(raw))

    def next(self, ending: str, *faults: Fault) -> None:
        """Let these happen to the next requests whose path (or method) ends so."""
        self.faults += [(ending, fault) for fault in faults]

    def close(self) -> None:
        self.inner.close()


class _Whole(httpx.ByteStream):
    """Raw bytes, with the packing in which they came."""


def lost_on_the_way(request: httpx.Request, carry: Carry) -> httpx.Response:
    """The office never hears of it."""
    raise httpx.ConnectError("lost on the way there", request=request)


def answer_lost(request: httpx.Request, carry: Carry) -> httpx.Response:
    """The office carries it out, and the tablet never learns."""
    carry(request)
    raise httpx.ReadTimeout("lost on the way back", request=request)


def twice(request: httpx.Request, carry: Carry) -> httpx.Response:
    """The network delivers it two times; the tablet gets the first answer."""
    first = carry(request)
    carry(request)
    return first


def twice_second_answer(request: httpx.Request, carry: Carry) -> httpx.Response:
    """The network delivers it two times; the tablet gets the second answer."""
    carry(request)
    return carry(request)


def answered(status: int, body: bytes = b"", **headers: str) -> Fault:
    """Somebody in between answers instead of the office."""

    def fault(request: httpx.Request, carry: Carry) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Response(status, headers=named, stream=_Whole(body))

    return fault


def carried_then_answered(status: int, body: bytes = b"", **headers: str) -> Fault:
    """The office carries it out, and somebody in between answers something else."""

    def fault(request: httpx.Request, carry: Carry) -> httpx.Response:
        carry(request)
        return answered(status, body, **headers)(request, carry)

    return fault


def cut_answer(at: int) -> Fault:
    """The answer ends after so many bytes of its body, without anybody saying so."""

    def fault(request: httpx.Request, carry: Carry) -> httpx.Response:
        answer = carry(request)
        raw = b"".join(answer.stream)  # type: ignore[arg-type]
        headers = {k: v for k, v in answer.headers.items() if k != "content-length"}
        return httpx.Response(answer.status_code, headers=headers, stream=_Whole(raw[:at]))

    return fault


def flipped_bit(request: httpx.Request, carry: Carry) -> httpx.Response:
    """The body arrives at the office with one bit changed."""
    body = bytearray(request.content)
    body[len(body) // 2] ^= 1
    changed = httpx.Request(
        request.method, request.url, headers=request.headers, content=bytes(body)
    )
    return carry(changed)


def meanwhile(act: Callable[[], None], then: Fault | None = None) -> Fault:
    """Something happens in the office just before the request comes in."""

    def fault(request: httpx.Request, carry: Carry) -> httpx.Response:
        act()
        return then(request, carry) if then else carry(request)

    return fault

"""The lines between tablets and office: requests are lost, doubled, damaged, held back."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random

import httpx

from tests.faults.line import (
    Carry,
    Fault,
    answer_lost,
    answered,
    carried_then_answered,
    cut_answer,
    flipped_bit,
    lost_on_the_way,
    twice,
    twice_second_answer,
)
from tests.simulation.agenda import Agenda
from tests.simulation.power import PowerCut
from tests.simulation.trace import Trace

PORTAL = answered(200, b"<html>Bienvenido al hotel</html>", content_type="text/html")
PROXY = (413, 429, 502, 503, 504)

FAULTS: Mapping[str, Callable[[Random], Fault]] = {
    "request lost": lambda chance: lost_on_the_way,
    "answer lost": lambda chance: answer_lost,
    "doubled": lambda chance: chance.choice((twice, twice_second_answer)),
    "answer cut": lambda chance: cut_answer(chance.randrange(300)),
    "bit flipped": lambda chance: _damaged,
    "portal": lambda chance: PORTAL,
    "proxy": lambda chance: answered(chance.choice(PROXY)),
    "proxy after all": lambda chance: carried_then_answered(chance.choice(PROXY)),
}
HELD_BACK = "held back"
KINDS = (*FAULTS, HELD_BACK)

LONGEST_HELD = timedelta(hours=30)


class Network:
    """`rate` is the share of requests that are spoilt; `reopen` brings back an office that died.

    `held` are requests that the network still has; each is delivered once, some time later.
    """

    def __init__(
        self, office: Carry, reopen: Callable[[], None], chance: Random, agenda: Agenda,
        trace: Trace,
    ) -> None:  # fmt: skip
        self.rate = 0.0
        self.held: list[httpx.Request] = []
        self._office = office
        self._reopen = reopen
        self._chance = chance
        self._agenda = agenda
        self._trace = trace

    def line(self) -> httpx.BaseTransport:
        """A line for one tablet."""
        return _Line(self)

    def asked(self, request: httpx.Request) -> httpx.Response:
        """What comes of one request."""
        request.read()
        if self._chance.random() >= self.rate:
            return self.carry(request)
        kind = self._chance.choice(KINDS)
        self._trace.say("network", kind, request.method, _short(request), kind=kind)
        if kind == HELD_BACK:
            self._hold(request)
        return FAULTS[kind](self._chance)(request, self.carry)

    def carry(self, request: httpx.Request) -> httpx.Response:
        """To the office and back. An office that fails at it by a fault of its own is a finding."""
        try:
            answer = self._office(request)
        except PowerCut:
            what = f"{request.method} {_short(request)}"
            self._trace.say("office", "its power went out at", what, kind="power cut")
            self._reopen()
            raise httpx.ReadError("the office is gone", request=request) from None
        assert answer.status_code < 500, f"the office answered {answer.status_code} to {request}"
        return answer

    def deliver_all(self) -> None:
        """Whatever the network still holds comes in now."""
        while self.held:
            self._deliver(self.held[0])

    def _hold(self, request: httpx.Request) -> None:
        self.held.append(request)
        wait = LONGEST_HELD * self._chance.random() ** 3
        self._agenda.at(self._trace.now + wait, lambda: self._deliver(request))
        raise httpx.ReadTimeout("held back on the way", request=request)

    def _deliver(self, request: httpx.Request) -> None:
        if request not in self.held:
            return
        self.held.remove(request)
        try:
            status = self.carry(request).status_code
        except httpx.TransportError:
            return
        self._trace.say("network", "delivers late", request.method, _short(request), status)


class _Line(httpx.BaseTransport):
    def __init__(self, network: Network) -> None:
        self._network = network

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._network.asked(request)


def _short(request: httpx.Request) -> str:
    return request.url.path.removeprefix("/api/v1/").removeprefix("sync/")


def _damaged(request: httpx.Request, carry: Carry) -> httpx.Response:
    return flipped_bit(request, carry) if request.content else lost_on_the_way(request, carry)

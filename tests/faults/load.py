"""Tablets that push as fast as they can, and write down what they were told was taken."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import httpx

from shared.operations.ids import uuid7
from shared.operations.wire import content_digest, digest_matches

START = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)


@dataclass
class Pusher:
    """One tablet under load; `taken` has the office's word on each operation, by its number."""

    url: str
    device_id: str
    token: str
    tickets: list[str]
    chance: Callable[[int], bytes]
    sent: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    taken: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    failures: int = 0
    transport: Callable[[], httpx.BaseTransport] = httpx.HTTPTransport

    def run(self, over: Event, batch: int = 4) -> None:
        """Push batch after batch until it is over; what got no answer is pushed again."""
        patience = httpx.Timeout(20, connect=20)
        with httpx.Client(timeout=patience, transport=self.transport()) as http:
            while not over.is_set():
                messages = [self._message(len(self.sent) + 1) for _ in range(batch)]
                while not over.is_set() and not self._pushed(http, messages):
                    self.failures += 1

    def _message(self, n: int) -> Mapping[str, Any]:
        id = uuid7(START + timedelta(milliseconds=n), self.chance(10))
        ticket = self.tickets[n % len(self.tickets)]
        fields = {"fields": {"impact": f"{self.device_id} {n}"}}
        entry = {"collection": "notes", "entry": {"id": id, "text": f"{self.device_id} {n}"}}
        message = {
            "n": n, "op_id": id, "ticket": ticket, "kind": "append" if n % 3 else "set",
            "schema": 1, "base_rev": n, "captured_at": START.isoformat(),
            "body": entry if n % 3 else fields,
        }  # fmt: skip
        self.sent[n] = message
        return message

    def _pushed(self, http: httpx.Client, messages: list[Mapping[str, Any]]) -> bool:
        body = json.dumps({"device_id": self.device_id, "ops": messages}).encode()
        headers = {
            "Authorization": f"Bearer {self.token}", "Content-Digest": content_digest(body),
            "Content-Type": "application/json", "Accept-Encoding": "identity",
        }  # fmt: skip
        try:
            answer = http.post(f"{self.url}/api/v1/sync/push", content=body, headers=headers)
        except httpx.TransportError:
            return False
        if answer.status_code in (502, 503, 504):
            return False
        assert answer.status_code == 200, answer.text
        assert digest_matches(answer.headers["Content-Digest"], answer.content)
        for result in answer.json()["results"]:
            known = self.taken.setdefault(result["n"], result)
            assert known == result, f"told {known} and then {result}"
        return True


def started(pushers: list[Pusher], over: Event) -> list[Thread]:
    """All of them at once, each on its own thread."""
    threads = [Thread(target=pusher.run, args=(over,)) for pusher in pushers]
    for thread in threads:
        thread.start()
    return threads

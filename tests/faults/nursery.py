"""Office processes that may be killed again and again: born of one that has everything imported."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Moment = Literal["before", "after"]
"""Of a COMMIT: just before it, or after it and before the answer."""


@dataclass(frozen=True)
class Birth:
    """What a process is to serve; `dies_at` is the push with which it ends itself, and when."""

    settings: Mapping[str, Any]
    dies_at: int = 0
    moment: Moment = "after"


class Nursery:
    """All its processes answer at one address, which is open also while none of them lives."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._mother = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery", str(self._door.fileno())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            pass_fds=[self._door.fileno()], cwd=Path(__file__).parents[2],
        )  # fmt: skip

    def born(self, birth: Birth) -> int:
        """A new process that serves; its id."""
        said = dict(birth.settings)
        order = {"settings": said, "dies_at": birth.dies_at, "moment": birth.moment}
        return int(self._asked({"born": order}))

    def kill(self, pid: int) -> None:
        """kill -9; the process is gone when this returns."""
        self._asked({"kill": pid})

    def wait(self, pid: int) -> None:
        """The process has ended itself as by a power cut when this returns, and not otherwise."""
        assert self._asked({"wait": pid}) == str(-signal.SIGKILL)

    def close(self) -> None:
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.close()
        self._mother.wait(timeout=20)
        self._mother.stdout.close()
        self._door.close()

    def _asked(self, order: Mapping[str, Any]) -> str:
        assert self._mother.stdin is not None
        assert self._mother.stdout is not None
        self._mother.stdin.write(json.dumps(order, default=str) + "\n")
        self._mother.stdin.flush()
        answer = self._mother.stdout.readline()
        assert answer, "the nursery has ended"
        return answer.strip()


def main(descriptor: int) -> None:
    """Read orders and carry them out, until there are no more."""
    import uvicorn  # noqa: F401  imported once here, for all who are born

    import sync_server.app  # noqa: F401

    door = socket.socket(fileno=descriptor)
    living: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "born" in order:
            pid = _born(order["born"], door)
            living.add(pid)
            _say(str(pid))
            continue
        pid = order.get("kill") or order["wait"]
        if "kill" in order:
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        living.discard(pid)
        _say(str(os.waitstatus_to_exitcode(status)))
    for pid in living:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _born(said: Mapping[str, Any], door: socket.socket) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _serve(said, door)
        status = 0
    finally:
        os._exit(status)


def _serve(said: Mapping[str, Any], door: socket.socket) -> None:
    import uvicorn

    from sync_server.app import create_app
    from sync_server.runtime import web_server
    from sync_server.runtime.settings import Settings

    settings = {**said["settings"], "data": Path(said["settings"]["data"])}
    if said["dies_at"]:
        _die_at(said["dies_at"], said["moment"])
    app = create_app(Settings(**settings))
    uvicorn.Server(uvicorn.Config(app, **web_server.options() | {"log_level": "critical"})).run(
        sockets=[door]
    )


def _die_at(count: int, moment: Moment) -> None:
    """End this process at its so-many-th push, as by a power cut."""
    from sync_server.sync import push

    real: Callable[..., Any] = push._apply_all if moment == "before" else push.accept
    seen: list[int] = []

    def last(*args: Any, **kwargs: Any) -> Any:
        result = real(*args, **kwargs)
        seen.append(1)
        if len(seen) == count:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(push, real.__name__, last)


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""`folio` in processes of their own, born of one that has everything imported: of a command that
takes a second and a half, all but a tenth is reading the house.
"""

import atexit
import gc
import json
import os
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NoReturn

LONGEST = 120.0
"""Seconds after which a command is given up."""


@cache
def warm() -> "WarmCommand":
    """The one of this process; it ends with it."""
    command = WarmCommand()
    atexit.register(command.close)
    return command


class WarmCommand:
    """Runs `folio` with any arguments, environment and input, one at a time."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        self._line.settimeout(LONGEST)
        with theirs:
            self._mother = subprocess.Popen(
                [sys.executable, "-m", "tests.warm_command", str(theirs.fileno())],
                pass_fds=[theirs.fileno()], cwd=Path(__file__).parents[1],
            )  # fmt: skip

    def run(
        self, arguments: Sequence[str], said: str, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """One command, ended; its output and exit code."""
        with TemporaryFile() as typed, TemporaryFile() as out, TemporaryFile() as wrong:
            typed.write(said.encode())
            typed.seek(0)
            order = {
                "arguments": arguments,
                "environment": dict(environment),
                "cwd": str(Path.cwd()),
            }
            files = [file.fileno() for file in (typed, out, wrong)]
            socket.send_fds(self._line, [json.dumps(order).encode()], files)
            code = json.loads(self._line.recv(64) or "null")
            assert code is not None, "the process of all commands has ended"
            return subprocess.CompletedProcess(arguments, code, _text(out), _text(wrong))

    def close(self) -> None:
        self._line.close()
        self._mother.wait(timeout=20)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def main(descriptor: int) -> None:
    """Carry out one command after another, until the line is closed."""
    from sync_server.commands import cli

    for module, _ in cli.COMMANDS.values():
        import_module(f"sync_server.commands.{module}")
    import sync_server.app  # noqa: F401

    gc.freeze()  # shared with those that are born, as long as nobody counts it anew
    with socket.socket(fileno=descriptor) as line:
        while True:
            text, files, _, _ = socket.recv_fds(line, 2**20, 3)
            if not text:
                return
            pid = os.fork()
            if not pid:
                _carry_out(json.loads(text), files)
            for file in files:
                os.close(file)
            _, status = os.waitpid(pid, 0)
            line.send(json.dumps(os.waitstatus_to_exitcode(status)).encode())


def _carry_out(order: Mapping[str, Any], files: Sequence[int]) -> NoReturn:
    """As the script `folio` does. Its process ends as any other, but that nothing is taken down."""
    from sync_server.commands.cli import main as folio

    for place, file in enumerate(files):
        os.dup2(file, place)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    os.chdir(order["cwd"])
    sys.argv = ["folio", *order["arguments"]]
    try:
        folio()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except BaseException:
        traceback.print_exc()
        code = 1
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main(int(sys.argv[1]))

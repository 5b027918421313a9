"""A hand on the tablet's screens without a browser: it presses, types and reads.

It stands where Flet's client would, on Flet's own session, and so uses what Flet keeps inside:
the version is pinned, and only this file knows.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import flet as ft
import msgpack
from flet.components.component import Component
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page
from flet.controls.object_patch import Operation
from flet.messaging.connection import Connection
from flet.messaging.protocol import (
    InvokeMethodRequestBody,
    Message,
    MessageAction,
    PatchControlBody,
    configure_encode_object_for_msgpack,
)
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

from field_app.app.tablet import Tablet
from field_app.app.window import open_window
from field_app.parts.theme import read_brand

PATIENCE = 10.0
"""Seconds after which what was expected is not coming."""


def encode(message: Any) -> bytes:
    """A message as it goes to the client; encoding is also how Flet remembers what it sent."""
    packed: bytes = msgpack.packb(message, default=configure_encode_object_for_msgpack(BaseControl))
    return packed


class Client(Connection):
    """The client's side: encodes what it is sent as the wire does, and answers calls."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.loop = loop
        self.executor = ThreadPoolExecutor(1)
        self.page_url = "http://tablet.test/"
        self.pubsubhub = PubSubHub(loop=loop, executor=self.executor)
        self.session: Session | None = None
        self.sent = 0
        self.crashes: list[str] = []
        self.calls: list[tuple[str, Any]] = []
        self.answers: dict[str, Callable[[Any], Any]] = {}
        self.focused = 0
        self.keys: set[asyncio.Task[None]] = set()
        self.fields: dict[int, str] = {}
        """What stands in each field in which something was typed, on the client's side."""
        self.written: list[str] = []
        """What the server wrote into such a field."""

    def send_message(self, message: Message) -> None:
        self.sent += 1
        if isinstance(message.body, PatchControlBody):
            self._apply(message.body)
        encode([message.action, message.body])
        if message.action is MessageAction.SESSION_CRASHED:
            self.crashes.append(message.body.message)
        if isinstance(message.body, InvokeMethodRequestBody):
            self.loop.create_task(self._answer(message.body))

    def _apply(self, body: PatchControlBody) -> None:
        """Take over what is written into a field: a client does not ask who is typing there."""
        assert self.session is not None
        paths = dict(_paths(body.patch[0], ()))
        for operation in body.patch[1:]:
            if operation[0] is Operation.Replace and operation[2] == "value":
                field = _found(self.session.index.get(body.id), paths[operation[1]])
                if isinstance(field, ft.TextField) and field._i in self.fields:
                    self.fields[field._i] = operation[3]
                    self.written.append(operation[3])

    async def _answer(self, call: InvokeMethodRequestBody) -> None:
        assert self.session is not None
        self.calls.append((call.name, call.args))
        if call.name == "focus":
            self.focused = call.control_id
        result = self.answers.get(call.name, lambda _: None)(call.args)
        self.session.handle_invoke_method_results(call.control_id, call.call_id, result, None)
        if call.name == "push_route":
            self.session.apply_page_patch({"route": call.args["route"]})
            await self.session.dispatch_event(
                self.session.page._i, "route_change", {"route": call.args["route"]}
            )


class Hand:
    """A person at the tablet: every method returns when the screen has come to rest."""

    def __init__(self, tablet: Tablet, width: int = 1280, height: int = 800) -> None:
        self.loop = asyncio.new_event_loop()
        self.client, self.tablet = Client(self.loop), tablet
        self.taps = self.texts = 0
        self.loop.run_until_complete(self._open(tablet, width, height))
        self.rest()

    async def _open(self, tablet: Tablet, width: int, height: int) -> None:
        self.session = self.client.session = Session(self.client)
        self.session.apply_page_patch(
            {"route": "/", "width": width, "height": height, "web": True, "platform": "linux"}
        )
        encode(self.session.get_page_patch())
        _context_page.set(self.session.page)
        ft.context.reset_auto_update()
        await open_window(self.session.page, tablet, read_brand())
        await self.session.after_event(self.session.page)

    def close(self) -> None:
        self.loop.run_until_complete(self._leave())
        self.loop.close()
        self.client.executor.shutdown()

    async def _leave(self) -> None:
        self.session.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.gather(
            *asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True
        )

    # What a person does

    def press(self, identifier: str) -> None:
        """Tap what has this name. Fails when it is not there or cannot be pressed."""
        control = self._inside(identifier, lambda c: getattr(c, "on_click", None) is not None)
        assert control is not None, f"nothing to press at {identifier!r}: {self.identifiers()}"
        assert not getattr(control, "disabled", False), f"{identifier!r} cannot be pressed yet"
        self.taps += 1
        self._dispatch(control, "click", None)

    def press_and_go_on(self, identifier: str) -> None:
        """Tap what takes its time, and do not wait for its end: as the client, which never does."""
        control = self._inside(identifier, lambda c: getattr(c, "on_click", None) is not None)
        assert control is not None, f"nothing to press at {identifier!r}: {self.identifiers()}"
        self.running = self.loop.create_task(self.session.dispatch_event(control._i, "click", None))

    def type(self, identifier: str, text: str) -> None:
        """Write into a field in place of what it holds, key by key, and leave it."""
        self.type_and_stay(identifier, text)
        self.leave(identifier)

    def type_and_stay(self, identifier: str, text: str) -> None:
        """Write into a field in place of what it holds, without leaving it."""
        field = self._field(identifier)
        assert not field.read_only, f"{identifier!r} is read only"
        self.texts += 1
        # A field that asked for the keyboard needs no tap.
        self.taps += field._i != self.client.focused
        self.take(identifier)
        self.client.fields[field._i] = ""
        self.keys(identifier, text)

    def take(self, identifier: str) -> None:
        """Tap a field: the keyboard opens, the cursor stands at its end."""
        field = self._field(identifier)
        self.client.fields[field._i] = field.value or ""
        self._dispatch(field, "focus", None)

    def keys(self, identifier: str, text: str, turns: Callable[[], int] = lambda: 1) -> None:
        """Key after key into the field in hand: each its value and its event, as two messages,
        `turns` of the loop apart. Nobody waits for the screen to come to rest."""
        self.loop.run_until_complete(self._keys(self._field(identifier)._i, text, turns))
        self.rest()

    def paste(self, identifier: str, text: str) -> None:
        """All of it at once, into the field in hand."""
        field = self._field(identifier)._i
        self.loop.run_until_complete(self._says(field, text, lambda: 1))
        self.rest()

    def leave(self, identifier: str) -> None:
        """Tap somewhere else."""
        self._dispatch(self._field(identifier), "blur", None)

    def shows(self, identifier: str) -> str:
        """What stands in a field on the client's side."""
        field = self._field(identifier)
        return self.client.fields.get(field._i, field.value or "")

    async def _keys(self, field: int, text: str, turns: Callable[[], int]) -> None:
        for key in text:
            await self._says(field, self.client.fields[field] + key, turns)

    async def _says(self, field: int, value: str, turns: Callable[[], int]) -> None:
        self.client.fields[field] = value
        self.session.apply_patch(field, {"value": value})
        await self._turns(turns())
        event = self.session.dispatch_event(field, "change", value)
        self.client.keys.add(task := self.loop.create_task(event))
        task.add_done_callback(self.client.keys.discard)
        await self._turns(turns())

    async def _turns(self, count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    def go(self, route: str) -> None:
        """Follow an address, as the browser's bar would."""
        self.session.apply_page_patch({"route": route})
        self._dispatch(self.session.page, "route_change", {"route": route})

    def resize(self, width: int, height: int) -> None:
        self.session.apply_page_patch({"width": width, "height": height})
        self._dispatch(self.session.page, "resize", {"width": width, "height": height})

    def submit(self, identifier: str) -> None:
        """Enter, in a field."""
        self._dispatch(self._field(identifier), "submit", None)

    def lifecycle(self, state: str) -> None:
        """The app comes to the front, or goes from it."""
        self._dispatch(self.session.page, "app_lifecycle_state_change", {"state": state})

    def minute(self) -> None:
        """A minute begins."""
        self.loop.run_until_complete(self._tick())
        self.rest()

    async def _tick(self) -> None:
        _context_page.set(self.session.page)
        page = next(
            c.args[0] for c in self.walk() if isinstance(c, Component) and c.fn.__name__ == "App"
        )
        page.tick()

    def drag(self, identifier: str, points: list[tuple[float, float]]) -> None:
        """Draw with one finger: down at the first point, up at the last."""
        first, *rest = [{"l": {"x": x, "y": y}, "g": {"x": x, "y": y}} for x, y in points]
        self._dispatch(self._pad(identifier), "pan_down", first)
        for place in rest:
            self._dispatch(self._pad(identifier), "pan_update", place)
        self._dispatch(self._pad(identifier), "pan_end", rest[-1] | {"v": {"x": 0, "y": 0}})

    def scroll_to_end(self, identifier: str) -> None:
        """Read on until there is no more."""
        column = self._inside(identifier, lambda c: getattr(c, "on_scroll", None) is not None)
        assert column is not None
        self._dispatch(column, "scroll", {
            "event_type": "end", "pixels": 4000, "min_scroll_extent": 0,
            "max_scroll_extent": 4000, "viewport_dimension": 700,
        })  # fmt: skip

    # What a person sees

    def sees(self, words: str) -> bool:
        """Whether these words stand anywhere on the screen."""
        return any(words in text for text in self.words())

    def words(self) -> list[str]:
        """Every text on the screen, in order."""
        texts = (c.value for c in self.walk() if isinstance(c, ft.Text))
        return [str(text) for text in texts if text]

    def value(self, identifier: str) -> str:
        """What stands in a field."""
        return self._field(identifier).value

    def has(self, identifier: str) -> bool:
        return identifier in self.identifiers()

    def can_press(self, identifier: str) -> bool:
        control = self._inside(identifier, lambda c: getattr(c, "on_click", None) is not None)
        return control is not None and not getattr(control, "disabled", False)

    def tickets(self) -> int:
        """How many tickets the list shows."""
        return sum(name.startswith("ticket-") for name in self.identifiers())

    def identifiers(self) -> list[str]:
        """The names of what can be reached, in order."""
        return [c.identifier for c in self.walk() if isinstance(c, ft.Semantics) and c.identifier]

    def until(self, sight: Callable[[], bool], what: str = "") -> None:
        """Wait for what comes from another thread or a pause. Fails when it does not come."""
        self.loop.run_until_complete(self._until(sight, what))

    def rest(self) -> None:
        """Let everything settle that needs no waiting."""
        self.loop.run_until_complete(self._rest())
        assert not self.client.crashes, self.client.crashes[0]

    # Below

    def walk(self) -> Iterator[BaseControl]:
        for view in self.session.page.views:
            yield from _below(view)

    def _inside(self, identifier: str, wanted: Callable[[BaseControl], bool]) -> BaseControl | None:
        for control in self.walk():
            if isinstance(control, ft.Semantics) and control.identifier == identifier:
                return next((c for c in _below(control) if wanted(c)), None)
        return None

    def _pad(self, identifier: str) -> BaseControl:
        pad = self._inside(identifier, lambda c: isinstance(c, ft.GestureDetector))
        assert pad is not None
        return pad

    def _field(self, identifier: str) -> ft.TextField:
        field = self._inside(identifier, lambda c: isinstance(c, ft.TextField))
        assert isinstance(field, ft.TextField), f"no field {identifier!r}: {self.identifiers()}"
        return field

    def _dispatch(self, control: BaseControl, event: str, data: Any) -> None:
        self.loop.run_until_complete(self.session.dispatch_event(control._i, event, data))
        self.rest()

    async def _rest(self) -> None:
        before, quiet = -1, 0
        while quiet < 5:
            quiet = quiet + 1 if self.client.sent == before else 0
            before = self.client.sent
            await asyncio.sleep(0)

    async def _until(self, sight: Callable[[], bool], what: str) -> None:
        deadline = self.loop.time() + PATIENCE
        while not sight():
            assert not self.client.crashes, self.client.crashes[0]
            assert self.loop.time() < deadline, f"never saw {what or sight}: {self.words()[:40]}"
            await asyncio.sleep(0.01)


def _paths(node: list[Any], path: tuple[Any, ...]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The table of a patch: the number of each place, and the way to it."""
    yield node[0], path
    for name, below in (node[1] if len(node) > 1 else {}).items():
        yield from _paths(below, (*path, name))


def _found(place: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        if isinstance(place, list | tuple):
            place = place[name] if name < len(place) else None
        else:
            place = getattr(place, str(name), None)
    return place


_NOT_DRAWN = frozenset({"args", "kwargs", "_state", "_contexts", "fn", "_parent", "data"})


def _below(control: BaseControl) -> Iterator[BaseControl]:
    """A control and all that is drawn in it, in order."""
    if not isinstance(control, Component) and getattr(control, "visible", True) is False:
        return
    yield control
    held = {**vars(control), **getattr(control, "_values", {})}
    for name, value in held.items():
        if name not in _NOT_DRAWN and not name.startswith("__"):
            yield from _controls(value)


def _controls(value: Any) -> Iterator[BaseControl]:
    if isinstance(value, BaseControl):
        yield from _below(value)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _controls(item)

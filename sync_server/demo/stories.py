"""The tickets of the demo, told: each opened some business time ago, and brought to its state."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import select

from shared.operations.operation import Kind
from shared.ticket.people import SYSTEM, Actor, Role
from shared.time.calendar import Calendar, business_time_between
from shared.time.timestamps import wire_time
from sync_server.database.tables import ticket
from sync_server.database.transactions import Transaction
from sync_server.identity.users import User
from sync_server.intake import ticket_file
from sync_server.intake.register import register
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext
from sync_server.sync import received_files
from sync_server.tickets.apply import office_operation
from sync_server.tickets.folios import folio

Story = Mapping[str, Any]

A_BUSINESS_DAY = timedelta(hours=9)
FRESH = timedelta(hours=20)


def tell(
    context: ApplicationContext, story: Story, people: Mapping[str, User], now: datetime
) -> str:
    """Register the story's ticket and bring it to its state; its id."""
    ago = timedelta(minutes=story["opened_minutes_ago"])
    opened = business_time_before(now, ago, context.calendar)
    if ago < A_BUSINESS_DAY:
        # After a weekend a fresh ticket would otherwise be older than the 24 hours of E1.
        opened = max(opened, now - FRESH)
    teller = _Teller(context, story, people, opened, now)
    id = context.database.write(teller.open)
    if story["state"] == "merged":
        teller.merge(id)
    elif story["state"] != "classified":
        teller.assign(id)
        _CHAPTERS[story["state"]](teller, id)
    return id


def business_time_before(now: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """The latest whole minute at which `amount` of business time was still to run until `now`."""
    near, far = 0, 60 * 24 * 60
    while near < far:
        middle = (near + far) // 2
        since = now - timedelta(minutes=middle)
        if business_time_between(since, now, calendar) >= amount:
            far = middle
        else:
            near = middle + 1
    return now - timedelta(minutes=near)


class _Teller:
    """One story: who does what, each thing some minutes after the one before, never after `now`."""

    def __init__(
        self,
        context: ApplicationContext,
        story: Story,
        people: Mapping[str, User],
        opened: datetime,
        now: datetime,
    ) -> None:
        self.context = context
        self.story = story
        self.people = people
        self.opened = opened
        self.now = now
        self.at = opened

    def open(self, tx: Transaction) -> str:
        """Register the ticket as the call centre does; its asset brings its history along."""
        said = {**self.story, "asset": self._asset()}
        if self.story["state"] == "classified":
            said |= {"follow_up_of": self._earlier_folio(18)}
        id = register(
            tx,
            self.context,
            ticket_file.request_of(said),
            self.actor(Role.CALL_CENTRE),
            self.opened,
        )
        self._write_history(tx, said["asset"])
        return id

    def actor(self, role: Role) -> Actor:
        """The first person of a role; the engineer of the story."""
        if role is Role.SYSTEM:
            return SYSTEM
        if role is Role.ENGINEER:
            return Actor(self.people[self.story["engineer"]].id, role)
        return next(Actor(u.id, role) for u in self.people.values() if u.role is role)

    def does(
        self, id: str, role: Role, kind: Kind, body: Mapping[str, Any], after: int = 2
    ) -> None:
        """Somebody does something, `after` minutes later."""
        self.at = min(self.at + timedelta(minutes=after), self.now)
        self.context.database.write(
            lambda tx: office_operation(
                tx, self.context, self.actor(role), id, kind, body, now=self.at
            )
        )

    def commands(self, id: str, role: Role, name: str, after: int = 2, **body: Any) -> None:
        """A command."""
        self.does(id, role, Kind.COMMAND, {"name": name, **body}, after)

    def writes(self, id: str, **fields: Any) -> None:
        """The engineer writes fields."""
        self.does(id, Role.ENGINEER, Kind.SET, {"fields": fields})

    def adds(self, id: str, collection: str, **entry: Any) -> None:
        """The engineer adds an entry."""
        body = {"collection": collection, "entry": {"id": self.context.new_id(), **entry}}
        self.does(id, Role.ENGINEER, Kind.APPEND, body)

    def assign(self, id: str) -> None:
        """The supervisor gives it to the story's engineer."""
        assignee = self.people[self.story["engineer"]].id
        self.commands(id, Role.SUPERVISOR, "assign", after=8, assignee=assignee)

    def start(self, id: str) -> None:
        """The engineer calls the customer and begins."""
        self.commands(id, Role.ENGINEER, "start", after=9)
        self.adds(
            id, "contacts",
            at=wire_time(self.at), how="phone", **{"with": self.story["requester"]["name"]},
        )  # fmt: skip

    def merge(self, id: str) -> None:
        """The same asset was reported twice: this one goes into the other."""
        with self.context.database.reading() as tx:
            query = select(ticket.c.folio).where(
                ticket.c.serial == self.story["asset"]["serial"], ticket.c.id != id
            )
            other = tx.scalar(query.order_by(ticket.c.folio).limit(1))
        self.commands(id, Role.SUPERVISOR, "merge_into", after=7, folio=other)

    def keeps_capture(self, id: str, words: str) -> None:
        """A picture of a screen, stored like any other file."""
        content = _capture(words)
        name = sha256(content).hexdigest()
        received_files.receive(self.context, name, "image/png", content, self.at)
        self.adds(
            id, "evidence", sha256=name, mime="image/png", size=len(content), kind="capture",
            caption=words, taken_at=wire_time(self.at),
        )  # fmt: skip

    def _asset(self) -> dict[str, Any]:
        asset = {k: v for k, v in self.story["asset"].items() if k != "history"}
        return {**asset, "history": []}

    def _earlier_folio(self, number: int) -> str:
        """The folio of a service before the demo, in the year that it is in the office's zone."""
        year = self.now.astimezone(self.context.calendar.zone).year
        return folio(self.context.settings.folio_prefix, year, number)

    def _write_history(self, tx: Transaction, said: Mapping[str, Any]) -> None:
        asset = records.labelled(tx, "asset", said["serial"])
        earlier = self.story["asset"].get("history") or ()
        if asset is None or asset.doc.get("history") or not earlier:
            return
        history = [
            {
                "folio": self._earlier_folio(18 + index),
                "opened_at": wire_time(self.now - timedelta(days=past["days_ago"], hours=6)),
                "closed_at": wire_time(self.now - timedelta(days=past["days_ago"])),
                **{name: past[name] for name in _SERVICE},
            }
            for index, past in enumerate(earlier)
        ]
        records.put(tx, "asset", asset.id, {**asset.doc, "history": history}, self.now)


_SERVICE = ("description", "root_cause", "final_classification", "solution")


def _in_analysis(teller: _Teller, id: str) -> None:
    teller.start(id)


def _waiting_customer(teller: _Teller, id: str) -> None:
    teller.start(id)
    teller.writes(id, mode="remote", diagnosis="La contraseña del servidor de archivos cambió.")
    teller.commands(id, Role.ENGINEER, "ask_customer", question=teller.story["question"])


def _waiting_final_solution(teller: _Teller, id: str) -> None:
    teller.start(id)
    teller.writes(
        id, mode="on_site", arrived_at=wire_time(teller.at),
        diagnosis="Unidad de imagen negra fuera de rango; líneas verticales también al imprimir.",
        root_cause="CR-IMG-01",
    )  # fmt: skip
    teller.adds(id, "actions", at=wire_time(teller.at), text="Limpieza: solución temporal.")
    _pending(teller, id)
    teller.commands(id, Role.ENGINEER, "await_solution", awaiting=teller.story["awaiting"])
    teller.commands(
        id, Role.SYSTEM, "raise_escalation", trigger="E3", level=1, reason="special_part"
    )


def _escalated(teller: _Teller, id: str) -> None:
    teller.start(id)
    teller.commands(id, Role.SUPERVISOR, "escalate", after=30, **teller.story["escalation"])


def _joint_analysis(teller: _Teller, id: str) -> None:
    teller.start(id)
    teller.writes(
        id, mode="on_site", arrived_at=wire_time(teller.at),
        diagnosis="Sin luz en la fuente de baja tensión; daño por variación de voltaje.",
        root_cause="CR-ELE-01", meter_exception="El equipo no enciende.",
    )  # fmt: skip
    _pending(teller, id)
    teller.commands(id, Role.ENGINEER, "joint", area=teller.story["area"])


def _customer_validation(teller: _Teller, id: str) -> None:
    teller.start(id)
    began = teller.at
    teller.writes(
        id, mode="remote", history_reviewed=True, root_cause="CR-USR-01",
        diagnosis="El controlador de la computadora de dirección no tenía activada la doble cara.",
        solution="Se activó la unidad dúplex en el controlador y se explicó cómo elegir la opción.",
        final_classification="FC09",
    )  # fmt: skip
    teller.adds(id, "actions", at=wire_time(teller.at), text="Se explica la opción por teléfono.")
    teller.keeps_capture(id, "Doble cara activada")
    teller.adds(
        id, "time_entries",
        start=wire_time(began), end=wire_time(teller.at + timedelta(minutes=1)), kind="work",
    )  # fmt: skip
    teller.writes(id, test_result="passed", tested_at=wire_time(teller.at))
    teller.commands(id, Role.ENGINEER, "finalise", after=4)


def _pending(teller: _Teller, id: str) -> None:
    for part in teller.story.get("parts_pending", ()):
        teller.adds(id, "parts_pending", **part)


_CHAPTERS: Mapping[str, Callable[[_Teller, str], None]] = {
    "assigned": lambda teller, id: None,
    "in_analysis": _in_analysis,
    "waiting_customer": _waiting_customer,
    "waiting_final_solution": _waiting_final_solution,
    "escalated": _escalated,
    "joint_analysis": _joint_analysis,
    "customer_validation": _customer_validation,
}


def _capture(words: str) -> bytes:
    picture = Image.new("RGB", (960, 540), "#f4f7f7")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 60, 900, 480), fill="#ffffff", outline="#0b5351", width=3)
    draw.rectangle((60, 60, 900, 120), fill="#0b5351")
    draw.text((90, 210), words, fill="#14201f", font_size=44)
    content = BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()

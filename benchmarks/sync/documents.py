"""Ticket-like documents of about 1.5 KB, the same for every leg and every run."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.operations.ids import uuid7
from shared.time.timestamps import instant

SEED = 20260309
FIRST = instant("2026-03-09T08:52:00-06:00")

WORDS = (
    "el la un una de que no se del al con por para en sin muy más equipo impresora pantalla código "
    "fusor rodillo bandeja atasco papel tóner tambor correa sensor calefactor alimentador salida "
    "imprime mancha raya tarda apaga enciende reinicia bloquea muestra error aviso usuario piso "
    "área recepción urgencias farmacia almacén contabilidad reporta desde ayer hoy lunes mañana "
    "tarde turno urgente revisar cambiar limpiar ajustar probar confirmar cliente contrato serie "
    "contador lectura copia color negro red cable puerto dirección servidor cola trabajo documento "
    "hoja tamaño carta oficio doble cara grapa escáner correo carpeta permiso clave técnico visita"
).split()
NAMES = "Marta Luis Ana Jorge Elena Raúl Sofía Iván Carmen Hugo Paula Tomás".split()
SURNAMES = "Ibáñez Rey Robles Peña Soto Luna Vidal Cano Mora Gil Ríos Vega".split()


def documents(count: int) -> Iterator[dict[str, Any]]:
    """`count` documents: {"id": UUIDv7, "fields": the fields of a ticket}."""
    dice = random.Random(SEED)
    for number in range(count):
        at = FIRST.timestamp() + 37 * number
        id = uuid7(FIRST.fromtimestamp(at, FIRST.tzinfo), dice.randbytes(10))
        yield {"id": id, "fields": _fields(dice, number)}


def write(path: Path, count: int) -> None:
    """The documents as lines of JSON, for every leg to read."""
    with path.open("w", encoding="utf-8") as file:
        for document in documents(count):
            file.write(json.dumps(document, ensure_ascii=False) + "\n")


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The documents of a file of lines."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _fields(dice: random.Random, number: int) -> dict[str, Any]:
    return {
        "provisional_folio": f"P-{number:06}",
        "channel": dice.choice(["phone", "email", "portal", "whatsapp"]),
        "nature": "technical_fault",
        "type": dice.choice(["technical_fault", "equipment_down", "recurring_problem"]),
        "priority": dice.choice(["high", "medium", "low"]),
        "requester": {
            "name": f"{dice.choice(NAMES)} {dice.choice(SURNAMES)}",
            "contact": f"55 {dice.randrange(10**4):04} {dice.randrange(10**4):04}",
            "kind": "customer",
        },
        "customer": f"customer-{dice.randrange(400):04}",
        "site": f"site-{dice.randrange(900):04}",
        "asset": f"asset-{dice.randrange(5000):05}",
        "description": _prose(dice, 104),
        "impact": _prose(dice, 25),
        "diagnosis": _prose(dice, 40),
        "billable": dice.random() < 0.3,
    }


def _prose(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(WORDS, k=words)).capitalize() + "."

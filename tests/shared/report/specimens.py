"""The reports that tests measure and people look at: short, long, refused, remote, oddly spelt."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from math import cos, pi, sin
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from shared.operations.digest import (
    canonical,
    report_record,
    sign_off_digest,
    sign_off_holds,
)
from shared.report.blocks import Paper
from shared.report.content import as_signed, content, service_report, to_be_read
from shared.report.pdf import render
from shared.report.shown import shown_digest
from shared.report.subject import Edition, Subject
from shared.ticket.asset import Asset
from shared.ticket.ticket import Record, Ticket

OPENED = datetime.fromisoformat("2026-03-09T08:52:00-06:00")
MEXICO = ZoneInfo("America/Mexico_City")
PLACE = {"lat": 19.432608, "lon": -99.133209, "accuracy": 8}

ORGANISATION = {
    "organisation": "Servicio en Sitio",
    "support": {
        "phone": "55 5550 0100",
        "email": "soporte@example.com",
        "hours": {"es": "Lunes a viernes, 9:00 a 18:00", "en": "Monday to Friday, 9:00 to 18:00"},
    },
    "privacy": {
        "es": "Servicio en Sitio usa su nombre, cargo, firma, la hora y el lugar de la visita solo "
        "para documentar este servicio y demostrar que el informe no ha cambiado.",
        "en": "Servicio en Sitio uses your name, position, signature and the time and place of the "
        "visit only to document this service and to prove that the report has not changed.",
    },
    "colours": {"light": {"ink": "#14201f", "primary": "#0b5351"}},
}

CATALOGUES: Mapping[str, Mapping[str, Any]] = {
    "root_causes": {"items": [
        {"code": "CR-FUS-01", "label": {"es": "Calefactor del fusor", "en": "Fuser heater"}},
        {"code": "CR-USR-01", "label": {"es": "Uso", "en": "Use"}},
    ]},
    "final_classifications": {"items": [
        {"code": "FC01", "label": {"es": "Desgaste por vida útil", "en": "Wear at end of life"}},
        {"code": "FC09", "label": {"es": "Error de usuario", "en": "User error"}},
    ]},
    "parts": {"items": [
        {"code": "REF-FUS-A3C", "label": {"es": "Fusor A3 color", "en": "A3 colour fuser"}},
        {"code": "REF-ROD-KIT", "label": {"es": "Kit de rodillos", "en": "Roller kit"}},
        {"code": "REF-UIM-K", "label": {"es": "Unidad de imagen K", "en": "Imaging unit K"}},
    ]},
    "people": {"items": [{"id": "engineer-1", "name": "Ing. Daniela Ríos Treviño"}]},
    "organisation": ORGANISATION,
}  # fmt: skip

ASSET = Asset.of(
    "asset-1",
    {
        "serial": "DEMO-KY4054-0117", "make": "Kyocera", "model": "TASKalfa 4054ci",
        "colour": True, "location": "PB, Admisión",
        "meter": {"total": 284310, "bw": 201554, "colour": 82756},
    },
)  # fmt: skip

FIELDS: Mapping[str, Any] = {
    "folio": "SEI-2026-000101", "state": "in_analysis", "channel": "phone",
    "nature": "technical_fault", "type": "equipment_down", "priority": "high",
    "requester": {"name": "Lic. Marta Ibáñez", "contact": "55 5550 0101", "kind": "customer"},
    "customer": "customer-1", "site": "site-1", "asset": "asset-1",
    "description": "Pantalla con código C6000 y no imprime recetas; es el único equipo del área.",
    "assignee": "engineer-1", "mode": "on_site", "history_reviewed": True, "serial_matched": True,
    "meter": {"total": 284342, "bw": 201580, "colour": 82762},
    "diagnosis": "El calefactor del fusor no alcanza la temperatura de trabajo: 142 °C contra "
    "180 °C nominales. El contador de vida útil del fusor está al 118 %. Las guías y el termistor "
    "se encuentran en buen estado.",
    "root_cause": "CR-FUS-01",
    "solution": "Se cambió el fusor, se reinició su contador de vida útil y se imprimieron 30 "
    "hojas a doble cara sin atascos ni código de error.",
    "test_result": "passed", "final_classification": "FC01",
    "satisfaction": {"rating": 4, "comment": "Muy amable; llegó antes de lo prometido."},
}  # fmt: skip


def at(minutes: float) -> str:
    """RFC 3339, so many minutes after the ticket was opened."""
    return (OPENED + timedelta(minutes=minutes)).isoformat()


TIMES = {
    "created_at": at(0), "arrived_at": at(68), "departed_at": at(153), "tested_at": at(141),
    "due": {"response": at(60), "on_site": at(240), "resolution": at(480)},
}  # fmt: skip


@cache
def photo(number: int, wide: int = 1600, tall: int = 1200) -> bytes:
    """A JPEG like no other: something round on something straight, numbered."""
    grain = Random(number).randbytes(wide // 8 * (tall // 8))
    image = Image.frombytes("L", (wide // 8, tall // 8), grain).resize((wide, tall)).convert("RGB")
    ground = Image.new("RGB", (wide, tall), (70 + 31 * number % 110, 96, 92 + 17 * number % 80))
    image = Image.blend(ground, image, 0.1)
    draw = ImageDraw.Draw(image)
    draw.rectangle([wide * 0.12, tall * 0.55, wide * 0.88, tall * 0.8], fill=(44, 49, 54))
    draw.rectangle([wide * 0.2, tall * 0.22, wide * 0.7, tall * 0.58], fill=(206, 210, 208))
    draw.ellipse([wide * 0.3, tall * 0.28, wide * 0.3 + tall * 0.25, tall * 0.53],
                 fill=(60, 66 + number * 7 % 120, 70))  # fmt: skip
    draw.text((wide * 0.5, tall * 0.35), str(number), fill=(20, 24, 26), font_size=tall // 8)
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


def strokes() -> list[list[list[float]]]:
    """A hand that swings through a name and underlines it, about 270 points."""
    name, clock = [], 0.0
    for i in range(210):
        u = i / 209
        x = 60 + 720 * u + 38 * sin(9 * pi * u)
        y = 190 - 95 * sin(11 * pi * u) * (1 - 0.55 * u) - 30 * cos(3 * pi * u)
        clock += 7 + 6 * abs(cos(11 * pi * u))
        name.append([round(x, 1), round(y, 1), round(clock)])
    clock += 180
    line = [[round(90 + 9.6 * i, 1), round(305 - 26 * sin(i / 60 * pi), 1), round(clock + 5 * i)]
            for i in range(60)]  # fmt: skip
    dot = [[612.0, 62.0, round(clock + 700)]]
    return [name, line, dot]


SIGN_OFF: Mapping[str, Any] = {
    "id": "s1", "outcome": "conformity", "name": "Marta Ibáñez Cárdenas",
    "position": "Administradora de Urgencias", "strokes": strokes(), "signed_at": at(149),
    "place": PLACE, "locale": "es-MX",
    "text": "Al firmar confirmo que revisé este informe y que el servicio se realizó como aquí se "
    "describe: lo reportado, lo encontrado, lo realizado, las refacciones utilizadas y pendientes, "
    "el contador, los horarios, la prueba y las fotografías. Mi firma no renuncia a garantías ni a "
    "reclamar fallas posteriores, no modifica el contrato vigente y no autoriza cargos distintos "
    "de los que aquí se indican.",
    "device": {"name": "Tableta 7 (Galaxy Tab A9)", "app": "1.0.0", "clock_offset": -1.8},
}  # fmt: skip

CAPTIONS = (
    ("before", "Código C6000 en el panel"), ("before", "Fusor gastado, retirado del equipo"),
    ("before", "Etiqueta con el número de serie"), ("after", "Panel sin código de error"),
    ("after", "Fusor nuevo en su lugar, con su etiqueta y la guía cerrada"),
    ("after", "Hojas de prueba impresas a doble cara"),
)  # fmt: skip


@cache
def pictures(count: int) -> tuple[tuple[str, bytes], ...]:
    """So many photos by hash, lying and standing."""
    shapes = [(1600, 1200), (1600, 900), (1200, 1600)]
    made = (photo(i, *shapes[(i // 2) % 3 if count > 6 else 0]) for i in range(count))
    return tuple((sha256(data).hexdigest(), data) for data in made)


def evidence(count: int = 6) -> tuple[dict[str, Any], ...]:
    """Entries for those photos."""
    captions = [CAPTIONS[i % 6] for i in range(count)]
    return tuple(
        {"id": f"e{i:03}", "sha256": name, "mime": "image/jpeg", "size": len(data), "kind": kind,
         "caption": caption, "taken_at": at(70 + 2 * i), "position": PLACE}
        for i, ((name, data), (kind, caption)) in enumerate(
            zip(pictures(count), captions, strict=True))
    )  # fmt: skip


def entries(**changed: Any) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """What was collected on an ordinary visit."""
    return {
        "contacts": ({"id": "c1", "at": at(31), "how": "phone", "with": "Lic. Marta Ibáñez"},),
        "actions": (
            {"id": "a1", "at": at(82), "text": "Lectura de códigos y medición del calefactor."},
            {"id": "a2", "at": at(112), "text": "Cambio de fusor y reinicio de su contador."},
        ),
        "parts_used": (
            {"id": "p1", "code": "REF-FUS-A3C", "quantity": 1, "serial": "FK-8550-2231"},
        ),
        "time_entries": (
            {"id": "t1", "start": at(38), "end": at(68), "kind": "travel"},
            {"id": "t2", "start": at(68), "end": at(153), "kind": "work"},
        ),
        "evidence": evidence(),
        **changed,
    }  # fmt: skip


def signed(record: Record, **statement: Any) -> Record:
    """The record, signed as it stands."""
    sign_off = {**SIGN_OFF, **statement}
    return record.with_fields(
        {"sign_off": {**sign_off, "digest": sign_off_digest(record, sign_off)}}
    )


def ordinary() -> Record:
    """One part, six photos, signed."""
    return signed(Record("0195f3a2-7c1e-7d3a-9b51-2f6a8c4e1d07", {**FIELDS, **TIMES}, entries()))


def subject(record: Record, paper: Paper = Paper.LETTER, locale: str = "es-MX") -> Subject:
    """The record among its customer, site and catalogues."""
    return Subject(
        Ticket.of(record),
        Edition(MEXICO, "https://folio.example.com", paper=paper),
        ASSET,
        {"name": "Hospital San Gabriel, Urgencias", "locale": locale,
         "contract": "Servicio integral 2026"},
        {"name": "Urgencias", "address": "Av. Insurgentes Sur 1840, Ciudad de México"},
        CATALOGUES,
    )  # fmt: skip


def frozen(record: Record, **surroundings: Any) -> Subject:
    """The same, its content frozen: when it was signed, else (remote work, void) as it is made."""
    around = subject(record, **surroundings)
    if not sign_off_holds(record):
        return replace(around, shown=content(around).document())
    return sign_as_read(around)


def sign_as_read(around: Subject) -> Subject:
    """The same ticket, its sign-off bound to what its subject says: as the tablet signs."""
    record = around.ticket.record
    sign_off = {name: v for name, v in record.fields["sign_off"].items() if name != "digest"}
    shown = as_signed(to_be_read(around.unsigned), around).document()
    sign_off["shown"] = shown_digest(shown)
    sign_off["digest"] = sign_off_digest(record, sign_off)
    return replace(around, ticket=Ticket.of(record.with_fields({"sign_off": sign_off})),
                   shown=shown)  # fmt: skip


def frozen_pdf(frozen: Subject, photos: int = 6) -> bytes:
    """Its report as PDF, with its attachments."""
    strokes = (frozen.ticket.record.fields.get("sign_off") or {}).get("strokes") or []
    attached = {"record.json": frozen.record_json, "strokes.json": canonical(strokes)}
    return render(service_report(frozen), dict(pictures(photos)), attached)


def made(record: Record, photos: int = 6, **surroundings: Any) -> bytes:
    """The record's report as PDF, with its attachments."""
    return render(
        service_report(subject(record, **surroundings)), dict(pictures(photos)), attachments(record)
    )


def attachments(record: Record) -> dict[str, bytes]:
    """The record and the strokes in canonical JSON."""
    sign_off = record.fields.get("sign_off") or {}
    return {
        "record.json": canonical(report_record(record)),
        "strokes.json": canonical(sign_off.get("strokes") or []),
    }


LOREM = (
    "Se revisó la alimentación de la bandeja 2 con papel de distintos gramajes y se observó que el "
    "rodillo de separación patina a partir de la hoja treinta. Se limpió con alcohol isopropílico, "
    "se midió el par del embrague y se comparó con el valor del manual de servicio. "
)


def long() -> Record:
    """Forty parts, thirty photos, prose by the page, remarks."""
    base = ordinary()
    parts = tuple(
        {"id": f"p{i:03}", "code": ("REF-FUS-A3C", "REF-ROD-KIT", "REF-UIM-K")[i % 3],
         "quantity": 1 + i % 4, "serial": f"SN-{1000 + 37 * i}",
         "justification": "Fuera de existencias; se tomó de la camioneta 4." if i % 7 == 0 else ""}
        for i in range(40)
    )  # fmt: skip
    pending = ({"id": "q1", "code": "REF-UIM-K", "quantity": 1, "special": True,
                "eta": "2026-03-18"},)  # fmt: skip
    actions = tuple({"id": f"a{i:03}", "at": at(75 + i), "text": LOREM * (1 + i % 2)}
                    for i in range(14))  # fmt: skip
    record = replace(
        base,
        fields={**base.fields, "description": LOREM * 3, "diagnosis": LOREM * 14,
                "solution": LOREM * 6, "meter_exception": "El panel no responde; se leyó por red.",
                "billable": True},
        entries=entries(parts_used=parts, parts_pending=pending, actions=actions,
                        evidence=evidence(30)),
    )  # fmt: skip
    return signed(record, outcome="remarks", remarks=LOREM * 2)


def refused() -> Record:
    """The customer would not sign, and said why."""
    return signed(
        ordinary(), outcome="refused", strokes=[],
        reason="El gerente pide revisar el cargo primero.",
    )  # fmt: skip


def typed() -> Record:
    """Signed by a typed name before a witness."""
    return signed(ordinary(), strokes=[], typed="Marta Ibáñez Cárdenas", witness="Óscar Peña")


def voided() -> Record:
    """Somebody changed the diagnosis after the signature."""
    return ordinary().with_fields({"diagnosis": "Otro diagnóstico, escrito después de la firma."})


def unsigned() -> Record:
    """What the customer is shown before signing."""
    return ordinary().with_fields({"sign_off": None})


def remote() -> Record:
    """Work at a distance: no visit, no signature, a capture instead of photos."""
    capture = dict(evidence(1)[0], kind="capture", caption="Controlador a doble cara")
    record = unsigned().with_fields(
        {"mode": "remote", "arrived_at": None, "departed_at": None, "meter": None,
         "root_cause": "CR-USR-01", "final_classification": "FC09", "serial_matched": None}
    )  # fmt: skip
    return replace(record, entries=entries(parts_used=(), evidence=(capture,)))


def odd_letters() -> Record:
    """Every Latin letter, emoji, other scripts, controls: what people paste into a text field."""
    latin = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x1E00, 0x1F00)]))
    strange = (
        "\U0001f469\U0001f3fd\u200d\U0001f527 arregló \U0001f5a8\ufe0f ✅ · ☑ ★ ✓ → 漢字 עברית ﷽ "
        "\u200e\u0007 ﬁn ½ ＡＢＣ e\u0301 \U0001f1f2\U0001f1fd "
    )
    return signed(
        ordinary().with_fields({"description": latin, "diagnosis": strange * 3}),
        remarks=strange, outcome="remarks", name="Zoë Nguyễn-Łukasiewicz 👍",
    )  # fmt: skip


ALL: Mapping[str, Any] = {
    "ordinary": ordinary, "long": long, "refused": refused, "typed": typed, "voided": voided,
    "unsigned": unsigned, "remote": remote, "odd_letters": odd_letters,
}  # fmt: skip

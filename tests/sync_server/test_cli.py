"""The command line as an operator meets it: the real program, its words and its status."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from sync_server.commands.cli import folio as commands
from sync_server.commands.user import ROLES
from sync_server.demo import PASSWORD, people
from tests.sync_server.sealed import key, sealed
from tests.warm_command import warm

pytestmark = pytest.mark.slow

FOLIO = Path(sys.executable).with_name("folio")
ROOT = Path(__file__).parents[2]

TICKET = {
    "folio": "SEI-2026-000101", "abierto": "2026-03-09 08:52", "canal": "telefono",
    "naturaleza": "falla_tecnica", "tipo": "equipo_detenido", "prioridad": "alta",
    "cliente": "Hospital San Gabriel, Urgencias", "contacto": ["Lic. Marta Ibáñez", "55 5550 0101"],
    "equipo": {
        "marca": "Kyocera", "modelo": "TASKalfa 4054ci", "serie": "DEMO-KY4054-0117",
        "a_color": True, "contador_total": 284310, "contador_bn": 201554,
        "contador_color": 82756, "ubicacion": "PB, Admisión",
    },
    "descripcion": "Pantalla con código C6000 y no imprime recetas.",
    "estado_demo": "in_analysis", "camino": "…", "sla": {"respuesta": "2026-03-09 10:00:00"},
    "causa": "CR-FUS-01", "final": "FC01", "partes": [["REF-FUS-A3C", 1]],
    "contador_cierre": 284342,
}  # fmt: skip


class Shell:
    """`folio` with its data in one folder."""

    def __init__(self, data, **variables):
        kept = {n: v for n, v in os.environ.items() if not n.startswith("FOLIO_")}
        self.environment = {**kept, "FOLIO_DATA": str(data), "PYTHONPATH": str(ROOT), **variables}
        self.data = data

    def __call__(self, *arguments, said="", **variables):
        words = [str(argument) for argument in arguments]
        done = warm().run(words, said, {**self.environment, **variables})
        assert "Traceback" not in done.stdout + done.stderr
        return done

    def ok(self, *arguments, **how):
        done = self(*arguments, **how)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *arguments, status=1, **how):
        done = self(*arguments, **how)
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        assert done.stderr.strip()
        return done.stderr

    def running(self, *arguments, **variables):
        return subprocess.Popen(
            [FOLIO, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, text=True, env={**self.environment, **variables},
        )  # fmt: skip


@pytest.fixture
def folio(tmp_path):
    return Shell(tmp_path / "data")


@pytest.fixture
def staffed(folio):
    folio.ok("user", "add", "eva@example.com", "--name", "Eva Paz", "--role", "engineer",
             said="clave-larga-1\n")  # fmt: skip
    return folio


def file(tmp_path, content, name="tickets.json"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


COMMANDS = [
    (), ("serve",), ("user",), ("user", "add"), ("enrol",), ("ticket",), ("ticket", "add"),
    ("ticket", "assign"), ("verify",), ("due",), ("rescue",), ("rescue", "import"), ("backup",),
    ("restore",), ("epoch",), ("seal",),
    ("seal", "init"), ("seal", "show"), ("demo",),
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command):
    said = CliRunner().invoke(commands, [*command, "--help"], prog_name="folio")
    assert said.exit_code == 0
    assert said.output.startswith("Usage: folio")
    assert len(said.output.splitlines()) > 4


def test_the_script_that_is_installed_answers_as_it_does_here(folio):
    for words, status in (["--help"], 0), (["nonsense"], 2):
        real = subprocess.run(
            [FOLIO, *words], capture_output=True, text=True, check=False, timeout=120,
            env=folio.environment,
        )  # fmt: skip
        here = folio(*words)
        assert (real.returncode, real.stdout, real.stderr) == (status, here.stdout, here.stderr)


def test_help_needs_no_office_and_makes_none(folio):
    assert folio.ok("--help").startswith("Usage: folio")
    assert folio.ok("ticket", "add", "--help").startswith("Usage: folio ticket add")
    assert not folio.data.exists()


# People


def test_every_role_of_the_process_can_come_in():
    assert set(ROLES) == {
        "engineer", "supervisor", "call_centre", "manager", "director", "account_executive",
        "back_office", "administrator",
    }  # fmt: skip


def test_a_person_comes_in_with_a_password_by_standard_input(folio):
    said = folio.ok("user", "add", "Ana@Example.com", "--name", "Ana Paz", "--role", "supervisor",
                    said="clave-larga-1\n")  # fmt: skip
    assert "ana@example.com" in said


def test_an_account_is_made_once_with_a_good_password_and_a_known_role(staffed):
    base = ("user", "add", "eva@example.com", "--name", "Eva", "--role", "engineer")
    assert "already" in staffed.refused(*base, said="clave-larga-1\n")
    other = ("user", "add", "b@example.com", "--name", "B", "--role")
    assert "characters" in staffed.refused(*other, "manager", said="short\n")
    assert "password is needed" in staffed.refused(*other, "manager", said="")
    assert "role" in staffed.refused(*other, "king", status=2)
    assert "e-mail" in staffed.refused(
        "user", "add", "nobody", "--name", "B", "--role", "manager", said="clave-larga-1\n"
    )


def test_the_last_line_of_an_enrolment_is_its_code(staffed):
    code = staffed.ok("enrol", "EVA@example.com").splitlines()[-1]
    assert re.fullmatch(r"[0-9A-Z]{5}(-[0-9A-Z]{5}){2}", code)
    assert "folio user add" in staffed.refused("enrol", "nobody@example.com")


# Tickets


def test_tickets_come_from_a_file_with_their_folios(staffed, tmp_path):
    second = {**TICKET, "folio": "SEI-2026-000102", "cliente": "Notaría 41"}
    said = staffed.ok("ticket", "add", file(tmp_path, [TICKET, second]))
    assert said.split() == ["SEI-2026-000101", "SEI-2026-000102"]
    again = staffed.ok("ticket", "add", "-", said=json.dumps(TICKET))
    assert again.split() != ["SEI-2026-000101"]


def test_the_form_of_the_demo_tickets_is_taken_as_it_is(staffed, tmp_path):
    whole = {**TICKET, "seguimiento_de": "SEI-2026-000018", "modalidad": "remoto",
             "partes_pendientes": [["REF-UIM-K", 1]], "firma": "ausente",
             "duplicado_de": "SEI-2026-000108", "contador_excepcion": "no enciende"}  # fmt: skip
    assert staffed.ok("ticket", "add", file(tmp_path, whole)).strip() == "SEI-2026-000101"


def test_a_file_with_one_wrong_ticket_adds_none(staffed, tmp_path):
    wrong = {k: v for k, v in TICKET.items() if k != "descripcion"}
    said = staffed.refused("ticket", "add", file(tmp_path, [TICKET, wrong]))
    assert "ticket 2" in said
    assert "description" in said
    assert staffed.ok("ticket", "add", file(tmp_path, TICKET)).strip() == "SEI-2026-000101"


@pytest.mark.parametrize("content", ["", "{", "[]", "[1]", '"x"', "null", "{}", "[" * 5000])
def test_a_file_that_holds_no_ticket_is_refused(staffed, tmp_path, content):
    staffed.refused("ticket", "add", file(tmp_path, content))


def test_a_file_that_is_not_there_is_refused(folio):
    folio.refused("ticket", "add", "/nowhere.json", status=2)


def test_a_ticket_goes_to_an_engineer_classified_on_the_way(staffed, tmp_path):
    staffed.ok("ticket", "add", file(tmp_path, TICKET))
    assert "Eva Paz" in staffed.ok("ticket", "assign", "SEI-2026-000101", "eva@example.com")
    assert "no ticket" in staffed.refused("ticket", "assign", "SEI-1999-000001", "eva@example.com")
    staffed.refused("ticket", "assign", "SEI-2026-000101", "nobody@example.com")
    staffed.ok("user", "add", "sup@example.com", "--name", "S", "--role", "supervisor",
               said="clave-larga-1\n")  # fmt: skip
    said = staffed.refused("ticket", "assign", "SEI-2026-000101", "sup@example.com")
    assert "no active engineer" in said


def test_an_unclassified_ticket_says_what_it_lacks(staffed, tmp_path):
    bare = {"canal": "telefono", "descripcion": "No imprime", "cliente": "Notaría 41"}
    folio = staffed.ok("ticket", "add", file(tmp_path, bare)).strip()
    assert "nature" in staffed.refused("ticket", "assign", folio, "eva@example.com")


# Verification


@pytest.fixture
def certificate(tmp_path):
    from cryptography.hazmat.primitives.serialization import Encoding

    path = tmp_path / "office.pem"
    path.write_bytes(key().certificate.public_bytes(Encoding.PEM))
    return path


def test_a_report_is_verified_offline_with_the_certificate_alone(folio, tmp_path, certificate):
    path = tmp_path / "report.pdf"
    path.write_bytes(sealed())
    said = folio.ok("verify", path, "--certificate", certificate)
    assert said.startswith("Auténtico")
    assert "SEI-2026-000101" in said
    said = folio.ok("verify", path, "--certificate", certificate, "--language", "en", "--json")
    assert json.loads(said)["verdict"] == "authentic"
    path.write_bytes(sealed().replace(b"CR-FUS-01", b"CR-FUS-02"))
    done = folio("verify", path, "--certificate", certificate)
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "Alterado")
    assert not folio.data.exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7 nothing", b"\0" * 5000])
def test_a_file_that_is_not_ours_is_unknown(folio, tmp_path, content):
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    done = folio("verify", path)
    assert (done.returncode, done.stdout.splitlines()[0]) == (3, "Desconocido")


def test_verify_needs_a_file_or_the_archive(folio, tmp_path):
    folio.refused("verify", status=2)
    folio.refused("verify", tmp_path / "nothing.pdf", status=2)
    folio.refused("verify", tmp_path, status=2)
    assert "no office" in folio.refused("verify", "--archive")


def test_an_archive_with_one_altered_byte_is_found(staffed, tmp_path):
    import sqlite3

    staffed.ok("ticket", "add", file(tmp_path, TICKET))
    assert "as they were kept" in staffed.ok("verify", "--archive")
    database = sqlite3.connect(staffed.data / "folio.db")
    database.execute("DROP TRIGGER operation_no_update")
    database.execute("UPDATE operation SET message = replace(message, 'recetas', 'recetaz')")
    database.commit()
    database.close()
    done = staffed("verify", "--archive")
    assert done.returncode == 1
    assert "operation 1" in done.stdout


# Time, seal, backup


def test_time_travel_is_for_trials_only(staffed):
    assert "FOLIO_ALLOW_TIME_TRAVEL" in staffed.refused("due", "--now", "2030-01-01T00:00:00Z")
    staffed.ok("due", "--now", "2030-01-01T00:00:00Z", FOLIO_ALLOW_TIME_TRAVEL="1")
    staffed.refused("due", "--now", "tomorrow", FOLIO_ALLOW_TIME_TRAVEL="1")
    assert "Nothing was due" in staffed.ok("due")


def test_a_certificate_is_made_once(folio):
    said = folio.ok("seal", "init", "--organisation", "Servicio en Sitio")
    print_of = re.findall(r"SHA-256 ([0-9a-f]{64})", said)[0]
    assert print_of in folio.ok("seal", "show")
    assert "already" in folio.refused("seal", "init")


def test_without_a_certificate_the_seal_says_how_to_get_one(folio):
    assert "folio seal init" in folio.refused("seal", "show")


def test_an_office_is_backed_up_and_restored(staffed, tmp_path):
    staffed.ok("ticket", "add", file(tmp_path, TICKET))
    assert "the database and 0 files of 0 bytes." in staffed.ok("backup", tmp_path / "backup")
    assert "--force" in staffed.refused("restore", tmp_path / "backup")
    fresh = Shell(tmp_path / "fresh")
    assert "New epoch" in fresh.ok("restore", tmp_path / "backup")
    assert "Eva Paz" in fresh.ok("enrol", "eva@example.com")
    assert "nothing was changed" in fresh.refused("restore", tmp_path / "nowhere", "--force")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FOLIO_DATABASE_URL", "mysql://x/y"),
        ("FOLIO_BLOBS", "ftp://somewhere/else"),
        ("FOLIO_CLOSE_ON_SIGNED_CONFORMITY", "perhaps"),
        ("FOLIO_MINIMUM_PULL_SCHEMA", "many"),
        ("FOLIO_DURABLE", "never"),
        ("FOLIO_ZONE", "Mars/Olympus"),
        ("FOLIO_DATA", "/proc/nothing/here"),
    ],
)
def test_a_wrong_setting_is_a_sentence(folio, name, value):
    assert len(folio.refused("due", **{name: value}).splitlines()) <= 2


# Serving


def serving(shell, *arguments, **variables):
    process = shell.running("serve", *arguments, **variables)
    for line in process.stdout:
        if "is open at" in line:
            return process, re.findall(r"http://\S+", line)[0]
    raise AssertionError("the server did not open")


def stopped(process):
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert "Traceback" not in said
    return process.returncode


def test_the_office_opens_seals_itself_and_closes(staffed):
    process, address = serving(staffed, "--port", "0")
    try:
        answer = httpx.post(f"{address}/api/v1/enrol", json={
            "code": staffed.ok("enrol", "eva@example.com").splitlines()[-1],
            "device": {"name": "x", "platform": "linux", "app_version": "1"},
        }, timeout=30)  # fmt: skip
        assert answer.status_code == 201
        assert httpx.get(f"{address}/v").status_code == 200
        assert (staffed.data / "seal" / "certificate.pem").exists()
    finally:
        stopped(process)


@pytest.mark.parametrize(
    ("named", "counted"), [("", "enrol:127.0.0.1/32"), ("127.0.0.0/8", "enrol:198.51.100.7/32")]
)
def test_who_asks_is_believed_from_a_named_proxy_only(folio, named, counted):
    process, address = serving(folio, "--port", "0", FOLIO_TRUSTED_PROXIES=named)
    try:
        headers = {"X-Forwarded-For": "198.51.100.7"}
        httpx.post(f"{address}/api/v1/enrol", json={"code": "wrong"}, headers=headers, timeout=30)
    finally:
        stopped(process)
    with closing(sqlite3.connect(folio.data / "folio.db")) as kept:
        assert kept.execute("SELECT key FROM failed_try").fetchall() == [(counted,)]


def test_a_taken_port_is_a_sentence(folio):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert "--port" in folio.refused("serve", "--port", port)


def test_several_workers_want_postgresql(folio):
    assert "PostgreSQL" in folio.refused("serve", "--workers", "2")


def test_the_demo_opens_office_and_tablet_tells_who_is_who_and_stops(folio):
    ports = {"FOLIO_SERVER_PORT": str(free_port()), "FOLIO_APP_PORT": str(free_port())}
    process = folio.running("demo", DISPLAY="", **ports)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "verify FILE.pdf" in line:
            break
    said = "".join(lines)
    try:
        for person in people():
            assert person["email"] in said
        assert PASSWORD in said
        code = re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}", said)[0]
        office = f"http://127.0.0.1:{ports['FOLIO_SERVER_PORT']}"
        device = {"name": "x", "platform": "linux", "app_version": "1"}
        answer = httpx.post(f"{office}/api/v1/enrol", json={"code": code, "device": device})
        assert answer.json()["user"]["email"] == "luis.cano@example.com"
        tablet = httpx.get(f"http://127.0.0.1:{ports['FOLIO_APP_PORT']}/", timeout=30)
        assert tablet.status_code == 200
    finally:
        stopped(process)
    for port in ports.values():
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", int(port)), timeout=1)


def test_the_demo_clears_nothing_that_is_no_demo(folio):
    folio.data.mkdir()
    (folio.data / "thesis.txt").write_text("x")
    assert "something else" in folio.refused("demo", RESET="1")
    assert (folio.data / "thesis.txt").exists()


def test_the_demo_names_the_port_that_is_taken(folio):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert "FOLIO_SERVER_PORT" in folio.refused("demo", FOLIO_SERVER_PORT=port)

"""The rows of a small company, sheet by sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.ticket.people import Actor, Role

ACTOR = Actor("command-line", Role.ADMINISTRATOR)

SHEETS: Mapping[str, Sequence[Sequence[Any]]] = {
    "holidays": [["Fecha", "Nombre"], ["2026-12-24", "Nochebuena"]],
    "people": [["Correo", "Nombre", "Rol"], ["beto@empresa.mx", "Beto Luna", "técnico;supervisor"]],
    "customers": [
        ["Código", "Nombre", "RFC", "Correo", "Teléfono", "Idioma", "Ejecutivo", "Contrato"],
        ["007", "Torre Norte", "TNO010101AAA", "a@torre.mx", "0155 5550", "inglés", "Beto Luna",
         "Póliza «A», 2026"],
        ["C-2", "Óptica\nSur", "", "", "", "", "", ""],
    ],
    "sites": [
        ["Código", "Cliente", "Nombre", "Dirección", "Zona horaria", "Latitud", "Longitud"],
        ["A-1", "007", "Lobby", "Av. Juárez 1, piso 2", "America/Tijuana", "32.5", "-117"],
        ["A-2", "OPTICA SUR", "Lobby", "Calle 2", "", "", ""],
    ],
    "contacts": [
        ["Cliente", "Nombre", "Correo", "Teléfono", "Cargo", "Avisos"],
        ["007", "Sra. Paz", "paz@torre.mx", "", "Gerente", "correo, WhatsApp"],
        ["007", "Sr. Gil", "", "0155 1", "", ""],
        ["C-2", "Recepción", "", "", "", ""],
    ],
    "assets": [
        ["Serie", "Cliente", "Sitio", "Modelo", "Contador total", "Pedir contador", "Instalado"],
        ["00123", "007", "Lobby", "Gen2", "", "", "2024-03-15"],
        ["B-9", "C-2", "A-2", "Copiadora", "1,250", "sí", ""],
    ],
    "stock": [["Ingeniero", "Parte", "Cantidad", "Mínimo"],
              ["beto@empresa.mx", "GEN-FUS", "3", "1"]],
}  # fmt: skip
"""By KIND, in the order in which they are brought in."""

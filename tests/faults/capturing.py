"""A tablet in a process of its own, that captures as fast as it can and says what is saved."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from field_app.app.tablet import open_tablet
from field_app.device.device import Device
from field_app.device.settings import read_settings
from tests import cheap

PIN = "2580"


def main(folder: str, ticket: str) -> None:
    cheap.pins()  # as the tablet's of whoever starts this
    tablet = open_tablet(Device(Path(folder)), read_settings())
    tablet.session.unlock(PIN)
    number = 0
    while True:
        number += 1
        tablet.session.append(ticket, "notes", text=f"Nota {number}")
        op_id = tablet.session.database.value("SELECT op_id FROM outbox ORDER BY seq DESC LIMIT 1")
        sys.stdout.write(f"{op_id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

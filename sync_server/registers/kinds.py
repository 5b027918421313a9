"""Every KIND that files bring and take, in the order in which a new office brings them in."""

from sync_server.registers.answers import Answers
from sync_server.registers.assets import Assets
from sync_server.registers.catalogues import Classifications, Parts, RootCauses
from sync_server.registers.holidays import Holidays
from sync_server.registers.kind import Kind
from sync_server.registers.parties import Contacts, Customers, Sites
from sync_server.registers.people import People
from sync_server.registers.stock import Stock

_ALL: tuple[Kind, ...] = (
    Holidays(), Classifications(), Parts(), RootCauses(), Answers(), People(), Customers(),
    Sites(), Contacts(), Assets(), Stock(),
)  # fmt: skip

KINDS = {kind.name: kind for kind in _ALL}
"""By name; each may name only records of the kinds before it."""

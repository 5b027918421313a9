"""The office with its rooms joined: which of them are told of what, in written order.

The web application and the commands open it here, so that no ticket is closed without its archive.
"""

from sync_server.archive.archive import archive_report
from sync_server.identity import token_rights
from sync_server.records import own_holidays
from sync_server.runtime.context import ApplicationContext, Clock, OnClose, open_context, utc_now
from sync_server.runtime.settings import Settings

ON_CLOSE: tuple[OnClose, ...] = (archive_report,)


def assemble(settings: Settings, clock: Clock = utc_now) -> ApplicationContext:
    """The office on its data, joined. Raises what `open_office` raises."""
    context = open_context(settings, clock, on_close=ON_CLOSE)
    context.live.ended = token_rights.watch(context)
    own_holidays.observe(context)
    return context

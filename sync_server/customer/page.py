"""A page for customers: no account, in the language they ask for, with whose office it is."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from shared.time.zones import offsets, zone_of
from shared.words import t
from shared.words.zones import zone_words
from sync_server.records import organisation
from sync_server.runtime.context import ApplicationContext
from sync_server.web import statics
from sync_server.web.language import LANGUAGES, Words, language_asked_for
from sync_server.web.statics import StaticFiles, in_folder
from sync_server.web.templates import environment

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"

FILES = StaticFiles("/customer", lambda: in_folder(HERE / "static"))
"""The style and the scripts of these pages; those that all pages share are in `statics.SHARED`."""

MOMENT: Mapping[str, str] = {"es": "%d/%m/%Y %H:%M", "en": "%Y-%m-%d %H:%M"}
"""A date that nobody takes for another one."""


def show(
    request: Request,
    context: ApplicationContext,
    template: str,
    domain: str,
    site: Mapping[str, Any] = MappingProxyType({}),
    **values: object,
) -> HTMLResponse:
    """A whole page; its words are those of `domain`, and of the domains that all pages share.

    Its times are in the zone of `site`, the document of one, or in the organisation's.
    """
    language = language_asked_for(request)
    words = Words(domain, language)
    with context.database.reading() as tx:
        ours = organisation.known(tx)
    zone = zone_of(site, ours, context.settings.zone)
    html = (
        templates()
        .get_template(template)
        .render(
            t=words.t,
            tn=words.tn,
            language=language,
            other=next(each for each in LANGUAGES if each != language),
            other_language=t("archive.page.other_language", language),
            moment=partial(_moment, zone, language),
            zone_said=partial(_zone_said, zone, language),
            static=statics.SHARED.address,
            own=FILES.address,
            organisation=ours.get("organisation") or context.settings.name,
            support=organisation.reached_by(ours),
            **values,
        )
    )
    return HTMLResponse(html)


@cache
def templates() -> Environment:
    """The templates of customers' pages."""
    return environment(TEMPLATES)


def _zone_said(zone: ZoneInfo, language: str, *times: datetime | None) -> str:
    return zone_words(zone, offsets(zone, *times), language)


def _moment(zone: ZoneInfo, language: str, at: datetime) -> str:
    return f"{at.astimezone(zone):{MOMENT[language]}}"

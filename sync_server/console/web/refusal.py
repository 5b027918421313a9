"""Why something was refused, as a sentence: the code and its values put into words."""

from collections.abc import Mapping

from shared.words import NoWords
from sync_server.console.web.page import Page

FAMILIES = ("command", "state", "role", "field")


def refusal(page: Page, code: str | None, values: Mapping[str, str]) -> str:
    """The sentence for a refusal; a plain one for a code that has none, nothing for no code."""
    if not code:
        return ""
    said = {name: _word(page, name, value) for name, value in values.items()}
    for domain in ("office", "process"):  # The office reads of somebody else what they were told.
        try:
            return page.t(f"{domain}.refused.{code}", **said)
        except NoWords:
            continue
    return page.t("refused.other", code=code)


def _word(page: Page, name: str, value: str) -> str:
    if name not in FAMILIES:
        return value
    try:
        return page.t(f"process.{name}.{value}")
    except NoWords:
        return value

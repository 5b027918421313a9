"""The texts that are open on a page: each is one thing, on whichever screen it is drawn."""

from collections.abc import Callable
from dataclasses import replace

from field_app.parts.saving_text import Draft, Keeping, SavingText
from field_app.session.session import Session, Stage

Attempt = Callable[[Callable[[], object]], bool]


class PageTexts:
    """A text outlives its field: another step, a turned tablet and a redraw find it as it was."""

    def __init__(self, session: Session, attempt: Attempt) -> None:
        self._session, self._attempt = session, attempt
        self._texts: dict[tuple[str, str], SavingText] = {}

    def saving(
        self, ticket: str, name: str, given: str, how: Callable[[Keeping], Keeping]
    ) -> SavingText:
        """A text that becomes an operation; `given` is what the record says."""
        text = self._texts.get((ticket, name))
        if text is None:
            keeping = replace(self._draft(ticket, name), keep=self._keep(ticket, name))
            text = self._begin(ticket, name, given, how(keeping))
        text.outside(given)
        return text

    def draft(
        self, ticket: str, name: str, how: Callable[[Keeping], Keeping] = lambda keeping: keeping
    ) -> SavingText:
        """A text that stays a draft until it is cleared."""
        found = self._texts.get((ticket, name))
        return found or self._begin(ticket, name, "", how(self._draft(ticket, name)))

    def keep_all(self) -> None:
        """Everything typed becomes an operation now: the screen, the app or the person goes."""
        for text in tuple(self._texts.values()):
            text.keep()

    def let_go(self) -> None:
        """The tablet was locked: drafts to the disk, and nothing of it stays on this page."""
        for text in self._texts.values():
            text.save_draft()
        self._texts.clear()

    def forget(self, ticket: str, name: str) -> None:
        """The text was thrown away: the next field begins with what the record says."""
        self._texts.pop((ticket, name), None)

    def _begin(self, ticket: str, name: str, given: str, keeping: Keeping) -> SavingText:
        for key in [key for key, text in self._texts.items() if key[0] != ticket]:
            if self._texts[key].on_disk:
                del self._texts[key]
        found = self._session.text_draft(ticket, name)
        draft = Draft(found.text, found.base) if found else None
        text = self._texts[ticket, name] = SavingText(given, draft, keeping)
        return text

    def _draft(self, ticket: str, name: str) -> Keeping:
        session, attempt = self._session, self._attempt
        return Keeping(
            draft=lambda draft: attempt(
                lambda: session.draft_text(ticket, name, draft.text, draft.base)
            ),
            drop=lambda: attempt(lambda: session.drop_text(ticket, name)),
        )

    def _keep(self, ticket: str, name: str) -> Callable[[str], bool]:
        def keep(text: str) -> bool:
            # Behind a lock it stays a draft, without a word about it.
            return self._session.stage is Stage.OPEN and self._attempt(
                lambda: self._session.keep_text(ticket, name, text)
            )

        return keep

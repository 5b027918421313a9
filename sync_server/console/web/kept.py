"""What somebody had typed when their session was over, and does not want any more."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from sync_server.console.web.dependencies import page_of, require
from sync_server.console.web.page import Page
from sync_server.identity.permissions import Action
from sync_server.web import kept_forms
from sync_server.web.form_input import submitted
from sync_server.web.forms import Form

router = APIRouter(include_in_schema=False)


@router.post("/kept/discard")
def discard(
    form: Form = Depends(submitted), page: Page = Depends(require(Action.OWN_PROFILE))
) -> Response:
    """Forget one's own words, and draw the page without them."""
    action = form.value("action")
    page.context.database.write(lambda tx: kept_forms.drop(tx, page.user.id, action))
    return page.back(page_of(page.request, action), "discarded")

"""The calibration session of an address, if the reader may see it."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console.access import may
from console.reader import account_of, language_of, page, state_of
from pipeline.errors import UsageError
from pipeline.rules import Rule
from warehouse.decisions.calibration import Session, read_session


def find_session(request: Request) -> Session:
    """The session of the address, if the reader runs sessions or was invited.

    Raises: HTTPException 404.
    """
    reader = account_of(request)
    try:
        session = read_session(state_of(request).decisions, request.path_params["session_no"])
    except UsageError as error:
        raise HTTPException(404) from error
    if not may(reader, "calibration.run") and session.rater(reader.account_id) is None:
        raise HTTPException(404)
    return session


def rules_of(request: Request, session: Session) -> tuple[Rule, ...]:
    """The rules that a session scores; one that the phrasebook dropped meanwhile is left out."""
    known = {rule.id: rule for rule in state_of(request).phrasebook_for(session.language).rules}
    return tuple(known[rule] for rule in session.rules if rule in known)


def refuse(request: Request, error: UsageError) -> Response:
    """A page that says why something cannot be done."""
    reason = error.text(language_of(request))
    return page(request, "calibration_refused.html", status=409, reason=reason)

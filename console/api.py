"""The addresses of the API, each with its lock and its description, and the OpenAPI document that
is made of them.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console import api_answers as a
from console import api_calls, api_session, health
from console.api_about import About
from console.api_document import document_of
from console.door import Door
from console.export import export_doors

_CALL: Final = "/api/calls/{call_id}"


def read_document(request: Request) -> Response:
    """The OpenAPI document."""
    return JSONResponse(document_of(API_DOORS))


API_DOORS: Final[tuple[Door, ...]] = (
    Door(
        "GET",
        "/api/openapi.json",
        "anyone",
        read_document,
        "api_document",
        About("This document", answer=dict[str, object]),
    ),
    Door(
        "GET",
        "/api/health",
        "anyone",
        health.show_health,
        "api_health",
        About("Whether the console answers", answer=a.HealthAnswer),
    ),
    Door(
        "POST",
        "/api/session",
        "anyone",
        api_session.begin,
        "api_sign_in",
        About(
            "Sign in: sets the session's cookie",
            body=a.Credentials,
            answer=a.Me,
            refusals=(429,),
        ),
    ),
    Door(
        "DELETE",
        "/api/session",
        "signed_in",
        api_session.end,
        "api_sign_out",
        About("Sign out", status=204),
    ),
    Door(
        "GET",
        "/api/me",
        "signed_in",
        api_session.read_me,
        "api_me",
        About("Who is signed in", answer=a.Me),
    ),
    Door(
        "GET",
        "/api/queue",
        "queue.read",
        api_calls.read_queue,
        "api_queue",
        About("One page of the review queue", query=a.QueueQuery, answer=a.QueueAnswer),
    ),
    Door(
        "POST",
        "/api/queue/assign",
        "queue.assign",
        api_calls.assign_calls,
        "api_assign",
        About(
            "Give calls to a person, or take them back",
            body=a.Assignment,
            answer=a.Assigned,
            refusals=(409,),
        ),
    ),
    Door(
        "GET",
        _CALL,
        "call.read",
        api_calls.read_one,
        "api_call",
        About("A call with transcript, findings and decisions", answer=a.CallAnswer),
    ),
    Door(
        "GET",
        f"{_CALL}/peaks",
        "call.listen",
        api_calls.read_peaks,
        "api_peaks",
        About("Both parties' peaks", answer=a.PeaksAnswer),
    ),
    Door(
        "POST",
        f"{_CALL}/claim",
        "call.review",
        api_calls.claim_call,
        "api_claim",
        About("Take a call in hand", answer=a.Claimed),
    ),
    Door(
        "POST",
        f"{_CALL}/decisions",
        "call.review",
        api_calls.decide,
        "api_decide",
        About("Say what a person finds", body=a.Decision, answer=a.CallAnswer, refusals=(409,)),
    ),
    Door(
        "POST",
        f"{_CALL}/undo",
        "call.review",
        api_calls.undo_last,
        "api_undo",
        About("Take the last decision back", answer=a.CallAnswer, refusals=(409,)),
    ),
    Door(
        "POST",
        f"{_CALL}/submit",
        "call.review",
        api_calls.submit_call,
        "api_submit",
        About(
            "Done with the call; the next one of the queue that the query names",
            query=a.QueueQuery,
            answer=a.Following,
            refusals=(409,),
        ),
    ),
    *export_doors(),
)

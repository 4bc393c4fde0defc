"""The addresses of calibration sessions."""

from __future__ import annotations

from typing import Final

from console import calibration_meeting as meeting
from console import calibration_page as pages
from console import calibration_scoring as scoring
from console.door import Door

_ONE: Final = "/calibration/{session_no:int}"
_PLACE: Final = f"{_ONE}/score/{{place:int}}"
_SCORE: Final = "calibration.score"
_RUN: Final = "calibration.run"
CALIBRATION_DOORS: Final[tuple[Door, ...]] = (
    Door("GET", "/calibration", _SCORE, pages.show_sessions, "calibration"),
    Door("GET", "/calibration/new", _RUN, pages.show_form, "new_session"),
    Door("POST", "/calibration", _RUN, pages.invite, "make_session"),
    Door("GET", _ONE, _SCORE, pages.show_session, "session"),
    Door("GET", _PLACE, _SCORE, scoring.show_place, "place"),
    Door("POST", _PLACE, _SCORE, scoring.answer_place, "answer_place"),
    Door("GET", f"{_PLACE}/sound", _SCORE, scoring.send_place_sound, "place_sound"),
    Door("GET", f"{_ONE}/check", _SCORE, scoring.show_check, "check"),
    Door("POST", f"{_ONE}/finish", _SCORE, pages.finish, "finish"),
    Door("POST", f"{_ONE}/meeting", _RUN, pages.begin_meeting, "meeting"),
    Door("POST", f"{_ONE}/agree", _RUN, meeting.record_agreed, "agree"),
    Door("POST", f"{_ONE}/guidance", _RUN, meeting.record_guidance, "guidance"),
    Door("POST", f"{_ONE}/actions", _RUN, meeting.record_action, "add_action"),
    Door("POST", f"{_ONE}/close", _RUN, pages.close_session, "close_session"),
    Door("POST", "/calibration/actions/{action_no:int}", _SCORE, pages.follow_up, "follow_up"),
)

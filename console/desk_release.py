"""The draft of a phrasebook: what it changes, what is wrong with it, and its release."""

from __future__ import annotations

import difflib
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.desk import LANGUAGES_WITH_RULES, language_asked
from console.reader import account_of, language_of, page, state_of
from pipeline.errors import UsageError
from pipeline.messages import Language
from pipeline.phrasebook_faults import InvalidPhrasebookError
from warehouse.decisions.releases import record_release, releases

REASON_MIN: Final = 5
_REASON_MAX: Final = 2000
_DIFF_MAX: Final = 2000  # lines


def show_draft(request: Request) -> Response:
    """What the draft changes, line by line."""
    return _draft_page(request)


def check_draft(request: Request) -> Response:
    """Every fault of the draft, its tests included; takes some seconds."""
    shelf = state_of(request).phrasebook_for
    faults = shelf.faults() if shelf.has_draft else ()
    told = [fault.text(language_of(request)) for fault in faults]
    return _draft_page(request, faults=told, checked=True)


def drop_draft(request: Request) -> Response:
    """Forget the draft."""
    state_of(request).phrasebook_for.drop_draft()
    return RedirectResponse("/desk", status_code=303)


async def release_draft(request: Request) -> Response:
    """Let the draft hold from now on."""
    form = await request.form()
    asked = str(form.get("language", ""))
    language = next((known for known in LANGUAGES_WITH_RULES if known == asked), None)
    if language is None:
        raise HTTPException(422)
    version, reason = str(form.get("version", ""))[:100], str(form.get("reason", "")).strip()
    return await run_in_threadpool(_release, request, language, version, reason[:_REASON_MAX])


def _release(request: Request, language: Language, version: str, reason: str) -> Response:
    state = state_of(request)
    shelf = state.phrasebook_for
    if len(reason) < REASON_MIN:
        raise UsageError("desk.reason_needed", least=REASON_MIN)
    if not shelf.has_draft:
        raise UsageError("desk.nothing", language=language)
    try:
        before, after = shelf.release(language, version)
    except InvalidPhrasebookError as error:
        told = [fault.text(language_of(request)) for fault in error.faults]
        return _draft_page(request, faults=told, checked=True, status=422)
    record_release(
        state.decisions,
        language=language,
        phrasebook_id=after.id,
        version=after.version,
        sha256=after.sha256,
        previous_sha256=before.sha256,
        reason=reason,
        by=account_of(request).account_id,
    )
    return RedirectResponse("/desk/releases", status_code=303)


def show_releases(request: Request) -> Response:
    """All releases, the last first."""
    state = state_of(request)
    found = releases(state.decisions)
    shelf = state.phrasebook_for
    holding = {language: shelf(language).sha256 for language in LANGUAGES_WITH_RULES}
    kept = {
        sha256
        for release in found
        for sha256 in (release.sha256, release.previous_sha256)
        if shelf.version(sha256)
    }
    return page(request, "desk_releases.html", releases=found, holding=holding, kept=kept)


def show_version(request: Request) -> Response:
    """A version as it was."""
    shelf = state_of(request).phrasebook_for
    sha256 = request.path_params["sha256"]
    folder = shelf.version(sha256)
    if folder is None:
        raise HTTPException(404)
    language = next(name for name in LANGUAGES_WITH_RULES if (folder / name).is_dir())
    book = shelf.load(folder, language)
    holds = shelf(language).sha256 == sha256
    return page(request, "desk_version.html", book=book, holds=holds)


def restore_version(request: Request) -> Response:
    """Make a kept version the draft."""
    shelf = state_of(request).phrasebook_for
    sha256 = request.path_params["sha256"]
    folder = shelf.version(sha256)
    if folder is None:
        raise HTTPException(404)
    language = next(name for name in LANGUAGES_WITH_RULES if (folder / name).is_dir())
    shelf.restore(sha256, language)
    return RedirectResponse(f"/desk/draft?language={language}", status_code=303)


def _draft_page(
    request: Request, *, faults: list[str] | None = None, checked: bool = False, status: int = 200
) -> Response:
    shelf = state_of(request).phrasebook_for
    changes = shelf.changed() if shelf.has_draft else {}
    return page(
        request,
        "desk_draft.html",
        status=status,
        changes={name: _diff(old, new) for name, (old, new) in changes.items()},
        versions={name: shelf(name).version for name in LANGUAGES_WITH_RULES},
        changed_languages=sorted({name.partition("/")[0] for name in changes}),
        asked=language_asked(request),
        faults=faults or [],
        checked=checked,
        reason_min=REASON_MIN,
    )


def _diff(old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)
    return [line for line in lines if not line.startswith(("---", "+++"))][:_DIFF_MAX]

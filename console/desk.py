"""The phrasebook desk: reading the norms, trying and editing a rule."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.access import may
from console.desk_try import TEXT_MAX, Trial, try_call, try_text
from console.opened import open_call
from console.reader import account_of, language_of, page, state_of
from pipeline.errors import TingjianError, UsageError
from pipeline.messages import Language
from pipeline.phrasebook_faults import Fault, InvalidPhrasebookError
from pipeline.phrasebook_text import PhraseList, QuotesError, phrase_lists, replace_lists
from pipeline.rules import Phrasebook, Rule

LANGUAGES_WITH_RULES: tuple[Language, ...] = ("zh", "es")
_LIST_MAX = 60_000  # characters of one list


@dataclass(frozen=True, slots=True)
class _OnDesk:
    """A rule as it stands in the draft or, without one, in what holds."""

    rule: Rule
    book: Phrasebook
    file: str  # such as zh/holds.toml
    lists: tuple[PhraseList, ...]
    drafted: bool


def show_desk(request: Request) -> Response:
    """All rules of one language as a table, narrowed by file and words."""
    shelf = state_of(request).phrasebook_for
    language = language_asked(request)
    book = shelf(language)
    file, words = request.query_params.get("file", ""), request.query_params.get("words", "")
    rules = [
        rule for rule in book.rules if file in ("", rule.file) and _has(rule, words.strip().lower())
    ]
    return page(
        request,
        "desk.html",
        book=book,
        rules=rules,
        files=sorted({rule.file for rule in book.rules}),
        file=file,
        words=words,
        languages=LANGUAGES_WITH_RULES,
        drafted=shelf.has_draft,
    )


def show_rule(request: Request) -> Response:
    """One rule: the norm, its tests, its lists, and a place to try it."""
    return _rule_page(request, _find(request))


async def save_lists(request: Request) -> Response:
    """Put the lists of the form into the draft; what is wrong with them is shown at once."""
    form = await request.form()
    return await run_in_threadpool(_save, request, form)


async def try_rule(request: Request) -> Response:
    """What the rule says of a text or of a stored call."""
    form = await request.form()
    return await run_in_threadpool(_try, request, form)


def language_asked(request: Request) -> Language:
    """The language whose phrasebook is meant; Chinese unless the address says another."""
    asked = request.query_params.get("language", "zh")
    return next((known for known in LANGUAGES_WITH_RULES if known == asked), "zh")


def _has(rule: Rule, words: str) -> bool:
    norm = " ".join(source.quote for source in rule.sources)
    return words in f"{rule.id} {rule.title} {rule.suggestion or ''} {norm}".lower()


def _find(request: Request) -> _OnDesk:
    """The rule of the address. Raises: HTTPException 404."""
    shelf = state_of(request).phrasebook_for
    folder, drafted = (shelf.draft, True) if shelf.has_draft else (shelf.folder, False)
    for language in LANGUAGES_WITH_RULES:
        try:
            book = shelf.load(folder, language)
        except InvalidPhrasebookError:  # the draft cannot be read: the rule is shown as it holds
            book = shelf(language)
        rule = book.rule(request.path_params["rule_id"])
        if rule is not None:
            file = f"{language}/{rule.file}"
            text = (folder / file).read_text("utf-8-sig")
            return _OnDesk(rule, book, file, phrase_lists(text, rule.id), drafted)
    raise HTTPException(404)


def _rule_page(
    request: Request, found: _OnDesk, *, faults: tuple[Fault, ...] = (), status: int = 200
) -> Response:
    return page(
        request,
        "desk_rule.html",
        status=status,
        rule=found.rule,
        book=found.book,
        file=found.file,
        lists=found.lists,
        seen=seen_of(found.lists),
        drafted=found.drafted,
        faults=[fault.text(language_of(request)) for fault in faults],
    )


def _save(request: Request, form: FormData) -> Response:
    shelf = state_of(request).phrasebook_for
    found = _find(request)
    given = {
        number: str(form[f"list-{number}"])
        for number in range(len(found.lists))
        if f"list-{number}" in form
    }
    if any(len(text) > _LIST_MAX for text in given.values()):
        raise HTTPException(413)
    shelf.begin_draft()
    with shelf.lock:
        text = (shelf.draft / found.file).read_text("utf-8-sig")
        if str(form.get("seen", "")) != seen_of(found.lists):
            raise UsageError("desk.changed_meanwhile", rule=found.rule.id)
        try:
            changed = replace_lists(text, found.rule.id, given)
        except (QuotesError, IndexError) as error:
            raise UsageError("desk.quotes", rule=found.rule.id) from error
        shelf.write_draft(found.file, changed)
    try:
        shelf.load(shelf.draft, found.book.language)
    except InvalidPhrasebookError as error:
        return _rule_page(request, _find(request), faults=error.faults, status=422)
    return RedirectResponse(f"/desk/rules/{found.rule.id}", status_code=303)


def seen_of(lists: tuple[PhraseList, ...]) -> str:
    """What tells whether somebody else changed the lists while they were edited."""
    return hashlib.sha256("\0".join(part.text for part in lists).encode()).hexdigest()[:16]


def _try(request: Request, form: FormData) -> Response:
    found, language = _find(request), language_of(request)
    trial: Trial | None = None
    fault = ""
    try:
        if call_id := str(form.get("call_id", "")).strip():
            if not may(account_of(request), "call.read"):
                raise HTTPException(403)
            request.scope["path_params"] = {**request.path_params, "call_id": call_id}
            call = open_call(request).call
            trial = try_call(call, found.rule, phrasebook=found.book, language=language)
        else:
            trial = try_text(
                str(form.get("text", ""))[:TEXT_MAX],
                found.rule,
                phrasebook=found.book,
                language=language,
                purpose=str(form.get("purpose", "")),
                direction=str(form.get("direction", "")),
            )
    except HTTPException as error:
        if error.status_code != 404:
            raise
        fault = UsageError("desk.no_call").text(language)
    except TingjianError as error:
        fault = error.text(language)
    status = 422 if fault else 200
    return page(request, "desk_trial.html", status=status, trial=trial, fault=fault)

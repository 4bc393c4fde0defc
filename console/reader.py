"""Who reads, and in which language; a page rendered for them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from console.access import Action, may
from console.state import ConsoleState
from pipeline.messages import LANGUAGES, Language, say
from warehouse.decisions.accounts import Account

_DIGITS_MAX = 15
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def state_of(request: Request) -> ConsoleState:
    """The console that answers the request."""
    state: ConsoleState = request.app.state.console
    return state


def account_of(request: Request) -> Account:
    """Who asks; only for routes that demand a signed-in person."""
    account: Account = request.state.account
    return account


def language_of(request: Request) -> Language:
    """What the reader chose, else the account's, else Chinese."""
    chosen = request.cookies.get("language")
    for language in LANGUAGES:
        if chosen == language:
            return language
    account: Account | None = getattr(request.state, "account", None)
    return account.language if account else "zh"


def clock(seconds: float) -> str:
    """Minutes and seconds with a tenth, as on the call page."""
    minutes, rest = divmod(max(0.0, seconds), 60)
    return f"{int(minutes)}:{rest:04.1f}"


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A template filled for the reader; `t` in it tells messages of `pages.toml`."""
    language = language_of(request)
    account: Account | None = getattr(request.state, "account", None)

    def allowed(action: Action) -> bool:
        return may(account, action)

    html = _TEMPLATES.get_template(template).render(
        t=partial(_tell, language),
        tell=partial(_say, language),
        language=language,
        account=account,
        may=allowed,
        nonce=request.state.nonce,
        clock=clock,
        zone=state_of(request).zone,
        here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        service=state_of(request).single_sign_on.on,
        here_query=request.query_params.multi_items(),
        **values,
    )
    return HTMLResponse(html, status_code=status)


def number_in_path(request: Request, name: str) -> int:
    """A number of the address. Raises: HTTPException 404 if it is none that can be stored."""
    text = request.path_params[name]
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX):
        raise HTTPException(404)
    return int(text)


def _tell(language: Language, key: str, **values: object) -> str:
    return say(f"pages.{key}", language, **values)


def _say(language: Language, key: str, **values: object) -> str:
    return say(key, language, **values)

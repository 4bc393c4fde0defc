"""Signing in with the organisation's own service: OpenID Connect, code flow with PKCE, by Authlib.

What has to be remembered between leaving and coming back lies in a cookie of ten minutes, sealed
with a key of this process: who restarts the console in between asks people to try once more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import Any, Final, cast

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from pipeline.errors import UsageError
from pipeline.settings_console import SingleSignOnSettings

SCOPE: Final = "openid profile email"
LASTS_S: Final = 600  # from leaving to coming back
_TIMEOUT_S: Final = 10.0
_LEEWAY_S: Final = 60
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512")
_KEY: Final = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class Pending:
    """What one sign-in has to remember."""

    state: str
    nonce: str
    verifier: str
    then: str  # where the person wanted to go
    until: float  # seconds since the epoch

    def sealed(self) -> str:
        """As the cookie carries it."""
        names = ("state", "nonce", "verifier", "then", "until")
        text = json.dumps({name: getattr(self, name) for name in names}).encode()
        return f"{urlsafe_b64encode(text).decode()}.{_seal(text)}"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the organisation's service names."""

    external_id: str  # issuer and subject
    login: str


def begin(settings: SingleSignOnSettings, *, then: str) -> tuple[str, Pending]:
    """The service's address to go to, and what to remember until one comes back.

    Raises: UsageError if the service does not answer.
    """
    pending = Pending(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        then=then,
        until=time() + LASTS_S,
    )
    with _client(settings) as client:
        url, _ = client.create_authorization_url(
            _about(client, settings)["authorization_endpoint"],
            state=pending.state,
            code_verifier=pending.verifier,
            nonce=pending.nonce,
        )
    return str(url), pending


def finish(
    settings: SingleSignOnSettings, *, answer: Mapping[str, str], cookie: str
) -> tuple[Identity, str]:
    """Whom the service names, and where the person wanted to go.

    Args:
        answer: the parameters that the person comes back with.
        cookie: what was remembered.
    Raises: UsageError if anything is not as it was agreed, took too long, or the service fails.
    """
    pending = _opened(cookie)
    if pending is None or not hmac.compare_digest(pending.state, answer.get("state", "")):
        raise UsageError("console.sso_again")
    if "code" not in answer:
        raise UsageError("console.sso_refused")
    try:
        with _client(settings) as client:
            about = _about(client, settings)
            token = client.fetch_token(
                about["token_endpoint"],
                grant_type="authorization_code",
                code=answer["code"],
                code_verifier=pending.verifier,
            )
            keys = client.request("GET", about["jwks_uri"], withhold_token=True)
            keys.raise_for_status()
            claims = _claims(token, keys.json(), settings, nonce=pending.nonce)
    except (httpx2.HTTPError, AuthlibBaseError, JoseError, KeyError, ValueError) as error:
        raise UsageError("console.sso_failed", detail=type(error).__name__) from error
    return _identity(claims, settings), pending.then


def _claims(
    token: Mapping[str, Any], keys: Any, settings: SingleSignOnSettings, *, nonce: str
) -> CodeIDToken:
    """What the signed token says. Raises: JoseError if it is not for us, now, and this sign-in."""
    registry = JWSRegistry(algorithms=list(_ALGORITHMS), strict_check_header=False)
    decoded = jwt.decode(token["id_token"], KeySet.import_key_set(keys), registry=registry)
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {
            "iss": {"essential": True, "value": settings.issuer},
            "aud": {"essential": True, "value": settings.client_id},
        },
        {
            "nonce": nonce,
            "client_id": settings.client_id,
            "access_token": token.get("access_token"),
        },
    )
    claims.validate(leeway=_LEEWAY_S)
    return claims


def _identity(claims: Mapping[str, Any], settings: SingleSignOnSettings) -> Identity:
    """Raises: UsageError if the service does not name a login, or an unproved mail address."""
    login = claims.get(settings.login_claim)
    unproved = settings.login_claim == "email" and claims.get("email_verified") is not True
    if not isinstance(login, str) or not login or unproved:
        raise UsageError("console.sso_no_login", claim=settings.login_claim)
    return Identity(f"{claims['iss']}|{claims['sub']}", login)


def _client(settings: SingleSignOnSettings) -> OAuth2Client:
    return OAuth2Client(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scope=SCOPE,
        redirect_uri=f"{str(settings.console_url).rstrip('/')}/sign-in/service/back",
        code_challenge_method="S256",
        timeout=_TIMEOUT_S,
    )


def _about(client: OAuth2Client, settings: SingleSignOnSettings) -> dict[str, str]:
    """The service's own description. Raises: UsageError if it does not answer or is another."""
    issuer = str(settings.issuer)
    try:
        answer = client.request(
            "GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration", withhold_token=True
        )
        answer.raise_for_status()
        about = cast("dict[str, str]", answer.json())
        if about["issuer"] != issuer:
            raise ValueError("issuer")
    except (httpx2.HTTPError, ValueError, KeyError) as error:
        raise UsageError("console.sso_failed", detail=type(error).__name__) from error
    return about


def _opened(cookie: str) -> Pending | None:
    """What a cookie of ours remembers; None if it is none, or too old."""
    text, _, seal = cookie.partition(".")
    try:
        content = urlsafe_b64decode(text.encode())
    except ValueError:
        return None
    if not hmac.compare_digest(_seal(content), seal):
        return None
    pending = Pending(**json.loads(content))
    return pending if time() < pending.until else None


def _seal(text: bytes) -> str:
    return hmac.new(_KEY, text, hashlib.sha256).hexdigest()

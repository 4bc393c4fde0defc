"""A stand-in for an organisation's OpenID Connect service: the real protocol on a local port."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "tingjian", "a secret of the service"


class Provider:
    """Signs in whoever comes as `claims` says; what `spoil` holds replaces a claim of the token."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256", "use": "sig"})
        self.claims: dict[str, object] = {"sub": "42", "preferred_username": "neu.qa"}
        self.spoil: dict[str, object] = {}
        self.asked: dict[str, str] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.get(self)

            def do_POST(self) -> None:
                provider.post(self)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def get(self, request: BaseHTTPRequestHandler) -> None:
        place = urlsplit(request.path)
        if place.path == "/.well-known/openid-configuration":
            self.tell(
                request,
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                },
            )
        elif place.path == "/keys":
            self.tell(request, {"keys": [self.key.as_dict(private=False)]})
        else:  # the person agrees at once
            self.asked = {name: values[0] for name, values in parse_qs(place.query).items()}
            back = urlencode({"code": "the-code", "state": self.asked["state"]})
            request.send_response(302)
            request.send_header("Location", f"{self.asked['redirect_uri']}?{back}")
            request.end_headers()

    def post(self, request: BaseHTTPRequestHandler) -> None:
        body = parse_qs(request.rfile.read(int(request.headers["Content-Length"])).decode())
        known = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(body["code_verifier"][0].encode()).digest()
        )
        agreed = (
            request.headers.get("Authorization") == f"Basic {known}"
            and body["code"] == ["the-code"]
            and self.asked["code_challenge"] == challenge.decode().rstrip("=")
        )
        if not agreed:
            self.tell(request, {"error": "invalid_grant"}, status=400)
            return
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 60,
            "nonce": self.asked["nonce"],
            **self.claims,
            **self.spoil,
        }
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)
        self.tell(request, {"access_token": "a", "token_type": "Bearer", "id_token": token})

    def tell(self, request: BaseHTTPRequestHandler, value: object, *, status: int = 200) -> None:
        content = json.dumps(value).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

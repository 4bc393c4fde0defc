"""Settings of the console: appeals, and signing in with the organisation's own service."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.appeal import AppealDays
from pipeline.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class AppealSettings:
    """How many days each step of an appeal may take."""

    appeal_days: int = field(default=7, metadata={"least": 1})  # since the call was released
    decide_days: int = field(default=3, metadata={"least": 1})
    escalate_days: int = field(default=3, metadata={"least": 1})  # to ask for the final decision
    final_days: int = field(default=5, metadata={"least": 1})

    @property
    def days(self) -> AppealDays:
        """As the appeals count them."""
        return AppealDays(self.appeal_days, self.decide_days, self.escalate_days, self.final_days)


@dataclass(frozen=True, slots=True)
class SingleSignOnSettings:
    """The organisation's OpenID Connect service; off without an issuer."""

    issuer: str | None = None  # its address, exactly as it names itself
    client_id: str | None = None
    client_secret: str | None = field(default=None, metadata={"secret": True})
    console_url: str | None = None  # where browsers reach the console, such as https://qa.example
    login_claim: str = "preferred_username"  # which claim is the login of an account

    @property
    def on(self) -> bool:
        """Whether people may sign in with it. Raises: ConfigurationError if half of it is set."""
        if self.issuer is None:
            return False
        needed = ("client_id", "client_secret", "console_url")
        missing = [f"single_sign_on.{name}" for name in needed if getattr(self, name) is None]
        if missing:
            raise ConfigurationError("settings.sso_incomplete", missing=", ".join(missing))
        return True

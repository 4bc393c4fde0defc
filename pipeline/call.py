"""A call as the pipeline sees it: what was recorded, who spoke when, what was said.

All times are float seconds from the start of the recording.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.messages import Language

__all__ = [
    "CallMetadata",
    "Language",
    "ModelVersions",
    "Purpose",
    "Recording",
    "Role",
    "Segment",
    "SpeakerSpan",
    "TalkMetrics",
    "Transcript",
    "Turn",
    "Word",
]


class Role(StrEnum):
    """Who speaks. `UNKNOWN` is said when neither party is certain; it is never guessed away."""

    AGENT = "agent"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    """Why the call took place; rules apply by purpose."""

    INBOUND = "inbound"
    CALLBACK = "callback"
    COMPLAINT = "complaint"
    ABSENCE = "absence"
    CANCELLATION = "cancellation"
    BOOKING = "booking"
    SATISFACTION = "satisfaction"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CallMetadata:
    """What the telephone system knows of a call; `None` where it does not say."""

    call_id: str
    language: Language | None = None
    purpose: Purpose | None = None
    direction: str | None = None  # inbound | outbound
    agent_id: str | None = None
    agent_name: str | None = None  # personal data
    team: str | None = None
    customer_ref: str | None = None  # personal data
    started_at: datetime | None = None  # with offset
    answered_after_s: float | None = None
    hung_up_by: str | None = None
    channel_roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """A decoded file: what it declared and what it held."""

    path: str
    audio_sha256: str
    duration_s: float
    channels: int
    sample_rate_hz: int
    codec: str
    warnings: tuple[tuple[str, dict[str, object]], ...] = ()  # (message key, values)


@dataclass(frozen=True, slots=True)
class SpeakerSpan:
    """Uninterrupted speech of one speaker, as the diarizer found it.

    Spans of two speakers may overlap.
    """

    start: float
    end: float
    speaker: str  # diarizer label: "channel-0", "voice-1"
    level_db: float | None = None  # RMS relative to full scale


@dataclass(frozen=True, slots=True)
class Word:
    """One timed token; in Chinese one character."""

    text: str
    start: float
    end: float
    probability: float  # 0-1


@dataclass(frozen=True, slots=True)
class Segment:
    """What the recogniser read in one span of one speaker."""

    start: float
    end: float
    speaker: str
    text: str
    words: tuple[Word, ...]
    mean_log_probability: float = 0.0  # natural logarithm, per token


@dataclass(frozen=True, slots=True)
class Turn:
    """One party's uninterrupted speech."""

    turn_no: int
    speaker: str
    role: Role
    role_probability: float
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    level_db: float | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The whole call in writing.

    `turns` ascend by start; `spans` are where voices were heard, also where no word was understood.
    """

    language: Language
    turns: tuple[Turn, ...]
    spans: tuple[SpeakerSpan, ...]
    duration_s: float
    language_probability: float = 1.0


@dataclass(frozen=True, slots=True)
class TalkMetrics:
    """Who spoke how long; None where a role is not known."""

    agent_talk_s: float
    customer_talk_s: float
    silence_s: float
    longest_silence_s: float
    overlap_s: float
    agent_chars_per_min: float | None
    agent_interruptions: int = 0
    longest_silence_start_s: float | None = None  # from the start of the recording


@dataclass(frozen=True, slots=True)
class ModelVersions:
    """Which weights heard the call, as `name@sha256 prefix`."""

    asr: str
    segmentation: str
    embedding: str

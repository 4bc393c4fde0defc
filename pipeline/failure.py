"""A call that could not be inspected: which one, how far it came, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.call import CallMetadata, Recording


@dataclass(frozen=True, slots=True)
class CallFailure:
    """The row that a bad call leaves behind; it never stops the others.

    `reason_code` is the key of the message (`audio.empty`) and `reason_values` what fills it, so
    that it can be told in any language; `reason` is the sentence as it was told when it happened.
    """

    call_id: str
    path: str
    reason_code: str
    reason: str
    reason_values: Mapping[str, object] = field(default_factory=dict)
    audio_sha256: str | None = None  # None where not even the bytes could be read
    metadata: CallMetadata | None = None  # None where the sidecar was not understood either
    recording: Recording | None = None  # None where the sound was not decoded

"""How far what was heard is from the truth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from benchmarks.measured_calls import TrueTurn
from pipeline.call import Language, SpeakerSpan, Turn
from pipeline.normalise import tokenise


@dataclass(frozen=True, slots=True)
class Errors:
    """Edits against reference length; the rate may exceed 1."""

    edits: int
    length: int

    @property
    def rate(self) -> float:
        return self.edits / self.length if self.length else 0.0

    def __add__(self, other: Errors) -> Errors:
        return Errors(self.edits + other.edits, self.length + other.length)


def character_errors(truth: str, heard: str, language: Language) -> Errors:
    """Edits between letters: simplified characters, numbers spelled, no punctuation, no accents."""
    reference, hypothesis = (
        "".join(token.text for token in tokenise(text, language)) for text in (truth, heard)
    )
    return Errors(Levenshtein.distance(reference, hypothesis), len(reference))


def errors_of_role(
    truth: Sequence[TrueTurn], heard: Sequence[Turn], *, role: str, language: Language
) -> Errors:
    """Character errors over the whole text of a role; what another role was given is lost."""
    return character_errors(
        "".join(f"{t.text} " for t in truth if t.role == role),
        "".join(f"{t.text} " for t in heard if t.role == role),
        language,
    )


def role_hits(truth: Sequence[TrueTurn], heard: Sequence[Turn]) -> tuple[int, int]:
    """Of the true turns in which anything was heard, how many have mostly the right role.

    Returns: hits and turns.
    """
    hits = total = 0
    for turn in truth:
        shares: dict[str, float] = {}
        for other in heard:
            overlap = min(turn.end, other.end) - max(turn.start, other.start)
            if overlap > 0:
                shares[other.role] = shares.get(other.role, 0.0) + overlap
        if shares and turn.role in ("agent", "customer"):
            total += 1
            hits += max(shares, key=lambda role: shares[role]) == turn.role
    return hits, total


def diarization_rates(
    truth: Iterable[tuple[float, float, str]], spans: Sequence[SpeakerSpan], *, duration_s: float
) -> dict[str, float]:
    """DER without collar, overlaps counted, and its parts as shares of the true speech; JER."""
    from models.torchaudio_shim import prepare_pyannote

    prepare_pyannote()
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate, JaccardErrorRate

    reference, hypothesis = Annotation(), Annotation()
    for i, (start, end, speaker) in enumerate(truth):
        reference[Segment(start, end), i] = speaker
    for i, span in enumerate(spans):
        hypothesis[Segment(span.start, span.end), i] = span.speaker
    whole = Timeline([Segment(0.0, duration_s)])
    parts = DiarizationErrorRate()(reference, hypothesis, uem=whole, detailed=True)
    speech = parts["total"] or 1.0
    return {
        "der": parts["diarization error rate"],
        "missed": parts["missed detection"] / speech,
        "false": parts["false alarm"] / speech,
        "confused": parts["confusion"] / speech,
        "jer": JaccardErrorRate()(reference, hypothesis, uem=whole),
    }

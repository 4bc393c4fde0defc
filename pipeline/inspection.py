"""One call from its recording to its scorecard."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipeline.audio import DecodeLimits, read_audio
from pipeline.call import (
    CallMetadata,
    Language,
    ModelVersions,
    Recording,
    SpeakerSpan,
    Transcript,
)
from pipeline.chinese_text import in_simplified
from pipeline.engines import Ears, Waveform
from pipeline.finding import InspectedCall, PhrasebookVersion
from pipeline.judging import judge
from pipeline.rejudging import KeptEvidence
from pipeline.roles import assign_roles, has_known_channels
from pipeline.rules import Phrasebook
from pipeline.scorecard import score
from pipeline.second_listen import listen_again
from pipeline.talk import measure_talk
from pipeline.turns import build_turns
from pipeline.voiceprints import Voiceprint, VoiceprintUse, compare, is_usable

PhrasebookFor = Callable[[Language], Phrasebook]


def inspect_call(
    audio: Path,
    *,
    metadata: CallMetadata,
    ears: Ears,
    phrasebook_for: PhrasebookFor,
    limits: DecodeLimits | None = None,
    second_listen: int = 0,
    voiceprints: Mapping[str, Voiceprint] | None = None,
    on_decoded: Callable[[Recording, Waveform], None] | None = None,
) -> InspectedCall:
    """Hear a call, judge it and score it.

    The same recording, models, phrasebook and voiceprints give the same result, whatever ran
    before.

    Args:
        metadata: what the telephone system knows; a missing language is heard.
        phrasebook_for: the norms of a language.
        limits: of decoding.
        second_listen: places in doubt that are listened to again, at most; 0 for none.
        voiceprints: by agent id; the call's agent's is compared with its voices where no channel
            says who is who.
        on_decoded: gets the sound while it is at hand; shape (channels, samples) at 16 kHz.
    Raises: AudioError if the recording cannot be decoded, TranscriptError if the engines
        contradict themselves.
    """
    watch = _Watch()
    recording, waveform = read_audio(audio, limits=limits or DecodeLimits())
    watch.lap("decode")
    if on_decoded is not None:
        on_decoded(recording, waveform)
    spans = ears.diarizer.diarize(waveform)
    watch.lap("diarize")
    voiceprint = _compare(waveform, spans, metadata=metadata, ears=ears, known=voiceprints or {})
    transcript = _transcribe(waveform, spans, metadata=metadata, ears=ears, voiceprint=voiceprint)
    transcript = replace(transcript, duration_s=recording.duration_s)
    watch.lap("transcribe")
    phrasebook = phrasebook_for(transcript.language)
    metrics = measure_talk(transcript)
    listen, kept = None, KeptEvidence()
    if second_listen and ears.verifier is not None:
        listen = kept.of(
            partial(
                listen_again,
                phrasebook=phrasebook,
                waveform=waveform,
                verifier=ears.verifier,
                at_most=second_listen,
            )
        )
    del waveform  # half a gigabyte an hour, which judging need not wait for
    findings = judge(
        transcript, metadata=metadata, metrics=metrics, phrasebook=phrasebook, listen=listen
    )
    scorecard = score(findings, phrasebook=phrasebook)
    watch.lap("judge")
    return InspectedCall(
        recording=recording,
        metadata=metadata,
        models=_versions(ears, second_listen=second_listen),
        phrasebook=PhrasebookVersion(phrasebook.id, phrasebook.version, phrasebook.sha256),
        transcript=transcript,
        metrics=metrics,
        findings=findings,
        scorecard=scorecard,
        stage_s=watch.laps(),
        voiceprint=voiceprint,
        listened=kept.listened,
    )


def _compare(
    waveform: Waveform,
    spans: tuple[SpeakerSpan, ...],
    *,
    metadata: CallMetadata,
    ears: Ears,
    known: Mapping[str, Voiceprint],
) -> VoiceprintUse | None:
    """The agent's voiceprint beside the voices of a call; None where it has nothing to say."""
    print_ = known.get(metadata.agent_id or "")
    speakers = sorted({span.speaker for span in spans})
    if print_ is None or ears.voice_reader is None or has_known_channels(speakers, metadata):
        return None
    if not is_usable(print_, model=ears.versions.embedding):
        return None
    return compare(print_, ears.voice_reader.hear(waveform, spans, speakers=speakers))


def _transcribe(
    waveform: Waveform,
    spans: tuple[SpeakerSpan, ...],
    *,
    metadata: CallMetadata,
    ears: Ears,
    voiceprint: VoiceprintUse | None,
) -> Transcript:
    language, certainty = metadata.language, 1.0
    if language is None:
        language, certainty = ears.transcriber.detect_language(waveform, spans)
    segments = ears.transcriber.transcribe(waveform, spans, language=language)
    if language == "zh":
        segments = tuple(in_simplified(segment) for segment in segments)
    spoken = build_turns(segments, spans)
    return Transcript(
        language=language,
        turns=assign_roles(
            spoken,
            metadata=metadata,
            language=language,
            voice_cosines=dict(voiceprint.similarities) if voiceprint else None,
        ),
        spans=spans,
        duration_s=0.0,
        language_probability=round(certainty, 4),
    )


def _versions(ears: Ears, *, second_listen: int) -> ModelVersions:
    """The models, with what a second listen adds to the recogniser's version."""
    if not second_listen or ears.verifier is None:
        return ears.versions
    return replace(ears.versions, asr=f"{ears.versions.asr}+listen@{second_listen}")


class _Watch:
    """Wall seconds by stage."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._laps: list[tuple[str, float]] = []

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._laps.append((stage, round(now - self._last, 3)))
        self._last = now

    def laps(self) -> tuple[tuple[str, float], ...]:
        return tuple(self._laps)

"""What an agent's voiceprint adds to the words: `python -m benchmarks.voiceprints [FOLDER]`.

Every call is mixed to mono; its agent's print is learnt from the folder's other calls with that
voice, from stereo where there is. Roles are then told for pieces of the call of two and more turns,
as somebody who joins late would hear them: by the words as they were said, by the voices alone,
and by both. Without FOLDER, the samples, whose truth names the voices.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.measured_calls import MeasuredCall, TrueTurn, measured_calls
from models.channels import ChannelDiarizer
from models.ears import load_voice_reader
from models.installed import default_models_dir
from models.onnx_export import embedding_onnx, segmentation_onnx
from models.registry import load_registry
from models.segmentation import SpeechSegmenter
from models.voice_embedding import VoiceEmbedder
from models.voices import VoiceDiarizer
from pipeline.audio import DecodeLimits, read_audio
from pipeline.call import Role, SpeakerSpan
from pipeline.engines import Waveform
from pipeline.errors import AudioError
from pipeline.roles import guess_roles
from pipeline.turns import SpokenTurn
from pipeline.voiceprints import HeardVoice, Voiceprint, VoiceSample, compare, make_voiceprint

_PARTIES = ("agent", "customer")
_PIECES = (2, 3, 4, 6, None)  # turns; None is the whole call


@dataclass(frozen=True, slots=True, eq=False)
class VoicedCall:
    """A call with the voice of its agent, as it is learnt, and both voices as mono has them."""

    call: MeasuredCall
    voice: str  # of the agent, by the truth
    learnt: HeardVoice
    mono: tuple[HeardVoice, ...]  # speakers named agent and customer, by most overlap


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how often each way is right, says unknown, or is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("samples"))
    parser.add_argument("--models", type=Path, default=default_models_dir())
    options = parser.parse_args(arguments)
    calls = list(_voiced(options.folder, options.models))
    known = [(c, p) for c in calls if (p := _print_for(c, calls)) is not None]
    sys.stdout.write(f"{len(known)} of {len(calls)} calls have another one of the same agent\n")
    for turns in _PIECES:
        tally = {way: _tally(known, turns, way) for way in ("words", "voices", "both")}
        counts = "  ".join(
            f"{way} {t['right']}/{t['unknown']}/{t['wrong']}" for way, t in tally.items()
        )
        sys.stdout.write(f"{turns or 'all'} turns (right/unknown/wrong): {counts}\n")
    return 0


def _voiced(folder: Path, models: Path) -> Iterator[VoicedCall]:
    registry = load_registry()
    segmenter = SpeechSegmenter(segmentation_onnx(registry, models))
    voices = VoiceDiarizer(segmenter, VoiceEmbedder(embedding_onnx(registry, models)))
    channels = ChannelDiarizer(segmenter)
    reader, _ = load_voice_reader(models)

    def hear(waveform: Waveform, call: MeasuredCall) -> tuple[HeardVoice, ...]:
        spans = (voices if len(waveform) == 1 else channels).diarize(waveform)
        speakers = {role: _speaker_of(spans, call.turns, role) for role in _PARTIES}
        found = {v.speaker: v for v in reader.hear(waveform, spans, speakers=[*speakers.values()])}
        return tuple(
            replace(found[label], speaker=role)
            for role, label in speakers.items()
            if label in found
        )

    for call in measured_calls(folder):
        try:
            _, waveform = read_audio(call.audio, limits=DecodeLimits())
        except AudioError:
            continue
        heard = [voice for voice in hear(waveform, call) if voice.speaker == "agent"]
        mono = hear(waveform.mean(axis=0, keepdims=True).astype(np.float32), call)
        if heard and len(mono) == len(_PARTIES):
            yield VoicedCall(call, _agents_voice(folder, call), heard[0], mono)


def _speaker_of(spans: Sequence[SpeakerSpan], turns: Sequence[TrueTurn], role: str) -> str:
    overlap: Counter[str] = Counter()
    for span in spans:
        for turn in turns:
            shared = min(span.end, turn.end) - max(span.start, turn.start)
            if turn.speaker == role and shared > 0:
                overlap[span.speaker] += round(1000 * shared)
    return overlap.most_common(1)[0][0] if overlap else ""


def _agents_voice(folder: Path, call: MeasuredCall) -> str:
    path = next(folder.rglob(f"{call.name}.truth.json"))
    return str(json.loads(path.read_text("utf-8"))["voices"]["agent"])


def _print_for(call: VoicedCall, calls: Sequence[VoicedCall]) -> Voiceprint | None:
    samples = [
        VoiceSample(
            agent_id=call.voice,
            call_id=other.call.name,
            audio_sha256=other.call.name,
            direction=other.learnt.direction,
            speech_s=other.learnt.speech_s,
            model="this",
            roles_from="channels",
        )
        for other in calls
        if other is not call and other.voice == call.voice
    ]
    return make_voiceprint(samples, model="this")


def _tally(
    known: Sequence[tuple[VoicedCall, Voiceprint]], turns: int | None, way: str
) -> Counter[str]:
    counts: Counter[str] = Counter()
    for voiced, learnt in known:
        cosines = dict(compare(learnt, voiced.mono).similarities)
        metadata = replace(voiced.call.metadata, channel_roles=())
        for piece in _pieces(voiced.call.turns, turns):
            spoken = [
                SpokenTurn(t.speaker, t.start, t.end, "" if way == "voices" else t.text, (), None)
                for t in piece
            ]
            guesses = guess_roles(
                spoken,
                metadata=metadata,
                language=metadata.language or "zh",
                voice_cosines=None if way == "words" else cosines,
            )
            role = guesses["agent"].role
            told = "right" if role is Role.AGENT else "wrong"
            counts["unknown" if role is Role.UNKNOWN else told] += 1
    return counts


def _pieces(turns: Sequence[TrueTurn], length: int | None) -> Iterator[list[TrueTurn]]:
    """Runs of turns in which both parties speak."""
    spoken = [turn for turn in turns if turn.speaker in _PARTIES]
    size = length or len(spoken)
    for first in range(max(1, len(spoken) - size + 1)):
        piece = spoken[first : first + size]
        if len({turn.speaker for turn in piece}) == len(_PARTIES):
            yield piece


if __name__ == "__main__":
    sys.exit(main())

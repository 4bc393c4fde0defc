"""The engines of one run, loaded once and shared by its threads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from threadpoolctl import threadpool_limits

from models.channels import ChannelDiarizer
from models.devices import check_whisper, choose_device
from models.diarizer import CallDiarizer
from models.installed import fingerprint, require
from models.onnx_export import EMBEDDING, SEGMENTATION, embedding_onnx, segmentation_onnx
from models.registry import load_registry
from models.segmentation import SpeechSegmenter
from models.transcriber import WhisperTranscriber
from models.verifier import WhisperVerifier
from models.voice_embedding import SpeakerVoices, VoiceEmbedder
from models.voices import VoiceDiarizer
from models.whisper_engine import WhisperEngine
from pipeline.call import Language, ModelVersions
from pipeline.engines import Diarizer

Diarization = Literal["fast", "reference"]


@dataclass(frozen=True, slots=True)
class CallEars:
    """Diarizer, transcriber, verifier and voice reader with the versions that results name."""

    diarizer: CallDiarizer
    transcriber: WhisperTranscriber
    versions: ModelVersions
    verifier: WhisperVerifier
    voice_reader: SpeakerVoices


def one_thread_per_sum() -> None:
    """NumPy's matrix products in this process run on one thread.

    With more they add up in another order, so that a word's probability would depend on how many
    cores the machine has; and calls that are heard side by side would get in each other's way.
    """
    threadpool_limits(limits=1, user_api="blas")


def load_ears(
    folder: Path,
    *,
    asr: str = "whisper-base",
    names: Mapping[Language, Sequence[str]] | None = None,
    threads: int = 1,
    workers: int = 1,
    device: str = "cpu",
    compute_type: str = "int8",
    diarization: Diarization = "fast",
) -> CallEars:
    """Load the speech models, which then hear the same however many cores there are.

    Args:
        folder: of the models.
        asr: a name in the registry, or a folder with a Whisper model for CTranslate2.
        names: by language, proper names of the organisation and its agents, which recognition may
            expect.
        threads: per call.
        workers: calls that are heard at the same time.
        diarization: of mono calls: `fast` (ONNX) or `reference` (pyannote.audio's own pipeline).
        device: cpu, cuda, or auto for cuda where there is one.
    Raises: ModelMissingError naming the model and the command that repairs it, ConfigurationError
        if this machine cannot compute so.
    """
    one_thread_per_sum()
    registry = load_registry()
    for name in (SEGMENTATION, EMBEDDING, asr):
        require(registry, folder, name)
    engine = _recogniser(
        require(registry, folder, asr),
        device=device,
        compute_type=compute_type,
        threads=threads,
        workers=workers,
    )
    segmenter = SpeechSegmenter(segmentation_onnx(registry, folder), threads=threads)
    embedder = VoiceEmbedder(embedding_onnx(registry, folder), threads=threads)
    voices: Diarizer
    if diarization == "fast":
        voices = VoiceDiarizer(segmenter, embedder)
    else:
        # brings PyTorch and pyannote.audio, which nothing else needs
        from models.reference_diarizer import ReferenceDiarizer

        voices = ReferenceDiarizer(
            require(registry, folder, SEGMENTATION), require(registry, folder, EMBEDDING)
        )
    version = fingerprint(registry, folder, asr, variant=compute_type)
    return CallEars(
        diarizer=CallDiarizer(channels=ChannelDiarizer(segmenter), voices=voices),
        transcriber=WhisperTranscriber(engine, names=names),
        versions=ModelVersions(
            asr=version + _names_mark(names or {}),
            segmentation=fingerprint(registry, folder, SEGMENTATION),
            embedding=fingerprint(registry, folder, EMBEDDING),
        ),
        verifier=WhisperVerifier(engine, version=version),
        voice_reader=SpeakerVoices(embedder),
    )


def _recogniser(
    folder: Path, *, device: str, compute_type: str, threads: int, workers: int
) -> WhisperEngine:
    """The engine that reads words; what it cannot do is told before seconds are spent."""
    check_whisper(folder)
    chosen = choose_device(device, compute_type)
    return WhisperEngine(
        folder, device=chosen, compute_type=compute_type, threads=threads, workers=workers
    )


def whisper_folder(models: Path, asr: str) -> Path:
    """The folder of a recogniser, by its name or path.

    Raises: ModelMissingError naming the model and the command that repairs it.
    """
    folder = require(load_registry(), models, asr)
    check_whisper(folder)
    return folder


def load_voice_reader(folder: Path) -> tuple[SpeakerVoices, str]:
    """What compares voices, without the engines that read words, with its embedding's version.

    Raises: ModelMissingError naming the model and the command that repairs it.
    """
    registry = load_registry()
    voices = SpeakerVoices(VoiceEmbedder(embedding_onnx(registry, folder)))
    return voices, fingerprint(registry, folder, EMBEDDING)


def _names_mark(names: Mapping[Language, Sequence[str]]) -> str:
    """What the expected names add to the version: other names may give other words."""
    listed = sorted((language, *texts) for language, texts in names.items() if texts)
    if not listed:
        return ""
    return f"+names@{hashlib.sha256(repr(listed).encode()).hexdigest()[:8]}"

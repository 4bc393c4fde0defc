"""pyannote.audio's own `SpeakerDiarization` with the embedded weights: the slower reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.loading import load_embedding, load_segmentation
from models.spans import Interval, cut, level_db
from models.torchaudio_shim import prepare_pyannote
from pipeline.call import SpeakerSpan
from pipeline.engines import ENGINE_RATE_HZ, Waveform

# pyannote's published parameters for its agglomerative pipelines
_PARAMETERS = {
    "segmentation": {"min_duration_off": 0.0},
    "clustering": {"method": "centroid", "min_cluster_size": 12, "threshold": 0.7},
}


class ReferenceDiarizer:
    """Agglomerative clustering over sliding windows, two speakers.

    Args:
        segmentation, embedding: folders of the models.
        step: between windows, as a share of their ten seconds; pyannote's default is 0.1.
    """

    def __init__(self, segmentation: Path, embedding: Path, *, step: float = 0.1) -> None:
        prepare_pyannote()
        import pyannote.audio.pipelines.speaker_diarization as module

        original = module.get_plda
        # agglomerative clustering needs no PLDA, but the constructor asks for one
        module.get_plda = lambda plda, *_, **__: None if plda is None else original(plda)
        try:
            self._pipeline: Any = module.SpeakerDiarization(
                segmentation=load_segmentation(segmentation),
                embedding=load_embedding(embedding),
                clustering="AgglomerativeClustering",
                segmentation_step=step,
                plda=None,
            )
        finally:
            module.get_plda = original
        self._pipeline.instantiate(_PARAMETERS)

    def diarize(self, waveform: Waveform) -> tuple[SpeakerSpan, ...]:
        """Spans of the first channel, ascending by start; `voice-N` in order of appearance."""
        import torch

        output = self._pipeline(
            {"waveform": torch.from_numpy(waveform[:1]), "sample_rate": ENGINE_RATE_HZ},
            num_speakers=2,
        )
        annotation = getattr(output, "speaker_diarization", output)
        tracks = sorted(
            (segment.start, segment.end, label)
            for segment, _, label in annotation.itertracks(yield_label=True)
        )
        order = list(dict.fromkeys(label for _, _, label in tracks))
        return tuple(
            SpeakerSpan(
                start=round(start, 3),
                end=round(end, 3),
                speaker=f"voice-{order.index(label)}",
                level_db=round(level_db(cut(waveform[0], Interval(start, end))), 1),
            )
            for start, end, label in tracks
        )

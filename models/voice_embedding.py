"""The voice in a stretch of speech: CAM++ in ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.fbank import SHIFT_SAMPLES, WINDOW_SAMPLES, centred, fbank
from models.segmentation import level
from models.spans import FloatArray, Interval, cut
from models.transcriber import channel_of
from pipeline.call import SpeakerSpan
from pipeline.clean_speech import clean_speech
from pipeline.engines import Waveform
from pipeline.voiceprints import HeardVoice, centroid

# two frames after the network's subsampling, below which a standard deviation does not exist
MIN_SAMPLES = WINDOW_SAMPLES + 2 * SHIFT_SAMPLES


class VoiceEmbedder:
    """Turns speech into a direction in 192 dimensions; voices are compared by their cosine.

    Args:
        path: of the exported network, see `models.onnx_export`.
        threads: of ONNX Runtime.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def embed(self, speech: FloatArray) -> FloatArray:
        """The voice of a stretch as a vector of length 1, shape (192,).

        Args:
            speech: samples at 16 kHz, shape (samples,); shorter than 45 ms it is padded with
                silence.
        """
        samples = np.pad(speech, (0, max(0, MIN_SAMPLES - len(speech))))
        features = centred(fbank(samples[None, :])).astype(np.float32)
        (voices,) = self._session.run(None, {"features": features})
        voice: FloatArray = voices[0] / max(float(np.linalg.norm(voices[0])), 1e-9)
        return voice


class SpeakerVoices:
    """What each speaker of a call sounds like, from the pieces in which nobody else speaks."""

    def __init__(self, embedder: VoiceEmbedder) -> None:
        self._embedder = embedder

    def hear(
        self, waveform: Waveform, spans: Sequence[SpeakerSpan], *, speakers: Sequence[str]
    ) -> tuple[HeardVoice, ...]:
        """See `pipeline.engines.VoiceReader`; at most 20 seconds of each speaker are heard.

        Args:
            waveform: shape (channels, samples) at 16 kHz.
        """
        heard = (self._voice(waveform, spans, speaker) for speaker in speakers)
        return tuple(voice for voice in heard if voice is not None)

    def _voice(
        self, waveform: Waveform, spans: Sequence[SpeakerSpan], speaker: str
    ) -> HeardVoice | None:
        channel = waveform[channel_of(speaker)]
        pieces = clean_speech(spans, speaker)
        lengths = [end - start for start, end in pieces]
        embeddings = [
            self._embedder.embed(level(cut(channel, Interval(start, end)))) for start, end in pieces
        ]
        direction = centroid(embeddings, lengths)
        return None if direction is None else HeardVoice(speaker, direction, round(sum(lengths), 3))

"""The voice in a stretch of speech: CAM++ in ONNX Runtime."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.campplus import MIN_SAMPLES
from models.fbank import centred, fbank
from models.spans import FloatArray


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

"""Where somebody speaks: pyannote's segmentation-3.0 in ONNX Runtime.

The network reads ten seconds and gives, every 270 samples, the log-probability of seven classes:
nobody, one of three window-local speakers, or two of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.engines import ENGINE_RATE_HZ

FloatArray = npt.NDArray[np.float32]

WINDOW_SAMPLES = 10 * ENGINE_RATE_HZ  # what the network was trained on
FRAME_STEP_SAMPLES = 270  # product of the strides of SincNet
FRAME_FIELD_SAMPLES = 991  # samples that one frame sees
FRAMES_PER_WINDOW = 589
FRAME_S = FRAME_STEP_SAMPLES / ENGINE_RATE_HZ

# rows: classes of the powerset; columns: which of the three window-local speakers speak
POWERSET = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], dtype=np.float32
)
_BATCH_WINDOWS = 8
_LEAST_SAMPLES = 2 * ENGINE_RATE_HZ
_TARGET_LEVEL = 0.3  # to which the loud passages are brought before listening
_LOUD_PERCENTILE = 99.0
_MAX_GAIN = 30.0  # about 30 dB: more would lift the noise of an empty line to speech level


@dataclass(frozen=True, slots=True)
class WindowActivity:
    """What the network heard in overlapping windows.

    starts: first frame of each window, shape (windows,), in frames from the start of the call.
    probability: of the seven classes, shape (windows, 589, 7).
    frames: of the whole call.
    """

    starts: npt.NDArray[np.int64]
    probability: FloatArray
    frames: int

    def speech(self) -> FloatArray:
        """Probability that anybody speaks, shape (frames,); overlapping windows are averaged,
        the middle of a window counting more than its ends."""
        return self._blend(1.0 - self.probability[:, :, 0])

    def overlap(self) -> FloatArray:
        """Probability that two speak at once, shape (frames,)."""
        return self._blend(self.probability[:, :, 4:].sum(axis=2))

    def _blend(self, per_window: FloatArray) -> FloatArray:
        length = per_window.shape[1]
        weight = np.minimum(np.arange(1, length + 1), np.arange(length, 0, -1)).astype(np.float32)
        total = np.zeros(self.frames + length, dtype=np.float32)
        weights = np.zeros(self.frames + length, dtype=np.float32)
        for start, values in zip(self.starts, per_window, strict=True):
            total[start : start + length] += values * weight
            weights[start : start + length] += weight
        seen = np.maximum(weights[: self.frames], 1e-6)
        blended: FloatArray = (total[: self.frames] / seen).astype(np.float32)
        return blended


class SpeechSegmenter:
    """Runs the segmentation network over a channel of any length.

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

    def listen(self, channel: FloatArray, *, step_s: float) -> WindowActivity:
        """Activity in windows that start every `step_s` seconds.

        Args:
            channel: one channel at 16 kHz, shape (samples,); levelled here, so its loudness does
                not matter.
        Returns: an activity without windows if `channel` is empty.
        """
        frames = int(np.ceil(len(channel) / FRAME_STEP_SAMPLES))
        starts = window_starts(frames, step_s=step_s)
        gain = loudness_gain(channel)
        outputs = [
            self._run(channel, starts[i : i + _BATCH_WINDOWS], gain)
            for i in range(0, len(starts), _BATCH_WINDOWS)
        ]
        probability = (
            np.concatenate(outputs) if outputs else np.zeros((0, FRAMES_PER_WINDOW, 7), np.float32)
        )
        return WindowActivity(
            starts=np.asarray(starts, dtype=np.int64), probability=probability, frames=frames
        )

    def _run(self, channel: FloatArray, starts: list[int], gain: float) -> FloatArray:
        # a recording that ends before its only window would be listened to for nothing after that
        samples = min(WINDOW_SAMPLES, max(len(channel), _LEAST_SAMPLES))
        batch = np.zeros((len(starts), 1, samples), dtype=np.float32)
        for row, start in enumerate(starts):
            piece = channel[start * FRAME_STEP_SAMPLES :][:WINDOW_SAMPLES]
            batch[row, 0, : len(piece)] = np.clip(piece * gain, -1.0, 1.0)
        (log_probability,) = self._session.run(None, {"waveform": batch})
        heard = log_probability.shape[1]
        result = np.zeros((len(starts), FRAMES_PER_WINDOW, len(POWERSET)), dtype=np.float32)
        result[:, :heard] = np.exp(log_probability)
        result[:, heard:, 0] = 1.0  # nobody
        return result


def window_starts(frames: int, *, step_s: float) -> list[int]:
    """First frames of windows that cover `frames` frames, evenly spaced, at most `step_s` apart;
    none for no frames."""
    if frames == 0:
        return []
    last = max(0, frames - FRAMES_PER_WINDOW)
    steps = int(np.ceil(last / max(1, round(step_s / FRAME_S))))
    return [round(i * last / max(1, steps)) for i in range(steps + 1)]


def level(channel: FloatArray) -> FloatArray:
    """Bring the loud passages of a channel to a fixed level; silence stays silence."""
    levelled: FloatArray = np.clip(channel * loudness_gain(channel), -1.0, 1.0)
    return levelled.astype(np.float32)


def loudness_gain(channel: FloatArray) -> float:
    """The factor that brings the loud passages of a channel to a fixed level; 1 for no samples."""
    if len(channel) == 0:
        return 1.0
    loud = float(np.percentile(np.abs(channel), _LOUD_PERCENTILE))
    return min(_TARGET_LEVEL / max(loud, 1e-9), _MAX_GAIN)

"""Who speaks when: by channels where the parties have one each, by voices where they share one."""

from __future__ import annotations

from pipeline.call import SpeakerSpan
from pipeline.engines import Diarizer, Waveform


class CallDiarizer:
    """Chooses by the number of channels.

    Args:
        channels: for recordings with one party per channel.
        voices: for mono recordings.
    """

    def __init__(self, *, channels: Diarizer, voices: Diarizer) -> None:
        self._channels = channels
        self._voices = voices

    def diarize(self, waveform: Waveform) -> tuple[SpeakerSpan, ...]:
        """Spans ascending by start; empty for an empty recording."""
        if waveform.shape[0] == 0 or waveform.shape[1] == 0:
            return ()
        chosen = self._channels if waveform.shape[0] > 1 else self._voices
        return chosen.diarize(waveform)

"""Who speaks when: by channels where the parties have one each, by voices where they share one."""

from __future__ import annotations

from dataclasses import replace

from models.sections import sections
from pipeline.call import SpeakerSpan
from pipeline.engines import Diarizer, Waveform


class CallDiarizer:
    """Chooses by the number of channels; channels are heard section by section, voices have to be
    compared over the whole call.

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
        if waveform.shape[0] == 1:
            return self._voices.diarize(waveform)
        return tuple(
            replace(
                span,
                start=round(span.start + section.start_s, 3),
                end=round(span.end + section.start_s, 3),
            )
            for section in sections(waveform)
            for span in self._channels.diarize(section.waveform)
        )

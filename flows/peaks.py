"""The waveforms that people will look at, made while the night has the sound at hand."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from pipeline.call import Recording
from pipeline.engines import Waveform
from warehouse.sounds import SOUND_FOLDER, keep_peaks

_log = logging.getLogger("tingjian.night")


def peak_keeper(data: Path) -> Callable[[Recording, Waveform], None]:
    """What keeps the peaks of each decoded recording in a data folder.

    A call is not failed for them: the console makes what is missing when somebody looks.
    """

    def keep(recording: Recording, waveform: Waveform) -> None:
        try:
            keep_peaks(waveform, audio_sha256=recording.audio_sha256, folder=data / SOUND_FOLDER)
        except OSError as error:
            _log.warning("peaks could not be kept: %s", error.strerror or type(error).__name__)

    return keep

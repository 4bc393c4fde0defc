"""CAM++ in the form in which pyannote.audio takes an embedding.

Import it through `models.loading`, which prepares pyannote.audio first.
"""

from __future__ import annotations

import torch
from pyannote.audio import Model

from models.campplus import DIMENSION, CamPlusPlus
from models.fbank import centred, fbank
from models.voice_embedding import MIN_SAMPLES
from pipeline.engines import ENGINE_RATE_HZ


class CamPlusPlusEmbedding(Model):  # type: ignore[misc]  # pyannote.audio has no types
    """From waveforms to voices; compare voices by their cosine."""

    def __init__(self, network: CamPlusPlus) -> None:
        super().__init__(sample_rate=ENGINE_RATE_HZ, num_channels=1)
        self.network = network

    @property
    def dimension(self) -> int:
        """Numbers that make a voice."""
        return DIMENSION

    def forward(self, waveforms: torch.Tensor, weights: torch.Tensor | None = None) -> torch.Tensor:
        """The voice in each waveform.

        Args:
            waveforms: 16 kHz, shape (batch, 1, samples), at least 720 samples (45 ms).
            weights: how much each stretch counts, shape (batch, any number), 0 to 1; None: all.
        Returns: shape (batch, 192); NaN where nothing counts.
        Raises: ValueError if the waveforms are shorter.
        """
        if waveforms.shape[-1] < MIN_SAMPLES:
            msg = f"waveforms have {waveforms.shape[-1]} samples, a voice needs {MIN_SAMPLES}"
            raise ValueError(msg)
        features = centred(fbank(waveforms.squeeze(1).cpu().numpy()))
        voices: torch.Tensor = self.network(
            torch.from_numpy(features).to(waveforms.device), weights
        )
        return voices

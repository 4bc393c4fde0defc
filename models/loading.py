"""Load the two PyTorch checkpoints without running anything that stands in them.

A checkpoint is a pickle, and a pickle can call any function. PyTorch's restricted unpickler builds
tensors and containers, and nothing else but the few plain types that are listed here by name.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.torchaudio_shim import prepare_pyannote
from pipeline.errors import ModelError

if TYPE_CHECKING:
    import torch

    from models.campplus import CamPlusPlus

SEGMENTATION_FILE = "pytorch_model.bin"
EMBEDDING_FILE = "campplus.pt"


def load_state_dict_safely(path: Path, *, allowed: tuple[type, ...] = ()) -> dict[str, Any]:
    """What a checkpoint holds.

    Args:
        allowed: types that it may hold besides tensors and containers.
    Returns: its dictionary, tensors on the CPU.
    Raises: ModelError if it is no checkpoint, or holds anything else; nothing of it has run then.
    """
    import torch

    try:
        with torch.serialization.safe_globals(list(allowed)):
            held = torch.load(path, map_location="cpu", weights_only=True)
    # the restricted unpickler meets a strange file with any of many errors
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError("models.not_loadable", path=path, reason=reason) from error
    if not isinstance(held, dict):
        raise ModelError("models.not_loadable", path=path, reason=type(held).__name__)
    return held


def load_segmentation(folder: Path) -> torch.nn.Module:
    """pyannote.audio's segmentation-3.0, ready to listen.

    The network is built from the checkpoint's numbers by pyannote.audio's own class, named here:
    a class that the checkpoint names is never imported.

    Args:
        folder: of the model.
    Returns: a `PyanNet` in evaluation mode.
    Raises: ModelError if the file is not that model.
    """
    prepare_pyannote()
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.segmentation import PyanNet
    from torch.torch_version import TorchVersion

    path = folder / SEGMENTATION_FILE
    allowed = (Specifications, Problem, Resolution, TorchVersion)
    held = load_state_dict_safely(path, allowed=allowed)
    try:
        shape = held["hyper_parameters"]
        network = PyanNet(
            sincnet=shape["sincnet"],
            lstm=shape["lstm"],
            linear=shape["linear"],
            sample_rate=shape["sample_rate"],
            num_channels=shape["num_channels"],
        )
        network.specifications = held["pyannote.audio"]["specifications"]
        network.setup()
        network.load_state_dict(held["state_dict"], strict=True)
    except (KeyError, TypeError, RuntimeError) as error:
        raise ModelError("models.not_loadable", path=path, reason=_brief(error)) from error
    network.eval()
    return network  # type: ignore[no-any-return]  # pyannote.audio has no types


def load_campplus(folder: Path) -> CamPlusPlus:
    """The CAM++ network, from centred filter banks to voices, in evaluation mode.

    Args:
        folder: of the model.
    Raises: ModelError if the file does not hold exactly the weights of this network.
    """
    from models.campplus import CamPlusPlus

    path = folder / EMBEDDING_FILE
    held = load_state_dict_safely(path)
    network = CamPlusPlus()
    try:
        network.load_state_dict(held, strict=True)
    except (RuntimeError, TypeError) as error:
        raise ModelError("models.not_loadable", path=path, reason=_brief(error)) from error
    network.eval()
    return network


def load_embedding(folder: Path) -> torch.nn.Module:
    """CAM++ as pyannote.audio takes an embedding: `forward(waveforms, weights=None)`.

    Args:
        folder: of the model.
    Returns: a `models.pyannote_embedding.CamPlusPlusEmbedding` in evaluation mode.
    Raises: ModelError as `load_campplus`.
    """
    prepare_pyannote()
    from models.pyannote_embedding import CamPlusPlusEmbedding

    network = CamPlusPlusEmbedding(load_campplus(folder))
    network.eval()
    return network


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:200]

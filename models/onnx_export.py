"""The two pyannote networks in ONNX, made once from the verified weights and kept beside them.

ONNX Runtime needs a third of PyTorch's time on one core and starts without importing it.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

from models.installed import require
from models.registry import Registry

SEGMENTATION = "segmentation-3.0"
EMBEDDING = "campplus-zh-en"
_FORMAT = 1  # raise it when the export changes, so that older files are made again
_OPSET = 17


def segmentation_onnx(registry: Registry, folder: Path) -> Path:
    """The segmentation network: `waveform` (batch, 1, samples) to `log_probability` (batch,
    frames, 7).

    Args:
        folder: of the models; the file is made in its subfolder `derived` on first use.
    Raises: ModelMissingError if the weights are not there.
    """
    return _derived(registry, folder, SEGMENTATION, _export_segmentation)


def embedding_onnx(registry: Registry, folder: Path) -> Path:
    """The speaker embedding: `features` (batch, frames, 80), centred, to `voice` (batch, 192).

    Args and errors as `segmentation_onnx`.
    """
    return _derived(registry, folder, EMBEDDING, _export_embedding)


def _derived(
    registry: Registry, folder: Path, name: str, export: Callable[[Path, Path], None]
) -> Path:
    model = registry.model(name)
    weights = next(file for file in model.files if file.path == model.weights)
    target = folder / "derived" / f"{name}-{weights.sha256[:12]}-{_FORMAT}.onnx"
    source = require(registry, folder, name)
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".part")
        os.close(handle)
        try:
            export(source, Path(temporary))
            Path(temporary).replace(target)  # two processes at once write the same bytes
        finally:
            Path(temporary).unlink(missing_ok=True)
    return target


def _export_segmentation(source: Path, target: Path) -> None:
    import torch

    from models.loading import load_segmentation

    _export(
        load_segmentation(source),
        torch.randn(2, 1, 160_000),
        target,
        names=("waveform", "log_probability"),
        axes=({0: "batch", 2: "samples"}, {0: "batch", 1: "frames"}),
    )


def _export_embedding(source: Path, target: Path) -> None:
    import torch

    from models.loading import load_campplus

    _export(
        load_campplus(source),
        torch.randn(2, 200, 80),
        target,
        names=("features", "voice"),
        axes=({0: "batch", 1: "frames"}, {0: "batch"}),
    )


def _export(
    network: object,
    example: object,
    target: Path,
    *,
    names: tuple[str, str],
    axes: tuple[dict[int, str], dict[int, str]],
) -> None:
    import torch

    with warnings.catch_warnings():
        # the tracer remarks on shapes that it takes for constant; a test compares the results
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,  # type: ignore[arg-type]
            (example,),
            str(target),
            input_names=[names[0]],
            output_names=[names[1]],
            dynamic_axes={names[0]: axes[0], names[1]: axes[1]},
            opset_version=_OPSET,
            dynamo=False,
        )

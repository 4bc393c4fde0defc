"""The word pieces of a SentencePiece model, read from its file for the tokenizers library."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PIECE, _TRAINER = 1, 3  # fields of the file, as its writer's version numbered them
_TEXT, _SCORE, _CHARACTERS = 1, 2, 2
_UNKNOWN = 0


def load_pieces(path: Path) -> Tokenizer:
    """A tokenizer that splits a text as SentencePiece's unigram model does.

    Raises: ModelError if the file is no such model.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    try:
        pieces, characters = _read(path.read_bytes())
        tokenizer = Tokenizer(models.Unigram(pieces, _UNKNOWN, False))
        tokenizer.normalizer = normalizers.Sequence(
            [
                normalizers.Precompiled(characters),
                normalizers.Strip(),
                normalizers.Replace(Regex(" {2,}"), " "),
            ]
        )
    # the library tells a strange file with any of many errors
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError("models.not_loadable", path=path, reason=reason) from error
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    return tokenizer


def _read(data: bytes) -> tuple[list[tuple[str, float]], bytes]:
    """Each piece with its score, and the table by which characters are made alike."""
    pieces: list[tuple[str, float]] = []
    characters = b""
    for number, content in _fields(data):
        if number == _PIECE:
            own = dict(_fields(content))
            score = struct.unpack("<f", own[_SCORE])[0] if _SCORE in own else 0.0
            pieces.append((own[_TEXT].decode("utf-8"), score))
        elif number == _TRAINER:
            characters = dict(_fields(content)).get(_CHARACTERS, b"")
    if not pieces or not characters:
        message = "no word pieces in it"
        raise ValueError(message)
    return pieces, characters


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a protocol-buffer message that hold bytes or 32-bit numbers."""
    at = 0
    while at < len(data):
        tag, at = _number(data, at)
        kind = tag & 7
        if kind == 0:
            _, at = _number(data, at)
            continue
        if kind == 2:
            size, at = _number(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            message = f"a field of kind {kind}"
            raise ValueError(message)
        if at + size > len(data):
            message = "cut off"
            raise ValueError(message)
        yield tag >> 3, data[at : at + size]
        at += size


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of any length, and the place after it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at

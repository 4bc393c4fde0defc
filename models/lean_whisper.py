"""Whisper with the tokens of one language alone.

Whisper writes a hundred languages with 51 865 tokens, and weighs every one of them for every token
that it writes: for the small models that is a third of the decoder's work. A Mandarin call needs a
ninth of them. The rows of the other tokens are left out of the last layer while the model is
loaded; the weights that stay are the same, and so is what is read, unless it had been in another
script.
"""

from __future__ import annotations

import json
import re
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.call import Language

MODEL, VOCABULARY, CONFIG = "model.bin", "vocabulary.json", "config.json"
_PASSED_ON = ("tokenizer.json", "preprocessor_config.json")
_FORMAT = 6  # of model.bin, the only one since CTranslate2 3.0
# byte-pair tokens are numbered by frequency; rarer Latin ones can be written in pieces
_LATIN_IN_CHINESE = 5000
_CJK_LEADS = range(0xE2, 0xEA)  # first bytes of UTF-8 for Chinese characters and punctuation
_MULTILINGUAL_TOKENS = 51_865  # the English models have one less
_TIME_STAMP = re.compile(r"<\|\d+\.\d+\|>")
_SPECIAL_IDS = ("suppress_ids", "suppress_ids_begin", "lang_ids")


@dataclass(frozen=True, slots=True)
class LeanFiles:
    """A model's files with fewer tokens, and which ones of the full vocabulary stayed.

    vocabulary: the full one.
    kept: numbers in it, ascending; a token's new number is its place.
    """

    files: dict[str, bytes]
    vocabulary: tuple[str, ...]
    kept: tuple[int, ...]


class LeanWhisper:
    """CTranslate2's Whisper with fewer tokens, called and answering with the numbers of the full
    vocabulary.

    Args:
        model: CTranslate2's, loaded from `lean.files`.
    """

    def __init__(self, model: Any, lean: LeanFiles) -> None:
        self._model = model
        self._vocabulary = lean.vocabulary
        self._kept = lean.kept
        self._new = {old: new for new, old in enumerate(lean.kept)}
        self._byte_tokens = {
            raw[0]: new
            for new, old in enumerate(lean.kept)
            if (raw := spelling(lean.vocabulary[old])) is not None and len(raw) == 1
        }

    @property
    def is_multilingual(self) -> bool:
        """Whether the model knows more than English."""
        return len(self._vocabulary) >= _MULTILINGUAL_TOKENS

    def encode(self, features: Any, *, to_cpu: bool = False) -> Any:
        """As CTranslate2's."""
        return self._model.encode(features, to_cpu=to_cpu)

    def detect_language(self, features: Any) -> Any:
        """As CTranslate2's: the tokens of all languages are kept, and only they are weighed."""
        return self._model.detect_language(features)

    def generate(
        self,
        features: Any,
        prompts: Sequence[Sequence[int]],
        *,
        suppress_tokens: Sequence[int] = (-1,),
        **options: Any,
    ) -> list[GeneratedTokens]:
        """As CTranslate2's, whose other options are passed on."""
        results = self._model.generate(
            features,
            [self._shortened(prompt) for prompt in prompts],
            suppress_tokens=[
                self._new.get(token, token)
                for token in suppress_tokens
                if token < 0 or token in self._new
            ],
            **options,
        )
        return [
            GeneratedTokens(
                sequences_ids=[[self._kept[i] for i in row] for row in result.sequences_ids],
                scores=result.scores,
                no_speech_prob=result.no_speech_prob,
            )
            for result in results
        ]

    def align(
        self,
        features: Any,
        start_sequence: Sequence[int],
        text_tokens: Sequence[Sequence[int]],
        num_frames: Any,
        **options: Any,
    ) -> Any:
        """As CTranslate2's; a token that was left out is asked for byte by byte."""
        return self._model.align(
            features,
            self._shortened(start_sequence),
            [self._shortened(tokens) for tokens in text_tokens],
            num_frames,
            **options,
        )

    def _shortened(self, tokens: Sequence[int]) -> list[int]:
        short: list[int] = []
        for token in tokens:
            if token in self._new:
                short.append(self._new[token])
            else:
                short += [self._byte_tokens[b] for b in spelling(self._vocabulary[token]) or b""]
        return short


@dataclass(frozen=True, slots=True)
class GeneratedTokens:
    """What was decoded for one window, hypothesis by hypothesis, as CTranslate2 says it."""

    sequences_ids: list[list[int]]
    scores: list[float]
    no_speech_prob: float


def lean_files(folder: Path, language: Language) -> LeanFiles | None:
    """The files of a Whisper model with the tokens of one language.

    Args:
        folder: of a model in CTranslate2's format.
    Returns: None if the model is of another format, which then is loaded as it is.
    """
    try:
        vocabulary = json.loads((folder / VOCABULARY).read_text("utf-8"))
        config = json.loads((folder / CONFIG).read_text("utf-8"))
        kept = tuple(i for i, token in enumerate(vocabulary) if belongs(token, i, language))
        model = _with_rows((folder / MODEL).read_bytes(), len(vocabulary), kept)
    except (FileNotFoundError, ValueError, struct.error):
        return None
    new = {old: number for number, old in enumerate(kept)}
    for key in _SPECIAL_IDS:
        if key in config:
            config[key] = [new[i] for i in config[key] if i in new]
    files = {
        MODEL: model,
        VOCABULARY: json.dumps([vocabulary[i] for i in kept]).encode(),
        CONFIG: json.dumps(config).encode(),
    }
    files |= {n: (folder / n).read_bytes() for n in _PASSED_ON if (folder / n).is_file()}
    return LeanFiles(files, tuple(vocabulary), kept)


def belongs(token: str, number: int, language: Language) -> bool:
    """Whether a token of Whisper's vocabulary is needed to write a language.

    Single bytes always are, so that nothing is impossible to write; time stamps never are. Chinese
    needs its characters and their parts, punctuation, and the more frequent Latin tokens; Spanish
    and English need all that is Latin.
    """
    raw = spelling(token)
    if raw is None:
        return not _TIME_STAMP.fullmatch(token)
    if len(raw) == 1:
        return True
    try:
        letters = [c for c in raw.decode() if ord(c) >= 128]
    except UnicodeDecodeError:  # a part of a character
        return language == "zh" and raw.lstrip()[0] in _CJK_LEADS
    if all(unicodedata.name(c, "").startswith("LATIN") for c in letters):
        return language != "zh" or number < _LATIN_IN_CHINESE
    return language == "zh" and all(_is_chinese(c) for c in letters)


def spelling(token: str) -> bytes | None:
    """The bytes that a token of the vocabulary stands for; None for a special token."""
    table = _byte_of_letter()
    if token.startswith("<|") or not token or any(letter not in table for letter in token):
        return None
    return bytes(table[letter] for letter in token)


def _is_chinese(letter: str) -> bool:
    name = unicodedata.name(letter, "")
    return name.startswith(("CJK UNIFIED", "IDEOGRAPHIC", "FULLWIDTH", "LEFT", "RIGHT", "EM "))


@cache
def _byte_of_letter() -> dict[str, int]:
    """The letters by which byte-level byte-pair vocabularies write bytes (GPT-2's table)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    table = {chr(byte): byte for byte in plain}
    return table | {chr(256 + place): byte for place, byte in enumerate(others)}


def _with_rows(model: bytes, rows: int, kept: Sequence[int]) -> bytes:
    """A model.bin whose variables of `rows` rows, one a token, have only the rows `kept`.

    Raises: ValueError for another format; struct.error if the file ends early.
    """
    if struct.unpack_from("<I", model)[0] != _FORMAT:
        raise ValueError(model[:4])
    parts: list[bytes | memoryview] = []
    copied = 0
    for variable in _variables(model):
        if variable.dims[:1] != (rows,):
            continue
        data = np.frombuffer(model, np.uint8, variable.size, variable.start).reshape(rows, -1)
        short = data[list(kept)].tobytes()
        parts.append(memoryview(model)[copied : variable.dims_at])
        parts.append(struct.pack("<I", len(kept)))
        parts.append(memoryview(model)[variable.dims_at + 4 : variable.start - 4])
        parts.append(struct.pack("<I", len(short)))
        parts.append(short)
        copied = variable.start + variable.size
    parts.append(memoryview(model)[copied:])
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Variable:
    """Where one array lies in a model.bin: its dimensions, and its `size` bytes from `start`."""

    dims: tuple[int, ...]
    dims_at: int
    start: int
    size: int


def _variables(model: bytes) -> Iterator[_Variable]:
    """The arrays of a model.bin, in order.

    Source: `ModelSpec.save` of CTranslate2, binary version 6: name of the specification, revision,
    count; of each variable its name, rank, dimensions, type, bytes; names end with a zero.
    """
    (name_length,) = struct.unpack_from("<H", model, 4)
    at = 4 + 2 + name_length + 4
    (count,) = struct.unpack_from("<I", model, at)
    at += 4
    for _ in range(count):
        (name_length,) = struct.unpack_from("<H", model, at)
        at += 2 + name_length
        rank = model[at]
        dims = struct.unpack_from(f"<{rank}I", model, at + 1)
        (size,) = struct.unpack_from("<I", model, at + 1 + 4 * rank + 1)
        start = at + 1 + 4 * rank + 1 + 4
        yield _Variable(dims, at + 1, start, size)
        at = start + size

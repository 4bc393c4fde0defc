"""The bytes of a recording before anything decodes them: opened, hashed, their header read."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from pipeline.errors import AudioError

_HEAD_BYTES = 4096
_TAIL_BYTES = 65_536  # an Ogg page is at most 65 307 bytes long
_RAW_FORMATS = {
    ".gsm": "gsm",
    ".alaw": "alaw",
    ".al": "alaw",
    ".ulaw": "mulaw",
    ".mulaw": "mulaw",
    ".ul": "mulaw",
}
_MAGIC = (
    b"RIFF",
    b"RF64",
    b"RIFX",
    b"OggS",
    b"fLaC",
    b"ID3",
    b"#!AMR",
    b"caff",
    b"FORM",
    b".snd",
    b"\x1aE\xdf\xa3",
)
_GSM_MARK = 0xD0  # the high half of each 33-byte frame of GSM 06.10
_RIFF_CHUNKS_MAX = 64
_FIXED_TAGS = (1, 3, 6, 7, 0xFFFE)  # PCM, float, A-law, mu-law, extensible: a block is one sample
_BLOCK_TAGS = (
    2,
    0x11,
    0x31,
)  # MS ADPCM, IMA ADPCM, GSM: the header says how many samples a block has
# What recorders write as the size of a stream whose end they do not know yet: 0, or something near
# 2 or 4 GiB.
_PLACEHOLDER_FROM = 0x7FFF_0000
_SPARE_S = 0.25  # sound behind the declared end that is worth noticing


@dataclass(frozen=True, slots=True)
class WavHeader:
    """What the header of a RIFF WAVE file claims."""

    declared_s: float | None  # None where the recorder did not write the length
    understated: bool  # more sound stands behind the declared end


@dataclass(frozen=True, slots=True)
class Source:
    """A recording as bytes."""

    sha256: str
    raw_format: str | None  # FFmpeg's name, for a file without any header
    wav: WavHeader | None
    mp3_counted: bool  # an MP3 header that counts its frames; without it the length is a guess
    ogg_ended: bool  # False for an Ogg file whose last page is missing


def open_recording(path: Path, *, max_bytes: int) -> FileIO:
    """Open a recording for reading.

    Raises: AudioError if there is none, it is not an ordinary file, may not be read, is empty or
        too large.
    """
    try:
        status = path.stat()  # before opening: to open a named pipe would wait for its writer
        if stat.S_ISDIR(status.st_mode):
            raise AudioError("audio.folder", path=str(path))
        if not stat.S_ISREG(status.st_mode):
            raise AudioError("audio.not_a_file", path=str(path))
        if status.st_size == 0:
            raise AudioError("audio.empty", path=str(path))
        if status.st_size > max_bytes:
            raise AudioError(
                "audio.too_large",
                path=str(path),
                size_mb=round(status.st_size / 1e6, 1),
                limit_mb=round(max_bytes / 1e6, 1),
            )
        return path.open("rb", buffering=0)  # the child inherits the position, not a buffer
    except (FileNotFoundError, NotADirectoryError) as e:
        raise AudioError("audio.missing", path=str(path)) from e
    except PermissionError as e:
        raise AudioError("audio.permission", path=str(path)) from e
    except (OSError, ValueError) as e:  # ValueError: a NUL in the name
        raise AudioError("audio.storage", path=str(path), detail=str(e)) from e


def examine(file: FileIO, path: Path) -> Source:
    """Hash the file and read its header; leaves the file at its start.

    Raises: AudioError for a text, for a `.gsm` file without GSM frames, and for a disk that fails.
    """
    try:
        size = os.fstat(file.fileno()).st_size
        head = file.read(_HEAD_BYTES)
        sha256 = _digest(file)
        wav = _wav_header(file, size) if head[:4] == b"RIFF" and head[8:12] == b"WAVE" else None
        mp3_counted = _counts_frames(file, head)
        file.seek(max(0, size - _TAIL_BYTES))
        ogg_ended = head[:4] != b"OggS" or _has_last_page(file.read())
        file.seek(0)
    except OSError as e:
        raise AudioError("audio.storage", path=str(path), detail=str(e)) from e
    known = head.startswith(_MAGIC) or head[4:8] == b"ftyp"
    raw_format = None if known else _RAW_FORMATS.get(path.suffix.lower())
    if not known and _is_text(head):
        raise AudioError(
            "audio.text", path=str(path), beginning=head[:40].decode("utf-8", "replace").strip()
        )
    if raw_format == "gsm" and head[0] & 0xF0 != _GSM_MARK:
        raise AudioError("audio.not_gsm", path=str(path))
    return Source(sha256, raw_format, wav, mp3_counted, ogg_ended)


def _digest(file: FileIO) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def _is_text(head: bytes) -> bool:
    """Whether the file begins like a text: a page of an error, a playlist, a list."""
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        if e.start < len(head) - 3:  # else a character cut by the end of the head
            return False
        text = head[: e.start].decode("utf-8-sig")
    return all(c.isprintable() or c in "\r\n\t\f" for c in text)


def _wav_header(file: FileIO, size: int) -> WavHeader | None:
    """Walk the chunks of a RIFF file to its sound; None if there is none or no way to count it."""
    bytes_per_s = 0.0
    position = 12
    for _ in range(_RIFF_CHUNKS_MAX):
        file.seek(position)
        chunk = file.read(8)
        if len(chunk) < 8:
            return None
        name, length = struct.unpack("<4sI", chunk)
        position += 8
        if name == b"data":
            return _judge_length(file, length, bytes_per_s=bytes_per_s, held=size - position)
        if name == b"fmt ":
            bytes_per_s = _bytes_per_s(file.read(20))
        position += length + length % 2
    return None


def _bytes_per_s(fmt: bytes) -> float:
    """From rate and block where these say it: the third field, the average, is often wrong."""
    if len(fmt) < 20:
        return 0.0
    tag, _channels, rate_hz, average, block, _bits, _extra, block_samples = struct.unpack(
        "<HHIIHHHH", fmt
    )
    if tag in _FIXED_TAGS:
        return float(rate_hz * block)
    if tag in _BLOCK_TAGS and block_samples:
        return float(rate_hz * block / block_samples)
    return float(average)


def _judge_length(file: FileIO, length: int, *, bytes_per_s: float, held: int) -> WavHeader | None:
    """Compare the declared length with the `held` bytes that follow; `file` stands at the sound."""
    if bytes_per_s == 0:
        return None
    if length == 0 or (length >= _PLACEHOLDER_FROM and length > held):
        return WavHeader(declared_s=None, understated=False)
    understated = False
    if held - length > _SPARE_S * bytes_per_s:
        file.seek(length + length % 2, os.SEEK_CUR)
        understated = not _is_chunk(file.read(8), held - length)
    return WavHeader(declared_s=length / bytes_per_s, understated=understated)


def _is_chunk(header: bytes, room: int) -> bool:
    """Whether eight bytes can begin a further RIFF chunk (LIST, id3, bext) within `room` bytes."""
    if len(header) < 8:
        return True
    name, length = struct.unpack("<4sI", header)
    return all(32 <= c < 127 for c in name) and length <= room


def _counts_frames(file: FileIO, head: bytes) -> bool:
    """Whether the first frame of an MP3 is a Xing, Info or VBRI header."""
    start = 0
    if head[:3] == b"ID3" and len(head) >= 10:
        tag_bytes = 0
        for c in head[6:10]:  # seven bits in each byte
            tag_bytes = tag_bytes << 7 | c & 0x7F
        start = 10 + tag_bytes
    file.seek(start)
    first = file.read(200)
    return any(mark in first for mark in (b"Xing", b"Info", b"VBRI"))


def _has_last_page(tail: bytes) -> bool:
    """Whether the last Ogg page in `tail` bears the mark of the end."""
    last = tail.rfind(b"OggS")
    return last >= 0 and len(tail) > last + 5 and bool(tail[last + 5] & 0x04)

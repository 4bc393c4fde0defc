from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from recordings import pcm16, tones, wav

from pipeline.audio import DecodeLimits, read_audio
from pipeline.errors import AudioError

ROOT = Path(__file__).parents[2]


def long_recording(folder: Path, *, hours: float, channels: int = 1) -> Path:
    """A WAV of silence that takes no room on the disk."""
    size = int(hours * 3600 * 8000 * 2 * channels)
    path = folder / "long.wav"
    path.write_bytes(wav(b"", channels=channels, declared_bytes=size))
    with path.open("r+b") as file:
        file.truncate(44 + size)
    return path


def children(pid: int | str = "self") -> list[int]:
    """Process ids of the children of all threads of a process."""
    found: list[int] = []
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in listing.read_text().split()]
    return found


def is_running(pid: int) -> bool:
    """Whether the process exists and is no zombie that waits to be collected."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_for(condition, *, timeout_s: float = 20.0):
    """The first true value of the condition."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    pytest.fail("waited in vain")


def start_python(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_a_killed_parent_leaves_no_decoder_behind(tmp_path):
    code = "import pathlib, sys, pipeline.audio as a; a.read_audio(pathlib.Path(sys.argv[1]))"
    with start_python(code, str(long_recording(tmp_path, hours=1.0))) as parent:
        (decoder,) = wait_for(lambda: children(parent.pid))
        parent.send_signal(signal.SIGSTOP)  # it reads no more, so the decoder cannot finish
        assert is_running(decoder)
        parent.kill()
    wait_for(lambda: not is_running(decoder))


def test_a_confined_process_dies_with_its_parent_even_if_it_only_waits():
    child = (
        "import os, sys, time; from pipeline.confinement import confine;"
        "confine(parent_pid=os.getppid(), cpu_s=5, memory_bytes=2**30); time.sleep(60)"
    )
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    with start_python(code, child) as parent:
        (confined,) = wait_for(lambda: children(parent.pid))
        limits = Path(f"/proc/{confined}/limits")
        wait_for(lambda: str(2**30) in limits.read_text())
        parent.kill()
    wait_for(lambda: not is_running(confined), timeout_s=5)


def confined(code: str, *, parent_pid: str = "os.getppid()") -> subprocess.CompletedProcess[str]:
    """Run code in a process that has confined itself to 1 s and 300 MB."""
    start = (
        "import os, socket; from pipeline.confinement import confine, open_no_more;"
        f"confine(parent_pid={parent_pid}, cpu_s=1, memory_bytes=300_000_000);"
    )
    return subprocess.run(
        [sys.executable, "-c", start + code], cwd=ROOT, capture_output=True, text=True
    )


def test_a_confined_process_gets_no_more_memory_than_its_limit():
    assert confined("bytearray(100_000_000)").returncode == 0
    assert "MemoryError" in confined("bytearray(300_000_000)").stderr


def test_a_confined_process_is_stopped_by_its_processor_time():
    assert confined("\nwhile True: pass").returncode == -signal.SIGXCPU


def test_a_confined_process_writes_no_file(tmp_path):
    path = tmp_path / "a"
    assert "File too large" in confined(f"open({str(path)!r}, 'wb', 0).write(b'x')").stderr
    assert path.read_bytes() == b""


def test_a_confined_process_opens_neither_files_nor_sockets_after_the_last_one():
    assert "Too many open files" in confined("open_no_more(); open('/dev/null')").stderr
    assert "Too many open files" in confined("open_no_more(); socket.socket()").stderr


def test_a_process_that_lost_its_parent_before_it_could_ask_ends_at_once():
    result = confined("print('went on')", parent_pid="os.getppid() + 1")
    assert (result.returncode, result.stdout) == (1, "")


@pytest.mark.parametrize(
    ("limits", "key"),
    [
        (DecodeLimits(wall_s=0.02), "audio.time_limit"),
        (DecodeLimits(cpu_s=1), "audio.time_limit"),
        (DecodeLimits(memory_bytes=60_000_000), "audio.memory_limit"),
    ],
)
def test_a_limit_passed_is_an_error_of_that_recording_alone(tmp_path, limits, key):
    path = long_recording(tmp_path, hours=3.0)
    with pytest.raises(AudioError) as caught:
        read_audio(path, limits=limits)
    assert caught.value.key == key
    assert caught.value.values["path"] == str(path)
    assert children() == []


def test_a_decoder_that_hangs_is_killed(tmp_path):
    def hang() -> None:
        (decoder,) = wait_for(children)
        os.kill(decoder, signal.SIGSTOP)

    thread = threading.Thread(target=hang)
    thread.start()
    started = time.monotonic()
    with pytest.raises(AudioError) as caught:
        read_audio(long_recording(tmp_path, hours=1.0), limits=DecodeLimits(wall_s=1.0))
    thread.join()
    assert caught.value.key == "audio.time_limit"
    assert time.monotonic() - started < 20  # hashing the sparse file is not counted as decoding
    assert children() == []


def test_a_crash_of_the_decoder_is_named_and_the_next_recording_is_read(tmp_path):
    def crash() -> None:
        (decoder,) = wait_for(children)
        os.kill(decoder, signal.SIGSEGV)

    thread = threading.Thread(target=crash)
    thread.start()
    with pytest.raises(AudioError) as caught:
        read_audio(long_recording(tmp_path, hours=1.0))
    thread.join()
    assert caught.value.key == "audio.crashed"
    assert caught.value.values["signal"] == "SIGSEGV"
    (tmp_path / "good.wav").write_bytes(wav(pcm16(tones((440, 0.5)))))
    recording, _ = read_audio(tmp_path / "good.wav")
    assert recording.warnings == ()


def test_a_file_that_changes_while_it_is_read_is_not_trusted(tmp_path):
    path = long_recording(tmp_path, hours=0.5)

    def write() -> None:
        wait_for(children)
        with path.open("ab") as file:
            file.write(b"still recording")

    thread = threading.Thread(target=write)
    thread.start()
    with pytest.raises(AudioError) as caught:
        read_audio(path)
    thread.join()
    assert caught.value.key == "audio.changed"


def test_recordings_are_read_by_several_threads_at_once(tmp_path):
    found: dict[int, float] = {}

    def read(number: int) -> None:
        path = tmp_path / f"{number}.wav"
        path.write_bytes(wav(pcm16(tones((440, 0.5), duration_s=float(number)))))
        found[number] = read_audio(path)[0].duration_s

    threads = [threading.Thread(target=read, args=(number,)) for number in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0}


def test_nothing_stays_open_after_good_and_bad_recordings(tmp_path):
    good, bad = tmp_path / "good.wav", tmp_path / "bad.wav"
    good.write_bytes(wav(pcm16(tones((440, 0.5)))))
    bad.write_bytes(bytes(range(256)) * 40)
    read_audio(good)
    before = sorted(Path("/proc/self/fd").iterdir())
    read_audio(good)
    with pytest.raises(AudioError):
        read_audio(bad)
    assert sorted(Path("/proc/self/fd").iterdir()) == before
    assert children() == []


@pytest.mark.slow
def test_an_hour_of_stereo_is_not_held_twice(tmp_path):
    # 3600 s x 16 000 Hz x 2 channels x 4 bytes = 461 MB; twice that would be 922 MB
    code = (
        "import json, pathlib, re, sys; from pipeline.audio import read_audio\n"
        "status = pathlib.Path('/proc/self/status')\n"
        "peak_kb = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', status.read_text())[1])\n"
        "before = peak_kb()\n"
        "recording, waveform = read_audio(pathlib.Path(sys.argv[1]))\n"
        "print(json.dumps([waveform.shape, (peak_kb() - before) / 1000]))"
    )
    path = long_recording(tmp_path, hours=1.0, channels=2)
    with start_python(code, str(path)) as process:
        shape, grown_mb = json.loads(process.communicate()[0])
    assert shape == [2, 57_600_000]
    assert 461 <= grown_mb < 550

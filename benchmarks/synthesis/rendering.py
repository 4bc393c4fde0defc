"""From a staged call to the recording: the line's condition, then files with their truth."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthesis import sounds
from benchmarks.synthesis.script import Script
from benchmarks.synthesis.staging import AGENT, CUSTOMER, Staged
from benchmarks.synthesis.telephone import (
    LINE_RATE_HZ,
    Line,
    active_level_db,
    band_limit,
    encode_alaw,
    encode_mulaw,
    gsm_round_trip,
    leak,
)

Samples = NDArray[np.float32]
_WAVE_FORMAT = {"alaw": 6, "mulaw": 7}


def through_line(
    staged: Staged, line: Line, *, babble: Sequence[Samples], rng: np.random.Generator
) -> Samples:
    """Both channels as the recorder hears them, shape (2, samples), 8 kHz.

    The customer sits in the café; the agent's channel gets a fifth of its noise. A GSM mobile
    codes the customer's channel after the noise, as it does in life. Leakage is of the dry voices.
    """
    agent, customer = (band_limit(track) for track in staged.tracks)
    duration = staged.duration_s
    channels = [agent.copy(), customer.copy()]
    if line.babble_db is not None:
        level = active_level_db(customer, rate_hz=LINE_RATE_HZ)
        loud = level if np.isfinite(level) else -24.0
        room = sounds.cafe(babble, duration, rng=rng)[: len(customer)]
        gain = 10 ** ((loud + line.babble_db + 20) / 20)
        channels[CUSTOMER] += band_limit(room) * gain
        channels[AGENT] += band_limit(np.roll(room, LINE_RATE_HZ)) * gain * 0.2
    if line.hum_db is not None:
        channels[AGENT] += band_limit(sounds.hum(duration, level_db=line.hum_db))[: len(agent)]
    if line.gsm:
        channels[CUSTOMER] = gsm_round_trip(np.clip(channels[CUSTOMER], -1, 1))
    if line.leakage_db is not None:
        channels[AGENT] += leak(customer, below_db=line.leakage_db)
        channels[CUSTOMER] += leak(agent, below_db=line.leakage_db)
    for channel in channels:
        channel += sounds.noise(duration, level_db=line.floor_db, rng=rng)[: len(channel)]
    return np.clip(np.stack(channels), -1, 1).astype(np.float32)


def mixed(stereo: Samples) -> Samples:
    """One channel with both parties, as a recorder that does not part them writes it."""
    mono: Samples = np.clip(stereo.sum(axis=0), -1, 1).astype(np.float32)
    return mono


def write_wav(path: Path, channels: Sequence[Samples], *, law: str = "alaw") -> None:
    """A G.711 WAV file at 8 kHz of one or two channels of equal length."""
    encode = encode_alaw if law == "alaw" else encode_mulaw
    coded = np.stack([np.frombuffer(encode(c), np.uint8) for c in channels], axis=1)
    data, count = coded.tobytes(), len(channels)
    form = struct.pack(
        "<HHIIHHH", _WAVE_FORMAT[law], count, LINE_RATE_HZ, LINE_RATE_HZ * count, count, 8, 0
    )
    fact = struct.pack("<I", coded.shape[0])
    body = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"fact", fact) + _chunk(b"data", data)
    path.write_bytes(_chunk(b"RIFF", body))


def write_opus(path: Path, channels: Sequence[Samples], *, bit_rate: int) -> None:
    """An Ogg Opus file; `bit_rate` in bits per second for all channels together."""
    import av

    layout = "stereo" if len(channels) == 2 else "mono"
    pcm = np.round(np.stack(channels, axis=1) * 32767).astype(np.int16).reshape(1, -1)
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=LINE_RATE_HZ, layout=layout)
        stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout=layout)
        frame.sample_rate = LINE_RATE_HZ
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def truth(script: Script, staged: Staged, *, call_id: str) -> dict[str, object]:
    """What was said, by whom and when, and what a perfect inspection reports.

    `rules` must be reported, `arguable` may be, everything else must not; `near_misses` of a turn
    are the rules that its words come close to.
    """
    turns = []
    for turn in staged.turns:
        cue = turn.cue
        role = "agent" if cue.speaker == "supervisor" else cue.speaker
        row = {
            "role": role,
            "start": turn.start,
            "end": turn.end,
            "text": cue.text,
            "tags": list(cue.tags),
        }
        if cue.speaker in ("supervisor", "other"):
            row["speaker"] = cue.speaker
        if cue.arguable:
            row["arguable"] = list(cue.arguable)
        if cue.near_misses:
            row["near_misses"] = list(cue.near_misses)
        turns.append(row)
    return {
        "call_id": call_id,
        "language": script.header["language"],
        "purpose": script.header["purpose"],
        "duration_s": round(staged.duration_s, 3),
        "condition": script.header.get("line", "clean"),
        "voices": {s: script.header[s] for s in sorted({t.cue.speaker for t in staged.turns})},
        "turns": turns,
        "waits": [{"start": s, "end": e, "sound": sound} for s, e, sound in staged.waits],
        "rules": list(script.rules),
        "arguable": list(script.arguable),
    }


_TEXT_FIELDS = (
    "language", "purpose", "direction", "agent_id", "agent_name", "team", "customer_ref",
    "started_at", "hung_up_by",
)  # fmt: skip


def sidecar(header: Mapping[str, str], *, call_id: str, stereo: bool) -> dict[str, object]:
    """What the telephone system knows of the call."""
    fields: dict[str, object] = {"call_id": call_id}
    fields |= {name: header[name] for name in _TEXT_FIELDS if name in header}
    if "answered_after_s" in header:
        fields["answered_after_s"] = float(header["answered_after_s"])
    if stereo:
        fields["channel_roles"] = ["agent", "customer"]
    return fields


def write_json(path: Path, document: Mapping[str, object]) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

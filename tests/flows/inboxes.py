"""Inboxes whose every figure can be added up by hand: calls of tones, a phrasebook of two rules.

The stand-in recogniser reads the stretches of sound as 您好橙树舞蹈, 我不知道, 感谢您的来电, in
that order. In a rude call the agent has the first two, in a polite one the customer the second.
"""

from __future__ import annotations

import json
import math
import struct
import wave
from pathlib import Path

from benchmarks.faults.night import write_phrasebook
from pipeline.messages import Language
from pipeline.settings import (
    FolderSettings,
    HearingSettings,
    JudgingSettings,
    NightSettings,
    RecordingSettings,
    Settings,
)

RUDE_S = 5.0  # agent 0-1 and 2-3, customer 4-5
POLITE_S = 3.0  # agent 0-1, customer 2-3
_RATE_HZ = 8000


def write_call(
    path: Path,
    *,
    rude: bool = True,
    hz: float = 440.0,
    customer_hz: float | None = None,
    agent_s: int = 2,
    customer_s: int = 1,
    mono: bool = False,
    **sidecar: object,
) -> Path:
    """A stereo recording with its sidecar; another tone makes other bytes.

    Args:
        customer_hz: of the customer's tone; the agent's if None.
        agent_s, customer_s: of a rude call, how long each speaks.
        mono: both parties in one channel.
    """
    agent, customer = [(0, 1)], [(2, 3)]
    if rude:
        agent, customer = [(0, 1), (2, agent_s + 1)], [(agent_s + 2, agent_s + 2 + customer_s)]
    seconds = customer[-1][1]
    parties = ((hz, agent), (customer_hz or hz, customer))
    frames = bytearray()
    for i in range(seconds * _RATE_HZ):
        second = i / _RATE_HZ
        values = [
            round(8000 * math.sin(2 * math.pi * tone * second))
            if any(a <= second < b for a, b in spans)
            else 0
            for tone, spans in parties
        ]
        for value in [sum(values)] if mono else values:
            frames += struct.pack("<h", value)
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if mono else 2)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        file.writeframes(bytes(frames))
    known = {"language": "zh", "channel_roles": ["agent", "customer"], **sidecar}
    path.with_suffix(".json").write_text(json.dumps(known, ensure_ascii=False), "utf-8")
    return path


def settings_of(
    folder: Path,
    *,
    models: Path | None = None,
    prefect: bool = False,
    language: Language = "en",
    decode_wall_s: float = 60.0,
) -> Settings:
    """Small shards, two workers, the phrasebook of two rules."""
    return Settings(
        folders=FolderSettings(models=models),
        recordings=RecordingSettings(decode_wall_s=decode_wall_s),
        hearing=HearingSettings(),
        judging=JudgingSettings(phrasebooks=write_phrasebook(folder / "phrasebooks")),
        night=NightSettings(shard_calls=2, workers=2, prefect=prefect, language=language),
    )

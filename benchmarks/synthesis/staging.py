"""Put a script on the clock: who speaks when, to the millisecond, and each party's own speech."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthesis import sounds
from benchmarks.synthesis.script import Cue, Keys, Say, Script, Wait
from benchmarks.synthesis.telephone import LINE_RATE_HZ, set_level

Samples = NDArray[np.float32]
Speak = Callable[[str, str, float], Samples]  # text, voice, speed -> 8 kHz, no silence at the ends

LEAD_S, TAIL_S = 1.0, 0.6
AGENT, CUSTOMER = 0, 1


@dataclass(frozen=True, slots=True)
class StagedTurn:
    """A turn; its borders, in seconds, are exactly those of its samples."""

    cue: Say
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Staged:
    """`tracks`: shape (2, samples), agent then customer, 8 kHz, before the line did anything to it.

    `waits`: (start, end, sound) in seconds.
    """

    tracks: Samples
    turns: tuple[StagedTurn, ...]
    waits: tuple[tuple[float, float, str], ...]

    @property
    def duration_s(self) -> float:
        return float(self.tracks.shape[1] / LINE_RATE_HZ)


def stage(script: Script, speak: Speak, *, rng: np.random.Generator) -> Staged:
    """Set every cue to its time.

    A natural pause is 0.15 to 0.9 s, most often near 0.35. A third voice is on the agent's side of
    the line, as announcements and colleagues are.

    Args:
        script: its header names a voice for each speaker, and may give `NAME_level_db` (default
            -21).
    Raises: KeyError if a speaker has no voice in the header.
    """
    pieces: list[tuple[int, int, Samples]] = []  # channel, first sample, samples
    turns: list[StagedTurn] = []
    waits: list[tuple[float, float, str]] = []
    now = LEAD_S
    for cue in script.cues:
        if isinstance(cue, Say):
            turn, samples = _say(cue, script.header, speak, now=now, rng=rng)
            turns.append(turn)
            channel = CUSTOMER if cue.speaker == "customer" else AGENT
            pieces.append((channel, round(turn.start * LINE_RATE_HZ), samples))
            now = max(now, turn.end)
        else:
            channel, samples = _other(cue, script.header, rng)
            pieces.append((channel, round(now * LINE_RATE_HZ), samples))
            end = now + len(samples) / LINE_RATE_HZ
            waits.append(
                (round(now, 3), round(end, 3), cue.sound if isinstance(cue, Wait) else "keys")
            )
            now = end
    tracks = np.zeros((2, round((now + TAIL_S) * LINE_RATE_HZ)), np.float32)
    for channel, first, samples in pieces:
        tracks[channel, first : first + len(samples)] += samples
    return Staged(tracks, tuple(sorted(turns, key=lambda t: t.start)), tuple(waits))


def _say(
    cue: Say, header: Mapping[str, str], speak: Speak, *, now: float, rng: np.random.Generator
) -> tuple[StagedTurn, Samples]:
    natural = float(np.clip(rng.lognormal(np.log(0.35), 0.45), 0.15, 0.9))
    gap = natural if cue.gap_s is None else cue.gap_s
    start = max(0.0, round((now + gap) * LINE_RATE_HZ) / LINE_RATE_HZ)
    level = float(header.get(f"{cue.speaker}_level_db", "-21")) + cue.level_db
    speed = cue.speed * float(header.get(f"{cue.speaker}_speed", "1"))
    samples = set_level(speak(cue.text, header[cue.speaker], speed), level, rate_hz=LINE_RATE_HZ)
    end = start + len(samples) / LINE_RATE_HZ
    return StagedTurn(cue, round(start, 3), round(end, 3)), samples


def _other(cue: Cue, header: Mapping[str, str], rng: np.random.Generator) -> tuple[int, Samples]:
    if isinstance(cue, Keys):
        return CUSTOMER, sounds.keys(cue.pressed)
    if not isinstance(cue, Wait):
        message = f"not a sound: {cue}"
        raise TypeError(message)
    if cue.sound == "music":
        return AGENT, sounds.hold_music(cue.duration_s, tempo_s=float(rng.uniform(0.22, 0.4)))
    if cue.sound == "ringback":
        outbound = header.get("direction") == "outbound"
        return (CUSTOMER if outbound else AGENT), sounds.ringback(cue.duration_s)
    if cue.sound == "noise":
        return AGENT, sounds.noise(cue.duration_s, level_db=-38, rng=rng, pink=True)
    return AGENT, np.zeros(round(cue.duration_s * LINE_RATE_HZ), np.float32)

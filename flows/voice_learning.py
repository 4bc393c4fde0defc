"""Agents' voiceprints in a data folder: what is known when work begins, what a night learns.

Nothing is read, computed or kept for an agent who did not agree.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.audio import DecodeLimits, read_audio
from pipeline.call import Role, Transcript
from pipeline.engines import VoiceReader
from pipeline.errors import TingjianError
from pipeline.finding import InspectedCall
from pipeline.review import Verdict
from pipeline.voiceprints import (
    RolesFrom,
    Voiceprint,
    VoiceSample,
    make_voiceprint,
)
from warehouse.decisions.store import open_decisions
from warehouse.decisions.verdicts import Decisions, read_decisions
from warehouse.decisions.voices import (
    MOST_SAMPLES,
    Consent,
    consents,
    keep_sample,
    read_samples,
    submitted_reviews,
)
from warehouse.heard_calls import HeardCall, calls_of_agents
from warehouse.place import load_place
from warehouse.stored import StoredCall, read_call

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from warehouse.lake import Warehouse

_LOOKED_AT: Final = 400  # newest calls of an agent
_AT_FIRST: Final = 10  # samples after which an agent's voice is known well
_A_NIGHT: Final = 1  # calls that are learnt from afterwards: voices age slowly
_LEAST_SPEECH_S: Final = 5.0  # less is no sample
_CERTAIN: Final = 0.9  # of a channel's role: words that contradict the channel map lower it

_log = logging.getLogger("tingjian.voices")


@dataclass(frozen=True, slots=True)
class _Learner:
    """What learning works with."""

    engine: Engine
    warehouse: Warehouse
    reader: VoiceReader
    model: str
    limits: DecodeLimits


@dataclass(frozen=True, slots=True)
class _Known:
    """Whose voice in a call is the agent's, and who says so."""

    speaker: str
    roles_from: RolesFrom


def existing_decisions(data: Path) -> Engine | None:
    """The database of decisions of a data folder; None, and none is made, if there is none."""
    elsewhere = load_place(data.absolute()).decisions
    return open_decisions(data) if elsewhere or (data / "decisions.sqlite").is_file() else None


def known_voiceprints(data: Path, *, model: str) -> dict[str, Voiceprint]:
    """The prints of the agents who agree now, by agent id; a copy that nothing changes later.

    Args:
        model: of the embedding that is in use.
    """
    engine = existing_decisions(data)
    samples = read_samples(engine) if engine else ()
    return voiceprints_of(samples, model=model)


def voiceprints_of(samples: tuple[VoiceSample, ...], *, model: str) -> dict[str, Voiceprint]:
    """The prints that samples make, by agent id.

    Args:
        samples: by agent.
    """
    made = {
        agent_id: make_voiceprint(tuple(own), model=model)
        for agent_id, own in groupby(samples, key=lambda sample: sample.agent_id)
    }
    return {agent_id: known for agent_id, known in made.items() if known is not None}


def learn_voices(
    data: Path,
    warehouse: Warehouse,
    *,
    listen: Callable[[], tuple[VoiceReader | None, str]],
    limits: DecodeLimits,
) -> int:
    """Learn from calls in the warehouse whose roles are certain: by channel, or by a person.

    The recording is read again, at its place; one that is gone or has changed is passed over. The
    first night takes ten calls of an agent, later ones the newest. What is learnt depends on the
    calls, not on the order in which they were heard, and a killed run loses nothing.

    Args:
        listen: gives the voice reader with the embedding's version; asked only if an agent agrees.
    Returns: how many samples were kept.
    """
    engine = existing_decisions(data)
    agreeing = {a: c for a, c in consents(engine).items() if c.given} if engine else {}
    reader, model = listen() if agreeing else (None, "")
    if engine is None or reader is None:
        return 0
    learner = _Learner(engine, warehouse, reader, model, limits)
    sampled = {
        (sample.agent_id, sample.audio_sha256): sample.roles_from
        for sample in read_samples(engine)
        if sample.model == learner.model
    }
    reviews = submitted_reviews(engine, agreeing)
    found = calls_of_agents(warehouse, list(agreeing), model=learner.model, most=_LOOKED_AT)
    kept = 0
    for agent_id, calls in groupby(found, key=lambda call: call.agent_id):
        known = sum(1 for agent, _ in sampled if agent == agent_id)
        left = _AT_FIRST - known if known < _AT_FIRST else _A_NIGHT
        for call, who, stored in _certain(learner, agreeing[agent_id], calls, reviews):
            before = sampled.get((agent_id, call.audio_sha256))
            if before == who.roles_from or before == "person":
                continue
            if left <= 0 and before is None:
                continue  # a sample that a person corrects is always replaced
            if _learn(learner, call, who, stored):
                kept += 1
                left -= before is None
    return kept


def _certain(
    learner: _Learner, consent: Consent, calls: Iterator[HeardCall], reviews: Mapping[str, str]
) -> Iterator[tuple[HeardCall, _Known, InspectedCall]]:
    """The newest calls since the agent agreed, as many as are kept, whose roles are certain."""
    taken = 0
    for call in calls:
        if call.recorded_at < consent.at or not Path(call.recording_path).is_file():
            continue
        stored = read_call(learner.warehouse, call.call_id)
        decisions = Decisions()
        if reviews.get(call.call_id) == stored.scoring_id and stored.scoring_id:
            decisions = read_decisions(learner.engine, call.call_id, stored.scoring_id)
        who = _agents_voice(stored, decisions)
        if who is not None and isinstance(stored.outcome, InspectedCall):
            yield call, who, stored.outcome
            taken += 1
        if taken >= MOST_SAMPLES:
            return


def _agents_voice(stored: StoredCall, decisions: Decisions) -> _Known | None:
    """Whose voice is the agent's, if that is certain.

    A person says so by swapping the roles of a call that was then submitted, or by confirming a
    finding that rests on the agent's words. Otherwise the channel map does, unless words
    contradict it.
    """
    call = stored.outcome
    if not isinstance(call, InspectedCall):
        return None
    if decisions.swapped:
        return _most_of(call.transcript, Role.CUSTOMER, "person")
    if _confirmed(call, decisions):
        return _most_of(call.transcript, Role.AGENT, "person")
    if call.metadata.channel_roles.count(Role.AGENT) != 1:
        return None
    speaker = f"channel-{call.metadata.channel_roles.index(Role.AGENT)}"
    own = [turn for turn in call.transcript.turns if turn.speaker == speaker]
    certain = own and all(t.role is Role.AGENT and t.role_probability >= _CERTAIN for t in own)
    return _Known(speaker, "channels") if certain else None


def _confirmed(call: InspectedCall, decisions: Decisions) -> bool:
    turns = {turn.turn_no: turn for turn in call.transcript.turns}
    return any(
        verdict is Verdict.CONFIRMED
        and any(
            evidence.turn_no in turns and turns[evidence.turn_no].role is Role.AGENT
            for evidence in call.findings[number].evidence
        )
        for number, verdict in decisions.verdicts(swapped=False).items()
        if number < len(call.findings)
    )


def _most_of(transcript: Transcript, role: Role, roles_from: RolesFrom) -> _Known | None:
    """The speaker who has most of a role's talk."""
    talk: dict[str, float] = {}
    for turn in transcript.turns:
        if turn.role is role:
            talk[turn.speaker] = talk.get(turn.speaker, 0.0) + turn.end - turn.start
    if not talk:
        return None
    return _Known(max(sorted(talk), key=talk.__getitem__), roles_from)


def _learn(learner: _Learner, call: HeardCall, who: _Known, stored: InspectedCall) -> bool:
    """Keep the agent's voice in one call; False if it cannot be heard, or may not be kept."""
    path = Path(call.recording_path)
    try:
        if hashlib.sha256(path.read_bytes()).hexdigest() != call.audio_sha256:
            return False  # another recording has taken its place
        _, waveform = read_audio(path, limits=learner.limits)
    except (TingjianError, OSError) as error:
        _log.warning("%s: not learnt from: %s", call.call_id, type(error).__name__)
        return False
    voices = learner.reader.hear(waveform, stored.transcript.spans, speakers=(who.speaker,))
    if not voices or voices[0].speech_s < _LEAST_SPEECH_S:
        return False
    sample = VoiceSample(
        agent_id=call.agent_id,
        call_id=call.call_id,
        audio_sha256=call.audio_sha256,
        direction=voices[0].direction,
        speech_s=voices[0].speech_s,
        model=learner.model,
        roles_from=who.roles_from,
    )
    return keep_sample(learner.engine, sample, started_at=call.started_at)

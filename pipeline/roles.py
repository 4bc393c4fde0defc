"""Who is the agent and who the customer, with a probability.

Known channels decide. Otherwise the words do: who greets for the organisation, offers help and
speaks an agent's phrases; a little also who speaks first. Where the agent's voiceprint is known,
how like it the voices are is added.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pipeline.call import CallMetadata, Language, Role, Turn
from pipeline.normalise import fold_accents, simplify
from pipeline.turns import SpokenTurn
from pipeline.voiceprints import agent_log_odds

_KNOWN_LOG_ODDS: Final = 6.0  # a channel map is trusted, but not against everything that is said
_LEXICAL_LIMIT: Final = 5.0
_CUE_LIMIT: Final = 2  # times that one cue counts for a speaker
_FIRST_ANSWERS: Final = 0.7  # log-odds of whoever speaks first on an inbound call
_FIRST_ANSWERED: Final = -0.2  # on an outbound call the customer often says hello first
_ALONE_PRIOR: Final = -0.5  # a single voice that says nothing of an agent's is rather no agent
_CERTAIN: Final = 0.6  # under it a role is not said


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern with the log-odds that its speaker is the agent."""

    pattern: re.Pattern[str]
    weight: float


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """A speaker's role and how sure it is."""

    role: Role
    probability: float


def assign_roles(
    turns: Sequence[SpokenTurn],
    *,
    metadata: CallMetadata,
    language: Language,
    voice_cosines: Mapping[str, float] | None = None,
) -> tuple[Turn, ...]:
    """Number the turns and say whose they are.

    Channels named in the sidecar have their role at 0.99 and more, less if the words contradict
    it. Else the two speakers who say most are compared: the one whose words are more an agent's
    is the agent, with the probability that the difference gives. Under 0.6 the role is `unknown`;
    a third voice is always `unknown`.

    Args:
        turns: ascending by start.
        voice_cosines: of each speaker to the agent's voiceprint; None without a print.
    Returns: as many turns, numbered from 0.
    """
    guesses = guess_roles(turns, metadata=metadata, language=language, voice_cosines=voice_cosines)
    return tuple(
        Turn(
            turn_no=number,
            speaker=turn.speaker,
            role=guesses[turn.speaker].role,
            role_probability=guesses[turn.speaker].probability,
            start=turn.start,
            end=turn.end,
            text=turn.text,
            words=turn.words,
            level_db=turn.level_db,
        )
        for number, turn in enumerate(turns)
    )


def guess_roles(
    turns: Sequence[SpokenTurn],
    *,
    metadata: CallMetadata,
    language: Language,
    voice_cosines: Mapping[str, float] | None = None,
) -> Mapping[str, RoleGuess]:
    """The role of every speaker who has a turn."""
    cosines = voice_cosines or {}
    speakers = sorted({turn.speaker for turn in turns}, key=lambda s: -_chars(turns, s))
    scores = {s: lexical_score(turns, speaker=s, language=language) for s in speakers}
    known = _known(speakers, metadata)
    if known:
        return {s: _certified(known.get(s), s, scores) for s in speakers}
    if len(speakers) < 2:
        return {
            s: _said(_sigmoid(scores[s] + _ALONE_PRIOR + agent_log_odds(cosines, s, None)))
            for s in speakers
        }
    first = next(t.speaker for t in turns if t.speaker in speakers[:2])
    a, b = speakers[:2]
    odds = _limited(scores[a] - scores[b])
    odds += _first_speaks(metadata) * (1 if first == a else -1)
    odds += agent_log_odds(cosines, a, b)
    guesses = {a: _said(_sigmoid(odds)), b: _said(_sigmoid(-odds))}
    return {s: guesses.get(s, RoleGuess(Role.UNKNOWN, 0.5)) for s in speakers}


def has_known_channels(speakers: Sequence[str], metadata: CallMetadata) -> bool:
    """Whether the channel map, not words or voices, says who these speakers are."""
    return bool(_known(speakers, metadata))


def lexical_score(turns: Sequence[SpokenTurn], *, speaker: str, language: Language) -> float:
    """Log-odds that the speaker's words are an agent's; 0 for no cue at all."""
    texts = [_letters(turn.text, language) for turn in turns if turn.speaker == speaker]
    return sum(
        cue.weight * min(_CUE_LIMIT, sum(1 for text in texts if cue.pattern.search(text)))
        for cue in cues(language)
    )


@cache
def cues(language: Language) -> tuple[Cue, ...]:
    """The cues of a language, from `role_cues.toml`."""
    table = tomllib.loads((Path(__file__).parent / "role_cues.toml").read_text("utf-8"))
    return tuple(Cue(re.compile(row["pattern"]), row["weight"]) for row in table[language])


def _known(speakers: Sequence[str], metadata: CallMetadata) -> dict[str, Role]:
    named = {f"channel-{i}": role for i, role in enumerate(metadata.channel_roles)}
    return {s: named[s] for s in speakers if s in named}


def _certified(role: Role | None, speaker: str, scores: Mapping[str, float]) -> RoleGuess:
    if role is None or role is Role.UNKNOWN:
        return RoleGuess(Role.UNKNOWN, 0.5)
    others = [score for s, score in scores.items() if s != speaker]
    lexical = _limited(scores[speaker] - max(others, default=0.0))
    towards = lexical if role is Role.AGENT else -lexical
    # words that agree add nothing: the map is as good as it was
    return RoleGuess(role, round(_sigmoid(_KNOWN_LOG_ODDS + min(0.0, towards)), 4))


def _first_speaks(metadata: CallMetadata) -> float:
    return {"inbound": _FIRST_ANSWERS, "outbound": _FIRST_ANSWERED}.get(
        metadata.direction or "", _FIRST_ANSWERS / 2
    )


def _said(agent_probability: float) -> RoleGuess:
    role = Role.AGENT if agent_probability >= 0.5 else Role.CUSTOMER
    probability = round(max(agent_probability, 1 - agent_probability), 4)
    return RoleGuess(role if probability >= _CERTAIN else Role.UNKNOWN, probability)


def _letters(text: str, language: Language) -> str:
    if language == "zh":
        return re.sub(r"[\W_]+", "", simplify(text))
    return " ".join(re.findall(r"\w+", fold_accents(text.lower())))


def _chars(turns: Sequence[SpokenTurn], speaker: str) -> int:
    return sum(len(turn.text) for turn in turns if turn.speaker == speaker)


def _limited(score: float) -> float:
    return max(-_LEXICAL_LIMIT, min(_LEXICAL_LIMIT, score))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))

"""The recorded voice that answers before an agent does is nobody's words."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from pipeline.call import Role, Transcript
from pipeline.matching import find_hits
from pipeline.patterns import PhraseSet
from pipeline.phrase_index import PhraseIndex, index_phrases
from pipeline.rules import Phrasebook
from pipeline.stream import build_stream


@lru_cache(maxsize=8)
def _index(phrasebook: Phrasebook) -> PhraseIndex:
    return index_phrases([phrasebook.recorded_voice], phrasebook.language)


def without_recorded_voice(transcript: Transcript, phrasebook: Phrasebook) -> Transcript:
    """The transcript without the turns of an announcement before the customer's first words.

    A turn is an announcement when it holds one of the phrasebook's `recorded_voice` phrases. What
    an agent says to a customer who has spoken is never taken for one.
    """
    phrases: PhraseSet = phrasebook.recorded_voice
    if not phrases:
        return transcript
    first = next(
        (i for i, t in enumerate(transcript.turns) if t.role is Role.CUSTOMER and t.text.strip()),
        len(transcript.turns),
    )
    opening = replace(transcript, turns=transcript.turns[:first])
    stream = build_stream(opening, Role.AGENT)
    hits = find_hits(stream, _index(phrasebook)).get(phrases, ())
    recorded = {int(stream.turn[h.first]) for h in hits} | {int(stream.turn[h.last]) for h in hits}
    if not recorded:
        return transcript
    turns = tuple(t for i, t in enumerate(transcript.turns) if i not in recorded)
    return replace(transcript, turns=turns)

"""What is counted of what an engine heard."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

from benchmarks.error_rates import Errors, character_errors, diarization_rates
from benchmarks.measured_calls import MeasuredCall, TrueTurn
from pipeline.call import SpeakerSpan, Turn

_Result = TypeVar("_Result")


@dataclass(slots=True)
class Tally:
    """What one engine did on one kind of recording.

    errors: by role and condition.
    word_errors_s: distance of the first word's start and the last word's end of each turn from the
        turn's true borders, in seconds.
    """

    name: str
    seconds: float = 0.0
    cpu_s: float = 0.0
    errors: dict[tuple[str, str], Errors] = field(default_factory=dict)
    rates: dict[str, dict[str, float]] = field(default_factory=dict)
    word_errors_s: list[float] = field(default_factory=list)
    role_hits: int = 0
    role_turns: int = 0

    def timed(self, work: Callable[[], _Result], *, of_s: float) -> _Result:
        """Do something and add its CPU seconds, and the seconds of call that it was done for."""
        began = time.process_time()
        result = work()
        self.cpu_s += time.process_time() - began
        self.seconds += of_s
        return result

    def add_text(self, call: MeasuredCall, heard: dict[str, str]) -> None:
        """Count character errors; `heard` has the text of each role."""
        language = call.metadata.language or "zh"
        for role, text in heard.items():
            true = " ".join(turn.text for turn in call.turns if turn.role == role)
            key = (role, call.condition or "-")
            before = self.errors.get(key, Errors(0, 0))
            self.errors[key] = before + character_errors(true, text, language)

    def add_spans(
        self, name: str, turns: Sequence[TrueTurn], spans: Sequence[SpeakerSpan], *, of_s: float
    ) -> None:
        """Keep the diarization errors of a recording."""
        truth = [(turn.start, turn.end, turn.speaker) for turn in turns]
        self.rates[name] = diarization_rates(truth, spans, duration_s=of_s)

    def add_borders(self, turns: Sequence[TrueTurn], heard: Sequence[Turn]) -> None:
        """Compare the borders of true turns with the words of their role heard within half a
        second of them; turns that follow another of the role more closely are left out."""
        for turn in turns:
            near = [
                t
                for t in turns
                if t is not turn
                and t.role == turn.role
                and t.start < turn.end + 0.5
                and turn.start - 0.5 < t.end
            ]
            words = [
                word
                for other in heard
                if other.role == turn.role
                for word in other.words
                if turn.start - 0.5 < (word.start + word.end) / 2 < turn.end + 0.5
            ]
            if words and not near:
                self.word_errors_s.append(abs(min(w.start for w in words) - turn.start))
                self.word_errors_s.append(abs(max(w.end for w in words) - turn.end))

    def rate(self, role: str) -> float:
        """Character error rate of a role over all conditions."""
        return self._total(lambda key: key[0] == role).rate

    def by_condition(self, role: str) -> dict[str, float]:
        """Character error rate of a role in each condition."""
        found = sorted({condition for _, condition in self.errors})
        return {c: self._total(lambda key, c=c: key == (role, c)).rate for c in found}  # type: ignore[misc]

    def cpu_per_s(self) -> float:
        """CPU seconds per second of call."""
        return self.cpu_s / max(self.seconds, 1e-9)

    def lines(self) -> list[str]:
        """The figures as text."""
        said = [f"{self.name:34} CPU {self.cpu_per_s():.4f} s/s over {self.seconds:.0f} s"]
        for role in sorted({role for role, _ in self.errors}):
            parts = " ".join(f"{c} {rate:.3f}" for c, rate in self.by_condition(role).items())
            said.append(f"  CER {role:9} {self.rate(role):.3f}  ({parts})")
        if self.role_turns:
            share = self.role_hits / self.role_turns
            said.append(f"  role accuracy {share:.3f} of {self.role_turns} turns")
        if self.word_errors_s:
            middle = median(self.word_errors_s)
            said.append(
                f"  word times: median error {middle:.3f} s at {len(self.word_errors_s)} borders"
            )
        for name, rates in self.rates.items():
            said.append(f"  {name:36} DER {rates['der']:.3f}  JER {rates['jer']:.3f}")
        if self.rates:
            ders = [rates["der"] for rates in self.rates.values()]
            said.append(f"  DER mean {sum(ders) / len(ders):.3f} worst {max(ders):.3f}")
        return said

    def _total(self, chosen: Callable[[tuple[str, str]], bool]) -> Errors:
        total = Errors(0, 0)
        for key, errors in self.errors.items():
            if chosen(key):
                total += errors
        return total

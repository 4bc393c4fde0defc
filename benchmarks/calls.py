"""The whole way on calls whose truth is known: `python -m benchmarks.calls [FOLDER ...]`.

Prints, for stereo and mono recordings apart, precision and recall of flags and credits, character
errors by role and condition, role accuracy, diarization error and CPU seconds per second of call.
Without FOLDER, the samples.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.error_rates import Errors, diarization_rates, errors_of_role, role_hits
from benchmarks.measured_calls import MeasuredCall, measured_calls
from models.ears import load_ears
from models.installed import default_models_dir
from pipeline.document import json_of
from pipeline.errors import TingjianError
from pipeline.finding import InspectedCall
from pipeline.inspection import inspect_call
from pipeline.messages import LANGUAGES, Language
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Phrasebook

_FLAGS = ("violated", "missed")
_CREDITS = ("met",)


@dataclass(frozen=True, slots=True)
class Heard:
    """A call with its truth, what the product made of it, and the CPU seconds that it took."""

    call: MeasuredCall
    result: InspectedCall
    cpu_s: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report of every folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[Path("samples")])
    parser.add_argument("--models", type=Path, default=default_models_dir())
    parser.add_argument("--phrasebook", type=Path, default=Path("phrasebooks"))
    parser.add_argument("--diarization", choices=["fast", "reference"], default="fast")
    parser.add_argument("--only", choices=["stereo", "mono"])
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument(
        "--documents", type=Path, help="write stereo/NAME.json, mono/NAME.json here"
    )
    options = parser.parse_args(arguments)

    @cache
    def book(language: Language) -> Phrasebook:
        return load_phrasebook(options.phrasebook, language=language)

    names = {lang: dict(book(lang).names).get("org", ()) for lang in LANGUAGES}
    ears = load_ears(options.models, names=names, diarization=options.diarization)
    heard = []
    for folder in options.folders:
        for call in measured_calls(folder):
            if options.only in (None, "mono" if call.mono else "stereo"):
                began = _cpu_s()
                try:
                    result = inspect_call(
                        call.audio, metadata=call.metadata, ears=ears, phrasebook_for=book
                    )
                except TingjianError as error:
                    sys.stdout.write(f"{call.name}: {error}\n")
                    continue
                heard.append(Heard(call, result, _cpu_s() - began))
                if options.documents:
                    _write(heard[-1], options.documents)
                if options.verbose:
                    _print_call(heard[-1])
    for title, chosen in (
        ("stereo", [h for h in heard if not h.call.mono]),
        ("mono", [h for h in heard if h.call.mono]),
    ):
        if chosen:
            _print_report(title, chosen)
    return 0


def _write(heard: Heard, folder: Path) -> None:
    """What `tingjian inspect --json` says of the call, for `benchmarks.judging --inspected`."""
    name = heard.call.name.removesuffix("_stereo").removesuffix("_mono")
    path = folder / ("mono" if heard.call.mono else "stereo") / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json_of(heard.result), "utf-8")


def _print_report(title: str, heard: Sequence[Heard]) -> None:
    say = sys.stdout.write
    seconds = sum(h.result.recording.duration_s for h in heard)
    say(f"== {title}: {len(heard)} calls, {seconds:.0f} s\n")
    for name, outcomes in (("flags", _FLAGS), ("credits and met steps", _CREDITS)):
        say(f"{name:24} {_tally(heard, outcomes)}\n")
    for role in ("agent", "customer"):
        by_condition = {
            condition: _errors([h for h in heard if h.call.condition == condition], role)
            for condition in sorted({h.call.condition for h in heard})
        }
        parts = " ".join(f"{c} {e.rate:.3f}" for c, e in by_condition.items())
        say(f"CER {role:20} {_errors(heard, role).rate:.3f}  ({parts})\n")
    hits, turns = (sum(pair) for pair in zip(*(_roles(h) for h in heard), strict=True))
    say(f"role accuracy            {hits / max(1, turns):.3f} of {turns} turns\n")
    rates = [_diarization(h) for h in heard]
    say(
        "DER without collar       "
        f"mean {sum(r['der'] for r in rates) / len(rates):.3f} "
        f"worst {max(r['der'] for r in rates):.3f} "
        f"(missed {sum(r['missed'] for r in rates) / len(rates):.3f}, "
        f"false {sum(r['false'] for r in rates) / len(rates):.3f}, "
        f"confused {sum(r['confused'] for r in rates) / len(rates):.3f}); "
        f"JER mean {sum(r['jer'] for r in rates) / len(rates):.3f}\n"
    )
    say(f"CPU s per s of call      {sum(h.cpu_s for h in heard) / seconds:.4f}\n")


def _tally(heard: Iterable[Heard], outcomes: Sequence[str]) -> str:
    right = false = lost = 0
    for h in heard:
        found = {(f.rule_id, f.outcome.value) for f in h.result.findings if f.outcome in outcomes}
        must = {tag for tag in h.call.must if tag[1] in outcomes}
        right += len(found & must)
        false += len(found - must - h.call.may)
        lost += len(must - found)
    precision, recall = right / max(1, right + false), right / max(1, right + lost)
    return (
        f"precision {precision:.3f} recall {recall:.3f} (right {right} false {false} lost {lost})"
    )


def _errors(heard: Iterable[Heard], role: str) -> Errors:
    total = Errors(0, 0)
    for h in heard:
        transcript = h.result.transcript
        total += errors_of_role(
            h.call.turns, transcript.turns, role=role, language=transcript.language
        )
    return total


def _roles(heard: Heard) -> tuple[int, int]:
    return role_hits(heard.call.turns, heard.result.transcript.turns)


def _diarization(heard: Heard) -> dict[str, float]:
    return diarization_rates(
        [(t.start, t.end, t.speaker) for t in heard.call.turns],
        heard.result.transcript.spans,
        duration_s=heard.result.recording.duration_s,
    )


def _print_call(heard: Heard) -> None:
    say = sys.stdout.write
    found = {(f.rule_id, f.outcome.value) for f in heard.result.findings}
    decided = {tag for tag in found if tag[1] in (*_FLAGS, *_CREDITS)}
    hits, turns = _roles(heard)
    say(
        f"{heard.call.name}: roles {hits}/{turns} "
        f"DER {_diarization(heard)['der']:.3f} "
        f"CER {_errors([heard], 'agent').rate:.3f} {_errors([heard], 'customer').rate:.3f} "
        f"false {sorted(decided - heard.call.must - heard.call.may)} "
        f"lost {sorted(heard.call.must - decided)}\n"
    )
    for turn in heard.result.transcript.turns:
        say(f"   {turn.start:7.2f} {turn.role} {turn.role_probability:.2f} {turn.text}\n")


def _cpu_s() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (
            resource.getrusage(resource.RUSAGE_SELF),
            resource.getrusage(resource.RUSAGE_CHILDREN),
        )
    )


if __name__ == "__main__":
    sys.exit(main())

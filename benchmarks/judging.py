"""How well the rules judge: `python -m benchmarks.judging FOLDER...`, or `--scripts 200`.

FOLDER holds NAME.truth.json files. Their texts are judged as if perfectly recognised, with
`--errors 0.1` as if every tenth character was misheard, or with `--inspected DIR` as recognised in
DIR/NAME.json by `tingjian inspect --json`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.judged_calls import (
    JudgedCall,
    Tags,
    from_scripts,
    from_truth_files,
    scripted_rules,
)
from benchmarks.judging_baselines import Matcher, phrase_rules, score_calls
from benchmarks.judging_tally import Judged, Tally, probabilities, tally
from benchmarks.mishearing import mishear
from benchmarks.reliability import describe, draw, reliability
from pipeline.judging import judge
from pipeline.messages import Language
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Kind, Phrasebook

_LANGUAGES: tuple[Language, ...] = ("zh", "es")
_SUMMARY = (
    ("flags (violated)", ("violated",)),
    ("flags and missed steps", ("violated", "missed")),
    ("credits and met steps", ("met",)),
)


def judge_all(calls: Iterable[JudgedCall], books: dict[Language, Phrasebook]) -> list[Judged]:
    """Judge every call with the phrasebook of its language."""
    forbidding = {
        lang: frozenset(r.id for r in book.rules if r.kind is Kind.FORBIDDEN)
        for lang, book in books.items()
    }
    return [
        Judged(
            call,
            judge(
                call.transcript,
                metadata=call.metadata,
                metrics=call.metrics,
                phrasebook=books[call.transcript.language],
            ),
            forbidding[call.transcript.language],
        )
        for call in calls
    ]


def print_report(judged: Sequence[Judged], rules: frozenset[str], *, verbose: bool) -> None:
    """The tallies: flags, missed steps, credits, then by condition and by rule; single errors where
    asked for.
    """
    say = sys.stdout.write
    for name, outcomes in _SUMMARY:
        say(tally(judged, outcomes, rules=rules).row(name) + "\n")
    for condition in sorted({one.call.condition for one in judged}):
        some = [one for one in judged if one.call.condition == condition]
        for name, outcomes in (_SUMMARY[0], _SUMMARY[2]):
            title = f"{name.split()[0]}, {condition or 'unknown'}"
            say("  " + tally(some, outcomes, rules=rules).row(title) + "\n")
    named = sorted({t for one in judged for t in one.call.must | one.found if t[0] in rules})
    for rule, outcome in named:
        count = tally(judged, [outcome], rules=frozenset([rule]))
        say("  " + count.row(f"{rule}:{outcome}") + "\n")
    beyond = [t for one in judged for t in one.found if t[0] not in rules]
    of = f"{len(set(beyond))} rules of which no truth speaks"
    say(f"{len(beyond)} findings of {of}: not counted\n")
    if verbose:
        for one in judged:
            _print_errors(one, rules)


def print_reliability(
    judged: Sequence[Judged], rules: frozenset[str], *, diagram: Path | None
) -> None:
    """How true the probabilities of flags and of credits are."""
    flags = probabilities(judged, "violated", rules=rules)
    credits_ = probabilities(judged, "met", rules=rules)
    found = {
        "flags": reliability(flags),
        "credits and met steps": reliability(credits_),
        "all": reliability([*flags, *credits_]),
    }
    for title, one in found.items():
        sys.stdout.write(f"calibration error, {title}: {one.error:.3f} on {one.count} findings\n")
    sys.stdout.write(describe(found["all"]))
    if diagram is not None:
        draw(found, diagram)


def _print_errors(one: Judged, rules: frozenset[str]) -> None:
    say = sys.stdout.write
    for rule, outcome in sorted(one.found - one.call.must - one.call.may):
        if rule not in rules:
            continue
        finding = next(f for f in one.findings if f.rule_id == rule)
        shown = [
            (e.quote, e.phrase, e.text_similarity, e.sound_similarity) for e in finding.evidence
        ]
        say(f"false {one.call.name} {rule}:{outcome} p={finding.probability:.2f} {shown}\n")
    for rule, outcome in sorted(one.call.must - one.found):
        known = [f for f in one.findings if f.rule_id == rule]
        said = f"{known[0].outcome} p={known[0].probability:.2f}" if known else "no such rule"
        say(f"lost {one.call.name} {rule}:{outcome} but {said}\n")


def print_baselines(
    judged: Sequence[Judged], books: dict[Language, Phrasebook], known: frozenset[str]
) -> None:
    """Flags and credits of the rules of phrases, ours and simpler matchers', side by side.

    The simpler ones get the threshold, and the least length of phrases, that suit them best on
    these very calls.
    """
    rules = known & frozenset(r.id for book in books.values() for r in phrase_rules(book))
    calls = [one.call for one in judged]
    matchers: tuple[Matcher, ...] = ("exact", "partial_ratio")
    scored = {
        (matcher, least): score_calls(calls, books, matcher=matcher, least_tokens=least)
        for matcher in matchers
        for least in (1, 3, 4, 5)
    }
    for name, outcome in (("flags", "violated"), ("credits", "met")):
        ours = _tally([(one.call, one.found) for one in judged], outcome, rules)
        sys.stdout.write(ours.row(f"{name}, ours") + "\n")
        for matcher in matchers:
            tried = {
                f"{matcher}>={t}, {least}+": _tally(
                    [(s.call, s.found(t)) for s in calls_], outcome, rules
                )
                for (by, least), calls_ in scored.items()
                if by == matcher
                for t in (range(60, 101, 4) if matcher == "partial_ratio" else (100,))
            }
            best = max(tried, key=lambda title: tried[title].f1)
            sys.stdout.write(tried[best].row(f"{name}, {best}") + "\n")
            equal = [t for t in tried.values() if t.false <= ours.false]
            fewest = min((t.lost for t in equal), default=None)
            sys.stdout.write(f"  its fewest misses at no more false than ours: {fewest}\n")


def _tally(found: Sequence[tuple[JudgedCall, Tags]], outcome: str, rules: frozenset[str]) -> Tally:
    right = false = lost = 0
    for call, tags in found:
        mine = {t for t in tags if t[1] == outcome and t[0] in rules}
        must = {t for t in call.must if t[1] == outcome and t[0] in rules}
        right += len(mine & must)
        false += len(mine - must - call.may)
        lost += len(must - mine)
    return Tally(right, false, lost, 0)


def main(arguments: list[str] | None = None) -> int:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--scripts", type=int, default=0, help="so many calls of our own scripts")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--errors", type=float, default=0.0, help="share of characters misheard")
    parser.add_argument("--inspected", type=Path, help="folder of NAME.json recognised calls")
    parser.add_argument("--phrasebook", type=Path, default=Path("phrasebooks"))
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--baselines", action="store_true", help="simpler matchers beside ours")
    parser.add_argument("--diagram", type=Path, help="write the reliability diagram here, as SVG")
    options = parser.parse_args(arguments)
    calls = [c for f in options.folders for c in from_truth_files(f, inspected=options.inspected)]
    calls += from_scripts(options.scripts, seed=options.seed)
    if options.errors:
        rng = np.random.default_rng(options.seed)
        calls = [_misheard(call, options.errors, rng) for call in calls]
    books = {lang: load_phrasebook(options.phrasebook, language=lang) for lang in _LANGUAGES}
    judge_all(calls, books)  # phrases are laid out, and words looked up, before the clock starts
    began = time.process_time()
    judged = judge_all(calls, books)
    spent = time.process_time() - began
    rules = scripted_rules() | {rule for c in calls for rule, _ in c.must | c.may}
    print_report(judged, rules, verbose=options.verbose)
    print_reliability(judged, rules, diagram=options.diagram)
    if options.baselines:
        print_baselines(judged, books, rules)
    turns = sum(len(c.transcript.turns) for c in calls)
    each = spent / max(1, turns)
    sys.stdout.write(
        f"{len(calls)} calls, {turns} turns, {1000 * each:.3f} ms of CPU a turn: "
        f"{each * 1e6 / 60:.1f} minutes for a million on one core, half of it on two\n"
    )
    return 0


def _misheard(call: JudgedCall, rate: float, rng: np.random.Generator) -> JudgedCall:
    return replace(call, transcript=mishear(call.transcript, rate=rate, rng=rng))


if __name__ == "__main__":
    sys.exit(main())

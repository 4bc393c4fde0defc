"""How long judging takes: `python -m benchmarks.judging_speed`.

A ten-minute call against 500 phrases and against the whole phrasebook, many calls' turns against
the whole phrasebook, and the same calls read from a warehouse and judged again; in CPU time.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.judged_calls import JudgedCall, from_scripts
from benchmarks.stored_calls import judge_again, read_calls, store_calls
from pipeline.call import CallMetadata, SpeakerSpan, Transcript, Turn, Word
from pipeline.compiled import phrase_sets
from pipeline.finding import InspectedCall
from pipeline.judging import judge
from pipeline.phrasebook import load_phrasebook
from pipeline.rules import Phrasebook
from pipeline.talk import measure_talk

_LONG_CALL_S = 600.0
_PHRASES = 500
_ROUNDS = 5


def main(arguments: list[str] | None = None) -> int:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phrasebook", type=Path, default=Path("phrasebooks"))
    parser.add_argument("--calls", type=int, default=150, help="calls of the project's scripts")
    parser.add_argument("--processes", type=int, default=1, help="share the calls among so many")
    options = parser.parse_args(arguments)
    book = load_phrasebook(options.phrasebook, language="zh")
    calls = [c for c in from_scripts(options.calls, seed=11) if c.transcript.language == "zh"]
    long_call = _joined([c.transcript for c in calls])
    small = _first_phrases(book, _PHRASES)
    for title, some in ((f"{_count(small)} phrases", small), (f"{_count(book)} phrases", book)):
        seconds = _cpu_s(partial(_judge, long_call, some))
        say(f"ten-minute call, {title} ({len(some.rules)} rules): {1000 * seconds:.1f} ms")
    turns = sum(len(c.transcript.turns) for c in calls)
    seconds = _cpu_s(partial(_judge_all, [c.transcript for c in calls], book))
    minutes = seconds / turns * 1e6 / 60
    each = 1000 * seconds / turns
    say(f"{turns} turns of {len(calls)} calls, whole phrasebook: {each:.3f} ms a turn")
    say(f"one million such turns: {minutes:.1f} minutes on one core, {minutes / 2:.1f} on two")
    _tell_stored(calls, book, turns)
    if options.processes > 1:
        seconds = _shared_s(options.phrasebook, options.calls, options.processes)
        minutes = seconds / turns * 1e6 / 60
        say(f"judged again by the clock in {options.processes} processes: {minutes:.2f} minutes")
    return 0


def _tell_stored(calls: Sequence[JudgedCall], book: Phrasebook, turns: int) -> None:
    """The same calls stored in a warehouse, read back, and judged again."""
    with (
        tempfile.TemporaryDirectory() as folder,
        store_calls(Path(folder), calls, book) as warehouse,
    ):
        read = _cpu_s(lambda: read_calls(warehouse))
        stored = read_calls(warehouse)
    again = _cpu_s(partial(_judge_again, stored, book))
    minutes = [seconds / turns * 1e6 / 60 for seconds in (again, read)]
    say(f"the same as stored: judged again {1000 * again / turns:.3f} ms a turn, read from the")
    say(f"  warehouse with words and findings {1000 * read / turns:.3f} ms (all threads)")
    say(f"  a million: {minutes[0]:.1f} minutes to judge, {minutes[1]:.1f} to read, on one core")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _judge(transcript: Transcript, book: Phrasebook) -> None:
    metadata = CallMetadata("speed", language="zh")
    judge(transcript, metadata=metadata, metrics=measure_talk(transcript), phrasebook=book)


def _judge_all(transcripts: Sequence[Transcript], book: Phrasebook) -> None:
    for transcript in transcripts:
        _judge(transcript, book)


def _judge_again(stored: Sequence[InspectedCall | JudgedCall], book: Phrasebook) -> None:
    for call in stored:
        judge_again(call, book)


def _shared_s(folder: Path, count: int, processes: int) -> float:
    """The least wall time of a few rounds in which processes share the calls, each warmed up."""
    context = multiprocessing.get_context("spawn")
    with contextlib.ExitStack() as stack:
        workers = [  # one process each: a part never waits behind another
            stack.enter_context(ProcessPoolExecutor(1, mp_context=context))
            for _ in range(processes)
        ]
        for prepared in [worker.submit(_prepare, folder, count) for worker in workers]:
            prepared.result()
        times = []
        for _ in range(_ROUNDS):
            began = time.perf_counter()
            parts = [w.submit(_judge_part, (n, processes)) for n, w in enumerate(workers)]
            for part in parts:
                part.result()
            times.append(time.perf_counter() - began)
    return min(times)


_loaded: list[tuple[Phrasebook, list[JudgedCall]]] = []  # of a process of the pool


def _prepare(folder: Path, count: int) -> None:
    book = load_phrasebook(folder, language="zh")
    calls = [c for c in from_scripts(count, seed=11) if c.transcript.language == "zh"]
    _loaded.append((book, calls))
    _judge_again(calls, book)


def _judge_part(part: tuple[int, int]) -> None:
    number, processes = part
    book, calls = _loaded[0]
    _judge_again(calls[number::processes], book)


def _cpu_s(work: Callable[[], object]) -> float:
    """The least CPU time of a few rounds, after one that warms up."""
    work()
    times = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def _count(book: Phrasebook) -> int:
    return sum(len(s.patterns) for rule in book.rules for _, s in phrase_sets(rule))


def _first_phrases(book: Phrasebook, count: int) -> Phrasebook:
    """The book's first rules, as many as have `count` phrases together."""
    rules = []
    for rule in book.rules:
        rules.append(rule)
        if sum(len(s.patterns) for r in rules for _, s in phrase_sets(r)) >= count:
            break
    return replace(book, rules=tuple(rules), recorded_voice=book.recorded_voice)


def _joined(transcripts: Sequence[Transcript]) -> Transcript:
    """Calls one after the other, as one call of ten minutes."""
    turns: list[Turn] = []
    offset = 0.0
    for transcript in transcripts:
        for turn in transcript.turns:
            words = tuple(
                Word(w.text, w.start + offset, w.end + offset, w.probability) for w in turn.words
            )
            start, end = turn.start + offset, turn.end + offset
            turns.append(replace(turn, turn_no=len(turns), start=start, end=end, words=words))
        offset += transcript.duration_s
        if offset >= _LONG_CALL_S:
            break
    kept = tuple(t for t in turns if t.end <= _LONG_CALL_S)
    spans = tuple(SpeakerSpan(t.start, t.end, t.speaker) for t in kept)
    return Transcript("zh", kept, spans, _LONG_CALL_S)


if __name__ == "__main__":
    sys.exit(main())

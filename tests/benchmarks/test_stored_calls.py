from pathlib import Path

from benchmarks.judged_calls import from_scripts
from benchmarks.stored_calls import judge_again, read_calls, store_calls
from pipeline.phrasebook import load_phrasebook

PHRASEBOOKS = Path(__file__).parents[2] / "phrasebooks"


def test_calls_come_back_from_the_warehouse_with_every_word_and_are_judged_alike(
    tmp_path: Path,
) -> None:
    book = load_phrasebook(PHRASEBOOKS, language="zh")
    calls = [c for c in from_scripts(2, seed=3) if c.transcript.language == "zh"]
    with store_calls(tmp_path, calls, book) as warehouse:
        stored = {call.metadata.call_id: call for call in read_calls(warehouse)}
    for call in calls:
        assert stored[call.metadata.call_id].transcript == call.transcript
        assert judge_again(stored[call.metadata.call_id], book) == (
            stored[call.metadata.call_id].findings
        )

"""What an inspector hears: parties muted, silence skipped, other speeds, in a real browser.

The sound is real: the agent is a tone of 300 Hz on the left, the customer one of 500 Hz on the
right. What leaves the page's audio graph is measured just before the loudspeaker.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from nights import make_call
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine
from test_browser import PATIENCE_MS, address, browser, enter, until  # noqa: F401 - fixtures

from console.state import ConsoleState
from pipeline.finding import InspectedCall
from warehouse.connection import open_warehouse
from warehouse.decisions.filling import fill_queue
from warehouse.results import append_calls

# agent 1.0-5.0 s, customer 5.4-7.4 s, silence, agent 15.4-17.4 s (4.5 characters a second)
PAUSING = """
agent: 您好请问有什么可以帮到您的请您慢慢说
customer: 我想要预约明天的课
agent[pause=8]: 感谢您的来电再见了
"""
# Everything that reaches the loudspeaker also reaches a meter; places that were jumped to are kept.
METER = """
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) {
      if (!window.meter) {
        window.meter = this.context.createAnalyser();
        window.meter.fftSize = 8192;
        window.meter.smoothingTimeConstant = 0;
      }
      connect.call(this, window.meter);
    }
    return connect.call(this, target, ...rest);
  };
  window.level = (hz) => {
    if (!window.meter) return -999;
    const bins = new Float32Array(window.meter.frequencyBinCount);
    window.meter.getFloatFrequencyData(bins);
    const middle = Math.round((hz * window.meter.fftSize) / window.meter.context.sampleRate);
    return Math.max(...bins.slice(middle - 2, middle + 3));
  };
  window.heard = (hz) => window.level(hz) > -50;
  window.jumps = [];
  addEventListener("seeked", ({ target }) => window.jumps.push(target.currentTime), true);
"""


def parted(call: InspectedCall) -> InspectedCall:
    """Each party on a channel of its own, as a night hears a stereo call."""
    of = {"agent": "channel-0", "customer": "channel-1"}
    turns = tuple(replace(t, speaker=of[t.role.value]) for t in call.transcript.turns)
    return replace(call, transcript=replace(call.transcript, turns=turns))


def mixed(call: InspectedCall) -> InspectedCall:
    """The same call as if its recording had one channel."""
    metadata = replace(call.metadata, call_id="mono-1")
    recording = replace(call.recording, channels=1)
    return replace(call, metadata=metadata, recording=recording)


@pytest.fixture
def listened(data: Path, state: ConsoleState, decisions: Engine) -> ConsoleState:
    """Two more calls, whose parties pause."""
    call = make_call(data, "pausing-1", PAUSING)
    with open_warehouse(data) as warehouse:
        calls = [parted(call), mixed(call)]
        append_calls(warehouse, calls, [], night_id=None, code_version="test")
        assert fill_queue(decisions, warehouse) == len(calls)
    return state


@pytest.fixture
def page(listened: ConsoleState, browser: Browser, address: str) -> Iterator[Page]:  # noqa: F811
    context = browser.new_context(base_url=address)
    context.add_init_script(METER)
    opened = context.new_page()
    enter(opened, "inspector")
    yield opened
    context.close()


def listen(page: Page, call_id: str, *, at: float) -> None:
    """Open a call and let it play from a moment."""
    page.goto(f"/calls/{call_id}")
    until(page, "document.getElementById('sound').readyState >= 1")
    page.evaluate("at => { document.getElementById('sound').currentTime = at; }", at)
    page.keyboard.press(" ")
    until(page, f"document.getElementById('sound').currentTime > {at + 0.2}")


def now(page: Page) -> float:
    return float(page.evaluate("document.getElementById('sound').currentTime"))


def pause(page: Page) -> None:
    page.keyboard.press(" ")
    until(page, "document.getElementById('sound').paused")


def test_each_party_is_muted_alone(page: Page) -> None:
    listen(page, "pausing-1", at=1.0)
    until(page, "heard(300) && heard(500)")
    page.keyboard.press("a")
    until(page, "!heard(300) && heard(500)")
    page.keyboard.press("c")
    until(page, "!heard(300) && !heard(500)")
    page.locator("#mute-agent").click()  # the button does what the key does
    until(page, "heard(300) && !heard(500)")
    assert page.locator("#mute-customer").get_attribute("aria-pressed") == "true"


def test_on_a_mono_call_a_party_is_muted_while_it_speaks(page: Page) -> None:
    listen(page, "mono-1", at=1.5)
    page.evaluate("document.getElementById('sound').playbackRate = 0.25")  # time to measure
    until(page, "heard(300)")
    page.keyboard.press("a")
    until(page, "!heard(300)")
    assert now(page) < 5.0  # still the agent's turn
    page.evaluate("document.getElementById('sound').currentTime = 5.6")  # the customer's
    until(page, "heard(300)")
    assert now(page) < 7.4


def test_silence_is_skipped_when_wanted_and_no_word_with_it(page: Page) -> None:
    listen(page, "pausing-1", at=7.6)
    until(page, "document.getElementById('sound').currentTime > 8.0")
    assert page.evaluate("jumps.length") == 1  # only to the moment that was asked for
    page.select_option("#speed", "3")
    page.evaluate("document.getElementById('sound').currentTime = 4.5")
    page.locator("#skip").click()
    until(page, "document.getElementById('sound').currentTime > 15.2")
    pause(page)
    # over the silence to just before the next word, not over the 0.4 s between the first turns
    places = [7.6, 4.5, 15.4 - 0.3]
    assert page.evaluate("jumps") == [pytest.approx(place, abs=0.1) for place in places]


def speed_of(page: Page) -> float:
    """Seconds of the call in a second of the clock."""
    first = page.evaluate("[document.getElementById('sound').currentTime, performance.now()]")
    time.sleep(0.6)
    last = page.evaluate("[document.getElementById('sound').currentTime, performance.now()]")
    return float(1000 * (last[0] - first[0]) / (last[1] - first[1]))


def test_the_call_is_heard_faster_and_slower(page: Page) -> None:
    listen(page, "pausing-1", at=0.0)
    page.keyboard.press("-")
    slow = speed_of(page)
    page.select_option("#speed", "3")
    fast = speed_of(page)
    assert page.evaluate("document.getElementById('sound').playbackRate") == 3
    assert slow == pytest.approx(0.75, abs=0.3)
    assert fast > 2 * slow

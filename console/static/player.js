// The sound of a call: two lanes, each party on its own volume, marks where findings are.

import WaveSurfer from "/static/vendor/wavesurfer.esm.js";
import Regions from "/static/vendor/regions.esm.js";
import Timeline from "/static/vendor/timeline.esm.js";

const COLOURS = {
  violated: "rgba(214, 57, 57, .25)", missed: "rgba(247, 103, 7, .25)", met: "rgba(47, 179, 68, .22)",
};
const LANES = [["#7fb0dd", "#1f6fb2"], ["#d9b98a", "#a86a12"]]; // to come, played
const TICKS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const NARROW_S = 10;
const SILENCE_S = 1.2; // a longer pause is skipped, if wanted

const clock = (seconds) =>
  seconds < 60 ? String(seconds) : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

// About ten labels, whatever the length of the call.
function ticks(duration) {
  const apart = TICKS_S.find((each) => duration / each <= 12) ?? TICKS_S.at(-1);
  return Timeline.create({
    height: 20, timeInterval: apart / 2, primaryLabelInterval: apart * 3,
    secondaryLabelInterval: apart, secondaryLabelOpacity: 0.7, formatTimeCallback: clock,
  });
}

export class Player {
  constructor(place, onTime) {
    this.sound = document.getElementById("sound");
    this.turns = []; // who speaks when
    this.muted = { agent: false, customer: false };
    this.skipping = false;
    this.looped = null;
    this.stopAt = null;
    this.channels = Number(place.dataset.channels);
    this.sound.addEventListener("timeupdate", () => this.tick(onTime));
    this.sound.addEventListener("play", () => {
      this.route();
      const follow = () => {
        this.tick(onTime);
        if (!this.sound.paused) requestAnimationFrame(follow);
      };
      follow();
    });
    this.sound.addEventListener("error", () => this.tellFault(place));
    this.draw(place);
  }

  async draw(place) {
    const answer = await fetch(`${place.dataset.base}/peaks`);
    if (!answer.ok) return this.tellFault(place);
    const { lanes } = await answer.json();
    this.wave = WaveSurfer.create({
      container: "#wave", media: this.sound, peaks: lanes,
      duration: Number(place.dataset.duration), cspNonce: place.dataset.nonce,
      normalize: true, height: 60, barWidth: 2, barGap: 1, cursorWidth: 2, cursorColor: "#555",
      splitChannels: LANES.map(([waveColor, progressColor]) => ({ waveColor, progressColor })),
      plugins: [ticks(Number(place.dataset.duration))],
    });
    this.regions = this.wave.registerPlugin(Regions.create());
    this.wave.on("ready", () => this.mark());
  }

  mark() {
    if (!this.regions) return;
    this.regions.clearRegions();
    for (const finding of document.querySelectorAll(".finding[data-start]")) {
      const { start, end, outcome } = finding.dataset;
      const heard = "quoted" in finding.dataset || Number(end) - Number(start) < NARROW_S;
      if (!(outcome in COLOURS) || !heard) continue; // where something was searched is no mark
      this.regions.addRegion({
        start: Number(start), end: Math.max(Number(end), Number(start) + 0.2),
        color: COLOURS[outcome], drag: false, resize: false, channelIdx: Number(finding.dataset.lane ?? 0),
      });
    }
  }

  tellFault(place) {
    const fault = document.getElementById("sound-fault");
    fault.textContent = place.dataset.failed;
    fault.hidden = false;
  }

  // Each channel through a volume of its own; a mono call is muted by whose turn it is.
  route() {
    if (this.context) return void this.context.resume();
    this.context = new AudioContext();
    const source = this.context.createMediaElementSource(this.sound);
    const split = this.context.createChannelSplitter(2);
    source.connect(split);
    this.gains = [0, 1].map((channel) => {
      const gain = this.context.createGain();
      split.connect(gain, Math.min(channel, this.channels - 1));
      gain.connect(this.context.destination);
      return gain;
    });
    this.applyMutes();
  }

  applyMutes() {
    if (!this.gains) return;
    const turn = this.turnAt(this.sound.currentTime);
    this.gains.forEach((gain, channel) => {
      const role = this.channels > 1 ? this.roleOf(channel) : turn?.role;
      gain.gain.value = this.muted[role] ? 0 : this.channels > 1 ? 1 : 0.5;
    });
  }

  roleOf(channel) {
    return this.turns.find((turn) => turn.channel === channel)?.role;
  }

  turnAt(time) {
    return this.turns.findLast((turn) => turn.start <= time + 0.05);
  }

  mute(role) {
    this.muted[role] = !this.muted[role];
    this.applyMutes();
    return this.muted[role];
  }

  tick(onTime) {
    const now = this.sound.currentTime;
    if (this.looped && now >= this.looped.end) this.sound.currentTime = this.looped.start;
    if (this.stopAt !== null && now >= this.stopAt) {
      this.stopAt = null;
      this.sound.pause();
    }
    if (this.skipping && !this.sound.paused) this.skip(now);
    if (this.channels === 1) this.applyMutes();
    onTime(now);
  }

  skip(now) {
    const speaking = this.turns.some((turn) => turn.start - 0.3 <= now && now <= turn.end + 0.3);
    if (speaking) return;
    const following = this.turns.find((turn) => turn.start > now);
    if (following && following.start - now > SILENCE_S) this.sound.currentTime = following.start - 0.3;
  }

  // A pause that comes before the sound began is no failure.
  play() {
    return this.sound.play().catch((error) => {
      if (error.name !== "AbortError") throw error;
    });
  }

  toggle() {
    return this.sound.paused ? this.play() : this.sound.pause();
  }

  jump(seconds) {
    this.stopAt = null;
    this.sound.currentTime = Math.max(0, Math.min(seconds, this.sound.duration || seconds));
  }

  // From one second before it, so that the ear knows where it is.
  playFinding({ start, end }) {
    this.jump(start - 1);
    this.looped = this.looped ? { start: Math.max(0, start - 1), end: end + 0.5 } : null;
    return this.play();
  }

  loop(passage) {
    this.looped = this.looped ? null : passage;
    return this.looped !== null;
  }
}

// The call page: the transcript follows the sound, and every action has a key.

import { askToSignIn, forget } from "/static/drafts.js";
import { listen, showKeys } from "/static/keys.js";
import { Player } from "/static/player.js";

const $ = (id) => document.getElementById(id);
const numbers = ({ start, end }) => ({ start: Number(start), end: Number(end) });
let words = [];
const player = new Player($("player"), follow);

function readTranscript() {
  words = [...document.querySelectorAll(".w")];
  player.turns = [...document.querySelectorAll(".turn")].map((element) => {
    const own = [...element.querySelectorAll(".w")];
    const role = ["agent", "customer"].find((name) => element.classList.contains(name));
    const channel = element.dataset.channel ? Number(element.dataset.channel) : undefined;
    const end = own.length ? Number(own.at(-1).dataset.end) : Number(element.dataset.start);
    return { role, channel, start: Number(element.dataset.start), end };
  });
}

let spoken = null;
function follow(now) {
  $("clock").textContent = `${Math.floor(now / 60)}:${(now % 60).toFixed(1).padStart(4, "0")}`;
  const word = words.findLast((each) => Number(each.dataset.start) <= now);
  if (word === spoken) return;
  spoken?.classList.remove("now");
  document.querySelector(".turn.now")?.classList.remove("now");
  spoken = word ?? null;
  spoken?.classList.add("now");
  const turn = spoken?.closest(".turn");
  turn?.classList.add("now");
  if (turn && !player.sound.paused) turn.scrollIntoView({ block: "nearest" });
}
readTranscript();

// The finding that verdict keys concern.
let chosen = 0;
const findings = () => [...document.querySelectorAll("#findings .finding")];
function choose(step, { play = true } = {}) {
  const all = findings();
  if (!all.length) return;
  chosen = Math.max(0, Math.min(all.length - 1, chosen + step));
  all.forEach((each, place) => each.classList.toggle("chosen", place === chosen));
  all[chosen].scrollIntoView({ block: "nearest" });
  if (play && all[chosen].dataset.start) player.playFinding(numbers(all[chosen].dataset));
}

function judge(verdict) {
  findings()[chosen]?.querySelector(`[data-verdict=${verdict}]`)?.click();
}

function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
}

function toggleMute(role) {
  press($(`mute-${role}`), player.mute(role));
}

function toggleSkip() {
  player.skipping = !player.skipping;
  press($("skip"), player.skipping);
}

function toggleLoop() {
  const place = findings()[chosen]?.dataset;
  const now = player.sound.currentTime;
  const passage = place?.start ? numbers(place) : { start: Math.max(0, now - 3), end: now };
  press($("loop"), player.loop({ start: Math.max(0, passage.start - 1), end: passage.end + 0.5 }));
}

// The words that are selected in the transcript; none if nothing is.
function selectedWords() {
  const selection = getSelection();
  if (selection.isCollapsed) return [];
  return words.filter((word) => selection.containsNode(word, true));
}

// As they stand there, with the punctuation between them.
function textOf(chosen) {
  const lead = (word) => (word.previousSibling?.nodeType === 3 ? word.previousSibling.textContent : "");
  return chosen.map((word, at) => (at ? lead(word) : "") + word.textContent).join("");
}

function openDialog(id, chosen, values) {
  const dialog = $(id);
  if (!dialog) return;
  $("add-hint").hidden = chosen.length > 0;
  if (!chosen.length) return;
  dialog.querySelector("[data-quote]").textContent = textOf(chosen);
  const all = { ...values, start: chosen[0].dataset.start, end: chosen.at(-1).dataset.end };
  for (const [name, value] of Object.entries(all)) dialog.querySelector(`[name=${name}]`).value = value;
  dialog.showModal();
}

// What was selected becomes the passage of a finding that was missed,
function addFinding() {
  const chosen = selectedWords();
  openDialog("add", chosen, { quote: textOf(chosen) });
}

// or words that were heard wrongly; without a selection the word that is being spoken. A correction
// stays within one turn.
function correctWords() {
  const selected = selectedWords();
  const all = selected.length || !spoken ? selected : [spoken];
  const turn = all[0]?.closest(".turn");
  const chosen = all.filter((word) => word.closest(".turn") === turn);
  const text = textOf(chosen);
  openDialog("correct", chosen, { turn_no: turn?.dataset.turn, text, was: text });
  $("correct-text")?.select();
}

function changeSpeed(step) {
  const speed = $("speed");
  const place = speed.selectedIndex + step;
  if (place < 0 || place >= speed.options.length) return;
  speed.selectedIndex = place;
  player.sound.playbackRate = Number(speed.value);
}

const submit = () => $("submit")?.requestSubmit();
listen({
  play: () => player.toggle(), back: () => player.jump(player.sound.currentTime - 3),
  forward: () => player.jump(player.sound.currentTime + 3),
  previous: () => choose(-1), next: () => choose(firstTime() ? 0 : 1), loop: toggleLoop,
  confirmed: () => judge("confirmed"), false: () => judge("false"), doubtful: () => judge("doubtful"),
  add: addFinding, correct: correctWords, undo: () => $("undo")?.click(), submit,
  swap: () => $("swap")?.requestSubmit(), comment: () => $("comment-text")?.focus(),
  slower: () => changeSpeed(-1), faster: () => changeSpeed(1),
  muteAgent: () => toggleMute("agent"), muteCustomer: () => toggleMute("customer"),
  skipSilence: toggleSkip, help: toggleKeys,
});

function toggleKeys() {
  if ($("keys").open) $("keys").close();
  else $("keys").showModal();
}

// The first ] goes to the first finding, not past it.
let begun = false;
function firstTime() {
  const first = !begun;
  begun = true;
  return first;
}

document.addEventListener("click", (event) => {
  const target = event.target;
  const on = (id) => target.closest(`#${id}`);
  if (on("play")) player.toggle();
  else if (on("previous")) choose(-1);
  else if (on("next")) choose(firstTime() ? 0 : 1);
  else if (on("loop")) toggleLoop();
  else if (on("mute-agent")) toggleMute("agent");
  else if (on("mute-customer")) toggleMute("customer");
  else if (on("skip")) toggleSkip();
  else if (on("keys-open")) toggleKeys();
  else if (on("add-open")) addFinding();
  else if (on("correct-open")) correctWords();
  else if (target.closest("[data-close]")) target.closest("dialog").close();
  else if (target.closest("[data-play]")) {
    const finding = target.closest(".finding");
    const place = findings().indexOf(finding);
    if (place >= 0) chosen = place;
    begun = true;
    choose(0);
    if (place < 0 && finding.dataset.start) player.playFinding(numbers(finding.dataset));
  } else if (target.closest(".w") && getSelection().isCollapsed) {
    player.jump(Number(target.closest(".w").dataset.start));
  }
});
$("speed").addEventListener("change", ({ target }) => (player.sound.playbackRate = Number(target.value)));

// What the reader opened and where the keyboard was, while a panel comes anew.
let kept = { open: [], focus: null };
function rememberPanel() {
  const focused = document.activeElement?.closest?.("#panel button");
  const finding = focused?.closest(".finding")?.id;
  const own = focused?.dataset.verdict ? `[data-verdict=${focused.dataset.verdict}]` : "[data-play]";
  kept = {
    open: [...document.querySelectorAll("#panel .finding details[open]")].map((each) => each.closest(".finding").id),
    focus: focused?.id ? `#${focused.id}` : finding ? `#${finding} ${own}` : null,
  };
}
function restorePanel() {
  for (const id of kept.open) $(id)?.querySelector("details")?.setAttribute("open", "");
  if (kept.focus && document.activeElement === document.body) document.querySelector(kept.focus)?.focus();
}

// A panel that came anew: keys shown, marks drawn, the same finding chosen.
document.addEventListener("htmx:before:swap", rememberPanel);
document.addEventListener("htmx:after:swap", () => {
  showKeys();
  readTranscript();
  choose(0, { play: false });
  player.mark();
  $("add")?.close();
  $("correct")?.close();
  restorePanel();
});

// A comment is stored when its field is left, and before the call is submitted.
function commentIsStored(value) {
  const field = $("comment-text");
  field.defaultValue = value;
  if (field.value === value) forget(field);
}
document.addEventListener("htmx:after:request", ({ detail, target }) => {
  const field = $("comment-text");
  if (detail.ctx?.response?.status === 200 && target.id === "comment") commentIsStored(field.value);
});
document.addEventListener("submit", async (event) => {
  const [form, field] = [event.target, $("comment-text")];
  if (form.id !== "submit" || !field || field.value === field.defaultValue) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData($("comment")));
  const place = `${$("player").dataset.base}/decide`;
  const answer = await fetch(place, { method: "POST", body, headers: { "HX-Request": "true" } });
  if (answer.ok) {
    commentIsStored(field.value);
    form.submit();
  } else if (answer.status === 401) askToSignIn();
});
choose(0, { play: false });

// An address that names a second, #at=12.3, begins there.
function beginAt(seconds) {
  const covers = ({ start, end }) => Number(start) - 0.5 <= seconds && seconds <= Number(end) + 0.5;
  const place = findings().findIndex((each) => each.dataset.start && covers(each.dataset));
  if (place >= 0) {
    chosen = place;
    begun = true;
    choose(0, { play: false });
  }
  const start = () => player.jump(seconds - 1);
  if (player.sound.readyState >= 1) start();
  else player.sound.addEventListener("loadedmetadata", start, { once: true });
}
const asked = new URLSearchParams(location.hash.slice(1)).get("at");
if (asked && Number.isFinite(Number(asked))) beginAt(Number(asked));

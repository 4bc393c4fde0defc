// The call page: the transcript follows the sound, and every action has a key.

import { listen, showKeys } from "/static/keys.js";
import { Player } from "/static/player.js";

const $ = (id) => document.getElementById(id);
const numbers = ({ start, end }) => ({ start: Number(start), end: Number(end) });
const words = [...document.querySelectorAll(".w")];
const turns = [...document.querySelectorAll(".turn")].map((element) => {
  const own = [...element.querySelectorAll(".w")];
  const role = ["agent", "customer"].find((name) => element.classList.contains(name));
  const channel = element.dataset.channel ? Number(element.dataset.channel) : undefined;
  const end = own.length ? Number(own.at(-1).dataset.end) : Number(element.dataset.start);
  return { element, role, channel, start: Number(element.dataset.start), end };
});

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

const player = new Player($("player"), turns, follow);

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

// What was selected in the transcript becomes the passage of a finding that was missed.
function addFinding() {
  const dialog = $("add");
  if (!dialog) return;
  const selection = getSelection();
  const selected = selection.isCollapsed ? [] : words.filter((word) => selection.containsNode(word, true));
  $("add-hint").hidden = selected.length > 0;
  if (!selected.length) return;
  const quote = selected.map((word) => word.textContent).join("");
  dialog.querySelector("#add-quote").textContent = quote;
  dialog.querySelector("[name=quote]").value = quote;
  dialog.querySelector("[name=start]").value = selected[0].dataset.start;
  dialog.querySelector("[name=end]").value = selected.at(-1).dataset.end;
  dialog.showModal();
}

const submit = () => $("submit")?.requestSubmit();
listen({
  play: () => player.toggle(), back: () => player.jump(player.sound.currentTime - 3),
  forward: () => player.jump(player.sound.currentTime + 3),
  previous: () => choose(-1), next: () => choose(firstTime() ? 0 : 1), loop: toggleLoop,
  confirmed: () => judge("confirmed"), false: () => judge("false"), doubtful: () => judge("doubtful"),
  add: addFinding, undo: () => $("undo")?.click(), submit,
  muteAgent: () => toggleMute("agent"), muteCustomer: () => toggleMute("customer"),
  skipSilence: toggleSkip, help: () => ($("keys").open ? $("keys").close() : $("keys").showModal()),
});

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
  else if (on("add-open")) addFinding();
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

// What was typed survives a session that ended: it is kept here until the server has it.
const draft = `tingjian.draft.${$("player").dataset.call}`;
document.addEventListener("input", ({ target }) => {
  if (target.id === "comment-text") sessionStorage.setItem(draft, target.value);
});
function restoreDraft() {
  const typed = sessionStorage.getItem(draft);
  const field = $("comment-text");
  if (typed === null || !field || field.value === typed) return;
  field.value = typed;
  htmx.trigger("#comment", "change");
}

// A panel that came anew: keys shown, marks drawn, the same finding chosen.
document.addEventListener("htmx:after:swap", () => {
  showKeys();
  choose(0, { play: false });
  player.mark();
  $("add")?.close();
});
document.addEventListener("htmx:after:request", ({ detail, target }) => {
  const status = detail.ctx?.response?.status;
  if (status === 401) location.assign(`/sign-in?then=${encodeURIComponent(location.pathname + location.search)}`);
  else if (status === 200 && target.id === "comment") sessionStorage.removeItem(draft);
  else if (status === 200 && target.matches("[data-reload]")) location.reload();
});
choose(0, { play: false });
addEventListener("load", restoreDraft);

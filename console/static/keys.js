// Which key does what. A reader's own choice stays in this browser; nothing fires while an input
// method composes, or while something is being typed.

const DEFAULTS = {
  play: " ", back: "j", forward: "l", previous: "[", next: "]", loop: "r",
  confirmed: "1", false: "2", doubtful: "3", add: "n", correct: "e", swap: "x", comment: "m",
  undo: "u", submit: "Ctrl+Enter", slower: "-", faster: "=",
  muteAgent: "a", muteCustomer: "c", skipSilence: "s", help: "?",
};
const STORE = "tingjian.keys";

function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {}; // damaged or forbidden: the defaults
  }
}

const keys = { ...DEFAULTS, ...stored() };

const nameOf = (event) =>
  (event.ctrlKey || event.metaKey ? "Ctrl+" : "") +
  (event.key.length === 1 ? event.key.toLowerCase() : event.key);

const shown = (key) => (key === " " ? "Space" : key.length === 1 ? key.toUpperCase() : key);

const isTyping = (target) =>
  target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;

export function showKeys(root = document) {
  for (const place of root.querySelectorAll("[data-key]")) {
    place.textContent = shown(keys[place.dataset.key]);
  }
}

export function listen(actions) {
  let remapping = null;
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const pressed = nameOf(event);
    if (remapping) {
      event.preventDefault();
      if (["Control", "Shift", "Alt", "Meta"].includes(event.key)) return;
      if (pressed !== "Escape") remap(remapping, pressed);
      remapping = null;
      showKeys();
      return;
    }
    const chosen = Object.keys(keys).find((name) => keys[name] === pressed);
    if (!chosen) return;
    const typing = isTyping(event.target);
    if (typing && !pressed.startsWith("Ctrl+")) return;
    if (pressed === " " && event.target.closest("button, summary, a")) return; // presses that
    if (document.querySelector("dialog[open]") && chosen !== "help") return;
    event.preventDefault();
    actions[chosen]?.();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-reset-keys]")) resetKeys();
    const button = event.target.closest("[data-remap]");
    if (!button) return;
    remapping = button.dataset.remap;
    button.querySelector("kbd").textContent = "…";
  });
  showKeys();
}

function resetKeys() {
  localStorage.removeItem(STORE);
  Object.assign(keys, DEFAULTS);
  showKeys();
}

function remap(name, pressed) {
  const other = Object.keys(keys).find((each) => keys[each] === pressed);
  if (other) keys[other] = keys[name]; // they change places: no key does two things
  keys[name] = pressed;
  try {
    localStorage.setItem(STORE, JSON.stringify(keys));
  } catch {
    // not kept beyond this page
  }
}

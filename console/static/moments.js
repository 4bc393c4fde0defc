// A moment of a call plays where it is shown, from one second before it.

const sound = document.getElementById("sound");
const fault = document.getElementById("sound-fault");

export function playFrom(seconds) {
  const start = () => {
    sound.currentTime = Math.max(0, seconds);
    sound.play().catch((error) => {
      if (error.name !== "AbortError") throw error; // paused before it began: nothing is wrong
    });
  };
  if (sound.readyState >= 1) start();
  else {
    sound.addEventListener("loadedmetadata", start, { once: true });
    sound.load();
  }
}

document.addEventListener("click", ({ target }) => {
  const moment = target.closest("[data-sound]");
  if (!moment) return;
  if (fault) fault.hidden = true;
  if (!sound.src.endsWith(moment.dataset.sound)) sound.src = moment.dataset.sound;
  playFrom(Number(moment.dataset.at) - 1); // so that the ear knows where it is
});
if (fault) sound.addEventListener("error", () => { fault.hidden = false; });

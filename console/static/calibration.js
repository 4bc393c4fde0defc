// Scoring and meeting: a word or a moment plays from there.

const sound = document.getElementById("sound");

function playFrom(seconds) {
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
  const word = target.closest(".w");
  const moment = target.closest("[data-sound]");
  if (word && getSelection().isCollapsed) playFrom(Number(word.dataset.start));
  else if (moment) {
    if (!sound.src.endsWith(moment.dataset.sound)) sound.src = moment.dataset.sound;
    playFrom(Number(moment.dataset.at) - 1); // so that the ear knows where it is
  }
});

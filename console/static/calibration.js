// Scoring: a word plays from there. Moments of the meeting: moments.js.

import { playFrom } from "/static/moments.js";

document.addEventListener("click", ({ target }) => {
  const word = target.closest(".w");
  if (word && getSelection().isCollapsed) playFrom(Number(word.dataset.start));
});

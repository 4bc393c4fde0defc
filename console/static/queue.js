// Enter begins with the best call, unless something else has the keyboard.
document.addEventListener("keydown", (event) => {
  const start = document.getElementById("start");
  if (event.key === "Enter" && event.target === document.body && !event.isComposing && start) {
    start.click();
  }
});

// The whole page at once, for a batch.
document.getElementById("choose-all")?.addEventListener("change", ({ target }) => {
  for (const box of document.querySelectorAll("#queue [name=call]")) box.checked = target.checked;
});

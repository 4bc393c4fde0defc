// Dark where the reader's system is dark, or as chosen here; before the first paint, so that
// nothing flashes.
const dark = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => localStorage.getItem("tingjian.theme");
const paint = () =>
  (document.documentElement.dataset.bsTheme = chosen() ?? (dark.matches ? "dark" : "light"));
dark.addEventListener("change", paint);
paint();
document.addEventListener("click", ({ target }) => {
  if (!target.closest?.("#theme")) return;
  const other = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
  localStorage.setItem("tingjian.theme", other);
  paint();
});

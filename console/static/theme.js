// Dark where the reader's system is dark; before the first paint, so that nothing flashes.
const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => (document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light");
dark.addEventListener("change", paint);
paint();

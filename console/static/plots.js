// Draws the plots of a page. Their specifications come with the page, as data; expressions are
// interpreted, not compiled, for the page's policy allows no code made of text.
import { expressionInterpreter } from "/static/vendor/vega-interpreter.js";

const { vega, vegaLite } = globalThis;
const views = new Map();

const inked = () => {
  const style = getComputedStyle(document.body);
  const ink = style.color;
  const line = document.documentElement.dataset.bsTheme === "dark" ? "#4a5563" : "#d5dae1";
  const axis = { labelColor: ink, titleColor: ink, gridColor: line, domainColor: line, tickColor: line };
  const font = style.fontFamily;
  return { axis: { ...axis, labelFont: font, titleFont: font, titleFontWeight: "normal" },
    legend: { labelColor: ink, labelFont: font } };
};

const draw = async (figure) => {
  views.get(figure)?.finalize();
  const place = figure.querySelector(".drawing");
  const { spec } = vegaLite.compile(JSON.parse(place.dataset.spec), { config: inked() });
  const runtime = vega.parse(spec, null, { ast: true });
  const view = new vega.View(runtime, {
    container: place,
    expr: expressionInterpreter,
    hover: false,
    renderer: "svg",
    logLevel: vega.Warn,
  });
  view.addEventListener("click", (_, item) => {
    const to = item?.datum?.href;
    if (typeof to === "string" && /^\/[a-z]/.test(to)) location.assign(to);
  });
  views.set(figure, view);
  await view.runAsync();
  figure.dataset.drawn = "yes";
};

const figures = [...document.querySelectorAll("figure.plot")];
const drawAll = () => Promise.all(figures.map(draw));
await drawAll();
new MutationObserver(drawAll).observe(document.documentElement, {
  attributes: true,
  attributeFilter: ["data-bs-theme"],
});

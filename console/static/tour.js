// Shown once to each person: a few cards that can be skipped at any moment.
const tour = document.getElementById("tour");
const cards = [...tour.querySelectorAll("[data-step]")];
const next = tour.querySelector("[data-next]");
let place = 0;

function show(number) {
  place = number;
  cards.forEach((card, at) => (card.hidden = at !== place));
  tour.querySelector("[data-place]").textContent = String(place + 1);
  if (place === cards.length - 1) next.textContent = next.dataset.last;
}

tour.addEventListener("close", () => fetch("/tour", { method: "POST" }), { once: true });
tour.querySelector("[data-skip]").addEventListener("click", () => tour.close());
next.addEventListener("click", () => (place === cards.length - 1 ? tour.close() : show(place + 1)));
tour.showModal();

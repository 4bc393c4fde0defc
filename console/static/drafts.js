// What was typed survives a session that ended, a failure, and a closed page: each field with
// `data-draft` is kept in this browser's tab until the server has it.

const account = document.body.dataset.account;
const key = (name) => `tingjian.draft.${account}.${name}`;

export function forget(field) {
  sessionStorage.removeItem(key(field.dataset.draft));
}

document.addEventListener("input", ({ target }) => {
  if (account && target.dataset.draft) sessionStorage.setItem(key(target.dataset.draft), target.value);
});

function restore() {
  for (const done of document.querySelectorAll("[data-draft-done]")) {
    sessionStorage.removeItem(key(done.dataset.draftDone));
  }
  for (const field of document.querySelectorAll("[data-draft]")) {
    const typed = sessionStorage.getItem(key(field.dataset.draft));
    if (typed === null || field.value === typed) continue;
    field.value = typed;
    field.closest("details")?.setAttribute("open", "");
    if (field.form?.hasAttribute("hx-post")) htmx.trigger(field.form, "change");
  }
}

// The session ended: signing in leads back to this page.
export function askToSignIn() {
  const here = location.pathname + location.search;
  location.assign(`/sign-in?then=${encodeURIComponent(here)}`);
}

document.addEventListener("htmx:after:request", ({ detail }) => {
  if (detail.ctx?.response?.status === 401) askToSignIn();
});
if (account) addEventListener("load", restore);

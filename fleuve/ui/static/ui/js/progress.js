// When the work that a page waits for is done, the page goes to its result.
function follow() {
  const done = document.querySelector("[data-done-url]");
  if (done && !document.querySelector("form[data-dirty]")) location.assign(done.dataset.doneUrl);
}

document.addEventListener("htmx:afterSettle", follow);

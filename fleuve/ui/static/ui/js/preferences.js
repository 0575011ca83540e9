// Theme and density change at once, without a reload; language is a normal form post because every word changes.
const root = document.documentElement;

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-preference]");
  if (!form || form.dataset.preference === "language" || !event.submitter) return;
  event.preventDefault();
  const { preference } = form.dataset;
  const { value } = event.submitter;
  root.dataset[preference] = value;
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === event.submitter));
  if (preference === "density") for (const block of document.querySelectorAll(".table-block")) block.dataset.density = value;
  const body = new FormData(form, event.submitter);
  await fetch(form.action, { method: "POST", body, redirect: "manual" });
});

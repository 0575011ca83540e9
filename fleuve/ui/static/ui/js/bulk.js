// Choosing rows: all at once, with Shift from one to another, and a bar that says how many.
let last = null;

function tell(form) {
  const boxes = [...form.querySelectorAll("input[name=ids]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const words = form.querySelector("[data-bulk-count]");
  words.dataset.none ??= words.textContent;
  words.textContent = chosen === 0 ? words.dataset.none : chosen === 1 ? words.dataset.one : words.dataset.many.replace("#", chosen.toLocaleString(document.documentElement.lang));
  form.classList.toggle("has-chosen", chosen > 0);
  for (const button of form.querySelectorAll("[data-bulk-bar] button")) button.disabled = chosen === 0;
  const all = form.querySelector("[data-bulk-all]");
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}

document.addEventListener("click", (event) => {
  const form = event.target.closest("form[data-bulk]");
  if (!form || event.target.type !== "checkbox") return;
  const boxes = [...form.querySelectorAll("input[name=ids]")];
  if (event.target.matches("[data-bulk-all]")) {
    for (const box of boxes) box.checked = event.target.checked;
  } else if (event.shiftKey && last?.form === form) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(event.target)].sort((a, b) => a - b);
    for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
  }
  if (event.target.name === "ids") last = event.target;
  tell(form);
});

const tellAll = () => document.querySelectorAll("form[data-bulk]").forEach(tell);
tellAll();
document.addEventListener("htmx:afterSettle", tellAll);

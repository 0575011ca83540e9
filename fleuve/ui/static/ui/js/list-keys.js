// j and k walk the rows of the list, Enter opens the one reached, x chooses it.
let at = null;

const isFree = (event) =>
  !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]") &&
  !event.target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

function rows() {
  const table = at?.isConnected ? at.closest("table") : document.querySelector("table[data-rows]");
  return table ? [...table.querySelectorAll("tr[data-row]")] : [];
}

function go(distance) {
  const all = rows();
  if (!all.length) return;
  const index = all.indexOf(at);
  const next = all[Math.min(all.length - 1, Math.max(0, index < 0 ? (distance > 0 ? 0 : all.length - 1) : index + distance))];
  at?.classList.remove("is-at");
  at = next;
  at.classList.add("is-at");
  at.scrollIntoView({ block: "nearest" });
  (at.querySelector("th a, td a") ?? at.querySelector("input"))?.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (!isFree(event)) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "x" && at?.isConnected) at.querySelector(".pick input")?.click();
  else if (event.key === "Enter" && at?.isConnected && event.target === document.body && at.dataset.url) location.assign(at.dataset.url);
  else return;
  event.preventDefault();
});

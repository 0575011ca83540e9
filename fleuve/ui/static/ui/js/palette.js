// The command palette: Ctrl/⌘-K or / opens it, arrows choose, Enter goes. Focus stays in the field (combobox pattern).
const palette = document.getElementById("palette");
const field = palette?.querySelector("input");
const results = palette?.querySelector(".palette-results");
const status = palette?.querySelector("[data-palette-status]");
const WAIT_MS = 80;
const RECENT = "fleuve.recent"; // kept for this tab only: it names customers
const MOST_RECENT = 6;
let waiting = 0;
let asked = null;

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("[data-modifier]")) key.textContent = key.textContent.replace("Ctrl ", "⌘");
}

export function openPalette() {
  if (!palette || palette.open) return;
  for (const other of document.querySelectorAll("dialog[open]")) other.close();
  palette.showModal();
  field.value = "";
  find();
}

function recent() {
  try {
    return JSON.parse(sessionStorage.getItem(RECENT) ?? "[]");
  } catch {
    return [];
  }
}

function remember() {
  const here = { url: location.pathname + location.search, label: document.querySelector("h1")?.textContent.trim() ?? "" };
  if (!palette || !here.label) return;
  const others = recent().filter((page) => page.url !== here.url);
  sessionStorage.setItem(RECENT, JSON.stringify([here, ...others].slice(0, MOST_RECENT + 1)));
}

function showRecent() {
  const pages = recent().filter((page) => page.url !== location.pathname + location.search);
  if (!pages.length || field.value.trim()) return;
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", palette.dataset.recent);
  const heading = group.appendChild(document.createElement("p"));
  heading.className = "palette-group";
  heading.ariaHidden = "true";
  heading.textContent = palette.dataset.recent;
  pages.forEach((page, index) => {
    const entry = group.appendChild(document.createElement("a"));
    Object.assign(entry, { href: page.url, className: "palette-entry", id: `palette-recent-${index}`, tabIndex: -1, textContent: page.label });
    entry.setAttribute("role", "option");
  });
  results.prepend(group);
}

async function find() {
  asked?.abort();
  asked = new AbortController();
  const url = `${palette.dataset.url}?q=${encodeURIComponent(field.value.trim())}`;
  try {
    const response = await fetch(url, { headers: { "HX-Request": "true" }, signal: asked.signal });
    if (!response.ok || response.redirected) return;
    results.innerHTML = await response.text();
    showRecent();
    choose(options()[0]);
    status.textContent = options().length ? "" : status.dataset.none;
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

const options = () => [...results.querySelectorAll("[role=option]")];

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function step(distance) {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  choose(all[(at + distance + all.length) % all.length]);
}

field?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(find, WAIT_MS);
});

palette?.addEventListener("keydown", (event) => {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves) {
    event.preventDefault();
    step(moves[event.key]);
  } else if (event.key === "Enter") {
    const chosen = results.querySelector("[aria-selected=true]");
    if (chosen) {
      event.preventDefault();
      chosen.click();
    }
  }
});

palette?.addEventListener("click", (event) => {
  if (event.target === palette) palette.close();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette-open]")) openPalette();
});

remember();

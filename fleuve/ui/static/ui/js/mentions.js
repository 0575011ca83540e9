// In a text marked data-mentions, @ and the beginning of a name offer colleagues; arrows choose, Enter or Tab takes.
// Without scripts the name is typed in full: the text is the same.
const MOST = 6;
const BEGUN = /(?:^|[\s(["'«“])@([^\s@][^@\n]{0,40}|)$/u;
let names = null;
let list = null;
let owner = null;

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

async function fetched(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  return response.ok && !response.redirected ? (await response.json()).names : [];
}

function colleagues(url) {
  names ??= fetched(url).catch(() => []);
  return names;
}

function close() {
  list?.remove();
  owner?.removeAttribute("aria-activedescendant");
  owner?.setAttribute("aria-expanded", "false");
  list = owner = null;
}

function begun(text) {
  return text.value.slice(0, text.selectionStart).match(BEGUN);
}

function take(name) {
  const text = owner;
  const typed = begun(text)?.[1] ?? "";
  const at = text.selectionStart;
  text.setRangeText(`${name} `, at - typed.length, at, "end");
  close();
  text.focus();
}

function choose(option) {
  for (const other of list.children) other.setAttribute("aria-selected", String(other === option));
  owner.setAttribute("aria-activedescendant", option.id);
}

function open(text, found) {
  close();
  owner = text;
  list = document.createElement("ul");
  list.className = "mentions";
  list.id = `${text.id}-mentions`;
  list.setAttribute("role", "listbox");
  found.forEach((name, index) => {
    const option = list.appendChild(document.createElement("li"));
    option.textContent = name;
    option.id = `${list.id}-${index}`;
    option.setAttribute("role", "option");
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(name);
    });
  });
  text.after(list);
  text.setAttribute("aria-expanded", "true");
  text.setAttribute("aria-controls", list.id);
  choose(list.firstElementChild);
}

document.addEventListener("input", async (event) => {
  const text = event.target.closest("textarea[data-mentions]");
  if (!text) return;
  if (!begun(text)) return close();
  const all = await colleagues(text.dataset.mentions);
  const typed = begun(text); // more may have been typed meanwhile
  if (!typed) return close();
  const found = all.filter((name) => folded(name).startsWith(folded(typed[1]))).slice(0, MOST);
  if (found.length && !(found.length === 1 && folded(found[0]) === folded(typed[1]))) open(text, found);
  else close();
});

document.addEventListener(
  "keydown",
  (event) => {
    if (!list || event.target !== owner) return;
    const all = [...list.children];
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) choose(all[(at + moves[event.key] + all.length) % all.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(all[at].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

document.addEventListener("focusout", (event) => {
  if (event.target === owner) close();
});

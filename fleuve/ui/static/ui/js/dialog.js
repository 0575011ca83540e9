// Native dialogs: data-open="id" opens one, a click on its backdrop or data-close closes it, data-load fills it on opening.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) open(document.getElementById(opener.dataset.open), opener);
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target.matches?.("dialog[open]") && isOutside(event.target, event)) event.target.close();
});

function open(dialog, opener) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  const url = opener?.dataset.load || dialog.dataset.load;
  const body = dialog.querySelector(".window-body");
  if (url && body && dialog.dataset.loaded !== url) {
    dialog.dataset.loaded = url;
    window.htmx?.ajax("GET", url, { target: body, swap: "innerHTML" });
  }
}

function isOutside(dialog, event) {
  if (event.clientX === 0 && event.clientY === 0) return false; // a click made by the keyboard
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

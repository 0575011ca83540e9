// Keys that work on every page. Single letters are ignored while someone types.
import { openPalette } from "./palette.js";

const isTyping = (target) => target.matches?.("input, textarea, select, [contenteditable]") && !target.matches("[type=checkbox], [type=radio]");

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "/") {
    event.preventDefault();
    openPalette();
  } else if (event.key === "?") {
    event.preventDefault();
    const help = document.getElementById("shortcuts");
    if (help && !document.querySelector("dialog[open]")) help.showModal();
  } else if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.user-menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

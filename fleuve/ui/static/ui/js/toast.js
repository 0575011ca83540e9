// A toast leaves by its cross; one without an undo leaves by itself after a while, unless someone points at it or is in it.
const STAYS_MS = 8000;

function settle(toast) {
  if (toast.dataset.settled) return;
  toast.dataset.settled = "yes";
  toast.querySelector("[data-toast-close]")?.removeAttribute("hidden");
  if (toast.querySelector("form") || toast.classList.contains("tone-bad")) return;
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 1000) : toast.remove());
  setTimeout(leave, STAYS_MS);
}

const settleAll = () => document.querySelectorAll("[data-toast]").forEach(settle);
settleAll();
document.addEventListener("htmx:afterSettle", settleAll);
document.addEventListener("htmx:oobAfterSwap", settleAll);
document.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest("[data-toast]")?.remove());

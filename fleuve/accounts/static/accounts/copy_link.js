/* A button beside a read-only field copies it; without a clipboard the field is selected to copy by hand. */
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.setAttribute("aria-pressed", "true");
    } catch {
      field.focus();
    }
  });
}

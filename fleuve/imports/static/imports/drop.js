// A file dropped anywhere on the form is put into its field. Without scripts the field itself takes drops.
for (const area of document.querySelectorAll("[data-drop-area]")) {
  const field = area.querySelector("[data-drop]");
  const over = (event) => { event.preventDefault(); area.classList.add("is-over"); };
  area.addEventListener("dragenter", over);
  area.addEventListener("dragover", over);
  area.addEventListener("dragleave", () => area.classList.remove("is-over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("is-over");
    if (event.dataTransfer.files.length) field.files = event.dataTransfer.files;
  });
}

/* First start: propose the time zone of this browser, unless the form comes back with an answer. */
for (const select of document.querySelectorAll("select[data-time-zone]")) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isFirstShown = !document.querySelector(".has-errors");
  if (isFirstShown && [...select.options].some((option) => option.value === here)) select.value = here;
}

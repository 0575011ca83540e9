// A slider moves its question's likely value, and low and high with it in proportion; typing moves the slider.
(() => {
  const rounded = (value) => String(Number(value.toPrecision(4)));

  function slide(slider) {
    const likely = document.getElementById(slider.dataset.slides);
    const before = Number(likely.value);
    const now = Number(slider.value);
    for (const side of ["low", "high"]) {
      const field = document.getElementById(likely.id.replace(/likely$/, side));
      if (field.value !== "" && before > 0) {
        const top = Number(slider.max);
        field.value = rounded(Math.min(top, Number(field.value) * (now / before)));
      }
    }
    likely.value = rounded(now);
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-sliders]");
    if (!form) return;
    if (event.target.matches("[data-slides]")) {
      slide(event.target);
      return;
    }
    const slider = form.querySelector(`[data-slides="${event.target.id}"]`);
    if (slider) slider.value = event.target.value;
  }, true);
})();

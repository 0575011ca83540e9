// A slider moves its question's likely value, and low and high with it in proportion; typing moves the slider.
// The slider itself steps by a hundredth of its range, so that the arrow keys get somewhere; values stay round.
(() => {
  const rounded = (value) => String(Number(value.toPrecision(4)));

  function stepped(value, step) {
    return Number((Math.round(value / step) * step).toFixed(6));
  }

  function say(slider, value) {
    slider.setAttribute("aria-valuetext", `${value} ${slider.dataset.unit}`.trim());
  }

  function slide(slider) {
    const likely = document.getElementById(slider.dataset.slides);
    const before = Number(likely.value);
    const now = Math.max(Number(slider.min), stepped(Number(slider.value), Number(slider.dataset.step)));
    for (const side of ["low", "high"]) {
      const field = document.getElementById(likely.id.replace(/likely$/, side));
      if (field.value !== "" && before > 0) {
        const top = Number(slider.max);
        field.value = rounded(Math.min(top, Number(field.value) * (now / before)));
      }
    }
    likely.value = rounded(now);
    say(slider, likely.value);
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-sliders]");
    if (!form) return;
    if (event.target.matches("[data-slides]")) {
      slide(event.target);
      return;
    }
    const slider = form.querySelector(`[data-slides="${event.target.id}"]`);
    if (slider) {
      slider.value = event.target.value;
      say(slider, event.target.value);
    }
  }, true);
})();

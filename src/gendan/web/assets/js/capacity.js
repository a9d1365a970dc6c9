// The schedule: a work order's bar dragged to other days opens the page that shows what would be.
(() => {
  "use strict";
  const LEAST = 6; // pixels: less is a click
  let held = null;

  document.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest("a[data-move]");
    if (!bar || event.button !== 0 || event.pointerType === "touch") return;
    const chart = bar.closest("[data-days]");
    const width = bar.closest("svg").getBoundingClientRect().width;
    held = { bar, from: event.clientX, day: width / Number(chart.dataset.days), days: 0, moved: false };
  });

  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    const far = event.clientX - held.from;
    held.moved = held.moved || Math.abs(far) > LEAST;
    if (!held.moved) return;
    held.days = Math.round(far / held.day);
    held.bar.setAttribute("transform", `translate(${held.days * held.day} 0)`);
  });

  document.addEventListener("pointerup", () => {
    if (!held) return;
    const { bar, days, moved } = held;
    held = null;
    if (!moved) return;
    // The click that follows must not open the work order.
    document.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", stop, { capture: true }), 300);
    bar.removeAttribute("transform");
    if (!days) return;
    const due = new Date(`${bar.dataset.due}T00:00:00Z`);
    due.setUTCDate(due.getUTCDate() + days);
    window.location.assign(`${bar.dataset.move}?due_on=${due.toISOString().slice(0, 10)}`);
  });

  document.addEventListener("dragstart", (event) => {
    if (event.target.closest && event.target.closest("a[data-move]")) event.preventDefault();
  });

  function stop(event) {
    event.preventDefault();
    event.stopPropagation();
  }
})();

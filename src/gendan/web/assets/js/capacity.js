// The schedule: a bar dragged to other days, a planned one also to another work centre, opens the
// page that shows what would be.
(() => {
  "use strict";
  const LEAST = 6; // pixels: less is a click
  let held = null;

  document.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest("a[data-move]");
    if (!bar || event.button !== 0 || event.pointerType === "touch") return;
    const chart = bar.closest("[data-days]");
    const width = bar.closest("svg").getBoundingClientRect().width;
    held = { bar, from: event.clientX, top: event.clientY, day: width / Number(chart.dataset.days), days: 0, moved: false };
  });

  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    const far = event.clientX - held.from;
    held.moved = held.moved || Math.abs(far) > LEAST || Math.abs(event.clientY - held.top) > 3 * LEAST;
    if (!held.moved) return;
    held.days = Math.round(far / held.day);
    const down = held.bar.dataset.field ? event.clientY - held.top : 0;
    held.bar.setAttribute("transform", `translate(${held.days * held.day} ${down})`);
  });

  document.addEventListener("pointerup", (event) => {
    if (!held) return;
    const { bar, days, moved } = held;
    held = null;
    if (!moved) return;
    // The click that follows must not open the work order.
    document.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", stop, { capture: true }), 300);
    bar.removeAttribute("transform");
    const [here, there] = [bar.closest("[data-center]"), rowAt(event.clientY)];
    const elsewhere = bar.dataset.field && here && there && there !== here;
    if (!days && !elsewhere) return;
    const due = new Date(`${bar.dataset.due}T00:00:00Z`);
    due.setUTCDate(due.getUTCDate() + days);
    const query = new URLSearchParams({ [bar.dataset.field || "due_on"]: due.toISOString().slice(0, 10) });
    if (elsewhere) {
      query.set("from_center", here.dataset.center);
      query.set("to_center", there.dataset.center);
    }
    window.location.assign(`${bar.dataset.move}?${query}`);
  });

  document.addEventListener("dragstart", (event) => {
    if (event.target.closest && event.target.closest("a[data-move]")) event.preventDefault();
  });

  // The work centre whose row is at this height.
  function rowAt(height) {
    return [...document.querySelectorAll("[data-center]")].find((row) => {
      const box = row.getBoundingClientRect();
      return box.top <= height && height < box.bottom;
    });
  }

  function stop(event) {
    event.preventDefault();
    event.stopPropagation();
  }
})();

// The reading page: a field lights up its place in the document and back; doubts by keyboard.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);
  const placesOf = (paths) => all(".in-document [data-paths]").filter((place) => {
    const own = place.dataset.paths.split(" ");
    return paths.some((path) => own.includes(path));
  });

  const light = (field) => {
    all(".in-lit").forEach((place) => place.classList.remove("in-lit"));
    const paths = [field.dataset.path, ...(field.dataset.also || "").split(" ")].filter(Boolean);
    const places = placesOf(paths);
    places.forEach((place) => place.classList.add("in-lit"));
    const documentBox = one("#document");
    if (!places.length || !documentBox) return;
    const box = places[0].getBoundingClientRect();
    const frame = documentBox.getBoundingClientRect();
    // Only the document scrolls: the field somebody types in must not move away.
    if (box.top < frame.top || box.bottom > frame.bottom) documentBox.scrollTop += box.top - frame.top - frame.height / 3;
    if (box.left < frame.left || box.right > frame.right) documentBox.scrollLeft += box.left - frame.left - frame.width / 4;
    markPage(places[0].closest(".in-sheet"));
    const sideways = places[0].closest(".gd-scroll");
    if (sideways) {
      const edge = sideways.getBoundingClientRect();
      if (box.left < edge.left || box.right > edge.right) sideways.scrollLeft += box.left - edge.left - edge.width / 3;
    }
  };
  // --- pages as pictures: larger and smaller, and which of them is looked at -------------------
  const ZOOMS = 3;
  const zoomBy = (step) => {
    const sheets = one("[data-sheets]");
    const zoom = Math.min(ZOOMS, Math.max(0, Number(sheets.dataset.zoom || 0) + step));
    sheets.dataset.zoom = zoom;
    try { sessionStorage.setItem("intake-zoom", zoom); } catch { /* it is only a comfort */ }
    const lit = one(".in-lit");
    if (lit) lit.scrollIntoView({ block: "center", inline: "center" });
  };
  const markPage = (sheet) => {
    if (!sheet) return;
    all(".in-thumb").forEach((thumb) => thumb.classList.toggle("in-thumb-now", thumb.hash === `#${sheet.id}`));
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom-by]");
    if (button) { zoomBy(Number(button.dataset.zoomBy)); return; }
    const thumb = event.target.closest(".in-thumb");
    if (!thumb) return;
    const sheet = one(thumb.hash);
    const box = one("#document");
    event.preventDefault();
    // Only the document scrolls; on a phone, where it does not, the page goes there.
    if (box.scrollHeight > box.clientHeight) box.scrollTop += sheet.getBoundingClientRect().top - box.getBoundingClientRect().top - 8;
    else sheet.scrollIntoView();
    markPage(sheet);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".in-form [data-path]")) light(event.target);
  });
  document.addEventListener("click", (event) => {
    const place = event.target.closest(".in-document [data-paths]");
    if (place) {
      const paths = place.dataset.paths.split(" ");
      const fields = paths.flatMap((path) => all(`.in-form [data-path="${CSS.escape(path)}"]`));
      const field = fields.find((candidate) => candidate.closest(".in-doubt")) || fields[0];
      if (field) {
        const more = field.closest("details");
        if (more) more.open = true;
        field.focus({ preventScroll: true });
        field.scrollIntoView({ block: "center" });
      }
      return;
    }
    const button = event.target.closest("[data-next-doubt],[data-copy],[data-more-lines]");
    if (!button) return;
    if (button.matches("[data-next-doubt]")) nextDoubt(null);
    else if (button.matches("[data-copy]")) copyReply(button);
    else addCallLine();
  });

  // --- doubts by keyboard: Enter says "it is right" and goes to the next one -------------------
  const inputOf = (doubt) => one("select, input:not([type=checkbox])", doubt) || one("input", doubt);
  const openDoubts = () => all(".in-form [data-doubt]").filter((doubt) => {
    const box = one("[data-confirm]", doubt);
    return !box || !box.checked;
  });
  const nextDoubt = (from) => {
    const left = openDoubts();
    const next = left.find((doubt) => !from || (from.compareDocumentPosition(doubt) & Node.DOCUMENT_POSITION_FOLLOWING)) || left.find((doubt) => doubt !== from);
    const target = next ? inputOf(next) : one("[data-accept]") || one("[data-save]");
    if (!target) return;
    const more = target.closest("details");
    if (more) more.open = true;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
  };
  document.addEventListener("keydown", (event) => {
    const form = one(".in-form");
    if (!form || event.key !== "Enter" || one("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey) {
      const accept = one("[data-accept]", form);
      if (accept) { event.preventDefault(); accept.click(); }
      return;
    }
    if (!event.target.matches(".in-form input, .in-form select") || event.isComposing) return;
    event.preventDefault(); // Enter in a field would otherwise save half of the work
    const doubt = event.target.closest("[data-doubt]");
    const box = doubt && one("[data-confirm]", doubt);
    if (box && (!event.target.matches("select") || event.target.value)) box.checked = true;
    nextDoubt(doubt || event.target);
  });
  // Whoever changes a doubtful value has looked at it.
  document.addEventListener("change", (event) => {
    const doubt = event.target.closest && event.target.closest(".in-form [data-doubt]");
    const box = doubt && one("[data-confirm]", doubt);
    if (box && event.target !== box) box.checked = true;
  });

  // --- after the page is drawn anew, stay where one was ---------------------------------------
  let stay = "";
  document.addEventListener("htmx:beforeRequest", () => {
    const active = document.activeElement;
    stay = active && active.closest(".in-form") ? active.name || "" : "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    wake();
    if (!stay) return;
    const field = one(`.in-form [name="${CSS.escape(stay)}"]`);
    stay = "";
    // Any request settles, the bell's too: who has gone on to another field meanwhile stays there.
    if (field && document.activeElement === document.body) field.focus({ preventScroll: true });
  });

  const copyReply = async (button) => {
    const reply = one("[data-reply]");
    try { await navigator.clipboard.writeText(reply.value); } catch { reply.select(); document.execCommand("copy"); }
    button.classList.add("btn-primary");
  };
  const addCallLine = () => {
    const lines = all("[data-call-line]");
    const fresh = lines[lines.length - 1].cloneNode(true);
    all("input", fresh).forEach((input) => {
      input.value = "";
      input.name = input.name.replace(/^line\.\d+/, `line.${lines.length}`);
      if (input.hasAttribute("hx-params")) input.setAttribute("hx-params", input.name);
    });
    lines[lines.length - 1].after(fresh);
    if (window.htmx) window.htmx.process(fresh);
    one("input", fresh).focus();
  };
  // What works with scripts only is shown with scripts only.
  const wake = () => {
    // The list of keys that ? shows has those of this page, too.
    const keys = one("#keys .gd-keys");
    const own = one("[data-page-keys]");
    if (keys && own && !one("[data-own]", keys)) [...own.children].forEach((child) => { const copy = child.cloneNode(true); copy.dataset.own = ""; keys.append(copy); });
    all("[data-next-doubt],[data-copy],[data-more-lines],[data-zoom-buttons]").forEach((button) => { button.hidden = false; });
    const sheets = one("[data-sheets]");
    try { if (sheets) sheets.dataset.zoom = sessionStorage.getItem("intake-zoom") || 0; } catch { /* a comfort */ }
  };
  wake();
})();

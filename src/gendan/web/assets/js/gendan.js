// What the pages do beyond plain links and forms: refusals in place, toasts, keyboard, palette.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);

  // --- refusals appear where the action was -------------------------------------------------
  const clearRefusal = (form) => {
    all("[data-refusal]", form).forEach((slot) => slot.replaceChildren());
    all("[aria-invalid][data-refused]", form).forEach((input) => {
      input.removeAttribute("aria-invalid");
      delete input.dataset.refused;
    });
  };
  const slotOf = (source) => {
    const form = source.closest("form, [data-refusals]");
    return (form && one("[data-refusal]", form)) || one("#refusals");
  };
  const showRefusal = (slot, html) => {
    slot.innerHTML = html; // our own answer, escaped by the templates
    const refused = one(".gd-refused", slot);
    if (!refused) return;
    if (slot.id === "refusals") addClose(slot);
    const form = slot.closest("form");
    const named = refused.dataset.field || "";
    const input = form && named && (form.elements.namedItem(named) || form.elements.namedItem(named.replace(/^rows\.\d+\./, "")));
    if (input instanceof HTMLElement) {
      input.setAttribute("aria-invalid", "true");
      input.dataset.refused = "1";
      input.focus();
      // The field may lie far from the sentence that says what is wrong with it.
      const { top, bottom } = refused.getBoundingClientRect();
      if (bottom < 0 || top > innerHeight) say(refused.textContent.trim(), "late");
    } else {
      refused.focus();
    }
  };
  const addClose = (slot) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "gd-toast-close";
    button.setAttribute("aria-label", slot.dataset.close);
    button.textContent = "×";
    button.addEventListener("click", () => slot.replaceChildren());
    slot.firstElementChild.append(button);
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest("form");
    if (form) clearRefusal(form);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, elt } = event.detail;
    if (xhr.status < 400) return;
    event.detail.shouldSwap = false;
    if (xhr.getResponseHeader("Gendan-Refusal")) {
      event.detail.isError = false;
      showRefusal(slotOf(elt), xhr.responseText);
    } else if (xhr.status === 401) {
      location.reload(); // signed out meanwhile
    } else {
      say(document.documentElement.lang.startsWith("zh") ? `出错了（${xhr.status}），请刷新页面再试。` : `Something broke (${xhr.status}). Reload the page and try again.`, "late");
    }
  });
  document.addEventListener("htmx:sendError", () => {
    say(document.documentElement.lang.startsWith("zh") ? "连不上服务器，没有保存。" : "The server cannot be reached; nothing was saved.", "late");
  });

  // --- short messages ------------------------------------------------------------------------
  const say = (text, kind = "done") => {
    const toast = document.createElement("div");
    toast.className = `gd-toast gd-toast-${kind}`;
    toast.textContent = text;
    one("#toasts").append(toast);
    setTimeout(() => toast.remove(), 6000);
  };
  document.addEventListener("gendan:said", (event) => say(event.detail.text));
  const fadeMessages = () => all("#messages .gd-message").forEach((message) => {
    setTimeout(() => message.remove(), 8000);
  });
  fadeMessages();
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "page" || one("#page", event.target)) fadeMessages();
  });

  // --- destructive steps ask once ------------------------------------------------------------
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const dialog = one("#confirm");
    one("#confirm-words").textContent = event.detail.question;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "yes") event.detail.issueRequest(true);
    }, { once: true });
    dialog.showModal();
  });

  // --- the frame -----------------------------------------------------------------------------
  const root = document.documentElement;
  const markNarrow = () => {
    const button = one("[data-collapse]");
    if (button) button.setAttribute("aria-pressed", root.classList.contains("gd-narrow-nav"));
  };
  markNarrow();
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-collapse],[data-nav-open],[data-nav-close],[data-palette],[data-keys],[data-fill]");
    if (!event.target.closest(".gd-menu")) all(".gd-menu[open]").forEach((menu) => { menu.open = false; });
    if (root.classList.contains("gd-nav-open") && !event.target.closest("#navigation,[data-nav-open]")) root.classList.remove("gd-nav-open");
    if (!target) return;
    if (target.matches("[data-collapse]")) {
      const narrow = root.classList.toggle("gd-narrow-nav");
      try { localStorage.setItem("gendan.narrow", narrow ? "1" : "0"); } catch { /* stays for this page */ }
      markNarrow();
    } else if (target.matches("[data-nav-open]")) {
      event.preventDefault();
      root.classList.add("gd-nav-open");
      one("#navigation a").focus();
    } else if (target.matches("[data-nav-close]")) {
      event.preventDefault();
      root.classList.remove("gd-nav-open");
    } else if (target.matches("[data-palette]")) {
      openPalette();
    } else if (target.matches("[data-keys]")) {
      one("#keys").showModal();
    }
  });
  // Choosing submits: <select data-submit>, <input type=checkbox data-submit>.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
  // What was typed into a list's search has been asked for while typing; leaving it asks nothing.
  document.addEventListener("change", (event) => {
    if (event.target.id === "list-search") event.stopPropagation();
  }, true);
  // A dropped file fills the form's file input: <form data-drop>.
  document.addEventListener("dragover", (event) => {
    const zone = event.target.closest("[data-drop]");
    if (zone) { event.preventDefault(); zone.classList.add("gd-dropping"); }
  });
  document.addEventListener("dragleave", (event) => {
    const zone = event.target.closest("[data-drop]");
    if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove("gd-dropping");
  });
  document.addEventListener("drop", (event) => {
    const zone = event.target.closest("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.remove("gd-dropping");
    const input = one("input[type=file]", zone);
    if (!input || !event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    const form = zone.closest("form");
    if (form) form.requestSubmit();
  });

  // --- suggestions while a code is typed: <input data-suggest="items"> ----------------------
  let suggesting = 0;
  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!input.matches("[data-suggest]")) return;
    clearTimeout(suggesting);
    const text = input.value.trim();
    if (text.length < 2) return;
    suggesting = setTimeout(async () => {
      const answer = await fetch(`/suggest/${input.dataset.suggest}/?q=${encodeURIComponent(text)}`);
      if (!answer.ok || input.value.trim() !== text) return;
      let list = input.list;
      if (!list) {
        list = document.createElement("datalist");
        list.id = `suggest-${Math.random().toString(36).slice(2)}`;
        input.after(list);
        input.setAttribute("list", list.id);
      }
      list.replaceChildren(...(await answer.json()).rows.map((row) => {
        const option = document.createElement("option");
        option.value = row.code;
        option.label = row.words;
        return option;
      }));
    }, 180);
  });

  // --- keyboard ------------------------------------------------------------------------------
  const isTyping = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  let waitingForSection = false;
  const rows = () => all("[data-row]").filter((row) => row.offsetParent !== null);
  const move = (step) => {
    const list = rows();
    if (!list.length) return;
    const at = list.indexOf(document.activeElement.closest("[data-row]"));
    const next = list[Math.min(list.length - 1, Math.max(0, at === -1 ? (step > 0 ? 0 : list.length - 1) : at + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      if (!one("#palette")) return;
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
    if (event.key === "Escape") {
      root.classList.remove("gd-nav-open");
      if (isTyping(event.target)) event.target.blur();
      return;
    }
    if (isTyping(event.target)) return;
    if (waitingForSection) {
      waitingForSection = false;
      const link = one(`#sections [data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (event.key === "g") { waitingForSection = true; setTimeout(() => { waitingForSection = false; }, 1500); }
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "?" && one("#keys")) one("#keys").showModal();
    else if (event.key === "Enter" && event.target.matches("[data-row]")) {
      const link = one("[data-open], a", event.target);
      if (link) { event.preventDefault(); link.click(); }
    } else {
      const scope = document.activeElement.closest("[data-row]") || document;
      const named = `[data-key="${CSS.escape(event.key)}"]`;
      const target = one(named, scope) || one(named);
      if (!target) return;
      event.preventDefault();
      if (isTyping(target)) { target.focus(); if (target.select) target.select(); } else { target.click(); }
    }
  });

  // --- command palette -----------------------------------------------------------------------
  let commands = null;
  let shown = [];
  let chosen = 0;
  const onThisPage = (label) => all("#page [data-verb]").map((element) => {
    const button = element.matches("a") ? element : one("button[type=submit], button:not([type])", element);
    const words = button && button.textContent.trim();
    return words && button.offsetParent !== null ? { title: words, hint: label, act: () => button.focus() || button.click() } : null;
  }).filter(Boolean);
  const fits = (command, words) => {
    const text = `${command.title} ${command.hint || ""} ${command.words || ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const drawPalette = () => {
    const dialog = one("#palette");
    const list = one("#palette-list");
    const typed = one("input", dialog).value.trim();
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    shown = [...onThisPage(list.dataset.here), ...(commands || [])].filter((command) => fits(command, words)).slice(0, 14);
    if (typed) shown.push({ title: `${list.dataset.find} “${typed}”`, url: `${dialog.dataset.search}?q=${encodeURIComponent(typed)}` });
    chosen = Math.min(chosen, Math.max(0, shown.length - 1));
    list.replaceChildren(...shown.map((command, index) => {
      const item = document.createElement("li");
      item.id = `command-${index}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", index === chosen);
      const title = document.createElement("span");
      title.textContent = command.title;
      const hint = document.createElement("small");
      hint.textContent = command.hint || "";
      item.append(title, hint);
      item.addEventListener("click", () => run(command));
      return item;
    }));
    one("input", dialog).setAttribute("aria-activedescendant", `command-${chosen}`);
    const marked = list.children[chosen];
    if (marked) marked.scrollIntoView({ block: "nearest" });
  };
  const run = (command) => {
    one("#palette").close();
    if (command.act) command.act();
    else location.assign(command.url);
  };
  const openPalette = async () => {
    const dialog = one("#palette");
    if (dialog.open) return;
    one("input", dialog).value = "";
    chosen = 0;
    dialog.showModal();
    drawPalette();
    if (!commands) {
      const answer = await fetch(dialog.dataset.url, { headers: { Accept: "application/json" } });
      if (answer.ok) { commands = (await answer.json()).commands; drawPalette(); }
    }
  };
  const palette = one("#palette");
  if (palette) {
    one("input", palette).addEventListener("input", () => { chosen = 0; drawPalette(); });
    palette.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") chosen = Math.min(shown.length - 1, chosen + 1);
      else if (event.key === "ArrowUp") chosen = Math.max(0, chosen - 1);
      else if (event.key === "Enter" && shown[chosen]) { event.preventDefault(); run(shown[chosen]); return; }
      else return;
      event.preventDefault();
      drawPalette();
    });
    palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
  }
})();

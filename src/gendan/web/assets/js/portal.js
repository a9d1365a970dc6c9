// A phone with a poor network loses nothing: what is typed is kept on it until we have it, and what
// could not be sent goes by itself once there is a network. Sending twice says nothing new.
(() => {
  const DAY = 86_400_000;
  const KEPT_FOR = 30 * DAY;
  const [FIRST_WAIT, LONGEST_WAIT] = [3_000, 60_000];
  const TRY_AGAIN = new Set([408, 429]);
  const PREFIX = "gendan.typed.";
  const words = () => document.querySelector("[data-keep]").dataset;

  // --- what was typed ------------------------------------------------------------------------
  const keyOf = (form) => {
    const told = [...form.querySelectorAll("input[type=hidden]")].filter(
      (input) => !["csrfmiddlewaretoken", "seen"].includes(input.name),
    );
    return PREFIX + [words().keep, ...told.map((input) => `${input.name}=${input.value}`)].join(".");
  };
  const inputs = (form) => [...form.querySelectorAll("input[id]:not([type=hidden]):not([type=file]):not([type=checkbox]), textarea[id], select[id]")];
  const read = (key) => {
    try {
      const kept = JSON.parse(localStorage.getItem(key) || "{}");
      return Date.now() - (kept.at || 0) < KEPT_FOR ? kept.typed || {} : {};
    } catch { return {}; } // storage may be switched off, or somebody else's
  };
  const write = (key, typed) => {
    try {
      if (Object.keys(typed).length) localStorage.setItem(key, JSON.stringify({ at: Date.now(), typed }));
      else localStorage.removeItem(key);
    } catch { /* storage may be full or switched off: then the open page is all there is */ }
  };
  const isChanged = (input) => (input.tagName === "SELECT" ? !input.selectedOptions[0]?.defaultSelected : input.value !== input.defaultValue);
  const keep = (form) => write(keyOf(form), Object.fromEntries(
    inputs(form).filter(isChanged).map((input) => [input.id, input.value]),
  ));
  const bringBack = (form) => {
    const typed = read(keyOf(form));
    const back = inputs(form).filter((input) => input.id in typed && input.value !== typed[input.id]);
    back.forEach((input) => {
      input.value = typed[input.id];
      for (let fold = input.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    });
    if (back.length) say(form, words().kept);
  };
  const forgetOld = () => {
    try {
      Object.keys(localStorage).filter((key) => key.startsWith(PREFIX) && !Object.keys(read(key)).length)
        .forEach((key) => localStorage.removeItem(key));
    } catch { /* as above */ }
  };

  // --- sending -------------------------------------------------------------------------------
  const say = (form, text) => {
    let note = form.querySelector(".gd-kept");
    if (!note) {
      note = document.createElement("p");
      note.className = "gd-kept";
      note.setAttribute("aria-live", "polite");
      const last = [...form.querySelectorAll("button[type=submit]")].pop();
      last.parentElement.before(note);
    }
    note.textContent = text;
  };
  const draw = (next) => {
    const page = next.querySelector(".gd-portal-page");
    document.title = next.title;
    document.querySelector(".gd-portal-page").replaceWith(page);
    const first = page.querySelector(".gd-refused, [role=status]");
    if (first) {
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
      first.scrollIntoView({ block: "center" });
    } else scrollTo(0, 0);
    if (page.dataset.keep) begin(page);
  };
  // A refusal that is no page of ours (too large, no cookies) is shown by the browser: sending it
  // again and again would change nothing. What was typed stays kept.
  const leave = (form, button) => {
    if (button?.name) {
      const pressed = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
      form.append(pressed);
    }
    form.submit();
  };
  const bodyOf = (form, button) => {
    const body = new FormData(form);
    if (button?.name) body.append(button.name, button.value);
    return body;
  };
  const send = async (form, button, wait) => {
    const key = keyOf(form);
    let answer, text;
    try {
      const body = bodyOf(form, button); // with what was mended while there was no network
      answer = await fetch(location.href, { method: "POST", body, credentials: "same-origin" });
      text = await answer.text();
    } catch { /* no network, or it went away in the middle */ }
    if (answer && text !== undefined && answer.status < 500 && !TRY_AGAIN.has(answer.status)) {
      const next = new DOMParser().parseFromString(text, "text/html");
      if (next.querySelector(".gd-portal-page")) {
        if (answer.ok) write(key, {});
        return draw(next);
      }
      if (!answer.ok) return leave(form, button);
    }
    say(form, words().unsent);
    let timer;
    const again = () => {
      clearTimeout(timer);
      removeEventListener("online", again);
      if (form.isConnected) send(form, button, Math.min(wait * 2, LONGEST_WAIT));
    };
    timer = setTimeout(again, wait);
    addEventListener("online", again);
  };

  const begin = (page) => page.querySelectorAll("form[method=post]").forEach((form) => {
    bringBack(form);
    form.addEventListener("input", () => keep(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.dataset.sending) return;
      form.dataset.sending = "1";
      keep(form);
      form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = true; });
      send(form, event.submitter, FIRST_WAIT);
    });
  });
  document.addEventListener("DOMContentLoaded", () => {
    forgetOld();
    const page = document.querySelector(".gd-portal-page[data-keep]");
    if (page) begin(page);
  });
})();

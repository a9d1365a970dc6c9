// New notices reach an open page by themselves: a cheap question about once a second, asked by one
// visible tab of a browser for all of them (docs/decisions/0007-notices-by-polling.md).
(() => {
  const bell = document.querySelector("[data-bell]");
  if (!bell) return;
  const NOW = 1000, IDLE = 5000, FAILED = 10000, IDLE_AFTER = 5 * 60 * 1000, KEPT = 60, MOST = 3;
  const KNOWN = `gendan.told.${bell.dataset.person}`;
  const post = "BroadcastChannel" in window ? new BroadcastChannel(`gendan.notices.${bell.dataset.person}`) : null;
  let seen = "", timer = 0, isLeading = false, stopped = false, letGo = null, active = Date.now();

  // What was shown once is not shown again, whichever tab or page showed it.
  const known = () => { try { return JSON.parse(localStorage.getItem(KNOWN) || "[]"); } catch { return []; } };
  const remember = (ids) => { try { localStorage.setItem(KNOWN, JSON.stringify([...known(), ...ids].slice(-KEPT))); } catch { /* shown again at worst */ } };

  const localStorageIsEmpty = () => { try { return localStorage.getItem(KNOWN) === null; } catch { return false; } };

  // Returns what it has shown; `shown` is what another tab has: their common store may lag behind.
  const draw = (said, shown = []) => {
    let fresh = [];
    const count = bell.querySelector("[data-bell-count]");
    count.textContent = said.count;
    count.hidden = !said.count;
    const changed = seen !== "" && seen !== said.mark;
    seen = said.mark;
    if (document.visibilityState === "visible") {
      const isFirst = localStorageIsEmpty(); // a browser's first page: the list has it all
      fresh = said.news.filter((one) => !shown.includes(one.id) && !known().includes(one.id)).reverse();
      remember(fresh.map((one) => one.id));
      if (!isFirst) fresh.slice(-MOST).forEach(toast);
    }
    if (changed) refresh();
    return fresh.map((one) => one.id);
  };

  const toast = (one) => {
    const box = document.createElement("a");
    box.className = `gd-toast nt-toast${one.importance === "urgent" ? " gd-toast-late" : ""}`;
    box.href = one.url;
    const head = document.createElement("strong");
    head.textContent = [one.order, one.act].filter(Boolean).join(" · ") || one.who;
    const words = document.createElement("span");
    words.textContent = one.words;
    const who = document.createElement("small");
    who.textContent = one.who;
    box.append(head, words, who);
    document.querySelector("#toasts").append(box);
    setTimeout(() => box.remove(), one.importance === "urgent" ? 15000 : 8000);
  };

  // <… data-live="#list">: that part of the page is drawn anew, unless somebody is at work in it.
  const refresh = () => document.querySelectorAll("[data-live]").forEach((mark) => {
    const target = document.querySelector(mark.dataset.live);
    if (!target || !window.htmx || target.contains(document.activeElement) || target.querySelector("details[open]")) return;
    htmx.ajax("GET", location.pathname + location.search, { target, select: mark.dataset.live, swap: "outerHTML" });
  });

  const ask = async () => {
    clearTimeout(timer);
    if (!isLeading || stopped) return;
    let pause = Date.now() - active > IDLE_AFTER ? IDLE : NOW;
    try {
      const answer = await fetch(`${bell.dataset.news}?seen=${encodeURIComponent(seen)}`, { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" });
      if (answer.status === 200) {
        const said = await answer.json();
        const shown = draw(said);
        if (post) post.postMessage({ ...said, shown });
      } else if (answer.status !== 204) {
        if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403 || answer.status === 404) { stopped = true; return; } // signed out
        pause = FAILED;
      }
    } catch { pause = FAILED; }
    timer = setTimeout(ask, pause);
  };
  const lead = () => { isLeading = true; ask(); };
  const rest = () => { isLeading = false; clearTimeout(timer); if (letGo) { letGo(); letGo = null; } };

  // One tab asks for all. Without the lock (plain http in a local network) each visible one asks.
  let waiting = null;
  const stand = () => {
    if (isLeading || waiting) return;
    if (!navigator.locks) { lead(); return; }
    waiting = new AbortController();
    navigator.locks.request(`gendan.notices.${bell.dataset.person}`, { signal: waiting.signal }, () => {
      waiting = null;
      if (document.visibilityState !== "visible") return undefined;
      const held = new Promise((done) => { letGo = done; });
      lead();
      return held;
    }).catch(() => { /* hidden before its turn came */ });
  };
  const step = () => {
    if (document.visibilityState === "visible") { active = Date.now(); stand(); } else {
      if (waiting) { waiting.abort(); waiting = null; }
      rest();
    }
  };
  if (post) post.addEventListener("message", (event) => draw(event.data, event.data.shown));
  for (const kind of ["pointerdown", "keydown", "focus"]) {
    addEventListener(kind, () => {
      const slept = Date.now() - active > IDLE_AFTER;
      active = Date.now();
      if (slept) ask();
    }, { passive: true });
  }
  document.addEventListener("visibilitychange", step);
  addEventListener("pagehide", rest);
  addEventListener("pageshow", step);
  step();
})();

// Ready messages: copied, or opened in the reader's own mail program with what the box says now.
(() => {
  const box = (element, name) => document.querySelector(element.dataset[name]);
  const show = (within) => {
    if (!navigator.clipboard) return; // without a secure address the browser copies only by hand
    within.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
  };
  show(document);
  document.addEventListener("htmx:afterSettle", (event) => show(event.target));
  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      await navigator.clipboard.writeText(box(copy, "copy").value);
      document.dispatchEvent(new CustomEvent("gendan:said", { detail: { text: copy.dataset.copied } }));
      return;
    }
    const mail = event.target.closest("[data-mail]");
    if (mail) {
      const [start] = mail.href.split("&body=");
      mail.href = `${start}&body=${encodeURIComponent(box(mail, "mail").value)}`;
    }
  });
})();

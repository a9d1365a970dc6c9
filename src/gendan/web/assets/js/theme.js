// Before the page is drawn: light or dark, narrow or wide, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  paint();
  dark.addEventListener("change", paint);
  try {
    if (localStorage.getItem("gendan.narrow") === "1") root.classList.add("gd-narrow-nav");
  } catch { /* storage may be switched off */ }
})();

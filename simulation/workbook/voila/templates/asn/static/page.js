// Words for waiting and for failure in the reader's language, and names for the controls that a screen reader would
// otherwise meet nameless.
(() => {
  const words = {
    id: {
      wait: "Halaman sedang disiapkan",
      step: (i, n) => `Halaman sedang disiapkan: langkah ${i} dari ${n}`,
      failed: "Bagian ini gagal dihitung, dan yang di bawahnya tidak ditampilkan. Muat ulang halaman; "
        + "bila tetap gagal, minta pengelola melihat catatan server.",
    },
    en: {
      wait: "The page is being prepared",
      step: (i, n) => `The page is being prepared: step ${i} of ${n}`,
      failed: "This part could not be computed, and what comes below it is not shown. Reload the page; "
        + "if it fails again, ask the operator to look at the server log.",
    },
  }[document.documentElement.lang === "id" ? "id" : "en"];

  const say = (text) => {
    const place = document.getElementById("loading_text");
    if (place) place.textContent = text;
  };
  document.getElementById("loading")?.setAttribute("role", "status");
  window.voila_process = (i, n) => say(words.step(i, n));
  say(words.wait);

  const set = (control, attribute, text) => {
    if (text && control.getAttribute(attribute) !== text) control.setAttribute(attribute, text);
  };
  const nameControls = () => {
    for (const box of document.querySelectorAll(".jupyter-widgets")) {
      const label = box.querySelector(":scope > .widget-label")?.textContent.trim();
      const value = box.querySelector(":scope > .widget-readout");
      if (!label) continue;
      if (value) set(value, "aria-label", label);
      for (const handle of box.querySelectorAll("[role=slider]")) {
        set(handle, "aria-label", label);
        set(handle, "aria-valuetext", value?.textContent.trim());
      }
    }
  };
  const explainFailure = () => {
    for (const output of document.querySelectorAll("[data-mime-type='application/vnd.jupyter.stderr']")) {
      if (!output.textContent.trim().startsWith("There was an error when executing cell")) continue;
      output.textContent = words.failed;
      output.setAttribute("role", "alert");
      output.classList.add("failure");
    }
  };
  new MutationObserver(() => {
    nameControls();
    explainFailure();
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();

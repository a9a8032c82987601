// Words for waiting and for failure in the reader's language, and names for the controls that a screen reader would
// otherwise meet nameless.
(() => {
  const words = JSON.parse(document.getElementById("page-words").textContent);

  const say = (text) => {
    const place = document.getElementById("loading_text");
    if (place) place.textContent = text;
  };
  window.voila_process = (i, n) => say(words.step.replace("{place}", i).replace("{steps}", n));
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
  // Voila hangs its page on the body; it belongs inside the landmark, where the skip link leads.
  const placeInMain = () => {
    const shell = document.querySelector("body > #main");
    if (shell) document.getElementById("content").append(shell);
  };
  new MutationObserver(() => {
    placeInMain();
    nameControls();
    explainFailure();
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();

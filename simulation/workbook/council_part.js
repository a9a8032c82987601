// A piece of the council page. Python sends its structure, words and values; presses and values go back.
const SEND_KEYS = { ArrowRight: "next", PageDown: "next", ArrowLeft: "back", PageUp: "back" };
const TYPING = "input, select, textarea, [role=slider]";

function render({ model, el }) {
  let drawn = null, focused = model.get("focus"), held = false;
  el.classList.add("council-part");

  const all = (mark) => el.querySelectorAll(`[data-${mark}]`);

  function structure() {
    const key = el.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    drawn = model.get("html");
    el.lang = model.get("lang");
    el.innerHTML = drawn;
    if (key) el.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }

  function fill() {
    const texts = model.get("texts"), values = model.get("values");
    for (const place of all("text")) {
      const text = texts[place.dataset.text] ?? "";
      if (place.dataset.shown !== text) { place.innerHTML = text; place.dataset.shown = text; }
    }
    for (const control of all("value")) {
      const name = control.dataset.value, value = values[name], spoken = texts[`${name}_value`];
      if (control.type === "range") {
        if (spoken) control.setAttribute("aria-valuetext", spoken);
        if (!held) control.value = value;
        control.style.setProperty("--done", `${(100 * (control.value - control.min)) / (control.max - control.min)}%`);
      } else if (control.type === "radio") control.checked = control.value === value;
      else if (control.type === "checkbox") control.checked = Boolean(value);
    }
  }

  function update() {
    if (model.get("html") !== drawn) structure();
    fill();
    if (model.get("focus") !== focused) {
      focused = model.get("focus");
      // The page has just been replaced: its heading is where reading goes on.
      const heading = el.querySelector("[data-focus]");
      heading?.focus({ preventScroll: true });
      const top = el.closest(".council")?.getBoundingClientRect().top ?? 0;
      if (top < 0) el.closest(".council").scrollIntoView({ block: "start" });
    }
    el.dataset.revision = model.get("revision");
  }

  function read(control) {
    return control.type === "range" ? Number(control.value) : control.type === "checkbox" ? control.checked : control.value;
  }

  function input({ target }) {
    const name = target.dataset?.value;
    if (!name || (target.type === "radio" && !target.checked)) return;
    model.set("values", { ...model.get("values"), [name]: read(target) });
    model.save_changes();
    if (target.type === "range") fill();
  }

  function released() {
    if (!held) return;
    held = false;
    model.set("resting", model.get("resting") + 1);
    model.save_changes();
  }

  function press({ target }) {
    const button = target.closest?.("[data-do]");
    if (button && !button.disabled && button.getAttribute("aria-disabled") !== "true") model.send({ do: button.dataset.do });
  }

  // A presenter's remote sends PageDown and PageUp; they act wherever the focus is, but never in JupyterLab's own
  // places: only the page without code has a notebook for a body.
  function key(event) {
    const wanted = SEND_KEYS[event.key];
    if (!wanted || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { target } = event, page = el.closest(".council");
    const here = page?.contains(target) || (target === document.body && target.matches(".jp-Notebook"));
    if (!el.isConnected || !here || target.matches(TYPING) || !el.querySelector("[data-keys]")) return;
    event.preventDefault();
    model.send({ do: wanted });
  }

  const hold = ({ target }) => { if (target.type === "range") held = true; };
  el.addEventListener("input", input);
  el.addEventListener("click", press);
  el.addEventListener("pointerdown", hold);
  document.addEventListener("pointerup", released);
  document.addEventListener("pointercancel", released);
  document.addEventListener("keydown", key);
  model.on("change:revision", update);
  update();
  return () => {
    model.off("change:revision", update);
    document.removeEventListener("pointerup", released);
    document.removeEventListener("pointercancel", released);
    document.removeEventListener("keydown", key);
  };
}

export default { render };

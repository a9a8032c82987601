// The ledger as a table. Python sends texts and decides what an edit means; this file only shows and asks.

function make(tag, content = {}, ...children) {
  const { dataset = {}, ...rest } = content;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
}

function choice(options, value, title) {
  const select = make("select", { title, ariaLabel: title });
  for (const [id, label] of options) select.append(make("option", { value: id, textContent: label }));
  select.value = value;
  return select;
}

function source(row) {
  if (!/^(https?:|doi:)/.test(row.address || "")) return make("p", { textContent: row.source });
  const href = row.address.replace(/^doi:/, "https://doi.org/");
  return make("p", {}, `${row.source} `, make("a", { href, target: "_blank", rel: "noopener", textContent: row.address }));
}

// One line of the ledger: built once, filled again whenever Python sends it.
function line(model, send) {
  const words = model.get("words");
  const names = ["value", "low", "high"];
  const inputs = Object.fromEntries(names.map((name) => [name, make("input", { type: "text", inputMode: "decimal", dataset: { field: name } })]));
  const kind = choice(model.get("kinds"), "fixed", words.kind);
  const summary = make("summary"), details = make("details", {}, summary);
  const published = make("div", { className: "published" }), problem = make("div", { className: "problem", role: "alert" });
  const reset = make("button", { type: "button", textContent: words.reset });
  const cells = { grade: make("td", { className: "grade" }), link: make("td"), decides: make("td"), worth: make("td") };
  const element = make("tr", {},
    make("td", {}, details, published, problem), ...names.map((name) => make("td", {}, inputs[name])), make("td", {}, kind),
    cells.grade, cells.link, cells.decides, cells.worth, make("td", {}, reset));
  let row = {};

  const changed = () => send({ key: row.key, ...Object.fromEntries(names.map((name) => [name, inputs[name].value])), kind: kind.value });
  for (const input of Object.values(inputs)) input.addEventListener("change", changed);
  kind.addEventListener("change", changed);
  reset.addEventListener("click", () => send({ key: row.key, reset: true }));

  return {
    element,
    matches: (text, link, grade, only) => (!link || row.feeds === link) && (!grade || row.grade === grade)
      && (!only || row.changed) && row.search.includes(text),
    fill(next, wrong) {
      const first = !row.key;
      row = next;
      if (first) {
        element.dataset.key = row.key;
        summary.append(row.label, " ", make("code", { textContent: `${row.key} · ${row.unit}` }));
        details.append(make("p", { textContent: row.note }), source(row));
        for (const name of names) inputs[name].ariaLabel = `${row.label}: ${words[name]}`;
        kind.ariaLabel = `${row.label}: ${words.kind}`;
        reset.ariaLabel = `${words.reset}: ${row.label}`;
        kind.disabled = row.certain;
      }
      // what was typed and refused stays, so that nothing is lost
      if (!wrong) {
        for (const name of names) inputs[name].value = row[name];
        kind.value = row.kind;
      }
      inputs.low.disabled = inputs.high.disabled = kind.value === "fixed" && row.certain;
      element.classList.toggle("changed", row.changed);
      reset.hidden = !row.changed && !wrong;
      published.textContent = row.changed ? row.published : "";
      problem.textContent = wrong || "";
      cells.grade.textContent = row.grade;
      cells.link.textContent = row.link;
      cells.decides.textContent = row.decides;
      cells.worth.textContent = row.worth;
    },
  };
}

function render({ model, el }) {
  const words = model.get("words");
  let count = 0;
  const send = (edit) => {
    model.set("edit", { ...edit, count: ++count + Date.now() });
    model.save_changes();
  };
  const search = make("input", { type: "search", placeholder: words.search_hint });
  const link = choice([["", words.all], ...model.get("links")], "", words.link);
  const grade = choice([["", words.all], ...["A", "B", "C", "D"].map((g) => [g, g])], "", words.grade);
  const only = make("input", { type: "checkbox" });
  const shown = make("span", { role: "status" });
  const tools = make("div", { className: "tools" },
    make("label", {}, words.search, search), make("label", {}, words.link, link), make("label", {}, words.grade, grade),
    make("label", { className: "tick" }, only, words.changed_only), shown);
  const head = make("tr", {}, ...["assumption", "value", "low", "high", "kind", "grade", "link", "decides", "worth", ""]
    .map((name) => make("th", { scope: "col", textContent: words[name] || "" })));
  const body = make("tbody");
  const lines = model.get("rows").map(() => line(model, send));
  body.append(...lines.map((one) => one.element));
  el.classList.add("ledger");
  el.replaceChildren(tools, make("div", { className: "frame", tabIndex: 0 }, make("table", {}, make("thead", {}, head), body)));

  function filter() {
    const text = search.value.trim().toLowerCase();
    let n = 0;
    for (const one of lines) {
      const keep = one.matches(text, link.value, grade.value, only.checked);
      one.element.hidden = !keep;
      n += keep;
    }
    shown.textContent = words.shown.replace("%n", n).replace("%m", lines.length);
  }

  function fill() {
    const problems = model.get("problems");
    model.get("rows").forEach((row, i) => lines[i].fill(row, problems[row.key]));
    filter();
    el.dataset.filled = Number(el.dataset.filled || 0) + 1;
  }

  for (const input of [search, link, grade, only]) input.addEventListener("input", filter);
  model.on("change:rows", fill);
  model.on("change:problems", fill);
  fill();
  return () => {
    model.off("change:rows", fill);
    model.off("change:problems", fill);
  };
}

export default { render };

// A chart that stays: it is embedded once, and later revisions only hand it new rows and words.
const READY_HERE;

const options = { actions: false, renderer: "svg", tooltip: { theme: "simulation" } };

function whole(model) {
  const params = Object.entries(model.get("words")).map(([name, value]) => ({ name, value }));
  return structuredClone({
    ...model.get("spec"),
    params,
    description: model.get("description"),
    datasets: model.get("rows"),
  });
}

function render({ model, el }) {
  const stage = document.createElement("div");
  el.classList.add("simulation-chart");
  el.dataset.repaints = 0;
  el.replaceChildren(stage);

  let chart = null, drawn = null, busy = false, closed = false;

  function reserve() {
    stage.style.minHeight = `${model.get("height")}px`;
  }

  async function embed(vegaEmbed) {
    chart?.finalize();
    reserve();
    chart = await vegaEmbed(stage, whole(model), options);
    drawn = model.get("spec");
  }

  async function stream() {
    const { view } = chart;
    for (const [name, value] of Object.entries(model.get("words"))) view.signal(name, value);
    for (const [name, rows] of Object.entries(model.get("rows"))) view.data(name, structuredClone(rows));
    view.description(model.get("description"));
    await view.runAsync();
  }

  // One repaint at a time; revisions that arrive meanwhile are drawn together by the next one.
  async function repaint() {
    if (busy) return;
    busy = true;
    try {
      const vegaEmbed = await ready.promise;
      while (!closed && String(model.get("revision")) !== el.dataset.revision) {
        const revision = model.get("revision");
        await (chart && model.get("spec") === drawn ? stream() : embed(vegaEmbed));
        delete el.dataset.problem;
        el.dataset.repaints = Number(el.dataset.repaints) + 1;
        el.dataset.revision = revision;
      }
    } catch (problem) {
      el.dataset.problem = String(problem);
      stage.textContent = model.get("description");
      console.error(problem);
    } finally {
      busy = false;
    }
  }

  reserve();
  model.on("change:revision", repaint);
  repaint();
  return () => {
    closed = true;
    model.off("change:revision", repaint);
    chart?.finalize();
  };
}

export default { render };

// Heartbeat and memory of the served page; see pulse.py. Nothing is drawn where the widget itself stands.
const BANNER = "simulation-stopped";

function storage() {
  try { return globalThis.sessionStorage; } catch { return null; }
}

function memory(model) {
  const name = () => `simulation:${model.get("key")}`;
  return {
    read() {
      try { return JSON.parse(storage()?.getItem(name()) ?? "null"); } catch { return null; }
    },
    write() {
      try { storage()?.setItem(name(), JSON.stringify(model.get("state"))); } catch { /* a full or closed memory is no failure */ }
    },
    forget() { storage()?.removeItem(name()); },
  };
}

function banner(words, lang) {
  if (document.getElementById(BANNER)) return;
  const box = document.createElement("div");
  box.id = BANNER;
  box.lang = lang;
  box.setAttribute("role", "alert");
  const text = document.createElement("p");
  const strong = document.createElement("strong");
  strong.textContent = words.stopped;
  text.append(strong, " ", words.stopped_more);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.reload;
  button.addEventListener("click", () => location.reload());
  box.append(text, button);
  document.body.prepend(box);
}

function initialize({ model }) {
  // A reader in JupyterLab runs long cells on purpose; only the page without code watches its kernel.
  if (!document.body.dataset.voila) return undefined;
  const kept = memory(model);
  const before = kept.read();
  let heard = performance.now();

  const listen = (message) => {
    if ("pong" in message) {
      heard = performance.now();
      document.getElementById(BANNER)?.remove();
      document.body.dataset.pulse = message.pong;
    }
    if (message.restored) document.body.dataset.restored = "yes";
    if (message.forget) kept.forget();
  };
  let asleep = performance.now();
  const beat = () => {
    const now = performance.now();
    // A tablet that slept did not ask either: it gets its patience again before anything is called dead.
    if (now - asleep > 2000 * model.get("every") + 2000) heard = now;
    asleep = now;
    if (now - heard > 1000 * model.get("patience")) banner(model.get("words"), model.get("lang"));
    try { model.send({ ping: Math.round(now) }); } catch { /* a closed connection is what the silence then tells */ }
  };

  const speak = () => { document.documentElement.lang = model.get("lang"); };

  model.on("change:lang", speak);
  model.on("msg:custom", listen);
  model.on("change:state", kept.write);
  if (before && Object.keys(before).length) model.send({ restore: before });
  beat();
  const timer = setInterval(beat, 1000 * model.get("every"));
  return () => {
    clearInterval(timer);
    model.off("change:lang", speak);
    model.off("msg:custom", listen);
    model.off("change:state", kept.write);
  };
}

export default { initialize, render() {} };

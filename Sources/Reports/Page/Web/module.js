
// One module: its spectra, where its update lies, its history, and its numbers at every step.
let opener = null;
function openModule(index, from) {
  opener = from ?? null;
  state.module = index;
  update();
  $("drawer").focus();
}
function closeModule() {
  const index = state.module;
  state.module = null;
  update();
  // The row may have been drawn anew.
  const place = opener?.isConnected ? opener
    : document.querySelector(`#table tr[data-module="${index}"]`);
  place?.focus();
}
document.addEventListener("keydown", event => {
  if (event.key === "Escape" && state.module !== null) closeModule();
});

function panel(title, svg, legend = []) {
  if (!svg) return "";
  const list = make("div", {class: "legend"}, ...legend.map(([label, style]) => make("span", {},
    make("svg", {class: "plot key", viewBox: "0 0 22 10"},
      make("line", {x1: 0, y1: 5, x2: 22, y2: 5, class: "line " + style})), label)));
  return make("div", {class: "chart"}, make("b", {}, title), svg, legend.length ? list : "");
}
const byIndex = spectrum => spectrum && spectrum.length > 1
  ? data.indices[spectrum[0]].map((index, i) => [index, spectrum[i + 1]]) : [];

function spectraPanels(run, step, module) {
  // Where the page is thinned out, only the last step has spectra.
  const last = run.steps.length - 1;
  const at = run.details[step]?.[module] ? step : last;
  const details = run.details[at]?.[module];
  if (!details) return [make("p", {class: "small"}, "Its spectra are not in this page; spectra.csv has them.")];
  const [baseIndex, adapted, change, right, left] = details;
  const [base, baseEnergy] = data.bases[baseIndex];
  const spectra = [["base weight", "neutral", base], ["base + update", "s2 dash1", adapted], ["update", "s1", change]]
    .map(([name, style, spectrum]) => ({name, style, points: byIndex(spectrum)})).filter(line => line.points.length);
  const middle = values => values.map((value, i) => [(i + 0.5) / values.length, value]);
  const energies = [["chance", "neutral dash1", baseEnergy.map(() => 1)], ["base weight", "neutral", baseEnergy],
    ["update, output side", "s1", left], ["update, input side", "s0", right]]
    .map(([name, style, values]) => ({name, style, points: middle(values)})).filter(line => line.points.length);
  const suffix = `, step ${run.steps[at]}`;
  const keys = list => list.map(line => [line.name, line.style]);
  return [
    panel("Singular values" + suffix, chart(spectra, {x: "logarithmic", y: "logarithmic", decades: 6,
      xTitle: "singular index", label: "Singular values"}), keys(spectra)),
    panel("Energy relative to chance" + suffix, chart(energies, {y: "logarithmic", decades: 4,
      xTitle: "relative singular index of the base", label: "Energy relative to chance"}), keys(energies)),
  ];
}

function historyPanels(module) {
  const shown = names.slice(0, Math.min(data.early, data.shown));
  const charts = shown.map(name => {
    const lines = data.runs.map(run => ({name: run.label, style: run.line, fill: run.fill, marked: true,
      points: run.steps.map((step, i) => [step, metric(rowOf(run, i, module), name)])}));
    const run = currentRun(), null_ = chance(run, module, name);
    if (null_ !== null) {
      lines.unshift({name: "chance", style: "neutral dash1", fill: "neutralfill",
        points: run.steps.map(step => [step, null_])});
    }
    const values = lines.flatMap(line => line.points.map(point => point[1])).filter(value => value > 0);
    const isLog = /norm|shift/.test(name) && Math.max(...values) > 20 * Math.min(...values);
    const steps = new Set(lines.flatMap(line => line.points.filter(p => p[1] !== null).map(point => point[0])));
    return steps.size < 2 ? "" : panel(words(name),
      chart(lines, {y: isLog ? "logarithmic" : "linear", decades: 4, height: 150, label: words(name)}));
  });
  return charts.filter(Boolean);
}

function numbers(run, module) {
  const rows = run.steps.map((_, i) => rowOf(run, i, module));
  const shown = names.filter(name => rows.some(row => metric(row, name) !== null));
  const isNull = shown.some(name => chance(run, module, name) !== null);
  const head = make("tr", {}, make("th", {scope: "col"}, "metric"), isNull ? make("th", {scope: "col"}, "chance") : "",
    ...run.steps.map(step => make("th", {scope: "col"}, "step " + step)).reverse());
  const body = shown.map(name => make("tr", {}, make("th", {scope: "row", title: data.metrics[names.indexOf(name)][1]},
    words(name)), isNull ? make("td", {}, format(chance(run, module, name))) : "",
  ...rows.map(row => make("td", {}, format(metric(row, name)))).reverse()));
  return make("div", {class: "tablewrap fit", tabindex: 0},
    make("table", {}, make("thead", {}, head), make("tbody", {}, ...body)));
}

function drawModule() {
  const drawer = $("drawer"), run = currentRun();
  drawer.hidden = state.module === null;
  document.querySelectorAll(".cell.open").forEach(cell => cell.classList.remove("open"));
  if (state.module === null || !run) return;
  document.querySelector(
    `#map .cell[data-module="${state.module}"][data-run="${state.run}"]`)?.classList.add("open");
  const module = modules[state.module];
  const close = make("button", {type: "button", "aria-label": "Close"}, "✕");
  close.onclick = closeModule;
  const history = historyPanels(module.index);
  drawer.replaceChildren(
    make("header", {}, make("h2", {id: "drawername"}, module.name), close),
    make("p", {class: "small"}, `${module.shape} · ${run.label} · step ${run.steps[state.step]}`),
    make("div", {class: "charts"}, ...spectraPanels(run, state.step, module.index)),
    ...(history.length ? [make("h3", {}, "Over training"),
      make("div", {class: "legend"}, ...data.runs.map(run => make("span", {},
        make("svg", {class: "plot key", viewBox: "0 0 22 10"},
          make("line", {x1: 0, y1: 5, x2: 22, y2: 5, class: "line " + run.line})), run.label))),
      make("div", {class: "charts"}, ...history)] : []),
    make("h3", {}, `Numbers of ${run.label}`), numbers(run, module.index));
}

// The controls, and the address.
function drawControls() {
  const run = currentRun();
  $("run").value = state.run;
  $("step").max = Math.max(0, (run?.steps.length ?? 1) - 1);
  $("step").value = state.step;
  $("step").disabled = (run?.steps.length ?? 0) < 2;
  $("stepname").textContent = run ? run.steps[state.step] : "";
  if (document.activeElement !== $("filter")) $("filter").value = state.filter;
  $("mapped").value = state.map;
  for (const box of $("choices").querySelectorAll("input")) box.checked = state.columns.has(box.value);
}
function update() {
  drawControls();
  drawHead();
  drawTable();
  drawMaps();
  drawModule();
  const run = currentRun();
  const columns = [...state.columns].join(",");
  address.write({
    run: state.run ? run.name : null, step: run && !isLast() ? run.steps[state.step] : null,
    sort: state.sort === defaults.sort ? null : state.sort, up: state.down ? null : "1", filter: state.filter,
    columns: columns === defaults.columns.join(",") ? null : columns || "none",
    map: state.map === defaults.sort ? null : state.map,
    module: state.module === null ? null : modules[state.module].name,
  });
}
function restore() {
  const wanted = address.read(), known = name => fixed.includes(name) || names.includes(name);
  const at = data.runs.findIndex(run => run.name === wanted.get("run"));
  state.run = Math.max(0, at);
  const steps = currentRun()?.steps ?? [];
  const step = steps.indexOf(Number(wanted.get("step") ?? NaN));
  state.step = step < 0 ? Math.max(0, steps.length - 1) : step;
  state.sort = known(wanted.get("sort")) ? wanted.get("sort") : defaults.sort;
  state.down = !wanted.has("up");
  state.filter = wanted.get("filter") ?? "";
  const columns = wanted.get("columns")?.split(",").filter(name => names.includes(name));
  state.columns = new Set(columns ?? defaults.columns);
  if (!fixed.includes(state.sort)) state.columns.add(state.sort);
  state.map = names.includes(wanted.get("map")) ? wanted.get("map") : names.includes(defaults.sort) ? defaults.sort : names[0];
  const module = modules.findIndex(module => module.name === wanted.get("module"));
  state.module = module < 0 ? null : module;
}
$("run").replaceChildren(...data.runs.map((run, i) => new Option(run.label, i)));
$("run").onchange = event => {
  const step = currentRun().steps[state.step], wasLast = isLast();
  state.run = Number(event.target.value);
  const steps = currentRun().steps;
  state.step = wasLast || !steps.includes(step) ? steps.length - 1 : steps.indexOf(step);
  update();
};
$("step").oninput = event => { state.step = Number(event.target.value); update(); };
$("filter").oninput = event => { state.filter = event.target.value; state.limit = 100; update(); };
$("more").onclick = () => { state.limit += 400; drawTable(); };
$("mapped").replaceChildren(...names.map(name => new Option(words(name), name)));
$("mapped").onchange = event => { state.map = event.target.value; update(); };
$("choices").replaceChildren(...data.metrics.map(([name, summary]) => {
  const box = make("input", {type: "checkbox", value: name});
  box.onchange = () => { box.checked ? state.columns.add(name) : state.columns.delete(name); update(); };
  return make("label", {}, box, " " + words(name), info(summary));
}));
addEventListener("hashchange", () => {
  if (location.hash && !location.hash.includes("=")) return;
  restore();
  update();
});
restore();
update();

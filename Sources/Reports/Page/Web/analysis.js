
// The modules of a run at a step: a table, a map, and what is open.
const data = JSON.parse($("data").textContent);
const names = data.metrics.map(metric => metric[0]);
const modules = data.modules.map(([name, shape, kind], index) => {
  const layer = name.split(".").find(part => /^\d+$/.test(part));
  return {index, name, shape, kind, layer: layer === undefined ? null : Number(layer)};
});
const fixed = ["module", "layer", "shape"];
const shares = /_share|_overlap|_sparsity|_center|survival|spectral_entropy/;
const integers = /^update_rank|^energy_rank|_count$|_spikes$/;
const defaults = {sort: names.includes("relative_update_norm") ? "relative_update_norm" : "module",
  columns: names.slice(0, data.shown)};
const state = {run: 0, step: 0, sort: defaults.sort, down: true, filter: "", columns: new Set(defaults.columns),
  module: null, map: defaults.sort, limit: 100};

const words = name => name.replaceAll("_", " ");
// The head of a column: of a metric over the top K directions with K.
const heading = name => words(name) + (data.metrics[names.indexOf(name)]?.[2] ?? "").replace("K = ", "K\u00a0=\u00a0");
const currentRun = () => data.runs[state.run];
// A row is [module, entries that are not finite, values…].
const rowsAt = (run, step) => run?.rows[step] ?? [];
const rowOf = (run, step, module) => rowsAt(run, step).find(row => row[0] === module);
const metric = (row, name) => row?.[2 + names.indexOf(name)] ?? null;
const chance = (run, module, name) => run?.chance[module]?.[names.indexOf(name)] ?? null;
const isLast = () => state.step === (currentRun()?.steps.length ?? 0) - 1;

function cellValue(row, name) {
  const module = modules[row[0]];
  return fixed.includes(name) ? {module: module.name, layer: module.layer, shape: module.shape}[name]
    : metric(row, name);
}
function compareRows(a, b) {
  const x = cellValue(a, state.sort), y = cellValue(b, state.sort);
  if (x === null || y === null) return (x === null) - (y === null);
  const order = typeof x === "string" ? x.localeCompare(y, "en", {numeric: true}) : x - y;
  return state.down ? -order : order;
}
function matches(module) {
  return state.filter.toLowerCase().split(/\s+/).every(word => module.name.toLowerCase().includes(word));
}

// The table.
function drawHead() {
  $("table").tHead.replaceChildren(make("tr", {}, ...[...fixed, ...state.columns].map(name => {
    const button = make("button", {type: "button"}, heading(name));
    const cell = make("th", {scope: "col"}, button);
    if (!fixed.includes(name)) cell.append(info(data.metrics[names.indexOf(name)][1]));
    if (state.sort === name) cell.ariaSort = state.down ? "descending" : "ascending";
    button.onclick = () => {
      state.down = state.sort === name ? !state.down : !fixed.includes(name);
      state.sort = name;
      update();
    };
    return cell;
  })));
}
function bar(share, mark) {
  const fill = make("i", {style: `width:${Math.max(0, Math.min(1, share)) * 100}%`});
  const box = make("span", {class: "bar"}, fill);
  if (mark !== null) box.append(make("u", {style: `left:${mark * 100}%`, title: "chance: " + format(mark, 3)}));
  return box;
}
function drawTable() {
  const run = currentRun();
  const rows = rowsAt(run, state.step).filter(row => matches(modules[row[0]])).sort(compareRows);
  const shown = [...fixed, ...state.columns];
  $("table").tBodies[0].replaceChildren(...rows.slice(0, state.limit).map(row => {
    const line = make("tr", {tabindex: 0, "data-module": row[0], "aria-label": modules[row[0]].name});
    if (row[0] === state.module) line.classList.add("open");
    for (const name of shown) {
      const found = cellValue(row, name);
      const cell = make(name === "module" ? "th" : "td", name === "module" ? {scope: "row", title: found} : {});
      if (typeof found === "number" && shares.test(name)) cell.append(bar(found, chance(run, row[0], name)));
      // Long names may break after their dots.
      if (name === "module") cell.append(...found.split(".").flatMap((part, i) => i ? [".", make("wbr"), part] : [part]));
      else cell.append(typeof found === "string" ? found
        : integers.test(name) && found !== null ? String(Math.round(found * 100) / 100) : format(found));
      line.append(cell);
    }
    if (row[1] > 0) {
      line.classList.add("bad");
      line.title = row[1] + " entries are NaN or infinite";
    }
    return line;
  }));
  $("more").hidden = rows.length <= state.limit;
  $("count").textContent = rows.length + (rows.length === 1 ? " module" : " modules");
  const [changed, vectors] = run?.vectors[state.step] ?? [0, 0];
  $("vectors").textContent = vectors
    ? `${changed} of ${vectors} vectors (biases, gains) of this checkpoint changed; see vectors.csv.` : "";
  const isThinned = !isLast() && [...state.columns].some(name => names.indexOf(name) >= data.early);
  $("thinned").textContent = isThinned
    ? "This step has only some columns in this page; metrics.csv has all." : "";
}
$("table").tBodies[0].addEventListener("click", event => {
  const row = event.target.closest("tr");
  if (row) openModule(Number(row.dataset.module), row);
});
$("table").tBodies[0].addEventListener("keydown", event => {
  const row = event.target.closest("tr");
  if (event.key === "Enter") openModule(Number(row.dataset.module), row);
  const next = {ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling}[event.key];
  if (next) { event.preventDefault(); next.focus(); }
});

// The map.
const viridis = [[68, 1, 84], [68, 57, 131], [49, 104, 142], [33, 145, 140], [53, 183, 121], [144, 215, 67],
  [253, 231, 37]];
const diverging = [[33, 102, 172], [103, 169, 207], [209, 229, 240], [247, 247, 247], [253, 219, 199],
  [239, 138, 98], [178, 24, 43]];
function color(stops, share) {
  const place = Math.max(0, Math.min(1, share)) * (stops.length - 1), low = Math.min(Math.floor(place), stops.length - 2);
  return "rgb(" + stops[low].map((from, i) => Math.round(from + (stops[low + 1][i] - from) * (place - low))) + ")";
}
const flow = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];
const mostMaps = 12;

// The colours of some values: around zero for standard scores, logarithmic where values span much.
function colorScale(name, values) {
  const low = Math.min(...values), high = Math.max(...values), reach = Math.max(3, -low, high);
  if (name.startsWith("null_z")) {
    return {low: -reach, high: reach, stops: diverging, kind: "", share: value => 0.5 + value / (2 * reach)};
  }
  const isLog = low > 0 && high / low > 50;
  return {low, high, stops: viridis, kind: isLog ? ", logarithmic" : "", share: value => high === low ? 0.5
    : isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)};
}
// The place of the chosen step in a run, or of the last one before it.
function stepOf(run) {
  const wanted = currentRun().steps[state.step], later = run.steps.findIndex(step => step > wanted);
  return later < 0 ? run.steps.length - 1 : Math.max(0, later - 1);
}
function drawMaps() {
  if (!currentRun()) return;
  const maps = data.runs.slice(0, mostMaps).map((run, index) => {
    const step = stepOf(run);
    return {run, index, step, rows: new Map(rowsAt(run, step).map(row => [row[0], metric(row, state.map)]))};
  });
  const placed = modules.filter(module => matches(module)
    && maps.some(map => map.rows.has(module.index)));
  const values = placed.flatMap(module => maps.map(map => map.rows.get(module.index) ?? null))
    .filter(value => value !== null);
  if (!values.length) {
    $("map").replaceChildren(make("p", {class: "small"}, "There are no values at this step."));
    $("scale").replaceChildren();
    return;
  }
  const scale = colorScale(state.map, values);
  const order = kind => flow.includes(kind) ? flow.indexOf(kind) : flow.length;
  const inside = new Set(placed.filter(module => module.layer !== null).map(module => module.kind));
  const isOutside = kind => !inside.has(kind);
  const grid = {
    // Matrices outside the layers are in the last row, and their kinds in the last columns.
    layers: [...new Set(placed.map(module => module.layer))].sort((a, b) => (a ?? Infinity) - (b ?? Infinity)),
    kinds: [...new Set(placed.map(module => module.kind))].sort((a, b) => isOutside(a) - isOutside(b)
      || order(a) - order(b) || (a < b ? -1 : 1)),
  };
  $("map").replaceChildren(...maps.filter(map => map.rows.size).map(map => make("div", {},
    make("b", {}, `${map.run.label}, step ${map.run.steps[map.step]}`), drawMap(map, placed, grid, scale))));
  const bar = make("svg", {class: "plot key", viewBox: "0 0 120 10", style: "width:120px"});
  for (let i = 0; i < 40; i++) {
    bar.append(make("rect", {x: i * 3, y: 0, width: 3.5, height: 10,
      style: "fill:" + color(scale.stops, (i + 0.5) / 40)}));
  }
  $("scale").replaceChildren(make("span", {class: "small"}, format(scale.low, 3) + " ", bar,
    format(scale.high, 3) + scale.kind));
}
// The cells of a map: of several matrices of a kind in a layer, such as experts, the one in the middle.
function cellsOf(map, placed, {layers, kinds}) {
  const groups = new Map();
  for (const module of placed) {
    if (!map.rows.has(module.index)) continue;
    const place = layers.indexOf(module.layer) * kinds.length + kinds.indexOf(module.kind);
    groups.set(place, [...groups.get(place) ?? [], module]);
  }
  return [...groups].sort((a, b) => a[0] - b[0]).map(([place, group]) => {
    const known = group.map(module => ({module, value: map.rows.get(module.index)})).filter(found => found.value !== null)
      .sort((a, b) => a.value - b.value);
    const {module, value} = known[(known.length - 1) >> 1] ?? {module: group[0], value: null};
    return {row: Math.floor(place / kinds.length), column: place % kinds.length, module, value,
      label: `${module.name}: ${format(value)}` + (known.length > 1 ? `, in the middle of ${known.length}` : "")};
  });
}
function drawMap(map, placed, {layers, kinds}, scale) {
  const left = 34, top = 4, width = 324, cellWidth = Math.min(44, (width - left - 4) / kinds.length);
  const cellHeight = Math.max(6, Math.min(22, 380 / layers.length)), foot = top + layers.length * cellHeight;
  // Names slant, and stand upright where they would come too close or leave the picture.
  const isUpright = cellWidth < 24 || kinds.some((kind, i) => left + (i + 0.6) * cellWidth < kind.length * 4.6);
  const height = foot + 20 + Math.max(...kinds.map(kind => kind.length)) * (isUpright ? 6.2 : 4.6);
  const svg = make("svg", {class: "plot", viewBox: `0 0 ${width} ${height}`, role: "group",
    "aria-label": `${words(state.map)} of ${map.run.label} by layer and kind of module`});
  const text = (content, x, y, more = {}) => svg.append(
    make("text", {class: "muted small", "text-anchor": "end", x, y, ...more}, content));
  const rowStep = Math.ceil(14 / cellHeight), numbers = layers.filter(layer => layer !== null).length;
  layers.forEach((layer, i) => {
    const isShown = layer === null || i % rowStep === 0 && (numbers === layers.length || i + rowStep <= numbers);
    if (isShown) text(layer === null ? "none" : String(layer), left - 5, top + (i + 0.5) * cellHeight + 4);
  });
  kinds.forEach((kind, i) => {
    if (i % Math.ceil(11 / cellWidth)) return;
    const x = left + (i + (isUpright ? 0.5 : 0.6)) * cellWidth + (isUpright ? 4 : 0), y = foot + (isUpright ? 6 : 12);
    text(kind, x, y, {transform: `rotate(${isUpright ? -90 : -45} ${x} ${y})`});
  });
  let isFirst = true;
  for (const {module, value, label, row, column} of cellsOf(map, placed, {layers, kinds})) {
    svg.append(make("rect", {class: value === null ? "cell missing" : "cell", tabindex: isFirst ? 0 : -1,
      role: "button", "aria-label": label, "data-module": module.index, "data-run": map.index,
      "data-row": row, "data-column": column, x: left + column * cellWidth, y: top + row * cellHeight,
      width: cellWidth - 1, height: cellHeight - 1,
      style: value === null ? null : "fill:" + color(scale.stops, scale.share(value))},
    make("title", {}, label)));
    isFirst = false;
  }
  return svg;
}
// A cell belongs to a run: that is then the chosen one.
function openCell(cell) {
  const run = Number(cell.dataset.run);
  if (run !== state.run) {
    state.step = stepOf(data.runs[run]);
    state.run = run;
  }
  openModule(Number(cell.dataset.module), cell);
}
$("map").addEventListener("click", event => {
  const cell = event.target.closest(".cell");
  if (cell) openCell(cell);
});
$("map").addEventListener("keydown", event => {
  const cell = event.target.closest(".cell");
  if (!cell) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    openCell(cell);
    return;
  }
  const [down, right] = {ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1]}[event.key] ?? [];
  if (down === undefined) return;
  event.preventDefault();
  const row = Number(cell.dataset.row), column = Number(cell.dataset.column);
  // The nearest cell in this direction: maps have holes.
  const next = [...cell.parentNode.querySelectorAll(".cell")].filter(other => {
    const dy = other.dataset.row - row, dx = other.dataset.column - column;
    return down ? dx === 0 && dy * down > 0 : dy === 0 && dx * right > 0;
  }).sort((a, b) => Math.abs(a.dataset.row - row) + Math.abs(a.dataset.column - column)
    - Math.abs(b.dataset.row - row) - Math.abs(b.dataset.column - column))[0];
  if (next) { cell.tabIndex = -1; next.tabIndex = 0; next.focus(); }
});

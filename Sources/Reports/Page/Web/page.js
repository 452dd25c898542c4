"use strict";
const $ = id => document.getElementById(id);
const svgNames = "http://www.w3.org/2000/svg";

// Elements: make("td", {class: "text"}, "a", child).
function make(name, attributes = {}, ...children) {
  const isPlot = ["svg", "rect", "line", "polyline", "circle", "text", "title", "g"].includes(name);
  const element = isPlot ? document.createElementNS(svgNames, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

// Numbers as in the pictures: 0.0231, 1500, 3e-4, with a true minus sign.
function format(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  let text;
  if (Number.isInteger(value) && size < 1e6) text = String(size);
  else if (size < 1e-3 || size >= 1e6) {
    text = size.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e");
  } else text = size >= 10 ** (digits - 1) ? size.toFixed(0) : size.toPrecision(digits);
  return value < 0 ? "−" + text : text;
}

// For axes: without zeros at the end, and with an exponent below 0.01, as the ticks of the pictures.
const plain = value => value !== 0 && Math.abs(value) < 0.00999
  ? value.toExponential(1).replace(".0e", "e").replace("-", value < 0 ? "−" : "-")
  : format(value, 3).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

// The theme.
$("theme").onclick = () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
};

// The page's state is in its address; what has no "=" is the name of a place.
const address = {
  read() {
    const text = location.hash.slice(1);
    return new URLSearchParams(text.includes("=") ? text : "");
  },
  // Keeps what others wrote; null removes a key.
  write(values) {
    const all = this.read();
    for (const [key, value] of Object.entries(values)) {
      if (value === null || value === "") all.delete(key);
      else all.set(key, value);
    }
    const text = all.toString();
    history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  },
};
function show(place) {
  if (place instanceof HTMLDetailsElement) place.open = true;
  place.scrollIntoView({behavior: "smooth", block: "start"});
}
document.addEventListener("click", event => {
  const link = event.target.closest("a[href^='#']");
  const place = link && $(decodeURIComponent(link.getAttribute("href").slice(1)));
  if (!place || link.className === "skip") return;
  event.preventDefault();
  show(place);
});
{
  const place = location.hash && !location.hash.includes("=")
    && $(decodeURIComponent(location.hash.slice(1)));
  if (place) show(place);
}

// Popovers close with Esc and outside.
document.addEventListener("pointerdown", event => {
  for (const popover of document.querySelectorAll(".popover[open]")) {
    if (!popover.contains(event.target)) popover.open = false;
  }
});
document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  const open = document.querySelector(".popover[open]");
  tip.hide();
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
    event.stopImmediatePropagation();
  }
});

// A small window beside the pointer.
const tip = {
  box: document.body.appendChild(make("div", {id: "tip", role: "status", hidden: ""})),
  show(text, x, y) {
    this.box.textContent = text;
    this.box.hidden = false;
    const {width, height} = this.box.getBoundingClientRect();
    this.box.style.left = Math.max(4, x + 14 + width > innerWidth ? x - width - 14 : x + 14) + "px";
    this.box.style.top = Math.max(4, Math.min(y + 14, innerHeight - height - 4)) + "px";
  },
  hide() { this.box.hidden = true; },
};
// What a column means, for touch and keyboard as well.
function info(text) {
  const button = make("button", {class: "info", type: "button", "aria-label": text}, "i");
  const open = () => {
    const {left, bottom} = button.getBoundingClientRect();
    tip.show(text, left, bottom);
  };
  button.onclick = event => { event.stopPropagation(); open(); };
  button.onfocus = button.onpointerenter = open;
  button.onblur = button.onpointerleave = () => tip.hide();
  return button;
}

// Tables that were written with the page: a click on a head sorts.
function compareKeys(a, b, down) {
  if (a === "" || b === "") return (a === "") - (b === "");
  const x = Number(a), y = Number(b);
  const order = Number.isNaN(x) || Number.isNaN(y)
    ? a.localeCompare(b, "en", {numeric: true}) : x - y;
  return down ? -order : order;
}
function sortTable(table, column, down) {
  const key = row => {
    const cell = row.cells[column];
    return cell.dataset.sort ?? cell.textContent.trim().replace(/^[–—]$/, "").replace("−", "-");
  };
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => compareKeys(key(a), key(b), down));
  table.tBodies[0].append(...rows);
  [...table.tHead.rows[0].cells].forEach((head, index) => {
    head.ariaSort = index === column ? (down ? "descending" : "ascending") : null;
  });
}
for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = make("button", {type: "button"}, ...head.childNodes);
    head.append(button);
    button.onclick = () => {
      const down = head.ariaSort ? head.ariaSort === "ascending" : !head.hasAttribute("data-up");
      sortTable(table, column, down);
      if (table.id) address.write({[table.id + "-sort"]: column + (down ? "" : ":up")});
    };
  });
  const wanted = table.id && /^(\d+)(:up)?$/.exec(address.read().get(table.id + "-sort") ?? "");
  if (wanted && Number(wanted[1]) < table.tHead.rows[0].cells.length) {
    sortTable(table, Number(wanted[1]), !wanted[2]);
  }
}

// Filters of such tables: every word has to be in the row.
for (const input of document.querySelectorAll("input[data-table]")) {
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of $(input.dataset.table).tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every(word => text.includes(word));
    }
  };
  input.oninput = () => { apply(); address.write({[input.dataset.table + "-filter"]: input.value}); };
  input.value = address.read().get(input.dataset.table + "-filter") ?? "";
  apply();
}

// Values under the pointer: the axes of a picture say what its coordinates mean.
const lines = new WeakMap();
function linesOf(svg) {
  if (!lines.has(svg)) {
    lines.set(svg, [...svg.querySelectorAll("polyline[data-name]")].map(line => ({
      name: line.dataset.name,
      points: line.getAttribute("points").split(" ").map(point => point.split(",").map(Number)),
    })));
  }
  return lines.get(svg);
}
function valueAt(share, text) {
  const [kind, low, high] = text.split(" ");
  return kind === "linear" ? Number(low) + share * (high - low) : low * (high / low) ** share;
}
let cross = null;
function leave() {
  cross?.remove();
  cross = null;
  tip.hide();
}
document.addEventListener("pointermove", event => {
  const svg = event.target.closest?.("svg.plot");
  if (!svg || event.target.querySelector?.("title") && event.target !== svg) {
    if (cross) leave();
    return;
  }
  const {x, y} = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const frame = [...svg.querySelectorAll(".frame")].map(frame => ({
    x: frame.x.baseVal.value, y: frame.y.baseVal.value, width: frame.width.baseVal.value,
    height: frame.height.baseVal.value, data: frame.dataset,
  })).find(f => x >= f.x && x <= f.x + f.width && y >= f.y && y <= f.y + f.height);
  const inside = frame && linesOf(svg).filter(line => line.points.every(
    ([px, py]) => px >= frame.x - 1 && px <= frame.x + frame.width + 1
      && py >= frame.y - 1 && py <= frame.y + frame.height + 1));
  if (!inside?.length) { if (cross) leave(); return; }
  const nearest = inside.map(line => line.points.reduce(
    (best, point) => Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best));
  const at = nearest.reduce((best, point) => Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best)[0];
  cross?.remove();
  cross = make("line", {class: "cross", x1: at, x2: at, y1: frame.y, y2: frame.y + frame.height});
  svg.append(cross);
  const rows = inside.map((line, i) => ({name: line.name, point: nearest[i]}))
    .filter(row => Math.abs(row.point[0] - at) < 2)
    .sort((a, b) => a.point[1] - b.point[1])
    .map(row => row.name + "  "
      + format(valueAt((frame.y + frame.height - row.point[1]) / frame.height, frame.data.y), 3));
  const place = valueAt((at - frame.x) / frame.width, frame.data.x);
  const rounded = Math.abs(place - Math.round(place)) < 0.02 * Math.max(1, Math.abs(place)) && place >= 1
    ? Math.round(place) : place;
  tip.show("at " + format(rounded, 3) + "\n" + rows.slice(0, 14).join("\n"), event.clientX, event.clientY);
});
document.addEventListener("scroll", () => { if (cross) leave(); }, true);


// A chart of lines with the classes of the pictures, so that colours and values under the pointer are theirs.
// lines: [{name, style, fill, points: [[x, y], …], marked}]; options: {x, y: "linear" or "logarithmic", height,
// xTitle, ticks}.
function chart(lines, options) {
  const width = 320, height = options.height ?? 190, left = 46, right = 10, top = 10, bottom = 34;
  const scale = kind => ({kind, low: Infinity, high: -Infinity});
  const axes = {x: scale(options.x ?? "linear"), y: scale(options.y ?? "linear")};
  const usable = (axis, value) => value !== null && Number.isFinite(value)
    && (axis.kind === "linear" || value > 0);
  lines = lines.map(line => ({...line, points: line.points.filter(
    ([x, y]) => usable(axes.x, x) && usable(axes.y, y))})).filter(line => line.points.length);
  if (!lines.length) return null;
  const each = (index, body) => lines.forEach(line => line.points.forEach(point => body(point[index])));
  each(0, x => { axes.x.low = Math.min(axes.x.low, x); axes.x.high = Math.max(axes.x.high, x); });
  each(1, y => { axes.y.low = Math.min(axes.y.low, y); axes.y.high = Math.max(axes.y.high, y); });
  const {x, y} = axes;
  if (y.kind === "logarithmic") {
    y.low = Math.max(y.low, y.high * 10 ** -(options.decades ?? 6)) / 1.15;
    y.high *= 1.15;
  } else {
    const margin = (y.high - y.low) * 0.05 || Math.abs(y.high) * 0.1 || 1;
    y.low -= margin;
    y.high += margin;
  }
  if (x.low === x.high) { x.low -= 0.5 * (x.kind === "linear"); x.high = x.high * 1.2 + 0.5; }
  const share = (axis, value) => axis.kind === "linear" ? (value - axis.low) / (axis.high - axis.low)
    : Math.log(value / axis.low) / Math.log(axis.high / axis.low);
  const frame = {x: left, y: top, width: width - left - right, height: height - top - bottom};
  const place = ([px, py]) => [frame.x + share(x, px) * frame.width,
    frame.y + frame.height * (1 - Math.max(0, share(y, py)))];
  const svg = make("svg", {class: "plot", viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": options.label ?? ""});
  svg.append(make("rect", {class: "frame", ...frame, "data-x": `${x.kind} ${x.low} ${x.high}`,
    "data-y": `${y.kind} ${y.low} ${y.high}`}));
  const text = (content, px, py, anchor) => svg.append(
    make("text", {x: px, y: py, "text-anchor": anchor, class: "muted small"}, content));
  for (const tick of ticks(y, 4)) {
    const py = place([x.low, tick])[1];
    svg.append(make("line", {class: "gridline", x1: frame.x, x2: frame.x + frame.width, y1: py, y2: py}));
    text(plain(tick), frame.x - 5, py + 4, "end");
  }
  let free = -Infinity;
  for (const tick of options.ticks ?? ticks(x, 5)) {
    const px = place([tick, y.low])[0], label = plain(tick), half = label.length * 3.4;
    if (px - half < free || px < frame.x - 1 || px > frame.x + frame.width + 1) continue;
    svg.append(make("line", {class: "gridline", x1: px, x2: px, y1: frame.y, y2: frame.y + frame.height}));
    text(label, px, frame.y + frame.height + 15, "middle");
    free = px + half + 4;
  }
  const foot = frame.y + frame.height;
  svg.append(make("line", {class: "axis", x1: frame.x, x2: frame.x + frame.width, y1: foot, y2: foot}));
  if (options.xTitle) text(options.xTitle, frame.x + frame.width / 2, height - 4, "middle");
  for (const line of lines) {
    const points = line.points.filter(point => y.kind === "linear" || point[1] >= y.low).map(place);
    if (!points.length) continue;
    svg.append(make("polyline", {class: "line " + line.style, "data-name": line.name,
      points: points.map(point => point.map(v => v.toFixed(2)).join(",")).join(" ")}));
    if (line.marked && points.length <= 24) {
      for (const [cx, cy] of points) svg.append(make("circle", {class: line.fill, cx, cy, r: 2.4}));
    }
  }
  return svg;
}

// About so many round numbers between the ends of an axis.
function ticks(axis, wanted) {
  const {low, high} = axis;
  if (axis.kind === "logarithmic" && high / low > 8) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const stride = Math.max(1, Math.ceil((last - first) / wanted));
    return Array.from({length: Math.max(0, last - first + 1)}, (_, i) => last - i)
      .filter((_, i) => i % stride === 0).map(exponent => Number("1e" + exponent)).reverse();
  }
  const rough = (high - low) / wanted, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find(digit => digit * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({length: Math.max(0, last - first + 1)},
    (_, i) => Number(((first + i) * step).toPrecision(12)));
}

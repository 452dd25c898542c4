import Spectra

/// The page's skeleton, looks and behaviour, as text in the program so that the binary needs no files
/// beside it.
enum PageTemplate {
  /// The top of every page, up to its first section.
  static let head = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sigmascope: {{title}}</title>
    <style>{{{style}}}</style>
    <style>{{{plotStyle}}}</style>
    </head>
    <body>
    <header>
    <div><p class="brand">Sigmascope</p><h1>{{title}}</h1></div>
    <button id="theme" type="button" aria-label="Switch between light and dark">Light / dark</button>
    </header>
    <main>

    """#

  static let html =
    head + #"""
      <section aria-label="Verdicts" class="cards">
      {{#runs}}
      <article class="card {{status}}">
      <h2><span class="badge">{{word}}</span> {{name}}</h2>
      <p class="headline">{{headline}}</p>
      {{#sentences}}<p>{{.}}</p>{{/sentences}}
      {{#hasRanks}}<p class="ranks"><b>Rank that would hold 99 % of the update:</b>
      {{#ranks}}<span>{{kind}} <b>{{rank}}</b></span> {{/ranks}}</p>{{/hasRanks}}
      {{#hasFindings}}<ul class="findings">{{#findings}}<li>{{.}}</li>{{/findings}}</ul>{{/hasFindings}}
      <p class="small">base {{base}} · content {{hash}} · steps {{steps}}</p>
      </article>
      {{/runs}}
      </section>
      <section aria-label="Modules">
      <h2>Modules</h2>
      <div class="controls">
      <label>Run <select id="run"></select></label>
      <label>Step <select id="step"></select></label>
      <label>Filter <input id="filter" type="search" placeholder="q_proj, layers.3, …"></label>
      <details id="columns"><summary>Columns</summary><div id="choices"></div></details>
      <span id="count" class="small" aria-live="polite"></span>
      </div>
      <div class="tablewrap" tabindex="0"><table id="modules"><thead></thead><tbody></tbody></table></div>
      <button id="more" type="button" hidden>Show more rows</button>
      <p class="small">Shares are drawn as bars; the mark on the bar of the head share is what a random
      orientation of the same update would give. {{vectors}}</p>
      </section>
      <section aria-label="Plots" class="plots">
      <h2>Plots</h2>
      {{#figures}}
      <figure><div class="scroll">{{{svg}}}</div><figcaption><b>{{title}}.</b> {{caption}}</figcaption></figure>
      {{/figures}}
      </section>
      <section class="method">
      <h2>How the numbers were computed</h2>
      <p>W is the base weight as stored, ΔW the whole update of the checkpoint in the same layout, both in
      Float64. Principal directions are the K = {{topCount}} singular vectors of W with the largest singular
      values (at most half of a matrix's own). <i>Chance</i> is an update with the same singular values in a
      uniformly random orientation; the moments of the head share under it are known in closed form, and
      z counts standard deviations from its mean.</p>
      <table class="plain"><thead><tr><th>Spectrum of</th><th>Matrices</th><th>By</th></tr></thead><tbody>
      {{#numerics}}<tr><td>{{what}}</td><td>{{count}}</td><td>{{how}}</td></tr>{{/numerics}}
      </tbody></table>
      <p class="small"><code>{{command}}</code><br>sigmascope {{version}}</p>
      </section>
      </main>
      <script id="data" type="application/json">{{{data}}}</script>
      <script>{{{script}}}</script>
      </body>
      </html>

      """#

  static let style = """
    :root{--paper:#fff;--ink:#1b1f24;--muted:#5b6470;--line:#e3e7ec;--raised:#f7f9fb;--accent:#0072b2;\
    --good:#00795a;--warn:#9a6a00;--bad:#b3261e}
    @media (prefers-color-scheme:dark){:root{--paper:#12161c;--ink:#e6e9ee;--muted:#9aa4b2;\
    --line:#2b323c;--raised:#191f27;--accent:#56b4e9;--good:#2fd1a3;--warn:#f2c14e;--bad:#ff8a80}}
    :root[data-theme=light]{--paper:#fff;--ink:#1b1f24;--muted:#5b6470;--line:#e3e7ec;--raised:#f7f9fb;\
    --accent:#0072b2;--good:#00795a;--warn:#9a6a00;--bad:#b3261e}
    :root[data-theme=dark]{--paper:#12161c;--ink:#e6e9ee;--muted:#9aa4b2;--line:#2b323c;\
    --raised:#191f27;--accent:#56b4e9;--good:#2fd1a3;--warn:#f2c14e;--bad:#ff8a80}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);\
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Helvetica,Arial,"DejaVu Sans",sans-serif}
    header,main{max-width:1060px;margin:0 auto;padding:0 24px}
    header{display:flex;justify-content:space-between;align-items:flex-start;gap:16px;padding-top:28px}
    .brand{margin:0;color:var(--muted);font-size:13px;letter-spacing:.08em;text-transform:uppercase}
    h1{font-size:26px;line-height:1.2;margin:.1em 0 .6em;overflow-wrap:anywhere}
    h2{font-size:18px;margin:1.6em 0 .6em}
    button,select,input{font:inherit;color:inherit;background:var(--raised);\
    border:1px solid var(--line);border-radius:6px;padding:4px 10px}
    :focus-visible{outline:2px solid var(--accent);outline-offset:1px}
    .cards{display:grid;gap:16px;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr))}
    .card{border:1px solid var(--line);border-left:4px solid var(--muted);border-radius:8px;\
    padding:14px 18px;background:var(--raised)}
    .card h2{margin:0 0 .4em;font-size:17px;overflow-wrap:anywhere}.card p{margin:.35em 0}
    .card.healthy{border-left-color:var(--good)}.card.suspicious{border-left-color:var(--warn)}
    .card.collapsed,.card.non_finite{border-left-color:var(--bad)}
    .badge{font-size:12px;font-weight:600;padding:2px 8px;border-radius:999px;border:1px solid currentColor;\
    color:var(--muted);vertical-align:2px}
    .healthy .badge{color:var(--good)}.suspicious .badge{color:var(--warn)}
    .collapsed .badge,.non_finite .badge{color:var(--bad)}
    .headline{font-weight:600}
    .ranks span{display:inline-block;margin:0 10px 0 0;white-space:nowrap}
    .findings{margin:.5em 0;padding-left:1.2em;color:var(--warn);overflow-wrap:anywhere}
    .small{font-size:13px;color:var(--muted);overflow-wrap:anywhere}
    .controls{display:flex;flex-wrap:wrap;gap:10px 16px;align-items:center;margin-bottom:10px}
    details{position:relative}summary{cursor:pointer}
    #choices{position:absolute;z-index:3;background:var(--paper);border:1px solid var(--line);\
    border-radius:6px;padding:8px 12px;max-height:320px;overflow:auto;width:300px}
    #choices label{display:block;font-size:13px}
    .tablewrap{overflow:auto;max-height:560px;border:1px solid var(--line);border-radius:8px}
    table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
    th,td{padding:5px 10px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
    th:first-child,td:first-child{text-align:left}
    thead th{position:sticky;top:0;background:var(--raised);z-index:2}
    thead button{all:unset;cursor:pointer;font-weight:600}
    thead button:focus-visible{outline:2px solid var(--accent)}
    th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
    tbody tr:hover{background:var(--raised)}
    .bad{color:var(--bad)}
    .bar{display:inline-block;position:relative;width:54px;height:8px;margin-right:6px;\
    background:var(--line);border-radius:2px;vertical-align:1px}
    .bar i{position:absolute;left:0;top:0;bottom:0;background:var(--accent);border-radius:2px}
    .bar u{position:absolute;top:-3px;bottom:-3px;width:2px;background:var(--ink)}
    .plain{width:auto}.plain td,.plain th{text-align:left;white-space:normal}
    figure{margin:0 0 28px}figcaption{max-width:76ch;color:var(--muted);font-size:14px}
    figcaption b{color:var(--ink)}
    .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;margin-bottom:8px}
    svg.plot{display:block;min-width:640px;width:100%;height:auto}
    code{font-size:13px;overflow-wrap:anywhere}
    @media print{header button,.controls,#more{display:none}.tablewrap{max-height:none;overflow:visible}\
    figure,.card{break-inside:avoid}}
    """

  static let script = #"""
    "use strict";
    const data = JSON.parse(document.getElementById("data").textContent);
    const $ = id => document.getElementById(id);
    const fixed = ["module", "layer", "shape"];
    const first = 8;
    const state = {run: 0, step: null, sort: "\#(RelativeUpdateNorm.name)", down: true, filter: "",
      shown: new Set(data.shown), limit: 200};
    const shares = /_share|_overlap|_sparsity|_center|survival|entropy/;

    function format(value) {
      if (value === null) return "";
      if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
      const size = Math.abs(value);
      return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : value.toPrecision(4);
    }
    function value(row, name) {
      if (name === "module") return row[2];
      if (name === "layer") return row[3];
      if (name === "shape") return row[5];
      return row[first + data.names.indexOf(name)];
    }
    function compare(a, b) {
      const x = value(a, state.sort), y = value(b, state.sort);
      if (x === null || y === null) return (x === null) - (y === null);
      const order = typeof x === "string" ? x.localeCompare(y, "en", {numeric: true}) : x - y;
      return state.down ? -order : order;
    }
    function head() {
      const row = document.createElement("tr");
      for (const name of [...fixed, ...state.shown]) {
        const cell = document.createElement("th"), button = document.createElement("button");
        cell.scope = "col";
        button.type = "button";
        button.textContent = name.replaceAll("_", " ");
        const index = data.names.indexOf(name);
        if (index >= 0) cell.title = data.summaries[index];
        if (state.sort === name) cell.ariaSort = state.down ? "descending" : "ascending";
        button.onclick = () => {
          state.down = state.sort === name ? !state.down : !fixed.includes(name);
          state.sort = name;
          save();
          draw();
        };
        cell.append(button);
        row.append(cell);
      }
      $("modules").tHead.replaceChildren(row);
    }
    function bar(row, name, number) {
      const bar = document.createElement("span"), fill = document.createElement("i");
      bar.className = "bar";
      fill.style.width = Math.max(0, Math.min(1, number)) * 100 + "%";
      bar.append(fill);
      if (name === "\#(HeadShareRight.name)" && row[7] !== null) {
        const mark = document.createElement("u");
        mark.style.left = row[7] * 100 + "%";
        mark.title = "chance: " + format(row[7]);
        bar.append(mark);
      }
      return bar;
    }
    function draw() {
      head();
      const run = data.runs[state.run];
      const words = state.filter.toLowerCase();
      const rows = run ? data.rows.filter(r => r[0] === run.name && r[1] === state.step &&
        r[2].toLowerCase().includes(words)) : [];
      rows.sort(compare);
      const body = document.createDocumentFragment();
      for (const row of rows.slice(0, state.limit)) {
        const line = document.createElement("tr");
        for (const name of [...fixed, ...state.shown]) {
          const cell = document.createElement("td"), found = value(row, name);
          if (typeof found === "number" && shares.test(name)) cell.append(bar(row, name, found));
          cell.append(typeof found === "string" ? found : format(found));
          line.append(cell);
        }
        if (row[6] > 0) {
          line.className = "bad";
          line.title = row[6] + " entries are NaN or infinite";
        }
        body.append(line);
      }
      $("modules").tBodies[0].replaceChildren(body);
      $("more").hidden = rows.length <= state.limit;
      $("count").textContent = rows.length + " modules";
    }
    function steps() {
      const run = data.runs[state.run];
      const list = run ? run.steps : [];
      $("step").replaceChildren(...list.map(step => new Option(step, step)));
      if (!list.includes(state.step)) state.step = list[list.length - 1];
      $("step").value = state.step;
    }
    function save() {
      history.replaceState(null, "", "#sort=" + state.sort + (state.down ? "" : ":up"));
    }
    const wanted = /#sort=([a-z0-9_]+)(:up)?/.exec(location.hash);
    if (wanted && (data.names.includes(wanted[1]) || fixed.includes(wanted[1]))) {
      state.sort = wanted[1];
      state.down = !wanted[2];
      if (!fixed.includes(wanted[1])) state.shown.add(wanted[1]);
    }
    if (!data.names.includes(state.sort) && !fixed.includes(state.sort)) state.sort = "module";
    $("run").replaceChildren(...data.runs.map((run, i) => new Option(run.name, i)));
    $("run").onchange = e => { state.run = Number(e.target.value); steps(); draw(); };
    $("step").onchange = e => { state.step = Number(e.target.value); draw(); };
    $("filter").oninput = e => { state.filter = e.target.value; draw(); };
    $("more").onclick = () => { state.limit += 500; draw(); };
    $("choices").replaceChildren(...data.names.map((name, index) => {
      const label = document.createElement("label"), box = document.createElement("input");
      box.type = "checkbox";
      box.checked = state.shown.has(name);
      box.onchange = () => { box.checked ? state.shown.add(name) : state.shown.delete(name); draw(); };
      label.title = data.summaries[index];
      label.append(box, " " + name);
      return label;
    }));
    $("theme").onclick = () => {
      const root = document.documentElement;
      const dark = root.dataset.theme ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
    };
    steps();
    draw();
    """#
}

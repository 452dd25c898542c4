/// The skeleton of a study's page.
enum StudyPageTemplate {
  static let html =
    PageTemplate.head + #"""
      <section aria-label="In short" class="cards">
      {{#cards}}
      <article class="card"><h2>{{title}}</h2>{{#sentences}}<p>{{.}}</p>{{/sentences}}</article>
      {{/cards}}
      </section>
      {{#hasClaims}}
      <section aria-label="Claims">
      <h2>Claims</h2>
      <p class="small">Each verdict comes from a rule that was fixed before the data were seen; open a row for the
      rule and the numbers. Intervals are 95 % intervals over seeds: the wider of bootstrap and Student's t at each
      end.</p>
      <div class="claims">
      {{#claims}}
      <details class="claim {{class}}">
      <summary><span class="number">{{number}}</span><span class="verdict">{{verdict}}</span>
      <span class="statement">{{statement}}</span></summary>
      <p><b>Measured:</b> {{measured}}</p>
      <p><b>Reported:</b> {{reported}} <span class="small">{{source}}</span></p>
      <p><b>Rule:</b> {{rule}}</p>
      {{#hasEvidence}}<table class="plain"><thead><tr><th>Number</th><th>Value</th><th>Interval</th><th>Runs</th>
      </tr></thead><tbody>{{#evidence}}<tr><td>{{label}}</td><td>{{value}}</td><td>{{interval}}</td>
      <td>{{count}}</td></tr>{{/evidence}}</tbody></table>{{/hasEvidence}}
      </details>
      {{/claims}}
      </div>
      </section>
      {{/hasClaims}}
      <section aria-label="Plots" class="plots">
      <h2>Plots</h2>
      {{#figures}}
      <figure><div class="scroll">{{{svg}}}</div><figcaption><b>{{title}}.</b> {{caption}}</figcaption></figure>
      {{/figures}}
      </section>
      <section aria-label="Arms">
      <h2>All arms</h2>
      <div class="controls"><label>Filter <input id="filter" type="search" placeholder="pissa, 0.003, …"></label>
      </div>
      <div class="tablewrap" tabindex="0"><table id="arms"><thead><tr>
      <th>Arm</th><th>Learning rate</th><th>Runs</th><th>Start</th><th>End</th><th>Interval</th><th>Collapsed</th>
      <th>At step</th><th>Against {{baseline}}</th><th>Interval</th><th>‖ΔW‖ / ‖W‖</th><th>Head share</th>
      <th>Spectral shift</th><th>Angle</th><th>Stable rank</th>
      </tr></thead><tbody>
      {{#arms}}<tr class="{{class}}"><td>{{name}}</td><td>{{rate}}</td><td>{{runs}}</td><td>{{start}}</td>
      <td>{{score}}</td><td>{{interval}}</td><td>{{collapsed}}</td><td>{{collapseStep}}</td>
      <td>{{difference}}</td><td>{{differenceInterval}}</td><td>{{norm}}</td><td>{{head}}</td><td>{{shift}}</td>
      <td>{{angle}}</td><td>{{rank}}</td></tr>
      {{/arms}}
      </tbody></table></div>
      <h2>Each arm at its own best learning rate</h2>
      <p class="small">For each seed the rate with the highest mean over the other seeds is taken; the seed's own
      score at it counts.</p>
      <div class="tablewrap" tabindex="0"><table><thead><tr><th>Arm</th><th>End</th><th>Interval</th>
      <th>Rates chosen</th><th>Rates tried</th><th>Seeds</th><th>Against {{baseline}}</th><th>Interval</th>
      </tr></thead><tbody>
      {{#ownBest}}<tr><td>{{name}}</td><td>{{score}}</td><td>{{interval}}</td><td>{{rates}}</td><td>{{tried}}</td>
      <td>{{seeds}}</td><td>{{difference}}</td><td>{{differenceInterval}}</td></tr>
      {{/ownBest}}
      </tbody></table></div>
      </section>
      {{#hasWarnings}}
      <section aria-label="Early warnings">
      <h2>What warns of collapse</h2>
      <p class="small">Read early in training, on runs that are not down yet. The area flatters, because its
      direction is chosen on the same runs; sensitivity and specificity are judged on seeds that neither direction
      nor threshold was learned from. Plain rivals, which need no singular values, are in italics.</p>
      <div class="tablewrap" tabindex="0"><table><thead><tr><th>Metric</th><th>Of training</th><th>Step</th>
      <th>ROC area</th><th>Interval</th><th>Before collapse it</th><th>Sensitivity</th><th>Specificity</th>
      <th>Collapsed</th><th>Did not</th></tr></thead><tbody>
      {{#warnings}}<tr class="{{class}}"><td>{{metric}}</td><td>{{share}}</td><td>{{step}}</td><td>{{area}}</td>
      <td>{{interval}}</td><td>{{orientation}}</td><td>{{sensitivity}}</td><td>{{specificity}}</td>
      <td>{{positives}}</td><td>{{negatives}}</td></tr>
      {{/warnings}}
      </tbody></table></div>
      </section>
      {{/hasWarnings}}
      <section class="method">
      <h2>How the numbers were made</h2>
      {{#hasNotes}}<ul class="findings">{{#notes}}<li>{{.}}</li>{{/notes}}</ul>{{/hasNotes}}<p>{{runs}} runs. A run's end is the accuracy of one drawn answer to each held-out problem after the last
      step (for runs without examinations, the mean reward over the last tenth of the steps). A run collapsed if the
      average reward over five steps fell below half of its best before and stayed there, or if a number stopped
      being finite. Intervals are percentiles of the bootstrap over seeds; differences are paired by seed. Metrics of
      weights are medians over the matrices of all layers, then means over seeds.</p>
      <p class="small"><code>{{command}}</code><br>sigmascope {{version}}</p>
      </section>
      </main>
      <script>{{{script}}}</script>
      </body>
      </html>
      """#

  static let style = """

    .claim{border:1px solid var(--line);border-left:4px solid var(--muted);border-radius:8px;margin:6px 0;\
    padding:6px 14px;background:var(--raised)}
    .claim summary{display:flex;gap:12px;align-items:baseline}
    .claim .number{color:var(--muted);min-width:1.6em;text-align:right}
    .claim .verdict{font-size:12px;font-weight:600;border:1px solid currentColor;border-radius:999px;\
    padding:1px 8px;white-space:nowrap;flex:none;width:8.6em;text-align:center;color:var(--muted)}
    .claim.reproduced{border-left-color:var(--good)}.claim.reproduced .verdict{color:var(--good)}
    .claim.not-reproduced{border-left-color:var(--bad)}.claim.not-reproduced .verdict{color:var(--bad)}
    .claim.undecided{border-left-color:var(--warn)}.claim.undecided .verdict{color:var(--warn)}
    .claim p{margin:.5em 0;max-width:90ch}.claim table{margin:.4em 0 .6em}
    tr.rival td{font-style:italic}tr.bad td{color:var(--bad)}
    """

  static let script = #"""
    "use strict";
    document.getElementById("theme").onclick = () => {
      const root = document.documentElement;
      const dark = root.dataset.theme ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
    };
    document.getElementById("filter").oninput = event => {
      const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of document.querySelectorAll("#arms tbody tr")) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every(word => text.includes(word));
      }
    };
    """#
}

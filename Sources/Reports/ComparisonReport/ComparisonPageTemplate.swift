/// The skeleton of a comparison's page.
enum ComparisonPageTemplate {
  static let html =
    PageTemplate.head + #"""
      {{#groups}}
      <section class="group" aria-label="{{title}}">
      <h2>{{title}}</h2>
      {{#hasCautions}}<div class="caution" role="note">{{#cautions}}<p>{{.}}</p>{{/cautions}}</div>{{/hasCautions}}
      {{#headlines}}<p class="headline">{{.}}</p>{{/headlines}}
      <div class="tablewrap" tabindex="0"><table class="arms"><thead><tr>
      <th>Arm</th><th>Learning rate</th><th>Runs</th><th>Seeds</th>
      {{#hasScore}}<th>Start</th><th>End</th><th>95 % CI</th>{{/hasScore}}<th>Lost</th>
      {{#hasDifference}}<th>Against {{baseline}}</th><th>95 % CI</th>{{/hasDifference}}
      <th>‖ΔW‖ / ‖W‖</th><th>Rank for 99 %</th><th>Head share</th>
      </tr></thead><tbody>
      {{#arms}}<tr class="{{class}}"><td>{{name}}</td><td>{{rate}}</td><td>{{runs}}</td><td>{{seeds}}</td>
      {{#hasScore}}<td>{{start}}</td><td>{{score}}</td><td>{{interval}}</td>{{/hasScore}}<td>{{lost}}</td>
      {{#hasDifference}}<td>{{difference}}</td><td>{{differenceInterval}}</td>{{/hasDifference}}
      <td>{{size}}</td><td>{{rank}}</td><td>{{head}}</td></tr>
      {{/arms}}
      </tbody></table></div>
      <details><summary>Every run</summary>
      <div class="tablewrap" tabindex="0"><table><thead><tr><th>Run</th><th>Arm</th><th>State</th>
      <th>Learning rate</th><th>Start</th><th>End</th><th>Column</th><th>‖ΔW‖ / ‖W‖</th></tr></thead><tbody>
      {{#runs}}<tr><td>{{name}}</td><td>{{arm}}</td><td class="{{status}}">{{word}}</td><td>{{rate}}</td>
      <td>{{start}}</td><td>{{end}}</td><td>{{column}}</td><td>{{size}}</td></tr>
      {{/runs}}
      </tbody></table></div></details>
      <div class="plots">
      {{#figures}}
      <figure><div class="scroll">{{{svg}}}</div><figcaption><b>{{title}}.</b> {{caption}}</figcaption></figure>
      {{/figures}}
      </div>
      {{#hasClaims}}
      <h3>Claims of papers that these runs can test</h3>
      <div class="claims">
      {{#claims}}
      <details class="claim {{class}}">
      <summary><span class="number">{{number}}</span><span class="verdict">{{verdict}}</span>
      <span class="statement">{{statement}}</span></summary>
      <p><b>Measured:</b> {{measured}}</p>
      <p><b>Reported:</b> {{reported}} <span class="small">{{source}}</span></p>
      <p><b>Rule:</b> {{rule}}</p>
      </details>
      {{/claims}}
      </div>
      {{/hasClaims}}
      </section>
      {{/groups}}
      <section class="method">
      <h2>How the numbers were made</h2>
      {{#hasNotes}}<ul class="findings">{{#notes}}<li>{{.}}</li>{{/notes}}</ul>{{/hasNotes}}
      <p>Runs are compared in groups of one base and one kind of training, each by what says how such runs went. An arm is
      a method with its settings; its runs differ in learning rate and seed alone. Differences are paired by seed, at one
      learning rate; intervals are percentiles of the bootstrap over seeds. A run is lost if a rule of docs/health.md says
      that it collapsed, diverged or is not finite. Metrics of weights are medians over matrices, then means over
      runs.</p>
      <p class="small"><code>{{command}}</code><br>sigmascope {{version}}</p>
      </section>
      </main>
      <script>{{{script}}}</script>
      </body>
      </html>
      """#

  static let style = """

    .caution{border-left:4px solid var(--warn);background:var(--raised);padding:4px 14px;margin:10px 0}
    td.collapsed,td.diverged,td.non_finite{color:var(--bad)}td.suspicious{color:var(--warn)}
    td.healthy{color:var(--good)}
    """
}

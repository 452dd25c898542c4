import Studies

/// A judged claim of a page.
struct ClaimEntry {
  let claim: JudgedClaim

  init(_ claim: JudgedClaim) { self.claim = claim }

  var isTested: Bool { claim.finding.verdict != .notTested }

  var values: [String: Any] {
    let verdict = claim.finding.verdict.rawValue
    return [
      "number": claim.number, "statement": claim.statement, "source": Self.linked(claim.source),
      "reported": claim.reported, "rule": claim.rule, "measured": claim.finding.measured,
      "verdict": verdict, "class": verdict.replacing(" ", with: "-"),
      "evidence": claim.finding.evidence.map { evidence in
        [
          "label": evidence.label, "value": Numbers.text(evidence.value),
          "interval": evidence.interval?.text ?? "", "count": String(evidence.count),
        ]
      }, "hasEvidence": !claim.finding.evidence.isEmpty,
    ]
  }

  /// The text as HTML, with a link at each number of arXiv.
  private static func linked(_ text: String) -> String {
    text.escaped.replacing(/arXiv (\d{4}\.\d{4,5})/) { match in
      "<a href=\"https://arxiv.org/abs/\(match.1)\">arXiv \(match.1)</a>"
    }
  }
}

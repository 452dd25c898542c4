import Diagnosis
import Spectra

/// A run in the overview: its row of the table and its card.
struct RunEntry {
  let run: RunAnalysis
  let style: SeriesStyle

  /// The cells, each with the text that is shown and the value that it is sorted by.
  var row: [String: Any] {
    let settings = run.settings
    let last = run.steps.last
    return [
      "name": run.name, "line": style.line, "fill": style.fill, "status": status.rawValue,
      "word": status.word, "rank": String(statusOrder),
      "cells": [
        Self.cell(run.method, run.method),
        Self.cell(settings.trainer ?? Self.words(settings.kind.rawValue)),
        Self.cell(settings.learningRate.map(Words.rate), number: settings.learningRate),
        Self.cell(
          settings.rank.map { rank in
            "\(rank)" + (settings.alpha.map { " / \(Numbers.setting($0))" } ?? "")
          }, number: settings.rank.map(Double.init)),
        Self.cell(course, number: run.verdict.outcome?.end, aside: run.verdict.outcome?.column),
        number(last?.medians[RelativeUpdateNorm.name]),
        number(last?.medians[EnergyRank99.name]),
        Self.cell(
          run.verdict.best.map { "step \($0.step)" },
          number: run.verdict.best.map { Double($0.step) }, note: run.verdict.best?.reason),
      ],
    ]
  }

  private var status: Verdict.Status { run.verdict.status }
  private var statusOrder: Int { Verdict.Status.allCases.firstIndex(of: status) ?? 0 }

  /// `0.57 → 0.86`.
  private var course: String? {
    run.verdict.outcome.map { "\(Numbers.text($0.start)) → \(Numbers.text($0.end))" }
  }

  private func number(_ value: Double?) -> [String: String] {
    Self.cell(value.map { Numbers.text($0) }, number: value)
  }

  private static func cell(
    _ text: String?, _ sorted: String? = nil, number: Double? = nil, note: String? = nil,
    aside: String? = nil
  ) -> [String: String] {
    var cell = ["text": text ?? "–"]
    cell["sorted"] = number.map { "\($0)" } ?? sorted ?? text
    // What a column has no value for comes last, however it is sorted.
    if text == nil { cell["sorted"] = "" }
    cell["note"] = note
    cell["aside"] = aside
    cell["class"] = number == nil && text != nil ? "text" : nil
    return cell
  }

  /// `reward_model` in words.
  private static func words(_ key: String) -> String { key.spelledOut }

  /// The facts behind the row, in words.
  func card(isOpen: Bool) -> [String: Any] {
    let verdict = run.verdict
    let notes = run.findings.filter { !run.warnings.contains($0) }
    return [
      "name": run.label, "status": status.rawValue, "word": status.word, "isOpen": isOpen,
      "headline": verdict.headline,
      "symptoms": verdict.symptoms.map { symptom in
        [
          "rule": symptom.rule, "status": symptom.status.rawValue, "word": symptom.status.word,
          "evidence": symptom.evidence, "cause": symptom.cause, "advice": symptom.advice,
          "columns": symptom.columns.joined(separator: ", "),
          "step": symptom.step.map { "step \($0)" } ?? "",
        ]
      },
      "sentences": verdict.sentences, "hasBest": verdict.best != nil,
      "best": verdict.best?.reason ?? "",
      "bestStep": verdict.best.map { "step \($0.step)" } ?? "",
      "ranks": verdict.suggestedRanks.sorted { $0.key < $1.key }.map {
        ["kind": $0.key, "rank": String($0.value)]
      },
      "hasRanks": !verdict.suggestedRanks.isEmpty,
      "skipped": verdict.skipped.map { ["rule": $0.rule, "reason": $0.reason] },
      "skippedCount": verdict.skipped.count, "hasSkipped": !verdict.skipped.isEmpty,
      "warnings": run.warnings, "hasWarnings": !run.warnings.isEmpty,
      "notes": notes, "hasNotes": !notes.isEmpty, "settings": settings,
    ]
  }

  /// What the run's files say of it: the terms of a list.
  private var settings: [[String: String]] {
    let settings = run.settings
    let facts: [(String, String?)] = [
      ("start", settings.start), ("scale", settings.scale.map(Numbers.setting)),
      ("dropout", settings.dropout.map(Numbers.setting)),
      ("targets", settings.targets.isEmpty ? nil : settings.targets.joined(separator: ", ")),
      ("trained parameters", settings.trainedParameters.map(String.init)),
      ("seed", run.seed.map(String.init)), ("base", run.base?.name),
      ("content of the base", run.base.map { String($0.contentHash.prefix(12)) }),
      ("steps", run.steps.map { String($0.step) }.joined(separator: ", ")),
    ]
    return facts.compactMap { name, value in value.map { ["name": name, "value": $0] } }
  }
}

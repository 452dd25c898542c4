import ArgumentParser
import Reports

/// What `analyze` writes.
struct FormatList: ExpressibleByArgument {
  static let all = FormatList(formats: Set(Report.Format.allCases))
  static let defaultCompletionKind = CompletionKind.list(Report.Format.allCases.map(\.rawValue))

  let formats: Set<Report.Format>

  init(formats: Set<Report.Format>) { self.formats = formats }

  init?(argument: String) {
    let found = argument.split(separator: ",").map { Report.Format(rawValue: String($0)) }
    guard !found.isEmpty, !found.contains(nil) else { return nil }
    formats = Set(found.compactMap { $0 })
  }

  var defaultValueDescription: String {
    Report.Format.allCases.filter(formats.contains).map(\.rawValue).joined(separator: ",")
  }
}

import Spectra

/// Claim 7: PiSSA's update stays in the head of the spectrum and shifts it; one that is made for the geometry
/// does not.
public enum HeadConcentration: Claim {
  public static let number = 7
  public static let statement =
    "PiSSA's update lies in the principal directions and shifts the spectrum, GeoRA's does not."
  public static let source = "GeoRA, 2026, arXiv 2601.09361"
  public static let reported =
    "Head share: PiSSA about 0.98, GeoRA at most 0.02; normalized spectral shift 0.395 and 0.092."
  public static let rule = """
    At the highest learning rate at which both improve, as in the source: head_share_right of PiSSA less \
    that of GeoRA is above 0.25, and normalized_spectral_shift by that of GeoRA above 2, with the whole \
    95 % interval over at least 3 seeds. The source's own definition of the head is not known.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let names = ["pissa", "geora"]
    guard let rate = StudyResults.highestHealthyRate(of: names.map { study.curve($0) })
    else { return .missing("learning rate at which pissa and geora both improve, on 3 seeds") }
    let groups = names.map { study.group($0, at: rate) }
    return .all(of: [
      groups[0].less(groups[1], .above, margin: 0.25, what: HeadShareRight.name) {
        $0.final(HeadShareRight.name)
      },
      groups[0].by(groups[1], .above, factor: 2, what: NormalizedSpectralShift.name) {
        $0.final(NormalizedSpectralShift.name)
      },
    ])
  }
}

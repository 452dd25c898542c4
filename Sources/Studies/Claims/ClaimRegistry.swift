/// Every claim, in the order of the table.
public enum ClaimRegistry {
  public static let all: [any Claim.Type] = []
}

import Documents
import Testing

@Suite("The nearest name") struct NearestNameTests {
  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("flaw", "lawn", 2),
    ("same", "same", 0), ("ab", "ba", 2),
  ])
  func `an edit distance counts letters to insert, delete or replace`(
    one: String, other: String, distance: Int
  ) {
    #expect(NearestName.editDistance(Array(one), Array(other)) == distance)
    #expect(NearestName.editDistance(Array(other), Array(one)) == distance)
  }

  @Test(arguments: [
    ("q_prj", "q_proj"), ("K_PROJ", nil), ("zzzzzz", nil), ("o_proj", "o_proj"),
    ("_proj", "q_proj"),
  ])
  func `the nearest is the first of the least distance, if half of the letters agree`(
    name: String, nearest: String?
  ) {
    #expect(NearestName.of(name, in: ["q_proj", "k_proj", "o_proj"]) == nearest)
  }

  @Test(arguments: [
    ("lera", "learning-rate"), ("learning", "learning-rate"), ("bas", "base"), ("sed", "seed"),
    ("lr", "learning-rate"), ("zzz", nil), ("fail-off", "fail-on"), ("ou", "out"),
  ])
  func `a name that is cut short means the one that begins so`(name: String, meant: String?) {
    let names = ["beta1", "seed", "learning-rate", "base", "fail-on", "out", "dropout"]
    #expect(NearestName.completed(name, in: names) == meant)
  }

  @Test(arguments: [
    ("pisa", ["pissa"]), ("lora", ["dora", "lora", "lora-fa", "lora-plus"]), ("x", []), ("", []),
    ("dora-plus", ["dora", "lora-plus"]),
  ])
  func `keys that begin alike or differ by two letters are near, the nearest first`(
    key: String, near: [String]
  ) {
    let keys = ["lora-plus", "lora-fa", "dora", "lora", "pissa"]
    #expect(NearestName.similar(to: key, among: keys) == near)
  }
}

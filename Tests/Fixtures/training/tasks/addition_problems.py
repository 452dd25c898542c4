"""Draws problems of the addition task a second time, from the definitions alone.

Run: python addition_problems.py   (no packages; the output is quoted in TaskExamplesTests)
SplitMix64 after Steele, Lea, Flood 2014; a number below n is the high word of 64 bits times n.
"""

MASK = (1 << 64) - 1


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, bound):
        return (self.next() * bound) >> 64


def is_held(operands, share=0.1):
    value = 0
    for operand in operands:
        value = SplitMix64(value ^ operand).next()
    return (SplitMix64(value).next() >> 11) * 2.0**-53 < share


def problems(held, count, seed):
    generator = SplitMix64(seed)
    found = []
    while len(found) < count:
        first, second = generator.below(100), generator.below(100)
        if is_held(sorted([first, second])) == held:
            found.append(f"{first:02}+{second:02}={first + second:03}")
    return found


print("training", problems(False, 5, 1))
print("held", problems(True, 5, 1))
pairs = [(a, b) for a in range(100) for b in range(a, 100)]
print("share held", sum(is_held(pair) for pair in pairs) / len(pairs))

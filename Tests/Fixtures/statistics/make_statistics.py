"""Writes golden.json: statistics of small samples by NumPy, SciPy and plain enumeration.

Run in this folder: python make_statistics.py   (numpy and scipy; versions stand in golden.json)
"""

import itertools
import json
import math
import pathlib

import numpy
import scipy
from scipy import special, stats

HERE = pathlib.Path(__file__).parent
RANDOM = numpy.random.default_rng(20240611)


def rounded(count, digits, shift=0.0):
    return [round(float(x), digits) for x in RANDOM.normal(shift, 1, count)]


def two_sided(values, observed):
    """The p value of a permutation distribution that is listed in full."""
    low = numpy.mean(values <= observed + 1e-9)
    high = numpy.mean(values >= observed - 1e-9)
    return float(min(1, 2 * min(low, high)))


def quantiles():
    samples = [[3.5], rounded(2, 3), rounded(7, 3), rounded(12, 0), rounded(25, 4)]
    chances = [0, 0.025, 0.25, 1 / 3, 0.5, 0.75, 0.9, 1]
    return [
        {"values": x, "probabilities": chances, "quantiles": numpy.quantile(x, chances).tolist(),
         "median": float(numpy.median(x)),
         "ranks": stats.rankdata(x).tolist()}
        for x in samples
    ]


def normal():
    chances = [1e-300, 1e-12, 1e-4, 0.01, 0.025, 0.2, 0.4999, 0.5, 0.7, 0.975, 0.9999, 1 - 1e-10]
    points = [-30, -8, -3, -1, -0.1, 0, 0.5, 2, 6]
    return {
        "probabilities": chances, "quantiles": special.ndtri(chances).tolist(),
        "points": points, "cumulative": special.ndtr(points).tolist(),
    }


def signed():
    cases = []
    samples = [rounded(1, 3), rounded(3, 3, 1), rounded(5, 3, 1), rounded(8, 3, 0.6),
               rounded(12, 3, 0.3), rounded(9, 0, 0.5), rounded(10, 1, 0.4), [1.0, 1.0, -1.0, 2.0, 0.0]]
    for differences in samples:
        x = numpy.array(differences)
        signs = numpy.array(list(itertools.product([1, -1], repeat=len(x))))
        entry = {"differences": differences, "pValue": two_sided(signs @ x, x.sum())}
        if len(x) > 2:
            d = float(x.mean() / x.std(ddof=1))
            m = len(x) - 1
            factor = math.gamma(m / 2) / (math.sqrt(m / 2) * math.gamma((m - 1) / 2))
            entry["hedges"] = d * factor
        cases.append(entry)
    return cases


def delong(positives, negatives):
    """The double sums of the paper, without ranks."""
    wins = numpy.sign(numpy.subtract.outer(positives, negatives)) / 2 + 0.5
    variance = wins.mean(1).var(ddof=1) / len(positives) + wins.mean(0).var(ddof=1) / len(negatives)
    area = wins.mean()
    reach = special.ndtri(0.975) * math.sqrt(variance)
    return {"positives": list(positives), "negatives": list(negatives), "area": float(area),
            "variance": float(variance), "lower": float(max(0, area - reach)),
            "upper": float(min(1, area + reach))}


def areas():
    return [delong(rounded(m, d, s), rounded(n, d))
            for m, n, d, s in [(2, 3, 3, 0.3), (8, 12, 3, 1), (15, 6, 0, 0.7), (40, 50, 1, 0.5)]]


def corrections():
    cases = [[0.01, 0.04, 0.03, 0.005], [0.5], [0.9, 0.8, 0.02, 0.02, 1, 0], [0.2, 0.6, 0.9],
             [round(float(p), 4) for p in RANDOM.uniform(size=20) ** 3]]
    out = []
    for p in cases:
        n = len(p)
        # Closed forms: Holm as a maximum over all smaller p values, by counting.
        order = sorted(p)
        holm = [min(1, max((n - k) * order[k] for k in range(n) if order[k] <= x)) for x in p]
        out.append({"pValues": p, "holm": holm})
    return out


def correlations():
    cases = []
    for count, digits in [(2, 3), (5, 3), (12, 3), (15, 0), (30, 1)]:
        x = rounded(count, digits)
        y = [round(a * 0.5 + b, digits) for a, b in zip(x, rounded(count, digits))]
        rho, p = stats.spearmanr(x, y)
        cases.append({"first": x, "second": y, "coefficient": float(rho)})
    return cases


def bootstraps():
    """Both intervals of the mean with so many resamples that the seed hardly matters."""
    cases = []
    for x in [rounded(5, 3), rounded(12, 3), [round(float(v), 3) for v in RANDOM.exponential(size=20)]]:
        entry = {"values": x, "deviation": float(numpy.std(x) / math.sqrt(len(x)))}
        for method in ("percentile", "BCa"):
            found = stats.bootstrap((x,), numpy.mean, n_resamples=400_000, method=method,
                                    batch=20_000, rng=numpy.random.default_rng(1)).confidence_interval
            entry[method] = [float(found.low), float(found.high)]
        cases.append(entry)
    return cases


def shares():
    cases = []
    for successes, trials in [(0, 5), (1, 7), (5, 5), (30, 40)]:
        found = stats.binomtest(successes, trials).proportion_ci(method="wilson")
        cases.append({"successes": successes, "trials": trials, "lower": found.low, "upper": found.high})
    return cases


golden = {
    "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__},
    "quantiles": quantiles(), "normal": normal(), "signed": signed(),
    "areas": areas(), "corrections": corrections(),
    "correlations": correlations(), "bootstraps": bootstraps(), "shares": shares(),
}
(HERE / "golden.json").write_text(json.dumps(golden, indent=None, separators=(",", ":")) + "\n")

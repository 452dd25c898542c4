"""Write pairs of small matrices and the value of every metric, by direct NumPy definitions.

`metrics/pairs.safetensors` holds `NAME.base` and `NAME.update` (F64), for the factored pair also
`NAME.left` and `NAME.right`; `metrics/golden.json` the values. `metrics/spectra.safetensors` holds
larger F32 matrices, `metrics/weightwatcher.json` what WeightWatcher says of them, and what the plain
functions below say: they must agree. The recipes are written out in `metrics/README.md`.
"""

import json
import logging
import math
import platform
from pathlib import Path

logging.disable(logging.WARNING)

import numpy as np
import scipy
import torch
import weightwatcher
from safetensors.numpy import save_file
from scipy.linalg import subspace_angles
from scipy.optimize import fmin

from make_bases import minilm_weights

OUT = Path(__file__).resolve().parent / "metrics"
SEED = 77
EPSILON = {"F64": 2.0**-52, "F32": 2.0**-23, "BF16": 2.0**-7, "F16": 2.0**-10}


# Rounding ---------------------------------------------------------------------------------------


def rounded(values, storage):
    """Round to the storage type as torch does: float64 to float32, then to the narrower type."""
    tensor = torch.tensor(values, dtype=torch.float64).to(torch.float32)
    narrow = {"F32": torch.float32, "BF16": torch.bfloat16, "F16": torch.float16}[storage]
    return tensor.to(narrow).to(torch.float64).numpy()


# Spectrum of the update ---------------------------------------------------------------------------


def spectrum_metrics(s, rows, columns, storage):
    p = len(s)
    energy = s**2
    total = energy.sum()
    result = {
        "update_frobenius_norm": math.sqrt(total),
        "update_spectral_norm": s[0],
        "nuclear_norm": s.sum(),
        "update_rank": int((s > s[0] * max(rows, columns) * EPSILON[storage]).sum()),
    }
    if total == 0:
        return result
    share = energy / total
    linear = s / s.sum()
    cumulative = np.cumsum(share)
    result |= {
        "stable_rank": total / energy[0],
        "effective_rank": math.exp(-xlogx(linear)),
        "spectral_entropy": -xlogx(share) / math.log(p) if p > 1 else None,
        "participation_ratio": total**2 / (energy**2).sum(),
        "energy_rank_90": smallest_count(cumulative, 0.90),
        "energy_rank_99": smallest_count(cumulative, 0.99),
        "top_share": share[0],
    }
    return result


def xlogx(q):
    q = q[q > 0]
    return float((q * np.log(q)).sum())


def smallest_count(cumulative, level):
    """The smallest k whose first k terms reach the level."""
    return int(np.argmax(cumulative >= level)) + 1


# Power law ----------------------------------------------------------------------------------------


def power_law(eigenvalues):
    """Clauset's fit as WeightWatcher does it for 20 values and more: exponent, distance, cut, tail.

    Every value but the largest is tried as the cut, so a tail has at least two values.
    """
    x = np.sort(eigenvalues)
    if len(x) < 2 or x[0] <= 0:
        return None
    log = np.log(x)
    best = None
    for i in range(len(x) - 1):
        n = len(x) - i
        excess = log[i:].sum() - n * log[i]
        if excess <= 0:  # all of the tail is one value
            continue
        alpha = 1 + n / excess
        model = 1 - (x[i:] / x[i]) ** (1 - alpha)
        distance = np.abs(model - np.arange(n) / n).max()
        if best is None or distance < best["distance"]:
            best = {"alpha": alpha, "distance": distance, "cut": x[i], "tail": n}
    return best


def small_sample_power_law(eigenvalues):
    """What WeightWatcher 0.7.7 does under 20 values: tails of eight and more, n - 1 for n in the
    exponent. Its corrected criterion is computed, then overruled by the plain smallest distance."""
    x = np.sort(eigenvalues)
    log = np.log(x)
    best = None
    for i in range(len(x) - 7):
        n = len(x) - i
        alpha = 1 + (n - 1) / (log[i:].sum() - n * log[i])
        distance = np.abs(1 - (x[i:] / x[i]) ** (1 - alpha) - np.arange(n) / n).max()
        if best is None or distance < best["distance"]:
            best = {"alpha": alpha, "distance": distance, "cut": x[i], "tail": n}
    return best


def nonzero_eigenvalues(s, rows, columns, storage):
    """The cut is relative, the same as in update_rank (WeightWatcher drops values under 1e-5)."""
    return s[s > s[0] * max(rows, columns) * EPSILON[storage]] ** 2


def windows(matrix, side=128, per_side=3):
    """Square windows of one size (the smaller side of a smaller matrix) that do not overlap: as many as
    fit along each side, at most three, spread evenly from end to end."""
    size = min(side, *matrix.shape)

    def starts(length):
        count = min(per_side, length // size)
        if count < 2:
            return [(length - size) // 2]
        return [i * (length - size) // (count - 1) for i in range(count)]

    for row in starts(matrix.shape[0]):
        for column in starts(matrix.shape[1]):
            yield matrix[row : row + size, column : column + size]


def farms(matrix, storage):
    """The mean of the windows' exponents; a window with fewer than twenty eigenvalues has none."""
    exponents = []
    for window in windows(matrix):
        values = np.linalg.svd(window, compute_uv=False) ** 2
        values = values[values > 1e-13 * values.max()]
        if len(values) >= 20:
            exponents.append(power_law(values)["alpha"])
    return {
        "windows": len(list(windows(matrix))),
        "mean_alpha": float(np.mean(exponents)) if exponents else None,
    }



# Marchenko-Pastur ---------------------------------------------------------------------------------


def triangle_density(values, bandwidth, grid):
    """Kernel density with the triangular kernel (1 - |d|/h)/h."""
    distance = np.abs(grid[:, None] - values[None, :]) / bandwidth
    return np.maximum(0, 1 - distance).sum(axis=1) / (len(values) * bandwidth)


def marchenko_pastur(eigenvalues, rows, columns):
    """WeightWatcher's fit, step by step; see the README."""
    long, short = max(rows, columns), min(rows, columns)
    q = long / short
    rescaling = len(eigenvalues) / eigenvalues.sum()
    values = np.sort(eigenvalues) * rescaling
    observed = np.sqrt(values) if q == 1 else values
    grid = np.linspace(0, observed.max() + 0.5, 1000)
    density = triangle_density(observed, 0.1, grid)
    kept = density > 0.01
    x, y = grid[kept], density[kept]
    peak = x[np.argmax(y)]

    def residual(sigma):
        sigma = float(np.ravel(sigma)[0])
        if q == 1:
            with np.errstate(invalid="ignore"):
                model = np.nan_to_num(np.sqrt(4 - x**2) / (math.pi * sigma**2))
            return float(((model - y) ** 2).sum())
        upper = (sigma * (1 + math.sqrt(1 / q))) ** 2
        lower = (sigma * (1 - math.sqrt(1 / q))) ** 2
        if upper < peak or upper > x.max() or lower > peak:
            return 1e6 * len(y)
        with np.errstate(invalid="ignore", divide="ignore"):
            root = np.sqrt((upper - x) * (x - lower))
            model = np.nan_to_num(root * q / (2 * math.pi * sigma**2 * x))
        return float(((model - y) ** 2).sum())

    unit = math.sqrt(values.max()) / (1 + 1 / math.sqrt(q))
    candidates = np.arange(0.05 * unit, 2.0 * unit, 0.01 * unit)
    start = candidates[np.argmin([residual(c) for c in candidates])]
    sigma = float(fmin(residual, start, disp=False)[0])
    edge = (sigma * (1 + 1 / math.sqrt(q))) ** 2
    fluctuation = (1 / math.sqrt(q)) * edge ** (2 / 3) * short ** (-2 / 3)
    threshold = edge + math.sqrt(fluctuation)
    return {
        "spikes": int((values > threshold).sum()),
        "sigma": sigma,
        "bulk_edge": edge / rescaling,
        "threshold": threshold / rescaling,
        "grid_sigma": float(start),
    }


def median_fit(eigenvalues, rows, columns):
    """A second way to the bulk's variance: the median eigenvalue is that of the law.

    None where the matrix has not full rank: there is no bulk to fit.
    """
    if eigenvalues.min() < (max(rows, columns) * EPSILON["F32"]) ** 2 * eigenvalues.max():
        return None
    long, short = max(rows, columns), min(rows, columns)
    variance = np.median(eigenvalues) / (long * marchenko_pastur_median(short / long))
    edge = variance * (math.sqrt(long) + math.sqrt(short)) ** 2
    return {
        "entry_variance": float(variance),
        "bulk_edge": float(edge),
        "spikes": int((eigenvalues > edge).sum()),
    }


def marchenko_pastur_median(beta):
    """Median of the law with unit variance and ratio beta = short / long, eigenvalues over long."""
    lower, upper = (1 - math.sqrt(beta)) ** 2, (1 + math.sqrt(beta)) ** 2
    # t = middle + radius·cos(angle) takes the square-root edges away.
    angle = (np.arange(200_000) + 0.5) * math.pi / 200_000
    t = (lower + upper) / 2 - (upper - lower) / 2 * np.cos(angle)
    weight = ((upper - lower) / 2 * np.sin(angle)) ** 2 / (2 * math.pi * beta * t)
    cumulative = np.cumsum(weight) * math.pi / 200_000
    return float(np.interp(0.5, cumulative, t))


# Against the base ---------------------------------------------------------------------------------


def null_moments(energy, size, head):
    """Head share of an update with these squared singular values in a random orientation."""
    total, square = energy.sum(), (energy**2).sum()
    mean = head / size
    spread = square - total**2 / size
    variance = 2 * head * (size - head) / size * spread / ((size - 1) * (size + 2)) / total**2
    return mean, variance


def largest(values, count):
    """The entries not below the count-th largest; of equal ones all."""
    return values >= np.sort(values, axis=None)[-count]


def relation_metrics(base, update, storages):
    rows, columns = base.shape
    p = min(rows, columns)
    k = min(16, p // 2)
    adapted = base + update
    u, sigma, vt = np.linalg.svd(base, full_matrices=False)
    u_new, sigma_new, vt_new = np.linalg.svd(adapted, full_matrices=False)
    s = np.linalg.svd(update, compute_uv=False)
    v, v_new = vt.T, vt_new.T
    total = (update**2).sum()
    zero = total == 0
    result, details = {}, {"k": k}

    result["relative_update_norm"] = np.linalg.norm(update) / np.linalg.norm(base)
    shift = np.linalg.norm(sigma_new - sigma)
    result["normalized_spectral_shift"] = shift / np.linalg.norm(sigma)

    for side, old, new in (("left", u, u_new), ("right", v, v_new)):
        angles = np.sort(np.degrees(subspace_angles(old[:, :k], new[:, :k])))[::-1]
        cosines = np.linalg.svd(old[:, :k].T @ new[:, :k], compute_uv=False)
        assert np.allclose(np.cos(np.radians(angles[::-1])), np.minimum(cosines, 1), atol=1e-12)
        result[f"principal_angle_{side}_max"] = angles[0]
        result[f"principal_angle_{side}_mean"] = angles.mean()
        result[f"subspace_overlap_{side}"] = (cosines**2).sum() / k
        details[f"principal_angles_{side}"] = angles

    first = min(10, p)
    best = np.abs(u.T @ u_new[:, :first]).max(axis=0)
    intruding = best < 0.5
    result["intruder_count"] = int(intruding.sum())
    leading = sigma_new[:first] ** 2
    result["intruder_energy_share"] = leading[intruding].sum() / leading.sum()
    details["best_match_of_leading_left_vectors"] = best

    before, after = rounded(base, "BF16"), rounded(adapted, "BF16")
    moved = before.view(np.uint64) != after.view(np.uint64)
    result["bf16_update_sparsity"] = 1 - moved.mean()
    chosen = 3 * base.size // 10
    reconstruction = (u[:, :k] * sigma[:k]) @ vt[:k]
    principal = largest(np.abs(reconstruction), chosen)
    quiet = largest(-np.abs(base), chosen)
    details["mask_entries"] = chosen
    details["moved_entries"] = int(moved.sum())
    for name, mask in (("principal", principal), ("low_magnitude", quiet)):
        share = (mask & moved).sum() / moved.sum() if moved.any() else None
        result[f"{name}_mask_overlap"] = share

    details["base_singular_values"] = sigma
    details["adapted_singular_values"] = sigma_new
    details["update_singular_values"] = s
    if zero:
        result["task_direction_rate"] = 0
        return result, details

    result["cosine_to_base"] = (
        (update * base).sum() / np.linalg.norm(update) / np.linalg.norm(base)
    )
    result["spectral_drift_share"] = shift**2 / total
    details["storage_survival"] = {
        storage: ((rounded(adapted, storage) - base) * update).sum() / total
        for storage in storages
    }

    right = (np.square(update @ v)).sum(axis=0)  # one value a direction j
    left = (np.square(u.T @ update)).sum(axis=1)
    core = u[:, :k].T @ update @ v[:, :k]
    result |= {
        "head_share_right": right[:k].sum() / total,
        "head_share_left": left[:k].sum() / total,
        "head_share_two_sided": (core**2).sum() / total,
        "tail_share_right": right[p - k :].sum() / total,
        "tail_share_left": left[p - k :].sum() / total,
    }
    energy_right, energy_left = right / right.sum(), left / left.sum()
    index = np.arange(p)
    result["principal_half_share"] = energy_right[index < p / 2].sum()
    result["energy_center_right"] = (index * energy_right).sum() / (p - 1)
    result["energy_center_left"] = (index * energy_left).sum() / (p - 1)
    aligned = np.diag(u.T @ update @ v)
    sure = sigma > sigma[0] * max(rows, columns) * EPSILON["F64"]
    rates = np.abs(aligned[sure]) / sigma[sure]
    result["task_direction_rate"] = rates.max()
    # Of rates that agree to nine digits the first.
    result["task_direction_index"] = int(np.argmax(rates >= rates.max() * (1 - 1e-9)))
    result["task_direction_share"] = (aligned**2).sum() / total
    base_share = sigma**2 / (sigma**2).sum()
    k90 = smallest_count(np.cumsum(base_share), 0.9)
    tail = base_share[k90:].sum()
    result["nonprincipal_enrichment"] = energy_right[k90:].sum() / tail if tail > 0 else None
    details["k90"] = k90
    details["projection_right"], details["projection_left"] = energy_right, energy_left
    for side, size in (("right", columns), ("left", rows)):
        mean, variance = null_moments(s**2, size, k)
        details[f"null_mean_{side}"], details[f"null_variance_{side}"] = mean, variance
        share = result[f"head_share_{side}"]
        result[f"null_z_{side}"] = (share - mean) / math.sqrt(variance) if variance > 0 else None
    return result, details


COLUMNS = """update_frobenius_norm update_spectral_norm relative_update_norm stable_rank effective_rank
spectral_entropy participation_ratio nuclear_norm energy_rank_90 energy_rank_99 top_share update_rank
power_law_alpha power_law_distance power_law_alpha_farms marchenko_pastur_spikes cosine_to_base
storage_survival normalized_spectral_shift spectral_drift_share principal_angle_left_max
principal_angle_right_max principal_angle_left_mean principal_angle_right_mean subspace_overlap_left
subspace_overlap_right head_share_right head_share_left head_share_two_sided tail_share_right
tail_share_left principal_half_share energy_center_right energy_center_left nonprincipal_enrichment
null_z_right null_z_left intruder_count intruder_energy_share bf16_update_sparsity
principal_mask_overlap low_magnitude_mask_overlap task_direction_rate task_direction_index
task_direction_share""".split()


def describe(base, update, storages=("F32", "BF16"), update_storage="F64"):
    """Every column; None where the metric has no meaning."""
    rows, columns = base.shape
    relation, details = relation_metrics(base, update, storages)
    s = details["update_singular_values"]
    values = dict.fromkeys(COLUMNS)
    values |= spectrum_metrics(s, rows, columns, update_storage) | relation
    if s[0] > 0:
        fit = power_law(nonzero_eigenvalues(s, rows, columns, update_storage))
        if fit:
            values["power_law_alpha"], values["power_law_distance"] = fit["alpha"], fit["distance"]
            details["power_law"] = fit
        details["farms"] = farms(update, update_storage)
        values["power_law_alpha_farms"] = details["farms"]["mean_alpha"]
        details["marchenko_pastur"] = marchenko_pastur(s**2, rows, columns)
        details["marchenko_pastur_median"] = median_fit(s**2, rows, columns)
        values["marchenko_pastur_spikes"] = details["marchenko_pastur"]["spikes"]
        values["storage_survival"] = details["storage_survival"].get("BF16")
    base_values = details["base_singular_values"]
    details["base_power_law"] = power_law(nonzero_eigenvalues(base_values, rows, columns, "F64"))
    assert list(values) == COLUMNS, set(values) ^ set(COLUMNS)
    return {"shape": [rows, columns], "metrics": values, "details": details}


# Pairs --------------------------------------------------------------------------------------------


def pairs():
    """Name, base, update, and what `describe` needs to know. Bases are exact in BF16, but MiniLM's."""
    random = np.random.default_rng(SEED)

    def gaussian(rows, columns, scale=1.0):
        return random.standard_normal((rows, columns)) * scale

    def base(rows, columns, decay=0.12):
        """A decaying spectrum, so that principal directions mean something."""
        u, s, vt = np.linalg.svd(gaussian(rows, columns), full_matrices=False)
        return rounded((u * s * np.exp(-decay * np.arange(len(s)))) @ vt, "BF16")

    yield "tall", base(24, 16), gaussian(24, 16, 0.1), {}
    yield "wide", base(16, 24), gaussian(16, 24, 0.1), {}
    yield "square", base(20, 20), gaussian(20, 20, 0.3), {}
    yield "rank_five", base(24, 16), gaussian(24, 5) @ gaussian(5, 16, 0.05), {}
    yield "rank_one", base(20, 20), np.outer(gaussian(20, 1), gaussian(1, 20, 0.2)), {}
    left = rounded(gaussian(48, 4, 0.2), "F32")
    right = rounded(gaussian(4, 32, 0.2), "F32")
    factored = {"factors": (left, right), "update_storage": "F32"}
    yield "factored", base(48, 32, 0.05), left @ right, factored
    yield "very_tall", base(60, 12), gaussian(60, 12, 0.05), {}
    yield "three_columns", base(5, 3), gaussian(5, 3, 0.2), {}
    query = minilm_weights()["encoder.layer.3.attention.self.query.weight"]
    query = query[:64, :48].numpy().astype(np.float64)
    scale = 0.1 * np.linalg.norm(query) / math.sqrt(query.size)
    yield "minilm", query, gaussian(64, 48, scale), {"storages": ("F32",)}
    u, s, vt = np.linalg.svd(query, full_matrices=False)
    head = u[:, :4] @ gaussian(4, 4, 0.1) @ vt[:4]
    yield "minilm_principal", query, head, {"storages": ("F32",)}
    tail = u[:, -6:] @ gaussian(6, 6, 0.1) @ vt[-6:]
    yield "minilm_tail", query, tail, {"storages": ("F32",)}
    square = base(20, 20)
    yield "multiple_of_base", square, 0.01 * square, {}
    yield "below_rounding", base(24, 16), gaussian(24, 16, 4e-4), {}
    loud = np.outer(gaussian(24, 1), gaussian(1, 16)) + np.outer(gaussian(24, 1), gaussian(1, 16))
    yield "intruders", base(24, 16), loud, {}
    yield "zero", base(16, 12), np.zeros((16, 12)), {}


# WeightWatcher ------------------------------------------------------------------------------------


def spectra():
    random = np.random.default_rng(SEED + 1)
    plain = random.standard_normal((256, 128))
    spiked = random.standard_normal((256, 128))
    for strength, seed in ((60, 1), (45, 2), (35, 3)):
        direction = np.random.default_rng(seed)
        left, right = direction.standard_normal(256), direction.standard_normal(128)
        spiked += strength * np.outer(left, right) / np.linalg.norm(left) / np.linalg.norm(right)
    minilm = minilm_weights()
    few = random.standard_normal((128, 8)) @ random.standard_normal((8, 64))
    return {
        "gaussian": plain,
        "gaussian_with_spikes": spiked,
        "heavy_tailed": random.standard_t(2.5, (256, 128)),
        "gaussian_square": random.standard_normal((128, 128)),
        "minilm_query": minilm["encoder.layer.2.attention.self.query.weight"].numpy(),
        "minilm_intermediate": minilm["encoder.layer.2.intermediate.dense.weight"].numpy()[
            :384, :192
        ],
        "rank_eight": few / 8,
        "sixteen_values": random.standard_normal((48, 16)),
    }


def weightwatcher_values(matrices):
    class Layers(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for name, matrix in matrices.items():
                layer = torch.nn.Linear(matrix.shape[1], matrix.shape[0], bias=False)
                layer.weight.data = torch.tensor(matrix)
                setattr(self, name, layer)

    watcher = weightwatcher.WeightWatcher(model=Layers())
    table = watcher.analyze(mp_fit=True, min_evals=2, plot=False)
    wanted = "alpha D xmin sigma num_pl_spikes num_spikes sigma_mp mp_softrank bulk_max bulk_min W_scale"
    result = {}
    for _, row in table.iterrows():
        result[row["longname"]] = {key: as_json(row[key]) for key in wanted.split()}
    return result


def compare(matrices):
    """WeightWatcher's values beside ours, for the same cut of small eigenvalues (1e-5)."""
    theirs = weightwatcher_values(matrices)
    result = {}
    for name, matrix in matrices.items():
        rows, columns = matrix.shape
        s = np.linalg.svd(matrix.astype(np.float64), compute_uv=False)
        fit = power_law(s[s**2 > 1e-5] ** 2)
        bulk = marchenko_pastur(s**2, rows, columns)
        small = (s**2 > 1e-5).sum() < 20  # WeightWatcher then fits by another rule
        same = small_sample_power_law(s[s**2 > 1e-5] ** 2) if small else fit
        assert abs(same["alpha"] - theirs[name]["alpha"]) < 1e-9, name
        assert abs(same["distance"] - theirs[name]["D"]) < 1e-9, name
        assert same["tail"] == theirs[name]["num_pl_spikes"], name
        assert bulk["spikes"] == theirs[name]["num_spikes"], (name, bulk, theirs[name])
        assert abs(bulk["sigma"] - theirs[name]["sigma_mp"]) < 1e-4, (name, bulk, theirs[name])
        result[name] = {
            "shape": [rows, columns],
            "weightwatcher": theirs[name],
            "small_sample_rule": bool(small),
            "power_law": fit,
            "marchenko_pastur": bulk,
            "marchenko_pastur_median": median_fit(s**2, rows, columns),
            "farms": farms(matrix.astype(np.float64), "F32"),
        }
        print(
            f"{name:22} alpha {fit['alpha']:.4f} (WeightWatcher {theirs[name]['alpha']:.4f}),"
            f" spikes {bulk['spikes']} ({theirs[name]['num_spikes']})"
        )
    return result


# Writing ------------------------------------------------------------------------------------------


def as_json(value):
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    return value


def write(name, document):
    text = json.dumps(as_json(document), indent=1, allow_nan=False)
    (OUT / name).write_text(text + "\n")


def main() -> None:
    torch.set_num_threads(1)
    OUT.mkdir(exist_ok=True)
    tensors, golden = {}, {}
    for name, base, update, options in pairs():
        factors = options.pop("factors", None)
        tensors[f"{name}.base"], tensors[f"{name}.update"] = base, np.ascontiguousarray(update)
        if factors:
            tensors[f"{name}.left"], tensors[f"{name}.right"] = factors
        golden[name] = describe(base, update, **options)
        golden[name]["update_storage"] = options.get("update_storage", "F64")
        golden[name]["base_storage"] = "F32" if "storages" in options else "BF16"
    save_file(tensors, OUT / "pairs.safetensors")
    versions = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "torch": torch.__version__,
        "weightwatcher": weightwatcher.__version__,
        "seed": SEED,
    }
    write("golden.json", {"versions": versions, "pairs": golden})
    matrices = {k: np.ascontiguousarray(v, dtype=np.float32) for k, v in spectra().items()}
    save_file(matrices, OUT / "spectra.safetensors")
    write("weightwatcher.json", {"versions": versions, "matrices": compare(matrices)})


if __name__ == "__main__":
    main()

"""The weight updates of orthogonal and structured tuners, in NumPy float64 from the stored tensors alone.

The same rules as `update_formulas.py`. Weights of convolutions are flattened to out x (in · kernel).
"""

import math

import numpy as np

from update_formulas import Update, pattern_value


def modules(adapter, *suffixes):
    """The modules that have a tensor of one of these names."""
    found = {k.removesuffix("." + s) for k in adapter for s in suffixes if k.endswith("." + s)}
    return sorted(found)


def flat(array):
    return array.reshape(array.shape[0], -1)


def low_rank(adapter, module, a, b, core=None):
    left, right = adapter[f"{module}.{a}"], adapter[f"{module}.{b}"]
    if core and f"{module}.{core}" in adapter:
        t = adapter[f"{module}.{core}"]
        return flat(np.einsum("ijkl,ip,jr->prkl", t, left, right))
    return left @ flat(right)


def lycoris_scale(config, module):
    rank = pattern_value(config["rank_pattern"], module, config["r"])
    alpha = pattern_value(config["alpha_pattern"], module, config["alpha"])
    return rank, alpha, alpha / rank


def loha(adapter, config, base):
    updates = {}
    for module in modules(adapter, "hada_w1_a"):
        rank, alpha, scale = lycoris_scale(config, module)
        first = low_rank(adapter, module, "hada_w1_a", "hada_w1_b", "hada_t1")
        second = low_rank(adapter, module, "hada_w2_a", "hada_w2_b", "hada_t2")
        updates[module + ".weight"] = Update(first * second * scale, rank, alpha, scale)
    return updates


def lokr(adapter, config, base):
    updates = {}
    for module in modules(adapter, "lokr_w1", "lokr_w1_a"):
        rank, alpha, scale = lycoris_scale(config, module)
        first = adapter.get(f"{module}.lokr_w1")
        if first is None:
            first = low_rank(adapter, module, "lokr_w1_a", "lokr_w1_b")
        second = adapter.get(f"{module}.lokr_w2")
        if second is None:
            second = low_rank(adapter, module, "lokr_w2_a", "lokr_w2_b", "lokr_t2")
        elif second.ndim != 3:  # peft multiplies 2-D by 3-D as 1 x a x c by b x d x kernel
            second = flat(second)
        product = np.kron(first, second) * scale
        shape = base[module + ".weight"].shape
        updates[module + ".weight"] = Update(product.reshape(shape), rank, alpha, scale)
    return updates


def skew(upper, size):
    q = np.zeros((size, size))
    q[np.triu_indices(size, 1)] = upper
    return q - q.T


def series(q, terms):
    """I + 2Q + 2Q² + … with the last power once; Q³ is there from three terms on."""
    r, power = np.eye(len(q)), np.eye(len(q))
    if terms > 1:
        r = r + 2 * q
    if terms > 2:
        power = q @ q
        r = r + 2 * power
        for _ in range(3, terms - 1):
            power = power @ q
            r = r + 2 * power
        r = r + power @ q
    return r


def block_diagonal(blocks):
    size = len(blocks[0])
    whole = np.zeros((size * len(blocks),) * 2)
    for i, block in enumerate(blocks):
        whole[i * size : (i + 1) * size, i * size : (i + 1) * size] = block
    return whole


def oft(adapter, config, base):
    updates = {}
    for name in ("oft_R.weight", "oft_embedding_R.weight"):
        for module in modules(adapter, name):
            weight, stored = base[module + ".weight"], adapter[f"{module}.{name}"]
            size = round((1 + math.sqrt(1 + 8 * stored.shape[1])) / 2)
            blocks = []
            for upper in stored:
                q = skew(upper, size)
                if config["coft"]:
                    # torch divides in float32, by the reciprocal
                    inverse = np.float32(1) / np.sqrt(np.float32(len(stored)))
                    bound = float(inverse * np.float32(config["eps"]))
                    norm = np.linalg.norm(q)
                    q = q if norm <= bound else q * (bound / norm)
                if config["use_cayley_neumann"]:
                    blocks.append(series(q, config["num_cayley_neumann_terms"]))
                else:
                    identity = np.eye(size)
                    blocks.append((identity - q) @ np.linalg.inv(identity + q))
            if config["block_share"]:
                blocks *= weight.shape[1] // size
            rotation = block_diagonal(blocks)
            rotation = rotation if "embedding" in name else rotation.T
            updates[module + ".weight"] = Update(weight @ rotation - weight)
    return updates


def butterfly(width, block, factor):
    """The permutation matrix before a factor: of each group, first the even half blocks, then the odd ones."""
    half, pieces = block // 2, 2 << factor
    order = [*range(0, pieces, 2), *range(1, pieces, 2)]
    rows = [
        start + piece * half + k
        for start in range(0, width, pieces * half)
        for piece in order
        for k in range(half)
    ]
    return np.eye(width)[rows]


def boft(adapter, config, base):
    updates = {}
    for module in modules(adapter, "boft_R"):
        weight, stored = base[module + ".weight"], adapter[f"{module}.boft_R"]
        size, changed = stored.shape[-1], weight
        for factor, rotations in enumerate(stored):
            blocks = []
            for r in rotations:
                s = (r - r.T) / 2
                blocks.append((np.eye(size) - s) @ np.linalg.inv(np.eye(size) + s))
            rotation = block_diagonal(blocks)
            if len(stored) > 1:
                p = butterfly(weight.shape[1], size, factor)
                rotation = p @ rotation @ p.T
            changed = changed @ rotation.T
        changed = adapter[f"{module}.boft_s"].reshape(-1, 1) * changed
        updates[module + ".weight"] = Update(changed - weight)
    return updates


def hra(adapter, config, base):
    updates = {}
    for module in modules(adapter, "hra_u"):
        weight, vectors = base[module + ".weight"], adapter[f"{module}.hra_u"]
        if config["apply_GS"]:
            q, _ = np.linalg.qr(vectors)  # spans the same, and signs cancel
            chain = np.eye(len(q)) - 2 * q @ q.T
        else:
            chain = np.eye(len(vectors))
            for u in (vectors / np.linalg.norm(vectors, axis=0)).T:
                chain = chain @ (np.eye(len(u)) - 2 * np.outer(u, u))
        updates[module + ".weight"] = Update(weight @ chain - weight)
    return updates


def hira(adapter, config, base):
    updates = {}
    for module in modules(adapter, "hira_A"):
        product = flat(adapter[f"{module}.hira_B"]) @ flat(adapter[f"{module}.hira_A"])
        weight = base[module + ".weight"]
        transposed = module.split(".")[-1] in ("c_attn", "c_proj", "c_fc")
        updates[module + ".weight"] = Update(weight * (product.T if transposed else product))
    for module in modules(adapter, "hira_embedding_A"):
        product = adapter[f"{module}.hira_embedding_B"] @ adapter[f"{module}.hira_embedding_A"]
        updates[module + ".weight"] = Update(base[module + ".weight"] * product.T)
    return updates


def glora(adapter, config, base):
    def path(module, letter):
        if f"{module}.glora_{letter}.Xd" in adapter:
            return adapter[f"{module}.glora_{letter}.Xd"] @ adapter[f"{module}.glora_{letter}.Xu"]
        return adapter[f"{module}.glora_{letter}.X"]

    updates = {}
    for module in modules(adapter, "glora_A.Xd", "glora_A.X"):
        weight, bias = base[module + ".weight"], base[module + ".bias"]
        updates[module + ".weight"] = Update(weight * path(module, "A") + path(module, "B"))
        change = bias * path(module, "D") + path(module, "E") + (weight @ path(module, "C"))[:, 0]
        updates[module + ".bias"] = Update(change)
    return updates


def deft(adapter, config, base):
    updates = {}
    for module in modules(adapter, "deft_P"):
        weight, p = base[module + ".weight"], adapter[f"{module}.deft_P"]
        weight = weight.T if config["fan_in_fan_out"] else weight
        if config["decomposition_method"] == "qr":
            left = right = np.linalg.qr(p)[0]
        else:
            left, right = p, np.maximum(p, 0)
        change = -right.T @ weight
        if not config["para"]:
            scale = config["alpha"] / p.shape[1] if config["alpha"] else 1
            change = change + scale * adapter[f"{module}.deft_R"]
        change = left @ change
        updates[module + ".weight"] = Update(change.T if config["fan_in_fan_out"] else change)
    return updates


def psoft(adapter, config, base):
    updates = {}
    for module in modules(adapter, "psoft_R.weight"):
        weight, r, stored = base[module + ".weight"], config["r"], adapter[f"{module}.psoft_R.weight"]
        if not config["psoft_orth"]:
            m = stored
        else:
            q = skew(stored, r)
            if config["use_cayley_neumann"]:
                norm, bound = np.linalg.norm(q), config["cayley_neumann_eps"]
                q = q * (bound / (norm + 1e-12)) if bound and norm > bound else q
                m = series(q, config["num_cayley_neumann_terms"])
            else:
                m = (np.eye(r) + q) @ np.linalg.inv(np.eye(r) - q)
        if f"{module}.psoft_R.vector_b" in adapter:
            m = adapter[f"{module}.psoft_R.vector_b"][:, None] * m
        if f"{module}.psoft_R.vector_a" in adapter:
            m = m * adapter[f"{module}.psoft_R.vector_a"]
        u, s, vt = np.linalg.svd(weight, full_matrices=False)
        u, s, vt = u[:, :r], s[:r], vt[:r]
        signs = np.sign(u[np.abs(u).argmax(0), range(r)])  # fixed in peft as well
        u, vt = u * signs, vt * signs[:, None]
        if config["ab_svd_init"] == "pissa_init":
            change = (u * np.sqrt(s)) @ (m - np.eye(r)) @ (np.sqrt(s)[:, None] * vt)
        else:
            change = (u * s) @ (m - np.eye(r)) @ vt
        updates[module + ".weight"] = Update(change)
    return updates


def osf(adapter, config, base):
    updates = {}
    for module in modules(adapter, "osf_svd_params.S_low"):
        low = {n: adapter[f"{module}.osf_svd_params.{n}_low"] for n in "USV"}
        u, s, vt = np.linalg.svd(base[module + ".weight"], full_matrices=False)
        kept = len(s) - len(low["S"])
        removed = (u[:, kept:] * s[kept:]) @ vt[kept:]
        updates[module + ".weight"] = Update((low["U"] * low["S"]) @ low["V"] - removed)
    return updates


def road(adapter, config, base):
    updates = {}
    group, half = config["group_size"], config["group_size"] // 2
    for module in modules(adapter, "road_theta"):
        weight, bias = base[module + ".weight"], base[module + ".bias"]
        theta, alpha = adapter[f"{module}.road_theta"], adapter[f"{module}.road_alpha"]
        rotation = np.zeros((len(weight),) * 2)
        for p in range(len(weight)):
            number, place = divmod(p, group)
            if config["variant"] == "road_1":
                c = s = number * half + place % half
            elif config["variant"] == "road_2":
                c = s = p
            else:
                c, s = 2 * number * group + place, (2 * number + 1) * group + place
            rotation[p, p] = alpha[c] * np.cos(theta[c])
            partner, sign = (p + half, -1) if place < half else (p - half, 1)
            rotation[p, partner] = sign * alpha[s] * np.sin(theta[s])
        updates[module + ".weight"] = Update(rotation @ weight - weight)
        updates[module + ".bias"] = Update(rotation @ bias - bias)
    return updates


def c3a(adapter, config, base):
    updates = {}
    for module in modules(adapter, "c3a_kernel"):
        kernel = adapter[f"{module}.c3a_kernel"]
        outputs, inputs, b = kernel.shape
        turn = (np.arange(b)[None] - np.arange(b)[:, None]) % b
        blocks = kernel[:, :, turn].transpose(0, 2, 1, 3).reshape(outputs * b, inputs * b)
        updates[module + ".weight"] = Update(blocks / (inputs * b))
    return updates


def frod(adapter, config, base):
    updates = {}
    for module in modules(adapter, "frod_lambda_l"):
        weight = base[module + ".weight"]
        weight = weight.T if config["fan_in_fan_out"] else weight
        kind = "_".join(module.split(".")[-2:])
        v = adapter[f"base_model.frod_V.{kind}"]
        rows, columns = adapter[f"base_model.frod_s_indices.{kind}"].astype(int)
        middle = np.diag(adapter[f"{module}.frod_lambda_l"])
        np.add.at(middle, (rows, columns), adapter[f"{module}.frod_lambda_s_values"])
        u = np.linalg.solve(v, weight.T).T
        u = (u / np.linalg.norm(u, axis=0)).astype(np.float32).astype(np.float64)
        change = u @ middle @ v.T - weight
        updates[module + ".weight"] = Update(change.T if config["fan_in_fan_out"] else change)
    return updates


def gelu(x):
    return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


ACTIVATIONS = {"relu": lambda x: np.maximum(x, 0), "gelu": gelu, "tanh": np.tanh}


def peanut(adapter, config, base):
    updates, act = {}, ACTIVATIONS[config["act_fn"]]
    for module in modules(adapter, "peanut_A.weight"):
        layer = lambda name: adapter[f"{module}.peanut_{name}.weight"]
        h = act(base[module + ".weight"].T @ layer("A").T)
        residuals = []
        for i in range(config["depth"]):
            residuals.append(h)
            h = act(h @ layer(f"encoders.{i}").T)
        for i in range(config["depth"]):
            h = act(h @ layer(f"decoders.{i}").T) + residuals[-1 - i]
        updates[module + ".weight"] = Update((config["scaling"] * h @ layer("B").T).T)
    return updates


FORMULAS = {
    "LOHA": loha,
    "LOKR": lokr,
    "OFT": oft,
    "BOFT": boft,
    "HRA": hra,
    "HIRA": hira,
    "GLORA": glora,
    "DEFT": deft,
    "PSOFT": psoft,
    "OSF": osf,
    "ROAD": road,
    "C3A": c3a,
    "FROD": frod,
    "PEANUT": peanut,
}

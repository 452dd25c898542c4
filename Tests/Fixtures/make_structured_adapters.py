"""Write adapters of orthogonal and structured tuners with peft itself, as `make_adapters.py` does for the others.

Also writes base-convolutions: three convolutions whose weights are cut out of base-minilm, so they are real numbers.
peft decomposes or multiplies in float32 for C3A, DEFT, FROD, OSF and PSOFT; their numbers come from
`structured_formulas.py`, and peft's merge in float32 is the check.

Run `make_bases.py` first. Needs torch, transformers, peft. Takes about a minute on one core.
"""

import json
import sys

import make_adapters as common
import numpy as np
import peft
import torch
import update_formulas
from make_adapters import case
from peft.tuners.boft import layer as boft_layer
from peft.tuners.psoft.layer import PsoftLayer
from safetensors.torch import load_file, save_file
from structured_formulas import FORMULAS

update_formulas.FORMULAS.update(FORMULAS)

# Convolutions ------------------------------------------------------------------------------------


class Convolutions(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.plane = torch.nn.Conv2d(8, 16, 3)
        self.point = torch.nn.Conv2d(16, 12, 1)
        self.line = torch.nn.Conv1d(12, 8, 3)

    def forward(self, x):
        return self.line(self.point(self.plane(x)).flatten(2))


def write_convolutions():
    source = load_file(common.FIXTURES / "base-minilm" / "model.safetensors")
    weight = source["encoder.layer.0.intermediate.dense.weight"]
    bias = source["encoder.layer.0.intermediate.dense.bias"]
    tensors = {}
    for name, parameter in Convolutions().named_parameters():
        rows = parameter.shape[0]
        if name.endswith("bias"):
            tensors[name] = bias[:rows].clone()
        else:
            window = weight[:rows, : parameter[0].numel()]
            tensors[name] = window.reshape(parameter.shape).clone()
    folder = common.FIXTURES / "base-convolutions"
    folder.mkdir(exist_ok=True)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps({"model_type": "convolutions"}) + "\n")


def with_convolutions(plain_base, plain_loss, plain_tensors, plain_merge):
    """The functions of `make_adapters.py`, which also know base-convolutions."""

    def load_base(name, dtype=torch.float32):
        if name != "base-convolutions":
            return plain_base(name, dtype)
        model = Convolutions()
        model.load_state_dict(load_file(common.FIXTURES / name / "model.safetensors"))
        return model.to(dtype).eval()

    def random_loss(model, base):
        if base != "base-convolutions":
            return plain_loss(model, base)
        generator = torch.Generator().manual_seed(common.SEED)
        output = model(torch.randn((8, 8, 6, 6), generator=generator))
        return (output - torch.randn(output.shape, generator=generator)).square().mean()

    def flattened(tensors):
        return {k: v.reshape(v.shape[0], -1) if v.ndim > 2 else v for k, v in tensors.items()}

    common.load_base, common.random_loss = load_base, random_loss
    common.base_tensors = lambda *arguments: flattened(plain_tensors(*arguments))
    common.merged_tensors = lambda *arguments: flattened(plain_merge(*arguments))


with_convolutions(
    common.load_base, common.random_loss, common.base_tensors, common.merged_tensors
)

# Cases -------------------------------------------------------------------------------------------

TARGETS = ["query", "layer.0.output.dense", "layer.1.intermediate.dense"]
PLANES = dict(target_modules=["plane", "point"])
EVERY = dict(target_modules=["plane", "point", "line"])
ON_MINILM = dict(target_modules=TARGETS)
CONV1D = dict(target_modules=["c_attn", "mlp.c_proj"], fan_in_fan_out=True)
SINGLE = dict(source="peft float32")


def lycoris_cases():
    case(
        "loha",
        peft.LoHaConfig(
            r=4, alpha=8, rank_pattern={"intermediate.dense": 2}, alpha_pattern={"query": 3}, **ON_MINILM
        ),
    )
    case("loha-dense", peft.LoHaConfig(r=8, alpha=4, target_modules=["query"]))
    case(
        "loha-convolutions",
        peft.LoHaConfig(r=2, alpha=2, use_effective_conv2d=True, **EVERY),
        "base-convolutions",
    )
    case("loha-convolutions-flat", peft.LoHaConfig(r=2, alpha=2, **EVERY), "base-convolutions")
    case("lokr", peft.LoKrConfig(r=2, alpha=6, rank_pattern={"query": 3}, **ON_MINILM))
    case("lokr-both", peft.LoKrConfig(r=2, alpha=6, decompose_both=True, **ON_MINILM))
    case(
        "lokr-whole",
        peft.LoKrConfig(r=16, alpha=6, decompose_factor=4, target_modules=["value"]),
    )
    case(
        "lokr-convolutions",
        peft.LoKrConfig(r=2, alpha=3, decompose_factor=2, use_effective_conv2d=True, **EVERY),
        "base-convolutions",
    )
    case(
        "lokr-convolutions-flat",
        peft.LoKrConfig(r=2, alpha=3, decompose_factor=2, **EVERY),
        "base-convolutions",
    )
    case("lokr-convolutions-whole", peft.LoKrConfig(r=8, alpha=2, **EVERY), "base-convolutions")


def rotation_cases():
    case("oft", peft.OFTConfig(oft_block_size=8, **ON_MINILM))
    case(
        "oft-terms",
        peft.OFTConfig(oft_block_size=8, num_cayley_neumann_terms=3, target_modules=["query"]),
    )
    case("oft-cayley", peft.OFTConfig(oft_block_size=8, use_cayley_neumann=False, **ON_MINILM))
    case(
        "oft-constrained",
        peft.OFTConfig(r=12, oft_block_size=0, coft=True, eps=0.2, **ON_MINILM),
    )
    case("oft-shared", peft.OFTConfig(oft_block_size=16, block_share=True, **ON_MINILM))
    case("oft-embedding", peft.OFTConfig(oft_block_size=8, target_modules=["word_embeddings"]))
    case("oft-convolutions", peft.OFTConfig(oft_block_size=4, **PLANES), "base-convolutions")
    case("boft", peft.BOFTConfig(boft_block_size=8, **ON_MINILM))
    case("boft-convolutions", peft.BOFTConfig(boft_block_size=4, **PLANES), "base-convolutions")
    with_butterflies()
    case(
        "boft-butterfly",
        peft.BOFTConfig(boft_block_size=4, boft_n_butterfly_factor=3, **ON_MINILM),
    )
    case("hra", peft.HRAConfig(r=4, **ON_MINILM))
    case("hra-gram-schmidt", peft.HRAConfig(r=3, apply_GS=True, init_weights=False, **ON_MINILM))
    case("hra-convolutions", peft.HRAConfig(r=2, **PLANES), "base-convolutions")
    for number, group in ((1, 16), (2, 32), (4, 48)):
        config = peft.RoadConfig(variant=f"road_{number}", group_size=group, **ON_MINILM)
        case(f"road-{number}", config)


def with_butterflies():
    """Several butterfly factors need an extension that multiplies on graphics cards; this multiplies the same."""

    class BlockDiagonal:
        @staticmethod
        def apply(blocks):
            return torch.stack([torch.block_diag(*factor) for factor in blocks])

    boft_layer.get_fbd_cuda = lambda: True
    boft_layer.FastBlockDiag = BlockDiagonal


def product_cases():
    case("hira", peft.HiraConfig(r=4, **ON_MINILM))
    case("hira-embedding", peft.HiraConfig(r=4, target_modules=["word_embeddings"]))
    case("hira-convolutions", peft.HiraConfig(r=2, **EVERY), "base-convolutions")
    case("gpt2-hira", peft.HiraConfig(r=4, **CONV1D), "base-gpt2")
    paths = dict(config_A_B="lora", config_C="lora", config_D_E="vector")
    case("glora", peft.GloraConfig(r=4, **paths, **ON_MINILM))
    paths = dict(config_A_B="vector", config_C="vector", config_D_E="constant")
    case("glora-vectors", peft.GloraConfig(r=4, **paths, **ON_MINILM))
    paths = dict(config_A_B="constant", config_C="vector", config_D_E="constant")
    case("glora-constants", peft.GloraConfig(r=4, **paths, **ON_MINILM))
    case("peanut", peft.PeanutConfig(r=4, **ON_MINILM))
    case("peanut-deep", peft.PeanutConfig(r=4, depth=2, act_fn="gelu", scaling=0.5, **ON_MINILM))
    case("c3a", peft.C3AConfig(block_size=12, **ON_MINILM), **SINGLE)


def with_fixed_signs():
    """peft takes the signs of singular vectors as LAPACK leaves them, and they differ between machines and even between
    float32 and float64. Here the largest entry of each left vector is positive, in peft and in the formula."""
    decompose = PsoftLayer._compute_svd_factors

    def signed(layer, *arguments, **options):
        left, values, right = decompose(layer, *arguments, **options)
        columns = range(left.shape[1])
        signs = torch.sign(left[left.abs().argmax(0), columns])
        return left * signs, values, right * signs[:, None]

    PsoftLayer._compute_svd_factors = signed


def subspace_cases():
    with_fixed_signs()
    case("deft", peft.DeftConfig(r=4, **ON_MINILM), **SINGLE)
    case("deft-qr", peft.DeftConfig(r=4, decomposition_method="qr", alpha=6, **ON_MINILM), **SINGLE)
    case("deft-para", peft.DeftConfig(r=4, para=True, **ON_MINILM), **SINGLE)
    case("gpt2-deft", peft.DeftConfig(r=4, **CONV1D), "base-gpt2", **SINGLE)
    case("psoft", peft.PsoftConfig(r=6, psoft_alpha=3, **ON_MINILM), **SINGLE)
    case(
        "psoft-series",
        peft.PsoftConfig(
            r=6,
            ab_svd_init="pissa_init",
            use_cayley_neumann=True,
            cayley_neumann_eps=0.1,
            psoft_mag_a=False,
            **ON_MINILM,
        ),
        **SINGLE,
    )
    case("psoft-free", peft.PsoftConfig(r=6, psoft_orth=False, **ON_MINILM), **SINGLE)
    case("osf", peft.OSFConfig(effective_rank=0.9, rank_pattern={"query": 90}, **ON_MINILM), **SINGLE)
    frod = dict(sparse_rate=0.05, progressbar=False)
    case("frod", peft.FrodConfig(target_modules=["query"], **frod), **SINGLE)
    case(
        "gpt2-frod",
        peft.FrodConfig(target_modules=["attn.c_attn"], fan_in_fan_out=True, **frod),
        "base-gpt2",
        **SINGLE,
    )


def main() -> None:
    torch.set_num_threads(1)
    write_convolutions()
    groups = [lycoris_cases, rotation_cases, product_cases, subspace_cases]
    chosen = sys.argv[1:]  # names of groups; none means all
    for group in groups:
        if not chosen or group.__name__ in chosen:
            group()


if __name__ == "__main__":
    main()

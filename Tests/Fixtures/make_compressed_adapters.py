"""Write adapters of PEFT's sparse, spectral and shared methods and of LoRA's further forms, with golden values.

The cases are made as in `make_adapters.py`. `golden.json` holds what peft merges: in float64 where all of peft's
computation can be made float64 (`peft float64`), else in float32 with the bound that this deserves (`peft float32`).

Needs torch, transformers, peft. Takes about a minute on one core.
"""

import make_adapters as common  # first: it restarts Python with a fixed seed of hashes

import contextlib

import numpy as np
import peft
import torch
from peft import LoraConfig
from peft.tuners.lora.config import BdLoraConfig, KasaConfig, MontecloraConfig, VeloraConfig

QUERY = ["query"]
SHAPES = ["layer.0.attention.self.query", "layer.0.intermediate.dense", "layer.0.output.dense"]
CONV1D = ["h.0.attn.c_attn", "h.0.mlp.c_proj"]


@contextlib.contextmanager
def precision(kind, is_fourier):
    """The type of the tensors that peft makes. FourierFT asks for float32 by name."""
    single = torch.Tensor.float
    if is_fourier:
        torch.Tensor.float = torch.Tensor.double
    torch.set_default_dtype(kind)
    try:
        yield
    finally:
        torch.Tensor.float = single
        torch.set_default_dtype(torch.float32)


def golden(folder, base, *, is_double=True, note=None):
    original = common.base_tensors(base)
    kind = torch.float64 if is_double else torch.float32
    with precision(kind, is_fourier="fourierft" in folder.name):
        after = common.merged_tensors(folder, base, kind)
    tied = "lm_head.weight" not in original
    updates = {
        name: common.Update(value - original[name])
        for name, value in after.items()
        if not (tied and name == "lm_head.weight") and np.abs(value - original[name]).max() > 0
    }
    assert updates, folder.name
    common.write_golden(
        folder,
        base,
        updates,
        source="peft float64" if is_double else "peft float32",
        tolerance=None if is_double else 1e-5,
        note=note,
    )


def case(name, config, base="base-minilm", **options):
    model = common.start(config, base)
    common.train(model, base)
    golden(common.save(model, name), base, **options)


def projected_cases():
    case("pvera", peft.PveraConfig(r=8, target_modules=SHAPES))
    case(
        "pvera-without-projection",
        peft.PveraConfig(r=8, projection_prng_key=5, save_projection=False, target_modules=SHAPES),
        is_double=False,
    )
    case("gpt2-pvera", peft.PveraConfig(r=4, fan_in_fan_out=True, target_modules=CONV1D), "base-gpt2")
    randlora = dict(randlora_alpha=4)
    case("randlora", peft.RandLoraConfig(r=8, target_modules=["layers.0.self_attn.k_proj"], **randlora), "base-qwen2")
    unsaved = dict(projection_prng_key=5, save_projection=False, **randlora)
    case(
        "randlora-without-projection",
        peft.RandLoraConfig(r=20, target_modules=SHAPES, **unsaved),
        is_double=False,
    )
    case(
        "gpt2-randlora-sparse",
        peft.RandLoraConfig(r=16, sparse=True, fan_in_fan_out=True, target_modules=CONV1D, **unsaved),
        "base-gpt2",
        is_double=False,
    )
    case(
        "randlora-very-sparse",
        peft.RandLoraConfig(r=24, very_sparse=True, target_modules=QUERY, **unsaved),
        is_double=False,
    )


def spectral_cases():
    case(
        "fourierft",
        peft.FourierFTConfig(
            n_frequency=60,
            n_frequency_pattern={"intermediate.dense": 100},
            scaling=40,
            random_loc_seed=3,
            target_modules=SHAPES,
        ),
    )
    case(
        "gpt2-fourierft",
        peft.FourierFTConfig(n_frequency=50, fan_in_fan_out=True, target_modules=CONV1D),
        "base-gpt2",
    )
    case("waveft", peft.WaveFTConfig(n_frequency=80, random_loc_seed=3, target_modules=SHAPES))
    case(
        "waveft-coif2",
        peft.WaveFTConfig(
            n_frequency=80, wavelet_family="coif2", proportional_parameters=True, target_modules=SHAPES
        ),
    )
    case(
        "gpt2-waveft-sym5",
        peft.WaveFTConfig(
            n_frequency=80, wavelet_family="sym5", fan_in_fan_out=True, target_modules=CONV1D
        ),
        "base-gpt2",
    )
    case("waveft-direct", peft.WaveFTConfig(n_frequency=80, use_idwt=False, target_modules=SHAPES))


def sparse_cases():
    case("shira", peft.ShiraConfig(r=1, random_seed=3, target_modules=SHAPES))
    case("supertuning", peft.SupertuningConfig(sparsity=0.99, target_modules=SHAPES))
    case(
        "supertuning-lora",
        peft.SupertuningConfig(sparsity=0.99, r=2, target_modules=SHAPES),
    )
    case(
        "supertuning-without-indices",
        peft.SupertuningConfig(
            sparsity=0.99, select_top=False, save_precomputed_indices=False, target_modules=SHAPES
        ),
    )


def low_rank_cases():
    case("delora", peft.DeloraConfig(r=4, target_modules=SHAPES, rank_pattern={"query": 2}))
    case("gralora", peft.GraloraConfig(r=6, gralora_k=3, alpha=12, target_modules=SHAPES))
    case("gralora-hybrid", peft.GraloraConfig(r=4, hybrid_r=3, gralora_k=2, target_modules=SHAPES))
    case(
        "gpt2-gralora",
        peft.GraloraConfig(r=4, hybrid_r=2, gralora_k=2, fan_in_fan_out=True, target_modules=CONV1D),
        "base-gpt2",
    )
    bank = dict(num_vectors=24, vector_length=12, r=2)
    case("vblora", peft.VBLoRAConfig(topk=3, target_modules=SHAPES, **bank))
    case(
        "vblora-topk",
        peft.VBLoRAConfig(topk=2, save_only_topk_weights=True, target_modules=SHAPES, **bank),
        is_double=False,
    )
    case(
        "gpt2-vblora",
        peft.VBLoRAConfig(topk=1, save_only_topk_weights=True, fan_in_fan_out=True, target_modules=CONV1D, **bank),
        "base-gpt2",
        is_double=False,
    )
    case("unilora", peft.UniLoraConfig(r=2, save_indices=True, target_modules=SHAPES))
    case(
        "gpt2-unilora",
        peft.UniLoraConfig(r=2, save_indices=True, fan_in_fan_out=True, target_modules=CONV1D),
        "base-gpt2",
    )
    tiny = dict(r=3, u=5)
    case("tinylora", peft.TinyLoraConfig(target_modules=["query", "word_embeddings"], **tiny))
    case(
        "tinylora-tied",
        peft.TinyLoraConfig(weight_tying=0.5, target_modules=["query", "value", "output.dense"], **tiny),
    )
    case(
        "gpt2-tinylora",
        peft.TinyLoraConfig(r=1, u=4, weight_tying=1.0, fan_in_fan_out=True, target_modules=CONV1D),
        "base-gpt2",
    )
    case("beft", peft.BeftConfig(target_modules=SHAPES))


def lora_cases():
    lora = dict(r=4, lora_alpha=8, target_modules=SHAPES)
    case("kasa", LoraConfig(kasa_config=KasaConfig(), **lora), is_double=False)
    case(
        "bdlora",
        LoraConfig(
            use_bdlora=BdLoraConfig(
                target_modules_bd_a=["query"], target_modules_bd_b=["dense"], nblocks=2
            ),
            **lora,
        ),
    )
    case("monteclora", LoraConfig(monteclora_config=MontecloraConfig(buffer_size=2), **lora))
    case("velora", LoraConfig(velora_config=VeloraConfig(), **lora))


def main() -> None:
    torch.set_num_threads(1)
    groups = [projected_cases, spectral_cases, sparse_cases, low_rank_cases, lora_cases]
    chosen = common.sys.argv[1:]
    for group in groups:
        if not chosen or group.__name__ in chosen:
            group()


if __name__ == "__main__":
    main()

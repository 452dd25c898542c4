"""Write adapters with peft itself, and beside each the weight update it stands for.

Each case trains for a few Adam steps on random targets, so that no tensor is at its start, and is
saved by `save_pretrained`. `golden.json` holds, for each tensor of the base that changes, the true
update: merged weight minus the original base, in float64, from the stored float32 values.
The merge is peft's own in float64 where peft can (it refuses float64 for PiSSA and OLoRA), and is
compared with the formulas of `update_formulas.py`; the largest relative deviation is recorded.

Run `make_bases.py` first. Needs torch, transformers, peft. Takes about a minute on one core.
"""

import json
import os
import platform
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

if os.environ.get("PYTHONHASHSEED") != "0":  # peft writes target_modules in the order of a set
    os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONHASHSEED": "0"})
os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore")

import numpy as np
import peft
import safetensors
import torch
import transformers
from peft import (
    AdaLoraConfig,
    IA3Config,
    LNTuningConfig,
    LoraConfig,
    MissConfig,
    PeftModel,
    VeraConfig,
    get_peft_model,
)
from safetensors.numpy import load_file
from transformers import AutoModel, AutoModelForCausalLM

from update_formulas import FORMULAS, Update

FIXTURES = Path(__file__).resolve().parent
ADAPTERS = FIXTURES / "adapters"
SEED = 20240
UNSTORED = "embeddings.position_ids"  # a buffer, not a weight
PROBES = [(0.13, 0.71), (0.52, 0.08), (0.97, 0.94)]  # as shares of rows and columns

transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()


# Bases ------------------------------------------------------------------------------------------


def load_base(name, dtype=torch.float32):
    kind = AutoModel if name == "base-minilm" else AutoModelForCausalLM
    return kind.from_pretrained(FIXTURES / name, dtype=dtype).eval()


def base_tensors(name):
    stored = load_file(FIXTURES / name / "model.safetensors")
    return {key: value.astype(np.float64) for key, value in stored.items()}


# Training ---------------------------------------------------------------------------------------


def random_loss(model, base):
    """Distance to random targets: every parameter on the path gets a gradient."""
    generator = torch.Generator().manual_seed(SEED)
    if base == "base-minilm":
        ids = torch.randint(0, 128, (8, 24), generator=generator)
        output = model(input_ids=ids)
        target = torch.randn(output.last_hidden_state.shape, generator=generator)
        pooled = torch.randn(output.pooler_output.shape, generator=generator)
        return (
            (output.last_hidden_state - target).square().mean()
            + (output.pooler_output - pooled).square().mean()
        )
    ids = torch.randint(0, 64, (8, 16), generator=generator)
    logits = model(input_ids=ids).logits
    target = torch.randint(0, 64, (8, 16), generator=generator)
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten())


def train(model, base, steps=4, learning_rate=0.02, after_step=None):
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(parameters, lr=learning_rate)
    for step in range(steps):
        optimizer.zero_grad()
        random_loss(model, base).backward()
        optimizer.step()
        if after_step:
            after_step(model, step)


def start(config, base, depth=2):
    """A fresh adapter on `base`. The base's name is relative to the adapter's own folder."""
    torch.manual_seed(SEED)
    model = load_base(base)
    model.name_or_path = "../" * depth + base
    return get_peft_model(model, config).eval()


def save(model, folder, **options):
    folder = ADAPTERS / folder
    if folder.exists():
        shutil.rmtree(folder)
    model.save_pretrained(folder, **options)
    (folder / "README.md").unlink()  # the same empty model card every time
    return folder


# Golden values ----------------------------------------------------------------------------------


def unshare(model):
    """Give each module its own weights. peft merges in place, so tied or repeated weights would
    take every update that belongs to one of their users; its forward pass keeps them apart."""
    for module in model.modules():
        for name, parameter in list(module.named_parameters(recurse=False)):
            setattr(module, name, torch.nn.Parameter(parameter.detach().clone()))


def merged_tensors(folder, base, dtype):
    """What peft makes of the stored adapter, under the names of the base file."""
    torch.manual_seed(SEED)
    model = load_base(base, dtype)
    model = PeftModel.from_pretrained(model, folder, autocast_adapter_dtype=False)
    wrong = {p.dtype for n, p in model.named_parameters() if p.dtype != dtype}
    assert not wrong, f"{folder.name}: parameters in {wrong}"
    if base in ("base-qwen3moe", "base-mixtral"):  # experts have other names on disk
        with tempfile.TemporaryDirectory() as copy:
            model.merge_and_unload().save_pretrained(copy)
            stored = load_file(Path(copy) / "model.safetensors")
        return {key: value.astype(np.float64) for key, value in stored.items()}
    unshare(model)
    stored = model.merge_and_unload().state_dict()
    return {key: value.double().numpy() for key, value in stored.items() if key != UNSTORED}


def adapter_tensors(folder):
    stored = load_file(folder / "adapter_model.safetensors")
    return {k.removeprefix("base_model.model."): v.astype(np.float64) for k, v in stored.items()}


def relative(difference, reference):
    return float(np.linalg.norm(difference) / max(np.linalg.norm(reference), 1e-300))


def golden(folder, base, *, source="peft float64", started=None, owner=None, note=None):
    """`source` says which computation the numbers come from; the other one is the check."""
    config = json.loads((folder / "adapter_config.json").read_text())
    original = base_tensors(base)
    adapter = adapter_tensors(folder)
    assert all(v.size == 0 or np.abs(v).max() > 0 for v in adapter.values()), folder.name
    if started:
        adapter["start"] = adapter_tensors(started)
    updates = FORMULAS[config["peft_type"]](adapter, config, original)
    owner = owner or (lambda name: name)  # the tensor of the base that a changed tensor stems from
    merged, deviation = None, 0.0
    if source != "formula":
        merged = merged_tensors(
            folder, base, torch.float64 if source == "peft float64" else torch.float32
        )
        tied = "lm_head.weight" not in original and "lm_head.weight" not in updates
        changed = {
            name
            for name in merged
            if not (tied and name == "lm_head.weight")
            and np.abs(merged[name] - original[owner(name)]).max() > 0
        }
        assert changed <= set(updates), (folder.name, changed - set(updates))
        for name in sorted(updates):
            update = updates[name]
            peft_change = merged[name] - original[owner(name)]
            deviation = max(deviation, relative(update.change - peft_change, update.change))
            if source == "peft float64":
                update.change = peft_change
        bound = 1e-12 if source == "peft float64" else 1e-4
        assert deviation < bound, (folder.name, deviation)
    write_golden(
        folder,
        base,
        updates,
        source="peft float64" if source == "peft float64" else "formula float64",
        checked_against={
            "peft float64": "formula float64",
            "peft float32": "peft float32 merge",
            "formula": None,
        }[source],
        deviation=deviation if merged is not None else None,
        owner=owner,
        note=note,
    )


def write_golden(
    folder,
    base,
    updates,
    *,
    source,
    checked_against=None,
    deviation=None,
    tolerance=None,
    owner=lambda name: name,
    note=None,
):
    config = json.loads((folder / "adapter_config.json").read_text())
    document = {
        "adapter": str(folder.relative_to(ADAPTERS)),
        "method": config["peft_type"],
        "base": base,
        "source": source,
        "checked_against": checked_against,
        "largest_relative_deviation": deviation,
        "modules": {},
        "vectors": {},
    }
    if tolerance:
        document["tolerance"] = tolerance
    if note:
        document["note"] = note
    for name, update in sorted(updates.items()):
        change = update.change
        if change.ndim == 1:
            index = int(0.37 * change.size)
            document["vectors"][name] = {
                "length": change.size,
                "norm": float(np.linalg.norm(change)),
                "probe": [index, float(change[index])],
                "replaced": update.replaced,
            }
            continue
        rows, columns = change.shape
        probes = [(int(i * rows), int(j * columns)) for i, j in PROBES]
        if update.replaced and (change == 0).all(axis=1).any():
            probes[0] = (int(np.flatnonzero(change.any(axis=1))[0]), probes[0][1])
        entry = {
            "shape": [rows, columns],
            "frobenius_norm": float(np.linalg.norm(change)),
            "singular_values": np.linalg.svd(change, compute_uv=False)[:8].tolist(),
            "probes": [[i, j, float(change[i, j])] for i, j in probes],
            "rank": update.rank,
            "alpha": update.alpha,
            "scale": update.scale,
            "replaced": update.replaced,
        }
        if owner(name) != name:
            entry["base_module"] = owner(name).removesuffix(".weight")
        document["modules"][name.removesuffix(".weight")] = entry
    (folder / "golden.json").write_text(json.dumps(document, indent=1) + "\n")
    share = document["largest_relative_deviation"]
    print(
        f"{document['adapter']:38} {len(document['modules']):3} modules"
        f" {len(document['vectors']):3} vectors  deviation {share}"
    )


def case(name, config, base="base-minilm", **options):
    """Start, train, save, and write the golden values of one adapter."""
    training = options.pop("training", {})
    model = start(config, base)
    train(model, base, **training)
    golden(save(model, name), base, **options)


# Cases ------------------------------------------------------------------------------------------

ATTENTION = ["query", "value"]
EVERY_LINEAR = ["query", "key", "value", "attention.output.dense", "intermediate.dense"]
SHAPES = ["query", "intermediate.dense", "layer.0.output.dense", "layer.1.output.dense"]


def lora_cases():
    case("lora", LoraConfig(r=4, lora_alpha=8, target_modules=EVERY_LINEAR))
    case("lora-rank-1", LoraConfig(r=1, lora_alpha=2, target_modules=ATTENTION))
    case(
        "lora-patterns",
        LoraConfig(
            r=4,
            lora_alpha=8,
            target_modules=ATTENTION,
            # Order matters: for layer 1's value both keys match, and the first one wins.
            rank_pattern={"layer.1.attention.self.value": 2, "value": 6},
            alpha_pattern={"self.query": 3, r"encoder\.layer\.0\..*": 12},
        ),
    )
    case("rslora", LoraConfig(r=4, lora_alpha=8, use_rslora=True, target_modules=ATTENTION))
    case(
        "lora-bias",
        LoraConfig(r=4, lora_alpha=8, bias="all", lora_bias=True, target_modules=ATTENTION),
    )
    case(
        "lora-bias-only-targets",
        LoraConfig(r=4, lora_alpha=8, bias="lora_only", target_modules=ATTENTION),
    )
    case(
        "lora-modules-to-save",
        LoraConfig(r=4, lora_alpha=8, target_modules=ATTENTION, modules_to_save=["pooler"]),
    )
    case(
        "lora-embedding",
        LoraConfig(r=4, lora_alpha=8, target_modules=["word_embeddings", "query"]),
    )
    case("dora", LoraConfig(r=4, lora_alpha=8, use_dora=True, target_modules=SHAPES))
    case(
        "dora-embedding",
        LoraConfig(r=4, lora_alpha=8, use_dora=True, target_modules=["word_embeddings"]),
    )
    case(
        "orthogonal",
        LoraConfig(
            r=4, lora_alpha=8, init_lora_weights="orthogonal", target_modules=ATTENTION
        ),
    )
    case(
        "lora-layers",
        LoraConfig(
            r=4,
            lora_alpha=8,
            target_modules=ATTENTION,
            layers_to_transform=[1],
            layers_pattern="layer",
        ),
    )
    case(
        "lora-exclude",
        LoraConfig(
            r=4,
            lora_alpha=8,
            target_modules="all-linear",
            exclude_modules=["pooler.dense", "key"],
        ),
    )
    case(
        "lora-trainable-tokens",
        LoraConfig(
            r=4,
            lora_alpha=8,
            target_modules=ATTENTION,
            trainable_token_indices={"word_embeddings": [3, 17, 101]},
        ),
    )
    case(
        "lora-layer-replication",
        LoraConfig(
            r=4,
            lora_alpha=8,
            target_modules=ATTENTION,
            layer_replication=[[0, 2], [1, 2]],
        ),
        owner=lambda name: name.replace("layer.2.", "layer.1."),
        note="the adapted model has three layers; its layers 1 and 2 are both the base's layer 1",
    )


def residual_base_cases():
    pissa = dict(r=4, lora_alpha=8, target_modules=SHAPES)
    case("pissa", LoraConfig(init_lora_weights="pissa", **pissa), source="peft float32")
    case(
        "pissa-rslora",
        LoraConfig(init_lora_weights="pissa", use_rslora=True, **pissa),
        source="peft float32",
    )
    case("olora", LoraConfig(init_lora_weights="olora", **pissa), source="peft float32")
    randomised()
    converted("pissa-converted", LoraConfig(init_lora_weights="pissa", **pissa))
    converted(
        "pissa-rslora-converted",
        LoraConfig(init_lora_weights="pissa", use_rslora=True, **pissa),
    )
    converted("olora-converted", LoraConfig(init_lora_weights="olora", **pissa))


def randomised():
    """pissa_niter_4 draws its start anew at each load: the run keeps its step 0."""
    base = "base-minilm"
    config = LoraConfig(
        r=4, lora_alpha=8, init_lora_weights="pissa_niter_4", target_modules=["query", "value"]
    )
    model = start(config, base, depth=3)
    first = save(model, "pissa-niter-4/checkpoint-0")
    train(model, base)
    last = save(model, "pissa-niter-4/checkpoint-4")
    # The check: merge the live model, whose base is the true residual.
    live = model.merge_and_unload().state_dict()
    original = base_tensors(base)
    note = (
        "update against the original base: s(BA - B0A0) with B0A0 of checkpoint-0; loading "
        "checkpoint-4 alone draws another start, so peft's own reload is not the trained model"
    )
    golden(last, base, source="formula", started=first, note=note)
    document = json.loads((last / "golden.json").read_text())
    worst = 0.0
    for name, entry in document["modules"].items():
        change = live[name + ".weight"].numpy().astype(np.float64) - original[name + ".weight"]
        worst = max(worst, abs(np.linalg.norm(change) / entry["frobenius_norm"] - 1))
        for i, j, value in entry["probes"]:
            assert abs(change[i, j] - value) < 1e-6
    assert worst < 1e-5, worst
    document["checked_against"] = "peft float32 merge of the live model"
    document["largest_relative_deviation"] = worst
    (last / "golden.json").write_text(json.dumps(document, indent=1) + "\n")


def converted(name, config):
    """Saved as a plain LoRA of twice the rank by path_initial_model_for_weight_conversion."""
    base, kind = "base-minilm", config.init_lora_weights
    model = start(config, base)
    with tempfile.TemporaryDirectory() as initial:
        model.peft_config["default"].init_lora_weights = True
        model.save_pretrained(initial)
        model.peft_config["default"].init_lora_weights = kind
        train(model, base)
        folder = save(model, name, path_initial_model_for_weight_conversion=initial)
    golden(folder, base)


def adalora_cases():
    def allocate(model, step):
        model.base_model.update_and_allocate(step)

    steps = 24
    case(
        "adalora-pruned",
        AdaLoraConfig(
            init_r=6,
            target_r=3,
            tinit=2,
            tfinal=6,
            deltaT=1,
            total_step=steps,
            lora_alpha=8,
            target_modules=["query", "value", "attention.output.dense"],
        ),
        training=dict(steps=steps, after_step=allocate),
    )
    case(
        "adalora",
        AdaLoraConfig(
            init_r=6, target_r=3, total_step=steps, lora_alpha=8, target_modules=ATTENTION
        ),
    )


def other_cases():
    case("vera", VeraConfig(r=8, target_modules=SHAPES))
    case(
        "vera-without-projection",
        VeraConfig(r=8, projection_prng_key=5, save_projection=False, target_modules=SHAPES),
    )
    case("miss", MissConfig(r=8, target_modules=SHAPES))
    case("miss-remainder", MissConfig(r=7, target_modules=ATTENTION))
    case("miss-mini", MissConfig(r=8, mini_r=16, init_weights="mini", target_modules=SHAPES))
    case("miss-bat", MissConfig(r=8, init_weights="bat", target_modules=SHAPES))
    case(
        "ia3",
        IA3Config(
            target_modules=["key", "value", "layer.0.output.dense", "layer.1.output.dense"],
            feedforward_modules=["layer.0.output.dense", "layer.1.output.dense"],
        ),
    )
    case("ln-tuning", LNTuningConfig(target_modules=["LayerNorm"]))


def other_base_cases():
    conv1d = dict(r=4, lora_alpha=8, fan_in_fan_out=True, target_modules=["c_attn", "mlp.c_proj"])
    case("gpt2-lora", LoraConfig(**conv1d), "base-gpt2")
    case("gpt2-dora", LoraConfig(use_dora=True, **conv1d), "base-gpt2")
    case(
        "qwen2-lora",
        LoraConfig(
            task_type="CAUSAL_LM", r=4, lora_alpha=8, target_modules=["q_proj", "down_proj"]
        ),
        "base-qwen2",
    )
    tied = "lm_head and embed_tokens are one tensor: their two updates are the same one, count once"
    head = lambda name: name.replace("lm_head.", "model.embed_tokens.")
    case(
        "qwen2-lora-tied",
        LoraConfig(
            task_type="CAUSAL_LM",
            r=4,
            lora_alpha=8,
            target_modules=["lm_head", "embed_tokens", "v_proj"],
            ensure_weight_tying=True,
        ),
        "base-qwen2",
        owner=head,
        note=tied + "; peft's merge adds both to the shared tensor, its forward pass adds one to each",
    )
    case(
        "qwen2-modules-to-save-tied",
        LoraConfig(
            task_type="CAUSAL_LM",
            r=4,
            lora_alpha=8,
            target_modules=["v_proj"],
            modules_to_save=["embed_tokens"],
            ensure_weight_tying=True,
        ),
        "base-qwen2",
        owner=head,
        note=tied,
    )
    experts = dict(
        task_type="CAUSAL_LM",
        r=2,
        lora_alpha=4,
        target_modules=[],
        target_parameters=["mlp.experts.gate_up_proj", "mlp.experts.down_proj"],
    )
    case("qwen3moe-target-parameters", LoraConfig(**experts), "base-qwen3moe")
    case("mixtral-target-parameters", LoraConfig(**experts), "base-mixtral")


def main() -> None:
    torch.set_num_threads(1)
    ADAPTERS.mkdir(exist_ok=True)
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "peft": peft.__version__,
        "safetensors": safetensors.__version__,
        "numpy": np.__version__,
        "seed": SEED,
        "base_seeds": {"gpt2": 11, "qwen2": 12, "qwen3moe": 13, "mixtral": 14},
    }
    (ADAPTERS / "versions.json").write_text(json.dumps(versions, indent=1) + "\n")
    types = [member.value for member in peft.PeftType]
    (ADAPTERS / "peft-types.json").write_text(json.dumps(types, indent=1) + "\n")
    groups = [lora_cases, residual_base_cases, adalora_cases, other_cases, other_base_cases]
    chosen = sys.argv[1:]  # names of groups; none means all
    for group in groups:
        if not chosen or group.__name__ in chosen:
            group()


if __name__ == "__main__":
    main()

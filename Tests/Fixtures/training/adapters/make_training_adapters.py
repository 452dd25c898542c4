"""Golden numbers of how peft trains: AdaLoRA's rank allocator and LoRA-FA's optimiser.

`golden.json` holds the inputs, of three decimals, and what peft makes of them in float64:

- AdaLoRA: two linear layers, parameters and gradients drawn anew for each of six steps; the budget
  and the triplets that are left after each step, and the triplets' scores before the last choice.
- LoRA-FA: A and the gradient of B, and the gradient that the optimiser averages. Its product runs in
  bfloat16 where the machine can; that is switched off here.
- TinyLoRA: two linear layers that share one vector; what peft freezes, the merged weights, and the
  gradient of the vector for given gradients of the weights.
- LoRA-XS: peft has no such adapter. W + (alpha/r) B R A in PyTorch, and the gradient of R of half the
  square of its norm.

Usage: python make_training_adapters.py. Needs torch and peft; takes seconds.
"""

import json
import os
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import peft
import torch
from peft.optimizers import create_lorafa_optimizer, lorafa

HERE = Path(__file__).parent
SHAPES = {"m0": (6, 5), "m1": (4, 7)}
RANK, TARGET, STEPS = 4, 1, 6


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        for name, (rows, columns) in SHAPES.items():
            setattr(self, name, torch.nn.Linear(columns, rows, bias=False, dtype=torch.float64))

    def forward(self, x):
        return x


def draw(shape):
    return torch.round(torch.randn(*shape, dtype=torch.float64) * 1000) / 1000


def flat(tensor):
    return [round(value, 3) for value in tensor.flatten().tolist()]


def adalora():
    config = peft.AdaLoraConfig(
        init_r=RANK, target_r=TARGET, tinit=1, tfinal=2, deltaT=1, total_step=8,
        target_modules=list(SHAPES), lora_alpha=8,
    )
    model = peft.get_peft_model(Net(), config).double()
    allocator = model.base_model.rankallocator
    named = dict(model.named_parameters())

    def tensor(module, part):
        return named[f"base_model.model.{module}.{part}.default"]

    steps, scores = [], None
    for step in range(1, STEPS + 1):
        inputs = {}
        for module in SHAPES:
            for part in ("lora_A", "lora_B", "lora_E"):
                p = tensor(module, part)
                p.data = draw(p.shape)
                p.grad = draw(p.shape)
                inputs[f"{module}.{part}"] = {"value": flat(p.data), "gradient": flat(p.grad)}
        model.base_model.update_and_allocate(step)
        kept = {m: [e != 0 for e in tensor(m, "lora_E").flatten().tolist()] for m in SHAPES}
        steps.append(
            {"inputs": inputs, "budget": allocator.budget_schedule(step)[0], "kept": kept})
        if step == STEPS - 1:
            scores = {}
            for module in SHAPES:
                def score(part):
                    return allocator._element_score(f"{module}.{part}.default")
                scores[module] = (
                    score("lora_E").flatten() + score("lora_A").mean(1) + score("lora_B").mean(0)
                ).tolist()
    return {"steps": steps, "scores": scores}


def lora_fa():
    lorafa.is_bf16_available = lambda: False
    config = peft.LoraConfig(r=3, lora_alpha=6, target_modules=["m0"])
    model = peft.get_peft_model(Net(), config).double()
    optimizer = create_lorafa_optimizer(model, r=3, lora_alpha=6, lr=1e-3)
    layer = model.base_model.model.m0
    a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    a.data, b.grad = draw(a.shape), draw(b.shape)
    gradient = b.grad.clone()
    optimizer.step()
    (state,) = [s for s in optimizer.state.values() if "exp_avg_B" in s]
    return {
        "input": flat(a.data), "gradient": flat(gradient),
        "preconditioned": (state["exp_avg_B"] / (1 - 0.9)).flatten().tolist(),
    }


def tinylora():
    config = peft.TinyLoraConfig(
        r=2, u=3, weight_tying=1.0, projection_seed=0, target_modules=list(SHAPES))
    net = Net()
    for name in SHAPES:
        weight = getattr(net, name).weight
        weight.data = draw(weight.shape)
    base = {name: flat(getattr(net, name).weight) for name in SHAPES}
    model = peft.get_peft_model(net, config).double()
    vector = model.base_model.tinylora_v["default"]["0"]
    vector.data = draw(vector.shape)
    modules, loss = {}, 0
    for name, shape in SHAPES.items():
        layer = getattr(model.base_model.model, name)
        for part in ("tinylora_A", "tinylora_B", "tinylora_P"):
            buffer = getattr(layer, part)
            buffer["default"] = buffer["default"].double()
        output = draw(shape)
        delta = layer.get_delta_weight("default")
        loss = loss + (output * delta).sum()
        modules[name] = {
            "shape": list(shape), "base": base[name], "output": flat(output),
            "effective": (layer.get_base_layer().weight + delta).flatten().tolist(),
            "parameters": {
                "tinylora_v.0": flat(vector),
                **{part: getattr(layer, part)["default"].flatten().tolist()
                   for part in ("tinylora_A", "tinylora_B", "tinylora_P")},
            },
        }
    loss.backward()
    return {"modules": modules, "gradient": vector.grad.tolist()}


def lora_xs():
    rows, columns = SHAPES["m0"]
    middle, a, b, weight = (draw(s) for s in ((3, 3), (3, columns), (rows, 3), (rows, columns)))
    middle.requires_grad_()
    effective = weight + 6 / 3 * b @ middle @ a
    (effective.square().sum() / 2).backward()
    return {
        "middle": flat(middle), "input": flat(a), "output": flat(b), "weight": flat(weight),
        "effective": effective.flatten().tolist(), "gradient": middle.grad.flatten().tolist(),
    }


torch.manual_seed(0)
golden = {
    "versions": {"peft": peft.__version__, "torch": torch.__version__},
    "adalora": adalora(), "lora_fa": lora_fa(),
    "tinylora": tinylora(), "lora_xs": lora_xs(),
}
(HERE / "golden.json").write_text(json.dumps(golden))

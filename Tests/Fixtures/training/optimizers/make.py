"""Twenty steps of torch's optimisers in float64, and transformers' schedules.

    python make.py > expected.json
"""

import json

import torch
from transformers import get_scheduler

SHAPES = [(4, 3), (1, 5), (3, 6)]


def start(shape, number):
    count = shape[0] * shape[1]
    return torch.sin(torch.arange(count, dtype=torch.float64) + number).reshape(shape)


def gradient(weight, number, step):
    return torch.cos(3 * weight.detach() + number + 0.1 * step) * (1 + 0.05 * step)


class GASD(torch.optim.Muon):
    """Muon's step, preconditioned by the weight: the step of torch is read off and turned."""

    def __init__(self, parameters, lr, momentum, weight_decay):
        super().__init__(parameters, lr=lr, momentum=momentum, weight_decay=weight_decay)

    @torch.no_grad()
    def step(self):
        group = self.param_groups[0]
        before = [p.detach().clone() for p in group["params"]]
        super().step()
        for weight, old in zip(group["params"], before):
            decayed = old * (1 - group["lr"] * group["weight_decay"])
            step = weight - decayed
            floor = old.square().sum() / min(old.shape)
            turned = torch.linalg.solve(old @ old.T + floor * torch.eye(old.shape[0], dtype=old.dtype), step)
            weight.copy_(decayed + turned * step.norm() / turned.norm())


def run(make):
    parameters = [torch.nn.Parameter(start(s, n)) for n, s in enumerate(SHAPES)]
    optimizer = make(parameters)
    for step in range(20):
        for number, parameter in enumerate(parameters):
            parameter.grad = gradient(parameter, number, step)
        optimizer.step()
    return [p.detach().flatten().tolist() for p in parameters]


def schedule(name, **options):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = get_scheduler(name, optimizer, **options)
    values = []
    for _ in range(20):
        values.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return values


def clipped():
    parameters = [torch.nn.Parameter(start(s, n)) for n, s in enumerate(SHAPES)]
    for number, parameter in enumerate(parameters):
        parameter.grad = gradient(parameter, number, 0)
    norm = torch.nn.utils.clip_grad_norm_(parameters, 0.7).item()
    return {"norm": norm, "gradients": [p.grad.flatten().tolist() for p in parameters]}


print(json.dumps({
    "adamw": run(lambda p: torch.optim.AdamW(p, lr=0.03, betas=(0.8, 0.95), eps=1e-4, weight_decay=0.2)),
    "sgd": run(lambda p: torch.optim.SGD(p, lr=0.03, momentum=0.9, weight_decay=0.2)),
    "muon": run(lambda p: torch.optim.Muon(p, lr=0.03, momentum=0.9, weight_decay=0.2)),
    "gasd": run(lambda p: GASD(p, lr=0.03, momentum=0.9, weight_decay=0.2)),
    "constant": schedule("constant_with_warmup", num_warmup_steps=4),
    "linear": schedule("linear", num_warmup_steps=4, num_training_steps=16),
    "cosine": schedule("cosine_with_min_lr", num_warmup_steps=4, num_training_steps=20,
                       scheduler_specific_kwargs={"min_lr_rate": 0.1}),
    "clipped": clipped(),
    "torch": torch.__version__,
}, indent=1))

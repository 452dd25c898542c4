"""Write one rollout and what TRL's trainers make of it: objectives.json.

The loss, its derivatives and the logged numbers come from TRL's own `_compute_loss`, called on a
stand-in for the trainer whose "model" is a table of log-probabilities in float64. TRL has no
REINFORCE++; that one is written out below.
"""

import json
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import torch
import trl
from trl.trainer.grpo_trainer import GRPOTrainer
from trl.trainer.rloo_trainer import RLOOTrainer

OUT = Path(__file__).resolve().parent / "objectives.json"
GROUP, LENGTH = 4, 12
torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(20)


def uniform(*shape):
    return torch.rand(*shape, generator=generator)


lengths = [3, 7, 1, 12, 5, 5, 2, 9, 4, 6, 8, 1]
rewards = torch.tensor([1.0, 0, 0, 1, 0.1, 0.7, 1, 0, 1, 1, 1, 1])
count = len(lengths)
mask = (torch.arange(LENGTH)[None, :] < torch.tensor(lengths)[:, None]).double()
now = -3 * uniform(count, LENGTH) - 0.01
old = now + 1.1 * (uniform(count, LENGTH) - 0.5) + 0.3 * (uniform(count, 1) - 0.5)
reference = now + 0.8 * (uniform(count, LENGTH) - 0.5)
entropies = 2 * uniform(count, LENGTH)


def rows(table):
    return [table[i, :n].tolist() for i, n in enumerate(lengths)]


def centred(rewards, scale):
    groups = rewards.view(-1, GROUP)
    result = (groups - groups.mean(1, keepdim=True)).flatten()
    if scale == "group":
        result = result / (groups.std(1).repeat_interleave(GROUP) + 1e-4)
    if scale == "batch":
        result = result / (rewards.std() + 1e-4)
    return result


def leave_one_out(rewards):
    groups = rewards.view(-1, GROUP)
    return (groups - (groups.sum(1, keepdim=True) - groups) / (GROUP - 1)).flatten()


def whitened(table):
    total = mask.sum()
    mean = (table * mask).sum() / total
    variance = (((table - mean) ** 2) * mask).sum() / total
    return (table - mean) * variance.clamp(min=1e-8).rsqrt()


class Accelerator:
    num_processes = 1
    sync_gradients = False
    gather = gather_for_metrics = staticmethod(lambda x: x)
    reduce = staticmethod(lambda x, reduction: x)


def stand_in(table, entropy, options):
    trainer = SimpleNamespace(
        _get_per_token_logps_and_entropies=lambda *a, **k: (table, entropy, None),
        aux_loss_enabled=False, top_entropy_quantile=1.0, off_policy_mask_threshold=None,
        importance_sampling_level="token", beta=0.0, use_vllm=False, loss_type="grpo",
        epsilon_low=0.2, epsilon_high=0.2, max_completion_length=LENGTH,
        current_gradient_accumulation_steps=1, _entropy_bonus_enabled=False,
        use_adaptive_entropy=False, entropy_coef=0.0, model=SimpleNamespace(training=True),
        accelerator=Accelerator(), _metrics=defaultdict(lambda: defaultdict(list)),
        vllm_importance_sampling_correction=False,
        args=SimpleNamespace(use_bias_correction_kl=False, delta=None, steps_per_generation=1))
    vars(trainer).update(options)
    return trainer


def case(objective, options, trl_options, advantages, trainer=GRPOTrainer):
    table, entropy = now.clone().requires_grad_(), entropies.clone().requires_grad_()
    self = stand_in(table, entropy, trl_options)
    empty = torch.zeros(count, 0)
    loss = trainer._compute_loss(self, None, {
        "prompt_ids": empty, "prompt_mask": empty, "completion_ids": torch.zeros(count, LENGTH),
        "completion_mask": mask, "advantages": advantages, "old_per_token_logps": old,
        "old_logps": (old * mask).sum(1), "ref_per_token_logps": reference,
        "num_items_in_batch": mask.sum()})
    loss.backward()
    # TRL takes the mean of the gathered counts in single precision.
    metrics = {name: values[0] for name, values in self._metrics["train"].items()}
    return finish(objective, options, advantages, loss, table, entropy, metrics)


def finish(objective, options, advantages, loss, table, entropy, metrics):
    table_form = advantages if advantages.dim() == 2 else advantages[:, None].expand(-1, LENGTH)
    return {
        "objective": objective, "options": options, "advantages": rows(table_form),
        "loss": loss.item(), "weights": rows(table.grad),
        "entropyWeight": 0.0 if entropy.grad is None else entropy.grad[0, 0].item(),
        "metrics": metrics}


def clipped_token_mean(objective, options, advantages, low=0.2, high=0.2, beta=0.0, dual=None):
    """PPO's clip and a mean over all tokens, with the dual clip of verl."""
    table = now.clone().requires_grad_()
    ratio = torch.exp(table - old)
    losses = torch.maximum(-ratio * advantages, -ratio.clamp(1 - low, 1 + high) * advantages)
    if dual is not None:
        capped = torch.minimum(losses, -dual * advantages)
        losses = torch.where(advantages < 0, capped, losses)
    difference = reference - table
    losses = losses + beta * (torch.exp(difference) - difference - 1)
    loss = (losses * mask).sum() / mask.sum()
    loss.backward()
    return finish(objective, options, advantages, loss, table, entropies.clone(), {})


def returns(gamma, beta):
    table = -beta * (old - reference) * mask
    for i, n in enumerate(lengths):
        table[i, n - 1] += rewards[i]
        for t in reversed(range(n - 1)):
            table[i, t] += gamma * table[i, t + 1]
    return table


group = centred(rewards, "group")
none = centred(rewards, "none")
penalised = rewards - 0.05 * ((old - reference) * mask).sum(1)
cases = [
    case("grpo", {}, {}, group),
    case("grpo", {"klCoefficient": 0.04, "entropyCoefficient": 0.01},
         {"beta": 0.04, "_entropy_bonus_enabled": True, "entropy_coef": 0.01}, group),
    case("grpo", {"advantageScale": "batch", "clipLow": 0.05, "clipHigh": 0.1},
         {"epsilon_low": 0.05, "epsilon_high": 0.1}, centred(rewards, "batch")),
    case("dr-grpo", {}, {"loss_type": "dr_grpo"}, none),
    case("dapo", {}, {"loss_type": "dapo", "epsilon_high": 0.28}, group),
    case("dapo", {"klCoefficient": 0.1}, {"loss_type": "dapo", "epsilon_high": 0.28, "beta": 0.1},
         group),
    case("gspo", {"clipLow": 0.05, "clipHigh": 0.06, "klCoefficient": 0.02},
         {"importance_sampling_level": "sequence", "epsilon_low": 0.05, "epsilon_high": 0.06,
          "beta": 0.02}, group),
    case("gspo", {}, {"importance_sampling_level": "sequence", "epsilon_low": 3e-4,
                      "epsilon_high": 4e-4}, group),
    case("cispo", {}, {"loss_type": "cispo", "epsilon_high": 5.0}, group),
    case("cispo", {"weightCap": 1.1}, {"loss_type": "cispo", "epsilon_high": 1.1}, group),
    case("rloo", {}, {}, leave_one_out(rewards), RLOOTrainer),
    case("rloo", {"klCoefficient": 0.05}, {}, leave_one_out(penalised), RLOOTrainer),
    clipped_token_mean("reinforce-plus-plus", {}, whitened(returns(1.0, 0.0))),
    clipped_token_mean("reinforce-plus-plus", {"discount": 0.9, "klCoefficient": 0.05},
                       whitened(returns(0.9, 0.05))),
    clipped_token_mean("reinforce-plus-plus-baseline", {"klCoefficient": 0.02, "dualClip": 1.05},
                       whitened(none[:, None].expand(-1, LENGTH)), beta=0.02, dual=1.05),
]
OUT.write_text(json.dumps({
    "versions": {"torch": torch.__version__, "trl": trl.__version__},
    "groupSize": GROUP, "maximumLength": LENGTH, "rewards": rewards.tolist(),
    "logProbabilities": rows(now), "oldLogProbabilities": rows(old),
    "referenceLogProbabilities": rows(reference), "entropies": rows(entropies), "cases": cases,
}, indent=1) + "\n")

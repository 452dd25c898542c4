"""Does a PyTorch twin take the same steps as `sigmascope train`?

    python check_training.py SIGMASCOPE BASE

Trains twenty steps with `--record-rollouts`, then takes the same steps again: the same answers and rewards, the real transformers model and peft
adapters, a loss written from the papers' formulas, torch's AdamW and gradient clipping. Compares the log-probabilities of every answer before
its step (the policy that sampled is the one that learns), the loss and gradient norm of every step, and the merged weights at the end.
Prints a table; exits with 1 if a bound is passed.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import peft
import torch
import transformers

STEPS = 20
# Log-probabilities in nats; losses in their own unit; weights relative to the norm of each tensor.
PROBABILITY_BOUND, LOSS_BOUND, WEIGHT_BOUND = 1e-4, 1e-4, 1e-4
# Method, objective, updates a rollout, learning rate. With one update every ratio is 1 and the loss is nearly zero, whatever it is: the gradient
# shows it; with two the loss does as well.
RUNS = [
    ("lora", "grpo", 1, 1e-3),
    ("lora", "dapo", 2, 1e-3),
    ("dora", "dapo", 2, 1e-3),
    ("full", "grpo", 1, 1e-4),
    ("full", "dapo", 2, 1e-4),
]


def load(base: str, checkpoint: Path, dtype: torch.dtype) -> torch.nn.Module:
    """The policy of a checkpoint, ready to train."""
    if not (checkpoint / "adapter_config.json").exists():
        return transformers.AutoModelForCausalLM.from_pretrained(checkpoint, dtype=dtype)
    model = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=dtype)
    return peft.PeftModel.from_pretrained(model, checkpoint, is_trainable=True, autocast_adapter_dtype=False).to(dtype)


def merged(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    plain = model.merge_and_unload() if isinstance(model, peft.PeftModel) else model
    return {name: value.detach().double() for name, value in plain.state_dict().items()}


def log_probabilities(model: torch.nn.Module, rollout: dict) -> list[torch.Tensor]:
    """Of every token of every answer. One sequence a row, padded on the right, where causal attention never looks."""
    prompts = [prompt for prompt in rollout["prompts"] for _ in range(rollout["group"])]
    rows = [prompt + answer for prompt, answer in zip(prompts, rollout["completions"])]
    longest = max(map(len, rows))
    tokens = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    logits = model(input_ids=tokens).logits / rollout["temperature"]
    found = torch.log_softmax(logits[:, :-1].double(), -1).gather(-1, tokens[:, 1:, None])[..., 0]
    return [found[i, len(prompts[i]) - 1 : len(rows[i]) - 1] for i in range(len(rows))]


def loss_of(new: list[torch.Tensor], rollout: dict, objective: str) -> torch.Tensor:
    """−min(ρA, clip(ρ)A): GRPO means over tokens, then answers (DeepSeekMath, eq. 3); DAPO over all tokens (eq. 8)."""
    rewards = torch.tensor(rollout["rewards"], dtype=torch.float64).view(-1, rollout["group"])
    advantages = ((rewards - rewards.mean(1, keepdim=True)) / (rewards.std(1, keepdim=True) + 1e-4)).flatten()
    high = 0.28 if objective == "dapo" else 0.2
    terms = []
    for probabilities, old, advantage in zip(new, rollout["log_probabilities"], advantages):
        ratio = (probabilities - torch.tensor(old, dtype=torch.float64)).exp()
        terms.append(-torch.minimum(ratio * advantage, ratio.clamp(0.8, 1 + high) * advantage))
    return torch.cat(terms).mean() if objective == "dapo" else torch.stack([t.mean() for t in terms]).mean()


def check(sigmascope: str, base: str, key: str, objective: str, updates: int, rate: float, work: Path) -> tuple[float, ...]:
    run = work / f"{key}-{objective}"
    subprocess.run(
        [sigmascope, "train", "--base", base, "--adapter", key, "--objective", objective, "--learning-rate", str(rate), "--steps", str(STEPS),
         "--schedule", "constant", "--warmup", "0", "--evaluate-every", "0", "--record-rollouts", "--updates-per-rollout", str(updates),
         "--out", run, "--quiet"], check=True)
    rollouts = [json.loads(line) for line in open(run / "rollouts.jsonl")]
    log = {row["step"]: row for row in map(json.loads, open(run / "metrics.jsonl"))}
    model = load(base, run / "checkpoint-0", torch.float64)
    trained = [p for p in model.parameters() if p.requires_grad]
    # An answer may hold the padding token, as any other: its embedding learns too.
    model.get_input_embeddings().padding_idx = None
    optimizer = torch.optim.AdamW(trained, lr=rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
    worst = {"probability": 0.0, "loss": 0.0, "norm": 0.0}
    for rollout in rollouts:
        new = log_probabilities(model, rollout)
        for probabilities, old in zip(new, rollout["log_probabilities"]):
            distance = (probabilities.detach() - torch.tensor(old, dtype=torch.float64)).abs().max().item()
            worst["probability"] = max(worst["probability"], distance)
        for _ in range(updates):
            loss = loss_of(log_probabilities(model, rollout), rollout, objective)
            optimizer.zero_grad()
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_(trained, 1.0).item()
            optimizer.step()
        logged = log[rollout["step"]]
        worst["loss"] = max(worst["loss"], abs(loss.item() - logged["loss"]))
        worst["norm"] = max(worst["norm"], abs(norm - logged["grad_norm"]) / norm)
    ours, theirs = merged(load(base, run / f"checkpoint-{STEPS}", torch.float64)), merged(model)
    start = merged(load(base, run / "checkpoint-0", torch.float64))
    weight = max(((ours[n] - w).norm() / w.norm()).item() for n, w in theirs.items())
    moved = max(((start[n] - w).norm() / w.norm()).item() for n, w in theirs.items())
    assert len(rollouts) == STEPS and moved > 1e-3, f"{key} has not moved"
    return worst["probability"], worst["loss"], worst["norm"], weight, moved


def main() -> int:
    sigmascope, base = sys.argv[1:]
    torch.set_num_threads(1)
    print(f"peft {peft.__version__}, transformers {transformers.__version__}, torch {torch.__version__}\n")
    print("| method, objective, updates | log-probabilities | loss | gradient norm | weights | (how far they moved) |")
    print("| --- | --- | --- | --- | --- | --- |")
    failed = False
    with tempfile.TemporaryDirectory() as work:
        for key, objective, updates, rate in RUNS:
            found = check(sigmascope, base, key, objective, updates, rate, Path(work))
            print(f"| {key}, {objective}, {updates} | " + " | ".join(f"{value:.1e}" for value in found) + " |", flush=True)
            failed |= found[0] > PROBABILITY_BOUND or found[1] > LOSS_BOUND or found[3] > WEIGHT_BOUND
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

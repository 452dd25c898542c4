"""Advantages, clipped value losses, their gradients and one Adam step of value heads, by torch in float64.

    python make_critic.py > critic.json

torch 2.13.0. Advantages are those of the loop in TRL's PPOTrainer (1.16), which is written out here for completions without
padding; the loss is TRL's `vf_loss` for several heads, each with its own weights of completions.
"""

import json

import torch

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
DISCOUNT, DECAY, CLIP, RATE, BONUS = 0.9, 0.8, 0.1, 0.02, 0.7
HEADS, WIDTH = 4, 5
LENGTHS = [1, 3, 4, 2]
rewards = [1.0, -1.0, 1.0, -1.0]
states = [torch.randn(length, WIDTH) for length in LENGTHS]
counts = torch.tensor([[2, 0, 1, 1], [1, 1, 1, 1], [0, 3, 1, 0], [1, 0, 0, 3]])
old_heads = torch.nn.Linear(WIDTH, HEADS)
heads = torch.nn.Linear(WIDTH, HEADS)
with torch.no_grad():
    # Near the old heads, so that some values are clipped and some are not.
    heads.weight.copy_(old_heads.weight + 0.08 * torch.randn(HEADS, WIDTH))
    heads.bias.copy_(old_heads.bias + 0.08 * torch.randn(HEADS))
    old = [old_heads(state) for state in states]


def advantages(reward, values):
    result, last = [], 0.0
    for t in reversed(range(len(values))):
        following = values[t + 1] if t < len(values) - 1 else 0.0
        delta = (reward if t == len(values) - 1 else 0.0) + DISCOUNT * following - values[t]
        last = delta + DISCOUNT * DECAY * last
        result.append(last)
    return torch.stack(result[::-1])


values = [value.mean(1) for value in old]
gae = [advantages(reward, value) for reward, value in zip(rewards, values)]
returns = [a + v for a, v in zip(gae, values)]

curious = []
for advantage, value in zip(gae, old):
    spread = value.std(1, correction=0)
    following = torch.cat([spread[1:], torch.zeros(1)])
    curious.append(advantage + BONUS * torch.minimum(advantage.abs() / 3, 0.5 * following))
joined = torch.cat(curious)
whitened = [(a - joined.mean()) / joined.std(correction=0) for a in curious]

tokens = sum(LENGTHS)
loss = 0.0
for index, state in enumerate(states):
    value = heads(state)
    clipped = old[index] + torch.clamp(value - old[index], -CLIP, CLIP)
    target = returns[index][:, None]
    terms = 0.5 * torch.maximum((value - target) ** 2, (clipped - target) ** 2)
    loss = loss + (terms * counts[:, index]).sum() / (HEADS * tokens)
start = {"weight": heads.weight.tolist(), "bias": heads.bias.tolist()}
loss.backward()
gradient = {"weight": heads.weight.grad.tolist(), "bias": heads.bias.grad.tolist()}
torch.optim.Adam(heads.parameters(), lr=RATE).step()
print(
    json.dumps(
        {
            "discount": DISCOUNT, "decay": DECAY, "clip": CLIP, "rate": RATE, "bonus": BONUS,
            "rewards": rewards, "counts": counts.tolist(),
            "states": [s.tolist() for s in states],
            "old": {"weight": old_heads.weight.tolist(), "bias": old_heads.bias.tolist()},
            "heads": start, "advantages": [a.tolist() for a in gae],
            "returns": [r.tolist() for r in returns], "curious": [a.tolist() for a in whitened],
            "loss": loss.item(), "gradient": gradient,
            "moved": {"weight": heads.weight.tolist(), "bias": heads.bias.tolist()},
        }
    )
)

"""Sparse representations with their losses, and the discriminator's loss with dense advantages, by torch in float64.

    python make_retrieval_and_rewards.py > retrieval_and_rewards.json

torch 2.13.0, with its own softplus, cross-entropy and gradients.
"""

import json

import torch

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
DOCUMENTS, POSITIONS, WORDS = 3, 4, 6
logits = [torch.randn(POSITIONS, WORDS, requires_grad=True) for _ in range(DOCUMENTS)]
table = torch.rand(WORDS, requires_grad=True)
queries = [[0, 2], [1, 4], [2, 5]]
# Document 1 answers query 2 as well, and is none of its candidates.
candidates = torch.tensor([[1, 1, 1], [1, 1, 1], [1, 0, 1]], dtype=torch.bool)
PENALTY = 0.3


def case(twice, fewest):
    documents = []
    for logit in logits:
        weight = torch.log1p(torch.relu(logit.max(0).values))
        documents.append(torch.log1p(weight) if twice else weight)
    scores = torch.stack(
        [torch.stack([sum(table[j] * d[j] for j in query) for d in documents]) for query in queries]
    )
    contrast = torch.nn.functional.cross_entropy(
        scores.masked_fill(~candidates, float("-inf")), torch.arange(DOCUMENTS)
    )
    pays = [fewest is None or int((d > 0).sum()) >= fewest for d in documents]
    flops = (sum(d for d, p in zip(documents, pays) if p) / DOCUMENTS).square().sum()
    gradients = torch.autograd.grad(contrast + PENALTY * flops, logits + [table])
    return {
        "twice": twice, "fewest": fewest, "documents": [d.tolist() for d in documents],
        "scores": scores.tolist(), "contrast": contrast.item(), "flops": flops.item(),
        "logitSlopes": [g.tolist() for g in gradients[:-1]], "tableSlopes": gradients[-1].tolist(),
    }


counts = sorted(int((logit.max(0).values > 0).sum()) for logit in logits)
retrieval = [case(False, None), case(True, counts[-1])]

rewards = [torch.randn(n, requires_grad=True) for n in (2, 3, 1, 4)]
is_reference = [True, False, False, False]
smooth = 0.1
losses = []
for reward, reference in zip(rewards, is_reference):
    target = torch.full_like(reward, 1 - smooth if reference else smooth)
    losses.append(torch.nn.functional.binary_cross_entropy_with_logits(reward, target))
loss = 0.5 * losses[0] + 0.5 * torch.stack(losses[1:]).mean()
slopes = torch.autograd.grad(loss, rewards)
everything = torch.cat(rewards)
advantages = []
for reward in rewards:
    standard = (reward - everything.mean()) / (everything.std() + 1e-4)
    advantages.append(
        [sum(0.9 ** (u - t) * standard[u] for u in range(t, len(standard))).item()
         for t in range(len(standard))]
    )
print(
    json.dumps(
        {
            "logits": [logit.tolist() for logit in logits], "table": table.tolist(),
            "queries": queries, "candidates": candidates.tolist(), "penalty": PENALTY,
            "retrieval": retrieval, "rewards": [r.tolist() for r in rewards],
            "isReference": is_reference, "loss": loss.item(),
            "slopes": [s.tolist() for s in slopes], "advantages": advantages,
        }
    )
)

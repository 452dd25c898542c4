"""Gradients of reparameterised factors by torch's autograd, in double precision: expected.json.

python make.py, with torch 2.13.0.
"""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)


def numbers(count, phase):
    """The same in the Swift tests: sin(phase + 0.7 i)."""
    return torch.sin(phase + 0.7 * torch.arange(count))


def leaf(rows, columns, phase):
    return numbers(rows * columns, phase).reshape(rows, columns).clone().requires_grad_()


def flat(tensor):
    return tensor.flatten().tolist()


def generator():
    """RepLoRA: s through two layers and two heads; the loss is the sum of fixed multiples of the factors."""
    rank, width, shapes = 2, 64, [(2, 3), (4, 2)]
    parameters = [leaf(rank, 1, 0.1), leaf(width, rank, 0.2), leaf(width, 1, 0.3),
                  leaf(width, width, 0.4), leaf(width, 1, 0.5)]
    for index, (rows, columns) in enumerate(shapes):
        parameters += [leaf(rows * columns, width, 0.6 + index), leaf(rows * columns, 1, 0.7 + index)]
    s, w1, b1, w2, b2, *heads = parameters
    hidden = torch.relu(w2 @ torch.relu(w1 @ s + b1) + b2)
    factors, loss = [], 0
    for index, (rows, columns) in enumerate(shapes):
        factor = (heads[2 * index] @ hidden + heads[2 * index + 1]).reshape(rows, columns)
        factors.append(factor)
        loss = loss + (numbers(rows * columns, 2 + index).reshape(rows, columns) * factor).sum()
    loss.backward()
    return {"factors": [flat(f) for f in factors], "gradients": [flat(p.grad) for p in parameters]}


def directions():
    """SD-LoRA: two tasks on two modules; the loss is the sum of fixed multiples of the updates."""
    shapes, ranks = [(4, 5), (3, 4)], [2, 1]
    alphas = [torch.tensor(1.3, requires_grad=True), torch.tensor(0.8, requires_grad=True)]
    inputs = [[leaf(rank, columns, 0.1 + m + 0.3 * t) for t, rank in enumerate(ranks)]
              for m, (_, columns) in enumerate(shapes)]
    outputs = [[leaf(rows, rank, 0.2 + m + 0.5 * t) for t, rank in enumerate(ranks)]
               for m, (rows, _) in enumerate(shapes)]
    loss = 0
    for m, (rows, columns) in enumerate(shapes):
        update = sum(a * b @ f for a, b, f in zip(alphas, outputs[m], inputs[m]))
        loss = loss + (numbers(rows * columns, 3 + m).reshape(rows, columns) * update).sum()
    loss.backward()
    return {
        "inputs": [flat(inputs[m][1].grad) for m in range(2)],
        "outputs": [flat(outputs[m][1].grad) for m in range(2)],
        "alphas": [a.grad.item() for a in alphas],
    }


def main():
    found = {"torch": torch.__version__, "generator": generator(), "directions": directions()}
    path = pathlib.Path(__file__).parent / "expected.json"
    path.write_text(json.dumps(found, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

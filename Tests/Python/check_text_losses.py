"""What `extract --text` says about a text, beside transformers: `python check_text_losses.py SIGMASCOPE BASE TUNED TEXT RANK`.

BASE and TUNED are folders of a model that both run (Llama, Qwen2, Gemma 3). The losses of outputs and the nats a token are
computed again in Float64, with hooks on the linear layers. Printed are the largest distances. Written for torch 2.13 and
transformers 5.24.
"""

import json
import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

PASSAGE, LIMIT = 128, 1024


def passages(base: str, text: str) -> list[list[int]]:
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokens = tokenizer.encode(Path(text).read_text(), add_special_tokens=False)[:LIMIT]
    pieces = [tokens[start:start + PASSAGE] for start in range(0, len(tokens), PASSAGE)]
    return [piece for piece in pieces if len(piece) > 1]


def model(folder: str):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64).eval()


@torch.no_grad()
def nats(model, texts) -> float:
    total = count = 0
    for text in texts:
        logits = model(torch.tensor([text[:-1]])).logits[0].log_softmax(-1)
        total -= logits.gather(1, torch.tensor(text[1:])[:, None]).sum().item()
        count += len(text) - 1
    return total / count


@torch.no_grad()
def inputs(model, texts) -> dict[str, torch.Tensor]:
    kept: dict[str, list[torch.Tensor]] = {}
    hooks = [
        module.register_forward_pre_hook(
            lambda _, given, name=name: kept.setdefault(name, []).append(given[0][0]))
        for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)]
    for text in texts:
        model(torch.tensor([text[:-1]]))
    for hook in hooks:
        hook.remove()
    return {name: torch.cat(parts) for name, parts in kept.items()}


def main() -> None:
    binary, base, tuned, text, rank = sys.argv[1:]
    out = Path(tuned).with_name("lora-of-" + Path(tuned).name)
    said = json.loads(subprocess.run(
        [binary, "extract", base, tuned, "--rank", rank, "--text", text, "--json", "--out", str(out)],
        check=True, capture_output=True, text=True).stdout)
    texts = passages(base, text)
    one, other = model(base), model(tuned)
    read = inputs(other, texts)
    factors = load_file(out / "adapter_model.safetensors")
    config = json.loads((out / "adapter_config.json").read_text())
    farthest = 0.0
    before, after = dict(one.named_parameters()), dict(other.named_parameters())
    reduced = model(base)
    weights = dict(reduced.named_parameters())
    for line in said["modules"]:
        name = line["module"]
        a, b = (factors[f"base_model.model.{name}.lora_{x}.weight"].double() for x in "AB")
        scale = config["alpha_pattern"].get(name, config["lora_alpha"]) / a.shape[0]
        update = (after[f"{name}.weight"] - before[f"{name}.weight"]).detach()
        weights[f"{name}.weight"].data += scale * b @ a
        wanted = read[name] @ update.T
        lost = read[name] @ (update - scale * b @ a).T
        farthest = max(farthest, abs(float(lost.norm() / wanted.norm()) - line["lost_output"]))
    for key in factors:
        if ".lora_" not in key:
            weights[key.removeprefix("base_model.model.")].data[:] = factors[key].double()
    print(f"{len(said['modules'])} modules: farthest loss of an output {farthest:.1e}")
    for name, of in (("base", one), ("tuned", other), ("reduced", reduced)):
        print(f"{name}: {said['text'][name]:.6f} nats a token, distance {abs(nats(of, texts) - said['text'][name]):.1e}")


if __name__ == "__main__":
    main()

"""Tiny decoders with random weights and the log-probabilities that transformers gives them.

    python make.py

Writes one Hugging Face folder a family, and `expected.json` in it: for two sequences the
log-probability of every token but the first, the entropy of its distribution, in float64, and the
gradients of their weighted sum with respect to every tensor.
"""

import json
from pathlib import Path

import torch
import transformers

HERE = Path(__file__).resolve().parent
SEQUENCES = [[1, 5, 2, 9, 9, 3, 0, 11, 4, 7], [8, 3, 10]]
COMMON = dict(
    vocab_size=12, hidden_size=16, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, intermediate_size=24, max_position_embeddings=64, eos_token_id=0,
    bos_token_id=None, pad_token_id=None)
ROPE = {"rope_theta": 500.0, "rope_type": "default"}
MODELS = {
    "llama": transformers.LlamaConfig(**COMMON, rope_parameters=ROPE, head_dim=4),
    "qwen2": transformers.Qwen2Config(**COMMON, rope_parameters=ROPE, tie_word_embeddings=True),
    "gemma3": transformers.Gemma3TextConfig(
        **COMMON, head_dim=6, sliding_window=4, query_pre_attn_scalar=9,
        layer_types=["sliding_attention", "full_attention"],
        rope_parameters={
            "full_attention": ROPE,
            "sliding_attention": {"rope_theta": 50.0, "rope_type": "default"}}),
}


def measured(model: torch.nn.Module) -> dict:
    total, result = 0, {"sequences": []}
    for number, tokens in enumerate(SEQUENCES):
        logits = model(torch.tensor([tokens])).logits[0, :-1]
        every = torch.log_softmax(logits, dim=-1)
        chosen = every[torch.arange(len(tokens) - 1), torch.tensor(tokens[1:])]
        entropies = -(every.exp() * every).sum(-1)
        weights = torch.cos(torch.arange(len(tokens) - 1, dtype=torch.float64) + number)
        total = total + (weights * chosen).sum() + 0.5 * (weights * entropies).sum()
        result["sequences"].append({
            "tokens": tokens, "logProbabilities": chosen.tolist(),
            "entropies": entropies.tolist(), "weights": weights.tolist()})
    total.backward()
    result["gradientNorms"] = {
        name: parameter.grad.norm().item() for name, parameter in model.named_parameters()}
    result["gradientSums"] = {
        name: (parameter.grad.flatten() * torch.sin(
            torch.arange(parameter.numel(), dtype=torch.float64))).sum().item()
        for name, parameter in model.named_parameters()}
    return result


for name, configuration in MODELS.items():
    torch.manual_seed(7)
    configuration._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(configuration)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    folder = HERE / name
    model.float().save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, attn_implementation="eager").double()
    expected = measured(model) | {
        "transformers": transformers.__version__, "torch": torch.__version__}
    (folder / "expected.json").write_text(json.dumps(expected, indent=1))

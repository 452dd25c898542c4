"""Train a tiny Qwen2 to add, then fine-tune it with TRL's GRPOTrainer under four methods.

    python make.py base        pretrain and write base/ (about two minutes on one core)
    python make.py lora        one run into runs/lora; also those of RUNS (about a minute each)
    python make.py             everything

The task: two-digit addition, one token a character; prompt '07+85=', answer '092' and the end token.
Pretraining replaces one digit of the answer by a random one in six of ten examples, so the model
knows how to add but samples badly: reinforcement learning has something to sharpen.
"""

import json
import os
import platform
import random
import shutil
import sys
import time
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"

import peft
import torch
import transformers
import trl
from datasets import Dataset
from peft import LoraConfig
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
    TrainerCallback,
)
from trl import GRPOConfig, GRPOTrainer

HERE = Path(__file__).resolve().parent
BASE = HERE / "base"
SEED = 0
PAD, END, UNKNOWN = "<pad>", "<end>", "<unk>"

PRETRAINING = dict(steps=3000, batch=192, learning_rate=3e-3, weight_decay=1.0, noise=0.6)
GRPO = dict(steps=100, prompts=64, samples=16)
SAVED_STEPS = {2, 4, 10, 20, 50, 100}  # close at the start, where a run dies
RUNS = {  # folder: method, learning rate; the adapters share one, full fine-tuning needs a smaller
    "lora": ("lora", 3e-3),
    "dora": ("dora", 3e-3),
    "pissa": ("pissa", 3e-3),
    "full": ("full", 3e-4),
    "pissa-lower-rate": ("pissa", 3e-4),
}
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def tokenizer() -> PreTrainedTokenizerFast:
    vocabulary = {token: i for i, token in enumerate([PAD, END, UNKNOWN, *"0123456789+="])}
    characters = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    characters.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    characters.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(
        tokenizer_object=characters,
        pad_token=PAD,
        eos_token=END,
        unk_token=UNKNOWN,
        padding_side="left",
    )


def problem(source: random.Random) -> tuple[str, str]:
    a, b = source.randrange(100), source.randrange(100)
    return f"{a:02}+{b:02}=", f"{a + b:03}"


# Pretraining --------------------------------------------------------------------------------------


def pretrain() -> None:
    torch.manual_seed(SEED)
    source = random.Random(SEED)
    tokens = tokenizer()
    model = Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=len(tokens),
            hidden_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            intermediate_size=176,
            max_position_embeddings=32,
            rope_parameters={"rope_type": "default", "rope_theta": 1000.0},
            tie_word_embeddings=False,
            pad_token_id=tokens.pad_token_id,
            eos_token_id=tokens.eos_token_id,
            bos_token_id=None,
        )
    )
    settings = PRETRAINING
    groups = [
        {
            "params": [p for p in model.parameters() if p.dim() == 2],
            "weight_decay": settings["weight_decay"],
        },
        {"params": [p for p in model.parameters() if p.dim() == 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=settings["learning_rate"], betas=(0.9, 0.98))
    warm_up = 100

    def rate(step):
        if step < warm_up:
            return step / warm_up
        progress = (step - warm_up) / (settings["steps"] - warm_up)
        return 0.05 + 0.95 * (1 + torch.cos(torch.tensor(progress * torch.pi)).item()) / 2

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    for step in range(settings["steps"]):
        texts = []
        for _ in range(settings["batch"]):
            prompt, answer = problem(source)
            if source.random() < settings["noise"]:
                place = source.randrange(3)
                answer = answer[:place] + str(source.randrange(10)) + answer[place + 1 :]
            texts.append(prompt + answer)
        ids = tokens(texts, return_tensors="pt", add_special_tokens=False).input_ids
        ids = torch.cat([ids, torch.full((len(texts), 1), tokens.eos_token_id)], dim=1)
        labels = ids.clone()
        labels[:, :6] = -100
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 250 == 249:
            print(f"step {step + 1} loss {loss.item():.3f}", accuracy(model.eval(), tokens))
            model.train()
    model.save_pretrained(BASE)
    tokens.save_pretrained(BASE)
    for name, matrix in model.named_parameters():
        if "layers.0" in name and matrix.dim() == 2:
            s = torch.linalg.svdvals(matrix.detach()).square()
            print(f"{name:45} share of the first eight {(s[:8].sum() / s.sum()).item():.2f}")


@torch.no_grad()
def accuracy(model, tokens, count=512) -> dict[str, float]:
    """Exact answers to fixed problems: the likeliest one, and one drawn at temperature 1."""
    source = random.Random(12345)
    prompts, answers = zip(*(problem(source) for _ in range(count)))
    ids = tokens(list(prompts), return_tensors="pt").input_ids
    result = {}
    state = torch.random.get_rng_state()
    torch.manual_seed(1)
    for name, sample in (("greedy", False), ("sampled", True)):
        sequence = ids
        for _ in range(4):
            logits = model(input_ids=sequence).logits[:, -1]
            chosen = (
                torch.multinomial(logits.softmax(-1), 1) if sample else logits.argmax(-1, True)
            )
            sequence = torch.cat([sequence, chosen], dim=1)
        written = [tokens.decode(row) for row in sequence[:, 6:]]
        result[name] = sum(w == a + END for w, a in zip(written, answers)) / count
    torch.random.set_rng_state(state)
    return result


# Reinforcement learning -----------------------------------------------------------------------------


def exact(completion_ids, answer, **_) -> list[float]:
    """1 for the right three digits and the end token, else 0."""
    tokens = tokenizer()
    end = tokens.eos_token_id
    wanted = [tokens(a, add_special_tokens=False).input_ids + [end] for a in answer]
    return [float(list(c) == w) for c, w in zip(completion_ids, wanted)]


def adapter(method: str) -> LoraConfig | None:
    if method == "full":
        return None
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=8,
        lora_alpha=16,
        lora_dropout=0.0,
        target_modules=TARGETS,
        init_lora_weights="pissa" if method == "pissa" else True,
        use_dora=method == "dora",
    )


class SaveAt(TrainerCallback):
    def on_step_end(self, args, state, control, **_):
        control.should_save = state.global_step in SAVED_STEPS
        return control


def run(name: str) -> None:
    begin = time.time()
    method, learning_rate = RUNS[name]
    folder = HERE / "runs" / name
    shutil.rmtree(folder, ignore_errors=True)
    transformers.set_seed(SEED)
    source = random.Random(SEED + 1)
    problems = [problem(source) for _ in range(GRPO["steps"] * GRPO["prompts"])]
    data = Dataset.from_dict(
        {"prompt": [p for p, _ in problems], "answer": [a for _, a in problems]}
    )
    tokens = PreTrainedTokenizerFast.from_pretrained(BASE)
    model = Qwen2ForCausalLM.from_pretrained(BASE, dtype=torch.float32)
    before = accuracy(model.eval(), tokens)
    model.name_or_path = "../../../base"  # what adapter_config.json says: relative to its folder
    trainer = GRPOTrainer(
        model=model,
        reward_funcs=exact,
        train_dataset=data,
        processing_class=tokens,
        peft_config=adapter(method),
        callbacks=[SaveAt()],
        args=GRPOConfig(
            output_dir=str(folder),
            run_name=name,
            seed=SEED,
            use_cpu=True,
            bf16=False,
            gradient_checkpointing=False,
            learning_rate=learning_rate,
            lr_scheduler_type="constant",
            adam_beta2=0.999,
            weight_decay=0.0,
            max_grad_norm=1.0,
            max_steps=GRPO["steps"],
            per_device_train_batch_size=GRPO["prompts"] * GRPO["samples"],
            num_generations=GRPO["samples"],
            max_completion_length=4,
            temperature=1.0,
            beta=0.0,
            epsilon_high=0.28,
            logging_steps=2,
            save_strategy="no",  # the callback asks
            save_only_model=True,
            report_to="none",
            disable_tqdm=True,
        ),
    )
    trainer.train()
    after = accuracy(trainer.model.eval(), tokens)
    rewards = [entry["reward"] for entry in trainer.state.log_history if "reward" in entry]
    tidy(folder, method)
    record = {
        "method": method,
        "learning_rate": learning_rate,
        "seed": SEED,
        "accuracy_before": before,
        "accuracy_after": after,
        "reward_first_ten_steps": sum(rewards[:5]) / 5,
        "reward_last_ten_steps": sum(rewards[-5:]) / 5,
        "lowest_reward": min(rewards),
        "seconds": round(time.time() - begin, 1),
    }
    print(json.dumps(record))
    results = HERE / "results.json"
    document = json.loads(results.read_text()) if results.exists() else {"runs": {}}
    document["versions"] = versions()
    document["runs"][name] = record
    results.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")


def tidy(folder: Path, method: str) -> None:
    """Keep what a reader of weights needs: no optimiser, no pickles, no copies of the tokenizer."""
    kept = {"adapter_config.json", "adapter_model.safetensors", "trainer_state.json"}
    if method == "full":
        kept = {"config.json", "generation_config.json", "model.safetensors", "trainer_state.json"}
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in kept:
            path.unlink()
    for state in folder.rglob("trainer_state.json"):
        text = state.read_text()
        assert str(HERE) not in text, state
    if method == "full":  # the base's own name, relative as in adapter_config.json
        for path in folder.rglob("config.json"):
            assert str(HERE) not in path.read_text(), path


def versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "peft": peft.__version__,
        "trl": trl.__version__,
    }


def main() -> None:
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    for part in sys.argv[1:] or ["base", *RUNS]:
        pretrain() if part == "base" else run(part)


if __name__ == "__main__":
    main()

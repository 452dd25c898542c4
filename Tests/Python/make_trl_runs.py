"""Trains a tiny Qwen2 with TRL's trainers, and records what they logged for the tests of the health rules.

    python make_trl_runs.py OUT                 every run of RUNS into OUT/NAME-seedS
    python make_trl_runs.py OUT dpo-lora        the seeds of one
    python make_trl_runs.py OUT --record DIR    only the logs of what is in OUT, a table each, into DIR

The base is notebooks-data/tiny-qwen2-grpo/base, which adds two numbers of two digits and samples badly. Needs torch,
transformers, peft, trl and datasets; about four minutes on a core.
"""

import json
import os
import random
import shutil
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"

BASE = Path(__file__).resolve().parents[2] / "notebooks-data/tiny-qwen2-grpo/base"
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
STEPS, BATCH = 40, 32
SEEDS = (0, 1, 2)
# What a recorded log keeps of a row is every number but these, which no rule reads.
CLOCKS = {"epoch", "step_time", "num_tokens", "num_input_tokens_seen"}
SPREADS = ("completions/m", "clip_ratio/low", "clip_ratio/high", "logits/", "eval_runtime", "eval_num_tokens")
KEPT = {"completions/mean_length"}

# name: trainer, adapter, rate, further settings
RUNS = {
    "sft-lora": ("sft", "lora", 1e-3, {}),
    "sft-pissa": ("sft", "pissa", 1e-3, {}),
    "sft-full": ("sft", "full", 3e-4, {}),
    "sft-evaluated": ("sft", "lora", 1e-3, {"eval_strategy": "steps", "eval_steps": 4}),
    "sft-small-batch": ("sft", "lora", 1e-3, {"per_device_train_batch_size": 2}),
    "sft-hot": ("sft", "lora", 1e-1, {}),
    "sft-overfitted": (
        "sft", "full", 2e-3, {"eval_strategy": "steps", "eval_steps": 4, "max_steps": 80, "examples": 48}
    ),
    "trainer-lora": ("trainer", "lora", 1e-3, {}),
    "dpo-lora": ("dpo", "lora", 1e-3, {}),
    "dpo-lora-fast": ("dpo", "lora", 5e-3, {}),
    "dpo-small-batch": ("dpo", "lora", 1e-3, {"per_device_train_batch_size": 4}),
    "kto-lora": ("kto", "lora", 1e-3, {}),
    "orpo-lora": ("orpo", "lora", 1e-3, {}),
    "cpo-lora": ("cpo", "lora", 1e-3, {}),
    "reward-lora": ("reward", "lora", 1e-3, {}),
    "grpo-lora": ("grpo", "lora", 3e-3, {}),
    "grpo-pissa": ("grpo", "pissa", 3e-3, {}),
    "grpo-pissa-slow": ("grpo", "pissa", 3e-4, {}),
    "grpo-rslora": ("grpo", "rslora", 1e-3, {}),
    "grpo-full": ("grpo", "full", 3e-4, {}),
    "grpo-small-batch": ("grpo", "lora", 1e-3, {"per_device_train_batch_size": 32}),
    "rloo-lora": ("rloo", "lora", 3e-3, {}),
}


def problem(source):
    a, b = source.randrange(100), source.randrange(100)
    return f"{a:02}+{b:02}=", f"{a + b:03}"


def spoilt(answer, source):
    place = source.randrange(3)
    digit = source.choice([d for d in "0123456789" if d != answer[place]])
    return answer[:place] + digit + answer[place + 1 :]


def rows(kind, count, seed):
    """The examples that a trainer expects."""
    source = random.Random(seed)
    made = []
    for place in range(count):
        prompt, answer = problem(source)
        wrong = spoilt(answer, source)
        match kind:
            case "sft" | "trainer":
                made.append({"prompt": prompt, "completion": answer})
            case "dpo" | "orpo" | "cpo":
                made.append({"prompt": prompt, "chosen": answer, "rejected": wrong})
            case "reward":
                made.append({"chosen": prompt + answer, "rejected": prompt + wrong})
            case "kto":
                is_right = place % 2 == 0
                made.append({"prompt": prompt, "completion": answer if is_right else wrong, "label": is_right})
            case _:
                made.append({"prompt": prompt, "answer": answer})
    return made


def train(name, seed, folder):
    import torch
    import transformers
    from datasets import Dataset
    from peft import LoraConfig

    kind, adapter, rate, further = RUNS[name]
    further = dict(further)
    transformers.set_seed(seed)
    tokens = transformers.PreTrainedTokenizerFast.from_pretrained(BASE)
    head = transformers.AutoModelForSequenceClassification if kind == "reward" else transformers.AutoModelForCausalLM
    model = head.from_pretrained(BASE, dtype=torch.float32, **({"num_labels": 1} if kind == "reward" else {}))
    model.config.pad_token_id = tokens.pad_token_id
    # Relative to the checkpoint's folder, so that no path of this machine is in a file.
    model.name_or_path = os.path.relpath(BASE, folder / "checkpoint-10")
    size = further.pop("examples", STEPS * BATCH)
    data = Dataset.from_list(rows(kind, size, seed + 1))
    evaluation = Dataset.from_list(rows(kind, 128, 1000)) if "eval_steps" in further else None
    settings = dict(
        output_dir=".", seed=seed, use_cpu=True, bf16=False, gradient_checkpointing=False, learning_rate=rate,
        lr_scheduler_type="constant_with_warmup", warmup_steps=2, max_steps=STEPS,
        per_device_train_batch_size=BATCH, logging_steps=1, save_steps=10, save_only_model=True,
        report_to="none", disable_tqdm=True, max_grad_norm=1.0,
    ) | further
    peft = None
    if adapter != "full":
        peft = LoraConfig(
            task_type="SEQ_CLS" if kind == "reward" else "CAUSAL_LM", r=8, lora_alpha=16, lora_dropout=0.0,
            target_modules=TARGETS, use_rslora=adapter == "rslora",
            init_lora_weights="pissa" if adapter == "pissa" else True,
        )
    trainer = make(kind, model, tokens, data, evaluation, peft, settings)
    trainer.train()
    trainer.save_state()
    state = json.loads(Path("trainer_state.json").read_text())
    print(name, seed, {k: v for k, v in state["log_history"][-2].items() if k not in CLOCKS}, flush=True)


def make(kind, model, tokens, data, evaluation, peft, settings):
    import trl

    common = dict(model=model, train_dataset=data, eval_dataset=evaluation, processing_class=tokens)
    match kind:
        case "trainer":
            return plain(model, tokens, data, peft, settings)
        case "sft":
            return trl.SFTTrainer(args=trl.SFTConfig(**settings), peft_config=peft, **common)
        case "dpo":
            return trl.DPOTrainer(args=trl.DPOConfig(**settings), peft_config=peft, **common)
        case "kto":
            return trl.KTOTrainer(args=trl.KTOConfig(**settings), peft_config=peft, **common)
        case "orpo":
            from trl.experimental.orpo import ORPOConfig, ORPOTrainer

            return ORPOTrainer(args=ORPOConfig(max_length=16, **settings), peft_config=peft, **common)
        case "cpo":
            from trl.experimental.cpo import CPOConfig, CPOTrainer

            return CPOTrainer(args=CPOConfig(max_length=16, **settings), peft_config=peft, **common)
        case "reward":
            return trl.RewardTrainer(args=trl.RewardConfig(**settings), peft_config=peft, **common)
    end = tokens.eos_token_id

    def exact(completion_ids, answer, **_):
        wanted = [tokens(a, add_special_tokens=False).input_ids + [end] for a in answer]
        return [float(list(c) == w) for c, w in zip(completion_ids, wanted)]

    def digits(completion_ids, answer, **_):
        wanted = [tokens(a, add_special_tokens=False).input_ids for a in answer]
        return [sum(a == b for a, b in zip(c, w)) / 3 for c, w in zip(completion_ids, wanted)]

    # A step has eight answers to each problem.
    settings["per_device_train_batch_size"] *= 8
    shared = dict(num_generations=8, max_completion_length=4, temperature=1.0, beta=0.0)
    rewarded = dict(model=model, train_dataset=data, processing_class=tokens, peft_config=peft)
    if kind == "rloo":
        return trl.RLOOTrainer(
            args=trl.RLOOConfig(**settings, **shared), reward_funcs=[exact, digits], **rewarded)
    return trl.GRPOTrainer(args=trl.GRPOConfig(**settings, **shared), reward_funcs=exact, **rewarded)


def plain(model, tokens, data, peft, settings):
    """The Trainer of transformers, without TRL."""
    import transformers
    from peft import get_peft_model

    def encoded(row):
        start = tokens(row["prompt"], add_special_tokens=False).input_ids
        end = tokens(row["completion"], add_special_tokens=False).input_ids + [tokens.eos_token_id]
        return {"input_ids": start + end, "labels": [-100] * len(start) + end}

    return transformers.Trainer(
        model=get_peft_model(model, peft), args=transformers.TrainingArguments(**settings),
        train_dataset=data.map(encoded, remove_columns=data.column_names),
        data_collator=transformers.DataCollatorForSeq2Seq(tokens),
    )


def is_kept(name, value):
    if name in CLOCKS or name.endswith("per_second") or not isinstance(value, (int, float)):
        return False
    return name in KEPT or not name.startswith(SPREADS)


def record(out, folder):
    """The rows of each run's log, a table each, numbers to five digits."""
    folder.mkdir(parents=True, exist_ok=True)
    for state in sorted(out.glob("*/trainer_state.json")):
        history = json.loads(state.read_text())["log_history"]
        rows = [{k: v for k, v in row.items() if is_kept(k, v)} for row in history if "train_runtime" not in row]
        columns = ["step", *sorted({k for row in rows for k in row} - {"step"})]
        lines = [",".join(columns)]
        for row in rows:
            lines.append(",".join(f"{row[k]:.5g}" if k in row else "" for k in columns))
        (folder / f"{state.parent.name}.csv").write_text("\n".join(lines) + "\n")


def main(arguments):
    out = Path(arguments[0]).resolve()
    if "--record" in arguments:
        record(out, Path(arguments[arguments.index("--record") + 1]))
        return
    import torch
    import transformers

    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    for seed in SEEDS:
        for name in arguments[1:] or RUNS:
            folder = out / f"{name}-seed{seed}"
            if (folder / "trainer_state.json").exists():
                continue
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            os.chdir(folder)
            begin = time.time()
            try:
                train(name, seed, folder)
            except Exception as error:  # the others go on
                print(name, seed, "FAILED", repr(error)[:600], flush=True)
            print(f"  {time.time() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Which start and learning rate do I take for my model? A sweep with TRL, read by `sigmascope compare`.

    python sweep.py BASE mine.jsonl OUT --starts lora pissa --rates 1e-4 3e-4 1e-3 --seeds 0 1 2
    sigmascope compare OUT --baseline lora

A line of the file is {"prompt": …, "answer": …}. With --train sft the answers are imitated and runs are judged by their
loss on a tenth of the lines; with --train grpo a drawn answer that begins with the wanted one has the reward 1. A run that
is finished is not trained again, so more starts, rates or seeds can follow. `sigmascope advise` tells beforehand which rates
are worth trying (probe.py).
"""

import argparse
import itertools
import json
import os
from pathlib import Path

os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")

STARTS = {"lora": True, "pissa": "pissa", "olora": "olora", "orthogonal": "orthogonal"}


def problems(file):
    with open(file, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    return [{"prompt": row["prompt"], "answer": str(row["answer"])} for row in rows]


def common_settings(options, out, rate, seed):
    return dict(
        output_dir=str(out), seed=seed, learning_rate=rate, max_steps=options.steps, lr_scheduler_type="constant",
        warmup_steps=min(5, options.steps // 10), logging_steps=1, save_strategy="steps", save_only_model=True,
        save_steps=max(1, options.steps // 5), per_device_train_batch_size=options.batch, report_to="none",
        disable_tqdm=True, bf16=options.bf16, use_cpu=options.cpu,
    )


def supervised(options, rows, out, rate, seed, **rest):
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    pairs = [{"prompt": row["prompt"], "completion": row["answer"]} for row in rows]
    held_out = max(1, len(pairs) // 10)
    return SFTTrainer(
        args=SFTConfig(eval_strategy="steps", eval_steps=max(1, options.steps // 10),
                       **common_settings(options, out, rate, seed)),
        train_dataset=Dataset.from_list(pairs[held_out:]), eval_dataset=Dataset.from_list(pairs[:held_out]), **rest)


def rewarded(options, rows, out, rate, seed, **rest):
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    def right(completions, answer, **_):
        return [float(text.strip().startswith(wanted)) for text, wanted in zip(completions, answer)]

    return GRPOTrainer(
        reward_funcs=right,
        args=GRPOConfig(num_generations=options.group, max_completion_length=options.length, beta=0.0,
                        **common_settings(options, out, rate, seed)),
        train_dataset=Dataset.from_list(rows), **rest)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("base")
    parser.add_argument("data")
    parser.add_argument("out", type=Path)
    parser.add_argument("--train", choices=["sft", "grpo"], default="sft")
    parser.add_argument("--starts", nargs="+", choices=STARTS, default=["lora", "pissa"])
    parser.add_argument("--rates", nargs="+", type=float, default=[1e-4, 3e-4, 1e-3])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--batch", type=int, default=16, help="examples of a step; of grpo, answers")
    parser.add_argument("--group", type=int, default=8, help="grpo: answers to a prompt")
    parser.add_argument("--length", type=int, default=64, help="grpo: tokens of an answer")
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--cpu", action="store_true")
    options = parser.parse_args()

    import torch
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer, set_seed

    rows = problems(options.data)
    make = supervised if options.train == "sft" else rewarded
    runs = list(itertools.product(options.starts, options.rates, options.seeds))
    for number, (start, rate, seed) in enumerate(runs, 1):
        out = options.out / f"{start}-lr{rate:g}-seed{seed}"
        if (out / "finished").exists():
            continue
        print(f"[{number}/{len(runs)}] {out.name}", flush=True)
        # A start may be random, and one such as PiSSA changes the base: both are made anew for each run.
        set_seed(seed)
        trainer = make(
            options, rows, out, rate, seed,
            model=AutoModelForCausalLM.from_pretrained(
                options.base, dtype=torch.bfloat16 if options.bf16 else torch.float32),
            processing_class=AutoTokenizer.from_pretrained(options.base),
            peft_config=LoraConfig(
                task_type="CAUSAL_LM", r=options.rank, lora_alpha=2 * options.rank, target_modules="all-linear",
                init_lora_weights=STARTS[start]))
        trainer.train()
        (out / "finished").touch()
    print(f"sigmascope compare {options.out}")


if __name__ == "__main__":
    main()

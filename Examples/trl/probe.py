"""Which learning rate does my start bear? A probe of six steps with TRL, read by `sigmascope advise`.

    python probe.py BASE OUT --adapter pissa --rate 1e-3
    sigmascope advise --run OUT --texts OUT/answers.jsonl

For a trainer of your own take the three parts: `probe_settings` over your GRPOConfig, `recording` around one of
your reward functions, and `KeepStart` as a callback. `StopIfTooFast` is for whole runs: it asks sigmascope after the
first steps, and stops a run whose rate its start does not bear.
"""

import argparse
import json
import os
import random
import re
import subprocess
from pathlib import Path

os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")

from transformers import TrainerCallback

WARMUP = 5
STEPS = 6


def probe_settings(rate):
    """What a probe changes in a GRPOConfig: a few steps, the rate rising over five, and all of them kept."""
    return dict(
        learning_rate=rate,
        lr_scheduler_type="constant_with_warmup",
        warmup_steps=WARMUP,
        max_steps=STEPS,
        save_strategy="steps",
        save_steps=1,
        save_only_model=True,
        logging_steps=1,
    )


def recording(reward, file):
    """A reward function that also keeps prompts and answers, a JSON object a line."""

    def kept(prompts, completions, **rest):
        with open(file, "a", encoding="utf-8") as lines:
            for prompt, answer in zip(prompts, completions):
                if prompt and answer:
                    lines.write(json.dumps({"prompt": prompt, "answer": answer}) + "\n")
        return reward(prompts=prompts, completions=completions, **rest)

    kept.__name__ = reward.__name__
    return kept


class KeepStart(TrainerCallback):
    """Saves the policy before the first step as checkpoint-0: starts such as PiSSA's change the base with it."""

    def on_train_begin(self, args, state, control, model=None, **_):
        configs = list(getattr(model, "peft_config", {}).values())
        starts = [config.init_lora_weights for config in configs]
        for config in configs:
            config.init_lora_weights = True
        model.save_pretrained(f"{args.output_dir}/checkpoint-0")
        for config, start in zip(configs, starts):
            config.init_lora_weights = start


class StopIfTooFast(TrainerCallback):
    """Asks sigmascope after the sixth step, and stops a run whose rate lies above what its start bears.

    The run needs `KeepStart`, checkpoints of its first six steps, and the rate of each step in its log.
    """

    def __init__(self, texts, base):
        self.texts, self.base = texts, base

    def on_save(self, args, state, control, **_):
        if state.global_step != STEPS:
            return
        out = f"{args.output_dir}/advice"
        command = ["sigmascope", "advise", "--run", args.output_dir, "--texts", self.texts]
        subprocess.run(command + ["--base", self.base, "--out", out, "--quiet"], check=True)
        advice = json.loads(Path(out, "probe.json").read_text(encoding="utf-8"))
        if args.learning_rate > advice["death_rate"]:
            low, high = advice["recommended"]["lower"], advice["recommended"]["upper"]
            print(f"stopped: this start bears {advice['death_rate']:.1e}; use {low:.0e} to {high:.0e}")
            control.should_training_stop = True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", help="the small base of this project, or one with its tokenizer")
    parser.add_argument("out")
    parser.add_argument("--adapter", choices=["lora", "pissa"], default="pissa")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import GRPOConfig, GRPOTrainer

    generator = random.Random(options.seed)
    sums = [(generator.randrange(1000), generator.randrange(1000)) for _ in range(32 * STEPS)]
    problems = Dataset.from_list([{"prompt": f"{a:03}+{b:03}=", "result": f"{a + b:04}"} for a, b in sums])

    def exact(prompts, completions, result, **_):
        return [float(re.fullmatch(rf".*>{wanted}\W*", text.strip()) is not None)
                for text, wanted in zip(completions, result)]

    Path(options.out).mkdir(parents=True)
    trainer = GRPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(options.base, dtype=torch.float32),
        reward_funcs=recording(exact, f"{options.out}/answers.jsonl"),
        args=GRPOConfig(
            output_dir=options.out, seed=options.seed, per_device_train_batch_size=256,
            num_generations=8, max_completion_length=14, beta=0.0, loss_type="dapo", bf16=False,
            gradient_checkpointing=False, use_cpu=True, report_to="none", disable_tqdm=True,
            **probe_settings(options.rate),
        ),
        train_dataset=problems,
        processing_class=AutoTokenizer.from_pretrained(options.base),
        peft_config=LoraConfig(
            task_type="CAUSAL_LM", r=8, lora_alpha=16, target_modules="all-linear",
            init_lora_weights="pissa" if options.adapter == "pissa" else True,
        ),
        callbacks=[KeepStart()],
    )
    trainer.train()


if __name__ == "__main__":
    main()

"""Writes training-arguments/*.bin as Trainer and TRL save their settings (torch 2.13, transformers 5.24, trl 1.16).

    python make_training_arguments.py

torch.save of the object of settings, after its device was asked for, as a trainer does.
"""

import os
from pathlib import Path

os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"

import torch
import transformers
import trl

FOLDER = Path(__file__).resolve().parent / "training-arguments"
COMMON = dict(output_dir=".", use_cpu=True, seed=7, lr_scheduler_type="cosine", warmup_steps=5)


def main():
    FOLDER.mkdir(exist_ok=True)
    made = {
        "trainer": transformers.TrainingArguments(learning_rate=3e-4, **COMMON),
        "sft": trl.SFTConfig(learning_rate=2e-4, bf16=False, gradient_accumulation_steps=4, **COMMON),
        "dpo": trl.DPOConfig(learning_rate=5e-6, bf16=False, beta=0.2, max_grad_norm=0.5, **COMMON),
        "grpo": trl.GRPOConfig(
            learning_rate=1e-6, bf16=False, num_generations=8, per_device_train_batch_size=16, beta=0.04,
            loss_type="dr_grpo", **COMMON,
        ),
    }
    for name, arguments in made.items():
        _ = arguments.device
        torch.save(arguments, FOLDER / f"training_args-{name}.bin")


if __name__ == "__main__":
    main()

"""What the callback costs a step of training: medians of five pairs of runs, with and without it in turn.

    python measure_callback.py BASE [--steps 40] [--save 10] [--threads 1] [--pairs 5] [--share 0.02]

A pair is one SFT run without and one with the callback, on the same data and seed. Both save checkpoints at the same steps.
The time of a run is that of its steps, saving included and loading not.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from typing import Any

os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")


def seconds_a_step(options: argparse.Namespace, is_watched: bool) -> tuple[float, int, float]:
    """Also how many checkpoints were analysed, and what that took of the time of all processors."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer, PrinterCallback, TrainerCallback
    from trl import SFTConfig, SFTTrainer

    from sigmascope.callback import SigmascopeCallback

    class Clock(TrainerCallback):  # type: ignore[misc]
        begun = ended = 0.0

        def on_train_begin(self, *_: Any, **__: Any) -> None:
            self.begun = time.perf_counter()

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.ended = time.perf_counter()

    torch.set_num_threads(options.threads)
    generator = random.Random(0)
    pairs = [(generator.randrange(1000), generator.randrange(1000)) for _ in range(options.batch * 4)]
    rows = [{"prompt": f"{a:03}+{b:03}=", "completion": f">{a + b:04}"} for a, b in pairs]
    with tempfile.TemporaryDirectory() as out:
        trainer = SFTTrainer(
            model=AutoModelForCausalLM.from_pretrained(options.base, dtype=torch.float32),
            processing_class=AutoTokenizer.from_pretrained(options.base),
            train_dataset=Dataset.from_list(rows),
            peft_config=LoraConfig(task_type="CAUSAL_LM", r=8, lora_alpha=16, target_modules="all-linear"),
            args=SFTConfig(
                output_dir=out, max_steps=options.steps, save_steps=options.save, per_device_train_batch_size=options.batch,
                learning_rate=1e-3, save_only_model=True, logging_steps=1, bf16=False, gradient_checkpointing=False,
                use_cpu=True, report_to="none", disable_tqdm=True,
            ),
        )
        trainer.remove_callback(PrinterCallback)
        clock = Clock()
        trainer.add_callback(clock)
        callback = SigmascopeCallback(trainer, base=options.base, share=options.share)
        if is_watched:
            trainer.add_callback(callback)
        trainer.train()
        analysed = sum("sigmascope/step" in row for row in trainer.state.log_history)
        return (clock.ended - clock.begun) / options.steps, analysed, callback.share_taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base")
    for name, usual in (("steps", 40), ("save", 10), ("threads", 1), ("pairs", 5), ("batch", 256)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--share", type=float, default=0.02)
    options = parser.parse_args()
    seconds_a_step(options, False)  # warms caches up
    without, watched, shares = [], [], []
    for _ in range(options.pairs):
        plain, *_ = seconds_a_step(options, False)
        seen, analysed, taken = seconds_a_step(options, True)
        without.append(plain)
        watched.append(seen)
        shares.append(seen / plain - 1)
        print(
            f"{1e3 * plain:.1f} ms, with the callback {1e3 * seen:.1f} ms ({analysed} analysed in {taken:.1%} of the processors' "
            f"time): {shares[-1]:+.1%}", flush=True)
    print(
        f"median of {options.pairs}: {1e3 * statistics.median(without):.1f} ms a step, with the callback "
        f"{1e3 * statistics.median(watched):.1f} ms; median of the pairs {statistics.median(shares):+.1%}, "
        f"{min(shares):+.1%} to {max(shares):+.1%}"
    )


if __name__ == "__main__":
    main()

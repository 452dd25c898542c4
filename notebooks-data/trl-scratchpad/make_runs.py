"""GRPO on three-digit sums and differences with the real TRL and PEFT: eight small run folders.

    python make_runs.py                 # all eight, one after the other
    python make_runs.py pissa 1         # one method, one seed
    python make_runs.py pissa 0 1e-4    # at another rate, in pissa-seed0-rate1e-4

Each run starts from ../base-scratchpad. The process stands in the run's folder while it trains, so
that the adapters name their base by the relative path ../../base-scratchpad and no machine's path
is ever written. Afterwards only what a reader of weights and logs needs is kept.
"""

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")

METHODS = ("lora", "pissa", "dora", "full")
SEEDS = (0, 1)
STEPS = 60
SAVED_STEPS = {"adapter": (10, 30, 60), "full": (10, 60)}
LEARNING_RATES = {"lora": 3e-3, "pissa": 3e-3, "dora": 3e-3, "full": 1e-4}
PROMPTS_PER_STEP = 32
ANSWERS_PER_PROMPT = 8
DIGITS = 3
LINEAR_LAYERS = [
    "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj",
]
SETTLED = os.environ | {"PYTHONHASHSEED": "0"}  # PEFT writes target_modules in a set's order
HERE = Path(__file__).resolve().parent
BASE = "../../base-scratchpad"
DROPPED_FILES = {
    "README.md", "training_args.bin", "optimizer.pt", "scheduler.pt", "rng_state.pth",
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja",
}


def problem(generator):
    """A prompt and the digits that have to follow '>'; a difference is never negative."""
    first, second = (generator.randrange(10**DIGITS) for _ in range(2))
    if generator.random() < 0.5:
        first, second = max(first, second), min(first, second)
        sign, result = "-", first - second
    else:
        sign, result = "+", first + second
    prompt = f"{first:0{DIGITS}}{sign}{second:0{DIGITS}}="
    return {"prompt": prompt, "result": f"{result:0{DIGITS + 1}}"}


def score(text, ended, result):
    """1 if the answer ended and what follows its first '>' is the result and nothing else."""
    _, mark, given = text.partition(">")
    return 1.0 if ended and mark and given == result else 0.0


def train(method, seed, rate):
    """Writes the folder of one run; the working directory is that folder."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    torch.set_num_threads(1)
    generator = random.Random(1000 + seed)
    problems = Dataset.from_list([problem(generator) for _ in range(STEPS * PROMPTS_PER_STEP)])
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    model = AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32)
    end = tokenizer.eos_token_id

    def exact(prompts, completions, completion_ids, result, **_):
        rewards = []
        for ids, wanted in zip(completion_ids, result):
            ids = list(ids)
            ended = end in ids
            text = tokenizer.decode(ids[: ids.index(end)] if ended else ids)
            rewards.append(score(text, ended, wanted))
        return rewards

    adapter = None
    if method != "full":
        adapter = LoraConfig(
            task_type="CAUSAL_LM",
            r=8,
            lora_alpha=16,
            lora_dropout=0.0,
            target_modules=LINEAR_LAYERS,
            use_dora=method == "dora",
            init_lora_weights="pissa" if method == "pissa" else True,
        )
    settings = GRPOConfig(
        output_dir=".",
        seed=seed,
        max_steps=STEPS,
        learning_rate=rate,
        lr_scheduler_type="constant",
        warmup_steps=0,
        per_device_train_batch_size=PROMPTS_PER_STEP * ANSWERS_PER_PROMPT,
        gradient_accumulation_steps=1,
        num_generations=ANSWERS_PER_PROMPT,
        max_completion_length=14,
        temperature=1.0,
        beta=0.0,
        loss_type="grpo",
        gradient_checkpointing=False,
        bf16=False,
        fp16=False,
        use_cpu=True,
        use_vllm=False,
        logging_steps=1,
        save_strategy="steps",
        save_steps=10,
        save_only_model=True,
        report_to="none",
        disable_tqdm=True,
    )

    saved = SAVED_STEPS["full" if method == "full" else "adapter"]

    class SaveAtChosenSteps(TrainerCallback):
        """Checkpoints at the chosen steps only, in place of every tenth."""

        def on_step_end(self, args, state, control, **_):
            control.should_save = state.global_step in saved
            return control

    trainer = GRPOTrainer(
        model=model,
        reward_funcs=exact,
        args=settings,
        train_dataset=problems,
        processing_class=tokenizer,
        peft_config=adapter,
        callbacks=[SaveAtChosenSteps()],
    )
    if method == "pissa":
        keep_start(trainer.model)
    trainer.train()


def keep_start(model):
    """PiSSA's factors before the first step, as PEFT recommends to save them.

    What the trainer saves fits the base without its leading part. With this folder as
    path_initial_model_for_weight_conversion PEFT turns it into an adapter of the base as it is.
    """
    config = model.peft_config["default"]
    start, config.init_lora_weights = config.init_lora_weights, True
    model.save_pretrained("pissa_init")
    config.init_lora_weights = start


def tidy(run):
    """Drops what carries neither weights nor logs."""
    for file in run.rglob("*"):
        if file.is_file() and file.name in DROPPED_FILES:
            file.unlink()


def main(arguments):
    if arguments:
        method, seed = arguments[0], int(arguments[1])
        rate = float(arguments[2]) if len(arguments) > 2 else LEARNING_RATES[method]
        run = HERE / "-rate".join([f"{method}-seed{seed}", *arguments[2:]])
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir()
        os.chdir(run)
        train(method, seed, rate)
        tidy(run)
        return
    for seed in SEEDS:
        for method in METHODS:
            subprocess.run([sys.executable, __file__, method, str(seed)], check=True, env=SETTLED)


if __name__ == "__main__":
    main(sys.argv[1:])

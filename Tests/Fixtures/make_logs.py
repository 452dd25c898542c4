"""Write the logs that trainers leave: an event file of TensorBoard, an offline run of W&B, rows of TRL's trainers.

The event file and the W&B run hold the same series, `series` below; the tests compute it as well. `trl.json` holds what
each trainer of TRL writes into the `log_history` of trainer_state.json, from two steps of a model of 2 layers with
random weights: the names count, not the numbers.

Written with tensorboard 2.21.0, tensorboardX 2.6.5, wandb 0.31.0 (`python make_logs.py writers`) and with torch 2.13.0,
transformers 5.24.0, trl 1.16.0 (`python make_logs.py trl`).
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "logs"
STEPS = 5


def series(step):
    """Numbers that single precision holds."""
    return {"train/loss": 2 - step / 8, "train/reward": step / 4, "train/learning_rate": 2.0**-10, "eval/loss": 1.5}


def fresh(name):
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def tensorboard():
    """Scalars as `simple_value`, as torch.utils.tensorboard writes them, a histogram and a text beside them."""
    from tensorboardX import SummaryWriter

    folder = fresh("tensorboard/simple")
    with SummaryWriter(str(folder)) as writer:
        writer.add_text("args", "text", 0)
        for step in range(1, STEPS + 1):
            for name, value in series(step).items():
                writer.add_scalar(name, value, step)
        writer.add_histogram("weights", [1.0, 2.0, 3.0], STEPS)
    rename(folder)
    tensors()


def tensors():
    """Scalars as tensors, as TensorFlow 2 writes them."""
    from tensorboard.compat.proto import event_pb2, summary_pb2
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
    from tensorboard.util import tensor_util
    import numpy as np

    folder = fresh("tensorboard/tensors")
    writer = EventFileWriter(str(folder))
    for step in range(1, STEPS + 1):
        for name, value in series(step).items():
            # A single float is a number of the message, several would be bytes.
            tensor = tensor_util.make_tensor_proto(np.float32(value))
            if name == "train/reward":
                tensor.ClearField("float_val")
                tensor.tensor_content = np.float32(value).tobytes()
            summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=name, tensor=tensor)])
            writer.add_event(event_pb2.Event(step=step, wall_time=1.0, summary=summary))
    writer.close()
    rename(folder)


def rename(folder):
    """The name holds the time and the host."""
    (file,) = folder.iterdir()
    file.rename(folder / "events.out.tfevents.1700000000.host")


def wandb():
    import wandb

    with tempfile.TemporaryDirectory() as place:
        os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DISABLE_GIT="true")
        settings = wandb.Settings(
            x_disable_stats=True, x_disable_meta=True, console="off", disable_code=True, host="host")
        run = wandb.init(project="p", dir=place, id="abcdefgh", settings=settings)
        for step in range(1, STEPS + 1):
            run.log({**series(step), "train/global_step": step, "nested": {"kl": step / 2}})
        run.finish()
        (file,) = Path(place).glob("wandb/offline-run-*/run-*.wandb")
        folder = fresh("wandb") / "offline-run-20260101_000000-abcdefgh"
        folder.mkdir()
        shutil.copy(file, folder / "run-abcdefgh.wandb")


def model_and_tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = ["<pad>", "<s>", "</s>", "<unk>", "a", "b", "c", "d", "user", "assistant"]
    core = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    core.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token="<pad>", bos_token="<s>", eos_token="</s>", unk_token="<unk>")
    tokenizer.chat_template = "{% for m in messages %}{{ m['role'] }} {{ m['content'] }} {% endfor %}"
    config = LlamaConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        pad_token_id=0, bos_token_id=1, eos_token_id=2)
    return LlamaForCausalLM(config), tokenizer


def trl():
    import importlib

    import torch
    from datasets import Dataset
    import trl as library
    from transformers import LlamaForSequenceClassification

    torch.manual_seed(0)
    texts = {"prompt": ["a b", "b c"] * 4, "chosen": ["c d", "d"] * 4, "rejected": ["a", "b a"] * 4}
    pairs = Dataset.from_dict(texts)
    unpaired = Dataset.from_dict(
        {"prompt": texts["prompt"], "completion": texts["chosen"], "label": [True, False] * 4})

    def first(completions, **_):
        return [float(len(c)) for c in completions]

    def second(completions, **_):
        return [1.0 for _ in completions]

    cases = {
        "sft": ("trl", "SFT", Dataset.from_dict({"text": ["a b c d"] * 8}), {}),
        "dpo": ("trl", "DPO", pairs, {}),
        "reward": ("trl", "Reward", pairs, {}),
        "grpo": ("trl", "GRPO", pairs.select_columns(["prompt"]), {"reward_funcs": [first, second]}),
        "rloo": ("trl", "RLOO", pairs.select_columns(["prompt"]), {"reward_funcs": [first, second]}),
        "kto": ("trl", "KTO", unpaired, {}),
        "orpo": ("trl.experimental.orpo", "ORPO", pairs, {}),
        "cpo": ("trl.experimental.cpo", "CPO", pairs, {}),
        "online-dpo": ("trl.experimental.online_dpo", "OnlineDPO", pairs.select_columns(["prompt"]),
                       {"reward_funcs": [first]}),
    }
    rows = {}
    for name, (module, stem, data, extra) in cases.items():
        with tempfile.TemporaryDirectory() as place:
            try:
                package = importlib.import_module(module)
                if not hasattr(package, f"{stem}Trainer"):
                    package = importlib.import_module(f"trl.experimental.{stem.lower()}")
                model, tokenizer = model_and_tokenizer()
                if name == "reward":
                    model = LlamaForSequenceClassification(type(model.config)(**{**model.config.to_dict(), "num_labels": 1}))
                # Some load their reference model from the model's own path.
                model.save_pretrained(f"{place}/model")
                model = type(model).from_pretrained(f"{place}/model")
                options = dict(
                    output_dir=place, max_steps=2, logging_steps=1, report_to=[], per_device_train_batch_size=4,
                    use_cpu=True, bf16=False, eval_strategy="no", save_strategy="no", disable_tqdm=True)
                if name in ("grpo", "rloo"):
                    options.update(num_generations=2, max_completion_length=4, beta=0.1)
                if name == "online-dpo":
                    options.update(max_new_tokens=4)
                trainer = getattr(package, f"{stem}Trainer")(
                    model=model, args=getattr(package, f"{stem}Config")(**options), train_dataset=data,
                    processing_class=tokenizer, **extra)
                trainer.train()
                rows[name] = trainer.state.log_history
            except Exception as error:  # A trainer that this version lacks is left out, and said.
                print(f"{name}: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
    for history in rows.values():
        for row in history:
            for key in list(row):
                if key.endswith(("_time", "_runtime", "_per_second")):
                    del row[key]
    FOLDER.mkdir(exist_ok=True)
    text = ",\n".join(f'"{name}": {json.dumps(history)}' for name, history in rows.items())
    (FOLDER / "trl.json").write_text("{\n" + text + "\n}\n")


if __name__ == "__main__":
    for part in sys.argv[1:]:
        if part == "trl":
            trl()
        else:
            tensorboard()
            wandb()

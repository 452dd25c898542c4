"""The callback in real runs of TRL, on the small base of this project. Skipped where torch or trl is missing."""

from __future__ import annotations

import logging
import os
import random
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from conftest import BASE

import sigmascope

pytest.importorskip("torch", reason="no torch: the callback is not tested")
pytest.importorskip("trl", reason="no trl: the callback is not tested")
os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")

from sigmascope.callback import MEDIANS, SigmascopeCallback  # noqa: E402

SERIES = {f"sigmascope/{name}" for name in (*MEDIANS, "step")}


def sums(count: int) -> list[tuple[int, int]]:
    generator = random.Random(0)
    return [(generator.randrange(1000), generator.randrange(1000)) for _ in range(count)]


def settings(out: Path, **rest: Any) -> dict[str, Any]:
    return dict(
        output_dir=str(out), seed=0, learning_rate=1e-3, lr_scheduler_type="constant", per_device_train_batch_size=32,
        max_steps=4, save_strategy="steps", save_steps=1, save_only_model=True, logging_steps=1, bf16=False,
        gradient_checkpointing=False, use_cpu=True, report_to="none", disable_tqdm=True,
    ) | rest


def adapted() -> dict[str, Any]:
    import torch
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer

    return dict(
        model=AutoModelForCausalLM.from_pretrained(str(BASE), dtype=torch.float32),
        processing_class=AutoTokenizer.from_pretrained(str(BASE)),
        peft_config=LoraConfig(task_type="CAUSAL_LM", r=8, lora_alpha=16, target_modules="all-linear"),
    )


def grpo(out: Path, **rest: Any) -> Any:
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    def exact(prompts: Any, completions: Any, result: Any, **_: Any) -> list[float]:
        return [float(re.search(rf">{wanted}", text) is not None) for text, wanted in zip(completions, result)]

    rows = [{"prompt": f"{a:03}+{b:03}=", "result": f"{a + b:04}"} for a, b in sums(128)]
    return GRPOTrainer(
        reward_funcs=exact, train_dataset=Dataset.from_list(rows), **adapted(),
        args=GRPOConfig(**settings(out, num_generations=8, max_completion_length=14, beta=0.0, **rest)),
    )


def sft(out: Path, **rest: Any) -> Any:
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    rows = [{"prompt": f"{a:03}+{b:03}=", "completion": f">{a + b:04}"} for a, b in sums(128)]
    return SFTTrainer(train_dataset=Dataset.from_list(rows), **adapted(), args=SFTConfig(**settings(out, **rest)))


def watched(trainer: Any, **rest: Any) -> Any:
    """The trainer with the callback. Its steps take milliseconds, so each save waits until the program is done."""
    from transformers import TrainerCallback

    callback = SigmascopeCallback(trainer, **{"base": BASE, "share": None, **rest})

    class Wait(TrainerCallback):
        def on_save(self, *_: Any, **__: Any) -> None:
            assert callback._work is None or callback._work.wait(60)

    trainer.add_callback(callback)
    trainer.add_callback(Wait())
    return trainer


def found(trainer: Any) -> list[dict[str, Any]]:
    return [row for row in trainer.state.log_history if "sigmascope/step" in row]


def test_a_grpo_run_logs_what_its_checkpoints_did(tmp_path: Path) -> None:
    trainer = watched(grpo(tmp_path / "run"))
    trainer.train()
    rows = found(trainer)
    assert [row["sigmascope/step"] for row in rows] == [1, 2, 3, 4] and SERIES <= set(rows[-1])
    # The trainer's own means are as many as its steps: logging took none of them.
    assert len([row for row in trainer.state.log_history if "reward" in row]) == 4
    # The numbers are the program's.
    step = int(rows[-1]["sigmascope/step"])
    report = sigmascope.analyze(tmp_path / "run", base=BASE, steps=step, out=tmp_path / "report", progress=False)
    medians = report.summary["runs"][0]["steps"][0]["medians"]
    assert {name: rows[-1][f"sigmascope/{name}"] for name in MEDIANS} == {name: medians[name] for name in MEDIANS}


def test_the_divergence_of_a_step_is_that_of_advise(tmp_path: Path, caplog: Any) -> None:
    trainer = watched(grpo(tmp_path / "run", learning_rate=1e-2))
    with caplog.at_level(logging.WARNING, "sigmascope.callback"):
        trainer.train()
    # The first checkpoint has none before it.
    moved = [row for row in found(trainer) if "sigmascope/step_divergence" in row]
    assert [row["sigmascope/step"] for row in moved] == [2, 3, 4]
    assert all(row["sigmascope/rate"] == pytest.approx(1e-2) for row in moved)
    assert any("that this start bears; use" in record.getMessage() for record in caplog.records)


def test_texts_that_are_given_serve_trainers_that_draw_none(tmp_path: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text("".join(f'{{"prompt": "{a:03}+{b:03}=", "answer": ">{a + b:04}"}}\n' for a, b in sums(16)))
    trainer = watched(sft(tmp_path / "run"), texts=texts)
    trainer.train()
    moved = [row for row in found(trainer) if "sigmascope/step_divergence" in row]
    advice = sigmascope.advise(run=tmp_path / "run", texts=texts, base=BASE, out=tmp_path / "advice", progress=False)
    wanted = {float(move["to"]): move["divergence"] for move in advice.summary["moves"]}
    assert {row["sigmascope/step"]: row["sigmascope/step_divergence"] for row in moved} == wanted


def test_an_sft_run_writes_the_series_to_tensorboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tensorboard", reason="no tensorboard: its files are not read back")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    monkeypatch.setenv("TENSORBOARD_LOGGING_DIR", str(tmp_path / "events"))
    trainer = watched(sft(tmp_path / "run", report_to="tensorboard"))
    trainer.train()
    events = EventAccumulator(str(tmp_path / "events"))
    events.Reload()
    rows = found(trainer)
    assert len(rows) == 4
    for name in SERIES:
        series = events.Scalars(f"train/{name}")
        # TensorBoard keeps single precision.
        assert [event.value for event in series] == pytest.approx([row[name] for row in rows], rel=1e-6)
        assert [event.step for event in series] == [row["step"] for row in rows]


def test_analyses_wait_until_their_share_of_the_time_allows_them(tmp_path: Path, caplog: Any) -> None:
    trainer = watched(sft(tmp_path / "run"), share=1e-9)
    with caplog.at_level(logging.WARNING, "sigmascope.callback"):
        trainer.train()
    # The first, as nothing was taken before it, and the last in any case.
    assert [row["sigmascope/step"] for row in found(trainer)] == [1, 4]
    assert "2 of the checkpoints were not analysed" in caplog.records[-1].getMessage()


def test_a_program_that_fails_is_one_warning_and_no_end(tmp_path: Path, caplog: Any) -> None:
    trainer = watched(sft(tmp_path / "run"), base="/nowhere")
    with caplog.at_level(logging.WARNING, "sigmascope.callback"):
        trainer.train()
    assert trainer.state.global_step == 4 and found(trainer) == []
    assert len(caplog.records) == 1 and "/nowhere" in caplog.records[0].getMessage()


def test_without_a_program_the_run_goes_on(tmp_path: Path, caplog: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGMASCOPE_PROGRAM", "/nowhere/sigmascope")
    trainer = sft(tmp_path / "run")
    trainer.add_callback(SigmascopeCallback(trainer, base=BASE))
    with caplog.at_level(logging.WARNING, "sigmascope.callback"):
        trainer.train()
    assert trainer.state.global_step == 4 and len(caplog.records) == 1


def test_a_slow_program_drops_checkpoints_and_leaves_nothing(
    tmp_path: Path, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "slow"
    slow.write_text(f"#!/bin/sh\necho . >>{tmp_path}/started\nexec sleep 600\n", encoding="utf-8")
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("SIGMASCOPE_PROGRAM", str(slow))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    trainer = sft(tmp_path / "run")
    trainer.add_callback(SigmascopeCallback(trainer, base=BASE, patience=0.1))
    with caplog.at_level(logging.WARNING, "sigmascope.callback"):
        trainer.train()
    assert trainer.state.global_step == 4
    # The first one, and after the last step the last.
    assert (tmp_path / "started").read_text(encoding="utf-8") == ".\n.\n"
    dropped, given_up = [record.getMessage() for record in caplog.records[-2:]]
    assert "2 of the checkpoints were not analysed" in dropped
    assert "2 of the checkpoints was given up: it took longer than the 0.1 seconds" in given_up
    assert not list(temporary.glob("sigmascope-*"))

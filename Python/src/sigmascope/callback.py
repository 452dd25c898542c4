"""A callback for `transformers.Trainer` and the trainers of TRL: what each saved checkpoint did to the weights, in the
trainer's own log."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import Any

from transformers import Trainer, TrainerCallback

from .answers import Answers
from .background import Work
from .report import PathLike

logger = logging.getLogger(__name__)

MEDIANS = ("relative_update_norm", "normalized_spectral_shift", "head_share_right", "null_z_right")
"""What is logged by default, each the median over all matrices: the size of the update beside its base, how far the
singular values moved, the share of the update on the base's leading input directions, and that share beside chance, in
standard deviations of a random orientation."""


class SigmascopeCallback(TrainerCallback):
    """Analyses every saved checkpoint in the background, and logs what it finds to wherever the trainer reports.

        trainer = GRPOTrainer(…)
        trainer.add_callback(SigmascopeCallback(trainer, base="models/base"))

    Under `sigmascope/` are logged: `step` (of the checkpoint), the medians of `metrics`, `collapse_score`, and where texts
    are known (below) `step_divergence`, the nats per token by which that step moved the policy, beside `rate` and
    `death_rate`, the rate that this start bears. A run that is not healthy, or whose rate is above what it bears, gets a
    warning.

    One checkpoint is analysed at a time; those that are saved meanwhile are dropped, and so are those that come before the
    program's share of the processors' time allows another. Their number is said at the end. The program is nice: it gets the
    time of a core that is left over. The last checkpoint is analysed if that ends within `patience`. Nothing that goes wrong here ends the training: the first
    failure is a warning, the rest is silence.
    """

    def __init__(
        self,
        trainer: Trainer,
        *,
        base: PathLike | None = None,
        texts: PathLike | None = None,
        metrics: tuple[str, ...] = MEDIANS,
        patience: float = 60,
        share: float | None = 0.02,
        **options: object,
    ) -> None:
        """`base` is the base model; by default that which the checkpoint names, and of whole checkpoints that which the
        trainer's model was loaded from. `texts` is a file of prompts and answers, a JSON object a line, for the divergence;
        by default the last answers of a GRPOTrainer. `patience` is how many seconds a checkpoint may take after the last
        step. `share` is what analyses may have taken of the time of all processors since training began when another one
        begins; None for no limit. Options are those of `sigmascope analyze`."""
        self._trainer = trainer
        self._base = base
        self._answers = Answers(trainer, texts)
        self._metrics = metrics
        self._patience = patience
        self._share = share
        self._begun = time.monotonic()
        self._processor_seconds = 0.0
        self._options = options
        self._work: Work | None = None
        self._dropped = 0
        self._given_up = 0
        self._warned: set[str] = set()

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._begun = time.monotonic()

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Logs what has become ready. (Not at the end of a step: logging there would take the place of the trainer's own.)"""
        self._guarded(self._take, state)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.is_world_process_zero:
            self._guarded(self._answers.keep, state.global_step)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.is_world_process_zero:
            # After the last step nothing waits for us: the last checkpoint is never dropped for the one before. (At the very
            # end of a run it would be too late: some reporters take nothing then.)
            is_last = control.should_training_stop
            if is_last:
                self._guarded(self._finish, state)
            self._guarded(self._begin, args, state, is_last)
            if is_last:
                self._guarded(self._finish, state)

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._guarded(self._finish, state)
        if self._dropped:
            logger.warning(
                "sigmascope: %d of the checkpoints were not analysed: the one before was still in work, or the program had had "
                "its share of the time",
                self._dropped,
            )
            self._dropped = 0
        if self._given_up:
            logger.warning(
                "sigmascope: the analysis of %d of the checkpoints was given up: it took longer than the %g seconds of `patience`",
                self._given_up,
                self._patience,
            )
            self._given_up = 0

    def _begin(self, args: Any, state: Any, is_last: bool) -> None:
        self._take(state)
        has_pair = self._answers.saved(state.global_step)
        if self._work is not None or not (is_last or self._share is None or self.share_taken <= self._share):
            self._dropped += 1
            return
        work = self._work = Work(state.global_step)
        work.add(
            "summary.json",
            "analyze",
            args.output_dir,
            **{
                "base": self._base_of_run(),
                "steps": state.global_step,
                "metrics": ",".join(self._metrics),
                "formats": "json",
                "jobs": 1,
                **self._options,
            },
        )
        if has_pair:
            run, texts = self._answers.pair(Path(args.output_dir), state.global_step, work.folder)
            work.add("probe.json", "advise", run=run, texts=texts, base=self._base_of_run())
        work.poll()

    @property
    def share_taken(self) -> float:
        """What analyses that have ended took of the time of all processors since training began."""
        processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return self._processor_seconds / (processors * (time.monotonic() - self._begun))

    def _finish(self, state: Any) -> None:
        if self._work is None:
            return
        if self._work.wait(self._patience):
            self._take(state)
        else:
            self._work.stop()
            self._work = None
            self._given_up += 1

    def _take(self, state: Any) -> None:
        """Logs the results of a checkpoint if they are there."""
        work = self._work
        if work is None or not work.poll():
            return
        self._work = None
        self._processor_seconds += work.processor_seconds
        for failure in work.failures:
            self._warn("failure", f"a checkpoint was not analysed: {failure}")
        values = self._of_weights(work) | self._of_policy(work)
        if values:
            values["step"] = work.step
            # The trainers of TRL add their own means in `log`, and begin new ones: that must stay with their steps.
            Trainer.log(self._trainer, {f"sigmascope/{name}": value for name, value in values.items()})

    def _of_weights(self, work: Work) -> dict[str, float]:
        """What the analysis found; symptoms are warnings."""
        values: dict[str, float] = {}
        for run in work.documents.get("summary.json", {}).get("runs", []):
            step = run["steps"][-1]
            values |= {name: step["medians"][name] for name in self._metrics if name in step["medians"]}
            if "collapse_score" in step:
                values["collapse_score"] = step["collapse_score"]
            for symptom in run["verdict"]["symptoms"]:
                self._warn(symptom["rule"], f"{symptom['evidence']} {symptom['cause']} {symptom['advice']}")
        return values

    def _of_policy(self, work: Work) -> dict[str, float]:
        """How far the step moved the policy, beside what it bears; a rate above that is a warning."""
        probe = work.documents.get("probe.json")
        if probe is None:
            return {}
        move, bears, use = probe["moves"][-1], probe["death_rate"], probe["recommended"]
        if move["rate"] > bears:
            self._warn(
                "rate",
                f"at step {work.step} the rate of {move['rate']:.1e} is above the {bears:.1e} that this start bears; "
                f"use {use['lower']:.0e} to {use['upper']:.0e} (docs/advice.md)",
            )
        return {"step_divergence": move["divergence"], "rate": move["rate"], "death_rate": bears}

    def _base_of_run(self) -> str | None:
        if self._base is not None:
            return os.fspath(self._base)
        model: Any = self._trainer.model
        return None if hasattr(model, "peft_config") else getattr(model, "name_or_path", None) or None

    def _warn(self, key: str, text: str) -> None:
        if key not in self._warned:
            self._warned.add(key)
            logger.warning("sigmascope: %s", text)

    def _guarded(self, action: Any, *arguments: Any) -> None:
        try:
            action(*arguments)
        except Exception as error:
            self._warn("failure", f"{type(error).__name__}: {error}")

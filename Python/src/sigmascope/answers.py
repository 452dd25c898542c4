"""Prompts and answers by which a step's divergence is measured: given ones, or the last of a GRPOTrainer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .report import PathLike


class Answers:
    """Keeps the texts for the step from a checkpoint to the next.

    The divergence of a step is a mean over answers of the policy before it. A trainer of TRL that samples keeps the answers
    of its last step; they were drawn by the policy that the checkpoint before holds, if the two are one step apart.
    """

    def __init__(self, trainer: Any, texts: PathLike | None) -> None:
        self._trainer = trainer
        self._texts = None if texts is None else Path(texts).absolute()
        self._lines: list[str] = []
        self._saved: int | None = None

    def keep(self, step: int) -> None:
        """After a step: keeps its answers, if the policy that gave them was saved."""
        self._lines = []
        if self._texts is None and self._saved == step - 1:
            logs = getattr(self._trainer, "_logs", {})
            self._lines = [
                json.dumps({"prompt": prompt, "answer": answer})
                for prompt, answer in zip(logs.get("prompt", ()), logs.get("completion", ()))
                if isinstance(prompt, str) and isinstance(answer, str) and prompt and answer
            ]

    def saved(self, step: int) -> bool:
        """A checkpoint was saved. Says whether the divergence of its step can be measured."""
        before, self._saved = self._saved, step
        return before == step - 1 and bool(self._texts or self._lines)

    def pair(self, run: Path, step: int, folder: Path) -> tuple[Path, Path]:
        """A folder with links to this checkpoint and the one of the step before, and a file of texts, in `folder`."""
        pair = folder / run.name
        pair.mkdir()
        for number in (step - 1, step):
            name = f"checkpoint-{number}"
            (pair / name).symlink_to((run / name).absolute(), target_is_directory=True)
        if self._texts is not None:
            return pair, self._texts
        texts = folder / "answers.jsonl"
        texts.write_text("\n".join(self._lines) + "\n", encoding="utf-8")
        return pair, texts

"""Puts the program into the wheel. `make wheel` says where it is staged, in SIGMASCOPE_STAGED."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ProgramHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        staged = Path(os.environ["SIGMASCOPE_STAGED"])
        inside = build_data["force_include"]
        inside[str(staged / "bin" / "sigmascope")] = "sigmascope/bin/sigmascope"
        inside[str(staged / "share" / "doc" / "sigmascope" / "licenses")] = "sigmascope/licenses"
        for name in ("LICENSE", "NOTICE"):
            inside[str(staged / "share" / "doc" / "sigmascope" / name)] = f"sigmascope/licenses/{name}"
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        # Of any Python 3: no extension module is in it. auditwheel then names the oldest system that it runs on.
        build_data["tag"] = f"py3-none-{platform}"

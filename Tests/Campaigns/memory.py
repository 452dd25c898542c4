#!/usr/bin/env python3
"""Analyses inputs that are made to need much memory, and checks the peak of each against what is promised.

    Tests/Campaigns/memory.py .build/release/sigmascope
    Tests/Campaigns/memory.py .build/release/sigmascope --cases tall-deficient,dora --memory 300M --folder /tmp/inputs

The promise (docs/architecture.md): the resident memory of `analyze` is at most AT_REST + --memory, or the analysis is
refused with the limit that it needs. Such a limit is tried next. Each line of the table is one analysis: its peak as the
kernel reports it (ru_maxrss), the bound and their ratio. Ends with 1 if a bound is broken, or if an analysis fails.

Inputs are written by the standard library alone. Weights are noise in BF16 whose exponent is one of a few, which random
bytes give fast; a deficient rank is a column of zeros, or the left half of the columns again.
"""
import argparse
import json
import multiprocessing
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

MEGA = 1 << 20
# What the program needs without any matrix: code, runtime, the buffers of OpenBLAS for two threads.
AT_REST = 64 * MEGA

DRAW = random.Random(1)
FRACTION = bytes(value | 0x80 for value in range(256))


def noise(count, exponent=0x3C):
    """BF16 numbers of random sign and fraction; 0x3C gives magnitudes from 0.008 to 0.016."""
    data = bytearray(2 * count)
    data[0::2] = DRAW.randbytes(count).translate(FRACTION)
    data[1::2] = DRAW.randbytes(count).translate(bytes(exponent | value & 0x80 for value in range(256)))
    return data


def clear(data, first, step):
    """Sets every `step`-th number to zero, from `first` on."""
    for offset in (0, 1):
        places = range(2 * first + offset, len(data), 2 * step)
        data[2 * first + offset::2 * step] = bytes(len(places))
    return data


def plain(rows, columns):
    return noise(rows * columns)


def with_dead_column(rows, columns):
    return clear(noise(rows * columns), 3, columns)


def half_zero(rows, columns):
    return clear(noise(rows * columns), 0, 2)


def with_equal_halves(rows, columns):
    half = columns // 2
    data = noise(rows * half)
    lines = (data[2 * row * half:2 * (row + 1) * half] for row in range(rows))
    return bytearray().join(line + line for line in lines)


def with_equal_rows(rows, columns):
    half = noise(rows // 2 * columns)
    return half + half


def changed(data, share=8):
    """Other numbers in the first part, as after a training that reached it."""
    count = len(data) // 2 // share
    return noise(count) + data[2 * count:]


def write_tensors(path, tensors):
    path.parent.mkdir(parents=True, exist_ok=True)
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, shape, data in tensors:
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [end, end + len(data)]}
        end += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, _, data in tensors:
            file.write(data)


def write_model(folder, tensors):
    write_tensors(folder / "model.safetensors", tensors)
    configuration = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "tie_word_embeddings": False}
    (folder / "config.json").write_text(json.dumps(configuration))


def write_adapter(folder, tensors, base, rank, target, **fields):
    write_tensors(folder / "adapter_model.safetensors", tensors)
    configuration = {
        "peft_type": "LORA", "r": rank, "lora_alpha": rank, "target_modules": [target], "init_lora_weights": True,
        "base_model_name_or_path": str(base), **fields}
    (folder / "adapter_config.json").write_text(json.dumps(configuration))


class Input:
    """A run and its base."""

    def __init__(self, folder):
        self.folder, self.base = folder, folder / "base"


def whole(matrices, make, steps=1):
    """A model that was saved whole before and after: the names and shapes of its matrices, and how they are made."""
    def write(made):
        before = [(name, [rows, columns], make(rows, columns)) for name, rows, columns in matrices]
        write_model(made.base, before)
        for step in range(1, steps + 1):
            after = [(name, shape, changed(data)) for name, shape, data in before]
            write_model(made.folder / f"run/checkpoint-{step}", after)
    return write


def layers(count, rows, columns):
    return [(f"model.layers.{index}.mlp.down_proj.weight", rows, columns) for index in range(count)]


def adapter(rows, columns, rank, copies=0, magnitude=False, target="down_proj", steps=1, **fields):
    """One adapted matrix; `copies` matrices of its size are made on the way to the update."""
    def write(made):
        module = "lm_head" if target == "lm_head" else f"model.layers.0.mlp.{target}"
        write_model(made.base, [(module + ".weight", [rows, columns], noise(rows * columns))])
        name = f"base_model.model.{module}."
        for step in range(1, steps + 1):
            tensors = [(name + "lora_A.weight", [rank, columns], noise(rank * columns)),
                       (name + "lora_B.weight", [rows, rank], noise(rows * rank))]
            if magnitude:
                tensors.append((name + "lora_magnitude_vector", [rows], noise(rows, 0x3E)))
            write_adapter(made.folder / f"run/checkpoint-{step}", tensors, made.base, rank, target, **fields)
    return write


def tokens(rows, columns, count):
    """Some trained rows of an embedding."""
    def write(made):
        name = "model.embed_tokens"
        write_model(made.base, [(name + ".weight", [rows, columns], noise(rows * columns))])
        tensors = [(f"base_model.model.{name}.token_adapter.trainable_tokens_delta", [count, columns], noise(count * columns))]
        write_adapter(
            made.folder / "run/checkpoint-1", tensors, made.base, 8, "embed_tokens", peft_type="TRAINABLE_TOKENS",
            token_indices=list(range(0, 7 * count, 7)))
    return write


def small(modules, steps, side=16):
    """Many small adapted matrices at many steps."""
    def write(made):
        names = [f"model.layers.{index}.mlp.down_proj" for index in range(modules)]
        write_model(made.base, [(name + ".weight", [side, side], noise(side * side)) for name in names])
        for step in range(1, steps + 1):
            tensors = []
            for name in names:
                tensors.append((f"base_model.model.{name}.lora_A.weight", [2, side], noise(2 * side)))
                tensors.append((f"base_model.model.{name}.lora_B.weight", [side, 2], noise(2 * side)))
            write_adapter(made.folder / f"run/checkpoint-{step}", tensors, made.base, 2, "down_proj")
    return write


def header(count):
    """A file of very many tensors, of which one changed."""
    def write(made):
        names = [f"model.layers.{index}.mlp.down_proj.weight" for index in range(count)]
        tensors = [(name, [2, 2], noise(4)) for name in names]
        write_model(made.base, tensors)
        write_model(made.folder / "run/checkpoint-1", tensors)
    return write


# Name: what is written, and the limits under which it is analysed. A new case is one line here.
CASES = {
    "square-near-limit": (whole(layers(3, 1600, 1600), plain), ["300M", "1G"]),
    "square-deficient": (whole(layers(2, 1600, 1600), with_equal_halves), ["300M", "1G"]),
    "square-beyond-limit": (whole(layers(1, 2048, 2048), with_equal_halves), ["300M"]),
    "tall-deficient": (whole([("lm_head.weight", 150_000, 640)], with_dead_column), ["300M"]),
    "wide-deficient": (whole(layers(1, 512, 40_000), with_equal_rows), ["300M"]),
    "nearly-square-deficient": (whole(layers(2, 1500, 1300), with_equal_halves), ["300M"]),
    "half-zero": (whole([("lm_head.weight", 100_000, 512)], half_zero), ["300M"]),
    "embedding": (whole([("model.embed_tokens.weight", 262_144, 320)], plain), ["300M"]),
    "lora-high-rank": (adapter(1600, 1600, 900), ["300M"]),
    "lora-head": (adapter(150_000, 640, 16, target="lm_head"), ["300M"]),
    "pissa": (adapter(1600, 1600, 64, init_lora_weights="pissa"), ["300M"]),
    "olora": (adapter(1600, 1600, 64, copies=4, init_lora_weights="olora"), ["300M"]),
    "dora": (adapter(1600, 1600, 16, copies=6, magnitude=True, use_dora=True), ["300M"]),
    "dora-head": (adapter(60_000, 512, 16, copies=6, magnitude=True, use_dora=True, target="lm_head"), ["300M", "4G"]),
    "trained-tokens": (tokens(262_144, 320, 20), ["300M"]),
    "whole-path": (whole(layers(1, 1600, 1600), plain, steps=6), ["300M"]),
    "wide-path": (whole(layers(1, 512, 20_000), plain, steps=6), ["300M"]),
    "lora-path": (adapter(1600, 1600, 64, steps=40), ["300M"]),
    "dora-path": (adapter(1600, 1600, 16, copies=6, magnitude=True, use_dora=True, steps=10), ["300M"]),
    "many-results": (small(1_000, 40), ["300M"]),
    "wide-results": (small(30, 32, side=384), ["300M"]),
    "many-checkpoints": (small(1, 10_000), ["300M"]),
    "long-header": (header(100_000), ["300M"]),
}


def make(name, folder):
    made = Input(folder)
    CASES[name][0](made)
    return made


def run(program, made, memory, work):
    """Exit code, message, peak and seconds of one analysis."""
    out = work / "out"
    shutil.rmtree(out, ignore_errors=True)
    command = [program, "analyze", str(made.folder / "run"), "--base", str(made.base), "--memory", memory, "--jobs", "2",
               "--no-cache", "--quiet", "--out", str(out)]
    begin = time.monotonic()
    with open(work / "messages", "wb") as messages:
        process = subprocess.Popen(command, stdout=messages, stderr=messages)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    text = (work / "messages").read_text(errors="replace").strip()
    kilo = 1 if sys.platform == "darwin" else 1024
    return process.returncode, text, usage.ru_maxrss * kilo, time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--cases", default=",".join(CASES), help="separated by commas")
    parser.add_argument("--memory", help="only this limit, such as 300M")
    parser.add_argument("--folder", help="where inputs are kept; by default they are removed")
    options = parser.parse_args()
    program = os.path.realpath(options.program)
    work = pathlib.Path(options.folder or tempfile.mkdtemp(prefix="sigmascope-memory-"))
    broken = 0
    print(f"{'case':24} {'limit':>6} {'peak MB':>8} {'bound MB':>8} {'ratio':>6} {'s':>6}", flush=True)
    for name in options.cases.split(","):
        # In a process of its own: a child begins with the peak of its parent.
        with multiprocessing.Pool(1) as pool:
            made = pool.apply(make, (name, work / name))
        for memory in [options.memory] if options.memory else CASES[name][1]:
            code, text, peak, seconds = run(program, made, memory, work)
            needed = re.search(r"give --memory (\d+M)", text)
            if code == 65 and needed:
                print(f"{name:24} {memory:>6} refused, needs {needed[1]}", flush=True)
                memory = needed[1]
                code, text, peak, seconds = run(program, made, memory, work)
            bound = AT_REST + int(memory[:-1]) * {"M": MEGA, "G": 1 << 30}[memory[-1]]
            fault = f"  ends with {code}: {text[:200]}" if code else "  BROKEN" if peak > bound else ""
            broken += bool(fault)
            print(f"{name:24} {memory:>6} {peak / MEGA:8.0f} {bound / MEGA:8.0f} {peak / bound:6.2f} {seconds:6.1f}{fault}", flush=True)
        if not options.folder:
            shutil.rmtree(made.folder)
    if not options.folder:
        shutil.rmtree(work)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()

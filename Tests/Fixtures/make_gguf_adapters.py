"""Write LoRA adapters in GGUF files, as llama.cpp's convert_lora_to_gguf.py writes them, and the updates they stand for.

The adapters are of the models in `containers/gguf`. `containers/gguf-adapters/ARCH.gguf` has the factors under the names of
llama.cpp, their rows in its order; no file says how many heads a model has. `updates.safetensors` has α/r · BA (1 · BA
without an α) under `ARCH/NAME`, with the names and the order of transformers.

Written with gguf 0.19.0, numpy 2.4.6, transformers 5.24.0, safetensors 0.8.0.
"""

import gguf
import numpy as np
import safetensors.numpy

from make_containers import FOLDER, as_converted, weights_on_disk

# The alpha of each adapter, and the ranks that its modules have in turn.
ADAPTERS = {"llama": (6.0, [2]), "mixtral": (0.0, [2]), "bloom": (0.0, [2, 3]), "qwen2": (5.0, [3, 2])}
EMBEDDINGS = ("embed_tokens.weight", "word_embeddings.weight")


def main():
    folder = FOLDER / "gguf-adapters"
    folder.mkdir(exist_ok=True)
    updates = {}
    for arch, (alpha, ranks) in ADAPTERS.items():
        for name, update in write_adapter(folder, arch, alpha, ranks).items():
            updates[f"{arch}/{name.removesuffix('.weight')}"] = update
    safetensors.numpy.save_file(updates, folder / "updates.safetensors")


def write_adapter(folder, arch, alpha, ranks):
    generator = np.random.default_rng(7)
    config, shapes = weights_on_disk(arch)
    known = "llama" if arch == "mixtral" else arch
    number = {value: key for key, value in gguf.MODEL_ARCH_NAMES.items()}[known]
    names = gguf.get_tensor_name_map(number, 1)
    writer = gguf.GGUFWriter(folder / f"{arch}.gguf", known)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
    updates, experts = {}, {}
    for index, (name, (rows, columns)) in enumerate((n, s) for n, s in shapes.items() if len(s) == 2):
        rank = ranks[index % len(ranks)]
        down = generator.standard_normal((rank, columns)).astype(np.float32)
        up = generator.standard_normal((rows, rank)).astype(np.float32)
        updates[name] = (alpha / rank if alpha else 1) * (up.astype(np.float64) @ down.astype(np.float64))
        if name.endswith(EMBEDDINGS):
            # llama.cpp looks up rows of the first factor and multiplies by the second.
            add(writer, names, name, up, np.ascontiguousarray(down.T))
            continue
        up = as_converted(arch, config, name, up)
        pieces = name.split(".experts.")
        if len(pieces) == 2:
            experts.setdefault(f"{pieces[0]}.experts.{pieces[1].split('.', 1)[1]}", []).append((down, up))
        else:
            add(writer, names, name, down, up)
    for name, pairs in experts.items():
        add(writer, names, name, np.stack([down for down, _ in pairs]), np.stack([up for _, up in pairs]))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return updates


def add(writer, names, name, down, up):
    suffixes = (".weight", ".bias")
    new = names.get_name(name, suffixes) or names.get_name(name.removeprefix("transformer."), suffixes)
    writer.add_tensor(f"{new}.lora_a", down)
    writer.add_tensor(f"{new}.lora_b", up)


if __name__ == "__main__":
    main()

"""Makes the quantised models in quantized/, each with the numbers that its library dequantises.

    python make_quantized.py [NAME ...]

Written with Python 3.11, torch 2.13.0, transformers 5.24.0, bitsandbytes 0.50.2, compressed-tensors 0.20.0,
safetensors 0.8.0. bitsandbytes, compressed-tensors, transformers' Fp8Dequantize and convert_moe_packed_tensors are called
as they are. GPTQ and AWQ have no library that runs here; what they compute is written below after the sources of
auto-gptq 0.7.1 (nn_modules/qlinear/qlinear_cuda_old.py) and autoawq 0.2.9 (utils/packing_utils.py).

Each folder: config.json, model.safetensors, and expected.safetensors with the dequantised weights under the names of the
unquantised model.
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file

root = pathlib.Path(__file__).parent / "quantized"
torch.manual_seed(10)


def save(name, quantization, tensors, expected, **configuration):
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    # A norm that is not quantised lies beside the weights in every model.
    norm = torch.randn(8).to(torch.bfloat16)
    config = {"model_type": "llama", **configuration}
    if quantization is not None:
        config["quantization_config"] = quantization
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    contiguous = lambda d: {k: v.contiguous().clone() for k, v in d.items()}
    save_file(contiguous({**tensors, "model.norm.weight": norm}), folder / "model.safetensors")
    save_file(contiguous({**expected, "model.norm.weight": norm}), folder / "expected.safetensors")


# bitsandbytes


def four_bit(kind, nested, blocksize, shape, dtype):
    import bitsandbytes.functional as F

    weight = (torch.randn(shape) * 0.05).to(dtype)
    codes, state = F.quantize_4bit(weight, blocksize=blocksize, compress_statistics=nested, quant_type=kind)
    parts = {f"up_proj.weight.{k}": v for k, v in state.as_dict(packed=True).items()}
    return {"up_proj.weight": codes, **parts}, {"up_proj.weight": F.dequantize_4bit(codes, state)}


def bitsandbytes_models():
    cases = {
        "bnb-nf4": ("nf4", False, 64, (24, 40), torch.bfloat16),
        "bnb-nf4-nested": ("nf4", True, 64, (72, 256), torch.bfloat16),
        "bnb-nf4-odd": ("nf4", True, 64, (15, 33), torch.float16),
        "bnb-fp4": ("fp4", False, 128, (24, 40), torch.float32),
        "bnb-fp4-nested": ("fp4", True, 64, (24, 40), torch.float16),
    }
    for name, case in cases.items():
        settings = {"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": case[0]}
        save(name, settings, *four_bit(*case))

    import bitsandbytes.functional as F

    weight = (torch.randn(24, 40) * 0.05).half()
    codes, scales, _ = F.int8_vectorwise_quant(weight)
    tensors = {
        "up_proj.weight": codes,
        "up_proj.SCB": scales,
        "up_proj.weight_format": torch.tensor(0, dtype=torch.uint8),
    }
    expected = {"up_proj.weight": F.int8_vectorwise_dequant(codes, scales)}
    save("bnb-int8", {"quant_method": "bitsandbytes", "load_in_8bit": True}, tensors, expected)


# GPTQ and AWQ


def pack_rows(values, bits):
    """[n, m] integers -> [n * bits / 32, m] words, element i from bit i * bits on."""
    n, m = values.shape
    words = torch.zeros(n * bits // 32, m, dtype=torch.int64)
    for i in range(n):
        word, shift = divmod(i * bits, 32)
        words[word] |= (values[i].long() << shift) & 0xFFFFFFFF
        if shift + bits > 32:
            words[word + 1] |= values[i].long() >> (32 - shift)
    return words.to(torch.int32) if words.max() < 2**31 else torch.where(words >= 2**31, words - 2**32, words).int()


def gptq(bits, group, act_order, version, dtype=torch.float16, inputs=96, outputs=32):
    groups = inputs // group
    q = torch.randint(0, 2**bits, (inputs, outputs))
    # Stored zero points less one cannot be 0.
    zero = torch.randint(1, 2**bits, (groups, outputs))
    scales = (torch.rand(groups, outputs) * 0.01 + 0.001).to(dtype)
    index = torch.arange(inputs) // group
    if act_order:
        index = index[torch.randperm(inputs)]
    stored = zero - 1 if version == 1 else zero
    tensors = {
        "up_proj.qweight": pack_rows(q, bits),
        "up_proj.qzeros": pack_rows(stored.T, bits).T,
        "up_proj.scales": scales,
        "up_proj.g_idx": index.int(),
    }
    # weight = scales * (weight - zeros), in the type of the scales
    weight = scales[index] * (q - zero[index])
    return tensors, {"up_proj.weight": weight.T}


def gptq_models():
    cases = {
        "gptq-4": (4, 32, False, 1),
        "gptq-4-order": (4, 32, True, 1),
        "gptq-4-v2": (4, 16, False, 2),
        "gptq-3": (3, 32, True, 1),
        "gptq-2": (2, 48, False, 1),
        "gptq-8": (8, 96, False, 1),
        "gptq-4-bf16": (4, 32, False, 1, torch.bfloat16),
    }
    for name, case in cases.items():
        settings = {"quant_method": "gptq", "bits": case[0], "group_size": case[1], "desc_act": case[2]}
        settings["checkpoint_format"] = "gptq_v2" if case[3] == 2 else "gptq"
        save(name, settings, *gptq(*case))


def awq_models():
    inputs, outputs, group = 96, 40, 32
    order = [0, 2, 4, 6, 1, 3, 5, 7]
    q = torch.randint(0, 16, (inputs, outputs))
    zero = torch.randint(0, 16, (inputs // group, outputs))
    scales = (torch.rand(inputs // group, outputs) * 0.01 + 0.001).half()

    def pack(values):
        words = torch.zeros(values.shape[0], outputs // 8, dtype=torch.int64)
        for i, place in enumerate(order):
            words |= values[:, place::8].long() << (4 * i)
        return torch.where(words >= 2**31, words - 2**32, words).int()

    tensors = {"up_proj.qweight": pack(q), "up_proj.qzeros": pack(zero), "up_proj.scales": scales}
    index = torch.arange(inputs) // group
    # iweight = (iweight - izeros) * scales
    weight = (q - zero[index]) * scales[index]
    settings = {"quant_method": "awq", "bits": 4, "group_size": group, "version": "gemm", "zero_point": True}
    save("awq", settings, tensors, {"up_proj.weight": weight.T})


# MXFP4


def mxfp4_models():
    from transformers.integrations.mxfp4 import convert_moe_packed_tensors

    blocks = torch.randint(0, 256, (3, 20, 2, 16), dtype=torch.uint8)
    scales = torch.randint(110, 130, (3, 20, 2), dtype=torch.uint8)
    name = "model.layers.0.mlp.experts.gate_up_proj"
    expected = {name: convert_moe_packed_tensors(blocks, scales)}
    tensors = {name + "_blocks": blocks, name + "_scales": scales}
    save("mxfp4", {"quant_method": "mxfp4"}, tensors, expected, model_type="gpt_oss")


# Eight bits with scales


def fp8_models():
    from transformers.integrations.finegrained_fp8 import Fp8Dequantize

    def codes(*shape):
        return (torch.randn(shape) * 10).to(torch.float8_e4m3fn)

    q = codes(24, 40)
    for name, scales, key in [
        ("fp8-blocks", torch.rand(3, 4) * 0.01, "weight_scale_inv"),
        ("fp8-blocks-bf16", (torch.rand(3, 4) * 0.01).bfloat16(), "weight_scale_inv"),
        ("fp8-tensor", torch.rand(1) * 0.01, "weight_scale"),
        ("fp8-channel", torch.rand(24, 1) * 0.01, "weight_scale"),
    ]:
        grid = scales if scales.dim() == 2 else scales.reshape(1, 1)
        weight = Fp8Dequantize(None)._dequantize_one(q, grid, output_dtype=torch.bfloat16)
        settings = {"quant_method": "fp8", "weight_block_size": [8, 10]}
        tensors = {"up_proj.weight": q, f"up_proj.{key}": scales}
        save(name, settings, tensors, {"up_proj.weight": weight}, dtype="bfloat16")


def compressed_models():
    from compressed_tensors.compressors.naive_quantized.base import NaiveQuantizationCompressor as Naive
    from compressed_tensors.compressors.pack_quantized.base import PackedQuantizationCompressor as Packed
    from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme

    def model(name, compressor, format, dtype, shape=(24, 64), **arguments):
        args = QuantizationArgs(**arguments)
        scheme = QuantizationScheme(targets=["Linear"], weights=args)
        rows, columns = shape
        per = {"group": (rows, columns // (args.group_size or columns)), "channel": (rows, 1), "tensor": (1,)}
        grid = per.get(getattr(args.strategy, "value", args.strategy))
        if grid is None:
            block = args.block_structure
            grid = (-(-rows // block[0]), -(-columns // block[1]))
        local = {
            "weight": (torch.randn(shape) * 0.05).to(dtype),
            "weight_scale": (torch.rand(grid) * 0.01 + 0.005).to(dtype),
        }
        if not args.symmetric:
            half = 2 ** (args.num_bits - 1)
            local["weight_zero_point"] = torch.randint(-half, half, grid).to(torch.int8)
        stored = compressor.compress(local, scheme)
        weight = compressor.decompress(stored, scheme)["weight"]
        settings = {
            "quant_method": "compressed-tensors",
            "format": format,
            "config_groups": {"group_0": {"targets": ["Linear"], "weights": json.loads(args.model_dump_json())}},
        }
        save(name, settings, {f"up_proj.{k}": v for k, v in stored.items()}, {"up_proj.weight": weight})

    bf16, half = torch.bfloat16, torch.float16
    pack, integers, floats = "pack-quantized", "int-quantized", "float-quantized"
    model("ct-int4-group", Packed, pack, bf16, num_bits=4, type="int", strategy="group", group_size=32)
    model("ct-int4-zeros", Packed, pack, half, num_bits=4, type="int", strategy="group", group_size=16, symmetric=False)
    model("ct-int4-channel", Packed, pack, bf16, (24, 44), num_bits=4, type="int", strategy="channel")
    model("ct-int3-zeros", Packed, pack, bf16, num_bits=3, type="int", strategy="group", group_size=32, symmetric=False)
    model("ct-int8-pack", Packed, pack, bf16, num_bits=8, type="int", strategy="tensor")
    model("ct-int8-channel", Naive, integers, bf16, num_bits=8, type="int", strategy="channel")
    model("ct-int8-zeros", Naive, integers, half, num_bits=8, type="int", strategy="channel", symmetric=False)
    model("ct-fp8-tensor", Naive, floats, bf16, num_bits=8, type="float", strategy="tensor")
    model("ct-fp8-channel", Naive, floats, bf16, num_bits=8, type="float", strategy="channel")
    model("ct-fp8-blocks", Naive, floats, bf16, (24, 60), num_bits=8, type="float", strategy="block", block_structure=[16, 32])


makers = [bitsandbytes_models, gptq_models, awq_models, mxfp4_models, fp8_models, compressed_models]
for maker in makers:
    if len(sys.argv) < 2 or any(maker.__name__.startswith(a) for a in sys.argv[1:]):
        torch.manual_seed(10)
        maker()

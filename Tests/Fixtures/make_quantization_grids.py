"""Write Sources/CKernels/QuantizationGrids.h: the codebooks of ggml's IQ types, as the gguf package packs them.

Needs gguf (0.19.0 wrote the file), numpy.
"""

import math
from importlib.metadata import version
from pathlib import Path

import numpy as np
from gguf import quants

HEADER = Path(__file__).resolve().parents[2] / "Sources/CKernels/QuantizationGrids.h"
GRIDS = {
    "iq2_xxs": quants.IQ2_XXS,
    "iq2_xs": quants.IQ2_XS,
    "iq2_s": quants.IQ2_S,
    "iq3_xxs": quants.IQ3_XXS,
    "iq3_s": quants.IQ3_S,
    "iq1": quants.IQ1_S,
}

lines = [
    "#pragma once",
    "#include <stdint.h>",
    "",
    "// The codebooks of ggml's IQ types: one entry is a group of 8 elements of 2 bits, or of 4 elements of 4 bits, the",
    "// first in the lowest bits. They are those of ggml-common.h (llama.cpp, MIT License), written by",
    f"// Tests/Fixtures/make_quantization_grids.py from the gguf package {version('gguf')}.",
]
for name, kind in GRIDS.items():
    count, width = kind.grid_shape
    packed = bytes.fromhex(kind.grid_hex.decode())
    bits = {2: 2, 3: 4}[math.ceil(math.log2(len(kind.grid_map)))]
    assert len(packed) == 2 * count and width * bits == 16
    entries = np.frombuffer(packed, dtype="<u2")
    lines += ["", f"static const uint16_t {name}_grid[{count}] = {{"]
    lines += [
        "    " + " ".join(f"0x{entry:04X}," for entry in entries[start : start + 14])
        for start in range(0, count, 14)
    ]
    lines.append("};")
HEADER.write_text("\n".join(lines) + "\n")

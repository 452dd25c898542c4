#pragma once
/// Fused inner loops over plain buffers. The Swift callers check the bounds.
#include "Attention.h"
#include "ContentHash.h"
#include "DataTypes.h"
#include "Decoder.h"
#include "Merging.h"
#include "Optimizer.h"
#include "Product.h"
#include "Quantization.h"
#include "Vectors.h"

#pragma once
/// Fused leaf loops. Each takes plain buffers whose bounds the Swift caller has checked.
#include "ContentHash.h"
#include "DataTypes.h"
#include "Decoder.h"
#include "Optimizer.h"

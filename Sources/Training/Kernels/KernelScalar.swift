import CKernels
public import LinearAlgebra

/// A number for which the fused loops of training exist.
public protocol KernelScalar: DenseScalar {}

extension Float: KernelScalar {}
extension Double: KernelScalar {}

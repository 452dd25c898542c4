// The first file of LinearAlgebra follows.

// The first file of Checkpoints follows.

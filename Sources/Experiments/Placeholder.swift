// The first file of Experiments follows.

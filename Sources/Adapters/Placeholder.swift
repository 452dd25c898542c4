// The first file of Adapters follows.

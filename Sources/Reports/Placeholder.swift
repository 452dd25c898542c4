// The first file of Reports follows.

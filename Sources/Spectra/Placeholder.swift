// The first file of Spectra follows.

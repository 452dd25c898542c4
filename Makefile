# Two commands: `make demo` shows what the program does, `make test` proves it.

SHELL := /bin/bash
BINARY := .build/release/sigmascope
DEMO := results/quick

.PHONY: check-python demo test build install-dependencies lint docs bench clean

# Trains 36 small models from the embedded base in six ways (LoRA, DoRA, PiSSA, MiLoRA, RLPO, all weights), compares
# them, and judges the claims of papers. What a stopped demo has done is kept.
demo: build
	$(BINARY) reproduce --preset quick --out $(DEMO) $$([ -e $(DEMO)/study.json ] && echo --resume)
	@echo "Open $(DEMO)/report/report.html in a browser."

test: install-dependencies
	swift test -c release --disable-xctest

# What needs the real torch, peft and transformers: their reading of our checkpoints, and a twin that takes the same
# steps. Skipped where PYTHON has none of them.
PYTHON ?= python3
check-python:
	@if $(PYTHON) -c 'import torch, peft, transformers' 2>/dev/null; then \
	  $(MAKE) build && $(PYTHON) Tests/Python/check_checkpoints.py $(BINARY) notebooks-data/base-scratchpad && \
	  $(PYTHON) Tests/Python/check_training.py $(BINARY) notebooks-data/base-scratchpad; \
	else echo "skipped: $(PYTHON) has no torch, peft and transformers"; fi

build: install-dependencies
	swift build -c release --product sigmascope

# OpenBLAS, LAPACKE and the header of xxHash; asks for nothing that is there.
install-dependencies:
	@if command -v dpkg >/dev/null && ! dpkg -s libopenblas-dev liblapacke-dev libxxhash-dev >/dev/null 2>&1; then \
	  run=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$run apt-get update -q && $$run apt-get install -yq libopenblas-dev liblapacke-dev libxxhash-dev; \
	fi

lint:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

# Every public symbol's documentation, with broken links as errors.
docs: install-dependencies
	for target in LinearAlgebra Checkpoints Adapters Updates Spectra Training Studies Experiments Reports; do \
	  swift package generate-documentation --target $$target --warnings-as-errors >/dev/null || exit 1; \
	done

bench: build
	Benchmarks/run.sh

clean:
	rm -rf .build results

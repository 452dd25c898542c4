# Two commands: `make demo` shows what the program does, `make test` proves it.

SHELL := /bin/bash
BINARY := .build/release/sigmascope
DEMO := notebooks-data/tiny-qwen2-grpo
REPORT := results/demo

.PHONY: demo test build install-dependencies lint docs bench clean

# Analyses five real runs of TRL's GRPOTrainer (LoRA, PiSSA, DoRA and all weights).
demo: build
	$(BINARY) analyze $(DEMO)/runs --base $(DEMO)/base --null-samples 8 --out $(REPORT)
	@echo "Open $(REPORT)/report.html in a browser."

test: install-dependencies
	swift test -c release --disable-xctest

build: install-dependencies
	swift build -c release --product sigmascope

# OpenBLAS and LAPACKE; asks for nothing that is there.
install-dependencies:
	@if command -v dpkg >/dev/null && ! dpkg -s libopenblas-dev liblapacke-dev >/dev/null 2>&1; then \
	  run=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$run apt-get update -q && $$run apt-get install -yq libopenblas-dev liblapacke-dev; \
	fi

lint:
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

# Every public symbol's documentation, with broken links as errors.
docs: install-dependencies
	for target in LinearAlgebra Checkpoints Adapters Spectra Training Studies Experiments Reports; do \
	  swift package generate-documentation --target $$target --warnings-as-errors >/dev/null || exit 1; \
	done

bench: build
	Benchmarks/run.sh

clean:
	rm -rf .build results

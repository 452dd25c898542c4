# `make help` lists what can be made.

SHELL := /bin/bash
BUILD := swift build -c release --product sigmascope
BINARY := .build/release/sigmascope
DEMO := results/quick

# Where `make install` puts the program. DESTDIR is put before it when a package is made.
PREFIX ?= /usr/local
prefix := $(DESTDIR)$(patsubst ~%,$(HOME)%,$(PREFIX))
# The program for other machines: it needs no library of a toolchain. Its build has a folder of its own, because SwiftPM
# compiles everything again when this option changes.
STATIC := .build/static
STAGED := .build/staged

.PHONY: examples bench build check-cluster check-package check-page check-python clean deb demo dist docs fuzz-smoke help install install-dependencies lint staged test uninstall wheel

help: ## list the targets
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 28

demo: build ## train 36 small models in six ways, compare them and judge claims of papers (four minutes); resumes
	$(BINARY) reproduce --preset quick --out $(DEMO) $$([ -e $(DEMO)/study.json ] && echo --resume)
	@echo "Open $(DEMO)/report/report.html in a browser."

install: staged ## install the program, its manual and completions: make install PREFIX=~/.local
	mkdir -p "$(prefix)"
	cp -r $(STAGED)/. "$(prefix)"
	@echo "$(prefix)/bin/sigmascope is installed."
	@case ":$$PATH:" in *":$(prefix)/bin:"*) ;; *) echo "Put it on the path: export PATH=\"$(prefix)/bin:\$$PATH\"";; esac

uninstall: ## remove what install put there
	rm -rf "$(prefix)/share/doc/sigmascope"
	rm -f "$(prefix)/bin/sigmascope" "$(prefix)/share/man/man1/sigmascope.1" \
	  "$(prefix)/share/bash-completion/completions/sigmascope" "$(prefix)/share/zsh/site-functions/_sigmascope" \
	  "$(prefix)/share/fish/vendor_completions.d/sigmascope.fish"

dist: staged ## make an archive for machines without Swift: .build/sigmascope-VERSION-linux-ARCH.tar.gz
	name=sigmascope-$$($(STAGED)/bin/sigmascope --version)-linux-$$(uname -m); \
	tar -C .build --owner 0 --group 0 --transform "s,^staged,$$name," -czf .build/$$name.tar.gz staged && ls -l .build/$$name.tar.gz

wheel: staged ## make a Python wheel in dist/ that holds the program, and try it in a clean environment
	@$(call install-packages,python3-venv)
	PYTHON=$(PYTHON) Packaging/wheel.sh $(STAGED) dist
	PYTHON=$(PYTHON) Tests/Install/wheel.sh dist/sigmascope-*.whl notebooks-data/tiny-qwen2-grpo $(STAGED)/bin/sigmascope

deb: staged ## make a Debian package in .build, and have lintian check it
	@$(call install-packages,dpkg-dev lintian)
	Packaging/deb.sh $(STAGED) .build
	lintian --fail-on error,warning .build/sigmascope_*.deb

# The files of an installation, checked.
staged: install-dependencies
	$(BUILD) --static-swift-stdlib --disable-local-rpath --scratch-path $(STATIC)
	Packaging/stage.sh $(STATIC)/release/sigmascope $(STAGED)
	Tests/Install/check.sh $(STAGED)

build: install-dependencies ## build .build/release/sigmascope
	$(BUILD)

# No test imports what is internal: so the tests use the modules that `make build` has compiled.
test: install-dependencies ## run every test
	swift test -c release --disable-xctest --disable-testable-imports

fuzz-smoke: install-dependencies ## attack every reader with made inputs, for a minute together
	Tests/Fuzz/run.sh smoke

PYTHON ?= python3
check-python: check-package ## test the Python package; compare with the real torch, peft and transformers where PYTHON has them
	@if $(PYTHON) -c 'import torch, peft, transformers' 2>/dev/null; then \
	  $(MAKE) build && $(PYTHON) Tests/Python/check_checkpoints.py $(BINARY) notebooks-data/base-scratchpad && \
	  $(PYTHON) Tests/Python/check_training.py $(BINARY) notebooks-data/base-scratchpad && \
	  $(PYTHON) Tests/Python/check_architectures.py $(BINARY) && \
	  $(PYTHON) Tests/Python/check_merges.py $(BINARY) && \
	  $(PYTHON) Tests/Python/check_written_adapters.py $(BINARY) && \
	  $(PYTHON) Tests/Python/check_refusals.py $(BINARY) notebooks-data/base-scratchpad; \
	else echo "skipped: $(PYTHON) has no torch, peft and transformers"; fi

check-package: build ## test the Python package alone; its callback with the real trl where PYTHON has it
	@$(call install-packages,python3-venv)
	Python/check.sh $(PYTHON) $(BINARY)

check-page: build ## use the pages in a headless Chromium; skipped where there is none
	$(PYTHON) Tests/Page/check_page.py $(BINARY) $(PICTURES)

check-cluster: build ## share work under a Slurm of four pretended nodes; as root, where Slurm is installed
	Tests/Cluster/check.sh $(BINARY)

# In the same folder as the program, whose modules it uses as they are.
examples: install-dependencies ## test the package that uses the libraries, and run its programs
	cd Examples && swift test -c release --disable-xctest --disable-testable-imports --scratch-path ../.build && \
	  bin=$$(swift build -c release --scratch-path ../.build --show-bin-path) && \
	  $$bin/read-updates ../Tests/Fixtures/adapters/lora ../Tests/Fixtures/base-minilm && \
	  $$bin/own-metric ../Tests/Fixtures/adapters/lora ../Tests/Fixtures/base-minilm && \
	  $$bin/train-five-steps ../notebooks-data/base-scratchpad

lint: ## check the style of the sources
	swift format lint --strict --parallel --recursive Package.swift Sources Tests Examples Benchmarks

docs: install-dependencies ## make the documentation of every product, with broken links as errors
	@for target in LinearAlgebra Checkpoints Adapters Updates Spectra Diagnosis Training Studies; do \
	  echo "documentation of $$target"; \
	  text=$$(swift package generate-documentation --target $$target --warnings-as-errors 2>&1) || \
	    { printf '%s\n' "$$text"; exit 1; }; \
	done

bench: build ## time the program beside PyTorch
	Benchmarks/run.sh

install-dependencies: ## install OpenBLAS, LAPACKE and the header of xxHash, where they are missing
	@$(call install-packages,libopenblas-dev liblapacke-dev libxxhash-dev)

# Installs packages of Debian that are missing.
define install-packages
if command -v dpkg >/dev/null && ! dpkg -s $(1) >/dev/null 2>&1; then \
  run=$$([ "$$(id -u)" = 0 ] || echo sudo); \
  $$run apt-get update -q && $$run apt-get install -yq $(1); \
fi
endef

clean: ## remove what was built, and the demo
	rm -rf .build dist results

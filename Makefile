# Kedun. `make demo` shows it, `make test` tests it; both install what is missing first.
# The work is done by cargo, npm and scripts/; this file only says in which order.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# A Node.js that scripts/setup.sh had to fetch lives here and wins.
export PATH := $(CURDIR)/.tools/bin:$(PATH):$(HOME)/.cargo/bin

WEB := web
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/public $(WEB)/build $(WEB)/index.html $(WEB)/vite.config.ts $(WEB)/tsconfig.json 2>/dev/null)
RELEASE := $(or $(CARGO_TARGET_DIR),target)/release/kedun

.PHONY: help setup web build demo test test-rust test-web e2e lint bench torture fuzz properties clean

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /  make \1\t/p' Makefile | expand -t 18

setup: ## install what is missing on this machine
	@scripts/setup.sh test

web: $(WEB)/dist/index.html ## build the web page (only when its sources changed)
	@:

$(WEB)/node_modules/.installed: $(WEB)/package.json $(WEB)/package-lock.json
	cd $(WEB) && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(WEB)/dist/index.html: $(WEB)/node_modules/.installed $(WEB_SOURCES)
	cd $(WEB) && npm run build
	@touch $@

build: ## build the server with the web page inside
	@scripts/setup.sh demo
	@$(MAKE) web
	cargo build --release --locked --package kedun

demo: build ## start a synthetic company; prints the address and the logins
	@exec $(RELEASE) demo

test: ## every test: the page, the crates on both engines, the browser
	@scripts/test.sh all

test-rust: ## the crates' tests, on SQLite and PostgreSQL (FILTER=… selects)
	@scripts/test.sh rust $(FILTER)

test-web: ## the page's unit tests
	@scripts/test.sh web

e2e: ## the page in a browser against the server
	@scripts/test.sh e2e

lint: ## formatting, clippy, eslint, forbidden dependencies
	@scripts/lint.sh

bench: ## measure against a bare server, on both engines; writes docs/performance.md
	cargo xtask bench $(BENCH)

torture: ## kill, fill and break the storage while it works (slow); writes docs/torture.md
	@scripts/test.sh torture $(TORTURE)

fuzz: ## hostile input for every parser, FUZZ=seconds in all (default 300)
	@scripts/test.sh fuzz $(or $(FUZZ),300)

properties: ## the property tests with CASES random cases each (default 20000)
	@PROPTEST_CASES=$(or $(CASES),20000) scripts/test.sh properties $(FILTER)

clean: ## remove everything that was built
	rm -rf $(WEB)/dist $(WEB)/node_modules .tools
	cargo clean

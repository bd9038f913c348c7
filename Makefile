# 播小二. Every target makes what it needs; nothing else has to be typed first.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin

.PHONY: help setup encoder run test check bench lock clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

setup: ## both environments, from their lock files
	@sh requirements/install.sh .venv-rasa requirements/rasa.lock 3.10 & rasa=$$!; \
	sh requirements/install.sh .venv requirements/web.lock 3.11 3.12 3.13; web=$$?; \
	wait $$rasa && [ $$web -eq 0 ]
	@[ -x $(BIN)/boxiaoer ] || $(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .

encoder: setup ## the sentence encoder, and its vectors of the training comments, once into var/
	@$(BIN)/python -m recsys.embedding.build
	@.venv-rasa/bin/python -m rasa_project.vector_cache

run: encoder ## set up what is missing, then start everything
	@$(BIN)/boxiaoer run

test: encoder ## the whole test-suite
	@$(BIN)/boxiaoer train --if-needed
	@.venv-rasa/bin/python -m pytest tests/rasa_project -q -p no:cacheprovider
	@$(BIN)/python -m pytest

check: setup ## style, types, imports, documents
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest tests/docs tests/house

bench: encoder ## every benchmark, a table each
	@$(BIN)/boxiaoer bench all

lock: ## resolve requirements/*.in anew into the lock files
	@sh requirements/lock.sh

clean: ## remove what was made, keep the shop's data
	rm -rf .venv .venv-rasa var/encoder var/models var/snapshots

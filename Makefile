# `make help` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help run build test check quality gallery bench migrate

# Go and npm need a home for their caches; where none is set, this folder is one.
ifeq ($(HOME),)
export HOME := $(CURDIR)/.dure/home
endif

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## the sandbox at http://127.0.0.1:8080 (DURE_ADDR, DURE_HOME move it); RESET=1 begins anew
	@dev/install postgres
	@exec bin/dure-dev run $(if $(filter-out 0,$(RESET)),--reset)

build: ## bin/dure, which ships, and bin/dure-dev, the sandbox
	@echo "building (the first time takes a minute or two)"
	@go build -o bin/ ./cmd/...

test: ## every test there is
	@echo "building (the first time takes a minute or two)"
	@go build -o bin/ ./cmd/dure-dev
	@dev/install postgres browser || echo "testing without what could not be installed"
	@go mod download github.com/stripe/stripe-mock # a tool, whose own files the simulator is held against
	@go test -timeout 20m ./...

check: ## format, vet, static analysis, floors
	@unformatted=$$(go tool gofumpt -l .) && \
		if [ -n "$$unformatted" ]; then echo "not formatted (go tool gofumpt -w FILE):"; echo "$$unformatted"; exit 1; fi
	@go vet ./...
	@go tool staticcheck ./...
	@go test .

gallery: ## testout/gallery/index.html: a picture of every page in every state and language
	@dev/install postgres browser || echo "taking pictures without what could not be installed"
	@go test ./web -run '^TestGallery$$' -gallery "$(CURDIR)/testout/gallery" -timeout 60m
	@echo "look at testout/gallery/index.html"

quality: ## the long runs: every page in every state, language, width and scheme, Lighthouse, 200 kills, faults of the database, random histories, books and corruptions, each fuzz test for FUZZ (60s)
	@dev/install postgres browser lighthouse
	@go test ./web -run '^TestPagesAreForEveryone$$' -matrix -timeout 90m
	@go test ./web -run '^TestLighthouseFindsNothing$$' -lighthouse -timeout 30m
	@go test ./cmd/dure -run '^TestProgramKilledAtAnyMoment$$' -kills 200 -timeout 90m
	@go test ./cmd/dure -run '^TestDatabaseFailsInTheMiddleOfAFlood$$' -dbfaults 5 -timeout 90m
	@go test ./donations -run '^TestWhateverHappensTheBooksHold$$' -histories 30 -timeout 60m
	@go test ./compliance -run '^TestReportsOfRandomBooksAreThoseOfAPlainComputation$$' -books 30 -timeout 60m
	@go test ./compliance/fec -run '^TestCorruptedFilesAreCaught$$' -mutations 20000 -timeout 60m
	@grep -rl --include='*_test.go' '^func Fuzz' . | sort | while read -r file; do \
		sed -n 's/^func \(Fuzz[A-Za-z]*\).*/\1/p' "$$file" | while read -r name; do \
			echo "fuzzing $$name in $$(dirname "$$file")"; \
			go test "$$(dirname "$$file")" -run '^$$' -fuzz "^$$name\$$" -fuzztime $(or $(FUZZ),60s) </dev/null || exit 1; \
		done || exit 1; \
	done

bench: build ## the table of docs/performance.md, and bench.json; BENCH_ROWS makes it smaller or larger (1000000)
	@dev/install postgres browser lighthouse || echo "measuring without what could not be installed"
	@exec bin/dure-dev bench

migrate: build ## bring the schema of DURE_ADMIN_DATABASE_URL to this version
	@bin/dure migrate

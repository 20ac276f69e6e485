package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// settings is the command that tells a shell how to act on the sandbox that runs.
type settings struct {
	Home string `env:"DURE_HOME" default:".dure" help:"The folder of the sandbox."`
}

// Help is what --help says beside the flags.
func (settings) Help() string {
	return `A shell takes them so:

    eval "$(bin/dure-dev env)"
    bin/dure doctor`
}

// Run writes one export for each setting.
func (s settings) Run() error {
	text, err := os.ReadFile(filepath.Join(s.Home, "sandbox.json"))
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("no sandbox runs in %s: start one by make run, or name its folder by DURE_HOME", s.Home)
	}
	if err != nil {
		return err
	}
	var told address
	if err := json.Unmarshal(text, &told); err != nil {
		return fmt.Errorf("read the sandbox's settings: %w", err)
	}
	return exports(os.Stdout, told.Env)
}

// exports writes settings as a shell reads them: values in single quotes, within which nothing but the quote itself has a meaning.
func exports(w io.Writer, env map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if _, err := fmt.Fprintf(w, "export %s='%s'\n", name, strings.ReplaceAll(env[name], "'", `'\''`)); err != nil {
			return err
		}
	}
	return nil
}

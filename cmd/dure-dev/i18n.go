package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"dure/i18n"
)

// translations is the command for who keeps the texts.
type translations struct {
	Mark mark `cmd:"" help:"Note that texts were held against the English of today."`
}

// mark writes beside a language's texts from which English they were made.
type mark struct {
	Languages []string `arg:"" name:"lang" help:"Languages, such as ko zh-Hant."`
	Keys      []string `name:"key" placeholder:"KEY" help:"Only these texts were; the others stay as they are noted."`
}

// Help says when to use it.
func (mark) Help() string {
	return `Run it at the repository's root by go run, after somebody who reads both languages held every text of i18n/LANG against i18n/en: it
writes i18n/LANG/from.txt, and dure i18n tells from then on which English texts have changed since.

  go run ./cmd/dure-dev i18n mark ko
  go run ./cmd/dure-dev i18n mark zh-Hans zh-Hant --key give.abroad --key proof.thanks`
}

// Run writes the files, all or none of a language.
func (c mark) Run() error {
	for _, name := range c.Languages {
		lang := i18n.Language(name)
		if lang == i18n.English || !slices.Contains(i18n.Languages(), lang) {
			return fmt.Errorf("%s has no translation here: there are %v", name, i18n.Languages()[1:])
		}
		for _, key := range c.Keys {
			if !i18n.Has(key) {
				return fmt.Errorf("there is no text %q", key)
			}
		}
		file := filepath.Join("i18n", name, "from.txt")
		if err := os.WriteFile(file, i18n.MadeFrom(lang, c.Keys...), 0o644); err != nil {
			return err
		}
		fmt.Println(file)
	}
	return nil
}

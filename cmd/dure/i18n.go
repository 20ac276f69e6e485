package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"dure/civil"
	"dure/compliance"
	"dure/i18n"
	"dure/registry"
)

type i18nCmd struct {
	Lang []string `placeholder:"LANG" help:"Of these languages alone, and key by key."`
	JSON bool     `help:"Print one JSON document."`
}

// Help shows how the command is used.
func (i18nCmd) Help() string {
	return `A text is stale when its English has changed since it was made. With DATABASE_URL it tells too which required texts a committee has
approved in each language: pages are published in a language when none is lacking. English is the control text. Exit status 1 when
something is missing or stale.

  dure i18n
  dure i18n --lang ko --lang ur
  dure i18n --json`
}

// languageState is how a language stands, as it is printed.
type languageState struct {
	Language  i18n.Language `json:"language"`
	Name      string        `json:"name"`
	Keys      int           `json:"keys"`    // of English
	Missing   []string      `json:"missing"` // keys that have no text
	Stale     []string      `json:"stale"`   // whose English has changed since
	Unknown   []string      `json:"unknown"` // that English does not have
	Published []published   `json:"notices,omitempty"`
}

// published is how far a committee has approved the required texts of a language.
type published struct {
	Committee registry.CommitteeID `json:"committee"`
	Required  int                  `json:"required"`
	Lacking   []string             `json:"lacking"`
	Published bool                 `json:"published"`
}

// Run tells how each language stands.
func (c i18nCmd) Run(ctx context.Context, s *settings) error {
	for _, l := range c.Lang {
		if !slices.Contains(i18n.Known(), i18n.Language(l)) {
			return fmt.Errorf("there is no language %q: there are %v", l, i18n.Known())
		}
	}
	states := []*languageState{}
	whole := true
	for _, l := range i18n.Known() {
		if len(c.Lang) > 0 && !slices.Contains(c.Lang, string(l)) {
			continue
		}
		st := i18n.StandingOf(l)
		whole = whole && st.Whole()
		states = append(states, &languageState{
			Language: l, Name: l.Name(), Keys: st.Keys, Missing: orNone(st.Missing), Stale: orNone(st.Stale), Unknown: orNone(st.Unknown),
		})
	}
	if s.DatabaseURL != "" {
		if err := approved(ctx, s, states); err != nil {
			return err
		}
	}
	if err := c.tell(os.Stdout, states); err != nil {
		return err
	}
	if !whole {
		return errFindings
	}
	return nil
}

// approved adds what the committees of the installation have approved.
func approved(ctx context.Context, s *settings, states []*languageState) error {
	now, err := s.clock()
	if err != nil {
		return err
	}
	db, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	committees, err := registry.Committees(ctx, db)
	if err != nil {
		return err
	}
	for _, c := range committees {
		all, err := compliance.Publications(ctx, db, c, civil.In(now(), c.Location()))
		if err != nil {
			return err
		}
		for _, st := range states {
			i := slices.IndexFunc(all, func(p compliance.Publication) bool { return p.Language == st.Language })
			if i < 0 || st.Language == i18n.English {
				continue
			}
			p := published{Committee: c.ID, Required: len(all[i].Notices), Lacking: []string{}, Published: all[i].Published()}
			for _, n := range all[i].Lacking() {
				p.Lacking = append(p.Lacking, n.Text.Text)
			}
			st.Published = append(st.Published, p)
		}
	}
	return nil
}

func (c i18nCmd) tell(w io.Writer, states []*languageState) error {
	if c.JSON {
		return printJSON(states)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LANGUAGE\tKEYS\tMISSING\tSTALE\tUNKNOWN\tAPPROVED\tNAME")
	for _, st := range states {
		var approved []string
		for _, p := range st.Published {
			words := fmt.Sprintf("%s %d/%d", p.Committee, p.Required-len(p.Lacking), p.Required)
			if p.Published {
				words += " published"
			}
			approved = append(approved, words)
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%s\t%s\n", st.Language, st.Keys-len(st.Missing), len(st.Missing), len(st.Stale), len(st.Unknown),
			cmp.Or(strings.Join(approved, ", "), "-"), st.Name)
	}
	if err := table.Flush(); err != nil || len(c.Lang) == 0 {
		return err
	}
	for _, st := range states {
		for _, what := range []struct {
			word string
			keys []string
		}{{"missing", st.Missing}, {"stale", st.Stale}, {"unknown", st.Unknown}} {
			for _, key := range what.keys {
				fmt.Fprintf(w, "%s %s %s\n", st.Language, what.word, key)
			}
		}
		for _, p := range st.Published {
			for _, id := range p.Lacking {
				fmt.Fprintf(w, "%s not approved by %s: %s\n", st.Language, p.Committee, id)
			}
		}
	}
	return nil
}

// orNone makes an empty list of none, as JSON has it.
func orNone(list []string) []string { return append([]string{}, list...) }

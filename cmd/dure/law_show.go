package main

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"dure/civil"
	"dure/compliance/rules"
)

type lawShowCmd struct {
	Pack string `placeholder:"ID" help:"Of this pack alone, such as us."`
	On   string `placeholder:"DAY" help:"In force on this day; today when not said."`
	JSON bool   `help:"Print one JSON document."`
}

// Help shows how the command is used.
func (lawShowCmd) Help() string {
	return `Draft packs advise until a treasurer or counsel signs them: what they refuse is held for a person. Of a day before a pack begins it
says so on standard error.

  dure law show --pack us
  dure law show --on 2024-11-05 --json`
}

// shownRule is a rule as it is printed.
type shownRule struct {
	Pack   string    `json:"pack"`
	Hash   string    `json:"hash"` // of the pack's bytes
	Kind   string    `json:"kind"` // the section of the pack, such as limits
	ID     string    `json:"id"`
	Sum    string    `json:"sum"` // or its days; empty where the rule has neither
	Per    string    `json:"per"` // over what it is counted
	Cite   string    `json:"cite"`
	From   civil.Day `json:"from"`
	Until  civil.Day `json:"until"`
	Status string    `json:"status"`
	Note   string    `json:"note"`
}

// Run lists the rules.
func (c lawShowCmd) Run(s *settings) error {
	on, err := c.day(s)
	if err != nil {
		return err
	}
	packs := rules.Carried().Packs()
	if c.Pack != "" {
		p, ok := rules.Carried().Pack(c.Pack)
		if !ok {
			var ids []string
			for _, p := range packs {
				ids = append(ids, p.Pack)
			}
			return fmt.Errorf("there is no pack %q: there is %s", c.Pack, strings.Join(ids, ", "))
		}
		packs = []*rules.Pack{p}
	}
	rows := []shownRule{}
	for _, p := range packs {
		if since := p.Since(); on.Before(since) {
			fmt.Fprintf(os.Stderr, "pack %s begins on %v: of %v it holds a part of the law at most\n", p.Pack, since, on)
		}
		for _, section := range p.Sections() {
			for i, r := range section.Rows {
				if on.Before(r.From) || !r.Until.IsZero() && on.After(r.Until) {
					continue
				}
				f := section.Figures[i]
				rows = append(rows, shownRule{p.Pack, p.Hash, section.Name, r.ID, f.Sum, f.Per, r.Cite, r.From, r.Until, r.Status, r.Note})
			}
		}
	}
	if c.JSON {
		return printJSON(rows)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PACK\tKIND\tRULE\tSUM\tPER\tFROM\tUNTIL\tSTATUS\tCITE")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Pack, r.Kind, r.ID, r.Sum, r.Per, r.From, r.Until, r.Status, r.Cite)
	}
	return w.Flush()
}

// day is the day that is asked for; today is Washington's.
func (c lawShowCmd) day(s *settings) (civil.Day, error) {
	if c.On != "" {
		return civil.Parse(c.On)
	}
	now, err := s.clock()
	if err != nil {
		return civil.Day{}, err
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		return civil.Day{}, err
	}
	return civil.In(now(), zone), nil
}

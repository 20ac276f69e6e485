package scenarios

import (
	"dure/compliance"
)

// decided keeps what Screen said: the engine's decision, and what else keeps the gift from passing.
func decided(room compliance.Room, findings []compliance.Finding) *decision {
	d := ruled(room.Decision)
	known := map[string]bool{}
	for _, s := range d.said {
		known[s.Rule] = true
	}
	for _, f := range findings {
		if known[f.Rule] {
			continue
		}
		d.says, d.rule, d.cite = "refuse", f.Rule, f.Cite
		d.said = append(d.said, Said{Rule: f.Rule, Cite: f.Cite, Says: "refuse", Why: f.Text})
	}
	return d
}

package rules

import (
	"slices"

	"dure/civil"
)

// Text is a text that givers must be shown or that they affirm. Its words are in the catalog of texts, in English, which is the
// control text, and in other languages, in which nobody reads it before somebody of the committee approved the translation.
type Text struct {
	Row     `yaml:",inline"`
	Text    string // the catalog's name for it, such as attest.adult
	Purpose string // what it is for, for whoever approves a translation
	On      Words  // where it stands: Places
	Pack    string `yaml:"-"` // the pack whose row it is
}

// Places are the pages and letters on which a text may stand: a drive's page, the page of thanks, the page that takes copies of
// passports, the page that asks for what is missing, letters, and receipts.
var Places = []string{"give", "thanks", "proof", "answer", "letter", "receipt"}

// TextsOn lists the texts that are required on a day under the law of a jurisdiction and those above it, the highest first.
func (l *Law) TextsOn(jurisdiction string, on civil.Day) []Text {
	var out []Text
	chain := l.chain(jurisdiction)
	slices.Reverse(chain)
	for _, p := range chain {
		for _, t := range p.Texts {
			if t.on(on) {
				t.Pack = p.Pack
				out = append(out, t)
			}
		}
	}
	return out
}

// texts checks the section, and that each text has one row on any day.
func (c *checker) texts() {
	for i := range c.pack.Texts {
		t := &c.pack.Texts[i]
		if t.Text == "" || t.Purpose == "" || len(t.On) == 0 {
			c.at(&t.Row, "it does not say which text, what it is for, or where it stands")
		}
		c.words(&t.Row, "place", t.On, Places, false)
		for _, other := range c.pack.Texts[:i] {
			if other.Text == t.Text && other.ID != t.ID {
				c.at(&t.Row, "row %q speaks of the text %s too", other.ID, t.Text)
			}
		}
	}
}

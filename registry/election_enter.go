package registry

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// electionForm is a kind of election as people say it, with the FEC's letter and the stage that the letter leaves open.
type electionForm struct{ word, kind, stage string }

var electionForms = []electionForm{
	{"primary", "P", ""},
	{"general", "G", ""},
	{"convention", "C", ""},
	{"runoff", "R", ""},
	{"general-runoff", "R", "general"},
	{"special", "S", ""},
	{"special-primary", "S", "primary"},
	{"special-runoff", "S", "runoff"},
}

// ElectionKinds lists the kinds of elections as people say them.
func ElectionKinds() []string {
	var out []string
	for _, f := range electionForms {
		out = append(out, f.word)
	}
	return out
}

// OfKind gives the election as one of a kind of ElectionKinds; any other word becomes a kind that AddElection refuses.
func (e Election) OfKind(word string) Election {
	e.Kind, e.Stage = word, ""
	for _, f := range electionForms {
		if f.word == word {
			e.Kind, e.Stage = f.kind, f.stage
		}
	}
	return e
}

// KindWord is the kind of the election as people say it, such as special-primary.
func (e Election) KindWord() string {
	for _, f := range electionForms {
		same := e.Stage == f.stage || e.Kind == "S" && e.Stage == "general" && f.stage == "" || e.Kind == "R" && e.Stage == "primary" && f.stage == ""
		if f.kind == e.Kind && same {
			return f.word
		}
	}
	return e.Kind
}

var electionWord = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,39}$`)

// AddElection brings an election into the installation. A *Refused tells which fields can't stand: what is missing, and an
// election of the same seat that stands already for the same vote, or on the same day with the same kind.
func AddElection(ctx context.Context, tx *sqlx.Tx, e Election) error {
	e.Jurisdiction = cmp.Or(e.Jurisdiction, federal)
	faults := e.faults()
	var there bool
	if err := tx.GetContext(ctx, &there, `select exists (select from elections where id = $1)`, e.ID); err != nil {
		return fmt.Errorf("add election %s: %w", e.ID, err)
	}
	if there {
		faults = append(faults, Fault{"id", fmt.Sprintf("There is an election %s already", e.ID)})
	}
	if err := aloneWith(ctx, tx, e); err != nil {
		return err
	}
	seat, err := electionsOf(ctx, tx, e)
	if err != nil {
		return err
	}
	for _, other := range seat {
		switch {
		case other.Kind != e.Kind || other.Stage != e.Stage:
		case other.HeldOn == e.HeldOn:
			faults = append(faults, Fault{"held_on", fmt.Sprintf("The %s stands already, as %s", other.Name(), other.ID)})
		case other.Year == e.Year:
			faults = append(faults, Fault{"kind", fmt.Sprintf("There is one such election in %d already: the %s, %s", e.Year, other.Name(), other.ID)})
		}
	}
	if err := refused(faults); err != nil {
		return fmt.Errorf("add election %s: %w", e.ID, err)
	}
	const insert = `
		insert into elections (id, office, state, district, kind, stage, year, held_on, jurisdiction)
		values (:id, :office, :state, :district, :kind, :stage, :year, :held_on, :jurisdiction)`
	if _, err := tx.NamedExecContext(ctx, insert, e); err != nil {
		return fmt.Errorf("add election %s: %w", e.ID, err)
	}
	return nil
}

func (e Election) faults() []Fault {
	var out []Fault
	if !electionWord.MatchString(string(e.ID)) {
		out = append(out, Fault{"id", fmt.Sprintf("%q is no id of an election: at most 40 letters, digits and hyphens, such as va09-primary-2026", e.ID)})
	}
	if !slices.Contains([]string{"P", "G", "R", "S", "C"}, e.Kind) {
		out = append(out, Fault{"kind", fmt.Sprintf("%q is no kind of election: it is one of %s", e.Kind, strings.Join(ElectionKinds(), ", "))})
	}
	if !slices.Contains([]string{"", "primary", "general", "runoff"}, e.Stage) || e.Stage != "" && e.Kind != "S" && e.Kind != "R" {
		out = append(out, Fault{"stage", fmt.Sprintf("%q is no stage of such an election", e.Stage)})
	}
	out = append(out, seatFaults(e.Jurisdiction, e.Office, e.State, e.District)...)
	if e.HeldOn.IsZero() {
		out = append(out, Fault{"held_on", "An election needs its day"})
	}
	switch held := e.HeldOn.Year(); {
	case e.Year < 1900 || e.Year > 2200:
		out = append(out, Fault{"year", fmt.Sprintf("%d is no year of an election", e.Year)})
	case !e.HeldOn.IsZero() && (held < e.Year-1 || held > e.Year+1):
		out = append(out, Fault{"year", fmt.Sprintf("An election of %d is not held on %v", e.Year, e.HeldOn)})
	}
	return out
}

package scenarios

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// world is a scenario under way: its database, its clock, and what its steps have named.
type world struct {
	db         *sqlx.DB
	now        time.Time
	committees map[string]registry.Committee
	candidates map[string]registry.Candidate
	elections  map[string]registry.Election
	donors     map[string]*donor
	done       map[string]*done
	last       *done
	serial     int
	unreported map[string]money.Cents // independent expenditures that stand in no notice yet, by spender, office and year
}

func newWorld(db *sqlx.DB) *world {
	return &world{
		db: db, committees: map[string]registry.Committee{}, candidates: map[string]registry.Candidate{},
		elections: map[string]registry.Election{}, donors: map[string]*donor{}, done: map[string]*done{},
	}
}

// done is what a step did: what the law said of it, and what stands in the database of it.
type done struct {
	word, name string
	line       int
	expected   bool // something asks whether it was refused: that is then no surprise
	decision   *decision
	refused    *compliance.Refusal // the verb did nothing

	// Of a gift.
	committee registry.CommitteeID
	receipt   string   // empty where no money came
	row       string   // the transaction id of its row in a report, where it is not the receipt's
	arrived   []string // its receipts at the committees to which a conduit sent it
	gift      string   // of a card gift
	donor     *donor
	proposal  compliance.Proposal

	answer answerOf // of a question to the pure law
}

// today is the clock's day in Washington, where the clocks of filing run.
func (w *world) today() civil.Day {
	return civil.In(w.now, zoneOf(eastern))
}

// zoneOf gives a zone that the program carries.
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the zones are linked into the program
	}
	return zone
}

// moveTo moves the clock, ours and the database's. It never goes back: what happened before and is told now is told late.
func (w *world) moveTo(ctx context.Context, t time.Time) error {
	if !t.After(w.now) {
		t = w.now.Add(time.Second) // each step is learned after the one before
	}
	w.now = t
	const move = `update clock set offset_us = (extract(epoch from $1::timestamptz - clock_timestamp()) * 1000000)::bigint`
	if _, err := w.db.ExecContext(ctx, move, t); err != nil {
		return fmt.Errorf("move the clock: %w", err)
	}
	return nil
}

// day is the day of a step, and moves the clock there where the step is later; none is the clock's own.
func (w *world) day(ctx context.Context, on civil.Day) (civil.Day, error) {
	if on.IsZero() {
		on = w.today()
	}
	if on.After(w.today()) {
		return on, w.moveTo(ctx, noon(on))
	}
	return on, nil
}

// noon is the moment that stands for a day of which no clock is told.
func noon(on civil.Day) time.Time { return on.Start(zoneOf(eastern)).Add(12 * time.Hour) }

// happened is the moment at which something of a day happened: the clock's, when the clock stands on that day.
func (w *world) happened(on civil.Day) time.Time {
	if on == w.today() {
		return w.now
	}
	return noon(on)
}

// within writes in one transaction on committees.
func (w *world) within(ctx context.Context, committees []registry.CommitteeID, f func(tx *sqlx.Tx) error) error {
	var ids []string
	for _, c := range committees {
		ids = append(ids, string(c))
	}
	return pg.InTx(ctx, w.db, "scenario", ids, f)
}

// next numbers what the world makes: two scenarios that are alike make the same.
func (w *world) next() int {
	w.serial++
	return w.serial
}

// slug makes an id of a name.
func (w *world) slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0:
			b.WriteByte('-')
		}
	}
	short := b.String()[:min(b.Len(), 30)]
	return strings.Trim(fmt.Sprintf("s%d-%s", w.next(), short), "-")
}

// finish records what became of a step: a refusal is kept for the expectations; any other error is ours to tell.
func (w *world) finish(d *done, err error) error {
	var entry *registry.Refused
	var refused *compliance.Refusal
	if errors.As(err, &entry) {
		refused = &compliance.Refusal{}
		for _, f := range entry.Faults {
			refused.Findings = append(refused.Findings, compliance.Finding{Field: f.Field, Text: f.Text})
		}
	}
	if refused != nil || errors.As(err, &refused) {
		d.refused = refused
		if d.decision == nil {
			d.decision = refusal(refused)
		}
		return nil
	}
	return err
}

// about gives the step that an expectation speaks of: the one that it names, the one it stands under, or the last.
func (w *world) about(name string, under *done) (*done, error) {
	switch {
	case name != "":
		d, ok := w.done[name]
		if !ok {
			return nil, fmt.Errorf("%q has not happened yet", name)
		}
		return d, nil
	case under != nil:
		return under, nil
	case w.last != nil:
		return w.last, nil
	}
	return nil, errors.New("no step has happened yet")
}

// received gives a gift of which money came.
func (w *world) received(name string, under *done) (*done, error) {
	d, err := w.about(name, under)
	if err == nil && d.receipt == "" {
		return nil, fmt.Errorf("no money came of %s", d.said())
	}
	return d, err
}

// said names a step for people.
func (d *done) said() string {
	if d.name != "" {
		return fmt.Sprintf("%s %q", d.word, d.name)
	}
	return fmt.Sprintf("the %s of line %d", d.word, d.line)
}

// decision is what the law said of something, and which of its rules.
type decision struct {
	says      string // allow, allow-up-to, refuse, hold
	rule      string // the one that binds
	cite      string
	limit     money.Cents
	known     money.Cents
	room      money.Cents
	unlimited bool
	said      []Said
}

// Said is what one rule said.
type Said struct {
	Rule      string      `json:"rule"`
	Cite      string      `json:"cite"`
	Pack      string      `json:"pack,omitempty"`
	Status    string      `json:"status,omitempty"`
	Says      string      `json:"says"`
	Limit     money.Cents `json:"limit_cents,omitempty"`
	Known     money.Cents `json:"known_cents,omitempty"`
	Room      money.Cents `json:"room_cents,omitempty"`
	Unlimited bool        `json:"unlimited,omitempty"`
	Why       string      `json:"why,omitempty"`
}

// String is the rule's word on one line.
func (s Said) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s says %s", s.Rule, s.Says)
	switch {
	case s.Unlimited:
		b.WriteString(": unlimited")
	case s.Limit > 0:
		fmt.Fprintf(&b, ": limit %s, known %s, room %s", s.Limit, s.Known, s.Room)
	}
	if s.Why != "" {
		fmt.Fprintf(&b, ": %s", s.Why)
	}
	if s.Cite != "" {
		fmt.Fprintf(&b, " (%s)", s.Cite)
	}
	return b.String()
}

// refusal makes a decision of a verb's own refusal.
func refusal(r *compliance.Refusal) *decision {
	d := &decision{says: "refuse"}
	for i, f := range r.Findings {
		if i == 0 {
			d.rule, d.cite, d.limit, d.known, d.room = f.Rule, f.Cite, f.Limit, f.Known, f.Room
		}
		d.said = append(d.said, Said{Rule: f.Rule, Cite: f.Cite, Says: "refuse", Limit: f.Limit, Known: f.Known, Room: f.Room, Why: f.Text})
	}
	return d
}

// rules lists the rules that refused or hold, the one that binds first.
func (d *decision) rules() []string {
	out := []string{d.rule}
	for _, s := range d.said {
		if s.Says != "allow" && !slices.Contains(out, s.Rule) {
			out = append(out, s.Rule)
		}
	}
	return out
}

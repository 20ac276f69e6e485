package compliance

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// caseKinds lists the kinds of cases that a review opens, the gravest first.
var caseKinds = []string{
	"unlawful source", "doubtful source", "excessive", "general lost", "past election", "past debts", "cash over the limit", "anonymous cash",
}

// caseClocks tells by which clock of the federal pack a kind of case runs; the others run by that of an excess.
var caseClocks = map[string]string{
	"unlawful source":     "unlawful-source",
	"doubtful source":     "doubtful-source",
	"past debts":          "past-debts",
	"general lost":        "general-lost",
	"cash over the limit": "cash-excess",
	"anonymous cash":      "anonymous-excess",
}

// clockOf gives the clock of a kind of case. Earmarked money that is over is settled before it would have to be forwarded.
func clockOf(kind string, earmarked bool, start civil.Day) rules.Clock {
	id := cmp.Or(caseClocks[kind], "cure-excess")
	if earmarked && slices.Contains([]string{"cure-excess", "past-debts", "general-lost"}, id) {
		id = "return-earmark-excess"
	}
	return law().Clock(id, start)
}

// CaseClock gives the clock by which a case of a kind runs that begins on a day.
func CaseClock(kind string, begins civil.Day) rules.Clock { return clockOf(kind, false, begins) }

// open opens a case about a receipt, with the clock that runs from its receipt.
func (s reviewed) open(ctx context.Context, tx *sqlx.Tx, kind string, a asking) error {
	earmarked := s.Candidate != ""
	clock := clockOf(kind, earmarked, s.receivedOn)
	if kind == "unlawful source" { // known when it came: as with a doubt, the days run from the receipt (11 CFR 103.3(b)(1))
		clock = clockOf("doubtful source", earmarked, s.receivedOn)
	}
	_, err := openCase(ctx, tx, caseOpening{
		committee: s.Committee, kind: kind, receipt: s.receipt, person: s.Person, rule: a.id, limit: a.limit, excess: a.cents,
		receivedOn: s.receivedOn, started: s.receivedOn, clock: clock, election: s.Election, ref: s.ref,
	})
	return err
}

// caseOpening is a case that is to be opened.
type caseOpening struct {
	committee           registry.CommitteeID
	kind, receipt       string
	person              registry.PersonID
	rule                string
	limit, excess       money.Cents
	receivedOn, started civil.Day
	clock               rules.Clock
	election            registry.ElectionID
	ref                 string
	note                string
}

// openCase opens a case; one that is open for the same reason stays as it is. It gives the id of the case that is open then.
func openCase(ctx context.Context, tx *sqlx.Tx, o caseOpening) (string, error) {
	const insert = `
		insert into cases (
			committee, id, kind, receipt, person, rule, limit_cents, excess_cents, received_on, started_on, due_on, clock, election, ref, note)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, nullif($13, ''), $14, $15)
		on conflict (committee, receipt, kind, coalesce(election, ''), ref) where state = 'open' do nothing`
	id := pg.NewID('K')
	fresh, err := once(ctx, tx, insert, o.committee, id, o.kind, o.receipt, o.person, o.rule, o.limit, o.excess,
		o.receivedOn, o.started, o.clock.Due(o.started), o.clock.ID, o.election, o.ref, o.note)
	if err != nil {
		return "", fmt.Errorf("open a case for %s: %w", o.receipt, err)
	}
	if fresh {
		return id, nil
	}
	const stands = `
		select id
		from cases
		where committee = $1 and receipt = $2 and kind = $3 and coalesce(election, '') = $4 and ref = $5 and state = 'open'`
	if err := tx.GetContext(ctx, &id, stands, o.committee, o.receipt, o.kind, o.election, o.ref); err != nil {
		return "", fmt.Errorf("open a case for %s: %w", o.receipt, err)
	}
	return id, nil
}

// Case is something that a person must settle by a day.
type Case struct {
	ID         string
	Kind       string // excessive, doubtful source, …: as the table of cases lists them
	Receipt    string
	Person     registry.PersonID
	Giver      string
	Rule       string
	Limit      money.Cents `db:"limit_cents"`
	Excess     money.Cents `db:"excess_cents"` // when it opened
	Left       money.Cents // of the excess, after what was done about it
	Cents      money.Cents // of the receipt
	Candidate  registry.CandidateID
	Election   registry.ElectionID
	OpenedAt   time.Time `db:"opened_at"`
	ReceivedOn civil.Day `db:"received_on"`
	Started    civil.Day `db:"started_on"` // the day from which the clock runs
	Clock      string    // the clock of the federal pack
	DueOn      civil.Day `db:"due_on"`
	State      string    // open or closed
	Assigned   string    `db:"assigned_to"`
	Ref        string
	Note       string
	Due        Due `db:"-"`
}

const caseColumns = `
	c.id, c.kind, c.receipt, c.person, c.rule, c.limit_cents, c.excess_cents, r.cents, coalesce(r.candidate, '') as candidate,
	coalesce(c.election, '') as election, c.opened_at, c.received_on, coalesce(c.started_on, c.received_on) as started_on, c.clock,
	c.due_on, c.state, c.assigned_to, c.ref, c.note,
	greatest(0, c.excess_cents - (select coalesce(sum(a.cents), 0) from case_acts a where a.committee = c.committee and a.case_id = c.id))::bigint as left,
	coalesce((select case when organization <> '' then organization else first_name || ' ' || last_name end
	          from contributor_versions v
	          where v.committee = c.committee and v.person = r.person
	          order by recorded_at desc, v.id desc limit 1), '') as giver`

// stand tells how the clock of a case stands on a day.
func (c *Case) stand(today civil.Day) {
	clock := clockOf(c.Kind, c.Candidate != "", c.Started)
	if c.Clock != "cure-excess" || c.Kind == "paid back after forwarding" {
		clock = law().Clock(c.Clock, c.Started)
	}
	c.Due = dueSince(clock, c.Started, today)
	c.Due.On, c.Due.DaysLeft = c.DueOn, c.DueOn.Sub(today)
}

func selectCases(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, today civil.Day, where string, args ...any) ([]Case, error) {
	query := `
		select ` + caseColumns + `
		from cases c
		join receipts r on r.committee = c.committee and r.id = c.receipt
		where c.committee = $1 and ` + where + `
		order by c.due_on, c.id`
	var out []Case
	if err := sqlx.SelectContext(ctx, q, &out, query, append([]any{committee}, args...)...); err != nil {
		return nil, says(committee, "list the cases", err)
	}
	for i := range out {
		out[i].stand(today)
	}
	return out, nil
}

// Cases lists the open cases of a committee as they stand today, the one due first at the head.
func Cases(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, today civil.Day) ([]Case, error) {
	return selectCases(ctx, q, committee, today, `c.state = 'open'`)
}

// CasesOf lists the cases of a receipt, open and closed.
func CasesOf(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipt string, today civil.Day) ([]Case, error) {
	return selectCases(ctx, q, committee, today, `c.receipt = $2`, receipt)
}

// FindCase gives a case of a committee, open or closed.
func FindCase(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, id string, today civil.Day) (Case, error) {
	found, err := selectCases(ctx, q, committee, today, `c.id = $2`, id)
	if err != nil {
		return Case{}, err
	}
	if len(found) == 0 {
		return Case{}, fmt.Errorf("find case %s of %s: %w", id, committee, sql.ErrNoRows)
	}
	return found[0], nil
}

// CaseAct is something that is done about a case.
type CaseAct struct {
	Committee registry.CommitteeID
	Case      string
	Kind      string      // assigned, note, asked, proof, forwarded or closed; cures are acts of their own verbs
	Cents     money.Cents // what it takes off the case's sum
	On        civil.Day
	Text      string
	Ref       string // of the fact behind it, such as a letter
	AssignTo  string // of assigned: who settles it; empty for nobody
}

// CaseActed is an act as it was recorded.
type CaseActed struct {
	CaseAct
	ID         string
	Actor      string
	RecordedAt time.Time
}

// CaseActs lists what was done about a case, the first first.
func CaseActs(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, id string) ([]CaseActed, error) {
	const list = `
		select id, kind, cents, on_day, text, ref, actor, recorded_at
		from case_acts
		where committee = $1 and case_id = $2
		order by recorded_at, id`
	rows, err := q.QueryxContext(ctx, list, committee, id)
	if err != nil {
		return nil, says(committee, "list the acts of case "+id, err)
	}
	defer rows.Close()
	var out []CaseActed
	for rows.Next() {
		a := CaseActed{CaseAct: CaseAct{Committee: committee, Case: id}}
		if err := rows.Scan(&a.ID, &a.Kind, &a.Cents, &a.On, &a.Text, &a.Ref, &a.Actor, &a.RecordedAt); err != nil {
			return nil, says(committee, "read an act of case "+id, err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// act records that something was done about a case.
func act(ctx context.Context, tx *sqlx.Tx, a CaseAct) error {
	const insert = `
		insert into case_acts (committee, id, case_id, kind, cents, on_day, text, ref)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`
	_, err := tx.ExecContext(ctx, insert, a.Committee, pg.NewID('A'), a.Case, a.Kind, a.Cents, a.On, a.Text, a.Ref)
	if err != nil {
		return fmt.Errorf("act on case %s: %w", a.Case, err)
	}
	return nil
}

// holdCase gives a case whose row is held until the transaction ends, so that two acts on it come one after the other.
func holdCase(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, id string, today civil.Day) (Case, error) {
	if _, err := tx.ExecContext(ctx, `select from cases where committee = $1 and id = $2 for update`, committee, id); err != nil {
		return Case{}, fmt.Errorf("hold case %s: %w", id, err)
	}
	return FindCase(ctx, tx, committee, id, today)
}

// ActOn records an act on a case: who is to settle it, a note, that the giver was asked, that proof came, that it is
// settled. What gives money back or counts it elsewhere is done by its own verb, and closes its case itself. A *Refusal says
// why an act can't stand.
func ActOn(ctx context.Context, tx *sqlx.Tx, a CaseAct) error {
	c, err := holdCase(ctx, tx, a.Committee, a.Case, a.On)
	if err != nil {
		return err
	}
	byHand, over, err := handSettles(ctx, tx, a, c)
	if err != nil {
		return err
	}
	if err := refuse(a.faults(c, byHand)); err != nil {
		return err
	}
	if a.Kind == "assigned" {
		const assign = `update cases set assigned_to = $3 where committee = $1 and id = $2`
		if _, err := tx.ExecContext(ctx, assign, a.Committee, a.Case, a.AssignTo); err != nil {
			return fmt.Errorf("assign case %s: %w", a.Case, err)
		}
		a.Text = cmp.Or(a.Text, a.AssignTo)
	}
	if a.Kind == "note" {
		const note = `update cases set note = $3 where committee = $1 and id = $2`
		if _, err := tx.ExecContext(ctx, note, a.Committee, a.Case, a.Text); err != nil {
			return fmt.Errorf("note case %s: %w", a.Case, err)
		}
	}
	if a.Kind == "proof" || a.Kind == "closed" && !over {
		a.Cents = c.Left
	}
	if err := act(ctx, tx, a); err != nil {
		return err
	}
	switch a.Kind {
	case "proof":
		return closeCase(ctx, tx, a.Committee, a.Case, a.On, "Shown to be lawful")
	case "closed":
		return setState(ctx, tx, a.Committee, a.Case, "closed")
	}
	return nil
}

// handSettles tells whether a case is closed by hand though something of its sum is left, and whether that is still over: it is
// where the recipient settles it since the money was forwarded, and not where the reason has gone, as when another gift of
// the giver went back and this one is within the limit now, the candidate stands after all, or the vote was moved behind the gift.
func handSettles(ctx context.Context, q sqlx.QueryerContext, a CaseAct, c Case) (byHand, over bool, err error) {
	if a.Kind != "closed" || c.State != "open" || c.Left == 0 {
		return true, c.Left > 0, nil
	}
	if slices.Contains([]string{"paid back after forwarding", "missing instruction"}, c.Kind) {
		return true, true, nil
	}
	r, err := findStanding(ctx, q, a.Committee, c.Receipt)
	if err != nil {
		return false, true, err
	}
	if r.Forwarded {
		return true, true, nil
	}
	if !slices.Contains([]string{"excessive", "general lost", "past election", "past debts"}, c.Kind) {
		return false, true, nil
	}
	t, err := targetOf(ctx, q, Proposal{Committee: a.Committee, Candidate: r.Candidate, Made: r.MadeOn, Account: r.Account})
	if err != nil {
		return false, true, err
	}
	var e registry.Election
	if c.Election != "" {
		if e, err = registry.FindElection(ctx, q, c.Election); err != nil {
			return false, true, err
		}
	}
	if c.Kind == "general lost" {
		stands, err := registry.StandsIn(ctx, q, t.candidate, e, a.On)
		return stands, !stands, err
	}
	if c.Kind != "excessive" {
		over := e.ID == "" || r.MadeOn.After(e.HeldOn)
		return !over, over, nil
	}
	now, _, err := r.over(ctx, q, t, e, c.Person)
	return now == 0, now > 0, err
}

// faults tells why an act on a case can't stand; byHand whether it may be closed with something left.
func (a CaseAct) faults(c Case, byHand bool) []Finding {
	var out []Finding
	refused := func(field, text, cite string) { out = append(out, Finding{Field: field, Text: text, Cite: cite}) }
	if c.State != "open" {
		refused("", "This case is closed", "")
	}
	if a.On.IsZero() {
		refused("on", "Write the day on which it was done", "")
	} else if a.On.Before(c.ReceivedOn) {
		refused("on", fmt.Sprintf("The gift came on %v, after this day", c.ReceivedOn), "")
	}
	if a.Cents != 0 {
		refused("cents", "Only what gives money back or counts it elsewhere takes off the sum", "11 CFR 103.3(b)")
	}
	needs := map[string]string{
		"note": "Write the note", "asked": "Write how the giver was asked", "proof": "Write what proof came, and where it is kept",
		"closed": "Write why it is settled", "forwarded": "Write what was forwarded", "assigned": "",
	}
	need, known := needs[a.Kind]
	switch {
	case !known:
		refused("kind", fmt.Sprintf("%q is not done by hand: give back, redesignate, reattribute or disgorge, and the case follows", a.Kind), "")
	case need != "" && strings.TrimSpace(a.Text) == "":
		refused("text", need, "")
	}
	switch a.Kind {
	case "proof":
		if c.Kind != "doubtful source" {
			refused("kind", "Proof settles a doubt about the source alone", "11 CFR 103.3(b)(1)")
		}
		if a.On.After(c.DueOn) {
			refused("on", fmt.Sprintf("The days to show it lawful ran out on %v: give it back", c.DueOn), "11 CFR 103.3(b)(1)")
		}
	case "closed":
		if !byHand {
			out = append(out, Finding{Field: "kind", Text: "Of its sum something is left: give it back, or have it counted elsewhere", Room: c.Left, Cite: clockOf(c.Kind, c.Candidate != "", c.Started).Cite})
		}
	}
	return out
}

func setState(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, id, state string) error {
	const set = `update cases set state = $3 where committee = $1 and id = $2`
	if _, err := tx.ExecContext(ctx, set, committee, id, state); err != nil {
		return fmt.Errorf("case %s is %s: %w", id, state, err)
	}
	return nil
}

// closeCase closes a case by itself, and says why.
func closeCase(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, id string, on civil.Day, why string) error {
	if err := act(ctx, tx, CaseAct{Committee: committee, Case: id, Kind: "closed", On: on, Text: why}); err != nil {
		return err
	}
	return setState(ctx, tx, committee, id, "closed")
}

// isNotThere tells whether an error is that something is not there.
func isNotThere(err error) bool { return errors.Is(err, sql.ErrNoRows) }

package compliance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/ledger"
	"dure/money"
	"dure/registry"
)

// Doubt opens the case of money that may come from somebody who may not give. The giver is asked for proof; without it the
// money goes back within thirty days of its receipt (11 CFR 103.3(b)(1)). It gives the case's id.
func Doubt(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt, why string, on civil.Day) (string, error) {
	return question(ctx, tx, committee, receipt, "doubtful source", "doubted", why, on)
}

// Discover opens the case of money that looked lawful when it came and is found not to be, on new evidence: it goes back
// within thirty days of the discovery (11 CFR 103.3(b)(2)). It gives the case's id.
func Discover(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt, what string, on civil.Day) (string, error) {
	return question(ctx, tx, committee, receipt, "unlawful source", "discovered", what, on)
}

func question(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt, kind, rule, text string, on civil.Day) (string, error) {
	r, err := holdReceipt(ctx, tx, committee, receipt)
	if err != nil {
		return "", err
	}
	clock := clockOf(kind, false, r.ReceivedOn)
	var findings []Finding
	if strings.TrimSpace(text) == "" {
		findings = append(findings, Finding{Field: "text", Text: "Write what was seen: the record must show it", Cite: clock.Cite})
	}
	switch {
	case on.IsZero():
		findings = append(findings, Finding{Field: "on", Text: "Write the day"})
	case on.Before(r.ReceivedOn):
		findings = append(findings, Finding{Field: "on", Text: fmt.Sprintf("It came on %v, after this day", r.ReceivedOn)})
	}
	if r.Cents == r.Gone {
		findings = append(findings, Finding{Field: "receipt", Text: "Nothing of it is here any more"})
	}
	if err := refuse(findings); err != nil {
		return "", err
	}
	started := r.ReceivedOn
	if kind == "unlawful source" {
		started = on
	}
	id, err := openCase(ctx, tx, caseOpening{
		committee: committee, kind: kind, receipt: receipt, person: r.Person, rule: rule, excess: r.Cents - r.Gone,
		receivedOn: r.ReceivedOn, started: started, clock: clock, note: text,
	})
	if err != nil {
		return "", err
	}
	return id, act(ctx, tx, CaseAct{Committee: committee, Case: id, Kind: "note", On: on, Text: text})
}

// RecordOutcome records how a candidate came out of an election. Where they will not stand in the general one, what their own
// committees here hold for it must go back, or count for somebody or something else, within sixty days of the primary:
// a case opens for each receipt (11 CFR 102.9(e)(3), 110.1(b)(3)(i)). It tells how many. Where an outcome is corrected, and they
// are nominated after all, such cases close.
func RecordOutcome(ctx context.Context, tx *sqlx.Tx, o registry.Outcome) (opened int, err error) {
	if err := registry.RecordOutcome(ctx, tx, o); err != nil {
		return 0, err
	}
	primary, err := registry.FindElection(ctx, tx, o.Election)
	if err != nil || !primary.Nominates() {
		return 0, err
	}
	general, err := registry.GeneralAfter(ctx, tx, primary)
	switch {
	case isNotThere(err):
		return 0, nil
	case err != nil:
		return 0, err
	}
	if o.Outcome == registry.Nominated {
		return 0, notLost(ctx, tx, o, general)
	}
	committees, err := registry.CommitteesOf(ctx, tx, o.Candidate)
	if err != nil {
		return 0, err
	}
	for _, c := range committees {
		gifts, err := LostGifts(ctx, tx, c, primary, general)
		if err != nil {
			return opened, err
		}
		for _, g := range gifts {
			if err := openLost(ctx, tx, c, g, general.ID); err != nil {
				return opened, err
			}
			opened++
		}
	}
	return opened, nil
}

// LostGift is what of a receipt counts for a general election, and the clock that runs for it where the candidate will not stand.
type LostGift struct {
	Receipt    string `db:"id"`
	Person     registry.PersonID
	Giver      string
	ReceivedOn civil.Day `db:"received_on"`
	Cents      money.Cents
	Started    civil.Day `db:"-"` // the primary, or the receipt where that came after it
	DueOn      civil.Day `db:"-"`
	Cite       string    `db:"-"` // of the clock
}

// LostGifts lists what a candidate's own committee holds for a general election: what must go back, or count for somebody or
// something else, where the candidate does not come out of the primary. Those that came first are first.
func LostGifts(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, primary, general registry.Election) ([]LostGift, error) {
	const list = `
		select r.id, r.person, r.received_on, sum(d.cents)::bigint as cents,
		       coalesce((select case when organization <> '' then organization else first_name || ' ' || last_name end
		                 from contributor_versions v
		                 where v.committee = r.committee and v.person = r.person
		                 order by recorded_at desc, v.id desc limit 1), '') as giver
		from designations d
		join receipts r on r.committee = d.committee and r.id = d.receipt
		where d.committee = $1 and d.election = $2
		group by r.committee, r.id, r.person, r.received_on
		having sum(d.cents) > 0
		order by r.received_on, r.id`
	var out []LostGift
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, general.ID); err != nil {
		return nil, fmt.Errorf("what %s holds for the %s: %w", committee, general.Name(), err)
	}
	for i, g := range out {
		started := later(primary.HeldOn, g.ReceivedOn)
		clock := clockOf("general lost", false, started)
		out[i].Started, out[i].DueOn, out[i].Cite = started, clock.Due(started), clock.Cite
	}
	return out, nil
}

// notLost closes the cases of money for a general election in which the candidate stands after all.
func notLost(ctx context.Context, tx *sqlx.Tx, o registry.Outcome, general registry.Election) error {
	candidate, err := registry.FindCandidate(ctx, tx, o.Candidate, time.Time{})
	if err != nil {
		return err
	}
	if stands, err := registry.StandsIn(ctx, tx, candidate, general, o.On); err != nil || !stands {
		return err
	}
	committees, err := registry.CommitteesOf(ctx, tx, o.Candidate)
	if err != nil {
		return err
	}
	const list = `
		select c.id
		from cases c
		join receipts r on r.committee = c.committee and r.id = c.receipt
		where c.committee = $1 and c.election = $2 and c.kind = 'general lost' and c.state = 'open'
		  and (r.candidate is null or r.candidate = $3)
		order by c.id
		for update of c`
	for _, id := range committees {
		var open []string
		if err := tx.SelectContext(ctx, &open, list, id, general.ID, o.Candidate); err != nil {
			return fmt.Errorf("what %s was to give back of the %s: %w", id, general.Name(), err)
		}
		for _, c := range open {
			if err := closeCase(ctx, tx, id, c, o.On, "Nominated: the candidate stands in the "+general.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

func openLost(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, g LostGift, general registry.ElectionID) error {
	_, err := openCase(ctx, tx, caseOpening{
		committee: committee, kind: "general lost", receipt: g.Receipt, person: g.Person, rule: "general-without-candidate", excess: g.Cents,
		receivedOn: g.ReceivedOn, started: g.Started, clock: clockOf("general lost", false, g.Started), election: general,
	})
	return err
}

func later(a, b civil.Day) civil.Day {
	if a.After(b) {
		return a
	}
	return b
}

// Unspendable is the money of a committee on a day that is not its own to spend: what it holds for candidates, and what is in
// doubt, of which it keeps as much on hand (11 CFR 103.3(b)(4)). What one receipt has in several cases counts no more than
// the receipt.
func Unspendable(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, on civil.Day) (money.Cents, error) {
	balances, err := ledger.Balances(ctx, q, committee, on, time.Time{})
	if err != nil {
		return 0, err
	}
	doubt, err := inDoubt(ctx, q, committee, on)
	if err != nil {
		return 0, err
	}
	return max(0, -balances[ledger.Held]) + doubt, nil
}

// inDoubt sums what open cases are about. Earmarked money is held already, or was sent on.
func inDoubt(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, on civil.Day) (money.Cents, error) {
	const sum = `
		select coalesce(sum(greatest(0, least(left_cents, here))), 0)::bigint
		from (
			select c.receipt,
			       sum(greatest(0, c.excess_cents - coalesce((
						select sum(a.cents) from case_acts a where a.committee = c.committee and a.case_id = c.id), 0))) as left_cents,
			       (select r.cents - ` + gone + `
			               - (select coalesce(sum(d.cents), 0) from disgorgements d where d.committee = r.committee and d.receipt = r.id)
			        from receipts r
			        where r.committee = $1 and r.id = c.receipt) as here
			from cases c
			join receipts r on r.committee = c.committee and r.id = c.receipt
			where c.committee = $1 and c.state = 'open' and c.received_on <= $2 and r.candidate is null and r.instrument <> 'in-kind'
			  and c.kind not in ('paid back after forwarding', 'missing instruction')
			group by c.receipt) doubtful`
	var cents money.Cents
	if err := sqlx.GetContext(ctx, q, &cents, sum, committee, on); err != nil {
		return 0, says(committee, "sum what is in doubt", err)
	}
	return cents, nil
}

// Watch gives what the desk must be told of a committee's money and standing on a day, beside its cases: that money which is
// not its own was spent, that something of a forwarded gift came back, and that it became a multicandidate committee.
func Watch(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, on civil.Day) ([]Finding, error) {
	balances, err := ledger.Balances(ctx, q, committee, on, time.Time{})
	if err != nil {
		return nil, err
	}
	held, err := Unspendable(ctx, q, committee, on)
	if err != nil {
		return nil, err
	}
	var out []Finding
	if cash := ledger.Cash(balances); cash < held {
		out = append(out, Finding{
			Rule: "doubtful-money-spent", Field: "cash", Cite: "11 CFR 103.3(b)(4)", Limit: held, Known: cash,
			Text: fmt.Sprintf("Of %v that is held for candidates or in doubt only %v is on hand: what is not the committee's own was spent", held, cash),
		})
	}
	left, err := EarmarksLeft(ctx, q, committee)
	if err != nil {
		return nil, err
	}
	for _, e := range left {
		out = append(out, Finding{
			Rule: "earmark-left", Field: e.Receipt, Cite: "11 CFR 110.6(b)(2)(iii)", Known: e.Cents,
			Text: fmt.Sprintf("Of the gift of %s (%s) %v came back after the rest was forwarded, and is held: give it back to the giver", e.Giver, e.Receipt, e.Cents),
		})
	}
	m, err := Multicandidate(ctx, q, committee, on)
	if err != nil {
		return nil, err
	}
	if m.Is && !m.Marked {
		out = append(out, Finding{
			Rule: "multicandidate", Field: "multicandidate", Cite: m.Cite,
			Text: fmt.Sprintf("Since %v it is a multicandidate committee: Form 1M is due on %v, each gift is accompanied by a notice of it, and its limits change", m.Since, m.FormDue),
		})
	}
	return out, nil
}

// ReceiptFindings tells what about a receipt the desk should mend before it is recorded: what is not entered right, and a
// transfer from a committee that is not known as affiliated. None of it keeps money from being recorded.
func ReceiptFindings(ctx context.Context, q sqlx.QueryerContext, r Receipt) ([]Finding, error) {
	var out []Finding
	if r.Cents <= 0 {
		out = append(out, Finding{Field: "cents", Text: "A receipt is of more than nothing"})
	}
	if _, ok := receiptAccounts[r.Line]; !ok {
		out = append(out, Finding{Field: "line", Text: fmt.Sprintf("%q is no line of receipts", r.Line)})
	}
	if r.ReceivedOn.Before(r.MadeOn) {
		out = append(out, Finding{Field: "received_on", Text: "It came before it was given", Cite: "11 CFR 102.8, 110.1(b)(6)"})
	}
	if r.Line != "12" {
		return out, nil
	}
	c, err := registry.FindCommittee(ctx, q, r.Committee, time.Time{})
	if err != nil {
		return nil, err
	}
	if r.Contributor.Entity == "PTY" && (c.Kind == registry.StateParty || c.Kind == registry.NationalParty) {
		return out, nil // committees of one party transfer without limit (52 U.S.C. 30116(a)(4))
	}
	const affiliated = `
		select exists (
			select
			from committee_versions v
			where v.fec_id = $2 and v.committee = any($1)
			  and v.id = (select id from committee_versions l where l.committee = v.committee order by recorded_at desc, id desc limit 1))`
	group, err := registry.Affiliates(ctx, q, r.Committee, r.ReceivedOn)
	if err != nil {
		return nil, err
	}
	var known bool
	if err := sqlx.GetContext(ctx, q, &known, affiliated, pq.Array(slices.DeleteFunc(group, func(c registry.CommitteeID) bool { return c == r.Committee })), r.Contributor.FECID); err != nil {
		return nil, says(r.Committee, "look for the affiliate", err)
	}
	if !known {
		out = append(out, Finding{
			Rule: "transfer-affiliated", Field: "line", Cite: "11 CFR 102.6(a), 110.3(c)",
			Text: "Line 12 is for transfers between affiliated committees, and this giver is not known as one: line 11(c), or enter the affiliation",
		})
	}
	return out, nil
}

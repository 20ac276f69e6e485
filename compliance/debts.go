package compliance

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/money"
	"dure/registry"
)

// DebtParts is of what net debts are made (11 CFR 110.1(b)(3)(ii)).
type DebtParts struct {
	Unpaid          money.Cents // debts and obligations of the election that are not paid
	CostOfRaising   money.Cents // estimated: to raise the money that pays them
	WindDown        money.Cents // of a campaign that ends
	CashForElection money.Cents // on hand that may pay them: money for a later election is not among it
	OwedToCampaign  money.Cents // what others owe, at its collectable value
}

// NetDebts is what a campaign attests of the debts of an election that is over.
type NetDebts struct {
	Candidate registry.CandidateID
	Election  registry.ElectionID
	AsOf      civil.Day
	Parts     DebtParts
	Evidence  string // who attests it, and where that is kept
}

// Cents is the total of unpaid debts, with the cost of raising the money and of winding down, less the cash on hand for it and
// what is owed to the campaign (11 CFR 110.1(b)(3)(ii)); never below zero.
func (n NetDebts) Cents() money.Cents {
	p := n.Parts
	return max(0, p.Unpaid+p.CostOfRaising+p.WindDown-p.CashForElection-p.OwedToCampaign)
}

// largestPart is the largest part that is believed: five of them add up without overflow.
const largestPart = money.Cents(math.MaxInt64 / 8)

// AttestNetDebts records the net debts of an election that is over, as of a day; the attestation of the latest day stands.
// A *Refusal says why it can't.
func AttestNetDebts(ctx context.Context, tx *sqlx.Tx, n NetDebts) error {
	var findings []Finding
	for _, part := range []struct {
		field string
		cents money.Cents
	}{
		{"unpaid", n.Parts.Unpaid},
		{"cost_of_raising", n.Parts.CostOfRaising},
		{"wind_down", n.Parts.WindDown},
		{"cash", n.Parts.CashForElection},
		{"owed", n.Parts.OwedToCampaign},
	} {
		if part.cents < 0 || part.cents > largestPart {
			findings = append(findings, Finding{Field: part.field, Text: "No part of the debts is below zero, or beyond belief", Cite: "11 CFR 110.1(b)(3)(ii)"})
		}
	}
	if n.Evidence == "" {
		findings = append(findings, Finding{Field: "evidence", Text: "Write who attests it, and where that is kept"})
	}
	candidate, err := registry.FindCandidate(ctx, tx, n.Candidate, time.Time{})
	switch {
	case isNotThere(err):
		findings = append(findings, Finding{Field: "candidate", Text: fmt.Sprintf("There is no candidate %q", n.Candidate)})
	case err != nil:
		return err
	default:
		election, wrong, err := electionFor(ctx, tx, "election", n.Election, candidate)
		if err != nil {
			return err
		}
		findings = append(findings, wrong...)
		if len(wrong) == 0 && !n.AsOf.After(election.HeldOn) {
			findings = append(findings, Finding{Field: "as_of", Text: fmt.Sprintf("The election is held on %v: its debts are those after it", election.HeldOn), Cite: "11 CFR 110.1(b)(3)(ii)"})
		}
	}
	if err := refuse(findings); err != nil {
		return err
	}
	parts, err := json.Marshal(n.Parts)
	if err != nil {
		return err
	}
	const insert = `
		insert into net_debts (candidate, election, as_of, cents, parts, evidence)
		values ($1, $2, $3, $4, $5, $6)`
	if _, err := tx.ExecContext(ctx, insert, n.Candidate, n.Election, n.AsOf, n.Cents(), string(parts), n.Evidence); err != nil {
		return fmt.Errorf("attest the net debts of %s: %w", n.Election, err)
	}
	return nil
}

// AttestedDebts lists what a campaign attested of the net debts of its elections, the one that stands first for each: that of the
// latest day.
func AttestedDebts(ctx context.Context, q sqlx.QueryerContext, candidate registry.CandidateID) ([]NetDebts, error) {
	const list = `
		select candidate, election, as_of, parts, evidence
		from net_debts
		where candidate = $1
		order by election, as_of desc, recorded_at desc, id desc`
	var rows []struct {
		Candidate registry.CandidateID
		Election  registry.ElectionID
		AsOf      civil.Day `db:"as_of"`
		Parts     []byte
		Evidence  string
	}
	if err := sqlx.SelectContext(ctx, q, &rows, list, candidate); err != nil {
		return nil, fmt.Errorf("the net debts of %s: %w", candidate, err)
	}
	out := make([]NetDebts, len(rows))
	for i, r := range rows {
		out[i] = NetDebts{Candidate: r.Candidate, Election: r.Election, AsOf: r.AsOf, Evidence: r.Evidence}
		if err := json.Unmarshal(r.Parts, &out[i].Parts); err != nil {
			return nil, fmt.Errorf("the net debts of %s for %s: %w", candidate, r.Election, err)
		}
	}
	return out, nil
}

// NetDebtsLeft tells what is left on a day of the net debts that a campaign attested last: they shrink by what came for the
// election since (11 CFR 110.1(b)(3)(iii)). Without an attestation there is no room at all; one from before a vote that moved is none.
func NetDebtsLeft(ctx context.Context, q sqlx.QueryerContext, candidate registry.CandidateID, election registry.ElectionID, on civil.Day) (cents money.Cents, attested bool, err error) {
	return netDebtsLeft(ctx, q, candidate, election, on, "")
}

// netDebtsLeft leaves receipts of a committee out: one does not count against itself, nor those after it in a batch.
func netDebtsLeft(ctx context.Context, q sqlx.QueryerContext, candidate registry.CandidateID, election registry.ElectionID, on civil.Day, committee registry.CommitteeID, except ...string) (money.Cents, bool, error) {
	// Two givers at once must not both find the same room: the debts of an election are asked one after the other.
	const hold = `select pg_advisory_xact_lock(hashtextextended('net debts of ' || $1 || ' for ' || $2, 0))::text`
	var held string
	if err := sqlx.GetContext(ctx, q, &held, hold, candidate, election); err != nil {
		return 0, false, fmt.Errorf("hold the debts of %s: %w", election, err)
	}
	const find = `
		select as_of, cents, recorded_at
		from net_debts
		where candidate = $1 and election = $2 and as_of <= $3
		  and as_of > (select held_on from elections where id = $2)
		order by as_of desc, recorded_at desc, id desc
		limit 1`
	var attested struct {
		AsOf       civil.Day `db:"as_of"`
		Cents      money.Cents
		RecordedAt time.Time `db:"recorded_at"`
	}
	err := sqlx.GetContext(ctx, q, &attested, find, candidate, election, on)
	switch {
	case isNotThere(err):
		return 0, false, nil
	case err != nil:
		return 0, false, fmt.Errorf("net debts of %s: %w", election, err)
	}
	const came = `
		select coalesce(sum(cents), 0)::bigint
		from (
			select d.cents
			from designations d
			join receipts r on r.committee = d.committee and r.id = d.receipt
			join committee_versions v on v.committee = d.committee and v.candidate = $1
			where d.election = $2 and r.received_on <= $3 and not (d.committee = $4 and d.receipt = any($5))
			  and v.id = (select id from committee_versions l where l.committee = d.committee order by recorded_at desc, id desc limit 1)
			  and (d.on_day > $6 or r.received_on > $6 or (r.received_on = $6 or d.on_day = $6) and d.recorded_at > $7)
			  and r.through_receipt is null
			union all
			select r.cents - ` + gone + `
			from receipts r
			where r.candidate = $1 and r.election = $2 and r.received_on <= $3 and not (r.committee = $4 and r.id = any($5))
			  and (r.received_on > $6 or r.received_on = $6 and r.recorded_at > $7)) c`
	var since money.Cents
	err = sqlx.GetContext(ctx, q, &since, came, candidate, election, on, committee, pq.Array(append([]string{}, except...)), attested.AsOf, attested.RecordedAt)
	if err != nil {
		return 0, true, fmt.Errorf("what came for the debts of %s: %w", election, err)
	}
	return max(0, attested.Cents-since), true, nil
}

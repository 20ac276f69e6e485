package compliance_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/dev/pgtest"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// The committees of the law's house: one of each kind, and an affiliate of the first.
const (
	river    = registry.CommitteeID("river")    // nonconnected
	brook    = registry.CommitteeID("brook")    // its affiliate
	campaign = registry.CommitteeID("campaign") // authorised by the candidate
	sky      = registry.CommitteeID("sky")      // independent expenditures only
	mixed    = registry.CommitteeID("mixed")    // hybrid
	county   = registry.CommitteeID("county")   // a party's in a state
	nation   = registry.CommitteeID("nation")   // a party's of the nation

	robin = registry.CandidateID("H6MA99001")
)

// lawHouse is a database with a committee of each kind and a candidate who stands in a primary on 1 September and a general
// election on 3 November 2026.
type lawHouse struct {
	t    *testing.T
	db   *sqlx.DB
	next int
}

func newLawHouse(t *testing.T) *lawHouse {
	t.Helper()
	h := &lawHouse{t: t, db: pgtest.New(t)}
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		seat := registry.Election{Office: "H", State: "MA", District: "06", Year: 2026}
		vote := func(id registry.ElectionID, kind, stage, on string) error {
			e := seat
			e.ID, e.Kind, e.Stage, e.HeldOn = id, kind, stage, civil.MustParse(on)
			return registry.AddElection(ctx, tx, e)
		}
		err := errors.Join(
			registry.AddCandidate(ctx, tx, registry.Candidate{
				ID: robin, Last: "Sample", First: "Robin", Office: "H", State: "MA", District: "06",
				CommitteeFECID: "C00999303", CommitteeName: "ROBIN SAMPLE FOR CONGRESS", Street: "3 Sample St", City: "Salem", CommitteeState: "MA", Zip: "01970",
			}),
			vote("P", "P", "", "2026-09-01"), vote("G", "G", "", "2026-11-03"))
		if err != nil {
			return err
		}
		for i, c := range []struct {
			id   registry.CommitteeID
			kind string
		}{
			{river, registry.Nonconnected},
			{brook, registry.Nonconnected},
			{campaign, registry.Authorised},
			{sky, registry.SuperPAC},
			{mixed, registry.Hybrid},
			{county, registry.StateParty},
			{nation, registry.NationalParty},
		} {
			made := fictionalPAC(compliance.Monthly)
			made.ID, made.Kind, made.FECID, made.Name = c.id, c.kind, fmt.Sprintf("C009993%02d", i+1), strings.ToUpper(string(c.id))+" COMMITTEE"
			made.Registered = civil.MustParse("2020-01-01")
			if c.kind == registry.Authorised {
				made.Candidate = robin
			}
			if err := errors.Join(registry.AddCommittee(ctx, tx, made), compliance.OpenBooks(ctx, tx, c.id, civil.MustParse("2025-01-01"), 1_000_000_00)); err != nil {
				return err
			}
		}
		return errors.Join(
			registry.Affiliate(ctx, tx, "water", "founded by the same people", river, civil.MustParse("2025-01-01")),
			registry.Affiliate(ctx, tx, "water", "founded by the same people", brook, civil.MustParse("2025-01-01")))
	})
	return h
}

var allCommittees = []string{string(brook), string(campaign), string(county), string(mixed), string(nation), string(river), string(sky)}

// in runs f in a transaction that must not fail.
func (h *lawHouse) in(f func(ctx context.Context, tx *sqlx.Tx) error) {
	h.t.Helper()
	if err := h.try(f); err != nil {
		h.t.Fatal(err)
	}
}

// try runs f in a transaction.
func (h *lawHouse) try(f func(ctx context.Context, tx *sqlx.Tx) error) error {
	h.t.Helper()
	ctx := h.t.Context()
	return pg.InTx(ctx, h.db, "test", allCommittees, func(tx *sqlx.Tx) error { return f(ctx, tx) })
}

// refusal runs f, which must be refused, and gives what was found as "field: words" of each finding.
func (h *lawHouse) refusal(f func(ctx context.Context, tx *sqlx.Tx) error) string {
	h.t.Helper()
	return said(h.try(f))
}

// said gives a refusal as its fields, and any other error as it is.
func said(err error) string {
	var refused *compliance.Refusal
	var entry *registry.Refused
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refused):
		var fields []string
		for _, f := range refused.Findings {
			fields = append(fields, f.Field)
		}
		return strings.Join(fields, " ")
	case errors.As(err, &entry):
		var fields []string
		for _, f := range entry.Faults {
			fields = append(fields, f.Field)
		}
		return strings.Join(fields, " ")
	}
	return "broken: " + err.Error()
}

// gift is money that comes: what a test leaves out is an individual's check of its day.
type gift struct {
	to       registry.CommitteeID
	by       registry.Contributor
	cents    money.Cents
	on       string // made and received
	received string // where it is another day
	change   func(r *compliance.Receipt)
}

// got records a gift and gives the id of its receipt.
func (h *lawHouse) got(g gift) string {
	h.t.Helper()
	var id string
	h.in(func(ctx context.Context, tx *sqlx.Tx) (err error) {
		id, err = h.receive(ctx, tx, g)
		return err
	})
	return id
}

func (h *lawHouse) receive(ctx context.Context, tx *sqlx.Tx, g gift) (string, error) {
	h.next++
	r := compliance.Receipt{
		Committee: g.to, ID: fmt.Sprintf("R-%04d", h.next), Contributor: g.by, Line: "11(a)", Instrument: "transfer", Cents: g.cents,
		MadeOn: civil.MustParse(g.on), HappenedAt: civil.MustParse(g.on).Midnight().Add(15 * time.Hour),
	}
	r.ReceivedOn = r.MadeOn
	if g.received != "" {
		r.ReceivedOn = civil.MustParse(g.received)
	}
	switch g.by.Entity {
	case "PAC", "COM", "CCM":
		r.Line = "11(c)"
	case "PTY":
		r.Line = "11(b)"
	}
	if g.change != nil {
		g.change(&r)
	}
	var err error
	if r.Contributor.Person == "" {
		if r.Contributor.Person, err = registry.Identify(ctx, tx, r.Contributor); err != nil {
			return "", err
		}
	}
	if err := registry.Lock(ctx, tx, r.Contributor.Person); err != nil {
		return "", err
	}
	return r.ID, compliance.Receive(ctx, tx, r)
}

// person gives who a contributor is, making them where they are new.
func (h *lawHouse) person(c registry.Contributor) registry.PersonID {
	h.t.Helper()
	var p registry.PersonID
	h.in(func(ctx context.Context, tx *sqlx.Tx) (err error) {
		p, err = registry.Identify(ctx, tx, c)
		return err
	})
	return p
}

// cases gives the cases of a receipt, open first, as "kind sum[ left L] [for election ]due day[ closed]".
func (h *lawHouse) cases(committee registry.CommitteeID, receipt string) []string {
	h.t.Helper()
	all, err := compliance.CasesOf(h.t.Context(), h.db, committee, receipt, civil.MustParse("2026-06-01"))
	if err != nil {
		h.t.Fatal(err)
	}
	out := []string{}
	for _, c := range all {
		s := fmt.Sprintf("%s %s", c.Kind, c.Excess.Plain())
		if c.Left != c.Excess && c.State == "open" {
			s += " left " + c.Left.Plain()
		}
		if c.Election != "" {
			s += " for " + string(c.Election)
		}
		s += " due " + c.DueOn.String()
		if c.State == "closed" {
			s += " closed"
		}
		out = append(out, s)
	}
	return out
}

// counts gives for which elections a receipt counts, as "election sum source".
func (h *lawHouse) counts(receipt string) []string {
	h.t.Helper()
	all, err := compliance.Designations(h.t.Context(), h.db, campaign, receipt)
	if err != nil {
		h.t.Fatal(err)
	}
	out := []string{}
	for _, d := range all {
		out = append(out, fmt.Sprintf("%s %s %s", d.Election, d.Cents.Plain(), d.Source))
	}
	return out
}

// proofs holds the books of a committee against its facts.
func (h *lawHouse) proofs(committees ...registry.CommitteeID) {
	h.t.Helper()
	for _, c := range committees {
		proofs, err := compliance.Examine(h.t.Context(), h.db, c)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, p := range proofs {
			if !p.Holds() {
				h.t.Errorf("%s: %s: facts %s, books %s", c, p.What, p.Facts, p.Books)
			}
		}
	}
}

// ann is a fictional individual of a number.
func person(n int) registry.Contributor {
	return giver(fmt.Sprintf("Ann%d", n), "Alpha")
}

// kindOf is a fictional body whose kind the law must be told.
func bodyOf(kind, name string) registry.Contributor {
	c := body("ORG", "", name)
	c.Kind = kind
	return c
}

func for_(election registry.ElectionID) func(r *compliance.Receipt) {
	return func(r *compliance.Receipt) { r.Election = election }
}

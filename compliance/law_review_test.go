package compliance_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/registry"
)

func TestEachKindOfGiverHasItsLimitAtEachKindOfCommittee(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	pac := body("PAC", "C00999401", "OTHER SAMPLE PAC")
	big := body("PAC", "C00999402", "BIG SAMPLE PAC")
	plain := body("PAC", "C00999403", "SMALL SAMPLE PAC")
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		for i, c := range []registry.Contributor{big, plain} {
			p, err := registry.Identify(ctx, tx, c)
			if err != nil {
				return err
			}
			if i > 0 {
				continue
			}
			err = registry.SetStatus(ctx, tx, registry.Status{Person: p, Status: registry.IsMulticandidate, From: civil.MustParse("2020-01-01"), Evidence: "Form 1M"})
			if err != nil {
				return err
			}
		}
		return nil
	})
	ccm := body("CCM", "C00999404", "OTHER SAMPLE FOR CONGRESS")
	for i, c := range []struct {
		by      registry.Contributor
		to      registry.CommitteeID
		account string
		most    money.Cents // passes; a cent more does not. 0: nothing passes; below zero: everything does
	}{
		{person(1), river, "", 5000_00},
		{person(1), campaign, "", 3500_00},
		{person(1), county, "", 10_000_00},
		{person(1), nation, "", 44_300_00},
		{person(1), nation, "headquarters", 132_900_00},
		{person(1), sky, "", -1},
		{person(1), mixed, "", 5000_00},
		{person(1), mixed, "non-contribution", -1},
		{bodyOf(registry.Partnership, "SAMPLE PARTNERS"), campaign, "", 3500_00},
		{bodyOf(registry.Partnership, "SAMPLE PARTNERS"), river, "", 5000_00},
		{bodyOf(registry.Tribe, "SAMPLE NATION"), campaign, "", 3500_00},
		{bodyOf(registry.Corporation, "SAMPLE CORP"), river, "", 0},
		{bodyOf(registry.Corporation, "SAMPLE CORP"), campaign, "", 0},
		{bodyOf(registry.Corporation, "SAMPLE CORP"), sky, "", -1},
		{bodyOf(registry.Corporation, "SAMPLE CORP"), mixed, "non-contribution", -1},
		{bodyOf(registry.Union, "SAMPLE LOCAL 1"), county, "", 0},
		{bodyOf(registry.NationalBank, "SAMPLE BANK NA"), sky, "", 0},
		{bodyOf(registry.OtherSuperPAC, "SAMPLE SKY"), campaign, "", 0},
		{big, campaign, "", 5000_00},
		{big, county, "", 5000_00},
		{big, nation, "", 15_000_00},
		{pac, campaign, "", 3500_00}, // whether it is multicandidate is not known: the stricter
		{pac, county, "", 5000_00},
		{pac, river, "", 5000_00},
		{ccm, campaign, "", 2000_00},
		{ccm, river, "", 5000_00},
	} {
		kind := c.by.Kind
		if kind == "" {
			kind = map[string]string{"IND": registry.Individual, "PAC": registry.OtherPAC, "CCM": registry.CandidateCommittee}[c.by.Entity]
		}
		p := compliance.Proposal{Committee: c.to, Person: h.person(c.by), Kind: kind, Account: c.account, Made: civil.MustParse("2026-03-02")}
		screen := func(cents money.Cents) int {
			p.Cents = cents
			_, findings, err := compliance.Screen(t.Context(), h.db, p)
			if err != nil {
				t.Fatal(err)
			}
			return len(findings)
		}
		what := fmt.Sprintf("%d: %s to %s %s", i, c.by.Name(), c.to, c.account)
		switch {
		case c.most < 0 && screen(10_000_000_00) > 0:
			t.Errorf("%s: ten million is refused, and there is no limit", what)
		case c.most >= 0 && screen(c.most+1) == 0:
			t.Errorf("%s: %s passes, a cent over the most", what, c.most+1)
		case c.most > 0 && screen(c.most) > 0:
			t.Errorf("%s: %s is refused, which is exactly the most", what, c.most)
		}
	}
}

func TestMoneyThatCameOpensTheCaseOfItsKindWithItsClock(t *testing.T) {
	t.Parallel()
	cashOf := func(r *compliance.Receipt) { r.Instrument = "cash" }
	anonymous := func(r *compliance.Receipt) { r.Instrument, r.Anonymous = "cash", true }
	earmarked := func(r *compliance.Receipt) {
		r.Candidate, r.Election, r.Recipient = robin, "P", "ROBIN SAMPLE FOR CONGRESS"
	}
	foreign := func(h *lawHouse) {
		p := h.person(person(1))
		h.in(func(ctx context.Context, tx *sqlx.Tx) error {
			return registry.SetStatus(ctx, tx, registry.Status{Person: p, Status: registry.IsForeignNational, From: civil.MustParse("2020-01-01"), Evidence: "passport"})
		})
	}
	debts := func(cents money.Cents) func(h *lawHouse) {
		return func(h *lawHouse) {
			h.in(func(ctx context.Context, tx *sqlx.Tx) error {
				return compliance.AttestNetDebts(ctx, tx, compliance.NetDebts{
					Candidate: robin, Election: "G", AsOf: civil.MustParse("2026-12-01"), Parts: compliance.DebtParts{Unpaid: cents}, Evidence: "treasurer's letter",
				})
			})
		}
	}
	for _, c := range []struct {
		name   string
		before func(h *lawHouse)
		gifts  []gift
		want   []string // cases of the last gift
	}{
		{"exactly the year's limit", nil, []gift{{to: river, by: person(1), cents: 5000_00, on: "2026-03-01"}}, nil},
		{"a cent over it", nil, []gift{{to: river, by: person(1), cents: 5000_01, on: "2026-03-01"}}, []string{"excessive 0.01 due 2026-04-30"}},
		{"over it with what an affiliate had (S08)", nil, []gift{
			{to: river, by: person(1), cents: 4800_00, on: "2026-03-01"},
			{to: brook, by: person(1), cents: 150_00, on: "2026-04-01"},
			{to: river, by: person(1), cents: 100_00, on: "2026-05-01"},
		}, []string{"excessive 50.00 due 2026-06-30"}},
		{"not over it with another year", nil, []gift{
			{to: river, by: person(1), cents: 4900_00, on: "2026-03-01"},
			{to: river, by: person(1), cents: 100_00, on: "2026-12-31", received: "2027-01-02"},
			{to: river, by: person(1), cents: 5000_00, on: "2027-01-01"},
		}, nil},
		{"the excess is no more than the gift", nil, []gift{
			{to: river, by: person(1), cents: 5100_00, on: "2026-03-01"},
			{to: river, by: person(1), cents: 40_00, on: "2026-03-02"},
		}, []string{"excessive 40.00 due 2026-05-01"}},
		{"earmarked over the candidate's limit", nil, []gift{{to: river, by: person(1), cents: 3500_01, on: "2026-03-01", change: earmarked}}, []string{"excessive 0.01 for P due 2026-03-10"}},
		{"an earmark counts towards the candidate with their own", nil, []gift{
			{to: river, by: person(1), cents: 3000_00, on: "2026-03-01", change: earmarked},
			{to: campaign, by: person(1), cents: 600_00, on: "2026-03-02", change: for_("P")},
		}, []string{"excessive 100.00 for P due 2026-05-01"}},
		{"an earmark does not count towards the conduit", nil, []gift{
			{to: river, by: person(1), cents: 3000_00, on: "2026-03-01", change: earmarked},
			{to: river, by: person(1), cents: 5000_00, on: "2026-03-02"},
		}, nil},
		{"to the next election by default, exactly (S01)", nil, []gift{
			{to: campaign, by: person(1), cents: 2000_00, on: "2026-03-01", change: for_("P")},
			{to: campaign, by: person(1), cents: 1500_00, on: "2026-03-02"},
		}, nil},
		{"undesignated over the primary (S02)", nil, []gift{
			{to: campaign, by: person(1), cents: 2000_00, on: "2026-03-01", change: for_("P")},
			{to: campaign, by: person(1), cents: 1600_00, on: "2026-03-02"},
		}, []string{"excessive 100.00 for P due 2026-05-01"}},
		{"the general has a limit of its own", nil, []gift{
			{to: campaign, by: person(1), cents: 3500_00, on: "2026-03-01", change: for_("P")},
			{to: campaign, by: person(1), cents: 3500_00, on: "2026-03-02", change: for_("G")},
		}, nil},
		{"known to be a foreign national", foreign, []gift{{to: river, by: person(1), cents: 20_00, on: "2026-03-01"}}, []string{"unlawful source 20.00 due 2026-03-31"}},
		{"a corporation's", nil, []gift{{to: river, by: bodyOf(registry.Corporation, "SAMPLE CORP"), cents: 20_00, on: "2026-03-01"}}, []string{"unlawful source 20.00 due 2026-03-31"}},
		{"an LLC's that does not say how it is taxed", nil, []gift{{to: river, by: bodyOf(registry.LLC, "SAMPLE LLC"), cents: 20_00, on: "2026-03-01"}}, []string{"doubtful source 20.00 due 2026-03-31"}},
		{"cash of exactly $100", nil, []gift{{to: river, by: person(1), cents: 100_00, on: "2026-03-01", change: cashOf}}, nil},
		{"cash that passes $100 in the year", nil, []gift{
			{to: river, by: person(1), cents: 60_00, on: "2026-03-01", change: cashOf},
			{to: river, by: person(1), cents: 4000_00, on: "2026-03-02"},
			{to: river, by: person(1), cents: 60_00, on: "2026-03-03", change: cashOf},
		}, []string{"cash over the limit 20.00 due 2026-03-13"}},
		{"anonymous cash of exactly $50", nil, []gift{{to: river, by: person(1), cents: 50_00, on: "2026-03-01", change: anonymous}}, nil},
		{"anonymous cash of more", nil, []gift{{to: river, by: person(1), cents: 70_00, on: "2026-03-01", change: anonymous}}, []string{"anonymous cash 20.00 due 2026-03-11"}},
		{"on the day of the vote", nil, []gift{{to: campaign, by: person(1), cents: 100_00, on: "2026-11-03", change: for_("G")}}, nil},
		{"after the vote, no debts attested", nil, []gift{{to: campaign, by: person(1), cents: 100_00, on: "2026-11-04", change: for_("G")}}, []string{"past election 100.00 for G due 2027-01-03"}},
		{"for debts, more than there are (S06)", debts(2000_00), []gift{{to: campaign, by: person(1), cents: 3500_00, on: "2026-12-01", change: for_("G")}}, []string{"past debts 1500.00 for G due 2027-01-30"}},
		{"for debts, exactly", debts(2000_00), []gift{{to: campaign, by: person(1), cents: 2000_00, on: "2026-12-01", change: for_("G")}}, nil},
		{"for debts that others paid meanwhile", debts(2000_00), []gift{
			{to: campaign, by: person(2), cents: 1200_00, on: "2026-12-02", change: for_("G")},
			{to: campaign, by: person(3), cents: 700_00, on: "2026-12-03", change: for_("G")},
			{to: campaign, by: person(1), cents: 200_00, on: "2026-12-04", change: for_("G")},
		}, []string{"past debts 100.00 for G due 2027-02-02"}},
		{"no election is ahead", nil, []gift{{to: campaign, by: person(1), cents: 100_00, on: "2026-12-04"}}, []string{"missing instruction 100.00 due 2027-02-02"}},
		{"the candidate's own money", nil, []gift{{to: campaign, by: registry.Contributor{
			Entity: "CAN", First: "Robin", Last: "Sample", Street: "3 Sample St", City: "Salem", State: "MA", Zip: "01970", Country: "US",
		}, cents: 900_000_00, on: "2026-03-01"}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newLawHouse(t)
			if c.before != nil {
				c.before(h)
			}
			var last string
			for _, g := range c.gifts {
				last = h.got(g)
			}
			to := c.gifts[len(c.gifts)-1].to
			want := c.want
			if want == nil {
				want = []string{}
			}
			if diff := cmp.Diff(want, h.cases(to, last)); diff != "" {
				t.Errorf("cases (-want +got):\n%s", diff)
			}
			h.proofs(to)
		})
	}
}

func TestDebtsAreSharedOutInTheOrderOfABatch(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		err := compliance.AttestNetDebts(ctx, tx, compliance.NetDebts{Candidate: robin, Election: "G", AsOf: civil.MustParse("2026-12-01"), Parts: compliance.DebtParts{Unpaid: 2000_00}, Evidence: "memo"})
		if err != nil {
			return err
		}
		var batch []compliance.Receipt
		for n := range 3 {
			r := compliance.Receipt{
				Committee: campaign, ID: fmt.Sprintf("B-%04d", n), Contributor: person(n), Line: "11(a)", Instrument: "transfer", Cents: 1500_00, Election: "G",
				MadeOn: civil.MustParse("2026-12-05"), ReceivedOn: civil.MustParse("2026-12-05"), HappenedAt: civil.MustParse("2026-12-05").Midnight(),
			}
			if r.Contributor.Person, err = registry.Identify(ctx, tx, r.Contributor); err != nil {
				return err
			}
			batch = append(batch, r)
		}
		return compliance.ReceiveAll(ctx, tx, batch)
	})
	for n, want := range [][]string{{}, {"past debts 1000.00 for G due 2027-02-03"}, {"past debts 1500.00 for G due 2027-02-03"}} {
		if diff := cmp.Diff(want, h.cases(campaign, fmt.Sprintf("B-%04d", n))); diff != "" {
			t.Errorf("cases of receipt %d of the batch (-want +got):\n%s", n, diff)
		}
	}
}

func TestDefaultIsTheNextElectionTheCandidateStandsIn(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	for _, c := range []struct {
		on   string
		want string
	}{
		{"2026-08-31", "P 10.00 default"},
		{"2026-09-01", "P 10.00 default"}, // the day of the vote itself
		{"2026-09-02", "G 10.00 default"}, // S04
		{"2026-11-03", "G 10.00 default"},
	} {
		id := h.got(gift{to: campaign, by: person(1), cents: 10_00, on: c.on})
		if diff := cmp.Diff([]string{c.want}, h.counts(id)); diff != "" {
			t.Errorf("a gift of %s (-want +got):\n%s", c.on, diff)
		}
	}
}

func TestTwoElectionsOnOneDayAskForASplit(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return registry.AddElection(ctx, tx, registry.Election{ID: "SG", Office: "H", State: "MA", District: "06", Kind: "S", Stage: "general", Year: 2026, HeldOn: civil.MustParse("2026-11-03")})
	})
	_, findings, err := compliance.Screen(t.Context(), h.db, compliance.Proposal{
		Committee: campaign, Person: h.person(person(1)), Kind: registry.Individual, Cents: 5000_00, Made: civil.MustParse("2026-10-01"),
	})
	if err != nil || len(findings) == 0 || findings[0].Rule != "split-elections" || findings[0].Field != "election" {
		t.Errorf("Screen of an undesignated gift = %v, %v, want that a split is asked for", findings, err)
	}
	id := h.got(gift{to: campaign, by: person(1), cents: 5000_00, on: "2026-10-01"})
	if diff := cmp.Diff([]string{"excessive 1500.00 for SG due 2026-11-30", "missing instruction 5000.00 due 2026-11-30"}, sorted(h.cases(campaign, id))); diff != "" {
		t.Errorf("cases before the split (-want +got):\n%s", diff)
	}
	split := compliance.Designation{Committee: campaign, Receipt: id, Election: "G", Cents: 2000_00, On: civil.MustParse("2026-10-05"), Evidence: "email of 5 October"}
	wrong := split
	wrong.Cents, wrong.Evidence, wrong.On = 5000_01, "", civil.MustParse("2026-12-01")
	if got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error { return compliance.Designate(ctx, tx, wrong) }); got != "cents evidence" {
		t.Errorf("a wrong split is refused for %q, want cents evidence", got)
	}
	h.in(func(ctx context.Context, tx *sqlx.Tx) error { return compliance.Designate(ctx, tx, split) })
	if diff := cmp.Diff([]string{"SG 3000.00 default", "G 2000.00 contributor"}, h.counts(id)); diff != "" {
		t.Errorf("after the split (-want +got):\n%s", diff)
	}
	h.proofs(campaign)
}

func TestCaseOfAGiftForAGeneralElectionThatTheCandidateWillNotReach(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	before := h.got(gift{to: campaign, by: person(1), cents: 3500_00, on: "2026-03-01", change: for_("G")})
	primary := h.got(gift{to: campaign, by: person(2), cents: 3500_00, on: "2026-03-01", change: for_("P")})
	lose := registry.Outcome{Candidate: robin, Election: "P", Outcome: registry.Lost, On: civil.MustParse("2026-09-01")}
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		n, err := compliance.RecordOutcome(ctx, tx, lose)
		if n != 1 {
			t.Errorf("RecordOutcome opened %d cases, want 1", n)
		}
		return err
	})
	after := h.got(gift{to: campaign, by: person(3), cents: 100_00, on: "2026-09-10", change: for_("G")})
	undesignated := h.got(gift{to: campaign, by: person(4), cents: 100_00, on: "2026-09-10"})
	for _, c := range []struct {
		receipt string
		want    []string
	}{
		{before, []string{"general lost 3500.00 for G due 2026-10-31"}}, // S05: sixty days after the primary
		{primary, []string{}},
		{after, []string{"general lost 100.00 for G due 2026-11-09"}},
		{undesignated, []string{"missing instruction 100.00 due 2026-11-09"}},
	} {
		if diff := cmp.Diff(c.want, h.cases(campaign, c.receipt)); diff != "" {
			t.Errorf("cases of %s (-want +got):\n%s", c.receipt, diff)
		}
	}
	_, findings, err := compliance.Screen(t.Context(), h.db, compliance.Proposal{
		Committee: campaign, Person: h.person(person(5)), Kind: registry.Individual, Cents: 100, Election: "G", Made: civil.MustParse("2026-09-10"),
	})
	if err != nil || len(findings) != 1 || findings[0].Rule != "out-of-race" {
		t.Errorf("Screen for an election that the candidate is out of = %v, %v", findings, err)
	}
	bad := lose
	bad.Candidate, bad.Outcome, bad.On = "H6ZZ00000", "vanished", civil.Day{}
	if got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := compliance.RecordOutcome(ctx, tx, bad)
		return err
	}); got != "outcome on candidate" {
		t.Errorf("a wrong outcome is refused for %q", got)
	}
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }

func TestExcessThatShowsOnlyLaterHasItsCase(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	old, moved, both := person(1), person(1), person(1)
	moved.Email, moved.Street = "elsewhere@example.org", "9 Other St"
	both.Street = moved.Street // the email of one and the address of the other
	first := h.got(gift{to: brook, by: old, cents: 4000_00, on: "2026-03-01"})
	second := h.got(gift{to: river, by: moved, cents: 5100_00, on: "2026-03-02"})
	same(t, "before anybody knows that they are one", []string{"excessive 100.00 due 2026-05-01"}, h.cases(river, second))
	third := h.got(gift{to: river, by: both, cents: 10_00, on: "2026-04-01"})
	same(t, "of the gift that shows it", []string{"excessive 10.00 due 2026-05-31"}, h.cases(river, third))
	same(t, "of the last gift before it", []string{"excessive 100.00 due 2026-05-01", "excessive 4000.00 due 2026-05-31"}, h.cases(river, second))
	same(t, "of the first", nil, h.cases(brook, first))
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.RecordRefund(ctx, tx, compliance.Refund{
			Committee: river, ID: "X-0001", Receipt: second, Cents: 150_00, RefundedOn: civil.MustParse("2026-04-10"), HappenedAt: civil.MustParse("2026-04-10").Midnight(),
		})
	})
	same(t, "after a refund", []string{"excessive 100.00 due 2026-05-01 closed", "excessive 4000.00 left 3950.00 due 2026-05-31"}, h.cases(river, second))
	fourth := h.got(gift{to: river, by: old, cents: 5_00, on: "2026-04-11"})
	same(t, "of a gift after it", []string{"excessive 5.00 due 2026-06-10"}, h.cases(river, fourth))
	same(t, "which brings nothing new to light", []string{"excessive 100.00 due 2026-05-01 closed", "excessive 4000.00 left 3950.00 due 2026-05-31"}, h.cases(river, second))
}

package compliance_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/registry"
)

// contributed pays a candidate of a number from a committee's own.
func (h *lawHouse) contributed(from registry.CommitteeID, n int, cents money.Cents, on string) {
	h.t.Helper()
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		h.next++
		return compliance.Disburse(ctx, tx, compliance.Disbursement{
			Committee: from, ID: fmt.Sprintf("D-%04d", h.next), Candidate: registry.CandidateID(fmt.Sprintf("H6MA9900%d", n)), Election: "P", Line: "23",
			Cents: cents, PaidOn: civil.MustParse(on), HappenedAt: civil.MustParse(on).Midnight(), Method: "check", Purpose: "Contribution",
		})
	})
}

// ballotOf adds candidates 2 to n for the same seat.
func (h *lawHouse) ballotOf(n int) {
	h.t.Helper()
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		for i := 2; i <= n; i++ {
			err := registry.AddCandidate(ctx, tx, registry.Candidate{
				ID: registry.CandidateID(fmt.Sprintf("H6MA9900%d", i)), Last: "Sample", First: fmt.Sprint(i), Office: "H", State: "MA", District: "06",
				CommitteeFECID: fmt.Sprintf("C0099950%d", i), CommitteeName: "SAMPLE FOR CONGRESS", Street: "3 Sample St", City: "Salem", CommitteeState: "MA", Zip: "01970",
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func TestCommitteeIsMulticandidateFromTheDayOfItsLastTest(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	h.ballotOf(5)
	part := func(c registry.CommitteeID, on string) { // the committees part first: each stands for itself
		h.in(func(ctx context.Context, tx *sqlx.Tx) error {
			return registry.Disaffiliate(ctx, tx, "water", c, civil.MustParse(on))
		})
	}
	part(brook, "2025-06-01")
	for n := range 50 {
		h.got(gift{to: river, by: person(n), cents: 1_00, on: "2026-02-01"})
	}
	h.got(gift{to: river, by: person(3), cents: 1_00, on: "2026-02-02"}) // one of them again
	for n := 1; n <= 4; n++ {
		h.contributed(river, n, 10_00, "2026-02-03")
	}
	h.got(gift{to: river, by: person(51), cents: 100_00, on: "2026-02-03", change: func(r *compliance.Receipt) { r.Candidate, r.Election = robin, "P" }}) // earmarked: not its own
	status := func(c registry.CommitteeID, on string) compliance.MulticandidateStatus {
		m, err := compliance.Multicandidate(t.Context(), h.db, c, civil.MustParse(on))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if m := status(river, "2026-02-09"); m.Is || m.Contributors != 50 || m.Candidates != 4 {
		t.Errorf("with 50 givers and 4 candidates it is %+v", m)
	}
	h.contributed(river, 5, 10_00, "2026-02-10")
	if m := status(river, "2026-02-11"); m.Is || m.Candidates != 5 {
		t.Errorf("with 50 givers and 5 candidates it is %+v", m)
	}
	h.got(gift{to: river, by: person(50), cents: 1_00, on: "2026-02-12"})
	if m := status(river, "2026-02-11"); m.Is {
		t.Errorf("the day before the 51st giver it is %+v", m)
	}
	want := compliance.MulticandidateStatus{
		Is: true, Since: civil.MustParse("2026-02-12"), SixMonths: civil.MustParse("2020-07-01"), Contributors: 51, Candidates: 5,
		FormDue: civil.MustParse("2026-02-22"), Notice: true,
	}
	m := status(river, "2026-02-12")
	want.Cite = m.Cite
	if m != want {
		t.Errorf("with the 51st giver it is %+v, want %+v", m, want)
	}
	if m := status(brook, "2026-02-12"); m.Is {
		t.Errorf("the committee that parted is %+v", m)
	}
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return registry.Affiliate(ctx, tx, "water", "", brook, civil.MustParse("2026-03-01"))
	})
	if m := status(brook, "2026-02-28"); m.Is {
		t.Errorf("the day before it is affiliated it is %+v", m)
	}
	if m := status(brook, "2026-03-02"); !m.Is || m.Since != civil.MustParse("2026-03-01") || m.Through != river {
		t.Errorf("affiliated with one that is, it is %+v, want so since 1 March", m)
	}
	if m := status(campaign, "2026-03-02"); m.Is {
		t.Errorf("a candidate's committee is %+v", m)
	}

	// Its limits change: five thousand to a candidate, with what its affiliate gave; and the desk is told of Form 1M.
	for _, c := range []struct {
		name  string
		from  registry.CommitteeID
		on    string
		cents money.Cents
		fits  bool
	}{
		{"before the status", river, "2026-02-11", 3490_00, true},
		{"before the status, a cent over", river, "2026-02-11", 3490_01, false},
		{"with the status", river, "2026-02-12", 4990_00, true},
		{"with the status, a cent over", river, "2026-02-12", 4990_01, false},
		{"its affiliate, with what it gave", brook, "2026-03-01", 4990_01, false},
		{"independent expenditures only", sky, "2026-03-01", 1, false},
		{"another candidate's committee", campaign, "2026-03-01", 2000_01, false},
	} {
		_, findings, err := compliance.ScreenGiving(t.Context(), h.db, compliance.Giving{Committee: c.from, Candidate: "H6MA99002", Election: "P", Cents: c.cents, On: civil.MustParse(c.on)})
		if err != nil || (len(findings) == 0) != c.fits {
			t.Errorf("%s: ScreenGiving of %s = %v, %v", c.name, c.cents, findings, err)
		}
	}
	findings, err := compliance.Watch(t.Context(), h.db, river, civil.MustParse("2026-02-12"))
	if err != nil || len(findings) != 1 || findings[0].Rule != "multicandidate" {
		t.Errorf("Watch on the day of the status = %v, %v", findings, err)
	}
}

func TestDirectedEarmarksCountForTheConduitToo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		directed bool
		left     money.Cents // of the conduit's own (S12)
	}{{true, 2500_00}, {false, 3500_00}} {
		h := newLawHouse(t)
		id := h.got(gift{to: river, by: person(1), cents: 1000_00, on: "2026-03-01", change: func(r *compliance.Receipt) { r.Candidate, r.Election = robin, "P" }})
		h.in(func(ctx context.Context, tx *sqlx.Tx) error {
			return compliance.Forward(ctx, tx, compliance.Forwarded{
				Committee: river, ID: "F-01", Candidate: robin, SentOn: civil.MustParse("2026-03-02"), HappenedAt: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC),
				Method: "check 9", Receipts: []string{id}, Directed: c.directed,
			})
		})
		room, _, err := compliance.ScreenGiving(t.Context(), h.db, compliance.Giving{Committee: river, Candidate: robin, Election: "P", On: civil.MustParse("2026-03-03")})
		if err != nil || room.Left != c.left {
			t.Errorf("directed %v: %s is left, %v, want %s", c.directed, room.Left, err, c.left)
		}
	}
}

func TestMoneyThatIsNotItsOwnIsWatched(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	on := civil.MustParse("2026-03-10")
	held := func(want money.Cents) {
		t.Helper()
		if got, err := compliance.Unspendable(t.Context(), h.db, river, on); err != nil || got != want {
			t.Errorf("Unspendable = %s, %v, want %s", got, err, want)
		}
	}
	held(0)
	h.got(gift{to: river, by: person(1), cents: 700_00, on: "2026-03-01", change: func(r *compliance.Receipt) { r.Candidate, r.Election = robin, "P" }})
	held(700_00)
	doubtful := h.got(gift{to: river, by: person(2), cents: 5300_00, on: "2026-03-02"})
	held(1000_00)
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := compliance.Doubt(ctx, tx, river, doubtful, "address abroad", civil.MustParse("2026-03-03"))
		return err
	})
	held(6000_00) // of the gift in both cases no more than the gift
	h.got(gift{to: river, by: person(3), cents: 3500_01, on: "2026-03-03", change: func(r *compliance.Receipt) { r.Candidate, r.Election = robin, "P" }})
	held(9500_01) // an earmark that is over is held already
	pay := func(cents money.Cents) {
		h.in(func(ctx context.Context, tx *sqlx.Tx) error {
			h.next++
			vendor, err := registry.AddPayee(ctx, tx, river, registry.Payee{Entity: "ORG", Name: "SAMPLE PRINT SHOP", Street: "4 Sample St", City: "Boston", State: "MA", Zip: "02110"})
			if err != nil {
				return err
			}
			return compliance.Disburse(ctx, tx, compliance.Disbursement{
				Committee: river, ID: fmt.Sprintf("D-%04d", h.next), Payee: vendor, Line: "21(b)", Cents: cents, PaidOn: civil.MustParse("2026-03-09"),
				HappenedAt: civil.MustParse("2026-03-09").Midnight(), Method: "check 3", Purpose: "Printing",
			})
		})
	}
	watched := func() int {
		findings, err := compliance.Watch(t.Context(), h.db, river, on)
		if err != nil {
			t.Fatal(err)
		}
		return len(findings)
	}
	pay(1_000_000_00) // all that it had before
	if n := watched(); n != 0 {
		t.Errorf("with exactly that on hand the desk is told %d things", n)
	}
	pay(1)
	if n := watched(); n != 1 {
		t.Errorf("with a cent less the desk is told %d things, want one", n)
	}
	h.proofs(river)
}

func TestDeskIsToldWhatIsWrongWithAReceipt(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	sister := body("COM", "C00999302", "BROOK COMMITTEE")
	for _, c := range []struct {
		name string
		r    compliance.Receipt
		want string
	}{
		{"a transfer from an affiliate", compliance.Receipt{Committee: river, Line: "12", Cents: 1, Contributor: sister}, ""},
		{"a transfer from another", compliance.Receipt{Committee: river, Line: "12", Cents: 1, Contributor: body("COM", "C00999777", "SOME COMMITTEE")}, "line"},
		{"a transfer between those who are not affiliated", compliance.Receipt{Committee: sky, Line: "12", Cents: 1, Contributor: sister}, "line"},
		{"a transfer between a party's committees", compliance.Receipt{Committee: county, Line: "12", Cents: 1, Contributor: body("PTY", "C00999778", "NATIONAL SAMPLE PARTY")}, ""},
		{"a party's transfer to a PAC", compliance.Receipt{Committee: river, Line: "12", Cents: 1, Contributor: body("PTY", "C00999778", "NATIONAL SAMPLE PARTY")}, "line"},
		{"nothing", compliance.Receipt{Committee: river, Line: "11(a)", Contributor: person(1)}, "cents"},
		{"on no line", compliance.Receipt{Committee: river, Line: "11(z)", Cents: 1, Contributor: person(1)}, "line"},
	} {
		c.r.MadeOn, c.r.ReceivedOn = civil.MustParse("2026-03-01"), civil.MustParse("2026-03-01")
		findings, err := compliance.ReceiptFindings(t.Context(), h.db, c.r)
		got := said(&compliance.Refusal{Findings: findings})
		if err != nil || got != c.want {
			t.Errorf("%s: ReceiptFindings = %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestWhatTheLawIsToldIsRefusedWithItsField(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	ann := h.person(person(1))
	seat := registry.Election{ID: "X", Office: "H", State: "MA", District: "06", Kind: "P", Year: 2026, HeldOn: civil.MustParse("2026-08-01")}
	of := func(change func(e *registry.Election)) func(ctx context.Context, tx *sqlx.Tx) error {
		return func(ctx context.Context, tx *sqlx.Tx) error {
			e := seat
			change(&e)
			return registry.AddElection(ctx, tx, e)
		}
	}
	status := func(s registry.Status) func(ctx context.Context, tx *sqlx.Tx) error {
		return func(ctx context.Context, tx *sqlx.Tx) error { return registry.SetStatus(ctx, tx, s) }
	}
	committee := func(change func(c *registry.Committee)) func(ctx context.Context, tx *sqlx.Tx) error {
		return func(ctx context.Context, tx *sqlx.Tx) error {
			c := fictionalPAC(compliance.Monthly)
			change(&c)
			return registry.AddCommittee(ctx, tx, c)
		}
	}
	for _, c := range []struct {
		name string
		do   func(ctx context.Context, tx *sqlx.Tx) error
		want string
	}{
		{"a second primary of a year", of(func(e *registry.Election) {}), "kind"},
		{"a primary on the day of another", of(func(e *registry.Election) { e.HeldOn, e.Year = civil.MustParse("2026-09-01"), 2025 }), "held_on"},
		{"a vote of no kind, office, year and day", of(func(e *registry.Election) { e.Kind, e.Office, e.Year, e.HeldOn = "Z", "Q", 0, civil.Day{} }), "kind office held_on year"},
		{"a primary with a stage", of(func(e *registry.Election) { e.Stage, e.Year = "general", 2027 }), "stage"},
		{"a status that there is not", status(registry.Status{Person: ann, Status: "rich", From: civil.MustParse("2026-01-01"), Evidence: "e"}), "status"},
		{"a status of nobody, from no day, without evidence", status(registry.Status{Person: "P-NOBODY", Status: "minor"}), "from evidence person"},
		{"a status that ends before it begins", status(registry.Status{Person: ann, Status: "minor", From: civil.MustParse("2026-02-01"), Until: civil.MustParse("2026-01-01"), Evidence: "e"}), "until"},
		{"a committee of no kind", committee(func(c *registry.Committee) { c.Kind = "club" }), "kind"},
		{"an authorised committee of nobody", committee(func(c *registry.Committee) { c.Kind = registry.Authorised }), "candidate"},
		{"a PAC with a candidate", committee(func(c *registry.Committee) { c.Candidate = robin }), "candidate"},
	} {
		if got := h.refusal(c.do); got != c.want {
			t.Errorf("%s is refused for %q, want %q", c.name, got, c.want)
		}
	}
	var stored int
	const count = `select (select count(*) from elections) + (select count(*) from person_statuses) + (select count(*) from committee_versions)`
	if err := h.db.GetContext(t.Context(), &stored, count); err != nil || stored != 2+0+7 {
		t.Errorf("%d rows are stored, %v, want the 9 of the house", stored, err)
	}
	for _, p := range []compliance.Proposal{
		{Committee: "nobody", Person: ann, Kind: registry.Individual, Cents: 1},
		{Committee: river, Person: ann, Kind: registry.Individual, Cents: 1, Candidate: "H6ZZ00000", Election: "P"},
		{Committee: river, Person: ann, Kind: registry.Individual, Cents: 1, Candidate: robin, Election: "nowhere"},
		{Committee: river, Person: ann, Kind: registry.Individual, Cents: -1},
		{Committee: river, Person: ann, Kind: registry.Individual, Cents: 1<<63 - 1},
		{Committee: river, Person: ann, Kind: "martian", Cents: 1},
	} {
		p.Made = civil.MustParse("2026-03-01")
		_, findings, err := compliance.Screen(t.Context(), h.db, p)
		if err != nil || len(findings) == 0 || findings[0].Field == "" {
			t.Errorf("Screen(%+v) = %v, %v, want a finding with its field", p, findings, err)
		}
	}
	// A status ends by a later record of the same first day, and joined rows share what is known.
	h.in(status(registry.Status{Person: ann, Status: "contractor", From: civil.MustParse("2026-01-01"), Evidence: "contract 1"}))
	h.in(status(registry.Status{Person: ann, Status: "contractor", From: civil.MustParse("2026-01-01"), Until: civil.MustParse("2026-03-31"), Evidence: "it ended"}))
	h.in(status(registry.Status{Person: ann, Status: "permanent-resident", From: civil.MustParse("2026-01-01"), Evidence: "card"}))
	for _, c := range []struct {
		on         string
		contractor bool
	}{{"2025-12-31", false}, {"2026-01-01", true}, {"2026-03-31", true}, {"2026-04-01", false}} {
		is, err := registry.Statuses(t.Context(), h.db, ann, civil.MustParse(c.on))
		if err != nil || is["contractor"] != c.contractor {
			t.Errorf("on %s known is %v, %v", c.on, is, err)
		}
		if foreign, known := is[registry.IsForeignNational]; known != (c.on >= "2026-01-01") || foreign {
			t.Errorf("on %s a foreign national: %v, known %v", c.on, foreign, known)
		}
	}
}

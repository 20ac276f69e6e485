package donations_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance"
	"dure/dev/house"
	"dure/donations"
	"dure/ledger"
	"dure/money"
	"dure/registry"
)

// proved fails the test where facts and books of either committee part.
func proved(t *testing.T, h *house.House) {
	t.Helper()
	for _, c := range []registry.CommitteeID{house.Committee, house.Affiliate} {
		proofs, err := compliance.Examine(t.Context(), h.DB, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range proofs {
			if !p.Holds() {
				t.Errorf("%s: %s: facts %v, books %v", c, p.What, p.Facts, p.Books)
			}
		}
	}
}

func TestGiftGoesFromFormToBooks(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	own := h.MustGive(h.Pledge(house.ToCommittee, 2500))
	earmarked := h.MustGive(h.Pledge(house.ToCandidate, 10000))
	if own.State != donations.Open || own.SessionURL == "" {
		t.Fatalf("after the form a gift is %s at %q, want open with a card page", own.State, own.SessionURL)
	}
	if out := h.Pay(own, house.Good); !strings.HasPrefix(out.Redirect, "http://dure.example.org/thanks/"+string(own.ID)) {
		t.Errorf("after the card the giver goes to %q, want the thanks page", out.Redirect)
	}
	h.Pay(earmarked, house.Good)
	h.Quiet()
	for _, g := range []donations.Gift{own, earmarked} {
		got := h.Gift(g.ID)
		if got.State != donations.Settled || got.Charge == "" || got.Card.Last4 != "4242" || got.Card.Country != "US" {
			t.Errorf("gift %s after its card: %s, charge %q, card %+v", g.ID, got.State, got.Charge, got.Card)
		}
	}
	text := map[string][]ledger.Line{}
	posted, err := ledger.Entries(t.Context(), h.DB, house.Committee, time.Time{}, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range posted {
		if e.PostedOn != h.Today() {
			t.Errorf("%s is posted on %v, want today, %v", e.Source, e.PostedOn, h.Today())
		}
		text[strings.Split(e.Text, " txn_")[0]+" "+e.Lines[0].Cents.Plain()] = e.Lines
	}
	want := map[string][]ledger.Line{
		"Gift of Ada Quillfeather 25.00":                                   {{Account: ledger.Stripe, Cents: 2500}, {Account: ledger.Individuals, Cents: -2500, Feeds: "11(a)"}},
		"Gift of Ada Quillfeather, earmarked for HALE FOR CONGRESS 100.00": {{Account: ledger.Stripe, Cents: 10000}, {Account: ledger.Held, Cents: -10000, Feeds: "11(a)(i)"}},
		"Fee of 1.03": {{Account: ledger.ProcessorFees, Cents: 103, Feeds: "21(b)"}, {Account: ledger.Stripe, Cents: -103}},
		"Fee of 3.20": {{Account: ledger.ProcessorFees, Cents: 320, Feeds: "21(b)"}, {Account: ledger.Stripe, Cents: -320}},
	}
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if n := h.Count(`select count(*) from attestations where gift = $1`, own.ID); n != 5 {
		t.Errorf("%d attestations are kept for the gift, want 5", n)
	}
	if n := h.Count(`select count(*) from audit where table_name = 'gifts' and new ->> 'id' = $1 and actor <> ''`, own.ID); n < 4 {
		t.Errorf("the audit tells %d steps of the gift, want at least four", n)
	}
	if n := h.Count(`select count(*) from owed_calls where state <> 'done' and verb <> 'read'`); n != 0 {
		t.Errorf("%d calls are not done", n)
	}
	if n := h.Count(`select count(*) from events where state = 'waiting'`); n != 0 {
		t.Errorf("%d events wait", n)
	}
	proved(t, h)
}

func TestReceiptDayIsThatOfTheAuthorisation(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := h.MustGive(h.Pledge(house.ToCommittee, 5000))
	h.Pay(g, "4000000400000008") // a bank of Austria: held
	day := h.Today()
	h.Quiet()
	h.Advance(50 * time.Hour)
	if err := donations.Decide(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, true, "Passport copy seen"); err != nil {
		t.Fatal(err)
	}
	h.Quiet()
	var received, posted civil.Day
	if err := h.DB.QueryRow(`select r.received_on, f.posted_on from receipts r join processor_fees f using (committee) where r.id = $1`, g.ID).Scan(&received, &posted); err != nil {
		t.Fatal(err)
	}
	if received != day || posted != h.Today() || posted == day {
		t.Errorf("received on %v and its fee on %v, want the day of the authorisation %v and of the capture %v", received, posted, day, h.Today())
	}
	proved(t, h)
}

// ways a gift ends, or is held, by card and by what follows.
func TestGiftsEndAsTheirFactsSay(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	cents := money.Cents(1000)
	for _, c := range []struct {
		name  string
		drive string
		card  string
		then  func(t *testing.T, g donations.Gift)
		want  donations.State
		held  []string
	}{
		{name: "Good", drive: house.ToCommittee, card: house.Good, want: donations.Settled},
		{name: "Canadian", drive: house.ToCommittee, card: "4000001240000000", want: donations.Held, held: []string{donations.HeldForeignCard}},
		{name: "Prepaid", drive: house.ToCommittee, card: "5105105105105100", want: donations.Held, held: []string{donations.HeldPrepaid}},
		{name: "Codeless", drive: house.ToCommittee, card: "4000000000000101", want: donations.Held, held: []string{donations.HeldUnchecked}},
		{name: "Ziplless", drive: house.ToCommittee, card: "4000000000000036", want: donations.Held, held: []string{donations.HeldUnchecked}},
		{name: "Declined", drive: house.ToCommittee, card: "4000000000000002", want: donations.Open},
		{name: "Tries", drive: house.ToCommittee, card: "4000000000009995", want: donations.Settled, then: func(t *testing.T, g donations.Gift) {
			h.Pay(g, house.Good)
			h.Quiet()
			if again := h.Gift(g.ID); len(again.Declined) != 1 || again.LastDecline == "" {
				t.Errorf("a decline before the success is told as %d, %q", len(again.Declined), again.LastDecline)
			}
		}},
		{name: "Forgets", drive: house.ToCommittee, want: donations.Expired, then: func(t *testing.T, _ donations.Gift) { h.Advance(36 * time.Minute) }},
		{name: "Released", drive: house.ToCommittee, card: "4000001240000000", want: donations.Released, then: func(t *testing.T, g donations.Gift) {
			if err := donations.Decide(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, false, "No proof of status came"); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "Waits", drive: house.ToCommittee, card: "4000001240000000", want: donations.Released, then: func(t *testing.T, g donations.Gift) {
			h.Advance(6*24*time.Hour + time.Minute) // the card's seven days, less one
			if n, err := donations.ReleaseOverdue(t.Context(), h.DB, h.Sim.Now()); err != nil || n == 0 {
				t.Fatalf("ReleaseOverdue = %d, %v", n, err)
			}
		}},
		{name: "Waitsless", drive: house.ToCandidate, card: "4000001240000000", want: donations.Released, then: func(t *testing.T, g donations.Gift) {
			h.Advance(3*24*time.Hour + time.Minute)
			if n, err := donations.ReleaseOverdue(t.Context(), h.DB, h.Sim.Now()); err != nil || n != 1 {
				t.Fatalf("ReleaseOverdue of an earmarked gift = %d, %v, want it after three days", n, err)
			}
		}},
		{name: "Lapses", drive: house.ToCommittee, card: "4000001240000000", want: donations.Lapsed, then: func(t *testing.T, g donations.Gift) {
			h.Advance(8 * 24 * time.Hour) // and no sweep ran
		}},
	} {
		g := h.MustGive(h.Pledge(c.drive, cents, house.By(c.name)))
		if c.card != "" {
			h.Pay(g, c.card)
		}
		h.Quiet()
		if len(c.held) > 0 {
			if got := []string(h.Gift(g.ID).HeldFor); !slices.Equal(got, c.held) {
				t.Errorf("%s is held for %q, want %q", c.name, got, c.held)
			}
		}
		if c.then != nil {
			c.then(t, h.Gift(g.ID))
			h.Quiet()
		}
		if got := h.Gift(g.ID); got.State != c.want {
			t.Errorf("%s: the gift is %s (last decline %q), want %s", c.name, got.State, got.LastDecline, c.want)
		}
		open := h.Count(`select count(*) from reservations where gift = $1 and ended_at is null`, g.ID)
		if ended := h.Gift(g.ID).State.Ended(); ended == (open == 1) {
			t.Errorf("%s: the gift has ended %v and its reservation is open %v", c.name, ended, open == 1)
		}
	}
	proved(t, h)
	if n := h.Count(`select count(*) from ledger_entries where source like 'receipt:%'`); n != 2 {
		t.Errorf("%d receipts are in the books, want the two that settled", n)
	}
}

func TestSilentCardPageIsAskedAbout(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	if err := h.Sim.SetFaults(dropAll); err != nil {
		t.Fatal(err)
	}
	gone := h.MustGive(h.Pledge(house.ToCommittee, 1000, house.By("Gone")))
	paid := h.MustGive(h.Pledge(house.ToCommittee, 1000, house.By("Paid")))
	h.Pay(paid, house.Good)
	h.Quiet()
	h.Advance(40 * time.Minute)
	if n, err := donations.AskAboutSilent(t.Context(), h.DB, h.Sim.Now()); err != nil || n != 2 {
		t.Fatalf("AskAboutSilent = %d, %v, want the two of which nothing was heard", n, err)
	}
	h.Quiet()
	if a, b := h.Gift(gone.ID).State, h.Gift(paid.ID).State; a != donations.Expired || b != donations.Settled {
		t.Errorf("the silent gifts are %s and %s, want expired and settled", a, b)
	}
	proved(t, h)
}

// crowd sends n forms of one person at once and tells how many were taken, and the room that the last refusal told. A form
// that a busy machine could not take in time is sent again, as people do.
func crowd(t *testing.T, h *house.House, n int, drive func(i int) string, cents money.Cents) (taken int, refused []compliance.Finding) {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i := range n {
		wg.Go(func() {
			p := h.Pledge(drive(i), cents)
			_, err := h.Give(p)
			for try := 0; try < 5 && late(err); try++ {
				_, err = h.Give(p)
			}
			mu.Lock()
			defer mu.Unlock()
			var no *compliance.Refusal
			switch {
			case err == nil:
				taken++
			case errors.As(err, &no):
				refused = append(refused, no.Findings...)
			default:
				t.Errorf("Give = %v", err)
			}
		})
	}
	wg.Wait()
	return taken, refused
}

// late tells whether a form's time was over before it was taken in: our wait ended, or the statement that it waited for.
func late(err error) bool {
	ended := (*pq.Error)(nil)
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &ended) && ended.Code.Name() == "query_canceled"
}

func TestTwoHundredAtOncePassNoLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		drive func(i int) string
		want  int
		rule  string
	}{
		{"to a candidate", func(int) string { return house.ToCandidate }, 35, "limit-person-candidate"},
		{"to a candidate through two committees", func(i int) string { return []string{house.ToCandidate, house.ViaOther}[i%2] }, 35, "limit-person-candidate"},
		{"to a committee", func(int) string { return house.ToCommittee }, 50, "limit-person-pac"},
		{"to two affiliated committees", func(i int) string { return []string{house.ToCommittee, house.ToAffiliate}[i%2] }, 50, "limit-person-pac"},
	} {
		t.Run(c.name, func(t *testing.T) { // one crowd after the other: four at once try the machine, and prove no more
			h := house.New(t)
			taken, refused := crowd(t, h, 200, c.drive, 10000)
			if taken != c.want || len(refused) != 200-c.want {
				t.Errorf("of 200 gifts of $100 at once %d pass and %d are refused, want %d and %d", taken, len(refused), c.want, 200-c.want)
			}
			for _, f := range refused {
				if f.Rule != c.rule || f.Room != 0 || f.Known != f.Limit || f.Cite == "" {
					t.Fatalf("a refusal says %+v, want %s with no room left", f, c.rule)
				}
			}
			if c.rule == "limit-person-candidate" {
				return
			}
			// the $100 that remain untouched elsewhere are still there for somebody else
			if _, err := h.Give(h.Pledge(c.drive(0), 10000, house.By("Somebody"))); err != nil {
				t.Errorf("another person's gift: %v", err)
			}
		})
	}
}

func TestRoomComesBackAndIsTold(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := h.MustGive(h.Pledge(house.ToCandidate, 340000))
	_, err := h.Give(h.Pledge(house.ToCandidate, 20000))
	var no *compliance.Refusal
	if !errors.As(err, &no) || len(no.Findings) != 1 || no.Findings[0].Room != 10000 || no.Findings[0].Known != 340000 {
		t.Fatalf("$200 on $3,400 of $3,500: %v, want a refusal with $100 of room", err)
	}
	if _, err := h.Give(h.Pledge(house.ToCandidate, 10000)); err != nil {
		t.Errorf("what still fits is refused: %v", err)
	}
	// earmarked gifts leave the committee's own $5,000 whole
	if _, err := h.Give(h.Pledge(house.ToCommittee, 500000)); err != nil {
		t.Errorf("$5,000 to the committee beside an earmark: %v", err)
	}
	h.Advance(36 * time.Minute)
	h.Quiet()
	if s := h.Gift(g.ID).State; s != donations.Expired {
		t.Fatalf("the unpaid gift is %s", s)
	}
	if _, err := h.Give(h.Pledge(house.ToCandidate, 350000)); err != nil {
		t.Errorf("after the pages expired the whole room is refused: %v", err)
	}
}

func TestSameFormIsTheSameGift(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	form := h.Pledge(house.ToCommittee, 2500)
	var wg sync.WaitGroup
	got := make([]donations.Gift, 8)
	for i := range got {
		wg.Go(func() {
			var err error
			if got[i], err = h.Give(form); err != nil {
				t.Errorf("the same form sent at once: %v", err)
			}
		})
	}
	wg.Wait()
	for _, g := range got {
		if g.ID != form.Token || g.SessionURL != got[0].SessionURL {
			t.Errorf("the same form gives gift %s at %q, want %s at %q", g.ID, g.SessionURL, form.Token, got[0].SessionURL)
		}
	}
	if n := h.Count(`select count(*) from gifts`); n != 1 {
		t.Errorf("%d gifts, want one", n)
	}
	// Back, a changed sum, and again: the first page is over, and its room is free.
	changed := form
	changed.Cents = 500000
	second := h.MustGive(changed)
	if second.ID == form.Token {
		t.Error("a changed form under a used token is the same gift")
	}
	if s := h.Gift(form.Token).State; s != donations.Expired {
		t.Errorf("the first gift is %s, want expired", s)
	}
	h.Pay(second, house.Good)
	h.Quiet()
	if again, err := h.Give(form); err != nil || again.State != donations.Expired {
		t.Errorf("the first form once more: %s, %v, want the expired gift", again.State, err)
	}
	proved(t, h)
}

func TestDriveThatIsOverRefuses(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	for what, p := range map[string]donations.Pledge{
		"refused.closed":    h.Pledge(house.Past, 2500),
		"refused.too_small": h.Pledge(house.ToCommittee, 99),
		"refused.attest":    h.Pledge(house.ToCommittee, 2500, func(p *donations.Pledge) { p.Attested = p.Attested[1:] }),
	} {
		_, err := h.Give(p)
		var no *compliance.Refusal
		if !errors.As(err, &no) || len(no.Findings) != 1 || no.Findings[0].Text != what {
			t.Errorf("want %s, got %v", what, err)
		}
	}
	if n := h.Count(`select (select count(*) from gifts) + (select count(*) from reservations) + (select count(*) from persons)`); n != 0 {
		t.Errorf("refused forms left %d rows", n)
	}
}

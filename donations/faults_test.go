package donations_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dure/compliance"
	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/ledger"
	"dure/money"
)

var dropAll = stripesim.Faults{Drop: 1}

// story is a month of gifts whose books and report do not depend on how Stripe delivers.
func story(t *testing.T, h *house.House) {
	t.Helper()
	var gifts []donations.Gift
	for i, name := range []string{"Bram", "Calla", "Dorian", "Elspeth", "Fenwick", "Greta", "Hollis", "Ines"} {
		gifts = append(gifts,
			h.MustGive(h.Pledge(house.ToCommittee, money.Cents(5000+i*4000), house.By(name))),
			h.MustGive(h.Pledge(house.ToCandidate, money.Cents(1500+i*1100), house.By(name))),
			h.MustGive(h.Pledge(house.ToCommittee, 2500, house.By(name))),
		)
	}
	for i, g := range gifts {
		h.Advance(2 * time.Second) // two charges of one second have no order but that of their ids
		switch i % 8 {
		case 3:
			h.Pay(g, "4000001240000000") // held
		case 5:
			h.Pay(g, "4000000000000002") // declined, then good
			h.Pay(g, house.Good)
		case 7: // forgotten
		default:
			h.Pay(g, house.Good)
		}
	}
	h.Quiet()
	for i, g := range gifts {
		if i%8 != 3 {
			continue
		}
		if err := donations.Decide(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, i%16 == 3, "Saw the passport"); err != nil {
			t.Fatal(err)
		}
	}
	h.Quiet()
	h.Advance(36 * time.Minute)
	h.Quiet()
}

// outcome is what must not depend on delivery: the books and the report, with ids and moments taken out.
func outcome(t *testing.T, h *house.House) []string {
	t.Helper()
	ids := regexp.MustCompile(`\b(G[A-Z2-7]{15}|txn_\w+|FEE-\d+)\b`)
	var out []string
	posted, err := ledger.Entries(t.Context(), h.DB, house.Committee, time.Time{}, "", 10000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range posted {
		out = append(out, ids.ReplaceAllString(fmt.Sprintf("%v %s %v", e.PostedOn, e.Text, e.Lines), "ID"))
	}
	year := h.Today().Year()
	list, err := compliance.ReportList(t.Context(), h.DB, house.Committee, year, h.Sim.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		if r.State != compliance.PeriodCurrent {
			continue
		}
		var file bytes.Buffer
		if _, err := compliance.BuildReport(t.Context(), h.DB, house.Committee, r.Name, time.Time{}, &file); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(file.String(), "\r\n") {
			out = append(out, ids.ReplaceAllString(line, "ID"))
		}
	}
	slices.Sort(out)
	return out
}

func TestDeliveryChangesNeitherBooksNorReport(t *testing.T) {
	t.Parallel()
	plain := house.New(t)
	open(t, plain)
	story(t, plain)
	proved(t, plain)
	want := outcome(t, plain)
	if len(want) < 40 {
		t.Fatalf("the story gives %d lines only: %q", len(want), want)
	}
	for _, seed := range []uint64{1, 2, rand.Uint64()} {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			h := house.New(t)
			open(t, h)
			if err := h.Sim.SetFaults(stripesim.Faults{Duplicate: 1, Shuffle: true, DelayMS: 5, Seed: seed}); err != nil {
				t.Fatal(err)
			}
			story(t, h)
			proved(t, h)
			if diff := cmp.Diff(want, outcome(t, h)); diff != "" {
				t.Errorf("with every event doubled, shuffled and late (seed %d) books or report differ (-plain +faulty):\n%s", seed, diff)
			}
		})
	}
}

func TestStripeThatFailsChargesNobodyTwice(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{7, rand.Uint64()} {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			h := house.New(t)
			if err := h.Sim.SetFaults(stripesim.Faults{FailAPI: 0.4, Duplicate: 0.3, Shuffle: true, Seed: seed}); err != nil {
				t.Fatal(err)
			}
			var pages int
			for i := range 12 {
				form := h.Pledge(house.ToCommittee, 1000, house.By(fmt.Sprintf("Donor%c", 'A'+i%26)))
				g, err := h.Give(form)
				for try := 0; err == donations.ErrCardPage && try < 20; try++ {
					g, err = h.Give(form) // the same form, sent again
				}
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				pages++
				h.Pay(g, house.Good)
			}
			// Failed calls are put off, later each time, and a call may fail many times.
			for i := 0; i < 25 || h.Count(`select count(*) from owed_calls where state = 'owed'`) > 0; i++ {
				if i == 1000 {
					t.Fatalf("seed %d: calls are owed after hours", seed)
				}
				h.Quiet()
				h.Advance(20 * time.Second)
			}
			settled := h.Count(`select count(*) from gifts where state = 'settled'`)
			charges := h.Count(`select count(distinct charge) from gifts where charge is not null`)
			if settled != pages || charges != pages {
				t.Errorf("seed %d: %d gifts settled by %d charges, want %d of each", seed, settled, charges, pages)
			}
			if fees := h.Count(`select count(*) from processor_fees`); fees != pages {
				t.Errorf("seed %d: %d fees are booked, want %d", seed, fees, pages)
			}
			proved(t, h)
		})
	}
}

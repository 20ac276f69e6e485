package donations_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/dev/house"
	"dure/donations"
)

// Who is on the card page when a drive is closed may pay, and nobody else gives by it: what may come is counted until it has.
func TestWhatMayComeAfterAClosingIsCounted(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	zone := time.FixedZone("EST", -5*3600)
	clock := func(t time.Time) string {
		return strings.NewReplacer("am", "a.m.", "pm", "p.m.").Replace(t.In(zone).Format("3:04 pm MST"))
	}
	coming := func(when, want string, pages, taken int) {
		t.Helper()
		c, err := donations.ComingBy(t.Context(), h.DB, house.Committee, house.ToCommittee)
		if got := c.Words(h.Sim.Now(), zone); err != nil || got != want || c.Pages != pages || c.Taken != taken {
			t.Errorf("%s: %+v, %q, %v; want %d and %d, %q", when, c, got, err, pages, taken, want)
		}
	}
	coming("nobody gave", "", 0, 0)
	h.MustGive(h.Pledge(house.ToCandidate, 2500))
	coming("somebody gives by another drive", "", 0, 0)
	pays := h.MustGive(h.Pledge(house.ToCommittee, 2500))
	until := clock(h.Sim.Now().Add(35 * time.Minute))
	coming("one is on the card page", "One card page that is open already can still be paid, until "+until+".", 1, 0)
	h.Advance(2 * time.Minute)
	h.MustGive(h.Pledge(house.ToCommittee, 3000, house.By("Bram")))
	doubtful := h.MustGive(h.Pledge(house.ToCommittee, 4000, house.By("Cleo")))
	until = clock(h.Sim.Now().Add(35 * time.Minute))
	err := acts(t, h, func(tx *sqlx.Tx) error {
		return donations.CloseDrive(t.Context(), tx, house.Committee, house.ToCommittee)
	})
	if err != nil {
		t.Fatal(err)
	}
	coming("three are on it", "3 card pages that are open already can still be paid, the last until "+until+".", 3, 0)
	h.Advance(20 * time.Minute)
	if _, err := h.Give(h.Pledge(house.ToCommittee, 2500, house.By("Dora"))); err == nil {
		t.Error("a form that is sent after the closing is taken")
	}
	h.Pay(pays, house.Good)
	h.Pay(doubtful, "5105105105105100")
	h.Quiet()
	if g := h.Gift(pays.ID); g.State != donations.Settled {
		t.Errorf("who was on the card page before the closing has a gift that is %s", g.State)
	}
	coming("one paid, one waits for a person", "One card page that is open already can still be paid, until "+until+". One gift is set aside at its bank and not charged yet.", 1, 1)
	h.Advance(time.Hour)
	h.Quiet()
	coming("the page's time is over", "One gift is set aside at its bank and not charged yet.", 0, 1)
	if got := (donations.Coming{Pages: 2, Taken: 2, Until: h.Sim.Now()}).Words(h.Sim.Now(), zone); got != "2 card pages that are open already can still be paid. 2 gifts are set aside at their banks and not charged yet." {
		t.Errorf("of two of each: %q", got)
	}
}

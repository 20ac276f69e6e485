package letters_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dure/dev/house"
	"dure/donations"
	"dure/letters"
)

// also are settled gifts like another, each a hundredth of a second after the one before; digit keeps the ids of several lots apart.
func (o office) also(id string, digit, many int) {
	o.t.Helper()
	const clone = `
		insert into gifts
		select (jsonb_populate_record(g, jsonb_build_object(
			'id', 'G' || $2 || translate(lpad(n::text, 14, '0'), '0189', 'WXYZ'), 'session', null, 'payment_intent', 'pi_' || $2 || n, 'charge', 'ch_' || $2 || n,
			'settled_at', g.settled_at + n * interval '10 ms'))).*
		from gifts g, generate_series(1, $3) n
		where g.id = $1`
	o.asOwner(clone, id, fmt.Sprint(digit), many)
}

// asOwner does to the tables what nothing else may.
func (o office) asOwner(query string, args ...any) {
	o.t.Helper()
	tx := o.Owner.MustBegin()
	defer tx.Rollback()
	tx.MustExec(`set local dure.actor = 'test'`)
	tx.MustExec(query, args...)
	if err := tx.Commit(); err != nil {
		o.t.Fatal(err)
	}
}

func (o office) wrote(what string, r *letters.Receipts, want int, tells string) {
	o.t.Helper()
	n, err := r.Write(o.t.Context(), o.Sim.Now())
	if said := fmt.Sprint(err); n != want || (tells == "") != (err == nil) || !strings.Contains(said, tells) {
		o.t.Errorf("%s: %d receipts written, %v; want %d, and to be told %q", what, n, err, want, tells)
	}
}

func TestReceiptsThatCantBeWrittenHoldNoOther(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const round = 200
	broken := o.settled(house.ToCommittee, 2500)
	o.also(string(broken.ID), 2, round-1)
	o.asOwner(`update gifts set card = '"broken"'`)
	o.Advance(time.Minute)
	o.also(string(o.settled(house.ToCommittee, 2600, house.By("Bram")).ID), 3, round+49)
	o.wrote("a whole round is stuck, and came first", o.receipts, round+50, "tried again: 200, the first: ")
	o.Advance(time.Hour)
	o.wrote("nothing new", o.receipts, 0, "tried again: 200, the first: ")
	o.asOwner(`update gifts set card = null where card = '"broken"' and id <> $1`, broken.ID)
	o.Advance(10 * time.Minute)
	o.wrote("all but one are mended", o.receipts, round-1, "tried again: 1, the first: find gift "+string(broken.ID))

	o.settled(house.ToCommittee, 2700, house.By("Cleo"))
	o.wrote("another process, or the same after a crash", letters.NewReceipts(o.DB, site), 1, "tried again: 1, the first: ")
	o.wrote("the first process", o.receipts, 0, "tried again: 1, the first: ")
	o.asOwner(`update gifts set card = null where id = $1`, broken.ID)
	o.wrote("the last is mended", o.receipts, 1, "")
	o.wrote("once more", o.receipts, 0, "")
	if n := o.Count(`select count(*) from letters where kind = 'receipt'`); n != 2*round+51 {
		t.Errorf("%d receipts, want one of each gift", n)
	}
}

// A giver whose gift is held is told, whatever stands before theirs.
func TestLettersThatCantBeWrittenHoldNoOther(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	held := func(name string) donations.Gift {
		t.Helper()
		g := o.MustGive(o.Pledge(house.ToCommittee, 2500, house.By(name)))
		o.Pay(g, "4000001240000000") // a bank abroad
		o.Quiet()
		return g
	}
	o.also(string(held("Ada").ID), 2, 200)
	o.asOwner(`update gifts set card = '"broken"'`)
	fresh := held("Bram")
	n, err := letters.TellOfHeld(t.Context(), o.DB, o.Sim.Now(), site)
	if said := fmt.Sprint(err); n != 1 || !strings.Contains(said, "tried again: 201, the first: find gift ") {
		t.Errorf("behind a whole round that is stuck %d letters were written, %v; want Bram's, and to be told of 201", n, err)
	}
	if o.Count(`select count(*) from letters where gift = $1`, fresh.ID) != 1 {
		t.Error("Bram was not told that the gift is held")
	}
	o.asOwner(`update gifts set card = null where card = '"broken"'`)
	for _, want := range []int{200, 1, 0} {
		if n, err := letters.TellOfHeld(t.Context(), o.DB, o.Sim.Now(), site); n != want || err != nil {
			t.Errorf("once they are mended %d letters were written, %v; want %d", n, err, want)
		}
	}
}

func TestALetterThatTheDatabaseRefusesHoldsNoOther(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	g := o.settled(house.ToCommittee, 2500)
	o.also(string(g.ID), 2, 9)
	o.Owner.MustExec(`alter table letters add constraint letters_of_another check (gift <> '` + string(g.ID) + `')`)
	o.wrote("together", o.receipts, 0, "letters_of_another")
	o.wrote("each by itself", o.receipts, 9, "tried again: 1, the first: ")
	o.Advance(11 * 24 * time.Hour)
	o.wrote("once the gift's page is its receipt", o.receipts, 0, "")
}

package donations

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance"
	"dure/ledger"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// posted is what the books have of one movement.
type posted struct {
	key
	source string // the entry's
	on     civil.Day
	cents  money.Cents
}

// stands is how a gift stands against what Stripe says.
type stands struct {
	ID      GiftID
	Intent  string
	Charge  string
	State   State
	Cents   money.Cents
	Charged time.Time
	Changed time.Time // it settled or ended
}

// view is what the books say of a Stripe account, as of a cut-off, with the gifts that they and the statement speak of.
type view struct {
	cutoff   time.Time
	balance  money.Cents
	entries  map[key]posted
	gifts    map[GiftID]*stands
	byIntent map[string]*stands
	byCharge map[string]*stands
	open     map[string]GiftID // disputes that are not decided in the books
	feesBack map[string]string // entries of fees that came back, by source: of which balance transaction they are
}

// giftOf finds the gift that a movement belongs to: by what the gift itself knows, else by our metadata.
func (v *view) giftOf(charge, intent string, named GiftID) *stands {
	if g := v.byCharge[charge]; g != nil && charge != "" {
		return g
	}
	if g := v.byIntent[intent]; g != nil && intent != "" {
		return g
	}
	if g := v.gifts[named]; g != nil && g.Intent == "" {
		return g
	}
	return nil
}

func (v *view) add(gifts []stands) {
	for i := range gifts {
		g := &gifts[i]
		v.gifts[g.ID] = g
		if g.Intent != "" {
			v.byIntent[g.Intent] = g
		}
		if g.Charge != "" {
			v.byCharge[g.Charge] = g
		}
	}
}

// cutoff is a moment by which all that was recorded stays as it is.
func cutoffOf(ctx context.Context, db *sqlx.DB, committee registry.CommitteeID) (cutoff time.Time, err error) {
	err = pg.Snapshot(ctx, db, string(committee), time.Time{}, func(_ *sqlx.Tx, at time.Time) error {
		cutoff = at
		return nil
	})
	return cutoff, err
}

// viewOf reads the books as of a cut-off: the balance, the entries since a moment (the zero time: all), and those that the
// statement's movements should have made.
func viewOf(ctx context.Context, db *sqlx.DB, committee registry.Committee, cutoff time.Time, s statement) (*view, error) {
	v := &view{
		cutoff: cutoff, entries: map[key]posted{}, gifts: map[GiftID]*stands{}, byIntent: map[string]*stands{}, byCharge: map[string]*stands{},
		open: map[string]GiftID{}, feesBack: map[string]string{},
	}
	err := pg.Snapshot(ctx, db, string(committee.ID), cutoff, func(tx *sqlx.Tx, _ time.Time) error {
		const sum = `
			select coalesce(sum(l.cents), 0)::bigint
			from ledger_lines l
			join ledger_entries e on e.committee = l.committee and e.id = l.entry
			where l.committee = $1 and l.account = $2 and e.recorded_at <= $3`
		if err := tx.GetContext(ctx, &v.balance, sum, committee.ID, ledger.Stripe, cutoff); err != nil {
			return err
		}
		if err := v.readGifts(ctx, tx, committee.ID, s); err != nil {
			return err
		}
		if err := v.readEntries(ctx, tx, committee, s); err != nil {
			return err
		}
		return v.readDisputes(ctx, tx, committee.ID)
	})
	if err != nil {
		return nil, fmt.Errorf("read the books of %s: %w", committee.ID, err)
	}
	return v, nil
}

const standsColumns = `
	id, coalesce(payment_intent, '') as intent, coalesce(charge, '') as charge, state, cents,
	coalesce(charged_at, pledged_at) as charged, coalesce(settled_at, ended_at, pledged_at) as changed`

// readGifts reads the gifts that the statement speaks of, and those that an authorisation may stand for.
func (v *view) readGifts(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, s statement) error {
	var charges, intents, named []string
	note := func(charge, intent string, gift GiftID) {
		if charge != "" {
			charges = append(charges, charge)
		}
		if intent != "" {
			intents = append(intents, intent)
		}
		if gift != "" {
			named = append(named, string(gift))
		}
	}
	for _, m := range s.moves {
		note(m.charge, m.intent, m.gift)
	}
	for _, c := range s.charges {
		note(c.id, c.intent, c.gift)
	}
	const find = `
		select ` + standsColumns + `
		from gifts
		where committee = $1 and (charge = any($2) or payment_intent = any($3) or id = any($4)
		      or state in ('authorised', 'held', 'capture owed', 'release owed'))`
	var gifts []stands
	if err := tx.SelectContext(ctx, &gifts, find, committee, pq.Array(charges), pq.Array(intents), pq.Array(named)); err != nil {
		return err
	}
	v.add(gifts)
	return nil
}

// readEntries reads what was posted on the Stripe account.
func (v *view) readEntries(ctx context.Context, tx *sqlx.Tx, committee registry.Committee, s statement) error {
	var sources, refunds []string
	for _, m := range s.moves {
		switch m.part {
		case partCharge:
			if g := v.giftOf(m.charge, m.intent, m.gift); g != nil {
				sources = append(sources, "receipt:"+string(g.ID))
			}
		case partRefund, partRefundFailed:
			refunds = append(refunds, m.id)
		case partDispute, partDisputeWon:
			sources = append(sources, "dispute:"+m.id, "dispute-won:"+m.id, "dispute-lost:"+m.id)
		case partPayout, partPayoutFailed:
			sources = append(sources, "payout:"+m.id, "payout-failed:"+m.id)
		}
		if m.fee != 0 {
			sources = append(sources, "fee:"+m.transaction)
		}
		if m.fee < 0 {
			source := "receipt:" + compliance.FeeReturnID(m.transaction)
			sources, v.feesBack[source] = append(sources, source), m.transaction
		}
	}
	var ours []struct{ ID, Stripe string }
	const refundsOf = `select id, stripe_refund as stripe from refunds where committee = $1 and stripe_refund = any($2)`
	if err := tx.SelectContext(ctx, &ours, refundsOf, committee.ID, pq.Array(refunds)); err != nil {
		return err
	}
	atStripe := map[string]string{}
	for _, r := range ours {
		atStripe[r.ID] = r.Stripe
		sources = append(sources, "refund:"+r.ID, "refund-failed:"+r.ID)
	}
	from := civil.Of(1900, 1, 1)
	if !s.since.IsZero() {
		from = civil.In(s.since, committee.Location())
	}
	var rows []struct {
		Source string
		On     civil.Day
		Cents  money.Cents
	}
	const list = `
		select e.source, e.posted_on as on, sum(l.cents)::bigint as cents
		from ledger_entries e
		join ledger_lines l on l.committee = e.committee and l.entry = e.id
		where e.committee = $1 and l.account = $2 and e.recorded_at <= $3 and (e.posted_on >= $4 or e.source = any($5))
		group by e.source, e.posted_on`
	if err := tx.SelectContext(ctx, &rows, list, committee.ID, ledger.Stripe, v.cutoff, from, pq.Array(sources)); err != nil {
		return err
	}
	var gifts, back []string // that the statement does not speak of
	for _, r := range rows {
		verb, id, _ := strings.Cut(r.Source, ":")
		switch {
		case verb == "receipt" && v.gifts[GiftID(id)] == nil:
			gifts = append(gifts, id)
		case strings.HasPrefix(verb, "refund") && atStripe[id] == "":
			back = append(back, id)
		}
	}
	var more []stands
	const giftsOf = `select ` + standsColumns + ` from gifts where committee = $1 and id = any($2)`
	if err := tx.SelectContext(ctx, &more, giftsOf, committee.ID, pq.Array(gifts)); err != nil {
		return err
	}
	v.add(more)
	const stripes = `select id, stripe_refund as stripe from refunds where committee = $1 and id = any($2) and stripe_refund is not null`
	ours = nil
	if err := tx.SelectContext(ctx, &ours, stripes, committee.ID, pq.Array(back)); err != nil {
		return err
	}
	for _, r := range ours {
		atStripe[r.ID] = r.Stripe
	}
	for _, r := range rows {
		p := posted{key: v.keyOf(r.Source, atStripe), source: r.Source, on: r.On, cents: r.Cents}
		v.entries[p.key] = p
	}
	return nil
}

// keyOf says what Stripe calls that of which an entry was posted.
func (v *view) keyOf(source string, refunds map[string]string) key {
	verb, id, _ := strings.Cut(source, ":")
	if transaction := v.feesBack[source]; transaction != "" {
		return key{partFee, transaction}
	}
	switch verb {
	case "receipt":
		if g := v.gifts[GiftID(id)]; g != nil && g.Charge != "" {
			return key{partCharge, g.Charge}
		}
	case "fee":
		return key{partFee, id}
	case "refund", "refund-failed":
		if r := refunds[id]; r != "" && verb == "refund" {
			return key{partRefund, r}
		} else if r != "" {
			return key{partRefundFailed, r}
		}
	case "dispute":
		return key{partDispute, id}
	case "dispute-won", "dispute-lost": // of one that is lost: the part that came back
		return key{partDisputeWon, id}
	case "payout":
		return key{partPayout, id}
	case "payout-failed":
		return key{partPayoutFailed, id}
	}
	return key{partOther, source}
}

// readDisputes reads which disputes are not decided in the books.
func (v *view) readDisputes(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID) error {
	var open []struct {
		ID   string
		Gift GiftID
	}
	const undecided = `
		select d.id, d.receipt as gift
		from disputes d
		where d.committee = $1
		  and not exists (select from dispute_ends e where e.committee = d.committee and e.dispute = d.id)`
	if err := tx.SelectContext(ctx, &open, undecided, committee); err != nil {
		return err
	}
	for _, d := range open {
		v.open[d.ID] = d.Gift
	}
	return nil
}

// unseen gives what the books have, since the statement begins, and the statement does not show; the open disputes of which
// it tells no status; and the charges of gifts under way that it does not list.
func (v *view) unseen(s statement) []key {
	shown := make(map[key]bool, len(s.moves))
	asked := map[string]bool{}
	for _, m := range s.moves {
		shown[m.key] = true
		if m.fee != 0 {
			shown[key{partFee, m.transaction}] = true
		}
		asked[m.id] = true
	}
	var out []key
	for k := range v.entries {
		if !shown[k] && k.part != partOther {
			out = append(out, k)
		}
	}
	for _, g := range v.gifts {
		if _, listed := s.charges[g.Charge]; g.Charge != "" && !g.State.Ended() && !listed {
			out = append(out, key{partCharge, g.Charge})
		}
	}
	for id := range v.open {
		if _, told := s.disputes[id]; !told && !asked[id] {
			out = append(out, key{partDispute, id})
		}
	}
	slices.SortFunc(out, func(a, b key) int { return strings.Compare(string(a.part)+a.id, string(b.part)+b.id) })
	return slices.Compact(out)
}

package letters

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/compliance/rules"
	"dure/donations"
	"dure/i18n"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// Receipts writes the receipt of each gift whose money came. It knows how far it has looked, and what could not be written of that; a
// new one looks ten days back, so that nothing hangs on what it knows.
type Receipts struct {
	db     *sqlx.DB
	site   string
	since  time.Time     // all that settled before has its receipt, or is stuck
	looked time.Time     // when it last looked a day back
	stuck  []owedReceipt // what could not be written, the one that was tried longest ago first
}

// NewReceipts gives a writer of receipts whose links lead to publicURL.
func NewReceipts(db *sqlx.DB, publicURL string) *Receipts { return &Receipts{db: db, site: publicURL} }

// How far back gifts without a receipt are looked for. A gift bears the moment at which its transaction began, and is seen when
// that ends: mostly at once, and long after by the hand of Reconcile.
const (
	receiptWithin = 10 * 24 * time.Hour // after it settled; later the gift's page is the receipt
	longBack      = 24 * time.Hour      // looked at every hour
	shortBack     = 2 * time.Minute     // looked at each time
	receiptsOnce  = 200                 // at most
)

// Write writes the receipts that are owed, and tells how many. Whoever gave before receipts were begun with gets none. A gift
// that no receipt can be written for holds no other: it is tried again each time, by itself, and the error tells of it.
func (r *Receipts) Write(ctx context.Context, now time.Time) (int, error) {
	began, err := Begin(ctx, r.db, now)
	if err != nil {
		return 0, err
	}
	from := latest(began, now.Add(-receiptWithin), r.since.Add(-shortBack))
	long := now.Sub(r.looked) >= time.Hour
	if long {
		from = latest(began, now.Add(-receiptWithin), r.since.Add(-longBack))
	}
	known := slices.DeleteFunc(r.stuck, func(o owedReceipt) bool { return o.SettledAt.Before(now.Add(-receiptWithin)) })
	r.stuck = known
	round := receiptRound{Receipts: r, read: newMatters(r.db, now, r.site), now: now}
	err = round.look(ctx, from)
	again := known[:min(len(known), receiptsOnce)]
	for i := 0; i < len(again) && err == nil; i++ {
		err = round.write(ctx, again[i:i+1])
	}
	if err != nil {
		return round.wrote, err
	}
	r.stuck = slices.Concat(known[len(again):], round.failed)
	if r.since = now; long {
		r.looked = now
	}
	if round.wrong != nil {
		return round.wrote, fmt.Errorf("receipts that can't be written, and are tried again: %d, the first: %w", len(r.stuck), round.wrong)
	}
	return round.wrote, nil
}

// receiptRound is one look at what is owed.
type receiptRound struct {
	*Receipts
	read   *matters
	now    time.Time
	wrote  int
	failed []owedReceipt
	wrong  error // why the first of them could not be written
}

type owedReceipt struct {
	Committee registry.CommitteeID
	ID        donations.GiftID
	SettledAt time.Time `db:"settled_at"`
}

// look writes the receipts of gifts that settled since a moment, other than those that are known to be stuck.
func (w *receiptRound) look(ctx context.Context, from time.Time) error {
	known := map[donations.GiftID]bool{}
	for _, o := range w.stuck {
		known[o.ID] = true
	}
	for after := (owedReceipt{SettledAt: from}); ; {
		owed, err := settledWithoutReceipt(ctx, w.db, after)
		if err != nil {
			return err
		}
		fresh := slices.DeleteFunc(slices.Clone(owed), func(o owedReceipt) bool { return known[o.ID] })
		if err := w.write(ctx, fresh); err != nil || len(owed) < receiptsOnce {
			return err
		}
		after = owed[len(owed)-1]
	}
}

// settledWithoutReceipt asks by the index of those that settled last; a gift that has one is met there by its letters' own index.
func settledWithoutReceipt(ctx context.Context, q sqlx.QueryerContext, after owedReceipt) ([]owedReceipt, error) {
	const find = `
		select g.committee, g.id, g.settled_at
		from gifts g
		where g.state = 'settled' and g.settled_at >= $1 and (g.settled_at, g.id) > ($1, $2) and g.email <> ''
		  and not exists (select from letters l where l.committee = g.committee and l.gift = g.id and l.kind = 'receipt')
		order by g.settled_at, g.id
		limit $3`
	var out []owedReceipt
	if err := sqlx.SelectContext(ctx, q, &out, find, after.SettledAt, after.ID, receiptsOnce); err != nil {
		return nil, fmt.Errorf("find gifts without a receipt: %w", err)
	}
	return out, nil
}

// write writes letters outside of any transaction, and stores those of a committee in one. An error tells that the round was cut off.
func (w *receiptRound) write(ctx context.Context, owed []owedReceipt) error {
	letters, of := map[registry.CommitteeID][]Letter{}, map[registry.CommitteeID][]owedReceipt{}
	for _, o := range owed {
		l, err := w.letter(ctx, w.read, w.now, o)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			w.fail(err, o)
			continue
		}
		letters[o.Committee], of[o.Committee] = append(letters[o.Committee], l), append(of[o.Committee], o)
	}
	for committee, all := range letters {
		err := pg.InTx(ctx, w.db, "sweep", []string{string(committee)}, func(tx *sqlx.Tx) error { return put(ctx, tx, all...) })
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			w.fail(err, of[committee]...)
			continue
		}
		w.wrote += len(all)
	}
	return nil
}

func (w *receiptRound) fail(err error, owed ...owedReceipt) {
	w.failed = append(w.failed, owed...)
	w.wrong = cmp.Or(w.wrong, err)
}

func (r *Receipts) letter(ctx context.Context, read *matters, now time.Time, o owedReceipt) (Letter, error) {
	m, err := read.find(ctx, o.Committee, o.ID)
	if err != nil {
		return Letter{}, err
	}
	room, _, err := compliance.Screen(ctx, r.db, compliance.Proposal{
		Committee: m.Committee, Person: m.Person, Kind: registry.Individual, Candidate: m.Candidate, Election: m.Election, Made: m.chargedOn(),
	})
	if err != nil {
		return Letter{}, fmt.Errorf("write the receipt of %s: %w", m.ID, err)
	}
	tells, err := donations.TellsSums(ctx, r.db, m.Gift)
	if err != nil {
		return Letter{}, err
	}
	if !tells {
		room = compliance.Room{}
	}
	return m.receipt(room, now), nil
}

// receipt says all that a giver wants to know later of a gift: whom it went to, when and how much, what becomes public, and how
// to have it mended or given back. Without a limit in room it says nothing of what they may still give.
func (m matter) receipt(room compliance.Room, now time.Time) Letter {
	title := i18n.T(m.lang, "receipt.subject", "amount", m.Cents, "recipient", m.recipient())
	c, on := m.committee, m.chargedOn()
	public, others := "public.committee", []any{"committee", c.Name}
	w := m.begin()
	w.say("receipt.thanks")
	rows := []fact{{Label: w.T("receipt.from"), Value: cmp.Or(unlinked(inOrder(m.lang, m.GivenName, m.FamilyName)), m.Email)}}
	if m.earmarked() {
		by := rules.Federal().Clock("forward-earmark", on).Due(on)
		public, others = "public.earmarked", append(others, "recipient", m.recipient())
		w.say("receipt.forwards", "committee", c.Name, "recipient", m.recipient(), "candidate", m.candidate.Name(), "day", by)
		rows = append(rows,
			fact{Label: w.T("receipt.to"), Value: w.T("receipt.committee", "committee", m.recipient(), "id", m.candidate.CommitteeFECID)},
			fact{Label: w.T("receipt.election"), Value: i18n.T(m.lang, "election."+m.election.Kind, "day", m.election.HeldOn)},
			fact{Label: w.T("receipt.through"), Value: w.T("receipt.committee", "committee", c.Name, "id", c.FECID)},
			fact{Label: w.T("receipt.forwarded-by"), Value: i18n.Day(m.lang, by)})
	} else {
		w.say("receipt.keeps", "committee", c.Name)
		rows = append(rows, fact{Label: w.T("receipt.to"), Value: w.T("receipt.committee", "committee", c.Name, "id", c.FECID)})
	}
	w.say("receipt.once")
	paid := w.T("receipt.charged")
	if m.Card.Last4 != "" {
		paid = w.T("receipt.charged-card", "last4", m.Card.Last4)
	}
	w.head("receipt.facts")
	w.facts(append(rows,
		fact{Label: w.T("receipt.day"), Value: i18n.Day(m.lang, on)},
		fact{Label: w.T("receipt.number"), Value: string(m.ID)},
		fact{Label: w.T("receipt.statement"), Value: w.T("receipt.statement.value", "committee", c.Name)},
		fact{Label: w.T("receipt.amount"), Value: m.Cents.String()},
		fact{Label: w.T("receipt.fee"), Value: money.Cents(0).String()},
		fact{Label: paid, Value: m.Cents.String(), Sum: true}))
	w.head("receipt.public")
	w.law(public, others...)
	if left := "thanks.room." + room.Limit.Per; room.Limit.Cents > 0 && !room.Unlimited && i18n.Has(left) {
		w.head("receipt.room")
		w.say(left, "left", room.Left, "limit", room.Limit.Cents, "year", fmt.Sprint(on.Year()))
	}
	w.head("receipt.law")
	w.law("not-deductible", "committee", c.Name)
	w.law("best-efforts")
	w.head("receipt.help")
	w.say("receipt.mend", "contact", w.contact())
	w.say("receipt.refund")
	w.say("receipt.not-you", "contact", w.contact())
	w.say("receipt.page")
	w.link(m.thanks(), w.T("receipt.page.link"))
	return m.end(w, Receipt, "", title, now)
}

// Begin notes that letters about gifts go out from now on, and gives since when they do: the first time decides.
func Begin(ctx context.Context, db *sqlx.DB, now time.Time) (time.Time, error) {
	var began time.Time
	const find = `select started_at from letter_starts where kind = 'receipt'`
	err := db.GetContext(ctx, &began, find)
	if !errors.Is(err, sql.ErrNoRows) {
		return began, err
	}
	err = pg.InTx(ctx, db, "sweep", nil, func(tx *sqlx.Tx) error {
		const begin = `insert into letter_starts (kind, started_at) values ('receipt', $1) on conflict do nothing`
		if _, err := tx.ExecContext(ctx, begin, now); err != nil {
			return err
		}
		return tx.GetContext(ctx, &began, find)
	})
	if err != nil {
		return began, fmt.Errorf("begin with receipts: %w", err)
	}
	return began, nil
}

func latest(times ...time.Time) time.Time {
	out := times[0]
	for _, t := range times[1:] {
		if t.After(out) {
			out = t
		}
	}
	return out
}

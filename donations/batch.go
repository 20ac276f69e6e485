package donations

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/registry"
)

// Batch is gifts of one committee that a transaction holds. Learn and LearnSession take facts of them one by one; what follows
// of it is written by Keep, for all gifts in a few statements.
type Batch struct {
	committee registry.CommitteeID
	now       time.Time
	gifts     map[GiftID]*Gift
	stored    map[GiftID]Gift // as the table has them
	changed   []*Gift         // to be saved, in order; a gift may be there twice
	settled   []settlement    // to become receipts, in the order in which their money counts
	calls     []Owed          // to be owed
}

// settlement is a gift whose money came.
type settlement struct {
	*Gift
	cents money.Cents // what came
}

// Hold locks the givers of a committee's gifts, in the order of their ids, and then the gifts, until the transaction ends,
// and gives the gifts as they stand under the locks.
func Hold(ctx context.Context, tx *sqlx.Tx, now time.Time, committee registry.CommitteeID, gifts ...GiftID) (*Batch, error) {
	b := &Batch{committee: committee, now: now, gifts: map[GiftID]*Gift{}, stored: map[GiftID]Gift{}}
	var givers []registry.PersonID
	const whose = `select distinct person from gifts where committee = $1 and id = any($2)`
	if err := tx.SelectContext(ctx, &givers, whose, committee, pq.Array(gifts)); err != nil {
		return nil, fmt.Errorf("find the givers of gifts: %w", err)
	}
	if len(givers) == 0 {
		return b, nil
	}
	if err := registry.Lock(ctx, tx, givers...); err != nil {
		return nil, err
	}
	const find = `select ` + giftColumns + ` from gifts where committee = $1 and id = any($2) order by id for update`
	var rows []Gift
	if err := tx.SelectContext(ctx, &rows, find, committee, pq.Array(gifts)); err != nil {
		return nil, fmt.Errorf("hold gifts: %w", err)
	}
	for i, g := range rows {
		b.gifts[g.ID], b.stored[g.ID] = &rows[i], g
	}
	return b, nil
}

// gift gives one that is held; sql.ErrNoRows when the committee has none of that id.
func (b *Batch) gift(id GiftID) (*Gift, error) {
	g, ok := b.gifts[id]
	if !ok {
		return nil, fmt.Errorf("find gift %s: %w", id, sql.ErrNoRows)
	}
	return g, nil
}

// hold locks one gift and its giver until the transaction ends, and gives the gift as it stands under the locks.
func hold(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, id GiftID) (Gift, error) {
	b, err := Hold(ctx, tx, time.Time{}, committee, id)
	if err != nil {
		return Gift{}, err
	}
	g, err := b.gift(id)
	if err != nil {
		return Gift{}, err
	}
	return *g, nil
}

// Keep writes what was learned: receipts of what settled, the gifts that changed, the calls that are owed now.
func (b *Batch) Keep(ctx context.Context, tx *sqlx.Tx) error {
	if err := b.receive(ctx, tx); err != nil {
		return err
	}
	var changed []Gift
	for _, g := range b.changed {
		if !reflect.DeepEqual(*g, b.stored[g.ID]) {
			changed, b.stored[g.ID] = append(changed, *g), *g
		}
	}
	b.changed = nil
	if err := save(ctx, tx, changed...); err != nil {
		return err
	}
	calls := b.calls
	b.calls = nil
	return owe(ctx, tx, calls...)
}

// receive turns settled gifts into receipts: dated on the day of the authorisation in the committee's zone (11 CFR 102.8(a),
// 110.1(b)(6)), in the books, their reservations ended by them. The givers are locked. Only now that money came does the
// form's evidence name the giver for good.
func (b *Batch) receive(ctx context.Context, tx *sqlx.Tx) error {
	if len(b.settled) == 0 {
		return nil
	}
	committee, err := registry.FindCommittee(ctx, tx, b.committee, time.Time{})
	if err != nil {
		return err
	}
	recipients := map[registry.CandidateID]string{}
	for len(b.settled) > 0 {
		identified, err := b.identify(ctx, tx)
		if err != nil {
			return err
		}
		some := b.settled[:identified]
		b.settled = b.settled[identified:]
		ids := make([]string, len(some))
		receipts := make([]compliance.Receipt, len(some))
		for i, g := range some {
			ids[i] = string(g.ID)
			if _, known := recipients[g.Candidate]; !known && g.Candidate != "" {
				candidate, err := registry.FindCandidate(ctx, tx, g.Candidate, time.Time{})
				if err != nil {
					return err
				}
				recipients[g.Candidate] = candidate.CommitteeName
			}
			day := civil.In(g.ChargedAt.Time, committee.Location())
			receipts[i] = compliance.Receipt{
				Committee: g.Committee, ID: string(g.ID), Gift: string(g.ID),
				Contributor: g.contributor(),
				Line:        "11(a)", Instrument: "card", Cents: g.cents, MadeOn: day, ReceivedOn: day, HappenedAt: g.ChargedAt.Time,
				Candidate: g.Candidate, Election: g.Election, Recipient: recipients[g.Candidate],
			}
		}
		if err := compliance.EndReservations(ctx, tx, string(b.committee), string(Settled), b.now, ids...); err != nil {
			return err
		}
		if err := compliance.ReceiveAll(ctx, tx, receipts); err != nil {
			return err
		}
	}
	return nil
}

// identify names and locks the givers of the first of the settled gifts by the evidence of their forms, and tells of how many.
func (b *Batch) identify(ctx context.Context, tx *sqlx.Tx) (int, error) {
	givers := make([]registry.Contributor, len(b.settled))
	for i, g := range b.settled {
		givers[i] = g.contributor()
	}
	persons, err := registry.IdentifySome(ctx, tx, givers)
	if err != nil {
		return 0, err
	}
	var others []registry.PersonID // who are not held yet
	for i, person := range persons {
		if g := b.settled[i].Gift; g.Person != person {
			g.Person, others = person, append(others, person)
		}
	}
	if len(others) == 0 {
		return len(persons), nil
	}
	return len(persons), registry.Lock(ctx, tx, others...)
}

// kept is what may change of a gift, as the columns of gifts are named.
type kept struct {
	ID               GiftID            `json:"id"`
	Person           registry.PersonID `json:"person"`
	State            State             `json:"state"`
	Session          string            `json:"session,omitempty"`
	SessionURL       string            `json:"session_url,omitempty"`
	SessionExpiresAt *time.Time        `json:"session_expires_at"`
	PaymentIntent    string            `json:"payment_intent,omitempty"`
	Capturable       bool              `json:"capturable"`
	Charge           string            `json:"charge,omitempty"`
	ChargedAt        *time.Time        `json:"charged_at"`
	CaptureBefore    *time.Time        `json:"capture_before"`
	Card             *Card             `json:"card"`
	Declined         []string          `json:"declined"`
	LastDecline      string            `json:"last_decline"`
	HeldFor          []string          `json:"held_for"`
	ReleaseBy        *time.Time        `json:"release_by"`
	DecidedBy        string            `json:"decided_by"`
	DecisionNote     string            `json:"decision_note"`
	SettledAt        *time.Time        `json:"settled_at"`
	EndedAt          *time.Time        `json:"ended_at"`
}

func (g Gift) kept() kept {
	k := kept{
		ID: g.ID, Person: g.Person, State: g.State, Session: g.Session, SessionURL: g.SessionURL, SessionExpiresAt: moment(g.SessionExpiresAt),
		PaymentIntent: g.PaymentIntent, Capturable: g.Capturable, Charge: g.Charge, ChargedAt: moment(g.ChargedAt), CaptureBefore: moment(g.CaptureBefore),
		Declined: g.Declined, LastDecline: g.LastDecline, HeldFor: g.HeldFor, ReleaseBy: moment(g.ReleaseBy),
		DecidedBy: g.DecidedBy, DecisionNote: g.DecisionNote, SettledAt: moment(g.SettledAt), EndedAt: moment(g.EndedAt),
	}
	if g.Card != (Card{}) {
		k.Card = &g.Card
	}
	return k
}

func moment(t sql.NullTime) *time.Time {
	if !t.Valid {
		return nil
	}
	return &t.Time
}

// save writes back what may change of gifts of one committee that are held.
func save(ctx context.Context, tx *sqlx.Tx, gifts ...Gift) error {
	if len(gifts) == 0 {
		return nil
	}
	rows := make([]kept, len(gifts))
	for i, g := range gifts {
		rows[i] = g.kept()
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("save gifts: %w", err)
	}
	const update = `
		update gifts g
		set person = k.person, state = k.state, session = k.session, session_url = k.session_url, session_expires_at = k.session_expires_at,
		    payment_intent = k.payment_intent, capturable = k.capturable, charge = k.charge, charged_at = k.charged_at, capture_before = k.capture_before,
		    card = k.card, declined = k.declined, last_decline = k.last_decline, held_for = k.held_for, release_by = k.release_by,
		    decided_by = k.decided_by, decision_note = k.decision_note, settled_at = k.settled_at, ended_at = k.ended_at
		from json_populate_recordset(null::gifts, $2) k
		where g.committee = $1 and g.id = k.id`
	if _, err := tx.ExecContext(ctx, update, gifts[0].Committee, string(list)); err != nil {
		return fmt.Errorf("save gift %s and %d others: %w", gifts[0].ID, len(gifts)-1, err)
	}
	return nil
}

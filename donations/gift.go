package donations

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// GiftID names a gift; the token of a donation form is the id of the gift that it makes.
type GiftID string

// NewGiftID makes the token of a form.
func NewGiftID() GiftID { return GiftID(pg.NewID('G')) }

var giftID = regexp.MustCompile(`^G[A-Z2-7]{15}$`)

// Valid tells whether the id has the shape of one that Dure makes.
func (id GiftID) Valid() bool { return giftID.MatchString(string(id)) }

// State is where a gift stands on its way.
type State string

// The states of a gift. The last four are ends; of these only Settled is money.
const (
	Pledged     State = "pledged"    // room is reserved; Stripe is not asked yet, or has not answered
	Open        State = "open"       // the card page is there
	Authorised  State = "authorised" // the bank has set the money aside
	Held        State = "held"       // a person must look at it
	CaptureOwed State = "capture owed"
	ReleaseOwed State = "release owed"
	Settled     State = "settled"
	Released    State = "released" // let go before capture: never received
	Lapsed      State = "lapsed"   // the bank's leave ran out
	Expired     State = "expired"  // the card page was never finished
)

// Ended tells whether nothing more happens by itself.
func (s State) Ended() bool {
	return s == Settled || s == Released || s == Lapsed || s == Expired
}

// Card is what the processor tells of a card, as far as it matters for who gives and from where.
type Card struct {
	Brand       string `json:"brand"`
	Last4       string `json:"last4"`
	Country     string `json:"country"` // of the bank that issued it
	Funding     string `json:"funding"` // credit, debit, prepaid or unknown
	Fingerprint string `json:"fingerprint"`
	CVC         string `json:"cvc_check"` // pass, fail, unavailable, unchecked, or empty
	Line1       string `json:"address_line1_check"`
	Zip         string `json:"address_postal_code_check"`
	Wallet      string `json:"wallet,omitempty"`
	Holder      string `json:"holder,omitempty"`
	Description string `json:"description,omitempty"` // of the kind of card, where the processor tells it
}

// Value hands the card to the database as JSON.
func (c Card) Value() (driver.Value, error) {
	text, err := json.Marshal(c)
	return string(text), err
}

// Scan takes a card from the database; null is an empty one.
func (c *Card) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*c = Card{}
		return nil
	case []byte:
		return json.Unmarshal(v, c)
	case string:
		return json.Unmarshal([]byte(v), c)
	}
	return fmt.Errorf("a card can't be read from %T", v)
}

// Gift is one gift on its way.
type Gift struct {
	Committee        registry.CommitteeID
	ID               GiftID
	Drive            string
	Person           registry.PersonID
	State            State
	Cents            money.Cents
	Candidate        registry.CandidateID
	Election         registry.ElectionID
	MadeOn           civil.Day `db:"made_on"`
	GivenName        string    `db:"given_name"`
	FamilyName       string    `db:"family_name"`
	NameOwn          string    `db:"name_own"`
	Street           string
	City             string
	Region           string // state or territory
	Zip              string
	Country          string
	Email            string
	Employer         string
	Occupation       string
	ShareEmail       bool `db:"share_email"`
	Language         string
	Ref              string
	FormDigest       []byte       `db:"form_digest"`
	ThanksKey        string       `db:"thanks_key"`
	Session          string       // Stripe's ids, once known
	SessionURL       string       `db:"session_url"`
	SessionExpiresAt sql.NullTime `db:"session_expires_at"`
	PaymentIntent    string       `db:"payment_intent"`
	Capturable       bool
	Charge           string
	ChargedAt        sql.NullTime `db:"charged_at"` // the successful charge was authorised: its day is the receipt day
	CaptureBefore    sql.NullTime `db:"capture_before"`
	Card             Card
	Declined         pq.StringArray // the charges that banks refused
	LastDecline      string         `db:"last_decline"`
	HeldFor          pq.StringArray `db:"held_for"`
	ReleaseBy        sql.NullTime   `db:"release_by"`
	DecidedBy        string         `db:"decided_by"`
	DecisionNote     string         `db:"decision_note"`
	PledgedAt        time.Time      `db:"pledged_at"`
	SettledAt        sql.NullTime   `db:"settled_at"`
	EndedAt          sql.NullTime   `db:"ended_at"`
}

// Name is the giver's name as people say it.
func (g Gift) Name() string { return g.GivenName + " " + g.FamilyName }

// contributor is the giver as the form tells of them.
func (g Gift) contributor() registry.Contributor {
	return registry.Contributor{
		Person: g.Person, Entity: "IND", Last: g.FamilyName, First: g.GivenName, NameOwn: g.NameOwn,
		Street: g.Street, City: g.City, State: g.Region, Zip: g.Zip, Country: g.Country,
		Employer: g.Employer, Occupation: g.Occupation, Email: g.Email,
	}
}

const giftColumns = `
	committee, id, drive, person, state, cents, coalesce(candidate, '') as candidate, coalesce(election, '') as election, made_on,
	given_name, family_name, name_own, street, city, region, zip, country, email, employer, occupation, share_email,
	language, ref, form_digest, thanks_key,
	coalesce(session, '') as session, coalesce(session_url, '') as session_url, session_expires_at,
	coalesce(payment_intent, '') as payment_intent, capturable, coalesce(charge, '') as charge, charged_at, capture_before, card,
	declined, last_decline, held_for, release_by, decided_by, decision_note, pledged_at, settled_at, ended_at`

// Find gives a gift by its id alone, as the address of a thanks page has it.
func Find(ctx context.Context, q sqlx.QueryerContext, id GiftID) (Gift, error) {
	const find = `select ` + giftColumns + ` from gifts where id = $1`
	return oneGift(ctx, q, find, id)
}

// FindOf gives a gift of a committee.
func FindOf(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, id GiftID) (Gift, error) {
	const find = `select ` + giftColumns + ` from gifts where committee = $1 and id = $2`
	return oneGift(ctx, q, find, committee, id)
}

func oneGift(ctx context.Context, q sqlx.QueryerContext, query string, args ...any) (Gift, error) {
	var g Gift
	if err := sqlx.GetContext(ctx, q, &g, query, args...); err != nil {
		return g, fmt.Errorf("find gift %v: %w", args[len(args)-1], err)
	}
	return g, nil
}

// Recent lists a committee's gifts, the newest first: at most limit of them pledged before a moment (the zero time: from
// the newest on), of one state where it is not empty.
func Recent(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, state State, before time.Time, limit int) ([]Gift, error) {
	if before.IsZero() {
		before = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	const list = `
		select ` + giftColumns + `
		from gifts
		where committee = $1 and ($2 = '' or state = $2) and pledged_at < $3
		order by pledged_at desc
		limit $4`
	var out []Gift
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, state, before, limit); err != nil {
		return nil, fmt.Errorf("list gifts of %s: %w", committee, err)
	}
	return out, nil
}

// HeldGifts lists the gifts that wait for a person's decision, the one that will be released first at the head.
func HeldGifts(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID) ([]Gift, error) {
	const list = `
		select ` + giftColumns + `
		from gifts
		where committee = $1 and state = 'held'
		order by release_by, id`
	var out []Gift
	if err := sqlx.SelectContext(ctx, q, &out, list, committee); err != nil {
		return nil, fmt.Errorf("list held gifts of %s: %w", committee, err)
	}
	return out, nil
}

func at(t time.Time) sql.NullTime { return sql.NullTime{Time: t, Valid: !t.IsZero()} }

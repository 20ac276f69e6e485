package donations

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/stripe/stripe-go/v79"
	"github.com/stripe/stripe-go/v79/form"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/rules"
	"dure/i18n"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// Attestation is what the giver affirmed on the page.
type Attestation struct {
	TextID   string // the rule's id, such as us-person
	Version  string // of the text
	Language string
	Text     string
}

// Pledge is a donation form as it was sent, its fields already checked one by one.
type Pledge struct {
	Drive      string
	Title      string // of the drive as the giver read it, for the card page; its first title where empty
	Token      GiftID
	Cents      money.Cents
	GivenName  string
	FamilyName string
	NameOwn    string
	Street     string
	City       string
	Region     string // state or territory
	Zip        string
	Country    string
	Email      string
	Employer   string
	Occupation string
	ShareEmail bool
	Language   string
	Ref        string
	Attested   []Attestation
}

// digest is over what makes two forms with one token the same gift.
func (p Pledge) digest() []byte {
	h := sha256.New()
	for _, s := range []string{
		p.Drive, p.Cents.Plain(), p.GivenName, p.FamilyName, p.NameOwn, p.Street, p.City, p.Region, p.Zip, p.Country,
		p.Email, p.Employer, p.Occupation, fmt.Sprint(p.ShareEmail), p.Language, p.Ref,
	} {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	return h.Sum(nil)
}

// Times and sums around a card page.
const (
	sessionLasts = 35 * time.Minute // Stripe's least is 30
	leastGift    = money.Cents(100)
	takeWithin   = 9 * time.Second // so long the database has to find a drive, and again to take a form in
)

// ErrCardPage tells that Stripe's card page could not be made now. Nothing was charged; the same form may be sent again.
var ErrCardPage = errors.New("the card page can't be reached")

// Give turns a form into a gift with a card page: it reserves the room under the limit in the transaction that makes the
// gift, then asks Stripe for the page. The same form twice is the same gift; a changed form under a used token is a new
// one, and ends the old one's page first. A *compliance.Refusal says what the giver can mend; sql.ErrNoRows that there is
// no such drive; ErrCardPage that Stripe did not answer.
func (a *Accounts) Give(ctx context.Context, now time.Time, publicURL string, p Pledge) (Gift, error) {
	drive, err := a.driveOf(ctx, p.Drive)
	if err != nil {
		return Gift{}, err
	}
	id, again, err := a.takeToken(ctx, drive, p, now)
	if err != nil {
		return Gift{}, err
	}
	if again == nil {
		g, err := a.store(ctx, drive, id, p, now, publicURL)
		if err != nil {
			return Gift{}, err
		}
		again = &g
	}
	return a.openPage(ctx, *again, now)
}

// driveOf finds a drive, and that somebody answers for the rules under which it takes gifts.
func (a *Accounts) driveOf(ctx context.Context, slug string) (Drive, error) {
	ctx, cancel := context.WithTimeout(ctx, takeWithin)
	defer cancel()
	drive, err := FindDrive(ctx, a.db, slug)
	if err != nil {
		return Drive{}, err
	}
	return drive, a.answered(ctx, drive)
}

// store stores the gift of a form, or finds it where the same form came twice at once and the other was first.
func (a *Accounts) store(ctx context.Context, drive Drive, id GiftID, p Pledge, now time.Time, publicURL string) (g Gift, err error) {
	ctx, cancel := context.WithTimeout(ctx, takeWithin)
	defer cancel()
	err = pg.InTx(ctx, a.db, "donor", []string{string(drive.Committee)}, func(tx *sqlx.Tx) error {
		g, err = Take(ctx, tx, drive, id, p, now, publicURL)
		return err
	})
	if pg.Violates(err, "gifts_pk") {
		return FindOf(ctx, a.db, drive.Committee, id)
	}
	return g, err
}

// takeToken decides which gift a form is: again is the gift that this very form made before, if it did; else id is
// that of the gift to be made.
func (a *Accounts) takeToken(ctx context.Context, drive Drive, p Pledge, now time.Time) (id GiftID, again *Gift, err error) {
	if !p.Token.Valid() {
		return NewGiftID(), nil, nil
	}
	before, err := Find(ctx, a.db, p.Token)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return p.Token, nil, nil
	case err != nil:
		return "", nil, err
	case before.Committee == drive.Committee && bytes.Equal(before.FormDigest, p.digest()):
		return before.ID, &before, nil
	case before.Committee == drive.Committee && before.Drive == drive.Slug && before.State == Open && before.Charge == "" && !before.Capturable:
		// The giver went back and changed something: what the old page reserved is theirs again.
		if err := a.expire(ctx, before, now); err != nil {
			return "", nil, err
		}
	}
	return NewGiftID(), nil, nil
}

// expire asks Stripe at once to end a gift's open page, and leaves it owed when Stripe does not answer.
func (a *Accounts) expire(ctx context.Context, g Gift, now time.Time) error {
	c := Owed{
		Committee: g.Committee, ID: pg.NewID('C'), Gift: g.ID, Verb: verbExpire, Method: http.MethodPost,
		Path: "/v1/checkout/sessions/" + g.Session + "/expire", IdempotencyKey: string(g.ID) + ":expire", DueAt: now.Add(claimFor),
	}
	err := pg.InTx(ctx, a.db, "donor", []string{string(g.Committee)}, func(tx *sqlx.Tx) error { return owe(ctx, tx, c) })
	if err != nil {
		return err
	}
	return a.perform(ctx, c, now)
}

// Take judges a pledge and stores the gift, its reservation, what the giver affirmed, and the call that will make its card
// page. A *compliance.Refusal says what the giver can mend.
func Take(ctx context.Context, tx *sqlx.Tx, drive Drive, id GiftID, p Pledge, now time.Time, publicURL string) (Gift, error) {
	committee, err := registry.FindCommittee(ctx, tx, drive.Committee, time.Time{})
	if err != nil {
		return Gift{}, err
	}
	made := civil.In(now, committee.Location())
	findings := faults(drive, p, made)
	if len(findings) > 0 {
		return Gift{}, &compliance.Refusal{Findings: findings}
	}
	proposal := compliance.Proposal{
		Committee: drive.Committee, Gift: string(id), Kind: registry.Individual,
		Cents: p.Cents, Candidate: drive.Candidate, Election: drive.Election, Made: made,
	}
	if err := screen(ctx, tx, p, &proposal); err != nil {
		return Gift{}, err
	}
	g := Gift{
		Committee: drive.Committee, ID: id, Drive: drive.Slug, Person: proposal.Person, State: Pledged, Cents: p.Cents,
		Candidate: drive.Candidate, Election: drive.Election, MadeOn: made,
		GivenName: p.GivenName, FamilyName: p.FamilyName, NameOwn: p.NameOwn, Street: p.Street, City: p.City, Region: p.Region,
		Zip: p.Zip, Country: p.Country, Email: p.Email, Employer: p.Employer, Occupation: p.Occupation, ShareEmail: p.ShareEmail,
		Language: p.Language, Ref: p.Ref, FormDigest: p.digest(), ThanksKey: newKey(),
	}
	if err := insertGift(ctx, tx, g); err != nil {
		return Gift{}, err
	}
	if err := compliance.Reserve(ctx, tx, proposal); err != nil {
		return Gift{}, err
	}
	if err := attest(ctx, tx, g, p.Attested, now); err != nil {
		return Gift{}, err
	}
	return g, owe(ctx, tx, Owed{
		Committee: g.Committee, Gift: g.ID, Verb: verbOpen, Method: http.MethodPost, Path: "/v1/checkout/sessions",
		Body: sessionForm(g, cmp.Or(p.Title, drive.Title), drive, committee, publicURL, now), IdempotencyKey: string(g.ID) + ":open",
		DueAt: now.Add(claimFor), // the request that makes the gift makes the call too; the sweep only where that one died
	})
}

// screen finds out whose gift a form is, holds them, and asks the law. A form's evidence may name nobody yet, one person,
// or several rows, which then count together; it makes, joins and claims nobody until its money came.
func screen(ctx context.Context, tx *sqlx.Tx, p Pledge, proposal *compliance.Proposal) error {
	giver := registry.Contributor{
		Entity: "IND", First: p.GivenName, Last: p.FamilyName, Street: p.Street, Zip: p.Zip, Email: p.Email,
	}
	sight, err := registry.Sight(ctx, tx, giver)
	if err != nil {
		return err
	}
	others, whole, err := compliance.UnderWay(ctx, tx, sight.Evidence)
	if err != nil {
		return err
	}
	persons := append(sight.Persons, others...)
	if len(persons) == 0 {
		person, err := registry.AddPerson(ctx, tx, giver)
		if err != nil {
			return err
		}
		persons = []registry.PersonID{person}
	}
	if err := registry.Lock(ctx, tx, persons...); err != nil {
		return err
	}
	proposal.Person, proposal.Others, proposal.Evidence = persons[0], persons[1:], sight.Evidence
	room, findings, err := compliance.Screen(ctx, tx, *proposal)
	proposal.Candidate, proposal.Election = room.Candidate, room.Election // a candidate's own committee is given to for its candidate
	if err != nil || len(findings) == 0 {
		return err
	}
	private := room.Known > 0 && !sight.Email && !whole
	if room.Known > 0 && !private {
		own, err := allUnder(ctx, tx, p.Email, persons...)
		if err != nil {
			return err
		}
		private = !own
	}
	if private {
		for i := range findings {
			findings[i].Private, findings[i].Limit, findings[i].Known, findings[i].Room = true, 0, 0, 0
		}
	}
	return &compliance.Refusal{Findings: findings}
}

// faults checks what a form alone can show.
func faults(drive Drive, p Pledge, today civil.Day) []compliance.Finding {
	var out []compliance.Finding
	if !drive.OpenOn(today) {
		out = append(out, compliance.Finding{Rule: "drive-closed", Text: "refused.closed"})
	}
	if p.Cents < leastGift {
		out = append(out, compliance.Finding{Rule: "least", Field: "amount", Text: "refused.too_small", Limit: leastGift})
	}
	for _, a := range rules.Federal().Attested(today) {
		if !slices.ContainsFunc(p.Attested, func(said Attestation) bool { return said.TextID == a.ID }) {
			out = append(out, compliance.Finding{Rule: a.ID, Field: "attest", Text: "refused.attest", Cite: a.Cite})
		}
	}
	return out
}

func newKey() string {
	b := make([]byte, 18)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func insertGift(ctx context.Context, tx *sqlx.Tx, g Gift) error {
	const insert = `
		insert into gifts (
			committee, id, drive, person, cents, candidate, election, made_on,
			given_name, family_name, name_own, street, city, region, zip, country, email, employer, occupation, share_email,
			language, ref, form_digest, thanks_key)
		values (
			:committee, :id, :drive, :person, :cents, nullif(:candidate, ''), nullif(:election, ''), :made_on,
			:given_name, :family_name, :name_own, :street, :city, :region, :zip, :country, :email, :employer, :occupation, :share_email,
			:language, :ref, :form_digest, :thanks_key)`
	if _, err := tx.NamedExecContext(ctx, insert, g); err != nil {
		return fmt.Errorf("insert gift %s: %w", g.ID, err)
	}
	return nil
}

// attest keeps what the giver affirmed, as evidence: the words, their version, the language, the moment.
func attest(ctx context.Context, tx *sqlx.Tx, g Gift, said []Attestation, now time.Time) error {
	columns := make([][]string, 4)
	for _, s := range said {
		for i, v := range []string{s.TextID, s.Version, s.Language, s.Text} {
			columns[i] = append(columns[i], v)
		}
	}
	const insert = `
		insert into attestations (committee, gift, text_id, text_version, language, text, attested_at)
		select $1, $2, s.*, $3
		from unnest($4::text[], $5::text[], $6::text[], $7::text[]) s(text_id, text_version, language, text)`
	_, err := tx.ExecContext(ctx, insert, g.Committee, g.ID, now,
		pq.Array(columns[0]), pq.Array(columns[1]), pq.Array(columns[2]), pq.Array(columns[3]))
	if err != nil {
		return fmt.Errorf("keep what the giver of %s affirmed: %w", g.ID, err)
	}
	return nil
}

// sessionForm writes the request for a gift's card page under a title: cards only, authorised now and captured after the judgement.
func sessionForm(g Gift, title string, drive Drive, committee registry.Committee, publicURL string, now time.Time) string {
	back := publicURL + "/thanks/" + string(g.ID) + "?key=" + g.ThanksKey
	if g.Language != "" && g.Language != string(i18n.English) {
		back += "&lang=" + g.Language
	}
	ours := map[string]string{"dure_gift": string(g.ID), "dure_committee": string(g.Committee)}
	noted := maps.Clone(ours)
	if _, ok := pageLocales[g.Language]; !ok && g.Language != "" {
		noted["dure_language"] = g.Language // so that Stripe's records tell it, and the sandbox's page speaks it
	}
	params := &stripe.CheckoutSessionParams{
		Mode:               stripe.String(string(stripe.CheckoutSessionModePayment)),
		SubmitType:         stripe.String("donate"),
		PaymentMethodTypes: stripe.StringSlice([]string{"card"}),
		ClientReferenceID:  stripe.String(string(g.ID)),
		CustomerEmail:      stripe.String(g.Email),
		ExpiresAt:          stripe.Int64(now.Add(sessionLasts).Unix()),
		Locale:             stripe.String(pageLocale(g.Language)),
		SuccessURL:         stripe.String(back + "&done=1"),
		CancelURL:          stripe.String(back),
		Metadata:           noted,
		LineItems: []*stripe.CheckoutSessionLineItemParams{{
			Quantity: stripe.Int64(1),
			PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
				Currency:    stripe.String("usd"),
				UnitAmount:  stripe.Int64(int64(g.Cents)),
				ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{Name: stripe.String(title)},
			},
		}},
		PaymentIntentData: &stripe.CheckoutSessionPaymentIntentDataParams{
			CaptureMethod: stripe.String("manual"),
			Description:   stripe.String(committee.Name + ": " + drive.Title),
			Metadata:      ours,
		},
	}
	values := &form.Values{}
	form.AppendTo(values, params)
	return values.Encode()
}

// pageLocales are the languages of Dure that Stripe's card page speaks; the others fall back to English.
var pageLocales = map[string]string{"en": "en", "ko": "ko", "ja": "ja", "vi": "vi", "zh-Hans": "zh", "zh-Hant": "zh-TW", "tl": "fil"}

func pageLocale(language string) string {
	if l, ok := pageLocales[language]; ok {
		return l
	}
	return "en"
}

// openPage makes a pledged gift's card page and gives the gift with its address. A gift that is further on is given as
// it is.
func (a *Accounts) openPage(ctx context.Context, g Gift, now time.Time) (Gift, error) {
	if g.State == Pledged {
		c, err := openCall(ctx, a.db, g)
		switch {
		case errors.Is(err, sql.ErrNoRows): // another request, or the sweep, is done with it
		case err != nil:
			return Gift{}, err
		default:
			if err := a.perform(ctx, c, now); err != nil {
				return Gift{}, err
			}
		}
	}
	// A form sent twice at once makes the call twice; Stripe answers the second with a conflict while the first is on
	// its way, whose answer is then a moment off.
	for try := 0; ; try++ {
		g, err := FindOf(ctx, a.db, g.Committee, g.ID)
		if err != nil || g.State != Pledged {
			return g, err
		}
		if try == 5 {
			return g, ErrCardPage
		}
		select {
		case <-ctx.Done():
			return g, ErrCardPage
		case <-time.After(100 * time.Millisecond):
		}
	}
}

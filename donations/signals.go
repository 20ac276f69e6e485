package donations

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"golang.org/x/text/unicode/norm"

	"dure/civil"
	"dure/compliance/rules"
	"dure/registry"
)

// Why a gift is held for a person, or let go at once. The rules of the pack decide which of these does what.
const (
	HeldForeignCard     = "foreign card"       // 11 CFR 110.20(a)(4)-(7): a fact that would lead a reasonable person to ask
	HeldAbroad          = "address abroad"     // the same
	HeldPrepaid         = "prepaid card"       // hides the giver (52 U.S.C. 30122)
	HeldCompanyCard     = "company card"       // a corporation may not give (52 U.S.C. 30118(a))
	HeldOtherName       = "another name"       // on the card than on the form (52 U.S.C. 30122)
	HeldSharedCard      = "card of several"    // the same card with other people (52 U.S.C. 30122)
	HeldManyCards       = "many cards"         // one person with many cards in a short time
	HeldUnchecked       = "card not proved"    // neither the code nor an address did match (AO 2007-30)
	HeldContractor      = "contractor’s work"  // 52 U.S.C. 30119
	HeldForeignEmployer = "foreign government" // 11 CFR 110.20
	HeldYoung           = "maybe a minor"      // 11 CFR 110.19
	HeldOverLimit       = "over the limit"     // money that came meanwhile left no room
	HeldTooLate         = "after the vote"     // authorised when the election was over (11 CFR 110.1(b)(3)(i))
)

// reading tells whether a gift sends a signal.
type reading struct {
	reason string
	sends  func(ctx context.Context, tx *sqlx.Tx, g Gift, s rules.Signal, made civil.Day) (bool, error)
}

// readings are the signals of the packs that this program can read, by the packs' names for them. A signal without a reading is
// for a person to see: where one's address on the net lies, for one.
var readings = map[string]reading{
	"card-country-abroad": {HeldForeignCard, ofGift(func(g Gift, s rules.Signal) bool { return !slices.Contains(s.Except, g.Card.Country) })},
	"address-abroad":      {HeldAbroad, ofGift(func(g Gift, s rules.Signal) bool { return !slices.Contains(s.Except, g.Country) })},
	"card-prepaid":        {HeldPrepaid, ofGift(func(g Gift, _ rules.Signal) bool { return g.Card.Funding == "prepaid" })},
	"card-company":        {HeldCompanyCard, ofGift(func(g Gift, _ rules.Signal) bool { return says(g.Card.Description, companyCards) })},
	"name-unlike":         {HeldOtherName, ofGift(func(g Gift, _ rules.Signal) bool { return unlike(g.Card.Holder, g.GivenName+" "+g.FamilyName) })},
	"card-of-many":        {HeldSharedCard, cardOfMany},
	"cards-of-one":        {HeldManyCards, cardsOfOne},
	"avs-and-cvc-failed": {HeldUnchecked, ofGift(func(g Gift, _ rules.Signal) bool {
		return g.Card.Wallet == "" && g.Card.CVC == "fail" && !g.Card.placed() && (g.Card.Zip == "fail" || g.Card.Line1 == "fail")
	})},
	"card-unchecked": {HeldUnchecked, ofGift(func(g Gift, _ rules.Signal) bool {
		return g.Card.Wallet == "" && !g.Card.proved() && g.Card.CVC != "fail" && g.Card.Zip != "fail" && g.Card.Line1 != "fail"
	})},
	"avs-or-cvc-failed": {HeldUnchecked, ofGift(func(g Gift, _ rules.Signal) bool {
		failed := g.Card.CVC == "fail" || g.Card.Zip == "fail" || g.Card.Line1 == "fail"
		both := g.Card.CVC == "fail" && !g.Card.placed() && (g.Card.Zip == "fail" || g.Card.Line1 == "fail")
		return g.Card.Wallet == "" && !g.Card.proved() && failed && !both
	})},
	"contractor-answer":           {HeldContractor, ofGift(func(g Gift, _ rules.Signal) bool { return says(g.Employer+" "+g.Occupation, contractorWords) })},
	"employer-foreign-government": {HeldForeignEmployer, ofGift(func(g Gift, _ rules.Signal) bool { return says(g.Employer, governmentsAbroad) })},
	"maybe-minor":                 {HeldYoung, ofGift(func(g Gift, _ rules.Signal) bool { return says(g.Occupation, minors) })},
}

// Words by which an answer or a card gives itself away. They make a person look, and decide nothing.
var (
	companyCards      = []string{"corporate", "commercial", "business", "purchasing", "fleet"}
	contractorWords   = []string{"federal contractor", "government contractor", "defense contractor"}
	governmentsAbroad = []string{"embassy of", "consulate", "ministry of", "permanent mission of"}
	minors            = []string{"minor", "high school student", "middle school student", "pupil"}
)

func says(s string, words []string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// placed tells whether the bank knows the street or the ZIP code.
func (c Card) placed() bool { return c.Zip == "pass" || c.Line1 == "pass" }

// proved tells whether the code and the street or the ZIP agree: "adequate" by AO 2007-30.
func (c Card) proved() bool { return c.CVC == "pass" && c.placed() }

// ofGift is a reading that needs the gift alone.
func ofGift(sends func(Gift, rules.Signal) bool) func(context.Context, *sqlx.Tx, Gift, rules.Signal, civil.Day) (bool, error) {
	return func(_ context.Context, _ *sqlx.Tx, g Gift, s rules.Signal, _ civil.Day) (bool, error) {
		return sends(g, s), nil
	}
}

// cardOfMany tells whether so many people used the gift's card within the days before it.
func cardOfMany(ctx context.Context, tx *sqlx.Tx, g Gift, s rules.Signal, made civil.Day) (bool, error) {
	if g.Card.Fingerprint == "" {
		return false, nil
	}
	var persons []registry.PersonID
	const users = `select distinct person from cards_seen where committee = $1 and fingerprint = $2 and on_day > $3`
	if err := tx.SelectContext(ctx, &persons, users, g.Committee, g.Card.Fingerprint, made.Add(-s.Days)); err != nil {
		return false, fmt.Errorf("who used the card of gift %s: %w", g.ID, err)
	}
	same, err := registry.Same(ctx, tx, g.Person)
	if err != nil {
		return false, err
	}
	many := 1 + len(slices.DeleteFunc(persons, func(p registry.PersonID) bool { return slices.Contains(same, p) }))
	return many >= s.Count, nil
}

// cardsOfOne tells whether the giver used so many cards within the days before the gift.
func cardsOfOne(ctx context.Context, tx *sqlx.Tx, g Gift, s rules.Signal, made civil.Day) (bool, error) {
	same, err := registry.Same(ctx, tx, g.Person)
	if err != nil {
		return false, err
	}
	var cards int
	const count = `select count(distinct fingerprint) from cards_seen where committee = $1 and person = any($2) and on_day > $3`
	if err := tx.GetContext(ctx, &cards, count, g.Committee, pq.Array(same), made.Add(-s.Days)); err != nil {
		return false, fmt.Errorf("the cards of the giver of gift %s: %w", g.ID, err)
	}
	return cards >= s.Count, nil
}

// signals reads what about an authorised gift calls for a person, and whether one of it sends the gift back at once. The card
// is remembered first.
func signals(ctx context.Context, tx *sqlx.Tx, g Gift, made civil.Day) (reasons []string, release bool, err error) {
	if g.Card.Fingerprint != "" {
		const see = `insert into cards_seen (committee, fingerprint, person, on_day) values ($1, $2, $3, $4) on conflict do nothing`
		if _, err := tx.ExecContext(ctx, see, g.Committee, g.Card.Fingerprint, g.Person, made); err != nil {
			return nil, false, fmt.Errorf("remember the card of gift %s: %w", g.ID, err)
		}
	}
	for _, s := range rules.Federal().Signals(made) {
		r, ok := readings[s.Signal]
		if !ok || s.Action == "note" {
			continue
		}
		sent, err := r.sends(ctx, tx, g, s, made)
		if err != nil {
			return nil, false, err
		}
		if sent {
			release = release || s.Action == "release"
			if !slices.Contains(reasons, r.reason) {
				reasons = append(reasons, r.reason)
			}
		}
	}
	return reasons, release, nil
}

// unlike tells whether the name on a card has no word of the giver's. A name in another script than Latin letters, or none, tells
// nothing: banks emboss Latin letters, and a person may write their own.
func unlike(holder, giver string) bool {
	a, b := nameWords(holder), nameWords(giver)
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	return !slices.ContainsFunc(a, func(w string) bool { return slices.Contains(b, w) })
}

// unbarred writes the letters whose strokes are no accents as banks do.
var unbarred = strings.NewReplacer("đ", "d", "ø", "o", "ł", "l", "ß", "ss", "æ", "ae", "œ", "oe")

// nameWords are the words of a name in Latin letters, without case, accents and initials.
func nameWords(name string) []string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r):
			return r
		}
		return ' '
	}, unbarred.Replace(strings.ToLower(norm.NFD.String(name))))
	var out []string
	for _, w := range strings.Fields(plain) {
		if len(w) < 2 {
			continue
		}
		if strings.ContainsFunc(w, func(r rune) bool { return !unicode.Is(unicode.Latin, r) }) {
			return nil
		}
		out = append(out, w)
	}
	return out
}

package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/donations"
	"dure/money"
)

// giftRow is a gift in a list.
type giftRow struct {
	Href, Name, When, Drive string
	State, Mark             string
	Cents                   money.Cents
}

// giftSift says which gifts a list shows: those of one state and one drive where they are not empty, older than one.
type giftSift struct {
	State, Drive string
	After        donations.GiftID
}

const giftsOnPage = 50

type giftsPage struct {
	deskFrame
	State, Drive field
	Rows         []giftRow
	Here, Next   string
	Sifted       bool
}

func (d *Desk) gifts(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, query := r.Context(), r.URL.Query()
	frame, err := d.frameOf(r, v, "Gifts", "Gifts")
	if err != nil {
		return err
	}
	sift := giftSift{State: query.Get("state"), Drive: query.Get("drive"), After: donations.GiftID(query.Get("after"))}
	page := giftsPage{deskFrame: frame, Here: r.URL.RequestURI(), Sifted: sift != giftSift{}}
	rows, last, err := listGifts(ctx, d.DB, v, sift, giftsOnPage)
	if err != nil {
		return err
	}
	page.Rows = rows
	if last != "" {
		page.Next = v.at("gifts") + "?" + url.Values{"state": {sift.State}, "drive": {sift.Drive}, "after": {string(last)}}.Encode()
	}
	states := []option{{"", "Any state"}}
	for _, s := range giftStates {
		states = append(states, option{string(s.state), s.name})
	}
	drives := []option{{"", "Any drive"}}
	const list = `select slug as value, title as label from drives where committee = $1 order by title`
	var known []option
	if err := d.DB.SelectContext(ctx, &known, list, v.Committee.ID); err != nil {
		return fmt.Errorf("list drives: %w", err)
	}
	page.State = field{Name: "state", Label: "State", Value: sift.State, Options: states, Wide: "half"}
	page.Drive = field{Name: "drive", Label: "Drive", Value: sift.Drive, Options: append(drives, known...), Wide: "half"}
	return d.show(w, r, http.StatusOK, "gifts", page)
}

// listGifts gives one page of gifts, the newest first, and the last one's id when there are more.
func listGifts(ctx context.Context, q sqlx.QueryerContext, v visit, sift giftSift, limit int) ([]giftRow, donations.GiftID, error) {
	const list = `
		select g.id, g.given_name, g.family_name, g.name_own, d.title, g.state, g.held_for[1] as reason, g.cents, g.pledged_at
		from gifts g
		join drives d on d.committee = g.committee and d.slug = g.drive
		where g.committee = $1 and ($2 = '' or g.state = $2) and ($3 = '' or g.drive = $3)
		  and ($4 = '' or (g.pledged_at, g.id) < (select pledged_at, id from gifts where committee = $1 and id = $4))
		order by g.pledged_at desc, g.id desc
		limit $5`
	var rows []struct {
		ID         donations.GiftID
		GivenName  string `db:"given_name"`
		FamilyName string `db:"family_name"`
		NameOwn    string `db:"name_own"`
		Title      string
		State      donations.State
		Reason     *string
		Cents      money.Cents
		PledgedAt  time.Time `db:"pledged_at"`
	}
	if err := sqlx.SelectContext(ctx, q, &rows, list, v.Committee.ID, sift.State, sift.Drive, sift.After, limit+1); err != nil {
		return nil, "", fmt.Errorf("list gifts: %w", err)
	}
	var last donations.GiftID
	if len(rows) > limit {
		rows = rows[:limit]
		last = rows[limit-1].ID
	}
	var out []giftRow
	for _, g := range rows {
		name, mark := stateWords(g.State)
		if g.State == donations.Held && g.Reason != nil {
			name += ": " + *g.Reason
		}
		out = append(out, giftRow{
			Href: v.at("gifts", string(g.ID)), Name: who(g.GivenName, g.FamilyName, g.NameOwn),
			When: moment(g.PledgedAt, v.Committee.Location()), Drive: g.Title, State: name, Mark: mark, Cents: g.Cents,
		})
	}
	return out, last, nil
}

// giftStates tells each state in words for the desk: its name, the colour of its badge, and what it means.
var giftStates = []struct {
	state            donations.State
	name, mark, text string
}{
	{donations.Settled, "Charged", "ok", "The money came. It is in the books and in the report of its day."},
	{donations.Held, "Held", "look", "The bank has set the money aside. A person must look before it is charged."},
	{donations.Authorised, "Authorized", "", "The bank has set the money aside; it is being looked at by itself."},
	{donations.CaptureOwed, "Being charged", "", "It was accepted. Stripe is asked to charge it, until it answers."},
	{donations.ReleaseOwed, "Being let go", "", "It is not charged. Stripe is asked to let it go, until it answers."},
	{donations.Pledged, "Going to Stripe", "", "The form came. Stripe is asked for the card page, until it answers."},
	{donations.Open, "On the card page", "", "The giver is on Stripe’s page, or has left it. Room under the limit is kept meanwhile."},
	{donations.Released, "Let go", "", "It was authorized and let go before it was charged. No money came."},
	{donations.Lapsed, "Lapsed", "", "The bank’s leave ran out before it was charged. No money came."},
	{donations.Expired, "Left unfinished", "", "The card page was never finished. No money came."},
}

func stateWords(s donations.State) (name, mark string) {
	for _, k := range giftStates {
		if k.state == s {
			return k.name, k.mark
		}
	}
	return string(s), ""
}

func stateText(s donations.State) string {
	for _, k := range giftStates {
		if k.state == s {
			return k.text
		}
	}
	return ""
}

// heldReason is why a gift is held, in words, and where that stands in the law.
type heldReason struct{ Text, Cite string }

// reasonsOf tells why a gift is held; there is always one.
func reasonsOf(g donations.Gift) []heldReason {
	var out []heldReason
	for _, why := range g.HeldFor {
		switch why {
		case donations.HeldForeignCard:
			from := "outside the United States"
			if g.Card.Country != "" {
				from = "in " + countryName(g.Card.Country)
			}
			out = append(out, heldReason{"The card was issued " + from + ". Citizens and green-card holders may give from anywhere; nobody else may.", "52 U.S.C. 30121; 11 CFR 110.20(a)(4) to (7)"})
		case donations.HeldAbroad:
			out = append(out, heldReason{"The giver lives in " + countryName(g.Country) + ". A citizen abroad may give; ask for the passport.", "52 U.S.C. 30121; 11 CFR 110.20(a)(7)"})
		case donations.HeldPrepaid:
			out = append(out, heldReason{"The card is prepaid, which hides whose money it is.", "52 U.S.C. 30122; 11 CFR 110.4(b)"})
		case donations.HeldCompanyCard:
			out = append(out, heldReason{"The card is a company’s. A corporation may not give; ask whose money it is.", "52 U.S.C. 30118(a); 11 CFR 114.2(b)"})
		case donations.HeldOtherName:
			out = append(out, heldReason{"The card is in the name of " + g.Card.Holder + ", the gift in that of " + g.Name() + ". Nobody may give in another’s name; ask whose card it is.", "52 U.S.C. 30122; 11 CFR 110.4(b)"})
		case donations.HeldSharedCard:
			out = append(out, heldReason{"Other people have given with the same card. Nobody may give in another’s name; ask whose money it is.", "52 U.S.C. 30122; 11 CFR 110.4(b); AO 1999-09"})
		case donations.HeldManyCards:
			out = append(out, heldReason{"The giver has used many cards in a short time. Ask whose they are.", "52 U.S.C. 30122; 11 CFR 110.4(b); AO 1999-09"})
		case donations.HeldContractor:
			out = append(out, heldReason{"What the giver wrote of their work says federal contractor. A contractor may not give, a contractor’s employee may; ask which.", "52 U.S.C. 30119; 11 CFR 115.2, 115.5"})
		case donations.HeldForeignEmployer:
			out = append(out, heldReason{"The giver’s employer sounds like a foreign government. Citizens and green-card holders who work for one may give; ask for proof.", "52 U.S.C. 30121; 11 CFR 110.20(a)(4) to (7)"})
		case donations.HeldYoung:
			out = append(out, heldReason{"The giver may be younger than 18. A minor gives own money, by own choice; ask.", "11 CFR 110.19"})
		case donations.HeldUnchecked:
			out = append(out, heldReason{"The bank could not confirm the card’s code or the address.", "11 CFR 103.3(b)"})
		case donations.HeldOverLimit:
			out = append(out, heldReason{"Other money of this giver came meanwhile: with this gift they would pass the limit.", "52 U.S.C. 30116(a); 11 CFR 110.1"})
		case donations.HeldTooLate:
			out = append(out, heldReason{"It was authorized after the election that it is for was held. Let it go: after the vote a candidate may take money for that election only to pay its debts.", "11 CFR 110.1(b)(3)(i)"})
		default:
			out = append(out, heldReason{Text: sentence(why)})
		}
	}
	if len(out) == 0 {
		out = append(out, heldReason{Text: "No reason is kept."})
	}
	return out
}

// reasonShort is why a gift is held, in a line of a table.
func reasonShort(g donations.Gift) string {
	words := strings.Join(g.HeldFor, ", ") // short as they are kept: after the vote, over the limit
	if g.Card.Country != "" {
		words = strings.Replace(words, donations.HeldForeignCard, "card from "+countryName(g.Card.Country), 1)
	}
	return words
}

func countryName(code string) string {
	if code == "US" {
		return "the United States"
	}
	for _, p := range countries {
		if p.Code == code {
			return p.Name
		}
	}
	return code
}

package stripesim

import (
	"net/mail"
	"strconv"
	"strings"
	"time"
)

// Card is what a payer writes into the Checkout page, as typed.
type Card struct {
	Number  string // blanks and dashes may stand between digits
	Exp     string // MM / YY
	CVC     string
	Name    string
	Zip     string
	Country string // two letters; empty is US
	Line1   string // only asked for where the session requires the billing address
	Email   string // only asked for where the session has none
}

// TestCard is a well-filled form for a card number.
func TestCard(number string) Card {
	cvc := "123"
	if testCards[number].Brand == "amex" {
		cvc = "1234"
	}
	return Card{Number: number, Exp: "12 / 45", CVC: cvc, Name: "Testa Donor", Zip: "20002"}
}

// Of is the card with another name on it.
func (c Card) Of(holder string) Card {
	c.Name = holder
	return c
}

// Problems are what is wrong with a form, by field: card_number, exp, cvc, name, zip, country, email.
type Problems map[string]string

// read is a form that passed, in the shapes of the API.
type read struct {
	number      string
	month, year int
	by          billingDetails
}

// read checks the whole form and gives all its problems at once.
func (c Card) read(now time.Time) (read, Problems) {
	r, wrong := read{}, Problems{}
	r.number = strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(c.Number)
	switch {
	case r.number == "":
		wrong["card_number"] = "Write the card's number."
	case !luhn(r.number):
		wrong["card_number"] = "This is not a card number. Check its digits."
	case testCards[r.number].Brand == "":
		wrong["card_number"] = notATestCard
	}
	var ok bool
	if r.month, r.year, ok = expiry(c.Exp); !ok {
		wrong["exp"] = "Write the month and year of expiry, such as 09 / 30."
	} else if last := time.Date(r.year, time.Month(r.month)+1, 1, 0, 0, 0, 0, time.UTC); !now.Before(last) {
		wrong["exp"] = "The card has expired."
	} else if r.year > now.Year()+50 {
		wrong["exp"] = "The year of expiry is too far away."
	}
	digits := 3
	if strings.HasPrefix(r.number, "34") || strings.HasPrefix(r.number, "37") {
		digits = 4
	}
	if cvc := strings.TrimSpace(c.CVC); len(cvc) != digits || strings.Trim(cvc, "0123456789") != "" {
		wrong["cvc"] = "Write the security code: " + strconv.Itoa(digits) + " digits."
	}
	name := strings.TrimSpace(c.Name)
	if name == "" {
		wrong["name"] = "Write the name on the card."
	}
	country := strings.ToUpper(strings.TrimSpace(c.Country))
	if country == "" {
		country = "US"
	}
	if _, known := countries[country]; !known {
		wrong["country"] = "Choose a country."
	}
	zip := strings.TrimSpace(c.Zip)
	if zip == "" && country == "US" {
		wrong["zip"] = "Write the ZIP code of the card's bill."
	} else if len(zip) > 20 {
		wrong["zip"] = "The ZIP code is too long."
	}
	mailbox := strings.TrimSpace(c.Email)
	if a, err := mail.ParseAddress(mailbox); mailbox != "" && (err != nil || a.Address != mailbox) {
		wrong["email"] = "This is not an email address."
	}
	r.by = billingDetails{
		Name: given(name), Email: given(mailbox),
		Address: address{Country: given(country), PostalCode: given(zip), Line1: given(strings.TrimSpace(c.Line1))},
	}
	return r, wrong
}

// notATestCard is what Stripe says to a good number that is none of its test cards, in test mode.
const notATestCard = "Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, see the simulator's index."

func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// expiry reads 09/30, 9 / 2030 and 0930.
func expiry(text string) (month, year int, ok bool) {
	text = strings.ReplaceAll(text, " ", "")
	m, y, slashed := strings.Cut(text, "/")
	if !slashed && len(text) == 4 {
		m, y = text[:2], text[2:]
	}
	month, err1 := strconv.Atoi(m)
	year, err2 := strconv.Atoi(y)
	if len(y) == 2 {
		year += 2000
	}
	ok = err1 == nil && err2 == nil && month >= 1 && month <= 12 && (len(y) == 2 || len(y) == 4) && year >= 2000
	return month, year, ok
}

// countries are those that the form offers.
var countries = map[string]string{
	"US": "United States", "AU": "Australia", "BR": "Brazil", "CA": "Canada", "CN": "China", "FR": "France", "DE": "Germany",
	"HK": "Hong Kong", "IN": "India", "JP": "Japan", "KR": "Korea", "MX": "Mexico", "NZ": "New Zealand", "PH": "Philippines",
	"SG": "Singapore", "TW": "Taiwan", "GB": "United Kingdom", "VN": "Vietnam",
}

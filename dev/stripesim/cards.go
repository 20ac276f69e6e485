package stripesim

import (
	"slices"
	"strings"
)

// testCard is one of the card numbers that Stripe publishes for tests, with its published outcome.
type testCard struct {
	Brand    string
	Country  string // two letters
	Funding  string
	Says     string   // the outcome, for people
	Decline  *decline // nil: the card pays
	Checks   results  // "" passes
	Asks     bool     // the holder must confirm first (3-D Secure)
	AtOnce   bool     // its money is available at once
	Refunds  string   // what a refund turns into after it was made; "" nothing
	Disputes string   // the reason for which its holder disputes the charge; "" not at all
	Inquires bool     // the bank only asks
	Shared   bool     // one card in everybody's hands: the others are another card for each e-mail address
}

type results struct{ CVC, Line1, Zip string }

// decline is why a bank or Stripe refuses, as the API tells it.
type decline struct {
	Code        string // of the charge and the error
	DeclineCode string
	Message     string
	Reason      string // the outcome's
	Blocked     bool   // by Stripe, not by the bank
}

var (
	declined     = &decline{"card_declined", "generic_decline", "Your card was declined.", "generic_decline", false}
	insufficient = &decline{"card_declined", "insufficient_funds", "Your card has insufficient funds.", "insufficient_funds", false}
	lost         = &decline{"card_declined", "lost_card", "Your card was declined.", "lost_card", false}
	stolen       = &decline{"card_declined", "stolen_card", "Your card was declined.", "stolen_card", false}
	velocity     = &decline{"card_declined", "card_velocity_exceeded", "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.", "card_velocity_exceeded", false}
	expired      = &decline{"expired_card", "expired_card", "Your card has expired.", "expired_card", false}
	wrongCVC     = &decline{"incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "incorrect_cvc", false}
	processing   = &decline{"processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit.", "processing_error", false}
	blocked      = &decline{"card_declined", "fraudulent", "Your card was declined.", "highest_risk_level", true}
)

// testCards are Stripe's published numbers (docs.stripe.com/testing), as far as the simulator plays them.
var testCards = published()

// cardOrder is the order in which the index shows the numbers.
var cardOrder []string

func published() map[string]testCard {
	cards := map[string]testCard{}
	add := func(number string, c testCard) {
		if c.Country == "" {
			c.Country = "US"
		}
		if c.Brand == "" {
			c.Brand = "visa"
		}
		if c.Funding == "" {
			c.Funding = "credit"
		}
		if c.Says == "" {
			c.Says = "pays"
		}
		cards[number] = c
		cardOrder = append(cardOrder, number)
	}
	add("4242424242424242", testCard{})
	add("4000056655665556", testCard{Funding: "debit"})
	add("5555555555554444", testCard{Brand: "mastercard"})
	add("2223003122003222", testCard{Brand: "mastercard"})
	add("5200828282828210", testCard{Brand: "mastercard", Funding: "debit"})
	add("5105105105105100", testCard{Brand: "mastercard", Funding: "prepaid"})
	add("378282246310005", testCard{Brand: "amex"})
	add("371449635398431", testCard{Brand: "amex"})
	add("6011111111111117", testCard{Brand: "discover"})
	add("6011000990139424", testCard{Brand: "discover"})
	add("6011981111111113", testCard{Brand: "discover", Funding: "debit"})
	add("3056930009020004", testCard{Brand: "diners"})
	add("36227206271667", testCard{Brand: "diners"})
	add("3566002020360505", testCard{Brand: "jcb"})
	add("6200000000000005", testCard{Brand: "unionpay"})
	add("6200000000000047", testCard{Brand: "unionpay", Funding: "debit"})
	add("4917610000000000", testCard{Shared: true, Says: "pays; everybody who uses it has the very same card"})
	add("4000000000000077", testCard{AtOnce: true, Says: "pays; the money is available at once"})

	add("4000000000000259", testCard{Disputes: "fraudulent", Says: "pays; the charge is disputed as fraudulent"})
	add("4000000000002685", testCard{Disputes: "product_not_received", Says: "pays; the charge is disputed as not received"})
	add("4000000000001976", testCard{Disputes: "fraudulent", Inquires: true, Says: "pays; the bank inquires about the charge"})
	add("4000000000007726", testCard{Refunds: refundSucceeded, Says: "pays; a refund is pending, then succeeds"})
	add("4000000000005126", testCard{Refunds: refundFailed, Says: "pays; a refund succeeds, then fails"})

	add("4000000000000002", testCard{Decline: declined, Says: "declined: generic_decline"})
	add("4000000000009995", testCard{Decline: insufficient, Says: "declined: insufficient_funds"})
	add("4000000000009987", testCard{Decline: lost, Says: "declined: lost_card"})
	add("4000000000009979", testCard{Decline: stolen, Says: "declined: stolen_card"})
	add("4000000000000069", testCard{Decline: expired, Says: "declined: expired_card"})
	add("4000000000000127", testCard{Decline: wrongCVC, Checks: results{CVC: "fail"}, Says: "declined: incorrect_cvc"})
	add("4000000000000119", testCard{Decline: processing, Says: "declined: processing_error"})
	add("4000000000006975", testCard{Decline: velocity, Says: "declined: card_velocity_exceeded"})
	add("4100000000000019", testCard{Decline: blocked, Says: "blocked by Stripe: fraudulent"})

	add("4000000000000101", testCard{Checks: results{CVC: "fail"}, Says: "pays; the security code's check fails"})
	add("4000000000000010", testCard{Checks: results{Line1: "fail", Zip: "fail"}, Says: "pays; the checks of street and ZIP fail"})
	add("4000000000000028", testCard{Checks: results{Line1: "fail"}, Says: "pays; the check of the street fails"})
	add("4000000000000036", testCard{Checks: results{Zip: "fail"}, Says: "pays; the check of the ZIP fails"})
	add("4000000000000044", testCard{Checks: results{Line1: "unavailable", Zip: "unavailable"}, Says: "pays; the checks of street and ZIP are unavailable"})

	add("4000002500003155", testCard{Asks: true, Says: "asks its holder to confirm, then pays"})
	add("4000002760003184", testCard{Asks: true, Says: "asks its holder to confirm, then pays"})
	add("4000000000003220", testCard{Asks: true, Says: "asks its holder to confirm, then pays"})
	add("4000008400001629", testCard{Asks: true, Decline: declined, Says: "asks its holder to confirm, then is declined"})

	for _, abroad := range strings.Fields(international) {
		country, number, _ := strings.Cut(abroad, ":")
		add(number, testCard{Country: country})
	}
	add("4000058260000005", testCard{Country: "GB", Funding: "debit"})
	add("4000057640000008", testCard{Country: "TH", Funding: "debit"})
	add("3530111333300000", testCard{Country: "JP", Brand: "jcb"})
	return cards
}

// international are the Visa cards of other countries.
const international = `
AR:4000000320000021 BR:4000000760000002 CA:4000001240000000 CL:4000001520000001 CO:4000001700000003 CR:4000001880000005
EC:4000002180000000 MX:4000004840008001 PA:4000005910000000 PY:4000006000000066 PE:4000006040000068 UY:4000008580000003
AE:4000007840000001 AT:4000000400000008 BE:4000000560000004 BG:4000001000000000 BY:4000001120000005 HR:4000001910000009
CY:4000001960000008 CZ:4000002030000002 DK:4000002080000001 EE:4000002330000009 FI:4000002460000001 FR:4000002500000003
DE:4000002760000016 GI:4000002920000005 GR:4000003000000030 HU:4000003480000005 IE:4000003720000005 IT:4000003800000008
LV:4000004280000005 LI:4000004380000004 LT:4000004400000000 LU:4000004420000006 MT:4000004700000007 NL:4000005280000002
NO:4000005780000007 PL:4000006160000005 PT:4000006200000007 RO:4000006420000001 SA:4000006820000007 SI:4000007050000006
SK:4000007030000001 ES:4000007240000007 SE:4000007520000008 CH:4000007560000009 GB:4000008260000000
AU:4000000360000006 CN:4000001560000002 HK:4000003440000004 IN:4000003560000008 JP:4000003920000003 MY:4000004580000002
NZ:4000005540000008 SG:4000007020000003 TW:4000001580000008 TH:4000007640000003`

// luhn says whether a number's check digit is right.
func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if d < 0 || d > 9 {
			return false
		}
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return len(number) >= 12 && len(number) <= 19 && sum%10 == 0
}

// TestCardNumbers are the card numbers that the simulator knows, as Stripe publishes them.
func TestCardNumbers() []string { return slices.Clone(cardOrder) }

package bench

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// payment is what of a gift under way its event tells.
type payment struct {
	ID     string
	Intent string
	Charge string
	Cents  int64
	At     int64 // when the card was authorised, in seconds since 1970
}

// captured is the event that Stripe sends when a gift's money was captured: the reference's own, with the gift's facts. Its id
// is told apart by the run.
func (m *machine) captured(id string, p payment) []byte {
	amount := strconv.FormatInt(p.Cents, 10)
	return []byte(strings.NewReplacer(
		"evt_ref_0000000000000000001", id,
		"ch_ref_0000000000000000001", p.Charge,
		"pi_ref_0000000000000000001", p.Intent,
		"txn_ref_000000000000000001", "txn_of_"+p.Charge,
		`"gift": "01JD0EXAMPLE0000000000001"`, `"dure_gift": "`+p.ID+`"`,
		`"amount": 2500`, `"amount": `+amount,
		`"amount_captured": 2500`, `"amount_captured": `+amount,
		`"amount_authorized": 2500`, `"amount_authorized": `+amount,
		`"created": 1795276790`, `"created": `+strconv.FormatInt(p.At, 10),
		`"created": 1795276800`, `"created": `+strconv.FormatInt(p.At+60, 10),
	).Replace(m.payload))
}

// changesNothing is an event of the same length that Dure stores, and then only marks as seen.
func (m *machine) changesNothing(id string) []byte {
	return []byte(strings.NewReplacer("evt_ref_0000000000000000001", id, `"type": "charge.captured"`, `"type": "balance.available"`).Replace(m.payload))
}

// post is the whole request in which Stripe sends an event.
func post(address string, body []byte) []byte {
	at := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(webhookSecret))
	mac.Write([]byte(at + "."))
	mac.Write(body)
	head := fmt.Sprintf("POST /webhooks/stripe/%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\n"+
		"Content-Type: application/json; charset=utf-8\r\nStripe-Signature: t=%s,v1=%s\r\nContent-Length: %d\r\n\r\n",
		committee, address, at, hex.EncodeToString(mac.Sum(nil)), len(body))
	return append([]byte(head), body...)
}

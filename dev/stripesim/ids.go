package stripesim

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// ids makes ids of Stripe's shapes; from one Seed always the same ones, in the same order.
type ids struct {
	Seed uint64 `json:"seed"`
	Next uint64 `json:"next"`
}

// lengths has, for each prefix, how many letters follow it at Stripe.
var lengths = map[string]int{
	"cs_test_a1": 56, "pi_3": 23, "ch_3": 23, "re_3": 23, "dp_1": 23, "po_1": 23, "txn_3": 23, "evt_1": 23, "evt_3": 23, "pm_1": 23, "we_1": 23,
	"li_1": 23, "price_1": 23, "prod_": 14, "req_": 14, "whsec_": 32, "secret_": 25, "dlv_": 16,
}

// make gives the next id with a prefix.
func (i *ids) make(prefix string) string {
	i.Next++
	var seed [16]byte
	binary.BigEndian.PutUint64(seed[:8], i.Seed)
	binary.BigEndian.PutUint64(seed[8:], i.Next)
	return prefix + scramble(string(seed[:]), lengths[prefix])
}

// scramble turns a text into n letters that look drawn by chance and are always the same.
func scramble(text string, n int) string {
	var b strings.Builder
	for block := byte(0); b.Len() < n; block++ {
		sum := sha256.Sum256(append([]byte{block}, text...))
		for _, c := range sum[:min(len(sum), n-b.Len())] {
			b.WriteByte(letters[int(c)%len(letters)])
		}
	}
	return b.String()
}

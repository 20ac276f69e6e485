package web_test

import (
	"net/url"
	"strings"
	"testing"
)

// Whatever is written where a sum belongs is refused beside its field, stays there, and stores nothing by halves.
func TestSumsThatAreNoneAreRefusedBesideTheirField(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	_, kase := w.aCase()
	inKind := aCheck(b)
	inKind.Set("id", b.get("/desk/long-table/receipts/in-kind").hidden("id"))
	inKind.Set("goods", "Ten chairs")
	inKind.Set("valuation", "The shop's price")
	seen := func(act string) string { return b.get(kase + "/" + act).hidden("seen") }
	forms := map[string]url.Values{
		"/desk/long-table/receipts/new":      aCheck(b),
		"/desk/long-table/disbursements/new": aPayment(b),
		"/desk/long-table/receipts/in-kind":  inKind,
		kase + "/refund":                     {"seen": {seen("refund")}, "on": {"2026-05-14"}},
		kase + "/disgorge":                   {"seen": {seen("disgorge")}, "on": {"2026-05-14"}, "method": {"check 7"}, "reason": {"Unlawful"}},
	}
	stored := func() (n int) {
		for _, table := range []string{"receipts", "disbursements", "in_kinds", "refunds", "disgorgements", "ledger_entries", "persons", "payees", "case_acts"} {
			n += w.count(`select count(*) from ` + table)
		}
		return n
	}
	before := stored()
	for page, form := range forms {
		for amount, says := range map[string]string{
			"": "Write the amount in dollars.", "0": "The amount is above zero.", "0.00": "The amount is above zero.", "-5": "The amount is above zero.",
			"10.005": "Write dollars and cents", "99999999999": "The amount is too large", "1e3": "Write dollars and cents", "١٠٠": "Write dollars and cents",
			"１００": "Write dollars and cents", "ten": "Write dollars and cents",
		} {
			in := but(form, map[string]string{"amount": amount})
			a := b.post(page, in)
			beside := strings.Contains(a.body, `id="amount-err"`) && strings.Contains(a.body, `href="#amount"`)
			if a.status != 422 || !a.says(says) || !beside || !strings.Contains(a.body, `value="`+amount+`"`) {
				t.Errorf("%s with the sum %q: %d, want %q beside the field, and what was typed", page, amount, a.status, says)
			}
		}
	}
	if after := stored(); after != before {
		t.Errorf("refused forms stored %d rows", after-before)
	}
}

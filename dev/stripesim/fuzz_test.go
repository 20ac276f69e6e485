package stripesim_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"dure/dev/stripesim"
)

// FuzzParameters sends any body to the API: it is taken or refused in JSON, and never breaks anything.
func FuzzParameters(f *testing.F) {
	sim, err := stripesim.New(stripesim.Options{Seed: 1})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { sim.Close() })
	f.Add(sessionForm())
	f.Add("metadata[a][b]=c&metadata=d&expand[]=line_items&expand[0]=x")
	f.Add("line_items[x]=1&line_items[0][quantity]=99999999999999999999&[a]=b&a[=b&a]=c")
	f.Add(sessionForm("expand[]", "payment_intent.latest_charge.balance_transaction.source.x"))
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest("POST", "/v1/checkout/sessions", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", "Bearer "+secretKey)
		w := httptest.NewRecorder()
		sim.ServeHTTP(w, r)
		if w.Code != 200 && w.Code != 400 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("POST of %q = %d %s, want 200 or 400 in JSON", body, w.Code, w.Body)
		}
	})
}

// FuzzCard fills the form with anything: it is paid, refused or declined by Luhn's and the calendar's rules alone.
func FuzzCard(f *testing.F) {
	f.Add("4242 4242-4242 4242", "12/45", "123", "Testa", "20002")
	f.Add("37828224631000٥", "0/0", "１２３", "", "")
	f.Fuzz(func(t *testing.T, number, exp, cvc, name, zip string) {
		sim, err := stripesim.New(stripesim.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer sim.Close()
		r := httptest.NewRequest("POST", "/v1/checkout/sessions", strings.NewReader(sessionForm()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", "Bearer "+secretKey)
		w := httptest.NewRecorder()
		sim.ServeHTTP(w, r)
		var c struct{ ID string }
		decode(t, w.Body.String(), &c)
		out, err := sim.Pay(c.ID, stripesim.Card{Number: number, Exp: exp, CVC: cvc, Name: name, Zip: zip})
		if err != nil || (out.Result == stripesim.Refused) != (len(out.Problems) > 0) || (out.Result == stripesim.Refused) != (out.PaymentIntent == "") {
			t.Errorf("Pay(%q, %q, %q, %q, %q) = %+v, %v", number, exp, cvc, name, zip, out, err)
		}
	})
}

// FuzzDoors sends any order to the doors of refund, dispute and payout: it is carried out or refused in JSON, and the
// balance stays the sum of its transactions.
func FuzzDoors(f *testing.F) {
	f.Add("refund", `{"charge":"CHARGE","amount":300,"fail":true}`)
	f.Add("dispute", `{"charge":"CHARGE","reason":"fraudulent","inquiry":true,"outcome":"escalated"}`)
	f.Add("payout", `{"amount":9223372036854775807,"manual":true,"days_late":365}`)
	f.Add("refund", `{"charge":"CHARGE","amount":-9223372036854775808}`)
	f.Fuzz(func(t *testing.T, door, order string) {
		if door != "refund" && door != "dispute" && door != "payout" {
			return
		}
		sim, err := stripesim.New(stripesim.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer sim.Close()
		send := func(method, path, body string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Authorization", "Bearer "+secretKey)
			w := httptest.NewRecorder()
			sim.ServeHTTP(w, r)
			return w
		}
		var c struct{ ID string }
		decode(t, send("POST", "/v1/checkout/sessions", sessionForm()).Body.String(), &c)
		out, err := sim.Pay(c.ID, stripesim.TestCard("4000000000000077"))
		if err != nil {
			t.Fatal(err)
		}
		w := send("POST", "/_sim/"+door, strings.ReplaceAll(order, "CHARGE", out.Charge))
		if w.Code != 200 && w.Code != 400 && w.Code != 404 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("POST of %q to %s = %d %s, want 200, 400 or 404 in JSON", order, door, w.Code, w.Body)
		}
		var list struct{ Data []struct{ Net int64 } }
		var balance struct{ Available, Pending []struct{ Amount int64 } }
		decode(t, send("GET", "/v1/balance_transactions?limit=100", "").Body.String(), &list)
		decode(t, send("GET", "/v1/balance", "").Body.String(), &balance)
		var sum int64
		for _, txn := range list.Data {
			sum += txn.Net
		}
		if got := balance.Available[0].Amount + balance.Pending[0].Amount; got != sum {
			t.Errorf("after %q to %s the balance is %d, its transactions make %d", order, door, got, sum)
		}
	})
}

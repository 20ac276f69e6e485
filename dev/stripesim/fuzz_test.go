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

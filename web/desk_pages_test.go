package web_test

import (
	"regexp"
	"testing"

	"dure/staff"
)

// deskPages are the pages of the desk, each with the address at which it stands in the world.
func deskPages(w *deskWorld) []struct{ name, path string } {
	at := func(path string) string { return "/desk/long-table" + path }
	var kase string
	if err := w.db.GetContext(w.t.Context(), &kase, `select id from cases`); err != nil {
		w.t.Fatal(err)
	}
	return []struct{ name, path string }{
		{"today", at("")},
		{"gifts", at("/gifts")},
		{"gift-settled", at("/gifts/" + w.giftOf("Haneul"))},
		{"gift-held", at("/gifts/" + w.giftOf("Juniper"))},
		{"gift-open", at("/gifts/" + w.giftOf("Barnaby"))},
		{"held", at("/held")},
		{"drives", at("/drives")},
		{"drive", at("/drives/mina-seo")},
		{"drive-new", at("/drives/new")},
		{"drive-amend", at("/drives/mina-seo/amend")},
		{"drive-text", at("/drives/mina-seo/ko")},
		{"languages", at("/languages")},
		{"language", at("/languages/ko")},
		{"cases", at("/cases")},
		{"case", at("/cases/" + kase)},
		{"limits", at("/limits")},
		{"watch", at("/watch")},
		{"forwards", at("/forwards")},
		{"receipts", at("/receipts")},
		{"receipt-new", at("/receipts/new")},
		{"receipt", at("/receipts/RCHECK1")},
		{"receipt-doubt", at("/receipts/RCHECK1/doubt")},
		{"receipt-discovery", at("/receipts/RCHECK1/discovery")},
		{"receipt-joint", at("/receipts/RCHECK1/joint")},
		{"receipt-kind", at("/receipts/RCHECK1/kind")},
		{"in-kind", at("/receipts/in-kind")},
		{"disbursements", at("/disbursements")},
		{"disbursement-new", at("/disbursements/new")},
		{"books", at("/books")},
		{"reports", at("/reports")},
		{"report", at("/reports/2026-M5")},
		{"events", at("/events")},
		{"event", at("/events/evt_aside")},
	}
}

var (
	randomID = regexp.MustCompile(`\b([RDFBKTW])[A-Z2-7]{15}\b`)
	thisHour = regexp.MustCompile(`9:4[0-9] a\.m\.`)
	cutoff   = regexp.MustCompile(`as_of=2026-05-14T13%3A4[^"]*`)
	assetTag = regexp.MustCompile(`(/static/[a-z]+)\.[0-9a-f]{12}\.`)
)

// steady takes out of a page what differs from one run to the next.
func steady(page string) string {
	page = randomID.ReplaceAllString(page, "${1}ID")
	page = thisHour.ReplaceAllString(page, "9:40 a.m.")
	page = cutoff.ReplaceAllString(page, "as_of=CUTOFF")
	return assetTag.ReplaceAllString(page, "$1.HASH.")
}

func TestDeskPagesAreAsTheyWere(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	for _, p := range deskPages(w) {
		a := b.get(p.path)
		if a.status != 200 {
			t.Errorf("GET %s = %d, want 200", p.path, a.status)
			continue
		}
		golden(t, "desk-"+p.name, steady(a.body))
	}
	golden(t, "desk-drives-none", steady(w.invited("iris@example.org", "Iris Sample", porchLight, staff.Organizer).get("/desk/porch-light/drives").body))
	golden(t, "desk-sign-in", steady(w.stranger().get("/desk").body))
	golden(t, "desk-link", steady(w.stranger().get("/desk/login/any").body))
	golden(t, "desk-password", steady(b.get("/desk/password").body))
}

// A committee that begins finds on each page with nothing on it what to do, or who does it.
func TestEmptyPagesSayWhatComesNext(t *testing.T) {
	w := newDeskWorld(t)
	b := w.invited("iris@example.org", "Iris Sample", porchLight, staff.Treasurer)
	for path, want := range map[string]string{
		"":               "People give on the pages of drives .",
		"/gifts":         "open one, and pass its address on",
		"/drives":        "Open the first drive",
		"/candidates":    "The operator enters who stands",
		"/receipts":      "Enter one that came.",
		"/disbursements": "Enter a payment",
		"/forwards":      "Gifts of a drive for a candidate show up here",
		"/cases":         "Cases open by themselves",
	} {
		if a := b.get("/desk/porch-light" + path); a.status != 200 || !a.says(want) {
			t.Errorf("the empty page %q = %d, want 200 and %q", path, a.status, want)
		}
	}
}

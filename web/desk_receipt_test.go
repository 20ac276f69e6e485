package web_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/browser"
	"dure/registry"
	"dure/staff"
)

// form gives what the form of a receipt's act asks for beside its own fields.
func actForm(a answer, fields ...string) url.Values {
	out := url.Values{"seen": {a.hidden("seen")}, "rows": {a.hidden("rows")}, "on": {"2026-05-14"}}
	for i := 0; i < len(fields); i += 2 {
		out.Add(fields[i], fields[i+1])
	}
	return out
}

func TestADoubtIsOpenedByHand(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	page := "/desk/long-table/receipts/RCHECK3"
	if a := b.get(page); !a.says("Its source is in doubt") || !a.says("Nothing about it is in question") || !a.says("check 773") {
		t.Errorf("the receipt's page:\n%s", a.body)
	}
	form := b.get(page + "/doubt")
	if !form.says("within 30 days of its receipt, by Thursday 11 June 2026") || !form.says("11 CFR 103.3(b)(1)") {
		t.Errorf("the form does not tell the clock that starts:\n%s", form.body)
	}
	for name, c := range map[string]struct {
		fields []string
		says   string
	}{
		"no word":           {[]string{"text", ""}, "Write what was seen: the record must show it"},
		"before it came":    {[]string{"text", "A bank abroad", "on", "2026-05-11"}, "It came on 2026-05-12, after this day"},
		"a day that is not": {[]string{"text", "A bank abroad", "on", "2026-05-32"}, "Write the day as year-month-day"},
		"tomorrow":          {[]string{"text", "A bank abroad", "on", "2026-05-15"}, "lies ahead"},
	} {
		in := actForm(form, c.fields...)
		if len(in["on"]) == 2 {
			in["on"] = in["on"][1:]
		}
		a := b.post(page+"/doubt", in)
		if a.status != 422 || !a.says(c.says) || !strings.Contains(a.body, in.Get("text")) {
			t.Errorf("%s: %d, want it refused with %q, and what was typed", name, a.status, c.says)
		}
	}
	if n := w.count(`select count(*) from cases where receipt = 'RCHECK3'`); n != 0 {
		t.Fatal("a refused doubt was stored")
	}
	a := b.post(page+"/doubt", actForm(form, "text", "The check is drawn on a bank abroad", "evidence", "Folder 9"))
	if !a.says("A case is open: it is due on Thursday 11 June 2026.") || !a.says("The check is drawn on a bank abroad (kept: Folder 9)") || !strings.Contains(a.path, "/cases/K") {
		t.Errorf("the doubt: %d %s\n%s", a.status, a.path, a.body)
	}
	if a := b.post(page+"/doubt", actForm(form, "text", "Once more")); a.status != 422 || !a.says("Something was done about this receipt since the page was opened") {
		t.Errorf("the same form twice: %d", a.status)
	}
	later := b.get(page + "/discovery")
	if a := b.post(page+"/discovery", actForm(later, "text", "He told us that he is no citizen.")); !a.says("it is due on Saturday 13 June 2026") {
		t.Errorf("the discovery: %d\n%s", a.status, a.body)
	}
	if a := b.get("/desk/long-table/cases"); !a.says("He told us that he is no citizen. Due") {
		t.Errorf("the cases, of which one tells what was found:\n%s", a.body)
	}
	viewer := w.invited("ash@example.org", "Ash Vole", longTable, staff.Viewer)
	if a := viewer.get(page + "/doubt"); a.status != 403 {
		t.Errorf("a viewer opens the form: %d", a.status)
	}
	for _, path := range []string{page + "/nonsense", "/desk/long-table/receipts/RNOWHERE", "/desk/porch-light/receipts/RCHECK3"} {
		if a := b.get(path); a.status != 404 {
			t.Errorf("GET %s = %d, want 404", path, a.status)
		}
	}
}

func TestAGiversKindIsCorrectedAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	page := "/desk/long-table/receipts/RCHECK3"
	form := b.get(page + "/kind")
	if a := b.post(page+"/kind", actForm(form, "kind", "museum", "organization", "", "evidence", "")); a.status != 422 ||
		!a.says("Choose what the giver is.") || !a.says("Write the name of the body.") || !a.says("Write how it is known") {
		t.Errorf("an empty correction: %d\n%s", a.status, a.body)
	}
	a := b.post(page+"/kind", actForm(form, "kind", "corporation", "organization", "Stencil Works Inc", "evidence", "The check is the company's"))
	if !a.says("1 case opened. It opened a case, due on Saturday 13 June 2026.") || !a.says("from Stencil Works Inc") || !a.says("The giver is a corporation") {
		t.Errorf("the correction: %d\n%s", a.status, a.body)
	}
	a = b.post(page+"/kind", actForm(b.get(page+"/kind"), "kind", "partnership", "evidence", "Its tax return"))
	if !a.says("Nothing that came here from them opens a case.") {
		t.Errorf("the second correction: %d\n%s", a.status, a.body)
	}
	if n := w.count(`select count(*) from cases where receipt = 'RCHECK3' and state = 'open'`); n != 0 {
		t.Error("the case of the corporation is still open")
	}

	// A partnership has partners: room for three is asked for, and what was typed stays.
	form = b.get(page + "/partners")
	partner := func(i int, first, last, cents string) []string {
		n := fmt.Sprintf("_%d", i)
		return []string{
			"first" + n, first, "last" + n, last, "street" + n, fmt.Sprintf("%d Elm Street", i+1), "city" + n, "Exampleton", "state" + n, "VA", "zip" + n, "22903", "cents" + n, cents,
		}
	}
	more := actForm(form, append(partner(0, "Abigail", "Adams", "300"), "more", "1")...)
	if a := b.post(page+"/partners", more); a.status != 200 || !a.says("Partner 3") || !strings.Contains(a.body, `value="Abigail"`) || a.hidden("rows") != "3" {
		t.Errorf("room for one more: %d\n%s", a.status, a.body)
	}
	short := actForm(form, append(partner(0, "Abigail", "Adams", "300"), partner(1, "Dolley", "Madison", "299.99")...)...)
	if a := b.post(page+"/partners", short); a.status != 422 || !a.says("The shares are $599.99 together, and the gift $600.00") || !strings.Contains(a.body, `value="299.99"`) {
		t.Errorf("shares that are a cent short: %d\n%s", a.status, a.body)
	}
	for bad, says := range map[string]string{"0": "The amount is above zero", "-5": "The amount is above zero", "300.005": "Write dollars and cents", "٣٠٠": "Write dollars and cents", "99999999999": "too large"} {
		in := actForm(form, append(partner(0, "Abigail", "Adams", "300"), partner(1, "Dolley", "Madison", bad)...)...)
		if a := b.post(page+"/partners", in); a.status != 422 || !a.says(says) {
			t.Errorf("a share of %q: %d, want %q", bad, a.status, says)
		}
	}
	if n := w.count(`select count(*) from attributions`); n != 0 {
		t.Fatal("refused shares were stored")
	}
	whole := actForm(form, append(partner(0, "Abigail", "Adams", "300"), partner(1, "Dolley", "Madison", "300")...)...)
	if a := b.post(page+"/partners", whole); !a.says("the gift counts for 2 partners too") || !a.says("Dolley Madison as a partner $300.00") {
		t.Errorf("the shares: %d\n%s", a.status, a.body)
	}
}

func TestWhatIsKnownOfAGiverIsEnteredAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	page := "/desk/long-table/receipts/RCHECK3"
	form := b.get(page + "/status")
	bad := actForm(form, "status", "wizard", "from", "2026-13-01", "until", "soon", "evidence", "")
	if a := b.post(page+"/status", bad); a.status != 422 || !a.says("Choose what is known.") || !a.says("Write the day as year-month-day, such as 1990-07-04.") || !a.says("Write how it is known") {
		t.Errorf("nonsense: %d\n%s", a.status, a.body)
	}
	if a := b.post(page+"/status", actForm(form, "status", "contractor", "from", "2026-05-12", "until", "2026-05-11", "evidence", "Register")); a.status != 422 || !a.says("It ends before it begins") {
		t.Errorf("what ends before it begins: %d", a.status)
	}
	if n := w.count(`select count(*) from person_statuses`); n != 0 {
		t.Fatal("a refused status was stored")
	}
	if a := b.post(page+"/status", actForm(form, "status", "contractor", "from", "2026-05-13", "evidence", "Register")); !a.says("Nothing that came here from the giver opens a case.") {
		t.Errorf("a contract of the day after the gift: %d\n%s", a.status, a.body)
	}
	if a := b.post(page+"/status", actForm(b.get(page+"/status"), "status", "contractor", "from", "2020-01-01", "evidence", "Register")); !a.says("1 case opened. It opened a case, due on Saturday 13 June 2026.") {
		t.Errorf("a contract of the day of the gift: %d\n%s", a.status, a.body)
	}
}

func TestACheckWithTwoNamesIsEnteredAndShared(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	form := func(extra ...string) url.Values {
		out := url.Values{
			"id": {b.get("/desk/long-table/receipts/new").hidden("id")}, "amount": {"6000"}, "instrument": {"check"}, "number": {"812"}, "line": {"11(a)"},
			"received_on": {"2026-05-13"}, "made_on": {"2026-05-12"}, "who": {"person"}, "first": {"Ada"}, "last": {"Tern"}, "street": {"9 Elm Street"},
			"city": {"Exampleton"}, "state": {"VA"}, "zip": {"22903"}, "employer": {"None"}, "occupation": {"Retired"},
		}
		for i := 0; i < len(extra); i += 2 {
			out.Set(extra[i], extra[i+1])
		}
		return out
	}
	if a := b.post("/desk/long-table/receipts/new", form("also_signed", "yes")); a.status != 422 || !a.says("Write who signed it too.") {
		t.Errorf("signed by nobody: %d", a.status)
	}
	if a := b.post("/desk/long-table/receipts/new", form("also_first", "Ada", "also_last", "Tern")); a.status != 422 || !a.says("This is the giver: name the other") {
		t.Errorf("the giver twice: %d\n%s", a.status, a.body)
	}
	signed := form("also_first", "Basil", "also_last", "Tern", "also_signed", "yes")
	if a := b.post("/desk/long-table/receipts/new", signed); a.status != 200 {
		t.Fatalf("a joint check: %d\n%s", a.status, a.body)
	}
	if a := b.get("/desk/long-table/receipts/" + signed.Get("id")); !a.says("Basil Tern in equal shares $3,000.00") {
		t.Errorf("the joint check's page:\n%s", a.body)
	}

	// Of a check that shows two names and has one signature the rest is presumed to be the other's.
	shown := form("also_first", "Cleo", "also_last", "Vane", "first", "Dora", "last", "Vane")
	if a := b.post("/desk/long-table/receipts/new", shown); !a.says("It passes a limit: a case is open for it.") {
		t.Fatalf("a check with two names: %d\n%s", a.status, a.body)
	}
	var id string
	if err := w.db.GetContext(t.Context(), &id, `select id from cases where receipt = $1`, shown.Get("id")); err != nil {
		t.Fatal(err)
	}
	cure := "/desk/long-table/cases/" + id + "/reattribute"
	presumed := url.Values{
		"seen": {b.get(cure).hidden("seen")}, "first": {"Cleo"}, "last": {"Vane"}, "street": {"9 Elm Street"}, "city": {"Exampleton"}, "state": {"VA"}, "zip": {"22903"},
		"amount": {"1000.01"}, "on": {"2026-05-14"}, "word": {"presumed"}, "notified_on": {""}, "evidence": {"Folder 3"},
	}
	if a := b.post(cure, presumed); a.status != 422 || !a.says("Write the day on which the giver was told of the sum") {
		t.Errorf("a presumption of which nobody was told: %d\n%s", a.status, a.body)
	}
	presumed.Set("notified_on", "2026-05-14")
	if a := b.post(cure, presumed); a.status != 422 || !a.says("Only what is over the limit is reattributed so: $1,000.00") {
		t.Errorf("a presumption of a cent too much: %d\n%s", a.status, a.body)
	}
	presumed.Set("amount", "1000")
	if a := b.post(cure, presumed); !a.says("Recorded: $1,000.00 of it counts for Cleo Vane.") || !a.says("closed") {
		t.Errorf("the presumption: %d\n%s", a.status, a.body)
	}

	// What a corporation gave came, and opens a case.
	firm := form("who", "body", "organization", "Stencil Works Inc", "body", "corporation", "amount", "50")
	if a := b.post("/desk/long-table/receipts/new", firm); !a.says("a case is open for it") {
		t.Errorf("a corporation's check: %d\n%s", a.status, a.body)
	}
	if a := b.post("/desk/long-table/receipts/new", form("who", "body", "organization", "Stencil Works Inc")); a.status != 422 || !a.says("Choose what it is.") {
		t.Errorf("a body of no kind: %d", a.status)
	}
}

// seoHouse is the candidate's own committee, of which hazel is the treasurer.
const seoHouse = registry.CommitteeID("seo-house")

func (w *deskWorld) campaign() *caller {
	w.t.Helper()
	w.at("01-02 00:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		c, err := registry.FindCommittee(ctx, tx, longTable, deskNow)
		if err != nil {
			return err
		}
		c.ID, c.FECID, c.Name, c.Kind, c.Candidate = seoHouse, "C00999105", "MINA SEO FOR CONGRESS", registry.Authorised, seo
		general := registry.Election{ID: "va99-general", Office: "H", State: "VA", District: "99", Kind: "G", Year: 2026, HeldOn: day("11-03")}
		for _, err := range []error{registry.AddCommittee(ctx, tx, c), registry.AddElection(ctx, tx, general), compliance.OpenBooks(ctx, tx, seoHouse, day("01-01"), 0)} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	return w.invited("wren@example.org", "Wren Sorrel", seoHouse, staff.Treasurer)
}

func TestACampaignRedesignatesAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.campaign()
	enter := func(cents, first string) string {
		in := url.Values{
			"id": {b.get("/desk/seo-house/receipts/new").hidden("id")}, "amount": {cents}, "instrument": {"check"}, "number": {"9"}, "line": {"11(a)"},
			"received_on": {"2026-05-04"}, "made_on": {"2026-05-04"}, "who": {"person"}, "first": {first}, "last": {"Tern"}, "street": {"9 Elm Street"},
			"city": {"Exampleton"}, "state": {"VA"}, "zip": {"22903"}, "employer": {"None"}, "occupation": {"Retired"},
		}
		if a := b.post("/desk/seo-house/receipts/new", in); a.status != 200 {
			t.Fatalf("a check: %d\n%s", a.status, a.body)
		}
		return in.Get("id")
	}
	receipt := enter("4500", "Ada")
	var id string
	if err := w.db.GetContext(t.Context(), &id, `select id from cases where receipt = $1`, receipt); err != nil {
		t.Fatal(err)
	}
	page := "/desk/seo-house/cases/" + id
	if a := b.get(page); !a.says("Count a part for another election") {
		t.Errorf("the case:\n%s", a.body)
	}
	form := b.get(page + "/redesignate")
	if !form.says("within 60 days of the receipt") || !strings.Contains(form.body, `value="va99-general"`) || strings.Contains(form.body, `value="va99-primary"`) {
		t.Errorf("the form:\n%s", form.body)
	}
	in := url.Values{
		"seen": {form.hidden("seen")}, "election": {"va99-general"}, "amount": {"1000.01"}, "on": {"2026-05-14"}, "word": {"presumed"}, "notified_on": {"2026-05-14"}, "evidence": {""},
	}
	if a := b.post(page+"/redesignate", in); a.status != 422 || !a.says("Write where the writing, or the notice, is kept.") || !strings.Contains(a.body, `value="1000.01"`) {
		t.Errorf("without evidence: %d\n%s", a.status, a.body)
	}
	in.Set("evidence", "Folder 2")
	if a := b.post(page+"/redesignate", in); a.status != 422 || !a.says("Only what is over the limit") {
		t.Errorf("a cent more than is over: %d\n%s", a.status, a.body)
	}
	if n := w.count(`select count(*) from designations where source = 'presumptive'`); n != 0 {
		t.Fatal("a refused redesignation was stored")
	}
	in.Set("amount", "1000")
	if a := b.post(page+"/redesignate", in); !a.says("Recorded: $1,000.00 of it counts for the other election.") || !a.says("closed") {
		t.Errorf("the redesignation: %d\n%s", a.status, a.body)
	}
	if a := b.get("/desk/seo-house/receipts/" + receipt); !a.says("presumed by the committee, with a notice $1,000.00") {
		t.Errorf("the receipt's page:\n%s", a.body)
	}
	at := "/desk/seo-house/receipts/" + enter("100", "Basil") + "/designation"
	named := actForm(b.get(at), "election", "va99-general", "amount", "50", "evidence", "Letter")
	if a := b.post(at, named); a.status != 422 || !a.says("At most $0.00 of it waits for the giver's word") {
		t.Errorf("a designation of what counts already: %d\n%s", a.status, a.body)
	}
	// Where two elections are held on one day the giver is asked, and names one.
	w.at("05-05 09:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		return registry.AddElection(ctx, tx, registry.Election{ID: "va99-special", Office: "H", State: "VA", District: "99", Kind: "S", Year: 2026, HeldOn: day("06-16")})
	})
	unnamed := enter("80", "Cleo")
	if err := w.db.GetContext(t.Context(), &id, `select id from cases where receipt = $1`, unnamed); err != nil {
		t.Fatal(err)
	}
	a := b.get("/desk/seo-house/cases/" + id)
	if !a.says("$80.00 for no election yet, from Cleo Tern") || !strings.Contains(a.body, "/desk/seo-house/receipts/"+unnamed+"/designation") {
		t.Errorf("the case of a gift that names no election:\n%s", a.body)
	}
	at = "/desk/seo-house/receipts/" + unnamed + "/designation"
	if a := b.post(at, actForm(b.get(at), "election", "va99-primary", "amount", "80", "evidence", "Letter")); !a.says("$80.00 of it is for the election that the giver named") || !a.says("as the giver said $80.00") {
		t.Errorf("the giver's word: %d\n%s", a.status, a.body)
	}
	// A committee that is no candidate's redesignates nothing.
	l := w.treasurer()
	_, other := w.aCase()
	if a := l.get(other + "/redesignate"); a.status != 404 {
		t.Errorf("a PAC redesignates: %d", a.status)
	}
}

// The pages of a receipt, as people see them.
func TestReceiptsAreSeen(t *testing.T) {
	w := newDeskWorld(t)
	token, err := staff.Invite(t.Context(), w.db, "operator", "hazel@example.org", "Hazel Quince", longTable, staff.Treasurer)
	if err != nil {
		t.Fatal(err)
	}
	p := browser.New(t)
	p.Open(w.site.URL + "/desk/login/" + token)
	p.Follow("main button")
	for _, width := range []int{320, 1280} {
		p.Size(width, 900)
		for name, path := range map[string]string{"a-receipt": "", "a-doubt": "/doubt", "joint": "/joint", "kind": "/kind"} {
			if got := p.Open(w.site.URL + "/desk/long-table/receipts/RCHECK1" + path); got != 200 {
				t.Fatalf("%s = %d", path, got)
			}
			if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s is %d wide in a window of %d", path, wide, width)
			}
			p.Shot(fmt.Sprintf("%s-%d", name, width))
		}
	}
}

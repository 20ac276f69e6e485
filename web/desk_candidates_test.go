package web_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/browser"
	"dure/money"
	"dure/registry"
	"dure/staff"
)

const (
	larch      = registry.CandidateID("H6VA98001")
	larchHouse = registry.CommitteeID("larch-house")
	outcomeOf  = "/desk/larch-house/candidates/H6VA98001/va98-primary/outcome"
	debtsOf    = "/desk/larch-house/candidates/H6VA98001/va98-primary/debts"
)

// race is a campaign whose primary was held on 5 May, with two gifts for the general election and one for the primary.
func (w *deskWorld) race() *caller {
	w.t.Helper()
	w.at("01-02 00:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		c, err := registry.FindCommittee(ctx, tx, longTable, deskNow)
		if err != nil {
			return err
		}
		c.ID, c.FECID, c.Name, c.Kind, c.Candidate = larchHouse, "C00999106", "OTIS LARCH FOR CONGRESS", registry.Authorised, larch
		for _, add := range []func() error{
			func() error {
				return registry.AddCandidate(ctx, tx, registry.Candidate{
					ID: larch, Last: "Larch", First: "Otis", Office: "H", State: "VA", District: "98", CommitteeFECID: "C00999106", CommitteeName: c.Name,
					Street: "9 Placeholder Road", City: "Samplebury", CommitteeState: "VA", Zip: "22904",
				})
			},
			func() error { return registry.AddCommittee(ctx, tx, c) },
			func() error {
				return registry.AddElection(ctx, tx, registry.Election{ID: "va98-primary", Office: "H", State: "VA", District: "98", Kind: "P", Year: 2026, HeldOn: day("05-05")})
			},
			func() error {
				return registry.AddElection(ctx, tx, registry.Election{ID: "va98-general", Office: "H", State: "VA", District: "98", Kind: "G", Year: 2026, HeldOn: day("11-03")})
			},
			func() error { return compliance.OpenBooks(ctx, tx, larchHouse, day("01-01"), 0) },
		} {
			if err := add(); err != nil {
				return err
			}
		}
		return nil
	})
	w.forElection(larchHouse, "03-04", "RGEN1", "Ada Tern", "va98-general", 3000_00)
	w.forElection(larchHouse, "05-08", "RGEN2", "Basil Tern", "va98-general", 500_00)
	w.forElection(larchHouse, "03-05", "RPRIM1", "Cleo Tern", "va98-primary", 80_00)
	return w.invited("linden@example.org", "Linden Moss", larchHouse, staff.Treasurer)
}

// forElection enters a check to a candidate's own committee, whose giver named the election.
func (w *deskWorld) forElection(committee registry.CommitteeID, on, id, name string, election registry.ElectionID, cents money.Cents) {
	w.t.Helper()
	first, last, _ := strings.Cut(name, " ")
	w.at(on+" 12:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		c := registry.Contributor{
			Entity: "IND", First: first, Last: last, Street: "9 Elm Street", City: "Exampleton", State: "VA", Zip: "22903", Country: "US", Employer: "None", Occupation: "Retired",
		}
		person, err := registry.Identify(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := registry.Lock(ctx, tx, person); err != nil {
			return err
		}
		c.Person = person
		return compliance.Receive(ctx, tx, compliance.Receipt{
			Committee: committee, ID: id, Contributor: c, Line: "11(a)", Instrument: "check", InstrumentNumber: "9", Cents: cents, Election: election,
			Evidence: "the memo line", MadeOn: day(on), ReceivedOn: day(on), HappenedAt: day(on).Midnight(),
		})
	})
}

// outcomeForm gives what the form of an outcome asks for.
func outcomeForm(a answer, outcome, on string) url.Values {
	return url.Values{"seen": {a.hidden("seen")}, "outcome": {outcome}, "on": {on}, "evidence": {"The canvass, folder 4"}}
}

func TestALostPrimaryIsRecordedAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.race()
	list := "/desk/larch-house/candidates"
	if a := b.get(list); !a.says("Otis Larch House, VA-98") || !a.says("this is the candidate’s own committee") || !a.says("Record how it went") || a.says("Mina Seo") {
		t.Errorf("the candidates:\n%s", a.body)
	}
	form := b.get(outcomeOf)
	for _, says := range []string{
		"within 60 days of the primary of 5 May 2026", "11 CFR 102.9(e)(3), 110.1(b)(3)(i)", "Ada Tern received 4 Mar 2026 Saturday 4 July 2026", "Basil Tern received 8 May 2026 Tuesday 7 July 2026",
		"2 gifts $3,500.00",
	} {
		if !form.says(says) {
			t.Errorf("the form does not say %q:\n%s", says, form.body)
		}
	}
	if form.says("Cleo Tern") {
		t.Error("a gift for the primary is said to become due")
	}
	for name, c := range map[string]struct {
		outcome, on, evidence string
		says                  []string
	}{
		"nothing":            {"", "", "", []string{"Choose how it went.", "Write the day from which the candidate is in the race, or out of it.", "Write how it is known", "Three things to mend"}},
		"no such outcome":    {"vanished", "2026-05-06", "Folder 4", []string{"Choose how it went."}},
		"before the vote":    {"lost", "2026-05-04", "Folder 4", []string{"The primary of 5 May 2026 decides it, not a day before."}},
		"a day ahead":        {"lost", "2026-05-15", "Folder 4", []string{"lies ahead"}},
		"a day that is none": {"withdrew", "2026-02-30", "Folder 4", []string{"Write the day as year-month-day"}},
	} {
		in := url.Values{"seen": {form.hidden("seen")}, "outcome": {c.outcome}, "on": {c.on}, "evidence": {c.evidence}}
		a := b.post(outcomeOf, in)
		for _, says := range c.says {
			if a.status != 422 || !a.says(says) {
				t.Errorf("%s: %d, want %q\n%s", name, a.status, says, a.body)
			}
		}
		if !strings.Contains(a.body, `value="`+c.on+`"`) || !strings.Contains(a.body, `value="`+c.evidence+`"`) {
			t.Errorf("%s: what was typed is gone", name)
		}
	}
	if n := w.count(`select count(*) from election_outcomes`); n != 0 {
		t.Fatal("a refused outcome was stored")
	}

	lost := outcomeForm(form, "lost", "2026-05-06")
	if a := b.post(outcomeOf, lost); a.path != list || !a.says("Recorded: Otis Larch, primary of 5 May 2026: lost. 2 cases opened, due from Saturday 4 July 2026 on.") || !a.says("2 open cases of money for it") {
		t.Errorf("the outcome: %d %s\n%s", a.status, a.path, a.body)
	}
	if n := w.count(`select count(*) from cases where committee = 'larch-house' and kind = 'general lost' and state = 'open' and due_on = case receipt when 'RGEN1' then date '2026-07-04' else date '2026-07-07' end`); n != 2 {
		t.Errorf("%d cases with the days that the form told, want 2", n)
	}
	if a := b.post(outcomeOf, lost); a.status != 200 || !a.says("This was recorded before. Nothing was recorded twice.") {
		t.Errorf("the same form twice: %d", a.status)
	}
	if a := b.post(outcomeOf, outcomeForm(form, "withdrew", "2026-05-06")); a.status != 422 || !a.says("Something was recorded of this election since the page was opened") || a.hidden("seen") != "1" {
		t.Errorf("another outcome on the old page: %d\n%s", a.status, a.body)
	}
	if n := w.count(`select count(*) from election_outcomes`); n != 1 {
		t.Errorf("%d outcomes are stored, want 1", n)
	}

	// A recount turns it: the fact stands beside the first, and the cases close.
	again := b.get(outcomeOf)
	if !again.says("Recorded so far: lost, Wednesday 6 May 2026.") {
		t.Errorf("the form does not tell what stands:\n%s", again.body)
	}
	if a := b.post(outcomeOf, outcomeForm(again, "nominated", "2026-05-12")); !a.says("nominated. 2 cases closed.") || !a.says("nominated, 12 May 2026") || !a.says("before: lost, 6 May 2026") {
		t.Errorf("the correction: %d\n%s", a.status, a.body)
	}
	if n := w.count(`select count(*) from election_outcomes where actor <> 'seed'`); n != 2 {
		t.Errorf("%d outcomes are stored, want both", n)
	}
}

func TestAnOutcomeSentTwiceAtOnceIsOneFact(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.race()
	in := outcomeForm(b.get(outcomeOf), "lost", "2026-05-06")
	var all sync.WaitGroup
	answers := make([]answer, 3)
	for i := range answers {
		all.Go(func() { answers[i] = b.post(outcomeOf, in) })
	}
	all.Wait()
	for _, a := range answers {
		if a.status != 200 {
			t.Errorf("one of them: %d, want the list\n%s", a.status, a.body)
		}
	}
	if facts, cases := w.count(`select count(*) from election_outcomes`), w.count(`select count(*) from cases where kind = 'general lost'`); facts != 1 || cases != 2 {
		t.Errorf("%d outcomes and %d cases, want 1 and 2", facts, cases)
	}
}

func TestNetDebtsAreAttestedAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.race()
	form := b.get(debtsOf)
	if !form.says("11 CFR 110.1(b)(3)(i)-(iii)") || !form.says("has 60 days from its receipt") || !form.says("less the cash on hand") {
		t.Errorf("the form:\n%s", form.body)
	}
	debts := func(a answer, extra ...string) url.Values {
		out := url.Values{
			"seen": {a.hidden("seen")}, "as_of": {"2026-05-12"}, "unpaid": {"12,000"}, "cost_of_raising": {"500"}, "wind_down": {""}, "cash": {"0"}, "owed": {"250.50"}, "evidence": {"The treasurer's letter"},
		}
		for i := 0; i < len(extra); i += 2 {
			out.Set(extra[i], extra[i+1])
		}
		return out
	}
	for name, c := range map[string]struct {
		field, value, says string
	}{
		"on the day of the vote": {"as_of", "2026-05-05", "The election is held on 2026-05-05: its debts are those after it"},
		"of a day ahead":         {"as_of", "2026-05-15", "lies ahead"},
		"no day":                 {"as_of", "", "Write the day of which it speaks."},
		"no debts said":          {"unpaid", "", "Write what is not paid, 0 where nothing is."},
		"no cash said":           {"cash", "", "Write the cash on hand, 0 where there is none."},
		"below zero":             {"owed", "-5", "The amount is above zero."},
		"no number":              {"wind_down", "ten", "Write dollars and cents"},
		"too much":               {"cost_of_raising", "99999999999", "The amount is too large"},
		"no evidence":            {"evidence", "", "Write who attests it, and where that is kept."},
	} {
		a := b.post(debtsOf, debts(form, c.field, c.value))
		if a.status != 422 || !a.says(c.says) || !strings.Contains(a.body, `id="`+c.field+`-err"`) || !strings.Contains(a.body, `value="`+c.value+`"`) || !strings.Contains(a.body, `value="250.50"`) && c.field != "owed" {
			t.Errorf("%s: %d, want %q beside its field, and what was typed\n%s", name, a.status, c.says, a.body)
		}
	}
	if n := w.count(`select count(*) from net_debts`); n != 0 {
		t.Fatal("refused debts were stored")
	}
	in := debts(form)
	if a := b.post(debtsOf, in); !a.says("Recorded: net debts of $12,249.50 as of Tuesday 12 May 2026. $12,249.50 may still come for the primary of 5 May 2026.") || !a.says("net debts of $12,249.50 as of 12 May 2026 $12,249.50 left") {
		t.Errorf("the debts: %d\n%s", a.status, a.body)
	}
	if a := b.post(debtsOf, in); !a.says("Nothing was recorded twice.") {
		t.Errorf("the same form twice: %d", a.status)
	}
	if a := b.post(debtsOf, debts(form, "unpaid", "0")); a.status != 422 || !a.says("Something was recorded of this election") {
		t.Errorf("other debts on the old page: %d", a.status)
	}
	if n := w.count(`select count(*) from net_debts where cents = 1224950`); n != 1 {
		t.Errorf("%d attestations are stored, want 1", n)
	}
	// What comes for the primary now is held against them.
	w.forElection(larchHouse, "05-13", "RDEBT1", "Dora Tern", "va98-primary", 100_00)
	if a := b.get("/desk/larch-house/candidates"); !a.says("$12,149.50 left") {
		t.Errorf("what is left after a gift:\n%s", a.body)
	}
	if a := b.post(debtsOf, debts(b.get(debtsOf), "as_of", "2026-05-14", "unpaid", "0", "cost_of_raising", "0.00")); !a.says("net debts of $0.00 as of Thursday 14 May 2026. $0.00 may still come") {
		t.Errorf("no debts any more: %d\n%s", a.status, a.body)
	}
}

func TestCandidatesOfAConduitAndWhoMayRecord(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	campaign, larchs, pac := w.campaign(), w.race(), w.treasurer()
	w.forElection(seoHouse, "05-04", "RGEN9", "Ada Tern", "va99-general", 200_00)
	page := "/desk/long-table/candidates/H6VA99001/va99-primary/outcome"
	if a := pac.get("/desk/long-table/candidates"); !a.says("Mina Seo House, VA-99 · MINA SEO FOR CONGRESS") || a.says("Otis Larch") || a.says("Attest its net debts") {
		t.Errorf("the conduit's candidates:\n%s", a.body)
	}
	if a := pac.get("/desk/long-table/cases"); !strings.Contains(a.body, `href="/desk/long-table/candidates"`) {
		t.Error("no link leads from the cases to the candidates")
	}
	form := pac.get(page)
	if !form.says("here no case opens") || form.says("Ada Tern") {
		t.Errorf("the conduit's form tells of the campaign's givers, or not what follows:\n%s", form.body)
	}
	viewer := w.invited("ash@example.org", "Ash Vole", longTable, staff.Viewer)
	if a := viewer.get("/desk/long-table/candidates"); a.status != 200 || a.says("Record how it went") {
		t.Errorf("a viewer's page: %d, with or without a form", a.status)
	}
	organizer := w.invited("fern@example.org", "Fern Mole", longTable, staff.Organizer)
	for name, status := range map[string]int{
		"viewer GET": viewer.get(page).status, "viewer POST": viewer.post(page, outcomeForm(form, "withdrew", "2026-05-14")).status,
		"organizer": organizer.get("/desk/long-table/candidates").status, "organizer POST": organizer.post(page, outcomeForm(form, "withdrew", "2026-05-14")).status,
	} {
		if status != 403 {
			t.Errorf("%s: %d, want 403", name, status)
		}
	}
	for who, path := range map[*caller]string{pac: "/desk/seo-house/candidates", larchs: "/desk/larch-house" + page[len("/desk/long-table"):]} {
		if a := who.get(path); a.status != 404 {
			t.Errorf("GET %s = %d, want 404", path, a.status)
		}
	}
	for _, path := range []string{
		"/desk/long-table/candidates/H6VA99001/va99-primary/debts", "/desk/long-table/candidates/H6VA99001/va99-general/outcome", "/desk/long-table/candidates/H6VA99001/va98-primary/outcome",
		"/desk/long-table/candidates/H6VA98001/va98-primary/outcome", "/desk/long-table/candidates/H6VA99001/va99-primary/nonsense",
	} {
		if a := pac.post(path, outcomeForm(form, "lost", "2026-05-14")); a.status != 404 {
			t.Errorf("POST %s = %d, want 404", path, a.status)
		}
	}
	if a := campaign.get("/desk/seo-house/candidates/H6VA99001/va99-primary/debts"); a.status != 404 {
		t.Errorf("debts of an election that is ahead: %d", a.status)
	}
	if n := w.count(`select count(*) from election_outcomes`); n != 0 {
		t.Fatal("what was refused is stored")
	}

	// The conduit's word opens the case at the campaign, and tells nothing of it.
	if a := pac.post(page, outcomeForm(form, "withdrew", "2026-05-14")); !a.says("Recorded: Mina Seo, primary of 16 June 2026: withdrew.") || a.says("case opened") || a.says("1 open case") {
		t.Errorf("the withdrawal: %d\n%s", a.status, a.body)
	}
	if a := campaign.get("/desk/seo-house/candidates"); !a.says("withdrew, 14 May 2026") || !a.says("1 open case of money for it") {
		t.Errorf("the campaign's page:\n%s", a.body)
	}
	if n := w.count(`select count(*) from cases where committee = 'seo-house' and receipt = 'RGEN9' and kind = 'general lost' and due_on = '2026-08-15'`); n != 1 {
		t.Error("no case opened at the campaign, sixty days after the primary")
	}
}

// The pages of candidates, as they were and as people see them.
func TestCandidatesAreSeen(t *testing.T) {
	w := newDeskWorld(t)
	b := w.race()
	if a := b.post(debtsOf, url.Values{"seen": {"0"}, "as_of": {"2026-05-12"}, "unpaid": {"4000"}, "cash": {"1000"}, "evidence": {"The treasurer's letter"}}); a.status != 200 {
		t.Fatalf("debts: %d\n%s", a.status, a.body)
	}
	w.at("05-13 12:00", "operator", func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.MoveElection(ctx, tx, "va98-general", day("11-10"), "The county’s roads are under water: order 26-7 of <the> board", deskNow)
	})
	b.get("/desk/larch-house/candidates")
	pages := map[string]string{"candidates": "/desk/larch-house/candidates", "candidate-outcome": outcomeOf, "candidate-debts": debtsOf}
	for name, path := range pages {
		golden(t, "desk-"+name, steady(b.get(path).body))
	}
	token, err := staff.Invite(t.Context(), w.db, "operator", "linden@example.org", "Linden Moss", larchHouse, staff.Treasurer)
	if err != nil {
		t.Fatal(err)
	}
	p := browser.New(t)
	p.Open(w.site.URL + "/desk/login/" + token)
	p.Follow("main button")
	for _, width := range []int{320, 1280} {
		p.Size(width, 900)
		for name, path := range pages {
			if got := p.Open(w.site.URL + path); got != 200 {
				t.Fatalf("%s = %d", path, got)
			}
			if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s is %d wide in a window of %d", path, wide, width)
			}
			if found := p.Axe(); len(found) > 0 {
				t.Errorf("%s at %d: axe finds %v", path, width, found)
			}
			p.Shot(fmt.Sprintf("desk-%s-%d", name, width))
		}
	}
}

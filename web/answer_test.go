package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/letters"
	"dure/pg"
	"dure/registry"
)

// asked gives the address of the page of a letter that asks a giver for what is missing.
func asked(t *testing.T, s *site, missing func(c *registry.Contributor)) string {
	t.Helper()
	ctx := t.Context()
	giver := registry.Contributor{
		Entity: "IND", First: "Marigold", Last: "Penhallow", Street: "5 Sample St", City: "Albany", State: "NY", Zip: "12207", Country: "US", Email: "marigold@example.org",
		Employer: "Sample Mill", Occupation: "Weaver",
	}
	missing(&giver)
	day := civil.In(noon, time.UTC).Add(-2)
	err := pg.InTx(ctx, s.DB, "test", []string{"long-table"}, func(tx *sqlx.Tx) (err error) {
		if giver.Person, err = registry.AddPerson(ctx, tx, giver); err != nil {
			return err
		}
		return compliance.Receive(ctx, tx, compliance.Receipt{
			Committee: "long-table", ID: "R-ASKED-1", Contributor: giver, Line: "11(a)", Instrument: "check", Cents: 25000,
			MadeOn: day, ReceivedOn: day, HappenedAt: noon,
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := letters.AskForMissing(ctx, s.DB, noon, "http://dure.example.org"); err != nil || n != 1 {
		t.Fatalf("AskForMissing = %d, %v", n, err)
	}
	list, err := letters.List(ctx, s.DB, "long-table", letters.Effort, 1)
	if err != nil {
		t.Fatal(err)
	}
	link, err := url.Parse(answerIn(list[0].Plain))
	if err != nil || link.Path == "" {
		t.Fatalf("no link in\n%s", list[0].Plain)
	}
	return link.RequestURI()
}

// answerIn gives the address of the answer's page in a letter.
func answerIn(letter string) string {
	return regexp.MustCompile(`https?://\S+/answer/\S+`).FindString(letter)
}

func TestAGiverAnswersALetter(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	link := asked(t, s, func(c *registry.Contributor) { c.Employer, c.Occupation = "", "" })

	status, _, body := s.get(t, link)
	if status != http.StatusOK {
		t.Fatalf("%d\n%s", status, body)
	}
	for _, want := range []string{"A question for you, Marigold Penhallow", `name="employer"`, `name="occupation"`, "Federal law requires us"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, leads := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		if leads[1] == "/" || strings.Contains(leads[1], "/give/") {
			t.Errorf("the page of the answer leads to %s", leads[1])
		}
	}
	if strings.Contains(body, `name="street"`) {
		t.Error("the page asks for what is known")
	}
	if status, _, _ := s.get(t, strings.Replace(link, "key=", "key=x", 1)); status != http.StatusNotFound {
		t.Errorf("a wrong key: %d", status)
	}

	status, _, body = s.send(t, link, url.Values{"work": {"employed"}, "employer": {"織り屋"}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "織り屋") || !strings.Contains(body, `href="#occupation"`) {
		t.Fatalf("a bad answer: %d\n%s", status, body)
	}
	status, header, _ := s.send(t, link, url.Values{"work": {"retired"}})
	if status != http.StatusSeeOther {
		t.Fatalf("the answer: %d", status)
	}
	if _, _, body = s.get(t, header.Get("Location")); !strings.Contains(body, "Thank you. That is all.") || strings.Contains(body, `name="employer"`) {
		t.Errorf("after the answer:\n%s", body)
	}
	var known struct{ Employer, Occupation string }
	const last = `select employer, occupation from contributor_versions where committee = 'long-table' order by recorded_at desc limit 1`
	if err := s.DB.GetContext(t.Context(), &known, last); err != nil || known.Employer != "Retired" || known.Occupation != "Retired" {
		t.Errorf("known now %+v, %v", known, err)
	}
}

func TestALetterAsksForAnAddressToo(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	link := asked(t, s, func(c *registry.Contributor) { c.Street, c.City, c.Zip, c.Email = "", "", "", "" })
	if _, _, body := s.get(t, link); !strings.Contains(body, `name="street"`) || strings.Contains(body, `name="employer"`) {
		t.Errorf("the page of a missing address:\n%s", body)
	}
	if status, _, body := s.send(t, link, url.Values{"street": {"9 Sample St"}, "city": {"Troy"}, "state": {"NY"}, "zip": {"12180"}}); status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", status, body)
	}
	var street string
	const last = `select street from contributor_versions where committee = 'long-table' order by recorded_at desc limit 1`
	if err := s.DB.GetContext(t.Context(), &street, last); err != nil || street != "9 Sample St" {
		t.Errorf("known now %q, %v", street, err)
	}
}

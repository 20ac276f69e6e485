package letters_test

import (
	"database/sql"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/house"
	"dure/dev/mailsink"
	"dure/donations"
	"dure/i18n"
	"dure/letters"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

const site = "http://dure.example.org"

// rig is a house with a mail server.
type rig struct {
	*house.House
	t    *testing.T
	sink *mailsink.Sink
	post *letters.Post
}

func newRig(t *testing.T) rig {
	t.Helper()
	sink, err := mailsink.New("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sink.Close() })
	post, err := letters.NewPost(sink.URL(), site)
	if err != nil {
		t.Fatal(err)
	}
	r := rig{House: house.New(t), t: t, sink: sink, post: post}
	r.judge(compliance.Approves, i18n.Languages()...)
	return r
}

// judge approves every required text in languages for the committee, or takes that back.
func (r rig) judge(verdict string, languages ...i18n.Language) {
	r.t.Helper()
	ctx := r.t.Context()
	err := pg.InTx(ctx, r.DB, "test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
		c, err := registry.FindCommittee(ctx, tx, house.Committee, time.Time{})
		if err != nil {
			return err
		}
		var said []compliance.Approval
		for _, l := range languages {
			all, err := compliance.Notices(ctx, tx, c, l, r.Today())
			if err != nil {
				return err
			}
			for _, n := range all {
				if n.Translated() {
					said = append(said, compliance.Approval{
						Notice: n.Text.Text, Language: l, Version: n.Translation.Version, EnglishVersion: n.English.Version,
						Verdict: verdict, Source: compliance.ByPerson, Approver: "Iris Sample", Note: "read both",
					})
				}
			}
		}
		return compliance.JudgeNotices(ctx, tx, c, r.Today(), said)
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func unemployed(p *donations.Pledge) { p.Employer, p.Occupation = "", "" }

// give is a card gift without a word on the giver's work.
func (r rig) give(cents int64, change ...func(p *donations.Pledge)) donations.Gift {
	r.t.Helper()
	p := r.Pledge(house.ToCommittee, 0, append([]func(p *donations.Pledge){unemployed}, change...)...)
	p.Cents = money.Cents(cents)
	g := r.MustGive(p)
	r.Pay(g, house.Good)
	r.Quiet()
	return g
}

// write asks for what is missing as of now, and sends what is due.
func (r rig) write() (wrote, sent int) {
	r.t.Helper()
	ctx := r.t.Context()
	for _, f := range []func() (int, error){
		func() (int, error) { return letters.AskForMissing(ctx, r.DB, r.Sim.Now(), site) },
		func() (int, error) { return letters.TellOfHeld(ctx, r.DB, r.Sim.Now(), site) },
	} {
		n, err := f()
		if err != nil {
			r.t.Fatal(err)
		}
		wrote += n
	}
	sent, err := r.post.Send(ctx, r.DB, r.Sim.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	return wrote, sent
}

var answerLink = regexp.MustCompile(`/answer/(L[A-Z2-7]{15})\?key=([A-Za-z0-9_-]{22})`)

func TestAGiverPastTheThresholdIsAskedOnceAndAnswers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ctx := t.Context()

	r.give(20000) // exactly 200.00 is not over it
	r.Advance(24 * time.Hour)
	if wrote, _ := r.write(); wrote != 0 {
		t.Fatalf("%d letters for 200.00 in a year, want none", wrote)
	}
	second := r.give(100)
	if wrote, _ := r.write(); wrote != 0 {
		t.Fatalf("%d letters on the day of the gift, want none before the next", wrote)
	}
	r.Advance(24 * time.Hour)
	if wrote, sent := r.write(); wrote != 1 || sent != 1 {
		t.Fatalf("wrote %d, sent %d letters, want one", wrote, sent)
	}
	if wrote, sent := r.write(); wrote != 0 || sent != 0 {
		t.Errorf("the same is asked again: wrote %d, sent %d", wrote, sent)
	}

	mail := r.sink.Messages()[0]
	if got := mail.To; !slices.Equal(got, []string{"ada@example.org"}) {
		t.Errorf("sent to %v", got)
	}
	for _, body := range []string{mail.Text, mail.HTML} {
		for _, want := range []string{
			"Ada Quillfeather", "LANTERN STREET PAC", "$1", "your employer and your occupation",
			i18n.Legal(i18n.English, "best-efforts").Words, "retired, not employed",
		} {
			if !strings.Contains(strings.Join(strings.Fields(body), " "), want) {
				t.Errorf("the letter lacks %q:\n%s", want, body)
			}
		}
	}
	// the effort is on record, for the gift that passed the threshold and no other
	type effort struct{ Receipt, SentBy string }
	var efforts []effort
	if err := r.DB.Select(&efforts, `select receipt, sent_by as sentby from efforts`); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]effort{{string(second.ID), "email"}}, efforts); diff != "" {
		t.Errorf("efforts (-want +got)\n%s", diff)
	}
	if n := r.Count(`select count(*) from letters where plain ~ 'key=[A-Za-z0-9]' or html ~ 'key=[A-Za-z0-9]'`); n != 0 {
		t.Error("a letter that was sent is kept with its key")
	}

	// the answer
	link := answerLink.FindStringSubmatch(mail.Text)
	if link == nil {
		t.Fatalf("no link to answer in\n%s", mail.Text)
	}
	if _, err := letters.FindQuestion(ctx, r.DB, link[1], "wrong"); !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("a wrong key opens the question: %v", err)
	}
	q, err := letters.FindQuestion(ctx, r.DB, link[1], link[2])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"employer", "occupation"}, q.Missing); diff != "" {
		t.Errorf("asks for (-want +got)\n%s", diff)
	}
	told, err := q.Take(ctx, r.DB, r.Sim.Now(), registry.Contributor{Employer: "Quillfeather Bindery", Occupation: "Bookbinder", Street: "1 Stolen St", City: "X", Zip: "1"})
	if err != nil || !slices.Equal(told, []string{"employer", "occupation"}) {
		t.Fatalf("Take = %v, %v", told, err)
	}
	giver, err := registry.FindContributor(ctx, r.DB, house.Committee, q.Letter.Person, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if giver.Employer != "Quillfeather Bindery" || giver.Occupation != "Bookbinder" || giver.Street != "3 Thimble Ln" {
		t.Errorf("known now: %+v; only what was missing is taken", giver)
	}
	if told, err := q.Take(ctx, r.DB, r.Sim.Now(), registry.Contributor{Employer: "Another"}); err != nil || told != nil {
		t.Errorf("a second answer = %v, %v, want nothing new", told, err)
	}
	r.give(5000, func(p *donations.Pledge) { p.Token = donations.NewGiftID() })
	r.Advance(24 * time.Hour)
	if wrote, _ := r.write(); wrote != 0 {
		t.Errorf("asked %d times for what is known", wrote)
	}
}

// The request may ask for nothing else and may not solicit (11 CFR 104.7(b)(2)): its words are the catalog's, in every language
// that has them, and its only address is that of the answer.
func TestTheRequestCanNotSolicit(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.give(30000)
	r.Advance(24 * time.Hour)
	r.write()
	mail := r.sink.Messages()[0]
	address := regexp.MustCompile(`https?://[^\s"<]+`)
	for _, body := range []string{mail.Text, mail.HTML} {
		for _, link := range address.FindAllString(body, -1) {
			u, err := url.Parse(strings.ReplaceAll(link, "&amp;", "&"))
			if err != nil || !strings.HasPrefix(u.Path, "/answer/") {
				t.Errorf("the request leads to %s", link)
			}
		}
		if solicits := regexp.MustCompile(`(?i)\b(donate|chip in|give again|contribute (now|again|today)|another gift)\b`).FindString(body); solicits != "" {
			t.Errorf("the request says %q", solicits)
		}
	}
}

func TestALetterOnPaperIsAskedWhenItIsMailed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.give(30000)
	r.Advance(24 * time.Hour)
	if _, err := r.Owner.Exec(`insert into contributor_versions select committee, person, gen_random_uuid(), entity, last_name, first_name, organization, fec_id, name_own,
		street, street_2, city, state, zip, country, employer, occupation, '', 'test', now() from contributor_versions`); err != nil {
		t.Fatal(err)
	}
	if wrote, sent := r.write(); wrote != 1 || sent != 0 {
		t.Fatalf("wrote %d, sent %d, want one on paper and none sent", wrote, sent)
	}
	list, err := letters.List(t.Context(), r.DB, house.Committee, "", 10)
	if err != nil || len(list) != 1 || list[0].SentBy != letters.OnPaper || !strings.Contains(list[0].Plain, "Name of employer: ____") {
		t.Fatalf("letters %+v, %v", list, err)
	}
	mailed := func() error {
		return pg.InTx(t.Context(), r.DB, "staff:test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
			return letters.Mailed(t.Context(), tx, house.Committee, list[0].ID, r.Today(), r.Sim.Now())
		})
	}
	if err := mailed(); err != nil {
		t.Fatal(err)
	}
	if err := mailed(); err == nil {
		t.Error("a letter is mailed twice")
	}
	if n := r.Count(`select count(*) from efforts where sent_by = 'letter'`); n != 1 {
		t.Errorf("%d efforts, want one", n)
	}
}

func TestAGiverIsToldOfAHeldGiftAndOfItsRelease(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	g := r.MustGive(r.Pledge(house.ToCommittee, 2500))
	r.Pay(g, "4000000000000101") // the security code does not match
	r.Quiet()
	if _, sent := r.write(); sent != 1 {
		t.Fatalf("%d letters, want one of the held gift", sent)
	}
	if _, sent := r.write(); sent != 0 {
		t.Fatal("told twice")
	}
	held := r.sink.Messages()[0]
	if strings.Contains(held.Text, "/proof/") {
		t.Errorf("a giver whose code does not match is asked for a passport:\n%s", held.Text)
	}
	if !strings.Contains(held.Text, "Nothing is charged yet") || !strings.Contains(held.Text, "/thanks/"+string(g.ID)+"?key="+g.ThanksKey) {
		t.Errorf("the letter of a held gift:\n%s", held.Text)
	}
	if err := donations.Decide(t.Context(), r.DB, r.Sim.Now(), "staff:test", house.Committee, g.ID, false, "The holder did not answer"); err != nil {
		t.Fatal(err)
	}
	r.Quiet()
	if _, sent := r.write(); sent != 1 {
		t.Fatalf("%d letters, want one of the release", sent)
	}
	if last := r.sink.Messages()[1]; !strings.Contains(last.Text, "is let go, and nothing is charged") {
		t.Errorf("the letter of a released gift:\n%s", last.Text)
	}
}

func TestAMailServerThatIsAwayLosesNoLetter(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.give(30000)
	r.Advance(24 * time.Hour)
	away, err := letters.NewPost("smtp://127.0.0.1:1", site)
	if err != nil {
		t.Fatal(err)
	}
	r.post, away = away, r.post
	if wrote, sent := r.write(); wrote != 1 || sent != 0 {
		t.Fatalf("wrote %d, sent %d", wrote, sent)
	}
	if n := r.Count(`select count(*) from letters where state = 'owed' and attempts = 1 and last_error <> '' and due_at > $1`, r.Sim.Now()); n != 1 {
		t.Fatal("the letter does not wait for another try")
	}
	r.post = away
	r.Advance(time.Hour)
	if _, sent := r.write(); sent != 1 {
		t.Error("the letter did not go out when the server was back")
	}
	if n := r.Count(`select count(*) from efforts`); n != 1 {
		t.Errorf("%d efforts, want one", n)
	}
}

func TestAddressesOfMailServers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		address string
		good    bool
	}{
		{"smtp://mail.example.org:587", true},
		{"smtps://user:word@mail.example.org", true},
		{"smtp://127.0.0.1:2525", true},
		{"mail.example.org:587", false},
		{"https://mail.example.org", false},
		{"smtp://", false},
		{"", false},
	} {
		if _, err := letters.NewPost(c.address, site); (err == nil) != c.good {
			t.Errorf("NewPost(%q) = %v", c.address, err)
		}
	}
}

func TestAGiverAbroadIsAskedForACopyOfTheirPassport(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	g := r.MustGive(r.Pledge(house.ToCommittee, 2500))
	r.Pay(g, "4000001240000000") // a bank of Canada
	r.Quiet()
	if _, sent := r.write(); sent != 1 {
		t.Fatalf("%d letters, want one of the held gift", sent)
	}
	held := r.sink.Messages()[0]
	for _, want := range []string{"U.S. citizens and nationals abroad and green-card holders", "/proof/" + string(g.ID) + "?key=" + g.ThanksKey} {
		if !strings.Contains(held.Text, want) {
			t.Errorf("the letter lacks %q:\n%s", want, held.Text)
		}
	}
}

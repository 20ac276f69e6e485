package letters_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"dure/compliance"
	"dure/dev/house"
	"dure/dev/mailsink"
	"dure/donations"
	"dure/i18n"
	"dure/letters"
	"dure/money"
)

var update = flag.Bool("update", false, "write what the letters are now to testdata")

// office writes and sends what dure serve would of gifts.
type office struct {
	rig
	receipts *letters.Receipts
}

// newOffice is an office that has begun with receipts.
func newOffice(t *testing.T) office {
	t.Helper()
	r := newRig(t)
	o := office{r, letters.NewReceipts(r.DB, site)}
	o.work()
	return o
}

// work writes and sends what is owed as of now, and tells how many letters went out.
func (o office) work() int {
	o.t.Helper()
	ctx := o.t.Context()
	if _, err := o.receipts.Write(ctx, o.Sim.Now()); err != nil {
		o.t.Fatal(err)
	}
	if _, err := letters.TellOfBack(ctx, o.DB, o.Sim.Now(), site); err != nil {
		o.t.Fatal(err)
	}
	if _, err := letters.TellOfHeld(ctx, o.DB, o.Sim.Now(), site); err != nil {
		o.t.Fatal(err)
	}
	sent, err := o.post.Send(ctx, o.DB, o.Sim.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	return sent
}

// settled is a gift whose money came.
func (o office) settled(drive string, cents int64, change ...func(p *donations.Pledge)) donations.Gift {
	o.t.Helper()
	p := o.Pledge(drive, 0, change...)
	p.Cents = money.Cents(cents)
	g := o.MustGive(p)
	o.Pay(g, house.Good)
	o.Quiet()
	return o.Gift(g.ID)
}

// last is the letter that came last.
func (o office) last() mailsink.Message {
	o.t.Helper()
	all := o.sink.Messages()
	if len(all) == 0 {
		o.t.Fatal("no letter came")
	}
	return all[len(all)-1]
}

// wants holds both bodies of a letter against what each must say. The HTML is read as a mail program would.
func wants(t *testing.T, m mailsink.Message, all ...string) {
	t.Helper()
	for name, body := range map[string]string{"text": m.Text, "HTML": words(t, m.HTML)} {
		for _, want := range all {
			if !strings.Contains(oneLine(body), want) {
				t.Errorf("the %s lacks %q:\n%s", name, want, body)
			}
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// words is the text that a reader of a page sees, and where its links lead.
func words(t *testing.T, page string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for n := range doc.Descendants() {
		switch {
		case n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "title":
			out.WriteString(n.Data + " ")
		case n.Data == "a":
			for _, a := range n.Attr {
				if a.Key == "href" {
					out.WriteString(a.Val + " ")
				}
			}
		}
	}
	return out.String()
}

func TestASettledGiftHasOneReceiptWithAllOfIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	g := o.settled(house.ToCommittee, 2500)
	if n := o.work(); n != 1 {
		t.Fatalf("%d letters for one gift", n)
	}
	for range 3 {
		o.Advance(2 * time.Hour)
		if n := o.work(); n != 0 {
			t.Fatalf("the receipt went out again: %d letters", n)
		}
	}
	again := letters.NewReceipts(o.DB, site) // another process, or the same after a restart
	if n, err := again.Write(t.Context(), o.Sim.Now()); n != 0 || err != nil {
		t.Errorf("a new process writes %d receipts, %v", n, err)
	}

	m := o.last()
	if m.Subject != "Your receipt: $25.00 to LANTERN STREET PAC" || !slices.Equal(m.To, []string{"ada@example.org"}) {
		t.Errorf("subject %q to %v", m.Subject, m.To)
	}
	for name, want := range map[string]string{
		"Content-Language": "en", "Auto-Submitted": "auto-generated", "List-Unsubscribe": "",
		"From": `"LANTERN STREET PAC" <help@lanternstreet.example.org>`, "To": `"Ada Quillfeather" <ada@example.org>`,
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if kind := m.Header.Get("Content-Type"); !strings.HasPrefix(kind, "multipart/alternative") {
		t.Errorf("the message is %q, want text and HTML as alternatives", kind)
	}
	wants(t, m,
		"Dear Ada Quillfeather,", "This letter is your receipt", "Your card was charged once. Nothing repeats.",
		"LANTERN STREET PAC (FEC number C00999101)", "$25.00", "$0.00", "card ending 4242", i18n.Day(i18n.English, o.Today()), string(g.ID),
		"LANTERN STREET PAC, perhaps shortened",
		i18n.Legal(i18n.English, "public.committee").With("committee", "LANTERN STREET PAC"),
		i18n.Legal(i18n.English, "not-deductible").With("committee", "LANTERN STREET PAC"),
		i18n.Legal(i18n.English, "best-efforts").Words,
		"Paid for by LANTERN STREET PAC (lanternstreet.example.org) and not authorized by any candidate or candidate's committee.",
		"$4,975.00 of $5,000.00", "help@lanternstreet.example.org", site+"/thanks/"+string(g.ID)+"?key="+g.ThanksKey,
	)
	if n := o.Count(`select count(*) from letters where plain ~ 'key=[A-Za-z0-9]' or html ~ 'key=[A-Za-z0-9]'`); n != 0 {
		t.Error("a receipt that was sent is kept with its key")
	}
}

// Whoever gives a dollar under somebody's name and address is one giver with them for the law, and learns no sums of theirs.
func TestAReceiptTellsAStrangerNoSums(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.settled(house.ToCommittee, 123400)
	o.work()
	wants(t, o.last(), "$3,766.00")
	o.settled(house.ToCommittee, 100, func(p *donations.Pledge) { p.Email = "stranger@example.net" })
	o.work()
	m := o.last()
	if m.To[0] != "stranger@example.net" || strings.Contains(m.Text+m.HTML, "3,76") || strings.Contains(m.Text, "What you may still give") {
		t.Errorf("a stranger is told what somebody gave:\n%s", m.Text)
	}
}

func TestTheReceiptOfAnEarmarkedGiftNamesWhoForwardsItAndWhen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.settled(house.ToCandidate, 10000)
	o.work()
	m := o.last()
	if m.Subject != "Your receipt: $100.00 to HALE FOR CONGRESS" {
		t.Errorf("subject %q", m.Subject)
	}
	by := i18n.Day(i18n.English, o.Today().Add(10))
	wants(t, m, "HALE FOR CONGRESS (FEC number C00999102)", "primary of 2 June", "LANTERN STREET PAC (FEC number C00999101)", by,
		"the committee of Juniper Hale, by "+by, "must report every gift that it forwards", "HALE FOR CONGRESS reports them too", "for this election, as far as we know: $3,400.00 of $3,500.00")
}

// Nothing in a receipt comes from elsewhere, or tells anybody that it was read.
func TestAReceiptLoadsNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.settled(house.ToCommittee, 2500)
	o.work()
	m := o.last()
	if found := regexp.MustCompile(`(?i)<(img|script|iframe|link|form|object|svg)|\ssrc=|url\(|@import|@font-face|\son\w+=`).FindString(m.HTML); found != "" {
		t.Errorf("the HTML has %q", found)
	}
	for _, body := range []string{m.Text, m.HTML} {
		for _, link := range regexp.MustCompile(`https?://[^\s"<]+`).FindAllString(body, -1) {
			if !strings.HasPrefix(link, site+"/thanks/") {
				t.Errorf("the receipt leads to %s", link)
			}
		}
	}
	if n := len(m.HTML); n > 12_000 {
		t.Errorf("the HTML has %d bytes", n)
	}
}

func TestWhoGaveBeforeReceiptsBeganGetsNone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := office{r, letters.NewReceipts(r.DB, site)}
	old := o.settled(house.ToCommittee, 2500)
	o.Advance(time.Minute)
	if n := o.work(); n != 0 {
		t.Fatalf("%d letters about gifts of before", n)
	}
	if err := donations.Refund(t.Context(), o.DB, o.Sim.Now(), "staff:test", house.Committee, old.ID, 500); err != nil {
		t.Fatal(err)
	}
	fresh := o.settled(house.ToCommittee, 3000, house.By("Bram"))
	o.work()
	var about []string
	if err := o.DB.Select(&about, `select kind || ' ' || gift from letters order by kind`); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"receipt " + string(fresh.ID), "refunded " + string(old.ID)}, about); diff != "" {
		t.Errorf("letters (-want +got)\n%s", diff)
	}
}

func TestManyReceiptsAreWrittenAndSentOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const many = 30 // more than one round of the post
	for range many {
		g := o.MustGive(o.Pledge(house.ToCommittee, 100, house.By("Bram")))
		o.Pay(g, house.Good)
	}
	o.Quiet()
	settled := o.Count(`select count(*) from gifts where state = 'settled'`)
	sent := 0
	for n := o.work(); n > 0; n = o.work() {
		sent += n
	}
	if settled != many || sent != many || len(o.sink.Messages()) != many {
		t.Errorf("%d gifts settled, %d letters sent, %d came, want %d", settled, sent, len(o.sink.Messages()), many)
	}
}

func TestAMailServerThatIsAwayGetsTheReceiptOnceItIsBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.settled(house.ToCommittee, 2500)
	back := o.post
	away, err := letters.NewPost("smtp://127.0.0.1:1", site)
	if err != nil {
		t.Fatal(err)
	}
	o.post = away
	for range 3 {
		if n := o.work(); n != 0 {
			t.Fatal("a letter went out to nowhere")
		}
		o.Advance(time.Hour)
	}
	waits, err := letters.In(t.Context(), o.DB, house.Committee, letters.Owed, 10)
	if err != nil || len(waits) != 1 || waits[0].Attempts != 3 || waits[0].LastError == "" {
		t.Fatalf("waiting: %+v, %v; want one letter, tried three times, with what was said last", waits, err)
	}
	o.post = back
	if n := o.work() + o.work(); n != 1 || len(o.sink.Messages()) != 1 {
		t.Errorf("%d letters went out and %d came when the server was back, want one", n, len(o.sink.Messages()))
	}
}

func TestAMailboxThatRefusesIsSeenAndTriedAgainByHand(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	o.sink.Refuse("ada@example.org")
	o.settled(house.ToCommittee, 2500)
	o.settled(house.ToCommittee, 2500, house.By("Bram"))
	if n := o.work(); n != 1 {
		t.Errorf("%d letters went out, want Bram's: one that is refused does not hold the others", n)
	}
	failed, err := letters.In(ctx, o.DB, house.Committee, letters.Failed, 10)
	if err != nil || len(failed) != 1 || !strings.Contains(failed[0].LastError, "550") || !strings.Contains(failed[0].LastError, "no such mailbox") {
		t.Fatalf("failed: %+v, %v; want one with the server's last word", failed, err)
	}
	o.Advance(24 * time.Hour)
	if n := o.work(); n != 0 {
		t.Errorf("a letter that was refused for good went out by itself")
	}
	if n, err := letters.Again(ctx, o.DB, o.Sim.Now(), "staff:test", house.Affiliate, failed[0].ID); n != 0 || err != nil {
		t.Errorf("another committee sends it again: %d, %v", n, err)
	}
	o.sink.Refuse()
	if n, err := letters.Again(ctx, o.DB, o.Sim.Now(), "staff:test", house.Committee, failed[0].ID); n != 1 || err != nil {
		t.Fatalf("Again = %d, %v", n, err)
	}
	if n := o.work(); n != 1 || o.last().To[0] != "ada@example.org" {
		t.Errorf("%d letters went out when it was sent again", n)
	}
	if n, err := letters.Again(ctx, o.DB, o.Sim.Now(), "staff:test", house.Committee, failed[0].ID); n != 0 || err != nil {
		t.Errorf("a letter that was sent is sent again: %d, %v", n, err)
	}
	box, err := letters.Count(ctx, o.DB, house.Committee)
	if diff := cmp.Diff(letters.Box{}, box); err != nil || diff != "" {
		t.Errorf("the box (-want +got), %v\n%s", err, diff)
	}
}

// A line break in a name or an address would begin another line of the head. The form takes none; a letter that has one all the
// same is not sent.
func TestALineBreakInTheHeadIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	g := o.settled(house.ToCommittee, 2500)
	for _, column := range []string{"subject", "sender_name", "sender", "addressee_name", "addressee"} {
		o.Owner.MustExec(`delete from letters`)
		if _, err := letters.NewReceipts(o.DB, site).Write(t.Context(), o.Sim.Now()); err != nil {
			t.Fatal(err)
		}
		o.Owner.MustExec(`update letters set ` + column + ` = ` + column + ` || e'\r\nBcc: everybody@example.org'`)
		if n, err := o.post.Send(t.Context(), o.DB, o.Sim.Now()); n != 0 || err != nil {
			t.Errorf("with a line break in %s %d letters went out, %v", column, n, err)
		}
		if n := o.Count(`select count(*) from letters where gift = $1 and state = 'failed' and last_error <> ''`, g.ID); n != 1 {
			t.Errorf("a letter with a line break in %s is not marked as failed", column)
		}
	}
	if n := len(o.sink.Messages()); n != 0 {
		t.Errorf("%d letters came", n)
	}
}

// Each language's receipt is in that language: its direction, its sentences, and every value in its place.
func TestReceiptsInEveryLanguage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, lang := range i18n.Languages() {
		g := o.settled(house.ToCandidate, 2500, house.By("Bram"), func(p *donations.Pledge) { p.Language = string(lang) })
		o.work()
		m := o.last()
		if got := m.Header.Get("Content-Language"); got != string(lang) {
			t.Errorf("%s: Content-Language %q", lang, got)
		}
		in := `lang="` + string(lang) + `" dir="` + lang.Dir() + `"`
		if strings.Count(m.HTML, in) < 2 {
			t.Errorf("%s: page and sheet do not both say %s", lang, in)
		}
		if lang.Dir() == "rtl" && !strings.Contains(m.HTML, "text-align:right") {
			t.Errorf("%s does not run from the right", lang)
		}
		wants(t, m, string(g.ID), "$25.00", "$0.00", "C00999102", "4242", site+"/thanks/", "Paid for by LANTERN STREET PAC")
		for _, body := range []string{m.Subject, m.Text, words(t, m.HTML)} {
			if odd := regexp.MustCompile(`[{}]|receipt\.[a-z]|\bthanks\.room|<no value>`).FindString(body); odd != "" {
				t.Errorf("%s: the letter says %q", lang, odd)
			}
			if strings.ContainsRune(body, '\u2060') {
				t.Errorf("%s: the letter has the invisible joiner of the site's days, which some mail programs draw", lang)
			}
		}
		if lang != i18n.English && strings.Contains(m.Text, "This letter is your receipt") {
			t.Errorf("%s: the receipt is in English", lang)
		}
		if out := os.Getenv("DURE_LETTERS_OUT"); out != "" { // to look at them
			if err := os.WriteFile(filepath.Join(out, string(lang)+".html"), []byte(m.HTML), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Whoever fills a form names whichever mailbox they like: what they call themselves must not make a stranger's letter lead anywhere.
func TestANameThatIsALinkIsNotWritten(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for own, written := range map[string]bool{
		"Ada Q. Quillfeather-Jr.": true, "브람 퀼페더": true, "D’Arcy St. John III": true,
		"https://thief.example/x": false, "Your card is locked: thief.example": false, "www.thief.example": false, "call thief@thief.example": false, "thief．example": false,
	} {
		o.settled(house.ToCommittee, 100, func(p *donations.Pledge) { p.NameOwn = own })
		o.work()
		m := o.last()
		if got := strings.Contains(m.Text, own); got != written {
			t.Errorf("the letter to %q names them: %v, want %v\n%s", own, got, written, m.Text)
		}
		if !written && !strings.Contains(m.Text, "Dear Ada Quillfeather,") {
			t.Errorf("the letter to %q greets nobody:\n%s", own, m.Text)
		}
		o.settled(house.ToCommittee, 100, func(p *donations.Pledge) { p.GivenName, p.FamilyName = "Win", own })
		o.work()
		if got := strings.Contains(o.last().Text, own); got != written || !written && !strings.Contains(o.last().Text, "Dear friend,") {
			t.Errorf("the letter to Win %q names them: %v, want %v\n%s", own, got, written, o.last().Text)
		}
	}
}

// Letters bear texts that the law wants: in a language whose translations nobody answers for any more, they are English.
func TestLettersAreInNoLanguageThatIsNotApproved(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	inKorean := func(p *donations.Pledge) { p.Language, p.Employer, p.Occupation = "ko", "", "" }
	language := func(what string, want i18n.Language) {
		t.Helper()
		if got := o.last().Header.Get("Content-Language"); got != string(want) {
			t.Errorf("%s: Content-Language %q, want %q", what, got, want)
		}
	}
	o.settled(house.ToCommittee, 20100, inKorean)
	o.work()
	language("approved", "ko")
	o.judge(compliance.Withdraws, "ko")
	g := o.settled(house.ToCommittee, 2500, inKorean)
	o.work()
	language("a receipt", i18n.English)
	if err := donations.Refund(t.Context(), o.DB, o.Sim.Now(), "staff:test", house.Committee, g.ID, 2500); err != nil {
		t.Fatal(err)
	}
	o.Quiet()
	o.work()
	language("money back", i18n.English)
	o.Advance(24 * time.Hour)
	if wrote, sent := o.write(); wrote != 1 || sent != 1 {
		t.Fatalf("wrote %d, sent %d requests", wrote, sent)
	}
	language("a request", i18n.English)
}

var (
	giftIDs = regexp.MustCompile(`G[A-Z2-7]{15}`)
	keys    = regexp.MustCompile(`key=[A-Za-z0-9_%-]+`)
	days    = regexp.MustCompile(`\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December) \d{4}`)
	years   = regexp.MustCompile(`for you in \d{4}`)
)

func TestTheEnglishReceiptIsAsItWas(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, drive := range map[string]string{"committee": house.ToCommittee, "earmarked": house.ToCandidate} {
		o.settled(drive, 2500, house.By("Bram"), func(p *donations.Pledge) { p.NameOwn = "브람" })
		o.work()
		m := o.last()
		for kind, body := range map[string]string{"txt": m.Text, "html": m.HTML} {
			body = strings.ReplaceAll(body, "\r\n", "\n")
			body = giftIDs.ReplaceAllString(body, "GIFT")
			body = keys.ReplaceAllString(body, "key=KEY")
			body = days.ReplaceAllString(body, "DAY")
			body = years.ReplaceAllString(body, "for you in YEAR")
			file := filepath.Join("testdata", "receipt-"+name+"."+kind+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(body), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), body); diff != "" {
				t.Errorf("%s is not as testdata has it (-update takes it on):\n%s", file, diff)
			}
		}
	}
}

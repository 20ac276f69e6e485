package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/compliance/rules"
	"dure/donations"
	"dure/i18n"
)

// koreanGift is the gift of somebody who affirmed in Korean, the words as they are catalogued.
func (w *deskWorld) koreanGift() string {
	w.t.Helper()
	p := donations.Pledge{
		Drive: "mina-seo", Token: "GDESKKOREANAAAAA", Cents: 30_00, GivenName: "Dasom", FamilyName: "Example", NameOwn: "예다솜", Street: "40 Placeholder Lane", City: "Exampleton",
		Region: "VA", Zip: "22903", Country: "US", Email: "dasom@example.org", Language: "ko",
	}
	for _, a := range rules.Federal().Attested(day("05-14")) {
		text := i18n.Legal("ko", "attest."+a.ID)
		p.Attested = append(p.Attested, donations.Attestation{TextID: a.ID, Version: text.Version, Language: string(text.Language), Text: text.Words})
	}
	moment := w.at("05-14 09:45", "donor", func(context.Context, *sqlx.Tx) error { return nil })
	w.at("05-14 09:45", "donor", func(ctx context.Context, tx *sqlx.Tx) error {
		d, err := donations.FindDrive(ctx, tx, p.Drive)
		if err != nil {
			return err
		}
		_, err = donations.Take(ctx, tx, d, p.Token, p, moment, "http://127.0.0.1")
		return err
	})
	return string(p.Token)
}

// Staff who read no Korean see the English of what was affirmed in it, and how the two have to do with each other.
func TestAffirmationsInAnotherLanguageHaveTheirEnglish(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	page := "/desk/long-table/gifts/" + w.koreanGift()
	adult, korean := i18n.Legal(i18n.English, "attest.adult"), i18n.Legal("ko", "attest.adult")
	a := b.get(page)
	for _, want := range []string{
		`<span lang="ko" dir="ltr">` + korean.Words + `</span>`, `<p class="note below-s" lang="en" dir="ltr">` + adult.Words + `</p>`,
		"The English of today, version " + adult.Version + ". No approval of the translation is on record.", "Korean (한국어)",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page of a gift in Korean lacks %q:\n%s", want, a.body)
		}
	}
	const approve = `
		insert into notice_approvals (committee, notice, language, version, english_version, approver, note, on_day, actor, recorded_at)
		values ('long-table', 'attest.adult', 'ko', $1, $2, 'Iris Sample', 'read both', '2026-05-10', 'staff:x', $3)`
	w.owner.MustExecContext(t.Context(), approve, korean.Version, "0123456789ab", "2026-05-10T12:00:00Z")
	if a := b.get(page); !a.says("The English of today, version " + adult.Version + ". The translation was approved beside version 0123456789ab.") {
		t.Errorf("approved beside an older English:\n%s", a.body)
	}
	w.owner.MustExecContext(t.Context(), approve, korean.Version, adult.Version, "2026-05-11T12:00:00Z")
	w.owner.MustExecContext(t.Context(), approve, korean.Version, "ba9876543210", "2026-05-14T13:50:00Z") // after it was affirmed
	if a := b.get(page); !a.says("The English, version " + adult.Version + ", beside which the translation was approved.") {
		t.Errorf("approved beside the English of today:\n%s", a.body)
	}
	golden(t, "desk-gift-korean", steady(b.get(page).body))
	if a := b.get("/desk/long-table/gifts/" + w.giftOf("Haneul")); a.says("The English") {
		t.Errorf("a gift in English has its English twice:\n%s", a.body)
	}
}

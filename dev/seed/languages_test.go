package seed_test

import (
	"slices"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/pgtest"
	"dure/dev/seed"
	"dure/donations"
	"dure/i18n"
	"dure/registry"
)

func everyLanguageIsPublished(t *testing.T, db *sqlx.DB, o seed.Options, r seed.Result) {
	for _, id := range []registry.CommitteeID{r.Committee, r.Affiliate} {
		c, err := registry.FindCommittee(t.Context(), db, id, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		all, err := compliance.Publications(t.Context(), db, c, o.Today)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != len(i18n.Known()) {
			t.Errorf("%s: %d languages, want %d", id, len(all), len(i18n.Known()))
		}
		for _, p := range all {
			if !p.Published() || p.Language != i18n.English && p.BySeed() != len(p.Notices) {
				t.Errorf("%s: %s is published: %v, with %d of %d approvals by the seed", id, p.Language, p.Published(), p.BySeed(), len(p.Notices))
			}
		}
	}
}

func drivesSpeak(t *testing.T, db *sqlx.DB, r seed.Result) {
	for _, drive := range []string{r.PACDrive, r.CandidateDrive} {
		texts, err := donations.DriveTexts(t.Context(), db, r.Committee, drive)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range []i18n.Language{"ko", "zh-Hans", "zh-Hant", "vi", "ur"} {
			if !slices.ContainsFunc(texts, func(x donations.DriveText) bool { return x.Language == l && x.Title != "" && x.Story != "" }) {
				t.Errorf("%s says nothing in %s", drive, l)
			}
		}
	}
}

// A newer program says a text otherwise: at the next start the seed approves it as it stands, and leaves alone what a person took
// back.
func TestSeedApprovesWhatHasChanged(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	o := options(t, db, "2026-11-22")
	o.Gifts = fewGifts
	r := sow(t, o)
	c, err := registry.FindCommittee(t.Context(), db, r.Committee, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	// an older edition of the seed knew an older text
	admin := pgtest.Admin(t, db)
	for _, change := range []string{
		`alter table notice_approvals disable trigger facts_stay`,
		`update notice_approvals set version = '0123456789ab' where language = 'ko' and notice = 'attest.adult'`,
		`alter table notice_approvals enable trigger facts_stay`,
		`insert into notice_approvals (committee, notice, language, version, english_version, verdict, approver, note, on_day, actor)
			select committee, notice, language, version, english_version, 'withdrawn', 'Iris Sample', 'a mistake', on_day, 'test'
			from notice_approvals where language = 'ur' and notice = 'federal'`,
	} {
		if _, err := admin.ExecContext(t.Context(), change); err != nil {
			t.Fatalf("%s: %v", change, err)
		}
	}
	state := func() (ko, ur bool) {
		t.Helper()
		published, err := compliance.Published(t.Context(), db, c, o.Today)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Contains(published, "ko"), slices.Contains(published, "ur")
	}
	if ko, ur := state(); ko || ur {
		t.Fatalf("before the next start Korean is published: %v, Urdu %v", ko, ur)
	}
	sow(t, o)
	if ko, ur := state(); !ko || ur {
		t.Errorf("after the next start Korean is published: %v, want true; Urdu: %v, want false", ko, ur)
	}
}

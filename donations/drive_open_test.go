package donations_test

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/dev/house"
	"dure/donations"
	"dure/pg"
	"dure/registry"
)

// a drive of the first committee's own, that begins today.
func ownDrive(h *house.House, slug string) donations.Drive {
	return donations.Drive{
		Committee: house.Committee, Slug: slug, Title: "A walk in May", Story: "We walk.", Amounts: []int64{1000, 2500}, OpensOn: h.Today(),
	}
}

// forHale is a drive for the candidate whom the house knows.
func forHale(h *house.House, slug string) donations.Drive {
	d := ownDrive(h, slug)
	d.Candidate, d.Election = house.Candidate, house.Election
	return d
}

// acts runs f as an organizer of the first committee.
func acts(t *testing.T, h *house.House, f func(tx *sqlx.Tx) error) error {
	t.Helper()
	return pg.InTx(t.Context(), h.DB, "staff:organizer", []string{string(house.Committee)}, f)
}

// refusedAt lists the fields at which an error refuses, sorted.
func refusedAt(t *testing.T, err error) []string {
	t.Helper()
	var refusal *compliance.Refusal
	if err != nil && !errors.As(err, &refusal) {
		t.Fatalf("the error is no refusal: %v", err)
	}
	var out []string
	if refusal != nil {
		for _, f := range refusal.Findings {
			out = append(out, f.Field)
		}
	}
	slices.Sort(out)
	return out
}

func TestLaunchTellsAtOnceAllThatCantStand(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	today := h.Today()
	vote, err := registry.FindElection(t.Context(), h.DB, house.Election)
	if err != nil {
		t.Fatal(err)
	}
	for says, c := range map[string]struct {
		drive func() donations.Drive
		want  []string
	}{
		"nothing is wrong":                 {func() donations.Drive { return ownDrive(h, "a-walk") }, nil},
		"nothing is wrong for a candidate": {func() donations.Drive { return forHale(h, "for-hale") }, nil},
		"an empty form": {
			func() donations.Drive { return donations.Drive{Committee: house.Committee} },
			[]string{"amounts", "opens_on", "slug", "title"},
		},
		"everything at once": {func() donations.Drive {
			d := ownDrive(h, "A Walk")
			d.Title, d.Story = strings.Repeat("w", donations.MostTitle+1), strings.Repeat("w", donations.MostStory+1)
			d.Goal, d.Amounts = -1, []int64{99, 2500, 2500, 3000, 4000, 5000}
			d.OpensOn, d.ClosesOn, d.AuthorizedBy = today.Add(-1), today.Add(-2), "HALE FOR CONGRESS"
			return d
		}, []string{"amounts", "amounts", "amounts", "authorized_by", "closes_on", "closes_on", "goal", "opens_on", "slug", "story", "title"}},
		"a title of which nothing shows": {func() donations.Drive {
			d := ownDrive(h, "unseen")
			d.Title = "\u200b \u200d"
			return d
		}, []string{"title"}},
		"an address that is taken":       {func() donations.Drive { return ownDrive(h, house.ToAffiliate) }, []string{"slug"}},
		"the desk's own word":            {func() donations.Drive { return ownDrive(h, "new") }, []string{"slug"}},
		"days of another century":        {func() donations.Drive { d := ownDrive(h, "x"); d.ClosesOn = today.Add(90 * 365); return d }, []string{"closes_on"}},
		"more than anybody may give":     {func() donations.Drive { d := ownDrive(h, "x"); d.Amounts = []int64{5000_00, 5000_01}; return d }, []string{"amounts"}},
		"more than a candidate may have": {func() donations.Drive { d := forHale(h, "x"); d.Amounts = []int64{3500_00, 5000_00}; return d }, []string{"amounts"}},
		"nobody of that id": {func() donations.Drive {
			d := forHale(h, "x")
			d.Candidate, d.Amounts = "H6VA00000", nil
			return d
		}, []string{"amounts", "candidate"}},
		"no such election":         {func() donations.Drive { d := forHale(h, "x"); d.Election = "nowhere"; return d }, []string{"election"}},
		"an election that is over": {func() donations.Drive { d := forHale(h, "x"); d.Election = "ny27-past"; return d }, []string{"election"}},
		"a first day after the vote": {
			func() donations.Drive { d := forHale(h, "x"); d.OpensOn = vote.HeldOn.Add(1); return d },
			[]string{"opens_on"},
		},
		"a last day after the vote": {
			func() donations.Drive { d := forHale(h, "x"); d.ClosesOn = vote.HeldOn.Add(1); return d },
			[]string{"closes_on"},
		},
		"a last day on that of the vote": {func() donations.Drive { d := forHale(h, "on-the-vote"); d.ClosesOn = vote.HeldOn; return d }, nil},
	} {
		err := acts(t, h, func(tx *sqlx.Tx) error { return donations.Launch(t.Context(), tx, c.drive(), today) })
		if diff := cmp.Diff(c.want, refusedAt(t, err)); diff != "" {
			t.Errorf("%s: refused at (-want +got):\n%s\n%v", says, diff, err)
		}
	}
	var slugs []string
	const list = `select slug from drives where opens_on = $1 and title = 'A walk in May' order by slug`
	if err := h.DB.SelectContext(t.Context(), &slugs, list, today); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a-walk", "for-hale", "on-the-vote"}, slugs); diff != "" {
		t.Errorf("drives that were opened (-want +got):\n%s", diff)
	}
}

// A candidate who lost the primary does not stand in the general election any more.
func TestNoDriveIsForAnElectionThatTheCandidateDoesNotReach(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	candidate, err := registry.FindCandidate(t.Context(), h.DB, house.Candidate, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	vote, err := registry.FindElection(t.Context(), h.DB, house.Election)
	if err != nil {
		t.Fatal(err)
	}
	later := vote
	later.ID, later.Kind, later.HeldOn = "the-general", "G", civil.Of(vote.Year, 11, 3)
	closed := forHale(h, "closed-in-time")
	closed.Election = later.ID
	err = pg.InTx(t.Context(), h.DB, "test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
		return errors.Join(
			registry.AddElection(t.Context(), tx, later),
			donations.Launch(t.Context(), tx, closed, h.Today()),
			donations.CloseDrive(t.Context(), tx, closed.Committee, closed.Slug),
			donations.ReopenDrive(t.Context(), tx, closed.Committee, closed.Slug, h.Today()),
			donations.CloseDrive(t.Context(), tx, closed.Committee, closed.Slug),
			registry.RecordOutcome(t.Context(), tx, registry.Outcome{Candidate: candidate.ID, Election: vote.ID, Outcome: registry.Lost, On: vote.HeldOn, Evidence: "the state’s canvass"}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	d := forHale(h, "too-late")
	d.Election, d.OpensOn = later.ID, vote.HeldOn.Add(1)
	err = acts(t, h, func(tx *sqlx.Tx) error {
		return donations.ReopenDrive(t.Context(), tx, closed.Committee, closed.Slug, vote.HeldOn.Add(1))
	})
	if diff := cmp.Diff([]string{"election"}, refusedAt(t, err)); diff != "" {
		t.Errorf("opened again after the lost primary: refused at (-want +got):\n%s", diff)
	}
	err = acts(t, h, func(tx *sqlx.Tx) error { return donations.Launch(t.Context(), tx, d, vote.HeldOn.Add(1)) })
	if diff := cmp.Diff([]string{"election"}, refusedAt(t, err)); diff != "" {
		t.Errorf("refused at (-want +got):\n%s\n%v", diff, err)
	}
}

func TestDriveIsAmendedAsLongAsNobodyWasFaster(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	today := h.Today()
	first := ownDrive(h, "a-walk")
	first.OpensOn = today.Add(3)
	if err := acts(t, h, func(tx *sqlx.Tx) error { return donations.Launch(t.Context(), tx, first, today) }); err != nil {
		t.Fatal(err)
	}
	read := func() donations.Drive {
		t.Helper()
		d, err := donations.FindDrive(t.Context(), h.DB, "a-walk")
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	amend := func(seen string, on civil.Day, change func(d *donations.Drive)) error {
		d := read()
		change(&d)
		return acts(t, h, func(tx *sqlx.Tx) error { return donations.AmendDrive(t.Context(), tx, d, seen, on) })
	}
	seen := read().Version()
	change := func(d *donations.Drive) {
		d.Title, d.Story, d.Goal, d.Amounts = " A  walk in June ", "We walk.\r\nFar.", 500_00, []int64{500}
		d.OpensOn, d.ClosesOn = today.Add(1), today.Add(9)
		d.Candidate, d.Election, d.State = house.Candidate, house.Election, "closed" // which no amendment moves
	}
	if err := amend(seen, today, change); err != nil {
		t.Fatalf("amend: %v", err)
	}
	got := read()
	want := donations.Drive{
		Committee: house.Committee, Slug: "a-walk", Title: "A walk in June", Story: "We walk.\nFar.", Goal: 500_00, Amounts: []int64{500},
		OpensOn: today.Add(1), ClosesOn: today.Add(9), State: "open",
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(civil.Day{})); diff != "" {
		t.Errorf("after it was amended (-want +got):\n%s", diff)
	}
	if err := amend(seen, today, change); err != nil {
		t.Errorf("the same once more: %v", err)
	}
	if err := amend(seen, today, func(d *donations.Drive) { d.Title = "Another" }); len(refusedAt(t, err)) != 1 || read().Title != want.Title {
		t.Errorf("an amendment of what somebody changed meanwhile: %v", err)
	}
	begun := today.Add(1)
	for says, c := range map[string]struct {
		on     civil.Day
		change func(d *donations.Drive)
		want   []string
	}{
		"a first day that is past":        {today, func(d *donations.Drive) { d.OpensOn = today.Add(-1) }, []string{"opens_on"}},
		"a first day that has come":       {begun, func(d *donations.Drive) { d.OpensOn = begun.Add(1) }, []string{"opens_on"}},
		"a last day that is past":         {begun.Add(2), func(d *donations.Drive) { d.ClosesOn = begun }, []string{"closes_on"}},
		"a last day before the first":     {today, func(d *donations.Drive) { d.ClosesOn = today }, []string{"closes_on"}},
		"no title, no sums":               {begun, func(d *donations.Drive) { d.Title, d.Amounts = "", nil }, []string{"amounts", "title"}},
		"new words of one that has ended": {today.Add(30), func(d *donations.Drive) { d.Story = "We walked." }, nil},
		"a later day of one that has":     {today.Add(30), func(d *donations.Drive) { d.ClosesOn = today.Add(40) }, nil},
	} {
		if diff := cmp.Diff(c.want, refusedAt(t, amend("", c.on, c.change))); diff != "" {
			t.Errorf("%s: refused at (-want +got):\n%s", says, diff)
		}
	}
	var told []string
	const audit = `select verb || ' by ' || actor from audit where table_name = 'drives' and new ->> 'slug' = 'a-walk' order by at, id`
	if err := h.DB.SelectContext(t.Context(), &told, audit); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"insert by staff:organizer", "update by staff:organizer", "update by staff:organizer", "update by staff:organizer"}, told); diff != "" {
		t.Errorf("the audit (-want +got):\n%s", diff)
	}
}

// The first text, which is in English, takes the place of one that was written for English.
func TestAmendedWordsStandInEnglish(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	d, err := donations.FindDrive(t.Context(), h.DB, house.ToCommittee)
	if err != nil {
		t.Fatal(err)
	}
	err = acts(t, h, func(tx *sqlx.Tx) error {
		for _, lang := range []donations.DriveText{{Language: "en", Title: "In English"}, {Language: "ko", Title: "한국어로"}} {
			lang.Committee, lang.Drive = d.Committee, d.Slug
			if err := donations.WriteDriveText(t.Context(), tx, lang); err != nil {
				return err
			}
		}
		return donations.AmendDrive(t.Context(), tx, d, d.Version(), h.Today())
	})
	if err != nil {
		t.Fatal(err)
	}
	texts, err := donations.DriveTexts(t.Context(), h.DB, d.Committee, d.Slug)
	if err != nil || len(texts) != 1 || texts[0].Language != "ko" {
		t.Errorf("after it was amended the drive says %v, %v; want Korean alone beside the first text", texts, err)
	}
}

func TestClosedDriveRefusesAndOpensWithinItsDays(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	today := h.Today()
	d := ownDrive(h, "a-walk")
	d.ClosesOn = today.Add(5)
	do := func(f func(tx *sqlx.Tx) error) error { return acts(t, h, f) }
	if err := do(func(tx *sqlx.Tx) error { return donations.Launch(t.Context(), tx, d, today) }); err != nil {
		t.Fatal(err)
	}
	stands := func(on civil.Day) donations.Standing {
		t.Helper()
		d, err := donations.FindDrive(t.Context(), h.DB, "a-walk")
		if err != nil {
			t.Fatal(err)
		}
		return d.On(on)
	}
	for on, want := range map[civil.Day]donations.Standing{
		today.Add(-1): donations.Ahead, today: donations.Taking, today.Add(5): donations.Taking, today.Add(6): donations.Over,
	} {
		if got := stands(on); got != want {
			t.Errorf("on %v it is %s, want %s", on, got, want)
		}
	}
	closes := func(tx *sqlx.Tx) error {
		return donations.CloseDrive(t.Context(), tx, house.Committee, "a-walk")
	}
	for range 2 {
		if err := do(closes); err != nil || stands(today) != donations.Closed {
			t.Fatalf("closed: %v, it is %s", err, stands(today))
		}
	}
	opens := func(on civil.Day) error {
		return do(func(tx *sqlx.Tx) error { return donations.ReopenDrive(t.Context(), tx, house.Committee, "a-walk", on) })
	}
	if diff := cmp.Diff([]string{"closes_on"}, refusedAt(t, opens(today.Add(6)))); diff != "" {
		t.Errorf("opened after its last day: refused at (-want +got):\n%s", diff)
	}
	if err := opens(today.Add(5)); err != nil || stands(today) != donations.Taking {
		t.Errorf("opened again: %v, it is %s", err, stands(today))
	}
	past := do(func(tx *sqlx.Tx) error {
		if err := donations.CloseDrive(t.Context(), tx, house.Committee, house.Past); err != nil {
			return err
		}
		return donations.ReopenDrive(t.Context(), tx, house.Committee, house.Past, today)
	})
	if diff := cmp.Diff([]string{"election"}, refusedAt(t, past)); diff != "" {
		t.Errorf("opened after the vote: refused at (-want +got):\n%s", diff)
	}
	other := do(func(tx *sqlx.Tx) error { return donations.CloseDrive(t.Context(), tx, house.Affiliate, "a-walk") })
	if !errors.Is(other, sql.ErrNoRows) {
		t.Errorf("another committee closes it: %v", other)
	}
}

func TestAddressIsSuggestedFromTheTitle(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"A walk in May":             "a-walk-in-may",
		"  Somebody’s door — no. 7": "somebodys-door-no-7",
		"Đèn hiên năm nay":          "den-hien-nam-nay",
		"이번 가을":                     "",
		"이번 2026 walk":              "2026-walk",
		strings.Repeat("word ", 20): "word-word-word-word-word-word-word-word-word-word-word-word",
		strings.Repeat("w", 70):     strings.Repeat("w", 60),
	} {
		if got := donations.AddressOf(title); got != want {
			t.Errorf("AddressOf(%q) = %q, want %q", title, got, want)
		}
	}
}

// What the program checks, the database refuses too, and whom a drive is for is nobody's to change.
func TestDrivesRowKeepsWhatFits(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	const address = `insert into drive_addresses (slug, committee) values ('again', 'COMMITTEE'), ('again-2', 'COMMITTEE')`
	const twice = `insert into drives (committee, slug, title, amounts, opens_on, form) values ('COMMITTEE', 'again', 'T', '{1000}', '2026-01-01', 'W'), ('COMMITTEE', 'again-2', 'T', '{1000}', '2026-01-01', 'W')`
	for says, c := range map[string]struct {
		constraint string
		sql        []string
	}{
		"no title":         {"drives_title_fits", []string{`update drives set title = ''`}},
		"a long story":     {"drives_story_fits", []string{`update drives set story = repeat('w', 4001)`}},
		"a sum of nothing": {"drives_amounts_positive", []string{`update drives set amounts = '{0,1000}'`}},
		"an end before it": {"drives_days_in_order", []string{`update drives set closes_on = opens_on - 1`}},
		"two by one form":  {"drives_form_once", []string{address, twice}},
	} {
		err := acts(t, h, func(tx *sqlx.Tx) error {
			for _, q := range c.sql {
				if _, err := tx.ExecContext(t.Context(), strings.ReplaceAll(q, "COMMITTEE", string(house.Committee))); err != nil {
					return err
				}
			}
			return nil
		})
		if !pg.Violates(err, c.constraint) {
			t.Errorf("%s: %v, want it refused by %s", says, err, c.constraint)
		}
	}
	for _, column := range []string{"candidate", "election", "committee", "slug", "form"} {
		err := acts(t, h, func(tx *sqlx.Tx) error {
			_, err := tx.ExecContext(t.Context(), `update drives set `+column+` = null`)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("the serving role updates %s: %v", column, err)
		}
	}
}

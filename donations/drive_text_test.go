package donations_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/house"
	"dure/donations"
	"dure/pg"
)

func TestNewestTextOfADriveCounts(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	write := func(x donations.DriveText) error {
		x.Committee, x.Drive = house.Committee, house.ToCommittee
		return pg.InTx(t.Context(), h.DB, "staff:organizer", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
			return donations.WriteDriveText(t.Context(), tx, x)
		})
	}
	for _, x := range []donations.DriveText{
		{Language: "ko", Title: "현관 등", Story: "처음 글"},
		{Language: "ur", Title: "برآمدے کی روشنی"},
		{Language: "ko", Title: " 현관의  등불 ", Story: "첫 문단\r\n\r\n둘째 문단 "},
		{Language: "vi", Title: "Đèn hiên"},
		{Language: "vi"},
	} {
		if err := write(x); err != nil {
			t.Fatalf("write %+v: %v", x, err)
		}
	}
	got, err := donations.DriveTexts(t.Context(), h.DB, house.Committee, house.ToCommittee)
	if err != nil {
		t.Fatal(err)
	}
	want := []donations.DriveText{
		{Committee: house.Committee, Drive: house.ToCommittee, Language: "ko", Title: "현관의 등불", Story: "첫 문단\n\n둘째 문단", Actor: "staff:organizer"},
		{Committee: house.Committee, Drive: house.ToCommittee, Language: "ur", Title: "برآمدے کی روشنی", Actor: "staff:organizer"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(donations.DriveText{}, "RecordedAt")); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	if other, err := donations.DriveTexts(t.Context(), h.DB, house.Affiliate, ""); err != nil || len(other) != 0 {
		t.Errorf("another committee's drives say %v, %v", other, err)
	}

	for says, c := range map[string]struct {
		text  donations.DriveText
		field string
	}{
		"an unknown language":   {donations.DriveText{Language: "xx", Title: "T"}, "language"},
		"a story without title": {donations.DriveText{Language: "ko", Story: "S"}, "title"},
		"a long title":          {donations.DriveText{Language: "ko", Title: strings.Repeat("글", donations.MostTitle+1)}, "title"},
		"a long story":          {donations.DriveText{Language: "ko", Title: "T", Story: strings.Repeat("글", donations.MostStory+1)}, "story"},
	} {
		var refusal *compliance.Refusal
		if err := write(c.text); !errors.As(err, &refusal) || len(refusal.Findings) != 1 || refusal.Findings[0].Field != c.field {
			t.Errorf("%s: %v, want a refusal at %s", says, err, c.field)
		}
	}
	if err := write(donations.DriveText{Language: "ko", Title: strings.Repeat("글", donations.MostTitle), Story: strings.Repeat("글", donations.MostStory)}); err != nil {
		t.Errorf("the longest text: %v", err)
	}
}

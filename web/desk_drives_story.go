package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dure/civil"
	"dure/i18n"
	"dure/money"
)

// driveMoment is what the story needs of a drive's row as the audit has it.
type driveMoment struct {
	Title, Story string
	Goal         money.Cents `json:"goal_cents"`
	Amounts      []money.Cents
	OpensOn      civil.Day  `json:"opens_on"`
	ClosesOn     *civil.Day `json:"closes_on"`
	AuthorizedBy string     `json:"authorized_by"`
	State        string
}

// driveStory tells what was done about a drive: the changes of its row, from the audit, and what was written in other languages.
func (d *Desk) driveStory(ctx context.Context, v visit, slug string) ([]storyLine, error) {
	const read = `
		select at, actor, coalesce(old, '{}') as old, new, '' as language, '' as title
		from audit
		where committee = $1 and table_name = 'drives' and new ->> 'slug' = $2
		union all
		select recorded_at, actor, '{}', '{}', language, title
		from drive_texts
		where committee = $1 and drive = $2
		order by at`
	var rows []struct {
		At       time.Time
		Actor    string
		Old, New json.RawMessage
		Language i18n.Language
		Title    string
	}
	if err := d.DB.SelectContext(ctx, &rows, read, v.Committee.ID, slug); err != nil {
		return nil, fmt.Errorf("story of drive %q: %w", slug, err)
	}
	var out []storyLine
	names := map[string]string{}
	for _, row := range rows {
		var was, is driveMoment
		if err := errors.Join(json.Unmarshal(row.Old, &was), json.Unmarshal(row.New, &is)); err != nil {
			return nil, fmt.Errorf("story of drive %q: %w", slug, err)
		}
		said := is.since(was)
		switch {
		case row.Language != "" && row.Title == "":
			said = "The words in " + row.Language.InEnglish() + " were taken away."
		case row.Language != "":
			said = "Words in " + row.Language.InEnglish() + " were written."
		}
		if said == "" {
			continue
		}
		by, err := d.actorName(ctx, names, row.Actor)
		if err != nil {
			return nil, err
		}
		out = append(out, storyLine{said, moment(row.At, v.Committee.Location()), by})
	}
	return out, nil
}

// since tells what changed, or nothing where no person needs to know.
func (is driveMoment) since(was driveMoment) string {
	if was.State == "" {
		return "Opened, to take gifts from " + is.OpensOn.Spoken() + "."
	}
	var said []string
	tell := func(changed bool, format string, args ...any) {
		if changed {
			said = append(said, fmt.Sprintf(format, args...))
		}
	}
	tell(is.State != was.State, "%s", map[string]string{"closed": "Closed.", "open": "Opened again."}[is.State])
	tell(is.Title != was.Title, "Title “%s”, which was “%s”.", is.Title, was.Title)
	tell(is.Story != was.Story, "The story was written anew.")
	tell(is.Goal != was.Goal, "Goal %s, which was %s.", goalWords(is.Goal), goalWords(was.Goal))
	tell(!slices.Equal(is.Amounts, was.Amounts), "Sums %s, which were %s.", sumsWords(is.Amounts), sumsWords(was.Amounts))
	tell(is.OpensOn != was.OpensOn, "First day %s, which was %s.", short(is.OpensOn), short(was.OpensOn))
	tell(endWords(is.ClosesOn) != endWords(was.ClosesOn), "Last day %s, which was %s.", endWords(is.ClosesOn), endWords(was.ClosesOn))
	tell(is.AuthorizedBy != was.AuthorizedBy, "Authorized by %s, before by %s.", orElse(is.AuthorizedBy, "nobody"), orElse(was.AuthorizedBy, "nobody"))
	return strings.Join(said, " ")
}

func goalWords(c money.Cents) string {
	if c == 0 {
		return "none"
	}
	return usd(c)
}

func sumsWords(sums []money.Cents) string {
	var out []string
	for _, c := range sums {
		out = append(out, c.Short())
	}
	return strings.Join(out, ", ")
}

func endWords(day *civil.Day) string {
	if day == nil || day.IsZero() {
		return "none"
	}
	return short(*day)
}

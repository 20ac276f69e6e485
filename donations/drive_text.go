package donations

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/i18n"
	"dure/registry"
)

// DriveText is what a drive says in one language.
type DriveText struct {
	Committee  registry.CommitteeID
	Drive      string // the drive's address
	Language   i18n.Language
	Title      string
	Story      string // paragraphs apart by line ends
	Actor      string
	RecordedAt time.Time `db:"recorded_at"`
}

// How many characters a title and a story may have (drives_title_fits, drive_texts_title_fits, drives_story_fits, drive_texts_story_fits).
const (
	MostTitle = 120
	MostStory = 4000
)

const newestTexts = `
	select distinct on (drive, language) committee, drive, language, title, story, actor, recorded_at
	from drive_texts
	where committee = $1 and ($2 = '' or drive = $2)
	order by drive, language, recorded_at desc, id`

// DriveTexts lists what a committee's drives say beside their first text, in the languages in which they say anything; of one
// drive alone where its address is given.
func DriveTexts(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, drive string) ([]DriveText, error) {
	var out []DriveText
	if err := sqlx.SelectContext(ctx, q, &out, newestTexts, committee, drive); err != nil {
		return nil, fmt.Errorf("list the texts of the drives of %s: %w", committee, err)
	}
	return slices.DeleteFunc(out, func(t DriveText) bool { return t.Title == "" }), nil
}

// WriteDriveText records what a drive says in a language from now on; without a title it says nothing of its own there any more.
// A *compliance.Refusal tells what keeps it from being shown.
func WriteDriveText(ctx context.Context, tx *sqlx.Tx, t DriveText) error {
	t.Title, t.Story = tidyTitle(t.Title), tidyStory(t.Story)
	var findings []compliance.Finding
	refuse := func(field, text string) {
		findings = append(findings, compliance.Finding{Field: field, Text: text})
	}
	if !slices.Contains(i18n.Known(), t.Language) {
		refuse("language", fmt.Sprintf("Pages are in no language %q", t.Language))
	}
	if t.Title == "" && t.Story != "" {
		refuse("title", "Write the title: a story does not stand alone")
	}
	findings = append(findings, tooLong(t.Title, t.Story)...)
	if len(findings) > 0 {
		return &compliance.Refusal{Findings: findings}
	}
	const insert = `insert into drive_texts (committee, drive, language, title, story) values ($1, $2, $3, $4, $5)`
	if _, err := tx.ExecContext(ctx, insert, t.Committee, t.Drive, t.Language, t.Title, t.Story); err != nil {
		return fmt.Errorf("write what drive %q says in %s: %w", t.Drive, t.Language, err)
	}
	return nil
}

// tidyTitle gives a title on one line; of one in which nothing shows nothing is left.
func tidyTitle(title string) string {
	title = strings.Join(strings.Fields(title), " ")
	if !strings.ContainsFunc(title, func(r rune) bool { return unicode.IsGraphic(r) && r != ' ' }) {
		return ""
	}
	return title
}

func tidyStory(story string) string {
	return strings.TrimSpace(strings.ReplaceAll(story, "\r\n", "\n"))
}

// tooLong tells which of a drive's words do not fit its page.
func tooLong(title, story string) []compliance.Finding {
	var out []compliance.Finding
	if n := utf8.RuneCountInString(title); n > MostTitle {
		out = append(out, compliance.Finding{Field: "title", Text: fmt.Sprintf("A title has at most %d characters; this has %d", MostTitle, n)})
	}
	if n := utf8.RuneCountInString(story); n > MostStory {
		out = append(out, compliance.Finding{Field: "story", Text: fmt.Sprintf("A story has at most %d characters; this has %d", MostStory, n)})
	}
	return out
}

package letters

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance"
	"dure/i18n"
	"dure/pg"
	"dure/registry"
)

// lookBack is how far back gifts are looked at whose givers nobody asked. The clock is 30 days; a request that comes later is
// late, and better than none.
const lookBack = 60

// AskForMissing writes the letters in which givers past the threshold are asked for what they left out, one a giver, on the day
// after the gift; it tells how many it wrote. A giver without an email gets a letter on paper, which somebody prints at the desk.
func AskForMissing(ctx context.Context, db *sqlx.DB, now time.Time, publicURL string) (int, error) {
	committees, err := registry.Committees(ctx, db)
	if err != nil {
		return 0, err
	}
	wrote := 0
	var failed []error
	for _, c := range committees {
		n, err := askOf(ctx, db, now, publicURL, c)
		wrote += n
		failed = append(failed, err)
	}
	return wrote, errors.Join(failed...)
}

func askOf(ctx context.Context, db *sqlx.DB, now time.Time, publicURL string, c registry.Committee) (int, error) {
	today := civil.In(now, c.Location())
	lacking, err := compliance.Lacking(ctx, db, c.ID, today.Add(-lookBack), today.Add(-1))
	if err != nil {
		return 0, err
	}
	silent := map[registry.PersonID][]compliance.Lack{}
	var order []registry.PersonID
	for _, l := range lacking {
		if !l.AskedOn.IsZero() {
			continue
		}
		if silent[l.Giver.Person] == nil {
			order = append(order, l.Giver.Person)
		}
		silent[l.Giver.Person] = append(silent[l.Giver.Person], l)
	}
	wrote := 0
	var failed []error
	for _, person := range order {
		err := pg.InTx(ctx, db, "sweep", []string{string(c.ID)}, func(tx *sqlx.Tx) error {
			n, err := ask(ctx, tx, now, publicURL, c, silent[person])
			wrote += n
			return err
		})
		failed = append(failed, err)
	}
	return wrote, errors.Join(failed...)
}

// ask writes one letter to a giver about those of the gifts that no letter speaks of yet.
func ask(ctx context.Context, tx *sqlx.Tx, now time.Time, publicURL string, c registry.Committee, lacks []compliance.Lack) (int, error) {
	giver := lacks[0].Giver
	if err := registry.Lock(ctx, tx, giver.Person); err != nil {
		return 0, err
	}
	var written pq.StringArray
	const before = `
		select coalesce(array_agg(r), '{}')
		from letters, unnest(receipts) r
		where committee = $1 and person = $2 and kind = 'effort'`
	if err := tx.GetContext(ctx, &written, before, c.ID, giver.Person); err != nil {
		return 0, fmt.Errorf("look for letters to %s: %w", giver.Person, err)
	}
	lacks = slices.DeleteFunc(slices.Clone(lacks), func(l compliance.Lack) bool { return slices.Contains(written, l.Receipt) })
	if len(lacks) == 0 {
		return 0, nil
	}
	lang, err := languageOf(ctx, tx, c, giver.Person, now)
	if err != nil {
		return 0, err
	}
	l := effortLetter(c, lang, lacks, publicURL)
	l.DueAt, l.WrittenAt = now, now
	return 1, put(ctx, tx, l)
}

// languageOf is the language in which a person last gave, where letters may be written in it, else English.
func languageOf(ctx context.Context, q sqlx.QueryerContext, c registry.Committee, person registry.PersonID, now time.Time) (i18n.Language, error) {
	var said []string
	const last = `select language from gifts where committee = $1 and person = $2 order by pledged_at desc limit 1`
	if err := sqlx.SelectContext(ctx, q, &said, last, c.ID, person); err != nil {
		return "", fmt.Errorf("find the language of %s: %w", person, err)
	}
	if len(said) == 0 || said[0] == string(i18n.English) {
		return i18n.English, nil
	}
	published, err := publishedOf(ctx, q, c, now)
	return readable(said[0], published), err
}

// effortLetter is the request in the words of the catalog. Beside what it asks for and its thanks it says nothing, and its only link
// is the page of the answer.
func effortLetter(c registry.Committee, lang i18n.Language, lacks []compliance.Lack, publicURL string) Letter {
	giver, missing := lacks[0].Giver, lacks[0].Missing
	key, digest := newKey()
	l := Letter{
		Committee: c.ID, ID: newID(), Kind: Effort, Person: giver.Person, Missing: missing, Language: lang, AnswerDigest: digest,
		SentBy: ByEmail, Addressee: giver.Email, AddresseeName: giver.Name(), Sender: c.Email, SenderName: c.Name,
	}
	if giver.Email == "" {
		l.SentBy = OnPaper
	}
	var gifts []string
	for _, lack := range lacks {
		l.Receipts = append(l.Receipts, lack.Receipt)
		gifts = append(gifts, i18n.T(lang, "letter.effort.gift", "amount", lack.Cents.Short(), "day", lack.ReceivedOn))
	}
	w := writing{lang: lang, committee: c}
	w.say("letter.dear", "name", orElse(greeted(lang, giver.First, giver.Last, giver.NameOwn), unlinked(giver.Name()), i18n.T(lang, "letter.friend")))
	w.say("letter.effort.thanks", "committee", c.Name)
	w.list(gifts)
	w.say("letter.effort.lacks", "missing", listed(lang, missing))
	w.law("best-efforts")
	if l.SentBy == ByEmail {
		w.say("letter.effort.answer")
		w.link(fmt.Sprintf("%s/answer/%s?key=%s", publicURL, l.ID, key), i18n.T(lang, "letter.effort.link"))
	} else {
		w.say("letter.effort.paper", "address", place(c))
		w.blanks(lang, missing)
		w.say("letter.effort.online", "link", fmt.Sprintf("%s/answer/%s?key=%s", publicURL, l.ID, key))
	}
	w.say("letter.effort.work")
	l.Subject = i18n.T(lang, "letter.effort.subject", "committee", c.Name)
	l.Plain, l.HTML = w.finish(l.Subject)
	return l
}

// listed is what is missing, as people list things: your employer and your occupation.
func listed(lang i18n.Language, missing []string) string {
	var words []string
	for _, m := range missing {
		words = append(words, i18n.T(lang, "letter.missing."+m))
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last, some := len(words)-1, words[0]
	for _, next := range words[1:last] {
		some = i18n.T(lang, "letter.comma", "some", some, "next", next)
	}
	return i18n.T(lang, "letter.and", "some", some, "last", words[last])
}

func orElse(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// place is a committee's name and postal address on one line.
func place(c registry.Committee) string { return c.Name + ", " + address(c) }

func address(c registry.Committee) string {
	return strings.TrimSpace(c.Street+" "+c.Street2) + ", " + c.City + ", " + c.State + " " + c.Zip
}

// Mailed marks a letter on paper as put into the mail on a day, and records that the giver was asked.
func Mailed(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, id string, on civil.Day, at time.Time) error {
	l, err := Find(ctx, tx, committee, id)
	if err != nil {
		return err
	}
	if l.SentBy != OnPaper && l.State != Failed || l.State == Sent {
		return &compliance.Refusal{Findings: []compliance.Finding{{Text: "This letter goes out by itself, or is in the mail already"}}}
	}
	return l.went(ctx, tx, OnPaper, on, at)
}

// went marks a letter as sent, and records for each gift of it that the giver was asked. The giver is locked here.
func (l Letter) went(ctx context.Context, tx *sqlx.Tx, by string, on civil.Day, at time.Time) error {
	if err := registry.Lock(ctx, tx, l.Person); err != nil {
		return err
	}
	// what is kept of the letter opens nothing any more
	const mark = `
		update letters
		set state = 'sent', sent_at = $3, sent_by = $4, claimed_until = null, last_error = '',
		    plain = regexp_replace(plain, 'key=[A-Za-z0-9_-]+', 'key=…', 'g'), html = regexp_replace(html, 'key=[A-Za-z0-9_-]+', 'key=…', 'g')
		where committee = $1 and id = $2 and state <> 'sent'`
	done, err := tx.ExecContext(ctx, mark, l.Committee, l.ID, at, by)
	if err != nil {
		return fmt.Errorf("mark letter %s as sent: %w", l.ID, err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	for _, receipt := range l.Receipts {
		err := compliance.RecordEffort(ctx, tx, compliance.Effort{
			Committee: l.Committee, Receipt: receipt, Missing: l.Missing, SentBy: by, AskedOn: on, HappenedAt: at,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Package letters writes to people who gave: the receipt of each gift, what became of a gift that is held, let go or given
// back, and the request for what the law wants to be known of them. A letter's words are the program's own, in the catalog, and
// can't be edited: one that asks for what is missing may ask for nothing else (11 CFR 104.7(b)(2)).
//
// A letter is written in one transaction, sent outside of any, and marked in another. A crash between the last two sends it
// twice, under one Message-ID; none is lost.
package letters

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"fmt"
	"regexp"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/i18n"
	"dure/pg"
	"dure/registry"
)

// Kinds of letters.
const (
	Effort   = "effort"   // asks for what is missing of a giver
	Held     = "held"     // tells that a person looks at the gift
	Released = "released" // tells that the gift was let go

	Receipt      = "receipt"         // of a gift whose money came
	Refunded     = "refunded"        // tells of money that goes back
	RefundFailed = "refund failed"   // tells that the bank did not take it
	DisputeLost  = "dispute lost"    // tells that the bank took the gift back for good
	Declined     = "refund declined" // answers a request to have the gift back
)

// How a letter goes out.
const (
	ByEmail = "email"
	OnPaper = "letter"
)

// States of a letter.
const (
	Owed   = "owed"
	Sent   = "sent"
	Failed = "failed" // the mail server refused it for good
)

// Letter is one letter as it goes out.
type Letter struct {
	Committee     registry.CommitteeID
	ID            string
	Kind          string
	Person        registry.PersonID
	Gift          sql.NullString // of a letter about one card gift
	About         string         // the refund, dispute or request that it tells of; empty where it tells of the gift itself
	Receipts      pq.StringArray // whose givers are asked
	Missing       pq.StringArray
	SentBy        string `db:"sent_by"`
	Language      i18n.Language
	Sender        string
	SenderName    string `db:"sender_name"`
	Addressee     string
	AddresseeName string `db:"addressee_name"`
	Subject       string
	Plain         string
	HTML          string
	AnswerDigest  []byte `db:"answer_digest"`
	State         string
	Attempts      int
	DueAt         time.Time    `db:"due_at"`
	LastError     string       `db:"last_error"`
	SentAt        sql.NullTime `db:"sent_at"`
	WrittenAt     time.Time    `db:"written_at"`
}

const columns = `
	committee, id, kind, person, gift, about, receipts, missing, sent_by, language, sender, sender_name, addressee, addressee_name,
	subject, plain, html, answer_digest, state, attempts, due_at, last_error, sent_at, written_at`

// put stores letters that are owed, in one statement. One that was written before stays as it was.
func put(ctx context.Context, tx *sqlx.Tx, letters ...Letter) error {
	const insert = `
		insert into letters (
			committee, id, kind, person, gift, about, receipts, missing, sent_by, language, sender, sender_name, addressee, addressee_name,
			subject, plain, html, answer_digest, due_at, written_at)
		values (
			:committee, :id, :kind, :person, :gift, :about, coalesce(cast(:receipts as text[]), '{}'), coalesce(cast(:missing as text[]), '{}'),
			:sent_by, :language, :sender, :sender_name, :addressee, :addressee_name, :subject, :plain, :html, :answer_digest, :due_at, :written_at)
		on conflict on constraint letters_gift_once do nothing`
	if len(letters) == 0 {
		return nil
	}
	if _, err := tx.NamedExecContext(ctx, insert, letters); err != nil {
		return fmt.Errorf("write %d letters, the first %s: %w", len(letters), letters[0].ID, err)
	}
	return nil
}

// Find gives a letter of a committee.
func Find(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, id string) (Letter, error) {
	var l Letter
	if err := sqlx.GetContext(ctx, q, &l, `select `+columns+` from letters where committee = $1 and id = $2`, committee, id); err != nil {
		return l, fmt.Errorf("find letter %s: %w", id, err)
	}
	return l, nil
}

// List gives a committee's letters of a kind, or of all kinds where it is empty: the newest first, at most limit.
func List(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, kind string, limit int) ([]Letter, error) {
	list := `select ` + columns + ` from letters where committee = $1 order by written_at desc, id desc limit $2`
	args := []any{committee, limit}
	if kind != "" {
		list = `select ` + columns + ` from letters where committee = $1 and kind = $3 order by written_at desc, id desc limit $2`
		args = append(args, kind)
	}
	var out []Letter
	if err := sqlx.SelectContext(ctx, q, &out, list, args...); err != nil {
		return nil, fmt.Errorf("list the letters of %s: %w", committee, err)
	}
	return out, nil
}

// In lists a committee's letters in a state, owed or failed: that which is due first, or was due last, at the head; at most limit.
func In(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, state string, limit int) ([]Letter, error) {
	const list = `
		select ` + columns + `
		from letters
		where committee = $1 and state = $2
		order by case when state = 'failed' then -extract(epoch from due_at) else extract(epoch from due_at) end, id
		limit $3`
	var out []Letter
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, state, limit); err != nil {
		return nil, fmt.Errorf("list the letters of %s: %w", committee, err)
	}
	return out, nil
}

// About lists the letters about one gift, the oldest first.
func About(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, gift string) ([]Letter, error) {
	const list = `select ` + columns + ` from letters where committee = $1 and gift = $2 order by written_at, id`
	var out []Letter
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, gift); err != nil {
		return nil, fmt.Errorf("list the letters about %s: %w", gift, err)
	}
	return out, nil
}

// newKey makes the key of an answer's page, and what the database keeps of it.
func newKey() (key string, digest []byte) {
	b := make([]byte, 16)
	rand.Read(b)
	key = base64.RawURLEncoding.EncodeToString(b)
	return key, digestOf(key)
}

func digestOf(key string) []byte {
	sum := sha256.Sum256([]byte(key))
	return sum[:]
}

// opens tells whether a key is the letter's.
func (l Letter) opens(key string) bool {
	return len(l.AnswerDigest) > 0 && subtle.ConstantTimeCompare(l.AnswerDigest, digestOf(key)) == 1
}

var keyed = regexp.MustCompile(`key=[A-Za-z0-9_-]+`)

// Sealed is the letter's text without the keys of its links: whoever reads it at the desk is not whom it was written to, and
// answers nothing, and asks for nothing, in their place.
func (l Letter) Sealed() string { return keyed.ReplaceAllString(l.Plain, "key=…") }

// newID makes a letter's id.
func newID() string { return pg.NewID('L') }

package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/jmoiron/sqlx"

	"dure/pg"
)

// Why nobody is signed in, or no password is set.
var (
	ErrWrong         = errors.New("this e-mail address and this password don't belong together")
	ErrTooOften      = errors.New("too many attempts: wait a quarter of an hour")
	ErrPasswordShort = fmt.Errorf("a password has at least %d characters", passwordLeast)
	ErrPasswordLong  = fmt.Errorf("a password has at most %d characters", passwordMost)
	ErrPasswordEmail = errors.New("a password is not the e-mail address")
)

const (
	passwordLeast = 12
	passwordMost  = 200
	emailMost     = 254 // RFC 5321, 4.5.3.1.3, without the angle brackets
)

// Door checks passwords: a few at a time, since each takes much memory on purpose, and not for those who guess.
type Door struct {
	params *argon2id.Params
	slots  chan struct{}
	nobody string // the hash of a password that nobody has
	tries  tries
}

// NewDoor makes a door whose new hashes cost what params say; nil is the cost for production.
func NewDoor(params *argon2id.Params) *Door {
	if params == nil {
		params = argon2id.DefaultParams
	}
	nobody, err := argon2id.CreateHash("", params)
	if err != nil {
		panic(fmt.Sprintf("argon2id refuses its parameters: %v", err))
	}
	return &Door{params: params, slots: make(chan struct{}, 2), nobody: nobody, tries: tries{counts: map[tried]count{}}}
}

// SignIn gives the member of that e-mail address and password, or ErrWrong, or ErrTooOften after many wrong attempts
// from one address. An address that nobody has takes as long to refuse as a wrong password.
func (d *Door) SignIn(ctx context.Context, db *sqlx.DB, now time.Time, from, email, password string) (Member, error) {
	if len(email) > emailMost || strings.ContainsRune(email, 0) || !utf8.ValidString(email) {
		return Member{}, ErrWrong // nobody has such an address
	}
	email = address(email)
	keys := []limited{{under("both", from, email), 5}, {under("from", from), 30}, {under("email", email), 60}}
	if !d.tries.begin(now, keys) {
		return Member{}, ErrTooOften
	}
	m, err := findByEmail(ctx, db, email)
	hash := m.PasswordHash
	if errors.Is(err, sql.ErrNoRows) || err == nil && hash == "" {
		hash = d.nobody
	} else if err != nil {
		return Member{}, fmt.Errorf("sign in: %w", err)
	}
	match, err := d.compare(ctx, password, hash)
	if err != nil {
		return Member{}, fmt.Errorf("sign in: %w", err)
	}
	if !match || m.PasswordHash == "" {
		return Member{}, ErrWrong
	}
	d.tries.forget(keys)
	return m, nil
}

func (d *Door) compare(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > 4*passwordMost {
		return false, nil
	}
	if err := d.enter(ctx); err != nil {
		return false, err
	}
	defer d.leave()
	return argon2id.ComparePasswordAndHash(password, hash)
}

func (d *Door) enter(ctx context.Context) error {
	select {
	case d.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *Door) leave() { <-d.slots }

// CheckPassword tells all that is wrong with a new password, or nil.
func CheckPassword(m Member, password string) error {
	var wrong []error
	if n := utf8.RuneCountInString(password); n < passwordLeast {
		wrong = append(wrong, ErrPasswordShort)
	} else if n > passwordMost {
		wrong = append(wrong, ErrPasswordLong)
	}
	if strings.EqualFold(strings.TrimSpace(password), m.Email) {
		wrong = append(wrong, ErrPasswordEmail)
	}
	return errors.Join(wrong...)
}

// SetPassword gives the member a new password, and uses up every link of theirs that still waits. Sessions that hold
// the member's old Seal end.
func (d *Door) SetPassword(ctx context.Context, db *sqlx.DB, m Member, password string) (Member, error) {
	if err := CheckPassword(m, password); err != nil {
		return m, err
	}
	if err := d.enter(ctx); err != nil {
		return m, fmt.Errorf("set a password: %w", err)
	}
	hash, err := argon2id.CreateHash(password, d.params)
	d.leave()
	if err != nil {
		return m, fmt.Errorf("set a password: %w", err)
	}
	err = pg.InTx(ctx, db, m.ID.Actor(), nil, func(tx *sqlx.Tx) error {
		const set = `update staff set password_hash = $2 where id = $1`
		if _, err := tx.ExecContext(ctx, set, m.ID, hash); err != nil {
			return fmt.Errorf("set a password: %w", err)
		}
		const use = `update login_links set used_at = clock_timestamp() where staff = $1 and used_at is null`
		if _, err := tx.ExecContext(ctx, use, m.ID); err != nil {
			return fmt.Errorf("set a password: %w", err)
		}
		return nil
	})
	if err == nil {
		m.PasswordHash = hash
	}
	return m, err
}

// Seal changes whenever the member's password does: a session keeps it, and ends when it is no longer the same.
func (m Member) Seal() string { return fmt.Sprintf("%x", digest("seal " + m.PasswordHash)[:8]) }

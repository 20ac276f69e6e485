package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// LinkDays is how long a sign-in link waits to be used.
const LinkDays = 7

// ErrLink says that a sign-in link is unknown, used or too old; which of them is not told.
var ErrLink = errors.New("this sign-in link was used before, is too old, or was never made")

// addLink makes a link for a member and gives its token, of which only the digest is kept.
func addLink(ctx context.Context, tx *sqlx.Tx, id ID) (token string, err error) {
	b := make([]byte, 32)
	rand.Read(b)
	token = base64.RawURLEncoding.EncodeToString(b)
	const insert = `
		insert into login_links (token_hash, staff, expires_at)
		values ($1, $2, clock_timestamp() + make_interval(days => $3))`
	if _, err := tx.ExecContext(ctx, insert, digest(token), id, LinkDays); err != nil {
		return "", fmt.Errorf("make a sign-in link: %w", err)
	}
	return token, nil
}

// UseLink uses the link up and gives the member whom it signs in, or ErrLink. Of two who use it at once, one wins.
func UseLink(ctx context.Context, db *sqlx.DB, token string) (Member, error) {
	const use = `
		update login_links
		set used_at = clock_timestamp()
		where token_hash = $1 and used_at is null and expires_at > clock_timestamp()
		returning staff`
	var id ID
	err := db.GetContext(ctx, &id, use, digest(token))
	if errors.Is(err, sql.ErrNoRows) {
		return Member{}, ErrLink
	}
	if err != nil {
		return Member{}, fmt.Errorf("use a sign-in link: %w", err)
	}
	return Find(ctx, db, id)
}

func digest(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

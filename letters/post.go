package letters

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/wneessen/go-mail"

	"dure/civil"
	"dure/pg"
	"dure/registry"
)

// Post is the mail server through which letters go out.
type Post struct {
	client *mail.Client
	sender string // stands in for a committee that has no email
	domain string // of the Message-IDs
}

// NewPost reads the address of a mail server: smtp://user:password@host:587 (STARTTLS), smtps:// (TLS from the first byte). A
// password crosses no wire in the clear: without TLS, on this machine alone. publicURL is the site's, whose name the letters bear.
func NewPost(address, publicURL string) (*Post, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("the mail server's address is no smtp:// or smtps:// address, such as smtp://user:password@host:587")
	}
	port := 587
	options := []mail.Option{mail.WithTimeout(20 * time.Second), mail.WithTLSPolicy(mail.TLSMandatory)}
	switch ip := net.ParseIP(u.Hostname()); {
	case u.Scheme == "smtps":
		port = 465
		options = append(options, mail.WithSSL())
	case u.Hostname() == "localhost" || ip != nil && ip.IsLoopback():
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, fmt.Errorf("the mail server's port: %w", err)
		}
	}
	options = append(options, mail.WithPort(port))
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	client, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("the mail server: %w", err)
	}
	site, err := url.Parse(publicURL)
	if err != nil {
		return nil, fmt.Errorf("the site's address: %w", err)
	}
	domain := cmp.Or(site.Hostname(), "localhost")
	return &Post{client: client, sender: "no-reply@" + domain, domain: domain}, nil
}

const (
	claimFor    = 2 * time.Minute // letters that are being sent are left to their sender for so long
	sendFor     = time.Minute     // so long one round begins with letters: its last one is done before the claim is over
	mostAtOnce  = 20
	giveUpAfter = 12 // tries, over some three days
)

// Send sends letters that are due, a round of them over one connection, and tells how many went out. One that the mail server
// refuses for good is marked failed, for somebody to see at the desk; on any other failure it is tried again, later and later.
func (p *Post) Send(ctx context.Context, db *sqlx.DB, now time.Time) (int, error) {
	due, err := claim(ctx, db, now)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	server, err := p.client.DialToSMTPClientWithContext(ctx)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err != nil {
		return 0, away(ctx, db, now, due, err)
	}
	defer func() { _ = p.client.CloseWithSMTPClient(server) }() // what was taken is marked already
	until := time.Now().Add(sendFor)
	sent := 0
	var failed []error
	for i, l := range due {
		if time.Now().After(until) {
			failed = append(failed, leave(ctx, db, due[i:]))
			break
		}
		m, went := p.message(l)
		if went == nil {
			if went = p.client.SendWithSMTPClient(server, m); m.IsDelivered() {
				went = nil // whatever came after the server's yes
			}
		}
		if ctx.Err() != nil && went != nil {
			return sent, ctx.Err()
		}
		if i > 0 && gone(went) { // the server takes only so many over one connection
			failed = append(failed, leave(ctx, db, due[i:]))
			break
		}
		failed = append(failed, mark(context.WithoutCancel(ctx), db, l, now, went)) // what went out is marked, come what may
		if went == nil {
			sent++
		} else if !answered(went) { // the connection is gone: what is left waits for another
			failed = append(failed, leave(ctx, db, due[i+1:]))
			break
		}
	}
	return sent, errors.Join(failed...)
}

// claim takes letters that are due, so that no other process sends them.
func claim(ctx context.Context, db *sqlx.DB, now time.Time) ([]Letter, error) {
	const take = `
		update letters
		set claimed_until = $1::timestamptz + $2 * interval '1 microsecond', attempts = attempts + 1
		where (committee, id) in (
			select committee, id
			from letters
			where state = 'owed' and sent_by = 'email' and due_at <= $1 and (claimed_until is null or claimed_until < $1)
			order by due_at
			limit $3
			for update skip locked)
		returning ` + columns
	var due []Letter
	err := pg.InTx(ctx, db, "sweep", nil, func(tx *sqlx.Tx) error {
		due = nil
		return tx.SelectContext(ctx, &due, take, now, claimFor.Microseconds(), mostAtOnce)
	})
	if err != nil {
		return nil, fmt.Errorf("take letters to send: %w", err)
	}
	return due, nil
}

// leave gives claimed letters back untried.
func leave(ctx context.Context, db *sqlx.DB, rest []Letter) error {
	var ids []string
	for _, l := range rest {
		ids = append(ids, l.ID)
	}
	err := pg.InTx(ctx, db, "sweep", nil, func(tx *sqlx.Tx) error {
		const untried = `update letters set claimed_until = null, attempts = attempts - 1 where id = any($1) and state = 'owed'`
		_, err := tx.ExecContext(ctx, untried, pq.Array(ids))
		return err
	})
	if err != nil {
		return fmt.Errorf("leave letters for later: %w", err)
	}
	return nil
}

// away notes of all the letters that the mail server could not be reached.
func away(ctx context.Context, db *sqlx.DB, now time.Time, due []Letter, why error) error {
	var failed []error
	for _, l := range due {
		failed = append(failed, mark(ctx, db, l, now, why))
	}
	return errors.Join(failed...)
}

// message is the letter as mail. A line break within a line of its head would begin another: such a letter is not sent.
func (p *Post) message(l Letter) (*mail.Msg, error) {
	for _, line := range []string{l.Subject, l.SenderName, l.Sender, l.AddresseeName, l.Addressee} {
		if strings.ContainsFunc(line, unicode.IsControl) {
			return mail.NewMsg(), fmt.Errorf("%w: %q has a character that no head of a mail may have", errAddress, line)
		}
	}
	m := mail.NewMsg()
	m.SetMessageIDWithValue(l.ID + "@" + p.domain)
	m.SetDate()
	m.Subject(l.Subject)
	m.SetGenHeader("Content-Language", string(l.Language))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	if err := errors.Join(m.FromFormat(l.SenderName, cmp.Or(l.Sender, p.sender)), m.AddToFormat(l.AddresseeName, l.Addressee)); err != nil {
		return m, fmt.Errorf("%w: %w", errAddress, err)
	}
	m.SetBodyString(mail.TypeTextPlain, l.Plain)
	if l.HTML != "" {
		m.AddAlternativeString(mail.TypeTextHTML, l.HTML)
	}
	return m, nil
}

// errAddress tells that an address can't be written to, however often one tries.
var errAddress = errors.New("no address of mail")

// answered tells whether a letter was refused by an answer, so that the next one may still go over the same connection.
func answered(err error) bool {
	var refused *mail.SendError
	return errors.Is(err, errAddress) || errors.As(err, &refused) && refused.ErrorCode() != 0
}

// gone tells whether the connection was over before a letter was begun.
func gone(err error) bool {
	var refused *mail.SendError
	return errors.As(err, &refused) && refused.Reason == mail.ErrConnCheck
}

// lasting tells whether trying again is of no use. A server that does not take the sender may take them when it is set up well.
func lasting(err error) bool {
	var refused *mail.SendError
	return errors.Is(err, errAddress) ||
		errors.As(err, &refused) && refused.ErrorCode() >= 500 && !refused.IsTemp() && refused.Reason != mail.ErrSMTPMailFrom
}

// mark records how the sending of a letter went.
func mark(ctx context.Context, db *sqlx.DB, l Letter, now time.Time, went error) error {
	return pg.InTx(ctx, db, "sweep", []string{string(l.Committee)}, func(tx *sqlx.Tx) error {
		if went == nil {
			c, err := registry.FindCommittee(ctx, tx, l.Committee, time.Time{})
			if err != nil {
				return err
			}
			return l.went(ctx, tx, ByEmail, civil.In(now, c.Location()), now)
		}
		state := Owed
		if lasting(went) || l.Attempts >= giveUpAfter {
			state = Failed
		}
		const failed = `
			update letters
			set state = $3, due_at = $4, claimed_until = null, last_error = $5
			where committee = $1 and id = $2 and state = 'owed'`
		again := now.Add(time.Minute << min(l.Attempts, 9)) // 2 minutes to some 8 hours
		if _, err := tx.ExecContext(ctx, failed, l.Committee, l.ID, state, again, went.Error()); err != nil {
			return fmt.Errorf("mark letter %s: %w", l.ID, err)
		}
		return nil
	})
}

// Again sends letters once more that the mail server refused for good or that were tried too often: one of a committee, or all
// where the id is empty. It gives how many.
func Again(ctx context.Context, db *sqlx.DB, now time.Time, actor string, committee registry.CommitteeID, id string) (int, error) {
	var n int64
	err := pg.InTx(ctx, db, actor, []string{string(committee)}, func(tx *sqlx.Tx) error {
		const again = `
			update letters
			set state = 'owed', attempts = 0, due_at = $3, claimed_until = null
			where committee = $1 and ($2 = '' or id = $2) and state = 'failed' and sent_by = 'email'`
		done, err := tx.ExecContext(ctx, again, committee, id, now)
		if err != nil {
			return err
		}
		n, err = done.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("send letters again: %w", err)
	}
	return int(n), nil
}

// Box is how a committee's letters stand.
type Box struct {
	Owed, Failed int // by e-mail
}

// Count tells how many letters of a committee wait to be sent, and how many could not be.
func Count(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID) (Box, error) {
	const count = `
		select (select count(*) from letters where committee = $1 and state = 'owed' and sent_by = 'email') as owed,
		       (select count(*) from letters where committee = $1 and state = 'failed') as failed`
	var b Box
	if err := sqlx.GetContext(ctx, q, &b, count, committee); err != nil {
		return b, fmt.Errorf("count the letters of %s: %w", committee, err)
	}
	return b, nil
}

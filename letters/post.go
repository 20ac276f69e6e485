package letters

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
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
	claimFor    = 2 * time.Minute // a letter that is being sent is left to its sender for so long
	mostAtOnce  = 20
	giveUpAfter = 12 // tries, over some three days
)

// Send sends the letters that are due, and tells how many went out. One that the mail server refuses for good is marked failed,
// for somebody to see at the desk; on any other failure it is tried again, later and later.
func (p *Post) Send(ctx context.Context, db *sqlx.DB, now time.Time) (int, error) {
	const claim = `
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
		return tx.SelectContext(ctx, &due, claim, now, claimFor.Microseconds(), mostAtOnce)
	})
	if err != nil || len(due) == 0 {
		return 0, err
	}
	sent := 0
	var failed []error
	for _, l := range due {
		went := p.post(ctx, l)
		if ctx.Err() != nil {
			return sent, ctx.Err()
		}
		if went == nil {
			sent++
		}
		failed = append(failed, mark(ctx, db, l, now, went))
	}
	return sent, errors.Join(failed...)
}

// post hands one letter to the mail server.
func (p *Post) post(ctx context.Context, l Letter) error {
	m := mail.NewMsg()
	m.SetMessageIDWithValue(l.ID + "@" + p.domain)
	m.SetDate()
	m.Subject(l.Subject)
	m.SetGenHeader("Content-Language", string(l.Language))
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	if err := errors.Join(m.FromFormat(l.SenderName, cmp.Or(l.Sender, p.sender)), m.AddToFormat(l.AddresseeName, l.Addressee)); err != nil {
		return fmt.Errorf("%w: %w", errAddress, err)
	}
	m.SetBodyString(mail.TypeTextPlain, l.Plain)
	if l.HTML != "" {
		m.AddAlternativeString(mail.TypeTextHTML, l.HTML)
	}
	return p.client.DialAndSendWithContext(ctx, m)
}

// errAddress tells that an address can't be written to, however often one tries.
var errAddress = errors.New("no address of mail")

// lasting tells whether trying again is of no use.
func lasting(err error) bool {
	var refused *mail.SendError
	return errors.Is(err, errAddress) || errors.As(err, &refused) && refused.ErrorCode() >= 500 && !refused.IsTemp()
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

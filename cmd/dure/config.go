package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/donations"
	"dure/pg"
)

// settings is every setting, its meaning and its default. All come from the environment; a flag of the same name, where
// shown, overrides it.
type settings struct {
	DatabaseURL         string         `env:"DATABASE_URL" hidden:"" help:"PostgreSQL, as the role that serves: it can't drop or alter."`
	AdminDatabaseURL    string         `env:"DURE_ADMIN_DATABASE_URL" hidden:"" help:"The same database as the owner of the schema: for migrate."`
	Addr                string         `env:"DURE_ADDR" default:"127.0.0.1:8080" hidden:"" help:"Where the site listens."`
	PublicURL           string         `env:"DURE_PUBLIC_URL" hidden:"" help:"Where people reach the site; http://DURE_ADDR when empty."`
	SMTPURL             string         `env:"DURE_SMTP_URL" hidden:"" help:"The mail server, such as smtp://user:password@host:587."`
	SecretsKey          string         `env:"DURE_SECRETS_KEY" hidden:"" help:"64 hexadecimal characters that seal what the database may not tell (openssl rand -hex 32)."`
	StripeSecretKey     string         `env:"STRIPE_SECRET_KEY" hidden:"" help:"Stripe's secret key of the first committee; dure committee stripe keeps the others'."`
	StripeWebhookSecret string         `env:"STRIPE_WEBHOOK_SECRET" hidden:"" help:"The secret with which Stripe signs the first committee's events."`
	StripeAPIBase       string         `env:"STRIPE_API_BASE" hidden:"" help:"Where Stripe answers, for the sandbox; refused together with a live key."`
	GivePerMinute       int            `env:"DURE_GIVE_PER_MINUTE" default:"60" hidden:"" help:"Donation forms that one address may send in a minute; 0 for no limit."`
	MetricsToken        string         `env:"DURE_METRICS_TOKEN" hidden:"" help:"Who asks for /metrics shows it as a bearer token; when empty, only this machine and its private network may ask."`
	TrustedProxies      []netip.Prefix `env:"DURE_TRUSTED_PROXIES" default:"127.0.0.0/8,::1/128" hidden:"" help:"Networks of the proxies in front of the site, whose X-Forwarded-For is believed."`
	ClockURL            string         `env:"DURE_CLOCK_URL" hidden:"" help:"A clock that can be moved, for the sandbox; refused together with a live key."`
}

// check refuses settings that must not stand together.
func (s *settings) check() error {
	if !strings.Contains(s.StripeSecretKey, "_live_") {
		return nil
	}
	var errs []error
	if s.StripeAPIBase != "" {
		errs = append(errs, errors.New("STRIPE_API_BASE is for the sandbox: unset it to use a live key"))
	}
	if s.ClockURL != "" {
		errs = append(errs, errors.New("DURE_CLOCK_URL is for the sandbox: unset it to use a live key"))
	}
	return errors.Join(errs...)
}

// database opens the database as the role that serves.
func (s *settings) database(ctx context.Context) (*sqlx.DB, error) {
	if s.DatabaseURL == "" {
		return nil, errors.New("DATABASE_URL is not set: it names the database, such as postgres://dure_serve@localhost/dure?sslmode=disable")
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return pg.Open(ctx, s.DatabaseURL)
}

// admin opens the database as the owner of its schema.
func (s *settings) admin(ctx context.Context) (*sqlx.DB, error) {
	if s.AdminDatabaseURL == "" {
		return nil, errors.New("DURE_ADMIN_DATABASE_URL is not set: it names the database as the owner of its schema")
	}
	return pg.Open(ctx, s.AdminDatabaseURL)
}

// accounts gives the committees' Stripe accounts.
func (s *settings) accounts(db *sqlx.DB) (*donations.Accounts, error) {
	return donations.NewAccounts(db, donations.Keys{
		SecretKey: s.StripeSecretKey, WebhookSecret: s.StripeWebhookSecret, APIBase: s.StripeAPIBase, SecretsKey: s.SecretsKey,
	})
}

// publicURL is where people reach the site, without a slash at its end.
func (s *settings) publicURL() string {
	if s.PublicURL == "" {
		return "http://" + s.Addr
	}
	return strings.TrimSuffix(s.PublicURL, "/")
}

// secure tells whether people reach the site by https.
func (s *settings) secure() bool { return strings.HasPrefix(s.publicURL(), "https://") }

// cardOrigin is where the card pages are, and where alone a donation form may lead to; in the sandbox anywhere.
func (s *settings) cardOrigin() string {
	if s.StripeAPIBase != "" {
		return ""
	}
	return "https://checkout.stripe.com"
}

// settingsHelp lists the settings with meaning and default, from their declarations.
func settingsHelp() string {
	var b strings.Builder
	for f := range reflect.TypeFor[settings]().Fields() {
		fmt.Fprintf(&b, "  %-25s %s", f.Tag.Get("env"), f.Tag.Get("help"))
		if d := f.Tag.Get("default"); d != "" {
			fmt.Fprintf(&b, " Default: %s.", d)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// clock gives the one clock of the program.
func (s *settings) clock() (func() time.Time, error) {
	if s.ClockURL == "" {
		return time.Now, nil
	}
	if _, err := url.Parse(s.ClockURL); err != nil {
		return nil, fmt.Errorf("DURE_CLOCK_URL: %w", err)
	}
	c := &movedClock{url: s.ClockURL, client: &http.Client{Timeout: 2 * time.Second}}
	return c.now, nil
}

// movedClock follows the sandbox's clock: the machine's, plus what the sandbox has moved it by.
type movedClock struct {
	url    string
	client *http.Client

	mu     sync.Mutex
	offset time.Duration
	asked  time.Time
}

// askEvery is how long an answer of the sandbox's clock is trusted.
const askEvery = 100 * time.Millisecond

func (c *movedClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.asked) > askEvery {
		c.asked = time.Now()
		if offset, err := c.ask(); err == nil {
			c.offset = offset
		}
	}
	return time.Now().Add(c.offset)
}

func (c *movedClock) ask() (time.Duration, error) {
	res, err := c.client.Get(c.url)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	var told struct {
		OffsetNS int64 `json:"offset_ns"`
	}
	err = json.NewDecoder(res.Body).Decode(&told)
	return time.Duration(told.OffsetNS), err
}

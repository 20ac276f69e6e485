package donations

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stripe/stripe-go/v79"
	"github.com/stripe/stripe-go/v79/form"

	"dure/registry"
)

// Keys are what the environment tells of Stripe.
type Keys struct {
	SecretKey     string // of the first committee
	WebhookSecret string
	APIBase       string // empty for Stripe itself
	SecretsKey    string // 64 hexadecimal characters; seals the keys of the other committees in the database
}

// Accounts gives each committee its own Stripe account: depositories may not be mixed (52 U.S.C. 30102(h)).
type Accounts struct {
	db      *sqlx.DB
	keys    Keys
	seal    cipher.AEAD
	backend stripe.Backend

	mu    sync.Mutex
	known map[registry.CommitteeID]known
}

type known struct {
	secret, webhook string
	until           time.Time
}

// ErrNoAccount tells that a committee has no Stripe account here.
var ErrNoAccount = errors.New("the committee has no Stripe account: run dure committee stripe")

// keysHold is how long keys read from the database are trusted before they are read again.
const keysHold = 30 * time.Second

// NewAccounts reads the settings; db holds the keys of all committees but the first.
func NewAccounts(db *sqlx.DB, keys Keys) (*Accounts, error) {
	a := &Accounts{db: db, keys: keys, known: map[registry.CommitteeID]known{}}
	config := &stripe.BackendConfig{
		HTTPClient:        &http.Client{Timeout: 30 * time.Second},
		EnableTelemetry:   stripe.Bool(false),
		MaxNetworkRetries: stripe.Int64(0), // owed calls are repeated by their own sweep
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull},
	}
	if keys.APIBase != "" {
		config.URL = stripe.String(keys.APIBase)
	}
	a.backend = stripe.GetBackendWithConfig(stripe.APIBackend, config)
	if keys.SecretsKey == "" {
		return a, nil
	}
	key, err := hex.DecodeString(keys.SecretsKey)
	if err != nil || len(key) != 32 {
		return nil, errors.New("DURE_SECRETS_KEY is 64 hexadecimal characters: make one with openssl rand -hex 32")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	a.seal, err = cipher.NewGCM(block)
	return a, err
}

// First gives the committee that joined the installation first: the one that the environment's keys serve.
func (a *Accounts) First(ctx context.Context) (registry.CommitteeID, error) {
	var id registry.CommitteeID
	if err := a.db.GetContext(ctx, &id, `select id from committees order by recorded_at, id limit 1`); err != nil {
		return "", fmt.Errorf("find the first committee: %w", err)
	}
	return id, nil
}

// WebhookSecret gives the secret with which Stripe signs a committee's events; ErrNoAccount when there is none.
func (a *Accounts) WebhookSecret(ctx context.Context, committee registry.CommitteeID) (string, error) {
	k, err := a.of(ctx, committee)
	return k.webhook, err
}

func (a *Accounts) of(ctx context.Context, committee registry.CommitteeID) (known, error) {
	a.mu.Lock()
	k, ok := a.known[committee]
	a.mu.Unlock()
	if ok && time.Now().Before(k.until) {
		return k, nil
	}
	k, err := a.read(ctx, committee)
	if err != nil {
		return known{}, err
	}
	k.until = time.Now().Add(keysHold)
	a.mu.Lock()
	a.known[committee] = k
	a.mu.Unlock()
	return k, nil
}

func (a *Accounts) read(ctx context.Context, committee registry.CommitteeID) (known, error) {
	var row struct {
		SecretKey     []byte `db:"secret_key"`
		WebhookSecret []byte `db:"webhook_secret"`
	}
	const find = `select secret_key, webhook_secret from stripe_accounts where committee = $1`
	err := a.db.GetContext(ctx, &row, find, committee)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if first, err := a.First(ctx); err != nil || first != committee || a.keys.SecretKey == "" {
			return known{}, errors.Join(ErrNoAccount, err)
		}
		return known{secret: a.keys.SecretKey, webhook: a.keys.WebhookSecret}, nil
	case err != nil:
		return known{}, fmt.Errorf("read the Stripe account of %s: %w", committee, err)
	}
	secret, err1 := a.open(committee, row.SecretKey)
	webhook, err2 := a.open(committee, row.WebhookSecret)
	return known{secret: secret, webhook: webhook}, errors.Join(err1, err2)
}

// Keep seals a committee's keys into the database.
func (a *Accounts) Keep(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, secretKey, webhookSecret string) error {
	if a.seal == nil {
		return errors.New("keys are sealed before they are stored: set DURE_SECRETS_KEY")
	}
	const upsert = `
		insert into stripe_accounts (committee, secret_key, webhook_secret)
		values ($1, $2, $3)
		on conflict (committee) do update set secret_key = excluded.secret_key, webhook_secret = excluded.webhook_secret`
	if _, err := tx.ExecContext(ctx, upsert, committee, a.close(committee, secretKey), a.close(committee, webhookSecret)); err != nil {
		return fmt.Errorf("keep the Stripe account of %s: %w", committee, err)
	}
	return nil
}

func (a *Accounts) close(committee registry.CommitteeID, plain string) []byte {
	nonce := make([]byte, a.seal.NonceSize())
	rand.Read(nonce)
	return a.seal.Seal(nonce, nonce, []byte(plain), []byte(committee))
}

func (a *Accounts) open(committee registry.CommitteeID, sealed []byte) (string, error) {
	if a.seal == nil {
		return "", errors.New("the keys in the database are sealed: set DURE_SECRETS_KEY")
	}
	n := a.seal.NonceSize()
	if len(sealed) < n {
		return "", fmt.Errorf("the Stripe keys of %s are not whole", committee)
	}
	plain, err := a.seal.Open(nil, sealed[:n], sealed[n:], []byte(committee))
	if err != nil {
		return "", fmt.Errorf("the Stripe keys of %s were sealed with another DURE_SECRETS_KEY", committee)
	}
	return string(plain), nil
}

// call sends one request to a committee's Stripe account, with the very body and key that were stored for it, and reads
// the answer into v.
func (a *Accounts) call(ctx context.Context, c Owed, v stripe.LastResponseSetter) error {
	k, err := a.of(ctx, c.Committee)
	if err != nil {
		return err
	}
	params := &stripe.Params{Context: ctx}
	if c.Method == http.MethodPost {
		params.IdempotencyKey = stripe.String(c.IdempotencyKey)
	}
	return a.backend.CallRaw(c.Method, c.Path, k.secret, formOf(c.Body), params, v)
}

// Get asks a committee's Stripe account a question that changes nothing, and gives the answer's bytes.
func (a *Accounts) Get(ctx context.Context, committee registry.CommitteeID, path, query string) ([]byte, error) {
	var answer stripe.APIResource
	err := a.call(ctx, Owed{Committee: committee, Method: http.MethodGet, Path: path, Body: query}, &answer)
	if err != nil {
		return nil, err
	}
	return answer.LastResponse.RawJSON, nil
}

// formOf reads an encoded form back pair by pair, so that it is sent in the order in which it was stored.
func formOf(body string) *form.Values {
	values := &form.Values{}
	for pair := range strings.SplitSeq(body, "&") {
		if key, value, ok := strings.Cut(pair, "="); ok {
			k, _ := url.QueryUnescape(key)
			v, _ := url.QueryUnescape(value)
			values.Add(k, v)
		}
	}
	return values
}

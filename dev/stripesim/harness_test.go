package stripesim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"dure/dev/stripesim"
	"dure/dev/stripesim/stripespec"

	"github.com/stripe/stripe-go/v79"
	"github.com/stripe/stripe-go/v79/client"
	"github.com/stripe/stripe-go/v79/webhook"
)

const (
	secretKey = "sk_test_fictionalpac"
	whsec     = "whsec_fictional"
)

// harness is a simulator on loopback, a receiver of its events, and Stripe's own client.
type harness struct {
	*stripesim.Sim
	t    *testing.T
	url  string
	api  *client.API
	mail *receiver
}

// start runs a simulator for a test, with an endpoint for its events.
func start(t *testing.T, o stripesim.Options) *harness {
	t.Helper()
	if o.Seed == 0 {
		o.Seed = 20_260_904
	}
	sim, err := stripesim.New(o)
	if err != nil {
		t.Fatalf("New = %v", err)
	}
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		server.Close()
		if err := sim.Close(); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	h := &harness{Sim: sim, t: t, url: server.URL, api: apiClient(server.URL, secretKey), mail: receive(t, sim)}
	sim.AddEndpoint(secretKey, h.mail.url, whsec)
	return h
}

func apiClient(url, key string) *client.API {
	retries := int64(0)
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		URL: stripe.String(url), MaxNetworkRetries: &retries, LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull},
		EnableTelemetry: stripe.Bool(false),
	})
	return client.New(key, &stripe.Backends{API: backend, Connect: backend, Uploads: backend})
}

// receiver is a webhook endpoint that verifies each delivery and keeps the events as they came.
type receiver struct {
	url string

	mu     sync.Mutex
	events []stripe.Event
	raw    [][]byte
	answer func(n int) int // the status for the n-th delivery, from 1; nil answers 200
}

func receive(t *testing.T, sim *stripesim.Sim) *receiver {
	r := &receiver{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Errorf("read a delivery: %v", err)
		}
		signature := q.Header.Get("Stripe-Signature")
		if err := webhook.ValidatePayloadIgnoringTolerance(body, signature, whsec); err != nil {
			t.Errorf("the signature %q does not hold: %v", signature, err)
		}
		var e stripe.Event
		if err := json.Unmarshal(body, &e); err != nil {
			t.Errorf("read an event: %v", err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.events, r.raw = append(r.events, e), append(r.raw, body)
		if r.answer != nil {
			w.WriteHeader(r.answer(len(r.events)))
		}
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// arrived waits until all deliveries are done and gives the types of the events that came.
func (h *harness) arrived() []string {
	h.t.Helper()
	if err := h.Settle(h.t.Context()); err != nil {
		h.t.Fatalf("Settle = %v", err)
	}
	h.mail.mu.Lock()
	defer h.mail.mu.Unlock()
	var types []string
	for _, e := range h.mail.events {
		types = append(types, string(e.Type))
	}
	return types
}

// types gives the types of all events of the account, in the order of their making, after all is settled.
func (h *harness) types() []string {
	h.t.Helper()
	h.arrived()
	var types []string
	for _, e := range h.events(&stripe.EventListParams{}) {
		types = append(types, string(e.Type))
	}
	slices.Reverse(types)
	return types
}

func (h *harness) events(p *stripe.EventListParams) []*stripe.Event {
	h.t.Helper()
	var all []*stripe.Event
	list := h.api.Events.List(p)
	for list.Next() {
		all = append(all, list.Event())
	}
	if err := list.Err(); err != nil {
		h.t.Fatalf("list events: %v", err)
	}
	return all
}

// last gives the object of the last event of a type.
func (h *harness) last(kind string, into any) {
	h.t.Helper()
	events := h.events(&stripe.EventListParams{Type: stripe.String(kind)})
	if len(events) == 0 {
		h.t.Fatalf("there is no event %s", kind)
	}
	if err := json.Unmarshal(events[0].Data.Raw, into); err != nil {
		h.t.Fatalf("read the object of %s: %v", kind, err)
	}
}

// gift gives the parameters with which Dure makes a session: everything that the simulator knows.
func gift(cents int64, capture string) *stripe.CheckoutSessionParams {
	return &stripe.CheckoutSessionParams{
		Mode:               stripe.String("payment"),
		PaymentMethodTypes: stripe.StringSlice([]string{"card"}),
		SuccessURL:         stripe.String("https://dure.example/thanks/g_1?key=k&session={CHECKOUT_SESSION_ID}"),
		CancelURL:          stripe.String("https://dure.example/give/spring"),
		ClientReferenceID:  stripe.String("g_1"),
		CustomerEmail:      stripe.String("testa@example.org"),
		Locale:             stripe.String("en"),
		SubmitType:         stripe.String("donate"),
		Metadata:           map[string]string{"gift": "g_1", "where": "session"},
		CustomText: &stripe.CheckoutSessionCustomTextParams{
			Submit: &stripe.CheckoutSessionCustomTextSubmitParams{Message: stripe.String("Contributions are not tax deductible.")},
		},
		BillingAddressCollection: stripe.String("auto"),
		LineItems: []*stripe.CheckoutSessionLineItemParams{{
			Quantity: stripe.Int64(1),
			PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
				Currency: stripe.String("usd"), UnitAmount: stripe.Int64(cents),
				ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{
					Name: stripe.String("Gift to the Fictional PAC"), Description: stripe.String("One gift"),
				},
			},
		}},
		PaymentIntentData: &stripe.CheckoutSessionPaymentIntentDataParams{
			CaptureMethod: stripe.String(capture), Description: stripe.String("Gift g_1"), StatementDescriptorSuffix: stripe.String("SPRING"),
			Metadata: map[string]string{"gift": "g_1", "where": "intent"},
		},
	}
}

// open makes a session.
func (h *harness) open(cents int64, capture string, change ...func(*stripe.CheckoutSessionParams)) *stripe.CheckoutSession {
	h.t.Helper()
	p := gift(cents, capture)
	for _, f := range change {
		f(p)
	}
	p.ExpiresAt = stripe.Int64(h.Now().Add(35 * time.Minute).Unix())
	c, err := h.api.CheckoutSessions.New(p)
	if err != nil {
		h.t.Fatalf("make a session: %v", err)
	}
	return c
}

// pay fills the form of a session with a card.
func (h *harness) pay(session, number string) stripesim.Outcome {
	h.t.Helper()
	out, err := h.Pay(session, stripesim.TestCard(number))
	if err != nil {
		h.t.Fatalf("Pay(%s) = %v", number, err)
	}
	return out
}

func (h *harness) intent(id string) *stripe.PaymentIntent {
	h.t.Helper()
	p := &stripe.PaymentIntentParams{}
	p.AddExpand("latest_charge.balance_transaction")
	got, err := h.api.PaymentIntents.Get(id, p)
	if err != nil {
		h.t.Fatalf("read %s: %v", id, err)
	}
	return got
}

// conforms holds an answer of stripe-go's against Stripe's schema, as the bytes that came.
func conforms(t *testing.T, schema string, r *stripe.APIResponse) {
	t.Helper()
	stripespec.Validate(t, schema, r.RawJSON)
}

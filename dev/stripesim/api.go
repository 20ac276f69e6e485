package stripesim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
)

// call is one API request on its way to a handler.
type call struct {
	moment
	r      *http.Request
	params *params
	sum    string // hash of method, path and parameters, by which an idempotency key knows its request
	base   string // where people reach this server
}

func (c *call) path(name string) string { return chi.URLParam(c.r, name) }

// handler does one endpoint's work under the lock and gives the object of the reply.
type handler func(*Sim, *call) (any, *apiError)

// endpoint wraps a handler into what Stripe does for every call: secret key, version, parameters, idempotency, errors.
func (s *Sim) endpoint(allowed fields, h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &call{r: r, base: s.baseOf(r)}
		s.mu.Lock()
		c.request = s.ids.make("req_")
		s.mu.Unlock()
		header := w.Header()
		header.Set("Request-Id", c.request)
		header.Set("Stripe-Version", APIVersion)
		header.Set("Content-Type", "application/json")
		status, body, failed := s.answer(w, c, allowed, h)
		if failed != nil {
			if failed.Type == "invalid_request_error" {
				failed.RequestLogURL = "https://dashboard.stripe.com/test/logs/" + c.request
			}
			status, body = failed.Status, renderError(failed)
		}
		w.WriteHeader(status)
		w.Write(pretty(body))
	}
}

func (s *Sim) answer(w http.ResponseWriter, c *call, allowed fields, h handler) (int, json.RawMessage, *apiError) {
	if problem := s.open(w, c, allowed); problem != nil {
		return 0, nil, problem
	}
	if c.key != "" {
		stored, problem := s.claim(c)
		if problem != nil {
			return 0, nil, problem
		}
		w.Header().Set("Idempotency-Key", c.key)
		if stored != nil {
			w.Header().Set("Idempotent-Replayed", "true")
			w.Header().Set("Original-Request", stored.ID)
			return stored.Status, stored.Body, nil
		}
		defer s.forsake(c) // only if nothing was stored
	}
	before, after, wait := s.apiFault()
	if wait > 0 {
		time.Sleep(wait)
	}
	if before {
		return 0, nil, &apiError{Status: 500, Type: "api_error", Message: "The simulator failed before it did the work, as it was asked to."}
	}
	status, body := s.work(c, h)
	if after {
		return 0, nil, &apiError{Status: 500, Type: "api_error", Message: "The simulator failed after it did the work, as it was asked to."}
	}
	return status, body, nil
}

// work runs the handler as one moment under the lock, and keeps its answer under the idempotency key.
func (s *Sim) work(c *call, h handler) (int, json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.now = s.now()
	s.runDue(c.now)
	status, body := 200, json.RawMessage(nil)
	v, problem := h(s, c)
	if problem == nil {
		body, problem = s.render(c.a, v, c.params.texts("expand"))
	}
	if problem != nil {
		status, body = problem.Status, renderError(problem)
	}
	if c.key != "" {
		c.a.Replies[c.key] = &reply{Sum: c.sum, Path: c.r.URL.Path, Status: status, Body: body, At: c.now.Unix(), ID: c.request}
	}
	if c.r.Method != http.MethodGet {
		s.moved()
	}
	return status, body
}

// open reads who calls and with what.
func (s *Sim) open(w http.ResponseWriter, c *call, allowed fields) *apiError {
	key, _, basic := c.r.BasicAuth()
	if !basic {
		key, _ = strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	}
	switch {
	case key == "":
		return &apiError{Status: 401, Type: "invalid_request_error", Message: "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."}
	case !strings.HasPrefix(key, "sk_test_") || len(key) < len("sk_test_")+3:
		return &apiError{Status: 401, Type: "invalid_request_error", Message: fmt.Sprintf("Invalid API Key provided: %.8s*****. The simulator takes any key that begins with sk_test_.", key)}
	}
	if version := c.r.Header.Get("Stripe-Version"); version != "" && version != APIVersion {
		return invalid("", "", "Invalid Stripe API version: "+version+". The simulator speaks "+APIVersion+" only.")
	}
	values := c.r.URL.Query()
	if c.r.Method == http.MethodPost {
		c.r.Body = http.MaxBytesReader(w, c.r.Body, 1<<20)
		if err := c.r.ParseForm(); err != nil {
			return invalid("", "", "The request's body can't be read: "+err.Error())
		}
		values = c.r.PostForm
		c.key = c.r.Header.Get("Idempotency-Key")
		if len(c.key) > 255 {
			return &apiError{Status: 400, Type: "idempotency_error", Message: "Idempotency keys are at most 255 characters long."}
		}
	}
	sum := sha256.Sum256([]byte(c.r.Method + " " + c.r.URL.Path + "\n" + values.Encode()))
	c.sum = hex.EncodeToString(sum[:])
	var problem *apiError
	if c.params, problem = parseParams(values); problem != nil {
		return problem
	}
	if problem = allowed.check(c.params, ""); problem != nil {
		return problem
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.a = s.account(key)
	return nil
}

// baseOf is where people reach the simulator, as far as the request tells.
func (s *Sim) baseOf(r *http.Request) string {
	if s.options.URL != "" {
		return strings.TrimSuffix(s.options.URL, "/")
	}
	return (&url.URL{Scheme: "http", Host: r.Host}).String()
}

func renderError(e *apiError) json.RawMessage {
	body, err := json.Marshal(map[string]any{"error": e})
	if err != nil {
		panic(err) // an error object of ours is plain data
	}
	return body
}

// pretty indents JSON as Stripe does.
func pretty(body json.RawMessage) []byte {
	var b bytes.Buffer
	if json.Indent(&b, body, "", "  ") != nil {
		return body
	}
	b.WriteByte('\n')
	return b.Bytes()
}

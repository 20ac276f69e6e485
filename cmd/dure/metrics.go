package main

import (
	"crypto/subtle"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics count what this process does; what the database knows is asked when somebody looks (counts). No label has
// anything of a donor's, and each takes its values from this program's own lists.
type metrics struct {
	registry *prometheus.Registry
	latency  *prometheus.HistogramVec
	webhooks *prometheus.CounterVec
	refusals *prometheus.CounterVec
	batches  *prometheus.HistogramVec
	failures *prometheus.CounterVec
}

func newMetrics(db *sqlx.DB, log *slog.Logger) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "dure_http_seconds", Help: "How long answers took, by pattern of the address and class of the status.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route", "status"}),
		webhooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "dure_webhooks_total", Help: "Events that Stripe sent, by what it was answered.",
		}, []string{"result"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "dure_refusals_total", Help: "Donation forms sent back for a rule, by the rule's id.",
		}, []string{"rule"}),
		batches: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "dure_sweep_batch", Help: "How much a sweep did that found something to do, by its work.",
			Buckets: []float64{1, 2, 4, 8, 16, 32, 64, 128},
		}, []string{"work"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "dure_sweep_errors_total", Help: "Sweeps that failed, by their work.",
		}, []string{"work"}),
	}
	m.registry.MustRegister(m.latency, m.webhooks, m.refusals, m.batches, m.failures, buildInfo(), newCounts(db, log),
		collectors.NewDBStatsCollector(db.DB, "dure"), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, result := range webhookResults {
		m.webhooks.WithLabelValues(result)
	}
	for _, work := range []string{"events", "calls", "held", "silent", "stuck", "fees", "missed", "reconcile", "efforts", "held letters", "receipts", "money back letters", "post"} {
		m.batches.WithLabelValues(work)
		m.failures.WithLabelValues(work)
	}
	return m
}

// buildInfo is always 1, and says in its labels what runs.
func buildInfo() prometheus.Collector {
	version, revision := "unknown", "unknown"
	if b, ok := debug.ReadBuildInfo(); ok {
		version = b.Main.Version
		for _, s := range b.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "dure_build_info", Help: "1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "revision": revision, "go": runtime.Version()},
	}, func() float64 { return 1 })
}

// webhookResults are the answers to Stripe, by status.
var webhookResults = map[int]string{
	http.StatusOK: "stored", http.StatusBadRequest: "refused", http.StatusRequestEntityTooLarge: "too large",
	http.StatusNotFound: "no such committee", http.StatusInternalServerError: "not stored",
}

// served counts an answer. route is one of the router's patterns.
func (m *metrics) served(route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	class := "cut off"
	if status > 0 {
		class = strconv.Itoa(status/100) + "xx"
	}
	m.latency.WithLabelValues(route, class).Observe(took.Seconds())
	if strings.HasPrefix(route, "/webhooks/stripe") {
		result, known := webhookResults[status]
		if !known {
			result = "other"
		}
		m.webhooks.WithLabelValues(result).Inc()
	}
}

func (m *metrics) refused(rule string) { m.refusals.WithLabelValues(rule).Inc() }

func (m *metrics) swept(work string, n int, err error) {
	if n > 0 {
		m.batches.WithLabelValues(work).Observe(float64(n))
	}
	if err != nil {
		m.failures.WithLabelValues(work).Inc()
	}
}

// handler answers /metrics: with a token to whoever shows it; without one to this machine and its private network, and to
// no request that a proxy passes on, since that may be anybody's.
func (m *metrics) handler(token string) http.Handler {
	metrics := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case token != "" && !shows(r, token):
			w.Header().Set("WWW-Authenticate", `Bearer realm="metrics"`)
			http.Error(w, "metrics ask for the bearer token of DURE_METRICS_TOKEN", http.StatusUnauthorized)
		case token == "" && !near(r):
			http.Error(w, "metrics are for this machine and its private network; DURE_METRICS_TOKEN opens them to who shows it", http.StatusForbidden)
		default:
			w.Header().Set("Cache-Control", "no-store")
			metrics.ServeHTTP(w, r)
		}
	})
}

// shows tells whether a request carries the bearer token.
func shows(r *http.Request, token string) bool {
	said, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && subtle.ConstantTimeCompare([]byte(said), []byte(token)) == 1
}

// near tells whether a request comes from this machine or its private network itself.
func near(r *http.Request) bool {
	for _, passed := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via"} {
		if len(r.Header.Values(passed)) > 0 {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && (ip.IsLoopback() || ip.IsPrivate())
}

package stripesim

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// router has every address of the simulator.
func (s *Sim) router() http.Handler {
	r := chi.NewRouter()
	get := func(path string, allowed fields, h handler) { r.Get(path, s.endpoint(allowed, h)) }
	post := func(path string, allowed fields, h handler) { r.Post(path, s.endpoint(allowed, h)) }
	one := fields{"expand": listOf(short(0))}

	post("/v1/checkout/sessions", createSession, (*Sim).createSession)
	get("/v1/checkout/sessions", listSessions, (*Sim).listSessions)
	get("/v1/checkout/sessions/{id}", one, (*Sim).readSession)
	get("/v1/checkout/sessions/{id}/line_items", listed(nil), (*Sim).listLineItems)
	post("/v1/checkout/sessions/{id}/expire", one, (*Sim).expireSessionCall)

	get("/v1/payment_intents", listIntents, (*Sim).listIntents)
	get("/v1/payment_intents/{id}", intentRead, (*Sim).readIntent)
	post("/v1/payment_intents/{id}/capture", captureIntent, (*Sim).captureIntent)
	post("/v1/payment_intents/{id}/cancel", cancelIntent, (*Sim).cancelIntentCall)
	get("/v1/payment_methods/{id}", one, (*Sim).readMethod)

	get("/v1/charges", listCharges, (*Sim).listCharges)
	get("/v1/charges/{id}", one, (*Sim).readCharge)
	post("/v1/refunds", createRefund, (*Sim).createRefund)
	get("/v1/refunds", listRefunds, (*Sim).listRefunds)
	get("/v1/refunds/{id}", one, (*Sim).readRefund)
	post("/v1/refunds/{id}", updateRefund, (*Sim).updateRefund)
	post("/v1/refunds/{id}/cancel", one, (*Sim).cancelRefund)
	get("/v1/disputes", listDisputes, (*Sim).listDisputes)
	get("/v1/disputes/{id}", one, (*Sim).readDispute)
	post("/v1/disputes/{id}", updateDispute, (*Sim).updateDispute)
	post("/v1/disputes/{id}/close", one, (*Sim).closeDispute)
	get("/v1/payouts", listPayouts, (*Sim).listPayouts)
	get("/v1/payouts/{id}", one, (*Sim).readPayout)
	post("/v1/payouts/{id}", updatePayout, (*Sim).updatePayout)
	get("/v1/balance", one, (*Sim).readBalance)
	get("/v1/balance_transactions", listTransactions, (*Sim).listTransactions)
	get("/v1/balance_transactions/{id}", one, (*Sim).readTransaction)

	get("/v1/events", listEvents, (*Sim).listEvents)
	get("/v1/events/{id}", one, (*Sim).readEvent)
	post("/v1/webhook_endpoints", createEndpoint, (*Sim).createEndpoint)
	get("/v1/webhook_endpoints", listed(nil), (*Sim).listEndpoints)
	get("/v1/webhook_endpoints/{id}", one, (*Sim).readEndpoint)
	r.Delete("/v1/webhook_endpoints/{id}", s.endpoint(fields{}, (*Sim).deleteEndpoint))

	r.Get("/c/pay/{session}", s.showPage)
	r.Post("/c/pay/{session}", s.submitPage)
	r.Post("/c/pay/{session}/authenticate", s.answerChallenge)

	r.Get("/_sim/state", s.showState)
	r.Get("/_sim/clock", s.showClock)
	r.Post("/_sim/advance", s.advanceClock)
	r.Get("/_sim/faults", s.showFaults)
	r.Post("/_sim/faults", s.setFaults)
	r.Post("/_sim/refund", door(s, (*Sim).orderRefund))
	r.Post("/_sim/dispute", door(s, (*Sim).orderDispute))
	r.Post("/_sim/payout", door(s, (*Sim).orderPayout))
	r.Post("/_sim/history", s.importHistory)
	r.Get("/", s.showIndex)
	r.NotFound(s.notFound)
	r.MethodNotAllowed(s.notFound)
	return r
}

// notFound answers API addresses that the simulator does not have as Stripe does, and the rest plainly.
func (s *Sim) notFound(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Stripe-Version", APIVersion)
	w.WriteHeader(http.StatusNotFound)
	w.Write(pretty(renderError(&apiError{
		Type:    "invalid_request_error",
		Message: "Unrecognized request URL (" + r.Method + ": " + r.URL.Path + "). The simulator may not have it yet; its index lists what it has.",
	})))
}

package stripesim

import "fmt"

// apiError is Stripe's error object, in replies and as a PaymentIntent's last_payment_error.
type apiError struct {
	Charge        string `json:"charge,omitempty"`
	Code          string `json:"code,omitempty"`
	DeclineCode   string `json:"decline_code,omitempty"`
	DocURL        string `json:"doc_url,omitempty"`
	Message       string `json:"message"`
	Param         string `json:"param,omitempty"`
	PaymentIntent any    `json:"payment_intent,omitempty"`
	PaymentMethod any    `json:"payment_method,omitempty"`
	RequestLogURL string `json:"request_log_url,omitempty"`
	Type          string `json:"type"`

	Status int `json:"-"` // of the HTTP reply
}

// invalid is a request that Stripe would not begin to work on.
func invalid(code, param, message string) *apiError {
	e := &apiError{Status: 400, Type: "invalid_request_error", Code: code, Param: param, Message: message}
	if code != "" {
		e.DocURL = docs + code
	}
	return e
}

const docs = "https://stripe.com/docs/error-codes/"

// missing is Stripe's answer to an id that it does not know.
func missing(what, param, id string) *apiError {
	e := invalid("resource_missing", param, fmt.Sprintf("No such %s: '%s'", what, id))
	e.Status = 404
	return e
}

// unexpectedState is Stripe's answer to a verb that does not fit a PaymentIntent's state.
func unexpectedState(p any, message string) *apiError {
	e := invalid("payment_intent_unexpected_state", "", message)
	e.PaymentIntent = p
	return e
}

package stripesim

import (
	"fmt"
	"strconv"
	"time"
)

// locales are the languages in which Stripe shows its Checkout page.
var locales = []string{
	"auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr", "hu", "id", "it", "ja",
	"ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
}

var textPosition = group(fields{"message": required(short(1200))})

// createSession has the parameters of POST /v1/checkout/sessions. What Stripe takes and the simulator does not do yet is named, so
// that nobody believes it was done.
var createSession = fields{
	"mode":                 required(oneOf("payment", "setup", "subscription")),
	"success_url":          required(shape{kind: address_}),
	"cancel_url":           {kind: address_},
	"ui_mode":              oneOf("hosted", "embedded"),
	"payment_method_types": listOf(short(0)),
	"line_items": required(listOf(group(fields{
		"quantity": between(1, 999_999),
		"price_data": group(fields{
			"currency":            required(short(3)),
			"unit_amount":         required(between(0, 99_999_999)),
			"unit_amount_decimal": {kind: notYet},
			"product":             {kind: notYet},
			"recurring":           {kind: notYet},
			"tax_behavior":        oneOf("exclusive", "inclusive", "unspecified"),
			"product_data": required(group(fields{
				"name":        required(short(0)),
				"description": short(40_000),
				"images":      listOf(shape{kind: address_}),
				"metadata":    {kind: pairs},
				"tax_code":    short(0),
			})),
		}),
		"price":               {kind: notYet},
		"adjustable_quantity": {kind: notYet},
		"dynamic_tax_rates":   {kind: notYet},
		"tax_rates":           {kind: notYet},
	}))),
	"payment_intent_data": group(fields{
		"capture_method":              oneOf("automatic", "automatic_async", "manual"),
		"description":                 short(1000),
		"metadata":                    {kind: pairs},
		"statement_descriptor":        short(22),
		"statement_descriptor_suffix": short(22),
		"receipt_email":               {kind: notYet},
		"setup_future_usage":          {kind: notYet},
		"application_fee_amount":      {kind: notYet},
		"on_behalf_of":                {kind: notYet},
		"shipping":                    {kind: notYet},
		"transfer_data":               {kind: notYet},
		"transfer_group":              {kind: notYet},
	}),
	"billing_address_collection": oneOf("auto", "required"),
	"client_reference_id":        short(200),
	"currency":                   short(3),
	"custom_text": group(fields{
		"after_submit": textPosition, "shipping_address": textPosition, "submit": textPosition, "terms_of_service_acceptance": textPosition,
	}),
	"customer_email":    {kind: email},
	"customer_creation": oneOf("always", "if_required"),
	"expand":            listOf(short(0)),
	"expires_at":        {kind: integer},
	"locale":            oneOf(locales...),
	"metadata":          {kind: pairs},
	"submit_type":       oneOf("auto", "book", "donate", "pay"),

	"after_expiration": {kind: notYet}, "allow_promotion_codes": {kind: notYet}, "automatic_tax": {kind: notYet}, "consent_collection": {kind: notYet},
	"custom_fields": {kind: notYet}, "customer": {kind: notYet}, "customer_update": {kind: notYet}, "discounts": {kind: notYet},
	"invoice_creation": {kind: notYet}, "payment_method_collection": {kind: notYet}, "payment_method_configuration": {kind: notYet},
	"payment_method_data": {kind: notYet}, "payment_method_options": {kind: notYet}, "phone_number_collection": {kind: notYet},
	"redirect_on_completion": {kind: notYet}, "return_url": {kind: notYet}, "saved_payment_method_options": {kind: notYet},
	"setup_intent_data": {kind: notYet}, "shipping_address_collection": {kind: notYet}, "shipping_options": {kind: notYet},
	"subscription_data": {kind: notYet}, "tax_id_collection": {kind: notYet},
}

var listSessions = listed(fields{"created": created, "payment_intent": short(0), "status": oneOf(sessionOpen, sessionComplete, sessionExpired)})

// The span within which a session may expire.
const (
	soonestExpiry = 30 * time.Minute
	latestExpiry  = 24 * time.Hour
)

func (s *Sim) createSession(c *call) (any, *apiError) {
	p := c.params
	expires, problem := sessionLimits(c)
	if problem != nil {
		return nil, problem
	}
	o := &session{
		ID: s.ids.make("cs_test_a1"), Object: "checkout.session", Created: c.now.Unix(), ExpiresAt: expires,
		BillingAddressCollection: p.maybe("billing_address_collection"), CancelURL: p.maybe("cancel_url"),
		ClientReferenceID: p.maybe("client_reference_id"), CustomerEmail: p.maybe("customer_email"), Locale: p.maybe("locale"),
		SubmitType: p.maybe("submit_type"), SuccessURL: p.maybe("success_url"), Metadata: p.metadata("metadata"),
		CustomFields: []struct{}{}, CustomText: customText{
			AfterSubmit: customMessage(p, "after_submit"), ShippingAddress: customMessage(p, "shipping_address"),
			Submit: customMessage(p, "submit"), Terms: customMessage(p, "terms_of_service_acceptance"),
		},
		InvoiceCreation: invoiceCreation{InvoiceData: invoiceData{Metadata: map[string]string{}}},
		Mode:            "payment", PaymentMethodCollection: "if_required", PaymentMethodTypes: []string{"card"},
		PaymentMethodOptions: sessionOptions{Card: sessionCardOptions{ThreeDSecure: "automatic"}},
		PaymentStatus:        "unpaid", ShippingOptions: []struct{}{}, Status: sessionOpen, UIMode: "hosted",
		Kept: sessionKept{
			CaptureMethod: p.str("payment_intent_data", "capture_method"), Description: p.maybe("payment_intent_data", "description"),
			Metadata: p.metadata("payment_intent_data", "metadata"), Descriptor: p.maybe("payment_intent_data", "statement_descriptor"),
			Suffix: p.maybe("payment_intent_data", "statement_descriptor_suffix"),
		},
	}
	creation := "if_required"
	o.CustomerCreation = &creation
	if o.Kept.CaptureMethod == "" {
		o.Kept.CaptureMethod = "automatic_async"
	}
	if o.CustomerEmail != nil {
		o.CustomerDetails = &customerDetails{Email: o.CustomerEmail, TaxExempt: "none"}
	}
	if problem := s.fillItems(c, o); problem != nil {
		return nil, problem
	}
	page := c.base + "/c/pay/" + o.ID
	o.URL = &page
	c.a.Sessions.add(o)
	s.plan(entry{at: o.expiry(), what: dueExpiry, account: c.a.ID, id: o.ID})
	return o, nil
}

// sessionLimits checks what no single parameter can tell.
func sessionLimits(c *call) (expires int64, problem *apiError) {
	p := c.params
	if mode := p.str("mode"); mode != "payment" {
		return 0, invalid("", "mode", "The simulator does not do mode="+mode+" yet; Stripe does.")
	}
	if p.str("ui_mode") == "embedded" {
		return 0, invalid("", "ui_mode", "The simulator does not do ui_mode=embedded yet; Stripe does.")
	}
	if p.str("customer_creation") == "always" {
		return 0, invalid("", "customer_creation", "The simulator does not do customer_creation=always yet; Stripe does.")
	}
	for i, method := range p.texts("payment_method_types") {
		if method != "card" {
			return 0, invalid("", fmt.Sprintf("payment_method_types[%d]", i), "The simulator takes cards only; Stripe may take "+method+".")
		}
	}
	now := c.now
	expires = p.num(now.Add(latestExpiry).Unix(), "expires_at")
	if expires < now.Add(soonestExpiry).Unix() || expires > now.Add(latestExpiry).Unix() {
		return 0, invalid("", "expires_at", "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.")
	}
	return expires, nil
}

func customMessage(p *params, where string) *message {
	if text := p.maybe("custom_text", where, "message"); text != nil {
		return &message{*text}
	}
	return nil
}

// least is the smallest card payment in US dollars.
const least = 50

func (s *Sim) fillItems(c *call, o *session) *apiError {
	for i, line := range c.params.list("line_items") {
		at := fmt.Sprintf("line_items[%d]", i)
		if line.at("price_data") == nil {
			return invalid("parameter_missing", at+"[price]", "You must specify either `price` or `price_data` for each line item.")
		}
		currency := line.str("price_data", "currency")
		if currency != "usd" {
			return invalid("", at+"[price_data][currency]", "Invalid currency: "+currency+". The simulator's accounts take usd only.")
		}
		quantity := line.maybe("quantity")
		if quantity == nil {
			return invalid("parameter_missing", at+"[quantity]", "Quantity is required. Add `quantity` to `"+at+"`")
		}
		unit, count := line.num(0, "price_data", "unit_amount"), line.num(1, "quantity")
		behavior := line.str("price_data", "tax_behavior")
		if behavior == "" {
			behavior = "unspecified"
		}
		o.Kept.Items = append(o.Kept.Items, lineItem{
			ID: s.ids.make("li_1"), Object: "item", AmountSubtotal: unit * count, AmountTotal: unit * count, Currency: currency,
			Description: line.str("price_data", "product_data", "name"), Quantity: count,
			Price: price{
				ID: s.ids.make("price_1"), Object: "price", BillingScheme: "per_unit", Created: c.now.Unix(), Currency: currency,
				Metadata: map[string]string{}, Product: s.ids.make("prod_"), TaxBehavior: behavior, Type: "one_time",
				UnitAmount: unit, UnitAmountDecimal: strconv.FormatInt(unit, 10),
			},
		})
		o.Currency = currency
		o.AmountTotal += unit * count
	}
	o.AmountSubtotal = o.AmountTotal
	switch {
	case len(o.Kept.Items) == 0:
		return invalid("parameter_missing", "line_items", "You must pass at least one line item.")
	case c.params.maybe("currency") != nil && c.params.str("currency") != o.Currency:
		return invalid("", "currency", "The currency of the session must be that of its line items.")
	case o.AmountTotal < least:
		return invalid("amount_too_small", "", "The Checkout Session's total amount must convert to at least 50 cents.")
	case o.AmountTotal > 99_999_999:
		return invalid("amount_too_large", "", "The Checkout Session's total amount must be no more than $999,999.99.")
	}
	return nil
}

func (s *Sim) foundSession(c *call) (*session, *apiError) {
	if o := c.a.Sessions.find(c.path("id")); o != nil {
		return o, nil
	}
	return nil, missing("checkout.session", "session", c.path("id"))
}

func (s *Sim) readSession(c *call) (any, *apiError) { return found(s.foundSession(c)) }

// found hides a typed nil, so that an error comes with no object at all.
func found[T object](o T, problem *apiError) (any, *apiError) {
	if problem != nil {
		return nil, problem
	}
	return o, nil
}

func (s *Sim) listSessions(c *call) (any, *apiError) {
	return page(c, "checkout.session", &c.a.Sessions, func(o *session) int64 { return o.Created }, func(o *session) bool {
		return c.params.matches("payment_intent", value(o.PaymentIntent)) && c.params.matches("status", o.Status)
	})
}

func (s *Sim) listLineItems(c *call) (any, *apiError) {
	o, problem := s.foundSession(c)
	if problem != nil {
		return nil, problem
	}
	var items shelf[lineItem]
	for i := len(o.Kept.Items) - 1; i >= 0; i-- { // a page shows the newest first; line items stand in their own order
		items.add(o.Kept.Items[i])
	}
	return page(c, "item", &items, func(lineItem) int64 { return o.Created }, func(lineItem) bool { return true })
}

func (s *Sim) expireSessionCall(c *call) (any, *apiError) {
	o, problem := s.foundSession(c)
	if problem != nil {
		return nil, problem
	}
	if o.Status != sessionOpen {
		return nil, invalid("", "", fmt.Sprintf("Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `%s`.", o.Status))
	}
	s.expireSession(c.moment, o)
	return o, nil
}

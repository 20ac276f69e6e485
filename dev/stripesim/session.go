package stripesim

import (
	"fmt"
	"net/url"
	"strings"
	"time"
)

// The states of a Checkout Session.
const (
	sessionOpen     = "open"
	sessionComplete = "complete"
	sessionExpired  = "expired"
)

// session is a Checkout Session in Stripe's shape. What only the simulator knows of it stands in kept.
type session struct {
	AfterExpiration            *struct{}         `json:"after_expiration"`
	AllowPromotionCodes        *bool             `json:"allow_promotion_codes"`
	AmountSubtotal             int64             `json:"amount_subtotal"`
	AmountTotal                int64             `json:"amount_total"`
	AutomaticTax               automaticTax      `json:"automatic_tax"`
	BillingAddressCollection   *string           `json:"billing_address_collection"`
	CancelURL                  *string           `json:"cancel_url"`
	ClientReferenceID          *string           `json:"client_reference_id"`
	ClientSecret               *string           `json:"client_secret"`
	Consent                    *struct{}         `json:"consent"`
	ConsentCollection          *struct{}         `json:"consent_collection"`
	Created                    int64             `json:"created"`
	Currency                   string            `json:"currency"`
	CurrencyConversion         *struct{}         `json:"currency_conversion"`
	CustomFields               []struct{}        `json:"custom_fields"`
	CustomText                 customText        `json:"custom_text"`
	Customer                   *string           `json:"customer"`
	CustomerCreation           *string           `json:"customer_creation"`
	CustomerDetails            *customerDetails  `json:"customer_details"`
	CustomerEmail              *string           `json:"customer_email"`
	ExpiresAt                  int64             `json:"expires_at"`
	ID                         string            `json:"id"`
	Invoice                    *string           `json:"invoice"`
	InvoiceCreation            invoiceCreation   `json:"invoice_creation"`
	Livemode                   bool              `json:"livemode"`
	Locale                     *string           `json:"locale"`
	Metadata                   map[string]string `json:"metadata"`
	Mode                       string            `json:"mode"`
	Object                     string            `json:"object"`
	PaymentIntent              *string           `json:"payment_intent"`
	PaymentLink                *string           `json:"payment_link"`
	PaymentMethodCollection    string            `json:"payment_method_collection"`
	PaymentMethodConfiguration *struct{}         `json:"payment_method_configuration_details"`
	PaymentMethodOptions       sessionOptions    `json:"payment_method_options"`
	PaymentMethodTypes         []string          `json:"payment_method_types"`
	PaymentStatus              string            `json:"payment_status"`
	PhoneNumberCollection      enabled           `json:"phone_number_collection"`
	RecoveredFrom              *string           `json:"recovered_from"`
	SavedPaymentMethodOptions  *struct{}         `json:"saved_payment_method_options"`
	SetupIntent                *string           `json:"setup_intent"`
	ShippingAddressCollection  *struct{}         `json:"shipping_address_collection"`
	ShippingCost               *struct{}         `json:"shipping_cost"`
	ShippingDetails            *struct{}         `json:"shipping_details"`
	ShippingOptions            []struct{}        `json:"shipping_options"`
	Status                     string            `json:"status"`
	SubmitType                 *string           `json:"submit_type"`
	Subscription               *string           `json:"subscription"`
	SuccessURL                 *string           `json:"success_url"`
	TotalDetails               totalDetails      `json:"total_details"`
	UIMode                     string            `json:"ui_mode"`
	URL                        *string           `json:"url"`

	Kept sessionKept `json:"_kept"`
}

// sessionKept is what Stripe knows of a session and does not tell: how its PaymentIntent will be made, and what is sold.
type sessionKept struct {
	CaptureMethod string            `json:"capture_method"`
	Description   *string           `json:"description"`
	Metadata      map[string]string `json:"metadata"`
	Descriptor    *string           `json:"statement_descriptor"`
	Suffix        *string           `json:"statement_descriptor_suffix"`
	Items         []lineItem        `json:"items"`
}

type (
	enabled struct {
		Enabled bool `json:"enabled"`
	}
	automaticTax struct {
		Enabled   bool      `json:"enabled"`
		Liability *struct{} `json:"liability"`
		Status    *string   `json:"status"`
	}
	customText struct {
		AfterSubmit     *message `json:"after_submit"`
		ShippingAddress *message `json:"shipping_address"`
		Submit          *message `json:"submit"`
		Terms           *message `json:"terms_of_service_acceptance"`
	}
	message struct {
		Message string `json:"message"`
	}
	customerDetails struct {
		Address   *address   `json:"address"`
		Email     *string    `json:"email"`
		Name      *string    `json:"name"`
		Phone     *string    `json:"phone"`
		TaxExempt string     `json:"tax_exempt"`
		TaxIDs    []struct{} `json:"tax_ids"`
	}
	invoiceCreation struct {
		Enabled     bool        `json:"enabled"`
		InvoiceData invoiceData `json:"invoice_data"`
	}
	invoiceData struct {
		AccountTaxIDs    []string          `json:"account_tax_ids"`
		CustomFields     []struct{}        `json:"custom_fields"`
		Description      *string           `json:"description"`
		Footer           *string           `json:"footer"`
		Issuer           *struct{}         `json:"issuer"`
		Metadata         map[string]string `json:"metadata"`
		RenderingOptions *struct{}         `json:"rendering_options"`
	}
	sessionOptions struct {
		Card sessionCardOptions `json:"card"`
	}
	sessionCardOptions struct {
		ThreeDSecure string `json:"request_three_d_secure"`
	}
	totalDetails struct {
		Discount int64 `json:"amount_discount"`
		Shipping int64 `json:"amount_shipping"`
		Tax      int64 `json:"amount_tax"`
	}
)

// lineItem is one line of what a session sells.
type lineItem struct {
	ID             string `json:"id"`
	Object         string `json:"object"`
	AmountDiscount int64  `json:"amount_discount"`
	AmountSubtotal int64  `json:"amount_subtotal"`
	AmountTax      int64  `json:"amount_tax"`
	AmountTotal    int64  `json:"amount_total"`
	Currency       string `json:"currency"`
	Description    string `json:"description"`
	Price          price  `json:"price"`
	Quantity       int64  `json:"quantity"`
}

func (l lineItem) id() string { return l.ID }

// price is the price that Stripe makes from price_data.
type price struct {
	ID                string            `json:"id"`
	Object            string            `json:"object"`
	Active            bool              `json:"active"`
	BillingScheme     string            `json:"billing_scheme"`
	Created           int64             `json:"created"`
	Currency          string            `json:"currency"`
	CustomUnitAmount  *struct{}         `json:"custom_unit_amount"`
	Livemode          bool              `json:"livemode"`
	LookupKey         *string           `json:"lookup_key"`
	Metadata          map[string]string `json:"metadata"`
	Nickname          *string           `json:"nickname"`
	Product           string            `json:"product"`
	Recurring         *struct{}         `json:"recurring"`
	TaxBehavior       string            `json:"tax_behavior"`
	TiersMode         *string           `json:"tiers_mode"`
	TransformQuantity *struct{}         `json:"transform_quantity"`
	Type              string            `json:"type"`
	UnitAmount        int64             `json:"unit_amount"`
	UnitAmountDecimal string            `json:"unit_amount_decimal"`
}

func (c *session) id() string { return c.ID }

// success is where the payer goes after paying.
func (c *session) success() string {
	if c.SuccessURL == nil {
		return "/"
	}
	return strings.ReplaceAll(*c.SuccessURL, "{CHECKOUT_SESSION_ID}", url.QueryEscape(c.ID))
}

// description is what the page says the payment is for.
func (c *session) description() string {
	var names []string
	for _, item := range c.Kept.Items {
		name := item.Description
		if item.Quantity > 1 {
			name = fmt.Sprintf("%s × %d", name, item.Quantity)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// expireSession ends an open session: nobody can pay on it any more, and a PaymentIntent that it had is cancelled.
func (s *Sim) expireSession(m moment, c *session) {
	c.Status, c.URL = sessionExpired, nil
	if p := m.a.Intents.find(value(c.PaymentIntent)); p != nil && (p.Status == intentUnpaid || p.Status == intentChallenged) {
		s.cancelIntent(m, p, "automatic")
	}
	s.emit(m, "checkout.session.expired", c, nil)
}

// completeSession marks a session as done by its payer; it is paid once its PaymentIntent has succeeded.
func (s *Sim) completeSession(m moment, c *session, p *paymentIntent, by billingDetails) {
	c.Status, c.URL = sessionComplete, nil
	if p.Status == intentSucceeded {
		c.PaymentStatus = "paid"
	}
	c.CustomerDetails = &customerDetails{Address: &by.Address, Email: by.Email, Name: by.Name, TaxExempt: "none", TaxIDs: []struct{}{}}
	s.emit(m, "checkout.session.completed", c, nil)
}

// expiryOf is when a session ends if nobody pays.
func (c *session) expiry() time.Time { return time.Unix(c.ExpiresAt, 0).UTC() }

func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

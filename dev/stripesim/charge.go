package stripesim

import "maps"

// charge is a charge in Stripe's shape.
type charge struct {
	ID                        string            `json:"id"`
	Object                    string            `json:"object"`
	Amount                    int64             `json:"amount"`
	AmountCaptured            int64             `json:"amount_captured"`
	AmountRefunded            int64             `json:"amount_refunded"`
	Application               *string           `json:"application"`
	ApplicationFee            *string           `json:"application_fee"`
	ApplicationFeeAmount      *int64            `json:"application_fee_amount"`
	BalanceTransaction        *string           `json:"balance_transaction"`
	BillingDetails            billingDetails    `json:"billing_details"`
	CalculatedDescriptor      string            `json:"calculated_statement_descriptor"`
	Captured                  bool              `json:"captured"`
	Created                   int64             `json:"created"`
	Currency                  string            `json:"currency"`
	Customer                  *string           `json:"customer"`
	Description               *string           `json:"description"`
	Disputed                  bool              `json:"disputed"`
	FailureBalanceTransaction *string           `json:"failure_balance_transaction"`
	FailureCode               *string           `json:"failure_code"`
	FailureMessage            *string           `json:"failure_message"`
	FraudDetails              struct{}          `json:"fraud_details"`
	Invoice                   *string           `json:"invoice"`
	Livemode                  bool              `json:"livemode"`
	Metadata                  map[string]string `json:"metadata"`
	OnBehalfOf                *string           `json:"on_behalf_of"`
	Outcome                   outcome           `json:"outcome"`
	Paid                      bool              `json:"paid"`
	PaymentIntent             string            `json:"payment_intent"`
	PaymentMethod             string            `json:"payment_method"`
	PaymentMethodDetails      methodDetails     `json:"payment_method_details"`
	RadarOptions              struct{}          `json:"radar_options"`
	ReceiptEmail              *string           `json:"receipt_email"`
	ReceiptNumber             *string           `json:"receipt_number"`
	ReceiptURL                *string           `json:"receipt_url"`
	Refunded                  bool              `json:"refunded"`
	Review                    *string           `json:"review"`
	Shipping                  *struct{}         `json:"shipping"`
	SourceTransfer            *string           `json:"source_transfer"`
	StatementDescriptor       *string           `json:"statement_descriptor"`
	StatementDescriptorSuffix *string           `json:"statement_descriptor_suffix"`
	Status                    string            `json:"status"`
	TransferData              *struct{}         `json:"transfer_data"`
	TransferGroup             *string           `json:"transfer_group"`

	Kept chargeKept `json:"_kept"`
}

// chargeKept is what only the simulator knows of a charge: when it was captured, by the shared clock, and whence it came.
type chargeKept struct {
	CapturedAt int64 `json:"captured_at,omitempty"`
	Past       bool  `json:"past,omitempty"` // it was imported
}

// unrefunded is what of a charge has neither been given back nor let go.
func (c *charge) unrefunded() int64 { return c.Amount - c.AmountRefunded }

type (
	outcome struct {
		NetworkStatus string  `json:"network_status"`
		Reason        *string `json:"reason"`
		RiskLevel     string  `json:"risk_level"`
		RiskScore     int64   `json:"risk_score"`
		SellerMessage string  `json:"seller_message"`
		Type          string  `json:"type"`
	}
	methodDetails struct {
		Card cardDetails `json:"card"`
		Type string      `json:"type"`
	}
	cardDetails struct {
		AmountAuthorized         *int64        `json:"amount_authorized"`
		Brand                    string        `json:"brand"`
		CaptureBefore            int64         `json:"capture_before,omitempty"`
		Checks                   checks        `json:"checks"`
		Country                  string        `json:"country"`
		ExpMonth                 int           `json:"exp_month"`
		ExpYear                  int           `json:"exp_year"`
		ExtendedAuthorization    feature       `json:"extended_authorization"`
		Fingerprint              string        `json:"fingerprint"`
		Funding                  string        `json:"funding"`
		IncrementalAuthorization feature       `json:"incremental_authorization"`
		Installments             *struct{}     `json:"installments"`
		Last4                    string        `json:"last4"`
		Mandate                  *string       `json:"mandate"`
		Multicapture             feature       `json:"multicapture"`
		Network                  string        `json:"network"`
		NetworkToken             *networkToken `json:"network_token"`
		Overcapture              overcapture   `json:"overcapture"`
		ThreeDSecure             *threeDSecure `json:"three_d_secure"`
		Wallet                   *struct{}     `json:"wallet"`
	}
	checks struct {
		Line1      *string `json:"address_line1_check"`
		PostalCode *string `json:"address_postal_code_check"`
		CVC        *string `json:"cvc_check"`
	}
	feature struct {
		Status string `json:"status"`
	}
	networkToken struct {
		Used bool `json:"used"`
	}
	overcapture struct {
		MaximumAmountCapturable int64  `json:"maximum_amount_capturable"`
		Status                  string `json:"status"`
	}
	threeDSecure struct {
		AuthenticationFlow          string  `json:"authentication_flow"`
		ElectronicCommerceIndicator string  `json:"electronic_commerce_indicator"`
		ExemptionIndicator          *string `json:"exemption_indicator"`
		Result                      string  `json:"result"`
		ResultReason                *string `json:"result_reason"`
		TransactionID               string  `json:"transaction_id"`
		Version                     string  `json:"version"`
	}
	address struct {
		City       *string `json:"city"`
		Country    *string `json:"country"`
		Line1      *string `json:"line1"`
		Line2      *string `json:"line2"`
		PostalCode *string `json:"postal_code"`
		State      *string `json:"state"`
	}
	billingDetails struct {
		Address address `json:"address"`
		Email   *string `json:"email"`
		Name    *string `json:"name"`
		Phone   *string `json:"phone"`
	}
)

func (c *charge) id() string { return c.ID }

// paymentMethod is a card as Stripe keeps it.
type paymentMethod struct {
	ID             string            `json:"id"`
	Object         string            `json:"object"`
	AllowRedisplay string            `json:"allow_redisplay"`
	BillingDetails billingDetails    `json:"billing_details"`
	Card           methodCard        `json:"card"`
	Created        int64             `json:"created"`
	Customer       *string           `json:"customer"`
	Livemode       bool              `json:"livemode"`
	Metadata       map[string]string `json:"metadata"`
	Type           string            `json:"type"`

	Kept methodKept `json:"_kept"`
}

// methodKept is what only the simulator knows of a payment method: which of the published test cards it is.
type methodKept struct {
	Number string `json:"number"`
}

type (
	methodCard struct {
		Brand             string    `json:"brand"`
		Checks            checks    `json:"checks"`
		Country           string    `json:"country"`
		DisplayBrand      string    `json:"display_brand"`
		ExpMonth          int       `json:"exp_month"`
		ExpYear           int       `json:"exp_year"`
		Fingerprint       string    `json:"fingerprint"`
		Funding           string    `json:"funding"`
		GeneratedFrom     *struct{} `json:"generated_from"`
		Last4             string    `json:"last4"`
		Networks          networks  `json:"networks"`
		ThreeDSecureUsage supported `json:"three_d_secure_usage"`
		Wallet            *struct{} `json:"wallet"`
	}
	networks struct {
		Available []string `json:"available"`
		Preferred *string  `json:"preferred"`
	}
	supported struct {
		Supported bool `json:"supported"`
	}
)

func (p *paymentMethod) id() string { return p.ID }

// newCharge is the charge that an attempt with a payment method makes, before its outcome is known.
func (s *Sim) newCharge(m moment, p *paymentIntent, method *paymentMethod) *charge {
	c := shapeCharge(p, method)
	c.ID, c.Created, c.CalculatedDescriptor, c.Metadata = s.ids.make("ch_3"), m.now.Unix(), descriptor(m.a, p), maps.Clone(p.Metadata)
	m.a.Charges.add(c)
	p.LatestCharge = &c.ID
	return c
}

// shapeCharge is what a charge has of its PaymentIntent and its payment method.
func shapeCharge(p *paymentIntent, method *paymentMethod) *charge {
	card := method.Card
	return &charge{
		Object: "charge", Amount: p.Amount, Currency: p.Currency,
		BillingDetails: method.BillingDetails, Description: p.Description, PaymentIntent: p.ID, PaymentMethod: method.ID,
		StatementDescriptor: p.StatementDescriptor, StatementDescriptorSuffix: p.StatementDescriptorSuffix,
		PaymentMethodDetails: methodDetails{Type: "card", Card: cardDetails{
			Brand: card.Brand, Checks: card.Checks, Country: card.Country, ExpMonth: card.ExpMonth, ExpYear: card.ExpYear,
			Fingerprint: card.Fingerprint, Funding: card.Funding, Last4: card.Last4, Network: card.Brand,
			ExtendedAuthorization: feature{"disabled"}, IncrementalAuthorization: feature{"unavailable"},
			Multicapture: feature{"unavailable"}, NetworkToken: &networkToken{},
			Overcapture: overcapture{MaximumAmountCapturable: p.Amount, Status: "unavailable"},
		}},
		Outcome: outcome{
			NetworkStatus: "approved_by_network", RiskLevel: "normal", RiskScore: 32,
			SellerMessage: "Payment complete.", Type: "authorized",
		},
	}
}

// descriptor is what the card's statement says, at most 22 letters.
func descriptor(a *account, p *paymentIntent) string {
	text := a.Merchant
	if p.StatementDescriptor != nil {
		text = *p.StatementDescriptor
	}
	if p.StatementDescriptorSuffix != nil {
		text += "* " + *p.StatementDescriptorSuffix
	}
	letters := []rune(text)
	return string(letters[:min(len(letters), 22)])
}

package compliance

import "dure/money"

// FeeFor says whom somebody serves who takes a fee of a giver for carrying a gift.
type FeeFor string

// For whom a fee is worked.
const (
	FeeOfCommittee FeeFor = "committee" // the committee's own vendor: the giver pays what the committee would have to (AO 2007-04)
	FeeOfGiver     FeeFor = "giver"     // a vendor whom the giver hires (AO 2011-06, AO 2012-22)
	FeeOfConduit   FeeFor = "conduit"   // a conduit PAC that keeps a part of the gift for itself (AO 2019-15)
)

// WithFee tells what a giver contributes to whom, of a gift and a fee: a fee of the committee's own vendor is a contribution
// beside the gift, one of the giver's vendor is none, and what a conduit keeps out of the gift is a contribution to the
// conduit. The fee of a conduit is less than the gift.
func WithFee(gift, fee money.Cents, by FeeFor) (recipient, conduit money.Cents) {
	switch by {
	case FeeOfCommittee:
		return gift + fee, 0
	case FeeOfConduit:
		return gift - fee, fee
	default:
		return gift, 0
	}
}

package compliance_test

import (
	"testing"

	"dure/compliance"
	"dure/money"
)

func TestFeesCountForWhomTheyAreWorked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		by                            compliance.FeeFor
		gift, fee, recipient, conduit money.Cents
	}{
		{compliance.FeeOfCommittee, 2300_00, 57_50, 2357_50, 0},
		{compliance.FeeOfGiver, 2300_00, 57_50, 2300_00, 0},
		{compliance.FeeOfConduit, 100_00, 5_00, 95_00, 5_00},
	} {
		recipient, conduit := compliance.WithFee(c.gift, c.fee, c.by)
		if recipient != c.recipient || conduit != c.conduit {
			t.Errorf("WithFee(%v, %v, %s) = %v, %v, want %v, %v", c.gift, c.fee, c.by, recipient, conduit, c.recipient, c.conduit)
		}
	}
}

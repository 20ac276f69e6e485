package stripesim

var (
	updatePayout = fields{"metadata": {kind: pairs}, "expand": listOf(short(0))}
	listPayouts  = listed(fields{
		"created": created, "arrival_date": created, "destination": short(0), "status": oneOf("pending", "in_transit", "paid", "failed", "canceled"),
	})
)

func (s *Sim) foundPayout(c *call) (*payout, *apiError) {
	if p := c.a.Payouts.find(c.path("id")); p != nil {
		return p, nil
	}
	return nil, missing("payout", "payout", c.path("id"))
}

func (s *Sim) readPayout(c *call) (any, *apiError) { return found(s.foundPayout(c)) }

func (s *Sim) listPayouts(c *call) (any, *apiError) {
	return page(c, "payout", &c.a.Payouts, func(p *payout) int64 { return p.Created }, func(p *payout) bool {
		return c.params.matches("status", p.Status) && c.params.matches("destination", p.Destination) && c.params.within("arrival_date", p.ArrivalDate)
	})
}

func (s *Sim) updatePayout(c *call) (any, *apiError) {
	p, problem := s.foundPayout(c)
	if problem != nil {
		return nil, problem
	}
	if before := c.params.amend(p.Metadata); before != nil {
		s.emit(c.moment, "payout.updated", p, map[string]any{"metadata": before})
	}
	return p, nil
}

// reconcilable says why the movements that a payout took along can't be listed, or nothing.
func (a *account) reconcilable(id string) *apiError {
	p := a.Payouts.find(id)
	switch {
	case p == nil:
		return missing("payout", "payout", id)
	case !p.Automatic:
		return invalid("", "payout", "Balance transaction history can only be filtered on automatic payouts, not manual.")
	case p.ReconciliationStatus != reconciled:
		return invalid("payout_reconciliation_not_ready", "payout", "The reconciliation of this payout is not completed yet: wait for payout.reconciliation_completed.")
	}
	return nil
}

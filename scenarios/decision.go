package scenarios

import "dure/compliance"

// decided keeps what Screen said.
func decided(room compliance.Room, findings []compliance.Finding) *decision {
	d := &decision{says: "allow", rule: room.Limit.ID, cite: room.Limit.Cite, limit: room.Limit.Cents, known: room.Known, room: room.Left}
	for _, f := range findings {
		d.says = "refuse"
		if f.Room > 0 {
			d.says = "allow-up-to"
		}
		d.said = append(d.said, Said{Rule: f.Rule, Cite: f.Cite, Says: d.says, Limit: f.Limit, Known: f.Known, Room: f.Room, Why: f.Text})
	}
	if len(findings) == 0 {
		d.said = []Said{{Rule: d.rule, Cite: d.cite, Says: "allow", Limit: d.limit, Known: d.known, Room: d.room}}
	}
	return d
}

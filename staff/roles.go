package staff

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/registry"
)

// Role is what a member is to a committee.
type Role string

// The roles.
const (
	Treasurer Role = "treasurer" // keeps the books and answers for them
	Organizer Role = "organizer" // runs drives, and sees the gifts that come
	Viewer    Role = "viewer"    // sees all, changes nothing
)

func (r Role) known() bool { return len(may[r]) > 0 }

// Act is something that a member may do at the desk.
type Act string

// The acts.
const (
	SeeGifts  Act = "see gifts"  // the gifts, and who gave them
	SeeBooks  Act = "see books"  // today, cases, forwards, receipts, disbursements, the ledger, reports, events
	KeepBooks Act = "keep books" // enter receipts, deposits, forwards and disbursements
	Decide    Act = "decide"     // capture or release a gift that is held
	Replay    Act = "replay"     // apply an event that was set aside once more
	SignLaw   Act = "sign law"   // answer for a rule pack, or for a translation of what the law wants
	RunDrives Act = "run drives" // write what a drive says
)

// may is the whole of who may do what.
var may = map[Role][]Act{
	Treasurer: {SeeGifts, SeeBooks, KeepBooks, Decide, Replay, SignLaw, RunDrives},
	Organizer: {SeeGifts, RunDrives},
	Viewer:    {SeeGifts, SeeBooks},
}

// Can tells whether the role allows the act.
func Can(role Role, act Act) bool { return slices.Contains(may[role], act) }

// Roles are the roles of one member in each committee that they work for.
type Roles map[registry.CommitteeID][]Role

// Can tells whether one of the member's roles in the committee allows the act.
func (r Roles) Can(committee registry.CommitteeID, act Act) bool {
	return slices.ContainsFunc(r[committee], func(role Role) bool { return Can(role, act) })
}

// RolesOf gives the roles of a member; none for one who is not there.
func RolesOf(ctx context.Context, q sqlx.QueryerContext, id ID) (Roles, error) {
	const list = `
		select committee, role
		from staff_roles
		where staff = $1
		order by committee, role`
	var rows []struct {
		Committee registry.CommitteeID
		Role      Role
	}
	if err := sqlx.SelectContext(ctx, q, &rows, list, id); err != nil {
		return nil, fmt.Errorf("roles of member %s: %w", id, err)
	}
	out := Roles{}
	for _, r := range rows {
		out[r.Committee] = append(out[r.Committee], r.Role)
	}
	return out, nil
}

// latest asks the registry for what is known now.
var latest time.Time

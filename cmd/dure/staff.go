package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"dure/registry"
	"dure/staff"
)

type staffCmd struct {
	List   staffListCmd   `cmd:"" help:"Who works at the desk, with their roles."`
	Invite staffInviteCmd `cmd:"" help:"Give a person a role, and print a link that signs them in once."`
}

type staffListCmd struct {
	JSON bool `help:"Print one JSON document."`
}

// Help shows how the command is used.
func (staffListCmd) Help() string {
	return `  dure staff list --json`
}

// Run lists every member with every role.
func (c staffListCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	list, err := staff.List(ctx, db)
	if err != nil {
		return err
	}
	if c.JSON {
		type row struct {
			Committee string `json:"committee"`
			Role      string `json:"role"`
			Name      string `json:"name"`
			Email     string `json:"email"`
			Password  bool   `json:"password"` // one is set
		}
		rows := []row{}
		for _, l := range list {
			rows = append(rows, row{string(l.Committee), string(l.Role), l.Name, l.Email, l.PasswordHash != ""})
		}
		return printJSON(rows)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "COMMITTEE\tROLE\tNAME\tE-MAIL\tPASSWORD")
	for _, l := range list {
		password := "not set"
		if l.PasswordHash != "" {
			password = "set"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.Committee, l.Role, l.Name, l.Email, password)
	}
	return w.Flush()
}

type staffInviteCmd struct {
	Email     string `required:"" placeholder:"ADDRESS" help:"The person's e-mail address, by which they sign in."`
	Name      string `required:"" placeholder:"NAME" help:"The person's name. One who is there already keeps theirs."`
	Committee string `required:"" placeholder:"SLUG" help:"The committee."`
	Role      string `required:"" enum:"treasurer,organizer,viewer" help:"treasurer, organizer or viewer."`
}

// Help shows how the command is used.
func (staffInviteCmd) Help() string {
	return fmt.Sprintf(`A treasurer keeps the books, decides on held gifts and answers for rules and translations; an organizer writes what drives
say and sees the gifts; a viewer sees all and changes nothing.
The link signs in once, within %d days. Run it again for a person who lost their password.

  dure staff invite --email hazel@example.org --name "Hazel Quince" --committee long-table --role treasurer`, staff.LinkDays)
}

// Run invites.
func (c staffInviteCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	token, err := staff.Invite(ctx, db, commandLine(), c.Email, c.Name, registry.CommitteeID(c.Committee), staff.Role(c.Role))
	if err != nil {
		return err
	}
	fmt.Println(s.publicURL() + "/desk/login/" + token)
	return nil
}

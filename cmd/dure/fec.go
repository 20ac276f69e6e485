package main

import (
	"bufio"
	"fmt"
	"os"

	"dure/compliance/fec"
)

type fecCmd struct {
	Check fecCheckCmd `cmd:"" help:"Find every problem of .fec files."`
	Show  fecShowCmd  `cmd:"" help:"Print a .fec file for a person to read."`
}

type fecCheckCmd struct {
	Files []string `arg:"" name:"file" help:"The files."`
	JSON  bool     `help:"Print one JSON document."`
}

// Help shows how the command is used.
func (fecCheckCmd) Help() string {
	return `Each finding names the line, the column, the rule, the value and whether it is an error or a warning. Exit status 1
when there is an error; warnings alone are 0.

  dure fec check october.fec
  dure fec check --json *.fec`
}

// Run checks files.
func (c fecCheckCmd) Run() error {
	type finding struct {
		File string `json:"file"`
		fec.Finding
	}
	all := []finding{}
	errors := 0
	for _, name := range c.Files {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		found, _, err := fec.Check(bufio.NewReader(f))
		f.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		errors += fec.Errors(found)
		for _, one := range found {
			all = append(all, finding{name, one})
			if !c.JSON {
				fmt.Printf("%s: %v\n", name, one)
			}
		}
		if !c.JSON && len(found) == 0 {
			fmt.Printf("%s: nothing to find\n", name)
		}
	}
	if c.JSON {
		if err := printJSON(all); err != nil {
			return err
		}
	}
	if errors > 0 {
		return errFindings
	}
	return nil
}

type fecShowCmd struct {
	File string `arg:"" help:"The file."`
}

// Help shows how the command is used.
func (fecShowCmd) Help() string {
	return `The cover, the summary with the names of its lines, then each row with who, when, how much and why.

  dure fec show october.fec | less`
}

// Run shows a file.
func (c fecShowCmd) Run() error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriter(os.Stdout)
	if err := fec.Show(out, bufio.NewReader(f)); err != nil {
		return err
	}
	return out.Flush()
}

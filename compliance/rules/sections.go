package rules

// Section is the rows of one kind.
type Section struct {
	Name string // as the pack's file calls it: limits, windows, clocks …
	Rows []Row
}

// Sections lists every row of the pack by kind, in the order of the file, for who shows the law.
func (p *Pack) Sections() []Section {
	var out []Section
	for _, s := range p.lists() {
		one := Section{Name: s.name}
		for _, r := range s.rows {
			one.Rows = append(one.Rows, *r)
		}
		out = append(out, one)
	}
	return out
}

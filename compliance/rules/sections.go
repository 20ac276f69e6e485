package rules

// Section is the rows of one kind.
type Section struct {
	Name    string // as the pack's file calls it: limits, windows, clocks …
	Rows    []Row
	Figures []Figure // of each row
}

// Sections lists every row of the pack by kind, in the order of the file, for who shows the law.
func (p *Pack) Sections() []Section {
	var out []Section
	figures := p.figures()
	for _, s := range p.lists() {
		one := Section{Name: s.name}
		for _, r := range s.rows {
			one.Rows = append(one.Rows, *r)
			one.Figures = append(one.Figures, figures[r])
		}
		out = append(out, one)
	}
	return out
}

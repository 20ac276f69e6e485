package main

// What tests see of this program beside its commands.
var (
	Near          = near
	WithoutValues = withoutValues
)

// Questions are those that the metrics ask the database, by gauge.
func Questions() map[string]string {
	out := map[string]string{}
	for _, g := range gauges {
		out[g.name] = g.ask
	}
	return out
}

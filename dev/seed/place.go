package seed

import "strings"

// place is a city as an address has it. Cities, states and ZIP codes are real and fit each other; streets are not.
type place struct{ city, state, zip string }

// places are where the people live, by city.
var places = readPlaces(`
	Flushing NY 11354, Flushing NY 11355, Elmhurst NY 11373, Jackson Heights NY 11372, Jamaica NY 11432, Woodside NY 11377
	Brooklyn NY 11220, Brooklyn NY 11218, New York NY 10002, New York NY 10013, Syracuse NY 13203, Buffalo NY 14211
	Edison NJ 08820, Fort Lee NJ 07024, Palisades Park NJ 07650, Jersey City NJ 07306, Paterson NJ 07502, Cherry Hill NJ 08003
	Los Angeles CA 90005, Los Angeles CA 90006, Los Angeles CA 90012, Torrance CA 90501, Gardena CA 90247, Carson CA 90745
	Monterey Park CA 91754, San Gabriel CA 91776, Alhambra CA 91801, Artesia CA 90701, Cerritos CA 90703, Long Beach CA 90813
	Garden Grove CA 92843, Westminster CA 92683, Irvine CA 92612, San Diego CA 92126, National City CA 91950, San Jose CA 95112
	San Jose CA 95122, Fremont CA 94536, Cupertino CA 95014, San Francisco CA 94108, San Francisco CA 94122, Oakland CA 94606
	Daly City CA 94015, Union City CA 94587, Sacramento CA 95823, Stockton CA 95206, Fresno CA 93702, Yuba City CA 95991
	Seattle WA 98118, Seattle WA 98104, Bellevue WA 98004, Federal Way WA 98003, Tacoma WA 98409, Portland OR 97266
	Houston TX 77036, Houston TX 77072, Sugar Land TX 77478, Plano TX 75093, Irving TX 75038, Carrollton TX 75007, Austin TX 78758
	Chicago IL 60616, Chicago IL 60645, Naperville IL 60540, Schaumburg IL 60193, Philadelphia PA 19147, Lansdale PA 19446
	Lowell MA 01851, Boston MA 02111, Quincy MA 02169, Providence RI 02907, Saint Paul MN 55106, Saint Paul MN 55103, Milwaukee WI 53204
	Madison WI 53711, Duluth GA 30096, Suwanee GA 30024, Annandale VA 22003, Centreville VA 20120, Virginia Beach VA 23464
	Rockville MD 20850, Ellicott City MD 21042, Honolulu HI 96817, Honolulu HI 96819, Waipahu HI 96797, Hilo HI 96720
	Las Vegas NV 89103, Hamtramck MI 48212, Troy MI 48083, Salt Lake City UT 84119, New Orleans LA 70129, Charlotte NC 28205
	Morrisville NC 27560, Orlando FL 32808, Anchorage AK 99508, Hagatna GU 96910, Denver CO 80219, Columbus OH 43229
`)

func readPlaces(list string) []place {
	var out []place
	for _, line := range strings.Split(strings.TrimSpace(list), "\n") {
		for _, p := range strings.Split(strings.TrimSpace(line), ", ") {
			words := strings.Fields(p)
			n := len(words)
			out = append(out, place{strings.Join(words[:n-2], " "), words[n-2], words[n-1]})
		}
	}
	return out
}

// placesOf are those in one of some cities.
func placesOf(cities string) []place {
	var out []place
	for _, p := range places {
		if strings.Contains(cities+", ", p.city+", ") {
			out = append(out, p)
		}
	}
	return out
}

// streets are of no map.
var (
	streets = strings.Fields(`Persimmon Lantern Plumtree Jasmine Thimble Kettle Sparrow Juniper Quince Tamarind Heron Saffron Willowbark Paperkite
		Lotuspond Cinnabar Foxglove Millrace Ferryman Applecart Larkspur Copperleaf Moonbridge Harborlight Teakettle Silverbirch Mango Ginkgo`)
	streetKinds = strings.Fields(`St St St Ave Ave Ln Rd Ct Dr Way Pl`)
)

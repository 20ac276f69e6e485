package latin

import (
	"slices"
	"strings"
	"unicode"
)

// indic is a script whose consonants carry an a, which speech leaves out at the end of a word and between syllables.
type indic struct {
	consonants, vowels map[rune]string // vowels are the whole letters and the signs alike; a sign is a mark
	softened           map[rune]string // consonants with a dot below
	silent             rune            // takes the a from a consonant
	dot                rune            // softens
	nasals, skipped    string
	customary          map[string]string
}

// akshara is what is written as one: consonants, and the vowel that follows them.
type akshara struct {
	consonants []string
	vowel      string
	inherent   bool // the vowel is the a that nobody wrote
	nasal      string
}

var devanagariScript = indic{
	consonants: letters(`क k ख kh ग g घ gh ङ n च ch छ chh ज j झ jh ञ n ट t ठ th ड d ढ dh ण n त t थ th द d ध dh न n
		प p फ ph ब b भ bh म m य y र r ल l व v श sh ष sh स s ह h ळ l`),
	vowels: letters(`अ a आ a इ i ई i उ u ऊ u ऋ ri ए e ऐ ai ओ o औ au ऑ o ऍ e
		ा a ि i ी i ु u ू u ृ ri े e ै ai ो o ौ au ॉ o ॅ e`),
	softened: letters(`क q ख kh ग g ज z ड r ढ rh फ f य y`),
	silent:   '्', dot: '़', nasals: "ंँ", skipped: "ः",
	customary: readNames(`
		सिंह Singh सिंग Singh शर्मा Sharma वर्मा Verma चौधरी Chaudhary अग्रवाल Agarwal पांडे Pandey पाण्डेय Pandey पांडेय Pandey दुबे Dubey
		चौबे Choubey मुखर्जी Mukherjee बनर्जी Banerjee चटर्जी Chatterjee रेड्डी Reddy दीपक Deepak दीपिका Deepika नीलम Neelam मीना Meena
		मीरा Meera पूजा Pooja सुनील Sunil राजीव Rajeev संजीव Sanjeev मीनाक्षी Meenakshi मोहम्मद Mohammed मुहम्मद Muhammad हुसैन Hussain अली Ali
		खान Khan ख़ान Khan सैयद Syed शेख Sheikh कृष्णन Krishnan अय्यर Iyer अयंगर Iyengar पिल्लई Pillai नायडू Naidu राव Rao
		कौर Kaur गिल Gill सिद्धू Sidhu ढिल्लों Dhillon संधू Sandhu बाजवा Bajwa श्रीवास्तव Srivastava शुक्ला Shukla मिश्रा Mishra
		त्रिवेदी Trivedi द्विवेदी Dwivedi चतुर्वेदी Chaturvedi गुप्ता Gupta मल्होत्रा Malhotra कपूर Kapoor खन्ना Khanna चोपड़ा Chopra
		भट्ट Bhatt भट्टाचार्य Bhattacharya घोष Ghosh बोस Bose सेन Sen दास Das रॉय Roy राय Rai ठाकुर Thakur देसाई Desai
		गांधी Gandhi नेहरू Nehru मोदी Modi शाह Shah सेठ Seth सक्सेना Saxena माथुर Mathur भाटिया Bhatia तिवारी Tiwari झा Jha सिन्हा Sinha
		अनूप Anoop रूपा Roopa सीमा Seema रीना Reena वीणा Veena नीता Neeta गीता Geeta शीला Sheela लीला Leela
		लक्ष्मी Lakshmi ईश्वर Ishwar सुरेन्द्र Surendra अमित Amit ऐश्वर्या Aishwarya`),
}

var bengaliScript = indic{
	consonants: letters(`ক k খ kh গ g ঘ gh ঙ ng চ ch ছ chh জ j ঝ jh ঞ n ট t ঠ th ড d ঢ dh ণ n ত t থ th দ d ধ dh ন n
		প p ফ f ব b ভ bh ম m য j র r ল l শ sh ষ sh স s হ h ৎ t`),
	vowels: letters(`অ a আ a ই i ঈ i উ u ঊ u ঋ ri এ e ঐ oi ও o ঔ ou
		া a ি i ী i ু u ূ u ৃ ri ে e ৈ oi ো o ৌ ou`),
	softened: letters(`ড r ঢ rh য y`),
	silent:   '্', dot: '়', nasals: "ং", skipped: "ঃঁ",
	customary: readNames(`
		মোঃ Md মো Md মুহাম্মদ Muhammad মোহাম্মদ Mohammad মোহাম্মেদ Mohammed আহমেদ Ahmed আহমদ Ahmad হোসেন Hossain হোসাইন Hossain হুসাইন Hussain
		বেগম Begum আক্তার Akter আখতার Akhtar খাতুন Khatun চৌধুরী Chowdhury মুখার্জি Mukherjee মুখার্জী Mukherjee ব্যানার্জি Banerjee ব্যানার্জী Banerjee
		চ্যাটার্জি Chatterjee চ্যাটার্জী Chatterjee সরকার Sarkar দাস Das রায় Roy ঘোষ Ghosh বসু Basu বোস Bose সেন Sen দত্ত Dutta পাল Pal
		সাহা Saha মণ্ডল Mondal মন্ডল Mondal বিশ্বাস Biswas আলী Ali আলি Ali উদ্দিন Uddin উদ্দীন Uddin হক Haque শেখ Sheikh মিয়া Mia মিয়াঁ Mia
		ভট্টাচার্য Bhattacharya চক্রবর্তী Chakraborty চক্রবর্ত্তী Chakraborty সৈয়দ Syed সৈয়দা Syeda খান Khan ইসলাম Islam রহমান Rahman হাসান Hasan
		করিম Karim আব্দুল Abdul আবদুল Abdul আবদুর Abdur আব্দুর Abdur উল্লাহ Ullah আব্দুল্লাহ Abdullah আবদুল্লাহ Abdullah তালুকদার Talukder মজুমদার Majumder
		সিকদার Sikder শিকদার Shikder হাওলাদার Howlader ফাতেমা Fatema ফাতিমা Fatima আয়েশা Ayesha খাদিজা Khadija নাসরিন Nasrin শাহীন Shahin
		জান্নাত Jannat তানভীর Tanvir রফিকুল Rafiqul শফিকুল Shafiqul নজরুল Nazrul জাহাঙ্গীর Jahangir কাজী Kazi কামাল Kamal রেজা Reza
		আজাদ Azad জামান Zaman নাজমা Nazma নাজমুল Nazmul আজিজ Aziz জিয়া Zia জাকির Zakir ফিরোজ Firoz রাজ্জাক Razzak মাহমুদ Mahmud মাহমুদা Mahmuda
		ভূঁইয়া Bhuiyan ভূইয়া Bhuiyan ভুঁইয়া Bhuiyan পাটোয়ারী Patwary মৃধা Mridha নাথ Nath দেব Deb দেবী Devi শর্মা Sharma বর্মন Barman গাঙ্গুলী Ganguly
		গাঙ্গুলি Ganguly সেনগুপ্ত Sengupta দাশগুপ্ত Dasgupta গুপ্ত Gupta নন্দী Nandi কর Kar ধর Dhar কুমার Kumar চন্দ্র Chandra রানী Rani রাণী Rani
		কমলা Kamala অমলা Amala বিমলা Bimala`),
}

// letters reads pairs of a letter and its spelling.
func letters(s string) map[rune]string {
	out := map[rune]string{}
	for letter, spelt := range readNames(s) {
		out[[]rune(letter)[0]] = spelt
	}
	return out
}

func hindi(word string) string  { return devanagariScript.spell(word) }
func bangla(word string) string { return bengaliScript.spell(word) }

func (in indic) spell(word string) string {
	word = strings.TrimRight(word, ".")
	if custom := in.customary[word]; custom != "" {
		return custom
	}
	parts := in.read(word)
	if parts == nil {
		return ""
	}
	quieten(parts)
	var out strings.Builder
	for i, a := range parts {
		for j, c := range a.consonants {
			if c == "v" && j > 0 && slices.Contains([]string{"s", "sh", "d", "t"}, a.consonants[j-1]) {
				c = "w" // Swati, Ishwar, Dwivedi
			}
			if j > 0 && c == "n" && a.consonants[j-1] == "j" {
				c = "y" // Gyan
			}
			if j+1 < len(a.consonants) {
				switch next := a.consonants[j+1]; {
				case c == "j" && next == "n":
					c = "g"
				case c == "ch" && strings.HasPrefix(next, "ch"):
					c = strings.TrimSuffix("c", strings.TrimPrefix(next, "ch"))
					if next == "chh" {
						c = "" // Achchha is written Achha
					}
				}
			}
			out.WriteString(c)
		}
		out.WriteString(a.vowel)
		if a.nasal == "" {
			continue
		}
		nasal := "n"
		if i+1 < len(parts) && len(parts[i+1].consonants) > 0 && strings.ContainsAny(parts[i+1].consonants[0][:1], "pbm") {
			nasal = "m"
		}
		if a.nasal == "ং" && (i+1 == len(parts) || len(parts[i+1].consonants) == 0 || !strings.ContainsAny(parts[i+1].consonants[0][:1], "pbmkg")) {
			nasal = "ng"
		}
		out.WriteString(nasal)
	}
	s := out.String()
	if strings.HasSuffix(s, "val") && len(s) > len("val") {
		s = strings.TrimSuffix(s, "val") + "wal" // Khandelwal
	}
	return capital(s)
}

// read parts a word; nil where a character is no letter of the script.
func (in indic) read(word string) []akshara {
	var parts []akshara
	join := false // the consonant before has lost its a: what follows is written with it
	s := []rune(word)
	for i, r := range s {
		last := len(parts) - 1
		switch {
		case in.consonants[r] != "":
			c := in.consonants[r]
			if i+1 < len(s) && s[i+1] == in.dot {
				if c = in.softened[r]; c == "" {
					c = in.consonants[r]
				}
			} else if r == 'য' && join {
				c = "y"
			}
			if join {
				parts[last].consonants = append(parts[last].consonants, c)
				parts[last].vowel, parts[last].inherent, join = "a", true, false
				continue
			}
			parts = append(parts, akshara{consonants: []string{c}, vowel: "a", inherent: true})
		case r == in.silent && last >= 0 && parts[last].inherent:
			parts[last].vowel, parts[last].inherent, join = "", false, true
		case r == in.dot && i > 0:
		case in.vowels[r] != "" && unicode.IsMark(r):
			if last < 0 || !parts[last].inherent {
				return nil
			}
			parts[last].vowel, parts[last].inherent = in.vowels[r], false
		case in.vowels[r] != "":
			parts = append(parts, akshara{vowel: in.vowels[r]})
			join = false
		case strings.ContainsRune(in.nasals, r) && last >= 0:
			parts[last].nasal = string(r)
		case strings.ContainsRune(in.skipped, r):
		default:
			return nil
		}
	}
	return parts
}

// quieten takes the a that nobody says: at the end of a word, unless consonants that are hard to say together stand there
// (Krishna, Chandra, but Anand), and between single consonants with vowels about them (Raj(a)kumar).
func quieten(parts []akshara) {
	for i := len(parts) - 1; i > 0; i-- {
		this, before := &parts[i], parts[i-1]
		if !this.inherent || this.nasal != "" {
			continue
		}
		quiet := len(this.consonants) == 1 && before.nasal == "" && before.vowel != ""
		if i == len(parts)-1 {
			nasal := len(this.consonants) == 2 && strings.ContainsAny(this.consonants[0][:1], "nm")
			quiet = (len(this.consonants) == 1 || nasal) && !(this.consonants[0] == "y" && before.vowel == "i")
		} else {
			next := parts[i+1]
			quiet = quiet && len(next.consonants) == 1 && next.vowel != ""
		}
		if quiet {
			this.vowel, this.inherent = "", false
		}
	}
}

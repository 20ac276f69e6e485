package latin_test

import (
	"regexp"
	"testing"

	"dure/i18n"
	"dure/i18n/latin"
)

func TestSuggest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		says          string
		lang          i18n.Language
		whole         string
		given, family string
	}{
		{"Korean, family name first", "ko", "김하나", "Hana", "Kim"},
		{"Korean on an English page", "en", "김하나", "Hana", "Kim"},
		{"Korean with a blank", "ko", "이 민준", "Minjun", "Lee"},
		{"Korean in the English order", "ko", "하나 김", "Hana", "Kim"},
		{"Korean, a family name of two syllables", "ko", "남궁민", "Min", "Namgung"},
		{"Korean, a family name of two syllables and a given one of two", "ko", "선우은숙", "Eunsuk", "Sunwoo"},
		{"Korean, a given name of one syllable", "ko", "최준", "Jun", "Choi"},
		{"Korean, sounds that meet stay as they are", "ko", "박빛나", "Bitna", "Park"},
		{"Korean, decomposed", "ko", "김하나", "Hana", "Kim"},
		{"Korean, a family name in its northern spelling", "ko", "량미래", "Mirae", "Yang"},
		{"Korean of a foreign name", "ko", "마이클 존슨", "", ""},
		{"Korean of one syllable", "ko", "김", "", ""},
		{"Korean letters that are no syllables", "ko", "김ㅎㄴ", "", "Kim"},
		{"Chinese", "zh-Hans", "王小明", "Xiaoming", "Wang"},
		{"Chinese, traditional", "zh-Hant", "陳麗華", "Lihua", "Chen"},
		{"Chinese, a family name that is read otherwise", "zh-Hans", "单雪", "Xue", "Shan"},
		{"the same, traditional", "zh-Hant", "單雪", "Xue", "Shan"},
		{"Zeng", "zh-Hans", "曾国强", "Guoqiang", "Zeng"},
		{"Xie", "zh-Hans", "解晓东", "Xiaodong", "Xie"},
		{"Qiu", "zh-Hans", "仇英", "Ying", "Qiu"},
		{"Ou", "zh-Hant", "區文", "Wen", "Ou"},
		{"a family name of two characters", "zh-Hans", "欧阳娜", "Na", "Ouyang"},
		{"the same, traditional", "zh-Hant", "歐陽修文", "Xiuwen", "Ouyang"},
		{"two characters that would be such a name alone", "zh-Hans", "司马", "Ma", "Si"},
		{"ü as passports have it", "zh-Hans", "吕绿", "Lyu", "Lyu"},
		{"a vowel that begins a syllable", "zh-Hans", "李西安", "Xi'an", "Li"},
		{"Chinese with blanks", "zh-Hans", "王 小 明", "Xiaoming", "Wang"},
		{"a name of the West in Han characters", "zh-Hans", "约翰·史密斯", "", ""},
		{"Han characters on a Japanese page", "ja", "佐藤 花子", "", ""},
		{"Han characters on a Korean page", "ko", "金哈娜", "", ""},
		{"kana", "ja", "さとう はなこ", "Hanako", "Sato"},
		{"katakana", "ja", "オオノ ユウコ", "Yuko", "Ono"},
		{"narrow katakana", "ja", "ｻﾄｳ ｹﾝｼﾞ", "Kenji", "Sato"},
		{"kana with a stop and a nasal", "ja", "はっとり しんぺい", "Shimpei", "Hattori"},
		{"a stop before ch", "ja", "ほっち じゅんいち", "Junichi", "Hotchi"},
		{"vowels of two words", "ja", "いのうえ まりえ", "Marie", "Inoue"},
		{"a family name whose u is no long one", "ja", "まつうら りょう", "Ryo", "Matsuura"},
		{"a long o at the end", "ja", "せのお みほ", "Miho", "Senoo"},
		{"kana without a blank", "ja", "さとうはなこ", "", ""},
		{"kanji and kana", "ja", "佐々木 さくら", "Sakura", ""},
		{"Vietnamese", "vi", "Nguyễn Thị Ánh Đào", "Thi Anh Dao", "Nguyen"},
		{"Latin letters on an English page", "en", "María José Peña", "Maria Jose", "Pena"},
		{"Latin letters on a Korean page", "ko", "Hana Kim", "", ""},
		{"Hindi", "hi", "राजेश कुमार शर्मा", "Rajesh Kumar", "Sharma"},
		{"an a that nobody says", "hi", "राजकुमार यादव", "Rajkumar", "Yadav"},
		{"an a that is said", "hi", "सरस्वती मिश्र", "Saraswati", "Mishra"},
		{"a nasal", "hi", "प्रियंका सिंह", "Priyanka", "Singh"},
		{"a nasal before lips", "hi", "अंबिका खन्ना", "Ambika", "Khanna"},
		{"letters with a dot", "hi", "फ़रीदा ज़ैदी", "Farida", "Zaidi"},
		{"joined letters", "hi", "प्रज्ञा त्रिपाठी", "Pragya", "Tripathi"},
		{"Hindi of one word", "hi", "राजेश", "", ""},
		{"Bengali", "bn", "সুমন চক্রবর্তী", "Suman", "Chakraborty"},
		{"Bengali, customary spellings", "bn", "মোঃ আনোয়ার হোসেন", "Md Anoyar", "Hossain"},
		{"Bengali, an a that nobody says", "bn", "সুলতানা রহমান", "Sultana", "Rahman"},
		{"Bengali, an a that is said", "bn", "ইন্দ্র মুখোপাধ্যায়", "Indra", "Mukhopadhyay"},
		{"Urdu, common names", "ur", "فاطمہ علی خان", "Fatima Ali", "Khan"},
		{"Urdu, letters of another keyboard", "ur", "محمد علي صديقي", "Muhammad Ali", "Siddiqui"},
		{"Urdu, a name that is not listed", "ur", "ککڑ خان", "", "Khan"},
		{"Khmer", "km", "សុខ វណ្ណា", "Vanna", "Sok"},
		{"Khmer without a blank", "km", "សុខវណ្ណា", "", ""},
		{"a script that is not read", "en", "Ελένη Παπαδοπούλου", "", ""},
		{"two scripts", "ko", "김 Hana", "", ""},
		{"nothing", "ko", " ", "", ""},
		{"no letters", "zh-Hans", "123", "", ""},
	} {
		t.Run(c.says, func(t *testing.T) {
			t.Parallel()
			if got := latin.Suggest(c.lang, c.whole); got != (latin.Name{Given: c.given, Family: c.family}) {
				t.Errorf("Suggest(%s, %q) = %q and family %q, want %q and %q", c.lang, c.whole, got.Given, got.Family, c.given, c.family)
			}
		})
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ given, family, want string }{
		{"하나", "김", "김하나"},
		{"小明", "王", "王小明"},
		{"さくら", "佐々木", "佐々木 さくら"},
		{"វណ្ណា", "សុខ", "សុខ វណ្ណា"},
		{"राजेश", "शर्मा", "राजेश शर्मा"},
		{"علی", "خان", "علی خان"},
		{"하나", "", "하나"},
		{"", "", ""},
	} {
		if got := latin.Join(c.given, c.family); got != c.want {
			t.Errorf("Join(%q, %q) = %q, want %q", c.given, c.family, got, c.want)
		}
	}
}

var writable = regexp.MustCompile(`^([A-Za-z' -]*[A-Za-z][A-Za-z' -]*)?$`)

func FuzzSuggest(f *testing.F) {
	for _, s := range []string{
		"김하나", "王小明", "さとう はなこ", "っ", "んん", "のうえ", "Nguyễn Văn", "क्", "्क", "ंअ", "ক্ষ্", "محمد ﷴ", "៛សុខ", "\xff", "ー ー", "च्च्छ", "가", "'' ''",
	} {
		f.Add(s, 0)
	}
	known := i18n.Known()
	f.Fuzz(func(t *testing.T, s string, n int) {
		lang := known[uint(n)%uint(len(known))]
		whole := latin.Suggest(lang, s)
		for _, got := range []string{whole.Given, whole.Family, latin.Given(lang, s), latin.Family(lang, s)} {
			if !writable.MatchString(got) {
				t.Errorf("%q in %s is spelt %q, which no report can have", s, lang, got)
			}
		}
	})
}

package latin

import "strings"

// kanaSyllables is Hepburn as passports have it, hiragana alone; two kana that are one syllable come first.
var kanaSyllables = readNames(`
	きゃ kya きゅ kyu きょ kyo しゃ sha しゅ shu しょ sho しぇ she ちゃ cha ちゅ chu ちょ cho ちぇ che にゃ nya にゅ nyu にょ nyo
	ひゃ hya ひゅ hyu ひょ hyo みゃ mya みゅ myu みょ myo りゃ rya りゅ ryu りょ ryo ぎゃ gya ぎゅ gyu ぎょ gyo
	じゃ ja じゅ ju じょ jo じぇ je ぢゃ ja ぢゅ ju ぢょ jo びゃ bya びゅ byu びょ byo ぴゃ pya ぴゅ pyu ぴょ pyo
	ふぁ fa ふぃ fi ふぇ fe ふぉ fo てぃ ti でぃ di とぅ tu どぅ du うぃ wi うぇ we うぉ wo ゔぁ va ゔぃ vi ゔぇ ve ゔぉ vo ゔ vu
	あ a い i う u え e お o か ka き ki く ku け ke こ ko さ sa し shi す su せ se そ so た ta ち chi つ tsu て te と to
	な na に ni ぬ nu ね ne の no は ha ひ hi ふ fu へ he ほ ho ま ma み mi む mu め me も mo や ya ゆ yu よ yo
	ら ra り ri る ru れ re ろ ro わ wa ゐ i ゑ e を o が ga ぎ gi ぐ gu げ ge ご go ざ za じ ji ず zu ぜ ze ぞ zo
	だ da ぢ ji づ zu で de ど do ば ba び bi ぶ bu べ be ぼ bo ぱ pa ぴ pi ぷ pu ぺ pe ぽ po`)

// kanaApart are ends of family names in which two vowels belong to two words, so that no long one is written short.
var kanaApart = strings.NewReplacer("のうえ", "の/うえ", "のうち", "の/うち", "つうら", "つ/うら", "くうら", "く/うら", "とうら", "と/うら", "こうち", "こ/うち")

// hepburn spells kana. Long o and u are written once (Ono, Yuko, Sato), a long o at the end of a name stays (Seno-o: SENOO).
func hepburn(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			return r - 'ァ' + 'ぁ'
		}
		return r
	}, s)
	kana := []rune(kanaApart.Replace(s))
	var out strings.Builder
	last := byte(0) // the vowel before, while it may yet be drawn out
	for i := 0; i < len(kana); i++ {
		r := kana[i]
		switch end := i == len(kana)-1; {
		case r == '/':
			last = 0
			continue
		case r == 'ー' && out.Len() > 0:
			continue
		case r == 'う' && (last == 'o' || last == 'u'), r == 'お' && last == 'o' && !end:
			last = 0
			continue
		case r == 'っ':
			if end {
				return ""
			}
			next := syllable(kana[i+1:])
			switch {
			case next == "" || strings.ContainsAny(next[:1], "aiueon"):
				return ""
			case strings.HasPrefix(next, "ch"):
				out.WriteByte('t')
			default:
				out.WriteByte(next[0])
			}
			continue
		case r == 'ん':
			n := "n"
			if !end {
				if next := syllable(kana[i+1:]); next != "" && strings.ContainsAny(next[:1], "bmp") {
					n = "m"
				}
			}
			out.WriteString(n)
			last = 0
			continue
		}
		read := syllable(kana[i:])
		if read == "" {
			return ""
		}
		if i+1 < len(kana) && kanaSyllables[string(kana[i:i+2])] != "" {
			i++
		}
		out.WriteString(read)
		last = read[len(read)-1]
	}
	return capital(out.String())
}

// syllable spells the first syllable, of two kana if it can be.
func syllable(kana []rune) string {
	if len(kana) > 1 {
		if read := kanaSyllables[string(kana[:2])]; read != "" {
			return read
		}
	}
	return kanaSyllables[string(kana[:1])]
}

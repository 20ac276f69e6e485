package latin

import "strings"

// The Revised Romanization of 2000, syllable by syllable: in names, sounds that meet do not change each other (article 3, 4).
var (
	koreanFirst  = []string{"g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"}
	koreanMiddle = []string{"a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"}
	koreanLast   = []string{"", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"}
)

// koreanFamilies are the spellings that most bearers use, where they have one; passports and cards of Korean Americans
// follow them far more often than the Revised Romanization.
var koreanFamilies = readNames(`
	김 Kim 이 Lee 박 Park 최 Choi 정 Jung 강 Kang 조 Cho 윤 Yoon 장 Jang 임 Lim 한 Han 오 Oh 서 Seo 신 Shin 권 Kwon 황 Hwang
	안 Ahn 송 Song 전 Jeon 홍 Hong 유 Yoo 류 Ryu 고 Ko 문 Moon 양 Yang 손 Son 배 Bae 백 Baek 허 Heo 남 Nam 심 Shim 노 Noh
	하 Ha 곽 Kwak 성 Sung 차 Cha 주 Joo 우 Woo 구 Koo 민 Min 진 Jin 나 Na 라 Ra 지 Ji 엄 Eom 변 Byun 채 Chae 원 Won 방 Bang
	천 Cheon 공 Kong 현 Hyun 함 Ham 여 Yeo 염 Yeom 추 Choo 도 Do 소 So 석 Seok 선 Sun 설 Seol 마 Ma 길 Gil 연 Yeon 위 Wi
	표 Pyo 명 Myung 기 Ki 반 Ban 왕 Wang 금 Keum 옥 Ok 육 Yook 인 In 맹 Maeng 제 Je 모 Mo 탁 Tak 국 Kook 어 Eo 은 Eun
	편 Pyun 용 Yong 예 Ye 봉 Bong 경 Kyung 사 Sa 부 Boo 가 Ka 복 Bok 태 Tae 목 Mok 형 Hyung 계 Kye 피 Pi 두 Doo 감 Kam
	음 Eum 빈 Bin 동 Dong 온 On 호 Ho 범 Bum 좌 Jwa 팽 Paeng 승 Seung 간 Kan 상 Sang 시 Si 갈 Kal 단 Dan 견 Kyun 당 Dang
	이 Lee 리 Lee 림 Lim 량 Yang 로 Noh
	남궁 Namgung 황보 Hwangbo 제갈 Jegal 선우 Sunwoo 사공 Sagong 서문 Seomun 독고 Dokgo 동방 Dongbang`)

// splitKorean parts a name; the family name is one of those that are known, and stands first unless it stands last alone.
func splitKorean(words []string) (given, family string) {
	if len(words) > 1 {
		last := len(words) - 1
		switch {
		case koreanFamilies[words[0]] != "":
			return strings.Join(words[1:], ""), words[0]
		case koreanFamilies[words[last]] != "":
			return strings.Join(words[:last], ""), words[last]
		}
		return "", ""
	}
	if len(words) == 0 {
		return "", ""
	}
	s := []rune(words[0])
	const most = 6 // of a family name of two and a given name of four
	if len(s) > most {
		return "", ""
	}
	for n := 2; n > 0; n-- {
		if len(s) > n && koreanFamilies[string(s[:n])] != "" {
			return string(s[n:]), string(s[:n])
		}
	}
	return "", ""
}

func korean(s string, family bool) string {
	if custom := koreanFamilies[s]; family && custom != "" {
		return custom
	}
	var out strings.Builder
	for _, r := range s {
		const first, last = '가', '힣'
		if r < first || r > last {
			return "" // a letter that is no syllable
		}
		n := int(r - first)
		out.WriteString(koreanFirst[n/(21*28)] + koreanMiddle[n/28%21] + koreanLast[n%28])
	}
	return capital(out.String())
}

// readNames reads pairs of a name and its spelling.
func readNames(s string) map[string]string {
	words := strings.Fields(s)
	out := make(map[string]string, len(words)/2)
	for i := 0; i+1 < len(words); i += 2 {
		out[words[i]] = strings.ReplaceAll(words[i+1], "_", " ")
	}
	return out
}

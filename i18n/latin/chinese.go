package latin

import (
	"strings"

	"github.com/mozillazg/go-pinyin"

	"dure/i18n"
)

// chineseFamilies are family names that are read otherwise than the same character elsewhere, and those of two characters;
// simplified and traditional.
var chineseFamilies = readNames(`
	单 Shan 單 Shan 曾 Zeng 解 Xie 仇 Qiu 查 Zha 任 Ren 区 Ou 區 Ou 盖 Ge 蓋 Ge 朴 Piao 乐 Yue 樂 Yue 缪 Miao 繆 Miao
	纪 Ji 紀 Ji 华 Hua 華 Hua 员 Yun 員 Yun 覃 Qin 召 Shao 折 She 黑 He 盛 Sheng 洗 Xian 冼 Xian 那 Na 种 Chong
	秘 Bi 祕 Bi 逄 Pang 翟 Zhai 卜 Bu 薄 Bo 柏 Bai 燕 Yan 宁 Ning 甯 Ning 寧 Ning 葛 Ge 隗 Wei 应 Ying 應 Ying 车 Che 車 Che
	沈 Shen 曲 Qu 祭 Zhai 么 Yao 牟 Mou 都 Du 臧 Zang 郇 Xun 郗 Xi 俞 Yu 莘 Shen 过 Guo 過 Guo 藏 Zang 繁 Po 瞿 Qu 訾 Zi
	谌 Chen 諶 Chen 石 Shi 尹 Yin 贾 Jia 賈 Jia 句 Gou 仝 Tong 哈 Ha 長 Zhang 丁 Ding 万 Wan 冯 Feng 馮 Feng 于 Yu 於 Yu
	干 Gan 乾 Qian 余 Yu 尤 You 吕 Lyu 呂 Lyu 陆 Lu 陸 Lu 白 Bai 鲍 Bao 鮑 Bao 褚 Chu 柴 Chai 阚 Kan 闞 Kan 殷 Yin
	欧阳 Ouyang 歐陽 Ouyang 司马 Sima 司馬 Sima 上官 Shangguan 诸葛 Zhuge 諸葛 Zhuge 司徒 Situ 东方 Dongfang 東方 Dongfang
	皇甫 Huangfu 尉迟 Yuchi 尉遲 Yuchi 公孙 Gongsun 公孫 Gongsun 慕容 Murong 令狐 Linghu 长孙 Zhangsun 長孫 Zhangsun
	宇文 Yuwen 夏侯 Xiahou 端木 Duanmu 南宫 Nangong 南宮 Nangong 独孤 Dugu 獨孤 Dugu 万俟 Moqi 萬俟 Moqi 闻人 Wenren
	聞人 Wenren 澹台 Tantai 澹臺 Tantai 公冶 Gongye 淳于 Chunyu 单于 Chanyu 單于 Chanyu 申屠 Shentu 轩辕 Xuanyuan
	軒轅 Xuanyuan 西门 Ximen 西門 Ximen 司空 Sikong 太史 Taishi 濮阳 Puyang 濮陽 Puyang 赫连 Helian 赫連 Helian 呼延 Huyan
	钟离 Zhongli 鍾離 Zhongli 拓跋 Tuoba 百里 Baili 东郭 Dongguo 東郭 Dongguo 第五 Diwu`)

// splitChinese parts a name: the family name stands first and is one character, or two of a known name.
func splitChinese(words []string) (given, family string) {
	if len(words) > 1 {
		return strings.Join(words[1:], ""), words[0]
	}
	if len(words) == 0 {
		return "", ""
	}
	s := []rune(words[0])
	const most = 4 // of the two characters of either part
	switch {
	case len(s) < 2 || len(s) > most:
		return "", ""
	case len(s) > 2 && chineseFamilies[string(s[:2])] != "":
		return string(s[2:]), string(s[:2])
	default:
		return string(s[1:]), string(s[:1])
	}
}

// chinese spells in pinyin without tones, as passports do (GB/T 28039): parts in one word, LYU for lü. Han characters of a
// Japanese, Korean or Vietnamese name are read otherwise, and not here.
func chinese(lang i18n.Language, s string, family bool) string {
	if lang == "ja" || lang == "ko" || lang == "vi" {
		return ""
	}
	if custom := chineseFamilies[s]; family && custom != "" {
		return custom
	}
	var out strings.Builder
	for _, r := range s {
		read := pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Normal})
		if len(read) == 0 || read[0] == "" {
			return ""
		}
		syllable := strings.ReplaceAll(read[0], "v", "yu")
		if out.Len() > 0 && strings.ContainsAny(syllable[:1], "aeo") {
			out.WriteByte('\'') // Xi'an is no Xian
		}
		out.WriteString(syllable)
	}
	return capital(out.String())
}

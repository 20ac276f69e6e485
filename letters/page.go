package letters

import (
	"cmp"
	"html/template"

	"dure/i18n"
)

// The colours of the light sheet, as the pages have them. They stand in each element, since many mail programs drop style sheets;
// those that keep one turn them round in the dark, and on paper leave out what can only be pressed.
const (
	paper = "#f3f0e4"
	sheet = "#fdfcf7"
	ink   = "#18211c"
	quiet = "#4a544d"
	rule  = "#d3cdba"
	pine  = "#0f4f3c"
)

const looks = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.paper{background:#0f1512!important}
.sheet{background:#18201b!important;color:#eeeadd!important;border-color:#eeeadd!important}
.quiet{color:#b4bcb0!important}
.line{border-color:#3a453d!important}
.bar{border-color:#eeeadd!important}
.btn{background:#8fd0b2!important;color:#0b1a13!important}
}
@media print{
.btn{display:none!important}
.paper,.sheet{background:#fff!important;color:#000!important}
.sheet,.bar{border-color:#000!important}
.quiet{color:#333!important}
h2{break-after:avoid}
tr,.bar{break-inside:avoid}
}`

// face is how a script is set: the faces that phones and computers have for it, and the height of its lines.
type face struct{ family, height string }

var latin = face{`-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Noto Sans','Helvetica Neue',Arial,sans-serif`, "1.55"}

var faces = map[i18n.Language]face{
	"ko":      {`'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR','Noto Sans CJK KR',sans-serif`, "1.7"},
	"ja":      {`'Hiragino Sans','Yu Gothic',Meiryo,'Noto Sans JP','Noto Sans CJK JP',sans-serif`, "1.75"},
	"zh-Hans": {`'PingFang SC','Microsoft YaHei','Noto Sans SC','Noto Sans CJK SC',sans-serif`, "1.75"},
	"zh-Hant": {`'PingFang TC','Microsoft JhengHei','Noto Sans TC','Noto Sans CJK TC',sans-serif`, "1.75"},
	"hi":      {`'Kohinoor Devanagari','Nirmala UI','Noto Sans Devanagari',Mangal,sans-serif`, "1.75"},
	"bn":      {`'Kohinoor Bangla','Bangla Sangam MN','Nirmala UI','Noto Sans Bengali',Vrinda,sans-serif`, "1.75"},
	"km":      {`'Khmer Sangam MN','Leelawadee UI','Noto Sans Khmer','Khmer UI',sans-serif`, "1.9"},
	"ur":      {`'Noto Nastaliq Urdu','Jameel Noori Nastaleeq','Urdu Typesetting','Geeza Pro','Noto Naskh Arabic',Tahoma,sans-serif`, "2.15"},
}

// page sets the letter on one sheet that needs nothing from elsewhere: no image, no script, no font, no address but its links.
// Language and direction stand on the sheet too, as mail programs drop the page around it.
func (w *writing) page(title string) string {
	f := cmp.Or(faces[w.lang], latin)
	in := ` lang="` + string(w.lang) + `" dir="` + w.lang.Dir() + `"`
	return `<!doctype html>
<html` + in + `>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no">
<title>` + template.HTMLEscapeString(title) + `</title>
<style>` + looks + `</style>
</head>
<body class="paper" style="margin:0;padding:0;background:` + paper + `">
<table role="presentation" class="paper" style="width:100%;table-layout:fixed;border-collapse:collapse;background:` + paper + `"><tr><td style="padding:16px 0" align="center">
<div class="sheet"` + in + ` style="max-width:40em;margin:0 auto;padding:24px 16px 32px;background:` + sheet + `;color:` + ink + `;border-top:4px solid ` + ink +
		`;text-align:` + startOf(w.lang) + `;font-family:` + f.family + `;font-size:17px;line-height:` + f.height + `;word-break:` + breaks(w.lang) + `;overflow-wrap:break-word;text-wrap:pretty">
` + w.html.String() + `</div>
</td></tr></table>
</body>
</html>
`
}

func startOf(lang i18n.Language) string {
	if lang.Dir() == "rtl" {
		return "right"
	}
	return "left"
}

// breaks says where lines may break: Hangul between its words.
func breaks(lang i18n.Language) string {
	if lang == "ko" {
		return "keep-all"
	}
	return "normal"
}

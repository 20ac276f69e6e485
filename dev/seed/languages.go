package seed

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/pg"
	"dure/registry"
)

// spoken is what the open drives of the first committee say beside English. In the other languages they say their first text.
var spoken = map[string][]donations.DriveText{
	pacDrive: {
		{
			Language: "ko", Title: "함께 차리는 밥상",
			Story: "Long Table PAC은 이웃 열한 명과 접이식 탁자 하나로 시작했습니다. 이웃들이 읽는 언어로 투표 안내서를 만들고, 투표일에 타고 갈 차편을 마련합니다.\n" +
				"10달러면 안내서 마흔 부를 찍습니다. 후원금은 1달러까지 공개 기록에 남고, 그 돈을 어디에 썼는지도 남습니다.",
		},
		{
			Language: "zh-Hans", Title: "摆好这张桌子",
			Story: "Long Table PAC 是十一位街坊围着一张折叠桌办起来的。我们出钱印制街坊们看得懂的语言的投票指南，投票日那天接送大家去投票。\n" +
				"十美元可以印四十份指南。每一美元都有公开记录可查，我们怎么用也查得到。",
		},
		{
			Language: "zh-Hant", Title: "擺好這張桌子",
			Story: "Long Table PAC 從十一位鄰居和一張摺疊桌開始。我們出錢印製鄰居們讀得懂的語言的投票指南，投票日當天接送大家去投票。\n" +
				"十美元可以印四十份指南。每一美元都有公開紀錄可查，我們怎麼用也查得到。",
		},
		{
			Language: "vi", Title: "Cùng dọn bàn chung",
			Story: "Long Table PAC bắt đầu từ mười một người hàng xóm và một chiếc bàn xếp. Chúng tôi in cẩm nang bầu cử bằng những thứ tiếng mà bà con đọc được, và lo xe đưa đón vào ngày bầu cử.\n" +
				"Mười đô la in được bốn mươi cuốn. Từng đô la đều có trong hồ sơ công khai, và chúng tôi dùng vào việc gì cũng vậy.",
		},
		{
			Language: "tl", Title: "Ihanda ang hapag",
			Story: "Nagsimula ang Long Table PAC sa labing-isang magkakapitbahay at isang natitiklop na mesa. Nagpapalimbag kami ng gabay sa pagboto sa mga wikang binabasa ng aming mga kapitbahay, at naghahatid sa araw ng halalan.\n" +
				"Sa sampung dolyar, apatnapung gabay ang nalilimbag. Nasa talaang pampubliko ang bawat dolyar, pati kung saan ito napunta.",
		},
		{
			Language: "ur", Title: "آئیے، دسترخوان بچھائیں",
			Story: "Long Table PAC کی ابتدا گیارہ پڑوسیوں اور ایک تہہ ہونے والی میز سے ہوئی۔ ہم ووٹروں کے لیے رہنما کتابچے ان زبانوں میں چھاپتے ہیں جو ہمارے پڑوسی پڑھتے ہیں، اور انتخاب کے دن سواری کا انتظام کرتے ہیں۔\n" +
				"دس ڈالر میں چالیس کتابچے چھپتے ہیں۔ ہر ڈالر سرکاری ریکارڈ میں درج ہے جسے کوئی بھی دیکھ سکتا ہے، اور یہ بھی کہ ہم نے اسے کہاں خرچ کیا۔",
		},
		{
			Language: "ja", Title: "みんなの食卓をととのえる",
			Story: "Long Table PACは、近所の十一人と折りたたみ机ひとつから始まりました。近所の人たちが読める言葉で投票の手引きを刷り、投票日には車で送り迎えをします。\n" +
				"10ドルで手引きが40部刷れます。お預かりした1ドルも、その使いみちも、すべて公の記録に残ります。",
		},
	},
	candidateDrive: {
		{
			Language: "ko", Title: "Tala Brightwater 후보를 연방 하원으로",
			Story: "Tala Brightwater 후보는 Paperkite Avenue에서 12년 동안 야간 진료소를 꾸려 왔습니다. 이번에 연방 하원의원 선거에 나섰습니다.\n" +
				"여기서 내시는 후원금은 후보의 선거위원회로 갑니다. 저희는 열흘 안에 전액을 전달합니다.",
		},
		{
			Language: "zh-Hans", Title: "支持 Tala Brightwater 竞选联邦众议员",
			Story: "Tala Brightwater 在 Paperkite Avenue 主持夜间诊所十二年，这次竞选联邦众议员。\n" +
				"您在这里捐的钱归她的竞选委员会，我们在十天之内全额转交。",
		},
		{
			Language: "zh-Hant", Title: "支持 Tala Brightwater 競選聯邦眾議員",
			Story: "Tala Brightwater 在 Paperkite Avenue 主持夜間診所十二年，這次競選聯邦眾議員。\n" +
				"您在這裡捐的錢歸她的競選委員會，我們在十天之內全數轉交。",
		},
		{
			Language: "vi", Title: "Tala Brightwater ra tranh cử Hạ viện",
			Story: "Suốt mười hai năm, Tala Brightwater điều hành phòng khám ban đêm trên đường Paperkite Avenue. Nay bà ra tranh cử vào Hạ viện liên bang.\n" +
				"Tiền quý vị đóng góp ở đây dành cho ban vận động của bà: chúng tôi chuyển trọn trong vòng mười ngày.",
		},
		{
			Language: "tl", Title: "Tala Brightwater para sa Kongreso",
			Story: "Labindalawang taong pinatakbo ni Tala Brightwater ang klinikang panggabi sa Paperkite Avenue. Tumatakbo siya ngayon para sa House of Representatives.\n" +
				"Ang ibibigay ninyo rito ay para sa kaniyang kampanya: ipinapasa namin ito nang buo sa loob ng sampung araw.",
		},
		{
			Language: "ur", Title: "کانگریس کے لیے Tala Brightwater",
			Story: "Tala Brightwater نے Paperkite Avenue پر بارہ سال رات کا کلینک چلایا۔ اب وہ ایوانِ نمائندگان کی امیدوار ہیں۔\n" +
				"یہاں دیا گیا آپ کا عطیہ ان کی انتخابی مہم کے لیے ہے: ہم پوری رقم دس دن کے اندر آگے پہنچا دیتے ہیں۔",
		},
		{
			Language: "ja", Title: "Tala Brightwater候補を連邦下院へ",
			Story: "Tala Brightwater候補は、Paperkite Avenueで12年間、夜間診療所を営んできました。今回、連邦下院議員選挙に立候補しています。\n" +
				"ここでいただく献金は、候補の選挙運動のためのものです。私たちは10日以内に全額を取り次ぎます。",
		},
	},
}

// speak writes what a drive says in other languages, when it opens.
func speak(ctx context.Context, tx *sqlx.Tx, d donations.Drive) error {
	for _, t := range spoken[d.Slug] {
		t.Committee, t.Drive = d.Committee, d.Slug
		if err := donations.WriteDriveText(ctx, tx, t); err != nil {
			return err
		}
	}
	return nil
}

// The sandbox's approvals are nobody's word for a translation, and say so wherever they are shown.
const (
	seedApprover = "the sandbox’s seed"
	seedGround   = "so that every page of the sandbox can be seen; nobody has read it"
)

// approve publishes every language for a committee: what the law requires and is not approved as it stands today is approved by
// the seed.
func approve(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, today civil.Day) error {
	c, err := registry.FindCommittee(ctx, tx, committee, time.Time{})
	if err != nil {
		return err
	}
	all, err := compliance.Publications(ctx, tx, c, today)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.Published() {
			continue
		}
		var said []compliance.Approval
		for _, n := range p.Lacking() {
			// what a person took back the seed does not give again
			if n.Translated() && n.Approval.Verdict == "" {
				said = append(said, compliance.Approval{
					Notice: n.Text.Text, Language: p.Language, Version: n.Translation.Version, EnglishVersion: n.English.Version,
					Verdict: compliance.Approves, Source: compliance.BySeed, Approver: seedApprover, Note: seedGround,
				})
			}
		}
		if len(said) == 0 {
			continue
		}
		if err := compliance.JudgeNotices(ctx, tx, c, today, said); err != nil {
			return err
		}
	}
	return nil
}

// approveNow approves what has changed since the seed was sown, so that a newer program shows its pages in every language too.
func approveNow(ctx context.Context, db *sqlx.DB, today civil.Day) error {
	for _, c := range []registry.CommitteeID{longTable, midwest} {
		err := pg.InTx(ctx, db, "seed", []string{string(c)}, func(tx *sqlx.Tx) error { return approve(ctx, tx, c, today) })
		if err != nil {
			return err
		}
	}
	return nil
}

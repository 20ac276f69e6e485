package seed

import "strings"

// word is a name in Latin letters and, where it has one, in the script of its own.
type word struct{ latin, own string }

// community is people who share names and, often, places.
type community struct {
	weight        int // of a hundred and some
	language      string
	family, given []word
	joined        string // what stands between the parts of a name in its own script
	familyFirst   bool   // in its own script
	marks         bool   // written with marks, which some leave away in a form
	homes         []place
}

// read reads names: blanks between them, _ for a blank within one, = before the own script.
func read(list string) []word {
	var out []word
	for _, w := range strings.Fields(list) {
		latin, own, _ := strings.Cut(strings.ReplaceAll(w, "_", " "), "=")
		out = append(out, word{latin, own})
	}
	return out
}

// communities are those from whom the fictional givers come.
var communities = []community{
	{
		weight: 14, language: "ko", familyFirst: true, homes: placesOf("Flushing, Palisades Park, Fort Lee, Los Angeles, Duluth, Suwanee, Annandale, Centreville, Federal Way, Ellicott City"),
		family: read(`Kim=김 Lee=이 Park=박 Choi=최 Jung=정 Kang=강 Cho=조 Yoon=윤 Jang=장 Lim=임 Han=한 Oh=오 Seo=서 Shin=신 Kwon=권 Hwang=황 Ahn=안 Song=송 Ryu=류 Hong=홍`),
		given: read(`Min-jun=민준 Ji-woo=지우 Seo-yeon=서연 Ha-eun=하은 Ji-hoon=지훈 Soo-jin=수진 Eun-ji=은지 Hyun-woo=현우 Young-hee=영희 Sung-ho=성호 Mi-kyung=미경
			Jae-won=재원 Yu-na=유나 Dong-hyun=동현 Hye-jin=혜진 Grace Daniel Esther Susan James Joyce Paul`),
	},
	{
		weight: 13, language: "zh-Hans", familyFirst: true, homes: placesOf("Flushing, Monterey Park, San Gabriel, Irvine, Cupertino, Fremont, Plano, Naperville, Rockville, Bellevue, Quincy"),
		family: read(`Wang=王 Li=李 Zhang=张 Liu=刘 Chen=陈 Yang=杨 Huang=黄 Zhao=赵 Wu=吴 Zhou=周 Xu=徐 Sun=孙 Ma=马 Zhu=朱 Hu=胡 Guo=郭 He=何 Lin=林 Gao=高 Luo=罗`),
		given: read(`Wei=伟 Fang=芳 Xiaoming=晓明 Jing=静 Lei=磊 Yan=艳 Jun=军 Min=敏 Mei=梅 Hui=慧 Jianguo=建国 Xiuying=秀英 Yifan=一凡 Zihan=子涵 Haoran=浩然
			Lili=丽丽 Tao=涛 Kevin Linda Michael Amy`),
	},
	{
		weight: 11, language: "zh-Hant", familyFirst: true, homes: placesOf("New York, Brooklyn, San Francisco, Oakland, Alhambra, Boston, Chicago, Philadelphia, Seattle, Daly City"),
		family: read(`Wong=黃 Chan=陳 Leung=梁 Ng=吳 Cheung=張 Lau=劉 Lam=林 Yip=葉 Ho=何 Tam=譚 Chow=周 Fong=方 Kwok=郭 Tsang=曾 Mok=莫 Hsu=許 Tsai=蔡 Hsieh=謝`),
		given: read(`Ka-yan=嘉欣 Wing-yan=詠欣 Chi-ming=志明 Siu-ling=小玲 Kwok-wai=國偉 Mei-ling=美玲 Wai-man=偉文 Yuk-lan=玉蘭 Chi-keung=志強 Shu-fen=淑芬
			Chih-wei=志偉 Ya-ting=雅婷 Winnie Raymond Doris Kenny Elaine`),
	},
	{
		weight: 12, language: "vi", familyFirst: true, joined: " ", marks: true, homes: placesOf("Garden Grove, Westminster, San Jose, Houston, New Orleans, Annandale, Seattle, Carrollton"),
		family: read(`Nguyễn=Nguyễn Trần=Trần Lê=Lê Phạm=Phạm Huỳnh=Huỳnh Hoàng=Hoàng Phan=Phan Vũ=Vũ Võ=Võ Đặng=Đặng Bùi=Bùi Đỗ=Đỗ Hồ=Hồ Ngô=Ngô Dương=Dương Lý=Lý`),
		given: read(`Thị_Lan=Thị_Lan Văn_Hùng=Văn_Hùng Minh_Anh=Minh_Anh Thanh_Tùng=Thanh_Tùng Ngọc_Mai=Ngọc_Mai Quốc_Bảo=Quốc_Bảo Thu_Hà=Thu_Hà
			Phương_Thảo=Phương_Thảo Đức_Anh=Đức_Anh Kim_Liên=Kim_Liên Hải_Yến=Hải_Yến Tuấn_Kiệt=Tuấn_Kiệt Bích_Ngọc=Bích_Ngọc Kevin Jenny Tommy`),
	},
	{
		weight: 13, language: "tl", homes: placesOf("Daly City, Carson, National City, Jersey City, Virginia Beach, Las Vegas, Waipahu, Anchorage, Union City, Stockton"),
		family: read(`Santos Reyes Cruz Bautista Ocampo Garcia Mendoza Torres Aquino Villanueva Dela_Cruz Ramos Castillo Navarro Salvador Pascual Manalo Macaraeg Dimaculangan Peña`),
		given:  read(`Maria Jose Angelica Mark_Anthony Rowena Ramon Liza Joy Rodel Cristina Jun Marisol Antonio Althea Benjie Lourdes Nestor Efren Divina Rommel`),
	},
	{
		weight: 14, language: "hi", joined: " ", homes: placesOf("Edison, Fremont, Artesia, Sugar Land, Irving, Naperville, Schaumburg, Troy, Morrisville, Yuba City, Jersey City"),
		family: read(`Sharma=शर्मा Patel=पटेल Gupta=गुप्ता Singh=सिंह Kumar=कुमार Verma=वर्मा Mehta=मेहता Shah=शाह Agarwal=अग्रवाल Joshi=जोशी Desai=देसाई Mishra=मिश्रा Iyer Reddy Nair
			Rao Krishnan Menon Subramanian`),
		given: read(`Priya=प्रिया Rahul=राहुल Anjali=अंजलि Amit=अमित Neha=नेहा Sanjay=संजय Kavita=कविता Vikram=विक्रम Sunita=सुनीता Arjun=अर्जुन Deepa=दीपा Rajesh=राजेश Pooja=पूजा
			Ravi=रवि Lakshmi Harpreet Gurpreet Venkat Meenakshi`),
	},
	{
		weight: 5, language: "ur", joined: " ", homes: placesOf("Chicago, Brooklyn, Houston, Sugar Land, Jersey City"),
		family: read(`Khan=خان Ahmed=احمد Malik=ملک Hussain=حسین Qureshi=قریشی Butt=بٹ Chaudhry=چوہدری Sheikh=شیخ Mirza=مرزا Siddiqui=صدیقی`),
		given:  read(`Ayesha=عائشہ Usman=عثمان Fatima=فاطمہ Bilal=بلال Sana=ثنا Hamza=حمزہ Zainab=زینب Tariq=طارق Nadia=نادیہ Faisal=فیصل Rabia=رابعہ`),
	},
	{
		weight: 5, language: "bn", joined: " ", homes: placesOf("Jackson Heights, Jamaica, Elmhurst, Hamtramck, Paterson, Buffalo"),
		family: read(`Rahman=রহমান Islam=ইসলাম Hossain=হোসেন Ahmed=আহমেদ Chowdhury=চৌধুরী Begum=বেগম Uddin=উদ্দিন Das=দাস Khatun=খাতুন Miah=মিয়া`),
		given:  read(`Nusrat=নুসরাত Farhana=ফারহানা Kamal=কামাল Rafiq=রফিক Sharmin=শারমিন Jahangir=জাহাঙ্গীর Tahmina=তাহমিনা Arif=আরিফ Sadia=সাদিয়া Mizanur=মিজানুর`),
	},
	{
		weight: 7, language: "ja", familyFirst: true, joined: " ", homes: placesOf("Torrance, Gardena, Honolulu, Hilo, Seattle, Sacramento"),
		family: read(`Tanaka=田中 Suzuki=鈴木 Sato=佐藤 Watanabe=渡辺 Yamamoto=山本 Nakamura=中村 Kobayashi=小林 Kato=加藤 Yoshida=吉田 Matsumoto=松本 Fujii=藤井 Hayashi=林`),
		given:  read(`Yuki=由紀 Kenji=健二 Haruka=遥 Takashi=隆 Naomi=直美 Akira=明 Emi=恵美 Hiroshi=浩 Keiko=恵子 Daisuke=大輔 Amy Glenn Lori Scott Karen`),
	},
	{
		weight: 4, language: "km", familyFirst: true, joined: " ", homes: placesOf("Long Beach, Lowell, Stockton, Tacoma, Philadelphia, Providence"),
		family: read(`Sok=សុខ Chea=ជា Keo=កែវ Chan=ចាន់ Heng=ហេង Ly=លី Pich=ពេជ្រ Sim=ស៊ីម Prak=ប្រាក់ Nhem=ញឹម`),
		given:  read(`Sophea=សុភា Dara=តារា Bopha=បុប្ផា Sokha=សុខា Vanna=វណ្ណា Rith=រិទ្ធ Chanthou=ចន្ធូ Samnang=សំណាង Visal=វិសាល`),
	},
	{
		weight: 5, language: "en", homes: placesOf("Saint Paul, Milwaukee, Fresno, Madison, Sacramento, Charlotte"),
		family: read(`Vang Xiong Yang Lee Moua Thao Her Vue Lor Cha Kue Hang`),
		given:  read(`Mai Pa_Houa Tou Chue Kao_Nou Xeng Mai_See Pheng Gao_Sheng Yer Tong Bee`),
	},
	{
		weight: 3, language: "en", joined: " ", homes: placesOf("Los Angeles, Las Vegas, Elmhurst"),
		family: read(`Srisuk=ศรีสุข Saetang=แซ่ตั้ง Boonmee=บุญมี Rattanakul=รัตนกุล Suwan=สุวรรณ Thongdee=ทองดี`),
		given:  read(`Somchai=สมชาย Malee=มาลี Niran=นิรันดร์ Ploy=พลอย Anong=อนงค์ Siriporn=ศิริพร`),
	},
	{
		weight: 3, language: "en", homes: placesOf("Philadelphia, Los Angeles, San Francisco, Columbus"),
		family: read(`Wijaya Santoso Halim Pratama Sutanto Hartono Kusuma Gunawan`),
		given:  read(`Dewi Budi Siti Agus Rina Andi Maya Hendra Putri Yusuf`),
	},
	{
		weight: 5, language: "en", homes: placesOf("Honolulu, Waipahu, Hilo, Salt Lake City, Hagatna, Carson, Anchorage"),
		family: read(`Kealoha Mahoe Akana Leota Fonoti Tupou Vaipulu Faʻalogo Taitano Camacho Kalua Naone`),
		given:  read(`Leilani Keoni Malia Sione Losa Tavita Mele Kainoa Ana Pua Semisi Noelani`),
	},
	{
		weight: 3, language: "en", homes: placesOf("Jackson Heights, Columbus, Irving, Denver"),
		family: read(`Gurung Tamang Shrestha Thapa Karki Rai Magar`),
		given:  read(`Sita Bikash Anita Prakash Sunil Maya Kabita Dipesh`),
	},
	{
		weight: 12, language: "en",
		family: read(`Johnson Rivera Cohen Okafor O'Brien Kowalski Hernandez Freeman Schmidt Rossi Haddad Lindqvist Baptiste Whitfield`),
		given:  read(`Emily Marcus Sofia Rachel Chidi Patrick Anna Luis Denise Karl Elena Omar Ruth Thomas`),
	},
}

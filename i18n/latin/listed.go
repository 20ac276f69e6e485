package latin

import "strings"

// Urdu leaves most vowels out and Khmer has several ways from letters to Latin: no rule gives what bearers write. Names that
// are common have the spelling that most use, and a name with a word that is not listed has no suggestion.

// urduLetters makes letters of other keyboards those of Urdu's, and takes the vowel marks away.
var urduLetters = strings.NewReplacer("ي", "ی", "ى", "ی", "ك", "ک", "ه", "ہ", "ة", "ہ", "أ", "ا", "إ", "ا", "ۀ", "ہ",
	"َ", "", "ِ", "", "ُ", "", "ّ", "", "ْ", "", "ٰ", "", "ً", "", "ٍ", "", "ٌ", "", "ٖ", "", "ٗ", "")

var urduNames = readNames(`
	محمد Muhammad احمد Ahmed علی Ali حسن Hasan حسین Hussain خان Khan شاہ Shah عمر Umar عثمان Usman ابوبکر Abu_Bakr بلال Bilal
	فاطمہ Fatima عائشہ Ayesha خدیجہ Khadija زینب Zainab مریم Maryam آمنہ Amina صائمہ Saima سائرہ Saira نادیہ Nadia ثنا Sana ثناء Sana
	حنا Hina حناء Hina سارہ Sara رابعہ Rabia بشری Bushra بشریٰ Bushra شازیہ Shazia نازیہ Nazia فرزانہ Farzana رخسانہ Rukhsana شبانہ Shabana
	نسرین Nasreen پروین Parveen یاسمین Yasmin نورین Noreen ثمینہ Samina روبینہ Rubina سمیرا Sumaira سمیرہ Sumaira عنبرین Ambreen طاہرہ Tahira
	بی_بی Bibi بیبی Bibi بیگم Begum خاتون Khatoon اختر Akhtar
	اقبال Iqbal جاوید Javed جمال Jamal کمال Kamal جمیل Jamil خلیل Khalil رشید Rashid راشد Rashid حمید Hameed مجید Majeed سعید Saeed
	وحید Waheed فرید Farid نوید Naveed جنید Junaid حامد Hamid خالد Khalid طارق Tariq عارف Arif آصف Asif کاشف Kashif عاطف Atif یوسف Yusuf
	یونس Younis یعقوب Yaqoob ابراہیم Ibrahim اسماعیل Ismail اسحاق Ishaq موسیٰ Musa موسی Musa عیسیٰ Isa عیسی Isa داؤد Dawood سلیمان Suleman
	عمران Imran رضوان Rizwan عدنان Adnan فرحان Farhan سلمان Salman نعمان Nauman عرفان Irfan ذیشان Zeeshan سفیان Sufyan حسان Hassan
	فیصل Faisal عادل Adil کامران Kamran شاہد Shahid زاہد Zahid ساجد Sajid ماجد Majid واجد Wajid عابد Abid طاہر Tahir ناصر Nasir
	یاسر Yasir عامر Amir ظفر Zafar اظہر Azhar مظہر Mazhar انور Anwar سرور Sarwar اکبر Akbar اصغر Asghar حیدر Haider قاسم Qasim
	ہاشم Hashim حمزہ Hamza اسامہ Usama سعد Saad فہد Fahad وقاص Waqas وقار Waqar شہزاد Shahzad شہباز Shahbaz نواز Nawaz شریف Sharif
	لطیف Latif حنیف Hanif منیر Munir ظہیر Zaheer بشیر Bashir نذیر Nazir شبیر Shabbir امیر Amir کبیر Kabir قدیر Qadeer
	عبداللہ Abdullah عبدالرحمن Abdul_Rahman عبدالرحمان Abdul_Rahman عبدالرحیم Abdul_Rahim عبدالقادر Abdul_Qadir عبدالعزیز Abdul_Aziz عبدالحمید Abdul_Hameed
	عبدالمجید Abdul_Majeed عبدالستار Abdul_Sattar عبدالغفور Abdul_Ghafoor عبدالرشید Abdul_Rashid عبدالواحد Abdul_Wahid
	غلام Ghulam اللہ Allah رحمان Rehman رحمن Rehman الرحمن Ur_Rehman الرحمان Ur_Rehman رحیم Rahim کریم Karim صدیق Siddiq صدیقی Siddiqui
	قریشی Qureshi انصاری Ansari ہاشمی Hashmi نقوی Naqvi رضوی Rizvi زیدی Zaidi کاظمی Kazmi جعفری Jafri بخاری Bukhari گیلانی Gilani
	فاروق Farooq فاروقی Farooqi عباس Abbas عباسی Abbasi عثمانی Usmani سید Syed سیدہ Syeda شیخ Sheikh ملک Malik چوہدری Chaudhry چودھری Chaudhry
	بٹ Butt میر Mir مرزا Mirza بیگ Baig مغل Mughal راجپوت Rajput راجہ Raja رانا Rana اعوان Awan بھٹی Bhatti بھٹو Bhutto خٹک Khattak آفریدی Afridi
	یوسفزئی Yousafzai درانی Durrani نیازی Niazi لودھی Lodhi صابر Sabir نور Noor گل Gul زمان Zaman سلطان Sultan سلطانہ Sultana
	ارشد Arshad امجد Amjad اسلم Aslam اکرم Akram افضل Afzal اعظم Azam اشرف Ashraf انیس Anees ندیم Nadeem نعیم Naeem سلیم Saleem
	وسیم Waseem کلیم Kaleem فہیم Faheem شمیم Shamim عظیم Azeem علیم Aleem تنویر Tanveer جہانگیر Jahangir عالمگیر Alamgir دین Din الدین Uddin
	رضا Raza مصطفیٰ Mustafa مصطفی Mustafa مرتضیٰ Murtaza مرتضی Murtaza مجتبیٰ Mujtaba مجتبی Mujtaba`)

var khmerNames = readNames(`
	សុខ Sok ចាន់ Chan ជា Chea គឹម Kim លី Ly ហេង Heng សេង Seng សំ Sam ឈឹម Chhim កែវ Keo គង់ Kong លឹម Lim ឡុង Long ឡោ Lao
	ម៉ៅ Mao មាស Meas ម៉ែន Men ងួន Nguon ញឹម Nhem អ៊ុំ Um អ៊ុក Ouk ប៉េជ Pech ប៉ែន Pen ផាន់ Phan ប្រាក់ Prak ព្រំ Prum សៅ Sao ស Sar ស៊ឹម Sim
	សោ So សោម Som ស៊ុន Sun តាន់ Tan ទេព Tep ថាច់ Thach ទិត្យ Tith ទូច Touch អ៊ឹង Ung វ៉ា Va យឹម Yim យិន Yin យ៉ាន់ Yan ឃុន Khun
	ខៀវ Khiev ខៀម Khiem ឈួន Chhuon ឈាង Chheang ឆាយ Chhay ជួន Chuon ជុំ Chum ឌី Dy ឌួង Duong ហ៊ុន Hun ហ៊ួត Huot ហ៊ឹម Him ហុង Hong
	កុយ Koy ខាន់ Khan ឃឹម Khim ឡាយ Lay លាង Leang លាភ Leap ម៉ម Mam មុំ Mom នួន Nuon នូ Nou អោម Om អ៊ូ Ou ប៉ាង Pang ប៉ុល Pol ពេជ្រ Pich
	ផល Phal ភួង Phuong រស់ Ros រ័ត្ន Roth រិទ្ធ Rith រិទ្ធី Rithy រតនា Ratana សំបូរ Sambo សំអាត Samath សម Sam សារឿន Saroeun សារ៉ាត់ Sarath
	សុភា Sophea សុភាព Sopheap សុភ័ក្ត្រ Sopheak សុខា Sokha សុខុម Sokhom សុវណ្ណ Sovann សុវណ្ណា Sovanna វណ្ណា Vanna វណ្ណៈ Vannak វណ្ណី Vanny
	វិបុល Vibol វិសាល Visal វាសនា Veasna វុទ្ធី Vuthy ពិសិដ្ឋ Piseth ពិសី Pisey ពិដោរ Pidor បុប្ផា Bopha បូផា Bopha ចាន់ថា Chantha ចន្ថា Chantha
	ចន្ទ្រា Chandra ចន្ធី Chanthy ច័ន្ទ Chan ដារ៉ា Dara តារា Dara ធារ៉ា Theara ធីតា Thida ធីដា Thida ស្រីមុំ Sreymom ស្រីពៅ Sreypov
	ស្រីនាង Sreyneang ស្រីល័ក្ខ Sreyleak មករា Makara កុសល Kosal កុម្ភៈ Kompheak មុនី Mony មុន្នី Mony មនី Mony បូរិន Borin បូរ៉ា Bora
	រដ្ឋា Ratha រដ្ឋ Rath សំណាង Samnang ណារ៉ុង Narong ណារី Nary ណាវី Navy ម៉ាលី Maly ម៉ាលា Mala កល្យាណ Kalyan កញ្ញា Kanha រស្មី Raksmey
	រ៉ាវី Ravy រ៉ា Ra ភារុន Phearun ភិរុណ Phirun ភារម្យ Phearom ផល្លា Phalla ផល្លី Phally គន្ធា Kunthea គន្ធី Kunthy សីហា Seiha សិលា Seila
	ប៊ុន Bun ប៊ុនថា Buntha ប៊ុនធឿន Bunthoeun ប៊ុនណា Bunna ហេងលី Hengly លីដា Lida លីនដា Linda លីន Lin លាងហេង Leangheng មេងហួរ Menghour មេងលី Mengly`)
